"""The menu of the built-in player: in which order it plays, and when it stops by itself."""

from typing import Final

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from player_rec.gui.words import say
from player_rec.players.builtin.news import Now
from player_rec.players.builtin.player import BuiltinPlayer

SLEEPS_MIN: Final = (15, 30, 45, 60, 90)
_REPEATS: Final = (("Do not repeat", frozenset[str]()), ("Repeat the queue", frozenset({"repeat"})),
                   ("Repeat this song", frozenset({"repeat", "single"})))  # fmt: skip
_OF_REPEATING: Final = frozenset({"repeat", "single"})


class PlayerMenu(QMenu):
    """Shows how the player stands whenever it opens. Shuffle and repeat rest while heart mode is on."""

    def __init__(self, player: BuiltinPlayer, parent: QWidget) -> None:
        super().__init__(parent)
        self._player = player
        self.heart = False
        self.shuffle = self.addAction(say("Shuffle"))
        self.shuffle.setCheckable(True)
        self.shuffle.triggered.connect(lambda on: self._set("random", on=on))
        self._repeat = QActionGroup(self)
        for words, modes in _REPEATS:
            self._repeat.addAction(self._choice(self, say(words), modes))
        self._repeat.triggered.connect(lambda action: self._set_repeat(action.data()))
        self.addSeparator()
        sleep = self.addMenu(say("Sleep timer"))
        self._sleep = QActionGroup(self)
        for words, minutes in (
            (say("Off"), None),
            (say("After this song"), 0),
            *((say("In {minutes} min", minutes=minutes), minutes) for minutes in SLEEPS_MIN),
        ):
            self._sleep.addAction(self._choice(sleep, words, minutes))
        self._sleep.triggered.connect(lambda action: self.sleep(action.data()))
        self.aboutToShow.connect(self.show_now)

    def _choice(self, menu: QMenu, words: str, means: object) -> QAction:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setData(means)
        return action

    def show_now(self) -> None:
        """Take in how the player stands."""
        now = self._player.now()
        self.shuffle.setChecked("random" in now.modes)
        for action in (self.shuffle, *self._repeat.actions()):
            action.setEnabled(not self.heart)
        for action in self._repeat.actions():
            action.setChecked(action.data() == now.modes & _OF_REPEATING)
        for action in self._sleep.actions():
            action.setChecked(self._holds(action.data(), now))

    def _holds(self, minutes: int | None, now: Now) -> bool:
        if now.sleep_after_song:
            return minutes == 0
        if now.sleep_left_s is None:
            return minutes is None
        return minutes == min((m for m in SLEEPS_MIN if 60 * m >= now.sleep_left_s), default=SLEEPS_MIN[-1])

    def sleep(self, minutes: int | None) -> None:
        """Stop in so many minutes; 0 is after this song, None not at all."""
        self._player.sleep_in(60.0 * minutes if minutes else None)
        self._player.sleep_after_song(so=minutes == 0)

    def _set(self, mode: str, *, on: bool) -> None:
        modes = self._player.now().modes
        self._player.set_modes(modes | {mode} if on else modes - {mode})

    def _set_repeat(self, modes: frozenset[str]) -> None:
        self._player.set_modes(self._player.now().modes - _OF_REPEATING | modes)


def sleep_said(now: Now) -> str:
    """When the player stops by itself, in a few words; empty where it does not."""
    if now.sleep_after_song:
        return say("Stops after this song")
    if now.sleep_left_s is None:
        return ""
    return say("Stops in {minutes} min", minutes=max(1, round(now.sleep_left_s / 60)))
