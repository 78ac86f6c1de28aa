"""Tagging by keys, text typed in place, undo and redo."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtWidgets import QApplication

from bodycam_annotator.app import open_project, relink
from bodycam_annotator.model.tag import Basis, Status
from bodycam_annotator.ui.tag_model import CODE, SPEAKER, STATUS, TEXT, TIME
from tests.faults import locked
from tests.ui.hand import CTRL, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]


def test_a_point_code_tags_the_frame_on_screen(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Right, times=5)
    hand.press(Key.Key_S)
    (tag,) = hand.tags()
    index = hand.window.player.index
    assert index is not None
    assert (tag.code, tag.start_frame, tag.end_frame) == ("shot", 5, 5)
    assert (tag.start_ns, tag.end_ns) == (index.time_of(5), index.time_of(5))
    assert tag.start_pts == index.pts_of(5)
    assert tag.confidence is None
    assert hand.window.tagger.selected == (tag.id,)


def test_an_interval_holds_the_first_and_the_last_frame_seen(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Right, times=4)
    hand.press(Key.Key_V)
    assert hand.tags() == []
    assert hand.window.tagger.open_spans["vehicle_departure"].start_frame == 4
    hand.press(Key.Key_Right, SHIFT)
    hand.press(Key.Key_V)
    (tag,) = hand.tags()
    index = hand.window.player.index
    assert index is not None
    assert (tag.start_frame, tag.end_frame) == (4, 14)
    assert (tag.start_ns, tag.end_ns) == (index.time_of(4), index.time_of(15))


def test_a_span_may_be_marked_walking_backward(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Right, SHIFT)
    hand.press(Key.Key_W)
    hand.press(Key.Key_Left, times=3)
    hand.press(Key.Key_O)
    (tag,) = hand.tags()
    assert (tag.code, tag.start_frame, tag.end_frame) == ("weapon_visible", 7, 10)


def test_spans_may_overlap_and_o_ends_the_newest(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_W)
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_O)
    hand.press(Key.Key_Right)
    hand.press(Key.Key_O)
    found = [(tag.code, tag.start_frame, tag.end_frame) for tag in hand.tags()]
    assert found == [("utterance", 0, 5), ("weapon_visible", 2, 4)]


def test_escape_drops_the_open_span(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_U)
    hand.press(Key.Key_Escape)
    assert hand.window.tagger.open_spans == {}
    assert hand.tags() == []


def test_an_open_span_is_not_lost_when_the_window_closes(hand: Hand, footage: FindFootage) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    hand.open(path)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right, times=2)
    hand.window.close()
    with open_project(path.with_suffix(".bodycam"), coder="x") as session:
        (tag,) = session.project.standing_tags
    assert (tag.start_frame, tag.end_frame) == (3, 5)
    assert "still open" in tag.note


def test_text_is_typed_in_place_and_its_letters_do_not_tag(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_U)
    hand.press(Key.Key_Return)
    assert QApplication.focusWidget() is hand.window.editor.text
    hand.type("Put your gun down, JKLIO [now] usvw 0+-")
    hand.press(Key.Key_Left)
    hand.press(Key.Key_Return)
    (tag,) = hand.tags()
    assert tag.text == "Put your gun down, JKLIO [now] usvw 0+-"
    assert hand.window.player.ordinal == 2
    assert not hand.window.editor.text.hasFocus()
    hand.press(Key.Key_S)
    assert [tag.code for tag in hand.tags()] == ["utterance", "shot"]


def test_escape_leaves_the_text_and_keeps_it(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Return)
    hand.type("first")
    hand.press(Key.Key_Escape)
    assert hand.tags()[0].text == "first"


def test_text_being_typed_is_kept_when_the_window_closes(hand: Hand, footage: FindFootage) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    hand.open(path)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Return)
    hand.type("half a senten")
    hand.window.close()
    with open_project(path.with_suffix(".bodycam"), coder="x") as session:
        assert [tag.text for tag in session.project.standing_tags] == ["half a senten"]


def test_i_and_o_move_the_edges_of_the_selected_tag(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Right, SHIFT)
    hand.press(Key.Key_V)
    hand.press(Key.Key_Right, times=5)
    hand.press(Key.Key_V)
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_O)
    hand.press(Key.Key_Home)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_I)
    (tag,) = hand.tags()
    assert (tag.start_frame, tag.end_frame) == (3, 17)
    hand.press(Key.Key_End)
    hand.press(Key.Key_I)
    assert hand.tags() == [tag]
    assert "must end after its start" in hand.window.messages.text.text()


def test_remove_undo_redo(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Delete)
    assert [tag.start_frame for tag in hand.tags()] == [0]
    hand.press(Key.Key_Z, CTRL)
    assert [tag.start_frame for tag in hand.tags()] == [0, 1]
    hand.press(Key.Key_Z, CTRL, times=2)
    assert hand.tags() == []
    hand.press(Key.Key_Z, CTRL | SHIFT, times=3)
    assert [tag.start_frame for tag in hand.tags()] == [0]
    hand.press(Key.Key_Y, CTRL)
    assert [tag.start_frame for tag in hand.tags()] == [0]


def test_tab_goes_from_tag_to_tag(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    for _ in range(3):
        hand.press(Key.Key_Right, times=4)
        hand.press(Key.Key_S)
    hand.press(Key.Key_Home)
    seen = []
    for _ in range(3):
        hand.press(Key.Key_Tab)
        seen.append(hand.window.player.ordinal)
    hand.press(Key.Key_Backtab, SHIFT)
    assert seen == [4, 8, 12]
    assert hand.window.player.ordinal == 8


def test_the_table_edits_sorts_filters_and_jumps(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    for code in (Key.Key_S, Key.Key_D, Key.Key_C):
        hand.press(Key.Key_Right, times=3)
        hand.press(code)
    table = hand.window.table
    model = table.view.model()
    assert model is not None
    assert model.setData(model.index(1, TEXT), "rear door")
    assert model.setData(model.index(1, SPEAKER), "Officer 2")
    assert model.setData(model.index(2, STATUS), "disputed")
    hand.settle()
    assert [tag.text for tag in hand.tags()] == ["", "rear door", ""]
    assert [tag.speaker for tag in hand.tags()] == ["", "Officer 2", ""]
    assert hand.tags()[2].status is Status.DISPUTED
    table.view.sortByColumn(CODE, table.view.horizontalHeader().sortIndicatorOrder())  # type: ignore[union-attr]
    assert [model.index(row, CODE).data() for row in range(3)] == [
        "Door opened",
        "Shot",
        "Vehicle collision",
    ]
    table.filter.setText("DOOR offic")
    assert model.rowCount() == 1
    table.view.setCurrentIndex(model.index(0, TIME))
    hand.settle()
    assert hand.window.player.ordinal == 6
    table.filter.setText("nothing like it")
    assert model.rowCount() == 0


def test_two_marks_on_one_frame_are_both_kept(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S, times=2)
    assert [tag.start_frame for tag in hand.tags()] == [0, 0]


def test_the_fields_of_the_editor_are_saved(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    editor = hand.window.editor
    editor.confidence.setCurrentText("probable")
    editor.confidence.textActivated.emit("probable")
    hand.settle()
    editor.basis.setCurrentText("both")
    editor.basis.textActivated.emit("both")
    hand.settle()
    (tag,) = hand.tags()
    assert (str(tag.confidence), str(tag.basis)) == ("probable", "both")


def test_a_tag_made_while_playing_is_on_the_frame_that_was_seen(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    player = hand.window.player
    player.set_speed(0.1)
    hand.window.actions_["play"].trigger()
    hand.wait(lambda: (player.ordinal or 0) >= 2)
    seen = player.ordinal
    hand.window.tagger.press("shot")
    hand.wait(hand.tags)
    player.pause()
    assert [tag.start_frame for tag in hand.tags()] == [seen]


def test_text_typed_before_the_tag_is_committed_goes_to_that_tag(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right)
    actions = hand.window.actions_
    hand.window.tagger.press("shot")
    actions["edit_text"].trigger()
    hand.type("second")
    hand.press(Key.Key_Return)
    hand.settle()
    assert [tag.text for tag in hand.tags()] == ["", "second"]


def test_several_fields_changed_at_once_are_all_kept(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    (tag,) = hand.tags()
    for field in ("text", "speaker", "target", "note"):
        hand.window.tagger.change(tag, what=field, **{field: f"its {field}"})
    hand.window.tagger.change_attribute(tag, "shooter", "Officer 1")
    hand.window.tagger.change_attribute(tag, "attributed", "yes")
    hand.settle()
    (tag,) = hand.tags()
    assert (tag.text, tag.speaker, tag.target, tag.note) == (
        "its text",
        "its speaker",
        "its target",
        "its note",
    )
    assert tag.attributes == {"shooter": "Officer 1", "attributed": "yes"}


def test_the_basis_is_the_codes_unless_the_footage_cannot_bear_it_out(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("silent_spans.mkv"))
    hand.wait(lambda: hand.window.sources.shape is not None)
    facts = hand.window.shown
    assert facts is not None
    audio = facts.facts.audio
    assert audio is not None
    assert audio.silent_spans
    silent = audio.silent_spans[0][0] + 1
    hand.window.player.go_to_time(silent)
    hand.press(Key.Key_S)
    (tag,) = hand.tags()
    assert tag.basis is None
    assert "no sound here" in hand.window.messages.text.text()
    hand.press(Key.Key_D)
    assert {tag.code: tag.basis for tag in hand.tags()}["door_opened"] is Basis.SEEN


def test_a_heard_code_is_heard_where_there_is_sound(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("sound_longer.mkv"))
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_S)
    assert [tag.basis for tag in hand.tags()] == [Basis.HEARD]


def test_what_is_typed_while_a_span_is_open_belongs_to_that_span(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right, times=4)
    hand.press(Key.Key_U)
    hand.press(Key.Key_Return)
    hand.type("Put your gun down")
    hand.press(Key.Key_Return)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_U)
    found = [(tag.code, tag.text, tag.start_frame, tag.end_frame) for tag in hand.tags()]
    assert found == [("shot", "", 0, 0), ("utterance", "Put your gun down", 4, 7)]


def test_leaving_a_camera_with_an_open_span_says_that_it_was_ended(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_W)
    hand.press(Key.Key_Right, times=2)
    hand.window.tagger.end_all()
    hand.wait(hand.tags)
    assert "still open" in hand.tags()[0].note
    assert "ended at frame 2" in hand.window.messages.text.text()


def test_finding_does_not_move_the_picture_and_keeps_selected_what_is_found(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_S)
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_D)
    selected = hand.window.tagger.selected
    hand.press(Key.Key_F, CTRL)
    hand.type("doo")
    hand.settle()
    assert hand.window.player.ordinal == 3
    assert hand.window.tagger.selected == selected
    hand.press(Key.Key_Escape)
    assert hand.window.table.filter.text() == ""
    hand.press(Key.Key_Right)
    assert hand.window.player.ordinal == 4
    assert hand.window.table.selected() == selected


def test_words_typed_at_once_after_a_span_go_into_it_however_slow_the_disk(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    window = hand.window
    hand.press(Key.Key_U)
    hand.press(Key.Key_Right)
    assert window.bridge is not None
    with locked(window.bridge.session.path):
        # Not settled between the keys: the edit is still on its way.
        window.tagger.press("utterance")
        window.actions_["edit_text"].trigger()
        hand.type("bdb")
        assert window.editor.text.text() == "bdb"
        window.editor.save()
    hand.wait(lambda: window.bridge is not None and not window.bridge.unfinished)
    assert [(tag.code, tag.text) for tag in hand.tags()] == [("utterance", "bdb")]


def test_text_in_a_cell_is_kept_when_the_window_closes(hand: Hand, footage: FindFootage) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    hand.open(path)
    hand.press(Key.Key_S)
    table = hand.window.table
    table.view.edit(table.view.model().index(0, TEXT))  # type: ignore[union-attr]
    hand.type("half a senten")
    hand.window.close()
    with open_project(path.with_suffix(".bodycam"), coder="x") as session:
        assert [tag.text for tag in session.project.standing_tags] == ["half a senten"]


def test_letters_typed_while_footage_is_read_anew_stay_text(
    hand: Hand, footage: FindFootage
) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    hand.open(path)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Return)
    hand.type("hands ")
    path.touch()
    window = hand.window
    assert window.bridge is not None
    bridge, footage_id = window.bridge, window.footage_meant.id  # type: ignore[union-attr]
    date = path.stat().st_mtime_ns
    with open_project(bridge.session.path, coder="Bob") as session:
        relink(session, session.project.footage[footage_id], path)
    hand.wait(lambda: bridge.project.footage[footage_id].modified_ns == date)
    hand.wait(lambda: window.player.ordinal is not None)
    hand.type("up")
    assert window.editor.text.text() == "hands up"
    assert len(hand.tags()) == 1
