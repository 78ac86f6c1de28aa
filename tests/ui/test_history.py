"""The history beside the picture: what was done, by whom, and the way back to the tag."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel

from bodycam_annotator.app import open_project
from bodycam_annotator.model.edits import change_tag
from bodycam_annotator.ui.history_table import NUMBER, WHAT, around, details_text
from bodycam_annotator.ui.main_window import MainWindow
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"


def show(hand: Hand, entries: int) -> None:
    """Shows the panel and waits until it has so many entries in all."""
    hand.window.desk.bring(hand.window.history)
    hand.wait(lambda: hand.window.history.model.rowCount() == entries)


def lines(hand: Hand) -> list[str]:
    """What the table shows, from top to bottom."""
    shown = hand.window.history.shown
    return [shown.index(row, WHAT).data() for row in range(shown.rowCount())]


def click(hand: Hand, row: int, *, twice: bool = False) -> None:
    panel = hand.window.history
    at = panel.view.visualRect(panel.shown.index(row, WHAT)).center()
    viewport = panel.view.viewport()
    assert viewport is not None
    none = Qt.KeyboardModifier.NoModifier
    for press in [QTest.mouseClick, QTest.mouseDClick][: 1 + twice]:
        press(  # type: ignore[call-overload]
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
    assert "Open a project" in hand.window.history.why_empty()


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


def test_choosing_a_line_moves_neither_picture_nor_selection(
    hand: Hand, footage: FindFootage
) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    _, second = hand.tags()
    hand.press(Key.Key_Home)
    click(hand, 1)
    hand.press(Key.Key_Down)
    assert hand.window.history.details.toPlainText().startswith("Added footage ")
    assert hand.window.tagger.selected == (second.id,)
    assert hand.barcode() == 0


def test_enter_and_a_double_click_go_to_the_tag(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    first, second = hand.tags()
    hand.press(Key.Key_Home)
    click(hand, 0, twice=True)
    assert hand.window.tagger.selected == (second.id,)
    assert hand.barcode() == 5
    hand.press(Key.Key_Down)
    hand.press(Key.Key_Return)
    assert hand.window.tagger.selected == (first.id,)
    assert hand.barcode() == 2
    assert hand.window.desk.is_in_front(hand.window.history)


def test_a_line_about_no_standing_tag_says_so(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    hand.press(Key.Key_Delete)
    hand.press(Key.Key_Home)
    show(hand, 5)
    click(hand, 0, twice=True)
    assert hand.window.history.details.toPlainText().startswith("Removed Door opened at ")
    assert "removed" in hand.window.messages.text.text()
    hand.press(Key.Key_End)
    hand.press(Key.Key_Return)
    assert "about no tag" in hand.window.messages.text.text()
    assert hand.window.tagger.selected == ()
    assert hand.barcode() == 0


def test_keys_open_the_history_walk_it_and_leave_it(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    hand.press(Key.Key_H, CTRL)
    panel = hand.window.history
    hand.wait(panel.view.hasFocus)
    assert panel.details.toPlainText().startswith("Tagged Door opened ")
    seen = []
    for _ in range(4):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.accessibleName())
        hand.press(Key.Key_Tab, SHIFT)
    assert seen == [
        *("History", "Only the selected tag", "Whose edits are shown", "Find in the history")
    ]
    panel.only.setFocus()
    hand.press(Key.Key_Space)
    assert panel.only.isChecked()
    assert not hand.window.player.direction
    panel.view.setFocus()
    hand.press(Key.Key_Escape)
    assert hand.window.picture.hasFocus()


def test_return_on_the_picture_still_edits_the_text(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    assert not hand.window.editor.isVisible()
    hand.window.picture.setFocus()
    hand.press(Key.Key_Return)
    assert hand.window.editor.text.hasFocus()


def test_what_is_being_typed_is_saved_when_the_history_takes_its_place(
    hand: Hand, footage: FindFootage
) -> None:
    tag_two_frames(hand, footage(LONG))
    hand.press(Key.Key_Return)
    hand.type("rear door")
    show(hand, 5)
    assert hand.tags()[1].text == "rear door"
    assert hand.window.picture.hasFocus()


def test_the_list_has_most_of_the_room_with_the_details_shown(
    hand: Hand, footage: FindFootage
) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    view = hand.window.history.view
    before = view.height()
    click(hand, 0)
    viewport, rows = view.viewport(), view.verticalHeader()
    assert viewport is not None
    assert rows is not None
    assert view.height() == before
    assert hand.window.history.details.isVisible()
    assert viewport.height() >= 7 * rows.defaultSectionSize()


def test_the_place_of_the_divider_is_kept(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    panel = hand.window.history
    handle = panel.details.parentWidget().handle(1)  # type: ignore[union-attr]
    at = handle.rect().center()
    to = QPoint(at.x(), at.y() - 100)
    before = panel.details.height()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(handle, left, NONE, at)  # type: ignore[call-overload]
    QTest.mouseMove(handle, to)  # type: ignore[call-overload]
    QTest.mouseRelease(handle, left, NONE, to)  # type: ignore[call-overload]
    moved = panel.details.height()
    assert moved > before
    panel.keep_shape(hand.window.settings)
    again = MainWindow(hand.window.settings)
    again.resize(hand.window.size())
    again.show()
    again.desk.bring(again.history)
    again.history.restore_shape(hand.window.settings)
    sizes = again.history.details.parentWidget().sizes()  # type: ignore[union-attr]
    again.close()
    again.deleteLater()
    assert sizes[1] == moved


def test_edits_that_wait_are_not_passed_over(hand: Hand, footage: FindFootage) -> None:
    path = footage(LONG)
    tag_two_frames(hand, path)
    show(hand, 4)
    project = path.with_suffix(".bodycam")
    words = [label for label in hand.window.history.findChildren(QLabel) if label.wordWrap()]
    assert not [label for label in words if label.isVisible()]
    project.rename(path.with_name("pulled"))
    hand.window.tagger.press("shot")
    hand.wait(lambda: hand.window.bridge is not None and hand.window.bridge.waits)
    told = [label.text() for label in words if label.isVisible()]
    assert "1 edit is not saved yet and so not in the history." in told
    path.with_name("pulled").rename(project)
    hand.wait(lambda: not [label for label in words if label.isVisible()])
    hand.wait(lambda: hand.window.history.model.rowCount() == 5)


def test_the_words_found_are_seen_however_far_back_they_stand() -> None:
    text = "Changed the text of Utterance at 00:00:33.700 on Camera 1: empty → “No, don't fire”"
    assert around(text, ["changed"]) == text
    assert around(text, []) == text
    assert around(text, ["fire"]).startswith("… ")
    assert around(text, ["fire"]).endswith("don't fire”")
    both = around(text, ["text", "FIRE"])
    assert "text of" in both
    assert both.endswith("fire”")
    assert len(both) <= 72


def test_entries_have_their_numbers_and_are_found_by_them(hand: Hand, footage: FindFootage) -> None:
    tag_two_frames(hand, footage(LONG))
    show(hand, 4)
    shown = hand.window.history.shown
    assert [shown.index(row, NUMBER).data() for row in range(4)] == ["4", "3", "2", "1"]
    hand.window.history.filter.setText("#3")
    (line,) = lines(hand)
    assert line.startswith("Tagged Shot")


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
    assert "No tag is selected" in panel.why_empty()
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
    assert "No entry" in panel.why_empty()
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
    assert panel.details.toPlainText() == ""
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
    assert "Open a project" in hand.window.history.why_empty()


def test_the_windows_keys_work_from_the_details(hand: Hand, footage: Callable[[str], Path]) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    hand.press(Key.Key_H, CTRL)
    hand.window.history.details.setFocus()
    hand.press(Key.Key_Right, times=2)
    assert hand.window.player.ordinal == 2
    hand.press(Key.Key_D)
    assert len(hand.tags()) == 2
