"""Dry sounds at 48 kHz, before distance and echo: shots, door, crash, engine, tyres, steps."""

from __future__ import annotations

import motion
import numpy as np
import numpy.typing as npt
import script
from scipy.signal import butter, sosfilt

Floats = npt.NDArray[np.float64]
RATE = script.SAMPLE_RATE
END_SECONDS = 55.0


def generator(number: int) -> np.random.Generator:
    """Return the seeded random numbers of one sound."""
    return np.random.default_rng([script.SEED, 77, number])


def band(sound: Floats, low: float | None, high: float | None, order: int = 2) -> Floats:
    """Return the sound between two frequencies in Hz."""
    if low:
        sound = sosfilt(butter(order, low, "highpass", fs=RATE, output="sos"), sound)
    if high:
        sound = sosfilt(butter(order, high, "lowpass", fs=RATE, output="sos"), sound)
    return np.asarray(sound)


def _time(seconds: float) -> Floats:
    return np.arange(round(seconds * RATE)) / RATE


def gunshot(number: int) -> Floats:
    """Return a shot whose very first sample is its loudest: a blast, then a dull body."""
    t, random = _time(0.5), generator(number)
    crack = np.exp(-t / 0.0009) - 0.55 * np.exp(-((t - 0.0016) ** 2) / (2 * 0.0005**2))
    hiss = random.standard_normal(len(t)) * np.exp(-t / 0.013)
    body = band(random.standard_normal(len(t)), 60, 700) * np.exp(-t / 0.055) * 2.2
    thump = np.sin(2 * np.pi * (70 * t + 1.6 * (1 - np.exp(-t / 0.02)))) * np.exp(-t / 0.07)
    onset = 1 - np.exp(-t / 0.0003)
    sound = 1.2 * crack + onset * (0.55 * hiss + 0.5 * body + 0.6 * thump)
    return np.asarray(sound / abs(sound[0]))


def door() -> Floats:
    """Return latch and clunk of a car door being pulled open, then its hinge."""
    t, random = _time(0.9), generator(20)
    sound = np.zeros(len(t))
    for at, level, pitch in ((0.0, 1.0, 1850.0), (0.045, 0.7, 1300.0), (0.11, 0.35, 900.0)):
        since = np.maximum(t - at, 0.0)
        on = t >= at
        click = random.standard_normal(len(t)) * np.exp(-since / 0.004)
        ring = np.cos(2 * np.pi * pitch * since) * np.exp(-since / 0.009)
        thud = np.sin(2 * np.pi * 120 * since) * np.exp(-since / 0.035)
        sound += level * on * (0.6 * click + 0.5 * ring + 0.9 * thud)
    creak = np.sin(2 * np.pi * np.cumsum(430 + 90 * np.sin(2 * np.pi * 2.1 * t)) / RATE)
    creak *= (np.sin(2 * np.pi * 37 * t) > 0.3) * np.exp(-(((t - 0.5) / 0.17) ** 2)) * 0.05
    sound += band(creak, 300, 5000)
    return np.asarray(sound / np.abs(sound).max())


def crash() -> Floats:
    """Return a car hitting a car: blow, buckling metal, then glass."""
    t, random = _time(2.2), generator(30)
    blow = np.sin(2 * np.pi * 58 * t * (1 + 0.4 * np.exp(-t / 0.03))) * np.exp(-t / 0.11)
    crunch = band(random.standard_normal(len(t)), 150, 5200) * np.exp(-t / 0.10)
    gate = np.repeat(random.uniform(0.1, 1.0, len(t) // 480 + 1), 480)[: len(t)]
    sound = 1.4 * blow + 1.1 * crunch * gate
    for _ in range(26):
        pitch, fade = random.uniform(160, 3400), random.uniform(0.02, 0.2)
        at = random.exponential(0.04)
        since = np.maximum(t - at, 0.0)
        ring = np.sin(2 * np.pi * pitch * since) * np.exp(-since / fade) * (t >= at)
        sound += ring * random.uniform(0.05, 0.22)
    for _ in range(70):
        at, pitch = 0.06 + random.exponential(0.3), random.uniform(3200, 9000)
        since = np.maximum(t - at, 0.0)
        ping = np.sin(2 * np.pi * pitch * since) * np.exp(-since / random.uniform(0.004, 0.03))
        sound += ping * (t >= at) * random.uniform(0.02, 0.09)
    sound[0] = 0.5 * np.abs(sound).max()  # contact is one sample, not a fade
    return np.asarray(sound / np.abs(sound).max())


def engine() -> Floats:
    """Return the car's engine over the whole incident: idle, revs, drive-off, stall."""
    t = np.arange(round(END_SECONDS * RATE)) / RATE
    start, stop = motion.DEPARTURE, motion.COLLISION
    keys = ((0, 780), (script.ENGINE_REVS / 1e9, 800), (start - 0.1, 2900), (start + 0.1, 3300),
            (start + 0.9, 4300), (start + 1.9, 5300), (start + 2.0, 3500), (stop - 0.2, 4900),
            (stop, 4600), (stop + 0.35, 500), (stop + 0.7, 0), (55, 0))  # fmt: skip
    revs = np.interp(t, *np.array(keys).T)
    load = np.interp(t, (0, start - 0.45, start - 0.1, start + 0.4, stop, stop + 0.4, stop + 0.7),
                     (0.16, 0.16, 0.6, 1.0, 0.9, 0.25, 0.0))  # fmt: skip
    random = generator(40)
    turn = 2 * np.pi * np.cumsum(revs / 60) / RATE
    unrest = 1 + 0.1 * band(random.standard_normal(len(t)), None, 9) * 30
    sound = np.zeros(len(t))
    for order, level in (
        (1, 0.25),
        (2, 1.0),
        (3, 0.2),
        (4, 0.75),
        (6, 0.5),
        (8, 0.38),
        (10, 0.2),
        (12, 0.16),
    ):
        sound += level * np.sin(order * turn + random.uniform(0, 6.3))
    breath = band(random.standard_normal(len(t)), 180, 2600) * (0.6 + 0.4 * np.sin(2 * turn))
    sound = np.tanh(1.1 * sound * np.clip(unrest, 0.5, 1.5)) + (0.35 + 0.5 * load) * breath
    return np.asarray(sound * load * 0.5)


def tyres() -> Floats:
    """Return the squeal of the drive-off and of the last metre before the collision."""
    t = np.arange(round(END_SECONDS * RATE)) / RATE
    start, stop = motion.DEPARTURE, motion.COLLISION
    random = generator(50)
    drift = band(random.standard_normal(len(t)), None, 6) * 40
    moments = (0.0, 0.03, 1.1, 1.9, stop - start - 0.5, stop - start - 0.42, stop - start,
               stop - start + 0.05)  # fmt: skip
    level = np.interp(t - start, moments,
                      (0, 1.0, 0.8, 0, 0, 0.9, 0.9, 0), left=0, right=0)  # fmt: skip
    pitch = 820 + 160 * np.clip((t - start) / 1.5, 0, 1) + 40 * drift
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    tone = np.sin(phase) + 0.6 * np.sin(2.01 * phase) + 0.35 * np.sin(3.02 * phase)
    rough = 0.6 + 0.4 * band(random.standard_normal(len(t)), None, 90) * 12
    scrub = band(random.standard_normal(len(t)), 500, 4000)
    return np.asarray(level * (0.34 * tone * np.clip(rough, 0.1, 1.4) + 0.5 * scrub) * 0.7)


def horn(seconds: float) -> Floats:
    """Return a car horn held down, wavering at its end."""
    t = _time(seconds)
    droop = 1 - 0.04 * np.clip((t - seconds + 1.2) / 1.2, 0, 1)
    sound = np.zeros(len(t))
    for pitch in (408.0, 511.0):
        phase = 2 * np.pi * np.cumsum(pitch * droop) / RATE
        sound += sum(np.sin(n * phase) / n**0.8 for n in range(1, 9))
    fade = np.clip(t / 0.02, 0, 1) * np.clip((seconds - t) / 0.3, 0, 1)
    return np.asarray(np.tanh(0.5 * sound) * fade)


def footstep(number: int) -> Floats:
    """Return one boot on wet asphalt."""
    t, random = _time(0.16), generator(1000 + number)
    heel = band(random.standard_normal(len(t)), 70, 420) * np.exp(-t / 0.018) * 3
    grit = band(random.standard_normal(len(t)), 1500, 6000) * np.exp(-((t - 0.03) ** 2) / 0.0006)
    return np.asarray(0.7 * heel + 0.35 * grit)


def radio(number: int) -> Floats:
    """Return a radio's chirp and a breath of static."""
    t, random = _time(0.55), generator(70 + number)
    tone = np.sin(2 * np.pi * 1240 * t) * (t < 0.07) + np.sin(2 * np.pi * 930 * t) * (
        (t > 0.09) & (t < 0.16)
    )
    hiss = band(random.standard_normal(len(t)), 500, 3200) * ((t > 0.18) & (t < 0.5))
    return np.asarray(0.5 * tone + 0.3 * hiss)


def night(camera_number: int, samples: int) -> Floats:
    """Return the hum of the town and the microphone's own noise."""
    random = generator(80 + camera_number)
    white = random.standard_normal(samples)
    rumble = band(random.standard_normal(samples), 30, 190) * 5.0
    swell = 1 + 0.4 * np.sin(2 * np.pi * np.arange(samples) / RATE / 7.3 + camera_number)
    return np.asarray(0.0028 * band(white, 90, 7000) + 0.0034 * rumble * swell)
