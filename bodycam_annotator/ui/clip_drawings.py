"""All that clips have drawn on them, as `app.clips` asks for it."""

from collections.abc import Sequence

from bodycam_annotator.app.clips.drawing import DrawnOverlay, Enhance
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import CardFacts, ClipFacts, ClipLook
from bodycam_annotator.publish.clip_writer import FrameInClip
from bodycam_annotator.publish.single_pictures import Captions
from bodycam_annotator.ui.clip_card import card
from bodycam_annotator.ui.clip_drawing import ClipDrawing
from bodycam_annotator.ui.clip_stamp import Stamp
from bodycam_annotator.ui.clip_text import sizes_for
from bodycam_annotator.ui.fonts import drawing_application


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
        """File time and frame number."""
        stamp = Stamp("", facts.frames, sizes_for(width, width * 9 // 16), room=width)

        def caption(seen: FrameInClip) -> Sequence[Patch]:
            ordinal, time_ns = seen.frame.ordinal, seen.frame.time_ns
            if ordinal is None or time_ns is None:
                return []
            return stamp.patches(ordinal, time_ns - facts.first_ns, 0, 0)

        return stamp.height, caption
