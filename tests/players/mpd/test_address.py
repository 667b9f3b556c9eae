"""Where MPD is looked for, and what is said of a place where it can never be."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from player_rec.domain.errors import PlayerGone
from player_rec.players.mpd.address import Address, addresses
from player_rec.players.mpd.player import MpdPlayer


@pytest.mark.parametrize("host", ["a..b", ".", "x" * 64, "caf\udce9", "pass@a..b", "/m\0", "@\0x"])
def test_what_is_no_host_is_said_to_be_none(host: str) -> None:
    with pytest.raises(PlayerGone, match="MPD cannot be reached"):
        MpdPlayer(host=host).open(lambda event: None)


@pytest.mark.parametrize("port", [0, 65_536, 10**9])
def test_what_is_no_port_is_said_to_be_none(port: int) -> None:
    with pytest.raises(PlayerGone, match=f"there is no port {port}"):
        addresses("localhost", port, "", {})


def test_a_socket_whose_path_is_too_long_is_not_reached() -> None:
    with pytest.raises(PlayerGone, match="cannot be reached"):
        MpdPlayer(host="/" + "x" * 300).open(lambda event: None)


@pytest.mark.parametrize(
    "environment",
    [{"XDG_RUNTIME_DIR": "/" + "x" * 5000}, {"XDG_RUNTIME_DIR": "/" + "y/" * 3000}, {"MPD_PORT": "9" * 5000}],
)
def test_an_odd_environment_leaves_the_usual_place(environment: Mapping[str, str]) -> None:
    assert addresses("", 6600, "", environment)[-1] == Address("localhost", 6600)


def test_an_odd_host_in_the_environment_is_named() -> None:
    with pytest.raises(PlayerGone, match=r"a\.\.b"):
        addresses("", 6600, "", {"MPD_HOST": "a..b"})


def test_names_of_every_script_are_names(tmp_path: Path) -> None:
    for host in ("localhost", "192.168.1.7", "::1", "mücke.example", "音楽.example", str(tmp_path / "socket"), "@mpd"):
        assert addresses(host, 6600, "", {}) == (Address(host),)
