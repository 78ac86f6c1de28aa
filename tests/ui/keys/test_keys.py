"""Everything is done by keys, and every key is told."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QAction
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
from bodycam_annotator.model.codebook import RESERVED_KEYS, Codebook
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.code_panel import CodeButton, CodePanel
from bodycam_annotator.ui.key_names import shown_keys
from bodycam_annotator.ui.keys_dialog import KeysDialog
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.own_keys import SHIPPED
from bodycam_annotator.ui.shortcuts import ShortcutsDialog
from bodycam_annotator.ui.workers import Job
from tests.ui.hand import CTRL, SHIFT, Hand, Key
from tests.ui.keys.dialog_hand import ALT, BOOK, FindFootage, press, show


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
