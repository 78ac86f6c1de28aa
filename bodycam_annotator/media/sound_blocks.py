"""The samples of a sound track from its beginning, one stretch after another, each in its place."""

from array import array
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import AudioTrack, at_rate, placed_frames, samples_of, start_of
from bodycam_annotator.media.container import read_only
from bodycam_annotator.media.index import LATEST
from bodycam_annotator.timing import NS

Samples = NDArray[np.float32]

BLOCK = 65536
"""Samples that frames are joined to before anything is done with them."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where each decoded frame of a track lies: its own time, and its first sample's number.

    times_ns: what the file says, rising. samples: counted as in `placed_frames`, which containers
        that round times make another thing. rewinds: the file's clock goes back somewhere, so a
        time does not tell which frame it is.
    """

    times_ns: NDArray[np.int64]
    samples: NDArray[np.int64]
    rate: int
    rewinds: bool

    def sample_at(self, time_ns: int) -> int:
        """The number of the first sample of a frame with that time."""
        near = max(0, int(np.searchsorted(self.times_ns, time_ns, side="right")) - 1)
        since = time_ns - int(self.times_ns[near])
        return int(self.samples[near]) + round(since * self.rate / NS)


@dataclass(frozen=True, kw_only=True)
class Block:
    """`samples`: (channels, n) at the track's rate; `at`: the number of the first one.

    `full`: the magnitude from which a sample is at full scale.
    """

    at: int
    samples: Samples
    full: float

    @property
    def told_apart(self) -> Samples:
        """(channels, n), or (1, n) where all channels are alike."""
        return told_apart(self.samples)

    @property
    def end(self) -> int:
        return self.at + int(self.samples.shape[1])


class PlacedSound:
    """Reads one stream to its end. Where frames overlap, the one that comes first is heard.

    Attributes:
        start: when sample 0 sounds, in seconds. rate: samples a second; 0 before there is one.
    """

    def __init__(self, stream: AudioStream) -> None:
        self._stream = stream
        self._times, self._samples = array("q"), array("q")
        self._rewinds = False
        self.start = Fraction(0)
        self.rate = 0

    @property
    def start_ns(self) -> int:
        return round(self.start * NS)

    def blocks(self) -> Generator[Block]:
        """Rising and apart."""
        parts: list[Samples] = []
        at, end = 0, 0
        full = 1.0
        for frame, place in placed_frames(self._stream):
            fresh = self._fresh(frame, place, end)
            if fresh is None:
                continue
            begins = max(place, end)
            fits = parts and len(parts[0]) == len(fresh) and full == full_scale(frame)
            if parts and (begins != end or end - at >= BLOCK or not fits):
                yield Block(at=at, samples=np.concatenate(parts, axis=1), full=full)
                parts = []
            if not parts:
                at, full = begins, full_scale(frame)
            parts.append(fresh)
            end = begins + fresh.shape[1]
        if parts:
            yield Block(at=at, samples=np.concatenate(parts, axis=1), full=full)

    def places(self) -> Places:
        """Of the frames that were read so far."""
        return Places(
            times_ns=np.array(self._times, dtype=np.int64),
            samples=np.array(self._samples, dtype=np.int64),
            rate=self.rate,
            rewinds=self._rewinds,
        )

    def _fresh(self, frame: AudioFrame, place: int, end: int) -> Samples | None:
        """What of the frame lies behind `end`; None when nothing does."""
        time_ns = stamp_of(frame)
        if abs(time_ns) > LATEST:
            return None
        if not self.rate:
            self.start, self.rate = start_of(frame), frame.sample_rate
        if self._times and time_ns <= self._times[-1]:
            self._rewinds = True
        else:
            self._times.append(time_ns)
            self._samples.append(place)
        samples = at_rate(samples_of(frame), frame.sample_rate, self.rate)
        samples = samples[:, max(0, end - place) :]
        return samples if samples.shape[1] else None


def audio_stream(container: InputContainer, path: Path, track: AudioTrack) -> AudioStream:
    """The track's stream, which alone will be read.

    Raises `FootageError` where the file has no such stream any more.
    """
    streams = container.streams
    stream = streams[track.stream] if track.stream < len(streams) else None
    if not isinstance(stream, AudioStream) or getattr(stream, "codec_context", None) is None:
        raise FootageError(f"{path} has changed since it was opened; open it again.")
    read_only(stream)
    return stream


def full_scale(frame: AudioFrame) -> float:
    """The highest magnitude that both signs of the frame's format can have."""
    return 1 - (1 / 128 if frame.format.name.startswith("u8") else 1 / 32768)


def told_apart(samples: Samples) -> Samples:
    """(channels, n) as it is, or only the first where all are alike, as of most cameras."""
    if all(np.array_equal(one, samples[0], equal_nan=True) for one in samples[1:]):
        return samples[:1]
    return samples


def of_channels(samples: Samples, channels: int) -> Samples:
    """(channels, n): of fewer each stands again, as one is heard in both ears."""
    return samples if len(samples) == channels else samples[np.arange(channels) % len(samples)]


def stamp_of(frame: AudioFrame) -> int:
    """The frame's own time in nanoseconds, as `Places` knows it."""
    assert frame.pts is not None
    assert frame.time_base is not None
    # Whole numbers: fractions would cost as much as decoding the frame.
    tick = frame.time_base
    return (2 * frame.pts * tick.numerator * NS + tick.denominator) // (2 * tick.denominator)
