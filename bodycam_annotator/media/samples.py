"""The single samples of a few seconds of a sound track, each at its exact time."""

from collections.abc import Generator, Iterable
from contextlib import closing
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
from bodycam_annotator.media.playback import SEEK_MARGIN_NS
from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.media.sound_blocks import (
    Places,
    Samples,
    audio_stream,
    of_channels,
    stamp_of,
    told_apart,
)
from bodycam_annotator.progress import Asked
from bodycam_annotator.timing import NS

LONGEST_NS = 120 * NS


def samples_between(
    path: Path,
    track: AudioTrack,
    start_ns: int,
    end_ns: int,
    *,
    places: Places | None = None,
    cancelled: Asked | None = None,
) -> tuple[int, Samples]:
    """The time of the first sample in [start, end), and (channels, n) from there.

    Where all channels are alike, there is only one.

    Sample for sample those of the track's `Waveform`. NaN where there is no sound in between;
    (start, (1, 0)) where there is none at all. Without `places`, which a `SoundShape` has, all is
    decoded from the track's beginning: a container that rounds times does not tell which sample
    a frame begins with. Raises `FootageError` when the file cannot be read, `Cancelled` when asked
    to stop, `ValueError` for more than `LONGEST_NS`.
    """
    if end_ns - start_ns > LONGEST_NS:
        raise ValueError("more than two minutes of samples were asked for")
    clock = SampleClock(start_ns=track.start_ns, rate=track.rate)
    first, end = max(0, clock.first_at(start_ns)), clock.first_at(end_ns)
    if end <= first:
        return start_ns, np.zeros((1, 0), dtype=np.float32)
    seeks = (None,) if places is None or places.rewinds else (places, None)
    for known in seeks:
        found = _Window(first, end, cancelled)
        with closing(_placed(path, track, start_ns, known)) as frames:
            if found.fill(frames):
                return found.trimmed(clock, otherwise=start_ns)
    return start_ns, np.zeros((1, 0), dtype=np.float32)


def _placed(
    path: Path, track: AudioTrack, start_ns: int, places: Places | None
) -> Generator[tuple[int, Samples]]:
    """Numbers of first samples, and samples: from the beginning, or with `places` from before."""
    with open_media(path) as container:
        stream = audio_stream(container, path, track)
        if places is None:
            for frame, at in placed_frames(stream):
                yield at, _channels_of(frame, track.rate)
            return
        if start_ns > track.start_ns + 2 * SEEK_MARGIN_NS and stream.time_base:
            ticks = int((start_ns - 2 * SEEK_MARGIN_NS) / NS / stream.time_base)
            container.seek(ticks, stream=stream)
        for frame in decoded_frames(stream):
            yield places.sample_at(stamp_of(frame)), _channels_of(frame, track.rate)


def _channels_of(frame: AudioFrame, rate: int) -> Samples:
    return told_apart(at_rate(samples_of(frame), frame.sample_rate, rate))


class _Window:
    """The samples from `first` to before `end`, as far as they were found."""

    def __init__(self, first: int, end: int, cancelled: Asked | None) -> None:
        self._first, self._end, self._cancelled = first, end, cancelled
        self._samples = np.full((1, end - first), np.nan, dtype=np.float32)

    def fill(self, frames: Iterable[tuple[int, Samples]]) -> bool:
        """Takes what it needs; False when nothing comes, or decoding began too late for it."""
        begun = False
        for at, samples in frames:
            count = samples.shape[1]
            if self._cancelled is not None and self._cancelled():
                raise Cancelled
            # The frame that decoding begins with may lack what it builds on.
            if not begun and at > max(0, self._first - 2 * count):
                return False
            begun = True
            if at >= self._end:
                break
            begin, end = max(at, self._first), min(at + count, self._end)
            if begin < end:
                channels = max(len(samples), len(self._samples))
                self._samples = of_channels(self._samples, channels)
                room = self._samples[:, begin - self._first : end - self._first]
                fresh = of_channels(samples[:, begin - at : end - at], channels)
                # Where frames overlap, the first one is heard.
                np.copyto(room, fresh, where=np.isnan(room))
        return begun

    def trimmed(self, clock: SampleClock, *, otherwise: int) -> tuple[int, Samples]:
        there = np.flatnonzero(~np.isnan(self._samples[0]))
        if not len(there):
            return otherwise, self._samples[:, :0]
        begin, end = int(there[0]), int(there[-1]) + 1
        return clock.time_of(self._first + begin), self._samples[:, begin:end]
