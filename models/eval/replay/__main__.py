"""Replay listening histories and playlists past the radio and past the methods it has to beat.

python -m models.eval.replay --plays plays.csv [--tracks tracks.npz] [--playlists playlists.csv | --mpd-cut DIR]
"""

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from models.eval.replay.continuation import continue_all
from models.eval.replay.format import BadFormat, Tracks, read_playlists, read_plays, read_tracks
from models.eval.replay.person import Measured, Plan, measure, of_person
from models.eval.replay.report import everything, lines, text

MPD_CUT = "train_new_pos.csv"


def main() -> None:
    """Read the command line, measure, and print."""
    given = _arguments()
    try:
        people = list(measured(given)) if given.plays else []
        playlists = given.playlists or (given.mpd_cut / MPD_CUT if given.mpd_cut else None)
        continued = continue_all(*read_playlists(playlists)) if playlists else {}
    except (BadFormat, OSError) as error:
        sys.exit(str(error))
    if given.json:
        told = everything(people, each=given.by_person) if people else {}
        if continued:
            told["playlist continuation, MAP@10"] = continued
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if people:
        print("\n".join(text(people, each=given.by_person)))
    if continued:
        print("\n".join(lines({name: {"MAP@10": one} for name, one in continued.items()}, "playlist continuation")))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.eval.replay", description="Replay listening histories.")
    parser.add_argument("--plays", type=Path, help="csv: user,end_minute,artist_id,track_id,ms_played")
    parser.add_argument("--tracks", type=Path, help="npz: ids, vectors, artist, album, recording, duration_ms")
    parser.add_argument("--playlists", type=Path, help="csv: playlist_id,position,track_id")
    parser.add_argument("--mpd-cut", type=Path, help=f"folder with {MPD_CUT}")
    parser.add_argument("--positions", type=int, default=600, help="moments judged at most, a person")
    parser.add_argument("--lessons", type=int, default=600, help="moments before them that may be learned from")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--by-person", action="store_true", help="every person's figures too")
    parser.add_argument("--no-ablation", action="store_true", help="leave out: each part switched off in turn")
    parser.add_argument("--no-acceptance", action="store_true", help="leave out: acceptance and early skips")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    if not (given.plays or given.playlists or given.mpd_cut):
        parser.error("nothing to replay: give --plays, --playlists or --mpd-cut")
    return given


def measured(given: argparse.Namespace) -> Iterator[Measured]:
    """Measure everybody, two at a time, in the order of their names."""
    people, numbers = read_plays(given.plays)
    nothing = np.zeros(len(numbers), np.int64)
    tracks = read_tracks(given.tracks, numbers) if given.tracks else Tracks(nothing - 1, nothing, None)
    artists = nothing.copy()
    for person in people:
        artists[person.tracks] = person.artists
    plan = Plan(given.positions, given.lessons, not given.no_ablation, not given.no_acceptance)
    print(f"{sum(map(len, people))} plays of {len(people)} people read", file=sys.stderr)
    with ProcessPoolExecutor(given.workers, get_context("spawn")) as pool:
        waiting = [pool.submit(measure, *of_person(person, tracks, artists), plan) for person in people]
        for number, one in enumerate(waiting, start=1):
            result = one.result()
            print(f"{number}/{len(people)} {result.name}", file=sys.stderr)
            yield result


if __name__ == "__main__":
    main()
