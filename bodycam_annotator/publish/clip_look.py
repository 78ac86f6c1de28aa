"""What is drawn on a clip, and the facts that are drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bodycam_annotator.errors import ExchangeError

ZOOMS = (2, 3, 4, 6, 8)
"""Whole numbers, so that a pixel of the footage is a square in the inset and nothing is made up."""

INSET_WIDTH, INSET_HEIGHT = 0.38, 0.55
"""The most an inset takes of the picture's size; wider, it could lie on its own region."""


class Corner(StrEnum):
    TOP_LEFT = "top left"
    TOP_RIGHT = "top right"
    BOTTOM_LEFT = "bottom left"
    BOTTOM_RIGHT = "bottom right"

    @property
    def is_top(self) -> bool:
        return self in (Corner.TOP_LEFT, Corner.TOP_RIGHT)

    @property
    def is_left(self) -> bool:
        return self in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT)


def corner_of(*, top: bool, left: bool) -> Corner:
    if top:
        return Corner.TOP_LEFT if left else Corner.TOP_RIGHT
    return Corner.BOTTOM_LEFT if left else Corner.BOTTOM_RIGHT


@dataclass(frozen=True, kw_only=True)
class Inset:
    """The region, in pixels of the footage as displayed, is shown `zoom` times as large."""

    x: int
    y: int
    width: int
    height: int
    zoom: int = 3

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, kw_only=True)
class ClipLook:
    """What is drawn; each can be left out.

    `captions`: what is said, by whom. `banners`: tags while they last, marks for a second.
    `strip`: where the clip is, and its tags. `stamp`: file time, frame number and footage name.
    `stamp_corner` None: where it is out of the camera's own, which is in `avoid_corner` (None:
    there is none). `ring`: what a freeze points at, in pixels of the footage as displayed. That a
    picture is held, slowed or enhanced is always said on it.
    """

    captions: bool = True
    banners: bool = True
    strip: bool = True
    stamp: bool = True
    stamp_corner: Corner | None = None
    avoid_corner: Corner | None = Corner.TOP_RIGHT
    ring: tuple[int, int] | None = None
    inset: Inset | None = None

    @property
    def stamp_at(self) -> Corner:
        """Its own corner; else the one beneath or above the camera's that is on the left."""
        if self.stamp_corner is not None:
            return self.stamp_corner
        return corner_of(
            top=self.avoid_corner is not None and not self.avoid_corner.is_top, left=True
        )

    @property
    def signs_at(self) -> Corner:
        """The corner of banners and labels: beside the camera's own stamp, not beneath it."""
        if self.avoid_corner is not None and self.avoid_corner.is_top:
            return corner_of(top=True, left=not self.avoid_corner.is_left)
        return corner_of(top=True, left=not (self.stamp_at.is_top and self.stamp_at.is_left))

    @property
    def strip_at_top(self) -> bool:
        """Only where it would lie on the camera's own stamp otherwise."""
        return self.avoid_corner is not None and not self.avoid_corner.is_top

    @property
    def on_the_cameras(self) -> str:
        return (
            f"The stamp would cover the camera's own at the {self.stamp_at}; choose another corner "
            "for it."
        )

    def check(self, width: int, height: int) -> None:
        """Raises `ExchangeError`, in words, for what cannot be drawn on pictures of that size."""
        for problem in self.problems(width, height):
            raise ExchangeError(problem)

    def problems(self, width: int, height: int) -> Iterator[str]:
        """What cannot be drawn on pictures of that size (pixels as displayed), and what to do."""
        if self.stamp and self.stamp_at is self.avoid_corner:
            yield self.on_the_cameras
        if self.ring is not None and not _is_inside(*self.ring, 1, 1, width, height):
            yield (
                f"The point {self.ring[0]}, {self.ring[1]} to be marked is outside the picture of "
                f"{width} × {height} pixels; choose one in it."
            )
        if self.inset is not None:
            yield from _wrong(self.inset, width, height)


def _wrong(inset: Inset, width: int, height: int) -> Iterator[str]:
    if inset.zoom not in ZOOMS:
        known = ", ".join(str(zoom) for zoom in ZOOMS)
        yield f"An inset cannot be zoomed {inset.zoom} times; choose one of {known}."
        return
    if inset.width < 8 or inset.height < 8:
        yield (
            f"A region of {inset.width} × {inset.height} pixels is too small for an inset; "
            "choose one of at least 8 × 8."
        )
        return
    if not _is_inside(inset.x, inset.y, inset.width, inset.height, width, height):
        yield (
            f"The inset's region of {inset.width} × {inset.height} pixels at {inset.x}, {inset.y} "
            f"is not wholly in the picture of {width} × {height}; choose one that is."
        )
        return
    most = int(width * INSET_WIDTH), int(height * INSET_HEIGHT)
    if inset.width * inset.zoom > most[0] or inset.height * inset.zoom > most[1]:
        yield (
            f"The inset would be {inset.width * inset.zoom} × {inset.height * inset.zoom} pixels "
            f"large, of which {most[0]} × {most[1]} fit on this picture; choose a region of at "
            f"most {most[0] // inset.zoom} × {most[1] // inset.zoom}, or less zoom."
        )


def _is_inside(x: int, y: int, wide: int, high: int, width: int, height: int) -> bool:
    return x >= 0 and y >= 0 and x + wide <= width and y + high <= height


@dataclass(frozen=True, kw_only=True)
class ShownTag:
    """A tag as a clip shows it; times are nanoseconds on the footage's own clock.

    `first_frame` and `last_frame` are ordinals, both of the frames that belong. `color` as
    `#RRGGBB`. One with `text` is something said, and shown as a caption.
    """

    start_ns: int
    end_ns: int
    first_frame: int
    last_frame: int
    name: str
    color: str
    speaker: str = ""
    text: str = ""

    @property
    def is_mark(self) -> bool:
        return self.start_ns == self.end_ns

    @property
    def is_said(self) -> bool:
        return bool(self.text.strip())

    def is_on(self, ordinal: int) -> bool:
        return self.first_frame <= ordinal <= self.last_frame


@dataclass(frozen=True, kw_only=True)
class ClipFacts:
    """What the drawing has to know.

    `first_ns`: the time of the footage's first frame, from which file time is shown. `start_ns`,
    `end_ns`: the span of the clip, handles included, on the footage's own clock. `frames`: how
    many the footage has. `moment`: what a freeze is held for. `enhanced`: what was done to the
    picture, empty for nothing.
    """

    footage: str
    first_ns: int
    start_ns: int
    end_ns: int
    frames: int
    tags: tuple[ShownTag, ...] = ()
    moment: str = ""
    enhanced: str = ""


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """What the title card says; all but `what` in rows that are left out when empty.

    `checked`: how the source compared with its hash. `start_ns`, `end_ns`: file time from the
    footage's first frame. `first`, `last`: ordinals. `made`: when and by whom, as people read it.
    `more`: further rows of a heading and what it says.
    """

    what: str
    source: str
    sha256: str
    checked: str = ""
    start_ns: int
    end_ns: int
    first: int
    last: int
    coder: str
    made: str
    version: str
    more: tuple[tuple[str, str], ...] = ()
