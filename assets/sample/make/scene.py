"""The car park at one moment: which mesh stands where, and which lights shine."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cars
import motion
import numpy as np
import numpy.typing as npt
import officers
import script
from models import LAMPS

Floats = npt.NDArray[np.float64]

# Object numbers, so that a picture can say which pixels show what. Whatever is fixed to the
# camera itself is drawn with 100 added, because the lens does not smear it.
WORLD, SUSPECT, SQUAD, OFFICER, GUN, FLASHES, DOOR, OWN = 1, 2, 3, 4, 5, 6, 7, 100
PARKED = ((0.0, -5.4, 180.0, 0), (0.15, 10.7, 0.0, 1), (15.4, -8.0, 180.0, 1),
          (15.6, -10.8, 0.0, 2), (15.5, -16.2, 0.0, 0), (0.0, 16.2, 0.0, 2))  # fmt: skip


@dataclass(slots=True)
class Light:
    """A lamp. `outer` is the cosine of its cone's edge, -1 when it shines all round."""

    place: Floats
    colour: tuple[float, float, float]
    soft: float = 0.1
    direction: Floats = field(default_factory=lambda: np.array([0.0, 0.0, -1.0]))
    outer: float = -1.0
    shadowed: bool = False


@dataclass(slots=True)
class Drawn:
    """One mesh in the world with its object number and the strength of its glow channels."""

    mesh: str
    matrix: Floats
    number: int
    glow: tuple[float, ...] = (0.0,) * 8


@dataclass(slots=True)
class Moment:
    """Everything needed to draw one frame. `cars` has x, y, heading of up to eight cars."""

    drawn: list[Drawn]
    lights: list[Light]
    cars: list[tuple[float, float, float]]
    feet: list[tuple[float, float]]
    view: motion.View
    flash: float


def standing(x: float, y: float, heading: float, pitch: float = 0.0, roll: float = 0.0) -> Floats:
    """Return the matrix of something on the ground, turned, nose-up by pitch, tipped by roll."""
    c, s, cp, sp = math.cos(heading), math.sin(heading), math.sin(pitch), math.cos(pitch)
    forward = np.array([c * sp, s * sp, cp])
    side = np.array([-s, c, 0.0]) * math.cos(roll) + np.array([0.0, 0.0, math.sin(roll)])
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = forward, side, np.cross(forward, side)
    matrix[:3, 3] = (x, y, 0.0)
    return matrix


def flash_at(t: float, exposure: float) -> float:
    """Return the share of the flash caught by an exposure from t on; 0 when there is none."""
    best = 0.0
    for shot in script.SHOTS:
        begin, end = shot / 1e9, (shot + script.FLASH_NS) / 1e9
        best = max(best, min(t + exposure, end) - max(t, begin))
    return min(max(best, 0.0) / (script.FLASH_NS / 1e9), 1.0)


def bar(t: float, shift: float) -> tuple[float, float]:
    """Return how bright the red and the blue half of a light bar are: two quick blinks each."""
    phase = ((t + shift) * 1.55) % 1.0

    def blink(at: float) -> float:
        return max(0.0, 1.0 - abs((phase - at) / 0.085) ** 3)

    red = max(blink(0.09), blink(0.29))
    return red, max(blink(0.59), blink(0.79))


class Stage:
    """Builds the moment of a frame for one camera."""

    def __init__(self, wearer: str) -> None:
        self.wearer = wearer

    def at(self, t: float, exposure: float) -> Moment:
        """Return the scene at incident second `t` as this camera's frame shows it."""
        view = motion.chest_view(self.wearer, t)
        moment = Moment([], [], [], [], view, flash_at(t, exposure))
        moment.drawn.append(Drawn("surroundings", np.eye(4), WORLD, (0,) * 6 + (1.0, 0)))
        self._cars(moment, t)
        for x, y in LAMPS:
            moment.lights.append(
                Light(np.array([x, y - 0.5, 5.7]), (125.0, 74.0, 31.0), 0.8,
                      np.array([0.0, -0.15, -0.99]), 0.2)
            )  # fmt: skip
        moment.lights.append(Light(np.array([42.5, 4.0, 4.0]), (60.0, 36.0, 20.0), 2.0))
        self._officers(moment, t)
        return moment

    def _cars(self, moment: Moment, t: float) -> None:
        x, y, heading, pitch = motion.suspect_car(t)
        body = standing(x, y, heading, pitch)
        parked, crashed = t < motion.DEPARTURE, t > motion.COLLISION
        dome = 0.55 * motion.ease(t, script.DOOR_OPENS, script.DOOR_OPENS + 80_000_000)
        if t > motion.DEPARTURE + 1.4:
            dome *= 0.4
        flicker = 0.0 if crashed and (t * 2.1) % 1.0 < 0.5 else 1.0
        tail = 2.6 if parked else 1.1
        head = 9.0 * (1.0 if not crashed else 0.25)
        glow = (0.0, tail if not crashed else 3.0 * flicker, head, 0.0, 0.0, 2.2 * dome, 1.0, 0.0)
        moment.drawn.append(Drawn("suspect", body, SUSPECT, glow))
        hinge = standing(*cars.HINGE, -motion.door_angle(t))
        back = np.eye(4)
        back[:2, 3] = (-cars.HINGE[0], -cars.HINGE[1])
        moment.drawn.append(Drawn("door", body @ hinge @ back, DOOR, glow))
        seat = np.eye(4)
        seat[:3, 3] = (0.02, 0.38, 0.93)
        seat[:3, :3] = np.diag([1.0, 1.0, 0.75])
        moment.drawn.append(Drawn("driver", body @ seat, SUSPECT))
        skull = np.eye(4)
        skull[:3, 3] = (0.08, 0.37, 1.2)
        moment.drawn.append(Drawn("driver_head", body @ skull, SUSPECT))
        if crashed:
            self._steam(moment, body, t)
        self._car_lights(moment, body, 20.0 if parked else 8.0, 60.0 * (0.3 if crashed else 1.0))
        moment.lights.append(
            Light(
                (body @ np.array([-0.45, 0.0, 1.38, 1.0]))[:3], (dome, 0.8 * dome, 0.5 * dome), 0.25
            )
        )
        moment.cars.append((x, y, heading))
        hit = motion.squad_hit(t)
        self._squad(moment, standing(hit[0], hit[1], hit[2], 0.0, hit[3]), t, 0.31, 60.0, False)
        moment.cars.append(hit[:3])
        bx, by, degrees = script.SQUAD_BEHIND
        behind = (bx, by, math.radians(degrees))
        self._squad(moment, standing(*behind), t, 0.0, 260.0, True)
        moment.cars.append(behind)
        for px, py, turn, paint in PARKED:
            place = (px, py, math.radians(turn))
            moment.drawn.append(Drawn(f"parked{paint}", standing(*place), WORLD))
            if len(moment.cars) < 8:
                moment.cars.append(place)

    def _steam(self, moment: Moment, body: Floats, t: float) -> None:
        since = t - motion.COLLISION
        for i in range(14):  # puffs rise from the broken bonnet one after another, over and over
            age = since - 0.22 * i
            if age < 0:
                continue
            age %= 14 * 0.22
            turn = 2.4 * i
            at = body @ np.array([1.7 + 0.3 * math.cos(turn), 0.5 * math.sin(turn), 0.85, 1.0])
            matrix = np.eye(4)
            matrix[:3, :3] *= 0.2 + 0.4 * age - 0.07 * age * age
            drift = np.array([0.25 * age, -0.18 * age, 0.62 * age + 0.05 * age * age])
            matrix[:3, 3] = at[:3] + drift
            moment.drawn.append(Drawn("puff", matrix, WORLD))

    def _car_lights(self, moment: Moment, body: Floats, tail: float, head: float) -> None:
        forward = body[:3, 0]
        behind = (body @ np.array([-2.5, 0.0, 0.75, 1.0]))[:3]
        ahead = (body @ np.array([2.35, 0.0, 0.66, 1.0]))[:3]
        moment.lights.append(
            Light(behind, (0.06 * tail, 0.002 * tail, 0.001 * tail), 0.3, -forward, -0.1)
        )
        moment.lights.append(
            Light(ahead, (head, 0.95 * head, 0.82 * head), 0.5,
                  forward - np.array([0, 0, 0.09]), math.cos(math.radians(34)))
        )  # fmt: skip

    def _squad(
        self, moment: Moment, body: Floats, t: float, shift: float, head: float, shadowed: bool
    ) -> None:
        red, blue = bar(t, shift)
        glow = (0.0, 1.2, 9.0, 0.25 + 9 * red, 0.25 + 11 * blue, 0.0, 1.0, 0.0)
        moment.drawn.append(Drawn("squad", body, SQUAD, glow))
        self._car_lights(moment, body, 8.0, head)
        moment.lights[-1].shadowed = shadowed
        for y, level, colour in ((0.34, red, (120.0, 4.0, 3.0)), (-0.34, blue, (5.0, 17.0, 165.0))):
            if level > 0.02:
                place = (body @ np.array([-0.42, y, 1.72, 1.0]))[:3]
                moment.lights.append(
                    Light(place, (colour[0] * level, colour[1] * level, colour[2] * level), 0.4)
                )

    def _officers(self, moment: Moment, t: float) -> None:
        eye = eye_matrix(moment.view)
        for officer in script.OFFICER_PATHS:
            now = motion.stance(officer, t)
            own = officer == self.wearer
            moment.feet.append((now.x, now.y))

            def place(name: str, matrix: Floats, own: bool = own) -> None:
                number = {"gun": GUN}.get(name, OFFICER) + (OWN if own else 0)
                glow = (0.0,) * 6 + (7.0, 0.0)
                moment.drawn.append(Drawn(name, matrix, number, glow))

            if own:
                officers.own_arms(place, officer, t, eye)
            else:
                officers.figure(place, officer, t)
        for officer in script.OFFICER_PATHS:
            ahead = eye_matrix(motion.chest_view(officer, t))
            right_handed = officer == script.SHOOTER
            side, drop = (0.02, 0.05) if right_handed else (0.3, 0.10)
            moment.lights.append(
                Light((ahead @ np.array([0.5, side, -0.08, 1.0]))[:3], (30.0, 31.0, 33.0), 0.6,
                      ahead[:3, 0] - drop * ahead[:3, 2] - 0.1 * side * ahead[:3, 1],
                      math.cos(math.radians(21)))
            )  # fmt: skip
        if moment.flash > 0:
            self._flash(moment)

    def _flash(self, moment: Moment) -> None:
        strength = 0.4 + 0.6 * moment.flash
        own = self.wearer == script.SHOOTER
        matrix = next(d.matrix for d in moment.drawn if d.number % OWN == GUN).copy()
        matrix[:3, 3] += 0.21 * matrix[:3, 0] + 0.03 * matrix[:3, 2]
        level = (0.0,) * 7 + (22.0 * strength,)
        moment.drawn.append(Drawn("flash", matrix, FLASHES + (OWN if own else 0), level))
        bright = 240.0 * strength
        moment.lights.append(
            Light(matrix[:3, 3] + 0.2 * matrix[:3, 0], (bright, 0.74 * bright, 0.42 * bright), 1.2)
        )


def eye_matrix(view: motion.View) -> Floats:
    """Return the camera's matrix in the world: x forward, y left, z up."""
    cy, sy, cp, sp = (
        math.cos(view.yaw),
        math.sin(view.yaw),
        math.cos(view.pitch),
        math.sin(view.pitch),
    )
    forward = np.array([cy * cp, sy * cp, sp])
    left, up = np.array([-sy, cy, 0.0]), np.array([-cy * sp, -sy * sp, cp])
    cr, sr = math.cos(view.roll), math.sin(view.roll)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = forward, left * cr + up * sr, up * cr - left * sr
    matrix[:3, 3] = view.position
    return matrix
