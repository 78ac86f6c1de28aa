"""What is done to sound so that more is heard in it: another speed, gain, the band of speech.

For listening only. No export may use any of it.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph
from numpy.typing import NDArray

RATE = 48_000

SLOWEST, FASTEST = 0.1, 4.0
"""Between these, sound is played at its own pitch."""

LEAST_GAIN_DB, MOST_GAIN_DB = -20.0, 30.0

KNEE = 0.7
"""Share of full scale from which on louder is bent instead of cut off."""

SPEECH_BAND_HZ = 200, 3800
"""A little wider than the telephone's 300 to 3400 Hz (ITU-T G.712), in which speech is understood
though its fundamental is cut off: engines, wind and handling noise lie below, hiss above."""

BUTTERWORTH_Q = 0.5412, 1.3066
"""Of the two second-order sections of a fourth-order Butterworth filter: 24 dB an octave."""

_WINDOW = 2048
"""atempo's at 48 kHz: 43 ms. Half of it would place clicks twice as exactly, but holds too few
periods of a low voice (tried: at 0.5× one of 80 Hz is heard at 85 Hz, and rough)."""

_LEAD = 4 * _WINDOW
"""Samples of nothing before and behind what is stretched: atempo blends its window into both."""

_EARLY = Fraction(_WINDOW, 4)
"""How many samples too early one slowing atempo gives a sound, as its search for a similar stretch
prefers the earlier one: measured 7 ms of a tone, 8 of speech, 10 of noise, 12 of a bang."""

Samples = NDArray[np.int16]
Loudness = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """How sound is listened to.

    `speed`: 1.0 is real time, from `SLOWEST` to `FASTEST`; `gain_db`: from `LEAST_GAIN_DB` to
    `MOST_GAIN_DB`; `speech_band`: whether only speech's frequencies are let through.
    """

    speed: float = 1.0
    gain_db: float = 0.0
    speech_band: bool = False

    @property
    def words(self) -> str:
        """What is done besides the speed: `speech band, +6 dB`; empty when nothing is."""
        said = ["speech band"] if self.speech_band else []
        if self.gain_db:
            said.append(f"{self.gain_db:+g} dB".replace("-", "\N{MINUS SIGN}"))
        return ", ".join(said)


def can_be_heard(speed: float) -> bool:
    return SLOWEST <= speed <= FASTEST


def stretched_length(samples: int, speed: float) -> int:
    """How many samples are heard of that many at that speed; at least one of any."""
    return max(round(samples / Fraction(speed).limit_denominator(1000)), min(samples, 1))


def heard_as(blocks: Generator[Samples], hearing: Hearing) -> Generator[Samples]:
    """The blocks (samples, 2) as they are listened to; the very same ones where nothing is done.

    Of n samples as many come as `stretched_length` says, without drift: what is heard at a time
    is the file's at that time times the speed, but for what WSOLA needs to find a similar stretch
    (Verhelst and Roelands 1993): below 1× mostly within 8 ms of file time, above it mostly within
    10 ms of what is heard. Gain is exact up to `KNEE` of full scale; what is louder is bent by a
    hyperbolic tangent, and never wraps.
    """
    if hearing == Hearing():
        return blocks
    return _filtered(blocks, hearing)


def _filtered(blocks: Generator[Samples], hearing: Hearing) -> Generator[Samples]:
    try:
        untouched = hearing.speed == 1.0 and not hearing.speech_band
        for block in map(_to_float, blocks) if untouched else _through_graph(blocks, hearing):
            yield _amplified(block, hearing.gain_db)
    finally:
        blocks.close()


def _amplified(sound: Loudness, gain_db: float) -> Samples:
    """`sound` is (samples, 2) with full scale at 1.0."""
    louder = sound * np.float32(10 ** (gain_db / 20))
    if gain_db > 0:
        over = np.abs(louder) > KNEE
        bent = KNEE + (1 - KNEE) * np.tanh((np.abs(louder[over]) - KNEE) / (1 - KNEE))
        louder[over] = np.copysign(bent, louder[over])
    whole = np.clip(np.rint(louder * 32768), -32768, 32767)
    return np.asarray(whole, dtype=np.int16)


def _to_float(block: Samples) -> Loudness:
    return block.astype(np.float32) / np.float32(32768)


def _through_graph(blocks: Iterable[Samples], hearing: Hearing) -> Iterator[Loudness]:
    """Cut to the sample at both ends, as the graph gives more and less than it should."""
    stages = _stages(hearing.speed)
    graph = _Graph(stages, speech_band=hearing.speech_band)
    nothing = np.zeros((_LEAD if stages else 0, 2), dtype=np.float32)
    speed = Fraction(hearing.speed).limit_denominator(1000)
    skip = round((len(nothing) - _early(stages)) / speed)
    waiting = np.concatenate([nothing[:0], *graph.push(nothing)])
    taken = given = 0
    for block in blocks:
        taken += len(block)
        waiting = np.concatenate([waiting, *graph.push(_to_float(block))])
        skipped = min(skip, len(waiting))
        skip -= skipped
        due = max(stretched_length(taken, hearing.speed) - given, 0)
        ready, waiting = waiting[skipped : skipped + due], waiting[skipped + due :]
        given += len(ready)
        if len(ready):
            yield ready
    missing = stretched_length(taken, hearing.speed) - given
    padding = np.zeros((missing, 2), dtype=np.float32)
    rest = np.concatenate([waiting, *graph.push(nothing), *graph.finish()])[skip:]
    if missing:
        yield np.concatenate([rest, padding])[:missing]


def _stages(speed: float) -> tuple[float, ...]:
    """Tempos whose product is `speed`, each within 0.5 to 2: one atempo goes no slower, and drops
    samples when it goes faster (FFmpeg's documentation of atempo)."""
    stages = []
    while speed > 2.0:
        stages.append(2.0)
        speed /= 2.0
    while speed < 0.5:
        stages.append(0.5)
        speed /= 0.5
    return (*stages, speed) if abs(speed - 1.0) > 1e-9 else tuple(stages)


def _early(stages: tuple[float, ...]) -> Fraction:
    """How many samples of the file too early the stages together give a sound."""
    early, scale = Fraction(0), Fraction(1)
    for tempo in stages:
        if tempo < 1:
            early += _EARLY * scale
        scale *= Fraction(tempo)
    return early


class _Graph:
    """FFmpeg's filters in a row; blocks (samples, 2) of floats in and out."""

    def __init__(self, tempos: tuple[float, ...], *, speech_band: bool) -> None:
        self._graph = Graph()
        self._at = 0
        source = self._graph.add_abuffer(
            sample_rate=RATE, format="flt", layout="stereo", time_base=Fraction(1, RATE)
        )
        parts = [source]
        if speech_band:
            low, high = SPEECH_BAND_HZ
            for kind, at in (("highpass", low), ("lowpass", high)):
                parts += [
                    self._graph.add(kind, f"f={at}:t=q:w={quality}") for quality in BUTTERWORTH_Q
                ]
        parts += [self._graph.add("atempo", f"{tempo:.9f}") for tempo in tempos]
        # Packed, as it was put in, whatever the filters before work in.
        parts.append(self._graph.add("aformat", "sample_fmts=flt"))
        parts.append(self._graph.add("abuffersink"))
        self._graph.link_nodes(*parts)
        self._graph.configure()

    def push(self, block: Loudness) -> Iterator[Loudness]:
        if len(block):
            packed = np.ascontiguousarray(block, dtype=np.float32).reshape(1, -1)
            frame = AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
            frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
            frame.pts = self._at
            self._at += len(block)
            self._graph.push(frame)
            yield from self._pull()

    def finish(self) -> Iterator[Loudness]:
        self._graph.push(None)
        yield from self._pull()

    def _pull(self) -> Iterator[Loudness]:
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            assert isinstance(frame, AudioFrame)
            yield frame.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)
