"""Where MPD is to be found: what was set, what its own programs would use, or where it usually listens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PORT: Final = 6600
"""The port MPD is known for."""


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
    """
    if host:
        return (_parse(host, port, password),)
    port = _port(environment.get("MPD_PORT", ""), port)
    if told := environment.get("MPD_HOST", ""):
        return (_parse(told, port, password),)
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    sockets = [f"{runtime}/mpd/socket"] if runtime else []
    sockets.append("/run/mpd/socket")
    local = [Address(socket, port, password) for socket in sockets if Path(socket).exists()]
    return (*local, Address("localhost", port, password))


def _parse(host: str, port: int, password: str) -> Address:
    carried, at, rest = host.partition("@")
    if carried and at and rest and not host.startswith("/"):
        return Address(rest, port, password or carried)
    return Address(host, port, password)


def _port(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else otherwise
