"""What MPD alone brings: its own process, modes, names for files, and ways of failing."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from player_rec.domain.errors import PlayerGone
from player_rec.domain.listening import Ending
from player_rec.players.base import Ended, Gone, Heard, QueueItem
from player_rec.players.mpd.player import MpdPlayer
from player_rec.players.mpd.wire import LIMIT_S
from tests.players.log import PATIENCE_S, EventLog
from tests.players.server import MpdServer, free_port, write_song


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a name short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="pr-") as folder:
        yield Path(folder).resolve()


def started_mpd(place: Path, music: Path, database: Path, settings: str) -> MpdServer:
    server = MpdServer(place, music, settings)
    shutil.copy(database, server.database)
    server.start()
    return server


def test_a_restart_is_told_once_and_the_song_is_found_again(
    mpd: MpdServer, player: MpdPlayer, events: EventLog, music: Path
) -> None:
    mpd.mpc("add", "long.flac")
    mpd.mpc("play")
    before = events.started("long.flac").item
    mpd.mpc("seek", "0:0:20")
    (waiting,) = player.enqueue([music / "a.flac"])
    mpd.quit()
    events.next(Gone)
    with pytest.raises(PlayerGone):
        player.upcoming()
    with pytest.raises(PlayerGone):
        player.open(events)
    assert sum(isinstance(event, Gone) for event in events.all) == 1
    mpd.start()
    known = len(events.all)
    player.open(events)
    again = events.started("long.flac", after=known)
    assert again.position_ms >= 19_000
    assert again.item.key != before.key
    (item,) = player.upcoming()
    assert item.path == music / "a.flac"
    assert waiting is not None
    player.drop([waiting])
    assert player.upcoming() == [item], "a key of before the restart names nothing"


def test_a_player_killed_in_the_middle_of_a_command_is_gone_once(
    mpd: MpdServer, player: MpdPlayer, events: EventLog, music: Path
) -> None:
    mpd.kill()
    with pytest.raises(PlayerGone):
        player.enqueue([music / "a.flac"])
    events.next(Gone)
    player.close()
    assert [type(event) for event in events.all] == [Gone]


def test_a_player_that_hangs_is_given_up_in_time(mpd: MpdServer, player: MpdPlayer, events: EventLog) -> None:
    mpd.freeze()
    began_s = time.monotonic()
    with pytest.raises(PlayerGone, match="does not answer"):
        player.upcoming()
    assert time.monotonic() - began_s < LIMIT_S + 2
    events.next(Gone)


def test_a_long_silence_does_not_break_the_connection(place: Path, music: Path, database: Path) -> None:
    server = started_mpd(place, music, database, 'connection_timeout "1"')
    events = EventLog()
    player = MpdPlayer(str(server.socket))
    player.open(events)
    time.sleep(2.5)
    assert player.enqueue([music / "a.flac"])[0] is not None
    player.close()
    server.kill()
    assert not any(isinstance(event, Gone) for event in events.all)


def test_what_was_heard_is_told_now_and_then_while_music_plays(mpd: MpdServer, events: EventLog) -> None:
    player = MpdPlayer(str(mpd.socket))
    player.heard_every_s = 0.2
    player.open(events)
    mpd.mpc("add", "long.flac")
    mpd.mpc("play")
    first = events.next(Heard, lambda heard: heard.heard_ms > 0)
    events.next(Heard, lambda heard: heard.heard_ms > first.heard_ms + 300)
    known = len(events.all)
    mpd.mpc("pause")
    events.next(Heard, after=known)
    time.sleep(0.5)
    known = len(events.all)
    time.sleep(0.7)
    assert len(events.all) == known, "a paused player costs nothing"
    player.close()


def test_a_song_that_repeats_is_finished_and_starts_again(mpd: MpdServer, player: MpdPlayer, events: EventLog) -> None:
    mpd.mpc("add", "a.flac")
    mpd.mpc("repeat", "on")
    mpd.mpc("single", "on")
    mpd.mpc("play")
    events.started("a.flac")
    mpd.mpc("seek", "0:0:2")
    ended = events.ended("a.flac")
    events.started("a.flac", after=events.all.index(ended))
    assert events.story() == ["start a", "end a finished", "start a"]
    assert ended.heard_ms < 3500, "what was jumped over was not heard"


def test_a_song_consumed_is_finished_and_a_skip_is_still_a_skip(
    mpd: MpdServer, player: MpdPlayer, events: EventLog
) -> None:
    mpd.mpc("add", "a.flac", "b.flac", "c.flac")
    mpd.mpc("consume", "on")
    mpd.mpc("play")
    events.started("a.flac")
    mpd.mpc("seek", "0:0:2")
    events.started("b.flac")
    mpd.listen(0.3)
    mpd.mpc("next")
    events.started("c.flac")
    assert events.story() == ["start a", "end a finished", "start b", "end b skipped", "start c"]
    assert player.order_modes() == "{}", "consume is the listener's own"
    player.keep_order()
    assert "consume=on" in mpd.mpc("status", "consume=%consume%")


def test_a_song_cross_faded_into_the_next_is_finished(mpd: MpdServer, player: MpdPlayer, events: EventLog) -> None:
    mpd.mpc("crossfade", "1")
    mpd.mpc("add", "a.flac", "b.flac")
    mpd.mpc("play")
    events.started("b.flac")
    assert events.story() == ["start a", "end a finished", "start b"]


def test_the_song_playing_deleted_is_skipped_and_the_queue_cleared_is_a_stop(
    mpd: MpdServer, player: MpdPlayer, events: EventLog
) -> None:
    mpd.mpc("add", "long.flac", "a.flac")
    mpd.mpc("play")
    events.started("long.flac")
    mpd.listen(0.3)
    mpd.mpc("del", "1")
    events.started("a.flac")
    mpd.listen(0.3)
    mpd.mpc("clear")
    assert events.ended("long.flac").ending is Ending.SKIPPED
    assert events.ended("a.flac").ending is Ending.STOPPED
    assert player.upcoming() == []


def test_a_file_that_cannot_be_decoded_has_failed_and_no_other_with_it(
    mpd: MpdServer, player: MpdPlayer, events: EventLog
) -> None:
    mpd.mpc("add", "broken.flac")
    subprocess.run(["mpc", f"--host={mpd.socket}", "play"], check=False, capture_output=True, timeout=PATIENCE_S)
    assert events.ended("broken.flac") == Ended(events.started("broken.flac").item, 0, Ending.FAILED)
    mpd.mpc("clear")
    mpd.mpc("add", "a.flac", "broken.flac", "b.flac")
    known = len(events.all)
    mpd.mpc("play")
    events.started("a.flac")
    mpd.mpc("seek", "0:0:3")
    ended = events.ended("a.flac")
    assert ended.ending is Ending.FINISHED, "MPD now goes on to b or stops and complains; a was heard to its end"
    mpd.mpc("play", "3")
    events.started("b.flac")
    broken = [event for event in events.all[known:] if isinstance(event, Ended) and event.item.path.stem == "broken"]
    assert all(event.ending is Ending.FAILED for event in broken)


def test_a_song_begun_in_its_middle_was_not_heard_so_far(mpd: MpdServer, player: MpdPlayer, events: EventLog) -> None:
    mpd.mpc("add", "a.flac", "long.flac")
    mpd.mpc("play", "2")
    events.started("long.flac")
    mpd.mpc("seek", "0:0:30")
    mpd.mpc("play", "1")
    events.started("a.flac")
    assert events.ended("long.flac").heard_ms < 15_000


def test_shuffle_is_given_back_unless_it_was_changed_by_hand(mpd: MpdServer, player: MpdPlayer) -> None:
    mpd.mpc("random", "on")
    mpd.mpc("single", "once")
    kept = player.order_modes()
    player.keep_order()
    mpd.mpc("single", "on")
    player.restore_order(kept)
    assert mpd.mpc("status", "%random% %single%").split() == ["on", "on"]


def test_a_new_file_is_looked_for_and_taken_the_next_time(mpd: MpdServer, player: MpdPlayer, music: Path) -> None:
    new = music / "new" / "n.flac"
    new.parent.mkdir()
    try:
        write_song(new, 1, 200)
        assert player.enqueue([new, music / "a.flac", music / "new" / "never.flac"])[0::2] == [None, None]
        deadline = time.monotonic() + PATIENCE_S
        while (taken := player.enqueue([new])[0]) is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert taken.path == new
    finally:
        shutil.rmtree(new.parent)
    assert mpd.queue() == ["a.flac", "new/n.flac"]


def test_a_file_outside_the_music_directory_is_played_over_a_socket(
    mpd: MpdServer, player: MpdPlayer, events: EventLog, place: Path
) -> None:
    outside = place / "outside.flac"
    write_song(outside, 1, 200)
    (item,) = player.enqueue([outside])
    assert item is not None
    mpd.mpc("play")
    assert events.started("outside.flac").item == item
    assert item.path == outside


def test_names_that_the_protocol_cannot_carry_are_refused(player: MpdPlayer, music: Path) -> None:
    odd = Path(os.fsdecode(bytes(music) + b"/\xff.flac"))
    assert player.enqueue([odd, music / "two\nlines.flac", music / "nowhere.flac"]) == [None, None, None]


def test_names_with_quotes_and_backslashes_are_carried(place: Path, mpd: MpdServer, player: MpdPlayer) -> None:
    quoted = place / 'a "b" \\ ü.flac'
    write_song(quoted, 1, 200)
    (item,) = player.enqueue([quoted])
    assert item in player.upcoming()


def test_a_stream_is_followed_under_its_own_name(mpd: MpdServer, player: MpdPlayer) -> None:
    mpd.mpc("add", "http://127.0.0.1:9/radio")
    (item,) = player.upcoming()
    assert item.path == Path("http://127.0.0.1:9/radio")


def test_files_are_named_as_the_library_reaches_them(
    mpd: MpdServer, events: EventLog, music: Path, place: Path
) -> None:
    (place / "link").symlink_to(music)
    player = MpdPlayer(str(mpd.socket), folders=[place / "link"])
    player.open(events)
    (item,) = player.enqueue([place / "link" / "album" / "e.flac"])
    assert mpd.queue() == ["album/e.flac"]
    assert player.upcoming() == [item]
    player.close()


def test_over_the_network_the_music_is_found_among_the_folders(place: Path, music: Path, database: Path) -> None:
    port = free_port()
    server = started_mpd(place, music, database, f'bind_to_address "127.0.0.1"\nport "{port}"')
    player = MpdPlayer("127.0.0.1", port, folders=[place, music / "album"])
    events = EventLog()
    player.open(events)
    assert [entry and entry.path for entry in player.enqueue([music / "a.flac", place / "conf"])] == [
        music / "a.flac",
        None,
    ]
    server.mpc("play")
    assert events.started("a.flac").item.path == music / "a.flac"
    assert len(player.shortcomings()) == 1
    reaches = player.reach()
    assert reaches
    assert [reaches(music), reaches(music / "album"), reaches(place)] == [True, True, False]
    player.close()
    lost = MpdPlayer("127.0.0.1", port, folders=[place])
    lost.open(events)
    assert len(lost.shortcomings()) == 2
    lost.close()
    server.kill()


def test_a_password_is_sent_and_one_that_is_missing_or_wrong_is_said(place: Path, music: Path, database: Path) -> None:
    settings = 'password "secret@read,add,control,admin"\ndefault_permissions "{}"\nlocal_permissions "{}"'
    for allowed in ("read", ""):
        server = started_mpd(place, music, database, settings.format(allowed, allowed))
        events = EventLog()
        with pytest.raises(PlayerGone, match="may want a password"):
            MpdPlayer(str(server.socket)).open(events)
        with pytest.raises(PlayerGone, match="refuses the password"):
            MpdPlayer(f"wrong@{server.socket}").open(events)
        player = MpdPlayer(f"secret@{server.socket}")
        player.open(events)
        assert player.enqueue([music / "a.flac"])[0] is not None
        player.close()
        server.kill()
        assert not any(isinstance(event, Gone) for event in events.all)


def test_the_place_is_taken_from_the_environment(mpd: MpdServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPD_HOST", str(mpd.socket))
    player = MpdPlayer()
    player.open(EventLog())
    player.close()


def test_where_nothing_listens_the_player_is_gone(place: Path) -> None:
    with pytest.raises(PlayerGone, match="cannot be reached"):
        MpdPlayer(str(place / "nothing")).open(EventLog())


def test_hundreds_of_entries_are_put_in_and_taken_out(mpd: MpdServer, player: MpdPlayer, music: Path) -> None:
    mpd.mpc("add", "long.flac")
    mpd.mpc("play")
    added = player.enqueue([music / "a.flac", music / "b.flac"] * 150)
    assert len(player.upcoming()) == 300
    player.drop([item for item in added if item is not None][:290])
    assert len(player.upcoming()) == 10
    assert all(isinstance(item, QueueItem) for item in added)
