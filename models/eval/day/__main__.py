"""A day of listening as a table: ``python -m models.eval.day LIBRARY [--music DIR --speed 100] [--plays 300]``.

LIBRARY is a folder made by ``player-rec scan --library``. Eleven simulated persons spend a day each with the real
radio. With --music (the scanned folder) the player is a real MPD whose time runs --speed times as fast; without, a
simulated one. Beside the radio, in the same run on the simulated player: songs by chance, and a radio that goes by
the sound of the song playing alone.
"""

import argparse
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import numpy as np

from models.eval.day.day import AWAY_S, Day, Heard, Life, live
from models.eval.day.figures import Figures, figures
from models.eval.day.stage import MpdStage, SimulatedStage, Stage
from models.eval.listeners.library import Catalogue, read
from models.eval.listeners.personas import named
from models.eval.listeners.taste import Persona
from player_rec.app.places import places_in
from player_rec.domain.listening import EARLY_MS, Ending
from player_rec.recommend.plans.score import WEIGHTS
from player_rec.store.db import open_rebuildable
from player_rec.store.library import Library

HEAD = (
    f"{'':34} {'early skips':>24} {'mean':>6} {'skips':>6} {'cosine after':>13} {'repeats':>13}"
    f" {'artists':>8} {'library':>8} {'cosine':>7} {'largest':>8} {'re-plan ms':>12} {'':>6}\n"
    f"{'':34} {'all':>8} {'first':>7} {'last':>7} {'appeal':>6} {'until':>6} {'skip':>6} {'finish':>6}"
    f" {'/100':>6} {'/hour':>6} {'in 20':>8} {'reached':>8}"
    f" {'anchor':>7} {'jump':>8} {'p50 / p99':>12} {'likes':>6}"
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m models.eval.day")
    parser.add_argument("library", type=Path)
    parser.add_argument("--music", type=Path)
    parser.add_argument("--speed", type=float, default=100.0)
    parser.add_argument("--plays", type=int, default=300)
    parser.add_argument("--past", type=int, default=0, help="songs the person chose before the radio came")
    parser.add_argument("--only", default="", help="persons whose name holds this")
    parser.add_argument("--without", default="", help="a part of the score to switch off, or all+ to do so in turn")
    args = parser.parse_args()
    catalogue = read(args.library)
    persons = {name: one for name, one in named(catalogue).items() if args.only in name}
    print(f"{len(catalogue)} tracks, {args.plays} plays a day; player: {'mpd' if args.music else 'simulated'}\n{HEAD}")
    if args.without == "all+":
        for part in ("", *WEIGHTS):
            rows = [_day(args, catalogue, person, _without(part)) for person in persons.values()]
            _show(f"without {part}" if part else "all parts", rows)
        return
    radio = _rows("", persons, lambda person: _day(args, catalogue, person, _without(args.without)))
    _show("the radio", radio)
    args.music = None
    _show("the sound of the song playing", [_day(args, catalogue, p, {"sound": 1.0}) for p in persons.values()])
    _show("songs by chance", [figures(_by_chance(args, catalogue, p), catalogue) for p in persons.values()])


def _without(part: str) -> Mapping[str, float]:
    return {name: weight for name, weight in WEIGHTS.items() if name != part}


def _rows(label: str, persons: Mapping[str, Persona], day: object) -> list[Figures]:
    rows = []
    for name, person in persons.items():
        rows.append(day(person))  # type: ignore[operator]  # a function of a person
        _show(f"{label}{name}", rows[-1:])
    return rows


def _day(args: argparse.Namespace, catalogue: Catalogue, person: Persona, weights: Mapping[str, float]) -> Figures:
    past = Life(person, catalogue, args.past)
    if args.music:
        stage: Stage = MpdStage(args.music, args.speed, past.begin)
    else:
        stage = SimulatedStage(_lengths(args.library), past.begin)
    try:
        with tempfile.TemporaryDirectory() as home:
            day = live(args.library, past, stage, Path(home), args.plays, weights)
    finally:
        stage.close()
    return figures(day, catalogue)


def _lengths(folder: Path) -> dict[Path, int]:
    library = Library(open_rebuildable(places_in(folder).library))
    tracks = library.tracks.get(library.tracks.here())
    return {file: track.identity.duration_ms for track in tracks.values() for file in track.files}


def _by_chance(args: argparse.Namespace, catalogue: Catalogue, persona: Persona) -> Day:
    """The same person, before a player on shuffle."""
    past, rng = Life(persona, catalogue, args.past), np.random.default_rng((persona.seed, 12))
    day, now, session = Day([], [0.0]), past.begin, 0
    while len(day.heard) < args.plays:
        for track in rng.permutation(catalogue.ids)[: args.plays - len(day.heard)].tolist():
            reaction = past.person.react(track, now, chosen=False, rng=rng)
            length_ms = int(catalogue.duration_ms[catalogue.rows([track])[0]])
            skipped, appeal = reaction.heard_ms < min(EARLY_MS, length_ms), past.person.appeal(track)
            one = Heard(track, now.timestamp(), reaction.heard_ms, skipped, appeal, bool(day.heard), session, ())
            day.heard.append(one)
            left = reaction.ending is Ending.STOPPED
            now += timedelta(milliseconds=reaction.heard_ms, seconds=AWAY_S if left else 1)
            session += left
    return day


def _show(name: str, rows: list[Figures]) -> None:
    def mean(field: str) -> float:
        return float(np.mean([getattr(row, field) for row in rows]))

    p50, p99 = (np.mean([row.plan_ms[place] for row in rows]) for place in (0, 1))
    print(
        f"{name:34} {mean('early'):8.3f} {mean('first'):7.3f} {mean('last'):7.3f} {mean('appeal'):6.2f}"
        f" {mean('until_gone'):6.2f} {mean('cools'):+6.2f} {mean('warms'):+6.2f}"
        f" {mean('repeats_100'):6.1f} {mean('repeats_hour'):6.2f} {mean('artists_20'):8.1f} {mean('reached'):8.2f}"
        f" {mean('anchor'):7.2f} {mean('jump'):8.2f} {p50:5.1f} /{p99:5.1f} {mean('likes'):6.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
