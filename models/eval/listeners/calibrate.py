"""Fit the response so that a population meets its targets: ``python -m models.eval.listeners.calibrate LIBRARY_DIR``.

Raking over simulated marginals: generate, measure, move each term by a part of the log-odds (for hazards and session
lengths: the logarithm) it is off by, and again with smaller parts. Terms overlap, so none is solved for alone. Prints
the response as it stands in ``parameters.py``. The same arguments give the same response. With ``--tracks N`` every
other population lives with the library as it is, the others with one enlarged to N.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from math import exp, log

import numpy as np

from models.eval.listeners.alone import life, nearer
from models.eval.listeners.generate import arguments, as_plays, asked_catalogue
from models.eval.listeners.library import Catalogue, read
from models.eval.listeners.listener import Listener
from models.eval.listeners.measure import Found, measure
from models.eval.listeners.parameters import (
    HAZARD_KNOTS,
    PLACE_KNOTS,
    SKIP_KNOTS,
    UNFITTED,
    Response,
    Temper,
    logit,
)
from models.eval.listeners.personas import population
from models.eval.listeners.targets import SINCE_NAMES, TARGETS
from models.eval.listeners.taste import Persona

FIRST_STEP, LAST_STEP = 0.6, 0.15
"""Part of what a term is off by that it is moved, in the first round and in the last."""

PRIOR = 40
"""Cases by which a figure that rests on few is drawn to its target: noise is not followed."""

_TARGET = {(target.group, target.bucket): target.value for target in TARGETS}


def fit(homes: Sequence[tuple[Persona, Catalogue]], plays: int, rounds: int, seed: int) -> Response:
    """A response fitted in ``rounds`` rounds, and the tempers of these persons with it.

    Each person lives with the catalogue beside them; the largest must hold all the others.
    """
    largest = max((catalogue for _, catalogue in homes), key=len)
    persons = [person for person, _ in homes]
    response = UNFITTED
    tempers = [Temper(logit(person.skip_rate), log(17 / person.session_plays)) for person in persons]
    for number, step in enumerate(np.geomspace(FIRST_STEP, LAST_STEP, rounds).tolist()):
        lives = []
        for user, ((person, catalogue), temper) in enumerate(zip(homes, tempers, strict=True)):
            listener = Listener(person, catalogue, temper, response=response)
            lives.append(list(life(listener, plays, np.random.default_rng((seed, number, user)))))
        found = measure(as_plays(largest, lives), largest)
        response = _moved(response, found, step)
        tempers = [nearer(*each, step) for each in zip(tempers, persons, lives, strict=True)]
    return response


def _moved(response: Response, found: dict[tuple[str, str], Found], step: float) -> Response:
    """Every term with a bucket of its own, a step nearer."""

    def nearer(values: tuple[float, ...], group: str, buckets: tuple[str, ...]) -> tuple[float, ...]:
        pairs = zip(values, buckets, strict=True)
        return tuple(value + step * _off(found, group, bucket) for value, bucket in pairs)

    skips = tuple(str(knot) for knot in SKIP_KNOTS)
    hazards = zip(response.hazard, HAZARD_KNOTS, strict=True)
    since = nearer(response.since, "skip30 by time since last play", SINCE_NAMES)
    return replace(
        response,
        skips=nearer(response.skips, "skip30 after skips in a row", skips),
        listens=(
            response.listens[0] + step * _off(found, "skip30 by place in session", "19"),
            *nearer(response.listens[1:], "skip30 after listens in a row", ("5",)),
        ),
        place=nearer(response.place, "skip30 by place in session", tuple(str(knot) for knot in PLACE_KNOTS)),
        since=since,
        same_artist=response.same_artist
        + step * (_off(found, "skip30 by artist before", "same") - _off(found, "skip30 by artist before", "other")),
        hazard=tuple(hazard * exp(step * _off(found, "session ends at streak", str(knot))) for hazard, knot in hazards),
        runs=float(np.clip(response.runs + step * _gap(found, "transitions to the same artist", "share"), 0, 0.6)),
    )


def _off(found: dict[tuple[str, str], Found], group: str, bucket: str) -> float:
    """Log-odds from what was found to the target, the less the fewer cases there are."""
    figure = found.get((group, bucket))
    if figure is None:
        return 0.0
    target = _TARGET[group, bucket]
    share = (figure.value * figure.cases + target * PRIOR) / (figure.cases + PRIOR)
    return logit(target) - logit(min(max(share, 1e-4), 1 - 1e-4))


def _gap(found: dict[tuple[str, str], Found], group: str, bucket: str) -> float:
    return _TARGET[group, bucket] - found[group, bucket].value


def as_source(response: Response) -> str:
    """The response as a Python expression."""
    lines = ["FITTED = Response("]
    for field in fields(response):
        value = getattr(response, field.name)
        text = f"({', '.join(f'{v:.4g}' for v in value)})" if isinstance(value, tuple) else f"{value:.4g}"
        lines.append(f"    {field.name}={text},")
    return "\n".join([*lines, ")"])


def main() -> None:
    """Read the command line and print the fitted response."""
    parser = arguments("Fit the model of skipping to what is known of people.")
    parser.add_argument("--rounds", type=int, default=14)
    parser.add_argument("--populations", type=int, default=4, help="each of --listeners, with a seed of its own")
    parser.set_defaults(plays=4000)
    given = parser.parse_args()
    catalogues = (asked_catalogue(given), read(given.library))
    homes = [
        (person, catalogues[number % 2])
        for number in range(given.populations)
        for person in population(catalogues[number % 2], given.listeners, given.seed + number)
    ]
    print(as_source(fit(homes, given.plays, given.rounds, given.seed)))


if __name__ == "__main__":
    main()
