"""A pick's reason as it is written down beside it: sentences for people, the parts for those who open it."""

from collections.abc import Mapping
from typing import Any

from player_rec.domain.plan import Pick
from player_rec.domain.track import Track, TrackId
from player_rec.recommend.plans.score import WEIGHTS
from player_rec.recommend.plans.sentence import sentence


def explained(pick: Pick, tracks: Mapping[TrackId, Track], now_s: float) -> dict[str, Any]:
    """What is shown of a pick: both languages, the score, and every part with its weight."""

    def label(track: TrackId) -> str:
        return tracks[track].label if track in tracks else "?"

    reason = pick.reason
    return {
        "en": sentence(reason, label, now_s, "en"),
        "zh": sentence(reason, label, now_s, "zh"),
        "because": reason.because.value,
        "about": label(reason.about) if reason.about is not None else None,
        "trying": reason.trying,
        "gave_way": list(reason.gave_way),
        "score": pick.score,
        "parts": {name: {"value": value, "weight": WEIGHTS.get(name, 0.0)} for name, value in pick.parts.items()},
    }
