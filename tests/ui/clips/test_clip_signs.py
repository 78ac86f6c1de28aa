"""Captions, banners and labels on the pictures of a clip, read back from them."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import ClipLook, Inset
from bodycam_annotator.publish.clip_plan import Card, Freeze, Run
from bodycam_annotator.ui.clip_card import TitleCard
from bodycam_annotator.ui.clip_drawing import ClipDrawing
from bodycam_annotator.ui.clip_text import bold, lines_of, sizes_for
from tests.ui.clips.drawn import (
    CARD,
    LONG,
    NONE,
    RUN,
    SIZES,
    STEP,
    at,
    composed,
    facts,
    is_inside,
    lay,
    mark,
    said,
    tag,
)

CAPTIONS = replace(NONE, captions=True)
ARABIC = "لا تطلق النار! ارفع يديك فوق رأسك وابتعد عن السيارة ببطء، ولا تتحرك حتى نقول لك ذلك."
JAPANESE = "撃たないでください。手を頭の上に置いて、車からゆっくり離れてください。動かないで。"


def _no_card(width: int, height: int) -> Pixels:
    return np.zeros((height, width, 4), dtype=np.uint8)


def same(one: Patch, other: Patch) -> bool:
    return one.rgba.shape == other.rgba.shape and bool((one.rgba == other.rgba).all())


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


def test_a_mark_is_shown_for_a_second_from_its_frame_on() -> None:
    drawing = ClipDrawing(facts(mark(10, "Shot")), replace(NONE, banners=True))
    shown = [ordinal for ordinal in range(60) if drawing.patches(at(ordinal))]
    assert shown == list(range(10, 10 + 1_000_000_000 // STEP))


@pytest.mark.parametrize("slower", [2, 4, 8])
def test_slow_motion_is_labelled_on_every_frame(slower: int) -> None:
    drawing = ClipDrawing(facts(), NONE)
    segment = Run(first=0, last=9, slower=slower)
    labels = [drawing.patches(at(ordinal, segment=segment)) for ordinal in range(10)]
    assert all(len(one) == 1 and one[0] is labels[0][0] for one in labels)
    assert list(drawing.patches(at(0))) == []


WORDS = "Get out of the car and keep your hands where I can see them, now, do it, " + "now, " * 9


def tops(drawing: ClipDrawing, segment: Run, size: tuple[int, int], ordinal: int) -> list[int]:
    """Of the plates in the column of labels and banners."""
    pixels = np.full((size[1], size[0], 4), 128, dtype=np.uint8)
    patches = drawing.patches(at(ordinal, size, segment, pixels))
    plates = [one for one in patches if (one.rgba[..., 3] > 200).mean() > 0.8]
    margin = sizes_for(*size).margin
    return [one.y for one in plates if one.x == margin and one.rgba.shape[0] < 80]


def test_a_banner_stays_beside_an_inset_and_captions_where_there_is_room() -> None:
    inset = Inset(x=952, y=359, width=73, height=89, zoom=4)
    look = replace(NONE, captions=True, banners=True, inset=inset)
    tags = [tag(10, 60, "Weapon visible"), said(38, 47, WORDS[:120])]
    drawing = ClipDrawing(facts(*tags), look)
    for ordinal in (30, 40, 50):
        assert len(tops(drawing, RUN, (1280, 720), ordinal)) == 1, ordinal
    assert drawing.notes() == []


def test_labels_stay_where_they_are_when_something_is_said() -> None:
    inset = Inset(x=1414, y=582, width=137, height=107, zoom=4)
    look = replace(NONE, captions=True, banners=True, inset=inset)
    drawing = ClipDrawing(replace(facts(said(38, 47, WORDS[:120])), enhanced="night"), look)
    slow = Run(first=0, last=90, slower=4)
    before, during, after = (tops(drawing, slow, (1920, 1080), at) for at in (30, 40, 50))
    assert len(before) == 2
    assert before == during == after


@pytest.mark.parametrize("where", ["caption", "banner", "card"])
def test_signs_that_no_font_has_are_said(where: str) -> None:
    def drawn(sign: str) -> tuple[Pixels, list[str]]:
        if where == "card":
            card = TitleCard(replace(CARD, what=f"Stop {sign}"))
            return card.draw(640, 360), card.notes()
        one = said(0, 9, f"Stop {sign}") if where == "caption" else tag(0, 9, f"Stop {sign}")
        drawing = ClipDrawing(facts(one), replace(NONE, captions=True, banners=True))
        return composed(at(0), drawing), drawing.notes()

    # Of scripts that hardly any computer has; what is missing is the same box for both.
    (one, said_of_one), (other, said_of_other) = drawn("\U00014400"), drawn("\U00016a00")
    boxes = one.shape == other.shape and bool((one == other).all())
    assert bool(said_of_one and said_of_other) == boxes
    assert drawn("é!")[1] == []


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


def test_a_label_is_said_without_its_details_before_it_is_left_out() -> None:
    drawing = ClipDrawing(facts(), NONE)
    slow = Run(first=0, last=400, slower=2)
    assert len(drawing.patches(at(3, (160, 90), segment=slow))) == 1
    assert not drawing.notes()
