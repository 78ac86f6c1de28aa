"""incident.toml: what the two clips are and how they lie in incident time."""

from __future__ import annotations

from pathlib import Path

import script
import truth

STAGED = (
    "Everything here is staged and synthetic: no real person, place or police action is shown. "
    "The picture is computer-made 3-D drawn by assets/sample/make; engine, tyres, shots, door, "
    "crash, horn and footsteps are computed noise and tones; the words are spoken by the flite "
    "voices rms (Officer 1) and awb (Officer 2), processed to sound shouted."
)
VOICES = (
    "flite 2.2 with the CMU ARCTIC voices cmu_us_rms and cmu_us_awb (Debian package flite), "
    "Carnegie Mellon University, free software under a permissive BSD-like licence"
)


def _camera(camera: script.Camera) -> str:
    return f"""
[[cameras]]
name = "{camera.name}"
file = "{camera.file}"
wearer = "{camera.wearer}"
position = "{camera.position}"
sync_offset_ns = {camera.starts_ns}
clock_utc_at_first_frame = "{truth.clock(camera, 0)}"
clock_uncertainty_ns = 1_000_000
clock_ahead_of_utc_ns = {camera.clock_error_ns}
silent_samples = {camera.silent_samples}
"""


def write(goal: Path) -> None:
    """Write incident.toml."""
    zero = script.INCIDENT_ZERO_UTC
    head = f"""# Made by assets/sample/make/make.py from script.py; do not edit.
# incident time = file time from the first video frame + sync_offset_ns
# clock_utc_at_first_frame is what the camera's overlay clock says, right or wrong.

incident = "{script.INCIDENT}"
staged = true
what_is_staged = "{STAGED}"
voices = "{VOICES}"
truth = "truth.csv"
incident_zero_utc = "{zero:%Y-%m-%dT%H:%M:%S}.{zero.microsecond // 1000:03d}Z"
"""
    text = head + "".join(_camera(camera) for camera in script.CAMERAS)
    goal.write_text(text, encoding="utf-8", newline="\n")
