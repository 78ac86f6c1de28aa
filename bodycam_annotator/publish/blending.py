"""Pictures with transparency laid over the planes of a frame; no other pixel is touched."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Interpolation
from numpy.typing import NDArray

from bodycam_annotator.media.picture import Pixels

Plane = NDArray[Any]
"""(height, width) of uint8 or uint16."""
Weights = NDArray[np.float32]

KEPT_BYTES = 64 * 1024 * 1024
"""Of patches that are remembered as prepared, as most are laid over many frames."""

LARGE = 50_000
"""Pixels from which on a patch that lets nothing through is converted in another way."""

LUMA: dict[int, tuple[float, float]] = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
"""Shares of red and blue in the luma by matrix (ITU-T H.273 table 4)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Patch:
    """`rgba`: (height, width, 4) uint8 with straight alpha, its corner at `x`, `y` of the picture
    as displayed. What lies outside the picture is not shown. Its pixels must not change."""

    x: int
    y: int
    rgba: Pixels = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class PlaneKind:
    """How pixels become planes.

    `across`, `down`: log2 of the luma pixels to a chroma pixel; None of both where there is no
    chroma. `matrix` as in `LUMA`. `full`: whether black is 0 and white the highest value.
    """

    depth: int
    across: int | None
    down: int | None
    matrix: int
    full: bool

    @property
    def pixel_format(self) -> str:
        """FFmpeg's name of it."""
        ending = "" if self.depth == 8 else f"{self.depth}le"
        if self.across is None or self.down is None:
            return f"gray{ending}"
        chroma = {(0, 0): "444", (1, 0): "422", (1, 1): "420"}[self.across, self.down]
        return f"yuv{chroma}p{ending}"


@dataclass(frozen=True, kw_only=True)
class _Laid:
    """What a plane keeps of itself (None: nothing), and what is added, in a part of it."""

    rows: slice
    columns: slice
    keeps: Weights | None
    adds: Plane


class Blender:
    """Lays patches over planes of one kind and size. Not for use by two threads at once."""

    def __init__(self, kind: PlaneKind, *, width: int, height: int) -> None:
        """`width` and `height` of the picture, without what pads it."""
        self._kind, self._width, self._height = kind, width, height
        self._known: OrderedDict[Patch, list[_Laid | None]] = OrderedDict()
        self._known_bytes = 0
        self._from_rgb, self._zero = _conversion(kind)

    def blend(self, planes: Sequence[Plane], patches: Sequence[Patch]) -> None:
        """Lays the patches one over another into (writable) luma and chroma planes."""
        for patch in patches:
            for plane, laid in zip(planes, self._prepared(patch), strict=False):
                if laid is not None:
                    part = plane[laid.rows, laid.columns]
                    part[...] = laid.adds if laid.keeps is None else part * laid.keeps + laid.adds

    def _prepared(self, patch: Patch) -> list[_Laid | None]:
        known = self._known.get(patch)
        if known is not None:
            self._known.move_to_end(patch)
            return known
        prepared = self._known[patch] = self._prepare(patch)
        self._known_bytes += _size(patch, prepared)
        while self._known_bytes > KEPT_BYTES:
            self._known_bytes -= _size(*self._known.popitem(last=False))
        return prepared

    def _prepare(self, patch: Patch) -> list[_Laid | None]:
        cut = _visible(patch, self._width, self._height)
        if cut is None:
            return []
        x, y, rgba = cut
        if self._is_whole(x, y, rgba):
            return self._covering(x, y, rgba)
        alpha = rgba[..., 3].astype(np.float32) / np.float32(255)
        values = rgba[..., :3].astype(np.float32) @ self._from_rgb + self._zero
        # The strongest colours of the full range lie half a step above what a plane can hold.
        np.clip(values, 0, (1 << self._kind.depth) - 1, out=values)
        values *= alpha[..., None]
        laid: list[_Laid | None] = [_laid(x, y, alpha, values[..., 0])]
        if self._kind.across is None or self._kind.down is None:
            return laid
        across, down = 1 << self._kind.across, 1 << self._kind.down
        alpha, values = _on_grid(alpha, values[..., 1:], x % across, y % down, across, down)
        for channel in (0, 1):
            laid.append(_laid(x // across, y // down, alpha, values[..., channel]))
        return laid

    def _is_whole(self, x: int, y: int, rgba: Pixels) -> bool:
        """Whether it is large, lets nothing through and ends where chroma pixels do."""
        height, width = rgba.shape[:2]
        across, down = 1 << (self._kind.across or 0), 1 << (self._kind.down or 0)
        ends = (
            (x + width) % across == 0 or x + width == self._width,
            (y + height) % down == 0 or y + height == self._height,
        )
        on_grid = x % across == 0 and y % down == 0 and all(ends)
        return on_grid and width * height >= LARGE and bool((rgba[..., 3] == 255).all())

    def _covering(self, x: int, y: int, rgba: Pixels) -> list[_Laid | None]:
        """As `_prepare`, by FFmpeg's conversion: what covers the picture takes long otherwise."""
        kind = self._kind
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(rgba), format="rgba").reformat(
            format=kind.pixel_format,
            dst_colorspace=kind.matrix,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.JPEG if kind.full else ColorRange.MPEG,
            interpolation=Interpolation.AREA | Interpolation.ACCURATE_RND,
            threads=1,
        )
        laid: list[_Laid | None] = []
        for number, values in enumerate(planes_of(frame)):
            left = x >> (kind.across or 0) if number else x
            top = y >> (kind.down or 0) if number else y
            height, width = values.shape
            rows, columns = slice(top, top + height), slice(left, left + width)
            laid.append(_Laid(rows=rows, columns=columns, keeps=None, adds=values.copy()))
        return laid


def planes_of(frame: VideoFrame) -> list[Plane]:
    """(height, width) each of the frame's own memory, in values of its depth."""
    wide = frame.format.components[0].bits > 8
    return [_values(plane, np.dtype("<u2" if wide else "u1")) for plane in frame.planes]


def _values(plane: VideoPlane, kind: "np.dtype[Any]") -> Plane:
    memory: NDArray[np.uint8] = np.frombuffer(cast(memoryview, plane), dtype=np.uint8)
    rows = memory[: plane.line_size * plane.height].reshape(plane.height, plane.line_size)
    return rows[:, : plane.width * kind.itemsize].view(kind)


def _laid(x: int, y: int, alpha: Weights, adds: Weights) -> _Laid:
    height, width = alpha.shape
    return _Laid(
        rows=slice(y, y + height),
        columns=slice(x, x + width),
        keeps=1 - alpha,
        # Turned into whole numbers by cutting off what is behind the point.
        adds=adds + np.float32(0.5),
    )


def _size(patch: Patch, prepared: Sequence[_Laid | None]) -> int:
    laid = [one for one in prepared if one is not None]
    weights = sum(0 if one.keeps is None else one.keeps.nbytes for one in laid)
    return patch.rgba.nbytes + weights + sum(one.adds.nbytes for one in laid)


def _visible(patch: Patch, width: int, height: int) -> tuple[int, int, Pixels] | None:
    """The corner and pixels of what is neither outside nor wholly transparent around."""
    left, top = max(0, -patch.x), max(0, -patch.y)
    right, bottom = width - patch.x, height - patch.y
    if right <= left or bottom <= top:
        return None
    rgba = patch.rgba[top:bottom, left:right]
    there = rgba[..., 3] != 0
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(rows):
        return None
    rgba = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return patch.x + left + int(columns[0]), patch.y + top + int(rows[0]), rgba


def _on_grid(
    alpha: Weights, values: Weights, x: int, y: int, across: int, down: int
) -> tuple[Weights, Weights]:
    """Means over the pixels of each chroma pixel; `x`, `y`: where in one the patch begins."""
    height, width = alpha.shape
    if across == down == 1:
        return alpha, values
    wide, high = -(-(x + width) // across), -(-(y + height) // down)
    room = np.zeros((high * down, wide * across, 3), dtype=np.float32)
    room[y : y + height, x : x + width, 0] = alpha
    room[y : y + height, x : x + width, 1:] = values
    # Slices added up: a mean over two axes takes five times as long.
    parts = [room[row::down, column::across] for row in range(down) for column in range(across)]
    means = sum(parts[1:], start=parts[0]) * np.float32(1 / len(parts))
    return means[..., 0], means[..., 1:]


def _conversion(kind: PlaneKind) -> tuple[Weights, Weights]:
    """(3, 3) from R, G, B of 0 to 255 to luma and chroma, and the (3,) that black has."""
    red, blue = LUMA.get(kind.matrix, LUMA[1])
    luma = np.array([red, 1 - red - blue, blue])
    rows = np.stack(
        [
            luma,
            (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - blue)),
            (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - red)),
        ]
    )
    step = 1 << (kind.depth - 8)
    if kind.full:
        highest = (1 << kind.depth) - 1
        scale, zero = np.array([highest] * 3), np.array([0, 128 * step, 128 * step])
    else:
        scale, zero = np.array([219, 224, 224]) * step, np.array([16, 128, 128]) * step
    matrix = (rows * scale[:, None] / 255).T
    return matrix.astype(np.float32), zero.astype(np.float32)
