"""Patches laid over planes: the colours that come out, and the pixels that must stay."""

import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Blender, Patch, Plane, PlaneKind

SIZE = 32, 20
RED_709 = (63, 102, 240)
"""Full red in 8 bits of the narrow range (ITU-R BT.709 table 3)."""


def kind(
    *, depth: int = 8, across: int = 1, down: int = 1, matrix: int = 1, full: bool = False
) -> PlaneKind:
    return PlaneKind(depth=depth, across=across, down=down, matrix=matrix, full=full)


def planes(one: PlaneKind, *, value: int | None = None) -> list[Plane]:
    width, height = SIZE
    chance = np.random.default_rng(3)
    made: list[Plane] = []
    for number in range(3):
        wide = width >> (one.across or 0) if number else width
        high = height >> (one.down or 0) if number else height
        dtype = np.uint8 if one.depth == 8 else np.uint16
        plane = chance.integers(0, 1 << one.depth, (high, wide)).astype(dtype)
        made.append(plane if value is None else np.full_like(plane, value))
    return made


def flat(width: int, height: int, rgba: tuple[int, int, int, int]) -> Pixels:
    return np.full((height, width, 4), rgba, dtype=np.uint8)


@pytest.mark.parametrize(
    ("one", "meant"),
    [
        (kind(), RED_709),
        (kind(matrix=6), (81, 90, 240)),
        (kind(full=True), (54, 99, 255)),
        (kind(depth=10), tuple(4 * value for value in RED_709)),
        (kind(across=0, down=0), RED_709),
        (kind(across=1, down=0), RED_709),
    ],
)
def test_an_opaque_patch_has_its_colour_in_the_clips_own_numbers(
    one: PlaneKind, meant: tuple[int, ...]
) -> None:
    made = planes(one)
    Blender(one, width=SIZE[0], height=SIZE[1]).blend(
        made, [Patch(x=4, y=6, rgba=flat(8, 4, (255, 0, 0, 255)))]
    )
    tolerance = 1 << (one.depth - 8)
    for number, (plane, value) in enumerate(zip(made, meant, strict=True)):
        across, down = (one.across or 0, one.down or 0) if number else (0, 0)
        part = plane[6 >> down : 10 >> down, 4 >> across : 12 >> across]
        assert np.all(np.abs(part.astype(int) - value) <= tolerance)


def test_a_half_transparent_patch_lets_half_through() -> None:
    made = planes(kind(), value=100)
    Blender(kind(), width=SIZE[0], height=SIZE[1]).blend(
        made, [Patch(x=0, y=0, rgba=flat(8, 8, (255, 255, 255, 128)))]
    )
    assert np.all(np.abs(made[0][:8, :8].astype(int) - round(100 + (235 - 100) * 128 / 255)) <= 1)


def test_what_lies_over_comes_last() -> None:
    made = planes(kind(), value=128)
    under = Patch(x=0, y=0, rgba=flat(8, 8, (255, 255, 255, 255)))
    over = Patch(x=0, y=0, rgba=flat(8, 8, (0, 0, 0, 255)))
    Blender(kind(), width=SIZE[0], height=SIZE[1]).blend(made, [under, over])
    assert np.all(made[0][:8, :8] == 16)


@settings(max_examples=60)
@given(
    st.integers(-12, 36),
    st.integers(-12, 24),
    st.sampled_from([kind(), kind(depth=10), kind(across=0, down=0), kind(across=1, down=0)]),
    st.integers(0, 2**32 - 1),
)
def test_no_other_pixel_is_touched(x: int, y: int, one: PlaneKind, seed: int) -> None:
    chance = np.random.default_rng(seed)
    rgba = chance.integers(0, 256, (7, 9, 4), dtype=np.uint8)
    rgba[chance.random((7, 9)) < 0.5, 3] = 0
    made = planes(one)
    before = [plane.copy() for plane in made]
    Blender(one, width=SIZE[0], height=SIZE[1]).blend(made, [Patch(x=x, y=y, rgba=rgba)])
    covered = np.zeros((SIZE[1] + 40, SIZE[0] + 60), dtype=bool)
    covered[y + 15 : y + 22, x + 15 : x + 24] = rgba[..., 3] != 0
    covered = covered[15 : 15 + SIZE[1], 15 : 15 + SIZE[0]]
    assert np.array_equal(made[0][~covered], before[0][~covered])
    across, down = 1 << (one.across or 0), 1 << (one.down or 0)
    cells = covered.reshape(SIZE[1] // down, down, SIZE[0] // across, across).any(axis=(1, 3))
    for plane, was in zip(made[1:], before[1:], strict=True):
        assert np.array_equal(plane[~cells], was[~cells])


def test_the_same_patch_again_gives_the_same() -> None:
    patch = Patch(x=3, y=5, rgba=flat(8, 4, (10, 200, 90, 77)))
    blender = Blender(kind(), width=SIZE[0], height=SIZE[1])
    first, again = planes(kind()), planes(kind())
    blender.blend(first, [patch])
    blender.blend(again, [patch])
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


def test_grey_planes_have_no_colour_to_blend() -> None:
    grey = PlaneKind(depth=8, across=None, down=None, matrix=1, full=True)
    made = planes(kind())[:1]
    Blender(grey, width=SIZE[0], height=SIZE[1]).blend(
        made, [Patch(x=0, y=0, rgba=flat(4, 4, (255, 255, 255, 255)))]
    )
    assert np.all(made[0][:4, :4] == 255)


@pytest.mark.parametrize("one", [kind(), kind(depth=10), kind(full=True), kind(across=0, down=0)])
def test_what_covers_the_picture_has_the_same_colours_as_what_covers_a_little(
    one: PlaneKind,
) -> None:
    width, height = 400, 200
    colours = np.random.default_rng(4).integers(0, 256, (5, 10, 4), dtype=np.uint8)
    rgba = np.ascontiguousarray(np.kron(colours, np.ones((40, 40, 1), np.uint8)))
    rgba[..., 3] = 255
    dtype = np.uint8 if one.depth == 8 else np.uint16
    sizes = [(height, width), *2 * [(height >> (one.down or 0), width >> (one.across or 0))]]
    whole, parts = ([np.zeros(size, dtype) for size in sizes] for _ in range(2))
    blender = Blender(one, width=width, height=height)
    blender.blend(whole, [Patch(x=0, y=0, rgba=rgba)])
    blender.blend(parts, [Patch(x=x, y=0, rgba=rgba[:, x : x + 40]) for x in range(0, width, 40)])
    for one_plane, other in zip(whole, parts, strict=True):
        assert np.abs(one_plane.astype(int) - other.astype(int)).max() <= 2 << (one.depth - 8)


def test_patches_that_change_all_the_time_do_not_fill_the_memory() -> None:
    width, height = 1920, 1080
    blender = Blender(kind(), width=width, height=height)
    made = [np.zeros((height, width), np.uint8), *np.zeros((2, height // 2, width // 2), np.uint8)]
    gone = []
    for number in range(12):
        patch = Patch(x=0, y=0, rgba=np.full((height, width, 4), 255, dtype=np.uint8))
        patch.rgba[..., 0] = number
        blender.blend(made, [patch])
        gone.append(weakref.ref(patch))
        del patch
    assert sum(one() is not None for one in gone) <= 64 * 1024 * 1024 // (width * height * 5)
