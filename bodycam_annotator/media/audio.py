"""The sound of a footage: where it is, where it is silent, and its samples from any time on."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from bodycam_annotator.errors import Cancelled
from bodycam_annotator.media.container import open_media, opened, read_only
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.timing import NS, ns_to_samples, ticks_to_ns

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
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> AudioTrack:
    """The track with its silent spans and its true end: decodes all of it.

    Raises `Cancelled` when asked to stop.
    """
    with open_media(path) as container:
        stream = container.streams[track.stream]
        assert isinstance(stream, AudioStream)
        read_only(stream)
        finder: _SilenceFinder | None = None
        for frame, at in _placed(stream):
            if cancelled is not None and cancelled():
                raise Cancelled
            if finder is None:
                finder = _SilenceFinder(_start_of(frame), frame.sample_rate)
            finder.take(_loudness(frame), at=at)
            if progress is not None:
                progress(min(1.0, at / max(finder.samples_to(track.end_ns), 1)))
    if finder is None:
        return track
    return replace(track, end_ns=finder.end_ns, silent_spans=finder.spans())


def samples_from(path: Path, track: AudioTrack, *, time_ns: int) -> Generator[NDArray[np.int16]]:
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
        begins: int | None = None
        # Sample numbers count from `time_ns` at the playback rate.
        given = 0
        for frame, placed in _placed(stream):
            if begins is None:
                begins = ns_to_samples(round(_start_of(frame) * NS) - time_ns, PLAYBACK_RATE)
            at = begins + round(Fraction(placed * PLAYBACK_RATE, frame.sample_rate))
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
    """Joins what single frames tell into spans, counted in samples from the track's start."""

    def __init__(self, start: Fraction, rate: int) -> None:
        self._start, self._rate = start, rate
        self._found: list[Span] = []
        self._since: int | None = None
        self._end = 0

    @property
    def end_ns(self) -> int:
        return self._ns(self._end)

    def take(self, loudness: NDArray[np.float32], *, at: int) -> None:
        """`loudness`: (samples,), 1.0 is full scale; `at`: the first sample's number."""
        if at > self._end and self._since is None:
            self._since = self._end
        loud = np.flatnonzero(loudness >= SILENCE)
        if not len(loud):
            self._since = at if self._since is None else self._since
        else:
            if self._since is None and loud[0]:
                self._since = at
            self._close(at + int(loud[0]))
            shortest = ns_to_samples(SHORTEST_SILENCE_NS, self._rate)
            for place in np.flatnonzero(np.diff(loud) > shortest):
                self._since = at + int(loud[place]) + 1
                self._close(at + int(loud[place + 1]))
            if loud[-1] + 1 < len(loudness):
                self._since = at + int(loud[-1]) + 1
        self._end = at + len(loudness)

    def spans(self) -> tuple[Span, ...]:
        self._close(self._end)
        return tuple(self._found)

    def samples_to(self, time_ns: int) -> int:
        return round((Fraction(time_ns, NS) - self._start) * self._rate)

    def _close(self, end: int) -> None:
        since, self._since = self._since, None
        if since is not None:
            span = self._ns(since), self._ns(end)
            if span[1] - span[0] >= SHORTEST_SILENCE_NS:
                self._found.append(span)

    def _ns(self, sample: int) -> int:
        return round((self._start + Fraction(sample, self._rate)) * NS)


def _placed(stream: AudioStream) -> Iterator[tuple[AudioFrame, int]]:
    """Frames and the number of their first sample, counted from the first frame's.

    Counted on, as containers round times (MKV to the millisecond); a frame whose time is further
    off than that rounding has a gap or an overlap before it, and is placed by its time.
    """
    start: Fraction | None = None
    counted = 0
    for frame in _frames(stream):
        begins = _start_of(frame)
        start = begins if start is None else start
        assert frame.time_base is not None
        timed = (begins - start) * frame.sample_rate
        if abs(timed - counted) > frame.time_base * frame.sample_rate + 1:
            counted = round(timed)
        yield frame, counted
        counted += frame.samples


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


def _start_of(frame: AudioFrame) -> Fraction:
    """Seconds on the footage's own clock."""
    assert frame.pts is not None
    assert frame.time_base is not None
    return frame.pts * frame.time_base


def _loudness(frame: AudioFrame) -> NDArray[np.float32]:
    """(samples,): the loudest channel's magnitude, 1.0 is full scale."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    zero, full = _SCALES.get(frame.format.name.rstrip("p"), (0.0, 1.0))
    scaled = (samples.astype(np.float32) - zero) / full
    return np.asarray(np.abs(scaled).max(axis=0), dtype=np.float32)


def _track(stream: AudioStream, first: AudioFrame) -> AudioTrack:
    start = round(_start_of(first) * NS)
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
