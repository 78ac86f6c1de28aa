"""Renders one camera's frames to a lossless file, with a count of what each frame shows."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import av
import motion
import numpy as np
import numpy.typing as npt
import overlay
import render
import scene
import script
from av.video.reformatter import ColorRange, Colorspace

EXPOSURE_GAIN, GRAIN = 2.2, 0.095
FRAME_SECONDS = script.TICKS_PER_FRAME / script.TICKS_PER_SECOND
OBJECTS = 8


def frame_time_ns(frame: int) -> int:
    """Return a frame's file time: its PTS in ns, rounded once, half to even."""
    ticks, second = frame * script.TICKS_PER_FRAME, script.TICKS_PER_SECOND
    return round(Fraction(ticks * 10**9, second))


def _gain(t: float) -> float:
    """Return the exposure: the camera closes down for a moment after each flash."""
    gain = EXPOSURE_GAIN
    for shot in script.SHOTS:
        since = t - shot / 1e9
        if since > 0.04:
            gain *= 1.0 - 0.45 * np.exp(-(since - 0.04) / 0.25)
    return float(gain)


def picture(
    renderer: render.Renderer, camera: script.Camera, frame: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return one finished RGB frame and each pixel's object number."""
    incident_ns = frame_time_ns(frame) + camera.starts_ns
    t = incident_ns / 1e9
    moment = scene.Stage(camera.wearer).at(t, FRAME_SECONDS)
    before = motion.chest_view(camera.wearer, t - FRAME_SECONDS)
    seed = frame + 5000 * script.CAMERAS.index(camera)
    rgb, objects = renderer.draw(moment, before, seed, _gain(t), GRAIN)
    overlay.draw(rgb, camera, incident_ns)
    return rgb, objects


def to_yuv(rgb: npt.NDArray[np.uint8]) -> av.VideoFrame:
    """Return the picture as limited-range BT.709 4:2:0."""
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
    return frame.reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )


def render_camera(camera: script.Camera, folder: Path, frames: range | None = None) -> None:
    """Write NAME.mkv (lossless) and NAME.npy (pixels per object, shape (frames, 8))."""
    renderer = render.Renderer()
    stem = folder / Path(camera.file).stem
    counts = np.zeros((camera.frames, OBJECTS), np.int32)
    with av.open(str(stem.with_suffix(".mkv")), "w") as container:
        rate = Fraction(script.TICKS_PER_SECOND, script.TICKS_PER_FRAME)
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = render.WIDTH, render.HEIGHT, "yuv420p"
        stream.options = {"qp": "0", "preset": "ultrafast", "threads": "1"}
        for frame in frames or range(camera.frames):
            rgb, objects = picture(renderer, camera, frame)
            counts[frame] = np.bincount(objects.ravel(), minlength=OBJECTS)[:OBJECTS]
            container.mux(stream.encode(to_yuv(rgb)))
            if frame % 50 == 0:
                sys.stderr.write(f"{camera.name}: frame {frame} of {camera.frames}\n")
                sys.stderr.flush()
        container.mux(stream.encode(None))
    np.save(stem.with_suffix(".npy"), counts)
