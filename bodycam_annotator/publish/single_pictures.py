"""Frames of footage as pictures of their own: what is laid over them, and their files."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bodycam_annotator.atomic_file import write_whole
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Picture, Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_plan import ClipFrame, Run
from bodycam_annotator.publish.clip_writer import (
    FrameInClip,
    Overlay,
    Source,
    refuse_footage,
    unwritable,
)

Captions = Callable[[FrameInClip], Sequence[Patch]]
"""What is written beside a picture; the patches' corners are those of the room beside it."""

CACHE_BYTES = 96 * 1024 * 1024
"""Frames that come out of the decoder before they are asked for wait in it."""


def seen_of(
    index: FrameIndex,
    picture: Picture,
    run: Run,
    *,
    number: int,
    width: int,
    height: int,
    starts_ns: int = 0,
) -> FrameInClip:
    """What an overlay is asked with for the `number`th picture of those of a run of frames.

    `width`, `height`: of the picture that is made, or of the room beside it. Its place in the
    file has no ticks.
    """
    frame = ClipFrame(
        number=number,
        segment=0,
        ordinal=picture.ordinal,
        source_pts=index.pts_of(picture.ordinal),
        time_ns=index.time_of(picture.ordinal),
        pts=0,
        lasts=0,
    )
    return FrameInClip(
        frame=frame,
        segment=run,
        starts_ns=starts_ns,
        width=width,
        height=height,
        pixels=partial(_same, picture.bgra),
    )


def overlaid(bgra: Pixels, seen: FrameInClip, overlay: Overlay | None) -> Pixels:
    """The picture with what the overlay says of it; itself when there is none."""
    if overlay is None:
        return bgra
    # A copy: the picture may wait for others in a cache, or be what the overlay is shown.
    laid = bgra.copy()
    lay_over(laid, overlay.patches(seen))
    return laid


def lay_over(bgra: Pixels, patches: Sequence[Patch]) -> None:
    """Lays patches one over another into a (writable) picture; what lies outside is not shown."""
    height, width = bgra.shape[:2]
    for patch in patches:
        left, top = max(0, -patch.x), max(0, -patch.y)
        right, bottom = width - patch.x, height - patch.y
        if right <= left or bottom <= top:
            continue
        rgba = patch.rgba[top:bottom, left:right]
        high, wide = rgba.shape[:2]
        part = bgra[patch.y + top :, patch.x + left :][:high, :wide, :3]
        alpha = rgba[..., 3:].astype(np.uint32)
        mixed = rgba[..., 2::-1] * alpha + part * (255 - alpha)
        part[...] = (mixed + 127) // 255


def keep(data: bytes, out: Path, source: Source) -> str:
    """Writes a file of the footage whole or not at all and returns its SHA-256.

    Raises `ExchangeError` when `out` cannot be written or is the footage.
    """
    refuse_footage(out, source)
    try:
        write_whole(out, data, anew=True)
    except OSError as error:
        raise unwritable(out, error) from error
    return hashlib.sha256(data).hexdigest()


def _same(pixels: Pixels) -> Pixels:
    return pixels
