"""What the user may change, read once and handed over as a value."""

import json
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from player_rec.domain.errors import BadSettings


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
        language: of reasons, ``en`` or ``zh``; empty takes that of the system.
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


_RANGES: Final = {
    "workers": (0, 1024),
    "file_limit_s": (0.1, 86_400),
    "rescan_minutes": (0.1, 525_600),
    "poll_seconds": (1, 86_400),
    "mpd_port": (1, 65_535),
    "ahead": (1, 100),
    "steady": (0, 100),
    "repeat_hours": (0, 1_000_000),
}
"""The least and the most that makes sense."""


def read_settings(path: Path) -> Settings:
    """The settings in a TOML file, defaults where it says nothing or is not there.

    Raises:
        BadSettings: the file is no TOML, names an unknown setting, or gives one a value that makes no sense.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
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
    return type(default)(value)
