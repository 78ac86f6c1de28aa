"""The sound of a footage: where it is, where it is silent, and its samples from any time on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from bodycam_annotator.errors import Cancelled
from bodycam_annotator.media.container import open_media, opened, read_only
from bodycam_annotator.timing import NS, ns_to_samples, samples_to_ns, ticks_to_ns

SILENCE = 1 / 32768
"""Below one step of 16-bit sound: no microphone that is on is this quiet."""

SHORTEST_SILENCE_NS = 200_000_000

PLAYBACK_RATE = 48_000
PLAYBACK_CHANNELS = 2

SEEK_MARGIN_NS = 200_000_000
"""Decoding begins this much early: AAC and MP3 need the packet before to get one right."""

Span = tuple[int, int]

_SCALES = {"u8": (128.0, 128.0), "s16": (0.0, 2.0**15), "s32": (0.0, 2.0**31)}
"""Value of silence and of full scale by FFmpeg's sample format; floats have 0 and 1."""


@dataclass(frozen=True, kw_only=True)
class AudioTrack:
    """One audio stream. Times are nanoseconds on the footage's own clock.

    `silent_spans`: where sound is missing or digitally silent, between `start_ns` and `end_ns`;
    None when it was not looked for.
    """

    stream: int
    codec: str
    rate: int
    channels: int
    start_ns: int
    end_ns: int
    silent_spans: tuple[Span, ...] | None


def find_audio(path: Path) -> AudioTrack | None:
    """The first audio stream that can be decoded, its silence not looked for."""
    with open_media(path) as container:
        for stream in container.streams.audio:
            first = _first_frame(stream)
            if first is not None:
                return _track(stream, first)
    return None


def with_silence(
    track: AudioTrack,
    path: Path,
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> AudioTrack:
    """The track with its silent spans and its true end: decodes all of it.

    Raises `Cancelled` when asked to stop.
    """
    with open_media(path) as container:
        stream = container.streams[track.stream]
        assert isinstance(stream, AudioStream)
        read_only(stream)
        finder = _SilenceFinder(track.start_ns)
        for frame in _frames(stream):
            if cancelled is not None and cancelled():
                raise Cancelled
            start = _start_of(frame)
            finder.take(_loudness(frame), start_ns=start, rate=frame.sample_rate)
            if progress is not None:
                progress(min(1.0, (start - track.start_ns) / max(track.end_ns, 1)))
    return AudioTrack(
        stream=track.stream,
        codec=track.codec,
        rate=track.rate,
        channels=track.channels,
        start_ns=track.start_ns,
        end_ns=finder.end_ns,
        silent_spans=finder.spans(),
    )


def samples_from(path: Path, track: AudioTrack, *, time_ns: int) -> Iterator[NDArray[np.int16]]:
    """Blocks (samples, 2) at 48 kHz; the first sample sounds at `time_ns`.

    Zeros stand where the file has no sound, also before its first sample. Ends with the track.
    The file stays open until the iterator is exhausted or closed.
    """
    with open_media(path) as container:
        stream = container.streams[track.stream]
        assert isinstance(stream, AudioStream)
        read_only(stream)
        if time_ns > track.start_ns + SEEK_MARGIN_NS and stream.time_base:
            ticks = int((time_ns - SEEK_MARGIN_NS) / NS / stream.time_base)
            container.seek(ticks, stream=stream)
        resampler = AudioResampler(format="s16", layout="stereo", rate=PLAYBACK_RATE)
        # Sample numbers count from `time_ns` at the playback rate.
        given = 0
        for frame in _frames(stream):
            at = ns_to_samples(_start_of(frame) - time_ns, PLAYBACK_RATE)
            for out in resampler.resample(frame):
                block = out.to_ndarray().reshape(-1, PLAYBACK_CHANNELS).astype(np.int16, copy=False)
                if at > given:
                    yield np.zeros((at - given, PLAYBACK_CHANNELS), dtype=np.int16)
                    given = at
                fresh = block[max(0, given - at) :]
                at += len(block)
                if len(fresh):
                    given += len(fresh)
                    yield fresh


class _SilenceFinder:
    """Joins what single frames tell into spans. Times in nanoseconds."""

    def __init__(self, start_ns: int) -> None:
        self._found: list[Span] = []
        self._since: int | None = None
        self.end_ns = start_ns

    def take(self, loudness: NDArray[np.float32], *, start_ns: int, rate: int) -> None:
        """`loudness`: (samples,), 1.0 is full scale."""
        tolerance = samples_to_ns(2, rate)
        if start_ns > self.end_ns + tolerance and self._since is None:
            self._since = self.end_ns
        loud = np.flatnonzero(loudness >= SILENCE)
        if not len(loud):
            self._since = start_ns if self._since is None else self._since
        else:
            if self._since is None and loud[0]:
                self._since = start_ns
            self._close(start_ns + samples_to_ns(int(loud[0]), rate))
            shortest = ns_to_samples(SHORTEST_SILENCE_NS, rate)
            for at in np.flatnonzero(np.diff(loud) > shortest):
                self._since = start_ns + samples_to_ns(int(loud[at]) + 1, rate)
                self._close(start_ns + samples_to_ns(int(loud[at + 1]), rate))
            if loud[-1] + 1 < len(loudness):
                self._since = start_ns + samples_to_ns(int(loud[-1]) + 1, rate)
        self.end_ns = start_ns + samples_to_ns(len(loudness), rate)

    def spans(self) -> tuple[Span, ...]:
        self._close(self.end_ns)
        return tuple(self._found)

    def _close(self, end_ns: int) -> None:
        if self._since is not None and end_ns - self._since >= SHORTEST_SILENCE_NS:
            self._found.append((self._since, end_ns))
        self._since = None


def _frames(stream: AudioStream) -> Iterator[AudioFrame]:
    """Decoded frames with a time; damaged packets bring none."""
    for packet in opened(stream).demux(stream):
        try:
            decoded = packet.decode()
        except av.FFmpegError:
            continue
        yield from (frame for frame in decoded if frame.pts is not None)


def _first_frame(stream: AudioStream) -> AudioFrame | None:
    return next(_frames(stream), None) if getattr(stream, "codec_context", None) else None


def _start_of(frame: AudioFrame) -> int:
    assert frame.pts is not None
    assert frame.time_base is not None
    return ticks_to_ns(frame.pts, frame.time_base)


def _loudness(frame: AudioFrame) -> NDArray[np.float32]:
    """(samples,): the loudest channel's magnitude, 1.0 is full scale."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    zero, full = _SCALES.get(frame.format.name.rstrip("p"), (0.0, 1.0))
    scaled = (samples.astype(np.float32) - zero) / full
    return np.asarray(np.abs(scaled).max(axis=0), dtype=np.float32)


def _track(stream: AudioStream, first: AudioFrame) -> AudioTrack:
    start = _start_of(first)
    base = stream.time_base
    lasts = ticks_to_ns(stream.duration, base) if stream.duration and base else 0
    return AudioTrack(
        stream=stream.index,
        codec=stream.codec_context.name,
        rate=first.sample_rate,
        channels=first.layout.nb_channels,
        start_ns=start,
        end_ns=start + lasts,
        silent_spans=None,
    )
