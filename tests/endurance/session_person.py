"""Somebody who cannot leave the window alone: clicks, types and drags in the real one, at random."""

from random import Random

from PySide6.QtCore import QTimer

from player_rec.engine.scene import Scene
from player_rec.gui.main import Program
from player_rec.gui.window import Page
from player_rec.players.builtin.player import BuiltinPlayer

_WORDS = ("a", "lo", "love", "the", "s", "10", "")
_HOLDS_MS = 300


class Person:
    """Does one thing at a time; what ``act`` did is its name."""

    def __init__(self, program: Program, rng: Random) -> None:
        self._program, self._window, self._rng = program, program.window, rng
        self._deeds = (
            *(self._skip,) * 4, self._like, self._seek, *(self._turn,) * 2, *(self._open,) * 6, *(self._search,) * 3,
            self._play_found, self._hide, self._hide, self._switch, self._pause, *(self._queue,) * 3, self._volume,
            self._sleep, self._look, self._avoid, self._resize, self._rest,
        )  # fmt: skip

    @property
    def _player(self) -> BuiltinPlayer:
        assert self._program.player is not None
        return self._program.player

    @property
    def _scene(self) -> Scene | None:
        return self._window._scene

    def act(self) -> str:
        """Do something; where no music plays, have some."""
        scene = self._scene
        if scene is None or not scene.connected:
            return ""
        if self._program.window.bar._controls and not self._program.window.bar._controls.playing:
            self._window.bar.go_or_hold()
            return "start"
        if not scene.heart:
            self._window.radio.switch(on=True)
            return "heart mode on"
        deed = self._rng.choice(self._deeds)
        deed()
        return deed.__name__.strip("_").replace("_", " ")

    def _skip(self) -> None:
        (self._window.bar._next if self._rng.random() < 0.8 else self._window.bar._previous).click()

    def _like(self) -> None:
        self._window.bar._heart.click()

    def _seek(self) -> None:
        self._player.seek(self._rng.randrange(max(1, self._player.now().duration_ms)))

    def _turn(self) -> None:
        dial = self._rng.choice(list(self._window.radio._dials.values()))
        for _ in range(5):
            dial.setValue(self._rng.randint(-100, 100))

    def _open(self) -> None:
        self._window.open(self._rng.choice(list(Page)))

    def _search(self) -> None:
        self._window.open(Page.LIBRARY)
        self._window.library._words.setText(self._rng.choice(_WORDS))

    def _play_found(self) -> None:
        table = self._window.library._table
        if rows := table.model().rowCount():
            table.activated.emit(table.model().index(self._rng.randrange(rows), 0))

    def _hide(self) -> None:
        if self._window.isVisible():
            self._window.hide()
        else:
            self._window.raise_up()

    def _switch(self) -> None:
        self._program.tray.heart.trigger()

    def _pause(self) -> None:
        self._window.bar.go_or_hold()
        QTimer.singleShot(_HOLDS_MS, self._player.play)

    def _queue(self) -> None:
        rows = self._window.radio._model
        if count := rows.rowCount():
            waiting = rows.at(self._rng.randrange(count))
            deed = self._rng.choice(("why", "keep", "reroll", "remove", "move"))
            if deed == "move":
                rows.moved.emit(waiting.item.key, self._rng.randrange(count))
            else:
                self._window.radio._queue.wanted.emit(deed, waiting)

    def _volume(self) -> None:
        self._window.bar._volume.setValue(self._rng.randint(0, 100))

    def _sleep(self) -> None:
        if self._window.bar.menu is not None:
            self._window.bar.menu.show_now()
            self._window.bar.menu.sleep(self._rng.choice((30, None)))

    def _look(self) -> None:
        self._program.look.fix(self._rng.choice(("light", "dark")))

    def _avoid(self) -> None:
        if self._rng.random() < 0.3:
            self._program.tray._avoid(7.0)

    def _resize(self) -> None:
        self._window.resize(self._rng.randint(720, 1300), self._rng.randint(480, 900))

    def _rest(self) -> None:
        self._program.tray.rest.trigger()
