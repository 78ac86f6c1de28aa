"""Transcript and intervals beside the picture, worked by keys on the staged sample."""

import csv
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.app import demo_project, import_file, open_project
from bodycam_annotator.config import sample_folder
from bodycam_annotator.model.edits import change_tag
from bodycam_annotator.model.intervals import Edge
from bodycam_annotator.timing import parse_time
from bodycam_annotator.ui.transcript_editors import SpeakerEditor, TextEditor
from tests.ui.hand import CTRL, SHIFT, Hand, Key
from tests.ui.mouse import ALT

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"
Row = dict[str, str]


def truth(camera: str, code: str) -> list[Row]:
    with (sample_folder() / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if (row["camera"], row["code"]) == (camera, code)]


def ns(row: Row, column: str) -> int:
    return parse_time(row[column])


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's project with all that its truth says."""
    with demo_project(tmp_path_factory.mktemp("sample")) as session:
        import_file(session, sample_folder() / "truth.csv")
        return session.path


@pytest.fixture
def sample(tagged: Path, hand: Hand, tmp_path: Path) -> Iterator[Hand]:
    # Beside the other, as footage is found by a relative path.
    copy = tagged.with_name(f"{tmp_path.name}.bodycam")
    shutil.copy(tagged, copy)
    hand.open(copy)
    yield hand
    hand.window.close_project()
    copy.unlink()


def clipboard() -> str:
    board = QGuiApplication.clipboard()
    assert board is not None
    return board.text()


def choose(hand: Hand, *, rule: int, a: str = "", b: str = "") -> None:
    form = hand.window.intervals.form
    form.rule.setCurrentIndex(rule)
    for row, kind in ((form.start, a), (form.end, b)):
        if kind:
            assert row.kind.findText(kind) >= 0, kind
            row.kind.setCurrentText(kind)


def lengths(hand: Hand) -> list[int | None]:
    return [one.length_ns for one in hand.window.intervals.model.intervals]


# Intervals


def test_last_command_to_first_shot_is_the_truth(sample: Hand) -> None:
    sample.press(Key.Key_I, CTRL)
    choose(sample, rule=0, a="Utterance (act: command)", b="Shot")
    commands = [row for row in truth("Camera 1", "utterance") if "command" in row["attributes"]]
    shot = truth("Camera 1", "shot")[0]
    (found,) = sample.window.intervals.model.intervals
    assert found.length_ns == ns(shot, "start_s") - ns(commands[-1], "end_s")
    assert found.uncertainty_ns == ns(shot, "uncertainty_s") + ns(commands[-1], "uncertainty_s")
    assert (found.from_tag.text, found.from_edge) == (commands[-1]["text"], Edge.END)
    told = sample.window.intervals.details.toPlainText()
    assert told.startswith("5.553354 s ± 0.000042 s, from frame 801 (00:00:26.744), end of ")
    assert "Exactly 5.553354167 s, ± 0.000041666 s." in told


def test_where_kinds_in_brackets_come_from_is_said(sample: Hand) -> None:
    sample.press(Key.Key_I, CTRL)
    form = sample.window.intervals.form
    choose(sample, rule=0, a="Utterance", b="Door opened")
    assert form.hint.text() == "In brackets is what the tags’ own fields say: Act of Utterance."
    assert form.hint.isVisible()
    choose(sample, rule=0, a="Door opened")
    assert not form.hint.isVisible()
    choose(sample, rule=0, a="Utterance")
    choose(sample, rule=4)
    assert not form.hint.isVisible()


def test_a_kind_in_brackets_comes_with_the_field_that_makes_it(
    hand: Hand, footage: FindFootage
) -> None:
    window = hand.window
    hand.open(footage(LONG))
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right)
    hand.press(Key.Key_U)
    hand.press(Key.Key_I, CTRL)
    form = window.intervals.form
    assert form.hint.text().startswith("Fill in the field Act of tags Utterance, and they can be")
    assert "(command, warning, threat, plea, other)" in form.hint.text()
    assert form.start.kind.findText("Utterance (act: command)") < 0
    window.tagger.change_attribute(hand.tags()[0], "act", "command")
    hand.settle()
    assert form.start.kind.findText("Utterance (act: command)") > 0
    assert form.hint.text() == "In brackets is what the tags’ own fields say: Act of Utterance."


def test_shot_splits_are_the_truth(sample: Hand) -> None:
    sample.press(Key.Key_I, CTRL)
    choose(sample, rule=3, a="Shot")
    at = [ns(row, "start_s") for row in truth("Camera 1", "shot")]
    assert lengths(sample) == [at[1] - at[0], at[2] - at[1]]


def test_keys_choose_what_is_measured_and_go_to_both_ends(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_I, CTRL)
    assert QApplication.focusWidget() is window.intervals.view
    window.intervals.form.rule.setFocus()
    for _ in range(3):
        sample.press(Key.Key_Down)
    assert window.intervals.form.rule.currentText().startswith("Each A to the next A")
    window.intervals.form.start.kind.setFocus()
    sample.press(Key.Key_S)
    assert window.intervals.form.start.kind.currentText() == "Shot"
    window.intervals.view.setFocus()
    sample.press(Key.Key_Down)
    first, second, third = truth("Camera 1", "shot")
    selected = window.tagger.selected
    sample.press(Key.Key_Return)
    assert window.player.ordinal == int(second["start_frame"])
    sample.press(Key.Key_Return, SHIFT)
    assert window.player.ordinal == int(third["start_frame"])
    sample.press(Key.Key_Up)
    sample.press(Key.Key_Return)
    assert window.player.ordinal == int(first["start_frame"])
    assert window.tagger.selected == selected
    assert len(sample.tags()) == len(window.table.model._tags)


def test_going_to_an_end_shows_the_last_frame_that_belongs(sample: Hand) -> None:
    sample.press(Key.Key_I, CTRL)
    choose(sample, rule=0, a="Weapon visible", b="Vehicle collision")
    span = truth("Camera 1", "weapon_visible")[-1]
    (found,) = sample.window.intervals.model.intervals
    collision = truth("Camera 1", "vehicle_collision")[0]
    # The weapon is still visible then, so its end is later.
    assert found.length_ns == ns(collision, "start_s") - ns(span, "end_s") < 0
    sample.window.intervals.view.setFocus()
    sample.press(Key.Key_Return)
    assert sample.window.player.ordinal == int(span["end_frame"])


def test_copy_is_the_sentence(sample: Hand) -> None:
    sample.press(Key.Key_I, CTRL)
    choose(sample, rule=3, a="Shot")
    sample.window.intervals.view.setFocus()
    sample.press(Key.Key_C, CTRL)
    assert clipboard() == (
        "0.467500 s ± 0.000042 s, from frame 967 (00:00:32.297), Shot, to frame 981 "
        "(00:00:32.765), Shot. Camera 1, camera1_X60A0001.mp4."
    )


def test_the_selected_tags_one_to_the_next(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_I, CTRL)
    choose(sample, rule=4)
    assert "Select two or more tags" in window.intervals.empty_words()
    shots = [tag for tag in sample.tags() if tag.code == "shot"]
    window.tagger.select((shots[2].id, shots[0].id))
    # The end of a mark is its start.
    assert lengths(sample) == [shots[2].start_ns - shots[0].start_ns]


def test_an_edit_measures_anew_and_undo_too(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_I, CTRL)
    choose(sample, rule=3, a="Shot")
    before = lengths(sample)
    shots = [tag for tag in sample.tags() if tag.code == "shot"]
    window.tagger.select((shots[1].id,))
    window.picture.setFocus()
    sample.press(Key.Key_Delete)
    assert lengths(sample) == [sum(filter(None, before))]
    sample.press(Key.Key_Z, CTRL)
    assert lengths(sample) == before


def test_two_cameras_by_their_sync(sample: Hand) -> None:
    window = sample.window
    sample.press(Key.Key_I, CTRL)
    choose(sample, rule=2, a="Door opened", b="Door opened")
    window.intervals.form.end.camera.setCurrentIndex(1)
    (found,) = window.intervals.model.intervals
    one, other = truth("Camera 1", "door_opened")[0], truth("Camera 2", "door_opened")[0]
    assert found.length_ns == ns(other, "incident_start_s") - ns(one, "incident_start_s")
    # Nobody has said how exact the sample's sync is.
    assert found.uncertainty_ns is None
    assert "± not known" in window.intervals.details.toPlainText()
    window.intervals.view.setFocus()
    QTest.keyClick(window.intervals.view, Key.Key_Return, SHIFT)  # type: ignore[call-overload]
    sample.ready()
    sample.wait(lambda: window.player.ordinal == int(other["start_frame"]))
    assert window.camera is not None
    assert window.camera.name == "Camera 2"


def test_exported_intervals_are_those_shown(sample: Hand, tmp_path: Path) -> None:
    window = sample.window
    sample.press(Key.Key_I, CTRL)
    choose(sample, rule=3, a="Shot")
    bridge, question = window.bridge, window.intervals.question
    assert bridge is not None
    assert question is not None
    out = tmp_path / "splits.csv"
    window.intervals_export.export_to(bridge, question, out)
    sample.wait(lambda: out.exists() and not window.jobs.jobs)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [parse_time(row["length_s"]) for row in rows] == lengths(sample)
    assert [row["from_edge"] for row in rows] == ["start", "start"]
    said = window.messages.text.text()
    assert "Exported 2 intervals" in said
    assert bridge.project.audit_head in said


def test_without_tags_both_panels_teach(hand: Hand, footage: FindFootage) -> None:
    window = hand.window
    assert "Open footage" in window.transcript.empty_words()
    assert "Open a project" in window.intervals.empty_words()
    hand.open(footage(LONG))
    hand.press(Key.Key_T, CTRL | SHIFT)
    assert "Press U where somebody begins to speak" in window.transcript.empty_words()
    hand.press(Key.Key_I, CTRL)
    assert "Tag two moments" in window.intervals.empty_words()
    assert not window.intervals.copying.isEnabled()


# Transcript


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


# Who speaks


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
