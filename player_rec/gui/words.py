"""What the window says, in English and in Simplified Chinese. The English text is its own key."""

import json
from functools import cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QLocale

LANGUAGES: Final = ("en", "zh")

_spoken = "en"


def speak(language: str) -> None:
    """Say everything in a language from now on; empty takes that of the system."""
    global _spoken  # noqa: PLW0603 - one program speaks one language
    wanted = language or QLocale.system().name()
    _spoken = "zh" if wanted.lower().startswith("zh") else "en"


def spoken() -> str:
    """The language spoken: ``en`` or ``zh``."""
    return _spoken


def say(text: str, **values: object) -> str:
    """A text in the language spoken, with ``{names}`` in it filled in."""
    if _spoken == "zh":
        text = chinese().get(text, text)
    return text.format(**values) if values else text


@cache
def chinese() -> dict[str, str]:
    """English texts and what they are in Chinese."""
    words: dict[str, str] = json.loads((files(__package__) / "zh.json").read_text(encoding="utf-8"))
    return words
