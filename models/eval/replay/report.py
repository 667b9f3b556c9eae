"""The figures of a replay as tables for people and as one value for programs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

import numpy as np

from models.eval.replay.acceptance import summary
from models.eval.replay.baselines import baselines
from models.eval.replay.ours import OURS
from models.eval.replay.person import Measured
from models.eval.replay.protocol import Hits

Figures = dict[str, float]
Table = Mapping[str, Figures]

RESAMPLES = 2000
FIGURES: Mapping[str, Callable[[Hits], float]] = {
    "HR@1": lambda hits: hits.within(1),
    "HR@10": lambda hits: hits.within(10),
    "HR@20": lambda hits: hits.within(20),
    "MRR@20": lambda hits: _mean(hits.reciprocal),
    "R-precision": lambda hits: _mean(hits.precision),
}


def _mean(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    return float(values.mean()) if len(values) else 0.0


def next_song(people: Sequence[Measured]) -> dict[str, Figures]:
    """Every method's figures, as means over people."""
    return {
        method: {name: float(np.mean([figure(one.hits[method]) for one in people])) for name, figure in FIGURES.items()}
        for method in people[0].hits
    }


def by_person(people: Sequence[Measured]) -> dict[str, dict[str, Figures]]:
    """The same of each person."""
    return {one.name: next_song([one]) for one in people}


def against_best(people: Sequence[Measured], seed: int = 0) -> dict[str, dict[str, float | str]]:
    """Ours less the best baseline, with a 95 % bootstrap interval over people and, within them, moments."""
    known = [one.name for one in baselines(0)]
    told: dict[str, dict[str, float | str]] = {}
    figures: dict[str, Callable[[Hits], np.ndarray[tuple[int], np.dtype[np.float64]]]] = {
        "MRR@20": lambda hits: hits.reciprocal,
        "R-precision": lambda hits: hits.precision,
    }
    table = next_song(people)
    for name, values in figures.items():
        best = max(known, key=lambda method: table[method][name])
        apart = [values(one.hits[OURS]) - values(one.hits[best]) for one in people]
        low, high = interval([one for one in apart if len(one)], seed)
        told[name] = {
            "best baseline": best,
            "difference": table[OURS][name] - table[best][name],
            "low": low,
            "high": high,
        }
    return told


def interval(apart: Sequence[np.ndarray[tuple[int], np.dtype[np.float64]]], seed: int) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean of means: people drawn anew, and then the moments of each."""
    if not apart:
        return float("nan"), float("nan")
    chance = np.random.default_rng(seed)
    means = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        drawn = chance.integers(0, len(apart), len(apart))
        means[number] = np.mean([chance.choice(apart[one], len(apart[one])).mean() for one in drawn])
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def everything(people: Sequence[Measured], *, each: bool) -> dict[str, object]:
    """All figures of a replay."""
    told: dict[str, object] = {
        "people": len(people),
        "moments": int(sum(len(one.hits[OURS].ranks) for one in people)),
        "next song": next_song(people),
        "ours less the best baseline": against_best(people),
        "weights": {one.name: one.weights for one in people},
    }
    if each:
        told["by person"] = by_person(people)
    if judged := [one.judged for one in people if one.judged is not None]:
        told["acceptance"] = summary(judged)
    if reactions := [asdict(one.reaction) for one in people if one.reaction is not None]:
        told["after an early skip"] = {
            name: float(np.nanmean([one[name] for one in reactions])) for name in reactions[0]
        }
    return told


def lines(table: Table, title: str) -> Iterator[str]:
    """A table in plain text."""
    columns = list(dict.fromkeys(name for row in table.values() for name in row))
    width = max(len(title), *(len(name) for name in table)) + 2
    yield f"{title:{width}}" + "".join(f"{name:>{_wide(name)}}" for name in columns)
    for name, row in table.items():
        yield f"{name:{width}}" + "".join(f"{row.get(one, float('nan')):{_wide(one)}.4f}" for one in columns)
    yield ""


def _wide(name: str) -> int:
    return max(9, len(name) + 2)


def text(people: Sequence[Measured], *, each: bool) -> Iterator[str]:
    """All figures of a replay, line by line."""
    told = everything(people, each=each)
    yield f"{told['people']} people, {told['moments']} moments; means over people"
    yield ""
    yield from lines(next_song(people), "next song")
    for name, found in against_best(people).items():
        yield (
            f"{name}: ours {found['difference']:+.4f} against {found['best baseline']}"
            f" (95 %: {found['low']:+.4f} to {found['high']:+.4f})"
        )
    yield ""
    yield from lines({one.name: one.weights for one in people}, "weights learned")
    if each:
        for one in people:
            yield from lines(next_song([one]), f"person {one.name}")
    if judged := [one.judged for one in people if one.judged is not None]:
        yield from lines(summary(judged), "acceptance")
    if "after an early skip" in told:
        reactions = told["after an early skip"]
        yield from lines({"ours": reactions} if isinstance(reactions, dict) else {}, "after an early skip")
