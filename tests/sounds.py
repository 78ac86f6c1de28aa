"""Sound tracks with known silence and clicks, sample-exact where the codec is lossless."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

SoundPacket: TypeAlias = "Packet[AudioStream]"
AnyPacket: TypeAlias = "Packet[AudioStream] | Packet[VideoStream]"


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A tone of `samples` samples; in each [from, to) of `silences` every sample is exactly zero.

    `clicks` are the samples at full scale. `start` is when the first sample sounds, in samples on
    the footage's clock; it may be negative.
    """

    codec: str = "pcm_s16le"
    rate: int = 48000
    samples: int = 48000 * 2
    start: int = 0
    silences: tuple[tuple[int, int], ...] = ()
    clicks: tuple[int, ...] = ()

    def waveform(self) -> NDArray[np.int16]:
        """(samples,) of a 440 Hz tone with the silences and clicks put in."""
        at = np.arange(self.samples)
        wave = np.round(8000 * np.sin(2 * np.pi * 440 * at / self.rate)).astype(np.int16)
        # A tone's own zero crossings must not look like digital silence.
        wave[wave == 0] = 1
        for begin, end in self.silences:
            wave[begin:end] = 0
        wave[list(self.clicks)] = 32767
        return wave


def add_sound(output: av.container.OutputContainer, sound: Sound) -> list[SoundPacket]:
    """Add a mono stream with `sound` and return its packets."""
    stream = cast(AudioStream, output.add_stream(sound.codec, rate=sound.rate, layout="mono"))
    stream.time_base = Fraction(1, sound.rate)
    wave = sound.waveform()
    packets: list[SoundPacket] = []
    for begin in range(0, sound.samples, 1024):
        part = wave[begin : begin + 1024].reshape(1, -1)
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(part), format="s16", layout="mono")
        frame.sample_rate = sound.rate
        frame.pts, frame.time_base = sound.start + begin, Fraction(1, sound.rate)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def make_sound(sound: Sound, path: Path) -> None:
    """A file with `sound` and nothing else."""
    with av.open(str(path), "w") as output:
        for packet in add_sound(output, sound):
            output.mux_one(packet)
