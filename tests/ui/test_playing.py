"""Playing, dragging and the marks A and B, worked in the real window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.app import demo_project
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.ui.main_window import MainWindow
from tests.barcode import read_barcode
from tests.ui.hand import CTRL, SHIFT, Hand, Key

FindFootage = Callable[[str], Path]

LONG = "b_pyramid_long_gop.mp4"


class Watch:
    """Every picture the player shows, and which of them show another frame than they say."""

    def __init__(self, window: MainWindow) -> None:
        self.ordinals: list[int] = []
        self.wrong: list[tuple[int, int]] = []
        window.player.shown.connect(self._see)

    def _see(self, picture: Picture) -> None:
        self.ordinals.append(picture.ordinal)
        seen = read_barcode(picture.bgra)
        if seen != picture.ordinal:
            self.wrong.append((picture.ordinal, seen))


def mouse(widget: QWidget, share: float, what: str) -> None:
    """Presses, moves or lets go at that share of the widget's width."""
    place = QPoint(round(6 + share * (widget.width() - 12)), widget.height() // 2)
    if what == "press":
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=place)  # type: ignore[call-overload]
    elif what == "move":
        QTest.mouseMove(widget, place)  # type: ignore[call-overload]
    else:
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=place)  # type: ignore[call-overload]


def ordinal(hand: Hand) -> int:
    shown = hand.window.player.ordinal
    assert shown is not None
    return shown


@pytest.mark.parametrize("name", [LONG, "variable_rate.mp4", "open_gop_hevc.ts"])
def test_pausing_lands_on_the_frame_that_was_on_screen(
    name: str, hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(name))
    watch = Watch(hand.window)
    for key in (Key.Key_Space, Key.Key_J, Key.Key_L):
        begun = ordinal(hand)
        hand.type(chr(key.value)) if key is Key.Key_Space else hand.press(key)
        hand.wait(lambda begun=begun: abs(ordinal(hand) - begun) >= 4)  # type: ignore[misc]
        on_screen = ordinal(hand)
        hand.press(Key.Key_K)
        assert hand.window.player.direction == 0
        assert ordinal(hand) == on_screen
        assert hand.painted_barcode() == on_screen
        assert hand.window.transport.frame.text() == f"frame {on_screen}"
        if key is Key.Key_Space:
            hand.press(Key.Key_Right, SHIFT, times=2)
    assert watch.wrong == []


def test_dragging_the_seek_bar_shows_places_on_the_way_and_lands_exactly(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    watch = Watch(hand.window)
    bar, player = hand.window.transport.seek_bar, hand.window.player
    mouse(bar, 0.1, "press")
    hand.wait(lambda: watch.ordinals)
    for share in (0.5, 0.8):
        since = len(watch.ordinals)
        bar.dragged.emit(share)
        hand.wait(lambda since=since: len(watch.ordinals) > since)  # type: ignore[misc]
    bar.seek.emit(0.6)
    hand.settle()
    index = player.index
    assert index is not None
    meant = index.nearest(index.first_ns + round(0.6 * (index.end_ns - index.first_ns)))
    assert ordinal(hand) == meant
    assert hand.painted_barcode() == meant
    assert watch.wrong == []


def test_letting_go_of_the_knob_asks_for_the_place_under_the_pointer(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    bar = hand.window.transport.seek_bar
    mouse(bar, 0.25, "press")
    mouse(bar, 0.25, "release")
    hand.settle()
    index = hand.window.player.index
    assert index is not None
    share = (index.time_of(ordinal(hand)) - index.first_ns) / (index.end_ns - index.first_ns)
    assert abs(share - 0.25) < 0.02


def test_a_drag_while_playing_plays_on_when_let_go(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    player = hand.window.player
    player.set_speed(0.1)
    hand.type(" ")
    bar = hand.window.transport.seek_bar
    bar.dragged.emit(0.3)
    assert player.direction == 0
    bar.seek.emit(0.5)
    assert player.direction == 1
    hand.press(Key.Key_K)


def test_the_time_between_two_marks_is_said_with_its_bound(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("variable_rate.mp4"))
    window = hand.window
    index = window.player.index
    assert index is not None
    hand.press(Key.Key_Right, times=3)
    hand.press(Key.Key_A, SHIFT)
    assert window.transport.marked.text().startswith("A ")
    hand.press(Key.Key_Right, times=5)
    hand.press(Key.Key_B, SHIFT)
    times = [index.time_of(one) for one in range(10)]
    between = (times[8] - times[3]) / 1e9
    gaps = [times[n + 1] - times[n] for n in range(9)]
    # The first may be early while the second is late.
    bound = (max(gaps[2:4]) + max(gaps[7:9])) / 1e9
    length, _, shown = window.transport.marked.text().partition(" ± ")
    assert length == f"A–B {between:.3f} s"
    # Rounded up, and with room for what rounding has moved the length.
    assert bound <= float(shown) < bound + 0.0016
    tip = window.transport.marked.toolTip()
    assert "frame 3" in tip
    assert "frame 8" in tip
    hand.press(Key.Key_X, SHIFT)
    assert window.transport.marked.text() == ""


def test_marks_the_other_way_round_measure_the_same(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_B, SHIFT)
    hand.press(Key.Key_Right, times=6)
    hand.press(Key.Key_A, SHIFT)
    index = hand.window.player.index
    assert index is not None
    between = (index.time_of(6) - index.time_of(0)) / 1e9
    assert hand.window.transport.marked.text().startswith(f"A–B {between:.3f} s ±")


@pytest.mark.parametrize(("key", "first"), [(Key.Key_L, 10), (Key.Key_J, 16)])
def test_the_loop_plays_from_a_to_b_again_and_again(
    key: Key, first: int, hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    hand.press(Key.Key_Right, SHIFT)
    hand.press(Key.Key_A, SHIFT)
    hand.press(Key.Key_Right, times=6)
    hand.press(Key.Key_B, SHIFT)
    hand.press(Key.Key_L, SHIFT)
    assert window.actions_["loop"].isChecked()
    hand.press(Key.Key_K)
    hand.press(Key.Key_Home)
    watch = Watch(window)
    hand.type(chr(key.value).lower())
    hand.wait(lambda: watch.ordinals.count(first) >= 3)
    hand.press(Key.Key_K)
    assert set(watch.ordinals) <= set(range(10, 17))
    assert watch.wrong == []
    hand.press(Key.Key_L, SHIFT)
    assert window.player.loop is None


def test_marks_go_with_the_footage_they_were_set_in(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_A, SHIFT)
    hand.open(footage("variable_rate.mp4"))
    assert hand.window.marks.marked == []
    assert hand.window.transport.marked.text() == ""


def test_the_loop_key_plays_at_once_and_says_what_it_needs(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    hand.press(Key.Key_L, SHIFT)
    assert not window.actions_["loop"].isChecked()
    assert "Shift+A" in window.messages.text.text()
    hand.press(Key.Key_A, SHIFT)
    hand.press(Key.Key_Right, SHIFT)
    hand.press(Key.Key_B, SHIFT)
    hand.press(Key.Key_L, SHIFT)
    assert window.player.direction == 1
    hand.press(Key.Key_K)


def test_k_ends_a_fast_shuttle_for_good(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage(LONG))
    hand.press(Key.Key_L)
    hand.press(Key.Key_L)
    assert hand.window.player.speed == 2.0
    hand.press(Key.Key_K)
    assert hand.window.player.speed == 1.0


def test_to_and_fro_between_cameras_stays_at_the_same_frame(hand: Hand, tmp_path: Path) -> None:
    with demo_project(tmp_path) as session:
        path = session.path
    hand.open(path)
    window = hand.window
    window.player.go_to(889)
    hand.settle()
    first = window.footage
    assert first is not None
    for _ in range(2):
        for _ in range(2):
            shown = window.footage
            hand.press(Key.Key_Tab, CTRL)
            hand.wait(lambda shown=shown: window.footage not in (None, shown))  # type: ignore[misc]
            hand.ready()
        assert window.footage == first
        assert ordinal(hand) == 889


def test_a_loop_up_to_the_last_frame_starts_at_its_own_beginning(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage(LONG))
    window = hand.window
    last = len(window.player.index or ()) - 1
    hand.press(Key.Key_End)
    hand.press(Key.Key_B, SHIFT)
    hand.press(Key.Key_Left, times=5)
    hand.press(Key.Key_A, SHIFT)
    hand.press(Key.Key_End)
    watch = Watch(window)
    hand.press(Key.Key_L, SHIFT)
    hand.wait(lambda: watch.ordinals.count(last - 5) >= 2)
    hand.press(Key.Key_K)
    assert set(watch.ordinals) <= set(range(last - 5, last + 1))


def test_a_key_is_never_taken_for_another_frame_than_it_was_pressed_for(
    hand: Hand, footage: FindFootage
) -> None:
    """Whoever moves on before the frame is on screen is told that nothing was tagged."""
    hand.open(footage(LONG))
    window = hand.window
    for move, to in ((window.player.step, -3), (window.player.drag_to, 20)):
        window.player.go_to(90)
        window.tagger.press("shot")
        move(to)
        assert "Not tagged" in window.messages.text.text()
        window.player.seek(7)
        hand.settle()
        assert hand.tags() == []
    window.player.go_to(90)
    window.tagger.press("shot")
    hand.settle()
    assert [tag.start_frame for tag in hand.tags()] == [90]


def test_a_code_key_on_the_first_picture_says_that_nothing_was_tagged(
    hand: Hand, footage: FindFootage
) -> None:
    window = hand.window
    window.open_path(footage(LONG))
    hand.type("s")
    assert "Not tagged" in window.messages.text.text()
    hand.ready()
    assert hand.tags() == []
