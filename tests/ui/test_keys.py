"""Actions and their keys: each has one, each can have another, and everything follows."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QAction, QKeyEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QSlider,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bodycam_annotator.app import new_project, open_project
from bodycam_annotator.config import default_codebook
from bodycam_annotator.errors import UserError
from bodycam_annotator.model.codebook import RESERVED_KEYS, Codebook
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.code_panel import CodeButton, CodePanel
from bodycam_annotator.ui.key_names import canonical, shown_keys
from bodycam_annotator.ui.keys_dialog import KeysDialog
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.own_keys import SHIPPED, OwnKeys
from bodycam_annotator.ui.shortcuts import ShortcutsDialog
from bodycam_annotator.ui.workers import Job
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]
ALT = Qt.KeyboardModifier.AltModifier

BOOK = Codebook.from_toml(default_codebook().read_text(encoding="utf-8"))


def press(widget: QWidget, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(widget, key, modifier)  # type: ignore[call-overload]


@pytest.fixture
def dialog(window: MainWindow) -> Iterator[KeysDialog]:
    made = KeysDialog(window.keys, BOOK, window)
    show(made)
    yield made
    made.deleteLater()


def show(widget: QWidget) -> None:
    """With the keyboard in it, as a window manager would."""
    widget.show()
    widget.activateWindow()
    QApplication.processEvents()


def begin(dialog: KeysDialog, action_id: str) -> None:
    """As a person does: looks for it and presses Enter on it."""
    label = next(named.label for named in ACTIONS if named.id == action_id)
    dialog.search.setText(label)
    press(dialog.search, Key.Key_Down)
    dialog.list.choose(action_id)
    press(dialog.list, Key.Key_Return)
    assert dialog.field.hasFocus()


def press_focused(key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    press(focus, key, modifier)


# Every action


def test_every_action_has_a_key_that_nothing_else_has() -> None:
    keys = [key for mine in SHIPPED.values() for key in mine]
    codes = [code.key for code in BOOK.codes]
    assert all(SHIPPED.values())
    assert [key for key, times in Counter([*keys, *codes]).items() if times > 1] == []


def test_no_code_can_have_a_letter_of_an_action() -> None:
    letters = {key for mine in SHIPPED.values() for key in mine if len(key) == 1 and key.isalpha()}
    assert letters == RESERVED_KEYS


def test_every_action_is_in_a_menu_with_its_key_and_in_its_tip(window: MainWindow) -> None:
    bar = window.top.findChild(QMenuBar)
    assert bar is not None
    in_menus = [action for menu in bar.findChildren(QMenu) for action in menu.actions()]
    for named in ACTIONS:
        action = window.actions_[named.id]
        assert action in in_menus, named.id
        assert action.shortcuts(), named.id
        assert shown_keys(SHIPPED[named.id], between=", ") in action.toolTip()
        assert action.receivers(action.triggered) > 0, named.id


def test_the_f1_sheet_has_every_action_and_code_with_its_key(window: MainWindow) -> None:
    sheet = ShortcutsDialog(window.actions_, window.keys, BOOK, window)
    words = [label.text() for label in sheet.area.findChildren(QLabel)]
    for named in ACTIONS:
        assert words[words.index(named.label) - 1] == shown_keys(SHIPPED[named.id])
    for code in BOOK.codes:
        assert code.key in words
    sheet.deleteLater()


def test_the_f1_sheet_is_searched_by_action_and_by_key(window: MainWindow) -> None:
    sheet = ShortcutsDialog(window.actions_, window.keys, BOOK, window)
    sheet.search.setText("ctrl+z")
    assert "Undo" in {label.text() for label in sheet.area.findChildren(QLabel)}
    sheet.search.setText("shot")
    page = sheet.area.widget()
    assert page is not None
    assert [label.text() for label in page.findChildren(QLabel)][-1] == "Shot"
    sheet.deleteLater()


def test_the_f1_sheet_says_how_several_are_selected_and_fields_are_left(
    window: MainWindow,
) -> None:
    sheet = ShortcutsDialog(window.actions_, window.keys, BOOK, window)
    for looked_for, keys in (
        ("select", {"Shift+↑ ↓", "Ctrl+click", "Shift+click", "Ctrl+A"}),
        ("first", {"Home, End"}),
        ("stands", {"Enter, Esc"}),
        ("dragged", {"Shift or Alt"}),
        ("transcript while typing", {"Tab"}),
        ("along", {"Wheel", "Shift+Wheel"}),
        ("closer", {"Wheel", "Ctrl+Wheel"}),
        ("codebook editor", {"Ctrl+N", "Alt+letter", "Ctrl+S"}),
    ):
        sheet.search.setText(looked_for)
        page = sheet.area.widget()
        assert page is not None
        assert keys <= {label.text() for label in page.findChildren(QLabel)}, looked_for
    sheet.deleteLater()


def test_every_control_has_a_name(hand: Hand, footage: FindFootage) -> None:
    window = hand.window
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_U)
    window.messages.warn("Something is the case.", {"Do it": lambda: None})
    parts: list[QWidget] = [
        window,
        KeysDialog(window.keys, BOOK, window),
        ShortcutsDialog(window.actions_, window.keys, BOOK, window),
    ]
    seen = 0
    for panel in window.desk.panels:
        window.desk.bring(panel)
        for part in parts:
            nameless = [_described(one) for one in _controls(part) if not _name(one)]
            assert nameless == []
            seen += len(list(_controls(part)))
    assert seen > 300


def _controls(part: QWidget) -> Iterator[QWidget]:
    kinds = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QSlider, QAbstractItemView)
    # What Qt makes inside of its own controls is theirs.
    inner = (QLineEdit, QComboBox, QAbstractItemView, QTabBar, QMenuBar)
    for one in part.findChildren(QWidget):
        of_qt = isinstance(one.parentWidget(), inner) or isinstance(one, QHeaderView)
        if isinstance(one, kinds) and not of_qt and one.window() is part:
            yield one


def _name(control: QWidget) -> str:
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return control.accessibleName() or text


def _described(control: QWidget) -> str:
    inside = control.parentWidget()
    return f"{type(control).__name__} {control.toolTip()!r} in {type(inside).__name__}"


# Another key


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


# Codes and actions


def test_a_code_gets_the_key_that_an_action_has(
    hand: Hand, footage: FindFootage, tmp_path: Path
) -> None:
    text = default_codebook().read_text(encoding="utf-8").replace('key = "S"', 'key = "0"')
    with new_project(
        tmp_path / "own.bodycam",
        [footage("b_pyramid_long_gop.mp4")],
        coder="A",
        codebook=Codebook.from_toml(text),
    ) as session:
        path = session.path
    hand.open(path)
    assert any("Show the whole footage" in one for one in hand.window.messages.standing)
    hand.press(Key.Key_0)
    assert [tag.code for tag in hand.tags()] == ["shot"]
    assert hand.window.actions_.keys("zoom_all") == ()
    hand.window.close_project()
    assert hand.window.actions_.keys("zoom_all") == ("0",)


# The file


def test_a_broken_file_is_said_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    for bad in ("[keys", "\x00", "keys = 3", "a = 1", "[keys]\n" + "x" * 2_000_000):
        path.write_text(bad, encoding="utf-8")
        keys = OwnKeys(path)
        assert keys.every() == SHIPPED
        assert len(keys.problems) == 1
        assert "keys.toml" in keys.problems[0]
        keys.give("play", ["F13"])
        assert keys.before.read_text(encoding="utf-8") == bad
        assert OwnKeys(path).of("play") == ("F13",)
        assert OwnKeys(path).problems == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_no_file_of_keys_and_is_left_alone(window: MainWindow, tmp_path: Path) -> None:
    pipe = tmp_path / "keys.toml"
    os.mkfifo(pipe)
    keys = OwnKeys(pipe)
    assert keys.every() == SHIPPED
    assert "no ordinary file" in keys.problems[0]
    with pytest.raises(UserError, match="no ordinary file"):
        keys.give("play", ["F13"])
    assert keys.of("play") == ("F13",)
    assert pipe.is_fifo()
    with pytest.raises(UserError, match="no ordinary file"):
        window.keys.import_from(pipe)
    assert window.keys.every() == SHIPPED


def test_a_folder_is_no_file_of_keys(tmp_path: Path) -> None:
    assert "no ordinary file" in OwnKeys(tmp_path).problems[0]


def test_what_cannot_be_used_of_a_file_is_said_and_the_rest_is_used(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(
        "[keys]\n"
        'of_a_later_version = ["F13"]\n'
        'play = ["ctrl+f13", "Nonsense", "Ctrl+A, Ctrl+B"]\n'
        "open = 5\n"
        'export = ["Ctrl+F13", "Ctrl+T"]\n',
        encoding="utf-8",
    )
    keys = OwnKeys(path)
    assert keys.of("play") == ("Ctrl+F13",)
    assert keys.of("open") == SHIPPED["open"]
    assert keys.of("export") == ("Ctrl+T",)
    assert keys.of("show_tags") == ()
    said = "\n".join(keys.problems)
    for words in (
        "no action “of_a_later_version”",
        "“Nonsense” is no key",
        "several keys one after the other",
        "open needs a list of keys",
        "Ctrl+F13 is “Play or pause” and so not “Export…”",
        "Ctrl+T is “Export…” and so not “Go to the tags”",
    ):
        assert words in said
    keys.give("quit", ["F12"])
    assert 'of_a_later_version" = ["F13"]' in path.read_text(encoding="utf-8")


def test_problems_are_said_in_the_window(window: MainWindow) -> None:
    window.settings.keys_file.write_text("[keys", encoding="utf-8")
    later = MainWindow()
    assert any("keys.toml" in one for one in later.messages.standing)
    later.close()
    later.deleteLater()


def test_keys_hold_where_they_cannot_be_written(tmp_path: Path, window: MainWindow) -> None:
    # Root may write anywhere, so a file in the folder's place stands for one that refuses.
    (tmp_path / "file").write_text("", encoding="utf-8")
    keys = OwnKeys(tmp_path / "file" / "keys.toml")
    dialog = KeysDialog(keys, BOOK, window)
    show(dialog)
    begin(dialog, "play")
    press(dialog.field, Key.Key_F13)
    assert "cannot be written" in dialog.words.text()
    assert keys.of("play") == ("F13",)
    dialog.deleteLater()


def test_keys_go_to_another_person_and_back(
    window: MainWindow, dialog: KeysDialog, tmp_path: Path
) -> None:
    window.keys.give("play", ["F13"])
    dialog.export_to(tmp_path / "mine.toml")
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    assert text.count(" = [") == len(ACTIONS)
    dialog.all.click()
    window.keys.give("quit", ["F12"])
    dialog.import_from(tmp_path / "mine.toml")
    assert window.keys.every() == {**SHIPPED, "play": ("F13",)}
    assert [one.toString() for one in window.actions_["play"].shortcuts()] == ["F13"]
    assert 'quit = ["F12"]' in window.keys.before.read_text(encoding="utf-8")
    dialog.import_from(tmp_path / "gone.toml")
    assert "gone.toml is not there" in dialog.words.text()
    assert window.keys.of("play") == ("F13",)


# What only the mouse could do


def test_the_message_is_answered_by_keys(hand: Hand) -> None:
    done: list[str] = []
    hand.window.messages.warn("One.", {"Do it": lambda: done.append("it")})
    hand.window.messages.warn("Two.", {"Yes": lambda: done.append("yes"), "No": lambda: None})
    QApplication.processEvents()
    hand.press(Key.Key_J, CTRL)
    hand.press(Key.Key_Space)
    assert done == ["yes"]
    assert hand.window.messages.standing == ["One."]
    QApplication.processEvents()
    hand.press(Key.Key_J, CTRL)
    hand.press(Key.Key_Tab)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == "Dismiss the message"
    hand.press(Key.Key_Return)
    assert hand.window.messages.standing == []
    assert done == ["yes"]


def test_a_message_is_dismissed_by_a_key(hand: Hand) -> None:
    hand.window.messages.warn("One.")
    hand.press(Key.Key_J, CTRL | SHIFT)
    assert hand.window.messages.standing == []


def test_a_job_is_stopped_by_a_key(hand: Hand) -> None:
    def work(_: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            pass

    hand.window.jobs.start(Job("Counting", work, parent=hand.window))
    press(hand.window, Key.Key_Period, CTRL)
    hand.wait(lambda: not hand.window.jobs.jobs)


def test_tags_are_sorted_by_keys(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_C)

    def rows() -> list[str]:
        model = hand.window.table.view.model()
        assert model is not None
        return [str(model.index(row, 1).data()) for row in range(model.rowCount())]

    assert rows() == ["0", "3"]
    hand.press(Key.Key_O, ALT | SHIFT)
    assert rows() == ["3", "0"]
    hand.press(Key.Key_O, ALT)
    assert rows() == ["0", "3"]


def test_the_buttons_of_codes_are_worked_by_keys(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_B, CTRL)
    hand.press(Key.Key_Tab)
    hand.press(Key.Key_Return)
    # A button that is pressed by a key is seen to go down first.
    hand.wait(lambda: [tag.code for tag in hand.tags()] == [BOOK.codes[1].id])
    hand.press(Key.Key_Escape)
    assert hand.window.picture.hasFocus()


def test_the_buttons_of_codes_take_the_keys_as_soon_as_they_are_there(qtbot: QtBot) -> None:
    panel = CodePanel()
    qtbot.addWidget(panel)
    show(panel)
    panel.show_codebook(BOOK)
    panel.begin()
    focus = QApplication.focusWidget()
    assert isinstance(focus, CodeButton)
    assert focus.code == BOOK.codes[0]


def test_the_buttons_of_codes_keep_the_keys_while_another_edits_the_camera(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_B, CTRL)
    hand.press(Key.Key_Tab)
    window, focus = hand.window, QApplication.focusWidget()
    bridge = window.bridge
    assert bridge is not None
    with open_project(bridge.session.path, coder="Bob") as bob:
        camera = next(iter(bob.project.cameras.values()))
        before, after = row_of(camera), row_of(replace(camera, name="Bridge"))
        change = Change(entity="camera", id=camera.id, before=before, after=after)
        bob.do(Edit(label="Rename camera", changes=(change,)))
    bridge.look()
    hand.wait(lambda: window.camera is not None and window.camera.name == "Bridge")
    assert QApplication.focusWidget() is focus
    hand.press(Key.Key_Return)
    hand.wait(lambda: [tag.code for tag in hand.tags()] == [BOOK.codes[1].id])


def test_panels_are_worked_by_keys(hand: Hand, footage: FindFootage) -> None:
    window = hand.window
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_F, CTRL | SHIFT)
    assert window.transcript.filter.hasFocus()
    hand.press(Key.Key_G, CTRL | ALT)
    assert window.history.filter.hasFocus()
    hand.press(Key.Key_Escape)
    hand.press(Key.Key_T, CTRL | ALT)
    assert window.history.only.isChecked()
    hand.press(Key.Key_C, CTRL | ALT)
    assert window.desk.is_in_front(window.intervals)
    assert window.messages.text.text() == "There is no interval."
    hand.press(Key.Key_D, ALT)
    assert window.seeing.look is not None
    assert window.actions_["difference"].isChecked()
    hand.press(Key.Key_D, ALT)
    assert not window.actions_["difference"].isChecked()


def test_the_menus_are_opened_by_a_key(hand: Hand) -> None:
    press(hand.window, Key.Key_F10)
    bar = hand.window.top.findChild(QMenuBar)
    assert bar is not None
    first: QAction | None = bar.activeAction()
    assert first is not None
    assert first.text() == "File"
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


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


def test_the_menus_stay_open_and_whole_while_a_job_runs(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    window = hand.window
    bar = window.top.findChild(QMenuBar)
    assert bar is not None
    menus = [menu for action in bar.actions() if (menu := action.menu()) is not None]
    menus[0].popup(bar.mapToGlobal(QPoint(0, bar.height())))
    before = [bar.actionGeometry(action) for action in bar.actions()]

    def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        progress(0.5)
        while not cancelled():
            pass

    window.jobs.start(Job("Reading " + "a long name of footage " * 6, work, parent=window))
    window.top.show_state(
        "Somebody with quite a long name of theirs",
        failed=True,
        waits=True,
        pending=1234,
        typing=True,
        spans=0,
        left=0,
    )
    hand.wait(lambda: window.jobs.isVisible())
    QApplication.processEvents()
    assert menus[0].isVisible()
    assert all(action.isEnabled() for action in bar.actions())
    assert [bar.actionGeometry(action) for action in bar.actions()] == before
    assert bar.width() >= bar.sizeHint().width()
    assert window.width() == 1280
    assert window.minimumSizeHint().width() <= 1280
    said = [one.text() for one in window.top.findChildren(QLabel)]
    assert any("1234 edits NOT saved, typing" in one for one in said)
    menus[0].close()
    window.jobs.stop()
    hand.wait(lambda: not window.jobs.jobs)
