"""Several tags selected by keys, in every list; what a filter hides is not selected."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.ui.tag_model import TEXT
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"


@pytest.fixture
def tagged(hand: Hand, footage: FindFootage) -> Hand:
    """A shot, a door opened and a collision, three frames apart."""
    hand.open(footage(LONG))
    for code in (Key.Key_S, Key.Key_D, Key.Key_C):
        hand.press(Key.Key_Right, times=3)
        hand.press(code)
    return hand


def selected(hand: Hand) -> list[str]:
    return [tag.code for tag in hand.tags() if tag.id in hand.window.tagger.selected]


def test_home_and_end_are_the_tables_while_it_has_the_focus(tagged: Hand) -> None:
    tagged.press(Key.Key_T, CTRL)
    tagged.press(Key.Key_Home)
    assert selected(tagged) == ["shot"]
    assert tagged.window.player.ordinal == 3
    tagged.press(Key.Key_End)
    assert selected(tagged) == ["vehicle_collision"]
    assert tagged.window.player.ordinal == 9
    tagged.window.picture.setFocus()
    tagged.press(Key.Key_Home)
    assert tagged.window.player.ordinal == 0


def test_shift_with_arrows_and_ends_selects_several(tagged: Hand) -> None:
    tagged.press(Key.Key_T, CTRL)
    tagged.press(Key.Key_Home)
    tagged.press(Key.Key_Down, SHIFT)
    assert selected(tagged) == ["shot", "door_opened"]
    tagged.press(Key.Key_End, SHIFT)
    assert selected(tagged) == ["shot", "door_opened", "vehicle_collision"]
    tagged.press(Key.Key_Delete)
    assert tagged.tags() == []


@pytest.mark.parametrize("where", ["table", "picture"])
def test_ctrl_a_selects_all_that_are_listed(where: str, tagged: Hand) -> None:
    window = tagged.window
    window.tagger.select(())
    if where == "table":
        tagged.press(Key.Key_T, CTRL)
    else:
        window.picture.setFocus()
    tagged.press(Key.Key_A, CTRL)
    assert selected(tagged) == ["shot", "door_opened", "vehicle_collision"]
    window.table.filter.setText("door")
    tagged.press(Key.Key_A, CTRL)
    assert selected(tagged) == ["door_opened"]


def test_in_a_field_ctrl_a_and_home_are_of_its_text(tagged: Hand) -> None:
    window = tagged.window
    tagged.press(Key.Key_Return)
    tagged.type("words")
    tagged.press(Key.Key_A, CTRL)
    assert window.editor.text.selectedText() == "words"
    tagged.press(Key.Key_Home)
    assert window.editor.text.cursorPosition() == 0
    assert selected(tagged) == ["vehicle_collision"]


def test_what_the_filter_hides_is_selected_no_more_and_not_removed(tagged: Hand) -> None:
    window = tagged.window
    tagged.press(Key.Key_A, CTRL)
    tagged.press(Key.Key_F, CTRL)
    tagged.type("door")
    assert selected(tagged) == ["door_opened"]
    tagged.press(Key.Key_Return)
    tagged.press(Key.Key_Delete)
    assert [tag.code for tag in tagged.tags()] == ["shot", "vehicle_collision"]
    tagged.press(Key.Key_F, CTRL)
    tagged.press(Key.Key_Escape)
    assert window.table.filter.text() == ""
    assert selected(tagged) == []


def test_an_open_span_stays_selected_while_tags_are_looked_for(tagged: Hand) -> None:
    window = tagged.window
    tagged.press(Key.Key_U)
    (begun,) = window.tagger.open_spans.values()
    window.table.filter.setText("door")
    assert window.tagger.selected == (begun.id,)


def test_utterances_that_are_not_found_are_selected_no_more(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    hand.press(Key.Key_S)
    for words in ("Hands up", "Get down"):
        hand.press(Key.Key_Right, times=2)
        hand.press(Key.Key_U)
        hand.press(Key.Key_Right)
        hand.press(Key.Key_U)
        hand.press(Key.Key_Return)
        hand.type(words)
        hand.press(Key.Key_Return)
    shot, up, down = (tag.id for tag in hand.tags())
    hand.press(Key.Key_T, CTRL | SHIFT)
    hand.press(Key.Key_A, CTRL)
    assert set(window.tagger.selected) == {up, down}
    window.tagger.select((shot, up, down))
    hand.press(Key.Key_F, CTRL | SHIFT)
    hand.type("down")
    assert set(window.tagger.selected) == {shot, down}
    hand.press(Key.Key_Escape)
    hand.press(Key.Key_T, CTRL | SHIFT)
    hand.press(Key.Key_Home)
    assert window.tagger.selected == (up,)
    hand.press(Key.Key_End, SHIFT)
    assert set(window.tagger.selected) == {up, down}


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Escape])
def test_both_keys_that_leave_a_cell_keep_what_is_typed(key: Key, tagged: Hand) -> None:
    table = tagged.window.table
    model = table.view.model()
    assert model is not None
    table.view.edit(model.index(0, TEXT))
    tagged.type("rear")
    assert QApplication.focusWidget() is not table.view
    tagged.press(key, NONE)
    assert tagged.tags()[0].text == "rear"
    tagged.press(Key.Key_Z, CTRL)
    assert tagged.tags()[0].text == ""


def test_the_tables_focus_alone_moves_no_picture(tagged: Hand) -> None:
    window = tagged.window
    tagged.press(Key.Key_T, CTRL)
    tagged.press(Key.Key_Home)
    tagged.press(Key.Key_Delete)
    tagged.press(Key.Key_Right, times=4)
    at = window.player.ordinal
    for _ in range(2):
        window.picture.setFocus()
        window.table.view.setFocus()
        tagged.settle()
        assert window.player.ordinal == at
    assert selected(tagged) == []
    tagged.press(Key.Key_Down)
    assert selected(tagged) == ["vehicle_collision"]
    assert window.player.ordinal == 9


def test_letters_in_a_list_are_the_windows(tagged: Hand) -> None:
    window = tagged.window
    tagged.press(Key.Key_T, CTRL)
    tagged.press(Key.Key_Home)
    at = window.player.ordinal
    tagged.press(Key.Key_C, SHIFT)
    assert window.player.ordinal == at
    assert selected(tagged) == ["shot"]
