"""The map of the library, joined: its databases, its worker, and what holds it up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from player_rec.analysis.pool import Pool
from player_rec.app.build import App, pause_reason, utc_now
from player_rec.engine.chart import Chart
from player_rec.engine.chart_jobs import Done, Ground
from player_rec.engine.charting import Charting
from player_rec.engine.space import serving_model

_LIMIT_S: Final = 3600.0
_MEMORY_MIB: Final = 8192
"""A million vectors and their graph take half of that."""


@contextmanager
def open_charting(app: App, tell: Callable[[Chart], None]) -> Iterator[Charting]:
    """Keep a map of the library and ``tell`` it. Its worker comes last for CPU and disk, and ends with it."""
    model = serving_model(app.library, app.spec.key)
    ground = Ground(app.places.library, app.places.index, model)
    app.places.index.mkdir(parents=True, exist_ok=True)
    paused = partial(pause_reason, app, background=True)
    with Pool[str, Done](1, _LIMIT_S, memory_mib=_MEMORY_MIB) as pool:
        yield Charting(app.library, app.listener, ground, pool, paused=paused, tell=tell, now=utc_now)
