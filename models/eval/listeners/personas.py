"""Who listens: eleven named persons over any library, and whole populations with the spread that people have."""

from dataclasses import replace

import numpy as np

from models.eval.listeners.clusters import nearest, spherical_k_means
from models.eval.listeners.library import Catalogue, Vectors, unit
from models.eval.listeners.taste import Persona

CORNERS = 10
"""Corners of sound space that persons love or hate."""

SKIP_RATES = (0.166, 0.18, 0.205, 0.235, 0.285, 0.331, 0.335, 0.345, 0.358, 0.69)
"""Rates of ten persons, with the smallest, the median and the largest as they were measured."""

SESSION_PLAYS = (8, 10, 12, 14, 16, 18, 21, 24, 27, 30)
"""Plays in the median session of ten persons."""

LOOSE = 1.0
"""Who skips more hears more songs in a sitting, for each takes less time: with so much scatter in the order."""

NOVELTY = (0.03, 0.24)
"""The least and the greatest share of plays that are new."""


def corners(catalogue: Catalogue, count: int = CORNERS) -> Vectors:
    """Centres (``count`` or fewer, dimension) of the library's corners, the largest first."""
    return spherical_k_means(catalogue.vectors, count)


def population(catalogue: Catalogue, count: int, seed: int) -> list[Persona]:
    """``count`` persons whose skip rates, sessions and appetites spread as those of people do."""
    rng = np.random.default_rng((seed, 7))
    places, centres = np.linspace(0, 1, count) if count > 1 else np.array([0.5]), corners(catalogue)
    rates = np.interp(places, np.linspace(0, 1, len(SKIP_RATES)), SKIP_RATES)
    sessions = np.interp(places, np.linspace(0, 1, len(SESSION_PLAYS)), SESSION_PLAYS)
    sessions = sessions[np.argsort(np.argsort(places + rng.normal(0, LOOSE, count)))]
    novelties = rng.permutation(np.interp(places, (0, 1), NOVELTY))
    persons = []
    for number in range(count):
        order, interests = rng.permutation(len(centres)), int(rng.integers(1, 5))
        persons.append(
            Persona(
                name=f"listener {number}",
                seed=int(rng.integers(2**31)),
                loved=centres[order[:interests]],
                disliked=centres[order[interests : interests + int(rng.integers(0, 3))]],
                skip_rate=float(rates[number]),
                session_plays=float(sessions[number]),
                patience=float(rng.uniform(0.2, 0.9)),
                novelty=float(novelties[number]),
                album_share=float(rng.beta(1, 2)),
                habit=float(rng.uniform(0.2, 0.8)),
                moodiness=float(rng.uniform(0.2, 1)),
                like_rate=float(rng.uniform(0.01, 0.08)),
            )
        )
    return persons


def named(catalogue: Catalogue) -> dict[str, Persona]:
    """Eleven persons to spend a day with, by name; the same for the same library."""
    centres = corners(catalogue)
    first, far = _farthest(centres)
    calm, fierce = _by_energy(catalogue, centres)
    hated = _an_artist(catalogue, avoiding=centres[0])
    nothing = centres[:0]
    loves_biggest = Persona("", 0, loved=_of(centres, 0), disliked=nothing)
    persons = {
        "loves one corner, skips another": replace(loves_biggest, disliked=centres[far : far + 1]),
        "patient album listener": replace(
            loves_biggest, loved=_of(centres, 1, 0), skip_rate=0.166, session_plays=30, patience=0.95, album_share=0.95
        ),
        "restless skipper": replace(
            loves_biggest, loved=_of(centres, 0, 2, 1), skip_rate=0.69, patience=0.1, album_share=0.05
        ),
        "explorer": replace(loves_biggest, loved=_of(centres, *range(4)), novelty=0.24, habit=0.15),
        "creature of habit": replace(loves_biggest, loved=_of(centres, 2), novelty=0.03, habit=0.9, skip_rate=0.22),
        "two interests far apart": replace(loves_biggest, loved=_of(centres, first, far), moodiness=1.0),
        "hates one artist": replace(loves_biggest, loved=_of(centres, 0, 1), disliked=hated, like_rate=0.06),
        "everything calm": replace(loves_biggest, loved=calm, disliked=fierce, skip_rate=0.25, patience=0.8),
        "background listener": replace(
            loves_biggest, loved=_of(centres, *range(6)), skip_rate=0.19, session_plays=30, like_rate=0.005
        ),
        "short errands": replace(loves_biggest, loved=_of(centres, 3), skip_rate=0.36, session_plays=8, habit=0.7),
        "a new mood every time": replace(loves_biggest, loved=_of(centres, 4, 1, 2, 5), moodiness=1.0, skip_rate=0.34),
    }
    return {name: replace(person, name=name, seed=100 + n) for n, (name, person) in enumerate(persons.items())}


def _of(centres: Vectors, *numbers: int) -> Vectors:
    """Those corners, or where the library has fewer, the ones met by counting round."""
    return centres[list(dict.fromkeys(number % len(centres) for number in numbers))]


def _farthest(centres: Vectors) -> tuple[int, int]:
    """The largest corner, and the one least like it."""
    return 0, int(np.argmin(centres @ centres[0]))


def _by_energy(catalogue: Catalogue, centres: Vectors) -> tuple[Vectors, Vectors]:
    """The three calmest corners and the fiercest."""
    labels = nearest(catalogue.vectors, centres)
    energies = [catalogue.energy[labels == label].mean() for label in range(len(centres)) if np.any(labels == label)]
    order = np.argsort(energies, kind="stable")
    return centres[order[:3]], centres[order[-1:]]


def _an_artist(catalogue: Catalogue, avoiding: Vectors) -> Vectors:
    """(1, dimension): the middle of an artist with many tracks who lies away from a corner."""
    numbers, counts = np.unique(catalogue.artist, return_counts=True)
    many = numbers[np.argsort(-counts, kind="stable")][:5]
    middles = unit(np.array([catalogue.vectors[catalogue.artist == number].mean(axis=0) for number in many]))
    return middles[[int(np.argmin(middles @ avoiding))]]
