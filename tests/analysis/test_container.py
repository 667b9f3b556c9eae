"""Opening files: only what was asked for, whatever its name, and every failure in words."""
# mypy: untyped-calls-exclude="mutagen"

import errno
import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mutagen.apev2 import APEv2
from mutagen.id3 import APIC, ID3

from player_rec.analysis.container import opened
from player_rec.analysis.untagged import Untagged
from player_rec.domain.errors import UnreadableTrack
from tests.analysis.audio import music, write_audio

NOBODY = 65534


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_audio(tmp_path_factory.mktemp("song") / "song.mp3", music(3.0), 44_100)


def why_not(path: Path) -> str:
    with pytest.raises(UnreadableTrack) as caught, opened(path):
        pass
    assert caught.value.path == path
    return caught.value.why


@contextmanager
def without_privileges() -> Iterator[None]:
    """Let file permissions count even where the tests run as root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize(
    "name",
    [
        "http:x.mp3",
        "concat:a|b.mp3",
        "cover%03d.mp3",
        "-i.mp3",
        "七里香 — 周杰倫.mp3",
        "a\nb.mp3",
        "caf\udce9 \udcff.mp3",
    ],
)
def test_a_name_is_only_a_name(song: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(song.read_bytes())
    with opened(path) as source:
        assert source.codec == "mp3"
        assert source.stream.rate == 44_100


def test_the_sound_is_chosen_not_the_cover(song: Path, tmp_path: Path) -> None:
    path = tmp_path / "covered.mp3"
    path.write_bytes(song.read_bytes())
    tags = ID3()
    tags.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=b"\x89PNG\r\n\x1a\n" + bytes(200_000)))
    tags.save(path)
    with opened(path) as source:
        assert source.stream.type == "audio"


def test_a_pipe_a_folder_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp3"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        assert why_not(path) == "not a regular file"


def test_a_missing_and_an_empty_file_are_told_apart(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp3"
    empty.touch()
    assert why_not(empty) == "the file is empty"
    assert why_not(tmp_path / "gone.mp3") == "the file is gone"


def test_a_file_that_may_not_be_read_says_so(song: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked.mp3"
    locked.write_bytes(song.read_bytes())
    locked.chmod(0)
    with without_privileges():
        assert why_not(locked) == "there is no permission to read it"


@pytest.mark.parametrize("name", ["noise.mp3", "noise.flac", "noise.ogg", "noise.m4a", "noise.wav"])
def test_what_is_no_sound_is_not_guessed_at(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(bytes(50_000))
    assert why_not(path) in {"it is damaged, or not a sound file", "there is no sound in it"}


def test_a_picture_has_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "cover.mp3"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    assert "not a sound file" in why_not(path)


def test_no_playlist_or_script_opens_another_file_or_an_address(song: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.mp3"
        scripts = {
            "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n",
            "local hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{song}\n#EXT-X-ENDLIST\n",
            "m3u": f"#EXTM3U\n#EXTINF:10,Song\n{address}\n{song}\n",
            "concat": f"ffconcat version 1.0\nfile '{song}'\nfile '{address}'\n",
            "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 14\n",
            "dash": f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{address}</BaseURL></MPD>',
            "bare": address,
        }
        for name, script in scripts.items():
            for suffix in (".mp3", ".m3u8", ".ogg"):
                path = tmp_path / f"{name}{suffix}"
                path.write_text(script)
                assert "not a sound file" in why_not(path)
        with pytest.raises(TimeoutError):
            server.accept()


def test_tags_at_both_ends_are_hidden_from_the_decoder(song: Path, tmp_path: Path) -> None:
    path = tmp_path / "tagged.mp3"
    path.write_bytes(song.read_bytes())
    with io.FileIO(path) as file:
        plain = Untagged(file, path).read()
    tags = ID3()
    tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=bytes(300_000)))
    tags.save(path, v1=2)
    ape = APEv2()
    ape["Title"] = "x" * 1000
    ape.save(path)
    with io.FileIO(path) as file:
        sound = Untagged(file, path)
        assert sound.read() == plain
        assert sound.seek(-10, os.SEEK_END) == len(plain) - 10
        assert sound.read(100) == plain[-10:]
        assert sound.peek(5, 7) == plain[5:12]
        assert sound.read() == b""


def test_a_tag_that_lies_about_its_size_hides_no_sound(song: Path, tmp_path: Path) -> None:
    path = tmp_path / "liar.mp3"
    path.write_bytes(b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + song.read_bytes())
    with opened(path) as source:
        assert source.codec == "mp3"


def test_a_disk_that_fails_ends_the_file_and_is_remembered(song: Path) -> None:
    class Failing(io.FileIO):
        failing = False

        def read(self, size: int | None = -1, /) -> bytes:
            if self.failing:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(-1 if size is None else size)

    with Failing(song) as file:
        sound = Untagged(file, song)
        assert len(sound.read(100)) == 100
        file.failing = True
        assert sound.read(100) == b""
        assert sound.failure is not None
        assert sound.failure.errno == errno.EIO


def test_the_decoder_keeps_quiet(song: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp3"
    data = bytearray(song.read_bytes())
    data[20_000:40_000] = os.urandom(20_000)
    broken.write_bytes(data)
    code = (
        "import sys; from pathlib import Path; from player_rec.analysis.decode import excerpt;"
        "print(len(excerpt(Path(sys.argv[1]), rate_hz=16000, count=3, samples=8000).windows))"
    )
    ran = subprocess.run([sys.executable, "-c", code, broken], capture_output=True, text=True, check=True)
    assert (ran.stdout.strip(), ran.stderr) == ("3", "")
