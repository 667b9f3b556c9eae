"""``player-rec``: parse, call, print.

Exit codes: 0 done · 1 what was asked for is not there, or not all of it could be done · 2 the command was not
understood · 3 another player_rec is at work on this library · 4 settings, databases or model cannot be used ·
70 the program made a mistake, and its log tells which · 130 interrupted.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from player_rec.app.build import open_app
from player_rec.app.log import start_log
from player_rec.app.places import places_in, usual_places
from player_rec.cli import (
    ban,
    dial,
    doctor,
    embed,
    export,
    failed,
    follow,
    forget,
    heart,
    history,
    like,
    path,
    pause,
    report,
    scan,
    similar,
    status,
    taste,
    watch,
)
from player_rec.domain.errors import (
    LibraryBusy,
    NoAnswer,
    NoSuchTrack,
    NothingToPlay,
    PlayerGone,
    PlayerRecError,
    UnreadableTrack,
)

log = logging.getLogger("player_rec.cli")  # run as a module, this one has another name

_COMMANDS = (
    *(scan, watch, status, similar, path),
    *(heart, follow, like, ban, dial, history, taste, report),
    *(failed, embed, export, forget, pause, doctor),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Never shows a traceback for what was expected."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # names that are no text come out as the bytes they are
            stream.reconfigure(errors="surrogateescape" if stream.encoding.lower() == "utf-8" else "backslashreplace")
    args = _parser().parse_args(argv)
    places = places_in(args.library.absolute()) if args.library else usual_places()
    start_log(places.log, verbose=args.verbose)
    try:
        with open_app(places) as app:
            return int(args.run(args, app))
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except PlayerRecError as error:
        log.info("%s", error)
        print(f"player-rec: {error}", file=sys.stderr)
        return _exit_code(error)
    except OSError as error:
        log.exception("something that is not ours failed")
        print(f"player-rec: {error}", file=sys.stderr)
        return 4
    except Exception:  # a mistake of ours is for the log, not for the listener
        log.exception("a mistake in the program")
        print(f"player-rec: the program made a mistake; please send {places.log} along with a report", file=sys.stderr)
        return 70


def _exit_code(error: PlayerRecError) -> int:
    match error:
        case NoSuchTrack() | UnreadableTrack() | PlayerGone() | NothingToPlay() | NoAnswer():
            return 1
        case LibraryBusy():
            return 3
        case _:
            return 4


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--library", type=Path, metavar="DIR", help="keep everything in this folder")
    common.add_argument("--json", action="store_true", help="answer for scripts")
    common.add_argument("--verbose", action="store_true", help="say what is done, on standard error")
    parser = argparse.ArgumentParser(
        prog="player-rec",
        description="The radio that knows your own music. Offline.",
        epilog=" ".join(str(__doc__).split()[4:]),
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add(commands, common)
    return parser


if __name__ == "__main__":
    sys.exit(main())
