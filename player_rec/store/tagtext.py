"""Tags as JSON text and back, and the folding that makes search forgiving."""

import json
import os
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

from player_rec.domain.track import Cover, CoverKind, MusicBrainzIds, ReplayGain, Tags


def to_text(tags: Tags) -> str:
    """JSON of the tags; paths keep their bytes."""
    fields = asdict(tags)
    fields["guessed"] = sorted(tags.guessed)
    if tags.cover:
        fields["cover"] = [tags.cover.kind.value, os.fsencode(tags.cover.path).hex()]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Tags:
    """The tags that ``to_text`` wrote."""
    fields: dict[str, Any] = json.loads(text)
    if not fields:
        return Tags()
    for name in ("artists", "album_artists", "genres"):
        fields[name] = tuple(fields[name])
    fields["guessed"] = frozenset(fields["guessed"])
    fields["replay_gain"] = ReplayGain(**fields["replay_gain"])
    ids = fields["musicbrainz"]
    fields["musicbrainz"] = MusicBrainzIds(**{**ids, "artists": tuple(ids["artists"])})
    if fields["cover"]:
        kind, path = fields["cover"]
        fields["cover"] = Cover(CoverKind(kind), Path(os.fsdecode(bytes.fromhex(path))))
    return Tags(**fields)


def fold(text: str) -> str:
    """Lower case without accents or width variants, so that "bjork" finds "Björk"."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
