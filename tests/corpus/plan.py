"""Decide what the corpus holds: which source becomes which file, how it is tagged and what is odd about it.

Pure: the same sources and the same number always give the same plan; nothing here touches a disk.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, cycle, islice
from pathlib import Path

from player_rec.domain.track import ReplayGain, Tags
from tests.corpus.encode import FORMATS
from tests.corpus.label import Style
from tests.corpus.place import apart, as_name, game, guess, in_charset, place
from tests.corpus.sources import Source

SEED = 20
PAIRS_OF_FORMATS = 28
PLAIN_COPIES = 4

MP3 = ("mp3-cbr", "mp3-vbr", "mp3-vbr-no-xing")
ENCODED = tuple(name for name in FORMATS if name not in {"vorbis", "opus-ffmpeg"})  # enough come as they are


@dataclass(frozen=True, slots=True)
class Abroad:
    """What an untagged package is called by a collector who does not write in ASCII."""

    charset: str
    album: str
    artist: str
    title: str
    styles: tuple[Style, ...]


_CHINESE_STYLES = (Style.GBK, Style.ID3V1_GBK, Style.PROPER)
_FRENCH_STYLES = (Style.UTF8_AS_LATIN1, Style.ID3V1_LATIN1, Style.PROPER)
ABROAD: Mapping[str, Abroad] = {
    "gunroar-data": Abroad("gbk", "炮艇咆哮", "長健太", "海战·第{}首", _CHINESE_STYLES),
    "mu-cade-data": Abroad("gbk", "节肢动物", "長健太", "多足·第{}首", _CHINESE_STYLES),
    "titanion-data": Abroad("gbk", "泰坦离子", "長健太", "星群·第{}首", _CHINESE_STYLES),
    "torus-trooper-data": Abroad("gbk", "环面骑兵", "長健太", "隧道·第{}首", _CHINESE_STYLES),
    "fillets-ng-data": Abroad("gbk", "鱼缸里的音乐", "佚名", "小鱼·第{}首", _CHINESE_STYLES),
    "planetblupi-music-ogg": Abroad("latin-1", "Planète Blupi", "Équipe Blupi", "Mélodie {}", _FRENCH_STYLES),
}


@dataclass(frozen=True, slots=True)
class Job:
    """One file of the corpus.

    Attributes:
        target: path below the library folder; may hold surrogates that stand for bytes that are not UTF-8.
        format: a key of ``FORMATS``.
        copied: the source's own bytes, not encoded again.
        tags: what a careful reader should make of the file; ``guessed`` names the fields that only the path tells.
        cover: a picture is embedded.
        odd: what sets the file apart, in fixed words.
    """

    source: Source
    target: Path
    format: str
    copied: bool
    tags: Tags
    style: Style = Style.PROPER
    cover: bool = False
    odd: tuple[str, ...] = ()

    @property
    def written(self) -> Tags:
        """The tags that are in the file itself."""
        blank: dict[str, object] = {name: getattr(Tags(), name) for name in self.tags.guessed}
        blank["guessed"] = frozenset()
        return replace(self.tags, **blank)  # type: ignore[arg-type]  # names and kinds are those of Tags


def plan(sources: Sequence[Source], tracks: int) -> list[Job]:
    """Choose about ``tracks`` sources; a third stays as it is, the rest is spread evenly over the formats."""
    rng = random.Random(SEED)
    chosen = sorted(rng.sample(sources, min(tracks, len(sources))), key=lambda source: source.path)
    special = [source for source in chosen if source.package in ABROAD]
    usual = [source for source in chosen if source.package not in ABROAD]
    rng.shuffle(usual)
    originals, rest = usual[: len(chosen) // 3], usual[len(chosen) // 3 :]
    slots = list(islice(cycle(ENCODED), len(rest) + len(special)))
    wanted = chain.from_iterable(zip(cycle(MP3), cycle(ENCODED[len(MP3) :])))
    copies = [copied(source) for source in originals]
    jobs = list(from_abroad(special, (take(slots, name) for name in wanted), rng))
    jobs += [encoded(source, name, rng) for source, name in zip(rest, slots, strict=True)]
    usual_jobs = [job for job in jobs + copies if job.source.package not in ABROAD and not job.source.several_titles]
    twice = rng.sample(usual_jobs, min(PAIRS_OF_FORMATS, len(usual_jobs) // 4))
    jobs = [job if job.source.playable else copied(job.source) for job in jobs]
    seconds = [in_second_format(job, number, rng) for number, job in enumerate(twice) if job.source.playable]
    backups = [backup(job) for job in rng.sample(copies, min(PLAIN_COPIES, len(copies) // 4))]
    return list(apart_from_each_other(copies + jobs + seconds + backups))


def take(slots: list[str], name: str) -> str:
    """Use up a slot, of the wanted format while there is one."""
    return slots.pop(slots.index(name) if name in slots else 0)


def copied(source: Source) -> Job:
    """The file as the package has it, under the name a tidy collector gives it."""
    where = place(source.tags, source)
    tags = guess(source.tags, where)
    return Job(source, as_path(where, ".ogg" if source.codec == "vorbis" else ".opus"), source.codec, True, tags)


def encoded(source: Source, name: str, rng: random.Random) -> Job:
    """The source in another format, with the tags of somebody who cares more or less."""
    meant = collected(source, rng)
    where = place(meant, source)
    style = chosen_style(meant, name, rng)
    cover = rng.random() < 0.2 and style in {Style.PROPER, Style.ID3_V23} and FORMATS[name].container != "none"
    suffix = FORMATS[name].suffix
    if name in MP3 and rng.random() < 0.1:
        suffix = suffix.upper()
    return Job(source, as_path(where, suffix), name, False, guess(kept(meant, name, style), where), style, cover)


def from_abroad(sources: Iterable[Source], names: Iterator[str], rng: random.Random) -> Iterator[Job]:
    """Untagged sources with names that are not ASCII, in tags and paths whose encoding is often not said."""
    seen = Counter[str]()
    styles = {package: cycle(abroad.styles) for package, abroad in ABROAD.items()}
    for number, source in enumerate(sources):
        name, abroad = next(names), ABROAD[source.package]
        seen[source.package] += 1
        place_in_album = seen[source.package]
        meant = replace(
            source.tags,
            title=abroad.title.format(place_in_album),
            artists=(abroad.artist,),
            album=abroad.album,
            track_number=place_in_album,
        )
        style = chosen_style(meant, name, rng)
        if name in MP3:
            style = next(styles[source.package])
        where = place(meant, source)
        path = as_path(where, FORMATS[name].suffix)
        if number % 3 == 0:
            path = in_charset(path, abroad.charset)
        yield Job(source, path, name, False, guess(kept(meant, name, style), where), style)


def in_second_format(job: Job, number: int, rng: random.Random) -> Job:
    """The same recording once more in a format of another suffix; every fourth time without tags."""
    name = rng.choice([name for name in FORMATS if FORMATS[name].suffix != FORMATS[job.format].suffix])
    meant = replace(job.tags, guessed=frozenset())
    style = Style.NONE if number % 4 == 0 or FORMATS[name].container == "none" else Style.PROPER
    where = ("Downloads", as_name(" - ".join((*meant.artists[:1], meant.title))))
    tags = guess(kept(meant, name, style), where)
    return Job(job.source, as_path(where, FORMATS[name].suffix), name, False, tags, style, odd=("second format",))


def backup(job: Job) -> Job:
    """The very same bytes in another folder."""
    return replace(job, target=Path("Backup") / job.target, odd=("same bytes",))


def collected(source: Source, rng: random.Random) -> Tags:
    """What a collector made of the source's tags before writing them."""
    tags = source.tags
    if source.package == "supertux-data" and tags.artists:
        return replace(tags, album="SuperTux Soundtrack", album_artists=("Various Artists",), compilation=True)
    if len(tags.artists) == 1 and " & " in tags.artists[0]:
        return replace(tags, artists=tuple(tags.artists[0].split(" & ")))
    if source.package == "wesnoth-1.16-music" and rng.random() < 0.5:
        return replace(tags, artists=(*tags.artists, "Wesnoth Project"))
    if not tags.title and rng.random() < 0.65:
        title = re.sub(r"[\W_]+", " ", source.path.stem).strip().title()
        return replace(tags, title=title, album=tags.album or game(source.package))
    return tags


def chosen_style(meant: Tags, name: str, rng: random.Random) -> Style:
    """How the tags are written; v2.3 and RIFF cannot hold several artists, so those are written in v2.4."""
    container, luck = FORMATS[name].container, rng.random()
    if container == "none":
        return Style.ID3_BEFORE_ADTS if luck < 0.5 else Style.NONE
    if luck < 0.06 or not (meant.title or meant.artists or meant.album):
        return Style.NONE
    several = len(meant.artists) > 1 or len(meant.genres) > 1
    if luck < 0.5 and not several and container in {"id3", "wav"}:
        return Style.ID3_V23 if container == "id3" else Style.RIFF_INFO
    return Style.PROPER


def kept(meant: Tags, name: str, style: Style) -> Tags:
    """What of the tags survives the way they are written."""
    few = Tags(meant.title, meant.artists, meant.album, track_number=meant.track_number, year=meant.year)
    if style is Style.NONE:
        return Tags()
    if style in {Style.RIFF_INFO, Style.ID3V1_GBK, Style.ID3V1_LATIN1}:
        return few
    if FORMATS[name].container == "opus":
        gain = meant.replay_gain
        return replace(meant, replay_gain=ReplayGain(track_db=gain.track_db, album_db=gain.album_db))
    return meant


def as_path(where: Sequence[str], suffix: str) -> Path:
    """The path below the library folder."""
    return Path(*where[:-1], where[-1] + suffix)


def apart_from_each_other(jobs: Iterable[Job]) -> Iterator[Job]:
    """Number the files that would have the same name; upper and lower case are one, as on many disks."""
    taken: set[str] = set()
    for job in jobs:
        target = apart(job.target, taken)
        taken.add(str(target).lower())
        yield replace(job, target=target, odd=tuple(oddities(job)))


def oddities(job: Job) -> Iterator[str]:
    """Everything worth knowing about a file, in fixed words."""
    yield from job.odd
    tags = job.written
    found = {
        "untagged": not (tags.title or tags.artists or tags.album),
        "ffmpeg refuses it": not job.source.playable,
        "several titles": job.copied and job.source.several_titles,
        "several artists": len(tags.artists) > 1,
        "compilation": tags.compilation,
        "replay gain": tags.replay_gain.track_db is not None,
        "no xing header": job.format == "mp3-vbr-no-xing",
        "name is not utf-8": any("\ud800" <= letter <= "\udfff" for letter in str(job.target)),
        "not ascii": not tags.title.isascii() or not tags.album.isascii(),
        "upper-case suffix": job.target.suffix.isupper(),
        str(job.style): job.style not in {Style.PROPER, Style.NONE},
    }
    yield from (word for word, is_so in found.items() if is_so)
