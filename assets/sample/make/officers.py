"""Officers as jointed figures, and the arms an officer's own camera sees."""

from __future__ import annotations

import math
from collections.abc import Callable

import motion
import numpy as np
import numpy.typing as npt
import script
from meshes import REFLECTIVE, Mesh

Floats = npt.NDArray[np.float64]
Place = Callable[[str, Floats], None]
NAVY, SKIN, LEATHER = (0.035, 0.042, 0.075), (0.42, 0.28, 0.21), (0.014, 0.014, 0.016)
STEEL = (0.03, 0.03, 0.034)


def meshes() -> dict[str, Mesh]:
    """Return the parts officers are put together from. Limbs run along z from the origin."""
    parts: dict[str, Mesh] = {}

    def limb(
        name: str, low: float, high: float, length: float, flat: float = 1.0, bare: bool = False
    ) -> None:
        parts[name] = Mesh()
        parts[name].capsule(low, high, length, SKIN if bare else NAVY, flat)

    limb("thigh", 0.075, 0.1, 0.42)
    limb("shin", 0.055, 0.075, 0.42)
    limb("upper_arm", 0.062, 0.05, 0.29)
    limb("forearm", 0.05, 0.038, 0.25)
    limb("hand", 0.042, 0.034, 0.08, 0.7, bare=True)
    limb("neck", 0.06, 0.055, 0.1, bare=True)
    torso = parts["torso"] = Mesh()
    torso.capsule(0.165, 0.2, 0.34, NAVY, 0.66)
    torso.capsule(0.158, 0.158, 0.012, LEATHER, 0.66)
    torso.box((0.135, 0.0, 0.25), (0.05, 0.3, 0.34), (0.02, 0.022, 0.03))
    torso.box((-0.14, 0.0, 0.33), (0.03, 0.26, 0.075), (0.55, 0.56, 0.5), kind=REFLECTIVE)
    torso.box((0.162, 0.07, 0.36), (0.008, 0.1, 0.04), (0.55, 0.56, 0.5), kind=REFLECTIVE)
    torso.box((0.165, -0.02, 0.3), (0.03, 0.06, 0.09), (0.01, 0.01, 0.01), 0.5)
    torso.box((0.0, -0.2, -0.03), (0.1, 0.06, 0.16), LEATHER, 0.4)
    head = parts["head"] = Mesh()
    head.capsule(0.088, 0.092, 0.08, SKIN, 1.1)
    head.limb((-0.03, 0.0, 0.05), (-0.028, 0.0, 0.1), 0.084, 0.09, (0.03, 0.022, 0.016))
    cap = parts["cap"] = Mesh()
    cap.capsule(0.1, 0.07, 0.05, (0.02, 0.022, 0.035), 1.1)
    cap.box((0.11, 0.0, 0.0), (0.12, 0.16, 0.015), (0.015, 0.016, 0.02), 0.3)
    boot = parts["boot"] = Mesh()
    boot.box((0.05, 0.0, 0.045), (0.27, 0.1, 0.09), LEATHER, 0.4)
    gun = parts["gun"] = Mesh()
    gun.box((0.1, 0.0, 0.035), (0.2, 0.028, 0.034), STEEL, 0.75)
    gun.box((0.09, 0.0, 0.008), (0.18, 0.025, 0.022), (0.018, 0.018, 0.02), 0.4)
    gun.box((0.012, 0.0, -0.045), (0.05, 0.028, 0.1), (0.018, 0.018, 0.02), 0.3)
    gun.box((0.195, 0.0, 0.056), (0.01, 0.006, 0.01), (0.12, 0.12, 0.1))
    for y in (-0.009, 0.009):
        gun.box((0.012, y, 0.056), (0.012, 0.007, 0.01), (0.04, 0.04, 0.04))
    torch = parts["torch"] = Mesh()
    torch.limb((-0.05, 0.0, 0.0), (0.13, 0.0, 0.0), 0.014, 0.014, (0.03, 0.03, 0.03))
    torch.limb((0.115, 0.0, 0.0), (0.14, 0.0, 0.0), 0.022, 0.022, (0.03, 0.03, 0.03))
    lens = parts["lens"] = Mesh()
    lens.box((0.15, 0.0, 0.0), (0.02, 0.03, 0.03), (1.0, 0.97, 0.9), 0.3, 6)
    _grip(parts)
    return parts


def _grip(parts: dict[str, Mesh]) -> None:
    """Add two fists round a pistol's grip, one fist and a sleeve, as the wearer sees them."""
    fists = parts["fists"] = Mesh()
    for side, base in ((-1.0, 0.0), (1.0, -0.012)):
        back, front = (-0.035, side * 0.03, -0.055 + base), (0.02, side * 0.03, -0.04 + base)
        fists.limb(back, front, 0.03, 0.028, SKIN)
        for i in range(4):
            z = -0.02 - 0.021 * i + base
            fists.limb((0.0, side * 0.042, z), (0.042, side * 0.004, z), 0.0115, 0.0105, SKIN)
        fists.limb((-0.02, side * 0.03, 0.0), (0.055, side * 0.022, 0.012), 0.0125, 0.01, SKIN)
    fist = parts["fist"] = Mesh()
    fist.limb((-0.05, -0.01, -0.035), (0.035, -0.01, -0.03), 0.032, 0.03, SKIN)
    for i in range(4):
        x = -0.035 + 0.023 * i
        fist.limb((x, 0.026, -0.03), (x, 0.0, 0.018), 0.0125, 0.0115, SKIN)
    fist.limb((-0.04, -0.03, -0.012), (0.02, -0.016, 0.014), 0.0125, 0.0105, SKIN)
    sleeve = parts["sleeve"] = Mesh()
    sleeve.capsule(0.058, 0.04, 0.3, NAVY)
    sleeve.capsule(0.059, 0.058, 0.02, (0.02, 0.022, 0.03))
    wrist = parts["wrist"] = Mesh()
    wrist.capsule(0.034, 0.033, 0.07, SKIN, 0.8)


def along(start: Floats, end: Floats, forward: Floats, length: float) -> Floats:
    """Return the matrix that lays a limb of `length` from start to end, x towards `forward`."""
    axis = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    side = np.cross(axis, forward)
    side /= max(float(np.linalg.norm(side)), 1e-6)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = np.cross(side, axis), side
    matrix[:3, 2] = (end - start) / length
    matrix[:3, 3] = start
    return matrix


def frame(origin: Floats, forward: Floats, up: Floats) -> Floats:
    """Return the matrix with x along `forward` and z near `up`."""
    x = forward / np.linalg.norm(forward)
    y = np.cross(up, x)
    y /= np.linalg.norm(y)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = x, y, np.cross(x, y), origin
    return matrix


def _elbow(shoulder: Floats, hand: Floats, upper: float, lower: float, bend: Floats) -> Floats:
    reach = hand - shoulder
    distance = min(float(np.linalg.norm(reach)), upper + lower - 1e-3)
    reach /= np.linalg.norm(reach)
    along_reach = (upper**2 - lower**2 + distance**2) / (2 * distance)
    out = bend - reach * float(bend @ reach)
    out /= max(float(np.linalg.norm(out)), 1e-6)
    rise = math.sqrt(max(upper**2 - along_reach**2, 0.0))
    return np.asarray(shoulder + reach * along_reach + out * rise)


def arm(place: Place, shoulder: Floats, hand: Floats, bend: Floats, forward: Floats) -> None:
    """Place an upper arm, forearm and hand so that the hand is at `hand`."""
    upper, lower = 0.3, 0.3
    far = float(np.linalg.norm(hand - shoulder))
    hand = shoulder + (hand - shoulder) * min(0.585 / max(far, 1e-6), 1.0)
    elbow = _elbow(shoulder, hand, upper, lower, bend)
    place("upper_arm", along(shoulder, elbow, forward, 0.29))
    wrist = elbow + (hand - elbow) * 0.88
    place("forearm", along(elbow, wrist, forward, 0.25))
    place("hand", along(wrist, hand + (hand - elbow) * 0.15, forward, 0.08))


def gun_raised(officer: str, t: float) -> float:
    """Return 0 for a gun in its holster up to 1 for a gun held out in front."""
    if officer != script.SHOOTER:
        return 0.0
    up = motion.ease(t, script.GUN_UP_STARTS, script.GUN_UP)
    return up - motion.ease(t, script.GUN_DOWN_STARTS, script.GUN_DOWN)


def door_reach(officer: str, t: float) -> float:
    """Return how far (0 to 1) the arm reaches out for the door."""
    if officer != "Officer 2":
        return 0.0
    return motion.ease(t, script.DOOR_REACH_STARTS, script.DOOR_OPENS) - motion.ease(
        t, script.DOOR_OPEN + 100_000_000, script.DOOR_OPEN + 700_000_000
    )


def door_handle(t: float) -> Floats:
    """Return the place of the rear door's handle in the world (the car still parked)."""
    angle = -motion.door_angle(t)
    x, y = -0.9, 0.03
    return np.array(
        [
            -0.14 + x * math.cos(angle) - y * math.sin(angle),
            0.918 + x * math.sin(angle) + y * math.cos(angle),
            0.82,
        ]
    )


def figure(place: Place, officer: str, t: float) -> None:
    """Place a whole officer as others see one."""
    now = motion.stance(officer, t)
    forward = np.array([math.cos(now.heading), math.sin(now.heading), 0.0])
    left = np.array([-forward[1], forward[0], 0.0])
    up = np.array([0.0, 0.0, 1.0])
    gun, reach = gun_raised(officer, t), door_reach(officer, t)
    stride = min(now.speed / 1.3, 1.6)
    phase = now.walked / 0.74 * math.pi
    crouch = 0.03 + 0.06 * gun + 0.03 * stride
    hip = np.array([now.x, now.y, 0.92 - crouch]) - 0.05 * forward
    for sign, turn in ((1.0, 0.0), (-1.0, math.pi)):
        swing = 0.3 * stride * math.sin(phase + turn) + 0.07 * sign * (1 - min(stride, 1.0))
        lift = 0.09 * stride * max(math.cos(phase + turn), 0.0)
        top = hip + left * 0.1 * sign
        foot = top * np.array([1, 1, 0]) + forward * swing + left * 0.05 * sign + up * (0.09 + lift)
        knee = _elbow(top, foot, 0.44, 0.44, forward)
        place("thigh", along(knee, top, forward, 0.42))
        place("shin", along(foot, knee, forward, 0.42))
        place("boot", frame(foot - up * 0.09, forward, up))
    lean = forward * (0.05 + 0.08 * gun + 0.05 * stride)
    chest = hip + up * 0.5 + lean
    place("torso", along(hip + up * 0.06, chest - up * 0.1, forward, 0.34))
    neck = chest + up * 0.08
    place("neck", along(neck, neck + up * 0.1 + 0.02 * forward, forward, 0.1))
    place("head", frame(neck + up * 0.13 + forward * 0.03, forward, up))
    place("cap", frame(neck + up * 0.25 + forward * 0.03, forward, up))
    for sign, turn in ((1.0, math.pi), (-1.0, 0.0)):
        shoulder = chest + left * 0.22 * sign + up * 0.02
        rest = shoulder - up * 0.52 + forward * (0.1 + 0.2 * stride * math.sin(phase + turn))
        hand = rest + left * 0.05 * sign
        if officer == script.SHOOTER:
            hand = hand * (1 - gun) + gun * (
                chest + forward * 0.53 + up * 0.06 + left * 0.02 * sign
            )
        elif sign > 0:  # the torch is carried in the left hand at shoulder height
            hand = chest + forward * 0.3 + left * 0.26 + up * 0.05
            for part in ("torch", "lens"):
                place(part, frame(hand, forward - 0.06 * up, up))
        else:
            hand = hand * (1 - reach) + reach * door_handle(t)
        arm(place, shoulder, hand, left * 0.6 * sign - up, forward)
    if gun > 0.02:
        held = chest + forward * 0.57 + up * 0.1
        low = chest - left * 0.22 - up * 0.5 + forward * 0.12
        place("gun", frame(held * gun + low * (1 - gun), forward - up * (1 - gun), up))


def own_arms(place: Place, officer: str, t: float, eye: Floats) -> None:
    """Place what the officer's own camera sees of its wearer; `eye` is the camera's matrix
    (x forward, y left, z up, in the world)."""
    gun, reach = gun_raised(officer, t), door_reach(officer, t)
    kick = max(motion.startle(officer, t), 0.0) if officer == script.SHOOTER else 0.0

    def world(*local: float) -> Floats:
        return np.asarray(eye[:3, :3] @ np.array(local) + eye[:3, 3])

    def sleeve(elbow: Floats, wrist: Floats) -> None:
        cuff = elbow + (wrist - elbow) * 0.85
        place("sleeve", along(elbow, cuff, eye[:3, 2], 0.3))
        place("wrist", along(cuff, wrist, eye[:3, 2], 0.07))

    if gun > 0.01:
        x = 0.3 + gun * 0.24 - 0.05 * kick
        y, z = -0.01 - 0.16 * (1 - gun), -0.155 - 0.42 * (1 - gun) + 0.035 * kick
        turned = frame(world(x, y, z), eye[:3, :3] @ np.array([1.0, 0.03, 0.06 + 0.1 * kick]),
                       eye[:3, 2])  # fmt: skip
        lifted = turned.copy()
        lifted[:3, 3] += 0.012 * eye[:3, 2]
        place("gun", lifted)
        place("fists", turned)
        sleeve(world(0.2, -0.2, z - 0.13), world(x - 0.04, y - 0.03, z - 0.06))
        sleeve(world(0.2, 0.19, z - 0.14), world(x - 0.04, y + 0.035, z - 0.07))
    if officer == "Officer 2":
        hand = (0.42, 0.235, -0.215)
        place("torch", frame(world(*hand),
                             eye[:3, :3] @ np.array([1.0, -0.1, 0.0]), eye[:3, 2]))  # fmt: skip
        place("fist", frame(world(*hand), eye[:3, 0], eye[:3, 2]))
        sleeve(world(0.1, 0.34, -0.36), world(hand[0] - 0.04, hand[1] + 0.01, hand[2] - 0.05))
        if reach > 0.01:
            local = eye[:3, :3].T @ (door_handle(t) - eye[:3, 3])
            local = local * min(0.78 / float(np.linalg.norm(local)), 1.0)
            point = np.array([0.2, -0.35, -0.6]) * (1 - reach) + reach * local
            elbow = np.array([0.12, -0.27, -0.3]) * reach + (1 - reach) * np.array(
                [0.1, -0.3, -0.7]
            )
            sleeve(world(*elbow), world(*point))
            place("fist", frame(world(*point), eye[:3, :3] @ (point - elbow), eye[:3, 2]))
