"""Text on the pictures of a clip: how large, laid out by Qt in any script, on a plate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from unicodedata import bidirectional

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt, QTextBoundaryFinder
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QTextLayout,
    QTextOption,
)

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.ui.colors import DARK, READABLE, seen_in
from bodycam_annotator.ui.fonts import text_font

PLATE = QColor(11, 12, 14, 225)
"""Dark enough that every colour used has 4.5 to 1 on it over a white picture."""

INK, MUTED = QColor("#FFFFFF"), QColor("#C4CAD0")

SMALLEST = 13
"""Pixels of text that can be read on a picture of 640 x 360."""

_QUOTED = 100
"""Characters."""

_UTF16 = "utf-16-le"


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Pixels, all even, so that they end where the chroma pixels of most footage do."""

    stamp: int
    sign: int
    caption: int
    margin: int
    gap: int
    strip: int
    line: int


def sizes_for(width: int, height: int) -> Sizes:
    """By the picture's height; where it is narrow, by its width. Never too small to be read."""
    side = min(height, width * 3 / 4)
    return Sizes(
        stamp=max(13, round(side * 0.026)),
        sign=max(14, round(side * 0.031)),
        caption=max(17, round(side * 0.043)),
        margin=even(max(8, side * 0.025)),
        gap=even(max(4, side * 0.008)),
        strip=even(max(12, side * 0.026)),
        line=even(max(2, side * 0.003)),
    )


def smaller(pixels: int) -> list[int]:
    """Sizes of text from that one down to what can still be read, the largest first."""
    least = max(SMALLEST, round(pixels * 0.6))
    steps = (round(pixels * share / 100) for share in range(92, 60, -8))
    return [pixels, *(one for one in steps if least < one < pixels), min(least, pixels)]


def even(pixels: float) -> int:
    return round(pixels / 2) * 2


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Text in lines, as wide as its widest. `is_cut`: whether not all of it found room;
    `has_unshaped`: whether no font here has a shape for some of it, which is then a box."""

    layout: QTextLayout = field(repr=False)
    room: float
    width: float
    height: float
    is_cut: bool
    has_unshaped: bool

    def draw(self, painter: QPainter, left: float, top: float, color: QColor) -> None:
        painter.setPen(color)
        self.layout.draw(painter, QPointF(left - self._beside, top))

    @property
    def is_single(self) -> bool:
        return self.layout.lineCount() <= 1

    @property
    def count(self) -> int:
        return self.layout.lineCount()

    @property
    def rise(self) -> float:
        """From the top to what the first line stands on."""
        return self.layout.lineAt(0).ascent() if self.layout.lineCount() else 0.0

    @property
    def _beside(self) -> float:
        """What alignment leaves free at the left of the widest line."""
        lines = [self.layout.lineAt(at) for at in range(self.layout.lineCount())]
        return min((line.naturalTextRect().left() for line in lines), default=0.0)


def lines_of(text: str, font: QFont, room: float, *, most: int, centred: bool = False) -> Lines:
    """`text` in at most so many lines of `room` pixels. Where it is longer it is cut at the end of
    a word, and … follows: half a word or number would be read as another.

    The direction is that of the text's first strong character, as Unicode has it.
    """
    plain = plain_text(text)
    layout = _laid_out(plain, font, room, centred, most + 1)
    is_cut = layout.lineCount() > most
    if is_cut:
        layout = _cut(plain, layout, room, centred, most)
    shown = [layout.lineAt(at) for at in range(layout.lineCount())]
    return Lines(
        layout=layout,
        room=room,
        width=max((line.naturalTextWidth() for line in shown), default=0.0),
        height=sum(line.height() for line in shown),
        is_cut=is_cut,
        has_unshaped=any(0 in run.glyphIndexes() for run in layout.glyphRuns()),
    )


def quoted(text: str) -> str:
    """For a sentence: so much of it that it is known again."""
    return f"“{text if len(text) <= _QUOTED else text[: _QUOTED - 1] + '…'}”"


def unshaped_note(text: str) -> str:
    return f"No font of this computer has all signs of {quoted(text)}; boxes stand for some."


def _cut(plain: str, whole: QTextLayout, room: float, centred: bool, most: int) -> QTextLayout:
    """After the last word of the last line with which it and … fit; inside of a word where that
    is longer than the line."""
    font, last = whole.font(), whole.lineAt(most - 1)
    units = plain.encode(_UTF16)
    begin, end = last.textStart(), last.textStart() + last.textLength()
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Line, plain)
    finder.setPosition(end)
    if not finder.isAtBoundary():
        end = finder.toPreviousBoundary()
    while end > begin:
        layout = _laid_out(_words(units[: end * 2]) + "…", font, room, centred, most + 1)
        if layout.lineCount() <= most:
            return layout
        end = finder.toPreviousBoundary()
    rest = units[begin * 2 :].decode(_UTF16)
    elided = QFontMetricsF(font).elidedText(rest, Qt.TextElideMode.ElideRight, room - 1)
    return _laid_out(units[: begin * 2].decode(_UTF16) + elided, font, room, centred, most)


def _words(units: bytes) -> str:
    return units.decode(_UTF16).rstrip()


def plain_text(text: str) -> str:
    """In one line, without what no font has: halves of characters and control characters."""
    whole = " ".join(text.encode(errors="ignore").decode().split())
    return "".join(one for one in whole if one.isprintable() or one in "\u200c\u200d\u200e\u200f")


def _laid_out(text: str, font: QFont, room: float, centred: bool, most: int) -> QTextLayout:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    if centred:
        option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    elif _is_from_right(text):
        # Qt would order the words so, but have all lines begin at the left.
        option.setAlignment(Qt.AlignmentFlag.AlignRight)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    top = 0.0
    while layout.lineCount() < most:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(room)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def _is_from_right(text: str) -> bool:
    """By the first strong character (Unicode Standard Annex 9, rule P2)."""
    kinds = (bidirectional(one) for one in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def painted(width: int, height: int, paint: Callable[[QPainter], None]) -> Pixels:
    """(height, width, 4) RGBA of straight alpha, transparent where nothing is painted."""
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    paint(painter)
    painter.end()
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    bits = straight.constBits()
    assert bits is not None
    bits.setsize(straight.sizeInBytes())
    rows = np.frombuffer(bits.asstring(), dtype=np.uint8)
    return rows.reshape(height, straight.bytesPerLine() // 4, 4)[:, :width]


def cropped(patch: Patch, width: int, height: int) -> Patch:
    """What of it is in a picture of that size."""
    left, top = max(0, -patch.x), max(0, -patch.y)
    right, bottom = max(left, width - patch.x), max(top, height - patch.y)
    return Patch(x=patch.x + left, y=patch.y + top, rgba=patch.rgba[top:bottom, left:right])


def paint_plate(painter: QPainter, width: float, height: float, round_by: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(QRectF(0, 0, width, height), round_by, round_by)


def readable(color: str) -> QColor:
    """A code's colour, so light that it can be read on a plate."""
    return seen_in(DARK, color, least=READABLE)


def bold(pixels: int) -> QFont:
    return text_font(pixels, QFont.Weight.DemiBold)
