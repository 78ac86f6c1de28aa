"""The camera's burnt-in text: its own clock, and the words that say this is staged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
import script

Picture = npt.NDArray[np.uint8]
SIZE, RIGHT, TOP, LINE = 25, 26, 46, 34
_FONT = cv2.FontFace("sans")


def clock_ns(camera: script.Camera, incident_ns: int) -> int:
    """Return what the camera's clock says at an incident time, in ns since 1970."""
    seconds_since_1970 = int(script.INCIDENT_ZERO_UTC.timestamp())
    zero = seconds_since_1970 * 10**9 + script.INCIDENT_ZERO_UTC.microsecond * 1000
    return zero + incident_ns + camera.clock_error_ns


def utc(whole_seconds: int) -> datetime:
    """Return a count of seconds since 1970 as a date and time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole_seconds)


def lines(camera: script.Camera, incident_ns: int) -> tuple[str, str]:
    """Return the two lines of text a frame shows; the clock shows whole seconds gone by."""
    moment = utc(clock_ns(camera, incident_ns) // 10**9)
    return f"{moment:%Y-%m-%d T%H:%M:%SZ}", f"STAGED SAMPLE {camera.serial}"


@lru_cache(maxsize=4)
def _mask(text: tuple[str, str], width: int, height: int) -> tuple[Picture, Picture]:
    ink = np.zeros((height, width, 3), np.uint8)
    for i, line in enumerate(text):
        box = cv2.getTextSize((width, height), line, (0, 0), _FONT, SIZE, 500)
        spot = (width - RIGHT - box[2], TOP + i * LINE)
        cv2.putText(ink, line, spot, (255, 255, 255), _FONT, SIZE, 500)
    ink = ink[..., :1]
    edge = cv2.dilate(ink, np.ones((5, 5), np.uint8))
    shade = cv2.GaussianBlur(edge, (0, 0), 1.6)[..., None]
    return ink, shade.astype(np.uint8)


def draw(picture: Picture, camera: script.Camera, incident_ns: int) -> None:
    """Write the overlay into an RGB picture in place."""
    height, width = picture.shape[:2]
    ink, shade = _mask(lines(camera, incident_ns), width, height)
    part = slice(0, TOP + 2 * LINE), slice(width // 2, width)
    dark = picture[part] * (1.0 - shade[part] / 255.0 * 0.8)
    bright = ink[part] / 255.0
    picture[part] = np.rint(dark * (1.0 - bright) + 246.0 * bright)
