"""The picture and the hand on it: zooming to its pixels, moving, turning, measuring."""

from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.ui.picture_canvas import PictureCanvas
from bodycam_annotator.ui.ruler import Ruler

ZOOM_STEP = 1.25
PAN_STEP = 64
"""Pixels of the view by which a key moves the picture."""


class PictureView(PictureCanvas):
    """The wheel zooms about the pointer; dragging moves the picture, or the divider when it
    begins there, or draws the ruler while `measuring`.

    Signals: `measuring_changed` says whether the ruler is out.
    """

    measuring_changed = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self._drag_from: QPointF | None = None

    # Where it is shown

    def fit(self) -> None:
        self.place.fit()
        self._refresh()

    def begin_anew(self) -> None:
        """For another footage: fitted, upright, nothing measured."""
        self.place.straighten()
        self.set_measuring(False)
        self.fit()

    def zoom(self, steps: int) -> None:
        """About the middle of the view."""
        self.place.zoom_by(ZOOM_STEP**steps)
        self._refresh()

    def zoom_one_to_one(self) -> None:
        self.place.zoom_one_to_one()
        self._refresh()

    def pan(self, right: int, down: int) -> None:
        """Looks further to that side, in steps."""
        self.place.pan(QPointF(-right * PAN_STEP, -down * PAN_STEP))
        self._refresh()

    def turn(self) -> None:
        self.place.turn()
        self._refresh()

    def mirror(self) -> None:
        self.place.mirror()
        self._refresh()

    def move_divider(self, steps: int) -> None:
        self._divider.move(steps)
        self._refresh()

    # Measuring

    @property
    def measuring(self) -> bool:
        return self._measuring

    def set_measuring(self, measuring: bool) -> None:
        """Takes the ruler out, or away with what it measured."""
        if measuring != self._measuring:
            self._measuring, self.ruler = measuring, None
            self.measuring_changed.emit(measuring)
        if measuring:
            self.setFocus()
        self._show_cursor()
        self._refresh()

    # Events

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Escape comes here unless an action of the window takes it."""
        if event is not None and event.key() == Qt.Key.Key_Escape and self._measuring:
            self.set_measuring(False)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._picture is None:
            return
        self.place.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
        self._refresh()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._picture is None:
            return
        self._drag_from = event.position()
        if self._measuring:
            start = self.place.nearest_pixel(event.position())
            self.ruler = Ruler(start=start, end=start)
            self._refresh()
        else:
            self._divider.grab(event.position(), self._compared)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        self._pointer = event.position()
        if self._drag_from is None:
            self._show_cursor()
            self.update(self.reading_box().toAlignedRect())
            return
        if self._measuring and self.ruler is not None:
            end = self.place.nearest_pixel(event.position())
            self.ruler = Ruler(start=self.ruler.start, end=end)
        elif self._divider.is_held:
            self._divider.drag_to(event.position(), self._compared)
        else:
            self.place.pan(event.position() - self._drag_from)
        self._drag_from = event.position()
        self._refresh()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self._drag_from = None
        self._divider.let_go()
        if self.ruler is not None and self.ruler.start == self.ruler.end:
            self.ruler = None
        self._refresh()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if not self._measuring:
            self.fit()

    def leaveEvent(self, event: QEvent | None) -> None:
        self._pointer = None
        self.update(self.reading_box().toAlignedRect())
        super().leaveEvent(event)

    def _show_cursor(self) -> None:
        near = self._pointer is not None and self._divider.is_near(self._pointer, self._compared)
        if self._measuring:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif near:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()
