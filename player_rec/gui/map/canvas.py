"""The map itself: drawn once for every view of it, with what moves on top. Nothing runs while nobody touches it."""

from math import ceil, hypot
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from player_rec.gui.look.theme import colours
from player_rec.gui.map.camera import Camera, bounds, fitting
from player_rec.gui.map.colouring import Coloured, number
from player_rec.gui.map.finder import Finder
from player_rec.gui.map.overlay import draw_cross, draw_lasso, draw_pointed, draw_route
from player_rec.gui.map.route import Route
from player_rec.gui.map.splat import mixed, splat

_REACH: Final = 14
_CLICK: Final = 4
"""A press that moves no farther is a click."""

_ARROWS: Final = {Qt.Key.Key_Left: (1, 0), Qt.Key.Key_Right: (-1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_PAN, _ZOOM, _WHEEL_ZOOM = 60, 1.3, 1.0015
_LARGEST_DOT, _SMALLEST_DOT = 7.0, 1.1
_DIMMED: Final = 0.82
_NO_PLACES: Final = np.empty((0, 2), np.float32)


class Canvas(QWidget):
    """Points to look at, to point at and to catch; it knows them by their rows.

    ``pointed`` tells the row under the pointer or the cross, −1 for none; ``wanted`` a row to play; ``menu`` a row and
    where to open a menu for it; ``caught`` the rows inside a lasso.
    """

    pointed = Signal(int)
    wanted = Signal(int)
    menu = Signal(int, QPoint)
    caught = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.lassoing = False
        self._places, self._bounds = _NO_PLACES, bounds(_NO_PLACES)
        self._finder: Finder | None = None
        self._coloured: Coloured | None = None
        self._camera: Camera | None = None
        self._image: QImage | None = None
        self._chosen: NDArray[np.bool_] | None = None
        self._shown: tuple[NDArray[np.float32], NDArray[np.uint32]] | None = None
        self._route = Route((), None, ())
        self._pointed, self._label = -1, ""
        self._crossed = False
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._lasso: list[QPointF] = []

    def show_places(self, places: NDArray[np.float32]) -> None:
        """Other places (n, 2); the view stays where somebody has moved it."""
        self._places, self._finder, self._bounds = places, None, bounds(places)
        self._chosen = None
        self._point(-1)
        self._shown = None
        self._redraw()

    def show_colours(self, coloured: Coloured) -> None:
        """The same places in other colours."""
        self._coloured = coloured
        self._shown = None
        self._redraw()

    def show_route(self, route: Route) -> None:
        """Another way of the radio."""
        if route != self._route:
            self._route = route
            self.update()

    def choose(self, rows: NDArray[np.int64] | None) -> None:
        """Let some points stand out, or none in particular."""
        self._chosen = None
        if rows is not None:
            self._chosen = np.zeros(len(self._places), np.bool_)
            self._chosen[rows] = True
        self._shown = None
        self._redraw()

    def tell(self, row: int, label: str) -> None:
        """The name of the point at which one points, if it is still that one."""
        if row == self._pointed:
            self._label = label
            self.setAccessibleDescription(label)
            self.update()

    def fit(self) -> None:
        """Show all of it again."""
        self._camera = None
        self._redraw()

    def zoom(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Nearer or farther, around a pixel or the middle."""
        at = self.camera.meant(*self._or_middle(x, y), self.width(), self.height())
        least = self._fitting().scale
        self._camera = self.camera.zoomed(factor, at, least)
        self._moved()

    @property
    def camera(self) -> Camera:
        """What is seen; all of it until somebody moves."""
        return self._camera or self._fitting()

    def _fitting(self) -> Camera:
        return fitting(self._bounds, self.width(), self.height())

    def pixel(self, row: int) -> QPointF:
        """Where on the widget a point is."""
        x, y = self.camera.seen(self._places[row : row + 1], self.width(), self.height())[0].tolist()
        return QPointF(x, y)

    @property
    def radius(self) -> float:
        """Of a dot, in logical pixels: the more points are near each other, the smaller."""
        whole = self._fitting().scale
        alone = 0.17 * float(np.sqrt(self.width() * self.height() / max(len(self._places), 1)))
        return float(np.clip(alone * (self.camera.scale / whole) ** 0.6, _SMALLEST_DOT, _LARGEST_DOT))

    def _or_middle(self, x: float | None, y: float | None) -> tuple[float, float]:
        return (self.width() / 2 if x is None else x), (self.height() / 2 if y is None else y)

    def _moved(self) -> None:
        self._redraw()
        if self._crossed:
            self._point_at(*self._or_middle(None, None), reach=2 * _REACH)

    def _redraw(self) -> None:
        self._image = None
        self.update()

    def _point_at(self, x: float, y: float, reach: float = _REACH) -> None:
        place = self.camera.meant(x, y, self.width(), self.height())
        if self._finder is None:
            self._finder = Finder(self._places)
        found = self._finder.nearest(*place, reach / self.camera.scale) if len(self._places) else None
        self._point(-1 if found is None else found)

    def _point(self, row: int) -> None:
        if row != self._pointed:
            self._pointed, self._label = row, ""
            self.setCursor(Qt.CursorShape.ArrowCursor if row < 0 else Qt.CursorShape.PointingHandCursor)
            self.pointed.emit(row)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dots, the way of the radio, the lasso, and what is pointed at."""
        painter = QPainter(self)
        if self._image is None:
            self._image = self._drawn()
        painter.drawImage(0, 0, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(self._places):
            draw_route(painter, self._route, self.pixel, self.radius)
            if self._pointed >= 0:
                draw_pointed(painter, self.pixel(self._pointed), self.radius, self._label, self.width())
        if self._lasso:
            draw_lasso(painter, self._lasso)
        if self._crossed and self.hasFocus():
            draw_cross(painter, QPointF(self.width() / 2, self.height() / 2))
        painter.end()

    def _drawn(self) -> QImage:
        ratio, look = self.devicePixelRatioF(), colours()
        size = ceil(self.width() * ratio), ceil(self.height() * ratio)
        ground = number(look.surface)
        if self._coloured is None or len(self._coloured.colours) != len(self._places):
            image = QImage(*size, QImage.Format.Format_RGB32)
            image.fill(QColor(look.surface))
        else:
            at, shades = self._visible()
            image = splat(size, at * np.float32(ratio), shades, self.radius * ratio, ground)
        image.setDevicePixelRatio(ratio)
        return image

    def _visible(self) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
        """Where the dots are, and their colours, in the order in which to draw them; caught ones stand out."""
        if self._shown is None and self._coloured is not None:
            order, shades = self._coloured.order, self._coloured.colours
            if self._chosen is not None:
                order = order[np.argsort(self._chosen[order], kind="stable")]
                faint = mixed(shades, np.full_like(shades, number(colours().surface)), _DIMMED)
                shades = np.where(self._chosen, shades, faint)
            self._shown = self._places[order], shades[order]
        assert self._shown is not None  # noqa: S101 - nothing is drawn before it has colours
        places, shades = self._shown
        return self.camera.seen(places, self.width(), self.height()), shades

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, a pull or a lasso."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._crossed = False
        self._pressed = self._dragged = event.position()
        if self.lassoing or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._lasso = [event.position()]
            self._point(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or point at what is there."""
        at = event.position()
        if self._pressed is None or self._dragged is None:
            self._point_at(at.x(), at.y())
        elif self._lasso:
            self._lasso.append(at)
            self.update()
        elif self._dragged != self._pressed or _far(at, self._pressed):
            self._point(-1)
            self._camera = self.camera.panned(at.x() - self._dragged.x(), at.y() - self._dragged.y())
            self._dragged = at
            self._redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click plays, a lasso catches."""
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        pressed, dragged, lasso = self._pressed, self._dragged, self._lasso
        self._pressed, self._dragged, self._lasso = None, None, []
        at = event.position()
        if len(lasso) > 2:
            self.caught.emit(self._inside(QPolygonF([*lasso, at])))
            self.update()
        elif not lasso and dragged == pressed and not _far(at, pressed):
            self._point_at(at.x(), at.y())
            if self._pointed >= 0:
                self.wanted.emit(self._pointed)

    def _inside(self, outline: QPolygonF) -> NDArray[np.int64]:
        """The rows inside an outline on the widget, looked up in a picture of it."""
        mask = QImage(self.width(), self.height(), QImage.Format.Format_Grayscale8)
        mask.fill(0)
        painter = QPainter(mask)
        path = QPainterPath()
        path.addPolygon(outline)
        painter.fillPath(path, QColor("#ffffff"))
        painter.end()
        lit = np.frombuffer(mask.constBits(), np.uint8).reshape(self.height(), mask.bytesPerLine())
        at = np.floor(self.camera.seen(self._places, self.width(), self.height())).astype(np.int64)
        seen = (at >= 0).all(axis=1) & (at[:, 0] < self.width()) & (at[:, 1] < self.height())
        rows = np.flatnonzero(seen)
        return np.asarray(rows[lit[at[rows, 1], at[rows, 0]] > 0])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer or farther around the pointer."""
        self._crossed = False
        self.zoom(_WHEEL_ZOOM ** event.angleDelta().y(), event.position().x(), event.position().y())
        self._point_at(event.position().x(), event.position().y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything the mouse does, with the cross in the middle as the pointer."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            across, down = _ARROWS[key]
            self._crossed = True
            self._camera = self.camera.panned(_PAN * across, _PAN * down)
            self._moved()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._crossed = True
            self.zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_Home):
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pointed >= 0:
            self.wanted.emit(self._pointed)
        elif key == Qt.Key.Key_Escape:
            self.caught.emit(np.empty(0, np.int64))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What else can be done with a song."""
        if event.reason() is not QContextMenuEvent.Reason.Keyboard:
            self._point_at(event.pos().x(), event.pos().y())
        if self._pointed >= 0:
            self.menu.emit(self._pointed, self.mapToGlobal(self.pixel(self._pointed).toPoint()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reached by the keyboard, it shows its cross."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._crossed = True
            self._moved()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        if not self._crossed:
            self._point(-1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew."""
        self._redraw()

    def changeEvent(self, event: Any) -> None:
        """Draw anew in other looks."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._shown = None
            self._redraw()


def _far(one: QPointF, other: QPointF) -> bool:
    return hypot(one.x() - other.x(), one.y() - other.y()) > _CLICK
