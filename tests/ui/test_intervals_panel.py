"""Intervals between tags, worked by keys: held against the truth of the sample."""

import csv
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.model.intervals import Edge
from bodycam_annotator.timing import parse_time
from tests.ui.hand import CTRL, SHIFT, Hand, Key
from tests.ui.staged import Row, clipboard, truth

FindFootage = Callable[[str], Path]
LONG = "b_pyramid_long_gop.mp4"


def ns(row: Row, column: str) -> int:
    return parse_time(row[column])


def choose(hand: Hand, *, rule: int, a: str = "", b: str = "") -> None:
    form = hand.window.intervals.form
    form.rule.setCurrentIndex(rule)
    for row, kind in ((form.start, a), (form.end, b)):
        if kind:
            assert row.kind.findText(kind) >= 0, kind
            row.kind.setCurrentText(kind)


def lengths(hand: Hand) -> list[int | None]:
    return [one.length_ns for one in hand.window.intervals.model.intervals]


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
