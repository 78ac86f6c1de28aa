"""What is drawn on the pictures of a clip, read back from its pixels."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

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
from bodycam_annotator.ui.clip_text import bold, lines_of

STEP = 40_000_000
RUN = Run(first=0, last=400)
NONE = ClipLook(captions=False, banners=False, strip=False, stamp=False)
CAPTIONS = replace(NONE, captions=True)
LONG = (
    "He said that he would not come out of the house, and that nobody should come near to the "
    "door, because he had the dog with him and did not know what it would do if somebody came in. "
    "We told him three times that the paramedics were waiting at the corner, that no one would be "
    "arrested for the call, and that all we wanted was to see that the children were well and had "
    "something warm to eat tonight."
)
ARABIC = "لا تطلق النار! ارفع يديك فوق رأسك وابتعد عن السيارة ببطء، ولا تتحرك حتى نقول لك ذلك."
JAPANESE = "撃たないでください。手を頭の上に置いて、車からゆっくり離れてください。動かないで。"
CARD = CardFacts(
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


def is_inside(patch: Patch, size: tuple[int, int]) -> bool:
    height, width = patch.rgba.shape[:2]
    across = patch.x >= 0 and patch.x + width <= size[0]
    return across and patch.y >= 0 and patch.y + height <= size[1]


def same(one: Patch, other: Patch) -> bool:
    return one.rgba.shape == other.rgba.shape and bool((one.rgba == other.rgba).all())


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


@pytest.mark.parametrize("size", [*SIZES, (640, 480), (720, 1280)])
def test_an_utterance_of_400_letters_is_shown_whole(size: tuple[int, int]) -> None:
    shown = [ClipDrawing(facts(said(0, 9, one)), CAPTIONS) for one in (LONG, LONG + " Now!")]
    (whole,), (longer,) = (drawing.patches(at(0, size)) for drawing in shown)
    assert is_inside(whole, size)
    # Its last word is in the picture.
    assert not same(whole, longer)
    assert all(drawing.notes() == [] for drawing in shown)


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (720, 1280), (3840, 2160)])
def test_four_at_once_are_all_shown_in_order_of_their_beginning(size: tuple[int, int]) -> None:
    words = [LONG[:150], ARABIC, JAPANESE, "Get back!"]
    tags = [said(at, 20, text, f"Speaker {at}") for at, text in enumerate(words)]
    drawing = ClipDrawing(facts(*tags), CAPTIONS)
    patches = drawing.patches(at(5, size))
    assert len(patches) == 4
    assert all(is_inside(patch, size) for patch in patches)
    for above, below in pairwise(patches):
        assert above.y + above.rgba.shape[0] <= below.y
    assert drawing.notes() == []
    for number in range(4):
        other = replace(tags[number], speaker="Another")
        changed = ClipDrawing(facts(*tags[:number], other, *tags[number + 1 :]), CAPTIONS)
        differ = [
            not same(one, two)
            for one, two in zip(patches, changed.patches(at(5, size)), strict=True)
        ]
        assert differ == [at == number for at in range(4)]


def test_captions_stay_as_they_are_while_the_same_are_speaking() -> None:
    tags = [said(0, 60, LONG), said(5, 60, ARABIC), said(6, 9, "Stop!"), tag(8, 20, "Weapon")]
    drawing = ClipDrawing(facts(*tags), ClipLook(strip=False, stamp=False))
    alone, both, three = (drawing.patches(at(ordinal)) for ordinal in (0, 5, 6))
    assert [len(alone), len(both), len(three)] == [1, 2, 3]
    for ordinal, before in ((4, alone), (5, both), (7, three), (60, both)):
        after = drawing.patches(at(ordinal))
        assert all(one is two for one, two in zip(before, after, strict=True))
    # Also while banners come and go.
    *_, first, second = drawing.patches(at(15))
    assert [first, second] == list(both)


def test_what_is_too_long_is_cut_in_the_picture_and_in_the_notes() -> None:
    size = 640, 360
    tags = [said(number, 20, f"{number} {LONG} {LONG}") for number in range(3)]
    drawing = ClipDrawing(facts(*tags), CAPTIONS)
    patches = drawing.patches(at(5, size))
    assert len(patches) == 3
    assert all(is_inside(patch, size) for patch in patches)
    assert len(drawing.notes()) == 3
    assert all("was cut" in note for note in drawing.notes())


def test_more_than_find_room_are_counted_in_the_picture_and_in_the_notes() -> None:
    size = 640, 360
    words = ["word", LONG]
    counted = []
    for text in words:
        tags = [said(number, 20, f"{number} {text}") for number in range(12)]
        drawing = ClipDrawing(facts(*tags), CAPTIONS)
        more, *shown = drawing.patches(at(15, size))
        assert all(is_inside(patch, size) for patch in (more, *shown))
        assert more.rgba.shape[0] < shown[0].rgba.shape[0]
        left_out = [note for note in drawing.notes() if "found no room" in note]
        assert len(left_out) == 12 - len(shown) > 0
        counted.append((len(shown), more))
    # As many of the short as of the long ones, and told alike.
    assert counted[0][0] == counted[1][0]
    assert same(counted[0][1], counted[1][1])


def test_where_no_caption_finds_room_the_picture_says_that_there_is_speech() -> None:
    drawing = ClipDrawing(facts(said(0, 9, "Stop!", "Officer " * 8)), CAPTIONS)
    (told,) = drawing.patches(at(0, (120, 56)))
    assert is_inside(told, (120, 56))
    assert len(drawing.notes()) == 1
    assert "found no room" in drawing.notes()[0]
    assert list(drawing.patches(at(20, (120, 56)))) == []


def test_a_banner_that_is_only_counted_is_not_said_to_be_cut() -> None:
    tags = [tag(number, 99, f"Weapon {number} " * 30) for number in range(20)]
    drawing = ClipDrawing(facts(*tags), replace(NONE, banners=True))
    *shown, _ = drawing.patches(at(50))
    assert len([note for note in drawing.notes() if "was cut" in note]) == len(shown) < 20


def test_a_cut_is_at_the_end_of_a_word() -> None:
    font = bold(20)
    whole = lines_of("brightness +20, contrast +35", font, 1000, most=1)
    assert not whole.is_cut
    texts = set()
    for room in range(160, int(whole.width)):
        cut = lines_of("brightness +20, contrast +35", font, room, most=1)
        texts.add(cut.layout.text())
        assert cut.width <= room
    assert texts == {"brightness…", "brightness +20,…", "brightness +20, contrast…"}
    # But inside of one that is longer than the line.
    assert lines_of("a" * 80, font, 200, most=2).layout.text().startswith("a" * 20)
    assert lines_of("\U0001f693 " * 80, font, 200, most=2).layout.text().endswith("\U0001f693…")


def test_a_speakers_name_that_is_cut_is_in_the_notes() -> None:
    short = ClipDrawing(facts(said(0, 9, "Stop!", "Officer of the Third District")), CAPTIONS)
    long = ClipDrawing(facts(said(0, 9, "Stop!", "Officer of the District " * 20)), CAPTIONS)
    for drawing in (short, long):
        (patch,) = drawing.patches(at(0, (640, 360)))
        assert is_inside(patch, (640, 360))
    assert short.notes() == []
    (note,) = long.notes()
    assert "speaker" in note


def test_banners_take_what_captions_leave_free() -> None:
    tags = [tag(number, 99, f"Tag {number}") for number in range(12)]
    look = replace(NONE, banners=True, captions=True)
    quiet = ClipDrawing(facts(*tags), look)
    assert len(quiet.patches(at(50))) == 12
    assert quiet.notes() == []
    spoken = ClipDrawing(facts(*tags, said(0, 99, LONG)), look)
    *banners, caption = spoken.patches(at(50))
    assert 4 < len(banners) < 12
    assert max(patch.y + patch.rgba.shape[0] for patch in banners) <= caption.y
    left_out = 12 - (len(banners) - 1)
    assert spoken.notes() == [f"Up to {left_out} tags at once found no room and are only counted."]


@pytest.mark.parametrize("size", [*SIZES, (320, 180)])
def test_what_was_done_to_a_picture_is_told_whole(size: tuple[int, int]) -> None:
    done = "brightness +20, contrast +35, gamma 1.40, sharpened 30, mean of 5 frames"
    labels = []
    for enhanced in (done, done[:-1] + "z"):
        drawing = ClipDrawing(replace(facts(), enhanced=enhanced), NONE)
        (label,) = drawing.patches(at(0, size, Run(first=0, last=9)))
        assert is_inside(label, size)
        assert drawing.notes() == []
        labels.append(label)
    assert not same(*labels)


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
    assert card(CARD, *size).shape == (size[1], size[0], 4)


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


@pytest.mark.parametrize("size", SIZES)
def test_a_mark_on_the_strip_is_seen_also_while_the_clip_is_at_it(size: tuple[int, int]) -> None:
    shot = replace(mark(200, "Shot"), color="#D55E00")
    drawing = ClipDrawing(facts(shot), replace(NONE, strip=True))

    def orange(ordinal: int) -> int:
        strip = composed(at(ordinal, size), drawing)[size[1] * 9 // 10 :].astype(int)
        return int(((strip[..., 0] > 180) & (strip[..., 2] < 80)).sum())

    assert orange(200) > orange(0) / 3
    assert orange(200) >= 20


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
@pytest.mark.parametrize("down", [0.02, 0.1, 0.25, 0.5, 0.8])
@pytest.mark.parametrize("across", [0.02, 0.15, 0.4, 0.98])
def test_labels_make_way_for_what_is_pointed_at(
    size: tuple[int, int], down: float, across: float
) -> None:
    ring = round(across * size[0]), round(down * size[1])
    tags = [tag(0, 99, "Weapon drawn"), tag(0, 99, "Hands on"), mark(3, "Shot")]
    look = replace(NONE, banners=True, ring=ring)
    drawing = ClipDrawing(replace(facts(*tags), moment="Shot", enhanced="night"), look)
    patches = drawing.patches(at(3, size, Freeze(ordinal=3, lasts_ns=STEP)))
    assert len([one for one in patches if one.rgba.shape[1] not in (size[0], 2)]) >= 2
    # The border lies on the outermost pixels of all.
    picture = np.full((size[1], size[0], 3), 128, dtype=np.float64)
    for patch in patches:
        lay(picture, patch)
    assert (picture[ring[1], ring[0]] == 128).all()
    assert not [note for note in drawing.notes() if "only counted" not in note]
    assert not (min(size) > 320 and drawing.notes())


def test_what_lies_on_the_point_is_said() -> None:
    inset = Inset(x=100, y=300, width=100, height=80, zoom=4)
    for look, what in (
        (ClipLook(ring=(40, 670)), "the stamp"),
        (ClipLook(ring=(640, 718)), "the strip"),
        (replace(NONE, ring=(1000, 340), inset=inset), "the inset"),
    ):
        drawing = ClipDrawing(replace(facts(mark(3, "Shot")), moment="Shot"), look)
        drawing.patches(at(3, segment=RUN))
        assert drawing.notes() == []
        drawing.patches(at(3, segment=Freeze(ordinal=3, lasts_ns=STEP)))
        assert drawing.notes() == [f"The point that is marked lies under {what}."]


@pytest.mark.parametrize("size", [*SIZES, (320, 180)])
def test_a_card_is_opaque_and_keeps_its_text_off_the_edges(size: tuple[int, int]) -> None:
    made = card(CARD, *size)
    assert made.shape == (size[1], size[0], 4)
    assert (made[..., 3] == 255).all()
    light = (made[..., :3].min(axis=2) > 150).nonzero()
    assert light[0].min() > 4
    assert light[0].max() < size[1] - 4
    assert light[1].min() > 8
    assert light[1].max() < size[0] - 8
    other = card(replace(CARD, sha256="3f" * 31 + "3e"), *size)
    assert (other != made).any()


@pytest.mark.parametrize("size", [*SIZES, (320, 180), (720, 1280), (3840, 2160)])
def test_a_card_shows_all_of_what_the_clip_shows(size: tuple[int, int]) -> None:
    long = replace(CARD, what=f"Utterance, Officer 1: “{LONG}”")
    made = card(long, *size)
    for other in (
        replace(long, what=long.what[:-2] + "!”"),
        replace(long, sha256="3f" * 31 + "3e"),
        replace(long, source=long.source + "4"),
        replace(long, end_ns=long.end_ns + STEP),
    ):
        assert (card(other, *size) != made).any()


@pytest.mark.parametrize("size", [(320, 180), (180, 320), (240, 240)])
def test_a_card_never_cuts_source_hash_and_span_for_what_is_said(size: tuple[int, int]) -> None:
    endless = replace(CARD, what=LONG * 40)
    made = card(endless, *size)
    for other in (
        replace(endless, sha256="3f" * 31 + "3e"),
        replace(endless, source=endless.source + "4"),
        replace(endless, end_ns=endless.end_ns + STEP),
        replace(endless, last=10),
    ):
        assert (card(other, *size) != made).any()


def test_a_card_of_one_frame_says_one_frame() -> None:
    made = card(replace(CARD, first=20, last=20), 1280, 720)
    other = card(replace(CARD, first=20, last=21), 1280, 720)
    differ = (made != other).any(axis=2).any(axis=0).nonzero()[0]
    # "20 (1 frame)" is much shorter than "20 to 21 (2 frames)".
    assert differ[-1] - differ[0] > 100


def test_a_label_is_said_without_its_details_before_it_is_left_out() -> None:
    drawing = ClipDrawing(facts(), NONE)
    slow = Run(first=0, last=400, slower=2)
    assert len(drawing.patches(at(3, (160, 90), segment=slow))) == 1
    assert not drawing.notes()
