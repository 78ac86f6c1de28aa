"""Stills: one frame, exactly as it is displayed, as PNG."""

import struct
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from bodycam_annotator import __version__
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.picture import png_of
from bodycam_annotator.progress import Asked
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_writer import Overlay, Source, refuse_footage
from bodycam_annotator.publish.single_pictures import CACHE_BYTES, keep, overlaid, seen_of
from bodycam_annotator.timing import clock_text

ENDING = ".png"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


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

    Its number, file time and PTS and the footage's name are in the PNG as text too.
    `reader`: one of `reader_of` that stays open, else one is opened for this still.
    Raises `FootageError` when there is no such frame or it cannot be decoded, `ExchangeError` when
    `out` cannot be written or is there
    already, `Cancelled` when asked to stop.
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
    data = with_texts(png_of(overlaid(picture.bgra, seen, overlay)), _texts(source, ordinal))
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


def with_texts(png: bytes, texts: Mapping[str, str]) -> bytes:
    """The PNG with texts by keyword (Latin-1, at most 79 letters), as international text chunks
    behind its header (PNG 3, 11.3.3.4)."""
    header = len(_SIGNATURE) + 25
    if not png.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    chunks = b"".join(
        _chunk(b"iTXt", name.encode("latin-1") + b"\0\0\0\0\0" + text.encode(errors="replace"))
        for name, text in texts.items()
    )
    return png[:header] + chunks + png[header:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))


def _texts(source: Source, ordinal: int) -> dict[str, str]:
    index = source.index
    time = clock_text(index.time_of(ordinal) - index.first_ns)
    return {
        "Title": f"Frame {ordinal} at {time}",
        "Description": (
            f"Frame {ordinal} (from 0) of {source.path.name}, {time} from its first frame, "
            f"PTS {index.pts_of(ordinal)} in ticks of {index.time_base} s"
        ),
        "Source": source.path.name,
        "Software": f"Bodycam Annotator {__version__}",
    }
