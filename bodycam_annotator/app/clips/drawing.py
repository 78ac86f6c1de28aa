"""What draws on clips, as this package asks for it; the window's side has one."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from bodycam_annotator.publish.clip_look import CardFacts, ClipFacts, ClipLook

if TYPE_CHECKING:
    from bodycam_annotator.media.picture import Pixels
    from bodycam_annotator.publish.blending import Patch
    from bodycam_annotator.publish.clip_writer import FrameInClip
    from bodycam_annotator.publish.single_pictures import Captions

Enhance = Callable[["Pixels"], "Pixels"]
"""BGRA to BGRA of the same size."""


class DrawnOverlay(Protocol):
    """An `Overlay` that tells what did not find room."""

    def patches(self, frame: "FrameInClip") -> "Sequence[Patch]": ...

    def notes(self) -> list[str]:
        """Sentences on what was not drawn in full, of the pictures so far."""
        ...


class Drawing(Protocol):
    """Makes what is laid over pictures; called in any thread."""

    def overlay(
        self, facts: ClipFacts, look: ClipLook, *, enhance: Enhance | None = None
    ) -> DrawnOverlay: ...

    def card(self, facts: CardFacts, width: int, height: int) -> "Pixels":
        """(height, width, 4) RGBA, opaque."""
        ...

    def thumb_captions(self, facts: ClipFacts, width: int) -> "tuple[int, Captions]":
        """What is written below a picture of a sheet, and how high it is in pixels."""
        ...

    def sheet_heading(self, lines: Sequence[str], width: int) -> "Pixels":
        """(height, width, 4) RGBA of what stands above a sheet, the most important line first."""
        ...
