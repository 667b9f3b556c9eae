"""One line that says how far the work is, rewritten in place on a terminal."""

import sys
import time

from player_rec.cli.show import about
from player_rec.engine.ingest import Progress

_WIDTH = 24


class ProgressLine:
    """Shows progress on standard error: a living line on a terminal, now and then a line elsewhere."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._live = sys.stderr.isatty()
        self._every_s = 0.2 if self._live else 10.0
        self._quiet = quiet
        self._begun = self._last = time.monotonic()

    def show(self, progress: Progress) -> None:
        """Show where the work stands, unless that was just done."""
        now = time.monotonic()
        if self._quiet or now - self._last < self._every_s:
            return
        self._last = now
        text = line(progress, now - self._begun)
        print(f"\r\x1b[K{text}" if self._live else text, end="" if self._live else "\n", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave a clean line behind."""
        if self._live and not self._quiet:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def line(progress: Progress, seconds: float) -> str:
    """The words of one progress line."""
    done, left = progress.heard + progress.failed, progress.to_read + progress.to_hear
    share = done / (done + left) if done + left else 1.0
    bar = "█" * round(share * _WIDTH)
    parts = [f"{bar:░<{_WIDTH}} {share:4.0%}", f"{progress.heard} heard"]
    if progress.to_read:
        parts.append(f"{progress.to_read} to read")
    if progress.to_hear:
        parts.append(f"{progress.to_hear} to hear")
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    if progress.heard and seconds:
        parts.append(f"{progress.heard / seconds:.1f} songs/s")
    if progress.paused:
        parts.append(progress.paused)
    elif left:
        parts.append(
            f"about {about(progress.left_s)} left" if progress.left_s is not None else "time left not yet known"
        )
    return " · ".join(parts)
