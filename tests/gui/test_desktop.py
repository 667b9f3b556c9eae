"""The desktop's own checker reads what is written for it."""

import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeDatabase
from PySide6.QtSvg import QSvgRenderer

from player_rec.gui.desktop.entry import (
    MIME_TYPES,
    Autostart,
    Homes,
    autostart,
    command,
    homes,
    install,
    menu_entry,
    set_autostart,
    uninstall,
)
from player_rec.library.formats import AUDIO_SUFFIXES

START = ("/opt/player rec/bin/player-rec-tray",)


def checked(file: Path) -> str:
    """What the checker has to say."""
    done = subprocess.run(["desktop-file-validate", file], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def said(file: Path, key: str) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith(f"{key}="))


@pytest.fixture
def where(tmp_path: Path) -> Homes:
    return Homes(tmp_path / "config", tmp_path / "data")


def test_the_menu_takes_the_entry_and_finds_its_icon(where: Homes) -> None:
    install(where, START)
    assert where.entry == where.data / "applications/player_rec.desktop"
    assert checked(where.entry) == ""
    assert said(where.entry, "Exec") == '"/opt/player rec/bin/player-rec-tray" %F'
    assert where.icon == where.data / f"icons/hicolor/scalable/apps/{said(where.entry, 'Icon')}.svg"
    icon = QSvgRenderer(QByteArray(where.icon.read_bytes()))
    assert icon.isValid()
    assert icon.defaultSize().width() == 128
    assert b"#000" not in where.icon.read_bytes()


def test_every_kind_of_music_the_desktop_knows_can_be_opened(where: Homes, qapp: object) -> None:
    install(where, START)
    assert said(where.entry, "MimeType") == ";".join(MIME_TYPES) + ";"
    known = QMimeDatabase()
    kinds = {kind.name() for ending in AUDIO_SUFFIXES for kind in known.mimeTypesForFileName(f"a.{ending}")}
    assert {kind for kind in kinds if kind.startswith("audio/")} - set(MIME_TYPES) == set()


@pytest.mark.parametrize("hidden", [True, False])
def test_it_starts_with_the_desktop_until_it_is_told_not_to(where: Homes, hidden: bool) -> None:
    assert not autostart(where).on
    set_autostart(where, Autostart(on=True, hidden=hidden), START)
    assert autostart(where) == Autostart(on=True, hidden=hidden)
    assert checked(where.autostart) == ""
    assert said(where.autostart, "Exec").endswith(" --hidden") is hidden
    assert sorted(file.name for file in where.autostart.parent.iterdir()) == ["player_rec.desktop"]
    set_autostart(where, Autostart(on=False), START)
    assert not autostart(where).on
    assert not where.autostart.exists()


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_one_switched_off_in_the_settings_of_the_desktop_is_off(where: Homes, line: str) -> None:
    set_autostart(where, Autostart(on=True), START)
    text = where.autostart.read_text(encoding="utf-8").replace("X-GNOME-Autostart-enabled=true", line)
    where.autostart.write_text(text, encoding="utf-8")
    assert autostart(where) == Autostart(on=False, hidden=True)


def test_nothing_stays_behind(where: Homes) -> None:
    install(where, START)
    set_autostart(where, Autostart(on=True), START)
    uninstall(where)
    uninstall(where)
    assert [file for file in where.data.parent.rglob("*") if file.is_file()] == []


def test_a_desktop_starts_a_program_of_any_name(where: Homes, tmp_path: Path) -> None:
    """As GLib does: the text's own escapes go first, then the quotes, then the field codes."""
    program = tmp_path / "a b\"c'd$HOME`e\\f%u;g"
    program.mkdir()
    words = (str(program / "run"), "50%", "\\")
    install(where, words)
    assert checked(where.entry) == ""
    text = said(where.entry, "Exec").replace("\\\\", "\\").removesuffix(" %F")
    assert [word.replace("%%", "%").replace("\\`", "`").replace("\\$", "$") for word in shlex.split(text)] == [*words]


def test_the_desktop_says_where_its_folders_are() -> None:
    usual = homes({"HOME": "/home/lin", "XDG_DATA_HOME": "not/absolute"})
    assert usual == Homes(Path("/home/lin/.config"), Path("/home/lin/.local/share"))
    assert usual.autostart == Path("/home/lin/.config/autostart/player_rec.desktop")
    told = homes({"HOME": "/home/lin", "XDG_CONFIG_HOME": "/mnt/c", "XDG_DATA_HOME": "/mnt/d"})
    assert told == Homes(Path("/mnt/c"), Path("/mnt/d"))


def test_the_command_can_be_started() -> None:
    program = command()[0]
    assert Path(program).is_absolute()
    assert Path(program).stat().st_mode & stat.S_IXUSR
    assert len(command()) == 1 or command()[0] == sys.executable
    assert menu_entry(command()).count("\nExec=") == 1
