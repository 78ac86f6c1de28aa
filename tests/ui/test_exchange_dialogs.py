"""Exporting and importing by the two dialogs."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from bodycam_annotator.ui.export_dialog import ExportDialog
from bodycam_annotator.ui.history_table import WHAT
from bodycam_annotator.ui.import_dialog import ImportDialog
from tests.ui.hand import CTRL, SHIFT, Hand, Key
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project


@pytest.fixture
def path(hand: Hand, footage: Callable[[str], Path]) -> Path:
    """Footage that is open, with two marks."""
    path = footage("b_pyramid_long_gop.mp4")
    hand.open(path)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_S)
    return path


def export_dialog(hand: Hand) -> ExportDialog:
    hand.press(Key.Key_E, CTRL)
    dialog = hand.window.exporting.dialog
    assert dialog is not None
    return dialog


def import_dialog(hand: Hand, file: Path) -> ImportDialog:
    hand.window.importing.look_at(file)
    dialog = hand.window.importing.dialog
    assert dialog is not None
    hand.wait(lambda: not dialog.bar.isVisible())
    return dialog


def choose(box: QComboBox, text: str) -> None:
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())


def _camera(dialog: ExportDialog) -> str | None:
    assert dialog.choice is not None
    return dialog.choice.camera


def column_box(dialog: ImportDialog, words: str) -> QComboBox:
    table = dialog.columns
    for row in range(table.rowCount()):
        item, box = table.item(row, 0), table.cellWidget(row, 1)
        if item is not None and item.text() == words:
            assert isinstance(box, QComboBox)
            return box
    raise LookupError(words)


class TestExport:
    def test_two_keys_write_the_csv_timeline_beside_the_project(
        self, hand: Hand, path: Path
    ) -> None:
        dialog = export_dialog(hand)
        assert dialog.format.name == "csv"
        assert dialog.text.toPlainText().startswith("tag_id,incident,camera,")
        assert "Carries all" in dialog.loses.toPlainText()
        QTest.keyClick(dialog.list, Qt.Key.Key_Return)  # type: ignore[call-overload]
        hand.wait(lambda: "Exported 2 tags" in hand.window.messages.text.text())
        assert path.with_suffix(".csv").read_text(encoding="utf-8").count("\n") == 3
        assert path.with_suffix(".csv.json").is_file()

    def test_the_name_follows_the_format_and_what_is_there_is_said(
        self, hand: Hand, path: Path
    ) -> None:
        path.with_suffix(".tsv").write_text("old", encoding="utf-8")
        dialog = export_dialog(hand)
        assert dialog.export.text() == "E&xport"
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)  # type: ignore[call-overload]
        assert dialog.file.text() == str(path.with_suffix(".tsv"))
        assert dialog.export.text() == "&Replace"
        assert "would be replaced" in dialog.said.text()
        dialog.reject()
        assert path.with_suffix(".tsv").read_text(encoding="utf-8") == "old"

    def test_how_many_tags_a_format_takes_is_said(self, hand: Hand, path: Path) -> None:
        dialog = export_dialog(hand)
        dialog.list.setCurrentRow([one.name for one in dialog.formats].index("srt"))
        assert dialog.said.text().startswith("0 of 2 tags")
        dialog.every_tag.setChecked(True)
        assert dialog.said.text().startswith("2 tags")
        assert "shot:" in dialog.text.toPlainText()
        dialog.every_tag.setChecked(False)
        dialog.export.click()
        hand.wait(lambda: "Exported 0 of 2 tags" in hand.window.messages.text.text())
        about = json.loads(path.with_suffix(".srt.json").read_text(encoding="utf-8"))
        assert (about["written"]["rows"], about["written"]["of_tags"]) == (0, 2)

    def test_a_file_needs_a_name(self, hand: Hand, path: Path) -> None:
        dialog = export_dialog(hand)
        dialog.file.selectAll()
        QTest.keyClick(dialog.file, Qt.Key.Key_Delete)  # type: ignore[call-overload]
        assert not dialog.export.isEnabled()
        QTest.keyClicks(dialog.file, "mine")  # type: ignore[call-arg, arg-type]
        assert dialog.choice is not None
        assert dialog.choice.out == path.with_name("mine.csv")

    def test_the_format_is_remembered(self, hand: Hand, path: Path) -> None:
        dialog = export_dialog(hand)
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)  # type: ignore[call-overload]
        dialog.export.click()
        hand.wait(lambda: "Exported" in hand.window.messages.text.text())
        assert path.with_suffix(".tsv").is_file()
        assert export_dialog(hand).format.name == "tsv"

    def test_a_format_of_one_camera_leaves_the_next_one_all(
        self, qtbot: QtBot, tmp_path: Path
    ) -> None:
        late = replace(TAG, id="t2", footage_id="f2")
        both = project(TAG, late)
        both = replace(
            both,
            cameras={**both.cameras, "c2": replace(CAMERA, id="c2", name="Officer 2")},
            footage={**both.footage, "f2": replace(FOOTAGE, id="f2", camera_id="c2")},
        )
        out = tmp_path / "x.csv"
        dialog = ExportDialog(both, tmp_path / "x.bodycam", proposed=out, camera="Officer 2")
        qtbot.addWidget(dialog)
        names = [one.name for one in dialog.formats]
        dialog.list.setCurrentRow(names.index("srt"))
        assert _camera(dialog) == "Officer 2"
        assert dialog.said.text().startswith("1 of 2 tags")
        dialog.list.setCurrentRow(names.index("elan"))
        assert _camera(dialog) is None
        assert dialog.said.text().startswith("2 tags")


class TestImport:
    def test_what_it_would_do_is_shown_first(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("code,start_s,text\nshot,0,\ngun drawn,0.1,now\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        model = dialog.table.model()
        assert model is not None
        rows = [
            [model.index(row, column).data() for column in (0, 1, 5, 7)]
            for row in range(model.rowCount())
        ]
        assert rows == [
            ["new", "00:00:00.000", "shot", ""],
            ["new", "00:00:00.100", "gun_drawn", "now"],
        ]
        assert "2 new tags" in dialog.counts.text()
        assert len(hand.tags()) == 2
        dialog.reject()
        assert len(hand.tags()) == 2

    def test_all_comes_in_one_edit(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("code,start_s\nshot,0\ngun drawn,0.1\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        dialog.take.click()
        hand.wait(lambda: len(hand.tags()) == 4)
        hand.wait(lambda: "1 code new in the codebook" in hand.window.messages.text.text())
        assert "gun_drawn" in {tag.code for tag in hand.tags()}
        hand.press(Key.Key_Z, CTRL)
        assert len(hand.tags()) == 2
        hand.press(Key.Key_Z, CTRL | SHIFT)
        assert len(hand.tags()) == 4

    def test_the_window_goes_on_in_the_new_codebook_and_the_history_names_the_file(
        self, hand: Hand, path: Path
    ) -> None:
        file = path.with_name("in.csv")
        file.write_text("code,start_s\ngun drawn,0.1\n", encoding="utf-8")
        import_dialog(hand, file).take.click()
        window = hand.window
        hand.wait(lambda: window.codebook is not None and window.codebook.find("gun_drawn"))
        hand.press(Key.Key_H, CTRL)

        def told() -> bool:
            shown = window.history.shown
            lines = [shown.index(row, WHAT).data() for row in range(shown.rowCount())]
            return any("in.csv" in one and "1 code added" in one for one in lines)

        hand.wait(told)

    def test_what_was_imported_is_not_said_once_it_is_undone(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("Begin,What\n0.1,shot\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        for words, name in (
            ("Code", "What"),
            ("Start, in seconds or as HH:MM:SS.mmm", "Begin"),
        ):
            choose(column_box(dialog, words), name)
            hand.wait(lambda: not dialog.bar.isVisible())
        dialog.take.click()
        hand.wait(lambda: "Imported in.csv" in hand.window.messages.text.text())
        hand.press(Key.Key_Z, CTRL)
        assert not any("Imported" in one for one in hand.window.messages.standing)

    def test_the_person_chooses_what_a_code_becomes(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("code,start_s\nbang,0\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        box = dialog.codes.cellWidget(0, 2)
        assert isinstance(box, QComboBox)
        assert box.currentText() == "New code: bang (point)"
        choose(box, "Shot (point)")
        hand.wait(lambda: dialog.plan is not None)
        dialog.take.click()
        hand.wait(lambda: len(hand.tags()) == 3)
        assert {tag.code for tag in hand.tags()} == {"shot"}

    def test_what_is_wrong_is_said_and_nothing_can_be_taken(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("code,start_s\nshot,0\nshot,x\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        assert "in.csv, row 3, column start_s: 'x' is not a number" in dialog.said.text()
        assert not dialog.take.isEnabled()
        file.write_text("code,start_s\nshot,0\nshot,0.1\n", encoding="utf-8")
        choose(dialog.format, "CSV timeline")
        hand.wait(lambda: dialog.plan is not None)
        assert dialog.take.isEnabled()

    def test_the_person_points_out_the_columns(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("Begin;What\n40;bang\n120;bang\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        assert "no column 'code'" in dialog.said.text()
        assert dialog.columns.isVisible()
        for words, name in (("Code", "What"), ("Start, in milliseconds", "Begin")):
            choose(column_box(dialog, words), name)
            hand.wait(lambda: not dialog.bar.isVisible())
        assert "2 new tags" in dialog.counts.text()
        dialog.take.click()
        hand.wait(lambda: len(hand.tags()) == 4)
        assert [tag.start_ns for tag in hand.tags() if tag.code == "bang"] == [
            40_000_000,
            120_000_000,
        ]

    def test_a_table_without_names(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("bang,0\nbang,0.1\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        dialog.numbered.click()
        hand.wait(lambda: not dialog.bar.isVisible())
        choose(column_box(dialog, "Code"), "#1: bang")
        hand.wait(lambda: not dialog.bar.isVisible())
        choose(column_box(dialog, "Start, in seconds or as HH:MM:SS.mmm"), "#2: 0")
        hand.wait(lambda: not dialog.bar.isVisible())
        assert "2 new tags" in dialog.counts.text()

    def test_an_older_encoding_is_chosen(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_bytes("code,start_s,text\nshot,0,Tür\n".encode("windows-1252"))
        dialog = import_dialog(hand, file)
        assert "windows-1252" in dialog.said.text()
        choose(dialog.encoding, "windows-1252")
        hand.wait(lambda: dialog.plan is not None)
        dialog.take.click()
        hand.wait(lambda: "Tür" in [tag.text for tag in hand.tags()])

    def test_tab_goes_from_choice_to_choice(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("code,start_s\nbang,0\ndoor,0.1\nshot,0.1\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        boxes = [dialog.codes.cellWidget(row, 2) for row in range(3)]
        assert boxes[0] is not None
        boxes[0].setFocus()
        for box in boxes[1:]:
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)  # type: ignore[call-overload]
            assert dialog.focusWidget() is box
        for part in (dialog.table, dialog.cancel):
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)  # type: ignore[call-overload]
            assert dialog.focusWidget() is part

    def test_a_table_without_codes_gets_one(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("start_s\n0\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        choose(column_box(dialog, "Code"), "All rows: Shot")
        hand.wait(lambda: dialog.plan is not None)
        dialog.take.click()
        hand.wait(lambda: len(hand.tags()) == 3)
        assert {tag.code for tag in hand.tags()} == {"shot"}

    def test_what_is_here_already_needs_no_import(self, hand: Hand, path: Path) -> None:
        hand.window.exporting.to(path.with_suffix(".csv"))
        hand.wait(lambda: "Exported" in hand.window.messages.text.text())
        dialog = import_dialog(hand, path.with_suffix(".csv"))
        assert "all its 2 tags are here already" in dialog.counts.text()
        assert not dialog.take.isEnabled()

    def test_an_edit_meanwhile_is_not_overwritten(self, hand: Hand, path: Path) -> None:
        file = path.with_name("in.csv")
        file.write_text("code,start_s\nshot,0\n", encoding="utf-8")
        dialog = import_dialog(hand, file)
        hand.window.tagger.press("shot")
        hand.wait(lambda: len(hand.tags()) == 3)
        dialog.take.click()
        hand.wait(lambda: "was changed while in.csv" in hand.window.messages.text.text())
        assert len(hand.tags()) == 3


def test_the_sidecar_has_what_was_not_in_the_file(hand: Hand, path: Path) -> None:
    hand.window.exporting.to(path.with_suffix(".csv"))
    hand.wait(lambda: "Exported" in hand.window.messages.text.text())
    about = json.loads(path.with_suffix(".csv.json").read_text(encoding="utf-8"))
    assert about["written"]["rows"] == 2
    assert about["not_carried"] == []
