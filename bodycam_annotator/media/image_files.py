"""Pictures made smaller, and the files of pictures that are handed out, read back."""

from collections.abc import Iterator

import cv2
import numpy as np

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.container import MAX_PIXELS
from bodycam_annotator.media.picture import Pixels

AT_ONCE = 64
"""Pictures of an animation that are decoded together."""


def shrunk(bgra: Pixels, width: int, height: int) -> Pixels:
    """The whole picture with so many pixels, each the mean of those it stands for."""
    if bgra.shape[:2] == (height, width):
        return bgra
    small = cv2.resize(bgra, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def fitting(width: int, height: int, most_width: int, most_height: int) -> tuple[int, int]:
    """Width and height of a picture made to fit, as nearly of the same shape as pixels can be.

    Never larger than it is; no side is below 1.
    """
    if width <= most_width and height <= most_height:
        return width, height
    if width * most_height >= height * most_width:
        return most_width, max(1, round(height * most_width / width))
    return max(1, round(width * most_height / height)), most_height


def read_still(data: bytes) -> Pixels:
    """(height, width, 4) BGRA of a PNG. Raises `FootageError` when it cannot be decoded."""
    try:
        found = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise FootageError(f"The picture cannot be decoded: {error}.") from error
    if found is None:
        raise FootageError("The picture cannot be decoded.")
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2BGRA), dtype=np.uint8)


def read_animation(data: bytes) -> Iterator[tuple[Pixels, int]]:
    """Each picture of a GIF or WebP, (height, width, 4) BGRA, and the milliseconds it is shown.

    Raises `FootageError` when it cannot be decoded.
    """
    memory = np.frombuffer(data, dtype=np.uint8)
    start = 0
    while True:
        try:
            done, found = cv2.imdecodeanimation(memory, start, AT_ONCE)
        except cv2.error as error:
            raise FootageError(f"The pictures cannot be decoded: {error}.") from error
        frames = list(found.frames) if done else []
        if not frames and not start:
            raise FootageError("The pictures cannot be decoded.")
        for frame, lasts in zip(frames, list(found.durations), strict=False):
            yield _with_alpha(np.asarray(frame, dtype=np.uint8)), int(lasts)
        start += len(frames)
        if len(frames) < AT_ONCE:
            return


def _with_alpha(frame: Pixels) -> Pixels:
    if frame.shape[0] * frame.shape[1] > MAX_PIXELS:
        raise FootageError("The pictures are too large.")
    if frame.shape[2] == 4:
        return frame
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2BGRA), dtype=np.uint8)
