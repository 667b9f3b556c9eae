"""How tracks and numbers look on a terminal, and in JSON."""

import json
import re
from collections.abc import Mapping
from typing import Any

from player_rec.domain.track import Track

_LONE = re.compile("[\ud800-\udfff]")


def clock(ms: int) -> str:
    """Minutes and seconds: 4:07, 1:02:03."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def about(seconds: float) -> str:
    """A duration as one would say it: "40 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def fields(track: Track) -> dict[str, Any]:
    """What scripts are told of a track."""
    return {
        "path": str(track.path),
        "title": track.tags.title,
        "artists": list(track.tags.artists),
        "album": track.tags.album,
        "duration_ms": track.identity.duration_ms,
        "content": track.identity.content,
        "recording": track.recording,
        "guessed": sorted(track.tags.guessed),
    }


def print_json(answer: Mapping[str, Any]) -> None:
    """Print one JSON object. Bytes of a path that are no text stand as lone surrogates, as ``os.fsdecode`` has them."""
    text = json.dumps(answer, ensure_ascii=False, indent=2)
    print(_LONE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text))


def print_tracks(rows: list[tuple[float, Track]]) -> None:
    """One line a track: place, score, name, length, and the file below it."""
    for place, (score, track) in enumerate(rows, start=1):
        album = f"  [{track.tags.album}]" if track.tags.album else ""
        print(f"{place:3}  {score:5.2f}  {track.label}{album}  {clock(track.identity.duration_ms)}")
        print(f"            {track.path}")
