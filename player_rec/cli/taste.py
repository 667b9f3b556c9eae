"""``taste``: what was learned from which plays, and taking lessons back."""

import argparse
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from player_rec.app.build import App, open_memory
from player_rec.cli.asked import tell_radio
from player_rec.cli.history import day
from player_rec.cli.numbers import count, numbered
from player_rec.cli.show import print_json
from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.listening import PlayId
from player_rec.domain.track import Track, TrackId
from player_rec.engine.ledger import ledger
from player_rec.recommend.learn.mood import SAYS
from player_rec.recommend.learn.taste import LESSON


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command and its parts."""
    parser = commands.add_parser("taste", help="what was learned; take lessons back, pause, start afresh")
    parts = parser.add_subparsers(required=True, metavar="show|lessons|undo|redo|pause|resume|forget|afresh")
    show = parts.add_parser("show", parents=[common], help="interests, and what is liked most")
    show.set_defaults(run=_show)
    lessons = parts.add_parser("lessons", parents=[common], help="what each play taught")
    lessons.add_argument("-n", type=count, default=20, metavar="N", help="of the last N plays (default 20)")
    lessons.set_defaults(run=_lessons)
    for verb, text in (("undo", "take lessons back"), ("redo", "draw on plays again after all")):
        chosen = parts.add_parser(verb, parents=[common], help=text)
        chosen.add_argument("plays", nargs="+", type=numbered, metavar="NUMBER", help="plays by number, as in history")
        chosen.set_defaults(run=partial(_take_back, back=verb == "undo"))
    for verb, text in (("pause", "learn from nothing until resumed"), ("resume", "learn again")):
        parts.add_parser(verb, parents=[common], help=text).set_defaults(run=partial(_learn, on=verb == "resume"))
    forget = parts.add_parser("forget", parents=[common], help="take back all lessons of a day")
    forget.add_argument("day", type=date.fromisoformat, metavar="YYYY-MM-DD")
    forget.set_defaults(run=_forget)
    afresh = parts.add_parser("afresh", parents=[common], help="begin anew: only hearts and bans stay")
    afresh.set_defaults(run=_afresh)


def _show(args: argparse.Namespace, app: App) -> int:
    with open_memory(app) as memory:
        found = ledger(memory, datetime.now(UTC))
    interests, liked = found.interests, found.liked_most
    tracks = app.library.tracks.get({track for track, _ in interests + liked})
    answer = {
        "learning": app.listener.lessons.learning,
        "plays": app.listener.plays.count(),
        "hearts": len(app.listener.hearts.all()),
        "interests": [{"share": round(share, 3), "around": _label(tracks, track)} for track, share in interests],
        "liked_most": [{"affinity": round(worth, 3), "track": _label(tracks, track)} for track, worth in liked],
    }
    if args.json:
        print_json(answer)
        return 0
    print(
        f"{answer['plays']} plays, {answer['hearts']} hearts" + ("" if answer["learning"] else "; learning is paused")
    )
    for track, share in interests:
        print(f"  {share:4.0%}  sounds like {_label(tracks, track)}")
    for track, worth in liked:
        print(f"  {worth:+.2f}  {_label(tracks, track)}")
    return 0


def _lessons(args: argparse.Namespace, app: App) -> int:
    noted = list(app.listener.plays.all())[-args.n :]
    lessons = [
        {
            "number": one.id,
            "title": one.play.title or one.play.file.name,
            "artist": one.play.artist,
            "outcome": one.play.outcome.name.lower().replace("_", " "),
            "now": float(SAYS[one.play.outcome]) if one.counts else 0.0,
            "lasting": LESSON[one.play.outcome] if one.counts else 0.0,
            "counts": one.counts,
        }
        for one in noted
    ]
    if args.json:
        print_json({"lessons": lessons})
        return 0
    for one in lessons:
        note = "" if one["counts"] else "  (not learned from)"
        print(f"{one['number']:6}  {one['outcome']:10}  now {one['now']:+.2f}  lasting {one['lasting']:+.2f}"
              f"  {one['title']}{note}")  # fmt: skip
    return 0


def _take_back(args: argparse.Namespace, app: App, *, back: bool) -> int:
    numbers = [PlayId(number) for number in args.plays]
    missing = [number for number in numbers if app.listener.plays.get(number) is None]
    if missing:
        raise NoSuchTrack(f"there is no play {missing[0]}; player-rec history tells the numbers")
    lessons = app.listener.lessons
    changed = lessons.unlearn(numbers, datetime.now(UTC)) if back else lessons.relearn(numbers)
    return _said(args, app, changed, "taken back" if back else "drawn on again")


def _learn(args: argparse.Namespace, app: App, *, on: bool) -> int:
    app.listener.lessons.learn(datetime.now(UTC), on=on)
    if args.json:
        print_json({"learning": on})
    else:
        print("learning" if on else "learning is paused: plays are kept, but nothing is learned from them")
    return 0


def _forget(args: argparse.Namespace, app: App) -> int:
    plays = [one.id for one in app.listener.plays.all(*day(args.day))]
    return _said(args, app, app.listener.lessons.unlearn(plays, datetime.now(UTC)), "taken back")


def _afresh(args: argparse.Namespace, app: App) -> int:
    return _said(args, app, app.listener.lessons.start_afresh(datetime.now(UTC)), "left behind")


def _said(args: argparse.Namespace, app: App, changed: int, what: str) -> int:
    tell_radio(app)
    if args.json:
        print_json({"lessons": changed})
    else:
        print(f"{changed} lesson{'' if changed == 1 else 's'} {what}")
    return 0


def _label(tracks: dict[TrackId, Track], track: TrackId) -> str:
    return tracks[track].label if track in tracks else "a song that is not here"
