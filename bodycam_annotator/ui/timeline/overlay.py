"""What moves over the timeline: playhead, pointer, open spans, tags under the hand."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from bodycam_annotator.model.snapping import Snap, SnapTo
from bodycam_annotator.ui.theme import COLORS
from bodycam_annotator.ui.timeline.dragging import Drag
from bodycam_annotator.ui.timeline.rows import RULER
from bodycam_annotator.ui.timeline.scene import Scene
from bodycam_annotator.ui.timeline.tag_painting import (
    block_box,
    paint_block,
    paint_flag,
    paint_uncertainty,
)
from bodycam_annotator.ui.timeline.tracks import Part

HEAD_PX = 6
CHIP_PX = 170
"""No chip is wider than this."""


def paint_overlay(painter: QPainter, scene: Scene) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    painter.setClipRect(QRectF(scene.scale.left, 0, scene.scale.width, scene.height))
    painter.save()
    tracks = scene.rows.tracks
    painter.setClipRect(QRectF(scene.scale.left, tracks.top, scene.scale.width, tracks.height))
    _paint_selected(painter, scene)
    _paint_open(painter, scene)
    if scene.drag is not None:
        _paint_preview(painter, scene, scene.drag)
    painter.restore()
    _paint_now(painter, scene)
    if scene.drag is not None and not scene.drag.let_go:
        _paint_target(painter, scene, scene.drag)
    elif scene.pointer is not None:
        _paint_pointer(painter, scene, scene.pointer)
    if scene.rubber is not None:
        _paint_rubber(painter, scene.rubber)
    painter.restore()


def snap_words(scene: Scene, snap: Snap, moved: frozenset[str]) -> str:
    """What it has gone to, in a few words."""
    if snap.to is SnapTo.ONSET:
        return "sound onset"
    if snap.to is SnapTo.EDGE:
        for tag in scene.tracks.tags.values():
            if tag.id not in moved and snap.time_ns in (tag.start_ns, tag.end_ns):
                name = scene.tracks.name_of(tag)
                if tag.start_ns == tag.end_ns:
                    return name
                return f"{'start' if snap.time_ns == tag.start_ns else 'end'} of {name}"
    index = scene.index
    if index is None or snap.time_ns >= index.end_ns:
        return "end of the picture"
    return f"frame {index.nearest(snap.time_ns)}"


def _paint_selected(painter: QPainter, scene: Scene) -> None:
    """How exact the one selected tag is."""
    if len(scene.selected) != 1 or scene.drag is not None:
        return
    tag = scene.tracks.tags.get(next(iter(scene.selected)))
    if tag is not None:
        paint_uncertainty(
            painter, tag, scene.scale, scene.rows.lane_of(*scene.tracks.place[tag.id])
        )


def _paint_open(painter: QPainter, scene: Scene) -> None:
    """From where they were begun to the frame on screen, that one with it."""
    for code_id, place in scene.open_lanes.items():
        code, since = scene.tracks.own_code(code_id), scene.begun[code_id]
        if code is None or scene.index is None:
            continue
        start, end = min(since, scene.now_ns), scene.now_end_ns
        if since > scene.now_ns:
            end = scene.index.end_of(scene.index.nearest(since))
        box = block_box(start, end, scene.scale, scene.rows.lane_of(*place))
        color = QColor(code.color)
        painter.setPen(QPen(color, 1.5, Qt.PenStyle.DashLine))
        fill = QColor(color)
        fill.setAlpha(70)
        painter.setBrush(fill)
        box.setLeft(max(box.left(), scene.scale.left - 8.0))
        painter.drawRoundedRect(box, 3, 3)
        words = QRectF(max(box.left(), scene.scale.left) + 5, box.top(), box.width(), box.height())
        painter.setPen(QColor(COLORS.text))
        if box.width() > painter.fontMetrics().horizontalAdvance(code.name) + 10:
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), f"{code.name} …")


def _paint_preview(painter: QPainter, scene: Scene, drag: Drag) -> None:
    for tag_id, (start, end) in drag.preview.items():
        tag = scene.tracks.tags[tag_id]
        band = scene.rows.lane_of(*scene.tracks.place[tag_id])
        code = scene.tracks.code_of(tag)
        color = code.color if code else COLORS.muted
        words = tag.text or scene.tracks.name_of(tag)
        if start == end:
            column, room = scene.scale.column(start), scene.scale.right
            paint_flag(painter, column, band, color, words, chosen=True, room=room)
        else:
            box = block_box(start, end, scene.scale, band)
            paint_block(painter, box, color, words, scene.scale, chosen=True)


def _paint_target(painter: QPainter, scene: Scene, drag: Drag) -> None:
    """A line where the edge under the hand lies, and what it has gone to."""
    if not drag.preview:
        return
    start, end = drag.preview[drag.tag.id]
    snapped = drag.snapped
    at = end if drag.part is Part.END else start
    color, words = QColor(COLORS.text), scene.time_text(at)
    if snapped is not None:
        at, color = snapped.time_ns, QColor(COLORS.warn)
        what = snap_words(scene, snapped, frozenset(drag.preview))
        words = f"{scene.time_text(at)}  →  {what}"
    style = Qt.PenStyle.DotLine if snapped is None else Qt.PenStyle.SolidLine
    x = scene.scale.column(at) + 0.5
    painter.setPen(QPen(color, 1, style))
    painter.drawLine(QPointF(x, RULER), QPointF(x, scene.height))
    _paint_chip(painter, scene, x, words, color)


def _paint_pointer(painter: QPainter, scene: Scene, pointer: float) -> None:
    """The time under the mouse."""
    time_ns = scene.scale.time(int(pointer))
    color = QColor(COLORS.muted)
    color.setAlpha(150)
    painter.setPen(QPen(color, 1, Qt.PenStyle.DotLine))
    x = int(pointer) + 0.5
    painter.drawLine(QPointF(x, RULER), QPointF(x, scene.height))
    words = scene.time_text(time_ns)
    index = scene.index
    if index is not None and index.first_ns <= time_ns < index.end_ns:
        words += f"  ·  {index.nearest(time_ns)}"
    _paint_chip(painter, scene, x, words, QColor(COLORS.muted))


def _paint_chip(painter: QPainter, scene: Scene, x: float, words: str, color: QColor) -> None:
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(words) + 12
    left = min(max(x - width / 2, scene.scale.left + 1.0), scene.scale.right - width - 1.0)
    box = QRectF(left, 2.5, width, RULER - 6)
    painter.setPen(QPen(color, 1))
    painter.setBrush(QColor(COLORS.raised))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(COLORS.text))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _paint_now(painter: QPainter, scene: Scene) -> None:
    """The playhead on the first instant of the frame on screen; the frame's time behind it."""
    left = scene.scale.column(scene.now_ns)
    right = scene.scale.x(scene.now_end_ns)
    accent = QColor(COLORS.accent)
    if right - left >= 3:
        shade = QColor(accent)
        shade.setAlpha(26)
        painter.fillRect(QRectF(left, RULER, right - left, scene.height - RULER), shade)
    x = left + 0.5
    painter.setPen(QPen(accent, 1))
    painter.drawLine(QPointF(x, RULER - 8), QPointF(x, scene.height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    top = RULER - 10
    corners = [
        (x - HEAD_PX, top),
        (x + HEAD_PX, top),
        (x + HEAD_PX, top + 3),
        (x, RULER - 1),
        (x - HEAD_PX, top + 3),
    ]
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _paint_rubber(painter: QPainter, rubber: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = rubber
    fill = QColor(COLORS.accent)
    fill.setAlpha(40)
    painter.setPen(QPen(QColor(COLORS.accent), 1, Qt.PenStyle.DashLine))
    painter.setBrush(fill)
    painter.drawRect(QRectF(QPointF(left, top), QPointF(right, bottom)).normalized())
