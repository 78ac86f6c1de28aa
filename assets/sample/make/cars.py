"""Car models. Local frame: x forward, y left, z up, origin on the ground under the middle."""

from __future__ import annotations

import numpy as np
from meshes import BLUE, DOME, HEAD, RED, REFLECTIVE, TAIL, Mesh, Triple

# x, half width, underside height, upper edge height
BODY = (
    (-2.31, 0.62, 0.42, 0.66),
    (-2.27, 0.78, 0.32, 0.90),
    (-2.05, 0.87, 0.27, 0.98),
    (-1.40, 0.905, 0.22, 0.985),
    (-0.60, 0.91, 0.20, 0.965),
    (0.30, 0.91, 0.20, 0.945),
    (1.00, 0.905, 0.20, 0.92),
    (1.55, 0.89, 0.22, 0.87),
    (2.00, 0.85, 0.25, 0.80),
    (2.22, 0.77, 0.31, 0.70),
    (2.30, 0.60, 0.38, 0.60),
)
DOOR_FRONT, DOOR_REAR, DOOR_SIDE = -0.14, -1.16, 0.918
HINGE = (DOOR_FRONT, DOOR_SIDE)
BLACK = (0.02, 0.02, 0.022)


def _body(mesh: Mesh, colour: Triple, doors: Triple) -> None:
    around = ((0.9, 0.0), (0.99, 0.12), (1.0, 0.45), (0.985, 0.72), (0.94, 0.93), (0.86, 1.0))
    rows = []
    for x, half, low, high in BODY:
        left = [(x, half * w, low + (high - low) * h) for w, h in around]
        top = [(x, half * w, high + 0.012 * (1 - w)) for w in (0.6, 0.3, 0.0)]
        right = [(x, -y, z) for x, y, z in [*left, *top][::-1]]
        rows.append(left + top + right[1:])
    points = np.array(rows)
    mesh.grid(points, colour, 0.6)
    if doors is not colour:
        for sign in (1.0, -1.0):
            mesh.quad(
                ((-1.15, 0.918 * sign, 0.32), (0.95, 0.918 * sign, 0.32),
                 (0.95, 0.905 * sign, 0.90), (-1.15, 0.905 * sign, 0.90)),
                doors, 0.5,
            )  # fmt: skip
    for x, side in ((-1.42, 0.80), (-1.42, -0.80), (1.42, 0.80), (1.42, -0.80)):
        outer = 0.916 if side > 0 else -0.916
        turns = np.linspace(0.0, np.pi, 12)
        arch = np.array(
            [[(x + r * np.cos(a), outer, 0.33 + r * np.sin(a)) for a in turns] for r in (0.01, 0.4)]
        )
        mesh.grid(arch, (0.008, 0.008, 0.008), 0.0)
        mesh.wheel(x, outer * 0.93, 0.33, 0.2)


def _cabin(mesh: Mesh, colour: Triple, rear_left_open: bool, front_left_open: bool) -> None:
    low, high, wide, narrow = 0.945, 1.44, 0.84, 0.63
    back_low, back_high, front_high, front_low = -1.86, -1.12, 0.22, 1.06
    rear = ((back_low, wide), (back_high, narrow))
    front = ((front_low, wide), (front_high, narrow))

    def corner(which: tuple[tuple[float, float], tuple[float, float]], top: int, s: int) -> Triple:
        x, y = which[top]
        return (x, s * y, high if top else low)

    for side in (1, -1):
        face = (corner(rear, 0, side), corner(front, 0, side),
                corner(front, 1, side), corner(rear, 1, side))  # fmt: skip
        holes = set()
        if side == 1 and rear_left_open:
            holes.add((1, 1))
        if side == 1 and front_left_open:
            holes.add((3, 1))
        mesh.panes(face, (0, 0.1, 0.49, 0.545, 0.9, 1), (0, 0.06, 0.88, 1),
                   {(1, 1), (3, 1)}, colour, frozenset(holes))  # fmt: skip
    mesh.panes((corner(rear, 0, 1), corner(rear, 0, -1), corner(rear, 1, -1), corner(rear, 1, 1)),
               (0, 0.06, 0.94, 1), (0, 0.06, 0.9, 1), {(1, 1)}, colour)  # fmt: skip
    mesh.panes(
        (corner(front, 0, 1), corner(front, 0, -1), corner(front, 1, -1), corner(front, 1, 1)),
        (0, 0.05, 0.95, 1), (0, 0.03, 0.94, 1), {(1, 1)}, colour)  # fmt: skip
    xs = np.linspace(back_high, front_high, 5)
    roof = np.array(
        [[(x, y, high + 0.05 * (1 - (y / narrow) ** 2) * (1 - ((x + 0.45) / 0.9) ** 2))
          for y in np.linspace(-narrow, narrow, 7)] for x in xs]
    )  # fmt: skip
    mesh.grid(roof, colour, 0.6)
    seat = (0.07, 0.065, 0.06)
    for y in (0.38, -0.38):
        mesh.box((-0.12, y, 1.0), (0.16, 0.46, 0.42), seat)
        mesh.box((-0.16, y, 1.27), (0.1, 0.24, 0.15), seat)
    mesh.box((-1.25, 0, 0.98), (0.2, 1.25, 0.3), seat)
    mesh.box((0.78, 0, 0.97), (0.4, 1.4, 0.12), (0.03, 0.03, 0.03))


def _ends(mesh: Mesh, plate: Triple) -> None:
    for y in (0.64, -0.64):
        mesh.box((-2.25, y, 0.78), (0.08, 0.26, 0.15), (1.0, 0.03, 0.015), 0.2, TAIL)
        mesh.box((2.16, y, 0.63), (0.14, 0.3, 0.11), (1.0, 0.96, 0.86), 0.2, HEAD)
        mesh.box((-2.24, y * 0.78, 0.79), (0.06, 0.1, 0.1), (0.4, 0.38, 0.36), 0.6)
    mesh.box((-2.305, 0, 0.72), (0.02, 0.46, 0.13), plate, 0.1, 0, REFLECTIVE)
    mesh.box((-2.28, 0, 0.42), (0.1, 1.4, 0.12), BLACK, 0.2)
    mesh.box((2.28, 0, 0.46), (0.08, 0.9, 0.16), BLACK, 0.4)
    mesh.box((2.27, 0, 0.33), (0.1, 1.3, 0.06), BLACK, 0.2)


def _mirrors_and_seams(mesh: Mesh, colour: Triple) -> None:
    for sign in (1.0, -1.0):
        mesh.box((0.82, 0.98 * sign, 0.98), (0.11, 0.2, 0.13), colour, 0.5)
        for x in (-1.17, -0.13, 0.92):
            mesh.box((x, 0.914 * sign, 0.62), (0.012, 0.012, 0.56), (0.01, 0.01, 0.01))
        for x in (-1.03, 0.02):
            if not (sign > 0 and x < -1):
                mesh.box((x, 0.918 * sign, 0.8), (0.17, 0.03, 0.03), (0.05, 0.05, 0.05), 0.6)


def civilian(colour: Triple, openable: bool = False) -> Mesh:
    """Return an ordinary saloon. With `openable` its rear left door is left out, to be added by
    `rear_door`, and the driver's window is down."""
    mesh = Mesh()
    _body(mesh, colour, colour)
    _cabin(mesh, colour, openable, openable)
    _ends(mesh, (0.8, 0.8, 0.72))
    _mirrors_and_seams(mesh, colour)
    if openable:
        y = 0.9135
        mesh.quad(((DOOR_REAR, y, 0.3), (DOOR_FRONT, y, 0.3), (DOOR_FRONT, y, 0.94),
                   (DOOR_REAR, y, 0.94)), (0.05, 0.04, 0.032), 0.0, DOME)  # fmt: skip
        seat = (0.13, 0.105, 0.08)
        mesh.quad(((DOOR_REAR, y + 0.001, 0.42), (-0.5, y + 0.001, 0.42), (-0.5, y + 0.001, 0.6),
                   (DOOR_REAR, y + 0.001, 0.64)), seat, 0.0, DOME)  # fmt: skip
        mesh.quad(((DOOR_REAR, y + 0.001, 0.6), (-0.98, y + 0.001, 0.6), (-1.06, y + 0.001, 0.94),
                   (DOOR_REAR, y + 0.001, 0.94)), seat, 0.0, DOME)  # fmt: skip
        mesh.box((-0.45, 0, 1.425), (0.2, 0.14, 0.02), (1.0, 0.86, 0.62), 0.0, DOME)
    return mesh


def rear_door(colour: Triple) -> Mesh:
    """Return the rear left door; its hinge is the upright line through HINGE."""
    mesh = Mesh()
    low, high, lean = 0.27, 0.955, 0.36
    middle = ((DOOR_FRONT + DOOR_REAR) / 2, DOOR_SIDE - 0.005, (low + high) / 2)
    mesh.box(middle, (DOOR_FRONT - DOOR_REAR - 0.015, 0.05, high - low), colour, 0.6)
    mesh.box((middle[0], middle[1] - 0.032, 0.6), (0.9, 0.02, 0.56), (0.1, 0.09, 0.08))
    mesh.box((-1.03, DOOR_SIDE + 0.03, 0.8), (0.17, 0.03, 0.03), (0.05, 0.05, 0.05), 0.6)
    top_y = DOOR_SIDE - 0.05 - lean * 0.42
    face = ((-1.20, DOOR_SIDE - 0.05, 0.95), (DOOR_FRONT, DOOR_SIDE - 0.05, 0.95),
            (-0.33, top_y, 1.39), (-0.93, top_y, 1.39))  # fmt: skip
    mesh.panes(face, (0, 0.08, 0.92, 1), (0, 0.06, 0.9, 1), {(1, 1)}, colour)
    return mesh


def squad(number: int) -> Mesh:
    """Return a black-and-white squad car with a light bar and a roof number made of blocks."""
    mesh = Mesh()
    black, white = (0.018, 0.02, 0.026), (0.62, 0.63, 0.65)
    _body(mesh, black, white)
    _cabin(mesh, white if number % 2 else black, False, False)
    _ends(mesh, (0.8, 0.8, 0.72))
    _mirrors_and_seams(mesh, black)
    mesh.box((-0.42, 0, 1.515), (0.26, 1.16, 0.05), BLACK)
    for sign, channel, colour in ((1, RED, (1.0, 0.03, 0.02)), (-1, BLUE, (0.05, 0.14, 1.0))):
        mesh.box((-0.42, 0.34 * sign, 1.575), (0.24, 0.44, 0.085), colour, 0.3, channel)
        mesh.box((2.29, 0.22 * sign, 0.56), (0.03, 0.14, 0.05), colour, 0.3, channel)
    mesh.box((-0.42, 0, 1.575), (0.2, 0.16, 0.08), (0.5, 0.5, 0.5), 0.3)
    mesh.box((2.37, 0, 0.55), (0.06, 1.0, 0.34), BLACK, 0.2)
    # "POLICE" on the doors as reflective blocks, not letters: this is no real force
    for side in (1.0, -1.0):
        for i in range(6):
            mesh.box((-0.62 + 0.2 * i, 0.92 * side, 0.7), (0.12, 0.012, 0.16),
                     (0.05, 0.09, 0.3), 0.2, 0, REFLECTIVE)  # fmt: skip
        mesh.box((0.0, 0.922 * side, 0.5), (2.1, 0.01, 0.045), (0.1, 0.16, 0.5), 0.2, 0, REFLECTIVE)
    return mesh
