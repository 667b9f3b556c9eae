"""Settings are read once; what is wrong in them is said, never guessed at. A change leaves the rest as it was."""

import json
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player_rec.app.settings import Settings, read_settings, write_settings
from player_rec.domain.errors import BadSettings
from player_rec.players.builtin.gain import GainMode, GainSettings


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == Settings()


def test_what_is_given_replaces_the_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("workers = 3\nanalyse_on_battery = true\nfile_limit_s = 20\n")
    assert read_settings(path) == Settings(workers=3, analyse_on_battery=True, file_limit_s=20.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wokers = 3", "unknown settings: wokers"),
        ("workers = 'many'", "workers = 'many' does not fit"),
        ("workers = true", "does not fit"),
        ("workers = 1.5", "does not fit"),
        ("workers = -1", "does not fit"),
        ("analyse_on_battery = 1", "does not fit"),
        ("workers = ", "settings.toml"),
        ("ahead = 3\nsteady = 4", "steady = 4 of ahead = 3 songs cannot be; at most 3 can stay"),
        ("steady = 6", "steady = 6 of ahead = 5"),
        ("ahead = 0", "1 to 100 would"),
        ("mpd_port = 70000", "1 to 65535 would"),
        ("poll_seconds = 0", "does not fit"),
        ("repeat_hours = nan", "does not fit"),
        ("file_limit_s = inf", "does not fit"),
        (f"repeat_hours = 1{'0' * 400}", "does not fit"),
        ("theme = 'pink'", 'one of "", "light", "dark" would'),
        ("replay_gain = 'loud'", 'one of "off", "track", "album" would'),
        ("pre_amp_db = 16", "-15 to 15 would"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(BadSettings, match=said):
        read_settings(path)


def test_bytes_that_are_no_text_are_a_mistake_too(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"workers = 1 # caf\xe9")
    with pytest.raises(BadSettings):
        read_settings(path)


def test_of_one_song_ahead_no_more_than_one_can_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("ahead = 1")
    assert read_settings(path).steady == 1
    path.write_text("ahead = 4\nsteady = 4")
    assert read_settings(path).steady == 4


def test_replay_gain_is_told_in_the_words_of_the_player(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    assert read_settings(path).gain == GainSettings()
    path.write_text("replay_gain = 'track'\npre_amp_db = -3")
    assert read_settings(path).gain == GainSettings(GainMode.TRACK, -3.0)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "workers": st.integers(0, 1024),
        "file_limit_s": st.floats(0.1, 86_400),
        "analyse_on_battery": st.booleans(),
        "mpd_password": st.sampled_from(["", "#1", "one\nahead = 9\n# two", '\'"""']),
        "device": st.text(st.sampled_from("a\"'\\#=\n\r\t\x7f\x1f 音🎵")),
        "ahead": st.integers(2, 100),
        "steady": st.integers(0, 2),
        "repeat_hours": st.floats(0, 1_000_000),
        "theme": st.sampled_from(["", "light", "dark"]),
        "replay_gain": st.sampled_from([str(mode) for mode in GainMode]),
        "pre_amp_db": st.floats(-15, 15),
        "notifications": st.booleans(),
    },
)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a file: what stands before its value, the value, what stands behind it."""

    name: str
    before: str
    value: str
    behind: str


@st.composite
def statements(draw: st.DrawFn) -> list[Said]:
    made = []
    for name, value in draw(st.permutations(list(draw(VALUES).items()))):
        above = draw(st.sampled_from(["", "\n", "# ahead = 7\n", "  # a remark\r\n\n"]))
        key = draw(st.sampled_from([f"{name} = ", f"{name}=", f"  '{name}'\t=  ", f'"{name}" =']))
        remark = draw(st.sampled_from(["", " # my own", "   # = 3, not \"4\" # or '5'", "\t#"]))
        made.append(Said(name, above + key, draw(spelt(value)), remark + draw(st.sampled_from(["\n", "\r\n"]))))
    return made


def spelt(value: Any) -> st.SearchStrategy[str]:
    plain = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if not isinstance(value, str):
        return st.just(plain)
    ways = [plain, f'""{plain}""', f'"""\n{plain[1:]}""']
    if not set(value) & set("'\r\x7f\x1f"):
        ways.append(f"'''{value}'''")
    return st.sampled_from(ways)


@settings(deadline=None, max_examples=40)
@given(said=statements(), changes=VALUES, cut=st.booleans())
def test_what_is_written_is_read_and_the_rest_stays(said: list[Said], changes: dict[str, Any], cut: bool) -> None:
    text = "".join(one.before + one.value + one.behind for one in said)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_bytes((text.rstrip("\r\n") if cut else text).encode())
        before = read_settings(path)
        assert write_settings(path, changes) == replace(before, **changes)
        assert read_settings(path) == replace(before, **changes)
        written = path.read_bytes().decode()
        assert [file.name for file in Path(folder).iterdir()] == ["settings.toml"]
    kept = "".join(
        re.escape(one.before) + (".*?" if one.name in changes else re.escape(one.value)) + re.escape(one.behind)
        for one in said
    )
    if cut and said:
        kept = kept.removesuffix(re.escape(said[-1].behind)) + re.escape(said[-1].behind.rstrip("\r\n"))
    new = "".join(rf"(\r?\n)?{name} = [^\n]*\r?\n" for name in changes if name not in {one.name for one in said})
    assert re.fullmatch(kept + new, written, re.DOTALL)


def test_a_remark_stays_behind_its_setting(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("# mine\nahead = 5  # songs\n\nlanguage = 'zh' # 中文")
    write_settings(path, {"ahead": 7, "theme": "dark", "language": "en"})
    assert path.read_text() == '# mine\nahead = 7  # songs\n\nlanguage = "en" # 中文\ntheme = "dark"\n'


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("ahead = ", {"theme": "dark"}),
        ("wokers = 3", {"theme": "dark"}),
        ("ahead = 5", {"wokers": 3}),
        ("ahead = 5", {"ahead": 0}),
        ("ahead = 5", {"ahead": True}),
        ("steady = 4", {"ahead": 3}),
        ("ahead = 5", {"device": "\udcff"}),
    ],
)
def test_nothing_is_written_over_what_makes_no_sense(tmp_path: Path, text: str, changes: dict[str, Any]) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(BadSettings, match=r"settings\.toml"):
        write_settings(path, changes)
    assert path.read_text() == text


def test_a_file_that_is_no_text_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"workers = 1 # caf\xe9")
    with pytest.raises(BadSettings):
        write_settings(path, {"workers": 2})
    assert path.read_bytes() == b"workers = 1 # caf\xe9"


def test_a_link_stays_a_link_and_a_secret_a_secret(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "mine.toml", tmp_path / "settings.toml"
    real.parent.mkdir()
    real.write_text('mpd_password = "x"\n')
    real.chmod(0o600)
    link.symlink_to(real)
    write_settings(link, {"ahead": 3})
    assert link.is_symlink()
    assert real.read_text() == 'mpd_password = "x"\nahead = 3\n'
    assert real.stat().st_mode & 0o777 == 0o600


def test_the_first_change_makes_the_file_and_one_that_changes_nothing_leaves_it(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"
    write_settings(path, {"notifications": True})
    assert path.read_text() == "notifications = true\n"
    as_it_was = path.stat().st_ino
    write_settings(path, {"notifications": True})
    assert path.stat().st_ino == as_it_was
