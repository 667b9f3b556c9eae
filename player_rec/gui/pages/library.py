"""The library: search as one types, play, or start heart mode from a song."""

from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QMenu, QTableView, QVBoxLayout, QWidget

from player_rec.app.build import App
from player_rec.domain.listening import Scope
from player_rec.domain.track import TrackId
from player_rec.engine.scene import Song, named
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bar.player_bar import clock
from player_rec.gui.bridge import Bridge
from player_rec.gui.look.icons import icon
from player_rec.gui.look.parts import text
from player_rec.gui.look.theme import GAP, colours
from player_rec.gui.radio.queue_model import Index
from player_rec.gui.words import say

_COLUMNS: Final = ("Title", "Artist", "Album", "Length")
_SHOWN: Final = 500
"""So many songs are shown of those that were found."""

_GOES_ON: Final = 100
_TYPED_MS: Final = 120
SONG: Final = Qt.ItemDataRole.UserRole


class Songs(QAbstractTableModel):
    """Songs as rows."""

    def __init__(self) -> None:
        super().__init__()
        self._songs: list[Song] = []

    def show(self, songs: list[Song]) -> None:
        """Show others."""
        self.beginResetModel()
        self._songs = songs
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        """How many."""
        return 0 if parent.isValid() else len(self._songs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        """Title, artist, album, length."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return say(_COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says."""
        song = self._songs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                heart = "♥ " if song.liked else ""
                return (heart + song.title, song.artist, song.album, clock(song.duration_ms))[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return str(song.file)
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == len(_COLUMNS) - 1:
                return Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
            case _:
                return song if role == SONG else None


class LibraryPage(QWidget):
    """Words at the top, songs below. Without a player of our own a double click only tells of the song."""

    def __init__(self, bridge: Bridge, controls: Controls | None) -> None:
        super().__init__()
        self._bridge, self._controls = bridge, controls
        self._model = Songs()
        self._asked = 0
        self._words = QLineEdit()
        self._words.setPlaceholderText(say("Title, artist, album or file"))
        self._words.setAccessibleName(say("Search"))
        self._words.setClearButtonEnabled(True)
        self._words.addAction(icon("search", colours().quiet), QLineEdit.ActionPosition.LeadingPosition)
        self._count = text("", "quiet")
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.look)
        self._words.textChanged.connect(lambda _: self._typed.start())
        self._table = self._view()
        page = QVBoxLayout(self)
        page.setContentsMargins(GAP + 8, GAP + 8, GAP + 8, 0)
        page.setSpacing(GAP)
        page.addWidget(self._words)
        page.addWidget(self._count)
        page.addWidget(self._table, 1)

    def _view(self) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        table.setAccessibleName(say("Songs"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(34)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(len(_COLUMNS) - 1, QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(0)  # by the rows that are seen: asking all takes long
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._menu)
        table.activated.connect(lambda index: self._play_from(index.row()))
        return table

    def search(self) -> None:
        """Put the cursor where one types."""
        self._words.setFocus()
        self._words.selectAll()

    def look(self) -> None:
        """Find what was typed; an answer that was overtaken is dropped."""
        self._asked += 1
        number, words = self._asked, self._words.text()

        def show(found: tuple[list[Song], int]) -> None:
            if number == self._asked:
                songs, count = found
                self._model.show(songs)
                all_of_them = say("{count} songs", count=count)
                some = say("{count} songs, the first {shown} shown", count=count, shown=len(songs))
                self._count.setText(all_of_them if len(songs) == count else some)

        self._bridge.ask(lambda app: _found(app, words), show)

    def showEvent(self, event: Any) -> None:
        """Seen again, it shows what came meanwhile."""
        super().showEvent(event)
        self.look()

    def _play_from(self, row: int) -> None:
        """Play a song, and go on with those below it; heart mode goes on by itself."""
        alone = self._controls is not None and self._controls.heart
        rows = range(row, min(self._model.rowCount(), row + (1 if alone else _GOES_ON)))
        self.play([self._model.index(one, 0).data(SONG) for one in rows])

    def play(self, songs: list[Song], *, heart: bool = False) -> None:
        """Play songs now; with heart mode on from there if so wished."""
        if self._controls is not None:
            self._controls.play_songs(songs, heart=heart)

    def _chosen(self) -> list[Song]:
        return [index.data(SONG) for index in self._table.selectionModel().selectedRows()]

    def _menu(self, at: QPoint) -> None:
        songs = self._chosen()
        if not songs:
            return
        menu = QMenu(self)
        player = self._controls.player if self._controls else None
        if player is not None:
            files: list[Path] = [song.file for song in songs]
            menu.addAction(say("Play"), lambda: self.play(songs))
            menu.addAction(say("Play next"), lambda: player.insert_next(files))
            menu.addAction(say("Add to the queue"), lambda: player.append(files))
            menu.addAction(say("Start heart mode from here"), lambda: self.play(songs[:1], heart=True))
            menu.addSeparator()
        for song in songs[:1]:
            if song.track is not None:
                self._say(menu, song.track, liked=song.liked)
        menu.exec(self._table.viewport().mapToGlobal(at))

    def _say(self, menu: QMenu, track: TrackId, *, liked: bool) -> None:
        def like() -> None:
            self._bridge.order(lambda wishes: wishes.like(track, on=not liked))
            self._typed.start()

        def avoid(scope: Scope, days: float | None) -> None:
            self._bridge.order(lambda wishes: wishes.avoid(track, scope, days))

        menu.addAction(say("Take the heart back") if liked else say("Like"), like)
        for words, scope in (
            ("Not this song", Scope.RECORDING),
            ("Not this artist", Scope.ARTIST),
            ("Not this album", Scope.ALBUM),
        ):
            inner = menu.addMenu(say(words))
            for when, days in (("for 7 days", 7.0), ("for 30 days", 30.0), ("ever again", None)):
                inner.addAction(say(when), partial(avoid, scope, days))


def _found(app: App, words: str) -> tuple[list[Song], int]:
    """On the thread that reads."""
    tracks = app.library.tracks
    every = [] if words.strip() else tracks.in_order()
    count = tracks.count(words) if words.strip() else len(every)
    numbers = tracks.find(words, _SHOWN) if words.strip() else every[:_SHOWN]
    shown = tracks.get(numbers)
    liked = app.listener.hearts.all()
    songs = [
        named(track, track.path, liked=track.identity.content in liked)
        for number in numbers
        if (track := shown.get(number))
    ]
    return songs, count
