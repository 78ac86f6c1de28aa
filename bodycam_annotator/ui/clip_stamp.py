"""The stamp on every frame of a clip: file time, frame number, and the footage's name."""

from math import ceil

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import Corner
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.clip_text import (
    INK,
    MUTED,
    PLATE,
    Sizes,
    bold,
    even,
    painted,
    plain_text,
)
from bodycam_annotator.ui.fonts import text_font

_CHARACTERS = "0123456789:.-"
_WORD = "frame"


class Stamp:
    """Two boxes side by side: digits, which change each frame and are copied from an atlas, and
    the name, which does not. `room`: the most pixels in width that it takes.

    Attributes:
        is_cut: whether the name did not find room.
    """

    def __init__(self, name: str, frames: int, sizes: Sizes, *, room: int) -> None:
        self._font, self._sizes = bold(sizes.stamp), sizes
        metrics = QFontMetricsF(self._font)
        self.height = even(metrics.height() + sizes.gap)
        self._pad = even(sizes.stamp * 0.6)
        self._cells = {one: self._cell(one, metrics) for one in _CHARACTERS}
        self._digits = len(str(max(0, frames - 1)))
        self._word = ceil(metrics.horizontalAdvance(_WORD))
        self._bases: dict[int, Pixels] = {}
        self._width = self._digits_width(len("00:00:00.000"))
        self._name = self._name_box(plain_text(name), room - self._width)
        self.is_cut = self._shown_name != plain_text(name)
        self.width = self._width + self._name.shape[1]
        self._last: tuple[tuple[int, int, int, int], list[Patch]] | None = None

    def patches(self, ordinal: int, file_ns: int, x: int, y: int) -> list[Patch]:
        """With its corner there; the name's box is the same object as long as it stays there."""
        key = (ordinal, file_ns, x, y)
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        digits = self._digits_box(clock_text(file_ns), str(ordinal))
        beside = x + digits.shape[1]
        name = self._last[1][1] if self._last is not None else None
        if name is None or (name.x, name.y) != (beside, y):
            name = Patch(x=beside, y=y, rgba=self._name)
        made = [Patch(x=x, y=y, rgba=digits), name]
        self._last = key, made
        return made

    def _cell(self, one: str, metrics: QFontMetricsF) -> Pixels:
        """A character on its piece of the plate."""
        width = ceil(metrics.horizontalAdvance(one))

        def paint(painter: QPainter) -> None:
            painter.fillRect(QRectF(0, 0, width, self.height), PLATE)
            painter.setFont(self._font)
            painter.setPen(INK)
            box = QRectF(-width, 0, 3 * width, self.height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), one)

        return painted(width, self.height, paint)

    def _clock_width(self, characters: int) -> int:
        digit, colon, point = (int(self._cells[one].shape[1]) for one in "0:.")
        return digit * (characters - 3) + 2 * colon + point

    def _digits_width(self, clock: int) -> int:
        number = self._cells["0"].shape[1] * self._digits
        gaps = 2 * self._pad + self._sizes.gap
        return even(self._pad + self._clock_width(clock) + gaps + self._word + number + 1)

    def _base(self, clock: int) -> Pixels:
        if clock not in self._bases:
            width = self._digits_width(clock)

            def paint(painter: QPainter) -> None:
                painter.fillRect(QRectF(0, 0, width, self.height), PLATE)
                painter.setFont(text_font(self._sizes.stamp))
                painter.setPen(MUTED)
                left = self._pad + self._clock_width(clock) + self._pad
                box = QRectF(left, 0, self._word + self._sizes.gap, self.height)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), _WORD)

            self._bases[clock] = painted(width, self.height, paint)
        return self._bases[clock]

    def _digits_box(self, clock: str, number: str) -> Pixels:
        box = self._base(len(clock)).copy()
        left = self._put(box, clock, self._pad)
        self._put(box, number, left + self._pad + self._word + self._sizes.gap)
        return box

    def _put(self, box: Pixels, text: str, left: int) -> int:
        for one in text:
            cell = self._cells[one]
            box[:, left : left + cell.shape[1]] = cell
            left += cell.shape[1]
        return left

    def _name_box(self, name: str, room: int) -> Pixels:
        """Its middle is cut out where it is too long, as names differ at both ends."""
        font = text_font(self._sizes.stamp)
        metrics = QFontMetricsF(font)
        free = max(0, room - self._pad)
        text = self._shown_name = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, free)
        width = even(min(free, ceil(metrics.horizontalAdvance(text))) + self._pad)

        def paint(painter: QPainter) -> None:
            painter.fillRect(QRectF(0, 0, width, self.height), PLATE)
            painter.setFont(font)
            painter.setPen(MUTED)
            box = QRectF(0, 0, width, self.height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), text)

        return painted(width, self.height, paint)


def corner_place(
    corner: Corner,
    box: tuple[int, int],
    picture: tuple[int, int],
    margin: int,
    edges: tuple[int, int],
) -> tuple[int, int]:
    """Upper left of a box (width, height) in that corner, between the edges (top, bottom)."""
    x = margin if corner.is_left else picture[0] - margin - box[0]
    y = edges[0] if corner.is_top else edges[1] - box[1]
    # On the grid of chroma pixels, so that no colour bleeds where two boxes meet.
    return x & ~1, y & ~1
