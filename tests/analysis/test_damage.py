"""Whatever is done to a file, the decoder answers: with sound, or with a reason. It never takes its worker along."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from player_rec.analysis.pool import Pool, Result
from player_rec.domain.errors import UnreadableTrack, WorkerLost
from tests.analysis import pool_jobs
from tests.analysis.audio import music, write_audio
from tests.endurance.damage import DAMAGES
from tests.endurance.oddities import ODDITIES
from tests.endurance.specimens import WHOLE, damaged, specimens
from tests.endurance.structure import numbers, with_ogg_checksums

SUFFIXES = (".mp3", ".m4a", ".flac", ".ogg", ".opus", ".wav", ".wma", ".aiff")
SECONDS = 6.0

# What takes long to make, or to be answered, is left to the long run.
QUICK_ODDITIES = ODDITIES.keys() - {"hour of silence"}

Heard = Result[str, tuple[int, bool]]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("good")
    sound = music(SECONDS, rate=48_000)
    return {suffix: write_audio(folder / f"good{suffix}", sound, 48_000) for suffix in SUFFIXES}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool[str, tuple[int, bool]]]:
    with Pool[str, tuple[int, bool]](2, 20.0, polite=False) as pool:
        yield pool


def heard(pool: Pool[str, tuple[int, bool]], files: dict[Path, str]) -> list[Heard]:
    results: list[Heard] = []
    for path, kind in files.items():
        pool.submit(kind, pool_jobs.decode, path)
    while pool.pending:
        results += pool.results(1.0)
    return results


def assert_answered(results: list[Heard]) -> None:
    for result in results:
        assert not isinstance(result.outcome, WorkerLost), f"{result.key}: {result.outcome}"
        if isinstance(result.outcome, UnreadableTrack):
            assert "internal error" not in result.outcome.why, f"{result.key}: {result.outcome}"
        else:
            assert result.outcome[1], f"{result.key}: {result.path} has samples that are no numbers"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damage_of_every_kind_is_answered(
    pool: Pool[str, tuple[int, bool]], good: dict[str, Path], tmp_path: Path, suffix: str
) -> None:
    rng = Random(20)
    files = {}
    for kind in (WHOLE, *DAMAGES):
        path = tmp_path / f"{kind}{suffix}"
        path.write_bytes(damaged(rng, kind, good[suffix].read_bytes()))
        files[path] = kind
    results = heard(pool, files)
    assert_answered(results)
    whole = next(result.outcome for result in results if result.key == WHOLE)
    assert not isinstance(whole, UnreadableTrack)
    assert whole[0] == pytest.approx(SECONDS * 1000, abs=100)


def test_what_only_has_the_name_of_a_song_is_answered(pool: Pool[str, tuple[int, bool]], tmp_path: Path) -> None:
    files = {}
    for number in range(2):
        for kind in sorted(QUICK_ODDITIES):
            path = tmp_path / f"{kind}{number}.mp3"
            ODDITIES[kind](Random(number), path)
            files[path] = kind
    results = heard(pool, files)
    assert_answered(results)
    refused = {result.key for result in results if isinstance(result.outcome, UnreadableTrack)}
    assert refused >= {"empty", "chance", "text", "picture", "folder", "pipe", "door", "loop", "leads nowhere"}


def test_the_same_seed_makes_the_same_files(good: dict[str, Path], tmp_path: Path) -> None:
    made = [specimens(list(good.values()), tmp_path / name, 18, seed=3) for name in "ab"]
    assert [specimen.kind for specimen in made[0]] == [specimen.kind for specimen in made[1]]
    for one, other in zip(*made, strict=True):
        if one.path.is_file():
            assert one.path.read_bytes() == other.path.read_bytes()


def test_numbers_are_found_where_each_format_keeps_them(good: dict[str, Path]) -> None:
    for suffix, path in good.items():
        data = path.read_bytes()
        found = numbers(data)
        assert len(found) > 3, suffix
        changed = bytearray(data)
        found[0].write(changed, found[0].read(data))
        assert changed == data
    whole = good[".ogg"].read_bytes()
    assert with_ogg_checksums(whole) == whole
