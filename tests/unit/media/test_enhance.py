"""Seeing more: what each part of a look does to pixels, and what it never does."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bodycam_annotator.media.enhance import (
    LIMITS,
    PRESETS,
    UNCOMPARED,
    Look,
    enhance,
    enhanced_by,
)
from bodycam_annotator.media.picture import Pixels
from tests.barcode import draw

SIDES = st.integers(1, 40)
WHOLE = ("brightness", "denoise")


def _number(name: str) -> st.SearchStrategy[float]:
    least, most = LIMITS[name]
    return st.integers(int(least), int(most)) if name in WHOLE else st.floats(least, most)


LOOKS = st.builds(Look, difference=st.booleans(), **{name: _number(name) for name in LIMITS})


@st.composite
def pictures(draw: st.DrawFn) -> Pixels:
    shape = (draw(SIDES), draw(SIDES), 4)
    pixels = draw(arrays(np.uint8, shape))
    pixels[..., 3] = 255
    return pixels


def only(name: str, value: Any) -> Look:  # noqa: ANN401 - a field of Look
    return Look(**{name: value})


def grey(value: int, *, width: int = 64, height: int = 48) -> Pixels:
    made = np.full((height, width, 4), value, np.uint8)
    made[..., 3] = 255
    return made


def ramp() -> Pixels:
    """Every grey, (16, 256, 4)."""
    made = np.empty((16, 256, 4), np.uint8)
    made[..., :3] = np.arange(256, dtype=np.uint8)[None, :, None]
    made[..., 3] = 255
    return made


def noisy(seed: int = 5, *, around: int = 90) -> Pixels:
    """An even grey with a camera's noise of eight grey levels in every channel."""
    chance = np.random.default_rng(seed)
    made = np.clip(chance.normal(around, 8, (120, 160, 4)), 0, 255).astype(np.uint8)
    made[..., 3] = 255
    return made


@settings(max_examples=60)
@given(pictures(), LOOKS, st.booleans())
def test_any_look_keeps_the_shape_and_never_writes_to_what_it_is_given(
    pixels: Pixels, look: Look, there_is_one_before: bool
) -> None:
    before = np.ascontiguousarray(pixels[::-1]) if there_is_one_before else None
    there = [pixels] if before is None else [pixels, before]
    kept = [one.copy() for one in there]
    for one in there:
        one.flags.writeable = False
    made = enhance(pixels, look, before=before)
    assert made.shape == pixels.shape
    assert made.dtype == np.uint8
    assert made.flags.c_contiguous
    assert (made[..., 3] == 255).all()
    for one, as_it_was in zip(there, kept, strict=True):
        assert np.array_equal(one, as_it_was)
    assert not look.is_on or not np.shares_memory(made, pixels)


@given(pictures())
def test_a_look_that_is_not_on_changes_nothing(pixels: Pixels) -> None:
    assert not Look().is_on
    assert np.array_equal(enhance(pixels, Look()), pixels)


@given(pictures(), LOOKS)
def test_the_same_picture_twice_gives_the_same(pixels: Pixels, look: Look) -> None:
    first, second = (enhance(pixels, look, before=pixels) for _ in range(2))
    assert np.array_equal(first, second)


@given(pictures())
def test_the_difference_of_equal_frames_is_black(pixels: Pixels) -> None:
    made = enhance(pixels, Look(difference=True), before=pixels.copy())
    assert not made[..., :3].any()


def test_the_difference_shows_what_moved_and_only_that() -> None:
    before, now = grey(90), grey(90)
    now[10:20, 30:40, :3] = 110
    made = enhance(now, Look(difference=True), before=before)
    assert (made[10:20, 30:40, :3] >= 64).all()
    made[10:20, 30:40, :3] = 0
    assert not made[..., :3].any()


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_a_change_of_one_colour_alone_shows(channel: int) -> None:
    now = grey(90)
    now[10:20, 30:40, channel] = 200
    made = enhance(now, Look(difference=True), before=grey(90))
    assert (made[10:20, 30:40, :3] >= 40).all()


@pytest.mark.parametrize("before", [None, grey(7, width=32)])
@pytest.mark.parametrize("more", [Look(), PRESETS["Night"], Look(brightness=40)])
def test_without_a_frame_to_compare_with_nothing_is_claimed_to_be_still(
    before: Pixels | None, more: Look
) -> None:
    made = enhance(grey(90), replace(more, difference=True), before=before)
    assert (made[..., :3] == UNCOMPARED).all()
    said = enhanced_by(grey(90), replace(more, difference=True), before=before)
    assert "no frame before" in said
    assert "no frame before" not in enhanced_by(grey(90), Look(difference=True), before=grey(90))


@given(
    st.sampled_from(["brightness", "contrast", "gamma"]).flatmap(
        lambda name: st.builds(lambda value: only(name, value), _number(name))
    )
)
def test_light_never_changes_the_order_of_greys(look: Look) -> None:
    values = enhance(ramp(), look)[0, :, 0].astype(int)
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("name", ["brightness", "gamma"])
@given(st.data())
def test_more_light_makes_nothing_darker(name: str, data: st.DataObject) -> None:
    less, more = sorted(data.draw(st.tuples(_number(name), _number(name))))
    darker = enhance(ramp(), only(name, less))
    brighter = enhance(ramp(), only(name, more))
    assert (darker <= brighter).all()


def test_gamma_leaves_black_and_white_and_contrast_middle_grey() -> None:
    bright = enhance(ramp(), Look(gamma=2.2))[0, :, 0]
    assert (bright[0], bright[255]) == (0, 255)
    # 255 * (64 / 255) ** (1 / 2.2)
    assert bright[64] == 136
    hard = enhance(ramp(), Look(contrast=3.0))[0, :, 0]
    assert (hard[0], hard[100], hard[155], hard[255]) == (0, 45, 210, 255)
    assert abs(int(hard[128]) - 128) <= 1


def test_local_contrast_spreads_what_is_dark_where_another_part_is_bright() -> None:
    chance = np.random.default_rng(3)
    night = grey(0, width=320, height=240)
    night[..., :3] = chance.integers(12, 24, (240, 320, 1), np.uint8)
    night[:, 200:, :3] = 250
    made = enhance(night, Look(local_contrast=8.0))
    assert made[50:150, 20:120, 0].std() > 2 * night[50:150, 20:120, 0].std()


def test_local_contrast_keeps_colours_apart_from_light() -> None:
    """It works on the luma: the chroma of a coloured picture stays what it was."""
    picture = draw(3, width=320, height=180)
    picture[60:120, 100:200, :3] = (60, 90, 120)
    before = cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb)[90, 150]
    after = cv2.cvtColor(enhance(picture, Look(local_contrast=2.0)), cv2.COLOR_BGR2YCrCb)[90, 150]
    assert np.abs(before[1:].astype(int) - after[1:].astype(int)).max() <= 3


def test_denoise_takes_noise_and_leaves_edges() -> None:
    picture = noisy()
    picture[:, 80:, :3] = np.clip(picture[:, 80:, :3].astype(int) + 100, 0, 255)
    made = enhance(picture, Look(denoise=30))
    assert made[20:100, 10:70, 1].std() < picture[20:100, 10:70, 1].std() / 2
    luma = cv2.cvtColor(made, cv2.COLOR_BGRA2GRAY).astype(int)
    for near, far in ((slice(77, 80), slice(50, 70)), (slice(80, 83), slice(90, 110))):
        assert abs(luma[20:100, near].mean() - luma[20:100, far].mean()) < 3


def test_sharpen_makes_an_edge_steeper() -> None:
    picture = grey(60)
    picture[:, 32:, :3] = 160
    soft = np.asarray(cv2.GaussianBlur(picture, (5, 5), 0), np.uint8)
    made = enhance(soft, Look(sharpen=1.0))
    across = soft[20, 30:34, 0].astype(int), made[20, 30:34, 0].astype(int)
    assert np.diff(across[1]).max() > 1.2 * np.diff(across[0]).max()


@pytest.mark.parametrize("name", list(LIMITS))
def test_a_number_out_of_range_is_refused(name: str) -> None:
    least, most = LIMITS[name]
    for value in (least - 1, most + 1, float("nan")):
        with pytest.raises(ValueError, match=name):
            only(name, value)


def test_words_say_what_is_on_and_nothing_else() -> None:
    assert Look().words == ""
    assert Look(local_contrast=3.0, gamma=1.8).words == "gamma 1.8, local contrast 3"
    assert Look(brightness=10).words == "brightness +10"
    assert Look(difference=True).words == "difference to the frame before"


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_does_something(name: str) -> None:
    look = PRESETS[name]
    assert look.is_on
    assert look.words
    picture = noisy(around=60)
    assert not np.array_equal(enhance(picture, look, before=noisy(9, around=60)), picture)
