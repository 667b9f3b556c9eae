"""Files as others name them over the bus."""

from pathlib import Path
from urllib.parse import unquote_to_bytes

from player_rec.gui.desktop.bus import Refused
from player_rec.gui.desktop.bus.text import clean

_HERE = {"", "localhost"}


def file_of(uri: str) -> Path:
    """The file a URI names (RFC 8089); signs that ought to have been encoded stand for themselves. Raises Refused."""
    scheme, _, rest = uri.partition(":")
    host = ""
    if rest.startswith("//"):
        host, slash, way = rest[2:].partition("/")
        rest = slash + way
    name = unquote_to_bytes(rest)
    if scheme.lower() != "file" or host.lower() not in _HERE or not name.startswith(b"/") or b"\0" in name:
        raise Refused("InvalidArgs", f"only files of this machine can be played, not {uri}")
    return Path(name.decode("utf-8", "surrogateescape"))


def check(file: Path) -> Refused | None:
    """Why a file cannot be played; None if it can. Reads its beginning, which may take a while."""
    from player_rec.players.builtin.stream import playable  # with FFmpeg's libraries

    shown = clean(str(file))
    try:
        if file.is_dir():
            return Refused("InvalidArgs", f"{shown} is a folder")
        if not file.exists():
            return Refused("FileNotFound", f"there is no file {shown}")
    except OSError as error:
        return Refused("FileNotFound", f"{shown} cannot be reached: {error.strerror}")
    return None if playable(file) else Refused("InvalidArgs", f"{shown} holds no music that can be played")
