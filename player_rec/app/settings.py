"""What the user may change, read once and handed over as a value; changed line by line, so that notes stay."""

import io
import json
import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from player_rec.domain.errors import BadSettings
from player_rec.players.builtin.gain import GainMode, GainSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default.

    Attributes:
        workers: processes that analyse; 0 means all cores for a scan one waits for, half of them in the background.
        file_limit_s: seconds one file may take before it is given up.
        analyse_on_battery: go on with background analysis while the laptop runs on battery.
        rescan_minutes: how often a watched folder is listed again, whatever the watcher said.
        poll_seconds: how often a folder that cannot be watched (a network drive) is listed.
        player: the player to follow where none is named; empty is the built-in one for the tray, else MPD.
        mpd_host: where MPD is: a host name or the path of its socket; empty looks in the usual places.
        mpd_port: its port.
        mpd_password: what it asks for.
        mpd_music_directory: its music directory, where it does not tell.
        ahead: songs the radio keeps in the queue.
        steady: how many of these stay as they are when it plans anew, unless they became wrong; not more than all.
        repeat_hours: for so long no recording comes back.
        language: of the window and of reasons, ``en`` or ``zh``; empty takes that of the system.
        theme: of the window, ``light`` or ``dark``; empty takes that of the desktop.
        replay_gain: what the built-in player makes equally loud: ``track``, ``album``, or nothing (``off``).
        pre_amp_db: on top of that.
        device: the sound device of the built-in player by its name; empty is the default one.
        notifications: tell of a new song while the window is not seen.
    """

    workers: int = 0
    file_limit_s: float = 60.0
    analyse_on_battery: bool = False
    rescan_minutes: float = 10.0
    poll_seconds: float = 60.0
    player: str = ""
    mpd_host: str = ""
    mpd_port: int = 6600
    mpd_password: str = ""
    mpd_music_directory: str = ""
    ahead: int = 5
    steady: int = 2
    repeat_hours: float = 4.0
    language: str = ""
    theme: str = ""
    replay_gain: str = "album"
    pre_amp_db: float = 0.0
    device: str = ""
    notifications: bool = False

    @property
    def gain(self) -> GainSettings:
        """How loud the built-in player plays."""
        return GainSettings(GainMode(self.replay_gain), self.pre_amp_db)


_RANGES: Final = {
    "workers": (0, 1024),
    "file_limit_s": (0.1, 86_400),
    "rescan_minutes": (0.1, 525_600),
    "poll_seconds": (1, 86_400),
    "mpd_port": (1, 65_535),
    "ahead": (1, 100),
    "steady": (0, 100),
    "repeat_hours": (0, 1_000_000),
    "pre_amp_db": (-15, 15),
}
"""The least and the most that makes sense."""

_CHOICES: Final = {"theme": ("", "light", "dark"), "replay_gain": tuple(GainMode)}
"""All there is to choose from."""

_BLANK: Final = " \t\r\n"


def read_settings(path: Path) -> Settings:
    """The settings in a TOML file, defaults where it says nothing or is not there.

    Raises:
        BadSettings: the file is no TOML, names an unknown setting, or gives one a value that makes no sense.
    """
    return _meant(path, _text(path))


def write_settings(path: Path, changes: Mapping[str, object]) -> Settings:
    """Change some settings by name and return all; what else the file says stays as it is, remarks too.

    A file that is a link stays one, and one that cannot be made sense of is not touched.

    Raises:
        BadSettings: the file is no good as it is or cannot be written, or a change makes no sense.
    """
    text = _text(path)
    _meant(path, text)
    known = {field.name: field.default for field in fields(Settings)}
    if unknown := changes.keys() - known.keys():
        raise BadSettings(f"{path}: unknown settings: {', '.join(sorted(unknown))}")
    wanted = {name: _checked(path, name, value, known[name]) for name, value in changes.items()}
    new = _changed(text, wanted)
    settings = _meant(path, new)
    if new != text:
        _put(path, new)
    return settings


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: {error}") from error


def _meant(path: Path, text: str) -> Settings:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{path}: {error}") from error
    known: dict[str, Any] = {field.name: field.default for field in fields(Settings)}
    if unknown := given.keys() - known.keys():
        raise BadSettings(f"{path}: unknown settings: {', '.join(sorted(unknown))}. Known: {', '.join(known)}")
    settings = {name: _checked(path, name, value, known[name]) for name, value in given.items()}
    ahead, steady = settings.get("ahead", known["ahead"]), settings.get("steady")
    if steady is None:
        settings["steady"] = min(known["steady"], ahead)
    elif steady > ahead:
        raise BadSettings(f"{path}: steady = {steady} of ahead = {ahead} songs cannot be; at most {ahead} can stay")
    return Settings(**settings)


def _checked(path: Path, name: str, value: object, default: Any) -> Any:
    if isinstance(default, (bool, str)):
        fits = isinstance(value, type(default))
    else:
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
        fits = fits and (isinstance(default, float) or isinstance(value, int))
    if not fits:
        raise BadSettings(f"{path}: {name} = {value!r} does not fit; an example is {name} = {json.dumps(default)}")
    if name in _RANGES and isinstance(value, (int, float)):
        least, most = _RANGES[name]
        if not least <= value <= most:
            raise BadSettings(f"{path}: {name} = {value!r} does not fit; {least} to {most} would")
    if name in _CHOICES and value not in _CHOICES[name]:
        choices = ", ".join(json.dumps(choice) for choice in _CHOICES[name])
        raise BadSettings(f"{path}: {name} = {value!r} does not fit; one of {choices} would")
    return type(default)(value)


def _changed(text: str, wanted: Mapping[str, Any]) -> str:
    """The text of good settings with others in it; those it does not have yet come last."""
    left, parts = dict(wanted), list[str]()
    for part, given in _statements(text):
        name = next(iter(given), "")
        parts.append(_replaced(part, given[name], left.pop(name)) if name in left else part)
    newline = "\r\n" if "\r\n" in text else "\n"
    if parts and left and not parts[-1].endswith("\n"):
        parts.append(newline)
    parts += [f"{name} = {_toml(value)}{newline}" for name, value in left.items()]
    return "".join(parts)


def _statements(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The text in pieces that say one thing each, or nothing; only a text value can make one longer than a line."""
    part = ""
    for line in io.StringIO(text, newline="\n"):
        part += line
        given = _loads(part)
        if given is not None:
            yield part, given
            part = ""


def _replaced(part: str, before: object, after: object) -> str:
    """A statement with another value, and the remark behind it."""
    if before == after:
        return part
    start = part.index("=") + 1
    end = next((at for at, sign in enumerate(part) if sign == "#" and _loads(part[:at])), len(part))
    value = part[start:end]
    left = value[: len(value) - len(value.lstrip(_BLANK))]
    right = value[len(value.rstrip(_BLANK)) :]
    return f"{part[:start]}{left}{_toml(after)}{right}{part[end:]}"


def _loads(part: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(part)
    except tomllib.TOMLDecodeError:
        return None


def _toml(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON lets that one stand


def _put(path: Path, text: str) -> None:
    """Replace a file as a whole, or not at all."""
    try:
        goal = path.resolve()
        goal.parent.mkdir(parents=True, exist_ok=True)
        new = goal.with_name(f"{goal.name}.new")
        with new.open("wb") as file:
            if goal.exists():
                shutil.copymode(goal, new)
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        new.replace(goal)
    except (OSError, UnicodeEncodeError) as error:
        raise BadSettings(f"{path}: {error}") from error
