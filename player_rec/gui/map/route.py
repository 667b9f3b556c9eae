"""The way of the radio over the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from player_rec.app.build import App
from player_rec.domain.track import TrackId
from player_rec.engine.chart import Chart
from player_rec.engine.scene import Scene

PAST: Final = 12
"""So many songs back the way is drawn."""

_AHEAD: Final = 20
_EVENING: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Route:
    """Rows of a chart: what played, oldest first, what plays, what comes next."""

    past: tuple[int, ...]
    playing: int | None
    ahead: tuple[int, ...]


def route(chart: Chart, past: Sequence[TrackId], scene: Scene | None) -> Route:
    """The way, as far as it leads over the map."""
    playing = scene.playing.track if scene and scene.playing else None
    ahead = [waiting.song.track for waiting in scene.queue[:_AHEAD]] if scene else []
    here = _rows(chart, [playing])
    return Route(_rows(chart, past), here[0] if here else None, _rows(chart, ahead))


def lately(app: App) -> list[TrackId]:
    """The last songs that played this evening, oldest first. Belongs to the thread that reads."""
    plays = list(app.listener.plays.all(since=datetime.now(UTC) - _EVENING))[-PAST:]
    found = (app.library.tracks.by_content(noted.play.content) for noted in plays if noted.play.content)
    return [track for track in found if track is not None]


def _rows(chart: Chart, tracks: Sequence[TrackId | None]) -> tuple[int, ...]:
    known = np.array([track for track in tracks if track is not None], np.int64)
    return tuple(row for row in chart.rows(known).tolist() if row >= 0)
