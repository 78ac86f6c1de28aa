"""What each camera's microphone hears, and at exactly which of its samples.

Sound travels at 343 m/s and is heard where the wearer's chest is. Level falls as distance to the
power 0.75 rather than 1, standing in for the automatic gain of a body camera's microphone.
"""

from __future__ import annotations

from dataclasses import dataclass

import effects
import motion
import numpy as np
import numpy.typing as npt
import script
import voices
from scipy.signal import fftconvolve

Floats = npt.NDArray[np.float64]
RATE = script.SAMPLE_RATE
WALLS = ((44.0, None), (None, 33.0), (-36.0, None))  # plain x or y planes that throw echoes


@dataclass(frozen=True, slots=True)
class Heard:
    """One sound at one microphone: its samples are `[start, end)`; reverberation not counted."""

    start: int
    end: int
    metres: float

    @property
    def delay_ms(self) -> float:
        """How long the sound travelled."""
        return self.metres / script.SPEED_OF_SOUND * 1000


def samples_in(camera: script.Camera) -> int:
    """Return how many samples the camera's sound has: up to the end of its last frame."""
    ticks = camera.frames * script.TICKS_PER_FRAME
    return -(-ticks * RATE // script.TICKS_PER_SECOND)


def loudness(metres: Floats | float) -> Floats:
    """Return the gain at a distance; 1 at half a metre and nearer."""
    return np.asarray((0.5 / np.maximum(metres, 0.5)) ** 0.75)


def arrival(camera: script.Camera, at_ns: int, metres: float) -> int:
    """Return the sample at which a sound made at `at_ns`, so far away, reaches the microphone."""
    return round((at_ns - camera.starts_ns) * RATE / 1e9 + metres * RATE / script.SPEED_OF_SOUND)


def _mouth(officer: str, t: float) -> Floats:
    now = motion.stance(officer, t)
    return np.array([now.x + 0.1 * np.cos(now.heading), now.y + 0.1 * np.sin(now.heading), 1.68])


def _crash_place() -> Floats:
    x, y, heading, _ = motion.suspect_car(motion.COLLISION)
    return np.array([x + 2.3 * np.cos(heading), y + 2.3 * np.sin(heading), 0.6])


class Microphone:
    """Collects everything one camera hears. `mix` is filled sample by sample of file time."""

    def __init__(self, camera: script.Camera) -> None:
        self.camera = camera
        self.samples = samples_in(camera)
        self.mix: Floats = np.zeros(self.samples)
        self._echoing: Floats = np.zeros(self.samples)
        self.heard: dict[str, Heard] = {}

    def _ear(self, t: float) -> Floats:
        return motion.chest_view(self.camera.wearer, t).position

    def _lay(self, sound: Floats, at: int, gain: float, bus: Floats) -> None:
        first, last = max(at, 0), min(at + len(sound), self.samples)
        if last > first:
            bus[first:last] += gain * sound[first - at : last - at]

    def point(
        self, key: str, sound: Floats, at_ns: int, place: Floats, level: float, echo: float = 1.0
    ) -> None:
        """Add a sound from one place and note when it is heard; nearby walls answer."""
        t = at_ns / 1e9
        ear = self._ear(t)
        metres = float(np.linalg.norm(place - ear))
        start = arrival(self.camera, at_ns, metres)
        gain = level * float(loudness(metres))
        self._lay(sound, start, gain, self.mix)
        self._lay(sound, start, level * float(loudness(metres + 4.0)) * echo, self._echoing)
        dull = effects.band(sound, 120, 2400, 1)
        for x, y in WALLS:
            image = place.copy()
            if x is not None:
                image[0] = 2 * x - image[0]
            if y is not None:
                image[1] = 2 * y - image[1]
            far = float(np.linalg.norm(image - ear))
            back = arrival(self.camera, at_ns, far)
            self._lay(dull, back, 0.55 * echo * level * float(loudness(far)), self.mix)
        self.heard[key] = Heard(start, start + len(sound), metres)

    def moving(self, sound: Floats, level: float) -> None:
        """Add the car's sound over the whole incident, with delay and Doppler as it drives."""
        grid = np.arange(0.0, effects.END_SECONDS, 0.002)
        car = np.array([[*motion.suspect_car(t)[:2], 0.6] for t in grid])
        ears = np.array([self._ear(t) for t in grid])
        late = np.zeros(len(grid))
        for _ in range(4):  # when the sound heard now was made
            there = np.stack([np.interp(grid - late, grid, car[:, i]) for i in range(3)], axis=1)
            metres = np.linalg.norm(there - ears, axis=1)
            late = metres / script.SPEED_OF_SOUND
        times = np.arange(self.samples) / RATE + self.camera.starts_ns / 1e9
        made = times - np.interp(times, grid, late)
        gain = level * loudness(np.interp(times, grid, metres))
        heard = np.interp(made * RATE, np.arange(len(sound)), sound) * gain
        self.mix += heard
        self._echoing += 0.4 * heard

    def own_steps(self) -> None:
        """Add the wearer's footsteps and the rub of cloth, which only this microphone hears."""
        grid = np.arange(0.0, effects.END_SECONDS, 0.005)
        stances = [motion.stance(self.camera.wearer, t) for t in grid]
        steps = np.floor(np.array([s.walked for s in stances]) / 0.74)
        for i in np.flatnonzero(np.diff(steps) > 0):
            at = arrival(self.camera, round(grid[i] * 1e9), 1.3)
            level = 0.045 + 0.03 * min(stances[i].speed, 3.0)
            self._lay(effects.footstep(int(steps[i])), at, level, self.mix)
        times = np.arange(self.samples) / RATE + self.camera.starts_ns / 1e9
        speed = np.interp(times, grid, [s.speed for s in stances])
        random = effects.generator(90 + script.CAMERAS.index(self.camera))
        cloth = effects.band(random.standard_normal(self.samples), 250, 3800)
        gust = effects.band(random.standard_normal(self.samples), None, 5) * 60
        self.mix += 0.006 * cloth * np.clip(speed, 0, 3) * np.clip(gust, 0, 2)

    def finish(self) -> npt.NDArray[np.float32]:
        """Return the finished sound: reverberation, limiter, and the silent buffer as zeros."""
        random = effects.generator(95)
        t = np.arange(round(1.6 * RATE)) / RATE
        tail = random.standard_normal(len(t)) * np.exp(-t / 0.33) * np.clip(t / 0.06, 0, 1)
        tail = effects.band(tail, 140, 2600, 1)
        tail /= np.sqrt((tail**2).sum())
        wet = fftconvolve(self._echoing, tail)[: self.samples]
        mix = np.tanh(0.98 * (self.mix + 0.30 * wet)) * 0.97
        if self.camera.silent_samples:
            opens = self.camera.silent_samples + script.MICROPHONE_OPENS_AFTER
            mix[:opens] = 0.0
            mix[opens : opens + 480] *= np.linspace(0.0, 1.0, 480)
        return np.asarray(mix, dtype=np.float32)


def record(camera: script.Camera) -> tuple[npt.NDArray[np.float32], dict[str, Heard]]:
    """Return what a camera's microphone records (48 kHz mono) and where its sounds lie.

    Keys: "utterance 0", "shot 0" and so on in the script's order, "door", "collision".
    """
    mic = Microphone(camera)
    mic.mix += effects.night(script.CAMERAS.index(camera), mic.samples)
    for i, spoken in enumerate(script.UTTERANCES):
        place = _mouth(spoken.speaker, spoken.at_ns / 1e9)
        words = voices.shouted(spoken.text, spoken.speaker)
        mic.point(f"utterance {i}", words, spoken.at_ns, place, 1.25, 0.35)
    for i, shot in enumerate(script.SHOTS):
        place = motion.muzzle(script.SHOOTER, shot / 1e9)
        mic.point(f"shot {i}", effects.gunshot(i), shot, place, 9.0, 1.0)
    x, y, heading, _ = motion.suspect_car(script.DOOR_OPENS / 1e9)
    latch = np.array([x - 1.1 * np.cos(heading), y + 0.92, 0.8])
    mic.point("door", effects.door(), script.DOOR_OPENS, latch, 0.7, 0.2)
    mic.point("collision", effects.crash(), script.COLLISION, _crash_place(), 11.0, 0.7)
    horn_ns = script.COLLISION + 600_000_000
    horn = effects.horn((script.HORN_STUCK_ENDS - horn_ns) / 1e9)
    mic.point("horn", horn, horn_ns, _crash_place(), 1.1, 0.3)
    for i, chirp in enumerate(script.RADIO_CHIRPS):
        belt = _mouth("Officer 1", chirp / 1e9) - np.array([0.0, 0.0, 0.4])
        mic.point(f"radio {i}", effects.radio(i), chirp, belt, 0.12, 0.1)
    mic.moving(effects.engine(), 1.35)
    mic.moving(effects.tyres(), 1.9)
    mic.own_steps()
    return mic.finish(), mic.heard
