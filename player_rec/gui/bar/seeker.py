"""The bar that shows how far a song is: a click, a pull or a key goes elsewhere in it."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle

_KEY_STEP = 50


class Seeker(QSlider):
    """``chosen`` tells that the listener has chosen another place, which is its value now."""

    chosen = Signal()

    def __init__(self, words: str, most: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, most)
        self.setSingleStep(most // _KEY_STEP)
        self.setPageStep(most // 10)
        self.setAccessibleName(words)
        self.sliderReleased.connect(self.chosen)
        self.actionTriggered.connect(self._acted)

    def _acted(self, action: int) -> None:
        """A key: its step is made once this is over."""
        if action != QSlider.SliderAction.SliderMove.value:
            QTimer.singleShot(0, self.chosen.emit)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the mouse is."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go with the mouse."""
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """There it is to be."""
        if self.isSliderDown():
            self.setSliderDown(False)

    def _follow(self, event: QMouseEvent) -> None:
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        at = round(event.position().x())
        self.setSliderPosition(QStyle.sliderValueFromPosition(0, self.maximum(), at, self.width(), mirrored))
