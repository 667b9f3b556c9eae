"""Do simulated listeners skip as people do? ``python -m models.eval.listeners.fidelity LIBRARY_DIR``.

Generates plays and prints every target beside what came out. A figure is "met" within its tolerance; "by chance"
where it is out of it by no more than two standard errors of a simple sample of that size; otherwise "MISSED".
"""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

import numpy as np

from models.eval.listeners.generate import arguments, asked_catalogue, generate
from models.eval.listeners.measure import Found, measure
from models.eval.listeners.personas import population
from models.eval.listeners.targets import TARGETS, Target

Measured = Mapping[tuple[str, str], Found]
"""Figures by group and bucket."""


def main() -> None:
    """Read the command line, generate, and print the table."""
    parser = arguments("Hold simulated listeners against what is known of people.")
    parser.add_argument("--populations", type=int, default=1, help="so many, one seed after another; the mean is shown")
    given = parser.parse_args()
    catalogue = asked_catalogue(given)
    seeds = range(given.seed, given.seed + given.populations)
    persons = [population(catalogue, given.listeners, seed) for seed in seeds]
    lives = [generate(catalogue, each, given.plays, seed) for each, seed in zip(persons, seeds, strict=True)]
    print(f"{given.listeners} listeners, {given.plays} plays each, {len(catalogue)} tracks, seeds {list(seeds)}")
    for line in table(mean([measure(plays, catalogue) for plays in lives])):
        print(line)


def mean(each: Sequence[Measured]) -> Measured:
    """Figures of several populations as one: their mean, weighted by the cases they rest on."""
    return {
        key: Found(
            float(np.average([found[key].value for found in each if key in found], weights=weights)), sum(weights)
        )
        for key in dict.fromkeys(key for found in each for key in found)
        if (weights := [found[key].cases for found in each if key in found])
    }


def table(found: Measured) -> Iterator[str]:
    """One line for each target."""
    yield f"{'figure':34}{'bucket':>11}{'target':>9}{'found':>9}{'off by':>9}{'cases':>8}  verdict"
    for target in TARGETS:
        figure = found.get((target.group, target.bucket))
        if figure is None:
            yield f"{target.group:34}{target.bucket:>11}{target.value:9.4g}{'none':>9}{'':9}{0:8d}  MISSED"
            continue
        off = figure.value - target.value
        yield (
            f"{target.group:34}{target.bucket:>11}{target.value:9.4g}{figure.value:9.4f}{off:+9.4f}"
            f"{figure.cases:8d}  {verdict(target, figure)}"
        )
    verdicts = [verdict(target, found.get((target.group, target.bucket))) for target in TARGETS]
    counted = {word: verdicts.count(word) for word in ("met", "by chance", "MISSED")}
    yield ", ".join(f"{count} {word}" for word, count in counted.items())


def verdict(target: Target, figure: Found | None) -> str:
    """Whether a target is met."""
    if figure is None:
        return "MISSED"
    off = abs(figure.value - target.value)
    if off <= target.tolerance:
        return "met"
    of_plays = not target.group.endswith(("by person", "plays", "heard before"))
    error = sqrt(target.value * (1 - target.value) / figure.cases) if of_plays else 0.0
    return "by chance" if off <= 2 * error else "MISSED"


if __name__ == "__main__":
    main()
