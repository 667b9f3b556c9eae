"""The window speaks Chinese wherever it speaks English."""

import ast
import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import player_rec.gui
from player_rec.domain.listening import Ending, Scope
from player_rec.gui.bar.player_menu import _REPEATS
from player_rec.gui.pages.history import _COLUMNS as OF_PLAYS
from player_rec.gui.pages.library import _COLUMNS as OF_SONGS
from player_rec.gui.radio.page import _DIALS
from player_rec.gui.radio.queue_rows import _DEEDS
from player_rec.gui.words import chinese, say, speak
from player_rec.recommend.plans.score import WEIGHTS

COMPUTED = {
    *OF_PLAYS,
    *OF_SONGS,
    *(words for _, words in _DEEDS),
    *(words for words, _ in _REPEATS),
    *(words for _, *both in _DIALS for words in both),
    *WEIGHTS,
    *(str(one) for one in (*Ending, *Scope)),
    "paused",
    "the radio cannot do that now",
    "there are no songs yet: add a folder with music",
    "on battery",
    *("artist", "album", "dial", "repeat"),
    *("for 7 days", "for 30 days", "ever again", "Not this song", "Not this artist", "Not this album"),
    *("you", "the album", "the radio"),
}
"""What is said by way of a variable."""

TOLD_BY_OTHERS = {
    "its sound is coded in a way the decoder does not know",
    "decoding it takes more memory than there is",
    "there is no permission to read it",
    "the file is gone",
    "another player_rec is at work on this library; stop it, or wait",
    "another player_rec follows a player with this library; stop it, or wait",
    "the program made a mistake; its log tells more",
    "it cannot be opened",
    "it is not a file",
    "it is no regular file",
    "not a regular file",
    "most of it is damaged",
    "the file is empty",
    "there is no decoder for its sound",
    "there is no sound in it",
    "it is damaged, or not a sound file",
}
"""What the parts below the window say of files and of themselves."""

NOT_IN_THE_WINDOW = {"The radio that knows your own music."}


def literals() -> Iterator[str]:
    for file in Path(str(files(player_rec.gui))).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                said = node.args[0]
                choices = [said.body, said.orelse] if isinstance(said, ast.IfExp) else [said]
                yield from (str(one.value) for one in choices if isinstance(one, ast.Constant))


def test_every_text_has_its_chinese_and_nothing_else_does() -> None:
    said = {*literals(), *COMPUTED, *TOLD_BY_OTHERS} - NOT_IN_THE_WINDOW
    assert said - chinese().keys() == set()
    assert chinese().keys() - said == set()


def test_chinese_takes_the_same_values() -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [text for text, said in chinese().items() if names(text) != names(said)] == []


@pytest.mark.parametrize(("language", "expected"), [("en", "3 songs"), ("zh", "3 首歌曲"), ("zh_CN", "3 首歌曲")])
def test_the_language_asked_for_is_spoken(language: str, expected: str) -> None:
    speak(language)
    assert say("{count} songs", count=3) == expected
    speak("en")


def test_what_others_say_is_still_said_so() -> None:
    package = Path(str(files(player_rec.gui))).parent
    written = "\n".join(file.read_text(encoding="utf-8") for file in package.rglob("*.py"))
    assert [one for one in TOLD_BY_OTHERS if one.removesuffix("; stop it, or wait") not in written] == []
