"""Where things are at a moment of incident time: cars, officers, their chests and the door."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import script
from scipy.interpolate import PchipInterpolator

Floats = npt.NDArray[np.float64]
CHEST_HEIGHT = 1.38
DEPARTURE = script.DEPARTURE / 1e9
COLLISION = script.COLLISION / 1e9


@dataclass(frozen=True, slots=True)
class View:
    """A camera's place (metres) and angles (radians; roll positive tips the picture left)."""

    position: Floats
    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Stance:
    """Where an officer stands: ground point, heading in radians, speed in m/s, metres walked."""

    x: float
    y: float
    heading: float
    pitch: float
    speed: float
    walked: float


@cache
def _path(officer: str) -> tuple[PchipInterpolator, Floats, Floats]:
    keys = np.array(script.OFFICER_PATHS[officer])
    curve = PchipInterpolator(keys[:, 0], keys[:, 1:])
    times = np.arange(0.0, 55.0, 0.01)
    steps = np.hypot(*np.diff(curve(times)[:, :2], axis=0).T)
    return curve, times, np.concatenate([[0.0], np.cumsum(steps)])


def ease(t: float, start_ns: int, end_ns: int) -> float:
    """Return 0 before start, 1 after end, and a smooth step between; `t` in seconds."""
    u = min(max((t - start_ns / 1e9) / ((end_ns - start_ns) / 1e9), 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)


def stance(officer: str, t: float) -> Stance:
    """Return where an officer stands at `t` seconds."""
    curve, times, walked = _path(officer)
    x, y, heading, pitch = curve(t)
    back, ahead = np.interp([t - 0.15, t + 0.15], times, walked)
    return Stance(
        float(x), float(y), math.radians(heading), math.radians(pitch),
        float(ahead - back) / 0.3, float(np.interp(t, times, walked)),
    )  # fmt: skip


@cache
def _sway_terms(officer: str) -> tuple[Floats, Floats, Floats]:
    generator = np.random.default_rng([script.SEED, int(officer[-1])])
    frequencies = generator.uniform(0.12, 1.9, (4, 6))
    phases = generator.uniform(0.0, 2 * math.pi, (4, 6))
    weights = generator.uniform(0.4, 1.0, (4, 6)) / (1.0 + 2.2 * frequencies)
    return frequencies, phases, weights


def startle(officer: str, t: float) -> float:
    """Return the decaying jerk (0 to about 1) of each shot and of the collision."""
    jerks = [(shot / 1e9, 1.0 if officer == script.SHOOTER else 0.8) for shot in script.SHOTS]
    jerks += [(COLLISION + 0.07, 0.45)]
    if officer == "Officer 2":
        jerks += [(DEPARTURE + 0.12, 0.9), (script.DOOR_OPENS / 1e9, 0.25)]
    total = 0.0
    for moment, strength in jerks:
        since = t - moment
        if since > 0:
            total += strength * math.exp(-since / 0.13) * math.cos(since * 31.0)
    return total


def chest_view(officer: str, t: float) -> View:
    """Return the chest camera's view with walking bob, breathing, unrest and startle."""
    now = stance(officer, t)
    frequencies, phases, weights = _sway_terms(officer)
    unrest = (weights * np.sin(2 * math.pi * frequencies * t + phases)).sum(axis=1)
    tense = 1.0 + 0.6 * ease(t, script.GUN_UP_STARTS, script.GUN_UP)
    step = now.walked / 0.74 * math.pi
    stride = min(now.speed / 1.3, 1.7)
    breath = math.sin(2 * math.pi * 0.31 * t + int(officer[-1]))
    jerk = startle(officer, t)
    bob = 0.028 * stride * abs(math.sin(step))
    side = 0.03 * stride * math.sin(step)
    height = CHEST_HEIGHT + bob + 0.006 * breath - 0.02 * jerk
    position = np.array(
        [
            now.x - side * math.sin(now.heading) + 0.004 * unrest[0],
            now.y + side * math.cos(now.heading) + 0.004 * unrest[1],
            height,
        ]
    )
    yaw = now.heading + math.radians(0.8 * tense * unrest[1] + 2.2 * stride * math.sin(step))
    pitch = now.pitch + math.radians(
        0.55 * tense * unrest[2] + 0.5 * breath + 1.1 * stride * math.cos(2 * step) + 3.4 * jerk
    )
    roll = math.radians(0.7 * unrest[3] + 1.6 * stride * math.sin(step + 0.6) + 2.2 * jerk)
    lean = 2.0 if officer == "Officer 1" else -1.5
    return View(position, yaw + math.radians(1.4 * jerk), pitch, roll + math.radians(lean))


def muzzle(officer: str, t: float) -> Floats:
    """Return the gun's muzzle in the world, as held in front of the chest."""
    view = chest_view(officer, t)
    forward = np.array([math.cos(view.yaw), math.sin(view.yaw), math.sin(view.pitch)])
    return np.asarray(view.position + 0.76 * forward + np.array([0.0, 0.0, -0.08]))


@cache
def _drive() -> tuple[PchipInterpolator, float]:
    points = np.array(script.DRIVE_PATH)
    chord = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    curve = PchipInterpolator(chord, points)
    fine = curve(np.linspace(0.0, chord[-1], 4000))
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(fine, axis=0).T))])
    return PchipInterpolator(lengths, fine), float(lengths[-1])


def driven(t: float) -> float:
    """Return the metres the car has driven at `t`; constant after the collision."""
    _, length = _drive()
    spent, whole = min(max(t - DEPARTURE, 0.0), COLLISION - DEPARTURE), COLLISION - DEPARTURE
    first, ramp = script.DRIVE_FIRST_SPEED, script.DRIVE_ACCELERATES_FOR
    push = (length - first * whole) / (ramp * ramp / 2 + ramp * (whole - ramp))
    if spent < ramp:
        return first * spent + push * spent * spent / 2
    return first * spent + push * (ramp * ramp / 2 + ramp * (spent - ramp))


def suspect_car(t: float) -> tuple[float, float, float, float]:
    """Return (x, y, heading, pitch) of the car that drives off; angles in radians."""
    curve, length = _drive()
    s = driven(t)
    x, y = curve(s)
    dx, dy = curve(min(s + 0.4, length)) - curve(max(s - 0.4, 0.0))
    heading = math.atan2(dy, dx) if s > 0.4 else 0.0
    squat = 0.0
    if DEPARTURE < t < COLLISION:
        squat = 0.022 * min((t - DEPARTURE) / 0.25, 1.0) * max(1.0 - (t - DEPARTURE) / 3.0, 0.0)
    since = t - COLLISION
    if since > 0:
        recoil = 0.42 * (1 - math.exp(-since / 0.22))
        x, y = x - recoil * math.cos(heading), y - recoil * math.sin(heading)
        heading -= 0.16 * (1 - math.exp(-since / 0.2))
        squat = -0.05 * math.exp(-since / 0.25) * math.cos(since * 14)
    return float(x), float(y), heading, squat


def squad_hit(t: float) -> tuple[float, float, float, float]:
    """Return (x, y, heading, roll) of the squad car that is hit."""
    x, y, degrees = script.SQUAD_HIT
    since = max(t - COLLISION, 0.0)
    shove = 1 - math.exp(-since / 0.16)
    rock = 0.07 * math.exp(-since / 0.4) * math.sin(since * 13)
    return x + 0.75 * shove, y + 0.3 * shove, math.radians(degrees - 7.0 * shove), rock


def door_angle(t: float) -> float:
    """Return how far the rear driver's-side door stands open, in radians.

    It springs 4 degrees at once when the latch lets go, so the first frame shows it.
    """
    since = t - script.DOOR_OPENS / 1e9
    if since < 0:
        return 0.0
    angle = 4.0 + (script.DOOR_DEGREES - 4.0) * ease(t, script.DOOR_OPENS, script.DOOR_OPEN)
    if t > DEPARTURE:  # the drive-off throws it back
        angle *= 1.0 - 0.75 * ease(
            t, script.DEPARTURE + 250_000_000, script.DEPARTURE + 1_300_000_000
        )
    if t > COLLISION:
        angle += 35.0 * (1 - math.exp(-(t - COLLISION) / 0.1))
    return math.radians(angle)
