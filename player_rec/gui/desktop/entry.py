"""The program's place on a Linux desktop: an entry in the menu with its icon, and the start along with the desktop.

Files after the Desktop Entry Specification 1.4, the Desktop Application Autostart Specification, the Icon Theme
Specification and the XDG Base Directory Specification of freedesktop.org.
"""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

NAME: Final = "player_rec"
"""Of the entry and the icon, and what windows say they belong to."""

_ENTRY: Final = f"{NAME}.desktop"
_HIDDEN: Final = "--hidden"
_ICON_COLOUR: Final = "#c8325f"

_KINDS: Final = (
    "mpeg mp3 x-mp3 mp2 x-mp2 mp4 x-m4a x-m4b aac x-aac ogg opus x-opus+ogg vorbis x-vorbis+ogg x-flac+ogg "
    "x-speex x-speex+ogg flac x-flac wav x-wav vnd.wave aiff x-aiff x-aifc x-ape x-wavpack x-tta x-musepack x-ms-wma "
    "webm x-matroska vnd.rn-realaudio ac3 eac3 vnd.dts vnd.dts.hd basic x-caf x-dsf x-dff x-mod x-it x-s3m "
    "x-stm x-xm"
)
MIME_TYPES: Final = (
    *(f"audio/{kind}" for kind in _KINDS.split()),
    "application/ogg",
    "application/x-shorten",
)
"""What desktops call the kinds of music the program reads; kinds that may be films are left to film players."""


@dataclass(frozen=True, slots=True)
class Homes:
    """Where a desktop looks for what belongs to one person."""

    config: Path
    data: Path

    @property
    def autostart(self) -> Path:
        """Tells the desktop to start the program."""
        return self.config / "autostart" / _ENTRY

    @property
    def entry(self) -> Path:
        """Tells the desktop that there is the program."""
        return self.data / "applications" / _ENTRY

    @property
    def icon(self) -> Path:
        """The icon, sharp at any size."""
        return self.data / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg"


def homes(environment: Mapping[str, str] = os.environ) -> Homes:
    """The folders the desktop was told to use; a relative path does not count, as the specification has it."""

    def folder(variable: str, usual: str) -> Path:
        told = Path(environment.get(variable, ""))
        return told if told.is_absolute() else Path(environment.get("HOME") or Path.home()) / usual

    return Homes(folder("XDG_CONFIG_HOME", ".config"), folder("XDG_DATA_HOME", ".local/share"))


def command() -> tuple[str, ...]:
    """How the program that runs now is started another time."""
    beside = Path(sys.executable).with_name("player-rec-tray")  # a menu does not know of a virtual environment
    if beside.is_file():
        return (str(beside),)
    found = shutil.which("player-rec-tray")
    return (found,) if found else (sys.executable, "-m", "player_rec.gui.main")


@dataclass(frozen=True, slots=True)
class Autostart:
    """Whether the program starts with the desktop, and whether it shows no window then."""

    on: bool
    hidden: bool = True


def autostart(where: Homes) -> Autostart:
    """As it is now. One that the desktop's own settings have switched off is off. Raises OSError."""
    try:
        lines = where.autostart.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return Autostart(on=False)
    given = {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}
    off = given.get("Hidden") == "true" or given.get("X-GNOME-Autostart-enabled") == "false"
    return Autostart(on=not off, hidden=_HIDDEN in given.get("Exec", "").split())


def set_autostart(where: Homes, wanted: Autostart, start: Sequence[str]) -> None:
    """Start with the desktop from now on, by the command ``start``, or no longer. Raises OSError."""
    if wanted.on:
        _write(where.autostart, autostart_entry([*start, _HIDDEN] if wanted.hidden else start))
    else:
        where.autostart.unlink(missing_ok=True)


def install(where: Homes, start: Sequence[str]) -> None:
    """Be in the menu, and among what can open music, started by the command ``start``. Raises OSError."""
    _write(where.icon, icon_svg())
    _write(where.entry, menu_entry(start))


def uninstall(where: Homes) -> None:
    """Be neither in the menu nor started by the desktop any more. Raises OSError."""
    for file in (where.entry, where.icon, where.autostart):
        file.unlink(missing_ok=True)


def menu_entry(start: Sequence[str]) -> str:
    """The entry of the menu."""
    return _entry(
        f"Exec={_quoted(start)} %F",
        "Categories=AudioVideo;Audio;Player;",
        "Keywords=music;radio;recommendation;音乐;电台;心动;",
        f"MimeType={';'.join(MIME_TYPES)};",
        "StartupNotify=true",
        f"StartupWMClass={NAME}",
        "X-GNOME-SingleWindow=true",
    )


def autostart_entry(start: Sequence[str]) -> str:
    """The entry that a desktop starts when somebody logs in."""
    return _entry(f"Exec={_quoted(start)}", "X-GNOME-Autostart-enabled=true")


def icon_svg() -> str:
    """The heart, in its own colour."""
    outline = (files("player_rec.gui.look") / "icons" / "heart-full.svg").read_text(encoding="utf-8")
    return outline.replace("#000", _ICON_COLOUR).replace("<svg ", '<svg width="128" height="128" ', 1)


def _entry(*lines: str) -> str:
    first = (
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.4",
        f"Name={NAME}",
        "GenericName=Music Player",
        "GenericName[zh_CN]=音乐播放器",
        "Comment=The radio that knows your own music",
        "Comment[zh_CN]=懂你音乐的离线电台",
        f"Icon={NAME}",
        "Terminal=false",
    )
    return "\n".join((*first, *lines, ""))


def _quoted(words: Sequence[str]) -> str:
    """A command as the key Exec wants it: quoted, then escaped as every text of an entry is, with no field codes."""
    quoted = []
    for word in words:
        inner = "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in word)
        quoted.append(word if word and not set(word) & set(" \t\n\"'\\><~|&;$*?#()`") else f'"{inner}"')
    return " ".join(quoted).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("%", "%%")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")  # no desktop reads half an entry, nor one by that name
    new.write_text(text, encoding="utf-8", errors="surrogateescape")  # as file names are
    new.replace(file)
