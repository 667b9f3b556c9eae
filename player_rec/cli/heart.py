"""``heart``: heart mode on and off, what it is about to play and why."""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from player_rec.app.build import App, open_memory
from player_rec.app.places import Places
from player_rec.app.remote import ask
from player_rec.cli.numbers import count, numbered
from player_rec.cli.show import clock, fields, print_json
from player_rec.domain.errors import LibraryBusy, NoSuchTrack, PlayerGone
from player_rec.engine.explain import explained
from player_rec.engine.seeds import find_track
from player_rec.players.registry import KNOWN

_STARTS_WITHIN_S = 30.0


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command and its parts."""
    parser = commands.add_parser("heart", help="heart mode: the radio that goes on from here")
    parts = parser.add_subparsers(required=True, metavar="on|off|status|preview|keep|reroll|remove")
    named = argparse.ArgumentParser(add_help=False)
    named.add_argument("--player", default="", choices=["", *KNOWN], metavar="NAME", help=f"one of {', '.join(KNOWN)}")
    on = parts.add_parser("on", parents=[common, named], help="go on from the song playing now")
    on.set_defaults(run=_on)
    off = parts.add_parser("off", parents=[common, named], help="leave nothing behind")
    off.set_defaults(run=_off)
    status = parts.add_parser("status", parents=[common, named], help="what waits in the queue, and why")
    status.add_argument("--why", action="store_true", help="show the parts of every score")
    status.set_defaults(run=_status)
    preview = parts.add_parser("preview", parents=[common], help="what would be played after a song")
    preview.add_argument("seed", metavar="FILE|QUERY")
    preview.add_argument("-n", type=count, default=10, metavar="N", help="how many (default 10)")
    preview.add_argument("--why", action="store_true", help="show the parts of every score")
    preview.set_defaults(run=_preview)
    for verb, order, text in (
        ("keep", "keep", "make a pick your own: it stays"),
        ("reroll", "refuse", "another song instead of a pick"),
        ("remove", "refuse", "take a pick out"),
    ):
        chosen = parts.add_parser(verb, parents=[common], help=text)
        chosen.add_argument("place", type=numbered, metavar="N", help="its place in heart status")
        chosen.set_defaults(run=partial(_chosen, order=order))


def _on(args: argparse.Namespace, app: App) -> int:
    """Switch on; where nobody follows a player yet, a process is started that does until heart mode is off."""
    if not app.library.tracks.here():
        raise NoSuchTrack("the library is empty; try: player-rec scan FOLDER")
    _right_player(args, app)
    told = ask(app.places, {"do": "heart", "on": True})
    if told is None:
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            told = _wait(app.places, _start(args, said), said)
    return _show(args, app, _checked(told))


def _right_player(args: argparse.Namespace, app: App) -> Mapping[str, Any] | None:
    """What the following process says, None where there is none. Raises LibraryBusy where it follows another player."""
    there = ask(app.places, {"do": "status"})
    if there and args.player and there.get("player", args.player) != args.player:
        told = f"{there['player']} is followed already, not {args.player}"
        raise LibraryBusy(f"{told}; one player at a time is: end that first")
    return there


def _off(args: argparse.Namespace, app: App) -> int:
    _right_player(args, app)
    told = ask(app.places, {"do": "heart", "on": False})
    if told is None:
        for player in app.listener.radio.players():  # its process was killed: the next to follow tidies up
            app.listener.radio.leave(player)
        told = {"heart": False, "picks": []}
    return _show(args, app, _checked(told))


def _status(args: argparse.Namespace, app: App) -> int:
    return _show(args, app, _checked(_right_player(args, app) or {"heart": False, "picks": []}))


def _chosen(args: argparse.Namespace, app: App, *, order: str) -> int:
    told = ask(app.places, {"do": order, "place": args.place})
    if told is None:
        raise NoSuchTrack("heart mode is off: no pick waits")
    if args.json:
        print_json(_checked(told))
    else:
        print(f"{'kept' if order == 'keep' else 'out'}: {_checked(told)['pick']['label']}")
    return 0


def _preview(args: argparse.Namespace, app: App) -> int:
    track = app.library.tracks.one(find_track(app.library, args.seed))
    if track is None:
        raise NoSuchTrack(f"{args.seed!r} is no song of the library; scan its folder first")
    with open_memory(app) as memory:
        plan = memory.plan(memory.situation(datetime.now(UTC), current=track.id, anchor=track.id), args.n)
    named = {p.track for p in plan.picks} | {p.reason.about for p in plan.picks if p.reason.about is not None}
    tracks = app.library.tracks.get(named)
    picks = [
        {"label": tracks[pick.track].label, "why": explained(pick, tracks, time.time())} | fields(tracks[pick.track])
        for pick in plan.picks
        if pick.track in tracks  # a scan may have missed it a moment ago
    ]
    if args.json:
        print_json({"seed": fields(track), "by_tags": plan.by_tags, "picks": picks})
        return 0
    print(f"after {track.label}")
    if plan.by_tags:
        print("nothing was analysed yet: these go by tags")
    _print_picks(picks, app, why=args.why)
    return 0


def _start(args: argparse.Namespace, said: IO[str]) -> "subprocess.Popen[bytes]":
    """Start the process that follows; what it has to say goes to ``said``. It stands in no folder of the listener's."""
    line = [sys.executable, "-m", "player_rec.cli.main", "follow", "--heart", "--until-off"]
    line += ["--library", str(args.library.absolute())] if args.library else []
    line += ["--player", args.player] if args.player else []
    nowhere, home = subprocess.DEVNULL, Path(sys.executable).anchor
    return subprocess.Popen(line, cwd=home, stdin=nowhere, stdout=nowhere, stderr=said, start_new_session=True)


def _wait(places: Places, process: "subprocess.Popen[bytes]", said: IO[str]) -> Mapping[str, Any]:
    """Wait until heart mode is on, or it is known why it cannot be."""
    until = time.monotonic() + _STARTS_WITHIN_S
    told: Mapping[str, Any] | None = None
    while time.monotonic() < until and process.poll() is None:
        told = ask(places, {"do": "status"})
        if told and (told.get("heart") or told.get("why") not in ("not opened yet", "")):
            break
        time.sleep(0.1)
    if process.poll() is not None:
        said.seek(0)
        why = said.read().strip().removeprefix("player-rec: ")
        raise PlayerGone(why or f"the process that follows the player ended at once; {places.log} tells why")
    if told is None:
        raise PlayerGone(f"the process that follows the player did not start; {places.log} tells why")
    if not told.get("heart"):
        ask(places, {"do": "end"})
        unreached = "" if told.get("connected") else f"{told['player']} cannot be reached: "
        raise PlayerGone(unreached + (told.get("why") or f"{told['player']} does not answer"))
    return told


def _checked(told: Mapping[str, Any]) -> Mapping[str, Any]:
    if "error" in told:
        raise PlayerGone(str(told["error"]))
    return told


def _show(args: argparse.Namespace, app: App, told: Mapping[str, Any]) -> int:
    if args.json:
        print_json(told)
        return 0
    if not told.get("heart"):
        print("heart mode is off" + (f"; {_followed(told)}" if told.get("player") else ""))
        return 0
    plays = f"{told['player']} plays {told['label']}" if told["label"] else f"{told['player']}, nothing plays"
    print(f"heart mode is on: {plays if told['connected'] else _followed(told)}")
    if told["by_tags"]:
        print("nothing was analysed yet: picks go by tags")
    for said in told["shortcomings"]:
        print(f"note: {said}")
    _print_picks(told["picks"], app, why=getattr(args, "why", False))
    return 0


def _followed(told: Mapping[str, Any]) -> str:
    """Whether the player is there, in words."""
    if told.get("connected"):
        return f"following {told['player']}"
    return f"{told['player']} cannot be reached" + (f": {told['why']}" if told.get("why") else "")


def _print_picks(picks: list[Any], app: App, *, why: bool) -> None:
    for place, pick in enumerate(picks, start=1):
        length = f"  {clock(pick['duration_ms'])}" if "duration_ms" in pick else ""
        print(f"{place:3}  {pick['label']}{length}")
        print(f"     {pick['why'][app.language]}")
        if why:
            parts = pick["why"]["parts"].items()
            shown = "  ".join(f"{name} {part['value']:+.2f}×{part['weight']:g}" for name, part in parts)
            print(f"     {pick['why']['score']:.2f} = {shown}")
