"""Other keys for actions and codes, chosen in their dialog."""

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication, QLabel

from bodycam_annotator.ui.key_names import canonical
from bodycam_annotator.ui.keys_dialog import KeysDialog
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.own_keys import SHIPPED
from bodycam_annotator.ui.shortcuts import ShortcutsDialog
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key
from tests.ui.keys.dialog_hand import ALT, BOOK, FindFootage, begin, press, show


def press_focused(key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    press(focus, key, modifier)


def test_another_key_is_pressed_and_everything_follows(hand: Hand, dialog: KeysDialog) -> None:
    window = hand.window
    begin(dialog, "filter")
    press(dialog.field, Key.Key_F13)
    assert dialog.list.hasFocus()
    assert "“Find in the tags” is F13 now." in dialog.words.text()
    assert [one.toString() for one in window.actions_["filter"].shortcuts()] == ["F13"]
    assert window.actions_["filter"].toolTip().endswith("(F13)")
    assert "F13" in window.table.filter.placeholderText()
    sheet = ShortcutsDialog(window.actions_, window.keys, BOOK, window)
    words = [label.text() for label in sheet.area.findChildren(QLabel)]
    assert words[words.index("Find in the tags") - 1] == "F13"
    sheet.deleteLater()
    assert 'filter = ["F13"]  # Find in the tags' in window.settings.keys_file.read_text("utf-8")


def test_the_new_key_works_and_the_old_one_does_not(
    hand: Hand, footage: FindFootage, dialog: KeysDialog
) -> None:
    begin(dialog, "next_frame")
    press(dialog.field, Key.Key_Period)
    dialog.reject()
    show(hand.window)
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Period)
    assert hand.window.player.ordinal == 1
    hand.press(Key.Key_Right)
    assert hand.window.player.ordinal == 1


def test_own_keys_are_there_the_next_time(window: MainWindow, dialog: KeysDialog) -> None:
    begin(dialog, "play")
    press(dialog.field, Key.Key_F13)
    later = MainWindow()
    assert later.actions_.keys("play") == ("F13",)
    assert not later.messages.standing
    later.close()
    later.deleteLater()


@pytest.mark.parametrize(
    ("key", "modifier", "name"),
    [
        (Key.Key_Space, CTRL | ALT, "Ctrl+Alt+Space"),
        (Key.Key_Tab, ALT, "Alt+Tab"),
        (Key.Key_Left, ALT | SHIFT, "Alt+Shift+Left"),
        (Key.Key_F12, SHIFT, "Shift+F12"),
        (Key.Key_Enter, CTRL | ALT, "Ctrl+Alt+Return"),
        (Key.Key_Semicolon, NONE, ";"),
    ],
)
def test_keys_that_move_the_focus_elsewhere_are_taken_here(
    key: Key, modifier: Qt.KeyboardModifier, name: str, window: MainWindow, dialog: KeysDialog
) -> None:
    begin(dialog, "about")
    press(dialog.field, key, modifier)
    assert window.keys.of("about") == (name,)


def test_a_key_that_is_a_sign_is_named_in_the_sentence(
    window: MainWindow, dialog: KeysDialog
) -> None:
    begin(dialog, "about")
    press(dialog.field, Key.Key_Comma, CTRL)
    assert window.keys.of("about") == ("Ctrl+,",)
    assert "is Ctrl+Comma now" in dialog.words.text()
    begin(dialog, "about")
    press(dialog.field, Key.Key_J, ALT)
    assert "While you are in a field" not in dialog.words.text()


@pytest.mark.parametrize("key", [Key.Key_Tab, Key.Key_Backtab, Key.Key_Return])
def test_keys_that_fields_are_left_by_are_asked_about(
    key: Key, window: MainWindow, dialog: KeysDialog
) -> None:
    begin(dialog, "about")
    press(dialog.field, key)
    assert "it stays theirs" in dialog.words.text()
    assert dialog.use.hasFocus()
    press(dialog.use, Key.Key_Return)
    assert window.keys.of("about") == (
        canonical("Shift+Tab" if key is Key.Key_Backtab else _text(key)),
    )


def _text(key: Key) -> str:
    return {Key.Key_Tab: "Tab", Key.Key_Return: "Return"}[key]


def test_escape_leaves_the_key_as_it_is(window: MainWindow, dialog: KeysDialog) -> None:
    begin(dialog, "about")
    press(dialog.field, Key.Key_Escape)
    assert not dialog.field.isVisible()
    assert dialog.isVisible()
    assert window.keys.of("about") == SHIPPED["about"]


def test_a_key_that_was_taken_goes_back_with_a_reset(window: MainWindow) -> None:
    keys = window.keys
    keys.give("speech_band", SHIPPED["before_start"])
    assert keys.of("before_start") == ()
    keys.reset("speech_band")
    assert keys.every() == SHIPPED


def test_a_held_key_and_shift_alone_are_not_taken(window: MainWindow, dialog: KeysDialog) -> None:
    begin(dialog, "about")
    repeated = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return.value, NONE, "\r", True)
    QApplication.sendEvent(dialog.field, repeated)
    press(dialog.field, Key.Key_Shift, SHIFT)
    assert dialog.field.hasFocus()
    assert window.keys.of("about") == SHIPPED["about"]


def test_a_sign_typed_with_shift_is_named_without_it(
    window: MainWindow, dialog: KeysDialog
) -> None:
    begin(dialog, "about")
    typed = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Question.value, SHIFT, "?")
    QApplication.sendEvent(dialog.field, typed)
    assert window.keys.of("about") == ("?",)


def test_a_key_that_another_action_has_is_asked_for(window: MainWindow, dialog: KeysDialog) -> None:
    begin(dialog, "play")
    press(dialog.field, Key.Key_T, CTRL)
    assert dialog.words.text() == "Ctrl+T is “Go to the tags”; take it from there?"
    press_focused(Key.Key_Escape)
    assert dialog.isVisible()
    assert window.keys.of("play") == ("Space",)
    assert window.keys.of("show_tags") == ("Ctrl+T",)
    press_focused(Key.Key_Return)
    press(dialog.field, Key.Key_T, CTRL)
    press_focused(Key.Key_Return)
    assert window.keys.of("play") == ("Ctrl+T",)
    assert window.keys.of("show_tags") == ()
    assert "Ctrl+T is not “Go to the tags” any more." in dialog.words.text()
    assert not window.actions_["show_tags"].shortcuts()


def test_the_key_of_a_code_is_refused(window: MainWindow, dialog: KeysDialog) -> None:
    begin(dialog, "play")
    press(dialog.field, Key.Key_S)
    assert "S is the key of the code “Shot”" in dialog.words.text()
    assert dialog.field.hasFocus()
    assert window.keys.of("play") == ("Space",)


def test_a_letter_that_a_codebook_could_use_is_warned_of(
    window: MainWindow, dialog: KeysDialog
) -> None:
    begin(dialog, "play")
    press(dialog.field, Key.Key_B)
    assert "letters and digits are for codes" in dialog.words.text()
    press_focused(Key.Key_Return)
    assert window.keys.of("play") == ("B",)


def test_a_letter_of_the_player_can_go_to_another_action(
    window: MainWindow, dialog: KeysDialog
) -> None:
    begin(dialog, "play")
    press(dialog.field, Key.Key_J)
    assert dialog.words.text() == "J is “Shuttle back”; take it from there?"


def test_a_further_key_and_none(window: MainWindow, dialog: KeysDialog) -> None:
    dialog.list.choose("play")
    press(dialog.list, Key.Key_Insert)
    press(dialog.field, Key.Key_F13)
    assert window.keys.of("play") == ("Space", "F13")
    press(dialog.list, Key.Key_Delete)
    assert window.keys.of("play") == ()
    assert window.actions_.words("{play}") == "“Play or pause” (menu Play)"


def test_one_action_or_all_have_again_what_they_come_with(
    window: MainWindow, dialog: KeysDialog
) -> None:
    begin(dialog, "play")
    press(dialog.field, Key.Key_T, CTRL)
    press_focused(Key.Key_Return)
    dialog.search.clear()
    dialog.list.choose("show_tags")
    press(dialog.list, Key.Key_Backspace)
    assert window.keys.of("show_tags") == ("Ctrl+T",)
    assert window.keys.of("play") == ()
    assert "Ctrl+T is not “Play or pause” any more." in dialog.words.text()
    dialog.all.click()
    assert window.keys.every() == SHIPPED
    assert "play = []" in window.keys.before.read_text(encoding="utf-8")


def test_the_list_is_searched_by_action_and_by_key(dialog: KeysDialog) -> None:
    def found() -> list[str]:
        return [row.text(0) for row in dialog.list.rows() if not row.isHidden()]

    dialog.search.setText("sort")
    assert found() == ["Sort the tags by the next column", "Sort the tags the other way round"]
    dialog.search.setText("ctrl+g")
    assert found() == ["Go to frame or time…"]


def test_what_a_field_does_with_the_key_is_said(dialog: KeysDialog) -> None:
    begin(dialog, "about")
    press(dialog.field, Key.Key_C, CTRL)
    assert "While you are in a field, Ctrl+C copies there." in dialog.words.text()


def test_headings_stand_above_what_they_name(dialog: KeysDialog) -> None:
    listed, header = dialog.list, dialog.list.header()
    assert header is not None
    row = listed.rows()[0]
    assert (row.text(1), row.text(2)) == ("Ctrl+O", "Ctrl+O")
    image = dialog.grab().toImage()

    def begins(left: int, right: int, top: int, height: int) -> int:
        """The first column in which anything is painted."""
        ground = image.pixelColor(left, top + 2)
        return next(
            x
            for x in range(left, right)
            if any(image.pixelColor(x, y) != ground for y in range(top + 4, top + height - 4))
        )

    for column in (1, 2):
        left = header.sectionViewportPosition(column)
        head = header.mapTo(dialog, QPoint(left, 0))
        item = listed.visualItemRect(listed.rows()[1])
        viewport = listed.viewport()
        assert viewport is not None
        place = viewport.mapTo(dialog, QPoint(left, item.top()))
        wide = header.sectionSize(column)
        above = begins(head.x() + 1, head.x() + wide, head.y(), header.height())
        below = begins(place.x() + 1, place.x() + wide, place.y(), item.height())
        assert abs(above - below) <= 3
