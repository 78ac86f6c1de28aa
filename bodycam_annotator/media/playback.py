"""The samples of a sound track from any time on, as they are played."""

from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from bodycam_annotator.media.audio import AudioTrack, placed_frames, start_of
from bodycam_annotator.media.container import open_media, read_only
from bodycam_annotator.timing import NS, ns_to_samples

PLAYBACK_RATE = 48_000
PLAYBACK_CHANNELS = 2

SEEK_MARGIN_NS = 200_000_000
"""Decoding begins this much early: AAC and MP3 need the packet before to get one right."""

BLOCK = 8192
"""Most samples of silence in one block, however late a sound begins."""

Channels = Literal["all", "mix"] | int
"""What of a track is played: all channels as they are, all in both ears, or only that one."""

Samples = NDArray[np.int16]


def samples_from(
    path: Path, track: AudioTrack, *, time_ns: int, channels: Channels = "all"
) -> Generator[Samples]:
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
