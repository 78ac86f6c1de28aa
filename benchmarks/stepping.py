"""Stepping and seeking beside OpenCV and plain PyAV, on footage made here with barcodes.

Every picture is read back: a fast wrong frame counts as wrong.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.probe import index_footage
from tests.barcode import read_barcode
from tests.media_factory import Clip, gop, make, rounded

FRAMES = 1500
SEEKS = 12
BACK = 300
RATE = Fraction(30000, 1001)

Ask = Callable[[int], Pixels]


def footage(folder: Path) -> Path:
    clip = Clip(
        pts=rounded(FRAMES, rate=RATE, time_base=Fraction(1, 30000)),
        time_base=Fraction(1, 30000),
        rate=RATE,
        options=gop(250, bframes=3, more="b-pyramid=normal"),
        width=1920,
        height=1080,
    )
    return make(clip, folder / "bench.mp4").path


class PlainPyav:
    """Seek to the keyframe before, decode up to the frame: the floor for a random seek."""

    def __init__(self, path: Path) -> None:
        self._container = av.open(str(path))
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"

    def ask(self, ordinal: int) -> Pixels:
        pts = round(Fraction(ordinal) / RATE * 30000)
        self._container.seek(pts, stream=self._stream)
        for frame in self._container.decode(self._stream):
            if frame.pts is not None and frame.pts >= pts:
                return np.asarray(frame.to_ndarray(format="bgra"), dtype=np.uint8)
        raise LookupError(ordinal)

    def close(self) -> None:
        self._container.close()


class OpenCv:
    def __init__(self, path: Path) -> None:
        self._capture = cv2.VideoCapture(str(path))

    def ask(self, ordinal: int) -> Pixels:
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, ordinal)
        _, picture = self._capture.read()
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA), dtype=np.uint8)

    def close(self) -> None:
        self._capture.release()


def timed(ask: Ask, ordinals: list[int]) -> tuple[list[float], int]:
    """Milliseconds a frame, and how many were not the frame asked for."""
    took, wrong = [], 0
    for ordinal in ordinals:
        begun = time.perf_counter()
        picture = ask(ordinal)
        took.append((time.perf_counter() - begun) * 1000)
        wrong += read_barcode(picture) != ordinal
    return took, wrong


def row(what: str, took: list[float], wrong: int) -> None:
    ordered = sorted(took)
    p95 = ordered[int(len(ordered) * 0.95)]
    sys.stdout.write(
        f"{what:<44} p50 {statistics.median(took):8.1f} ms   p95 {p95:8.1f} ms   "
        f"mean {statistics.fmean(took):7.1f} ms   wrong {wrong} of {len(took)}\n"
    )


def main() -> None:
    chance = random.Random(7)
    far = [chance.randrange(FRAMES) for _ in range(SEEKS)]
    middle = FRAMES // 2
    backward = list(range(middle, middle - BACK, -1))
    few_backward = backward[:SEEKS]
    with tempfile.TemporaryDirectory() as folder:
        path = footage(Path(folder))
        begun = time.perf_counter()
        index = index_footage(path)
        sys.stdout.write(f"index of {FRAMES} frames: {time.perf_counter() - begun:.2f} s\n")
        with FrameReader(path, index) as reader:
            row("forward", *timed(lambda n: reader.frame(n).bgra, list(range(200))))
            row("backward, 300 frames", *timed(lambda n: reader.frame(n).bgra, backward))
            row("random", *timed(lambda n: reader.frame(n).bgra, far))
        peers: list[tuple[str, type[PlainPyav] | type[OpenCv]]] = [
            ("plain PyAV", PlainPyav),
            ("OpenCV VideoCapture", OpenCv),
        ]
        for name, kind in peers:
            peer = kind(path)
            row(f"{name}, backward, {SEEKS} frames", *timed(peer.ask, few_backward))
            row(f"{name}, random", *timed(peer.ask, far))
            peer.close()
