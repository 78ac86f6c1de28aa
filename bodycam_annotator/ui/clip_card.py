"""The title card of a clip: what it shows, of which footage, and how it came about."""

from collections.abc import Iterator

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QPainter

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.clip_look import CardFacts
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.clip_inset import ACCENT
from bodycam_annotator.ui.clip_text import (
    INK,
    MUTED,
    Lines,
    bold,
    lines_of,
    painted,
    quoted,
    sizes_for,
    unshaped_note,
)
from bodycam_annotator.ui.fonts import drawing_application, text_font

_GROUND = QColor("#131518")
_LEAST = 6
"""Pixels of text below which nothing is made smaller to fit."""
_TITLES = 1.7, 1.3, 1.0
"""The title's size in that of the rows; where it is long, it gets smaller before they do."""
_FEWER = 8, 4, 2, 1
"""Lines of what may be cut, where the smallest text does not fit."""


class TitleCard:
    """Text gets smaller until all of it fits. If nothing else helps, the title and rows are cut,
    but never what the source is, its hash, and the span."""

    def __init__(self, facts: CardFacts) -> None:
        drawing_application()
        self._facts = facts
        self._cut: set[str] = set()
        self._unshaped: set[str] = set()

    def draw(self, width: int, height: int) -> Pixels:
        """(height, width, 4) RGBA, opaque."""
        laid = _fitting(self._facts, width, height)
        for text, lines in laid.texts:
            if lines.is_cut:
                self._cut.add(text)
            if lines.has_unshaped:
                self._unshaped.add(text)
        # Straight alpha of 255 everywhere, whatever the painter's rounding at the edges of text.
        made = np.array(painted(width, height, laid.paint))
        made[..., 3] = 255
        return made

    def notes(self) -> list[str]:
        """Sentences on what was not drawn in full, once it was drawn."""
        return [
            *(
                f"Too long for the title card, and cut there: {quoted(text)}."
                for text in sorted(self._cut)
            ),
            *map(unshaped_note, sorted(self._unshaped)),
        ]


def _fitting(facts: CardFacts, width: int, height: int) -> "_Laid":
    for em in range(sizes_for(width, height).sign, _LEAST - 1, -1):
        for title in _TITLES:
            laid = _Laid(facts, width, height, em, title=title, most=None)
            if laid.height <= height * 0.9:
                return laid
    for most in _FEWER:
        laid = _Laid(facts, width, height, _LEAST, title=1, most=most)
        if laid.height <= height * 0.96:
            break
    return laid


class _Laid:
    """A title and rows of heading and text, from the middle of the card. `most`: lines of what
    may be cut; None: all of it is laid out."""

    def __init__(
        self,
        facts: CardFacts,
        width: int,
        height: int,
        em: int,
        *,
        title: float,
        most: int | None,
    ) -> None:
        self._em, self._width, self._all = em, width, height
        self._left = round(width * 0.07)
        room = width - 2 * self._left
        # One more than fits: that it is too much is seen by its height.
        whole = height // em + 1
        loose = whole if most is None else most
        self._title = lines_of(facts.what, bold(round(em * title)), room, most=loose)
        self._column = min(room * 0.3, em * 7.5)
        self._rows = [
            (
                lines_of(heading, text_font(em), self._column, most=1),
                lines_of(
                    text,
                    text_font(em),
                    room - self._column,
                    most=whole if heading in _KEPT else loose,
                ),
            )
            for heading, text in _rows(facts)
            if text.strip()
        ]
        told = [text for _, text in _rows(facts) if text.strip()]
        self.texts = [
            (facts.what, self._title),
            *zip(told, (lines for _, lines in self._rows), strict=True),
        ]
        rows = sum(_high(row) + em * 0.35 for row in self._rows)
        self.height = self._title.height + em * 1.8 + rows

    def paint(self, painter: QPainter) -> None:
        em, left = self._em, self._left
        painter.fillRect(QRectF(0, 0, self._width, self._all), _GROUND)
        top = max(0.0, (self._all - self.height) / 2)
        self._title.draw(painter, left, top, INK)
        top += self._title.height + em * 0.6
        painter.fillRect(QRectF(left, top, em * 3, max(2, em * 0.12)), ACCENT)
        top += em * 1.2
        for row in self._rows:
            row[0].draw(painter, left, top, MUTED)
            row[1].draw(painter, left + self._column, top, INK)
            top += _high(row) + em * 0.35


def _high(row: tuple[Lines, Lines]) -> float:
    return max(row[0].height, row[1].height)


_SOURCE, _HASH, _CHECKED, _SPAN, _FRAMES = "Source", "SHA-256", "Checked", "Span", "Frames"
_KEPT = {_SOURCE, _HASH, _CHECKED, _SPAN, _FRAMES}


def _rows(facts: CardFacts) -> Iterator[tuple[str, str]]:
    yield _SOURCE, facts.source
    yield _HASH, facts.sha256
    yield _CHECKED, facts.checked
    yield _SPAN, f"{clock_text(facts.start_ns)} to {clock_text(facts.end_ns)} of its file time"
    yield _FRAMES, _frames(facts.first, facts.last)
    yield from facts.more
    yield "Coded by", facts.coder
    yield "Made", facts.made
    yield "With", facts.version


def _frames(first: int, last: int) -> str:
    if first == last:
        return f"{first} (1 frame)"
    return f"{first} to {last} ({last - first + 1} frames)"
