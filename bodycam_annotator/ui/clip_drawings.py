"""All that clips have drawn on them, as `app.clips` asks for it."""

from collections.abc import Sequence

from bodycam_annotator.app.clips.drawing import DrawnCard, DrawnOverlay, DrawnSheet, Enhance
from bodycam_annotator.publish.clip_look import CardFacts, ClipFacts, ClipLook
from bodycam_annotator.ui.clip_card import TitleCard
from bodycam_annotator.ui.clip_drawing import ClipDrawing
from bodycam_annotator.ui.clip_sheet import SheetText
from bodycam_annotator.ui.fonts import drawing_application


class ClipDrawings:
    """A `Drawing`. Made in the thread of the application, then used in any."""

    def __init__(self) -> None:
        drawing_application()

    def overlay(
        self, facts: ClipFacts, look: ClipLook, *, enhance: Enhance | None = None
    ) -> DrawnOverlay:
        return ClipDrawing(facts, look, enhance=enhance)

    def card(self, facts: CardFacts) -> DrawnCard:
        return TitleCard(facts)

    def sheet(self, facts: ClipFacts, lines: Sequence[str], width: int) -> DrawnSheet:
        return SheetText(facts, lines, width)
