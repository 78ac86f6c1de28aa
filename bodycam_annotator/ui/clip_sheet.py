"""What is written on a contact sheet, above all pictures and below each."""

from collections.abc import Sequence
from math import ceil

from PyQt6.QtGui import QPainter

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import ClipFacts
from bodycam_annotator.publish.clip_writer import FrameInClip
from bodycam_annotator.ui.clip_stamp import Stamp
from bodycam_annotator.ui.clip_text import (
    INK,
    MUTED,
    bold,
    lines_of,
    painted,
    quoted,
    sizes_for,
    unshaped_note,
)
from bodycam_annotator.ui.fonts import text_font


class SheetText:
    """Below each picture file time, frame number, and the tags that begin with the frame."""

    def __init__(self, facts: ClipFacts, lines: Sequence[str], width: int) -> None:
        """`lines`: what stands above, the first in bold. `width`: of each picture."""
        self._facts, self._lines, self._width = facts, lines, width
        self._sizes = sizes_for(width, width * 9 // 16)
        self._stamps: dict[str, Stamp] = {}
        self._notes: dict[str, None] = {}
        self.height = self._stamp("").height

    def below(self, seen: FrameInClip) -> Sequence[Patch]:
        """In the room of that height."""
        ordinal, time_ns = seen.frame.ordinal, seen.frame.time_ns
        if ordinal is None or time_ns is None:
            return []
        begun = [tag.name for tag in self._facts.tags if tag.first_frame == ordinal]
        names = ", ".join(dict.fromkeys(begun))
        stamp = self._stamp(names)
        if stamp.is_cut:
            self._note(
                f"Too long below the picture of frame {ordinal}, and cut there: {quoted(names)}."
            )
        return stamp.patches(ordinal, time_ns - self._facts.first_ns, 0, 0)

    def above(self, width: int) -> Pixels:
        """(height, width, 4) RGBA."""
        em = self._sizes.stamp
        room = width - 2 * em
        fonts = [bold(round(em * 1.3)), *(text_font(em) for _ in self._lines[1:])]
        laid = [
            lines_of(line, font, room, most=2)
            for line, font in zip(self._lines, fonts, strict=True)
        ]
        for line, one in zip(self._lines, laid, strict=True):
            if one.is_cut:
                self._note(f"Too long above the sheet, and cut there: {quoted(line)}.")
            if one.has_unshaped:
                self._note(unshaped_note(line))

        def paint(painter: QPainter) -> None:
            top = em * 0.8
            for number, one in enumerate(laid):
                one.draw(painter, em, top, MUTED if number else INK)
                top += one.height

        return painted(width, ceil(em * 1.2 + sum(one.height for one in laid)), paint)

    def notes(self) -> list[str]:
        """Sentences on what was not drawn in full."""
        return list(self._notes)

    def _note(self, sentence: str) -> None:
        self._notes[sentence] = None

    def _stamp(self, words: str) -> Stamp:
        if words not in self._stamps:
            self._stamps[words] = Stamp(words, self._facts.frames, self._sizes, room=self._width)
        return self._stamps[words]
