"""What is drawn on the pictures of a clip, read back from its pixels."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import (
    CardFacts,
    ClipFacts,
    ClipLook,
    Corner,
    Inset,
    ShownTag,
)
from bodycam_annotator.publish.clip_plan import Card, ClipFrame, Freeze, Run, Segment
from bodycam_annotator.publish.clip_writer import FrameInClip
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.clip_card import card
from bodycam_annotator.ui.clip_drawing import ClipDrawing

STEP = 40_000_000
RUN = Run(first=0, last=400)
NONE = ClipLook(captions=False, banners=False, strip=False, stamp=False)
SIZES = [(640, 360), (1280, 720), (3840, 2160), (360, 640), (320, 240)]


@pytest.fixture(autouse=True)
def _application(qapp: object) -> None:
    make_application()


def said(first: int, last: int, text: str, speaker: str = "Officer 1") -> ShownTag:
    return replace(tag(first, last, "Utterance"), text=text, speaker=speaker)


def tag(first: int, last: int, name: str, color: str = "#D55E00") -> ShownTag:
    return ShownTag(
        start_ns=first * STEP,
        end_ns=(last + 1) * STEP,
        first_frame=first,
        last_frame=last,
        name=name,
        color=color,
    )


def mark(at: int, name: str) -> ShownTag:
    return replace(tag(at, at, name), end_ns=at * STEP)


def facts(*tags: ShownTag) -> ClipFacts:
    return ClipFacts(
        footage="X60A0001.mp4", first_ns=0, start_ns=0, end_ns=400 * STEP, frames=400, tags=tags
    )


def _no_card(width: int, height: int) -> Pixels:
    return np.zeros((height, width, 4), dtype=np.uint8)


def at(
    ordinal: int,
    size: tuple[int, int] = (1280, 720),
    segment: Segment = RUN,
    pixels: Pixels | None = None,
) -> FrameInClip:
    is_card = isinstance(segment, Card)
    frame = ClipFrame(
        number=ordinal,
        segment=0,
        ordinal=None if is_card else ordinal,
        source_pts=None,
        time_ns=None if is_card else ordinal * STEP,
        pts=ordinal,
        lasts=1,
    )
    return FrameInClip(
        frame=frame,
        segment=segment,
        starts_ns=0,
        width=size[0],
        height=size[1],
        pixels=lambda: pixels,
    )


def composed(frame: FrameInClip, drawing: ClipDrawing, ground: int = 128) -> Pixels:
    """(height, width, 3) RGB over a grey picture."""
    whole = np.full((frame.height, frame.width, 3), ground, dtype=np.float64)
    for patch in drawing.patches(frame):
        lay(whole, patch)
    return whole.round().astype(np.uint8)


def lay(whole: "np.ndarray[tuple[int, int, int], np.dtype[np.float64]]", patch: Patch) -> None:
    height, width = whole.shape[:2]
    left, top = max(0, patch.x), max(0, patch.y)
    right = min(width, patch.x + patch.rgba.shape[1])
    bottom = min(height, patch.y + patch.rgba.shape[0])
    part = patch.rgba[top - patch.y : bottom - patch.y, left - patch.x : right - patch.x]
    alpha = part[..., 3:] / 255
    room = whole[top:bottom, left:right]
    room[...] = room * (1 - alpha) + part[..., :3] * alpha


def changed(picture: Pixels, ground: int = 128) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is not the ground."""
    there = (picture != ground).any(axis=2)
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


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


def test_a_caption_is_there_only_on_the_frames_it_is_said_in() -> None:
    drawing = ClipDrawing(facts(said(10, 20, "Put your gun down")), replace(NONE, captions=True))
    shown = [ordinal for ordinal in range(30) if drawing.patches(at(ordinal))]
    assert shown == list(range(10, 21))


def test_nothing_is_said_while_a_picture_is_held_or_a_card_shown() -> None:
    drawing = ClipDrawing(facts(said(10, 20, "Put your gun down")), replace(NONE, captions=True))
    held = Freeze(ordinal=12, lasts_ns=STEP)
    bare = ClipDrawing(facts(), replace(NONE, captions=True))
    assert len(drawing.patches(at(12, segment=held))) == len(bare.patches(at(12, segment=held)))
    shown = Card(draw=_no_card, lasts_ns=STEP)
    assert list(drawing.patches(at(12, segment=shown))) == []


@pytest.mark.parametrize(
    "text", ["لا تطلق النار", "אל תירה", "撃たないで", "\u043d\u0435\u0442", "नहीं"]
)
def test_any_script_is_drawn(text: str) -> None:
    drawing = ClipDrawing(facts(said(0, 9, text, speaker="")), replace(NONE, captions=True))
    (patch,) = drawing.patches(at(0))
    ink = patch.rgba[..., :3].min(axis=2) > 200
    assert ink.sum() > 100
    left, right = np.flatnonzero(ink.any(axis=0))[[0, -1]]
    # In the middle of its plate, whichever side it is read from.
    assert abs(left - (patch.rgba.shape[1] - 1 - right)) < patch.rgba.shape[1] * 0.1


@pytest.mark.parametrize(("word", "at_right"), [("אבגדה ", True), ("abcde ", False)])
def test_lines_begin_at_the_side_that_the_script_is_read_from(word: str, at_right: bool) -> None:
    drawing = ClipDrawing(facts(tag(0, 9, (word * 12).strip())), replace(NONE, banners=True))
    (patch,) = drawing.patches(at(0))
    height, width = patch.rgba.shape[:2]
    second = patch.rgba[height // 2 + 2 :, :, :3].min(axis=2) > 200
    columns = np.flatnonzero(second.any(axis=0))
    assert len(columns)
    assert columns[-1] - columns[0] < width * 0.8
    assert bool(columns.mean() > width / 2) is at_right


@pytest.mark.parametrize("size", SIZES)
def test_captions_at_once_are_stacked_inside_the_picture(size: tuple[int, int]) -> None:
    tags = [said(0, 9, "Get out of the car! Do not move!"), said(2, 9, "لا تطلق النار")]
    drawing = ClipDrawing(facts(*tags), replace(NONE, captions=True))
    first, second = drawing.patches(at(5, size))
    assert first.y + first.rgba.shape[0] <= second.y
    for patch in (first, second):
        assert patch.x >= 0
        assert patch.x + patch.rgba.shape[1] <= size[0]
        assert patch.y >= 0
        assert patch.y + patch.rgba.shape[0] <= size[1]
    assert drawing.notes() == []


@pytest.mark.parametrize("size", SIZES)
def test_a_long_caption_has_three_lines_and_it_is_said_that_it_is_cut(
    size: tuple[int, int],
) -> None:
    look = replace(NONE, captions=True)
    short = ClipDrawing(facts(said(0, 9, "word")), look)
    long = ClipDrawing(facts(said(0, 9, "word " * 200)), look)
    (one,), (three,) = short.patches(at(0, size)), long.patches(at(0, size))
    assert one.rgba.shape[0] * 1.5 < three.rgba.shape[0] < one.rgba.shape[0] * 3
    assert three.x >= 0
    assert three.x + three.rgba.shape[1] <= size[0]
    assert short.notes() == []
    assert len(long.notes()) == 1
    assert "was cut" in long.notes()[0]


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


def test_a_mark_is_shown_for_a_second_from_its_frame_on() -> None:
    drawing = ClipDrawing(facts(mark(10, "Shot")), replace(NONE, banners=True))
    shown = [ordinal for ordinal in range(60) if drawing.patches(at(ordinal))]
    assert shown == list(range(10, 10 + 1_000_000_000 // STEP))


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


@pytest.mark.parametrize("slower", [2, 4, 8])
def test_slow_motion_is_labelled_on_every_frame(slower: int) -> None:
    drawing = ClipDrawing(facts(), NONE)
    segment = Run(first=0, last=9, slower=slower)
    labels = [drawing.patches(at(ordinal, segment=segment)) for ordinal in range(10)]
    assert all(len(one) == 1 and one[0] is labels[0][0] for one in labels)
    assert list(drawing.patches(at(0))) == []


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


@pytest.mark.parametrize("size", [*SIZES, (320, 180)])
def test_a_card_is_opaque_and_keeps_its_text_off_the_edges(size: tuple[int, int]) -> None:
    said_of_it = CardFacts(
        what="Three shots " * 6,
        source="X60A0001_with_a_name_that_is_rather_long_for_a_small_picture.mp4",
        sha256="3f" * 32,
        start_ns=0,
        end_ns=STEP * 10,
        first=0,
        last=9,
        coder="مراجع",
        made="2024-10-13 23:50 UTC",
        version="Bodycam Annotator",
        more=(
            ("Incident", "Traffic stop"),
            ("Camera", "Camera 1"),
            ("Footage", "was read before, and had this SHA-256"),
        ),
    )
    made = card(said_of_it, *size)
    assert made.shape == (size[1], size[0], 4)
    assert (made[..., 3] == 255).all()
    light = (made[..., :3].min(axis=2) > 150).nonzero()
    assert light[0].min() > 4
    assert light[0].max() < size[1] - 4
    assert light[1].min() > 8
    assert light[1].max() < size[0] - 8
    other = card(replace(said_of_it, sha256="3f" * 31 + "3e"), *size)
    assert (other != made).any()
