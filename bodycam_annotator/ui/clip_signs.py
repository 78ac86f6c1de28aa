"""What a clip says beside its pictures: labels, tags while they last, and captions."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
    SMALLEST,
    Sizes,
    bold,
    even,
    lines_of,
    paint_plate,
    painted,
    readable,
    smaller,
)
from bodycam_annotator.ui.fonts import text_font

LINGERS_NS = NS
"""How long, from its beginning, a tag is shown at least: a mark and a shot last no time at all."""

_SIGN_LINES, _LABEL_LINES, _WHO_LINES = 2, 6, 2
_EASY_EMS, _EASY_LINES = 28, 3
"""Longer lines are harder to follow; but where there are more lines than that, they are fewer."""
_MOST_EMS = 44
_LEAST_PLATE = 5 * SMALLEST
_KEPT = 16
"""Sets of captions that are kept as drawn: of one minute, not of hours."""


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
        """`room`: width and height that labels may take from `left`, `top` on."""
        self._sizes, self._left, self.top = sizes, left, top
        self._room, self._at_left = room, at_left
        self._boxes: dict[Sign, Pixels] = {}
        self._patches: dict[tuple[Sign, int], Patch] = {}
        self._cut: set[Sign] = set()
        self.cut: set[str] = set()
        self.left_out = 0
        self.left_out_labels: set[str] = set()
        self.unshaped: set[str] = set()

    def patches(
        self, labels: Sequence[Sign], tags: Sequence[Sign], *, top: int, bottom: int
    ) -> list[Patch]:
        """From `top` on labels first, all of them; of the tags those that began last, where not
        all find room above `bottom`. How many do not is said in a last row."""
        told = self._labels(labels, self.top + self._room[1] - top)
        free = bottom - top - sum(map(self._high, told))
        shown = self._fitting(tags, free)
        if len(shown) < len(tags):
            self.left_out = max(self.left_out, len(tags) - len(shown))
            more = more_tags(len(tags) - len(shown))
            if self._fits(more) and sum(map(self._high, [*shown, more])) <= free:
                shown.append(more)
        made = list[Patch]()
        for sign in [*told, *shown]:
            made.append(self._patch(sign, top))
            if sign in self._cut:
                self.cut.add(" ".join(part for part in (sign.text, sign.beside) if part))
            top += made[-1].rgba.shape[0] + self._sizes.gap
        return made

    def high(self, *signs: Sign) -> int:
        """Pixels that they take, those beneath them included."""
        return sum(self._high(sign) for sign in signs if self._fits(sign))

    def free_of(self, boxes: Sequence[QRectF], *, wide: int, bottom: int) -> list[tuple[int, int]]:
        """Tops and bottoms of the places, from above, where rows as wide as that leave those boxes
        free."""
        left = self._left if self._at_left else self._left + self._room[0] - wide
        met = [box for box in boxes if left < box.right() and box.left() < left + wide]
        free, top = [], self.top
        for box in sorted(met, key=QRectF.top):
            free.append((top, min(bottom, int(box.top()))))
            top = max(top, even(ceil(box.bottom())))
        return [*free, (top, bottom)]

    def wide(self, *signs: Sign) -> int:
        """Pixels of the widest of those that fit."""
        return max((self._box(sign).shape[1] for sign in signs if self._fits(sign)), default=0)

    @property
    def room(self) -> int:
        """The most pixels that a row is wide."""
        return self._room[0]

    def _labels(self, labels: Sequence[Sign], room: int) -> list[Sign]:
        bare = [replace(sign, beside="") for sign in labels]
        for every in (list(labels), bare):
            if all(map(self._fits, every)) and sum(map(self._high, every)) <= room:
                return every
        told: list[Sign] = []
        for sign in bare:
            if self._fits(sign) and sum(map(self._high, [*told, sign])) <= room:
                told.append(sign)
            else:
                self.left_out_labels.add(sign.text)
        return told

    def _fitting(self, tags: Sequence[Sign], free: int) -> list[Sign]:
        fit = [sign for sign in tags if self._fits(sign)]
        if len(fit) == len(tags) and sum(map(self._high, fit)) <= free:
            return fit
        free -= self.high(more_tags(len(tags)))
        shown: list[Sign] = []
        for sign in reversed(fit):
            free -= self._high(sign)
            if free < 0:
                break
            shown.insert(0, sign)
        return shown

    def _fits(self, sign: Sign) -> bool:
        """Whether a picture is wide enough for it at all."""
        least = 4 * SMALLEST
        return self._room[0] >= least and self._box(sign).shape[1] <= self._room[0]

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
        """A label in as small a text and as many lines as it needs."""
        sizes = smaller(self._sizes.sign) if sign.is_label else [self._sizes.sign]
        for em in sizes:
            laid = _LaidSign(sign, em, self._room[0])
            if not laid.is_cut:
                break
        else:
            self._cut.add(sign)
        self.unshaped |= laid.unshaped
        return painted(laid.width, laid.height, laid.paint)


class _LaidSign:
    """Its words, and what is told beside or beneath them."""

    def __init__(self, sign: Sign, em: int, room: int) -> None:
        self._sign, self._em = sign, em
        self._pad, self._across = em * 0.55, 0 if sign.is_label else em * 1.15
        pad, across = self._pad, self._across
        free = max(1.0, room - 2 * pad - across - 1)
        most = _LABEL_LINES if sign.is_label else _SIGN_LINES
        first = self._first = lines_of(sign.text, bold(em), free, most=most)
        second = self._second = None
        small = text_font(max(SMALLEST, round(em * 0.82)))
        self._at = QPointF(pad + across, pad / 2 + first.height)
        words, high = first.width, first.height
        if sign.beside:
            most = _LABEL_LINES if sign.is_label else 1
            second = self._second = lines_of(sign.beside, small, free, most=most)
        self.is_cut = first.is_cut or (second is not None and second.is_cut)
        told = [(sign.text, first), *([(sign.beside, second)] if second is not None else [])]
        self.unshaped = {text for text, lines in told if lines.has_unshaped}
        if second is not None:
            gap = em * 0.6
            if first.is_single and second.is_single and first.width + gap + second.width <= free:
                self._at = QPointF(
                    pad + across + first.width + gap, pad / 2 + first.rise - second.rise
                )
                words += gap + second.width
            else:
                words, high = max(first.width, second.width), first.height + second.height
        # Rounded up to what is even, it may be a pixel wider than there is room.
        self.width = min(even(ceil(2 * pad + across + words + 1)), room & ~1)
        self.height = even(high + pad)

    def paint(self, painter: QPainter) -> None:
        sign, em, pad = self._sign, self._em, self._pad
        paint_plate(painter, self.width, self.height, em * 0.25)
        ink = readable(sign.color) if sign.is_label else MUTED if sign.dimmed else INK
        self._first.draw(painter, pad + self._across, pad / 2, ink)
        if self._second is not None:
            self._second.draw(painter, self._at.x(), self._at.y(), MUTED)
        if not sign.is_label:
            _paint_mark(painter, sign, QRectF(pad, pad / 2, em * 0.75, self.height - pad), em)


def more_tags(count: int) -> Sign:
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
    """What is said, in the middle above the lower edge; what is said at once is stacked, the
    earliest on top. How a caption looks depends only on what else is said, not on the frame."""

    def __init__(self, sizes: Sizes, *, width: int, bottom: int, room: int) -> None:
        """`width` of the picture. `room`: the height above `bottom` that they take as long as
        smaller text helps."""
        self._sizes, self._width, self._bottom, self._room = sizes, width, bottom, room
        self._known: OrderedDict[tuple[int, tuple[ShownTag, ...]], list[Patch]] = OrderedDict()
        self.cut: set[str] = set()
        self.cut_speakers: set[str] = set()
        self.unshaped: set[str] = set()
        self.left_out: set[str] = set()

    def patches(self, said: Sequence[ShownTag], *, most_room: int) -> list[Patch]:
        """`most_room`: the height that they take before any is cut. The same objects for the same
        tags and room, as long as they were asked for lately."""
        key = most_room, tuple(said)
        if key in self._known:
            self._known.move_to_end(key)
        else:
            self._known[key] = self._stacked(said, most_room)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return self._known[key]

    def _stacked(self, said: Sequence[ShownTag], most_room: int) -> list[Patch]:
        blocks = self._whole(said, most_room) if self._plate >= _LEAST_PLATE else []
        if blocks is None:
            blocks = self._cut(said, most_room)
        shown = {one.tag for one in blocks}
        self.left_out |= {tag.text for tag in said if tag not in shown}
        self.cut |= {one.tag.text for one in blocks if one.tag is not None and one.said.is_cut}
        self.cut_speakers |= {one.who for one in blocks if one.is_who_cut}
        self.unshaped |= {text for one in blocks for text in one.unshaped}
        made, top = [], self._bottom - self._high(blocks)
        for one in blocks:
            box = painted(one.width, one.height, one.paint)
            made.append(Patch(x=(self._width - one.width) // 2 & ~1, y=top & ~1, rgba=box))
            top += one.height + self._sizes.gap
        return made

    def _whole(self, said: Sequence[ShownTag], most_room: int) -> "list[_Caption] | None":
        """In the largest text in which all of it fits, if there is one."""
        room, by_size = min(self._room, most_room), []
        if len(said) * SMALLEST > most_room:
            return None
        for em in smaller(self._sizes.caption):
            blocks = [self._caption(tag, em, most_room // em + 1) for tag in said]
            if self._high(blocks) <= room and not any(one.said.is_cut for one in blocks):
                return blocks
            by_size.append(blocks)
        for blocks in by_size:
            whole = not any(one.said.is_cut for one in blocks)
            if whole and self._high(blocks) <= most_room:
                return blocks
        return None

    def _cut(self, said: Sequence[ShownTag], most_room: int) -> "list[_Caption]":
        """In the smallest text as many lines of each as find room; where one of each do not, a row
        says how many more there are."""
        em = smaller(self._sizes.caption)[-1]
        lines = [self._caption(tag, em, 1) for tag in said]
        hidden, more = 0, list[_Caption]()
        while self._high([*more, *lines[hidden:]]) > most_room:
            if hidden == len(said):
                return []
            hidden += 1
            more = [self._more(hidden, len(said), em)]
        blocks = more
        for most in range(1, most_room // em + 1):
            larger = [*more, *(self._caption(tag, em, most) for tag in said[hidden:])]
            if self._high(larger) > most_room:
                break
            blocks = larger
        return blocks

    def _high(self, blocks: "Sequence[_Caption]") -> int:
        return sum(one.height for one in blocks) + self._sizes.gap * max(0, len(blocks) - 1)

    @property
    def _plate(self) -> float:
        return min(self._width - 2 * self._sizes.margin, self._width * 0.86)

    def _caption(self, tag: ShownTag, em: int, most: int) -> "_Caption":
        return _Caption(tag, em, self._plate, max(1, most))

    def _more(self, hidden: int, of: int, em: int) -> "_Caption":
        count = f"+ {hidden} more" if hidden < of else f"{hidden}"
        words = f"{count} {'is' if hidden == 1 else 'are'} speaking"
        return _Caption(None, em, self._plate, 2, words)


class _Caption:
    """What one says, laid out; `tag` None: of a row of `words` that says how many are not shown."""

    def __init__(
        self, tag: ShownTag | None, em: int, plate: float, most: int, words: str = ""
    ) -> None:
        self.tag, self._em = tag, em
        pad = self._pad = em * 0.5
        wide = max(1.0, min(plate - 2 * pad - 2, em * _MOST_EMS))
        text, self.who = (words, "") if tag is None else (tag.text, tag.speaker.strip())
        font = text_font(em)
        self.said = lines_of(text, font, min(wide, em * _EASY_EMS), most=most, centred=True)
        if self.said.is_cut or self.said.count > _EASY_LINES:
            self.said = lines_of(text, font, wide, most=most, centred=True)
        small = bold(max(SMALLEST, round(em * 0.68)))
        who = self._who = lines_of(self.who, small, wide, most=_WHO_LINES, centred=True)
        self.is_who_cut = who.is_cut
        told = [(text, self.said), (self.who, who)]
        self.unshaped = [one for one, lines in told if lines.has_unshaped]
        self._above = who.height if self.who else 0.0
        words_wide = max(self.said.width, who.width if self.who else 0.0)
        self.width = even(ceil(words_wide + 2 * pad + 1))
        self.height = even(self.said.height + self._above + pad)

    def paint(self, painter: QPainter) -> None:
        pad, who, said = self._pad, self._who, self.said
        paint_plate(painter, self.width, self.height, self._em * 0.2)
        if self.tag is not None and self.who:
            who.draw(painter, (self.width - who.width) / 2, pad / 2, readable(self.tag.color))
        ink = MUTED if self.tag is None else INK
        said.draw(painter, (self.width - said.width) / 2, pad / 2 + self._above, ink)
