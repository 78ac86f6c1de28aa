"""What is said, read and typed in the transcript: held against the truth of the sample."""

from functools import partial

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.app import open_project
from bodycam_annotator.model.edits import change_tag
from bodycam_annotator.ui.transcript_editors import SpeakerEditor, TextEditor
from tests.ui.hand import CTRL, SHIFT, Hand, Key
from tests.ui.mouse import ALT
from tests.ui.staged import clipboard, truth


def texts(hand: Hand) -> list[str]:
    return [tag.text for tag in hand.window.transcript.model.tags]


def click(hand: Hand, row: int, *, on_time: bool = False) -> None:
    view = hand.window.transcript.view
    area = view.visualRect(hand.window.transcript.model.index(row))
    at = area.topLeft() + QPoint(30, 14) if on_time else area.center()
    viewport = view.viewport()
    assert viewport is not None
    QTest.mouseClick(  # type: ignore[call-overload]
        viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at
    )


def test_the_transcript_is_the_truth_in_order(sample: Hand) -> None:
    sample.press(Key.Key_T, CTRL | SHIFT)
    assert texts(sample) == [row["text"] for row in truth("Camera 1", "utterance")]


def test_walking_through_it_shows_and_selects(sample: Hand) -> None:
    window, said = sample.window, truth("Camera 1", "utterance")
    sample.press(Key.Key_T, CTRL | SHIFT)
    assert window.player.ordinal == 0
    sample.press(Key.Key_Down)
    assert window.player.ordinal == int(said[1]["start_frame"])
    assert window.tagger.selected == (window.transcript.model.tags[1].id,)
    click(sample, 0)
    sample.settle()
    assert window.player.ordinal == int(said[0]["start_frame"])
    assert window.player.direction == 0


def test_a_click_on_its_time_plays_it(sample: Hand) -> None:
    window, said = sample.window, truth("Camera 1", "utterance")
    sample.press(Key.Key_T, CTRL | SHIFT)
    click(sample, 1, on_time=True)
    assert window.player.direction == 1
    sample.wait(lambda: (window.player.ordinal or 0) > int(said[1]["start_frame"]))
    sample.press(Key.Key_Space)
    assert window.player.direction == 0
    sample.press(Key.Key_Up)
    sample.press(Key.Key_Return, SHIFT)
    assert window.player.direction == 1
    sample.press(Key.Key_Space)


def test_what_is_being_said_is_marked(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    model = window.transcript.model

    def marked() -> list[int]:
        role = int(Qt.ItemDataRole.UserRole) + 1
        return [row for row in range(model.rowCount()) if model.index(row).data(role)]

    assert marked() == []
    for row, tag in enumerate(list(model.tags)):
        assert tag.end_frame is not None
        window.player.go_to(tag.end_frame)
        sample.settle()
        assert marked() == [row]
        window.player.go_to(tag.end_frame + 1)
        sample.settle()
        assert marked() == []


def test_text_is_edited_in_place_and_letters_do_not_tag(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    sample.press(Key.Key_Down)
    count = len(sample.tags())
    sample.press(Key.Key_Return)
    sample.type(" Now, us!")
    assert window.transcript.typed() is not None
    sample.press(Key.Key_Return)
    assert window.transcript.typed() is None
    assert texts(sample)[1] == "Get out of the car! Do not move! Now, us!"
    assert len(sample.tags()) == count
    sample.press(Key.Key_Z, CTRL)
    assert texts(sample)[1] == "Get out of the car! Do not move!"


def test_tab_from_the_last_text_stays_in_it(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    sample.press(Key.Key_End)
    sample.press(Key.Key_Return)
    sample.type(" Us")
    count, at = len(sample.tags()), window.player.ordinal
    sample.press(Key.Key_Tab)
    sample.type("S")
    assert window.transcript.typed() is not None
    assert window.player.ordinal == at
    sample.press(Key.Key_Return)
    assert len(sample.tags()) == count


@pytest.mark.parametrize("leave", ["escape", "another tab", "closing"])
def test_what_is_typed_stays(leave: str, sample: Hand) -> None:
    window = sample.window
    assert window.bridge is not None
    path = window.bridge.session.path
    sample.press(Key.Key_T, CTRL | SHIFT)
    sample.press(Key.Key_Return)
    sample.type(" please")
    if leave == "escape":
        sample.press(Key.Key_Escape)
    elif leave == "another tab":
        sample.press(Key.Key_I, CTRL)
    window.close_project()
    with open_project(path, coder="C") as session:
        found = [tag.text for tag in session.project.standing_tags]
    assert "Put your gun down please" in found


def test_a_hard_space_is_kept_and_no_change_is_no_edit(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    tag = window.transcript.model.tags[0]
    window.tagger.change(tag, what="text", text="Lâchez\u00a0ça")
    sample.settle()
    assert window.bridge is not None
    entries = window.bridge.project.audit_entries
    sample.press(Key.Key_Return)
    sample.press(Key.Key_Return)
    assert window.bridge.project.audit_entries == entries
    sample.press(Key.Key_Return)
    sample.type("\u00a0!")
    sample.press(Key.Key_Return)
    assert texts(sample)[0] == "Lâchez\u00a0ça\u00a0!"


def test_what_another_coder_does_meanwhile_does_not_take_what_is_typed(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    sample.press(Key.Key_Return)
    sample.type(" at once")
    assert window.bridge is not None
    other = window.transcript.model.tags[2]
    with open_project(window.bridge.session.path, coder="B. Second") as session:
        tag = session.project.tags[other.id]
        session.do(change_tag(tag, label="Change text", text="seen by another"))
    sample.wait(lambda: "seen by another" in texts(sample))
    assert window.transcript.typed() is not None
    sample.type(" please")
    sample.press(Key.Key_Return)
    assert texts(sample)[0] == "Put your gun down at once please"


def test_finding_lists_what_has_the_words(sample: Hand) -> None:
    panel = sample.window.transcript
    sample.press(Key.Key_T, CTRL | SHIFT)
    panel.filter.setFocus()
    sample.type("officer 2 FIRE")
    assert texts(sample) == ["No, don't fire"]
    sample.type(" nowhere")
    assert panel.empty_words() == "No utterance has these words."
    sample.press(Key.Key_Escape)
    assert len(texts(sample)) == 3
    assert QApplication.focusWidget() is sample.window.picture


def test_copied_text_has_times(sample: Hand) -> None:
    panel = sample.window.transcript
    sample.press(Key.Key_T, CTRL | SHIFT)
    panel.copying.click()
    lines = clipboard().splitlines()
    assert lines[0].startswith("Staged car park stop, Camera 1, camera1_X60A0001.mp4")
    assert lines[1] == "00:00:20.601–00:00:21.721  Officer 1: Put your gun down"
    assert len(lines) == 4
    sample.press(Key.Key_Down)
    sample.press(Key.Key_C, CTRL)
    assert clipboard().splitlines()[1:] == [lines[2]]


def test_long_and_right_to_left_texts_wrap(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    view, model = window.transcript.view, window.transcript.model
    low = view.visualRect(model.index(0)).height()

    def is_high(row: int) -> bool:
        return view.visualRect(model.index(row)).height() > 2 * low

    arabic = "اخرج من السيارة! لا تتحرك! ارفع يديك حيث يمكنني رؤيتهما "
    for row, text in enumerate(("Put your gun down. " * 20, arabic * 6)):
        window.tagger.change(model.tags[row], what="text", text=text.strip())
        sample.settle()
        sample.wait(partial(is_high, row))
    viewport = view.viewport()
    assert viewport is not None
    assert view.visualRect(model.index(0)).width() == viewport.width()


def double_click_on_speaker(hand: Hand, row: int) -> None:
    transcript = hand.window.transcript
    area = transcript.view.visualRect(transcript.model.index(row))
    viewport = transcript.view.viewport()
    assert viewport is not None
    at = transcript._utterance.speaker_area(area, transcript.view.font()).center()
    place = QPoint(at.x(), area.top() + 14)
    for press in (QTest.mouseClick, QTest.mouseDClick):
        press(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)  # type: ignore[call-overload]
    hand.settle()


def speakers(hand: Hand) -> list[str]:
    return [tag.speaker for tag in hand.window.transcript.model.tags]


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_who_speaks_is_named_in_place_as_one_edit_with_one_undo(by: str, sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    before = speakers(sample)
    assert before[0] == "Officer 1"
    if by == "key":
        sample.press(Key.Key_Home)
        sample.press(Key.Key_W, ALT)
    else:
        double_click_on_speaker(sample, 0)
    assert window.bridge is not None
    entries = window.bridge.project.audit_entries
    sample.type("Bystander")
    assert window.transcript.typed() == (window.transcript.model.tags[0], "speaker", "Bystander")
    sample.press(Key.Key_Return)
    assert speakers(sample) == ["Bystander", *before[1:]]
    assert window.bridge.project.audit_entries == entries + 1
    assert window.bridge.session.history()[-1].label == "Change speaker of utterance"
    assert window.focusWidget() is window.transcript.view
    sample.press(Key.Key_Z, CTRL)
    assert speakers(sample) == before


@pytest.mark.parametrize("leave", [Key.Key_Return, Key.Key_Escape, Key.Key_Tab])
def test_a_known_name_is_completed(leave: Key, sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    sample.press(Key.Key_Home)
    sample.press(Key.Key_W, ALT)
    field = QApplication.focusWidget()
    assert isinstance(field, SpeakerEditor)
    sample.type("off")
    completer = field.completer()
    assert completer is not None
    offered = completer.popup()
    assert offered is not None
    sample.wait(offered.isVisible)
    for key in (Key.Key_Down, Key.Key_Down, leave):
        QTest.keyClick(offered, key)  # type: ignore[call-overload]
    sample.settle()
    assert speakers(sample)[0] == "Officer 2"
    if leave == Key.Key_Tab:
        assert isinstance(window.focusWidget(), TextEditor)
    else:
        assert window.focusWidget() is window.transcript.view
    assert window.transcript.typed() is None


def test_tab_goes_from_who_speaks_to_what_is_said_and_on_and_back(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_T, CTRL | SHIFT)
    sample.press(Key.Key_Home)
    sample.press(Key.Key_W, ALT)
    sample.type("Ann")
    sample.press(Key.Key_Tab)
    sample.type(" now")
    sample.press(Key.Key_Tab)
    sample.type("Ben")
    sample.press(Key.Key_Backtab, SHIFT)
    sample.type("!")
    sample.press(Key.Key_Escape)
    assert speakers(sample)[:2] == ["Ann", "Ben"]
    assert texts(sample)[0] == "Put your gun down now!"
    assert window.transcript.view.hasFocus()
    assert len(sample.tags()) == len(window.table.model._tags)


def test_away_from_the_transcript_it_is_named_in_the_tags_fields(sample: Hand) -> None:
    window = sample.window
    shot = next(tag for tag in sample.tags() if tag.code == "shot")
    window.tagger.select((shot.id,))
    window.picture.setFocus()
    sample.press(Key.Key_W, ALT)
    assert QApplication.focusWidget() is window.editor.speaker
    window.tagger.select(())
    window.picture.setFocus()
    sample.press(Key.Key_W, ALT)
    assert "Select a tag first" in window.messages.text.text()
