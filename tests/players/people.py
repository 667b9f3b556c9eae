"""A person at a player, whichever it is."""

import time
from pathlib import Path
from typing import Protocol

from player_rec.players.base import CanDrop, CanKeepOrder, CanMove, PlayerAdapter
from player_rec.players.builtin.output import open_silent_output
from player_rec.players.builtin.player import BuiltinPlayer
from player_rec.players.mpd.player import MpdPlayer
from player_rec.players.simulated import SimulatedPlayer
from tests.players.server import SONG_S, MpdServer


class QueuePlayer(PlayerAdapter, CanDrop, CanMove, CanKeepOrder, Protocol):
    """What the contract is about."""


class Person(Protocol):
    """Uses a player by hand; songs go by the names of their files."""

    @property
    def player(self) -> QueuePlayer:
        """The player."""
        ...

    @property
    def music(self) -> Path:
        """The folder with the songs."""
        ...

    def add(self, name: str) -> None:
        """Put a song at the end of the queue."""

    def play(self, place: int = 0) -> None:
        """Play a song of the queue."""

    def skip(self) -> None:
        """Go to the next song."""

    def stop(self) -> None:
        """Stop."""

    def pause(self) -> None:
        """Pause."""

    def resume(self) -> None:
        """Go on."""

    def seek(self, seconds: int) -> None:
        """Jump to a place in the song."""

    def delete(self, place: int) -> None:
        """Take a song of the queue out."""

    def shuffle(self) -> None:
        """Switch on that songs are drawn, for ever."""

    def modes(self) -> set[str]:
        """The modes that are on."""
        ...

    def listen(self, seconds: float) -> None:
        """Let time pass."""


class AtMpd:
    """At MPD, by way of ``mpc``."""

    def __init__(self, server: MpdServer, player: MpdPlayer) -> None:
        self.server, self.player, self.music = server, player, server.music

    def add(self, name: str) -> None:
        """Put a song at the end of the queue."""
        self.server.mpc("add", name)

    def play(self, place: int = 0) -> None:
        """Play a song of the queue."""
        self.server.mpc("play", str(place + 1))

    def skip(self) -> None:
        """Go to the next song."""
        self.server.mpc("next")

    def stop(self) -> None:
        """Stop."""
        self.server.mpc("stop")

    def pause(self) -> None:
        """Pause."""
        self.server.mpc("pause")

    def resume(self) -> None:
        """Go on."""
        self.server.mpc("play")

    def seek(self, seconds: int) -> None:
        """Jump to a place in the song."""
        self.server.mpc("seek", f"0:0:{seconds}")

    def delete(self, place: int) -> None:
        """Take a song of the queue out."""
        self.server.mpc("del", str(place + 1))

    def shuffle(self) -> None:
        """Switch on that songs are drawn, for ever."""
        self.server.mpc("random", "on")
        self.server.mpc("repeat", "on")

    def modes(self) -> set[str]:
        """The modes that are on."""
        status = self.server.mpc("status", "random=%random% repeat=%repeat% single=%single%")
        return {word.partition("=")[0] for word in status.split() if word.endswith("=on")}

    def listen(self, seconds: float) -> None:
        """Let time pass."""
        self.server.listen(seconds)


class AtSimulated:
    """At the simulated player."""

    def __init__(self, player: SimulatedPlayer, music: Path) -> None:
        self.player, self.music = player, music
        self._all: list[Path] = []

    def add(self, name: str) -> None:
        """Put a song at the end of the queue."""
        self.player.add(self.music / name)
        self._all.append(self.music / name)

    def play(self, place: int = 0) -> None:
        """Play a song of the queue."""
        self.player.play(self._all[place])

    def skip(self) -> None:
        """Go to the next song."""
        self.player.skip()

    def stop(self) -> None:
        """Stop."""
        self.player.stop()

    def pause(self) -> None:
        """Pause."""
        self.player.pause()

    def resume(self) -> None:
        """Go on."""
        self.player.resume()

    def seek(self, seconds: int) -> None:
        """Jump to a place in the song."""
        self.player.seek(1000 * seconds)

    def delete(self, place: int) -> None:
        """Take a song of the queue out."""
        gone = self._all.pop(place)
        self.player.remove(next(item for item in self.player.upcoming() if item.path == gone))

    def shuffle(self) -> None:
        """Switch on that songs are drawn, for ever."""
        self.player.modes = {"random", "repeat"}

    def modes(self) -> set[str]:
        """The modes that are on."""
        return set(self.player.modes)

    def listen(self, seconds: float) -> None:
        """Let time pass."""
        self.player.advance(seconds)


def at_simulated(music: Path) -> AtSimulated:
    """At a simulated player whose songs are as long as the real ones, and which cannot play ``unknown.flac``."""
    return AtSimulated(SimulatedPlayer(lambda _: 1000 * SONG_S, {music / "unknown.flac"}), music)


class AtBuiltin:
    """At the built-in player, which plays to nobody, in real time."""

    def __init__(self, music: Path) -> None:
        self.player, self.music = BuiltinPlayer(open_silent_output), music

    def add(self, name: str) -> None:
        """Put a song at the end of the queue."""
        self.player.append([self.music / name])

    def play(self, place: int = 0) -> None:
        """Play a song of the queue, counted as it was filled."""
        self.player.play_item(sorted(self.player.queue(), key=lambda item: int(item.key.rpartition("-")[2]))[place])

    def skip(self) -> None:
        """Go to the next song."""
        self.player.next()

    def stop(self) -> None:
        """Stop."""
        self.player.stop()

    def pause(self) -> None:
        """Pause."""
        self.player.pause()

    def resume(self) -> None:
        """Go on."""
        self.player.play()

    def seek(self, seconds: int) -> None:
        """Jump to a place in the song."""
        self.player.seek(1000 * seconds)

    def delete(self, place: int) -> None:
        """Take a song of the queue out."""
        self.player.remove([self.player.queue()[place]])

    def shuffle(self) -> None:
        """Switch on that songs are drawn, for ever."""
        self.player.set_modes(frozenset({"random", "repeat"}))

    def modes(self) -> set[str]:
        """The modes that are on."""
        return set(self.player.now().modes)

    def listen(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)
