"""The sound of a footage: its tracks, and where they are silent."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.container import open_media, packets_of, read_only
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.timing import NS, ns_to_samples, ticks_to_ns

SILENCE = 1 / 32768
"""Below one step of 16-bit sound: no microphone that is on is this quiet."""

SHORTEST_SILENCE_NS = 200_000_000

Span = tuple[int, int]

_SCALES = {"u8": (128.0, 128.0), "s16": (0.0, 2.0**15), "s32": (0.0, 2.0**31)}
"""Value of silence and of full scale by FFmpeg's sample format; floats have 0 and 1."""


@dataclass(frozen=True, kw_only=True)
class AudioTrack:
    """One audio stream. Times are nanoseconds on the footage's own clock.

    `silent_spans`: where sound is missing or digitally silent, between `start_ns` and `end_ns`;
    None when it was not looked for. `layout` names each channel ("front left"); `language` and
    `title` are the file's own words for the stream, blank where it has none.
    """

    stream: int
    codec: str
    rate: int
    channels: int
    start_ns: int
    end_ns: int
    silent_spans: tuple[Span, ...] | None
    layout: tuple[str, ...] = ()
    language: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Sound:
    """The audio streams of a file by number, and the one that is listened to.

    `tracks`: those that can be decoded, in the file's order; `undecodable`: those that were tried
    without getting a single sound.
    """

    track: AudioTrack | None = None
    streams: tuple[int, ...] = ()
    undecodable: tuple[int, ...] = ()
    tracks: tuple[AudioTrack, ...] = ()

    def knowing(self, track: AudioTrack) -> "Sound":
        """With that track in place of what was known of its stream."""
        tracks = tuple(track if one.stream == track.stream else one for one in self.tracks)
        here = self.track is not None and self.track.stream == track.stream
        return replace(self, tracks=tracks, track=track if here else self.track)

    def choosing(self, stream: int) -> "Sound":
        """With the track of that stream listened to; as it is where that has none."""
        chosen = next((one for one in self.tracks if one.stream == stream), self.track)
        return replace(self, track=chosen)


def find_audio(path: Path) -> Sound:
    """Every audio stream, the first that can be decoded chosen; silence is not looked for."""
    with open_media(path) as container:
        streams = tuple(stream.index for stream in container.streams.audio)
    found = {number: _look_at(path, number) for number in streams}
    tracks = tuple(track for track in found.values() if track is not None)
    return Sound(
        track=tracks[0] if tracks else None,
        streams=streams,
        undecodable=tuple(number for number, track in found.items() if track is None),
        tracks=tracks,
    )


def _look_at(path: Path, number: int) -> AudioTrack | None:
    """The track in that stream; None when it holds no sound that can be decoded."""
    # Opened anew for each: looking for one stream's sound may have read the file to its end.
    with suppress(FootageError), open_media(path) as container:
        stream = container.streams[number]
        assert isinstance(stream, AudioStream)
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
        finder: SilenceFinder | None = None
        for frame, at in placed_frames(stream):
            if cancelled is not None and cancelled():
                raise Cancelled
            if finder is None:
                rate = frame.sample_rate
                finder = SilenceFinder(start_of(frame), rate)
            finder.take(at_rate(_loudness(frame), frame.sample_rate, rate), at=at)
            if progress is not None:
                progress(min(1.0, at / max(finder.samples_to(track.end_ns), 1)))
    if finder is None:
        return track
    return replace(track, end_ns=finder.end_ns, silent_spans=finder.spans())


class SilenceFinder:
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


def placed_frames(stream: AudioStream) -> Iterator[tuple[AudioFrame, int]]:
    """Frames and the number of their first sample, counted from the first frame's at its rate.

    Counted on, as containers round times (MKV to the millisecond); a frame whose time is further
    off than that rounding has a gap or an overlap before it, and is placed by its time.
    """
    start: Fraction | None = None
    rate = 0
    counted = Fraction(0)
    before = Fraction(0)
    for frame in decoded_frames(stream):
        begins = start_of(frame)
        if start is None:
            start, rate = begins, frame.sample_rate
        assert frame.time_base is not None
        timed = (begins - start) * rate
        # Behind a change of rate FFmpeg goes on dealing out times as if there had been none.
        guess = before + Fraction(frame.samples, rate)
        guessed = frame.sample_rate != rate and abs(begins - guess) <= frame.time_base
        if not guessed and abs(timed - counted) > frame.time_base * rate + 1:
            counted = Fraction(round(timed))
        before = begins
        yield frame, round(counted)
        counted += Fraction(frame.samples * rate, frame.sample_rate)


def decoded_frames(stream: AudioStream) -> Iterator[AudioFrame]:
    """Decoded frames with a time; damaged packets bring none."""
    for packet in packets_of(stream):
        try:
            decoded = packet.decode()
        except av.FFmpegError:
            continue
        yield from (frame for frame in decoded if frame.pts is not None and _is_whole(frame))


def _is_whole(frame: AudioFrame) -> bool:
    """Whether the frame's memory holds the samples it claims; damage can make it claim more."""
    channels = frame.layout.nb_channels
    if frame.samples <= 0 or frame.sample_rate <= 0 or channels <= 0:
        return False
    planar = frame.format.is_planar
    needed = frame.samples * frame.format.bytes * (1 if planar else channels)
    planes = frame.planes
    return len(planes) == (channels if planar else 1) and all(
        plane.buffer_size >= needed for plane in planes
    )


def _first_frame(stream: AudioStream) -> AudioFrame | None:
    return next(decoded_frames(stream), None) if getattr(stream, "codec_context", None) else None


def start_of(frame: AudioFrame) -> Fraction:
    """Seconds on the footage's own clock."""
    assert frame.pts is not None
    assert frame.time_base is not None
    return frame.pts * frame.time_base


def samples_of(frame: AudioFrame) -> NDArray[np.float32]:
    """(channels, samples), full scale is ±1; floats beyond it are left as they are."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    kind = frame.format.name.rstrip("p")
    if kind not in _SCALES:
        return np.asarray(samples, dtype=np.float32)
    zero, full = _SCALES[kind]
    return (samples.astype(np.float32) - np.float32(zero)) / np.float32(full)


def _loudness(frame: AudioFrame) -> NDArray[np.float32]:
    """(samples,): the loudest channel's magnitude, 1.0 is full scale."""
    return np.asarray(np.abs(samples_of(frame)).max(axis=0), dtype=np.float32)


def at_rate(samples: NDArray[np.float32], given: int, wanted: int) -> NDArray[np.float32]:
    """(…, samples) of sound at `given` samples a second, counted at `wanted`; no peak is lost."""
    if given == wanted:
        return samples
    count = samples.shape[-1]
    length = max(1, round(count * wanted / given))
    starts = np.minimum(np.arange(length) * given // wanted, count - 1)
    high = np.maximum.reduceat(samples, starts, axis=-1)
    low = np.minimum.reduceat(samples, starts, axis=-1)
    return np.asarray(np.where(high >= -low, high, low), dtype=np.float32)


def _track(stream: AudioStream, first: AudioFrame) -> AudioTrack:
    start = round(start_of(first) * NS)
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
        layout=tuple(
            "" if channel.description == "none" else channel.description
            for channel in first.layout.channels
        ),
        language=stream.metadata.get("language", "").removeprefix("und"),
        title=stream.metadata.get("title", ""),
    )
