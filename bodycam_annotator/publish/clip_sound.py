"""The sound of a clip: the track's own samples, all channels, cut where the clip is."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame

from bodycam_annotator.errors import Cancelled
from bodycam_annotator.media.audio import (
    AudioTrack,
    at_rate,
    decoded_frames,
    placed_frames,
    samples_of,
)
from bodycam_annotator.media.container import open_media
from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.media.sound_blocks import (
    PlacedSound,
    Places,
    Samples,
    audio_stream,
    stamp_of,
)
from bodycam_annotator.progress import Asked
from bodycam_annotator.publish.clip_plan import SoundPlan
from bodycam_annotator.timing import NS, samples_to_ns, seconds_text

EARLY_NS = 400_000_000
"""Decoding begins this much before: AAC and MP3 need the packet before to get one right."""

SILENCE = 65536
"""Most samples of silence in one block."""


UNHEARD = "The footage has no sound for"
"""How the note begins on what the footage does not have."""


@dataclass
class Lacking:
    """Which samples of a span of the track the track does not have.

    `spans`: first and end of each stretch, counted as those of `samples_of_track`.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def samples(self) -> int:
        return sum(end - first for first, end in self.spans)

    def add(self, first: int, end: int) -> None:
        if end > first:
            self.spans.append((first, end))

    def notes(self, rate: int) -> Iterator[str]:
        """A sentence for the account; none where nothing is lacking."""
        if self.samples:
            lasts = seconds_text(samples_to_ns(self.samples, rate))
            yield (f"{UNHEARD} {lasts} s of the span ({self.samples} samples); there it is silent.")


def places_of(path: Path, track: AudioTrack, *, cancelled: Asked | None = None) -> Places:
    """Where each frame of the track lies, from one decoding of it all.

    Many clips of one footage then begin to decode where they are, and get the same samples but for
    the noise that AAC's decoders make up.
    """
    with open_media(path) as container:
        sound = PlacedSound(audio_stream(container, path, track))
        for _ in sound.blocks():
            if cancelled is not None and cancelled():
                raise Cancelled
        return sound.places()


def sound_of(
    path: Path,
    track: AudioTrack,
    plan: SoundPlan,
    *,
    places: Places | None = None,
    cancelled: Asked | None = None,
    lacking: Lacking | None = None,
) -> Generator[Samples]:
    """(channels, n) blocks, `plan.samples` in all; where the track has none there is silence.

    Sample for sample those that `samples_between` gives the mean of.
    """
    at = 0
    for part in plan.parts:
        yield from _silence(track.channels, part.at - at)
        yield from samples_of_track(
            path,
            track,
            part.first,
            part.end,
            places=places,
            cancelled=cancelled,
            lacking=lacking,
        )
        at = part.at + part.end - part.first
    yield from _silence(track.channels, plan.samples - at)


def samples_of_track(
    path: Path,
    track: AudioTrack,
    first: int,
    end: int,
    *,
    places: Places | None = None,
    cancelled: Asked | None = None,
    lacking: Lacking | None = None,
) -> Generator[Samples]:
    """(channels, n) blocks of the samples `first` to before `end`, counted from the track's start.

    Silence where there is none, which `lacking` tells. Without `places` all is decoded from the
    track's beginning, as containers that round times do not tell which sample a frame begins with.
    Raises `FootageError` when the file cannot be read, `Cancelled` when asked to stop.
    """
    if end <= first:
        return
    known = None if places is None or places.rewinds else places
    with closing(_frames(path, track, first, known)) as frames:
        begun = next(frames, None)
        if known is None or (begun is not None and _is_early(begun, first)):
            placed = frames if begun is None else _again(begun, frames)
            yield from _filled(placed, track.channels, first, end, cancelled, lacking or Lacking())
            return
    yield from samples_of_track(path, track, first, end, cancelled=cancelled, lacking=lacking)


Placed = tuple[int, Samples]


def _frames(path: Path, track: AudioTrack, first: int, places: Places | None) -> Generator[Placed]:
    with open_media(path) as container:
        stream = audio_stream(container, path, track)
        if places is None:
            for frame, at in placed_frames(stream):
                yield at, _channels(frame, track)
            return
        start_ns = SampleClock(start_ns=track.start_ns, rate=track.rate).time_of(first)
        if start_ns > track.start_ns + EARLY_NS and stream.time_base:
            ticks = int((start_ns - EARLY_NS) / NS / stream.time_base)
            container.seek(ticks, stream=stream)
        for frame in decoded_frames(stream):
            yield places.sample_at(stamp_of(frame)), _channels(frame, track)


def _channels(frame: AudioFrame, track: AudioTrack) -> Samples:
    """(channels of the track, n): a frame with fewer leaves the others silent."""
    samples = at_rate(samples_of(frame), frame.sample_rate, track.rate)
    if len(samples) == track.channels:
        return samples
    given = np.zeros((track.channels, samples.shape[1]), dtype=np.float32)
    shared = min(len(samples), track.channels)
    given[:shared] = samples[:shared]
    return given


def _is_early(begun: Placed, first: int) -> bool:
    """Whether the frame that decoding begins with, which may lack what it builds on, is spare."""
    at, samples = begun
    return at <= max(0, first - 2 * int(samples.shape[1]))


def _again(first: Placed, rest: Iterable[Placed]) -> Iterator[Placed]:
    yield first
    yield from rest


def _filled(
    frames: Iterable[Placed],
    channels: int,
    first: int,
    end: int,
    cancelled: Asked | None,
    lacking: Lacking,
) -> Iterator[Samples]:
    """What lies between, without a gap; where frames overlap, the first one is heard."""
    reached = first
    for at, samples in frames:
        if cancelled is not None and cancelled():
            raise Cancelled
        if at >= end:
            break
        begin, until = max(at, reached), min(at + samples.shape[1], end)
        if begin < until:
            lacking.add(reached, begin)
            yield from _silence(channels, begin - reached)
            yield samples[:, begin - at : until - at]
            reached = until
    lacking.add(reached, end)
    yield from _silence(channels, end - reached)


def _silence(channels: int, count: int) -> Iterator[Samples]:
    while count > 0:
        length = min(count, SILENCE)
        yield np.zeros((channels, length), dtype=np.float32)
        count -= length
