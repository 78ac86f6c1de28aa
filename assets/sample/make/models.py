"""Every mesh of the scene by name: the car park itself, cars, officers, flash and steam."""

from __future__ import annotations

import math

import cars
import numpy as np
import officers
import script
from meshes import ASPHALT, BRICK, FLASH, STEADY, STEAM, Mesh

GREY = (0.055, 0.062, 0.075)
PAINTS = ((0.12, 0.02, 0.02), (0.3, 0.3, 0.29), (0.02, 0.035, 0.09))
LAMPS = ((7.5, 13.5), (8.0, -13.0), (29.5, -7.0), (27.0, 20.0), (-15.0, 13.0))


def _surroundings() -> Mesh:
    mesh = Mesh()
    mesh.quad(((-60, -60, 0), (90, -60, 0), (90, 80, 0), (-60, 80, 0)), (0.085, 0.083, 0.08),
              0.3, 0, ASPHALT)  # fmt: skip
    mesh.box((47, 10, 3.2), (6, 56, 6.4), (0.16, 0.12, 0.095), 0.05, 0, BRICK)
    mesh.box((6, 37, 2.6), (44, 8, 5.2), (0.13, 0.12, 0.11), 0.05, 0, BRICK)
    mesh.box((-40, 6, 4.0), (8, 60, 8.0), (0.12, 0.10, 0.09), 0.05, 0, BRICK)
    mesh.box((0, -31, 0.9), (90, 0.25, 1.8), (0.10, 0.10, 0.095), 0.05, 0, BRICK)
    for i, y in enumerate(range(-12, 34, 4)):  # shop windows and the lit sign above them
        lit = i in (3, 4, 7)
        for j in range(4):
            pane = (
                (0.34 - 0.07 * (j % 2), 0.41 - 0.06 * (j % 2), 0.45) if lit else (0.03, 0.035, 0.04)
            )
            spot = (43.95, y - 1.14 + 0.76 * j, 1.6)
            mesh.box(spot, (0.1, 0.70, 2.3), pane, 0.8, STEADY if lit else 0)
            if lit:  # shelves and what stands on them, dark against the light
                mesh.box(
                    (43.88, spot[1], 0.75 + 0.1 * (j % 3)), (0.05, 0.7, 0.5), (0.05, 0.05, 0.06)
                )
                mesh.box((43.88, spot[1], 1.9), (0.05, 0.7, 0.06), (0.05, 0.05, 0.06))
    mesh.box((43.9, 4, 4.2), (0.15, 9, 0.9), (0.9, 0.35, 0.12), 0.2, STEADY)
    mesh.box((43.8, 4, 4.2), (0.05, 7.4, 0.4), (1.6, 1.3, 0.9), 0.2, STEADY)
    for i, x in enumerate(range(-12, 28, 5)):
        pane = (0.75, 0.55, 0.28) if i in (1, 5) else (0.02, 0.02, 0.03)
        mesh.box((x, 32.95, 3.4), (1.8, 0.1, 1.3), pane, 0.8, STEADY if i in (1, 5) else 0)
    for lamp_x, lamp_y in LAMPS:
        mesh.box((lamp_x, lamp_y, 2.9), (0.13, 0.13, 5.8), (0.12, 0.12, 0.12), 0.3)
        mesh.box((lamp_x, lamp_y, 0.35), (0.42, 0.42, 0.7), (0.35, 0.3, 0.06), 0.1)
        mesh.box((lamp_x, lamp_y - 0.4, 5.85), (0.22, 0.9, 0.1), (0.1, 0.1, 0.1), 0.3)
        mesh.box((lamp_x, lamp_y - 0.55, 5.79), (0.2, 0.5, 0.05), (11.0, 6.6, 2.6), 0.0, STEADY)
    for x in range(-14, 30, 1):  # kerb with its gaps
        mesh.box((x + 0.5, 24.0, 0.07), (0.96, 0.3, 0.14), (0.3, 0.3, 0.28), 0.1)
    generator = np.random.default_rng(script.SEED)
    for _ in range(150):  # shrubs behind the kerb
        place = generator.uniform(-30, 40), generator.uniform(25.0, 28.5)
        size = generator.uniform(0.4, 1.3, 3)
        mesh.box((*place, size[2] / 2), size, (0.035, 0.05, 0.02), 0.0)
    return mesh


def meshes() -> dict[str, Mesh]:
    """Return every mesh by name."""
    parts = officers.meshes()
    parts["surroundings"] = _surroundings()
    parts["suspect"] = cars.civilian(GREY, openable=True)
    parts["door"] = cars.rear_door(GREY)
    parts["squad"] = cars.squad(1)
    for i, paint in enumerate(PAINTS):
        parts[f"parked{i}"] = cars.civilian(paint)
    puff = parts["puff"] = Mesh()
    puff.capsule(1.0, 1.0, 0.01, (0.3, 0.3, 0.31), 1.0, STEAM, 0.0)
    driver = parts["driver"] = Mesh()
    driver.capsule(0.18, 0.2, 0.22, (0.07, 0.06, 0.05), 0.7)
    head = parts["driver_head"] = Mesh()
    head.capsule(0.09, 0.085, 0.09, (0.35, 0.23, 0.17), 1.05)
    flash = parts["flash"] = Mesh()
    for i in range(9):
        a, width, reach = i * 0.7 + 0.2 * (i % 2), 0.3, 0.06 + 0.1 * (i * 5 % 9) / 9
        tip = (0.1, reach * math.cos(a), reach * math.sin(a))
        low, high = (0.05 * math.cos(a - width), 0.05 * math.sin(a - width)), (
            0.05 * math.cos(a + width), 0.05 * math.sin(a + width))  # fmt: skip
        flash.quad(((0, 0, 0), (0.03, *low), tip, (0.03, *high)), (1.0, 0.7, 0.34), 0.0, FLASH)
    ball = Mesh()
    ball.limb((0.0, 0.0, 0.0), (0.11, 0.0, 0.0), 0.022, 0.04, (1.0, 0.82, 0.55))
    flash.take(ball, FLASH)
    return parts
