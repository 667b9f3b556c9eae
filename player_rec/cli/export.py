"""``export``: a playlist other players can open."""

import argparse
import os
from pathlib import Path
from typing import Any

from player_rec.app.build import App
from player_rec.cli.numbers import count
from player_rec.cli.seeds import seeds
from player_rec.cli.show import print_json
from player_rec.cli.writing import writing
from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.track import Track, TrackId


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("export", parents=[common], help="write a playlist")
    parser.add_argument("--m3u", type=Path, required=True, metavar="OUT.m3u8", help="the playlist to write")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--similar", nargs="+", metavar="FILE|QUERY", help="what sounds like these")
    what.add_argument("--path", nargs=2, metavar=("FROM", "TO"), help="a way from one song to another, both included")
    what.add_argument("--query", metavar="WORDS", help="tracks that answer to these words; default: the whole library")
    parser.add_argument("--not", dest="against", action="append", default=[], metavar="FILE|QUERY", help="unlike this")
    parser.add_argument(
        "-k", type=count, default=25, metavar="N", help="how many with --similar or --path (default 25)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Write an extended M3U with absolute paths, byte for byte as the file system has them."""
    ids = _chosen(args, app)
    tracks = app.library.tracks.get(ids)
    chosen = [tracks[track] for track in ids if track in tracks]
    if not chosen:
        raise NoSuchTrack("nothing to export")
    with writing(args.m3u) as out:
        out.write(b"#EXTM3U\n" + b"".join(_entry(track) for track in chosen))
    if args.json:
        print_json({"out": str(args.m3u), "tracks": len(chosen)})
    else:
        print(f"{len(chosen)} tracks in {args.m3u}")
    return 0


def _chosen(args: argparse.Namespace, app: App) -> list[TrackId]:
    if args.query:
        return app.library.tracks.find(args.query, limit=1_000_000)
    if not (args.similar or args.path):
        return sorted(app.library.tracks.here())
    space = app.space()
    if args.similar:
        found = space.similar(seeds(app, space, args.similar), seeds(app, space, args.against), args.k)
        return [neighbour.id for neighbour in found]
    start, goal = seeds(app, space, args.path)
    between = [step.track for step in space.path(start, goal, min(args.k, len(space)))]
    return [track for track in (start.track, *between, goal.track) if track is not None]


def _entry(track: Track) -> bytes:
    seconds = round(track.identity.duration_ms / 1000)
    said = track.label.replace("\n", " ").encode("utf-8", "surrogateescape")
    return b"#EXTINF:%d,%s\n%s\n" % (seconds, said, os.fsencode(track.path))
