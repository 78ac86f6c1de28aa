"""Seeing more: what a look costs a frame of 1080p, against plain OpenCV in the same run.

Rounds take turns, so that a machine that slows down slows down all of them alike. A frame has
33 ms; the ratio to the peer is what can be compared between machines.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from benchmarks.report import heading, row
from bodycam_annotator.media.enhance import PRESETS, Look, enhance
from bodycam_annotator.media.picture import Pixels
from tests.barcode import draw

ROUNDS = 30
WIDTH, HEIGHT = 1920, 1080
PEER = "plain OpenCV: CLAHE on all three channels"

LOOKS = {
    "gamma": Look(gamma=1.8),
    "local contrast": Look(local_contrast=3.0),
    "local contrast and gamma": Look(local_contrast=3.0, gamma=1.8),
    "denoise": Look(denoise=30),
    "sharpen": Look(sharpen=1.0),
    "difference": Look(difference=True),
    **{f"preset {name}": look for name, look in PRESETS.items()},
    "everything": Look(
        brightness=10,
        contrast=1.2,
        gamma=1.8,
        local_contrast=3.0,
        denoise=30,
        sharpen=1.0,
        difference=True,
    ),
}


def frames() -> tuple[Pixels, Pixels]:
    """Two that follow on each other, dark and noisy as at night; (1080, 1920, 4)."""
    chance = np.random.default_rng(11)
    noise = chance.normal(0, 6, (HEIGHT, WIDTH, 4))
    before, now = (
        np.clip(draw(at, width=WIDTH, height=HEIGHT) // 4 + noise, 0, 255).astype(np.uint8)
        for at in (0, 1)
    )
    before[..., 3] = now[..., 3] = 255
    return before, now


def every_channel(bgra: Pixels) -> Pixels:
    clahe = cv2.createCLAHE(3.0, (8, 8))
    blue, green, red, alpha = cv2.split(bgra)
    channels = [clahe.apply(channel) for channel in (blue, green, red)]
    return np.asarray(cv2.merge([*channels, alpha]), dtype=np.uint8)


def main() -> None:
    before, now = frames()
    runs: dict[str, Callable[[], Pixels]] = {PEER: partial(every_channel, now)}
    for name, look in LOOKS.items():
        runs[name] = partial(enhance, now, look, before=before)
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            begun = time.perf_counter()
            run()
            took[name].append((time.perf_counter() - begun) * 1000)
    peer = statistics.median(took[PEER])
    heading(f"seeing more, {WIDTH} by {HEIGHT}")
    for name, times in took.items():
        row(name, times, note=f"{statistics.median(times) / peer:.2f} of plain")


if __name__ == "__main__":
    main()
