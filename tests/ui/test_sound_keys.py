"""Sound under the hand, worked by keys in the real window; no device is needed for any of it."""

from pathlib import Path

import pytest
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.action_list import ACTIONS
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.player import SPEEDS
from tests.media_factory import Clip, make, steady
from tests.sounds import Sound
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key
from tests.ui.test_playing import Watch

FRAMES = 75
"""Three seconds at 25 frames a second: half a second is 12 or 13 frames."""


@pytest.fixture
def opened(hand: Hand, tmp_path: Path) -> Hand:
    """Three seconds with sound, shown at frame 70."""
    folder = tmp_path / "footage"
    folder.mkdir()
    clip = Clip(pts=steady(FRAMES), sound=Sound(samples=48_000 * 3))
    hand.open(make(clip, folder / "clip.mkv").path)
    hand.window.player.go_to(70)
    hand.settle()
    return hand


def tagged(hand: Hand, first: int, last: int) -> Tag:
    """An utterance from one frame to another, selected, the picture back at frame 70."""
    hand.window.player.go_to(first)
    hand.settle()
    hand.type("u")
    hand.window.player.go_to(last)
    hand.settle()
    hand.type("u")
    hand.settle()
    hand.window.player.go_to(70)
    hand.settle()
    tag = hand.tags()[0]
    assert hand.window.tagger.selected == (tag.id,)
    return tag


def key(hand: Hand, which: Key, modifier: object = NONE) -> Watch:
    """Presses it without waiting for pictures; what is shown from then on."""
    watch = Watch(hand.window)
    QTest.keyClick(QApplication.focusWidget() or hand.window, which, modifier)  # type: ignore[call-overload]
    return watch


def stopped(hand: Hand) -> bool:
    return hand.window.player.direction == 0


def back(hand: Hand, ordinal: int) -> None:
    hand.wait(lambda: stopped(hand))
    hand.settle()
    assert hand.window.player.ordinal == ordinal


def test_the_selected_tag_is_played_and_the_place_comes_back(opened: Hand) -> None:
    tagged(opened, 20, 39)
    watch = key(opened, Key.Key_Space, SHIFT)
    assert opened.window.player.direction == 1
    back(opened, 70)
    assert set(watch.ordinals) <= {*range(20, 40), 70}
    assert max(set(watch.ordinals) - {70}) >= 37
    assert watch.wrong == []


@pytest.mark.parametrize(
    ("which", "first", "last"),
    [(Key.Key_F5, 7, 19), (Key.Key_F6, 20, 32), (Key.Key_F7, 37, 49), (Key.Key_F8, 50, 62)],
)
def test_half_a_second_at_either_edge(opened: Hand, which: Key, first: int, last: int) -> None:
    tagged(opened, 20, 49)
    watch = key(opened, which)
    back(opened, 70)
    # A frame seen before may be shown while the first one is still being decoded.
    assert set(watch.ordinals) <= {*range(first, last + 1), 20, 49, 70}
    played = set(watch.ordinals) - {20, 49, 70} | {watch.ordinals[-2]}
    # On a busy machine frames may be passed over.
    assert last - 2 <= max(played) <= last


def test_a_mark_is_played_with_half_a_second_around_it(opened: Hand) -> None:
    opened.window.player.go_to(40)
    opened.settle()
    opened.type("s")
    opened.settle()
    watch = key(opened, Key.Key_F12)
    back(opened, 40)
    assert set(watch.ordinals) <= set(range(27, 53))
    assert max(watch.ordinals) >= 50


@pytest.mark.parametrize(("begun", "here"), [(20, 39), (39, 20), (30, 30)])
def test_an_open_span_is_played_from_its_start_to_the_frame_on_screen(
    opened: Hand, begun: int, here: int
) -> None:
    """As it would be if it was ended here, also where one has walked backward."""
    window = opened.window
    window.player.go_to(begun)
    opened.settle()
    opened.type("u")
    window.player.go_to(here)
    opened.settle()
    index = window.player.index
    assert index is not None
    first, last = sorted((begun, here))
    whole = index.time_of(first), index.end_of(last)
    assert window.sound_keys.selection == whole
    watch = key(opened, Key.Key_Space, SHIFT)
    assert opened.window.player.direction == 1
    # Asked for again while it plays, it is no shorter.
    assert window.sound_keys.selection == whole
    back(opened, here)
    assert set(watch.ordinals) <= set(range(first, last + 1))
    assert max(watch.ordinals, default=last) >= last - 2
    assert window.tagger.open_spans


def test_a_selected_tag_is_played_though_a_span_is_open(opened: Hand) -> None:
    tag = tagged(opened, 20, 39)
    opened.type("v")
    opened.window.tagger.select((tag.id,))
    assert opened.window.sound_keys.selection == (tag.start_ns, tag.end_ns)


def test_marks_a_and_b_come_before_the_selected_tag(opened: Hand) -> None:
    tagged(opened, 20, 39)
    opened.window.marks.mark_a(50)
    opened.window.marks.mark_b(60)
    watch = key(opened, Key.Key_Space, SHIFT)
    back(opened, 70)
    assert set(watch.ordinals) <= {*range(50, 61), 70}
    assert max(set(watch.ordinals) - {70}) >= 58


@pytest.mark.parametrize("speed", [1.0, 2.0, 8.0])
def test_a_loop_goes_on_until_it_is_ended_and_the_place_comes_back(
    opened: Hand, speed: float
) -> None:
    tagged(opened, 20, 25)
    opened.window.player.set_speed(speed)
    watch = key(opened, Key.Key_Space, CTRL)
    opened.wait(lambda: len(watch.ordinals) > 30 and watch.ordinals.count(20) >= 3)
    assert not stopped(opened)
    key(opened, Key.Key_Space, CTRL)
    back(opened, 70)
    assert set(watch.ordinals) <= {*range(20, 26), 70}
    assert watch.wrong == []


def test_pausing_a_loop_stays_at_what_was_seen(opened: Hand) -> None:
    tagged(opened, 20, 30)
    watch = key(opened, Key.Key_Space, CTRL)
    opened.wait(lambda: 24 in watch.ordinals)
    key(opened, Key.Key_Space)
    opened.settle()
    assert stopped(opened)
    assert opened.window.player.ordinal in range(20, 31)
    opened.press(Key.Key_Right)
    assert opened.window.player.ordinal in range(21, 32)


@pytest.mark.parametrize(
    ("which", "modifier", "to"), [(Key.Key_Home, NONE, 0), (Key.Key_End, NONE, FRAMES - 1)]
)
def test_every_other_move_leaves_the_span(
    opened: Hand, which: Key, modifier: object, to: int
) -> None:
    tagged(opened, 20, 30)
    watch = key(opened, Key.Key_Space, CTRL)
    opened.wait(lambda: 22 in watch.ordinals)
    key(opened, which, modifier)
    back(opened, to)


def test_a_loop_goes_on_at_another_speed_from_where_it_is(opened: Hand) -> None:
    tagged(opened, 20, 30)
    watch = key(opened, Key.Key_Space, CTRL)
    opened.wait(lambda: 30 in watch.ordinals)
    for which in (Key.Key_BracketRight, Key.Key_BracketRight, Key.Key_BracketLeft):
        before = len(watch.ordinals)
        key(opened, which)
        opened.wait(lambda before=before: len(watch.ordinals) > before + 12)  # type: ignore[misc]
    key(opened, Key.Key_Space, CTRL)
    back(opened, 70)
    assert set(watch.ordinals) <= {*range(20, 31), 70}


def test_what_is_typed_can_be_heard_while_it_is_typed(opened: Hand) -> None:
    tagged(opened, 20, 30)
    opened.press(Key.Key_Return)
    opened.type("Get out ")
    for which, modifier in ((Key.Key_F12, NONE), (Key.Key_F6, NONE), (Key.Key_Space, CTRL)):
        key(opened, which, modifier)
        assert not stopped(opened)
    opened.type("of the car!")
    key(opened, Key.Key_Space, CTRL)
    back(opened, 70)
    assert opened.window.editor.text.text() == "Get out of the car!"


def test_without_a_selection_it_says_what_is_needed(opened: Hand) -> None:
    for which in (Key.Key_F5, Key.Key_F8, Key.Key_F12):
        opened.window.messages.clear()
        key(opened, which)
        assert stopped(opened)
        assert "Shift+A" in opened.window.messages.text.text()


def test_where_the_footage_begins_there_is_nothing_before(opened: Hand) -> None:
    tagged(opened, 0, 10)
    key(opened, Key.Key_F5)
    assert stopped(opened)
    assert "nothing to play" in opened.window.messages.text.text()


def test_gain_and_speech_band_are_shown_and_end_at_their_bounds(opened: Hand) -> None:
    window = opened.window
    shown = window.transport.sound
    key(opened, Key.Key_F9)
    assert window.actions_["speech_band"].isChecked()
    window.player.set_muted(False)
    for _ in range(3):
        key(opened, Key.Key_Up, CTRL)
    assert window.player.heard.hearing.gain_db == 9.0
    if window.player.sound_state == "":
        opened.rest()
        assert shown.text() == "speech band, +9 dB"
    assert window.player.heard.hearing.words == "speech band, +9 dB"
    assert "listening only" in shown.toolTip()
    for _ in range(12):
        key(opened, Key.Key_Up, CTRL)
    assert window.player.heard.hearing.gain_db == 30.0
    for _ in range(30):
        key(opened, Key.Key_Down, CTRL)
    assert window.player.heard.hearing.gain_db == -20.0
    key(opened, Key.Key_Down, CTRL | SHIFT)
    key(opened, Key.Key_F9)
    assert window.player.heard.hearing.words == ""
    assert "listening only" not in shown.toolTip()
    assert not window.actions_["speech_band"].isChecked()


def test_what_is_set_for_listening_shows_and_is_said_while_nothing_is_heard(opened: Hand) -> None:
    window = opened.window
    shown, said = window.transport.sound, window.messages.text
    window.player.set_muted(True)
    key(opened, Key.Key_F9)
    opened.rest()
    assert shown.text() == "speech band · sound off"
    assert "Set for listening: speech band. Nothing can be heard now: sound off." in said.text()
    key(opened, Key.Key_Up, CTRL)
    opened.rest()
    assert shown.text() == "speech band, +3 dB · sound off"
    window.messages.clear()
    key(opened, Key.Key_Down, CTRL)
    key(opened, Key.Key_F9)
    opened.rest()
    assert shown.text() == "sound off"
    window.messages.clear()
    key(opened, Key.Key_F9)
    window.player.heard.load(None, None)
    window.player.state_changed.emit()
    opened.rest()
    assert shown.text() == "speech band · no sound in this file"


def test_whether_stepping_is_heard_is_remembered(opened: Hand) -> None:
    assert opened.window.actions_["scrub"].isChecked()
    key(opened, Key.Key_H, CTRL | SHIFT)
    assert not opened.window.player.heard.scrubs
    other = MainWindow()
    assert not other.player.heard.scrubs
    assert not other.actions_["scrub"].isChecked()
    other.close()
    other.deleteLater()


def test_stepping_and_dragging_work_with_scrubbing_on_and_off(opened: Hand) -> None:
    for _ in range(2):
        before = opened.window.player.ordinal or 0
        opened.press(Key.Key_Left, times=3)
        assert opened.window.player.ordinal == before - 3
        opened.window.player.drag_to(10)
        opened.window.player.seek(12)
        opened.settle()
        assert opened.window.player.ordinal == 12
        key(opened, Key.Key_H, CTRL | SHIFT)


def test_no_key_of_sound_is_taken_twice(window: MainWindow) -> None:
    keys = [key for named in ACTIONS for key in named.keys]
    assert len(keys) == len(set(keys))
    assert all(len(key) > 1 for named in ACTIONS if named.group == "Sound" for key in named.keys)
    assert SPEEDS[0] == 0.1
    assert SPEEDS[-2] == 4.0


def test_what_is_said_of_listening_goes_when_nothing_is_set_any_more(opened: Hand) -> None:
    window = opened.window
    window.player.set_muted(True)
    key(opened, Key.Key_Up, CTRL)
    assert "+3 dB" in window.messages.text.text()
    key(opened, Key.Key_Down, CTRL | SHIFT)
    assert window.messages.standing == []


@pytest.mark.parametrize(
    ("which", "modifier"), [(Key.Key_Space, SHIFT), (Key.Key_Space, CTRL), (Key.Key_F5, NONE)]
)
def test_that_a_selection_plays_unheard_is_said(opened: Hand, which: Key, modifier: object) -> None:
    tagged(opened, 20, 30)
    opened.window.player.set_muted(True)
    key(opened, which, modifier)
    said = opened.window.messages.standing
    assert said == ["Only the picture plays, nothing is heard: sound off."]


def test_escape_ends_a_loop_and_its_sign_shows_it(opened: Hand) -> None:
    tagged(opened, 20, 25)
    signs = [opened.window.actions_[one] for one in ("loop", "loop_selection")]
    watch = key(opened, Key.Key_Space, CTRL)
    opened.wait(lambda: 22 in watch.ordinals)
    assert all(one.isChecked() for one in signs)
    key(opened, Key.Key_Escape)
    back(opened, 70)
    assert not any(one.isChecked() for one in signs)
    assert len(opened.tags()) == 1


def test_the_button_of_loops_ends_one_and_nothing_to_loop_leaves_it_off(opened: Hand) -> None:
    signs = [opened.window.actions_[one] for one in ("loop", "loop_selection")]
    for sign in signs:
        sign.trigger()
        assert not any(one.isChecked() for one in signs)
    tagged(opened, 20, 25)
    signs[1].trigger()
    signs[0].trigger()
    back(opened, 70)
    assert not any(one.isChecked() for one in signs)


def test_escape_ends_a_loop_before_it_drops_an_open_span(opened: Hand) -> None:
    opened.window.player.go_to(20)
    opened.settle()
    opened.type("u")
    opened.window.player.go_to(30)
    opened.settle()
    key(opened, Key.Key_Space, CTRL)
    key(opened, Key.Key_Escape)
    back(opened, 30)
    assert opened.window.tagger.open_spans
    key(opened, Key.Key_Escape)
    assert not opened.window.tagger.open_spans
