"""Looks that only show: what keys, panel and menu do with them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog

from bodycam_annotator.media.enhance import PRESETS, Look, enhance
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.ui.main_window import MainWindow
from tests.barcode import Unreadable, read_barcode
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key, painted_picture, pixels_of

FindFootage = Callable[[str], Path]
ALT = Qt.KeyboardModifier.AltModifier
ESC = Key.Key_Escape, NONE
LEFT = Qt.MouseButton.LeftButton
WAYS = [(quarters, mirrored) for quarters in range(4) for mirrored in (False, True)]


def is_enhanced(hand: Hand) -> bool:
    """What is said on the picture; that it agrees with what is painted is tested by the caller."""
    return any(said.startswith("enhanced") for said in hand.window.picture.said)


def look_on(hand: Hand, look: Look) -> None:
    hand.window.seeing.looks.look = look
    hand.window.seeing.toggle()
    hand.wait(lambda: is_enhanced(hand))


BLACK = Look(brightness=-100)
"""A look under which nothing can be read."""


def test_f2_shows_a_look_and_takes_it_away_again(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Right, times=5)
    original = pixels_of(hand.window.picture)
    look_on(hand, BLACK)
    assert not np.array_equal(pixels_of(hand.window.picture), original)
    with pytest.raises((Unreadable, IndexError)):
        hand.painted_barcode()
    assert hand.barcode() == 5
    hand.press(Key.Key_F2)
    hand.wait(lambda: not is_enhanced(hand))
    assert np.array_equal(pixels_of(hand.window.picture), original)
    assert hand.painted_barcode() == 5
    hand.press(Key.Key_F2)
    hand.wait(lambda: is_enhanced(hand))


def test_stepping_on_shows_the_right_frames_enhanced(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_F4)
    hand.wait(lambda: is_enhanced(hand))
    for key, ordinal in ((Key.Key_Right, 1), (Key.Key_Right, 2), (Key.Key_Left, 1)):
        hand.press(key)
        hand.wait(lambda: is_enhanced(hand))
        picture = hand.window.player.picture
        assert picture is not None
        assert picture.ordinal == hand.barcode() == ordinal
        assert picture.enhanced is not None
        assert np.array_equal(picture.enhanced, enhance(picture.bgra, PRESETS["Night"]))
    assert f"enhanced: {PRESETS['Night'].words}" in hand.window.picture.said


def test_the_difference_is_to_the_frame_before_whichever_way_one_came(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    pictures: dict[int, Pixels] = {}
    for ordinal in range(4):
        assert hand.window.player.picture is not None
        pictures[ordinal] = hand.window.player.picture.bgra
        hand.press(Key.Key_Right)
    look = Look(difference=True)
    look_on(hand, look)
    hand.press(Key.Key_Home)
    hand.wait(lambda: any("no frame before" in said for said in hand.window.picture.said))
    for key, ordinal in (
        (Key.Key_Right, 1),
        (Key.Key_Right, 2),
        (Key.Key_Right, 3),
        (Key.Key_Left, 2),
    ):
        hand.press(key)
        hand.wait(lambda: is_enhanced(hand))
        picture = hand.window.player.picture
        assert picture is not None
        assert picture.enhanced is not None
        meant = enhance(pictures[ordinal], look, before=pictures[ordinal - 1])
        assert np.array_equal(picture.enhanced, meant)


def test_a_saved_frame_is_the_footages_whatever_is_shown(
    hand: Hand, footage: FindFootage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Right, times=3)
    look_on(hand, BLACK)
    hand.window.picture.turn()
    saved = tmp_path / "frame.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(saved), ""))
    hand.window.actions_["save_frame"].trigger()
    pixels = cv2.imread(str(saved), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert hand.window.player.picture is not None
    assert np.array_equal(pixels, hand.window.player.picture.bgra[..., :3])
    assert read_barcode(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA), np.uint8)) == 3


def test_f4_goes_round_the_presets_and_f3_compares(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    seeing = hand.window.seeing
    names = []
    for _ in range(len(PRESETS) + 1):
        hand.press(Key.Key_F4)
        names.append(seeing.presets.currentText())
    assert names == [*PRESETS, next(iter(PRESETS))]
    hand.press(Key.Key_F2)
    hand.press(Key.Key_F4)
    assert seeing.presets.currentText() == names[-1]
    assert seeing.look == PRESETS[names[-1]]
    hand.press(Key.Key_F3)
    assert seeing.comparing.isChecked()
    hand.wait(lambda: is_enhanced(hand))
    before = pixels_of(hand.window.picture)
    hand.press(Key.Key_Right, CTRL | SHIFT)
    assert not np.array_equal(pixels_of(hand.window.picture), before)


def test_f2_with_nothing_set_says_so(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_F2)
    assert not hand.window.seeing.is_on.isChecked()
    assert "F4" in hand.window.messages.text.text()


def test_the_menu_ticks_what_is_on(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    actions = [hand.window.actions_[name] for name in ("enhance", "compare", "measure")]
    ticked = []
    keys = [(Key.Key_F2, NONE), (Key.Key_F4, NONE), (Key.Key_F3, NONE), (Key.Key_D, CTRL), ESC]
    for key, modifier in [*keys, (Key.Key_F2, NONE), (Key.Key_F3, NONE)]:
        hand.press(key, modifier)
        ticked.append([action.isChecked() for action in actions])
    assert ticked == [
        [False, False, False],
        [True, False, False],
        [True, True, False],
        [True, True, True],
        [True, True, False],
        [False, True, False],
        [False, False, False],
    ]


def test_sliders_take_the_arrow_keys_and_give_them_back(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    seeing = hand.window.seeing
    hand.press(Key.Key_L, CTRL)
    assert hand.window.desk.is_in_front(seeing)
    hand.press(Key.Key_Right, times=3)
    assert seeing.look == Look(brightness=3)
    hand.press(Key.Key_Down)
    hand.press(Key.Key_Down)
    hand.press(Key.Key_Right, times=4)
    assert seeing.look == Look(brightness=3, gamma=1.15)
    hand.press(Key.Key_Backspace)
    assert seeing.look == Look(brightness=3)
    assert hand.window.player.ordinal == 0
    hand.press(Key.Key_Escape)
    hand.press(Key.Key_Right)
    assert hand.window.player.ordinal == 1
    assert seeing.look == Look(brightness=3)


def test_a_double_click_resets_a_slider(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    seeing = hand.window.seeing
    hand.window.desk.bring(seeing)
    seeing.use_preset("Night")
    slider = seeing.levels.sliders["gamma"]
    QTest.mouseDClick(slider, LEFT)  # type: ignore[call-overload]
    assert seeing.look == replace(PRESETS["Night"], gamma=1.0)


def test_every_place_of_a_slider_is_a_value_a_look_may_have(window: MainWindow) -> None:
    for field, slider in window.seeing.levels.sliders.items():
        level = slider.level
        for place in range(level.places[0], level.places[1] + 1):
            value = getattr(Look(**{field: level.value(place)}), field)  # type: ignore[arg-type]
            assert level.place(value) == place


def test_own_presets_and_the_last_look_are_kept_but_not_switched_on(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    seeing = hand.window.seeing
    seeing.levels.changed.emit("gamma", 2.5)
    seeing.save_as("  My   alley ")
    assert seeing.presets.currentText() == "My alley"
    seeing.save_as("Night")
    assert "cannot be a preset" in hand.window.messages.text.text()
    seeing.levels.changed.emit("denoise", 7)
    hand.window.close()
    again = MainWindow()
    looks = again.seeing.looks
    assert looks.look == Look(gamma=2.5, denoise=7)
    assert looks.presets["My alley"] == Look(gamma=2.5)
    assert looks.presets["Night"] == PRESETS["Night"]
    assert again.seeing.look is None
    again.seeing.use_preset("My alley")
    again.seeing.delete_own()
    assert "My alley" not in looks.presets
    again.close()
    again.deleteLater()


def test_settings_that_are_no_looks_are_passed_over(window: MainWindow) -> None:
    for text in ("", "nonsense", "[]", '{"last": 3}', '{"last": {"gamma": 99}}'):
        window.seeing.restore(text, text)
        assert window.seeing.looks.look == Look()
        assert list(window.seeing.looks.presets) == list(PRESETS)


def test_escape_ends_measuring_before_it_drops_a_span(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    picture, tagger = hand.window.picture, hand.window.tagger
    states = []
    keys = [(Key.Key_D, CTRL), ESC, (Key.Key_U, NONE), (Key.Key_D, CTRL), ESC, ESC]
    for key, modifier in keys:
        hand.press(key, modifier)
        states.append((picture.measuring, len(tagger.open_spans)))
    assert states == [(True, 0), (False, 0), (False, 1), (True, 1), (False, 1), (False, 0)]


def test_keys_zoom_move_turn_and_mirror_and_say_so(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    picture = hand.window.picture
    hand.press(Key.Key_1, CTRL)
    assert picture.place.magnified == pytest.approx(1.0)
    hand.press(Key.Key_Plus, CTRL, times=12)
    assert picture.place.magnified > 10
    before = picture.place.transform
    hand.press(Key.Key_Right, ALT)
    assert picture.place.transform.dx() < before.dx()
    hand.press(Key.Key_Up, ALT)
    assert picture.place.transform.dy() > before.dy()
    assert hand.window.player.ordinal == 0
    hand.press(Key.Key_0, CTRL)
    assert picture.place.is_fitted
    assert picture.said == []
    hand.press(Key.Key_R, CTRL)
    hand.press(Key.Key_R, CTRL | SHIFT)
    assert picture.said == ["turned 90°, mirrored"]
    turned = painted_picture(picture)
    assert read_barcode(np.ascontiguousarray(np.rot90(turned[:, ::-1]))) == 0


def test_chips_give_way_to_a_message(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    picture, messages = hand.window.picture, hand.window.messages
    picture.zoom(3)
    low = picture.chip_boxes()[0][1]
    messages.warn("Something was said.")
    foot = picture.mapFromGlobal(messages.mapToGlobal(QPoint(0, 0))).y()
    assert picture.chip_boxes()[0][1].bottom() <= foot
    messages.hide()
    assert picture.chip_boxes()[0][1] == low


def test_without_footage_the_panel_says_what_to_do(window: MainWindow) -> None:
    window.desk.bring(window.seeing)
    assert not window.actions_["next_preset"].isEnabled()
    assert not window.seeing.levels.isVisibleTo(window.seeing)
