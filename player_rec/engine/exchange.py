"""Likes, bans, snoozes and plays as JSON Lines, one thing a line, to take away and to bring back.

Bringing the same file twice changes nothing. What was said of a sound is merged by date: the latest word holds,
whichever line it stands in. File names that are no text keep their bytes as lone surrogates.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from player_rec.domain.listening import Avoidance, Play
from player_rec.engine.line import Avoided, Word, understood, written
from player_rec.store.listener import Listener


@dataclass(frozen=True, slots=True)
class Brought:
    """How many lines of each kind were new, and how many were there already or had been overtaken."""

    hearts: int = 0
    plays: int = 0
    bans: int = 0
    known: int = 0


def taken_away(listener: Listener) -> Iterator[str]:
    """Everything the listener said and heard, oldest first within each kind, a line each."""
    for content, at, given, title, artist in listener.hearts.log():
        yield written("heart", content=content, at=at.isoformat(), given=given, title=title, artist=artist)
    for kept in listener.avoidances.all():
        one = kept.avoidance
        yield written(
            "ban" if one.until is None else "snooze",
            scope=one.scope.value,
            subject=one.subject,
            since=one.since.isoformat(),
            until=one.until.isoformat() if one.until else None,
            lifted=kept.lifted.isoformat() if kept.lifted else None,
            label=one.label,
        )
    for noted in listener.plays.all():
        play = noted.play
        yield written(
            "play",
            content=play.content,
            file=str(play.file),
            started=play.started.isoformat(),
            heard_ms=play.heard_ms,
            duration_ms=play.duration_ms,
            ending=play.ending.value,
            source=play.source.value,
            player=play.player,
            title=play.title,
            artist=play.artist,
            learned=noted.counts,
        )


def bring_back(listener: Listener, lines: Iterable[str]) -> Brought:
    """Add what is not there yet: all of it or, where a line cannot be understood, nothing.

    Raises:
        BadImport: a line is not one of ours; says which.
        StoreUnavailable: it cannot be written now.
    """
    words: list[Word] = []
    bans: list[Avoided] = []
    plays = new_plays = 0
    with listener.transaction():
        for number, line in enumerate(lines, start=1):
            match understood(number, line):
                case Play() as play:
                    plays += 1
                    new_plays += listener.plays.add(play) is not None
                case Word() as word:
                    words.append(word)
                case Avoided() as ban:
                    bans.append(ban)
        hearts, avoided = _bring_hearts(listener, words), _bring_bans(listener, bans)
    known = plays + len(words) + len(bans) - new_plays - hearts - avoided
    return Brought(hearts, new_plays, avoided, known)


def _bring_hearts(listener: Listener, words: list[Word]) -> int:
    """The log goes by the order in which things were said, so a word is added only if it is later than the last."""
    log = listener.hearts.log()
    said = {(content, at, given) for content, at, given, _, _ in log}
    last = {content: at for content, at, *_ in sorted(log, key=lambda row: row[1])}
    new = 0
    for word in sorted(words, key=lambda word: word.at):
        mark = (word.content, word.at, word.given)
        if mark in said or word.at < last.get(word.content, word.at):
            continue
        said.add(mark)
        last[word.content] = word.at
        new += listener.hearts.say(word.content, word.at, given=word.given, title=word.title, artist=word.artist)
    return new


def _bring_bans(listener: Listener, bans: list[Avoided]) -> int:
    """Bans and snoozes that are not there yet, and lifts of those that are."""
    there = {_mark(kept.avoidance): (kept.id, kept.lifted) for kept in listener.avoidances.all()}
    new = 0
    for ban in bans:
        number, lifted = there.get(_mark(ban.avoidance), (0, None))
        added = not number
        if added:
            number = listener.avoidances.add(ban.avoidance)
        if ban.lifted and not lifted:
            listener.avoidances.note_lifted(number, ban.lifted, "asked")
        there[_mark(ban.avoidance)] = number, lifted or ban.lifted
        new += added or (ban.lifted is not None and lifted is None)
    return new


def _mark(one: Avoidance) -> tuple[object, ...]:
    return one.scope, one.subject, one.since, one.until
