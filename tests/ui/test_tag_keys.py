"""Reshaping tags, finding what is untagged and taking suggestions, by keys in the real window."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.model.tag import Basis, Status, Tag
from bodycam_annotator.ui.reaction_dialog import ReactionDialog
from tests.clicks import Track, noise, write
from tests.ui.hand import CTRL, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]
ALT = Qt.KeyboardModifier.AltModifier
LONG = "b_pyramid_long_gop.mp4"


def span(hand: Hand, first: int, last: int, *, key: Key = Key.Key_U) -> Tag:
    go(hand, first)
    hand.press(key)
    go(hand, last)
    hand.press(key)
    return next(tag for tag in hand.tags() if tag.id in hand.window.tagger.selected)


def go(hand: Hand, ordinal: int) -> None:
    hand.window.player.go_to(ordinal)
    hand.settle()


def frames(hand: Hand) -> list[tuple[str, int | None, int | None]]:
    return sorted((tag.code, tag.start_frame, tag.end_frame) for tag in hand.tags())


def entries(hand: Hand) -> int:
    assert hand.window.bridge is not None
    return hand.window.bridge.project.audit_entries


def test_a_span_is_split_at_the_picture_and_its_text_at_the_cursor(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    span(hand, 2, 9)
    go(hand, 5)
    hand.press(Key.Key_Return)
    hand.type("Get out Do not move")
    hand.window.editor.text.setCursorPosition(len("Get out"))
    before = entries(hand)
    hand.press(Key.Key_Return, CTRL)
    hand.wait(lambda: len(hand.tags()) == 2)
    assert frames(hand) == [("utterance", 2, 4), ("utterance", 5, 9)]
    assert [tag.text for tag in hand.tags()] == ["Get out", "Do not move"]
    assert entries(hand) == before + 1
    hand.window.picture.setFocus()
    hand.press(Key.Key_Z, CTRL)
    assert [tag.text for tag in hand.tags()] == [""]


def test_selected_spans_are_merged_into_one_and_undo_parts_them(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    one, two = span(hand, 2, 4), span(hand, 8, 9)
    hand.window.tagger.select((two.id, one.id))
    before = entries(hand)
    hand.press(Key.Key_M, ALT)
    assert frames(hand) == [("utterance", 2, 9)]
    assert hand.window.tagger.selected == (one.id,)
    assert entries(hand) == before + 1
    hand.press(Key.Key_Z, CTRL)
    assert frames(hand) == [("utterance", 2, 4), ("utterance", 8, 9)]


def test_what_cannot_be_merged_is_said(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    one, two = span(hand, 2, 4), span(hand, 8, 9, key=Key.Key_V)
    hand.window.tagger.select((two.id, one.id))
    hand.press(Key.Key_M, ALT)
    assert "differ in code" in hand.window.messages.text.text()
    assert len(hand.tags()) == 2


def test_a_span_is_extended_to_the_picture(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    span(hand, 4, 6)
    go(hand, 9)
    hand.press(Key.Key_E, ALT)
    assert frames(hand) == [("utterance", 4, 9)]
    go(hand, 1)
    hand.press(Key.Key_E, ALT)
    assert frames(hand) == [("utterance", 1, 9)]
    go(hand, 5)
    hand.press(Key.Key_E, ALT)
    assert "inside the span" in hand.window.messages.text.text()


def test_the_last_tag_is_made_again_with_who_and_how(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_R, ALT)
    assert "no tag to repeat" in hand.window.messages.text.text()
    hand.press(Key.Key_S)
    tag = hand.tags()[0]
    hand.window.tagger.change_attribute(tag, "shooter", "Officer 2")
    hand.window.tagger.change(tag, what="text", text="first")
    hand.settle()
    go(hand, 7)
    hand.press(Key.Key_S)
    hand.window.tagger.change(hand.tags()[1], what="speaker", speaker="Ann")
    hand.settle()
    go(hand, 9)
    hand.press(Key.Key_R, ALT)
    assert frames(hand) == [("shot", 0, 0), ("shot", 7, 7), ("shot", 9, 9)]
    assert [tag.text for tag in hand.tags()] == ["first", "", ""]


def test_several_tags_get_a_field_at_once_and_lose_it_at_once(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    ids = []
    for ordinal in (1, 4, 7):
        go(hand, ordinal)
        hand.press(Key.Key_S)
        ids.append(hand.window.tagger.selected[0])
    hand.window.tagger.select(tuple(ids[:2]))
    many = hand.window.editor.many
    assert many.isVisible()
    before = entries(hand)
    many.status.setCurrentText("checked")
    many.status.textActivated.emit("checked")
    hand.settle()
    assert [tag.status for tag in hand.tags()] == [Status.CHECKED, Status.CHECKED, Status.DRAFT]
    many.speaker.setFocus()
    hand.type("Officer 1")
    hand.press(Key.Key_Return)
    assert [tag.speaker for tag in hand.tags()] == ["Officer 1", "Officer 1", ""]
    assert entries(hand) == before + 2
    hand.press(Key.Key_Z, CTRL)
    hand.press(Key.Key_Z, CTRL)
    assert [(tag.speaker, tag.status) for tag in hand.tags()] == [("", Status.DRAFT)] * 3
    hand.window.tagger.select((ids[0],))
    assert not many.isVisible()


def test_marks_for_what_cannot_be_made_out_are_typed_by_keys(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_S)
    hand.press(Key.Key_U, CTRL)
    assert "Begin to type" in hand.window.messages.text.text()
    hand.press(Key.Key_Return)
    hand.type("put the")
    hand.press(Key.Key_U, CTRL)
    hand.type(" gun")
    text = hand.window.editor.text
    text.setSelection(len(text.text()) - 3, 3)
    hand.press(Key.Key_U, CTRL | SHIFT)
    hand.type("gum")
    hand.press(Key.Key_Return)
    assert hand.tags()[0].text == "put the [inaudible] [gun / gum]"


def test_stretches_without_sound_are_suggested_one_by_one_and_confirmed(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("silent_spans.mkv"))
    window = hand.window
    hand.wait(lambda: window.sources.shape is not None)
    assert window.shown is not None
    silent = list(window.shown.facts.unheard)
    hand.press(Key.Key_Q, ALT)
    assert "A suggestion, not a tag yet" in window.messages.text.text()
    assert hand.tags() == []
    for _ in silent:
        hand.press(Key.Key_S, ALT)
        hand.press(Key.Key_Q, ALT)
    found = [(tag.code, tag.start_ns, tag.end_ns) for tag in hand.tags()]
    assert found == [("not_assessable", start, end) for start, end in silent]
    assert "No stretch without sound is left" in window.messages.text.text()
    hand.press(Key.Key_S, ALT)
    assert len(hand.tags()) == len(silent)


def test_a_mark_made_while_playing_is_offered_the_sound_near_it(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("clicks.mkv"))
    window = hand.window
    hand.wait(lambda: window.sources.shape is not None)
    index, shape = window.player.index, window.sources.shape
    assert index is not None
    assert shape is not None
    onset = int(shape.onsets.times_ns[1])
    go(hand, index.nearest(onset) + 1)
    # As while playing: the key means the frame that is on screen then.
    window.player.play()
    window.tagger.press("shot")
    window.player.pause()
    hand.wait(lambda: hand.tags())
    [made] = hand.tags()
    assert made.start_ns != onset
    assert "A sound begins at" in window.messages.text.text()
    before = entries(hand)
    hand.press(Key.Key_S, ALT)
    [moved] = hand.tags()
    assert (moved.id, moved.start_ns, moved.end_ns) == (made.id, onset, onset)
    assert moved.basis is Basis.HEARD
    assert entries(hand) == before + 1
    hand.press(Key.Key_Z, CTRL)
    assert hand.tags()[0].start_ns == made.start_ns


def clicks(hand: Hand, footage: FindFootage) -> list[int]:
    """Opens footage with clicks; when they are heard."""
    hand.open(footage("clicks.mkv"))
    hand.wait(lambda: hand.window.sources.shape is not None)
    assert hand.window.sources.shape is not None
    return [int(one) for one in hand.window.sources.shape.onsets.times_ns]


def test_a_mark_made_while_stopped_goes_to_the_sound_near_it_when_asked_twice(
    hand: Hand, footage: FindFootage
) -> None:
    onset = clicks(hand, footage)[1]
    window, index = hand.window, hand.window.player.index
    assert index is not None
    go(hand, index.nearest(onset) + 1)
    hand.press(Key.Key_S)
    [made] = hand.tags()
    assert "A sound begins at" not in window.messages.text.text()
    hand.press(Key.Key_S, ALT | SHIFT)
    assert "the tag’s mark. A suggestion: nothing is moved yet" in window.messages.text.text()
    assert hand.tags() == [made]
    before = entries(hand)
    hand.press(Key.Key_S, ALT)
    [moved] = hand.tags()
    assert (moved.id, moved.start_ns, moved.end_ns) == (made.id, onset, onset)
    assert entries(hand) == before + 1
    hand.press(Key.Key_S, ALT | SHIFT)
    assert "is where a sound begins" in window.messages.text.text()
    hand.press(Key.Key_S, ALT)
    assert entries(hand) == before + 1
    hand.press(Key.Key_Z, CTRL)
    assert hand.tags()[0].start_ns == made.start_ns


@pytest.mark.parametrize("ends", [False, True])
def test_the_edge_nearer_to_the_picture_is_offered_the_sound_near_it(
    hand: Hand, footage: FindFootage, ends: bool
) -> None:
    first_ns, last_ns = clicks(hand, footage)[-2:]
    index = hand.window.player.index
    assert index is not None
    first, last = index.nearest(first_ns) - 1, index.nearest(last_ns) + 1
    made = span(hand, first, last)
    go(hand, last if ends else first)
    hand.press(Key.Key_S, ALT | SHIFT)
    assert f"the tag’s {'end' if ends else 'start'}." in hand.window.messages.text.text()
    hand.press(Key.Key_S, ALT)
    [moved] = hand.tags()
    assert hand.window.sources.shape is not None
    over_ns = min(hand.window.sources.shape.sounding, key=lambda one: abs(one[1] - made.end_ns))[1]
    assert (moved.start_ns, moved.end_ns) == (
        (made.start_ns, over_ns) if ends else (first_ns, made.end_ns)
    )


def test_no_sound_is_suggested_where_there_is_none_to_suggest(
    hand: Hand, footage: FindFootage
) -> None:
    onsets = clicks(hand, footage)
    index, said = hand.window.player.index, hand.window.messages.text
    assert index is not None
    far = next(
        at
        for at, time in enumerate(index.times.tolist())
        if all(abs(one - time) > 300_000_000 for one in onsets)
    )
    go(hand, far)
    hand.press(Key.Key_S)
    hand.press(Key.Key_S, ALT | SHIFT)
    assert "No sound stands out as beginning within 250 ms" in said.text()
    go(hand, index.nearest(onsets[1]))
    hand.press(Key.Key_D)
    hand.press(Key.Key_S, ALT | SHIFT)
    assert "basis is “seen”, so its edges stay on frames" in said.text()
    hand.press(Key.Key_U)
    hand.press(Key.Key_S, ALT | SHIFT)
    assert "End the open span first" in said.text()
    before = hand.tags()
    hand.press(Key.Key_S, ALT)
    assert hand.tags() == before


def test_a_spans_end_is_offered_where_sound_ends(hand: Hand, tmp_path: Path) -> None:
    wave = noise(5 * 48_000)
    voice = np.random.default_rng(3).normal(0, 0.1, 48_000)
    wave[0, 48_000:96_000] += voice.astype(np.float32)
    clip = tmp_path / "voice.mkv"
    hand.open(write(clip, Track(wave=wave), with_video=True))
    hand.wait(lambda: hand.window.sources.shape is not None)
    shape, index = hand.window.sources.shape, hand.window.player.index
    assert shape is not None
    assert index is not None
    [(_, ends_ns)] = shape.sounding
    assert abs(ends_ns - 2_000_000_000) < 150_000_000
    span(hand, 25, len(index) - 4)
    hand.window.keys.give("take_suggestion", ("F13",))
    hand.press(Key.Key_S, ALT | SHIFT)
    assert "Sound sinks into the noise about" in hand.window.messages.text.text()
    assert "(F13)" in hand.window.messages.text.text()
    hand.press(Key.Key_F13)
    [moved] = hand.tags()
    assert moved.end_ns == ends_ns
    hand.press(Key.Key_S, ALT | SHIFT)
    assert "is where a sound ends" in hand.window.messages.text.text()


def test_a_suggestion_for_an_edge_that_has_been_moved_since_moves_nothing(
    hand: Hand, footage: FindFootage
) -> None:
    first_ns, last_ns = clicks(hand, footage)[-2:]
    index = hand.window.player.index
    assert index is not None
    span(hand, index.nearest(first_ns), index.nearest(last_ns) + 1)
    hand.press(Key.Key_S, ALT | SHIFT)
    go(hand, index.nearest(last_ns) + 3)
    hand.press(Key.Key_O)
    before = hand.tags()
    hand.press(Key.Key_S, ALT)
    assert hand.tags() == before
    assert "nothing was done" in hand.window.messages.text.text()


def test_the_next_sound_without_a_heard_tag_is_gone_to(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("clicks.mkv"))
    window = hand.window
    hand.wait(lambda: window.sources.shape is not None)
    assert window.sources.shape is not None
    index = window.player.index
    assert index is not None
    sounding = [one for one in window.sources.shape.sounding if one[0] > index.end_of(0)]
    for start, _ in sounding:
        hand.press(Key.Key_N, ALT)
        assert window.player.ordinal == index.nearest(start)
    hand.press(Key.Key_N, ALT)
    assert "no further sound without a tag" in window.messages.text.text()


def answer_reaction(typed: str, *keys: Key) -> list[str]:
    """Types into the dialog once it is there; what it shows after each key but the last."""
    shown: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ReactionDialog)
        QTest.keyClicks(dialog.field, typed)  # type: ignore[call-arg, arg-type]
        for key in keys:
            shown.append(dialog.field.text())
            QTest.keyClick(dialog.field, key)  # type: ignore[call-overload]

    QTimer.singleShot(0, answer)
    return shown


def ask_reaction(hand: Hand) -> None:
    hand.press(Key.Key_T, ALT)
    # Nobody but a window manager would give it back.
    hand.window.activateWindow()
    hand.wait(hand.window.isActiveWindow)


def test_the_reaction_time_is_asked_for_in_milliseconds(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    window = hand.window
    keys = (Key.Key_Up, Key.Key_Down, Key.Key_PageUp, Key.Key_Return)
    shown = answer_reaction("150", *keys)
    ask_reaction(hand)
    assert shown == ["150 ms", "160 ms", "150 ms", "250 ms"]
    assert window.tagger.reaction_ms == window.settings.reaction_ms() == 250
    shown = answer_reaction("9", Key.Key_Escape)
    ask_reaction(hand)
    assert shown == ["9 ms"]
    assert window.tagger.reaction_ms == 250


def test_keys_pressed_while_playing_mean_what_was_on_screen_before(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    answer_reaction("190", Key.Key_Up, Key.Key_Return)
    ask_reaction(hand)
    assert window.transport.reaction.text() == "tags \N{MINUS SIGN}200 ms"
    assert "200 ms earlier" in window.transport.reaction.toolTip()
    assert window.settings.reaction_ms() == 200
    go(hand, 20)
    hand.press(Key.Key_S)
    window.player.play()
    window.tagger.press("door_opened")
    window.player.pause()
    hand.wait(lambda: len(hand.tags()) == 2)
    index = window.player.index
    assert index is not None
    stopped, playing = (
        next(tag for tag in hand.tags() if tag.code == code) for code in ("shot", "door_opened")
    )
    assert stopped.start_frame == 20
    assert playing.start_frame == index.nearest(index.time_of(20) - 200_000_000)
    assert window.bridge is not None
    speeds = [entry.speed for entry in window.bridge.session.history()[-2:]]
    assert speeds == ["0x", "1x, marked 200 ms earlier"]
