"""Holding an index against what the decoder really shows, at the head of the footage.

Packets alone cannot tell which first frames lack what they build on, whether two packets make
one frame (field pictures), or whether a container without presentation times (AVI) is in the
order in which its frames are shown. The decoder can, within the first frames.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.decoder import Decoder
from bodycam_annotator.media.index import FrameIndex, in_decoded_order, without_head
from bodycam_annotator.media.picture import displayed_size, is_usable, orientation
from bodycam_annotator.progress import Asked, Progress

HEAD = 24
"""Frames looked at: more than any decoder reorders (16) or holds back in its threads."""

LONGEST_HEAD = 1500
"""Packets after which a beginning that shows no picture is given up."""

_UNTOLD = (
    "The file does not say rightly in which order its frames are shown; each was decoded to "
    "find out."
)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The index as the decoder bears it out, and how its first picture is displayed."""

    index: FrameIndex
    width: int
    height: int
    quarters: int
    mirrored: bool


def settle(
    index: FrameIndex,
    path: Path,
    *,
    codec: str,
    reorders: bool,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Settled:
    """The index with its head, or where need be its whole order, as the decoder shows it.

    Decodes a few frames; every frame where the file's own order proves wrong. Raises
    `FootageError` when nothing can be decoded, `Cancelled` when asked to stop.
    """
    decoder = Decoder(path, index.packets, stream=index.stream)
    try:
        decoder.begin_at(0)
        shown, picture = _head(decoder)
        if picture is None:
            raise FootageError(
                f"{path} has {len(index)} frames of {codec} video, but none at its beginning "
                "can be decoded; the file may be damaged or need a codec that is missing here."
            )
        why = _why_decode_all(index, shown, reorders=reorders)
        if why is not None:
            order = _everything(decoder, index, progress=progress, cancelled=cancelled)
            index = in_decoded_order(index, order, why=why)
        elif first := min(_ordinals(index, shown)):
            index = without_head(index, first)
        quarters, mirrored = orientation(picture)
        width, height = displayed_size(
            picture.width, picture.height, aspect=decoder.aspect, quarters=quarters
        )
    finally:
        decoder.close()
    if decoder.aspect and not is_usable(decoder.aspect, picture.width, picture.height):
        index = replace(index, oddities=(*index.oddities, _unusable(decoder.aspect)))
    return Settled(index=index, width=width, height=height, quarters=quarters, mirrored=mirrored)


def _unusable(aspect: Fraction) -> str:
    return (
        f"The file asks for pixels {aspect.numerator}:{aspect.denominator} wide; that cannot be "
        "right, and they are shown square."
    )


def _head(decoder: Decoder) -> tuple[list[int], VideoFrame | None]:
    """Packets in the order in which they are shown, and the first picture."""
    shown: list[int] = []
    first: VideoFrame | None = None
    while len(shown) < HEAD and (shown or decoder.fed < LONGEST_HEAD):
        decoded = decoder.read()
        if decoded is None:
            break
        if first is None and decoded:
            first = decoded[0].frame
        shown.extend(one.packet for one in decoded)
    return shown, first


def _ordinals(index: FrameIndex, packets: list[int]) -> list[int]:
    ordinal_of = np.full(len(index.packets), -1, dtype=np.int64)
    ordinal_of[index.packet_of] = np.arange(len(index))
    found = ordinal_of[packets]
    return [int(ordinal) for ordinal in found[found >= 0]]


def _why_decode_all(index: FrameIndex, shown: list[int], *, reorders: bool) -> str | None:
    ordinals = _ordinals(index, shown)
    if not ordinals:
        return "The file's frames are not where its packets say; each was decoded to find them."
    reach = max(ordinals) - min(ordinals) + 1
    if len(ordinals) <= reach * 2 // 3 and len(shown) >= HEAD:
        return "The file keeps a frame in two packets, as fields; each was decoded to pair them."
    if reorders and (index.packets.timeless.any() or (np.diff(index.times) == 0).any()):
        return (
            "Frames without a time, or with the same, do not say in which order they are shown; "
            "each frame was decoded to find out."
        )
    if index.packets.b_pictures or index.astray or ordinals != sorted(ordinals):
        return _UNTOLD
    return None


def _everything(
    decoder: Decoder,
    index: FrameIndex,
    *,
    progress: Progress | None,
    cancelled: Asked | None,
) -> list[int]:
    decoder.begin_at(0)
    order: list[int] = []
    while (decoded := decoder.read()) is not None:
        order.extend(one.packet for one in decoded)
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(decoder.fed / max(len(index.packets), 1))
    return order
