"""``player-rec-tray``: the tray app with its own player. Everything stays on this machine."""

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QSettings, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from player_rec.app.levels import KnownLevels
from player_rec.app.log import start_log
from player_rec.app.places import Places, places_in, usual_places
from player_rec.app.settings import Settings, read_settings
from player_rec.domain.errors import PlayerRecError
from player_rec.gui import words
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.cover_files import CoverFiles
from player_rec.gui.desktop.entry import command, homes
from player_rec.gui.desktop.entry import install as put_on_desktop
from player_rec.gui.desktop.entry import uninstall as take_off_desktop
from player_rec.gui.desktop.notify import Notifier
from player_rec.gui.desktop.opened import opened
from player_rec.gui.desktop.session import Session
from player_rec.gui.desktop.single import Door, hand_over
from player_rec.gui.desktop.tray import Tray
from player_rec.gui.look import theme
from player_rec.gui.look.following import Look
from player_rec.gui.look.icons import badge
from player_rec.gui.window import Window
from player_rec.gui.words import say
from player_rec.players.base import PlayerAdapter
from player_rec.players.builtin.news import CannotSound, FellAsleep, News, NowChanged, PassedOver
from player_rec.players.builtin.output import OpenOutput, open_output, open_silent_output
from player_rec.players.builtin.player import BuiltinPlayer

if TYPE_CHECKING:
    from player_rec.gui.desktop.freedesktop import Freedesktop

log = logging.getLogger(__name__)

_KEPT_AFTER_MS: Final = 2_000
_TOLD: Final = 3


class Program:
    """Everything that is there while the program runs."""

    def __init__(
        self,
        places: Places,
        player: str = "",
        settings: Settings = Settings(),  # noqa: B008 - never changes
        *,
        silent: bool = False,
        scheme: str = "",
        sound: OpenOutput | None = None,
    ) -> None:
        """``player`` is a name, empty for the built-in one; that may be ``silent`` and play to nobody.

        ``scheme`` is ``light`` or ``dark`` whatever the settings say, empty to do as they say. ``sound`` opens the
        device in place of the system.
        """
        sound = sound or (open_silent_output if silent else open_output)
        self.player = BuiltinPlayer(sound, KnownLevels(places)) if player in ("", "builtin") else None
        followed: str | PlayerAdapter = self.player if self.player is not None else player
        self.bridge = Bridge(places, followed)
        self._session = Session(places.data / "player.json", self.player)
        memory = QSettings(str(places.config / "window.ini"), QSettings.Format.IniFormat)
        controls = Controls(self.player, self.bridge) if self.player is not None else None
        self.window = Window(self.bridge, controls, memory, (*command(), *places.arguments))
        self.tray = Tray(self.bridge, controls)
        self.door = Door(places, self.open)
        self.tray.wanted.connect(self.window.raise_up)
        self.tray.quit.connect(QApplication.quit)
        self.tray.appeared.connect(lambda: setattr(self.window, "has_tray", True))
        self.tray.missing.connect(self.window.live_alone)
        self.window.left.connect(QApplication.quit)
        self.window.dropped.connect(self.open)
        self._theme = settings.theme
        app = cast("QApplication", QApplication.instance())
        app.lastWindowClosed.connect(self._alone)
        self.look = Look(app, scheme or settings.theme)
        self.look.changed.connect(self.tray.draw)
        files = CoverFiles(places.cache / "covers")
        self.desktop = _freedesktop(controls, self.bridge, files, self.window, self.look, self.tray)
        tell = self.tray.balloon if self.desktop is None else self.desktop.tell
        self.notifier = Notifier(self.bridge, self.window.covers, files, tell, self._seen, on=settings.notifications)
        self.window.settings.changed.connect(self._changed)
        if self.player is not None:
            self.player.set_gain(settings.gain)
            if not silent:
                self.player.use_device(settings.device)
            self.player.listen(self._heard)
            self.bridge.moved.connect(self.window.bar.show_now)
            self._keeping = QTimer(interval=_KEPT_AFTER_MS, singleShot=True)
            self._keeping.timeout.connect(lambda: self.bridge.ask(lambda _: self._session.keep(), lambda _: None))
            self.bridge.moved.connect(self._keep_soon)

    def _seen(self) -> bool:
        return self.window.isVisible() and not self.window.isMinimized()

    def _alone(self) -> None:
        """Nothing is left of it but the icon, whose tray may have crashed since it appeared."""
        if not self.tray.there:
            QApplication.quit()

    def _changed(self, settings: Settings) -> None:
        self.notifier.on = settings.notifications
        self.bridge.brain.tune(settings)
        if settings.theme != self._theme:
            self._theme = settings.theme
            self.look.fix(settings.theme)

    def _keep_soon(self) -> None:
        """Another song, pause, place, queue or volume: kept in a moment, so that a crash costs no more."""
        if not self._keeping.isActive():
            self._keeping.start()

    def _heard(self, news: News) -> None:
        """On one of the player's threads."""
        match news:
            case NowChanged() | FellAsleep():
                self.bridge.moved.emit()
            case PassedOver(item, why):
                self.bridge.failed.emit(say("{song} was passed over: {why}", song=item.path.name, why=say(why)))
            case CannotSound(why):
                self.bridge.failed.emit(why)

    def start(self, files: Sequence[Path], music: Path | None = None) -> None:
        """Begin: where it was left, with the files it was given, and with another folder of music to watch."""
        self._session.restore()
        self.bridge.brain.start()
        if music is not None:
            self.window.folders.add(music)
        self.tray.show()
        if self.desktop is not None:
            self.desktop.start()
        if files:
            self.open(files)

    def open(self, files: Sequence[Path]) -> None:
        """Play files and come to the front; without any, only the latter."""
        if files and self.player is not None:
            self.bridge.ask(lambda _: opened(files), self._play_opened)
        self.window.raise_up()

    def _play_opened(self, found: tuple[list[Path], list[Path]]) -> None:
        songs, others = found
        for file in others[:_TOLD]:
            self.bridge.failed.emit(say("{file} holds no music that can be played", file=file.name))
        if songs and self.player is not None:
            self.player.play_now(songs)

    def close(self) -> bool:
        """End, so that it can go on here another day. Whether all parts did in time."""
        if self.desktop is not None:
            self.desktop.close()
        self.tray.hide()
        self.door.close()
        if self.player is not None:
            self.player.pause()
        ended = self.bridge.brain.close()
        self._session.keep()
        if self.player is not None:
            self.player.quit()
        return ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until it is quit."""
    args = _arguments(arguments)
    places = places_in(args.library.absolute()) if args.library else usual_places()
    start_log(places.log, verbose=args.verbose)
    if args.install_desktop or args.uninstall_desktop:
        return _desktop(install=args.install_desktop, start=(*command(), *places.arguments))
    app = QApplication(["player_rec"])  # the class of its windows, also when started as a module
    app.setApplicationName("player_rec")
    app.setDesktopFileName("player_rec")
    app.setQuitOnLastWindowClosed(False)
    try:
        settings = read_settings(places.settings)
    except PlayerRecError as error:
        QMessageBox.critical(None, "player_rec", str(error))
        return 4
    words.speak(args.language or settings.language)
    theme.dress(app, args.theme or settings.theme)
    app.setWindowIcon(badge(theme.colours().accent, full=True))
    files = [file.absolute() for file in args.files]
    if hand_over(places, files):
        return 0
    places.data.mkdir(parents=True, exist_ok=True)
    program = Program(places, args.player or settings.player, settings, silent=args.silent, scheme=args.theme)
    waker = _end_on_signals(app)
    program.start(files, args.music.absolute() if args.music else None)
    if not args.hidden:
        program.window.show()
    code = app.exec()
    waker.close()
    if not program.close():
        log.warning("a part did not end in time")
        logging.shutdown()
        os._exit(code)  # its thread would outlive what it stands on
    return code


def _freedesktop(
    controls: Controls | None, bridge: Bridge, covers: CoverFiles, window: Window, look: Look, tray: Tray
) -> "Freedesktop | None":
    """Linux desktops reach the program by this, and it them; other systems have no such bus."""
    if sys.platform != "linux":
        return None
    from player_rec.gui.desktop.freedesktop import Freedesktop

    return Freedesktop(controls, bridge, covers, window, look, tray.balloon)


def _desktop(*, install: bool, start: Sequence[str]) -> int:
    try:
        if install:
            put_on_desktop(homes(), start)
        else:
            take_off_desktop(homes())
    except OSError as error:
        print(f"player-rec-tray: {error}", file=sys.stderr)
        return 4
    return 0


def _end_on_signals(app: QApplication) -> socket.socket:
    """A signal ends the program. Python takes it once it runs again, so a byte on a socket wakes it up out of Qt."""
    near, far = socket.socketpair()
    for end in (near, far):
        end.setblocking(False)
    signal.set_wakeup_fd(far.fileno())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.quit())
    notifier = QSocketNotifier(near.fileno(), QSocketNotifier.Type.Read, app)
    notifier.activated.connect(lambda: near.recv(16))
    return far


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="player-rec-tray", description=say("The radio that knows your own music."))
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="play these")
    parser.add_argument("--library", type=Path, metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--music", type=Path, metavar="FOLDER", help="watch this folder from now on")
    parser.add_argument("--player", default="", metavar="NAME", help="follow this player instead of the built-in one")
    parser.add_argument("--install-desktop", action="store_true", help="add the program to the menus of the desktop")
    parser.add_argument("--uninstall-desktop", action="store_true", help="take it out of them again")
    parser.add_argument("--hidden", action="store_true", help="start in the tray without the window")
    parser.add_argument("--silent", action="store_true", help="the built-in player plays to nobody")
    parser.add_argument("--theme", default="", choices=["light", "dark"], help="instead of that of the desktop")
    parser.add_argument("--language", default="", choices=["en", "zh"], help="instead of that of the system")
    parser.add_argument("--verbose", action="store_true", help="say what is done, on standard error")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
