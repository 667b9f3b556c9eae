"""Where MPD is to be found: what was set, what its own programs would use, or where it usually listens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from player_rec.domain.errors import PlayerGone

PORT: Final = 6600
"""The port MPD is known for."""

_LAST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Address:
    """One place where MPD may listen.

    Attributes:
        host: a name or number, the path of a Unix socket, or ``@`` and an abstract one.
        port: meant for a host that is no socket.
        password: sent after connecting, if any.
    """

    host: str
    port: int = PORT
    password: str = field(default="", repr=False)

    @property
    def local(self) -> bool:
        """Whether this is a Unix socket, over which MPD tells more and takes files from anywhere."""
        return self.host.startswith(("/", "@"))

    def __str__(self) -> str:
        return self.host if self.local else f"{self.host}:{self.port}"


def addresses(host: str, port: int, password: str, environment: Mapping[str, str]) -> tuple[Address, ...]:
    """The places to try, in order: the one that was set, else MPD_HOST, else the usual ones.

    As for MPD's own programs, a host may carry a password before an ``@``, and MPD_PORT goes with MPD_HOST.

    Args:
        host: as it was set; empty where it was not.
        port: as it was set.
        password: as it was set; it goes before one that the host carries.
        environment: of the process.

    Raises:
        PlayerGone: nothing can ever be reached at the one that was set.
    """
    if host:
        return (_parse(host, port, password),)
    port = _port(environment.get("MPD_PORT", ""), port)
    if told := environment.get("MPD_HOST", ""):
        return (_parse(told, port, password),)
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    sockets = [f"{runtime}/mpd/socket"] if runtime else []
    sockets.append("/run/mpd/socket")
    local = [Address(socket, port, password) for socket in sockets if _is_there(Path(socket))]
    return (*local, Address("localhost", port, password))


def _parse(host: str, port: int, password: str) -> Address:
    carried, at, rest = host.partition("@")
    if carried and at and rest and not host.startswith("/"):
        return _checked(Address(rest, port, password or carried))
    return _checked(Address(host, port, password))


def _checked(address: Address) -> Address:
    """An address that can be tried. Raises PlayerGone."""
    if "\0" in address.host:
        raise PlayerGone("MPD cannot be reached: its host holds a character that no host has")
    if address.local:
        return address
    try:
        address.host.encode("idna")
    except UnicodeError:
        raise PlayerGone(f"MPD cannot be reached: “{address.host}” is no name of a host") from None
    if not 0 < address.port <= _LAST_PORT:
        raise PlayerGone(f"MPD cannot be reached: there is no port {address.port}")
    return address


def _is_there(socket: Path) -> bool:
    try:
        return socket.exists()
    except OSError:  # the path is too long, say, to be one
        return False


def _port(text: str, otherwise: int) -> int:
    told = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_PORT)) else 0
    return told if 0 < told <= _LAST_PORT else otherwise
