"""Sentences about what was done, or why it was not, go once they are not so any more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import locked
from tests.ui.hand import CTRL, Hand, Key
from tests.ui.mouse import ALT

FindFootage = Callable[[str], Path]


@pytest.fixture
def opened(hand: Hand, footage: FindFootage) -> Hand:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    return hand


def standing(hand: Hand) -> str:
    return " ".join(hand.window.messages.standing)


def test_undone_is_said_until_the_next_edit(opened: Hand) -> None:
    opened.press(Key.Key_S)
    opened.press(Key.Key_Z, CTRL)
    assert "Undone: Tag Shot" in standing(opened)
    opened.press(Key.Key_Right)
    assert "Undone: Tag Shot" in standing(opened)
    opened.window.bridge.redo()  # type: ignore[union-attr]
    opened.settle()
    assert "Undone" not in standing(opened)
    assert "Redone: Tag Shot" in standing(opened)
    opened.press(Key.Key_Return)
    opened.type("words")
    opened.press(Key.Key_Return)
    assert standing(opened) == ""


def test_two_of_a_kind_are_said_until_one_is_gone(opened: Hand) -> None:
    opened.press(Key.Key_S, times=2)
    assert "more than one “Shot”" in standing(opened)
    opened.press(Key.Key_Delete)
    assert "more than one" not in standing(opened)


def test_a_span_that_was_ended_unasked_is_said_until_that_is_undone(opened: Hand) -> None:
    window = opened.window
    opened.press(Key.Key_U)
    opened.press(Key.Key_Right)
    window.tagger.end_all()
    opened.settle()
    assert "was still open" in standing(opened)
    opened.press(Key.Key_S)
    assert "was still open" in standing(opened)
    opened.press(Key.Key_Z, CTRL, times=2)
    assert "was still open" not in standing(opened)


@pytest.mark.parametrize("by", ["selecting", "an edit"])
def test_why_a_key_did_nothing_is_said_until_something_is_done(by: str, opened: Hand) -> None:
    window = opened.window
    opened.press(Key.Key_S)
    opened.press(Key.Key_Right)
    opened.press(Key.Key_D)
    shot, door = opened.tags()
    window.tagger.select(())
    opened.press(Key.Key_O)
    assert "Select one tag to move" in standing(opened)
    if by == "selecting":
        window.tagger.select((shot.id,))
    else:
        window.tagger.change(door, what="text", text="rear")
        opened.settle()
    assert standing(opened) == ""


def test_what_cannot_be_merged_stays_selected_and_said(opened: Hand) -> None:
    window = opened.window
    for key in (Key.Key_U, Key.Key_V):
        opened.press(key)
        opened.press(Key.Key_Right)
        opened.press(key)
    every = tuple(tag.id for tag in opened.tags())
    window.tagger.select(every)
    opened.press(Key.Key_M, ALT)
    assert "differ in code" in standing(opened)
    assert window.tagger.selected == every


def test_a_tag_without_sound_is_told_until_its_basis_is_given(opened: Hand) -> None:
    opened.press(Key.Key_S)
    assert "say what it rests on" in standing(opened)
    box = opened.window.editor.basis
    box.setCurrentText("seen")
    box.textActivated.emit("seen")
    opened.settle()
    assert "say what it rests on" not in standing(opened)


def test_that_there_is_no_undo_yet_is_said_while_edits_wait(opened: Hand) -> None:
    window = opened.window
    bridge = window.bridge
    assert bridge is not None
    with locked(bridge.session.path):
        window.tagger.press("shot")
        opened.wait(lambda: bridge.waits)
        bridge.undo()
        assert "no undo while edits wait" in standing(opened)
    opened.wait(lambda: not bridge.unfinished)
    opened.wait(lambda: "no undo" not in standing(opened))


def test_a_stretch_that_is_tagged_is_suggested_no_more(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("silent_spans.mkv"))
    window = hand.window
    hand.wait(lambda: window.shown is not None and window.shown.facts.unheard)
    assert window.shown is not None
    hand.press(Key.Key_Q, ALT)
    assert "A suggestion, not a tag yet" in standing(hand)
    for stretch in window.shown.facts.unheard:
        window.tagger.add_span("not_assessable", *stretch, note="")
        hand.settle()
    assert "suggestion" not in standing(hand)
    count = len(hand.tags())
    hand.press(Key.Key_S, ALT)
    assert len(hand.tags()) == count
