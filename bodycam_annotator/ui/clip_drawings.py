"""All that clips have drawn on them, as `app.clips` asks for it."""

from collections.abc import Sequence
from math import ceil

from PyQt6.QtGui import QPainter

from bodycam_annotator.app.clips.drawing import DrawnOverlay, Enhance
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import CardFacts, ClipFacts, ClipLook
from bodycam_annotator.publish.clip_writer import FrameInClip
from bodycam_annotator.publish.single_pictures import Captions
from bodycam_annotator.ui.clip_card import card
from bodycam_annotator.ui.clip_drawing import ClipDrawing
from bodycam_annotator.ui.clip_stamp import Stamp
from bodycam_annotator.ui.clip_text import INK, MUTED, bold, lines_of, painted, sizes_for
from bodycam_annotator.ui.fonts import drawing_application, text_font


class ClipDrawings:
    """A `Drawing`. Made in the thread of the application, then used in any."""

    def __init__(self) -> None:
        drawing_application()

    def overlay(
        self, facts: ClipFacts, look: ClipLook, *, enhance: Enhance | None = None
    ) -> DrawnOverlay:
        return ClipDrawing(facts, look, enhance=enhance)

    def card(self, facts: CardFacts, width: int, height: int) -> Pixels:
        return card(facts, width, height)

    def thumb_captions(self, facts: ClipFacts, width: int) -> tuple[int, Captions]:
        """File time, frame number, and the tags that begin with the frame."""
        sizes = sizes_for(width, width * 9 // 16)
        stamps: dict[str, Stamp] = {}

        def stamp_with(words: str) -> Stamp:
            if words not in stamps:
                stamps[words] = Stamp(words, facts.frames, sizes, room=width)
            return stamps[words]

        def caption(seen: FrameInClip) -> Sequence[Patch]:
            ordinal, time_ns = seen.frame.ordinal, seen.frame.time_ns
            if ordinal is None or time_ns is None:
                return []
            begun = [tag.name for tag in facts.tags if tag.first_frame == ordinal]
            stamp = stamp_with(", ".join(dict.fromkeys(begun)))
            return stamp.patches(ordinal, time_ns - facts.first_ns, 0, 0)

        return stamp_with("").height, caption

    def sheet_heading(self, lines: Sequence[str], width: int) -> Pixels:
        """The first line in bold, the others below it."""
        em = sizes_for(width, width * 9 // 16).stamp
        room = width - 2 * em
        first, *rest = lines
        laid = [lines_of(first, bold(round(em * 1.3)), room, most=2)]
        laid += [lines_of(line, text_font(em), room, most=2) for line in rest]

        def paint(painter: QPainter) -> None:
            top = em * 0.8
            for number, one in enumerate(laid):
                one.draw(painter, em, top, MUTED if number else INK)
                top += one.height

        return painted(width, ceil(em * 1.2 + sum(one.height for one in laid)), paint)
