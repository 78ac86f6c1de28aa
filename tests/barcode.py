"""Pictures that say which frame they are, so exactness is read off the picture.

Upright layout, in twelfths of the width and ninths of the height:

    row 0      guards: red 2 cells, W B W W B W B B, green 2 cells
    rows 1-3   36 bits, most significant first, white is 1: ordinal 16, camera 4, CRC 16
    rows 4-7   a grey texture that moves with the ordinal, so that a wrong reference smears it
    row 8      guards: blue 2 cells, the texture, white 1 cell, black 1 cell

A turned, mirrored or channel-swapped picture has its guards in the wrong place and is refused.
"""

import binascii
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

import bodycam_annotator.media  # noqa: F401 - takes back what cv2 does to Qt's environment

Image = NDArray[np.uint8]
"""(height, width, 4) blue, green, red, alpha."""

COLUMNS, ROWS = 12, 9
_WIDTH, _HEIGHT = 360, 180
"""The raster the texture is defined on; every picture is a resized one."""

_LARGE = 1024

_RED, _GREEN, _BLUE = (0, 0, 255), (0, 255, 0), (255, 0, 0)
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_GUARD_BITS = "10110100"
_FAR = 70
"""A channel further than this from full or nothing can not be read as a cell."""
_SMEARED = 22.0
"""Mean grey levels by which one block may differ: compression stays below 10, a reference that
is one frame off gives more than 30."""


class Unreadable(AssertionError):
    """The picture has no valid barcode: damaged, blended, turned, mirrored or not ours."""


def draw(ordinal: int, *, width: int, height: int, camera: int = 0) -> Image:
    """The upright picture of `ordinal`, (height, width, 4)."""
    texture = cv2.resize(_texture(ordinal), (width, height), interpolation=cv2.INTER_LINEAR)
    picture = np.full((height, width, 4), 255, np.uint8)
    picture[..., :3] = texture[..., None]
    for (row, column), colour in _cells(ordinal, camera).items():
        top, bottom = row * height // ROWS, (row + 1) * height // ROWS
        left, right = column * width // COLUMNS, (column + 1) * width // COLUMNS
        picture[top:bottom, left:right, :3] = colour
    return picture


def read_barcode(bgra: Image) -> int:
    """The ordinal in the picture; raises `Unreadable`."""
    return _read(bgra)[0]


def read_camera(bgra: Image) -> int:
    """The camera number in the picture; raises `Unreadable`."""
    return _read(bgra)[1]


def picture_matches(bgra: Image, ordinal: int, *, camera: int = 0) -> bool:
    """Whether the whole picture, and not just its barcode, is that of `ordinal`."""
    return _read(bgra) == (ordinal, camera) and worst_block(bgra, ordinal, camera=camera) < _SMEARED


def worst_block(bgra: Image, ordinal: int, *, camera: int = 0) -> float:
    """The largest mean difference, in grey levels, of any block of the picture."""
    bgra = _small(bgra)
    seen = cv2.resize(bgra, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    whole = draw(ordinal, width=bgra.shape[1], height=bgra.shape[0], camera=camera)
    meant = cv2.resize(whole, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    grey = [cv2.cvtColor(image, cv2.COLOR_BGRA2GRAY).astype(np.float32) for image in (seen, meant)]
    # Only the texture's rows: cells have hard edges, and guards depend on the colour matrix.
    different = np.abs(grey[0] - grey[1])[4 * _HEIGHT // ROWS : 8 * _HEIGHT // ROWS]
    blocks = cv2.resize(different, (_WIDTH // 10, 8), interpolation=cv2.INTER_AREA)
    return float(blocks.max())


def _small(bgra: Image) -> Image:
    """At most `_LARGE` wide: a 4K picture says no more and takes its time."""
    height, width = bgra.shape[:2]
    if width <= _LARGE:
        return bgra
    size = (_LARGE, height * _LARGE // width)
    return np.asarray(cv2.resize(bgra, size, interpolation=cv2.INTER_AREA), np.uint8)


def _read(bgra: Image) -> tuple[int, int]:
    if bgra.ndim != 3 or bgra.shape[2] != 4 or bgra.dtype != np.uint8:
        raise Unreadable(f"not a BGRA picture: {bgra.shape} {bgra.dtype}")
    bgra = _small(bgra)
    height, width = bgra.shape[:2]

    def cell(row: int, column: int) -> tuple[int, ...]:
        """Which channels are on, from the middle half of the cell."""
        top, bottom = (row + 0.25) * height / ROWS, (row + 0.75) * height / ROWS
        left, right = (column + 0.25) * width / COLUMNS, (column + 0.75) * width / COLUMNS
        part = bgra[round(top) : round(bottom) + 1, round(left) : round(right) + 1, :3]
        mean = part.reshape(-1, 3).mean(axis=0)
        if np.any(np.minimum(mean, 255 - mean) > _FAR):
            raise Unreadable(f"cell {row},{column} is blurred: {mean.round().tolist()}")
        return tuple(255 if value > 127 else 0 for value in mean)

    for place, colour in _guards().items():
        if (found := cell(*place)) != colour:
            raise Unreadable(f"guard {place} is {found}, not {colour}")
    bits = 0
    for row in (1, 2, 3):
        for column in range(COLUMNS):
            found = cell(row, column)
            if found not in (_WHITE, _BLACK):
                raise Unreadable(f"cell {row},{column} is coloured: {found}")
            bits = bits << 1 | (found == _WHITE)
    ordinal, camera = bits >> 20, bits >> 16 & 15
    if bits != _bits(ordinal, camera):
        raise Unreadable(f"the checksum of {bits:09x} is wrong")
    return ordinal, camera


def _bits(ordinal: int, camera: int) -> int:
    if not (0 <= ordinal < 1 << 16 and 0 <= camera < 16):
        raise ValueError(f"no barcode for ordinal {ordinal} of camera {camera}")
    head = ordinal << 4 | camera
    return head << 16 | binascii.crc_hqx(head.to_bytes(3, "big"), 0x1D0F)


def _guards() -> dict[tuple[int, int], tuple[int, int, int]]:
    guards = {(0, 0): _RED, (0, 1): _RED, (0, 10): _GREEN, (0, 11): _GREEN}
    guards |= {(0, 2 + i): _WHITE if bit == "1" else _BLACK for i, bit in enumerate(_GUARD_BITS)}
    return guards | {(8, 0): _BLUE, (8, 1): _BLUE, (8, 10): _WHITE, (8, 11): _BLACK}


def _cells(ordinal: int, camera: int) -> dict[tuple[int, int], tuple[int, int, int]]:
    text = f"{_bits(ordinal, camera):036b}"
    bits = {
        (1 + i // COLUMNS, i % COLUMNS): _WHITE if bit == "1" else _BLACK
        for i, bit in enumerate(text)
    }
    return _guards() | bits


@lru_cache(maxsize=1)
def _tile() -> Image:
    """A grey patchwork of 12-pixel squares, (_HEIGHT, _WIDTH), periodic both ways."""
    coarse = np.random.default_rng(20240229).integers(40, 216, (15, 30), dtype=np.uint8)
    return np.kron(coarse, np.ones((12, 12), np.uint8))


def _texture(ordinal: int) -> Image:
    return np.roll(_tile(), (ordinal * 2 % _HEIGHT, ordinal * 5 % _WIDTH), axis=(0, 1))
