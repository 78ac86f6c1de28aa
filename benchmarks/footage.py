"""The reference footage: 1080p29.97 H.264 at 8 Mb/s with a barcode in every picture.

Made once and kept in build/bench under a name that says what it is, so that a later run starts
at once; another recipe has other names.
"""

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from numpy.typing import NDArray

from benchmarks.report import say
from tests.barcode import draw
from tests.media_factory import VideoPacket, decode_stamps

FOLDER = Path("build/bench")
RECIPE = 1
"""Raised whenever what this module draws or writes changes."""

RATE = Fraction(30000, 1001)
WIDTH, HEIGHT = 1920, 1080
BITS_PER_SECOND = 8_000_000
GRAIN = 4.0
"""Standard deviation of the noise, in grey levels: a small sensor's, and what uses the bits up."""
MARGIN = 256
"""Pixels by which the noise is larger than the picture, to be laid elsewhere on each."""
ENCODER = "scenecut=0:bframes=3:b-adapt=0:b-pyramid=normal:vbv-maxrate=8500:vbv-bufsize=17000"
CLOCK = 90_000


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One file; `source` is the file whose packets it repeats, where it is not encoded anew."""

    name: str
    gop: int
    seconds: int
    ending: str = ".mp4"
    variable: bool = False
    source: "Reference | None" = None

    @property
    def frames(self) -> int:
        return int(self.seconds * RATE)

    @property
    def path(self) -> Path:
        recipe = hashlib.sha256(f"{RECIPE} {ENCODER} {GRAIN} {self!r}".encode()).hexdigest()
        return FOLDER / f"{self.name}-{self.seconds}s-{recipe[:8]}{self.ending}"


def references(seconds: int) -> tuple[Reference, ...]:
    """The main file first, then those that differ from it in one thing each."""
    main = Reference(name="gop250", gop=250, seconds=seconds)
    return (
        main,
        Reference(name="gop30", gop=30, seconds=seconds // 2),
        Reference(name="mpegts", gop=250, seconds=seconds, ending=".ts", source=main),
        Reference(name="variable", gop=250, seconds=seconds, variable=True, source=main),
    )


def made(reference: Reference) -> Path:
    """Its file, made now if it is not there yet."""
    path = reference.path
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"part-{path.name}")
    begun = time.perf_counter()
    if reference.source is None:
        _encode(reference, part)
    else:
        _repeat(reference, made(reference.source), part)
    part.rename(path)
    took = time.perf_counter() - begun
    rate = path.stat().st_size * 8 / reference.seconds / 1e6
    say(f"made {path.name} in {took:.0f} s: {reference.frames} frames, {rate:.1f} Mb/s")
    return path


def _encode(reference: Reference, path: Path) -> None:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = BITS_PER_SECOND
        length = f"keyint={reference.gop}:min-keyint={reference.gop}"
        stream.options = {"preset": "superfast", "x264-params": f"{length}:{ENCODER}"}
        stream.codec_context.thread_count = 0
        for ordinal, frame in enumerate(_pictures(reference.frames)):
            frame.pts, frame.time_base = ordinal, 1 / RATE
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def _pictures(count: int) -> Iterator[VideoFrame]:
    """Drawn a few ahead, so that the encoder does not wait."""
    noise = _noise()
    ahead: list[Future[VideoFrame]] = []
    with ThreadPoolExecutor(2) as pool:
        for ordinal in range(count):
            ahead.append(pool.submit(_picture, ordinal, noise))
            if len(ahead) > 4:
                yield ahead.pop(0).result()
        for future in ahead:
            yield future.result()


def _noise() -> NDArray[np.int16]:
    chance = np.random.default_rng(20240229)
    flat = chance.normal(size=(HEIGHT + MARGIN, WIDTH + MARGIN)).astype(np.float32)
    soft = cv2.GaussianBlur(flat, (0, 0), 1.0)
    return np.asarray(soft / soft.std() * GRAIN, dtype=np.int16)


def _picture(ordinal: int, noise: NDArray[np.int16]) -> VideoFrame:
    """The barcode and its moving texture at half size, enlarged, under the noise."""
    half = draw(ordinal, width=WIDTH // 2, height=HEIGHT // 2)
    planes = (
        VideoFrame.from_ndarray(half, format="bgra")
        .reformat(
            width=WIDTH,
            height=HEIGHT,
            format="yuv420p",
            interpolation=Interpolation.FAST_BILINEAR,
            dst_colorspace=Colorspace.ITU709,
        )
        .to_ndarray()
    )
    down, right = ordinal * 89 % MARGIN, ordinal * 151 % MARGIN
    grain = noise[down : down + HEIGHT, right : right + WIDTH]
    planes[:HEIGHT] = cv2.add(planes[:HEIGHT], grain, dtype=cv2.CV_8U)
    return VideoFrame.from_ndarray(planes, format="yuv420p")


def _repeat(reference: Reference, source: Path, path: Path) -> None:
    """The same coded pictures in another container, or at other times."""
    with av.open(str(source)) as given, av.open(str(path), "w") as output:
        stream = given.streams.video[0]
        written = output.add_stream_from_template(stream)
        written.time_base = Fraction(1, CLOCK)
        packets = [packet for packet in given.demux(stream) if packet.size]
        _stamp(packets, variable=reference.variable)
        for packet in packets:
            packet.stream = written
            output.mux_one(packet)


def _stamp(packets: list[VideoPacket], *, variable: bool) -> None:
    """Ticks of `CLOCK`; a variable rate is that of a phone in changing light."""
    chance = np.random.default_rng(7)
    steps = chance.choice([3003, 3003, 3003, 1502, 4505, 6006], len(packets))
    times = np.cumsum(steps) if variable else np.arange(len(packets)) * 3003
    stored = [cast(int, packet.pts) for packet in packets]
    rank = {pts: place for place, pts in enumerate(sorted(stored))}
    pts = [int(times[rank[one]]) for one in stored]
    for packet, shown, decoded in zip(packets, pts, decode_stamps(pts), strict=True):
        packet.time_base = Fraction(1, CLOCK)
        packet.pts, packet.dts, packet.duration = shown, decoded, 0
