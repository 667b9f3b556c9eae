"""Odd things typed, and odd times to type them: each is answered in a sentence, and nothing is lost by it."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from player_rec.app.places import places_in
from player_rec.app.remote import Ear
from player_rec.cli.history import day
from player_rec.cli.main import _parser
from player_rec.cli.writing import writing
from player_rec.domain.errors import StoreUnavailable
from tests.cli.conftest import Library
from tests.cli.test_scan import songs
from tests.store.holder import held


@pytest.fixture(scope="module")
def kept(scanned: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The scanned library with a history of its own, for all tests here."""
    copy = tmp_path_factory.mktemp("odd") / "kept"
    shutil.copytree(scanned.kept, copy)
    return Library(scanned.music, copy)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place where clocks are put forward and back."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(("of", "hours"), [("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)])
def test_a_day_is_as_long_as_it_is_here(berlin: None, of: str, hours: int) -> None:
    begins, ends = day(date.fromisoformat(of))
    assert begins is not None
    assert ends is not None
    assert ends - begins == timedelta(hours=hours)
    assert day(date.fromisoformat(of) + timedelta(days=1))[0] == ends


@pytest.mark.parametrize("zone", ["UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "AST4"])
def test_the_first_and_the_last_day_there_are_begin_and_end(berlin: None, zone: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        for of in (date.min, date.min + timedelta(days=1), date.max - timedelta(days=1)):
            begins, ends = day(of)
            assert begins is not None
            assert ends is not None
            assert begins <= ends
        assert day(date.max)[0] is not None


def test_the_plays_of_the_last_day_there_is_are_none(kept: Library) -> None:
    assert kept.run("history", "--day", "9999-12-31").out == "nothing was heard on 9999-12-31\n"
    assert kept.run("taste", "forget", "0001-01-01").out == "0 lessons taken back\n"


@pytest.mark.parametrize("number", ["0", "-1", "many", "9" * 5000])
@pytest.mark.parametrize(
    "command",
    ["history -n", "taste lessons -n", "heart preview x -n", "similar x -k", "path x y -n", "export --m3u x -k"],
)
def test_no_songs_is_no_number_of_songs(command: str, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        _parser().parse_args([*command.split(), number])
    assert ended.value.code == 2
    assert "is no number of songs" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["taste undo", "taste redo", "heart keep", "scan --workers", "embed x --workers"])
def test_a_number_beyond_all_lists_is_refused(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for number in ("-1", "9" * 19):
        with pytest.raises(SystemExit):
            _parser().parse_args([*command.split(), number])
        assert "is no number" in capsys.readouterr().err


def test_a_ban_is_one_however_often_it_is_asked_for(kept: Library) -> None:
    song = songs(kept.music)[0]
    first = kept.run("ban", song, "--days", "7", "--json").json
    assert kept.run("ban", song, "--days", "always", "--json").json["until"] is None
    assert kept.run("ban", song, "--days", "7").out.startswith("not played ever again")
    (ban,) = kept.run("bans", "--json").json["bans"]
    assert ban["until"] is None
    for number in ("7", "9" * 5000):
        said = kept.run("unban", number)
        assert said.code == 1
        assert f"there is no ban or snooze {number}" in said.err
    assert ban["number"] != first["number"]
    assert kept.run("unban", str(ban["number"])).code == 0
    assert kept.run("bans").out == "nothing is banned or snoozed\n"


def test_a_song_whose_file_went_and_came_back_is_named_until_it_is_scanned_again(
    scanned: Library, tmp_path: Path
) -> None:
    made = Library(tmp_path / "music", tmp_path / "kept")
    shutil.copytree(scanned.music, made.music)
    assert made.run("scan", made.music).code == 0
    song = songs(made.music)[0]
    song.rename(tmp_path / "away")
    assert made.run("scan").code == 0
    (tmp_path / "away").rename(song)
    for command in (("heart", "preview"), ("unban",)):
        said = made.run(*command, song)
        assert said.code == 1
        assert "scan its folder first" in said.err
    assert made.run("scan").code == 0
    assert made.run("heart", "preview", song).code == 0


def test_a_history_that_another_program_holds_is_said_to_be_held_and_stays_whole(kept: Library) -> None:
    song = songs(kept.music)[1]
    with held(kept.kept / "listening.db"):
        assert kept.run("history").code == 0
        said = kept.run("like", song)
        assert said.code == 4
        assert "another program has held it for too long" in said.err
    assert kept.run("like", song, "--json").json["changed"]


def test_heart_mode_on_another_player_than_the_one_that_is_followed_is_refused(kept: Library) -> None:
    asked: list[object] = []

    def window(order: Mapping[str, Any]) -> Mapping[str, Any]:
        asked.append(order)
        return {"player": "builtin", "connected": True, "heart": False, "picks": [], "why": ""}

    with closing(Ear(places_in(kept.kept), window)):
        said = kept.run("heart", "on", "--player", "mpd")
        assert said.code == 3
        assert "builtin is followed already" in said.err
        assert asked == [{"do": "status"}]
        assert kept.run("heart", "status").out == "heart mode is off; following builtin\n"


def test_starting_afresh_says_what_it_lets_go_of_now(kept: Library, tmp_path: Path) -> None:
    lines = tmp_path / "plays.jsonl"
    play = (
        '{"kind": "play", "content": "a", "file": "/m/a.mp3", "started": "2026-03-0%dT20:00:00+08:00", "heard_ms": 9,'
        ' "duration_ms": 10, "ending": "skipped", "source": "own", "player": "mpd", "title": "a\u2028b",'
        ' "artist": "", "learned": true}'
    )
    lines.write_text("\ufeff" + "\r\n".join(play % n for n in (1, 2, 3)), encoding="utf-8")
    assert kept.run("history", "--import", lines, "--json").json["plays"] == 3
    assert kept.run("taste", "afresh", "--json").json["lessons"] == 3
    assert kept.run("taste", "afresh").out == "0 lessons left behind\n"


def test_an_import_that_cannot_be_understood_is_named_by_its_line(kept: Library, tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    for odd in ('{"kind": "play", "heard_ms": 1e400}', "[" * 100_000):
        file.write_text(f"\n{odd}\n")
        said = kept.run("history", "--import", file)
        assert said.code == 4
        assert "line 2 cannot be understood" in said.err


def test_a_file_that_cannot_be_written_is_said_and_the_one_before_stays(kept: Library, tmp_path: Path) -> None:
    for command in (("history", "--export"), ("export", "--m3u"), ("embed", songs(kept.music)[0], "--out")):
        said = kept.run(*command, tmp_path / "nowhere" / "x")
        assert said.code == 4
        assert "cannot be written" in said.err
    good = tmp_path / "good"
    good.write_text("good")
    with pytest.raises(StoreUnavailable, match="No space left"):
        _half(good)
    assert good.read_text() == "good"
    assert list(tmp_path.iterdir()) == [good]
    with writing(good) as out:
        out.write(b"better")
    assert good.read_text() == "better"


def _half(file: Path) -> None:
    with writing(file) as out:
        out.write(b"half")
        raise OSError(28, "No space left on device")
