"""Sound tracks in which something happens at a known sample, in any codec and container."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from tests.media_factory import Clip, add_video, encode, mux, steady
from tests.sounds import AnyPacket

Wave = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Track:
    """`wave`: (channels, samples), full scale is ±1; `start`: when sample 0 sounds, in samples.

    `gap`: so many samples from that one on are not written, their time passes.
    """

    wave: Wave
    rate: int = 48_000
    codec: str = "pcm_s16le"
    start: int = 0
    gap: tuple[int, int] | None = None
    options: tuple[tuple[str, str], ...] = ()


def noise(samples: int, *, level: float = 0.003, channels: int = 1, seed: int = 5) -> Wave:
    """What a microphone hears where nothing happens."""
    chance = np.random.default_rng(seed)
    return chance.normal(0, level, (channels, samples)).astype(np.float32)


def with_shots(wave: Wave, shots: tuple[int, ...], *, rate: int, peak: float = 0.8) -> Wave:
    """A bang of some 30 ms that is there at once, in every channel; its first sample is a peak."""
    wave = wave.copy()
    length = round(0.03 * rate)
    bang = np.random.default_rng(7).uniform(-1, 1, length) * np.exp(-np.arange(length) / length * 5)
    bang[0] = 1
    for at in shots:
        room = wave[:, at : at + length]
        room += (bang * peak)[: room.shape[1]].astype(np.float32)
    return wave


def write(path: Path, track: Track, *, with_video: bool = False) -> Path:
    """A file with that sound, and 2 s of video where that is asked for."""
    clip = replace(Clip(), pts=steady(50))
    with av.open(str(path), "w") as output:
        packets: list[AnyPacket] = []
        if with_video:
            packets += encode(clip, add_video(output, clip))
        packets += add_sound(output, track)
        mux(output, packets)
    return path


def add_sound(output: av.container.OutputContainer, track: Track) -> list[AnyPacket]:
    channels, count = track.wave.shape
    layout = {1: "mono", 2: "stereo", 6: "hexagonal", 8: "7.1", 9: "9 channels"}[channels]
    stream = cast(AudioStream, output.add_stream(track.codec, rate=track.rate, layout=layout))
    stream.time_base = Fraction(1, track.rate)
    stream.options = dict(track.options)
    packets: list[AnyPacket] = []
    for begin in range(0, count, 1024):
        if track.gap and track.gap[0] <= begin < track.gap[1]:
            continue
        part = np.clip(track.wave[:, begin : begin + 1024] * 2**15, -(2**15), 2**15 - 1)
        packed = np.ascontiguousarray(np.rint(part).astype(np.int16).T.reshape(1, -1))
        frame = AudioFrame.from_ndarray(packed, format="s16", layout=layout)
        frame.sample_rate = track.rate
        frame.pts, frame.time_base = track.start + begin, Fraction(1, track.rate)
        packets += stream.encode(frame)
    return [*packets, *stream.encode(None)]


def first_packet_s(path: Path) -> Fraction:
    """When the file says that its first sound packet begins."""
    with av.open(str(path)) as container:
        packet = next(iter(container.demux(container.streams.audio[0])))
        assert packet.pts is not None
        return packet.pts * packet.time_base


def decoded(path: Path) -> Wave:
    """(channels, samples): all that comes out of a plain decoder."""
    with av.open(str(path)) as container:
        parts = []
        for frame in container.decode(audio=0):
            samples = frame.to_ndarray()
            if not frame.format.is_planar:
                samples = samples.reshape(-1, frame.layout.nb_channels).T
            scale = 2**15 if frame.format.name.startswith("s16") else 1
            parts.append(samples.astype(np.float32) / scale)
        return np.asarray(np.concatenate(parts, axis=1), dtype=np.float32)
