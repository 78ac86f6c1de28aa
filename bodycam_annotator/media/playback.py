"""The samples of a sound track from any time on, or of a span of it, as they are played."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import AudioTrack, Span, placed_frames, start_of
from bodycam_annotator.media.container import open_container, open_media, read_only
from bodycam_annotator.media.listening_filters import (
    RATE,
    Hearing,
    Samples,
    heard_as,
    stretched_length,
)
from bodycam_annotator.timing import NS, ns_to_samples

PLAYBACK_RATE = RATE
PLAYBACK_CHANNELS = 2

SEEK_MARGIN_NS = 200_000_000
"""Decoding begins this much early: AAC and MP3 need the packet before to get one right."""

BLOCK = 8192
"""Most samples of silence in one block, however late a sound begins."""

Channels = Literal["all", "mix"] | int
"""What of a track is played: all channels as they are, all in both ears, or only that one."""

KEPT_SAMPLES = 60 * PLAYBACK_RATE
"""A span that sounds no longer than this is kept while it is played again and again (11 MB)."""

AS_IT_IS = Hearing()


def samples_from(
    path: Path,
    track: AudioTrack,
    *,
    time_ns: int,
    channels: Channels = "all",
    hearing: Hearing = AS_IT_IS,
) -> Generator[Samples]:
    """Blocks (samples, 2) at 48 kHz; the first sample sounds at `time_ns`.

    Zeros stand where the file has no sound, also before its first sample. Ends with the track.
    The file stays open until the iterator is exhausted or closed.
    """
    return heard_as(_as_recorded(path, track, time_ns=time_ns, channels=channels), hearing)


def samples_of_span(
    path: Path,
    track: AudioTrack,
    span: Span,
    *,
    channels: Channels = "all",
    hearing: Hearing = AS_IT_IS,
    loops: bool = False,
    from_ns: int | None = None,
) -> Generator[Samples]:
    """Blocks (samples, 2) at 48 kHz from the span's first sample to its last, and none else.

    As many as the span has, at `hearing.speed`, also where the track ends before. With `loops`
    again and again, without a gap and without end; the first time `from_ns` on.
    """

    def once(start_ns: int) -> Generator[Samples]:
        recorded = _as_recorded(path, track, time_ns=start_ns, channels=channels)
        return heard_as(_exactly(recorded, span_samples((start_ns, span[1]))), hearing)

    def again() -> Generator[Samples]:
        with closing(once(span[0] if from_ns is None else from_ns)) as first:
            yield from first
        if loops:
            kept = stretched_length(span_samples(span), hearing.speed) <= KEPT_SAMPLES
            yield from _endlessly(lambda: once(span[0]), kept=kept)

    return again()


def span_samples(span: Span) -> int:
    """Samples at the playback rate from the span's start to its end; at least one."""
    return max(ns_to_samples(span[1] - span[0], PLAYBACK_RATE), 1)


def _endlessly(once: Callable[[], Generator[Samples]], *, kept: bool) -> Generator[Samples]:
    blocks = []
    with closing(once()) as first:
        for block in first:
            if kept:
                blocks.append(block)
            yield block
    while True:
        if blocks:
            yield from blocks
        else:
            with closing(once()) as further:
                yield from further


def _exactly(blocks: Generator[Samples], samples: int) -> Generator[Samples]:
    """The first `samples` of them, followed by zeros where there are fewer."""
    left = samples
    with closing(blocks):
        for block in blocks:
            yield block[:left]
            left -= min(len(block), left)
            if not left:
                return
    yield from _nothing(left)


class PlaceReader:
    """A track of a file that stays open, to be read here and there. To be closed.

    Raises `FootageError` where the file cannot be read.
    """

    def __init__(
        self,
        path: Path,
        track: AudioTrack,
        *,
        channels: Channels = "all",
        hearing: Hearing = AS_IT_IS,
    ) -> None:
        self._path, self._track, self._channels, self._hearing = path, track, channels, hearing
        self._container: InputContainer | None = None

    def read(self, time_ns: int, samples: int) -> Samples:
        """(`samples`, 2) from that time on, at the playback rate."""
        # The very beginning is reached without seeking, which not every format does back to it.
        if self._container is not None and not _is_sought(self._track, time_ns):
            self.close()
        if self._container is None:
            self._container = open_container(self._path)
        recorded = _from_container(
            self._container, self._track, time_ns=time_ns, channels=self._channels
        )
        try:
            blocks = list(heard_as(_exactly(recorded, samples), self._hearing))
        except av.FFmpegError as error:
            raise FootageError(f"{self._path} cannot be read there: {error.strerror}.") from error
        return np.concatenate(blocks)

    def close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None


def _as_recorded(
    path: Path, track: AudioTrack, *, time_ns: int, channels: Channels
) -> Generator[Samples]:
    with open_media(path) as container:
        yield from _from_container(container, track, time_ns=time_ns, channels=channels)


def _is_sought(track: AudioTrack, time_ns: int) -> bool:
    return time_ns > track.start_ns + SEEK_MARGIN_NS


def _from_container(
    container: InputContainer, track: AudioTrack, *, time_ns: int, channels: Channels
) -> Generator[Samples]:
    stream = container.streams[track.stream]
    assert isinstance(stream, AudioStream)
    read_only(stream)
    if _is_sought(track, time_ns) and stream.time_base:
        ticks = int((time_ns - SEEK_MARGIN_NS) / NS / stream.time_base)
        container.seek(ticks, stream=stream)
    stereo = _Stereo(channels)
    begins: int | None = None
    # Sample numbers count from `time_ns` at the playback rate.
    given = 0
    for frame, placed in placed_frames(stream):
        if begins is None:
            begins = ns_to_samples(round(start_of(frame) * NS) - time_ns, PLAYBACK_RATE)
            rate = frame.sample_rate
        at = begins + round(Fraction(placed * PLAYBACK_RATE, rate))
        for block in stereo.blocks(frame):
            yield from _nothing(at - given)
            given = max(given, at)
            fresh = block[max(0, given - at) :]
            at += len(block)
            if len(fresh):
                given += len(fresh)
                yield fresh


def _nothing(samples: int) -> Iterator[Samples]:
    """Blocks of zeros, `samples` long in all."""
    while samples > 0:
        yield np.zeros((min(samples, BLOCK), PLAYBACK_CHANNELS), dtype=np.int16)
        samples -= BLOCK


class _Stereo:
    """Turns frames into blocks (samples, 2) at the playback rate, whatever each one is.

    A channel is picked behind the resampler, which treats each channel by itself, so that it is
    the same to the sample however it is listened to.
    """

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._resampler: AudioResampler | None = None
        self._shape: tuple[str, str, int] | None = None

    def blocks(self, frame: AudioFrame) -> list[Samples]:
        shape = frame.format.name, frame.layout.name, frame.sample_rate
        if self._resampler is None or shape != self._shape:
            # A resampler keeps to its first frame's shape; recorders change theirs midway.
            self._shape = shape
            folded = self._channels == "all" and frame.layout.nb_channels > PLAYBACK_CHANNELS
            # One or two channels keep to themselves: made stereo, mono would lose 3 dB.
            layout = "stereo" if folded else frame.layout
            self._resampler = AudioResampler(format="s16", layout=layout, rate=PLAYBACK_RATE)
        try:
            resampled = self._resampler.resample(frame)
        except (av.FFmpegError, ValueError):
            self._resampler = None
            return []
        return [self._both_ears(out) for out in resampled]

    def _both_ears(self, frame: AudioFrame) -> Samples:
        """(samples, 2) of what is listened to; a channel that is not there is silent."""
        samples = frame.to_ndarray().reshape(-1, frame.layout.nb_channels)
        if self._channels == "all" and samples.shape[1] == PLAYBACK_CHANNELS:
            return samples.astype(np.int16, copy=False)
        if self._channels == "all":
            one = samples[:, 0]
        elif self._channels == "mix":
            one = np.rint(samples.mean(axis=1))
        elif self._channels < samples.shape[1]:
            one = samples[:, self._channels]
        else:
            one = np.zeros(len(samples))
        return np.repeat(one.astype(np.int16)[:, np.newaxis], PLAYBACK_CHANNELS, axis=1)
