"""Draws a scene's moment with OpenGL (Mesa's software driver is enough) as 8-bit pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import models
import moderngl
import motion
import numpy as np
import numpy.typing as npt
import scene

Floats = npt.NDArray[np.float64]
WIDTH, HEIGHT = 1280, 720
INNER = (1152, 648)
EDGE_TANGENT, BARREL = math.tan(math.radians(47)), 0.17
SPREAD_X = (
    EDGE_TANGENT * math.hypot(1, 0.5625) * (1 + BARREL * 1.3164) / (1 + BARREL) / 1.1474 * 1.002
)
SPREAD = (SPREAD_X, SPREAD_X * 0.5625)
CONTEXT: dict[str, Any] = {"standalone": True, "backend": "egl"}
SHADERS = Path(__file__).parent / "shaders"
MAX_LIGHTS = 28
SHADOW_SIZE = 1024


def _perspective(spread: tuple[float, float], near: float, far: float) -> Floats:
    matrix = np.zeros((4, 4))
    matrix[0, 0], matrix[1, 1] = 1 / spread[0], 1 / spread[1]
    matrix[2, 2], matrix[2, 3] = (far + near) / (near - far), 2 * far * near / (near - far)
    matrix[3, 2] = -1
    return matrix


def _look(right: Floats, up: Floats, backward: Floats, place: Floats) -> Floats:
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, up, backward])
    matrix[:3, 3] = -matrix[:3, :3] @ place
    return matrix


def view_projection(view: motion.View) -> Floats:
    """Return the matrix from the world to clip space of a chest camera's view."""
    eye = scene.eye_matrix(view)
    turned = _look(-eye[:3, 1], eye[:3, 2], -eye[:3, 0], eye[:3, 3])
    return _perspective(SPREAD, 0.06, 150.0) @ turned


def _bytes(matrix: Floats) -> bytes:
    return matrix.T.astype("f4").tobytes()


def _uniform(program: moderngl.Program, name: str) -> moderngl.Uniform:
    found = program[name]
    assert isinstance(found, moderngl.Uniform)
    return found


class Renderer:
    """One off-screen OpenGL context with every mesh loaded."""

    def __init__(self) -> None:
        self._gl = gl = moderngl.create_context(**CONTEXT)
        self._geometry = self._program("geometry.vert", "geometry.frag")
        self._light = self._program("screen.vert", "light.frag")
        self._blur = self._program("screen.vert", "blur.frag")
        self._lens = self._program("screen.vert", "lens.frag")
        self._meshes: dict[str, moderngl.VertexArray] = {}
        for name, mesh in models.meshes().items():
            buffer = gl.buffer(mesh.data().tobytes())
            names = ("in_place", "in_normal", "in_colour", "in_paint")
            content = [(buffer, "3f 3f 3f 3f", *names)]
            self._meshes[name] = gl.vertex_array(self._geometry, content)
        corners = gl.buffer(np.array([-1, -1, 1, -1, -1, 1, 1, 1], "f4").tobytes())
        self._screens = {
            program: gl.vertex_array(program, [(corners, "2f", "in_corner")])
            for program in (self._light, self._blur, self._lens)
        }
        self._buffers()

    def _program(self, vertex: str, fragment: str) -> moderngl.Program:
        return self._gl.program(
            vertex_shader=(SHADERS / vertex).read_text(encoding="utf-8"),
            fragment_shader=(SHADERS / fragment).read_text(encoding="utf-8"),
        )

    def _buffers(self) -> None:
        gl = self._gl

        def texture(size: tuple[int, int], kind: str, parts: int = 4) -> moderngl.Texture:
            made = gl.texture(size, parts, dtype=kind)
            made.repeat_x = made.repeat_y = False
            return made

        self._maps = [texture(INNER, "f2"), texture(INNER, "f2"), texture(INNER, "f4")]
        self._maps[2].filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._inner = gl.framebuffer(self._maps, gl.depth_renderbuffer(INNER))
        self._lit = texture(INNER, "f2")
        self._lit_target = gl.framebuffer([self._lit])
        small = (INNER[0] // 4, INNER[1] // 4)
        tiny = (INNER[0] // 16, INNER[1] // 16)
        self._blooms = [
            texture(small, "f2"),
            texture(small, "f2"),
            texture(tiny, "f2"),
            texture(tiny, "f2"),
        ]
        self._bloom_targets = [gl.framebuffer([bloom]) for bloom in self._blooms]
        self._picture, self._objects = (
            texture((WIDTH, HEIGHT), "f1", 3),
            texture((WIDTH, HEIGHT), "f1", 1),
        )
        self._out = gl.framebuffer([self._picture, self._objects])
        self._shadow = gl.depth_texture((SHADOW_SIZE, SHADOW_SIZE))
        self._shadow.compare_func = ""
        self._shadow.repeat_x = self._shadow.repeat_y = False
        self._shadow_target = gl.framebuffer([], self._shadow)

    def _draw(self, drawn: list[scene.Drawn], matrix: Floats, eye: Floats) -> None:
        program = self._geometry
        _uniform(program, "eye").value = tuple(eye)
        _uniform(program, "view_projection").write(_bytes(matrix))
        for item in drawn:
            _uniform(program, "model").write(_bytes(item.matrix))
            _uniform(program, "object").value = float(item.number)
            _uniform(program, "glow").write(np.array(item.glow, "f4").tobytes())
            self._meshes[item.mesh].render(moderngl.TRIANGLES)

    def _shadows(self, moment: scene.Moment, drawn: list[scene.Drawn]) -> Floats:
        light = next(light for light in moment.lights if light.shadowed)
        forward = light.direction / np.linalg.norm(light.direction)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        turned = _look(right, np.cross(right, forward), -forward, light.place)
        matrix = _perspective((0.75, 0.75), 0.3, 60.0) @ turned
        self._shadow_target.use()
        self._shadow_target.clear()
        self._draw(
            [d for d in drawn if d.mesh not in ("surroundings", "puff")], matrix, light.place
        )
        return matrix

    def _set_lights(self, moment: scene.Moment, shadow: Floats) -> None:
        program, lights = self._light, moment.lights[:MAX_LIGHTS]
        place, colour, cone = (np.zeros((MAX_LIGHTS, 4), "f4") for _ in range(3))
        for i, light in enumerate(lights):
            place[i] = (*light.place, float(light.shadowed))
            colour[i] = (*light.colour, light.soft)
            cone[i] = (*(light.direction / np.linalg.norm(light.direction)), light.outer)
        _uniform(program, "lights").value = len(lights)
        for name, values in (("place", place), ("colour", colour), ("cone", cone)):
            _uniform(program, f"light_{name}").write(values.tobytes())
        _uniform(program, "shadow_matrix").write(_bytes(shadow))
        cars = np.full((8, 4), 1e4, "f4")
        for i, (x, y, heading) in enumerate(moment.cars[:8]):
            cars[i] = (x, y, math.cos(heading), math.sin(heading))
        _uniform(program, "cars").write(cars.tobytes())
        feet = np.full((3, 2), 1e4, "f4")
        feet[: len(moment.feet)] = moment.feet
        _uniform(program, "feet").write(feet.tobytes())
        eye = scene.eye_matrix(moment.view)
        _uniform(program, "eye").value = tuple(moment.view.position)
        _uniform(program, "look").write(
            np.stack([-eye[:3, 1], eye[:3, 2], -eye[:3, 0]]).astype("f4").tobytes()
        )
        _uniform(program, "spread").value = SPREAD

    def _pass(
        self,
        program: moderngl.Program,
        target: moderngl.Framebuffer,
        textures: Mapping[str, moderngl.Texture],
    ) -> None:
        target.use()
        for unit, (name, texture) in enumerate(textures.items()):
            texture.use(unit)
            _uniform(program, name).value = unit
        self._screens[program].render(moderngl.TRIANGLE_STRIP)

    def _bloom(self) -> None:
        blur, (near_a, near_b, wide_a, wide_b) = self._blur, self._blooms
        steps = (
            (self._lit, near_a, (1.0, 0.0), 0.9),
            (near_a, near_b, (0.0, 1.0), 0.0),
            (near_b, wide_a, (1.0, 0.0), 0.0),
            (wide_a, wide_b, (0.0, 1.0), 0.0),
        )
        for (source, goal, way, threshold), target in zip(steps, self._bloom_targets, strict=True):
            _uniform(blur, "stride").value = (way[0] / goal.width, way[1] / goal.height)
            _uniform(blur, "threshold").value = threshold
            self._pass(blur, target, {"source": source})

    def draw(
        self, moment: scene.Moment, earlier: motion.View, frame: int, exposure: float, grain: float
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Return the picture (720, 1280, 3) RGB and each pixel's object number (720, 1280)."""
        gl = self._gl
        gl.enable(moderngl.DEPTH_TEST)
        shadow = self._shadows(moment, [d for d in moment.drawn if d.number < scene.OWN])
        self._inner.use()
        self._inner.clear()
        self._draw(moment.drawn, view_projection(moment.view), moment.view.position)
        gl.disable(moderngl.DEPTH_TEST)
        self._set_lights(moment, shadow)
        names = ("colour_map", "normal_map", "place_map", "shadow_map")
        maps = dict(zip(names, [*self._maps, self._shadow], strict=True))
        self._pass(self._light, self._lit_target, maps)
        self._bloom()
        lens = self._lens
        _uniform(lens, "earlier").write(_bytes(view_projection(earlier)))
        _uniform(lens, "spread").value, _uniform(lens, "edge").value = (
            SPREAD,
            (EDGE_TANGENT, BARREL),
        )
        _uniform(lens, "exposure").value, _uniform(lens, "frame").value = (
            exposure,
            float(frame % 4099),
        )
        _uniform(lens, "grain").value = grain
        maps = {"light_map": self._lit, "place_map": self._maps[2]}
        maps |= {"bloom_near": self._blooms[1], "bloom_wide": self._blooms[3]}
        self._pass(lens, self._out, maps)
        picture = np.frombuffer(self._out.read(components=3), np.uint8)
        objects = np.frombuffer(self._out.read(components=1, attachment=1), np.uint8)
        return (
            picture.reshape(HEIGHT, WIDTH, 3)[::-1].copy(),
            objects.reshape(HEIGHT, WIDTH)[::-1].copy(),
        )
