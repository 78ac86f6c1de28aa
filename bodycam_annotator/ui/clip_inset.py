"""What is pointed out on the pictures of a clip: a zoomed region, and the moment of a freeze."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import Inset
from bodycam_annotator.ui.clip_text import (
    Sizes,
    bold,
    cropped,
    even,
    lines_of,
    paint_plate,
    painted,
)

ACCENT = QColor("#FFD23F")
"""Seen on dark and, with its black edge, on bright pictures; no code's own colour."""

_TILE = 64
"""Pixels; even."""

_ROOMY = 5
"""Times as large as its label what is enlarged is at least for the label to lie on it."""


class InsetDrawing:
    """The region, a line from it, and the same pixels larger, on the side away from it."""

    def __init__(
        self, inset: Inset, sizes: Sizes, *, width: int, height: int, edges: tuple[int, int]
    ) -> None:
        """`edges`: top and bottom between which it should lie, as far as there is room."""
        self._inset = inset
        # Even, which is laid over much faster; at most a part of the last pixels is not shown.
        wide, high = (inset.width * inset.zoom) & ~1, (inset.height * inset.zoom) & ~1
        at_right = inset.centre[0] < width / 2
        self._x = (width - sizes.margin - wide if at_right else sizes.margin) & ~1
        lowest = max(edges[0], edges[1] - high)
        self._y = min(max(round(inset.centre[1] - high / 2), edges[0]), lowest, height - high) & ~1
        self.large = QRectF(self._x, self._y, wide, high)
        self.region = QRectF(inset.x, inset.y, inset.width, inset.height)
        self._still = [
            *_tiles(self._lines(sizes, width, height)),
            cropped(self._label(sizes, height), width, height),
        ]

    def patches(self, pixels: Pixels) -> list[Patch]:
        """`pixels`: (height, width, 4) BGRA of the picture as displayed."""
        one = self._inset
        part = pixels[one.y : one.y + one.height, one.x : one.x + one.width, (2, 1, 0, 3)]
        rgba = part.repeat(one.zoom, axis=0).repeat(one.zoom, axis=1)
        rgba[..., 3] = 255
        high, wide = round(self.large.height()), round(self.large.width())
        return [Patch(x=self._x, y=self._y, rgba=rgba[:high, :wide]), *self._still]

    def lies_on(self, at: tuple[int, int]) -> bool:
        return self.large.contains(QPointF(*at)) or any(lies_on(one, at) for one in self._still)

    def _lines(self, sizes: Sizes, width: int, height: int) -> Patch:
        one, line, region, large = self._inset, sizes.line, self.region, self.large
        at_right = large.left() > region.left()
        # It begins at the frame's outer edge: nothing of the region is covered.
        begin_x = region.right() + 2 * line if at_right else region.left() - 2 * line
        start = QPointF(begin_x, one.centre[1])
        end_x = large.left() if at_right else large.right()
        end = QPointF(end_x, min(max(one.centre[1], large.top()), large.bottom()))
        around = region.united(large).adjusted(-3 * line, -3 * line, 3 * line, 3 * line)
        around = around.toAlignedRect().toRectF() & QRectF(0, 0, width, height)

        def paint(painter: QPainter) -> None:
            painter.translate(-around.topLeft())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, thick in ((QColor(0, 0, 0), 2 * line), (ACCENT, line)):
                pen = QPen(color, thick)
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                painter.drawLine(start, end)
                painter.drawRect(region.adjusted(-line, -line, line, line))
                painter.drawRect(large)

        rgba = painted(round(around.width()), round(around.height()), paint)
        return Patch(x=round(around.x()), y=round(around.y()), rgba=rgba)

    def _label(self, sizes: Sizes, picture: int) -> Patch:
        """In the corner of what is enlarged, or beneath or above it where it is too small."""
        words = lines_of(f"{self._inset.zoom}×", bold(sizes.stamp), 10_000, most=1)
        pad = sizes.stamp * 0.35
        width, height = even(words.width + 2 * pad), even(words.height + pad)

        def paint(painter: QPainter) -> None:
            paint_plate(painter, width, height, 0)
            words.draw(painter, pad, pad / 2, ACCENT)

        x, y = self._x + sizes.line, self._y + sizes.line
        if min(self.large.width() / width, self.large.height() / height) < _ROOMY:
            x, y = self._x, round(self.large.bottom()) + sizes.line
            if y + height > picture:
                y = round(self.large.top()) - sizes.line - height
        return Patch(x=x & ~1, y=y & ~1, rgba=painted(width, height, paint))


def _tiles(patch: Patch) -> Iterator[Patch]:
    """The parts in which there is anything: thin lines around much that is empty cost much."""
    height, width = patch.rgba.shape[:2]
    # They meet where chroma pixels do.
    tops = range(-(patch.y % 2), height, _TILE)
    lefts = range(-(patch.x % 2), width, _TILE)
    for top, left in product(tops, lefts):
        y, x = max(0, top), max(0, left)
        part = patch.rgba[y : top + _TILE, x : left + _TILE]
        if part[..., 3].any():
            yield Patch(x=patch.x + x, y=patch.y + y, rgba=part)


def ring_patch(at: tuple[int, int], sizes: Sizes, *, width: int, height: int) -> Patch:
    """A ring around that pixel of a picture of that size with an arrow that points at it, from
    where there is room; the pixel itself stays free."""
    radius, line = _ring(sizes)
    reach = radius * 1.9 * 0.7071 + line
    across = 1 if at[0] >= reach else -1
    up = -1 if at[1] + reach >= height and at[1] >= reach else 1
    side = even(2 * (radius * 2 + 2 * line))
    middle = side / 2

    def paint(painter: QPainter) -> None:
        painter.translate(middle, middle)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        tip, tail = radius * 1.15 * 0.7071, radius * 1.9 * 0.7071
        barb = radius * 0.3
        for color, thick in ((QColor(0, 0, 0), 2 * line), (ACCENT, line)):
            pen = QPen(color, thick)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), radius, radius)
            painter.save()
            painter.scale(across, up)
            painter.drawLine(QPointF(-tail, tail), QPointF(-tip, tip))
            painter.drawLine(QPointF(-tip - barb, tip), QPointF(-tip, tip))
            painter.drawLine(QPointF(-tip, tip + barb), QPointF(-tip, tip))
            painter.restore()

    return Patch(x=at[0] - side // 2, y=at[1] - side // 2, rgba=painted(side, side, paint))


def ring_box(at: tuple[int, int], sizes: Sizes) -> QRectF:
    """Around the ring, in pixels of the picture; its arrow may lie under something."""
    reach = sum(_ring(sizes))
    return QRectF(at[0] - reach, at[1] - reach, 2 * reach + 1, 2 * reach + 1)


def lies_on(patch: Patch, at: tuple[int, int]) -> bool:
    """Whether anything of it is seen at that pixel."""
    high, wide = patch.rgba.shape[:2]
    x, y = at[0] - patch.x, at[1] - patch.y
    return 0 <= x < wide and 0 <= y < high and bool(patch.rgba[y, x, 3])


def meets(patch: Patch, box: QRectF) -> bool:
    high, wide = patch.rgba.shape[:2]
    return QRectF(patch.x, patch.y, wide, high).intersects(box)


def _ring(sizes: Sizes) -> tuple[float, float]:
    """Its radius, and how thick its line is."""
    return sizes.caption * 1.5, sizes.line * 1.5


def border_patches(sizes: Sizes, width: int, top: int, bottom: int) -> list[Patch]:
    """Around what is between them, so that a held picture is not taken for one that runs. Thinner,
    or not at all, where there are too few pixels."""
    thick = min(2 * sizes.line, (bottom - top) // 2, width // 2)
    if thick <= 0:
        return []
    color = np.array(ACCENT.getRgb(), dtype=np.uint8)
    level = np.broadcast_to(color, (thick, width, 4))
    upright = np.broadcast_to(color, (bottom - top - 2 * thick, thick, 4))
    return [
        Patch(x=0, y=top, rgba=level),
        Patch(x=0, y=bottom - thick, rgba=level),
        Patch(x=0, y=top + thick, rgba=upright),
        Patch(x=width - thick, y=top + thick, rgba=upright),
    ]
