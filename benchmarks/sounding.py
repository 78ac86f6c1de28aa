"""The data behind a timeline's sound tracks: what they cost to make, against plain decoding of the
same file in the same run, and to draw from.

Two hours of 48 kHz AAC (a minute of noise, tones and bangs, whose packets are repeated).
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from av.audio.frame import AudioFrame

from benchmarks.footage import FOLDER
from benchmarks.memory import megabytes, most_resident_mb, resident_mb
from benchmarks.report import fact, goal, heading, quantile, row
from bodycam_annotator.media.audio import AudioTrack, find_audio
from bodycam_annotator.media.samples import samples_between
from bodycam_annotator.media.sound_shape import (
    SoundShape,
    sound_shape,
    stored_sound_shape,
)
from bodycam_annotator.timing import NS
from tests.clicks import noise, with_shots

RATE = 48_000
HOURS = 2
MINUTE = 60 * RATE // 1024 * 1024
COLUMNS = 1200
ASKS = 50
DRAWN_MS = 2.0
MADE_S = 60.0

Result = TypeVar("Result")


def made() -> Path:
    """Its file, made now if it is not there yet."""
    path = FOLDER / f"sound-{HOURS}h-1.m4a"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"part-{path.name}")
    chance = np.random.default_rng(9)
    shots = tuple(sorted(chance.integers(RATE, MINUTE - RATE, 40).tolist()))
    wave = with_shots(noise(MINUTE, channels=2, level=0.01), shots, rate=RATE)
    with av.open(str(part), "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = 128_000
        packets = []
        for begin in range(0, MINUTE, 1024):
            block = np.ascontiguousarray(wave[:, begin : begin + 1024])
            frame = AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
            packets += stream.encode(frame)
        coded = [bytes(packet) for packet in packets]
        for number in range(HOURS * 3600 * RATE // 1024):
            packet = av.Packet(coded[number % len(coded)])
            packet.stream, packet.time_base = stream, Fraction(1, RATE)
            packet.pts = packet.dts = number * 1024
            packet.duration = 1024
            output.mux_one(packet)
    part.rename(path)
    return path


def main() -> None:
    path = made()
    track = find_audio(path).track
    assert track is not None
    with tempfile.TemporaryDirectory() as folder:
        # Nobody's own cache is touched.
        os.environ["XDG_CACHE_HOME"] = os.environ["WIN_PD_OVERRIDE_LOCAL_APPDATA"] = folder
        _making(path, track)
        shape, took = _timed(lambda: stored_sound_shape(path, track))
        assert shape is not None
        fact("recalled from the cache folder", f"{took * 1000:.0f} ms")
        size = sum(one.stat().st_size for one in Path(folder).rglob("*.sound"))
        fact("stored", f"{size / 1e6:.0f} MB for {HOURS} hours")
        _drawing(path, track, shape)


def _making(path: Path, track: AudioTrack) -> None:
    _, plain = _timed(lambda: _decode(path))
    fact(f"{HOURS} h of AAC: plain PyAV decodes it", f"{plain:.1f} s")
    before = resident_mb()
    _, took = _timed(lambda: sound_shape(path, track))
    fact(
        "all of the sound's shape",
        f"{took:.1f} s, {took / plain:.1f} times plain; resident {megabytes(before)}",
    )
    fact("most resident", megabytes(most_resident_mb()))
    hour = took / HOURS
    goal("sound shape: an hour under a minute", f"{hour:.1f} s", met=hour < MADE_S)


def _drawing(path: Path, track: AudioTrack, shape: SoundShape) -> None:
    heading(f"drawn in {COLUMNS} columns")
    waveform, whole = shape.waveform, shape.waveform.end_ns - shape.waveform.start_ns
    chance = np.random.default_rng(2)
    for name, width in (("2 hours", whole), ("10 minutes", 600 * NS), ("20 seconds", 20 * NS)):
        windows = [
            (begin, begin + width)
            for begin in chance.integers(0, max(1, whole - width), ASKS).tolist()
        ]
        waveform.peaks(*windows[0], COLUMNS)
        times = [_ms(waveform.peaks, *window, COLUMNS) for window in windows]
        row(f"waveform of {name}", times)
        if width == whole:
            drawn = quantile(times, 0.95)
            goal("waveform of 2 hours, p95 ms", f"{drawn:.1f}", met=drawn <= DRAWN_MS)
        image = shape.spectrogram.image
        row(f"spectrogram of {name}", [_ms(image, *window, COLUMNS, 96) for window in windows])
    starts = chance.integers(0, whole - 2 * NS, ASKS).tolist()
    exactly = partial(samples_between, path, track, places=shape.places)
    times = [_ms(exactly, start_ns=at, end_ns=at + 2 * NS) for at in starts]
    row("exact samples of 2 seconds, decoded", times)
    nearest = [_ms(partial(shape.onsets.nearest, within_ns=NS // 4), at) for at in starts]
    fact("nearest onset", f"{statistics.median(nearest) * 1000:.0f} µs")


def _decode(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=0))


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    begun = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begun


def _ms(work: Callable[..., object], *arguments: object, **named: object) -> float:
    return _timed(partial(work, *arguments, **named))[1] * 1000


if __name__ == "__main__":
    main()
