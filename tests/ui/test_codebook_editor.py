"""The codebook editor, worked by keys: what it makes, what it refuses, what it never loses."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from bodycam_annotator.app import open_project
from bodycam_annotator.app.codebooks import change_codebook
from bodycam_annotator.model.codebook import Codebook, Kind
from bodycam_annotator.model.palette import PALETTE
from bodycam_annotator.ui.attribute_rows import values_in, values_text
from bodycam_annotator.ui.codebook_editor import CodebookEditor
from bodycam_annotator.ui.colors import DARK, LIGHT, seen_in
from bodycam_annotator.ui.tag_model import CODE
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def opened(hand: Hand, footage: FindFootage) -> Hand:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    return hand


def edit(hand: Hand) -> CodebookEditor:
    hand.press(Key.Key_K, CTRL | SHIFT)
    editor = hand.window.findChild(CodebookEditor)
    assert editor is not None
    hand.wait(lambda: QApplication.activeWindow() is editor)
    return editor


def closed(hand: Hand) -> None:
    hand.wait(lambda: hand.window.findChild(CodebookEditor) is None)
    hand.wait(lambda: QApplication.activeWindow() is hand.window)
    hand.settle()


def book(hand: Hand) -> Codebook:
    assert hand.window.bridge is not None
    return hand.window.bridge.project.codebook


def shown(editor: QWidget) -> str:
    """All that labels say."""
    return "\n".join(label.text() for label in editor.findChildren(QLabel) if label.isVisible())


def go_to(editor: CodebookEditor, code_id: str) -> None:
    ids = [code.id for code in editor.draft.codes]
    editor.list.chosen.emit(ids.index(code_id))


def save(hand: Hand) -> None:
    hand.press(Key.Key_S, CTRL)
    editor = hand.window.findChild(CodebookEditor)
    assert editor is None or "✗" not in shown(editor), shown(editor)
    closed(hand)


def test_a_newcomer_adds_a_code_by_its_name_and_uses_it_at_once(opened: Hand) -> None:
    edit(opened)
    opened.press(Key.Key_N, CTRL)
    opened.type("Radio call")
    save(opened)
    assert book(opened).label == "use_of_force@2"
    code = book(opened).code("radio_call")
    assert (code.name, code.kind, code.key) == ("Radio call", Kind.POINT, "R")
    assert "1 code added (Radio call)" in opened.window.messages.text.text()
    opened.press(Key.Key_R)
    (tag,) = opened.tags()
    assert (tag.code, tag.codebook) == ("radio_call", "use_of_force@2")


def test_every_field_can_be_filled_in_by_keys(opened: Hand) -> None:
    editor = edit(opened)
    opened.press(Key.Key_N, CTRL)
    opened.type("Siren")
    opened.press(Key.Key_Tab)
    opened.type("q")
    opened.press(Key.Key_Tab)
    opened.press(Key.Key_Down)
    assert editor.draft.codes[1].kind is Kind.INTERVAL
    editor.form.group.setFocus()
    opened.press(Key.Key_A, CTRL)
    opened.type("sound")
    opened.press(Key.Key_Tab)
    opened.type("h")
    opened.press(Key.Key_Tab)
    opened.type("From the first to the last tone.")
    opened.press(Key.Key_Tab)
    opened.type("Yelp")
    opened.press(Key.Key_Tab)
    opened.press(Key.Key_Space)
    opened.type("vehicle")
    opened.press(Key.Key_Tab)
    opened.type("police, fire")
    save(opened)
    code = book(opened).code("siren")
    assert (code.key, code.group, str(code.basis)) == ("Q", "sound", "heard")
    assert (code.description, code.example) == ("From the first to the last tone.", "Yelp")
    assert code.attributes == {"vehicle": ("police", "fire")}
    assert "Siren" in [button.code.name for button in opened.window.codes._buttons.values()]


def test_the_field_that_is_typed_into_is_in_view(opened: Hand) -> None:
    editor = edit(opened)
    for _ in range(4):
        editor.form.attributes.add.click()
        opened.type("x")
        opened.wait(lambda: not editor.form.attributes.rows[-1][0].visibleRegion().isEmpty())
    assert list(editor.draft.codes[0].attributes) == ["act", "addressee", "x", "x 2", "x 3", "x 4"]
    answer(opened, QMessageBox.StandardButton.Discard)
    editor.buttons["cancel"].click()
    closed(opened)


def test_undo_goes_back_to_the_earlier_version_and_redo_forth(opened: Hand) -> None:
    edit(opened)
    opened.press(Key.Key_N, CTRL)
    opened.type("Radio call")
    save(opened)
    opened.press(Key.Key_Z, CTRL)
    assert book(opened).label == "use_of_force@1"
    opened.press(Key.Key_R)
    assert opened.tags() == []
    opened.press(Key.Key_Z, CTRL | SHIFT)
    assert book(opened).label == "use_of_force@2"
    opened.press(Key.Key_R)
    assert [tag.code for tag in opened.tags()] == ["radio_call"]


def test_a_code_that_another_window_took_away_just_now_is_said(opened: Hand) -> None:
    bridge = opened.window.bridge
    assert bridge is not None
    with open_project(bridge.session.path, coder="Bob") as bob:
        codes = tuple(code for code in bob.project.codebook.codes if code.id != "shot")
        bob.do(change_codebook(bob.project, replace(bob.project.codebook, codes=codes)))
    bridge.call(lambda session: session.refresh())
    opened.window.tagger.press("shot")
    opened.settle()
    assert opened.tags() == []
    assert "the codebook is now use_of_force@2, which lacks shot" in (
        opened.window.messages.text.text()
    )


def test_a_key_that_another_code_has_is_said_beside_the_field(opened: Hand) -> None:
    editor = edit(opened)
    opened.press(Key.Key_N, CTRL)
    opened.type("Siren")
    opened.press(Key.Key_Tab)
    for typed, said in (
        ("s", "“Shot” has the key S too"),
        ("j", "J already does this: Shuttle back"),
        ("0", "0 already does this"),
    ):
        opened.type(typed)
        assert said in shown(editor.form)
    editor.list.setFocus()
    opened.press(Key.Key_S, CTRL)
    assert editor.isVisible()
    assert editor.form.key.hasFocus(), "Save leads to what has to be mended"
    opened.press(Key.Key_Backspace)
    save(opened)
    assert book(opened).code("siren").key == ""


def test_nothing_changed_makes_no_version(opened: Hand) -> None:
    edit(opened)
    save(opened)
    assert book(opened).label == "use_of_force@1"
    assert "no new version" in opened.window.messages.text.text()


def test_a_removed_code_s_tags_keep_name_and_colour(opened: Hand) -> None:
    opened.press(Key.Key_S)
    editor = edit(opened)
    go_to(editor, "shot")
    opened.press(Key.Key_Delete, CTRL)
    assert "1 tag of “Shot” stays as made" in shown(editor)
    save(opened)
    assert book(opened).find("shot") is None
    model = opened.window.table.model
    cell = model.index(0, CODE)
    assert model.data(cell, Qt.ItemDataRole.DisplayRole) == "Shot"
    opened.press(Key.Key_S)
    assert len(opened.tags()) == 1, "its key does nothing any more"


def test_the_kind_of_a_code_with_tags_stays(opened: Hand) -> None:
    opened.press(Key.Key_S)
    editor = edit(opened)
    go_to(editor, "shot")
    editor.form.interval.click()
    assert "1 tag was made with this code as a point, so it stays one" in shown(editor.form)
    opened.press(Key.Key_S, CTRL)
    assert editor.isVisible()
    editor.form.point.click()
    assert "stays one" not in shown(editor.form)
    opened.press(Key.Key_Escape)
    closed(opened)


def test_a_kind_that_was_undone_lets_all_else_be_edited(opened: Hand) -> None:
    bridge = opened.window.bridge
    assert bridge is not None
    with open_project(bridge.session.path, coder="Bob") as bob:
        codes = tuple(
            replace(code, kind=Kind.INTERVAL) if code.id == "shot" else code
            for code in bob.project.codebook.codes
        )
        bob.do(change_codebook(bob.project, replace(bob.project.codebook, codes=codes)))
        bridge.call(lambda session: session.refresh())
        opened.press(Key.Key_S)
        opened.press(Key.Key_Right, times=2)
        opened.press(Key.Key_S)
        opened.settle()
        bob.refresh()
        bob.undo()
    bridge.call(lambda session: session.refresh())
    opened.press(Key.Key_S)
    assert book(opened).label == "use_of_force@1"
    assert {tag.codebook for tag in opened.tags()} == {"use_of_force@1", "use_of_force@2"}
    editor = edit(opened)
    assert "stays one" not in shown(editor)
    go_to(editor, "shot")
    editor.form.interval.click()
    assert "1 tag was made with this code as a point, so it stays one" in shown(editor.form)
    editor.form.point.click()
    opened.press(Key.Key_N, CTRL)
    opened.type("Radio call")
    save(opened)
    assert book(opened).label == "use_of_force@3"


def test_a_span_open_while_its_code_goes_can_still_be_ended(opened: Hand) -> None:
    opened.press(Key.Key_W)
    opened.press(Key.Key_Right, times=2)
    editor = edit(opened)
    go_to(editor, "weapon_visible")
    opened.press(Key.Key_Delete, CTRL)
    save(opened)
    opened.press(Key.Key_O)
    (tag,) = opened.tags()
    assert (tag.code, tag.codebook, tag.end_frame) == ("weapon_visible", "use_of_force@1", 2)


def answer(hand: Hand, button: QMessageBox.StandardButton) -> list[str]:
    """Presses the button of the question that is asked next; returns what was asked."""
    asked: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, press)
            return
        asked.append(box.text())
        chosen = box.button(button)
        assert chosen is not None
        chosen.click()

    QTimer.singleShot(0, press)
    return asked


def test_cancel_asks_only_if_something_would_be_lost(opened: Hand) -> None:
    edit(opened)
    opened.press(Key.Key_Escape)
    closed(opened)
    editor = edit(opened)
    opened.press(Key.Key_D, CTRL)
    asked = answer(opened, QMessageBox.StandardButton.Cancel)
    editor.buttons["cancel"].click()
    assert asked == ["Discard your changes? 1 code added (Utterance 2)."]
    assert editor.isVisible()
    answer(opened, QMessageBox.StandardButton.Discard)
    editor.buttons["cancel"].click()
    closed(opened)
    assert book(opened).label == "use_of_force@1"


def test_codes_and_groups_are_moved_by_keys(opened: Hand) -> None:
    editor = edit(opened)
    go_to(editor, "shot")
    opened.press(Key.Key_Down, ALT)
    opened.press(Key.Key_Up, ALT | SHIFT)
    assert [code.id for code in editor.draft.codes][:4] == [
        "weapon_visible",
        "shot",
        "hands_on_force",
        "utterance",
    ]
    save(opened)
    assert book(opened).groups[:2] == ("force", "speech")


def test_the_list_is_walked_by_arrows(opened: Hand) -> None:
    editor = edit(opened)
    assert editor.form.name.text() == "Utterance"
    opened.press(Key.Key_Down, NONE, times=2)
    assert editor.form.name.text() == "Weapon visible"
    assert not editor.form.id.isEnabled()


def test_a_colour_of_the_palette_or_one_that_can_be_read(opened: Hand) -> None:
    editor = edit(opened)
    first = editor.draft.codes[0].color
    on_light = seen_in(LIGHT, first).name().upper()
    assert seen_in(DARK, first).name().upper() == first.upper() != on_light
    assert f"✓ Can be read: on light it is shown darker, as {on_light}." in shown(editor.form)
    editor.form.color.mend.click()
    both = editor.draft.codes[0].color
    assert all(seen_in(theme, both).name().upper() == both for theme in (DARK, LIGHT))
    assert "✓ Shown as it is" in shown(editor.form)
    editor.form.color.swatches[PALETTE[2].color].click()
    assert editor.draft.codes[0].color == PALETTE[2].color
    editor.form.color.code.setFocus()
    editor.form.color.code.selectAll()
    opened.type("red")
    assert "A colour is # and six digits" in shown(editor.form)
    answer(opened, QMessageBox.StandardButton.Discard)
    editor.buttons["cancel"].click()
    closed(opened)


def test_a_boris_project_is_taken_over_and_what_is_not_is_listed(
    opened: Hand, tmp_path: Path
) -> None:
    behavior = {"type": "State event", "key": "f", "code": "Fly", "excluded": "Walk"}
    boris = tmp_path / "gulls.boris"
    boris.write_text(json.dumps({"behaviors_conf": {"0": behavior}}), encoding="utf-8")
    editor = edit(opened)
    editor.import_from(boris)
    assert "“Fly” excluded Walk" in editor.notes.toPlainText()
    assert editor.notes.isVisible()
    save(opened)
    assert book(opened).label == "gulls@1"
    opened.press(Key.Key_F)
    assert list(opened.window.tagger.open_spans) == ["fly"]


def test_what_is_imported_can_be_added_to_what_is_there(opened: Hand, tmp_path: Path) -> None:
    behavior = {"type": "Point event", "key": "s", "code": "Shot"}
    boris = tmp_path / "gulls.boris"
    boris.write_text(json.dumps({"behaviors_conf": {"0": behavior}}), encoding="utf-8")
    editor = edit(opened)
    editor.import_from(boris)
    assert [code.id for code in editor.draft.codes] == ["shot"]
    editor.keep_both.click()
    save(opened)
    assert book(opened).label == "use_of_force@2"
    assert len(book(opened).codes) == 10
    assert book(opened).code("shot_2").name == "Shot 2"


def test_a_file_that_is_no_codebook_changes_nothing(opened: Hand, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("id = 3", encoding="utf-8")
    editor = edit(opened)
    before = editor.draft
    editor.import_from(wrong)
    assert "wrong.toml" in shown(editor)
    assert editor.draft == before


def test_what_was_exported_is_imported_as_it_was(opened: Hand, tmp_path: Path) -> None:
    editor = edit(opened)
    opened.press(Key.Key_N, CTRL)
    opened.type("Radio call")
    editor.export_to(tmp_path / "mine.toml")
    assert "Wrote version 2" in shown(editor)
    answer(opened, QMessageBox.StandardButton.Discard)
    editor.buttons["cancel"].click()
    closed(opened)
    editor = edit(opened)
    editor.import_from(tmp_path / "mine.toml")
    save(opened)
    assert book(opened).label == "use_of_force@2"
    assert book(opened).find("radio_call") is not None


def test_the_second_of_two_windows_keeps_its_draft_and_is_told(opened: Hand) -> None:
    editor = edit(opened)
    opened.press(Key.Key_N, CTRL)
    opened.type("Radio call")
    bridge = opened.window.bridge
    assert bridge is not None
    with open_project(bridge.session.path, coder="Bob") as bob:
        new = replace(bob.project.codebook, name="Bob’s")
        bob.do(change_codebook(bob.project, new))
    editor.save()
    opened.wait(lambda: "Export… keeps what you have changed" in shown(editor))
    assert editor.draft.find("radio_call") is not None
    answer(opened, QMessageBox.StandardButton.Discard)
    editor.buttons["cancel"].click()
    closed(opened)
    opened.wait(lambda: book(opened).name == "Bob’s")


def test_a_codebook_that_cannot_be_saved_now_waits_as_any_edit_does(opened: Hand) -> None:
    bridge = opened.window.bridge
    assert bridge is not None
    edit(opened)
    opened.press(Key.Key_N, CTRL)
    opened.type("Radio call")
    editor = opened.window.findChild(CodebookEditor)
    assert editor is not None
    with closing(sqlite3.connect(bridge.session.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        editor.save()
        opened.wait(lambda: opened.window.findChild(CodebookEditor) is None)
        assert bridge.waits
        assert book(opened).label == "use_of_force@2", "shown as if it were saved"
        other.execute("ROLLBACK")
    opened.wait(lambda: not bridge.unfinished)
    assert bridge.session.project.incident.codebook == "use_of_force@2"


def test_what_a_code_stands_for_is_shown_while_tagging(opened: Hand) -> None:
    codes = opened.window.codes
    button = next(one for one in codes._buttons.values() if one.code.id == "utterance")
    assert "What one person says" in button.toolTip()
    assert "Put your gun down" in button.toolTip()
    assert "Use of force (version 1)" in shown(codes)
    opened.press(Key.Key_U)
    assert "Utterance: What one person says" in shown(codes)
    opened.press(Key.Key_U)
    assert "Use of force (version 1)" in shown(codes)


values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip)


@given(st.lists(values.filter(bool), unique=True).map(tuple))
def test_values_of_an_attribute_are_read_as_they_are_shown(allowed: tuple[str, ...]) -> None:
    assert values_in(values_text(allowed)) == allowed
