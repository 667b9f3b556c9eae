"""The Music Player Daemon: its queue is added to over its own protocol, its songs are followed from a thread."""

import json
import logging
import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from player_rec.domain.errors import PlayerGone
from player_rec.players.base import Emit, PlayerEvent, QueueItem
from player_rec.players.mpd.address import PORT, addresses
from player_rec.players.mpd.follow import Follower
from player_rec.players.mpd.link import Link
from player_rec.players.mpd.music import find_music
from player_rec.players.mpd.paths import MusicPaths, common_directory
from player_rec.players.mpd.read import ORDER_MODES, Reader
from player_rec.players.mpd.wire import QUEUE_FULL, Refused

log = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""So many commands go out together; MPD takes no endless lists."""

SETTLED_S: Final = 0.2
"""After this time MPD, seen in between two songs, has gone on to the next."""

NEEDED: Final = frozenset({"status", "addid", "deleteid"})
"""Commands that MPD must allow; others go with them."""


class MpdPlayer:
    """An adapter for MPD. Its methods are for one thread; events come from that one or from another.

    Args:
        host: a name, number or Unix socket, perhaps with ``password@`` before it; empty for the usual places.
        port: for a host that is no socket.
        password: for an MPD that wants one.
        music_directory: where MPD's songs lie as seen from here; None to ask MPD or else to guess.
        folders: the library folders, absolute: where to look for MPD's songs, and how files are named in events.
        clock: seconds that never go back. Time heard is counted by it.
        name: what this player is called.
    """

    heard_every_s = 10.0
    """How often it is told how much was heard while music plays."""

    def __init__(
        self,
        host: str = "",
        port: int = PORT,
        password: str = "",
        music_directory: Path | None = None,
        folders: Sequence[Path] = (),
        clock: Callable[[], float] = time.monotonic,
        name: str = "mpd",
    ) -> None:
        self.name = name
        self._set = (host, port, password)
        self._music_directory = music_directory
        self._folders = tuple(folders)
        self._clock = clock
        self._link: Link | None = None
        self._reader = Reader(MusicPaths(music_directory, self._folders, anywhere=False), "")
        self._awaited: set[str] = set()

    def open(self, emit: Emit) -> None:
        """Connect and report from now on, beginning with what plays. Raises PlayerGone; may be tried again."""
        self.close()
        link = self._connect(emit)
        try:
            self._begin(link)
        except PlayerGone:
            link.close()
            raise
        self._link = link

    def close(self) -> None:
        """Let go of MPD and leave it as it is. Twice is fine."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def upcoming(self) -> Sequence[QueueItem]:
        """What waits after the current song, in playing order as far as MPD tells. Raises PlayerGone."""
        answers, refused = self._opened.ask_all([("status",), ("playlistinfo",)])
        if refused is not None:
            raise PlayerGone(f"MPD does not show its queue: {refused}")
        return self._reader.upcoming(*answers)

    def enqueue(self, files: Sequence[Path]) -> Sequence[QueueItem | None]:
        """Put files at the end of the queue; for each its entry, or None where MPD cannot play it.

        MPD is asked, once for all files it does not know, to have another look at their directory.

        Raises:
            PlayerGone: MPD went away in between; what it took before stays.
        """
        uris = [self._reader.paths.uri_of(file) for file in files]
        songs = self._add([uri for uri in uris if uri is not None])
        added = [None if uri is None else next(songs) for uri in uris]
        self._seek_out([uri for uri, song in zip(uris, added, strict=True) if uri is not None and song is None])
        return [
            None if song is None else QueueItem(file, self._reader.key(song))
            for file, song in zip(files, added, strict=True)
        ]

    def drop(self, items: Sequence[QueueItem]) -> None:
        """Take entries out; those no longer there, and the one playing, are passed over. Raises PlayerGone."""
        answers, _ = self._opened.ask_all([("status",), ("plchangesposid", "0")])
        status = dict(answers[0])
        unwanted = {item.key for item in items}
        if status.get("state") != "stop":
            unwanted.discard(self._reader.key(status.get("songid", "")))
        songs = [value for key, value in answers[1] if key == "id" and self._reader.key(value) in unwanted]
        songs.reverse()  # MPD may go on to the next song at any moment: that one is taken out last
        while songs:
            done, refused = self._opened.ask_all([("deleteid", song) for song in songs[:AT_ONCE]])
            del songs[: len(done) + (refused is not None)]

    def move(self, item: QueueItem, at: int) -> None:
        """Make an entry number ``at`` of those that wait; one that does not wait stays. Raises PlayerGone."""
        answers, _ = self._opened.ask_all([("status",), ("playlistinfo",), ("plchangesposid", "0")])
        waiting = [other.key for other in self._reader.upcoming(answers[0], answers[1])]
        if item.key in waiting:
            songs = [value for key, value in answers[2] if key == "id"]
            places = {self._reader.key(song): place for place, song in enumerate(songs)}
            place = places[waiting[min(max(0, at), len(waiting) - 1)]]
            self._opened.ask_all([("moveid", songs[places[item.key]], str(place))])

    def order_modes(self) -> str:
        """Random, repeat and single as far as they are on, as ``restore_order`` needs them. Raises PlayerGone."""
        status = dict(self._opened.ask("status"))
        return json.dumps({mode: status[mode] for mode in ORDER_MODES if status.get(mode, "0") != "0"})

    def keep_order(self) -> None:
        """Switch random, repeat and single off. Raises PlayerGone."""
        self._opened.ask_all([(mode, "0") for mode in ORDER_MODES])

    def restore_order(self, modes: str) -> None:
        """Bring back what ``order_modes`` told and is off still. Raises PlayerGone."""
        kept: dict[str, str] = json.loads(modes)
        status = dict(self._opened.ask("status"))
        self._opened.ask_all([(mode, kept[mode]) for mode in ORDER_MODES if mode in kept and status.get(mode) == "0"])

    def reach(self) -> Callable[[Path], bool] | None:
        """Tells of a folder whether MPD has a way to files in it; None where it takes any. Known once it was opened."""
        paths = self._reader.paths
        return None if paths.anywhere else lambda folder: paths.uri_of(folder / "any") is not None

    def shortcomings(self) -> Sequence[str]:
        """What this MPD, as it is set up, cannot do; a sentence each. Known once it was opened."""
        paths, said = self._reader.paths, []
        if paths.root is None:
            said.append(
                "MPD does not tell where its music lies, and its songs were not found in the library folders: "
                "what it plays cannot be followed until its music directory is set."
            )
        if not paths.anywhere:
            said.append("Over the network, MPD plays only files in its own music directory.")
        return said

    @property
    def _opened(self) -> Link:
        if self._link is None or self._link.over:
            raise PlayerGone("MPD is not connected")
        return self._link

    def _connect(self, emit: Emit) -> Link:
        *others, last = addresses(*self._set, os.environ)
        for address in others:
            try:
                return Link(address, emit)
            except PlayerGone as gone:
                if not isinstance(gone.__cause__, FileNotFoundError | ConnectionRefusedError):
                    raise
        return Link(last, emit)

    def _begin(self, link: Link) -> None:
        if not {value for _, value in link.ask("commands")} >= NEEDED:
            raise PlayerGone(f"MPD at {link.address} does not let its queue be changed; it may want a password")
        # MPD numbers its songs anew after a restart, so entries of before must not be taken for those of now
        reader = Reader(find_music(link, self._music_directory, self._folders), secrets.token_hex(4))
        follower = Follower(reader.glance(self._clock(), link.look()))

        def look(changed: Collection[str]) -> list[PlayerEvent]:
            answers = link.look()
            return follower.look(reader.glance(self._clock(), answers), changed)

        def wait_s() -> float | None:
            if follower.unsettled:
                return SETTLED_S
            return self.heard_every_s if follower.playing else None

        self._reader = reader
        self._awaited = set()
        link.listen(follower.begin(), look, wait_s)

    def _add(self, uris: Sequence[str]) -> Iterator[str | None]:
        """Add songs; yields MPD's number for each, or None, once all are added."""
        left, songs = list(uris), list[str | None]()
        while left:
            answers, refused = self._opened.ask_all([("addid", uri) for uri in left[:AT_ONCE]])
            songs += [dict(answer).get("id") for answer in answers]
            del left[: len(answers)]
            if refused is not None:
                log.info("mpd does not take %s: %s", left[0], refused.why)
                passed_over = len(left) if refused.number == QUEUE_FULL else 1
                songs += [None] * passed_over
                del left[:passed_over]
        return iter(songs)

    def _seek_out(self, refused: Sequence[str]) -> None:
        """Have MPD look for songs of its own directory that it does not know, though for each only once."""
        unknown = {uri for uri in refused if not uri.startswith("/")} - self._awaited
        if not unknown:
            return
        self._awaited |= unknown
        directory = common_directory(unknown)
        try:
            self._opened.ask("update", *([directory] if directory else []))
        except Refused as why:
            log.info("mpd does not update its database: %s", why)
