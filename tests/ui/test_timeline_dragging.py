"""Tags dragged on the timeline: previewed, snapped, committed once, exact to the sample."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor
from PyQt6.QtTest import QTest

from bodycam_annotator.model.snapping import SnapTo
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.timing import NS, clock_text, samples_to_ns
from bodycam_annotator.ui.tag_model import TIME
from bodycam_annotator.ui.theme import COLORS
from bodycam_annotator.ui.timeline.overlay import snap_words
from bodycam_annotator.ui.timeline.rows import RULER
from bodycam_annotator.ui.timeline.sound_track import WAVE
from tests.ui.hand import SHIFT, Hand, Key
from tests.ui.mouse import ALT, CTRL, Mouse
from tests.ui.seen import count_of, pixels_in

FindFootage = Callable[[str], Path]

CLICK = 52_801
"""The sample of clicks.mkv that is loud; 48,000 a second, from 0."""


@pytest.fixture
def mouse(hand: Hand) -> Mouse:
    return Mouse(hand.window.timeline)


def ready(hand: Hand) -> None:
    hand.settle()
    hand.wait(lambda: not hand.window.jobs.jobs and hand.window.sources.is_idle)


def tag_at(hand: Hand, code: Key, *frames: int) -> Tag:
    """A tag of that code's key on the frame, or from the first to the last."""
    before = {tag.id for tag in hand.tags()}
    for frame in frames:
        hand.window.player.seek(frame)
        hand.settle()
        hand.press(code)
    (made,) = [tag for tag in hand.tags() if tag.id not in before]
    return made


def now(hand: Hand, tag: Tag) -> Tag:
    return next(one for one in hand.tags() if one.id == tag.id)


def entries(hand: Hand) -> int:
    assert hand.window.bridge is not None
    return hand.window.bridge.project.audit_entries


# Exact to the sample


def test_a_flag_dragged_to_a_click_begins_with_its_very_sample(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("clicks.mkv"))
    shot = tag_at(hand, Key.Key_S, 13)
    ready(hand)
    view = hand.window.timeline
    click_ns = samples_to_ns(CLICK, 48_000)
    target = mouse.at(shot, click_ns, off=5)
    mouse.begin(mouse.at(shot, off=1), target)
    drag = view.scene.drag
    assert drag is not None
    assert drag.snapped is not None
    assert (drag.snapped.to, drag.snapped.time_ns) == (SnapTo.ONSET, click_ns)
    assert snap_words(view.scene, drag.snapped, frozenset()) == "sound onset"
    mouse.release(target)
    hand.settle()
    moved = now(hand, shot)
    assert (moved.start_ns, moved.end_ns) == (click_ns, click_ns)
    assert moved.start_frame == 11
    assert hand.window.table.model.index(0, TIME).data() == clock_text(click_ns)


@pytest.mark.parametrize("steps", [0, 3, 6, 9, 99])
def test_waveform_snap_line_and_flag_are_in_one_column(
    hand: Hand, footage: FindFootage, mouse: Mouse, steps: int
) -> None:
    hand.open(footage("clicks.mkv"))
    shot = tag_at(hand, Key.Key_S, 13)
    ready(hand)
    view = hand.window.timeline
    click_ns = samples_to_ns(CLICK, 48_000)
    mouse.drag(mouse.at(shot, off=1), mouse.at(shot, click_ns, off=4))
    hand.settle()
    view.set_follows(False)
    # Not on a round place of the view.
    view.zoom(steps, about_ns=click_ns - 12_345)
    ready(hand)
    hand.window.tagger.select(())
    hand.window.player.seek(0)
    hand.settle()
    column = view.scale.column(click_ns)
    band = view.scene.rows.sound
    # Where the wave is as high as it can be: one column, or the dot of the sample.
    wave = pixels_in(view, column - 20, band.top + 4, 41, 4)[:, :, :3].astype(int)
    inks = [QColor(name) for name in ((COLORS.text,) if steps == 99 else (WAVE, COLORS.bad))]
    off = [np.abs(wave - [ink.blue(), ink.green(), ink.red()]).max(axis=2) for ink in inks]
    assert np.flatnonzero((np.min(off, axis=0) < 40).any(axis=0)).mean() == 20
    row = view.scene.rows.lane_of(*view.scene.tracks.place[shot.id])
    pole = pixels_in(view, column - 20, row.bottom - 4, 41, 2)[:, :, 2].astype(int).sum(axis=0)
    assert pole.argmax() == 20
    mouse.hover(QPointF(column, band.top + 20))
    assert view.scale.time(column) <= click_ns < view.scale.time(column + 1)


def test_the_snap_line_is_seen_where_the_tag_will_be(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("clicks.mkv"))
    shot = tag_at(hand, Key.Key_S, 13)
    ready(hand)
    view = hand.window.timeline
    click_ns = samples_to_ns(CLICK, 48_000)
    target = mouse.at(shot, click_ns, off=6)
    mouse.begin(mouse.at(shot, off=1), target)
    column = view.scale.column(click_ns)
    bottom = view.scene.rows.tracks.bottom
    line = pixels_in(view, column - 8, bottom - 30, 17, 8)[:, :, :3].astype(int)
    warm = (line[:, :, 2] - line[:, :, 0]).sum(axis=0)
    assert warm.argmax() == 8
    chip = count_of(view, "#F0B44C", column - 90, 0, 180, RULER)
    mouse.move(mouse.at(shot, click_ns, off=6), ALT)
    assert view.scene.drag is not None
    assert view.scene.drag.snapped is None
    assert chip > 100 > count_of(view, "#F0B44C", column - 90, 0, 180, RULER)
    mouse.release(target, ALT)


@pytest.mark.parametrize("key", [Key.Key_Alt, Key.Key_Shift])
def test_a_key_held_during_a_drag_lets_it_go_anywhere_and_let_go_of_it_snaps(
    key: Key, hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("clicks.mkv"))
    shot = tag_at(hand, Key.Key_S, 13)
    ready(hand)
    view = hand.window.timeline
    click_ns = samples_to_ns(CLICK, 48_000)
    target = mouse.at(shot, click_ns, off=6)
    mouse.begin(mouse.at(shot, off=1), target)

    def start_ns() -> int:
        assert view.scene.drag is not None
        return view.scene.drag.preview[shot.id][0]

    assert start_ns() == click_ns
    QTest.keyPress(view, key)  # type: ignore[call-overload]
    assert start_ns() != click_ns
    QTest.keyRelease(view, key)  # type: ignore[call-overload]
    assert start_ns() == click_ns
    mouse.move(target, SHIFT if key == Key.Key_Shift else ALT)
    mouse.release(target)
    hand.settle()
    assert abs(now(hand, shot).start_ns - click_ns) > 10_417


def test_with_alt_a_heard_tag_goes_to_the_sample_under_the_pointer(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("clicks.mkv"))
    shot = tag_at(hand, Key.Key_S, 13)
    ready(hand)
    view = hand.window.timeline
    click_ns = samples_to_ns(CLICK, 48_000)
    start, end = mouse.at(shot), mouse.at(shot, click_ns, off=3)
    grabbed, wanted = view.scale.time(start.x()), view.scale.time(end.x())
    mouse.drag(start, end, ALT)
    hand.settle()
    moved = now(hand, shot)
    assert moved.start_ns != click_ns
    sample = round(moved.start_ns * 48_000 / NS)
    assert moved.start_ns == samples_to_ns(sample, 48_000)
    assert abs(moved.start_ns - (wanted - (grabbed - shot.start_ns))) <= 10_417
    assert moved.uncertainty_ns is None


# Frames


def test_a_seen_tag_goes_from_frame_to_frame(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("variable_rate.mp4"))
    index = hand.window.player.index
    assert index is not None
    tag = tag_at(hand, Key.Key_W, 4, 9)
    view = hand.window.timeline
    mouse.drag(mouse.at(tag, tag.end_ns), mouse.at(tag, index.time_of(15), off=2))
    hand.settle()
    moved = now(hand, tag)
    assert (moved.start_frame, moved.end_frame) == (4, 14)
    assert (moved.start_ns, moved.end_ns) == (index.time_of(4), index.time_of(15))
    assert moved.end_pts == index.pts_of(14)
    assert moved.uncertainty_ns is not None
    mouse.drag(mouse.at(tag), mouse.at(tag, index.time_of(7), off=-2))
    hand.settle()
    assert now(hand, tag).start_frame == 7
    assert view.scene.drag is None


def test_a_body_keeps_its_length_and_both_edges_stay_on_frames(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("ntsc.mp4"))
    index = hand.window.player.index
    assert index is not None
    tag = tag_at(hand, Key.Key_W, 3, 12)
    middle = (tag.start_ns + tag.end_ns) // 2
    by_ns = index.time_of(10) - index.time_of(3)
    mouse.drag(mouse.at(tag, middle), mouse.at(tag, middle + by_ns, off=1))
    hand.settle()
    moved = now(hand, tag)
    assert (moved.start_frame, moved.end_frame) == (10, 19)
    assert (moved.start_ns, moved.end_ns) == (index.time_of(10), index.time_of(20))


def test_with_alt_a_seen_tag_may_lie_between_frames(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    tag = tag_at(hand, Key.Key_W, 3, 12)
    between = (index.time_of(14) + index.time_of(15)) // 2
    mouse.drag(mouse.at(tag, tag.end_ns), mouse.at(tag, between), ALT)
    hand.settle()
    moved = now(hand, tag)
    assert moved.end_ns not in index.times
    assert (moved.end_frame, moved.uncertainty_ns) == (14, None)


def test_an_edge_is_not_dragged_past_the_other(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    tag = tag_at(hand, Key.Key_W, 5, 12)
    mouse.drag(mouse.at(tag), mouse.at(tag, index.time_of(25)))
    hand.settle()
    assert (now(hand, tag).start_frame, now(hand, tag).end_frame) == (12, 12)
    mouse.drag(mouse.at(tag, now(hand, tag).end_ns, off=2), mouse.at(tag, 0, off=-300))
    hand.settle()
    assert (now(hand, tag).start_frame, now(hand, tag).end_frame) == (12, 12)


def test_a_tag_is_not_dragged_out_of_the_footage(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    tag = tag_at(hand, Key.Key_W, 5, 12)
    middle = (tag.start_ns + tag.end_ns) // 2
    mouse.drag(mouse.at(tag, middle), QPointF(5000, mouse.at(tag).y()))
    hand.settle()
    moved = now(hand, tag)
    assert (moved.start_frame, moved.end_frame) == (len(index) - 8, len(index) - 1)
    assert moved.end_ns == index.end_ns


# Neighbours


def test_a_heard_edge_goes_to_its_neighbours_edge_and_says_so(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("silent_spans.mkv"))
    other = tag_at(hand, Key.Key_W, 8, 13)
    tag = tag_at(hand, Key.Key_U, 2, 4)
    ready(hand)
    view = hand.window.timeline
    assert tag.basis is not Basis.SEEN
    mouse.begin(mouse.at(tag, tag.end_ns), mouse.at(tag, other.end_ns, off=-5))
    drag = view.scene.drag
    assert drag is not None
    assert drag.snapped is not None
    words = snap_words(view.scene, drag.snapped, frozenset(drag.preview))
    assert words == "end of Weapon visible"
    mouse.release(mouse.at(tag, other.end_ns, off=-5))
    hand.settle()
    assert now(hand, tag).end_ns == other.end_ns


def test_of_a_heard_body_either_edge_may_find_an_onset(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("clicks.mkv"))
    tag = tag_at(hand, Key.Key_U, 2, 4)
    hand.window.tagger.change(tag, what="basis", basis=Basis.HEARD)
    hand.settle()
    ready(hand)
    click_ns, length = samples_to_ns(CLICK, 48_000), tag.end_ns - tag.start_ns
    middle = (tag.start_ns + tag.end_ns) // 2
    wanted = middle + click_ns - tag.end_ns
    mouse.drag(mouse.at(tag, middle), mouse.at(tag, wanted, off=4))
    hand.settle()
    moved = now(hand, tag)
    assert moved.end_ns == click_ns
    assert moved.end_ns - moved.start_ns == length


# One edit, or none


def test_a_drag_is_one_edit_with_one_undo(hand: Hand, footage: FindFootage, mouse: Mouse) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    tag = tag_at(hand, Key.Key_W, 5, 12)
    before = entries(hand)
    mouse.begin(mouse.at(tag, tag.end_ns), mouse.at(tag, index.time_of(20)))
    scene = hand.window.timeline.scene
    assert scene.drag is not None
    assert scene.drag.preview[tag.id] == (tag.start_ns, index.time_of(20))
    assert entries(hand) == before
    assert now(hand, tag) == tag
    mouse.release(mouse.at(tag, index.time_of(20)))
    hand.settle()
    assert entries(hand) == before + 1
    assert now(hand, tag).end_frame == 19
    hand.press(Key.Key_Z, CTRL)
    assert (now(hand, tag).start_ns, now(hand, tag).end_ns) == (tag.start_ns, tag.end_ns)


def test_escape_leaves_everything_as_it_was(hand: Hand, footage: FindFootage, mouse: Mouse) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    tag = tag_at(hand, Key.Key_W, 5, 12)
    hand.press(Key.Key_U)
    before = entries(hand)
    end = mouse.at(tag, tag.end_ns, off=150)
    mouse.begin(mouse.at(tag, tag.end_ns), end)
    hand.press(Key.Key_Escape)
    assert hand.window.timeline.scene.drag is None
    mouse.release(end)
    hand.settle()
    assert entries(hand) == before
    assert now(hand, tag) == tag
    # Esc meant the drag, not the span that is open.
    assert "utterance" in hand.window.tagger.open_spans


def test_a_press_that_hardly_moves_is_a_click(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    tag = tag_at(hand, Key.Key_W, 5, 12)
    before = entries(hand)
    mouse.drag(mouse.at(tag, off=30), mouse.at(tag, off=32))
    hand.settle()
    assert entries(hand) == before
    assert hand.barcode() == 5


def test_selected_tags_are_dragged_together_as_one_edit(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    one, two = tag_at(hand, Key.Key_W, 2, 5), tag_at(hand, Key.Key_V, 8, 11)
    hand.window.tagger.select((one.id, two.id))
    before = entries(hand)
    middle = (one.start_ns + one.end_ns) // 2
    by_ns = index.time_of(6) - index.time_of(2)
    mouse.drag(mouse.at(one, middle), mouse.at(one, middle + by_ns))
    hand.settle()
    assert entries(hand) == before + 1
    frames = [(tag.start_frame, tag.end_frame) for tag in (now(hand, one), now(hand, two))]
    assert frames == [(6, 9), (12, 15)]
    assert set(hand.window.tagger.selected) == {one.id, two.id}


def test_a_tag_that_is_not_selected_is_dragged_alone(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    one, two = tag_at(hand, Key.Key_W, 2, 5), tag_at(hand, Key.Key_V, 8, 11)
    hand.window.tagger.select((two.id,))
    middle = (one.start_ns + one.end_ns) // 2
    mouse.drag(mouse.at(one, middle), mouse.at(one, middle, off=120))
    hand.settle()
    assert now(hand, two) == two
    assert now(hand, one) != one
    assert hand.window.tagger.selected == (one.id,)


def test_a_view_that_moves_during_a_drag_keeps_the_tag_under_the_hand(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    tag = tag_at(hand, Key.Key_W, 5, 12)
    view = hand.window.timeline
    place = mouse.at(tag, index.time_of(20))
    mouse.begin(mouse.at(tag, tag.end_ns), place)
    mouse.wheel(place, 2, CTRL)
    assert view.scene.drag is not None
    assert view.scene.drag.preview[tag.id][1] == index.time_of(20)
    mouse.wheel(place, -2, SHIFT)
    seen = view.scale.time(place.x())
    reached = view.scene.drag.preview[tag.id][1]
    mouse.release(place)
    hand.settle()
    assert abs(reached - min(seen, index.end_ns)) <= 41_000_000
    assert now(hand, tag).end_ns == reached


def test_where_it_cannot_be_it_stays_and_that_is_said(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    tag = tag_at(hand, Key.Key_W, 5, 12)
    before = entries(hand)
    hand.window.tagger.place([(tag.id, tag.start_ns, tag.end_ns + 10**12)])
    hand.settle()
    assert entries(hand) == before
    assert "Not moved" in hand.window.messages.text.text()


def test_lanes_keep_overlapping_tags_apart_at_every_zoom(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    one, two = tag_at(hand, Key.Key_W, 2, 9), tag_at(hand, Key.Key_H, 5, 12)
    view = hand.window.timeline
    lanes = []
    for _ in range(5):
        lanes.append([view.scene.tracks.place[tag.id] for tag in (one, two)])
        view.zoom(2)
    assert lanes[0][0] != lanes[0][1]
    assert all(each == lanes[0] for each in lanes)
    assert np.unique([track for track, _ in lanes[0]]).size == 1
