"""The fields under the table: reached by Tab, keys stay in them, code and place can be typed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel

from bodycam_annotator.app import coder_name, set_coder_name
from bodycam_annotator.ui.tag_model import CODE, STATUS, TEXT
from bodycam_annotator.ui.text_field import TextField
from tests.ui.hand import CTRL, NONE, Hand, Key

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"


def retype(line: TextField, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)  # type: ignore[call-arg, arg-type]
    QTest.keyClick(line, Key.Key_Return)  # type: ignore[call-overload]


def test_tab_walks_through_every_field_and_no_letter_tags(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Return)
    seen: list[str] = []
    for _ in range(9):
        focus = QApplication.focusWidget()
        assert focus is not None, seen
        seen.append(focus.accessibleName())
        hand.press(Key.Key_N)
        hand.press(Key.Key_Tab)
    assert seen == [
        *("Text", "Speaker", "Target", "Basis", "Sure", "Status", "Note"),
        *("shooter", "attributed"),
    ]
    assert len(hand.tags()) == 1
    assert hand.window.tagger.open_spans == {}
    assert hand.tags()[0].note == "n"


def test_a_letter_in_a_choice_chooses_and_is_saved(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    hand.window.editor.confidence.setFocus()
    hand.press(Key.Key_P)
    assert str(hand.tags()[0].confidence) == "probable"
    hand.press(Key.Key_Escape)
    hand.press(Key.Key_Right)
    assert hand.window.player.ordinal == 1


def test_a_wrong_code_is_corrected_without_tagging_anew(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    code = hand.window.editor.code
    names = [code.itemText(at) for at in range(code.count())]
    assert names == ["Shot", "Vehicle collision", "Door opened"]
    code.setCurrentText("Door opened")
    code.textActivated.emit("Door opened")
    hand.settle()
    (tag,) = hand.tags()
    assert (tag.code, tag.start_frame) == ("door_opened", 0)


@pytest.mark.parametrize(
    ("typed", "time_ns", "frame"),
    [("12", 480_000_000, 12), ("0.4936", 493_600_000, 12), ("00:00:00.5", 500_000_000, 12)],
)
def test_a_mark_is_moved_by_typing(
    typed: str, time_ns: int, frame: int, hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    retype(hand.window.editor.start, typed)
    hand.settle()
    (tag,) = hand.tags()
    assert (tag.start_ns, tag.end_ns, tag.start_frame) == (time_ns, time_ns, frame)


def test_a_span_is_moved_by_typing_and_refused_when_it_cannot_be(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right, times=4)
    hand.press(Key.Key_U)
    retype(hand.window.editor.end, "9")
    hand.settle()
    retype(hand.window.editor.start, "0.1234")
    hand.settle()
    (tag,) = hand.tags()
    assert (tag.start_ns, tag.end_ns) == (123_400_000, 400_000_000)
    assert (tag.start_frame, tag.end_frame) == (3, 9)
    for nonsense in ("never", "99999", "0.9"):
        retype(hand.window.editor.start, nonsense)
        hand.settle()
        assert hand.tags() == [tag]
        assert hand.window.messages.isVisible()
        assert hand.window.editor.start.text() == "0.1234"


def test_undo_says_what_and_where(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_Right, times=5)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Z, CTRL)
    said = hand.window.messages.text.text()
    assert said == "Undone: Tag Shot (Camera 1, 00:00:00.200)."


def test_another_coder_counts_at_once_and_the_place_is_kept(
    hand: Hand, footage: FindFootage
) -> None:
    before = coder_name()
    hand.open(footage(LONG))
    hand.press(Key.Key_Right, times=7)
    hand.press(Key.Key_S)
    set_coder_name("Ana Kovač")
    hand.window.files.coder_changed.emit("Ana Kovač")
    hand.wait(lambda: hand.window.bridge and hand.window.bridge.coder == "Ana Kovač")
    hand.ready()
    hand.settle()
    assert hand.window.player.ordinal == 7
    hand.press(Key.Key_D)
    assert {tag.code: tag.coder for tag in hand.tags()} == {
        "shot": before,
        "door_opened": "Ana Kovač",
    }


def test_tags_of_missing_footage_can_be_seen_and_exported(
    hand: Hand, footage: FindFootage, tmp_path: Path
) -> None:
    path = footage(LONG)
    hand.open(path)
    hand.press(Key.Key_S)
    hand.window.close_project()
    path.rename(path.with_name("elsewhere.mp4"))
    hand.window.open_path(path.with_suffix(".bodycam"))
    hand.wait(lambda: hand.window.bridge is not None and not hand.window.jobs.jobs)
    assert path.name in hand.window.messages.text.text()
    assert len(hand.tags()) == 1
    assert hand.window.table.model.rowCount() == 1
    hand.window.exporting.to(tmp_path / "out.csv")
    hand.wait(lambda: not hand.window.jobs.jobs)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").count("\n") == 2


def test_nothing_in_the_window_reads_text_as_markup(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Return)
    hand.type("<img src='/nowhere.png'><b>bold</b>")
    hand.press(Key.Key_Return)
    model = hand.window.table.model
    tips = [model.index(0, at).data(3) for at in range(model.columnCount())]
    assert not any("<img" in str(tip) for tip in tips)
    assert any("&lt;img" in str(tip) for tip in tips)


def test_a_speaker_typed_into_an_open_span_and_left_by_return(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_U)
    hand.press(Key.Key_Return)
    hand.type("Put your gun down")
    hand.press(Key.Key_Tab)
    hand.type("Officer 1")
    hand.press(Key.Key_Return)
    hand.press(Key.Key_Right)
    hand.press(Key.Key_U)
    (tag,) = hand.tags()
    assert (tag.text, tag.speaker, tag.end_frame) == ("Put your gun down", "Officer 1", 1)
    hand.press(Key.Key_S)
    hand.window.editor.speaker.setFocus()
    hand.type("off")
    completer = hand.window.editor.speaker.completer()
    assert completer is not None
    assert completer.currentCompletion() == "Officer 1"
    hand.press(Key.Key_Escape)


def test_a_name_taken_from_the_completion_is_saved(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    speaker = hand.window.editor.speaker
    speaker.setFocus()
    hand.type("Off")
    # As a completion does: the text is set, not typed.
    speaker.setText("Officer 1")
    hand.press(Key.Key_Return)
    assert hand.tags()[0].speaker == "Officer 1"
    hand.press(Key.Key_Right)
    assert hand.window.player.ordinal == 1


def click(hand: Hand, row: int, column: int, *, twice: bool = False) -> None:
    """Where that cell is now, or for the second click where it was."""
    view = hand.window.table.view
    model, viewport = view.model(), view.viewport()
    assert model is not None
    assert viewport is not None
    at = view.visualRect(model.index(row, column)).center()
    place = viewport.mapTo(hand.window, at)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, NONE, at)  # type: ignore[call-overload]
    if twice:
        # Whatever the first has made of the window's parts.
        QApplication.sendPostedEvents()
        there = hand.window.childAt(place)
        assert there is viewport
        QTest.mouseDClick(  # type: ignore[call-overload]
            viewport, Qt.MouseButton.LeftButton, NONE, at
        )


def rows_shown(hand: Hand) -> float:
    view = hand.window.table.view
    viewport, rows = view.viewport(), view.verticalHeader()
    assert viewport is not None
    assert rows is not None
    return viewport.height() / rows.defaultSectionSize()


def test_the_fields_take_no_room_while_no_tag_is_selected(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    assert not hand.window.editor.text.isVisible()
    hand.press(Key.Key_S, times=2)
    assert hand.window.editor.text.isVisible()
    assert rows_shown(hand) >= 5
    hand.window.tagger.select(())
    hand.wait(lambda: rows_shown(hand) >= 8)
    assert not hand.window.editor.text.isVisible()
    hint = [label.text() for label in hand.window.editor.findChildren(QLabel) if label.isVisible()]
    assert hint == ["Select a tag (Shift+↑ ↓: several), or press a code’s key to make one."]
    hand.window.tagger.select(tuple(tag.id for tag in hand.tags()))
    assert not hand.window.editor.text.isVisible()


def test_the_second_click_of_two_finds_the_cell_that_the_first_did(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    for _ in range(9):
        hand.press(Key.Key_S)
        hand.press(Key.Key_Right)
    hand.window.tagger.select(())
    hand.wait(lambda: rows_shown(hand) >= 9)
    click(hand, 8, TEXT, twice=True)
    line = QApplication.focusWidget()
    assert isinstance(line, TextField)
    QTest.keyClicks(line, "last of them")  # type: ignore[call-arg, arg-type]
    hand.wait(hand.window.editor.text.isVisible)
    assert line.isVisible()
    QTest.keyClick(line, Key.Key_Return)  # type: ignore[call-overload]
    hand.wait(lambda: hand.tags()[8].text == "last of them")


def test_an_undone_tag_takes_its_fields_away_and_the_picture_gets_the_keys(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Return)
    hand.window.actions_["undo"].trigger()
    hand.wait(lambda: not hand.window.editor.text.isVisible())
    assert hand.window.picture.hasFocus()


@pytest.mark.parametrize("width", [1280, 1920])
def test_columns_fit_whatever_the_width(hand: Hand, footage: FindFootage, width: int) -> None:
    hand.window.resize(width, 800)
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    view = hand.window.table.view
    viewport = view.viewport()
    assert viewport is not None
    widths = [view.columnWidth(at) for at in range(9) if not view.isColumnHidden(at)]
    assert sum(widths) <= viewport.width()
    assert not view.isColumnHidden(TEXT)
    assert view.isColumnHidden(STATUS) == (width == 1280)
    names = [code.name for code in hand.window.bridge.project.codebook.codes]  # type: ignore[union-attr]
    metrics = view.fontMetrics()
    assert view.columnWidth(CODE) > max(metrics.horizontalAdvance(name) for name in names)


def test_ctrl_t_walks_the_table_without_moving_at_once(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_D)
    hand.press(Key.Key_Right)
    hand.window.tagger.select(())
    hand.press(Key.Key_T, CTRL)
    assert hand.window.table.view.hasFocus()
    assert hand.window.player.ordinal == 4
    assert hand.window.tagger.selected == ()
    hand.press(Key.Key_Down)
    assert hand.window.player.ordinal == 3
