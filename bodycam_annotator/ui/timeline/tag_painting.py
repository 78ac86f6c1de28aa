"""Tags as blocks and flags with their text."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from bodycam_annotator.model.tag import Status, Tag
from bodycam_annotator.ui.theme import COLORS
from bodycam_annotator.ui.timeline.rows import Band
from bodycam_annotator.ui.timeline.scale import Scale
from bodycam_annotator.ui.timeline.tracks import FLAG_PX, Lane, Tracks

CHOSEN = "#FFFFFF"
ON_COLOR = "#0B0C0E"

LEAST_WORDS_PX = 22
LEAST_WORDS_HEIGHT = 13
"""Rooms narrower or lower than this get no text."""

_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def paint_lane(
    painter: QPainter,
    tracks: Tracks,
    lane: Lane,
    scale: Scale,
    band: Band,
    *,
    selected: frozenset[str],
    without: frozenset[str],
) -> None:
    """What is on screen of the lane; `without` are drawn faintly, as they are being moved.

    Tags too near for pixels of their own are drawn as one.
    """
    shown = lane.between(scale.start_ns, scale.end_ns)
    # A flag and its text reach to the right of its time.
    shown = range(max(shown.start - 1, 0), shown.stop)
    for at in _told_apart(lane, shown, scale, selected):
        tag = lane.tags[at]
        after = lane.starts[at + 1] if at + 1 < len(lane.tags) else None
        room = scale.right if after is None else min(scale.x(int(after)), scale.right)
        painter.setOpacity(0.3 if tag.id in without else 1.0)
        paint_tag(painter, tracks, tag, scale, band, chosen=tag.id in selected, room=room - 3)
    painter.setOpacity(1.0)


def _told_apart(lane: Lane, shown: range, scale: Scale, selected: frozenset[str]) -> list[int]:
    """Those of `shown` that have a pixel of their own, and every selected one, on top."""
    if not len(shown):
        return []
    length, width = scale.length, scale.width
    ends = (lane.ends[shown.start : shown.stop] - scale.start_ns) * width // length
    starts = (lane.starts[shown.start : shown.stop] - scale.start_ns) * width // length
    # Blocks are never thinner than two pixels, so what ends within that of the last is not seen.
    place = np.maximum(ends, starts + 1) // 2
    own = np.append(True, place[1:] != place[:-1]).nonzero()[0] + shown.start
    kept = own.tolist()
    if selected and len(kept) < len(shown):
        there = set(kept)
        kept += [at for at in shown if lane.tags[at].id in selected and at not in there]
    kept.sort(key=lambda at: (lane.tags[at].id in selected, at))
    return kept


def paint_tag(
    painter: QPainter,
    tracks: Tracks,
    tag: Tag,
    scale: Scale,
    band: Band,
    *,
    chosen: bool,
    room: float,
) -> None:
    """`room`: the x that its words must not reach beyond."""
    code = tracks.code_of(tag)
    color = QColor(code.color if code else COLORS.muted)
    words = tag.text or tracks.name_of(tag)
    if tag.end_ns == tag.start_ns:
        x = scale.x(tag.start_ns)
        paint_flag(painter, x, band, color, words, chosen=chosen, room=room)
    else:
        box = block_box(tag.start_ns, tag.end_ns, scale, band)
        paint_block(
            painter,
            box,
            color,
            words,
            scale,
            chosen=chosen,
            disputed=tag.status is Status.DISPUTED,
            room=room,
        )


def block_box(start_ns: int, end_ns: int, scale: Scale, band: Band) -> QRectF:
    left = scale.x(start_ns)
    return QRectF(left, band.top + 2, max(scale.x(end_ns) - left, 2.0), band.height - 3)


def paint_block(
    painter: QPainter,
    box: QRectF,
    color: QColor,
    words: str,
    scale: Scale,
    *,
    chosen: bool,
    disputed: bool = False,
    room: float = 0.0,
) -> None:
    """`room`: the x up to which words may stand beside a block that is too narrow for them."""
    # Nothing is drawn far outside the view, where numbers grow too large to be drawn well.
    inner = QRectF(box)
    inner.setLeft(max(box.left(), scale.left - 8.0))
    inner.setRight(min(box.right(), scale.right + 8.0))
    if inner.width() < 5:
        painter.fillRect(inner, QColor(CHOSEN) if chosen else color)
        return
    painter.setPen(QPen(QColor(CHOSEN), 2) if chosen else QPen(color.darker(190), 1))
    painter.setBrush(color if chosen else color.darker(118))
    painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    if disputed:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.BDiagPattern)
        painter.drawRoundedRect(inner, 3, 3)
    inner.setLeft(max(inner.left(), scale.left) + 5)
    inner.setRight(min(inner.right(), scale.right) - 4)
    if box.height() < LEAST_WORDS_HEIGHT:
        return
    beside = QRectF(box.right() + 4, box.top(), room - box.right() - 4, box.height())
    if inner.width() < beside.width() and not _fits(painter.font(), words, inner.width()):
        _paint_words(painter, beside, words, QColor(COLORS.text))
    else:
        _paint_words(painter, inner, words, QColor(ON_COLOR))


def paint_flag(
    painter: QPainter,
    x: float,
    band: Band,
    color: QColor,
    words: str,
    *,
    chosen: bool,
    room: float,
) -> None:
    """A pole on the mark's exact time, a pennant to its right, its words beside that.

    The pennant shrinks where the next mark is near.
    """
    top, bottom = band.top + 2.0, band.bottom - 1.0
    pole = int(x // 1) + 0.5
    wide = min(max(room - x, 3.0), FLAG_PX - 2.0)
    height = min(bottom - top, 11.0)
    ink = QColor(CHOSEN) if chosen else color
    painter.setPen(QPen(ink, 2 if chosen else 1))
    painter.drawLine(QPointF(pole, top), QPointF(pole, bottom))
    painter.setPen(QPen(ink, 1.5) if chosen else Qt.PenStyle.NoPen)
    painter.setBrush(color)
    corners = [(pole, top), (pole + wide, top + height / 2), (pole, top + height)]
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    left = x + FLAG_PX + 1
    if band.height >= LEAST_WORDS_HEIGHT:
        box = QRectF(left, band.top, room - left, band.height)
        _paint_words(painter, box, words, QColor(CHOSEN if chosen else COLORS.text))


def paint_uncertainty(painter: QPainter, tag: Tag, scale: Scale, band: Band) -> None:
    """A whisker about each edge as far as it may be off, where that can be seen."""
    bound = tag.uncertainty_ns or 0
    if scale.pixels(bound) < 3:
        return
    painter.setPen(QPen(QColor(CHOSEN), 1))
    y = band.bottom - 2.5
    for edge in {tag.start_ns, tag.end_ns}:
        left, right = scale.x(edge - bound), scale.x(edge + bound)
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x in (left, right):
            painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 2))


def _paint_words(painter: QPainter, box: QRectF, words: str, color: QColor) -> None:
    if box.width() >= LEAST_WORDS_PX:
        painter.setPen(color)
        painter.drawText(box, _LEFT, fitting(painter.font(), words, int(box.width())))


def _fits(font: QFont, words: str, width: float) -> bool:
    return not fitting(font, words, int(width)).endswith("…") or words.endswith("…")


def fitting(font: QFont, words: str, width: int) -> str:
    """`words` on one line, cut with an ellipsis where they are wider than that."""
    return _cutter(font.key())(font, words, width)


@lru_cache(maxsize=8)
def _cutter(_key: str) -> Callable[[QFont, str, int], str]:
    """For one font, and remembering what it cut: measuring words is what takes time."""
    widths: dict[str, int] = {}

    @lru_cache(maxsize=4096)
    def cut(font: QFont, words: str, width: int) -> str:
        metrics = QFontMetrics(font)
        line = " ".join(words.split())
        if line not in widths:
            widths[line] = metrics.horizontalAdvance(line)
        if widths[line] <= width:
            return line
        return metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)

    return cut
