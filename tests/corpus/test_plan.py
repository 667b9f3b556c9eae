"""The corpus is a promise to every end-to-end run: the same files each time, every format, every oddity."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from player_rec.domain.track import Tags
from tests.corpus.encode import FORMATS
from tests.corpus.label import id3v1
from tests.corpus.packages import PACKAGES
from tests.corpus.place import apart, guess
from tests.corpus.plan import ABROAD, Job, plan
from tests.corpus.sources import Source, tags_of

TITLED = Tags(title="A Title", artists=("Someone",), album="An Album", track_number=3)


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    """Twenty files from each package, every other one tagged; those of packages meant for abroad are not."""
    return [
        Source(
            path=Path(package, f"piece_{number:02d}.ogg"),
            package=package,
            recording=f"{package}{number}",
            codec="vorbis",
            duration_ms=60_000,
            tags=Tags() if package in ABROAD or number % 2 else replace(TITLED, title=f"Piece {number}"),
            several_titles=False,
            playable=number != 19,
        )
        for package in PACKAGES
        for number in range(20)
    ]


@pytest.fixture(scope="module")
def jobs(sources: list[Source]) -> list[Job]:
    return plan(sources, 560)


def test_the_plan_is_the_same_every_time(sources: list[Source], jobs: list[Job]) -> None:
    assert plan(sources, 560) == jobs


def test_every_format_occurs_about_evenly_beside_a_third_of_copies(jobs: list[Job]) -> None:
    copies = [job for job in jobs if job.copied]
    assert 0.28 < len(copies) / len(jobs) < 0.38
    counts = Counter(job.format for job in jobs if not job.copied)
    assert all(counts[name] >= 24 for name in FORMATS if name not in {"vorbis", "opus-ffmpeg"})


def test_what_cannot_be_decoded_is_only_copied(jobs: list[Job]) -> None:
    broken = [job for job in jobs if not job.source.playable]
    assert broken
    assert all(job.copied and "ffmpeg refuses it" in job.odd for job in broken)


def test_no_two_files_share_a_name_on_any_disk(jobs: list[Job]) -> None:
    assert len({str(job.target).lower() for job in jobs}) == len(jobs)


def test_at_least_twenty_recordings_are_there_in_two_formats(jobs: list[Job]) -> None:
    formats: dict[str, set[str]] = {}
    for job in jobs:
        formats.setdefault(job.source.recording, set()).add(job.format)
    assert sum(len(names) > 1 for names in formats.values()) >= 20


@pytest.mark.parametrize(
    "word",
    [
        "untagged",
        "several artists",
        "compilation",
        "no xing header",
        "name is not utf-8",
        "not ascii",
        "second format",
        "same bytes",
        "gbk bytes in latin-1 id3 frames",
        "utf-8 bytes in latin-1 id3 frames",
        "id3v1 only, in gbk",
        "riff info chunk",
        "id3v2 before adts",
    ],
)
def test_every_oddity_is_met(jobs: list[Job], word: str) -> None:
    assert any(word in job.odd for job in jobs)


def test_what_only_the_path_tells_is_not_written_into_the_file(jobs: list[Job]) -> None:
    guessed = [job for job in jobs if "title" in job.tags.guessed]
    assert guessed
    assert all(job.tags.title and not job.written.title for job in guessed)


def test_artist_album_and_title_are_guessed_from_a_tidy_path() -> None:
    found = guess(Tags(), ("Someone", "An Album", "03 A Title"))
    assert (found.title, found.artists, found.album) == ("A Title", ("Someone",), "An Album")
    assert found.guessed == {"title", "artists", "album"}


def test_names_that_differ_in_case_only_are_numbered_apart() -> None:
    assert apart(Path("a/Song.ogg"), {"a/song.ogg", "a/song (2).ogg"}) == Path("a/Song (3).ogg")


def test_vorbis_comments_are_read_as_a_careful_reader_would() -> None:
    tags = tags_of(
        {"title": [" One ", "Two"], "artist": ["A", "B", "A"], "tracknumber": ["17/20"], "date": ["jan 2008"]}
    )
    assert (tags.title, tags.artists, tags.track_number, tags.year) == ("One", ("A", "B"), 17, 2008)


def test_an_id3v1_tag_is_128_bytes_in_the_encoding_asked_for() -> None:
    tag = id3v1(Tags(title="小鱼", artists=("佚名",), track_number=7), "gbk")
    assert len(tag) == 128
    assert tag[3:7].decode("gbk") == "小鱼"
    assert tag[125:127] == b"\0\x07"
