"""Pictures of clips as they are drawn, and what is on them."""

from dataclasses import replace

import numpy as np

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import CardFacts, ClipFacts, ClipLook, ShownTag
from bodycam_annotator.publish.clip_plan import Card, ClipFrame, Run, Segment
from bodycam_annotator.publish.clip_writer import FrameInClip
from bodycam_annotator.ui.clip_drawing import ClipDrawing

STEP = 40_000_000
RUN = Run(first=0, last=400)
NONE = ClipLook(captions=False, banners=False, strip=False, stamp=False)
LONG = (
    "He said that he would not come out of the house, and that nobody should come near to the "
    "door, because he had the dog with him and did not know what it would do if somebody came in. "
    "We told him three times that the paramedics were waiting at the corner, that no one would be "
    "arrested for the call, and that all we wanted was to see that the children were well and had "
    "something warm to eat tonight."
)
CARD = CardFacts(
    what="Three shots " * 6,
    source="X60A0001_with_a_name_that_is_rather_long_for_a_small_picture.mp4",
    sha256="3f" * 32,
    start_ns=0,
    end_ns=STEP * 10,
    first=0,
    last=9,
    coder="مراجع",
    made="2024-10-13 23:50 UTC",
    version="Bodycam Annotator",
    more=(
        ("Incident", "Traffic stop"),
        ("Camera", "Camera 1"),
        ("Footage", "was read before, and had this SHA-256"),
    ),
)
SIZES = [(640, 360), (1280, 720), (3840, 2160), (360, 640), (320, 240)]


def said(first: int, last: int, text: str, speaker: str = "Officer 1") -> ShownTag:
    return replace(tag(first, last, "Utterance"), text=text, speaker=speaker)


def tag(first: int, last: int, name: str, color: str = "#D55E00") -> ShownTag:
    return ShownTag(
        start_ns=first * STEP,
        end_ns=(last + 1) * STEP,
        first_frame=first,
        last_frame=last,
        name=name,
        color=color,
    )


def mark(at: int, name: str) -> ShownTag:
    return replace(tag(at, at, name), end_ns=at * STEP)


def facts(*tags: ShownTag) -> ClipFacts:
    return ClipFacts(
        footage="X60A0001.mp4", first_ns=0, start_ns=0, end_ns=400 * STEP, frames=400, tags=tags
    )


def at(
    ordinal: int,
    size: tuple[int, int] = (1280, 720),
    segment: Segment = RUN,
    pixels: Pixels | None = None,
) -> FrameInClip:
    is_card = isinstance(segment, Card)
    frame = ClipFrame(
        number=ordinal,
        segment=0,
        ordinal=None if is_card else ordinal,
        source_pts=None,
        time_ns=None if is_card else ordinal * STEP,
        pts=ordinal,
        lasts=1,
    )
    return FrameInClip(
        frame=frame,
        segment=segment,
        starts_ns=0,
        width=size[0],
        height=size[1],
        pixels=lambda: pixels,
    )


def composed(frame: FrameInClip, drawing: ClipDrawing, ground: int = 128) -> Pixels:
    """(height, width, 3) RGB over a grey picture."""
    whole = np.full((frame.height, frame.width, 3), ground, dtype=np.float64)
    for patch in drawing.patches(frame):
        lay(whole, patch)
    return whole.round().astype(np.uint8)


def lay(whole: "np.ndarray[tuple[int, int, int], np.dtype[np.float64]]", patch: Patch) -> None:
    height, width = whole.shape[:2]
    left, top = max(0, patch.x), max(0, patch.y)
    right = min(width, patch.x + patch.rgba.shape[1])
    bottom = min(height, patch.y + patch.rgba.shape[0])
    part = patch.rgba[top - patch.y : bottom - patch.y, left - patch.x : right - patch.x]
    alpha = part[..., 3:] / 255
    room = whole[top:bottom, left:right]
    room[...] = room * (1 - alpha) + part[..., :3] * alpha


def is_inside(patch: Patch, size: tuple[int, int]) -> bool:
    height, width = patch.rgba.shape[:2]
    across = patch.x >= 0 and patch.x + width <= size[0]
    return across and patch.y >= 0 and patch.y + height <= size[1]


def changed(picture: Pixels, ground: int = 128) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is not the ground."""
    there = (picture != ground).any(axis=2)
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
