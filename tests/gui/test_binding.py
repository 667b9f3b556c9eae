"""The Qt binding does what it must not be caught failing at."""

import sys

from PySide6.QtCore import QObject, Signal


class Caller(QObject):
    """Says something."""

    said = Signal(object)


def test_a_signal_costs_no_reference() -> None:
    """One version of the binding gave a reference to True away with every signal: hours later Python aborts."""
    caller, heard = Caller(), list[object]()
    caller.said.connect(heard.append)
    before = sys.getrefcount(True)
    for _ in range(100):
        caller.said.emit(())
    assert len(heard) == 100
    assert sys.getrefcount(True) >= before - 50
