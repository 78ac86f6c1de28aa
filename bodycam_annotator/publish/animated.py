"""Animated previews: a span as WebP or GIF that is never larger than was agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bodycam_annotator.errors import ExchangeError, FootageError, FrameError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.image_files import fitting, shrunk
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.animation_file import (
    MOST_TICKS,
    TICKS,
    Animation,
    animation,
)
from bodycam_annotator.publish.clip_forms import AnimationForm
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_span import ClipSpan
from bodycam_annotator.publish.clip_writer import Overlay, Source, refuse_footage
from bodycam_annotator.publish.single_pictures import keep, overlaid, seen_of
from bodycam_annotator.publish.stills import reader_of
from bodycam_annotator.timing import ns_to_ticks, ticks_to_ns

LIMIT_BYTES = 10_000_000
"""10 MB as mail and web pages count it."""

MOST_FRAMES = 600
"""Of a preview: viewers keep all of them in memory, decoded."""

SHORTEST_TICKS = {AnimationForm.WEBP: 11, AnimationForm.GIF: 2}
"""Browsers show for 100 ms what is to be shown for 10 ms or less."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """`longest`: pixels of the longer side at most. `every`: one of so many frames is shown."""

    longest: int
    every: int


STEPS = tuple(
    Step(longest=longest, every=every)
    for longest, every in (
        *((640, 1), (480, 1), (480, 2), (360, 2), (360, 3), (320, 4)),
        *((320, 6), (240, 8), (240, 12), (160, 16), (160, 32), (160, 64)),
    )
)
"""In the order in which they are tried; the first that keeps the limit is taken."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A step that was not taken, and why not."""

    step: Step
    why: str


@dataclass(frozen=True, kw_only=True)
class PreviewFrame:
    """`starts` and `lasts` in ticks of the preview."""

    ordinal: int
    starts: int
    lasts: int


@dataclass(frozen=True, kw_only=True)
class WrittenPreview:
    """`left_out`: ordinals that could not be decoded, of those that were to be shown."""

    path: Path
    sha256: str
    size: int
    form: AnimationForm
    width: int
    height: int
    time_base: Fraction
    span: ClipSpan
    step: Step
    tried: tuple[Tried, ...]
    frames: tuple[PreviewFrame, ...]
    left_out: tuple[int, ...]
    doubtful: tuple[int, ...]
    notes: tuple[str, ...]


def write_preview(
    source: Source,
    span: ClipSpan,
    out: Path,
    form: AnimationForm,
    *,
    limit: int = LIMIT_BYTES,
    overlay: Overlay | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> WrittenPreview:
    """Writes the span as an animation of at most `limit` bytes, whole or not at all.

    Tries `STEPS` one after another. Each frame is shown until the next that is; times are rounded
    to what the format keeps, each from the beginning, so that they do not add up. The overlay is
    asked for pictures of the preview's size.
    Raises `ExchangeError` when no step keeps the limit or `out` cannot be written or is there
    already, `FootageError` when no frame can be decoded, `Cancelled` when asked to stop.
    """
    refuse_footage(out, source)
    tried: list[Tried] = []
    with reader_of(source) as reader:
        trying = _Trying(reader, span, form, limit, overlay, cancelled)
        for number, step in enumerate(STEPS):
            trying.progress = _part(progress, number)
            try:
                made = trying.try_step(step)
            except _NotThis as reason:
                tried.append(Tried(step=step, why=str(reason)))
                continue
            data, frames = made
            sha256 = keep(data, out, source)
            if progress is not None:
                progress(1.0)
            break
        else:
            raise ExchangeError(
                f"A preview of {len(span)} frames does not keep to {limit / 1e6:g} MB and "
                f"{MOST_FRAMES} pictures even at the smallest step. Choose a shorter span, or a "
                "clip."
            )
    return WrittenPreview(
        path=out,
        sha256=sha256,
        size=len(data),
        form=form,
        width=trying.size[0],
        height=trying.size[1],
        time_base=Fraction(1, TICKS[form]),
        span=span,
        step=step,
        tried=tuple(tried),
        frames=frames,
        left_out=tuple(sorted(trying.missing)),
        doubtful=tuple(sorted({one.ordinal for one in frames} & trying.doubtful)),
        notes=(
            *_notes(source.index, span, step, form, frames, trying.missing),
            *trying.notes(frames),
        ),
    )


def frames_at(
    index: FrameIndex, span: ClipSpan, form: AnimationForm, every: int, missing: frozenset[int]
) -> tuple[PreviewFrame, ...]:
    """One of `every` frames of the span with its times; those that follow too soon are left out."""
    base = Fraction(1, TICKS[form])
    least = SHORTEST_TICKS[form]
    ordinals = [n for n in range(span.first, span.last + 1, every) if n not in missing]
    if not ordinals:
        return ()
    began = index.time_of(ordinals[0])
    starts: list[tuple[int, int]] = []
    for ordinal in ordinals:
        tick = ns_to_ticks(index.time_of(ordinal) - began, base)
        if not starts or tick - starts[-1][1] >= least:
            starts.append((ordinal, tick))
    end = max(ns_to_ticks(span.end_ns - began, base), starts[-1][1] + least)
    ends = [tick for _, tick in starts[1:]] + [end]
    return tuple(
        PreviewFrame(ordinal=ordinal, starts=tick, lasts=until - tick)
        for (ordinal, tick), until in zip(starts, ends, strict=True)
    )


class _NotThis(Exception):
    """Why a step is not taken."""


class _Trying:
    """Makes the preview at one step after another.

    Attributes:
        size: width and height of the preview as it was last tried.
        missing: ordinals that were found not to come out of the decoder.
    """

    def __init__(
        self,
        reader: FrameReader,
        span: ClipSpan,
        form: AnimationForm,
        limit: int,
        overlay: Overlay | None,
        cancelled: Asked | None,
    ) -> None:
        self._reader, self._span, self._form, self._limit = reader, span, form, limit
        self._overlay, self._cancelled = overlay, cancelled
        self._known: tuple[tuple[int, int], tuple[PreviewFrame, ...]] | None = None
        self.progress: Progress | None = None
        self.size = (0, 0)
        self.missing: set[int] = set()
        self.doubtful: set[int] = set()
        self._given = (0, 0)
        self._scaled: set[int] = set()

    def notes(self, frames: Sequence[PreviewFrame]) -> Iterator[str]:
        """On the pictures themselves, of those frames."""
        shown = {frame.ordinal for frame in frames}
        for found, what in (
            (self._scaled & shown, "of another size than the first, scaled to its shape"),
            (self.doubtful & shown, "that build on damaged data and may be wrong in parts"),
        ):
            if found:
                yield f"Frames {what}: {len(found)} (first: frame {min(found)})."

    def try_step(self, step: Step) -> tuple[bytes, tuple[PreviewFrame, ...]]:
        """The whole file and what it shows. Raises `_NotThis`, and as `write_preview`."""
        while True:
            frames = frames_at(
                self._reader.index, self._span, self._form, step.every, frozenset(self.missing)
            )
            self._refuse(frames)
            found = len(self.missing)
            data = self._encoded(step, frames)
            if len(self.missing) == found:
                assert data is not None
                return data, frames

    def _refuse(self, frames: Sequence[PreviewFrame]) -> None:
        if not frames:
            raise FootageError("No frame of the preview can be decoded; choose another span.")
        if len(frames) > MOST_FRAMES:
            raise _NotThis(f"more than {MOST_FRAMES} frames")
        most = MOST_TICKS[self._form]
        for frame in frames:
            if frame.lasts > most:
                raise ExchangeError(
                    f"Frame {frame.ordinal} would be shown for longer than the "
                    f"{most // TICKS[self._form]} s that {self._form.name} can; "
                    "choose another span."
                )

    def _encoded(self, step: Step, frames: Sequence[PreviewFrame]) -> bytes | None:
        """None when a frame could not be decoded: the times of the others change then."""
        made: Animation | None = None
        found = len(self.missing)
        for number, frame in enumerate(frames):
            try:
                picture = self._reader.frame(frame.ordinal, cancelled=self._cancelled)
            except FrameError:
                self.missing.add(frame.ordinal)
                continue
            if len(self.missing) > found:
                continue
            if made is None:
                made = self._begun(picture, step, frames)
            self._add(made, picture, number, frame)
            if made.size > self._limit:
                raise _NotThis(f"more than {self._limit} bytes")
            if self.progress is not None:
                self.progress((number + 1) / len(frames))
        if made is None or len(self.missing) > found:
            return None
        data = made.finished()
        if len(data) > self._limit:
            raise _NotThis(f"more than {self._limit} bytes")
        return data

    def _begun(self, first: Picture, step: Step, frames: Sequence[PreviewFrame]) -> Animation:
        """Raises `_NotThis` when the same was tried at a larger step, as the footage is small."""
        self._given = (first.width, first.height)
        self.size = fitting(first.width, first.height, step.longest, step.longest)
        asked = (self.size, tuple(frames))
        if asked == self._known:
            raise _NotThis("the same as the one before")
        self._known = asked
        last = frames[-1]
        return animation(self._form, *self.size, last=last.starts, end=last.starts + last.lasts)

    def _add(self, made: Animation, picture: Picture, number: int, frame: PreviewFrame) -> None:
        if picture.doubtful:
            self.doubtful.add(frame.ordinal)
        if (picture.width, picture.height) != self._given:
            self._scaled.add(frame.ordinal)
        width, height = self.size
        seen = seen_of(
            self._reader.index,
            picture,
            Run(first=self._span.first, last=self._span.last),
            number=number,
            width=width,
            height=height,
            starts_ns=ticks_to_ns(frame.starts, Fraction(1, TICKS[self._form])),
        )
        made.add(overlaid(shrunk(picture.bgra, width, height), seen, self._overlay), frame.starts)


def _part(progress: Progress | None, number: int) -> Progress | None:
    """Of a step that may not be the last: half of what is left is kept for those after it."""
    if progress is None:
        return None
    done, room = 1 - 0.5**number, 0.5 ** (number + 1)
    return lambda share: progress(done + room * share)


def _notes(
    index: FrameIndex,
    span: ClipSpan,
    step: Step,
    form: AnimationForm,
    frames: Sequence[PreviewFrame],
    missing: set[int],
) -> list[str]:
    base = Fraction(1, TICKS[form])
    notes = []
    if len(frames) < len(span):
        every = f" (one of {step.every})" if step.every > 1 else ""
        notes.append(
            f"The preview shows {len(frames)} of the {len(span)} frames{every}; each is shown "
            "until the next that is."
        )
    began = index.time_of(frames[0].ordinal)
    off = [
        abs(ticks_to_ns(one.starts, base) - (index.time_of(one.ordinal) - began)) for one in frames
    ]
    moved = sum(1 for one in off if one)
    if moved:
        notes.append(
            f"{form.name} keeps times to {base} s: {moved} of {len(frames)} frames begin up to "
            f"{max(off) / 1e6:.3g} ms beside their time."
        )
    if missing:
        notes.append(
            f"{len(missing)} frame{'s' * (len(missing) > 1)} cannot be decoded (first: frame "
            f"{min(missing)}); the one before is shown longer."
        )
    return notes
