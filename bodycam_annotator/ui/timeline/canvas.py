"""The timeline's widget: what it paints, and what keys and mouse do to it."""

from PyQt6.QtCore import QEvent, QPointF, QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.plain import plain_tip
from bodycam_annotator.ui.theme import COLORS
from bodycam_annotator.ui.timeline.overlay import CHIP_PX, HEAD_PX, paint_overlay
from bodycam_annotator.ui.timeline.pointer import Pointer
from bodycam_annotator.ui.timeline.rows import GUTTER, LANE_LEAST, RULER, SOUND_LEAST, STRIP
from bodycam_annotator.ui.timeline.scale import Scale
from bodycam_annotator.ui.timeline.scene import Scene
from bodycam_annotator.ui.timeline.still import TAG_PX, Still, sized
from bodycam_annotator.ui.timeline.tracks import Part

COMMIT_MS = 2000
"""A tag that was let go of is shown where it was put so long, if no edit comes of it."""

WHEEL_SHARE, FAST_SHARE = 1 / 8, 1 / 2
"""How much of the view a notch of the wheel moves it, and with Shift."""

# By the key alone, as systems differ in whether its own event counts it as held.
_FREEING: dict[int, Qt.KeyboardModifier] = {
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
}

MARK_PX = 4
"""How far beside a mark of the sound the pointer may be to be told what it is."""


class TimelineCanvas(QWidget):
    """Paints a `Scene`, and can be zoomed and moved.

    Signals: `seek` carries a time, as `dragged` does while the button is down; `chosen` a tag that
    was clicked; `selected` a tuple of tag ids; `moved` a list of (tag id, start, end) and, by tag
    id, from where to where it lay, once, when what was dragged is let go of; `said` a sentence on
    why it is not moved; `wanted` comes when other pictures or samples are to be shown.
    """

    seek = pyqtSignal(object)
    dragged = pyqtSignal(object)
    chosen = pyqtSignal(object)
    selected = pyqtSignal(object)
    moved = pyqtSignal(object, object)
    said = pyqtSignal(str)
    wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.setMinimumHeight(RULER + SOUND_LEAST + 5 * LANE_LEAST)
        self.scene = Scene()
        self._still = Still()
        self._shown = self._rings = False
        self._committing = QTimer(self)
        self._committing.setSingleShot(True)
        self._committing.setInterval(COMMIT_MS)
        self._committing.timeout.connect(self._end_drag)
        self._pointer = Pointer(self.scene, self)
        for name in ("seek", "dragged", "chosen", "selected", "moved", "said"):
            getattr(self._pointer, name).connect(getattr(self, name))
        self._pointer.moved.connect(lambda *_: self._committing.start())
        self._pointer.panned.connect(self.pan)
        self._pointer.scene_changed.connect(self.update)
        self._pointer.tags_changed.connect(self._refresh)

    @property
    def scale(self) -> Scale:
        return self.scene.scale

    def zoom(self, steps: float, *, about_ns: int | None = None) -> None:
        """Positive steps show less time, about a place that stays where it is.

        Left out, that is where the mouse is; without it the playhead; else the middle.
        """
        if about_ns is None:
            about_ns = self._cursor_ns()
        self._show(self.scale.zoomed(steps, about_ns, self.scene.bounds))

    def pan(self, pixels: float) -> None:
        """To the right, as far as the footage goes."""
        by_ns = self.scale.ns(abs(pixels)) * (1 if pixels > 0 else -1)
        self._show(self.scale.moved(by_ns, self.scene.bounds))

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(800, RULER + STRIP + 64 + 5 * 22)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self.scene.width, self.scene.height = self.width(), max(self.height(), 1)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        if not self._shown:
            painter.fillRect(self.rect(), QColor(COLORS.ground))
            return
        self._still.paint(painter, self.scene, self.font(), self.devicePixelRatioF())
        painter.setFont(sized(self.font(), TAG_PX))
        paint_overlay(painter, self.scene)
        if self.hasFocus() and self._rings:
            painter.setPen(QPen(QColor(COLORS.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def event(self, event: QEvent | None) -> bool:
        # Esc ends a drag before it can mean anything else in the window.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self._pointer.is_busy
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape and self._pointer.is_busy:
            self._pointer.cancel()
        elif event.key() in _FREEING and self._pointer.is_busy:
            self._pointer.take_keys(event.modifiers() | _FREEING[event.key()])
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in _FREEING and self._pointer.is_busy:
            self._pointer.take_keys(event.modifiers() & ~_FREEING[event.key()])
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        by_mouse = event is not None and event.reason() is Qt.FocusReason.MouseFocusReason
        self._rings = not by_mouse
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._shown:
            self._end_drag()
            self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or not self._shown:
            return
        self._pointer.move(event)
        self._show_pointer(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._shown:
            self._pointer.release(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self._update_pointer(None)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or not self._shown:
            return
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        keys, x = event.modifiers(), event.position().x()
        if keys & Qt.KeyboardModifier.ControlModifier:
            self.zoom(notches, about_ns=self.scale.time(max(x, self.scale.left)))
        elif x < GUTTER:
            self.scene.hidden = max(0, self.scene.hidden - round(notches * 3 * LANE_LEAST))
            self._lay_out()
        else:
            fast = keys & Qt.KeyboardModifier.ShiftModifier
            self.pan(-notches * self.scale.width * (FAST_SHARE if fast else WHEEL_SHARE))
        event.accept()

    # How

    def _cursor_ns(self) -> int:
        scale = self.scale
        if self.scene.pointer is not None:
            return scale.time(int(self.scene.pointer))
        if scale.shows(self.scene.now_ns):
            return self.scene.now_ns
        return scale.start_ns + scale.length // 2

    def _show(self, scale: Scale) -> None:
        if scale != self.scene.scale:
            self.scene.scale = scale
            self._pointer.follow()
            self._refresh()
        self.wanted.emit()

    def _lay_out(self) -> None:
        self.scene.lay_out()
        self._refresh()
        self.wanted.emit()

    def changeEvent(self, event: QEvent | None) -> None:
        """With the theme everything that was painted is of other colours."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self.scene.tracks = self.scene.tracks.painted_anew()
            self._lay_out()

    def _refresh(self) -> None:
        self._still.forget()
        self.update()

    def _end_drag(self) -> None:
        """What was let go of is shown where the project has it."""
        self._committing.stop()
        if self.scene.drag is not None and self.scene.drag.let_go:
            self.scene.drag = None
            self._refresh()

    def _now_rect(self) -> QRect:
        scale, scene = self.scale, self.scene
        left = scale.column(scene.now_ns) - HEAD_PX - 2
        right = min(scale.x(scene.now_end_ns), scale.right) + HEAD_PX + 2
        return QRect(left, 0, max(round(right) - left, 2 * HEAD_PX + 4), self.height())

    def _show_pointer(self, place: QPointF) -> None:
        inside = place.x() >= GUTTER
        self._update_pointer(place.x() if inside else None)
        hit = self._pointer.hit_at(place) if inside else None
        if self._pointer.is_busy:
            return
        on_edge = hit is not None and hit.part is not Part.BODY
        self.setCursor(Qt.CursorShape.SizeHorCursor if on_edge else Qt.CursorShape.ArrowCursor)
        self.setToolTip(plain_tip(self._sound_tip(place) if hit is None else self._tip(hit.tag)))

    def _update_pointer(self, x: float | None) -> None:
        for place in (self.scene.pointer, x):
            if place is not None:
                self.update(QRect(int(place) - 1, 0, 3, self.height()))
                left = min(max(int(place) - CHIP_PX // 2, GUTTER), self.width() - CHIP_PX)
                self.update(QRect(left, 0, CHIP_PX, RULER))
        self.scene.pointer = x

    def _sound_tip(self, place: QPointF) -> str:
        """What the mark under the pointer at the top of the sound stands for."""
        scene, shape = self.scene, self.scene.sound.shape
        if shape is None or place.x() < GUTTER or not scene.rows.sound.holds(place.y()):
            return ""
        column = round(place.x())
        here, near = self.scale.time(column), self.scale.time(column + MARK_PX)
        near -= here
        at = shape.onsets.nearest(here, within_ns=near)
        said = [] if at is None else [f"A sound begins here ({clock_text(at - scene.zero_ns)})."]
        if any(start - near <= here <= end + near for start, end in shape.clipped):
            said.append("Red mark: at full scale, it was louder than the file could record.")
        return "\n".join(said)

    def _tip(self, tag: Tag) -> str:
        start = clock_text(tag.start_ns - self.scene.zero_ns)
        end = f" to {clock_text(tag.end_ns - self.scene.zero_ns)}" * (tag.end_ns > tag.start_ns)
        words = f"\n“{tag.text}”" if tag.text else ""
        return f"{self.scene.tracks.name_of(tag)} at {start}{end}{words}"
