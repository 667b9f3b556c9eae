"""The page of the map: by what it is coloured, the map, its legend, and what to do with songs that were caught."""

from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QStandardPaths, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from player_rec.app.build import App
from player_rec.domain.track import TrackId
from player_rec.engine.chart import Chart
from player_rec.engine.charting import LEAST
from player_rec.engine.ingest import Progress
from player_rec.engine.scene import Scene, Song, named
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bridge import Bridge
from player_rec.gui.look.parts import push, text, tool
from player_rec.gui.look.theme import GAP, colours
from player_rec.gui.map.canvas import Canvas
from player_rec.gui.map.colouring import By, coloured
from player_rec.gui.map.legend import Legend
from player_rec.gui.map.playlist import write
from player_rec.gui.map.route import lately, route
from player_rec.gui.words import say
from player_rec.recommend.map.tour import middle, tour

_ZOOM: Final = 1.4
_NAMES_KEPT: Final = 2000
Rows = NDArray[np.int64]


class MapPage(QWidget):
    """Asks for the map when it is first seen. Without a player of our own a click only tells of the song."""

    def __init__(self, bridge: Bridge, controls: Controls | None) -> None:
        super().__init__()
        self._bridge, self._controls = bridge, controls
        self._chart: Chart | None = None
        self._scene: Scene | None = None
        self._past: list[TrackId] = []
        self._names: dict[int, str] = {}
        self._heard = -1
        self._by = By.GENRE
        self.canvas, self.legend = Canvas(), Legend()
        self.canvas.setAccessibleName(say("Map of the library"))
        self.canvas.pointed.connect(self._point)
        self.canvas.wanted.connect(lambda row: self._with([row], self.play))
        self.canvas.menu.connect(self._menu)
        self.canvas.caught.connect(self._catch)
        self._said = text("", "quiet")
        self._empty = text("", "quiet", wraps=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._caught: Rows = np.empty(0, np.int64)
        self.bar, self._count = QFrame(), text("")
        self.lasso = tool("lasso", say("Circle songs (or hold Shift and drag)"), stays=True)
        self.lasso.toggled.connect(self._lasso)
        self.by = QButtonGroup(self)
        self.views = QStackedWidget()
        self._arrange()
        bridge.chart.connect(self.show_chart)
        bridge.scene.connect(self.show_scene)
        bridge.progress.connect(self._grown)
        self._tell()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        for number, words in enumerate((say("Genre"), say("Tempo"), say("Energy"), say("How familiar"))):
            button = push(words, "segment", stays=True)
            button.setChecked(not number)
            self.by.addButton(button, number)
            top.addWidget(button)
        self.by.idClicked.connect(lambda number: self._colour(list(By)[number]))
        top.addSpacing(10)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        top.addWidget(self._said, 1)
        top.addWidget(self.lasso)
        for name, words, do in (
            ("closer", say("Closer"), partial(self.canvas.zoom, _ZOOM)),
            ("farther", say("Farther"), partial(self.canvas.zoom, 1 / _ZOOM)),
            ("whole", say("The whole map"), self.canvas.fit),
        ):
            key = tool(name, words)
            key.clicked.connect(lambda *_, do=do: do())
            top.addWidget(key)
        foot = QHBoxLayout()
        foot.addWidget(self.legend, 1)
        self._arrange_bar()
        self.views.addWidget(self._empty)
        self.views.addWidget(self._framed())
        page = QVBoxLayout(self)
        page.setContentsMargins(GAP + 8, GAP + 8, GAP + 8, 10)
        page.setSpacing(10)
        page.addLayout(top)
        page.addWidget(self.views, 1)
        page.addWidget(self.bar)
        page.addLayout(foot)

    def _framed(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("map")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.canvas)
        return frame

    def _arrange_bar(self) -> None:
        self.bar.setObjectName("note")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(14, 8, 8, 8)
        row.addWidget(self._count, 1)
        self.heart, self.go = push(say("Start heart mode from these")), push(say("Play"))
        self.save, self.clear = push(say("Save as playlist…")), push(say("Clear"))
        self.heart.clicked.connect(lambda: self._with([self._middle()], partial(self.play, heart=True)))
        self.go.clicked.connect(lambda: self._with(self._toured(), self.play))
        self.save.clicked.connect(self._ask_where)
        self.clear.clicked.connect(lambda: self._catch(np.empty(0, np.int64)))
        for button in (self.heart, self.go, self.save, self.clear):
            row.addWidget(button)
        for button in (self.heart, self.go):
            button.setVisible(self._controls is not None)
        self.bar.hide()

    def show_chart(self, chart: Chart) -> None:
        """Take in the map as it is now."""
        former, self._chart = self._chart, chart
        if former is None or not np.array_equal(former.ids, chart.ids) or chart.places is not former.places:
            caught = former.ids[self._caught] if former and len(self._caught) else np.empty(0, np.int64)
            self.canvas.show_places(chart.places)
            rows = chart.rows(caught)
            self._catch(rows[rows >= 0])
        if former is None or former.traits is not chart.traits:
            self._colour(self._by)
        self._tell()
        self._draw_route()

    def show_scene(self, scene: Scene) -> None:
        """Take in what plays and what comes next."""
        playing = self._scene.playing if self._scene else None
        self._scene = scene
        if self.isVisible() and scene.playing != playing:
            self._look_back()
        elif self.isVisible():
            self._draw_route()

    def showEvent(self, event: Any) -> None:
        """Seen, it shows what came meanwhile."""
        super().showEvent(event)
        self._bridge.brain.look_at_map()
        self._look_back()

    def changeEvent(self, event: Any) -> None:
        """Other looks, other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._chart is not None:
            self._colour(self._by)

    def play(self, songs: list[Song], *, heart: bool = False) -> None:
        """Play songs now; with heart mode on from there if so wished."""
        if self._controls is not None:
            self._controls.play_songs(songs, heart=heart)

    def play_next(self, songs: list[Song]) -> None:
        """Put songs before all that waits."""
        if self._controls is not None:
            self._controls.player.insert_next([song.file for song in songs])

    def save_to(self, file: Path) -> None:
        """Save the songs that were caught as a playlist."""
        failed = self._bridge.failed.emit

        def kept(app: App, ids: list[int]) -> None:
            try:
                write(_songs(app, ids), file)
            except OSError as error:
                failed(say("The playlist cannot be saved: {why}", why=error.strerror or str(error)))

        if self._chart is not None:
            ids = self._chart.ids[self._toured()].tolist()
            self._bridge.ask(lambda app: kept(app, ids), lambda _: None)

    def _grown(self, progress: Progress) -> None:
        """Songs were heard: the map takes them in once all of them were."""
        if self.isVisible() and progress.heard != self._heard and not progress.to_hear:
            self._heard = progress.heard
            self._bridge.brain.look_at_map()

    def _look_back(self) -> None:
        def seen(past: list[TrackId]) -> None:
            self._past = past
            self._draw_route()

        self._bridge.ask(lately, seen)

    def _draw_route(self) -> None:
        if self._chart is not None:
            self.canvas.show_route(route(self._chart, self._past, self._scene))

    def _colour(self, by: By) -> None:
        self._by = by
        if self._chart is not None:
            shown = coloured(self._chart.traits, by, colours())
            self.canvas.show_colours(shown)
            self.legend.show_colours(shown)

    def _tell(self) -> None:
        chart = self._chart
        shown = chart is not None and len(chart.ids) > 0
        self.views.setCurrentIndex(int(shown))
        self.legend.setVisible(shown)
        self.lasso.setEnabled(shown)
        words = "" if chart is None else _how_far(chart)
        self._empty.setText(words or say("Looking at the library …"))
        self._said.setText(words if shown else "")

    def _point(self, row: int) -> None:
        chart = self._chart
        if row < 0 or chart is None:
            return
        track = int(chart.ids[row])
        if track in self._names:
            self.canvas.tell(row, self._names[track])
            return

        def named_now(songs: list[Song]) -> None:
            if len(self._names) >= _NAMES_KEPT:
                self._names.clear()
            for song in songs:
                self._names[track] = song.label
                self.canvas.tell(row, song.label)

        self._bridge.ask(lambda app: _songs(app, [track]), named_now)

    def _with(self, rows: Rows | list[int], do: Any) -> None:
        """Do something with the songs behind some rows."""
        if self._chart is not None and len(rows):
            ids = self._chart.ids[np.asarray(rows, np.int64)].tolist()
            self._bridge.ask(lambda app: _songs(app, ids), do)

    def _lasso(self, on: bool) -> None:
        self.canvas.lassoing = on

    def _catch(self, rows: Rows) -> None:
        self._caught = rows
        self.canvas.choose(rows if len(rows) else None)
        self._count.setText(say("{count} songs", count=len(rows)))
        self.bar.setVisible(len(rows) > 0)
        if len(rows):
            self.lasso.setChecked(False)

    def _middle(self) -> int:
        assert self._chart is not None  # noqa: S101 - the bar is hidden without
        return int(self._caught[middle(self._chart.places[self._caught])])

    def _toured(self) -> Rows:
        if self._chart is None or not len(self._caught):
            return np.empty(0, np.int64)
        return self._caught[tour(self._chart.places[self._caught])]

    def _ask_where(self) -> None:
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        self.dialog = QFileDialog(self, say("Save as playlist"), music, say("Playlists") + " (*.m3u8)")
        self.dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        self.dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.dialog.setDefaultSuffix("m3u8")
        self.dialog.fileSelected.connect(lambda file: self.save_to(Path(file)))
        self.dialog.open()

    def _menu(self, row: int, at: QPoint) -> None:
        if self._controls is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(say("Play"), lambda: self._with([row], self.play))
        menu.addAction(say("Play next"), lambda: self._with([row], self.play_next))
        menu.addAction(say("Start heart mode from here"), lambda: self._with([row], partial(self.play, heart=True)))
        menu.popup(at)


def _how_far(chart: Chart) -> str:
    if chart.done is not None:
        said = say("Drawing the map of {count} songs: {percent} %", count=chart.heard, percent=round(100 * chart.done))
        return f"{said} · {say(chart.rests)}" if chart.rests else said
    if not len(chart.ids) and chart.heard >= LEAST:
        return say("The map could not be drawn. The log of the program tells why.")
    if not len(chart.ids):
        return say("The map needs at least five songs that were listened to. There are {count}.", count=chart.heard)
    return ""


def _songs(app: App, ids: list[int]) -> list[Song]:
    """On the thread that reads."""
    found = app.library.tracks.get([TrackId(track) for track in ids])
    return [named(track, track.path, liked=False) for number in ids if (track := found.get(TrackId(number)))]
