"""Stills: one frame, exactly as it is displayed, as PNG."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.picture import png_of
from bodycam_annotator.progress import Asked
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_writer import Overlay, Source, refuse_footage
from bodycam_annotator.publish.single_pictures import CACHE_BYTES, keep, overlaid, seen_of

ENDING = ".png"


@dataclass(frozen=True, kw_only=True)
class WrittenStill:
    """`width`, `height` of the picture as displayed. `doubtful`: it builds on damaged data."""

    path: Path
    sha256: str
    size: int
    ordinal: int
    width: int
    height: int
    doubtful: bool
    notes: tuple[str, ...]


def reader_of(source: Source) -> FrameReader:
    """For several stills of one footage, which cost least in the order of their frames."""
    return FrameReader(source.path, source.index, cache_bytes=CACHE_BYTES)


def write_still(
    source: Source,
    ordinal: int,
    out: Path,
    *,
    overlay: Overlay | None = None,
    reader: FrameReader | None = None,
    cancelled: Asked | None = None,
) -> WrittenStill:
    """Writes that frame to `out`, whole or not at all: rotated, in square pixels, 8 bits a colour.

    `reader`: one of `reader_of` that stays open, else one is opened for this still.
    Raises `FootageError` when there is no such frame or it cannot be decoded, `ExchangeError` when
    `out` cannot be written or is the footage, `Cancelled` when asked to stop.
    """
    refuse_footage(out, source)
    with reader_of(source) if reader is None else nullcontext(reader) as frames:
        picture = frames.frame(ordinal, cancelled=cancelled)
    seen = seen_of(
        source.index,
        picture,
        Run(first=ordinal, last=ordinal),
        number=0,
        width=picture.width,
        height=picture.height,
    )
    data = png_of(overlaid(picture.bgra, seen, overlay))
    notes = []
    if picture.doubtful:
        notes.append(f"Frame {ordinal} builds on damaged data and may be wrong in parts.")
    return WrittenStill(
        path=out,
        sha256=keep(data, out, source),
        size=len(data),
        ordinal=ordinal,
        width=picture.width,
        height=picture.height,
        doubtful=picture.doubtful,
        notes=tuple(notes),
    )
