"""Contact sheets: frames of a span side by side in one picture."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bodycam_annotator import __version__
from bodycam_annotator.errors import ExchangeError, FootageError, FrameError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.image_files import fitting, shrunk
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Picture, Pixels, png_of
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_span import ClipSpan
from bodycam_annotator.publish.clip_writer import FrameInClip, Overlay, Source, refuse_footage
from bodycam_annotator.publish.single_pictures import (
    Captions,
    keep,
    lay_over,
    overlaid,
    seen_of,
)
from bodycam_annotator.publish.stills import reader_of, with_texts
from bodycam_annotator.timing import clock_text

MOST_PIXELS = 64_000_000
"""Of a whole sheet: what viewers still open, and 256 MB while it is made."""

LARGEST_SIDE = 32_000
"""Pixels; some viewers open nothing above 32767."""

LEAST_WIDTH = 32

Heading = Callable[[int], Pixels]
"""Given the sheet's width, draws (height, width, 4) RGBA."""

MISSING_RGB = (90, 20, 20)
"""What fills the place of a frame that cannot be decoded."""


@dataclass(frozen=True, kw_only=True)
class SheetLayout:
    """Sizes in pixels. `caption_height`: room below each thumbnail. `background` is RGB."""

    columns: int = 5
    thumb_width: int = 320
    caption_height: int = 0
    gap: int = 8
    background: tuple[int, int, int] = (24, 24, 27)


@dataclass(frozen=True, kw_only=True)
class Thumb:
    """Where a frame is on the sheet, without its caption. `shown`: it could be decoded."""

    ordinal: int
    x: int
    y: int
    width: int
    height: int
    shown: bool


@dataclass(frozen=True, kw_only=True)
class WrittenSheet:
    path: Path
    sha256: str
    size: int
    width: int
    height: int
    layout: SheetLayout
    thumbs: tuple[Thumb, ...]
    doubtful: tuple[int, ...]
    notes: tuple[str, ...]

    @property
    def left_out(self) -> tuple[int, ...]:
        return tuple(thumb.ordinal for thumb in self.thumbs if not thumb.shown)


def every(span: ClipSpan, step: int) -> tuple[int, ...]:
    """The span's first frame and every `step`th after it, by ordinal."""
    if step < 1:
        raise ValueError(f"no step from frame to frame: {step}")
    return tuple(range(span.first, span.last + 1, step))


def evenly(
    index: FrameIndex, span: ClipSpan, count: int, *, including: Iterable[int] = ()
) -> tuple[int, ...]:
    """The frames on screen at `count` times as far apart from each other, by ordinal.

    The first and the last frame are among them; of 1, the first. Fewer where the span has fewer.
    Those of `including` that are in the span take the place of the one nearest to each, but not of
    the first and the last; so where there are many of them, there are more than `count`.
    """
    if count < 1:
        raise ValueError(f"no number of frames: {count}")
    lasts = index.time_of(span.last) - index.time_of(span.first)
    times = [
        index.time_of(span.first) + lasts * number // max(1, count - 1) for number in range(count)
    ]
    # By their numbers, as several frames can have the time of the first.
    found = {span.first, *([span.last] if count > 1 else [])}
    found |= {min(max(index.nearest(time), span.first), span.last) for time in times[1:-1]}
    wanted = {one for one in including if span.first <= one <= span.last}
    for one in sorted(wanted - found):
        others = found - wanted - {span.first, span.last}
        if others:
            found.remove(min(others, key=lambda other: abs(other - one)))
        found.add(one)
    return tuple(sorted(found))


def write_sheet(
    source: Source,
    ordinals: Sequence[int],
    out: Path,
    layout: SheetLayout | None = None,
    *,
    overlay: Overlay | None = None,
    captions: Captions | None = None,
    heading: Heading | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> WrittenSheet:
    """Writes those frames (rising, from `every` or `evenly`) in rows as PNG, whole or not at all.

    All places are of the first frame's shape. The overlay is asked for pictures of a thumbnail's
    size, `captions` for patches in the room of `caption_height` below each, `heading` for what
    stands above them all. The PNG says as text which frames of which footage it shows.
    Raises `ExchangeError` when the sheet would be too large or `out` cannot be written or is there
    already, `FootageError` when no frame can be decoded, `Cancelled` when asked to stop.
    """
    refuse_footage(out, source)
    if not ordinals or list(ordinals) != sorted(set(ordinals)):
        raise ValueError("a sheet needs frames, each once and in order")
    sheet = _Sheet(source.index, ordinals, layout or SheetLayout(), overlay, captions, heading)
    with reader_of(source) as reader:
        for number, ordinal in enumerate(ordinals):
            picture = _picture(reader, ordinal, cancelled)
            sheet.add(number, picture)
            if progress is not None:
                progress((number + 1) / len(ordinals))
    pixels = sheet.finished()
    data = with_texts(png_of(pixels), _texts(source, ordinals))
    return WrittenSheet(
        path=out,
        sha256=keep(data, out, source),
        size=len(data),
        width=pixels.shape[1],
        height=pixels.shape[0],
        layout=sheet.layout,
        thumbs=tuple(sheet.thumbs),
        doubtful=tuple(sheet.doubtful),
        notes=tuple(sheet.notes()),
    )


def _picture(reader: FrameReader, ordinal: int, cancelled: Asked | None) -> Picture | None:
    try:
        return reader.frame(ordinal, cancelled=cancelled)
    except FrameError:
        return None


def _texts(source: Source, ordinals: Sequence[int]) -> dict[str, str]:
    index = source.index
    first, last = (
        clock_text(index.time_of(one) - index.first_ns) for one in (ordinals[0], ordinals[-1])
    )
    return {
        "Title": f"{len(ordinals)} frames from {ordinals[0]} to {ordinals[-1]}",
        "Description": (
            f"Frames (from 0) of {source.path.name}, from {first} to {last} after its first: "
            f"{', '.join(map(str, ordinals))}"
        ),
        "Source": source.path.name,
        "Software": f"Bodycam Annotator {__version__}",
    }


class _Sheet:
    """A sheet on its way; what comes before the first frame that can be decoded is put in last."""

    def __init__(
        self,
        index: FrameIndex,
        ordinals: Sequence[int],
        layout: SheetLayout,
        overlay: Overlay | None,
        captions: Captions | None,
        heading: Heading | None,
    ) -> None:
        numbers = (layout.columns - 1, layout.thumb_width - LEAST_WIDTH, layout.caption_height)
        if min(*numbers, layout.gap) < 0:
            raise ExchangeError(
                "A sheet needs at least one column, and thumbnails at least "
                f"{LEAST_WIDTH} pixels wide."
            )
        self.layout, self.doubtful, self.thumbs = layout, list[int](), list[Thumb]()
        self._index, self._ordinals = index, ordinals
        self._overlay, self._captions, self._heading = overlay, captions, heading
        self._top = 0
        self._pixels: Pixels | None = None
        self._cell = (0, 0)
        self._missing: list[int] = []

    def add(self, number: int, picture: Picture | None) -> None:
        if picture is None:
            self._missing.append(number)
            return
        if self._pixels is None:
            self._pixels = self._begun(picture)
        if picture.doubtful:
            self.doubtful.append(picture.ordinal)
        x, y = self._corner(number)
        cell_width, cell_height = self._cell
        width, height = fitting(picture.width, picture.height, cell_width, cell_height)
        thumb = Thumb(
            ordinal=picture.ordinal,
            x=x + (cell_width - width) // 2,
            y=y + (cell_height - height) // 2,
            width=width,
            height=height,
            shown=True,
        )
        seen = self._seen(number, picture, width, height)
        small = overlaid(shrunk(picture.bgra, width, height), seen, self._overlay)
        self._pixels[thumb.y :, thumb.x :][:height, :width] = small
        if self._captions is not None and self.layout.caption_height:
            room = self._pixels[y + cell_height :, x:][: self.layout.caption_height, :cell_width]
            seen = self._seen(number, picture, cell_width, self.layout.caption_height)
            lay_over(room, self._captions(seen))
        self.thumbs.append(thumb)

    def finished(self) -> Pixels:
        """Raises `FootageError` when there is no frame."""
        if self._pixels is None:
            raise FootageError("None of the frames of the sheet can be decoded; choose others.")
        width, height = self._cell
        for number in self._missing:
            x, y = self._corner(number)
            self._pixels[y : y + height, x : x + width, :3] = MISSING_RGB[::-1]
            self.thumbs.append(
                Thumb(
                    ordinal=self._ordinals[number],
                    x=x,
                    y=y,
                    width=width,
                    height=height,
                    shown=False,
                )
            )
        self.thumbs.sort(key=lambda thumb: thumb.ordinal)
        return self._pixels

    def notes(self) -> list[str]:
        notes = []
        if self._missing:
            count = len(self._missing)
            notes.append(
                f"{count} frame{'s' * (count > 1)} cannot be decoded (first: frame "
                f"{self._ordinals[self._missing[0]]}); the place on the sheet is dark red."
            )
        if self.doubtful:
            notes.append(
                f"Frame {self.doubtful[0]} builds on damaged data and may be wrong in parts"
                + (f", as {len(self.doubtful) - 1} more." if len(self.doubtful) > 1 else ".")
            )
        return notes

    def _begun(self, first: Picture) -> Pixels:
        """The empty sheet. Raises `ExchangeError` when it would be too large."""
        layout, count = self.layout, len(self._ordinals)
        wide = layout.thumb_width
        self._cell = (wide, max(1, round(first.height * wide / first.width)))
        columns = min(layout.columns, count)
        rows = -(-count // columns)
        width = columns * (wide + layout.gap) + layout.gap
        heading = None if self._heading is None else self._heading(width)
        self._top = 0 if heading is None else heading.shape[0]
        height = rows * (self._cell[1] + layout.caption_height + layout.gap) + layout.gap
        height += self._top
        if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
            raise ExchangeError(
                f"A sheet of {count} frames would be {width}×{height} pixels, which few programs "
                "open. Choose fewer frames or smaller thumbnails."
            )
        sheet = np.empty((height, width, 4), dtype=np.uint8)
        sheet[...] = (*layout.background[::-1], 255)
        if heading is not None:
            lay_over(sheet, [Patch(x=0, y=0, rgba=heading)])
        return sheet

    def _corner(self, number: int) -> tuple[int, int]:
        layout = self.layout
        row, column = divmod(number, min(layout.columns, len(self._ordinals)))
        width, height = self._cell[0], self._cell[1] + layout.caption_height
        top = self._top + layout.gap
        return layout.gap + column * (width + layout.gap), top + row * (height + layout.gap)

    def _seen(self, number: int, picture: Picture, width: int, height: int) -> FrameInClip:
        run = Run(first=self._ordinals[0], last=self._ordinals[-1])
        starts = picture.time_ns - self._index.time_of(self._ordinals[0])
        return seen_of(
            self._index,
            picture,
            run,
            number=number,
            width=width,
            height=height,
            starts_ns=starts,
        )
