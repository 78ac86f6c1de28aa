"""Keys that move through footage: the picture and the number shown are always the frame meant."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bodycam_annotator.media.probe import index_footage
from bodycam_annotator.ui.dialogs import GoToDialog, frame_for
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.player import Player
from tests.barcode import read_barcode
from tests.ui.hand import CTRL, PATIENCE_MS, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]


def check(hand: Hand, ordinal: int) -> None:
    """The player, the picture, what is painted and the label all say the same frame."""
    assert hand.window.player.ordinal == ordinal
    assert hand.barcode() == ordinal
    assert hand.painted_barcode() == ordinal
    assert hand.window.transport.frame.text() == f"frame {ordinal}"


def test_steps_both_ways(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    check(hand, 0)
    hand.press(Key.Key_Right, times=7)
    check(hand, 7)
    hand.press(Key.Key_Left, times=3)
    check(hand, 4)
    hand.press(Key.Key_Right, SHIFT, times=2)
    check(hand, 24)
    hand.press(Key.Key_Left, SHIFT)
    check(hand, 14)
    hand.press(Key.Key_Left, SHIFT, times=5)
    check(hand, 0)


def test_home_end_and_the_ends_hold(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_End)
    last = len(hand.window.player.index or ()) - 1
    check(hand, last)
    hand.press(Key.Key_Right)
    check(hand, last)
    hand.press(Key.Key_Home)
    check(hand, 0)
    hand.press(Key.Key_Left)
    check(hand, 0)


def test_one_second_of_a_variable_rate_is_a_second_of_time(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("variable_rate.mp4"))
    index = hand.window.player.index
    assert index is not None
    hand.press(Key.Key_Right, CTRL)
    ordinal = hand.window.player.ordinal
    assert ordinal == index.nearest(index.first_ns + 1_000_000_000)
    check(hand, ordinal)


def test_a_quick_series_of_keys_ends_on_the_last_frame_asked_for(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    for _ in range(20):
        hand.window.actions_["next_frame"].trigger()
    for _ in range(5):
        hand.window.actions_["previous_frame"].trigger()
    hand.settle()
    check(hand, 15)


def test_a_tag_asked_for_on_the_way_to_a_frame_lands_on_that_frame(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.window.player.go_to(33)
    hand.window.tagger.press("shot")
    hand.wait(hand.tags)
    assert [tag.start_frame for tag in hand.tags()] == [33]


@pytest.mark.parametrize(
    ("typed", "ordinal"),
    [("17", 17), ("0.68", 17), ("00:00:00.680", 17), ("0.6999", 17), ("0", 0), ("0.0", 0)],
)
def test_go_to_takes_frames_and_times(
    typed: str, ordinal: int, hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    dialog = GoToDialog(index, hand.window)
    dialog.entry.setText(typed)
    assert dialog.ordinal == ordinal
    dialog.deleteLater()


@pytest.mark.parametrize("typed", ["9999", "99:00", "soon", "-1"])
def test_go_to_says_what_it_cannot_go_to(typed: str, hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    dialog = GoToDialog(index, hand.window)
    dialog.entry.setText(typed)
    assert dialog.ordinal is None
    dialog.deleteLater()


def test_a_time_typed_as_it_is_shown_goes_to_the_frame_it_is_shown_for(
    footage: FindFootage,
) -> None:
    from bodycam_annotator.timing import clock_text

    index = index_footage(footage("ntsc_ms.mkv"))
    for ordinal in range(len(index)):
        shown = clock_text(index.time_of(ordinal) - index.first_ns)
        assert frame_for(shown, index) == ordinal


def _is_at(player: Player, ordinal: int) -> bool:
    return player.ordinal == ordinal


class Clock:
    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def test_playing_shows_the_frame_of_the_time_and_pausing_keeps_what_was_seen(
    window: MainWindow, footage: FindFootage, qtbot: QtBot
) -> None:
    path = footage("variable_rate.mp4")
    index = index_footage(path)
    clock = Clock()
    player = Player(monotonic=clock)
    player.load(path, index, audio=None)
    qtbot.waitUntil(lambda: player.ordinal == 0, timeout=PATIENCE_MS)
    player.play()
    for ordinal in (3, 4, 11):
        clock.now = index.time_of(ordinal) - index.first_ns + 1
        qtbot.waitUntil(partial(_is_at, player, ordinal), timeout=PATIENCE_MS)
        assert player.picture is not None
        assert read_barcode(player.picture.bgra) == ordinal
    player.pause()
    assert player.direction == 0
    assert player.ordinal == 11
    player.step(-1)
    qtbot.waitUntil(lambda: player.ordinal == 10, timeout=PATIENCE_MS)
    player.unload()
    player.wait()


def test_playing_backward_and_to_the_ends(
    window: MainWindow, footage: FindFootage, qtbot: QtBot
) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    index = index_footage(path)
    clock = Clock()
    player = Player(monotonic=clock)
    player.load(path, index, audio=None)
    player.go_to(20)
    qtbot.waitUntil(lambda: player.ordinal == 20, timeout=PATIENCE_MS)
    player.shuttle(-1)
    clock.now += 10 * 40_000_000 - 1
    qtbot.waitUntil(lambda: player.ordinal == 10, timeout=PATIENCE_MS)
    clock.now += 60_000_000_000
    qtbot.waitUntil(lambda: player.direction == 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: player.ordinal == 0, timeout=PATIENCE_MS)
    player.unload()
    player.wait()


def test_shuttle_and_speed_keys(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    player = hand.window.player
    actions = hand.window.actions_
    actions["faster"].trigger()
    assert player.speed == 1.5
    actions["slower"].trigger()
    actions["slower"].trigger()
    assert player.speed == 0.5
    assert hand.window.transport.speed.text() == "0.5×"
    actions["shuttle_back"].trigger()
    assert (player.direction, player.speed) == (-1, 1.0)
    actions["shuttle_back"].trigger()
    assert player.speed == 2.0
    actions["shuttle_stop"].trigger()
    assert player.direction == 0
