"""Keys with Alt reach actions and underlined letters also from fields, and type nothing there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from bodycam_annotator.ui.codebook_editor import CodebookEditor
from tests.ui.hand import CTRL, Hand, Key
from tests.ui.mouse import ALT

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"
ALT_GR = Qt.KeyboardModifier.GroupSwitchModifier


@pytest.fixture
def typing(hand: Hand, footage: FindFootage) -> Hand:
    """A shot whose text is being typed."""
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Return)
    hand.type("abc")
    return hand


def strike(key: Key, modifier: Qt.KeyboardModifier, text: str) -> None:
    """As a keyboard does it whose layout writes `text` there."""
    field = QApplication.focusWidget()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier, text)
    override.ignore()
    QApplication.sendEvent(field, override)
    if override.isAccepted():
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, key, modifier, text))


@pytest.mark.parametrize(
    ("key", "says"), [(Key.Key_N, "sound"), (Key.Key_S, "Nothing is suggested")]
)
def test_an_action_is_done_from_a_field_and_what_is_typed_is_saved(
    typing: Hand, key: Key, says: str
) -> None:
    typing.press(key, ALT)
    assert typing.window.editor.text.text() == "abc"
    assert says in typing.window.messages.text.text()
    typing.settle()
    assert [tag.text for tag in typing.tags()] == ["abc"]


def test_alt_with_what_no_action_has_types_nothing(typing: Hand) -> None:
    for key in (Key.Key_Z, Key.Key_Backspace, Key.Key_9):
        typing.press(key, ALT)
    assert typing.window.editor.text.text() == "abc"
    assert typing.window.editor.text.hasFocus()


def test_alt_and_arrows_move_the_picture_and_not_the_cursor(typing: Hand) -> None:
    for _ in range(8):
        typing.window.picture.zoom(1)
    before = typing.window.picture.place.seen
    typing.press(Key.Key_Left, ALT)
    assert typing.window.editor.text.cursorPosition() == 3
    assert typing.window.picture.place.seen != before


@pytest.mark.parametrize("modifier", [ALT_GR, CTRL | ALT])
def test_the_third_characters_of_a_keyboard_are_typed(
    typing: Hand, modifier: Qt.KeyboardModifier
) -> None:
    for key, text in ((Key.Key_Q, "@"), (Key.Key_E, "€"), (Key.Key_L, "ł")):
        strike(key, modifier, text)
    assert typing.window.editor.text.text() == "abc@€ł"


def test_alt_types_nothing_into_the_transcript_either(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_U)
    hand.press(Key.Key_T, CTRL | Qt.KeyboardModifier.ShiftModifier)
    hand.press(Key.Key_Return)
    field = QApplication.focusWidget()
    assert isinstance(field, QPlainTextEdit)
    hand.type("ab")
    hand.press(Key.Key_Z, ALT)
    assert field.toPlainText() == "ab"
    hand.press(Key.Key_N, ALT)
    hand.settle()
    assert [tag.text for tag in hand.tags()] == ["ab"]


def test_underlined_letters_of_the_codebook_editor_work_from_its_fields(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    hand.window.actions_["edit_codebook"].trigger()
    editor = hand.window.findChild(CodebookEditor)
    assert editor is not None
    hand.wait(editor.isActiveWindow)
    form = editor.form
    form.name.setFocus()
    name = form.name.text()
    for key, field in (
        (Key.Key_X, form.example),
        (Key.Key_D, form.description),
        (Key.Key_G, form.group),
        (Key.Key_K, form.key),
        (Key.Key_N, form.name),
    ):
        hand.press(key, ALT)
        assert field.hasFocus(), field
    assert form.name.text() == name
    codes = len(editor.draft.codes)
    hand.press(Key.Key_A, ALT)
    # Qt shows the button pressed for a moment.
    hand.wait(lambda: len(editor.draft.codes) == codes + 1)
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    assert focus.text() == ""
    editor.done(0)
