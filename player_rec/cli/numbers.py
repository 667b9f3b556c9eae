"""Numbers as they may be typed: what makes no sense is refused before anything is done."""

import argparse

MOST = 1_000_000
_PLAYS = 2**63


def count(text: str) -> int:
    """How many of something: one at least."""
    return _between(text, 1, MOST, "is no number of songs; 1 or more would be")


def processes(text: str) -> int:
    """How many processes; 0 leaves it to the settings and the machine."""
    return _between(text, 0, 1024, "is no number of processes; 0, which leaves it to the program, or more would be")


def numbered(text: str) -> int:
    """A number that something goes by in a list."""
    return _between(text, 1, _PLAYS - 1, "is no number that a list has")


def _between(text: str, least: int, most: int, otherwise: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} {otherwise}")
    return number
