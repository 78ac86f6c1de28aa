"""The history beside the picture: what was done, by whom, and the way back to the tag."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from bodycam_annotator.app import open_project
from bodycam_annotator.model.edits import change_tag
from bodycam_annotator.ui.history_table import details_text
from tests.ui.hand import CTRL, Hand, Key

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"


def show(hand: Hand, entries: int) -> None:
    """Shows the panel and waits until it has so many entries in all."""
    hand.window.tabs.setCurrentWidget(hand.window.history)
    hand.wait(lambda: hand.window.history.model.rowCount() == entries)


def lines(hand: Hand) -> list[str]:
    """What the table shows, from top to bottom."""
    shown = hand.window.history.shown
    return [shown.index(row, 2).data() for row in range(shown.rowCount())]


def click(hand: Hand, row: int) -> None:
    panel = hand.window.history
    at = panel.view.visualRect(panel.shown.index(row, 2)).center()
    viewport = panel.view.viewport()
    assert viewport is not None
    none = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(  # type: ignore[call-overload]
        viewport, Qt.MouseButton.LeftButton, none, QPoint(at.x(), at.y())
    )
    hand.settle()


def tag_two_frames(hand: Hand, path: Path) -> None:
    """Entries 3 and 4: marks on frames 2 and 5."""
    hand.open(path)
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_D)


def test_without_a_project_it_says_what_to_do(hand: Hand) -> None:
    assert "Open a project" in hand.window.history.said()


def test_tagging_typing_and_undo_are_told_newest_first(hand: Hand, footage: FindFootage) -> None:
    path = footage(LONG)
    hand.open(path)
    show(hand, 2)
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Return)
    hand.type("first of two")
    hand.press(Key.Key_Return)
    hand.press(Key.Key_Z, CTRL)
    show(hand, 5)
    (tag,) = hand.tags()
    told = lines(hand)
    assert told[0].startswith("Took back entry 4: changed the text of Shot at ")
    assert told[1].startswith("Changed the text of Shot at ")
    assert told[1].endswith(": empty → “first of two”")
    assert told[2].startswith("Tagged Shot at ")
    assert told[2].endswith("(frame 2)")
    assert told[3].startswith(f"Added footage {path.name} (SHA-256 ")
    assert told[4].startswith("Made the project ")
    assert tag.text == ""


def test_nothing_is_read_while_it_is_hidden(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    assert hand.window.history.model.rowCount() == 0
    show(hand, 4)


def test_choosing_a_line_selects_its_tag_and_goes_there(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    first, second = hand.tags()
    hand.press(Key.Key_Home)
    click(hand, 0)
    assert hand.window.tagger.selected == (second.id,)
    assert hand.barcode() == 5
    hand.press(Key.Key_Down)
    assert hand.window.tagger.selected == (first.id,)
    assert hand.barcode() == 2


def test_a_line_about_a_removed_tag_leaves_all_as_it_is(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    hand.press(Key.Key_Delete)
    hand.press(Key.Key_Home)
    show(hand, 5)
    click(hand, 0)
    assert hand.window.history.details.toPlainText().startswith("Removed Door opened at ")
    assert hand.window.tagger.selected == ()
    assert hand.barcode() == 0


def test_only_the_selected_tag(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    first, _ = hand.tags()
    panel = hand.window.history
    panel.only.click()
    (line,) = lines(hand)
    assert line.startswith("Tagged Door opened")
    hand.window.tagger.select((first.id,))
    (line,) = lines(hand)
    assert line.startswith("Tagged Shot")
    hand.window.tagger.select(())
    assert lines(hand) == []
    assert "No tag is selected" in panel.said()
    panel.only.click()
    assert len(lines(hand)) == 4


def test_finding_moves_neither_selection_nor_picture(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    panel = hand.window.history
    click(hand, 0)
    selected = hand.window.tagger.selected
    panel.filter.setFocus()
    hand.type("shot frame")
    (line,) = lines(hand)
    assert line.startswith("Tagged Shot")
    assert hand.window.tagger.selected == selected
    assert hand.barcode() == 5
    hand.type(" nowhere")
    assert lines(hand) == []
    assert "No entry" in panel.said()
    hand.press(Key.Key_Escape)
    assert len(lines(hand)) == 4
    assert len(hand.tags()) == 2


def test_several_coders(hand: Hand, footage: FindFootage) -> None:
    path = footage(LONG)
    tag_two_frames(hand, path)
    hand.window.close_project()
    project = path.with_suffix(".bodycam")
    with open_project(project, coder="B. Second") as session:
        tag = min(session.project.standing_tags, key=lambda tag: tag.start_ns)
        session.do(change_tag(tag, label="Change text", text="seen again"))
    hand.open(project)
    show(hand, 5)
    panel = hand.window.history
    names = [panel.coders.itemText(at) for at in range(panel.coders.count())]
    assert (names[0], names[2:]) == ("All coders", ["B. Second"])
    panel.coders.setCurrentIndex(2)
    (line,) = lines(hand)
    assert line.endswith("empty → “seen again”")
    panel.coders.setCurrentIndex(1)
    assert len(lines(hand)) == 4
    panel.coders.setCurrentIndex(0)
    assert len(lines(hand)) == 5


def test_the_details_have_all_of_the_entry(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    panel, bridge = hand.window.history, hand.window.bridge
    assert bridge is not None
    assert not panel.details.isVisible()
    click(hand, 0)
    text = panel.details.toPlainText()
    assert panel.details.isVisible()
    assert text == details_text(panel.model.line(0))
    (tag,) = (tag for tag in hand.tags() if tag.code == "door_opened")
    for part in (
        "Code: Door opened",
        "First frame: 5",
        f"Id: {tag.id}",
        bridge.coder,
        f"Entry 4 · SHA-256 {bridge.project.audit_head}",
    ):
        assert part in text


def test_a_project_that_is_closed_leaves_nothing(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    hand.window.close_project()
    assert hand.window.history.model.rowCount() == 0
    assert "Open a project" in hand.window.history.said()
