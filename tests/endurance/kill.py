"""An evening with heart mode whose program is killed all the time: ``python -m tests.endurance.kill [--kills 100]``.

A real MPD plays short real songs while the real program follows it with heart mode on. SIGKILL comes at random
moments: in the start-up, beside a change of song, or right when the queue is being changed. A person goes on skipping,
queueing, liking and banning, and a witness writes down what was played. Afterwards no like, ban or finished play may
be lost, no play be doubled, and the queue must be what it should be. Prints an account; exit code 1 if a promise broke.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.endurance.kill_evening import Account, Evening


def tell(account: Account, seconds: float) -> None:
    """Print the account."""
    slow = sorted(account.settled_s)
    print(f"{account.kills.total()} kills in {seconds:.0f} s: " + _counted(account.kills))
    print("the person: " + _counted(account.deeds))
    print(f"songs that played: {account.songs}; ended while the program certainly followed: {account.alive_ends}")
    print("plays kept: " + _counted(account.plays))
    middle, most = slow[len(slow) // 2], slow[-1]
    print(f"queue looked at {len(slow)} times; it had settled after {middle:.1f} s (median), {most:.1f} s (most)")
    print(f"promises broken: {len(account.broken)}")


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.most_common())


def main() -> int:
    """Spend the evening and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--switches", type=float, default=0.0, help="share of deeds that switch heart mode off and on")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the evening behind")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kill-")).resolve()
    begun = time.monotonic()
    try:
        evening = Evening(folder, args.seed, switches=args.switches)
        try:
            account = evening.spend(args.kills)
        finally:
            evening.close()
    finally:
        if args.keep:
            print(f"left in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    tell(account, time.monotonic() - begun)
    return 1 if account.broken else 0


if __name__ == "__main__":
    sys.exit(main())
