"""What draws on clips, as this package asks for it; the window's side has one."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from bodycam_annotator.publish.clip_look import CardFacts, ClipFacts, ClipLook

if TYPE_CHECKING:
    from bodycam_annotator.media.picture import Pixels
    from bodycam_annotator.publish.blending import Patch
    from bodycam_annotator.publish.clip_writer import FrameInClip

Enhance = Callable[["Pixels"], "Pixels"]
"""BGRA to BGRA of the same size."""


class DrawnOverlay(Protocol):
    """An `Overlay` that tells what did not find room."""

    def patches(self, frame: "FrameInClip") -> "Sequence[Patch]": ...

    def notes(self) -> list[str]:
        """Sentences on what was not drawn in full, of the pictures so far."""
        ...


class DrawnCard(Protocol):
    def draw(self, width: int, height: int) -> "Pixels":
        """(height, width, 4) RGBA, opaque."""
        ...

    def notes(self) -> list[str]:
        """Sentences on what was not drawn in full, once it was."""
        ...


class DrawnSheet(Protocol):
    """What is written around the pictures of a contact sheet; `height`: below each, in pixels."""

    @property
    def height(self) -> int: ...

    def below(self, seen: "FrameInClip") -> "Sequence[Patch]": ...

    def above(self, width: int) -> "Pixels":
        """(height, width, 4) RGBA."""
        ...

    def notes(self) -> list[str]:
        """Sentences on what was not drawn in full."""
        ...


class Drawing(Protocol):
    """Makes what is laid over pictures; called in any thread."""

    def overlay(
        self, facts: ClipFacts, look: ClipLook, *, enhance: Enhance | None = None
    ) -> DrawnOverlay: ...

    def card(self, facts: CardFacts) -> DrawnCard: ...

    def sheet(self, facts: ClipFacts, lines: Sequence[str], width: int) -> DrawnSheet:
        """`lines`: what stands above it, the most important first. `width`: of each picture."""
        ...
