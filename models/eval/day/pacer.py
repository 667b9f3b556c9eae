"""Swallow sound at a given speed: the output of an MPD whose day is to pass quickly.

``python pacer.py BYTES_PER_SECOND`` reads standard input no faster than that, as a sound card would.
"""

import os
import sys
import time


def main(rate: float) -> None:
    """Read until there is no more. A pause in the music is not caught up with."""
    read, begun = 0, time.monotonic()
    while block := os.read(sys.stdin.fileno(), 16_384):
        read += len(block)
        ahead_s = read / rate - (time.monotonic() - begun)
        if ahead_s > 0:
            time.sleep(ahead_s)
        elif ahead_s < -0.05:
            read, begun = 0, time.monotonic()


if __name__ == "__main__":
    main(float(sys.argv[1]))
