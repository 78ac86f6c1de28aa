"""Triangle meshes from simple shapes. A vertex is 12 floats: place, normal, colour, and
(gloss, glow channel, surface kind); what the channels and kinds mean is in the shaders."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Triple = Sequence[float] | Floats

PLAIN, ASPHALT, GLASS, REFLECTIVE, BRICK, STEAM = 0, 1, 2, 3, 4, 5
TAIL, HEAD, RED, BLUE, DOME, STEADY, FLASH = 1, 2, 3, 4, 5, 6, 7


class Mesh:
    """Collects triangles; `data()` gives them as float32 rows for the graphics card."""

    def __init__(self) -> None:
        self._rows: list[Floats] = []

    def data(self) -> npt.NDArray[np.float32]:
        """Return all vertices, shape (n, 12)."""
        return np.concatenate(self._rows).astype(np.float32)

    def take(self, other: Mesh, channel: int) -> None:
        """Add another mesh's triangles, all glowing in `channel`."""
        for rows in other._rows:
            copy = rows.copy()
            copy[:, 10] = channel
            self._rows.append(copy)

    def _add(
        self, points: Floats, normals: Floats, colour: Triple, paint: tuple[float, int, int]
    ) -> None:
        rows = np.empty((len(points), 12))
        rows[:, 0:3], rows[:, 3:6], rows[:, 6:9], rows[:, 9:12] = points, normals, colour, paint
        self._rows.append(rows)

    def quad(
        self,
        corners: Sequence[Triple],
        colour: Triple,
        gloss: float = 0.1,
        channel: int = 0,
        kind: int = PLAIN,
    ) -> None:
        """Add a flat four-cornered face; corners run counter-clockwise seen from outside."""
        a, b, c, d = (np.asarray(corner, dtype=float) for corner in corners)
        normal = np.cross(c - a, d - b)
        normal /= np.linalg.norm(normal) or 1.0
        points = np.array([a, b, c, a, c, d])
        self._add(points, np.tile(normal, (6, 1)), colour, (gloss, channel, kind))

    def box(
        self,
        middle: Triple,
        size: Triple,
        colour: Triple,
        gloss: float = 0.1,
        channel: int = 0,
        kind: int = PLAIN,
    ) -> None:
        """Add an upright box."""
        m, h = np.asarray(middle, dtype=float), np.asarray(size, dtype=float) / 2
        for axis in range(3):
            u, v = (axis + 1) % 3, (axis + 2) % 3
            for sign in (1.0, -1.0):
                corners = []
                for su, sv in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                    corner = m.copy()
                    corner[axis] += sign * h[axis]
                    corner[u] += sign * su * h[u]
                    corner[v] += sv * h[v]
                    corners.append(corner)
                self.quad(corners, colour, gloss, channel, kind)

    def grid(
        self,
        points: Floats,
        colour: Triple,
        gloss: float = 0.1,
        channel: int = 0,
        kind: int = PLAIN,
    ) -> None:
        """Add a smooth surface over points of shape (rows, columns, 3)."""
        down = np.gradient(points, axis=0)
        along = np.gradient(points, axis=1)
        normals = np.cross(along, down)
        normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-9)
        order = ((0, 0), (0, 1), (1, 1), (0, 0), (1, 1), (1, 0))
        rows, columns = points.shape[0] - 1, points.shape[1] - 1

        def gather(values: Floats) -> Floats:
            cells = [values[i : i + rows, j : j + columns] for i, j in order]
            return np.stack(cells, axis=2).reshape(-1, 3)

        self._add(gather(points), gather(normals), colour, (gloss, channel, kind))

    def capsule(
        self,
        radius: float,
        top_radius: float,
        length: float,
        colour: Triple,
        flat: float = 1.0,
        kind: int = PLAIN,
        gloss: float = 0.08,
    ) -> None:
        """Add a limb along z from 0 to `length`, rounded at both ends; `flat` squeezes x."""
        profile: list[tuple[float, float]] = []
        for angle in np.linspace(-math.pi / 2, 0, 5):
            profile.append((radius * math.cos(angle), radius * math.sin(angle)))
        for angle in np.linspace(0, math.pi / 2, 5):
            profile.append((top_radius * math.cos(angle), length + top_radius * math.sin(angle)))
        turns = np.linspace(0, 2 * math.pi, 13)
        points = np.array(
            [[(r * flat * math.cos(a), r * math.sin(a), z) for a in turns] for r, z in profile]
        )
        normals_out = points.copy()
        self.grid(normals_out, colour, gloss, 0, kind)

    def limb(
        self, start: Triple, end: Triple, radius: float, end_radius: float, colour: Triple
    ) -> None:
        """Add a rounded limb between two places."""
        made = Mesh()
        a, b = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
        length = float(np.linalg.norm(b - a))
        made.capsule(radius, end_radius, length, colour)
        z = (b - a) / length
        x = np.cross(z, (0.0, 0.0, 1.0) if abs(z[2]) < 0.9 else (1.0, 0.0, 0.0))
        x /= np.linalg.norm(x)
        turn = np.stack([x, np.cross(z, x), z])
        for rows in made._rows:
            rows[:, 0:3] = rows[:, 0:3] @ turn + a
            rows[:, 3:6] = rows[:, 3:6] @ turn
            self._rows.append(rows)

    def wheel(self, x: float, y: float, radius: float, width: float) -> None:
        """Add a wheel with its axle along y: tyre, side faces and a light hub."""
        turns = np.linspace(0, 2 * math.pi, 19)
        for side in (-1.0, 1.0):
            for outer, inner, colour, out in (
                (radius, 0.62 * radius, (0.03, 0.03, 0.03), 0.0),
                (0.62 * radius, 0.0, (0.13, 0.13, 0.14), 0.012),
            ):
                ring = [
                    [
                        (
                            x + r * math.cos(a),
                            y + side * (width / 2 + out),
                            radius + r * math.sin(a),
                        )
                        for a in (turns if side < 0 else turns[::-1])
                    ]
                    for r in (max(inner, 1e-4), outer)
                ]
                self.grid(np.array(ring), colour, 0.3)
        tread = [
            [(x + radius * math.cos(a), y + w, radius + radius * math.sin(a)) for a in turns]
            for w in (-width / 2, width / 2)
        ]
        self.grid(np.array(tread), (0.03, 0.03, 0.03))

    def panes(
        self,
        corners: Sequence[Triple],
        across: Sequence[float],
        up: Sequence[float],
        glass: set[tuple[int, int]],
        colour: Triple,
        holes: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        """Add a four-cornered face cut by `across` and `up` (0 to 1); `glass` cells are panes."""
        a, b, c, d = (np.asarray(corner, dtype=float) for corner in corners)

        def at(u: float, v: float) -> Floats:
            low, high = a + (b - a) * u, d + (c - d) * u
            return np.asarray(low + (high - low) * v)

        for i in range(len(across) - 1):
            for j in range(len(up) - 1):
                if (i, j) in holes:
                    continue
                u0, u1, v0, v1 = across[i], across[i + 1], up[j], up[j + 1]
                cell = (at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1))
                if (i, j) in glass:
                    self.quad(cell, (0.015, 0.018, 0.02), 0.9, 0, GLASS)
                else:
                    self.quad(cell, colour, 0.55)
