"""Works the timeline with the mouse, as Qt hands it on."""

from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.timeline.view import TimelineView

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier

_LEFT = Qt.MouseButton.LeftButton


class Mouse:
    def __init__(self, view: TimelineView) -> None:
        self.view = view

    def at(self, tag: Tag, time_ns: int | None = None, *, off: float = 0.0) -> QPointF:
        """On the tag's lane, `off` pixels beside that time, else its start."""
        scene = self.view.scene
        band = scene.rows.lane_of(*scene.tracks.place[tag.id])
        x = scene.scale.x(tag.start_ns if time_ns is None else time_ns)
        return QPointF(x + off, band.top + band.height / 2)

    def on_sound(self, time_ns: int) -> QPointF:
        band = self.view.scene.rows.sound
        return QPointF(self.view.scale.column(time_ns), band.top + band.height / 2)

    def press(
        self, place: QPointF, keys: Qt.KeyboardModifier = NONE, *, button: Qt.MouseButton = _LEFT
    ) -> None:
        # As Qt does for a real mouse.
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        self._send(QEvent.Type.MouseButtonPress, place, button, button, keys)

    def move(
        self, place: QPointF, keys: Qt.KeyboardModifier = NONE, *, button: Qt.MouseButton = _LEFT
    ) -> None:
        self._send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, button, keys)

    def release(
        self, place: QPointF, keys: Qt.KeyboardModifier = NONE, *, button: Qt.MouseButton = _LEFT
    ) -> None:
        nothing = Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseButtonRelease, place, button, nothing, keys)

    def hover(self, place: QPointF) -> None:
        self.move(place, button=Qt.MouseButton.NoButton)

    def click(self, place: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        self.press(place, keys)
        self.release(place, keys)

    def drag(self, start: QPointF, end: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        self.begin(start, end, keys)
        self.release(end, keys)

    def begin(self, start: QPointF, end: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        """A drag that is not let go of yet."""
        self.press(start, keys & ~ALT)
        for share in (0.3, 0.6, 1.0):
            self.move(start + (end - start) * share, keys)

    def wheel(self, place: QPointF, notches: int, keys: Qt.KeyboardModifier = NONE) -> None:
        event = QWheelEvent(
            place,
            self.view.mapToGlobal(place),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view, event)

    def _send(
        self,
        kind: QEvent.Type,
        place: QPointF,
        button: Qt.MouseButton,
        buttons: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
    ) -> None:
        event = QMouseEvent(kind, place, self.view.mapToGlobal(place), button, buttons, keys)
        QApplication.sendEvent(self.view, event)
