"""Flash-and-click footage: white frames, and a click in the sound as each of them begins."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from tests.barcode import draw
from tests.sounds import AnyPacket, Sound, add_sound

FOLDER = Path("build/bench")

RATE = 48_000
CLICK = 240
"""Samples at full scale: five milliseconds."""


@dataclass(frozen=True, kw_only=True)
class Flashes:
    """`every` frames, from frame `every` on, one is white; the others carry their barcode."""

    width: int
    height: int
    seconds: int
    rate: Fraction = Fraction(30)
    every: int = 40

    @property
    def frames(self) -> int:
        return int(self.seconds * self.rate)

    @property
    def ordinals(self) -> tuple[int, ...]:
        return tuple(range(self.every, self.frames - 1, self.every))

    @property
    def path(self) -> Path:
        return FOLDER / f"flashes-{self.width}x{self.height}-{self.seconds}s.mov"


def made(flashes: Flashes) -> Path:
    """Its file, made now if it is not there yet."""
    path = flashes.path
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"part-{path.name}")
        _write(flashes, part)
        part.rename(path)
    return path


def _write(flashes: Flashes, path: Path) -> None:
    starts = [round(ordinal / flashes.rate * RATE) for ordinal in flashes.ordinals]
    samples = flashes.seconds * RATE
    sound = Sound(
        samples=samples,
        silences=((0, samples),),
        clicks=tuple(at for start in starts for at in range(start, start + CLICK)),
    )
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=flashes.rate)
        stream.width, stream.height, stream.pix_fmt = flashes.width, flashes.height, "yuv420p"
        stream.options = {"preset": "superfast", "crf": "23", "g": "60"}
        heard = add_sound(output, sound)
        for ordinal in range(flashes.frames):
            frame = _frame(flashes, ordinal)
            for packet in stream.encode(frame):
                while heard and _seconds(heard[0]) <= _seconds(packet):
                    output.mux_one(heard.pop(0))
                output.mux_one(packet)
        for packet in [*stream.encode(None), *heard]:
            output.mux_one(packet)


def _frame(flashes: Flashes, ordinal: int) -> VideoFrame:
    if ordinal in flashes.ordinals:
        picture = np.full((flashes.height, flashes.width, 4), 255, dtype=np.uint8)
    else:
        picture = draw(ordinal, width=flashes.width, height=flashes.height)
    frame = VideoFrame.from_ndarray(picture, format="bgra").reformat(format="yuv420p")
    frame.pts, frame.time_base = ordinal, 1 / flashes.rate
    return frame


def _seconds(packet: AnyPacket) -> Fraction:
    assert packet.dts is not None
    assert packet.time_base is not None
    return packet.dts * packet.time_base
