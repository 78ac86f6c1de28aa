"""Colours that can be read on both themes and told apart by everybody."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.model.palette import (
    DARK,
    LEAST_CONTRAST,
    LIGHT,
    PALETTE,
    Swatch,
    contrast,
    ink_on,
    is_readable,
    next_color,
    readable_on,
)

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")

# Machado, Oliveira and Fernandes 2009, severity 1.0: linear RGB as it is seen.
SEEN = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue cones": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.95047], [1.0], [1.08883]])


def lab(color: str, eye: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """CIELAB under D65."""
    shares = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(SEEN[eye] @ linear, 0, 1)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#56B4E9", "#56B4E9") == 1


@pytest.mark.parametrize("swatch", PALETTE, ids=lambda swatch: swatch.name)
def test_every_colour_of_the_palette_can_be_read_on_dark_and_on_light(swatch: Swatch) -> None:
    color = swatch.color
    assert contrast(color, DARK) >= LEAST_CONTRAST
    assert contrast(color, LIGHT) >= LEAST_CONTRAST
    assert contrast(ink_on(color), color) >= 4.5


@pytest.mark.parametrize("eye", SEEN)
def test_no_two_colours_of_the_palette_look_alike(eye: str) -> None:
    apart = {
        (one.name, other.name): np.linalg.norm(lab(one.color, eye) - lab(other.color, eye))
        for one, other in combinations(PALETTE, 2)
    }
    closest = min(apart, key=lambda pair: apart[pair])
    assert apart[closest] > 11.5, closest


@given(colors)
def test_any_colour_has_a_readable_shade(color: str) -> None:
    shade = readable_on(color, DARK, LIGHT)
    assert is_readable(shade)
    assert shade == color or not is_readable(color)
    for ground in (DARK, LIGHT, "#000000", "#FFFFFF"):
        assert contrast(readable_on(color, ground), ground) >= LEAST_CONTRAST


def test_new_codes_get_colours_that_are_not_used_yet() -> None:
    used: list[str] = []
    for _ in PALETTE:
        used.append(next_color(used).lower())
    assert len(set(used)) == len(PALETTE)
    assert next_color(used) == PALETTE[0].color
