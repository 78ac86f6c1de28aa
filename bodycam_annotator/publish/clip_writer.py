"""Writes a clip: exactly the frames of its plan in their order, with their sound."""

import errno
import hashlib
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from av.video.frame import VideoFrame

from bodycam_annotator.atomic_file import replacing
from bodycam_annotator.errors import Cancelled, ExchangeError, FrameError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Display, Kept, Pixels
from bodycam_annotator.media.sound_blocks import Places, Samples
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.blending import Blender, Patch, planes_of
from bodycam_annotator.publish.captions import Caption, Cue, cues_of, cut_to
from bodycam_annotator.publish.clip_container import ClipContainer, Encoders
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form, Quality
from bodycam_annotator.publish.clip_picture import ClipShape, Pictures, shape_of
from bodycam_annotator.publish.clip_plan import (
    Card,
    ClipFrame,
    ClipPlan,
    Segment,
    cannot_begin,
    plan_clip,
    without,
)
from bodycam_annotator.publish.clip_sound import Lacking, sound_of
from bodycam_annotator.publish.reading_ahead import ahead_of

AHEAD = 6
"""Pictures that are decoded before the encoder asks for them."""

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


_H264 = {Quality.HIGH: 0.08, Quality.GOOD: 0.05, Quality.SMALL: 0.025}
BYTES_PER_PIXEL: Mapping[tuple[Form, Quality], float] = {
    (form, quality): {Form.MP4: _H264[quality], Form.FFV1: 1.0, Form.PRORES: 0.6}[form]
    for form in Form
    for quality in Quality
}
"""More than footage with much noise takes: H.264 about twice, ProRes a third."""

SOUND_BYTES = 6
"""To a sample, of two channels of 24 bits."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A footage to make clips of. `track`: the sound they have, None for none.

    `places` of the track, from `places_of` or a `SoundShape`, spare decoding the sound from its
    beginning for each clip.
    """

    path: Path
    index: FrameIndex
    track: AudioTrack | None = None
    places: Places | None = None


def _no_pixels() -> Pixels | None:
    return None


@dataclass(frozen=True, kw_only=True)
class FrameInClip:
    """A picture of a clip that is about to be written, or shown before it is.

    `width`, `height`: of the picture as displayed. `starts_ns`: when it is shown, from the clip's
    beginning. `pixels` gives (height, width, 4) BGRA of the footage's frame as displayed, None for
    a card; it takes some milliseconds. On sheets and previews it is larger than `width` and
    `height`.
    """

    frame: ClipFrame
    segment: Segment
    starts_ns: int
    width: int
    height: int
    pixels: Callable[[], Pixels | None] = field(default=_no_pixels, repr=False)


def frame_in_clip(
    plan: ClipPlan,
    frame: ClipFrame,
    *,
    width: int,
    height: int,
    pixels: Callable[[], Pixels | None] = _no_pixels,
) -> FrameInClip:
    """What an overlay is asked with for that picture of a plan."""
    return FrameInClip(
        frame=frame,
        segment=plan.segments[frame.segment],
        starts_ns=plan.starts_ns(frame),
        width=width,
        height=height,
        pixels=pixels,
    )


class Overlay(Protocol):
    """What is laid over the pictures of a clip."""

    def patches(self, frame: FrameInClip) -> Sequence[Patch]:
        """In the order in which they are laid one over another. Called once for each picture, in
        order, by the thread that writes. The same `Patch` again costs least."""
        ...


@dataclass(frozen=True, kw_only=True)
class WrittenClip:
    """What was written. `plan` holds the pictures that the clip really has.

    `lacking`: samples of the plan's parts that the track does not have, as first and end.
    `left_out`: ordinals that could not be decoded; `doubtful`: those that build on damaged data.
    """

    path: Path
    sha256: str
    size: int
    settings: ClipSettings
    plan: ClipPlan
    shape: ClipShape
    encoders: Encoders
    cues: tuple[Cue, ...]
    lacking: tuple[tuple[int, int], ...]
    left_out: tuple[int, ...]
    doubtful: tuple[int, ...]
    notes: tuple[str, ...]


def write_clip(
    source: Source,
    segments: Sequence[Segment],
    out: Path,
    settings: ClipSettings,
    *,
    overlay: Overlay | None = None,
    captions: Sequence[Caption] = (),
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> WrittenClip:
    """Writes the segments one after another to `out`, whole or not at all.

    `captions` become a track of text, which players show or hide.
    Raises `FootageError` when the footage cannot be read or a clip's first frame cannot be
    decoded, `ExchangeError` when `out` cannot be written or is there already, or cannot show a
    picture for as long, `Cancelled` when asked to stop, `ValueError` for segments that are none
    (see `plan_clip`).
    """
    track = source.track if settings.sound else None
    plan = plan_clip(source.index, segments, FORMS[settings.form], track)
    cues, cut = cut_to(cues_of(plan, captions), FORMS[settings.form].text_bytes)
    refuse_footage(out, source)
    try:
        with replacing(out, anew=True) as file:
            writing = _Writing(source, plan, settings, overlay, progress, cancelled)
            written = writing.write(file, cues)
            file.flush()
            sha256, size = hash_of(file)
        if progress is not None:
            progress(1.0)
    except OSError as error:
        raise unwritable(out, error) from error
    final = without(plan, frozenset(written.missing))
    return WrittenClip(
        path=out,
        sha256=sha256,
        size=size,
        settings=settings,
        plan=final,
        shape=written.shape,
        encoders=written.encoders,
        cues=cues,
        lacking=tuple(written.lacking.spans),
        left_out=tuple(sorted({_ordinal(plan, number) for number in written.missing})),
        doubtful=tuple(sorted(written.doubtful)),
        notes=(
            *plan.notes,
            *written.shape.notes,
            *_lost(written, plan),
            *written.lacking.notes(1 if plan.sound is None else plan.sound.rate),
            *_cut_off(written.cut_off),
            *cut,
        ),
    )


def refuse_footage(out: Path, source: Source) -> None:
    """Raises `ExchangeError` where `out` is the footage itself, which is never changed."""
    with suppress(OSError):
        if out.samefile(source.path):
            raise ExchangeError(f"{out} is the footage itself; choose another name.")


def unwritable(out: Path, error: OSError) -> ExchangeError:
    why = error.strerror or str(error)
    advice = "Choose another folder or name."
    if error.errno == errno.EEXIST:
        return ExchangeError(
            f"{out.name} is there by now: another export made it meanwhile. Nothing is replaced; "
            "make it again, and it gets another name."
        )
    if error.errno in FULL:
        advice = "Free some space there, or choose another folder."
    return ExchangeError(f"{out} cannot be written: {why}. {advice}")


def likely_bytes(
    pictures: int, width: int, height: int, samples: int, settings: ClipSettings
) -> int:
    """About how large a clip of so many pictures of that size, and samples of sound, becomes;
    rather too much than too little."""
    pixels = width * height * pictures
    picture_bytes = int(pixels * BYTES_PER_PIXEL[settings.form, settings.quality])
    return picture_bytes + samples * SOUND_BYTES + 1_000_000


@dataclass(frozen=True, kw_only=True)
class _Result:
    shape: ClipShape
    encoders: Encoders
    missing: list[int]
    doubtful: set[int]
    scaled: int
    lacking: Lacking
    cut_off: int


@dataclass(frozen=True, kw_only=True)
class _Made:
    """A picture before anything is laid over it; none where the frame cannot be decoded."""

    frame: ClipFrame
    kept: Kept | None
    picture: VideoFrame | None


class _Decoding:
    """Reads the plan's frames and makes pictures of them, in a thread of its own."""

    def __init__(self, reader: FrameReader, plan: ClipPlan, settings: ClipSettings) -> None:
        self._reader, self._plan, self._settings = reader, plan, settings
        self._pending: dict[int, Kept] = {}
        self._pictures: Pictures | None = None
        self.cancelled: Asked | None = None

    def shape(self) -> ClipShape:
        """That of the first frame of the footage that the clip shows."""
        ordinal = next(one.ordinal for one in self._plan.frames if one.ordinal is not None)
        first = self._kept(ordinal)
        shape = shape_of(first, self._reader.aspect, FORMS[self._settings.form])
        self._pending[ordinal] = first
        self._pictures = Pictures(shape)
        return shape

    @property
    def scaled(self) -> int:
        return 0 if self._pictures is None else self._pictures.scaled

    def pictures(self) -> Iterator[_Made]:
        assert self._pictures is not None
        for frame in self._plan.frames:
            segment = self._plan.segments[frame.segment]
            if isinstance(segment, Card):
                yield _Made(frame=frame, kept=None, picture=self._pictures.card(segment.draw))
                continue
            assert frame.ordinal is not None
            try:
                kept = self._kept(frame.ordinal)
            except FrameError:
                yield _Made(frame=frame, kept=None, picture=None)
                continue
            yield _Made(frame=frame, kept=kept, picture=self._pictures.picture(kept))

    def _kept(self, ordinal: int) -> Kept:
        """One packet may bring out several frames, so those that come too early wait."""
        for early in [one for one in self._pending if one < ordinal]:
            del self._pending[early]
        if ordinal not in self._pending:
            self._pending.clear()
            for found, kept in self._reader.frames_to(ordinal, cancelled=self.cancelled):
                if found >= ordinal:
                    self._pending[found] = kept
        return self._pending[ordinal]


class _Writing:
    """One clip on its way into a file."""

    def __init__(
        self,
        source: Source,
        plan: ClipPlan,
        settings: ClipSettings,
        overlay: Overlay | None,
        progress: Progress | None,
        cancelled: Asked | None,
    ) -> None:
        self._source, self._plan, self._settings = source, plan, settings
        self._overlay, self._progress, self._cancelled = overlay, progress, cancelled
        self._missing: list[int] = []
        self._doubtful: set[int] = set()
        self._lacking = Lacking()

    def write(self, file: BinaryIO, cues: Sequence[Cue]) -> _Result:
        with closing(FrameReader(self._source.path, self._source.index, cache_bytes=1)) as reader:
            decoding = _Decoding(reader, self._plan, self._settings)
            decoding.cancelled = self._cancelled
            shape = decoding.shape()
            track = None if self._plan.sound is None else self._source.track
            container = ClipContainer(file, self._plan, self._settings, shape, track, cues)
            try:
                with (
                    closing(self._sound()) as sound,
                    ahead_of(decoding.pictures(), depth=AHEAD, name="clip-decoder") as made,
                ):
                    self._feed(container, made, sound, Display(reader.aspect))
                container.finish()
            except BaseException:
                with suppress(Exception):
                    container.close()
                raise
        return _Result(
            shape=shape,
            encoders=container.encoders,
            missing=self._missing,
            doubtful=self._doubtful,
            scaled=decoding.scaled,
            lacking=self._lacking,
            cut_off=container.cut_off,
        )

    def _feed(
        self,
        container: ClipContainer,
        made: Iterator[_Made],
        sound: Iterator[Samples],
        display: Display,
    ) -> None:
        shape = container.shape
        blender = Blender(shape.kind, width=shape.width, height=shape.height)
        waiting: tuple[ClipFrame, VideoFrame] | None = None
        for one in made:
            self._go_on(one.frame.number)
            if one.picture is None:
                self._miss(one.frame, waiting is None or waiting[0].segment != one.frame.segment)
                continue
            if one.kept is not None and one.kept.doubtful and one.frame.ordinal is not None:
                self._doubtful.add(one.frame.ordinal)
            self._lay(one, blender, display, shape)
            if waiting is not None:
                # Only now is it known how long it is shown.
                container.add_picture(*waiting, until=one.frame.pts)
                container.add_sound(sound, until=one.frame.pts)
            waiting = (one.frame, one.picture)
        if waiting is not None:
            container.add_picture(*waiting, until=self._plan.end)
        container.add_sound(sound, until=None)

    def _lay(self, one: _Made, blender: Blender, display: Display, shape: ClipShape) -> None:
        if self._overlay is None or one.picture is None:
            return
        pixels = _no_pixels if one.kept is None else partial(display.pixels, one.kept)
        seen = frame_in_clip(
            self._plan, one.frame, width=shape.width, height=shape.height, pixels=pixels
        )
        blender.blend(planes_of(one.picture), self._overlay.patches(seen))

    def _sound(self) -> Generator[Samples]:
        if self._source.track is None or self._plan.sound is None:
            return
        yield from sound_of(
            self._source.path,
            self._source.track,
            self._plan.sound,
            places=self._source.places,
            cancelled=self._cancelled,
            lacking=self._lacking,
        )

    def _miss(self, frame: ClipFrame, is_first: bool) -> None:
        self._missing.append(frame.number)
        if is_first:
            raise cannot_begin(frame, self._plan.segments[frame.segment])

    def _go_on(self, number: int) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if self._progress is not None:
            self._progress(number / len(self._plan.frames))


def hash_of(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 and size of all that was written so far."""
    digest = hashlib.sha256()
    with os.fdopen(os.dup(file.fileno()), "rb") as again:
        again.seek(0)
        size = 0
        while block := again.read(1 << 20):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def _ordinal(plan: ClipPlan, number: int) -> int:
    ordinal = plan.frames[number].ordinal
    assert ordinal is not None
    return ordinal


def _lost(written: _Result, plan: ClipPlan) -> Iterator[str]:
    if written.missing:
        lost = sorted({_ordinal(plan, number) for number in written.missing})
        yield (
            f"{len(lost)} frame{'s' * (len(lost) > 1)} cannot be decoded and "
            f"{'are' if len(lost) > 1 else 'is'} not in the clip (first: frame {lost[0]}); the "
            "one before is shown longer."
        )
    if written.scaled:
        yield (
            f"{written.scaled} frame{'s' * (written.scaled > 1)} of another size than the first "
            f"{'were' if written.scaled > 1 else 'was'} scaled to its size."
        )
    if written.doubtful:
        count = len(written.doubtful)
        yield (
            f"{count} frame{'s' * (count > 1)} build{'s' * (count == 1)} on damaged data and may "
            "be wrong in parts."
        )


def _cut_off(samples: int) -> Iterator[str]:
    if samples:
        yield (
            f"{samples} sample{'s are' if samples > 1 else ' is'} louder than full scale once "
            f"decoded and {'were' if samples > 1 else 'was'} cut off there, as players do."
        )
