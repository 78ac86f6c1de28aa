"""What is drawn on the pictures of a clip, read back from its pixels."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from bodycam_annotator.publish.clip_look import ClipLook, Corner, Inset
from bodycam_annotator.publish.clip_plan import Freeze, Run, Segment
from bodycam_annotator.ui.clip_card import TitleCard
from bodycam_annotator.ui.clip_drawing import ClipDrawing
from tests.ui.clips.drawn import (
    CARD,
    LONG,
    NONE,
    RUN,
    SIZES,
    STEP,
    at,
    changed,
    composed,
    facts,
    is_inside,
    lay,
    mark,
    said,
    tag,
)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("corner", list(Corner))
def test_the_stamp_is_in_its_corner_and_changes_with_each_frame(
    size: tuple[int, int], corner: Corner
) -> None:
    look = replace(NONE, stamp=True, stamp_corner=corner, avoid_corner=None)
    drawing = ClipDrawing(facts(), look)
    pictures = [composed(at(ordinal, size), drawing) for ordinal in (7, 8, 99, 399)]
    for picture in pictures:
        left, top, right, bottom = changed(picture)
        assert left > 0
        assert top > 0
        assert right < size[0]
        assert bottom < size[1]
        assert (left < size[0] - right) is corner.is_left
        assert (top < size[1] - bottom) is corner.is_top
        assert bottom - top >= 16
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_the_stamp_tells_the_frame_also_where_the_time_is_the_same() -> None:
    drawing = ClipDrawing(facts(), replace(NONE, stamp=True))
    one = at(10)
    other = replace(one, frame=replace(one.frame, ordinal=11))
    assert (composed(one, drawing) != composed(other, drawing)).any()


@pytest.mark.parametrize(
    "size",
    [(1, 1), (2, 2), (3, 5), (16, 16), (64, 16), (64, 18), (16382, 18), (18, 4000), (100, 80)],
)
def test_pictures_too_small_for_text_have_what_fits(size: tuple[int, int]) -> None:
    tags = [said(0, 99, "Get out of the car!"), tag(0, 99, "Weapon drawn"), mark(3, "Shot")]
    look = ClipLook(ring=(0, 0))
    drawing = ClipDrawing(replace(facts(*tags), enhanced="brightness +20"), look)
    runs: list[Segment] = [Run(first=0, last=9), Run(first=0, last=9, slower=8)]
    for segment in (*runs, Freeze(ordinal=5, lasts_ns=STEP)):
        for patch in drawing.patches(at(5, size, segment)):
            assert is_inside(patch, size)
    if min(size) < 20:
        assert any("no room for the stamp" in note for note in drawing.notes())
        assert any("label found no room" in note for note in drawing.notes())
    assert TitleCard(CARD).draw(*size).shape == (size[1], size[0], 4)


@pytest.mark.parametrize("size", SIZES)
def test_all_of_it_fits_inside_and_no_two_things_cover_each_other(size: tuple[int, int]) -> None:
    tags = [said(0, 99, "Get out of the car!"), tag(0, 99, "Weapon drawn"), mark(3, "Shot")]
    drawing = ClipDrawing(replace(facts(*tags), enhanced="brightness +20"), ClipLook())
    patches = list(drawing.patches(at(5, size, segment=Run(first=0, last=9, slower=8))))
    taken = np.zeros((size[1], size[0]), dtype=np.int64)
    strip, head, *others = patches
    assert strip.rgba.shape[1] == size[0]
    assert strip.y + strip.rgba.shape[0] == size[1]
    assert head.rgba.shape[1] < size[0] / 20
    for patch in (strip, *others):
        height, width = patch.rgba.shape[:2]
        assert patch.x >= 0
        assert patch.x + width <= size[0]
        assert patch.y >= 0
        assert patch.y + height <= size[1]
        taken[patch.y : patch.y + height, patch.x : patch.x + width] += 1
    assert taken.max() == 1


def test_patches_are_the_same_objects_while_nothing_changes() -> None:
    tags = [said(0, 99, "Get out of the car!"), tag(0, 99, "Weapon drawn")]
    drawing = ClipDrawing(facts(*tags), ClipLook())
    before, after = drawing.patches(at(50)), drawing.patches(at(51))
    assert len(before) == len(after)
    other = [one for one, two in zip(before, after, strict=True) if one is not two]
    # The head of the strip, and the digits.
    assert len(other) <= 2
    assert max(patch.rgba.size for patch in other) < 1280 * 720 * 4 / 50
    assert all(one is two for one, two in zip(after, drawing.patches(at(51)), strict=True))


def test_another_thread_draws_the_same() -> None:
    tags = [said(0, 99, "لا تطلق النار"), tag(0, 99, "Weapon drawn")]
    here, there = ClipDrawing(facts(*tags), ClipLook()), ClipDrawing(facts(*tags), ClipLook())
    with ThreadPoolExecutor(max_workers=1) as pool:
        drawn = pool.submit(composed, at(50), there).result()
    assert (drawn == composed(at(50), here)).all()


def test_the_head_of_the_strip_is_where_the_frame_is_in_the_clip() -> None:
    drawing = ClipDrawing(facts(), replace(NONE, strip=True))
    middles = []
    for ordinal in (0, 200, 399):
        _, head = drawing.patches(at(ordinal))
        middles.append(head.x + head.rgba.shape[1] / 2)
    assert middles[1] == pytest.approx(640, abs=2)
    assert middles[0] < 30
    assert middles[2] > 1250


def test_a_tag_is_on_the_strip_in_its_colour_where_it_lasts() -> None:
    drawing = ClipDrawing(
        facts(tag(100, 199, "Weapon drawn", "#D55E00")), replace(NONE, strip=True)
    )
    back, _ = drawing.patches(at(0))
    row = back.rgba[back.rgba.shape[0] // 2, :, :3].astype(int)
    orange = np.flatnonzero((row[:, 0] > 180) & (row[:, 2] < 80))
    share = (orange[[0, -1]] - 18) / (1280 - 36)
    assert share == pytest.approx([0.25, 0.5], abs=0.01)


@pytest.mark.parametrize("size", SIZES)
def test_a_mark_on_the_strip_is_seen_also_while_the_clip_is_at_it(size: tuple[int, int]) -> None:
    shot = replace(mark(200, "Shot"), color="#D55E00")
    drawing = ClipDrawing(facts(shot), replace(NONE, strip=True))

    def orange(ordinal: int) -> int:
        strip = composed(at(ordinal, size), drawing)[size[1] * 9 // 10 :].astype(int)
        return int(((strip[..., 0] > 180) & (strip[..., 2] < 80)).sum())

    assert orange(200) > orange(0) / 3
    assert orange(200) >= 20


def test_an_enhanced_picture_replaces_the_footages_and_always_says_so() -> None:
    pixels = np.full((720, 1280, 4), 40, dtype=np.uint8)
    drawing = ClipDrawing(facts(), NONE, enhance=lambda bgra: bgra + np.uint8(100))
    picture, label = drawing.patches(at(0, pixels=pixels))
    assert (picture.rgba == (140, 140, 140, 255)).all()
    assert label.rgba.shape[0] < 100


def test_an_enhanced_picture_is_as_large_as_what_it_is_drawn_on() -> None:
    pixels = np.full((720, 1280, 4), 40, dtype=np.uint8)
    pixels[:, 640:] = 90
    drawing = ClipDrawing(facts(), NONE, enhance=lambda bgra: bgra + np.uint8(100))
    picture, _ = drawing.patches(at(0, (320, 180), pixels=pixels))
    assert picture.rgba.shape == (180, 320, 4)
    assert (picture.rgba[:, :150, 0] == 140).all()
    assert (picture.rgba[:, 170:, 0] == 190).all()


def test_an_inset_shows_the_regions_own_pixels_larger() -> None:
    pixels = np.random.default_rng(7).integers(0, 255, (720, 1280, 4), dtype=np.uint8)
    inset = Inset(x=301, y=203, width=60, height=40, zoom=4)
    drawing = ClipDrawing(facts(), replace(NONE, inset=inset))
    large, *lines = drawing.patches(at(0, pixels=pixels))
    region = pixels[203:243, 301:361]
    assert large.rgba.shape == (160, 240, 4)
    assert (large.rgba[1::4, 2::4, :3] == region[..., 2::-1]).all()
    assert (large.rgba[..., 3] == 255).all()
    assert 361 < large.x <= 1280 - 240
    _, *again = drawing.patches(at(1, pixels=pixels))
    assert all(one is two for one, two in zip(lines, again, strict=True))
    whole = np.full((720, 1280, 3), 128, dtype=np.float64)
    for patch in lines:
        lay(whole, patch)
    # The frame around the region leaves all of its pixels seen, and nothing else of it.
    assert (whole[203:243, 301:361] == 128).all()
    assert (whole[202, 301:361] != 128).all()
    assert (whole[203:243, 361] != 128).any(axis=1).all()


def test_a_freeze_is_framed_and_the_moment_ringed_but_not_covered() -> None:
    drawing = ClipDrawing(replace(facts(), moment="Shot"), replace(NONE, ring=(400, 300)))
    picture = composed(at(0, segment=Freeze(ordinal=0, lasts_ns=STEP)), drawing)
    assert (picture[0, 640] == (255, 210, 63)).all()
    assert (picture[719, 640] != 128).any()
    assert (picture[300, 400] == 128).all()
    assert (picture[300, 350:400] != 128).any()
    assert (picture[300, 401:450] != 128).any()
    assert list(drawing.patches(at(0))) == []


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (3840, 2160), (720, 1280)])
@pytest.mark.parametrize(("across", "down"), [(0.1, 0.1), (0.8, 0.15), (0.7, 0.6), (0.1, 0.8)])
def test_nothing_lies_on_what_is_enlarged_nor_on_where_it_is(
    size: tuple[int, int], across: float, down: float
) -> None:
    inset = Inset(
        x=round(across * size[0]),
        y=round(down * size[1]),
        width=size[0] // 12,
        height=size[1] // 12,
        zoom=3,
    )
    tags = [
        said(0, 99, "Get out of the car!"),
        tag(0, 99, "Weapon drawn"),
        tag(0, 99, "Hands on"),
        mark(3, "Shot"),
    ]
    look = ClipLook(inset=inset, ring=(size[0] // 2, size[1] // 2))
    drawing = ClipDrawing(replace(facts(*tags), moment="Shot", enhanced="night"), look)
    pixels = np.full((size[1], size[0], 4), 128, dtype=np.uint8)
    for segment in (RUN, Run(first=0, last=9, slower=2), Freeze(ordinal=3, lasts_ns=STEP)):
        large, *over = drawing.patches(at(3, size, segment, pixels))
        assert large.rgba.shape[:2] == (inset.height * 3 & ~1, inset.width * 3 & ~1)
        picture = np.full((size[1], size[0], 3), 128, dtype=np.float64)
        for patch in over:
            lay(picture, patch)
        # But for its label, in a corner of it.
        middle = slice(large.x + large.rgba.shape[1] // 4, large.x + large.rgba.shape[1] - 9)
        assert (picture[large.y + 8 : large.y + large.rgba.shape[0] - 8, middle] == 128).all()
        if down < 0.5:
            region = picture[inset.y : inset.y + inset.height, inset.x : inset.x + inset.width]
            assert (region == 128).all()
    assert not [note for note in drawing.notes() if "only counted" not in note]


def test_what_lies_on_the_inset_is_said() -> None:
    inset = Inset(x=900, y=300, width=120, height=90, zoom=4)
    drawing = ClipDrawing(facts(said(0, 99, LONG * 2)), ClipLook(inset=inset))
    pixels = np.full((720, 1280, 4), 128, dtype=np.uint8)
    drawing.patches(at(200, pixels=pixels))
    assert drawing.notes() == []
    drawing.patches(at(3, pixels=pixels))
    assert drawing.notes() == ["The inset lies in part under a caption."]


@pytest.mark.parametrize("ring", [(13, 18), (627, 342), (13, 342), (627, 18)])
def test_the_arrow_at_the_point_is_in_the_picture(ring: tuple[int, int]) -> None:
    def arrow(x: int, y: int) -> int:
        """Its pixels; the border's are left out."""
        drawing = ClipDrawing(facts(), replace(NONE, ring=(x, y)))
        picture = composed(at(3, (640, 360), Freeze(ordinal=3, lasts_ns=STEP)), drawing)
        row, column = np.indices((360, 640))
        away = np.hypot(row - y, column - x) > 31
        inner = np.minimum(np.minimum(row, 359 - row), np.minimum(column, 639 - column)) > 9
        return int(((picture != 128).any(axis=2) & away & inner).sum())

    assert arrow(320, 180) > 100
    assert arrow(*ring) >= 0.7 * arrow(320, 180)


def test_what_lies_on_the_point_is_said() -> None:
    inset = Inset(x=100, y=300, width=100, height=80, zoom=4)
    for look, what in (
        (ClipLook(ring=(40, 670)), "the stamp"),
        (ClipLook(ring=(640, 718)), "the strip"),
        (replace(NONE, ring=(1000, 340), inset=inset), "the inset"),
        (replace(NONE, ring=(98, 340), inset=inset), "the inset"),
        (replace(NONE, ring=(2, 300)), "the frame around the picture"),
    ):
        drawing = ClipDrawing(replace(facts(mark(3, "Shot")), moment="Shot"), look)
        pixels = np.full((720, 1280, 4), 128, dtype=np.uint8)
        drawing.patches(at(3, segment=RUN, pixels=pixels))
        assert drawing.notes() == []
        drawing.patches(at(3, segment=Freeze(ordinal=3, lasts_ns=STEP), pixels=pixels))
        assert drawing.notes() == [f"The point that is marked lies under {what}."]
