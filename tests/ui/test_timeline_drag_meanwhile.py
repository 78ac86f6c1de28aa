"""Drags during which something else happens: other edits, other buttons, the footage's end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QPointF, Qt

from bodycam_annotator.app import open_project
from bodycam_annotator.model.edits import change_tag
from bodycam_annotator.model.tag import Basis, Tag
from tests.ui.hand import CTRL, Hand, Key
from tests.ui.mouse import ALT, NONE, Mouse

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"
MIDDLE, RIGHT = Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


@pytest.fixture
def mouse(hand: Hand) -> Mouse:
    return Mouse(hand.window.timeline)


@pytest.fixture
def told(hand: Hand) -> list[str]:
    sentences: list[str] = []
    hand.window.timeline.said.connect(sentences.append)
    return sentences


def go_to(hand: Hand, frame: int) -> None:
    hand.window.player.seek(frame)
    hand.settle()


def tag_at(hand: Hand, code: Key, *frames: int) -> Tag:
    before = {tag.id for tag in hand.tags()}
    for frame in frames:
        go_to(hand, frame)
        hand.press(code)
    (made,) = [tag for tag in hand.tags() if tag.id not in before]
    return made


def time_of(hand: Hand, frame: int) -> int:
    assert hand.window.player.index is not None
    return hand.window.player.index.time_of(frame)


def frames(hand: Hand) -> list[tuple[int | None, int | None]]:
    return [(tag.start_frame, tag.end_frame) for tag in hand.tags()]


def bob_moves_the_end(hand: Hand, tag: Tag, frame: int, *, heard_of: bool = True) -> None:
    """In another session, of which this one then hears or has not heard yet."""
    bridge, index = hand.window.bridge, hand.window.player.index
    assert bridge is not None
    assert index is not None
    place = {"end_ns": index.end_of(frame), "end_frame": frame, "end_pts": index.pts_of(frame)}
    with open_project(bridge.session.path, coder="Bob") as bob:
        bob.do(change_tag(bob.project.tags[tag.id], label="Bob's end", **place))
    bridge.look()
    scene = hand.window.timeline.scene
    hand.wait(lambda: scene.tracks.tags[tag.id].end_frame == frame)


# Edits meanwhile


def test_an_end_that_is_moved_while_the_start_is_dragged_stays_moved(
    hand: Hand, footage: FindFootage, mouse: Mouse, told: list[str]
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_U, 20, 60)
    go_to(hand, 100)
    target = mouse.at(tag, time_of(hand, 30))
    mouse.begin(mouse.at(tag), target)
    hand.press(Key.Key_O)
    assert frames(hand) == [(20, 100)]
    mouse.release(target)
    hand.settle()
    assert frames(hand) == [(30, 100)]
    assert not told


def test_an_end_that_another_session_moves_meanwhile_stays_moved(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_U, 20, 60)
    target = mouse.at(tag, time_of(hand, 30))
    mouse.begin(mouse.at(tag), target)
    bob_moves_the_end(hand, tag, 100)
    mouse.release(target)
    hand.settle()
    assert frames(hand) == [(30, 100)]


def test_a_start_is_not_dragged_past_an_end_that_has_come_nearer(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_W, 20, 60)
    target = mouse.at(tag, time_of(hand, 55))
    mouse.begin(mouse.at(tag), target)
    bob_moves_the_end(hand, tag, 40)
    mouse.release(target)
    hand.settle()
    assert frames(hand) == [(40, 40)]


def test_a_dragged_edge_that_is_moved_meanwhile_is_not_moved_again(
    hand: Hand, footage: FindFootage, mouse: Mouse, told: list[str]
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_U, 20, 60)
    go_to(hand, 100)
    target = mouse.at(tag, time_of(hand, 80))
    mouse.begin(mouse.at(tag, tag.end_ns), target)
    hand.press(Key.Key_O)
    mouse.release(target)
    hand.settle()
    assert frames(hand) == [(20, 100)]
    assert told == ["Not moved: its end was changed meanwhile."]
    assert hand.window.timeline.scene.drag is None


def test_a_body_whose_end_is_moved_meanwhile_stays(
    hand: Hand, footage: FindFootage, mouse: Mouse, told: list[str]
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_U, 20, 60)
    target = mouse.at(tag, time_of(hand, 90))
    mouse.begin(mouse.at(tag, time_of(hand, 40)), target)
    bob_moves_the_end(hand, tag, 100)
    mouse.release(target)
    hand.settle()
    assert frames(hand) == [(20, 100)]
    assert told == ["Not moved: the tag was changed meanwhile."]


def test_a_tag_that_is_gone_meanwhile_is_not_moved_and_that_is_said(
    hand: Hand, footage: FindFootage, mouse: Mouse, told: list[str]
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_U, 20, 60)
    target = mouse.at(tag, time_of(hand, 90))
    mouse.begin(mouse.at(tag, time_of(hand, 40)), target)
    hand.press(Key.Key_Z, CTRL)
    assert told == ["Not moved: the tag is no longer there."]
    mouse.release(target)
    hand.settle()
    assert hand.tags() == []
    hand.press(Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert frames(hand) == [(20, 60)]


def test_what_another_session_has_moved_unheard_of_is_not_moved_back(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_U, 20, 60)
    target = mouse.at(tag, time_of(hand, 30))
    mouse.begin(mouse.at(tag), target)
    bob_moves_the_end(hand, tag, 100, heard_of=False)
    mouse.release(target)
    hand.settle()
    assert frames(hand) == [(30, 100)]


def test_an_edge_that_another_session_has_moved_unheard_of_is_left_and_that_is_said(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_U, 20, 60)
    target = mouse.at(tag, time_of(hand, 80))
    mouse.begin(mouse.at(tag, tag.end_ns), target)
    bob_moves_the_end(hand, tag, 100, heard_of=False)
    mouse.release(target)
    hand.settle()
    assert frames(hand) == [(20, 100)]
    assert "changed meanwhile" in hand.window.messages.text.text()


# Other buttons


@pytest.mark.parametrize("button", [MIDDLE, RIGHT])
def test_another_button_neither_ends_nor_leaves_a_drag(
    hand: Hand, footage: FindFootage, mouse: Mouse, button: Qt.MouseButton
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_W, 20, 60)
    view = hand.window.timeline
    start, end = mouse.at(tag, time_of(hand, 40)), mouse.at(tag, time_of(hand, 120))
    mouse.begin(start, end)
    mouse.press(end, button=button)
    mouse.release(end, button=button)
    hand.settle()
    assert frames(hand) == [(20, 60)]
    assert view.scene.drag is not None
    further = mouse.at(tag, time_of(hand, 140))
    mouse.move(further)
    mouse.release(further)
    hand.settle()
    assert frames(hand) == [(120, 160)]
    assert view.scene.drag is None


def test_what_the_middle_button_pans_no_left_button_ends(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage(LONG))
    view = hand.window.timeline
    view.zoom(5)
    place = QPointF(view.scale.left + 500, 5)
    mouse.press(place, button=MIDDLE)
    mouse.press(place)
    mouse.release(place)
    before = view.scale.start_ns
    mouse.move(place + QPointF(-100, 0), button=MIDDLE)
    assert view.scale.start_ns > before


def test_a_release_that_nobody_saw_does_not_leave_a_drag(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage(LONG))
    tag = tag_at(hand, Key.Key_W, 20, 60)
    mouse.begin(mouse.at(tag, time_of(hand, 40)), mouse.at(tag, time_of(hand, 120)))
    mouse.click(QPointF(hand.window.timeline.scale.left + 500, 5))
    hand.settle()
    assert hand.window.timeline.scene.drag is None
    assert frames(hand) == [(20, 60)]


# The footage's end


@pytest.mark.parametrize("keys", [NONE, ALT])
def test_a_seen_mark_goes_to_the_last_frame_and_no_further(
    hand: Hand, footage: FindFootage, mouse: Mouse, keys: Qt.KeyboardModifier
) -> None:
    hand.open(footage(LONG))
    mark = tag_at(hand, Key.Key_S, 70)
    bridge, index = hand.window.bridge, hand.window.player.index
    assert bridge is not None
    assert index is not None
    bridge.do(lambda project: change_tag(project.tags[mark.id], label="Basis", basis=Basis.SEEN))
    hand.settle()
    place = mouse.at(mark, off=3)
    mouse.drag(place, QPointF(hand.window.timeline.scale.right + 200, place.y()), keys)
    hand.settle()
    (moved,) = hand.tags()
    assert (moved.start_ns, moved.end_ns) == (index.time_of(279), index.time_of(279))
    assert moved.start_frame == 279


def test_a_seen_span_keeps_a_frame_and_ends_with_the_footage(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("variable_rate.mp4"))
    index = hand.window.player.index
    assert index is not None
    tag = tag_at(hand, Key.Key_W, 2, 2)
    last = index.span_of(len(index) - 1)
    assert tag.end_ns - tag.start_ns < (last[1] - last[0]) / 2
    place = mouse.at(tag, (tag.start_ns + tag.end_ns) // 2, off=1)
    mouse.drag(place, QPointF(hand.window.timeline.scale.right + 300, place.y()))
    hand.settle()
    (moved,) = hand.tags()
    assert (moved.start_ns, moved.end_ns) == last
    assert (moved.start_frame, moved.end_frame) == (len(index) - 1, len(index) - 1)
