"""Panels: where they are, moved, floated, remembered, and within small screens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QByteArray, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.colors import COLORS
from bodycam_annotator.ui.dock import Handle
from bodycam_annotator.ui.focus_line import FocusLine
from bodycam_annotator.ui.settings import WindowSettings
from tests.ui.hand import Hand, Key
from tests.ui.seen import image_of

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"
LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


def places(hand: Hand) -> dict[str, tuple[Qt.DockWidgetArea, bool]]:
    desk = hand.window.desk
    return {
        panel.windowTitle(): (desk.dockWidgetArea(panel), panel.isFloating())
        for panel in desk.panels.values()
    }


def test_at_first_all_panels_are_at_their_default_places(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    there = places(hand)
    assert there.pop("Timeline") == (BOTTOM, False)
    assert set(there.values()) == {(RIGHT, False)}
    assert set(there) == {
        *("Tags", "Transcript", "Intervals", "History", "Picture", "Footage"),
        *("Selected tag", "Codes"),
    }
    assert hand.window.desk.is_in_front(hand.window.table)
    assert not hand.window.desk.is_in_front(hand.window.history)


def test_what_is_brought_to_the_front_is_seen_and_the_others_are_not(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    pages = [window.table, window.transcript, window.intervals, window.history, window.seeing]
    for page in pages:
        window.desk.bring(page)
        assert [one for one in pages if one.isVisible()] == [page]


def test_a_panel_is_moved_floated_and_put_back_by_keys(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    window = hand.window
    ctrl_alt = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    hand.press(Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    hand.press(Key.Key_M, ctrl_alt)
    hand.press(Key.Key_M, ctrl_alt)
    assert places(hand)["Tags"] == (LEFT, False)
    assert "at the left" in window.messages.text.text()
    hand.press(Key.Key_F, ctrl_alt)
    assert places(hand)["Tags"][1]
    assert window.table.isVisible()
    hand.press(Key.Key_F, ctrl_alt)
    assert places(hand)["Tags"] == (LEFT, False)
    hand.press(Key.Key_D, ctrl_alt)
    assert places(hand)["Tags"] == (RIGHT, False)
    assert window.desk.is_in_front(window.table)


def test_default_places_put_all_back(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.rest()
    desk = hand.window.desk
    before, sizes = places(hand), {one: one.size() for one in desk.panels.values()}
    for content in (hand.window.codes, hand.window.timeline, hand.window.seeing):
        desk.bring(content)
        desk.move_on()
    for floating in (hand.window.editor, hand.window.history):
        desk.bring(floating)
        desk.float_or_dock()
    hand.rest()
    assert places(hand) != before
    hand.window.actions_["default_places"].trigger()
    hand.wait(lambda: places(hand) == before)
    front = [one for one in sizes if desk.is_in_front(one.content)]
    assert {one.windowTitle() for one in front} == {"Tags", "Selected tag", "Codes", "Timeline"}
    hand.wait(lambda: all(one.size() == sizes[one] for one in front))


def test_places_are_remembered_and_keep_their_share_of_another_screen(
    hand: Hand, footage: FindFootage, another: Callable[..., Hand]
) -> None:
    path = footage(LONG)
    hand.open(path)
    desk = hand.window.desk
    desk.bring(hand.window.history)
    desk.move_on()
    desk.move_on()
    hand.rest()
    share = hand.window.history.width() / desk.width()
    before = places(hand)
    hand.window.close()
    again = another()
    again.window.resize(1920, 1080)
    again.open(path)
    again.rest()
    assert places(again) == before
    assert places(again)["History"] == (LEFT, False)
    wide = again.window.history.width() / again.window.desk.width()
    assert wide == pytest.approx(share, abs=0.05)


def test_what_was_a_wide_screen_leaves_the_picture_room_on_a_small_one(
    hand: Hand, footage: FindFootage, another: Callable[..., Hand]
) -> None:
    path = footage(LONG)
    hand.window.resize(3840, 2160)
    hand.open(path)
    hand.window.desk.bring(hand.window.table)
    hand.window.desk.move_on()
    hand.window.desk.move_on()
    hand.rest()
    hand.window.close()
    again = another()
    again.window.showNormal()
    again.window.resize(1280, 800)
    again.open(path)
    again.rest()
    assert (again.window.width(), again.window.height()) == (1280, 800)
    assert again.window.picture.width() >= 320
    assert again.window.picture.height() >= 300
    assert again.window.table.isVisible()


@pytest.mark.parametrize("state", [b"", b"nonsense", None])
@pytest.mark.parametrize("shares", ['{"Tags": [0.3, 0.5]}', "[", '{"Tags": 3}', '{"Tags": [7, 1]}'])
def test_damaged_places_are_the_default_ones(
    state: bytes | None, shares: str, tmp_path: Path, another: Callable[..., Hand]
) -> None:
    make_application()
    settings = WindowSettings()
    if state is not None:
        settings._settings.setValue("places_of_panels/state", QByteArray(state))
    settings._settings.setValue("places_of_panels/shares", shares)
    hand = another()
    there = places(hand)
    assert there.pop("Timeline") == (BOTTOM, False)
    assert set(there.values()) == {(RIGHT, False)}


def test_history_takes_only_the_room_of_panels_at_its_side(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    window.desk.bring(window.history)
    assert not window.editor.isVisible()
    assert not window.codes.isVisible()
    window.desk.float_or_dock()
    hand.rest()
    window.desk.bring(window.table)
    assert window.history.isVisible()
    assert window.editor.isVisible()
    assert window.codes.isVisible()
    window.desk.bring(window.history)
    assert window.editor.isVisible()
    window.desk.float_or_dock()
    window.desk.bring(window.editor)
    assert window.editor.isVisible()
    assert not window.desk.is_in_front(window.history)


def test_fields_stay_beside_the_panel_of_the_picture_where_there_is_room(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    window.desk.bring(window.seeing)
    assert not window.editor.isVisible()
    window.resize(1920, 1080)
    hand.wait(window.editor.isVisible)
    window.resize(1280, 800)
    hand.wait(lambda: not window.editor.isVisible())


def test_what_can_be_taken_hold_of_says_what_it_is(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.rest()
    desk = hand.window.desk
    handles = {one.windowTitle(): one.handle for one in desk.panels.values()}
    assert handles["Tags"] is Handle.TAB
    assert handles["Timeline"] is handles["Codes"] is Handle.STRIP
    desk.bring(hand.window.table)
    desk.move_on()
    desk.move_on()
    hand.rest()
    tags = desk.panels[hand.window.table]
    assert tags.handle is Handle.LINE
    bar = tags.titleBarWidget()
    assert bar is not None
    assert [one.text() for one in bar.findChildren(QLabel) if one.isVisible()] == ["Tags"]


def test_floating_panels_go_and_come_with_the_footage(hand: Hand, footage: FindFootage) -> None:
    path = footage(LONG)
    hand.open(path)
    hand.window.desk.bring(hand.window.seeing)
    hand.window.desk.float_or_dock()
    hand.rest()
    panel = hand.window.desk.panels[hand.window.seeing]
    assert panel.isVisible()
    hand.window.close_project()
    assert not panel.isVisible()
    hand.open(path)
    assert panel.isVisible()
    assert panel.isFloating()


def test_keys_work_while_a_panel_floats(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.window.desk.bring(hand.window.table)
    hand.window.desk.float_or_dock()
    hand.window.table.view.setFocus()
    hand.press(Key.Key_BracketLeft)
    assert hand.window.player.speed == 0.5


def test_it_is_seen_where_the_keys_go(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    line = hand.window.findChild(FocusLine)
    assert line is not None
    hand.window.picture.setFocus()
    assert image_of(line).pixelColor(5, 1) == QColor(COLORS.accent)
    hand.window.table.filter.setFocus()
    hand.rest()
    assert image_of(line).pixelColor(5, 1) == QColor(COLORS.panel)
    field = image_of(hand.window.table.filter)
    assert field.pixelColor(field.width() // 2, 0) == QColor(COLORS.accent)


def test_messages_lie_over_the_picture_wherever_it_is(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    window = hand.window
    window.desk.bring(window.table)
    window.desk.move_on()
    window.desk.move_on()
    window.messages.warn("Something is so.")

    def lies_over() -> bool:
        here = window.rect().topLeft()
        picture = window.picture.rect().translated(window.picture.mapTo(window, here))
        bar = window.messages.rect().translated(window.messages.mapTo(window, here))
        return picture.contains(bar) and bar.bottom() == picture.bottom()

    hand.wait(lies_over)


def many_codes(count: int) -> Codebook:
    codes = "".join(
        f'[[code]]\nid = "code_{at}"\nname = "Code {at}"\nkind = "interval"\ngroup = "some"\n'
        for at in range(count)
    )
    return Codebook.from_toml(f'id = "many"\nname = "Many"\nversion = 1\n{codes}')


@pytest.mark.parametrize("page", ["table", "transcript", "intervals", "history", "seeing", "facts"])
def test_no_panel_makes_the_window_outgrow_a_small_screen(
    page: str, hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_U)
    hand.press(Key.Key_U)
    window = hand.window
    window.transport.show_reaction(350)
    window.transport.show_oddities(["No sound from 00:00:00.000 to 00:00:10.027", "Odd: too"])
    window.desk.bring(getattr(window, page))
    hand.rest()
    least = window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 760
    window.codes.show_codebook(many_codes(60))
    hand.rest()
    assert window.minimumSizeHint().height() <= 760
    assert (window.width(), window.height()) == (1280, 800)


def test_all_panels_at_once_stay_within_a_small_screen(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    desk = hand.window.desk
    for panel in desk.panels.values():
        desk.addDockWidget(RIGHT, panel)
        panel.show()
    hand.rest()
    least = hand.window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 760
    assert (hand.window.width(), hand.window.height()) == (1280, 800)


def test_the_transport_keeps_to_the_width_of_a_small_window(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    transport = hand.window.transport
    before = transport.width()
    transport.show_reaction(1000)
    transport.show_oddities(["Timestamps go backward 1234 times; see the panel Footage", "b", "c"])
    hand.window.marks.mark_a(0)
    hand.window.marks.mark_b(20)
    hand.rest()
    assert hand.window.width() == 1280
    assert transport.width() == before
    assert transport.minimumSizeHint().width() <= transport.width()
    shown = [one for one in transport.findChildren(QWidget) if one.isVisible()]
    assert all(transport.rect().contains(one.geometry()) for one in shown)


@pytest.mark.parametrize("arranged", [False, True])
def test_what_lies_below_the_tags_takes_no_more_room_than_it_needs(
    arranged: bool, hand: Hand, footage: FindFootage, another: Callable[..., Hand]
) -> None:
    path = footage(LONG)
    hand.open(path)
    hand.press(Key.Key_S)
    hand.rest()
    if arranged:
        hand.window.desk.bring(hand.window.history)
        hand.window.desk.move_on()
        hand.window.desk.move_on()
        hand.window.desk.bring(hand.window.table)
    hand.rest()
    with_fields = hand.window.table.height()
    hand.window.close()
    again = another()
    again.open(path)
    again.window.tagger.select(())
    again.rest()
    window = again.window
    again.wait(lambda: window.codes.height() <= window.codes.sizeHint().height() + 2)
    again.wait(lambda: window.table.height() >= with_fields + 100)
    window.tagger.select((again.tags()[0].id,))
    again.wait(lambda: abs(window.table.height() - with_fields) <= 4)
    assert window.editor.height() >= window.editor.sizeHint().height()


def test_a_floating_panel_is_there_the_next_time_and_takes_the_keys(
    hand: Hand, footage: FindFootage, another: Callable[..., Hand]
) -> None:
    path = footage(LONG)
    hand.open(path)
    hand.window.desk.bring(hand.window.history)
    hand.window.desk.float_or_dock()
    hand.rest()
    assert hand.window.desk.is_in_front(hand.window.table)
    hand.window.close()
    again = another()
    again.open(path)
    again.rest()
    window = again.window
    panel = window.desk.panels[window.history]
    assert panel.isFloating()
    assert panel.isVisible()
    handle, owner = panel.windowHandle(), window.windowHandle()
    assert handle is not None
    assert handle.transientParent() is owner
    bar = panel.titleBarWidget()
    assert bar is not None
    assert [one.text() for one in bar.findChildren(QLabel) if one.isVisible()] == ["History"]
    assert image_of(panel).pixelColor(0, panel.height() // 2) == QColor(COLORS.edge)
    window.actions_["show_history"].trigger()
    again.wait(lambda: window.history.view.hasFocus())
    assert QApplication.activeWindow() is panel
