"""Somebody who sits beside the player all evening and writes down what it plays; knows nothing of player_rec."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PATIENCE_S = 20.0


class Mpd:
    """A plain connection to MPD for one thread."""

    def __init__(self, address: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_PATIENCE_S)
        self._socket.connect(str(address))
        self._lines = self._socket.makefile("rw", encoding="utf-8")
        self._lines.readline()

    def ask(self, *commands: str) -> list[tuple[str, str]] | None:
        """Do commands in one go; what they answer, or None if one was refused."""
        self._lines.write("\n".join(("command_list_begin", *commands, "command_list_end", "")))
        self._lines.flush()
        return self._answer()

    def idle(self) -> None:
        """Wait until what plays or the queue changed."""
        self._socket.settimeout(None)
        self._lines.write("idle player playlist\n")
        self._lines.flush()
        self._answer()
        self._socket.settimeout(_PATIENCE_S)

    def status(self) -> dict[str, str]:
        """What MPD says of itself."""
        return dict(self.ask("status") or [])

    def shut(self) -> None:
        """Break the connection, which wakes the thread that waits."""
        self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of it."""
        self._lines.close()
        self._socket.close()

    def _answer(self) -> list[tuple[str, str]] | None:
        pairs: list[tuple[str, str]] = []
        for line in iter(self._lines.readline, ""):
            if line == "OK\n":
                return pairs
            if line.startswith("ACK "):
                return None
            key, _, value = line.rstrip("\n").partition(": ")
            pairs.append((key, value))
        raise ConnectionError("MPD went away")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the queue: MPD's number for it, and the name of its file."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The queue at one moment: its version, the entries that wait, and what plays."""

    version: str
    upcoming: tuple[Entry, ...]
    playing: Entry | None
    left_s: float

    @classmethod
    def at(cls, mpd: Mpd) -> Self:
        """Look now."""
        pairs = mpd.ask("status", "playlistinfo") or []
        border = next((place for place, (key, _) in enumerate(pairs) if key == "file"), len(pairs))
        status, entries = dict(pairs[:border]), tuple(_entries(pairs[border:]))
        here = int(status["song"]) if "song" in status and status["state"] != "stop" else -1
        left_s = float(status.get("duration", "0")) - float(status.get("elapsed", "0"))
        return cls(status["playlist"], entries[here + 1 :], entries[here] if here >= 0 else None, left_s)


def _entries(pairs: list[tuple[str, str]]) -> Iterator[Entry]:
    name = ""
    for key, value in pairs:
        if key == "file":
            name = value
        elif key == "Id":
            yield Entry(value, name)


@dataclass(slots=True)
class Heard:
    """One song that played, by the wall clock; ``touched`` if a person had a hand in its end."""

    entry: Entry
    began: float
    length_s: float
    ended: float = 0.0
    touched: bool = False

    @property
    def finished(self) -> bool:
        """Whether it played to its end, and nobody had a hand in that."""
        return bool(self.ended) and not self.touched and self.ended - self.began >= self.length_s - 0.5


class Witness:
    """Watches from a thread of its own until closed."""

    def __init__(self, address: Path) -> None:
        self._mpd = Mpd(address)
        self.songs: list[Heard] = []
        self._news = threading.Condition()
        self._version = ""
        self._look()
        self._over = False
        self._thread = threading.Thread(target=self._watch, name="witness", daemon=True)
        self._thread.start()

    def touch(self) -> None:
        """A person is about to end the song that plays."""
        with self._news:
            if self.songs:
                self.songs[-1].touched = True

    def wait_for_queue(self, seconds: float) -> bool:
        """Wait until anybody changes the queue."""
        with self._news:
            before = self._version
            return self._news.wait_for(lambda: self._version != before, seconds)

    def wait_for_song(self, seconds: float) -> bool:
        """Wait until the next song begins."""
        with self._news:
            before = len(self.songs)
            return self._news.wait_for(lambda: len(self.songs) > before, seconds)

    def close(self) -> None:
        """Watch no more."""
        self._over = True
        self._mpd.shut()
        self._thread.join(_PATIENCE_S)
        self._mpd.close()

    def _watch(self) -> None:
        try:
            while not self._over:
                self._mpd.idle()
                self._look()
        except OSError:
            if not self._over:
                raise

    def _look(self) -> None:
        now, pairs = time.time(), self._mpd.ask("status", "currentsong") or []
        seen = dict(pairs)
        playing = Entry(seen["Id"], seen["file"]) if "Id" in seen and seen["state"] != "stop" else None
        began = now - float(seen.get("elapsed", "0"))
        with self._news:
            last = self.songs[-1] if self.songs and not self.songs[-1].ended else None
            if last and last.entry != playing:
                last.ended = began if playing else now
            if playing and (last is None or last.entry != playing):
                self.songs.append(Heard(playing, began, float(seen.get("duration", "0"))))
            self._version = seen["playlist"]
            self._news.notify_all()
