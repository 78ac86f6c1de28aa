"""The sound of a footage: its tracks, and their samples as they are decoded."""

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

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.container import open_media, packets_of
from bodycam_annotator.timing import NS, ticks_to_ns

Span = tuple[int, int]

_SCALES = {"u8": (128.0, 128.0), "s16": (0.0, 2.0**15), "s32": (0.0, 2.0**31)}
"""Value of silence and of full scale by FFmpeg's sample format; floats have 0 and 1."""


@dataclass(frozen=True, kw_only=True)
class AudioTrack:
    """One audio stream. Times are nanoseconds on the footage's own clock.

    `silent_spans`: where sound is missing or digitally silent, between `start_ns` and `end_ns`;
    None when it was not looked for, as `sound_shape` does. `layout` names each channel ("front
    left"); `language` and `title` are the file's own words for the stream, blank where it has
    none.
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
