"""A reason in one sentence, in English or Simplified Chinese."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from player_rec.domain.listening import DAY_S
from player_rec.domain.plan import Because, Reason
from player_rec.domain.track import TrackId

Language = Literal["en", "zh"]
Label = Callable[[TrackId], str]
"""Names a track for people."""

_MAIN: dict[Language, dict[Because, str]] = {
    "en": {
        Because.CURRENT: "sounds like {about}, which played when it was chosen",
        Because.ANCHOR: "sounds like {about}, where this radio began",
        Because.FAR: "a step away from {about}, as the dial asks",
        Because.SESSION: "sounds like {about}, which you enjoyed just now",
        Because.TASTE: "sounds like {about}, which you like",
        Because.LIKED: "one of your liked songs",
        Because.HABIT: "you often play it after {about}",
        Because.FORGOTTEN: "you used to enjoy it",
        Because.FAMILIAR: "one you play often",
        Because.LEFT: "not much speaks for it, but it has its turn",
    },
    "zh": {
        Because.CURRENT: "听起来像选它时播放的{about}",
        Because.ANCHOR: "听起来像心动模式的起点{about}",
        Because.FAR: "按旋钮的意思，离{about}远一步",
        Because.SESSION: "听起来像你刚才喜欢听的{about}",
        Because.TASTE: "听起来像你喜欢的{about}",
        Because.LIKED: "你的红心歌曲",
        Because.HABIT: "你常在{about}之后听它",
        Because.FORGOTTEN: "你以前爱听",
        Because.FAMILIAR: "你经常听",
        Because.LEFT: "没有特别的理由，轮到它了",
    },
}
_BY_TAGS = {"en": ("sounds like", "by its tags goes with"), "zh": ("听起来像", "从标签看接近")}
_HABIT_ALONE = {"en": "you often play it about here", "zh": "你常在这个时候听它"}
_TRYING = {"en": "a try, to learn whether you like it", "zh": "试一试，看看你是否喜欢"}
_LIKED = {"en": "liked", "zh": "红心歌曲"}
_NEVER = {"en": "never heard before", "zh": "从未听过"}
_BARELY = {"en": "never heard for long", "zh": "还没好好听过"}
_JOIN = {"en": "; ", "zh": "；"}
_QUOTE = {"en": "{}", "zh": "《{}》"}
_RULES: dict[Language, dict[str, str]] = {
    "en": {
        "album": "an album came back early",
        "artist": "an artist came back early",
        "dial": "the dials left nothing else",
        "repeat": "it was heard not long ago",
        "length": "its length is unusual",
    },
    "zh": {
        "album": "专辑提前重现",
        "artist": "歌手提前重现",
        "dial": "旋钮限制下已无他选",
        "repeat": "不久前刚听过",
        "length": "时长特别",
    },
}
_SMALL = {"en": "the library is small: ", "zh": "曲库较小："}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_RECENT_DAYS, _SAME_YEAR_DAYS = 7, 330


def sentence(reason: Reason, label: Label, now_s: float, language: Language = "en") -> str:
    """What a listener is told: the main reason, when it was last heard, and what is special about the pick."""
    said = [_main(reason, label, language)]
    if reason.liked and reason.because is not Because.LIKED:
        said.append(_LIKED[language])
    said.append(_last_heard(reason, now_s, language))
    if reason.trying:
        said.append(_TRYING[language])
    if reason.gave_way:
        rules = ("、" if language == "zh" else ", ").join(_RULES[language][rule] for rule in reason.gave_way[-1:])
        said.append(_SMALL[language] + rules)
    return _JOIN[language].join(said)


def _main(reason: Reason, label: Label, language: Language) -> str:
    if reason.because is Because.HABIT and reason.about is None:
        return _HABIT_ALONE[language]
    text = _MAIN[language][reason.because]
    if reason.by_tags:
        text = text.replace(*_BY_TAGS[language])
    about = _QUOTE[language].format(label(reason.about)) if reason.about is not None else ""
    return text.format(about=about)


def _last_heard(reason: Reason, now_s: float, language: Language) -> str:
    if reason.last_heard_s is None:
        return (_BARELY if reason.plays else _NEVER)[language]
    days = (now_s - reason.last_heard_s) / DAY_S
    if days < 1:
        return {"en": "heard today", "zh": "今天听过"}[language]
    if days < _RECENT_DAYS:
        count = round(days)
        return {"en": f"heard {count} day{'s' if count > 1 else ''} ago", "zh": f"{count} 天前听过"}[language]
    then = datetime.fromtimestamp(reason.last_heard_s, UTC)
    if days < 31:
        weeks = max(1, round(days / 7))
        return {"en": f"last heard {weeks} week{'s' if weeks > 1 else ''} ago", "zh": f"{weeks} 周前听过"}[language]
    if days < _SAME_YEAR_DAYS:
        return {"en": f"not heard since {_MONTHS[then.month - 1]}", "zh": f"{then.month} 月以来没听过"}[language]
    return {
        "en": f"not heard since {_MONTHS[then.month - 1]} {then.year}",
        "zh": f"{then.year} 年 {then.month} 月以来没听过",
    }[language]
