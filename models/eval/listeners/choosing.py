"""What a listener plays when nobody chooses for them: favourites, habits, playlists, albums, artists, something new."""

from collections import defaultdict, deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.eval.listeners.library import Catalogue
from models.eval.listeners.memory import Memory
from models.eval.listeners.taste import Persona, Taste

SHORTEST_MS = 45_000
"""Intros and skits are not chosen."""

AGAIN = 0.008
"""Share of choices that are the song just heard, once more."""

BEGINNING = 60
"""Tracks known, give or take, before a listener leans on what they know."""

PLAYLISTS, PLAYLIST_LENGTH, MIXED = 12, (10, 25), 0.15
"""Playlists a listener keeps, the songs in one, and the chance that one is made anew when one is wanted."""

LATELY_S = 90 * 60
"""A favourite heard so short a time ago is passed over, if another comes to mind."""

FONDNESS = 1.5
"""How sharply a favourite that comes to mind must appeal to be taken."""

TRIES = 6
"""Favourites that come to mind before one is taken that does not suit the mood."""

WANDERING = 0.2
"""Share of new tracks looked for anywhere, not in the corner of today's mood."""


class Choosing:
    """The next track of a listener's own choice. A stretch that was begun (album, artist, playlist) goes on."""

    def __init__(self, persona: Persona, catalogue: Catalogue, taste: Taste, runs: float) -> None:
        self._persona, self._taste, self._runs = persona, taste, runs
        self._suits = np.sqrt(taste.moods) / (1 + np.exp(-FONDNESS * taste.appeal))
        self._playable = catalogue.duration_ms >= min(SHORTEST_MS, int(catalogue.duration_ms.max()))
        self._artist, self._album = catalogue.artist, catalogue.album
        self._by_artist, self._by_album = self._grouped(catalogue.artist), self._grouped(catalogue.album)
        self._new = [deque(order) for order in self._orders(np.random.default_rng((persona.seed, 2)))]
        self._stretch: deque[int] = deque()
        self._playlists: list[list[int]] = []

    def next(self, memory: Memory, now_s: float, rng: np.random.Generator) -> int:
        """The row that is played now."""
        if memory.place == 0:
            self._stretch.clear()
        if memory.skips > 2 and rng.random() < 0.3:
            self._stretch.clear()  # this is not what was looked for
        if memory.last >= 0 and memory.skips == 0 and rng.random() < AGAIN:
            return memory.last
        if not self._stretch:
            self._stretch.extend(self._begun(memory, now_s, rng))
        return self._stretch.popleft()

    def _begun(self, memory: Memory, now_s: float, rng: np.random.Generator) -> Sequence[int]:
        if rng.random() < self._curiosity(memory) and (new := self._something_new(memory, rng)):
            return new
        if not memory.accepted:
            return [int(rng.choice(np.flatnonzero(self._playable)))]
        if followed := self._as_before(memory, rng):
            return followed
        favourite = self._favourite(memory, now_s, rng)
        kind = rng.random()
        if kind < self._runs:
            return self._of_one_artist(favourite, memory, rng)
        if kind < self._runs + 0.25 * self._persona.habit:
            return self._of_a_playlist(memory, now_s, rng)
        return [favourite]

    def _curiosity(self, memory: Memory) -> float:
        """The chance of something new; near 1 while little is known."""
        novelty = self._persona.novelty
        return novelty + (1 - novelty) * float(np.exp(-len(memory.heard) / BEGINNING))

    def _something_new(self, memory: Memory, rng: np.random.Generator) -> Sequence[int]:
        """A track never heard, from the corner of today's mood or from anywhere, perhaps with the rest of its album."""
        order = self._new[-1 if rng.random() < WANDERING else memory.mood]
        while order and memory.heard_s[order[0]] != -np.inf:
            order.popleft()
        if not order:
            return []
        row = order[0]
        if rng.random() < self._persona.album_share * self._runs:
            return [other for other in self._by_album[int(self._album[row])] if memory.heard_s[other] == -np.inf]
        return [row]

    def _as_before(self, memory: Memory, rng: np.random.Generator) -> Sequence[int]:
        """What came after the last track at an earlier time."""
        followers = memory.follows.get(memory.last)
        if not followers or memory.skips or rng.random() >= 0.5 * self._persona.habit:
            return []
        return [followers[int(rng.integers(len(followers)))]]

    def _favourite(self, memory: Memory, now_s: float, rng: np.random.Generator) -> int:
        """A track drawn by its base-level activation: how often and how lately it was heard (Anderson et al., 2004).

        Drawing one past play with weight lag to the power −½ is drawing a track by the sum of its plays' weights.
        """
        row = memory.accepted[-1]
        for _ in range(TRIES):
            lag = int(len(memory.accepted) * rng.random() ** 2)
            row = memory.accepted[-1 - lag]
            if (
                rng.random() < self._suits[memory.mood, row]
                and now_s - memory.heard_s[row] > LATELY_S
                and self._playable[row]
            ):
                break
        return row

    def _of_one_artist(self, favourite: int, memory: Memory, rng: np.random.Generator) -> Sequence[int]:
        """The favourite's album from its beginning, or a few known songs of its artist in any order."""
        if rng.random() < self._persona.album_share:
            known = self._known(self._by_album[int(self._album[favourite])], memory)
            return known or [favourite]
        known = self._known(self._by_artist[int(self._artist[favourite])], memory)
        few = [int(row) for row in rng.permutation(known)[: int(rng.integers(1, 4))]]
        return [favourite, *(row for row in few if row != favourite)]

    def _of_a_playlist(self, memory: Memory, now_s: float, rng: np.random.Generator) -> Sequence[int]:
        """Some songs of a playlist, in its order, from anywhere in it on."""
        if not self._playlists or rng.random() < MIXED:
            length = int(rng.integers(*PLAYLIST_LENGTH))
            songs = dict.fromkeys(self._favourite(memory, now_s, rng) for _ in range(length))
            self._playlists = [*self._playlists[-PLAYLISTS + 1 :], list(songs)]
        playlist = self._playlists[int(rng.integers(len(self._playlists)))]
        begin = int(rng.integers(len(playlist)))
        return playlist[begin : begin + int(rng.integers(2, 9))]

    def _known(self, rows: Sequence[int], memory: Memory) -> list[int]:
        return [row for row in rows if memory.heard_s[row] != -np.inf]

    def _grouped(self, labels: NDArray[np.int64]) -> dict[int, list[int]]:
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for row, label in enumerate(labels.tolist()):
            if self._playable[row]:
                groups[label].append(row)
        return groups

    def _orders(self, rng: np.random.Generator) -> list[list[int]]:
        """For each mood, and last for none: every playable track, roughly the most appealing first."""
        appeal, moods = self._taste.appeal, self._taste.moods
        pulls = [2 * mood + appeal for mood in moods] + [appeal]
        orders = [np.argsort(-(pull + rng.gumbel(0, 0.7, len(pull))), kind="stable") for pull in pulls]
        return [[row for row in order.tolist() if self._playable[row]] for order in orders]
