"""Edits of tags that meet: quick ones, pending ones, another session's. Nothing typed is lost."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import av
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.app import open_project
from bodycam_annotator.model.edits import add_tags, change_tag, withdraw_tags
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Tag, new_id
from bodycam_annotator.ui.tag_model import TEXT
from tests.media_factory import Clip, add_video, encode, mux, steady
from tests.sounds import AnyPacket, Sound, add_sound
from tests.ui.hand import CTRL, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
LONG = "b_pyramid_long_gop.mp4"
MS = 1_000_000


@pytest.fixture
def opened(hand: Hand, footage: FindFootage) -> Hand:
    hand.open(footage(LONG))
    return hand


def go(hand: Hand, ordinal: int) -> None:
    hand.window.player.go_to(ordinal)
    hand.settle()


def span(hand: Hand, first: int, last: int, *, key: Key = Key.Key_U) -> Tag:
    hand.window.picture.setFocus()
    for ordinal in (first, last):
        go(hand, ordinal)
        hand.press(key)
    return next(tag for tag in hand.tags() if tag.id in hand.window.tagger.selected)


def key_now(key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Pressed, and not waited for what it does."""
    QTest.keyClick(QApplication.focusWidget(), key, modifier)  # type: ignore[call-overload]


def arrive(hand: Hand, ordinal: int) -> None:
    """Waits for the frame alone."""
    there: list[bool] = []
    hand.window.player.go_to(ordinal)
    hand.window.player.when_settled(lambda: there.append(True))
    hand.wait(lambda: there)


def frames(hand: Hand) -> list[tuple[int | None, int | None]]:
    return [(tag.start_frame, tag.end_frame) for tag in hand.tags()]


@contextmanager
def busy(hand: Hand) -> Iterator[None]:
    """Another program has the project file for itself."""
    assert hand.window.bridge is not None
    path = hand.window.bridge.session.path
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def as_bob(hand: Hand, make: Callable[[Project], object], *, seen: bool = True) -> None:
    """Another session edits the project; `seen` waits until the window knows."""
    window = hand.window
    assert window.bridge is not None
    with open_project(window.bridge.session.path, coder="Bob") as bob:
        bob.do(make(bob.project))  # type: ignore[arg-type]
        entries = bob.project.audit_entries
    if seen:
        window.bridge.look()
        hand.wait(lambda: window.bridge and window.bridge.project.audit_entries == entries)


def standing(hand: Hand) -> str:
    return " ".join(hand.window.messages.standing)


def test_a_second_edge_leaves_the_first_where_it_was_put(opened: Hand) -> None:
    span(opened, 10, 20)
    with busy(opened):
        arrive(opened, 5)
        key_now(Key.Key_I)
        arrive(opened, 30)
        key_now(Key.Key_O)
        assert opened.window.bridge is not None
        assert opened.window.bridge.unfinished == 2
    opened.settle()
    assert frames(opened) == [(5, 30)]
    editor = opened.window.editor
    for line, typed in ((editor.start, "2"), (editor.end, "40")):
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, typed)  # type: ignore[call-arg, arg-type]
        QTest.keyClick(line, Key.Key_Tab)  # type: ignore[call-overload]
    opened.settle()
    assert frames(opened) == [(2, 40)]


def test_edges_may_both_go_beyond_where_the_other_was(opened: Hand) -> None:
    span(opened, 10, 20)
    with busy(opened):
        arrive(opened, 40)
        key_now(Key.Key_O)
        arrive(opened, 30)
        key_now(Key.Key_I)
    opened.settle()
    assert frames(opened) == [(30, 40)]


def test_a_key_that_waits_for_its_frame_means_the_tag_it_was_pressed_for(opened: Hand) -> None:
    one, other = span(opened, 20, 60), span(opened, 30, 80)
    tagger, editor = opened.window.tagger, opened.window.editor
    tagger.select((one.id,))
    opened.window.player.go_to(5)
    key_now(Key.Key_I)
    tagger.select((other.id,))
    opened.settle()
    assert frames(opened) == [(5, 60), (30, 80)]
    tagger.select((one.id,))
    opened.press(Key.Key_Return)
    opened.type("Get out Do not move")
    editor.text.setCursorPosition(len("Get out"))
    opened.window.player.go_to(50)
    key_now(Key.Key_Return, CTRL)
    tagger.select((other.id,))
    opened.settle()
    assert frames(opened) == [(5, 49), (30, 80), (50, 60)]
    assert [tag.text for tag in opened.tags()] == ["Get out", "", "Do not move"]


def test_words_stay_in_their_field_when_the_split_is_refused(opened: Hand) -> None:
    tag = span(opened, 2, 9)
    text = opened.window.editor.text
    go(opened, 20)
    opened.press(Key.Key_Return)
    opened.type("Get out now")
    opened.press(Key.Key_Return, CTRL)
    assert "inside the span" in standing(opened)
    assert text.text() == "Get out now"
    go(opened, 8)
    end = opened.window.player.index
    assert end is not None
    cut = {"end_ns": end.end_of(4), "end_frame": 4, "end_pts": end.pts_of(4)}
    as_bob(opened, lambda p: change_tag(p.tags[tag.id], label="Cut", **cut), seen=False)
    opened.press(Key.Key_Return, CTRL)
    assert text.text() == "Get out now"
    assert opened.window.bridge is not None
    opened.window.bridge.look()
    opened.wait(lambda: frames(opened) == [(2, 4)])
    opened.window.picture.setFocus()
    opened.settle()
    assert [one.text for one in opened.tags()] == ["Get out now"]


def test_typing_into_an_open_span_leaves_it_the_older(opened: Hand) -> None:
    opened.press(Key.Key_U)
    older = opened.window.tagger.open_spans["utterance"]
    go(opened, 4)
    opened.press(Key.Key_V)
    opened.window.tagger.select((older.id,))
    opened.press(Key.Key_Return)
    opened.type("Stop")
    opened.press(Key.Key_Return)
    go(opened, 9)
    opened.press(Key.Key_O)
    assert [tag.code for tag in opened.tags()] == ["vehicle_departure"]
    assert opened.window.tagger.open_spans["utterance"].text == "Stop"


@pytest.mark.parametrize("where", ["editor", "transcript", "table"])
def test_words_typed_into_a_tag_that_is_removed_meanwhile_are_kept(
    opened: Hand, where: str
) -> None:
    window = opened.window
    tag = span(opened, 2, 9)
    if where == "editor":
        opened.press(Key.Key_Return)
    elif where == "table":
        window.desk.bring(window.table)
        cell = window.table.view.currentIndex().siblingAtColumn(TEXT)
        window.table.view.setCurrentIndex(cell)
        window.table.view.edit(cell)
    else:
        window.desk.bring(window.transcript)
        opened.wait(window.transcript.isVisible)
        window.transcript.begin()
        opened.press(Key.Key_Return)
    opened.type("Hands behind your back")
    as_bob(opened, lambda p: withdraw_tags((p.tags[tag.id],), label="Remove utterance"))
    opened.wait(lambda: "“Hands behind your back”" in standing(opened))
    assert "kept aside" in standing(opened)
    copy = window.messages.offer("Copy text")
    assert copy is not None
    copy.click()
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == "Hands behind your back"
    path = window.bridge.session.path if window.bridge is not None else None
    assert path is not None
    window.close_project(patient=True)
    opened.open(path)
    opened.wait(lambda: "“Hands behind your back”" in standing(opened))


def test_words_for_an_attribute_that_the_code_lacks_by_now_are_refused_and_kept(
    opened: Hand,
) -> None:
    opened.press(Key.Key_S)
    [tag] = opened.tags()
    tagger = opened.window.tagger
    recoded = {"code": "door_opened"}
    with busy(opened):
        # Both are on their way; the second builds on the first.
        tagger.change(tag, what="code", **recoded)
        tagger.change_attribute(tag, "shooter", "Officer 2")
    opened.settle()
    assert opened.tags()[0].attributes == {}
    assert "no attribute 'shooter'" in standing(opened)
    assert "shooter “Officer 2”" in standing(opened)


def test_delete_leaves_open_spans_and_says_so(opened: Hand) -> None:
    tag = span(opened, 2, 4)
    opened.press(Key.Key_V)
    tagger = opened.window.tagger
    begun = tagger.open_spans["vehicle_departure"]
    tagger.select((tag.id, begun.id))
    opened.press(Key.Key_Delete)
    assert opened.tags() == []
    assert tagger.open_spans == {"vehicle_departure": begun}
    assert "Not removed: the span of Vehicle departure is still open" in standing(opened)


def test_a_span_that_is_dropped_can_be_put_back_with_its_words(opened: Hand) -> None:
    opened.press(Key.Key_U)
    opened.press(Key.Key_Return)
    opened.type("He says stop")
    opened.press(Key.Key_Return)
    opened.press(Key.Key_Escape)
    assert "Dropped: the span of Utterance" in standing(opened)
    assert "He says stop" in standing(opened)
    put_back = opened.window.messages.offer("Put it back")
    assert put_back is not None
    put_back.click()
    assert opened.window.tagger.open_spans["utterance"].text == "He says stop"


def test_what_is_chosen_for_several_goes_into_an_open_span_too(opened: Hand) -> None:
    one, other, third = (span(opened, at, at + 2) for at in (2, 8, 14))
    opened.press(Key.Key_V)
    tagger, many = opened.window.tagger, opened.window.editor.many
    begun = tagger.open_spans["vehicle_departure"]
    tagger.select((one.id, begun.id))
    many.speaker.setFocus()
    opened.type("Officer 1")
    # Who selects others meanwhile has typed it for those that were selected.
    tagger.select((other.id, third.id))
    opened.settle()
    assert [tag.speaker for tag in opened.tags()] == ["Officer 1", "", ""]
    assert tagger.open_spans["vehicle_departure"].speaker == "Officer 1"


def test_typing_back_what_was_there_is_an_edit_where_another_changed_it(opened: Hand) -> None:
    tag = span(opened, 2, 9)
    opened.press(Key.Key_Return)
    opened.type("A")
    opened.press(Key.Key_Return)
    opened.press(Key.Key_Return)
    opened.type("Ax")
    as_bob(opened, lambda p: change_tag(p.tags[tag.id], label="Change text", text="B"))
    # What the window has not seen yet is refused instead, in words.
    opened.wait(lambda: [one.text for one in opened.tags()] == ["B"])
    key_now(Key.Key_Backspace)
    opened.press(Key.Key_Return)
    assert [one.text for one in opened.tags()] == ["A"]
    assert "the text was changed to “B”" in standing(opened)


def test_removing_several_says_how_many_and_undo_leaves_the_picture(opened: Hand) -> None:
    ids = [span(opened, at, at + 2).id for at in (2, 8, 14)]
    go(opened, 30)
    opened.window.tagger.select(tuple(ids))
    opened.press(Key.Key_Delete)
    assert "Removed 3 tags. Ctrl+Z puts them back." in standing(opened)
    opened.press(Key.Key_Z, CTRL)
    assert len(opened.tags()) == 3
    assert opened.window.player.ordinal == 30
    opened.window.tagger.select((ids[1],))
    opened.press(Key.Key_Delete)
    assert "Removed" not in standing(opened)
    opened.press(Key.Key_Z, CTRL)
    opened.settle()
    assert opened.window.player.ordinal == 8


def test_undo_of_many_does_not_compare_each_with_each(opened: Hand) -> None:
    tag = span(opened, 2, 9)
    many = tuple(replace(tag, id=new_id(), note=str(at)) for at in range(200))
    ids = {one.id for one in many}
    window = opened.window
    assert window.bridge is not None
    window.bridge.do(lambda _: add_tags(many, label="Tag many"))
    opened.settle()
    window.tagger.select(tuple(ids))
    assert set(window.table.selected()) == ids
    window.tagger.remove()
    opened.settle()
    assert opened.tags() == [tag]
    compared: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == "__eq__":
            compared.append(event)

    sys.setprofile(note)
    try:
        window.bridge.undo()
        opened.settle()
    finally:
        sys.setprofile(None)
    assert set(window.tagger.selected) == ids
    assert len(compared) < 10 * len(many)


def playing(hand: Hand, do: Callable[[], object]) -> None:
    """As while playing: the key means the frame that is on screen then."""
    hand.window.player.play()
    do()
    hand.window.player.pause()
    hand.settle()


def test_keys_pressed_while_playing_bound_what_they_mean_by_the_reaction_time(
    opened: Hand,
) -> None:
    tagger, index = opened.window.tagger, opened.window.player.index
    assert index is not None
    whole = span(opened, 2, 60)
    tagger.reaction_ms = 200
    go(opened, 30)
    meant = index.nearest(index.time_of(30) - 200 * MS)
    playing(opened, tagger.split)
    assert frames(opened) == [(2, meant - 1), (meant, 60)]
    assert whole.uncertainty_ns == 40 * MS
    assert [tag.uncertainty_ns for tag in opened.tags()] == [240 * MS] * 2
    go(opened, 70)
    playing(opened, lambda: tagger.press("shot"))
    go(opened, 80)
    opened.press(Key.Key_S)
    early, stopped = [tag for tag in opened.tags() if tag.code == "shot"]
    assert (early.uncertainty_ns, stopped.uncertainty_ns) == (240 * MS, 40 * MS)
    go(opened, 90)
    playing(opened, lambda: tagger.press("utterance"))
    go(opened, 100)
    opened.press(Key.Key_U)
    assert opened.tags()[-1].uncertainty_ns == 240 * MS


def test_a_mark_that_is_put_to_a_sound_is_as_exact_as_the_sound(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("clicks.mkv"))
    window = hand.window
    hand.wait(lambda: window.sources.shape is not None)
    assert window.sources.shape is not None
    assert window.player.index is not None
    onset = int(window.sources.shape.onsets.times_ns[1])
    go(hand, window.player.index.nearest(onset) + 1)
    hand.press(Key.Key_S)
    hand.press(Key.Key_S, ALT | SHIFT)
    hand.press(Key.Key_S, ALT)
    [moved] = hand.tags()
    assert (moved.start_ns, moved.uncertainty_ns) == (onset, 20_834)


def test_no_sound_is_suggested_for_what_is_seen(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("clicks.mkv"))
    window = hand.window
    hand.wait(lambda: window.sources.shape is not None)
    assert window.sources.shape is not None
    assert window.player.index is not None
    go(hand, window.player.index.nearest(int(window.sources.shape.onsets.times_ns[1])) + 1)
    playing(hand, lambda: window.tagger.press("door_opened"))
    assert [tag.basis for tag in hand.tags()] == [Basis.SEEN]
    assert "A sound begins" not in standing(hand)


def two_tracks(path: Path) -> Path:
    """The first is digital silence, the second a tone."""
    clip = replace(Clip(), pts=steady(50))
    with av.open(str(path), "w") as output:
        packets: list[AnyPacket] = list(encode(clip, add_video(output, clip)))
        packets += add_sound(output, Sound(silences=((0, 96_000),)))
        packets += add_sound(output, Sound())
        mux(output, packets)
    return path


def test_a_silence_is_of_the_track_that_is_listened_to(hand: Hand, tmp_path: Path) -> None:
    hand.open(two_tracks(tmp_path / "two.mkv"))
    window = hand.window
    hand.wait(lambda: window.sources.shape is not None)
    hand.press(Key.Key_Q, ALT)
    assert "Digital silence, or no sound at all, in sound stream 1." in standing(hand)
    window.listening.choose_track(2)
    hand.wait(lambda: window.shown and window.shown.facts.audio.stream == 2)  # type: ignore[union-attr]
    assert "Digital silence" not in standing(hand)
    hand.press(Key.Key_S, ALT)
    assert hand.tags() == []
    window.listening.choose_track(1)
    hand.wait(lambda: window.shown and window.shown.facts.audio.stream == 1)  # type: ignore[union-attr]
    hand.press(Key.Key_Q, ALT)
    hand.press(Key.Key_S, ALT)
    assert [tag.note for tag in hand.tags()] == [
        "Digital silence, or no sound at all, in sound stream 1."
    ]


def test_words_typed_into_a_cell_outlive_many_new_tags_of_another(opened: Hand) -> None:
    tag = span(opened, 2, 9)
    table = opened.window.table
    opened.window.desk.bring(table)
    cell = table.view.currentIndex().siblingAtColumn(TEXT)
    table.view.setCurrentIndex(cell)
    table.view.edit(cell)
    opened.type("Hands behind your back")
    many = tuple(replace(tag, id=new_id(), text=str(at)) for at in range(200))
    as_bob(opened, lambda _: add_tags(many, label="Tag many"), seen=False)
    assert opened.window.bridge is not None
    opened.window.bridge.look()
    opened.wait(lambda: len(opened.tags()) == 201)
    opened.settle()
    opened.window.picture.setFocus()
    opened.settle()
    assert next(one for one in opened.tags() if one.id == tag.id).text == "Hands behind your back"
