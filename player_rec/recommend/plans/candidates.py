"""Which tracks are looked at closely: a few hundred, wherever the library's best answers can lie."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from player_rec.recommend.catalogue import NOBODY, Catalogue, Mask
from player_rec.recommend.learn.mood import Mood
from player_rec.recommend.learn.taste import Taste
from player_rec.recommend.likeness import Likeness, Places, Rows
from player_rec.recommend.plans.arc import LEEWAY, wanted_energy
from player_rec.recommend.plans.rules import GATE, days_since
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.spacing import Since
from player_rec.recommend.space.rows import Ids

SMALL = 400
"""Up to so many permitted recordings, all are looked at."""

AROUND_SEED, AROUND_WARM, AROUND_INTEREST = 150, 40, 40
WARM, INTERESTS = 5, 6
FORGOTTEN, NEW, KNOWN, FITTING, ANY, ANY_FAR = 60, 60, 200, 100, 60, 340
RESERVE, RESERVE_PER_ARTIST = 120, 3
"""Tracks of as many artists and albums as possible, so that the windows can be kept."""

RESERVE_FROM = 5_000
"""Permitted tracks among which these are looked for, chosen by chance where there are more."""


def gather(
    situation: Situation, likeness: Likeness, lasting: Taste, session: Mood, usual: Ids, which: tuple[Mask, Mask]
) -> Rows:
    """Rows worth a closer look, ascending: all of them permitted.

    Args:
        situation: what the plan is for.
        likeness: of the library.
        lasting: taste.
        session: mood.
        usual: tracks that habit speaks for.
        which: (n,) what may come at all, and what the listener knows.
    """
    permitted, met = which
    rng = np.random.default_rng([situation.seed, len(situation.history), 1])
    known = likeness.catalogue
    found = [known.rows(usual), _forgotten(situation, known, lasting)]
    found += _near(situation, likeness, lasting, session)
    found += _akin(known, situation, permitted, rng)
    found.append(_some(permitted & ~met, NEW, rng))
    if abs(situation.dials.familiar_forgotten) >= GATE:
        found.append(_some(permitted & met, KNOWN, rng))
    if (fitting := _fitting(known, situation)) is not None:
        found.append(_some(permitted & fitting, FITTING, rng))
    found.append(_some(permitted, ANY + round(ANY_FAR * max(0.0, situation.dials.close_far)), rng))
    rows = np.unique(np.concatenate(found))
    rows = rows[rows >= 0]
    return rows[permitted[rows]]


def reserve(catalogue: Catalogue, since: Since, permitted: Mask, seed: int) -> Rows:
    """A permitted row, or where there is room a few, of each of many albums and artists, longest unheard first.

    What has neither is no second of anything: each of these is taken for itself.
    """
    rows = np.flatnonzero(permitted)
    rows = np.random.default_rng([seed, 2]).choice(rows, min(len(rows), RESERVE_FROM), replace=False)
    artist, album = catalogue.artist[rows].astype(np.int64), catalogue.album[rows]
    classes = (artist + 1) * (len(catalogue.albums) + 1) + album
    classes[(artist == NOBODY) & (album == NOBODY)] = -2 - rows[(artist == NOBODY) & (album == NOBODY)]
    _, first = np.unique(classes, return_index=True)
    each = RESERVE // max(len(first), 1)
    rows = rows[np.flatnonzero(nth_of_its_kind(classes) < each) if each > 1 else first]
    rows = rows[np.lexsort((rows, -since.album[rows], -since.artist[rows]))]
    nth = np.where(catalogue.artist[rows] == NOBODY, 0, nth_of_its_kind(catalogue.artist[rows]))
    return rows[np.argsort(np.where(nth < RESERVE_PER_ARTIST, 0, nth), kind="stable")][:RESERVE]


def copies_last(catalogue: Catalogue, rows: Rows) -> Rows:
    """The turn of each of ``rows`` (m,): 0 for the first of a recording, 1 for one by others or elsewhere, else 2."""
    recording = catalogue.recording[rows].astype(np.int64)
    if not (again := nth_of_its_kind(recording) > 0).any():
        return np.zeros(len(rows), np.int64)
    artist, album = catalogue.artist[rows] + 1, catalogue.album[rows] + 1
    classes = (recording * (len(catalogue.artists) + 1) + artist) * (len(catalogue.albums) + 1) + album
    return np.asarray(again.astype(np.int64) + (nth_of_its_kind(classes) > 0))


def nth_of_its_kind(kinds: NDArray[np.integer]) -> Rows:
    """For each of ``kinds`` (m,) how many equal ones stand before it."""
    numbers, place = np.unique(kinds, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(numbers)))
    nth = np.empty(len(kinds), np.int64)
    nth[order] = np.arange(len(kinds)) - starts[place[order]]
    return nth


def _near(situation: Situation, likeness: Likeness, lasting: Taste, session: Mood) -> Iterator[Rows]:
    """Neighbours of the seeds, of what this session warmed to, and of the interests nearest to both."""
    if likeness.index is None:
        return
    seeds = likeness.of_tracks(np.array(situation.seeds, np.int64))
    warm = session.warm.only(np.arange(min(WARM, len(session.warm))))
    interests = lasting.centres[_nearest_interests(likeness, seeds, warm, lasting)]
    for vectors, k in (
        (seeds.vectors[seeds.heard], AROUND_SEED),
        (warm.vectors[warm.heard], AROUND_WARM),
        (interests, AROUND_INTEREST),
    ):
        for vector in vectors:
            yield likeness.neighbours(vector, k)


def _nearest_interests(likeness: Likeness, seeds: Places, warm: Places, lasting: Taste) -> list[int]:
    """Those nearest to the seeds and to what is warm, then the largest."""
    if not len(lasting.centres):
        return []
    near: list[int] = []
    for places in (seeds, warm):
        if len(places):
            closeness = likeness.to_vectors(places, lasting.centres).max(axis=0)
            near += np.argsort(-closeness, kind="stable")[: INTERESTS // 3].tolist()
    return list(dict.fromkeys([*near, *range(len(lasting.centres))]))[:INTERESTS]


def _forgotten(situation: Situation, catalogue: Catalogue, lasting: Taste) -> Rows:
    """What the listener took to, longest unheard first."""
    away = days_since(situation.history, catalogue.tracks[lasting.loved.rows], situation.now_s)
    away[~np.isfinite(away)] = 0
    return lasting.loved.rows[np.argsort(-away, kind="stable")][:FORGOTTEN]


def _akin(catalogue: Catalogue, situation: Situation, permitted: Mask, rng: np.random.Generator) -> Iterator[Rows]:
    """What the tags put beside the seeds: the only way while nothing was analysed, a few of them always."""
    for track in situation.seeds:
        row = catalogue.row(track)
        for column, count in ((catalogue.album, 20), (catalogue.artist, 40), (catalogue.genre, 80)):
            if row >= 0 and column[row] != NOBODY:
                yield _some(permitted & (column == column[row]), count, rng)


def _fitting(catalogue: Catalogue, situation: Situation) -> Mask | None:
    """(n,) what has about the energy of the place to be filled, as the dial asks; None where none is asked for."""
    wanted = wanted_energy(situation, catalogue)
    return None if wanted is None else np.abs(catalogue.energy - np.float32(wanted)) <= LEEWAY


def _some(mask: Mask, count: int, rng: np.random.Generator) -> Rows:
    """``count`` rows of a mask by chance, or all."""
    rows = np.flatnonzero(mask)
    return rows if len(rows) <= count else rng.choice(rows, count, replace=False)
