"""The timetable of the staged incident: what happens when and where, and nothing else.

Incident time is integer nanoseconds; zero is camera 1's first frame. Places are metres in the car
park: x runs the way the parked car faces, y to its left, z up. Headings are degrees from x to y.
Everything else (picture, sound, truth.csv, incident.toml) is worked out from this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

SEED = 20241013
SAMPLE_RATE = 48_000
TICKS_PER_SECOND = 30_000
TICKS_PER_FRAME = 1_001
SPEED_OF_SOUND = 343.0
INCIDENT = "Staged car park stop"
INCIDENT_ZERO_UTC = datetime(2024, 10, 13, 23, 50, 2, 250_000, tzinfo=UTC)


def seconds(value: float) -> int:
    """Return whole nanoseconds for a time written in seconds with at most six decimals."""
    return round(value * 1_000_000) * 1_000


@dataclass(frozen=True, slots=True)
class Camera:
    """One body camera. `clock_error_ns` is how far its overlay clock runs ahead of UTC."""

    name: str
    file: str
    serial: str
    wearer: str
    position: str
    starts_ns: int
    frames: int
    clock_error_ns: int
    silent_samples: int


CAMERAS = (
    Camera(
        name="Camera 1",
        file="camera1_X60A0001.mp4",
        serial="X60A0001",
        wearer="Officer 1",
        position="chest of Officer 1, who stands off the driver's door with the gun drawn",
        starts_ns=0,
        frames=1500,
        clock_error_ns=0,
        silent_samples=480_000,
    ),
    Camera(
        name="Camera 2",
        file="camera2_X60A0002.mp4",
        serial="X60A0002",
        wearer="Officer 2",
        position="chest of Officer 2, who opens the rear driver's-side door",
        starts_ns=seconds(6.3),
        frames=1440,
        clock_error_ns=seconds(1.4),
        silent_samples=0,
    ),
)

# The microphone opens a little after the silent buffer so that the AAC window of the first sound
# (2048 samples, steps of 1024) cannot reach back into the samples stated as silent.
MICROPHONE_OPENS_AFTER = 1_280


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words spoken by an officer from `at_ns` on; how long they last is up to the voice."""

    at_ns: int
    speaker: str
    text: str
    act: str
    addressee: str


UTTERANCES = (
    Utterance(seconds(20.6), "Officer 1", "Put your gun down", "command", "Driver"),
    Utterance(seconds(24.9), "Officer 2", "Get out of the car! Do not move!", "command", "Driver"),
    Utterance(seconds(33.72), "Officer 2", "No, don't fire", "plea", "Officer 1"),
)

APPROACH_STARTS = seconds(10.8)
APPROACH_ENDS = seconds(19.2)
GUN_UP_STARTS = seconds(19.6)  # the gun begins to rise into Officer 1's own picture
GUN_UP = seconds(20.3)
GUN_DOWN_STARTS = seconds(38.6)
GUN_DOWN = seconds(39.5)
DOOR_REACH_STARTS = seconds(28.3)
DOOR_OPENS = seconds(29.0)
DOOR_OPEN = seconds(29.85)
DOOR_DEGREES = 66.0
DEPARTURE = seconds(31.0)
COLLISION = seconds(35.1)

# Each time lies early in a frame of both cameras, so that the flash begins in the frame on screen.
SHOTS = (seconds(32.295), seconds(32.7625), seconds(33.2625))
SHOOTER = "Officer 1"
FLASH_NS = seconds(0.03)

ENGINE_REVS = seconds(30.55)
HORN_STUCK_ENDS = seconds(41.2)
RADIO_CHIRPS = (seconds(12.9), seconds(44.3), seconds(48.2))

# (time in seconds, x, y, heading, pitch): where each officer is and where the chest points.
OFFICER_PATHS: dict[str, tuple[tuple[float, float, float, float, float], ...]] = {
    "Officer 1": (
        (0.0, -11.6, 5.3, 14.0, -1.0),
        (3.2, -11.6, 5.3, 12.0, 0.0),
        (5.6, -11.6, 5.3, -34.0, -4.0),
        (8.2, -11.6, 5.3, -26.0, -3.0),
        (10.8, -11.6, 5.3, -19.0, -2.0),
        (13.5, -7.9, 5.2, -28.0, -3.0),
        (16.4, -3.0, 5.0, -52.0, -5.0),
        (19.2, 1.1, 4.5, -104.0, -5.0),
        (22.0, 1.15, 4.55, -107.0, -5.0),
        (25.0, 1.15, 4.6, -103.0, -4.0),
        (28.6, 1.2, 4.7, -113.0, -5.0),
        (30.0, 1.2, 4.8, -112.0, -5.0),
        (31.0, 1.2, 4.8, -106.0, -5.0),
        (31.8, 1.2, 5.0, -88.0, -5.0),
        (32.295, 1.2, 5.1, -63.0, -4.0),
        (32.7625, 1.3, 5.1, -40.0, -3.0),
        (33.2625, 1.4, 5.05, -18.0, -2.0),
        (34.2, 1.6, 5.0, -7.0, -1.0),
        (35.1, 2.5, 4.9, -5.0, -1.0),
        (36.4, 4.4, 4.5, -2.0, -1.0),
        (40.5, 13.0, 3.6, 12.0, -2.0),
        (43.0, 15.0, 3.6, 14.0, -3.0),
        (47.0, 15.3, 3.6, 19.0, -3.0),
        (50.2, 15.3, 3.6, 12.0, -3.0),
        (55.0, 15.3, 3.6, 14.0, -3.0),
    ),
    "Officer 2": (
        (0.0, -10.6, -0.6, 20.0, -1.0),
        (8.0, -10.6, -0.6, 16.0, -1.0),
        (10.8, -10.6, -0.6, 9.0, -2.0),
        (13.5, -7.7, 0.3, 6.0, -3.0),
        (16.2, -4.9, 1.9, -8.0, -5.0),
        (19.2, -3.1, 2.5, -24.0, -7.0),
        (23.0, -3.05, 2.5, -22.0, -6.0),
        (27.4, -3.0, 2.5, -26.0, -7.0),
        (28.75, -1.75, 1.62, -33.0, -12.0),
        (29.0, -1.75, 1.62, -34.0, -12.0),
        (29.4, -1.78, 1.68, -32.0, -12.0),
        (30.2, -2.0, 2.1, -38.0, -10.0),
        (31.0, -2.05, 2.2, -38.0, -9.0),
        (31.6, -2.5, 2.8, -42.0, -13.0),
        (32.3, -2.6, 3.0, -40.0, -14.0),
        (32.8, -2.6, 3.0, -26.0, -8.0),
        (33.2, -2.5, 3.0, 2.0, -3.0),
        (33.7, -2.3, 3.0, 14.0, -2.0),
        (34.6, -2.0, 2.9, 10.0, -2.0),
        (35.1, -1.4, 2.8, 8.0, -2.0),
        (36.2, 0.6, 2.5, 8.0, -2.0),
        (41.4, 10.8, 1.1, 19.0, -2.0),
        (44.0, 13.2, 0.9, 24.0, -3.0),
        (48.0, 13.4, 0.9, 30.0, -3.0),
        (51.5, 13.4, 0.9, 20.0, -3.0),
        (55.0, 13.4, 0.9, 23.0, -3.0),
    ),
}

# Where the parked car drives: its middle passes through these points; the last is where it hits.
DRIVE_PATH = ((0.0, 0.0), (5.0, 0.1), (10.0, 1.1), (16.0, 3.6), (21.75, 6.25))
DRIVE_FIRST_SPEED = 0.6  # metres a second in the very first moment, so the first frame differs
DRIVE_ACCELERATES_FOR = 2.4  # seconds; then the speed stays until the collision

# Parked squad cars (x, y, heading): camera 1's own car, and the one that is hit.
SQUAD_BEHIND = (-14.6, 2.6, -7.0)
SQUAD_HIT = (25.1, 7.3, 112.0)
