"""Which tracks are looked at closely: a few hundred, wherever the library's best answers can lie."""

from collections.abc import Iterator

import numpy as np

from player_rec.recommend.catalogue import NOBODY, Catalogue, Mask
from player_rec.recommend.likeness import Likeness, Places, Rows
from player_rec.recommend.mood import Mood
from player_rec.recommend.rows import Ids
from player_rec.recommend.rules import GATE, days_since
from player_rec.recommend.situation import Situation
from player_rec.recommend.spacing import Since
from player_rec.recommend.taste import Taste

SMALL = 400
"""Up to so many permitted tracks, all are looked at."""

AROUND_SEED, AROUND_WARM, AROUND_INTEREST = 150, 40, 40
WARM, INTERESTS = 5, 6
FORGOTTEN, NEW, KNOWN, ANY, ANY_FAR = 60, 60, 200, 60, 340
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
    found.append(_some(permitted, ANY + round(ANY_FAR * max(0.0, situation.dials.close_far)), rng))
    rows = np.unique(np.concatenate(found))
    rows = rows[rows >= 0]
    return rows[permitted[rows]]


def reserve(catalogue: Catalogue, since: Since, permitted: Mask, seed: int) -> Rows:
    """One permitted row of each of many albums and artists, those not heard for longest first."""
    rows = np.flatnonzero(permitted)
    rows = np.random.default_rng([seed, 2]).choice(rows, min(len(rows), RESERVE_FROM), replace=False)
    classes = catalogue.artist[rows].astype(np.int64) * (len(catalogue.albums) + 1) + catalogue.album[rows]
    _, first = np.unique(classes, return_index=True)
    rows = rows[first]
    rows = rows[np.lexsort((rows, -since.album[rows], -since.artist[rows]))]
    artists, place = np.unique(catalogue.artist[rows], return_inverse=True)
    nth = np.empty(len(rows), np.int64)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(artists)))
    nth[order] = np.arange(len(rows)) - starts[place[order]]
    return rows[np.argsort(np.where(nth < RESERVE_PER_ARTIST, 0, nth), kind="stable")][:RESERVE]


def _near(situation: Situation, likeness: Likeness, lasting: Taste, session: Mood) -> Iterator[Rows]:
    """Neighbours of the seeds, of what this session warmed to, and of the interests nearest to both."""
    index, catalogue = likeness.index, likeness.catalogue
    if index is None:
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
            yield catalogue.rows(index.nearest(vector, k).ids)


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


def _some(mask: Mask, count: int, rng: np.random.Generator) -> Rows:
    """``count`` rows of a mask by chance, or all."""
    rows = np.flatnonzero(mask)
    return rows if len(rows) <= count else rng.choice(rows, count, replace=False)
