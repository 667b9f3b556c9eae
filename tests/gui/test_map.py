"""What a person does on the map, done in the real window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from player_rec.app.places import places_in
from player_rec.engine.chart import Chart
from player_rec.gui.look.redress import redress
from player_rec.gui.main import Program
from player_rec.gui.map.page import MapPage
from player_rec.gui.window import Page
from tests.gui.conftest import PATIENCE_MS, Desk


def opened(desk: Desk) -> MapPage:
    """The page, with a finished map on it."""
    desk.program.window.open(Page.MAP)
    page = desk.program.window.map
    desk.until(lambda: page._chart and len(page._chart.ids) == len(desk.songs) and page._chart.done is None)
    desk.until(lambda: page.canvas.isVisible() and page.canvas.width() > 300)
    return page


def chart_of(page: MapPage) -> Chart:
    assert page._chart is not None
    return page._chart


def lasso(desk: Desk, page: MapPage, low: QPoint, high: QPoint) -> None:
    """Draw one around a rectangle with Shift held."""
    corners = [low, QPoint(high.x(), low.y()), high, QPoint(low.x(), high.y())]
    shift, left = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
    desk.qtbot.mousePress(page.canvas, left, shift, low)  # type: ignore[no-untyped-call]  # it has no types
    for corner in corners:
        desk.qtbot.mouseMove(page.canvas, corner)  # type: ignore[no-untyped-call]  # it has no types
    desk.qtbot.mouseRelease(page.canvas, left, shift, corners[-1])  # type: ignore[no-untyped-call]  # it has no types


def all_of_it(page: MapPage) -> tuple[QPoint, QPoint]:
    return QPoint(1, 1), QPoint(page.canvas.width() - 2, page.canvas.height() - 2)


def title_of(desk: Desk, page: MapPage, row: int) -> str:
    """What the window says of a point."""
    desk.qtbot.mouseMove(page.canvas, page.canvas.pixel(row).toPoint())  # type: ignore[no-untyped-call]  # it has no types
    desk.until(lambda: page.canvas._pointed == row and page.canvas._label)
    return page.canvas._label


def test_points_tell_their_song_and_play_it(desk: Desk) -> None:
    page = opened(desk)
    chart = chart_of(page)
    assert np.isfinite(chart.places).all()
    label = title_of(desk, page, 2)
    assert page.canvas.accessibleDescription() == label
    at = page.canvas.pixel(2).toPoint()
    desk.qtbot.mouseClick(page.canvas, Qt.MouseButton.LeftButton, pos=at)  # type: ignore[no-untyped-call]  # it has no types
    desk.until(lambda: desk.scene.playing and desk.scene.playing.label == label)
    desk.until(lambda: page.canvas._route.playing == 2)
    desk.click(desk.program.window.radio._heart)
    desk.until(lambda: desk.scene.heart and page.canvas._route.ahead)
    assert 2 not in page.canvas._route.ahead
    desk.click(desk.program.window.bar._next)
    desk.until(lambda: 2 in page.canvas._route.past)


def test_a_lasso_starts_heart_mode_and_is_saved_as_a_playlist(desk: Desk, tmp_path: Path) -> None:
    page = opened(desk)
    desk.until(lambda: desk.scene.connected)
    lasso(desk, page, *all_of_it(page))
    assert page.bar.isVisible()
    assert page._count.text() == f"{len(desk.songs)} songs"

    desk.click(page.save)
    dialog = page.dialog
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(tmp_path / "évening 夜"))
    dialog.accept()
    file = tmp_path / "évening 夜.m3u8"
    desk.until(file.exists)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert sorted(lines[2::2]) == sorted(map(str, desk.songs))
    assert all(line.startswith("#EXTINF:") for line in lines[1::2])

    desk.click(page.heart)
    desk.until(lambda: desk.scene.heart and desk.scene.playing and desk.scene.queue)
    assert desk.scene.playing
    assert desk.scene.playing.track == chart_of(page).ids[page._middle()]
    desk.click(page.clear)
    assert not page.bar.isVisible()


def test_a_playlist_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    page = opened(desk)
    lasso(desk, page, *all_of_it(page))
    with desk.qtbot.waitSignal(desk.program.bridge.failed, timeout=PATIENCE_MS) as said:
        page.save_to(tmp_path / "no" / "such.m3u8")
    assert said.args is not None
    assert "cannot be saved" in said.args[0]


def test_the_keyboard_does_all_of_it(desk: Desk) -> None:
    page = opened(desk)
    canvas, press = page.canvas, desk.qtbot.keyClick
    with desk.qtbot.waitActive(desk.program.window):
        desk.program.window.raise_up()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    before = canvas.camera
    press(canvas, Qt.Key.Key_Plus)  # type: ignore[no-untyped-call]  # it has no types
    assert canvas.camera.scale > before.scale
    press(canvas, Qt.Key.Key_Right)  # type: ignore[no-untyped-call]  # it has no types
    assert canvas.camera.x > before.x
    press(canvas, Qt.Key.Key_0)  # type: ignore[no-untyped-call]  # it has no types
    assert canvas.camera == before
    x, y = chart_of(page).places[1].tolist()
    canvas._camera = type(before)(x, y, before.scale * 8)
    press(canvas, Qt.Key.Key_Plus)  # type: ignore[no-untyped-call]  # it has no types
    desk.until(lambda: canvas._pointed == 1 and canvas._label)
    press(canvas, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]  # it has no types
    desk.until(lambda: desk.scene.playing and desk.scene.playing.track == chart_of(page).ids[1])


def test_a_song_that_goes_vanishes_and_one_that_comes_leaves_the_others_where_they_are(desk: Desk) -> None:
    page, count = opened(desk), len(desk.songs)

    def seen(songs: int) -> bool:
        desk.program.bridge.brain.look_at_map()
        desk.qtbot.wait(100)
        return len(chart_of(page).ids) == songs

    aside = desk.library.kept / "aside.opus"
    desk.songs[-1].rename(aside)
    desk.until(lambda: seen(count - 1))
    before = chart_of(page)
    aside.rename(desk.library.music / "new.opus")
    desk.until(lambda: seen(count))
    after = chart_of(page)
    np.testing.assert_array_equal(after.places[after.rows(before.ids)], before.places)


def test_a_damaged_file_is_laid_out_anew(desk: Desk) -> None:
    opened(desk)
    desk.quit()
    kept = places_in(desk.library.kept).index / "map"
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    desk.start()
    opened(desk)
    assert kept.read_bytes() == whole, "the same library gives the same map"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colouring_shows_colours_and_a_legend(desk: Desk, qapp: QApplication, scheme: str) -> None:
    page = opened(desk)
    redress(qapp, scheme)
    for number in range(4):
        desk.click(page.by.button(number))
        shown = page.canvas._coloured
        assert shown is not None
        assert shown.names or shown.ramp
        picture = page.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        at = page.canvas.pixel(0).toPoint()
        assert picture.pixel(at) == shown.colours[0]


def test_the_wheel_zooms_around_the_pointer_and_a_pull_moves_the_map(desk: Desk) -> None:
    page = opened(desk)
    canvas, left = page.canvas, Qt.MouseButton.LeftButton
    at = canvas.pixel(3)
    canvas.zoom(2.0, at.x(), at.y())
    assert (canvas.pixel(3) - at).manhattanLength() < 1
    desk.qtbot.mousePress(canvas, left, pos=at.toPoint() + QPoint(0, 40))  # type: ignore[no-untyped-call]  # it has no types
    for step in (20, 50):
        desk.qtbot.mouseMove(canvas, at.toPoint() + QPoint(step, 40))  # type: ignore[no-untyped-call]  # it has no types
    desk.qtbot.mouseRelease(canvas, left, pos=at.toPoint() + QPoint(50, 40))  # type: ignore[no-untyped-call]  # it has no types
    assert abs(canvas.pixel(3).x() - at.x() - 50) < 2
    assert desk.scene.playing is None, "a pull is no click"


def test_without_music_a_sentence_stands_there(qtbot: QtBot, tmp_path: Path) -> None:
    program = Program(places_in(tmp_path / "kept"), "builtin", silent=True)
    try:
        program.window.show()
        program.start(())
        page, pages = program.window.map, program.window.pages
        qtbot.waitUntil(lambda: pages.currentWidget() is program.window.folders, timeout=PATIENCE_MS)
        program.window.open(Page.MAP)
        qtbot.waitUntil(lambda: "at least five songs" in page._empty.text(), timeout=PATIENCE_MS)
        assert page._empty.isVisible()
        assert not page.legend.isVisible()
    finally:
        program.close()
        program.window.close()
