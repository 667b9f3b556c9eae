"""What a person does in the window, done in the real one: real music, the real player, real databases."""

import json
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt
from pytestqt.qtbot import QtBot

from player_rec.app.places import places_in
from player_rec.domain.listening import Source
from player_rec.gui.desktop.single import hand_over
from player_rec.gui.main import Program
from player_rec.gui.pages.library import SONG
from player_rec.gui.window import Page
from player_rec.players.builtin.news import Transport
from tests.gui.conftest import PATIENCE_MS, Desk


def test_an_evening_in_the_window(desk: Desk) -> None:
    program, window = desk.program, desk.program.window
    window.open(Page.LIBRARY)
    table = window.library._table
    desk.until(lambda: table.model().rowCount() == len(desk.songs))

    desk.type(window.library._words, "eastern")
    desk.until(lambda: table.model().rowCount() == 1)
    song = table.model().index(0, 0).data(SONG)
    table.activated.emit(table.model().index(0, 0))
    desk.until(lambda: desk.scene.playing and desk.scene.playing.file == song.file)
    assert song.title in window.windowTitle()
    assert program.player is not None
    assert program.player.now().transport is Transport.PLAYING

    window.open(Page.RADIO)
    desk.click(window.radio._heart)
    desk.until(lambda: desk.scene.heart and desk.scene.queue)
    assert window.radio._heart.isChecked()
    desk.until(program.tray.heart.isChecked)
    rows = window.radio._model
    assert rows.rowCount() == len(desk.scene.queue)
    assert all(rows.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(rows.rowCount()))

    first = rows.at(0)
    with desk.qtbot.waitActive(window):
        window.raise_up()
    window.radio._queue.setFocus()
    window.radio._queue.setCurrentIndex(rows.index(0))
    desk.type(window.radio._queue, "k")
    desk.until(lambda: rows.rowCount() and rows.at(0).item.key == first.item.key and rows.at(0).pick is None)

    desk.click(window.bar._heart)
    desk.until(lambda: desk.scene.playing and desk.scene.playing.liked)
    desk.until(program.tray.like.isChecked)

    desk.click(window.bar._next)
    desk.until(lambda: desk.scene.playing and desk.scene.playing.file == first.song.file)
    window.open(Page.HISTORY)
    desk.until(lambda: desk.rows_of(window.pages.currentWidget()) == 1)

    program.tray.heart.trigger()
    desk.until(lambda: not desk.scene.heart)
    desk.until(lambda: not any(waiting.pick for waiting in desk.scene.queue))


def test_the_queue_is_worked_with_by_hand(desk: Desk) -> None:
    program, radio = desk.program, desk.program.window.radio
    program.open(desk.songs[:1])
    desk.until(lambda: desk.scene.playing)
    desk.click(radio._heart)
    desk.until(lambda: desk.scene.heart and len(desk.scene.queue) == 5)
    rows, view = radio._model, radio._queue

    third = rows.at(2)
    dragged = rows.mimeData([rows.index(2)])
    assert not rows.dropMimeData(dragged, Qt.DropAction.MoveAction, 0, 0, QModelIndex()), "the player moves it, no view"
    desk.until(lambda: rows.at(0).item.key == third.item.key)
    assert rows.at(0).pick is None

    with desk.qtbot.waitActive(program.window):
        program.window.raise_up()
    view.setFocus()
    desk.until(lambda: len(desk.scene.queue) == 6)
    pick = rows.at(1)
    view.setCurrentIndex(rows.index(1))
    desk.qtbot.keyClick(view, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]  # it has no types
    assert radio._card.isVisible()
    assert pick.pick is not None
    assert radio._card._why.text() == pick.pick.why["en"]
    assert "score" in radio._card._parts.accessibleName()
    desk.qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # type: ignore[no-untyped-call]  # it has no types
    desk.until(lambda: rows.at(0).item.key == pick.item.key)
    assert radio._card._why.text() == "You queued it"
    view.setCurrentIndex(rows.index(0))
    desk.type(view, "r")
    radio._queue.wanted.emit("remove", rows.at(0))
    desk.until(lambda: all(waiting.item.key != pick.item.key for waiting in desk.scene.queue))
    assert radio._card._song.text() == rows.at(view.currentIndex().row()).song.label, "it tells of what is chosen now"
    desk.qtbot.keyClick(view, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]  # it has no types
    assert not radio._card.isVisible()


def test_order_and_sleep_timer_are_set_in_the_bar(desk: Desk) -> None:
    program, bar = desk.program, desk.program.window.bar
    assert program.player is not None
    assert bar.menu is not None
    program.open(desk.songs[:2])
    desk.until(lambda: desk.scene.playing)
    bar.menu.show_now()
    bar.menu.shuffle.trigger()
    assert program.player.now().modes == {"random"}
    one = next(action for action in bar.menu.actions() if action.text() == "Repeat this song")
    one.trigger()
    assert program.player.now().modes == {"random", "repeat", "single"}
    desk.until(lambda: desk.scene.connected)
    desk.click(program.window.radio._heart)
    desk.until(lambda: desk.scene.heart)
    bar.menu.show_now()
    assert program.player.now().modes == set()
    assert not bar.menu.shuffle.isEnabled()
    bar.menu.sleep(15)
    desk.until(bar._sleeps.isVisible)
    assert bar._sleeps.toolTip() == "Stops in 15 min"
    bar.menu.sleep(0)
    assert program.player.now().sleep_after_song
    bar.menu.sleep(None)
    desk.until(lambda: not bar._sleeps.isVisible())
    desk.click(program.window.radio._heart)
    desk.until(lambda: not desk.scene.heart)
    assert program.player.now().modes == {"random", "repeat", "single"}


def test_quit_and_start_again_goes_on_where_it_was(desk: Desk) -> None:
    program = desk.program
    assert program.player is not None
    program.open(desk.songs[:3])
    desk.until(lambda: program.player and program.player.now().position_ms > 300)
    program.player.set_volume(0.4)
    desk.quit()
    again = desk.start()
    assert again.player is not None
    now = again.player.now()
    assert now.item is not None
    assert now.item.path == desk.songs[0]
    assert now.transport is not Transport.PLAYING
    assert now.position_ms >= 300
    assert now.volume == 0.4
    desk.until(lambda: desk.scene.connected)
    assert [item.path for item in again.player.upcoming()] == desk.songs[1:3]


def test_a_second_start_hands_over_its_files(desk: Desk) -> None:
    places = places_in(desk.library.kept)
    assert hand_over(places, [desk.songs[1]])
    desk.until(lambda: desk.scene.playing)
    assert desk.scene.playing
    assert desk.scene.playing.file == desk.songs[1]
    assert desk.program.window.isVisible()


def test_the_command_line_speaks_with_the_window(desk: Desk) -> None:
    desk.program.open(desk.songs[:1])
    desk.until(lambda: desk.scene.playing)
    said = desk.library.run("like")
    assert said.out.startswith("♥"), said.err
    desk.until(lambda: desk.scene.playing and desk.scene.playing.liked)


def test_play_with_nothing_to_play_begins_with_what_heart_mode_finds(desk: Desk) -> None:
    desk.until(lambda: desk.scene.connected)
    desk.click(desk.program.window.bar._go)
    desk.until(lambda: desk.scene.heart and desk.scene.playing)
    assert desk.scene.source is Source.PICK


def test_a_new_listener_is_asked_for_music_and_hears_some(qtbot: QtBot, tmp_path: Path) -> None:
    program = Program(places_in(tmp_path / "kept"), "builtin", silent=True)
    try:
        program.window.show()
        program.start(())
        page = program.window.folders
        qtbot.waitUntil(lambda: program.window.pages.currentWidget() is page, timeout=PATIENCE_MS)
        qtbot.waitUntil(page._free.isVisible, timeout=PATIENCE_MS)
        page._free.click()
        qtbot.waitUntil(lambda: page._folders.count() == 1, timeout=PATIENCE_MS)

        def plays() -> bool:
            scene = program.window._scene
            return bool(scene and scene.heart and scene.playing)

        qtbot.waitUntil(plays, timeout=60_000)
        assert program.window.pages.currentWidget() is program.window.radio
    finally:
        program.close()
        program.window.close()


def test_the_analysis_is_paused_from_the_tray(desk: Desk) -> None:
    pause, rest = places_in(desk.library.kept).pause, desk.program.tray.rest
    rest.trigger()
    desk.until(pause.exists)
    desk.program.window.open(Page.FOLDERS)
    desk.until(desk.program.window.folders._pause.isChecked)
    rest.trigger()
    desk.until(lambda: not pause.exists())


def test_where_there_is_no_tray_it_is_said_once_and_the_window_is_the_program(desk: Desk) -> None:
    window = desk.program.window
    assert "no tray" in window.notice._words.text()
    with desk.qtbot.waitSignal(window.left):
        window.close()
    desk.quit()
    again = desk.start()
    assert again.window.notice.isHidden()


def test_the_bar_seeks_where_one_clicks_and_shows_the_volume_there_is(desk: Desk) -> None:
    program, bar = desk.program, desk.program.window.bar
    player = program.player
    assert player is not None
    program.open(desk.songs[:1])
    desk.until(lambda: desk.scene.playing and player.now().duration_ms and bar._place.isEnabled())
    at = QPoint(2 * bar._place.width() // 3, bar._place.height() // 2)
    desk.qtbot.mouseClick(bar._place, Qt.MouseButton.LeftButton, pos=at)  # type: ignore[no-untyped-call]  # it has no types
    desk.until(lambda: player.now().position_ms > 0.6 * player.now().duration_ms)
    player.pause()
    desk.qtbot.keyClick(bar._place, Qt.Key.Key_Home)  # type: ignore[no-untyped-call]  # it has no types
    desk.until(lambda: player.now().position_ms < 500)
    player.set_volume(0.4)
    desk.until(lambda: bar._volume.value() == 40)


def test_space_is_for_who_has_the_focus_and_for_the_player_otherwise(desk: Desk) -> None:
    program, window = desk.program, desk.program.window
    assert program.player is not None
    program.open(desk.songs[:1])
    desk.until(lambda: desk.scene.playing)
    window.radio._heart.setFocus()
    desk.qtbot.keyClick(window.radio._heart, Qt.Key.Key_Space)  # type: ignore[no-untyped-call]  # it has no types
    desk.until(lambda: desk.scene.heart)
    assert program.player.now().transport is Transport.PLAYING
    desk.qtbot.keyClick(window, Qt.Key.Key_Space)  # type: ignore[no-untyped-call]  # it has no types
    assert program.player.now().transport is Transport.PAUSED


def test_a_kill_costs_neither_queue_nor_place(desk: Desk) -> None:
    kept = places_in(desk.library.kept).data / "player.json"
    desk.program.open(desk.songs[:3])
    desk.until(kept.exists)
    assert len(json.loads(kept.read_text())["entries"]) == 3


def test_what_is_no_music_ends_no_song(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "notes.mp3").write_text("no music")
    desk.program.open(desk.songs[:1])
    desk.until(lambda: desk.scene.playing)
    desk.program.open([tmp_path / "notes.mp3"])
    desk.until(lambda: "notes.mp3" in desk.program.window.notice._words.text())
    assert desk.scene.playing
    assert desk.scene.playing.file == desk.songs[0]
    desk.program.open([desk.songs[1].parent])
    first = min(desk.songs[1].parent.rglob("*.opus"))
    desk.until(lambda: desk.scene.playing and desk.scene.playing.file == first)


def test_a_folder_that_is_away_says_so(desk: Desk) -> None:
    page, music = desk.program.window.folders, desk.library.music
    desk.program.window.open(Page.FOLDERS)
    desk.until(lambda: page._folders.count() == 1)
    music.rename(music.with_name("elsewhere"))
    page.look()
    desk.until(lambda: "away" in page._folders.item(0).text())
    music.with_name("elsewhere").rename(music)
