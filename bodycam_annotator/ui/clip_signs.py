"""What a clip says beside its pictures: labels, tags while they last, and captions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import ShownTag
from bodycam_annotator.timing import NS, clock_text
from bodycam_annotator.ui.clip_text import (
    INK,
    MUTED,
    Sizes,
    bold,
    even,
    lines_of,
    paint_plate,
    painted,
    readable,
)
from bodycam_annotator.ui.fonts import text_font

LINGERS_NS = NS
"""How long, from its beginning, a tag is shown at least: a mark and a shot last no time at all."""

CAPTION_LINES = 3
_SIGN_LINES = 2
_CAPTION_EMS = 28
"""Longer lines are hard to follow."""


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A row in the corner. `dimmed`: of a tag that is over and still shown."""

    text: str
    color: str = "#FFFFFF"
    beside: str = ""
    is_mark: bool = False
    is_label: bool = False
    dimmed: bool = False


class Signs:
    """Rows beneath each other in a corner at the top."""

    def __init__(
        self, sizes: Sizes, *, left: int, top: int, room: tuple[int, int], at_left: bool
    ) -> None:
        """`room`: width and height that they may take from `left`, `top` on."""
        self._sizes, self._left, self._top = sizes, left, top
        self._room, self._at_left = room, at_left
        self._boxes: dict[Sign, Pixels] = {}
        self._patches: dict[tuple[Sign, int], Patch] = {}
        self.cut: set[str] = set()
        self.left_out = 0

    def patches(self, labels: Sequence[Sign], tags: Sequence[Sign]) -> list[Patch]:
        """Labels first; of the tags those that began last, where not all find room. How many do
        not is said in a last row."""
        shown = self._fitting(labels, tags)
        if len(shown) < len(tags):
            self.left_out = max(self.left_out, len(tags) - len(shown))
            shown.append(_more(len(tags) - len(shown)))
        made, top = [], self._top
        for sign in [*labels, *shown]:
            made.append(self._patch(sign, top))
            top += made[-1].rgba.shape[0] + self._sizes.gap
        return made

    def _fitting(self, labels: Sequence[Sign], tags: Sequence[Sign]) -> list[Sign]:
        free = self._room[1] - sum(map(self._high, labels))
        if sum(map(self._high, tags)) <= free:
            return list(tags)
        free -= self._high(_more(len(tags)))
        shown: list[Sign] = []
        for sign in reversed(tags):
            free -= self._high(sign)
            if free < 0:
                break
            shown.insert(0, sign)
        return shown

    def _high(self, sign: Sign) -> int:
        return int(self._box(sign).shape[0]) + self._sizes.gap

    def _patch(self, sign: Sign, top: int) -> Patch:
        key = sign, top
        if key not in self._patches:
            box = self._box(sign)
            x = self._left if self._at_left else self._left + self._room[0] - box.shape[1]
            self._patches[key] = Patch(x=x & ~1, y=top & ~1, rgba=box)
        return self._patches[key]

    def _box(self, sign: Sign) -> Pixels:
        if sign not in self._boxes:
            self._boxes[sign] = self._drawn(sign)
        return self._boxes[sign]

    def _drawn(self, sign: Sign) -> Pixels:
        em = self._sizes.sign
        pad, across = em * 0.55, 0 if sign.is_label else em * 1.15
        room = self._room[0] - 2 * pad - across
        first = lines_of(sign.text, bold(em), room, most=_SIGN_LINES)
        small = text_font(max(13, round(em * 0.82)))
        second = lines_of(sign.beside, small, room, most=1) if sign.beside else None
        if first.is_cut or (second is not None and second.is_cut):
            self.cut.add(" ".join(part for part in (sign.text, sign.beside) if part))
        words, high = first.width, first.height
        at = QPointF(pad + across, pad / 2 + first.height)
        if second is not None and first.width + em * 0.6 + second.width <= room and first.is_single:
            at = QPointF(at.x() + first.width + em * 0.6, pad / 2 + first.rise - second.rise)
            words += em * 0.6 + second.width
        elif second is not None:
            words, high = max(first.width, second.width), first.height + second.height
        width, height = even(ceil(2 * pad + across + words + 1)), even(high + pad)

        def paint(painter: QPainter) -> None:
            paint_plate(painter, width, height, em * 0.25)
            ink = readable(sign.color) if sign.is_label else MUTED if sign.dimmed else INK
            first.draw(painter, pad + across, pad / 2, ink)
            if second is not None:
                second.draw(painter, at.x(), at.y(), MUTED)
            if not sign.is_label:
                _paint_mark(painter, sign, QRectF(pad, pad / 2, em * 0.75, height - pad), em)

        return painted(width, height, paint)


def _more(count: int) -> Sign:
    return Sign(text=f"+ {count} more", is_label=True)


def _paint_mark(painter: QPainter, sign: Sign, box: QRectF, em: int) -> None:
    """A flag for a mark and a bar for a span; only its outline when it is over."""
    color = readable(sign.color)
    pen = QPen(color, max(1.5, em * 0.1))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(QColor(Qt.GlobalColor.transparent) if sign.dimmed else color)
    if not sign.is_mark:
        painter.drawRect(
            QRectF(box.left(), box.top() + em * 0.12, em * 0.3, box.height() - em * 0.24)
        )
        return
    top, left = box.top() + em * 0.2, box.left() + em * 0.05
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(left, top),
                QPointF(left + em * 0.62, top + em * 0.3),
                QPointF(left, top + em * 0.6),
            ]
        )
    )
    painter.drawLine(QPointF(left, top), QPointF(left, top + em * 0.95))


def signs_of(tags: Sequence[ShownTag], ordinal: int, time_ns: int, first_ns: int) -> Iterator[Sign]:
    """Of the tags that are on that frame, or began less than a second before it."""
    for tag in tags:
        is_on = tag.is_on(ordinal)
        lingers = ordinal > tag.last_frame and 0 <= time_ns - tag.start_ns < LINGERS_NS
        if not is_on and not lingers:
            continue
        beside = [tag.speaker] if tag.speaker else []
        if tag.is_mark:
            beside.insert(0, clock_text(tag.start_ns - first_ns))
        yield Sign(
            text=tag.name,
            color=tag.color,
            beside=" · ".join(beside),
            is_mark=tag.is_mark,
            dimmed=not is_on and not tag.is_mark,
        )


class Captions:
    """What is said, in the middle above the lower edge; what is said at once is stacked."""

    def __init__(self, sizes: Sizes, *, width: int, bottom: int, room: int) -> None:
        """`width` of the picture. `room`: the most height that they take above `bottom`."""
        self._sizes, self._width, self._bottom, self._room = sizes, width, bottom, room
        self._boxes: dict[ShownTag, Pixels] = {}
        self._patches: dict[tuple[ShownTag, int], Patch] = {}
        self.cut: set[str] = set()
        self.left_out: set[str] = set()

    def patches(self, said: Sequence[ShownTag]) -> list[Patch]:
        """The earliest on top; where they do not all find room, the latest are shown."""
        made: list[Patch] = []
        bottom = self._bottom
        for tag in reversed(said):
            box = self._box(tag)
            if bottom - box.shape[0] < self._bottom - self._room and made:
                self.left_out.add(tag.text)
                continue
            made.append(self._patch(tag, bottom - box.shape[0]))
            bottom -= box.shape[0] + self._sizes.gap
        return made[::-1]

    def _patch(self, tag: ShownTag, top: int) -> Patch:
        key = tag, top
        if key not in self._patches:
            box = self._box(tag)
            x = (self._width - box.shape[1]) // 2
            self._patches[key] = Patch(x=x & ~1, y=top & ~1, rgba=box)
        return self._patches[key]

    def _box(self, tag: ShownTag) -> Pixels:
        if tag not in self._boxes:
            self._boxes[tag] = self._drawn(tag)
        return self._boxes[tag]

    def _drawn(self, tag: ShownTag) -> Pixels:
        em = self._sizes.caption
        pad = em * 0.5
        room = min(self._width - 2 * self._sizes.margin - 2 * pad, em * _CAPTION_EMS)
        said = lines_of(tag.text, text_font(em), room, most=CAPTION_LINES, centred=True)
        who = lines_of(tag.speaker, bold(max(13, round(em * 0.68))), room, most=1, centred=True)
        if said.is_cut:
            self.cut.add(tag.text)
        above = who.height if tag.speaker.strip() else 0.0
        wide = max(said.width, who.width if above else 0.0)
        width, height = even(ceil(wide + 2 * pad + 1)), even(said.height + above + pad)

        def paint(painter: QPainter) -> None:
            paint_plate(painter, width, height, em * 0.2)
            if above:
                who.draw(painter, (width - who.width) / 2, pad / 2, readable(tag.color))
            said.draw(painter, (width - said.width) / 2, pad / 2 + above, INK)

        return painted(width, height, paint)
