"""The timeline: what it shows, and how it is zoomed, moved and selected on."""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from bodycam_annotator.timing import NS, clock_text
from bodycam_annotator.ui.colors import COLORS
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.timeline.rows import GUTTER, Band
from bodycam_annotator.ui.timeline.scale import ZOOM_STEP, Scale
from tests.media_factory import Clip, make, steady
from tests.sounds import Sound
from tests.ui.hand import CTRL, SHIFT, Hand, Key
from tests.ui.mouse import Mouse
from tests.ui.seen import extent_of, pixels_in

FindFootage = Callable[[str], Path]


@pytest.fixture
def mouse(hand: Hand) -> Mouse:
    return Mouse(hand.window.timeline)


def ready(hand: Hand) -> None:
    """Waits until everything that the timeline asked for is there."""
    hand.settle()
    hand.wait(lambda: not hand.window.jobs.jobs and hand.window.sources.is_idle)


# Zoom


def test_the_wheel_zooms_about_the_pointer(hand: Hand, footage: FindFootage, mouse: Mouse) -> None:
    hand.open(footage("clicks.mkv"))
    view = hand.window.timeline
    place = mouse.on_sound(700_000_000)
    under = view.scale.time(place.x())
    for _ in range(12):
        mouse.wheel(place, 1, CTRL)
        assert abs(view.scale.column(under) - place.x()) <= 1
    assert view.scale.length < 2 * NS / 1.5**12
    for _ in range(12):
        mouse.wheel(place, -1, CTRL)
    assert (view.scale.start_ns, view.scale.end_ns) == view.scene.bounds


def test_plus_and_minus_zoom_about_the_playhead_or_the_mouse(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("clicks.mkv"))
    view = hand.window.timeline
    hand.press(Key.Key_Right, SHIFT)
    before = view.scale.column(view.scene.now_ns)
    hand.press(Key.Key_Plus, times=3)
    assert abs(view.scale.column(view.scene.now_ns) - before) <= 3
    mouse.hover(mouse.on_sound(1_200_000_000))
    before = view.scale.column(1_200_000_000)
    hand.press(Key.Key_Minus)
    hand.press(Key.Key_Plus, times=4)
    assert abs(view.scale.column(1_200_000_000) - before) <= 5
    hand.press(Key.Key_0)
    assert (view.scale.start_ns, view.scale.end_ns) == view.scene.bounds


def test_frames_have_their_grid_where_they_can_be_told_apart(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("variable_rate.mp4"))
    ready(hand)
    view, index = hand.window.timeline, hand.window.player.index
    assert index is not None
    view.set_filmstrip(False)
    hand.press(Key.Key_Right, times=6)
    hand.press(Key.Key_Plus, times=3)
    hand.press(Key.Key_Home)
    scale, tracks = view.scale, view.scene.rows.tracks
    row = pixels_in(view, scale.left, tracks.bottom - 3, scale.width, 1)[0].astype(int)
    lines = {
        scale.left + int(x)
        for x in np.flatnonzero(row.sum(axis=1) > np.roll(row.sum(axis=1), 1) + 30)
    }
    shown = [one for one in index.times.tolist() if scale.shows(one) and one > scale.start_ns]
    assert len(shown) >= 3
    assert {scale.column(one) for one in shown} <= lines


def test_each_sample_is_a_dot_at_its_own_place(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("silent_spans.mkv"))
    ready(hand)
    view = hand.window.timeline
    view.zoom(99, about_ns=30_000 * NS // 48_000)
    ready(hand)
    band = view.scene.rows.sound
    shape = view.scene.sound.shape
    assert shape is not None
    clock = shape.waveform.clock
    strip = pixels_in(view, view.scale.left, band.top, view.scale.width, band.height)
    bright = (strip[:, :, :3].min(axis=2) > 190).any(axis=0)
    first = clock.first_at(view.scale.start_ns + view.scale.ns(4))
    for sample in range(first, clock.first_at(view.scale.end_ns - view.scale.ns(24))):
        x = view.scale.column(clock.time_of(sample)) - view.scale.left
        assert bright[x], sample
        assert not bright[x + 6 : x + 14].any(), sample


def test_a_wide_view_of_low_rate_sound_asks_for_no_more_than_is_given(
    hand: Hand, tmp_path: Path
) -> None:
    # So few samples a column that they are needed, and twice the view is more than two minutes.
    path, sound = tmp_path / "low.mkv", Sound(samples=8_000 * 180, rate=8_000)
    clip = Clip(pts=steady(20, 100), time_base=Fraction(1, 1000), rate=Fraction(10), sound=sound)
    make(clip, path)
    hand.open(path)
    hand.window.resize(4_000, 800)
    view = hand.window.timeline
    hand.wait(lambda: view.scale.width > 3_800)
    for shown in (100, 121):
        view.show_samples(None)
        scale = view.scale.showing(40 * NS, (40 + shown) * NS, view.scene.bounds)
        view.zoom(math.log(view.scale.length / scale.length, ZOOM_STEP), about_ns=100 * NS)
        assert abs(view.scale.length - shown * NS) < NS // 2
        ready(hand)
        assert (view.scene.sound.exact(view.scale) is not None) == (shown == 100)


# Moving


def test_wheel_shift_wheel_and_the_middle_button_pan(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("clicks.mkv"))
    view = hand.window.timeline
    view.zoom(5, about_ns=NS)
    start, place = view.scale.start_ns, mouse.on_sound(NS)
    mouse.wheel(place, -1)
    small = view.scale.start_ns - start
    mouse.wheel(place, -1, SHIFT)
    assert view.scale.start_ns - start - small > 2 * small > 0
    grabbed = view.scale.time(500)
    mouse.press(QPointF(500, 40), button=Qt.MouseButton.MiddleButton)
    mouse.move(QPointF(300, 40), button=Qt.MouseButton.MiddleButton)
    mouse.release(QPointF(300, 40), button=Qt.MouseButton.MiddleButton)
    assert abs(view.scale.column(grabbed) - 300) <= 1


def test_the_view_never_leaves_the_footage(hand: Hand, footage: FindFootage, mouse: Mouse) -> None:
    hand.open(footage("clicks.mkv"))
    view = hand.window.timeline
    view.zoom(3)
    for _ in range(40):
        mouse.wheel(QPointF(400, 90), 1, SHIFT)
    assert view.scale.start_ns == view.scene.bounds[0]
    for _ in range(80):
        mouse.wheel(QPointF(400, 90), -1, SHIFT)
    assert view.scale.end_ns == view.scene.bounds[1]


def test_sound_that_reaches_beyond_the_picture_is_shown(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("sound_before.mkv"))
    view, facts = hand.window.timeline, hand.window.shown
    assert facts is not None
    audio = facts.facts.audio
    assert audio is not None
    assert audio.start_ns < view.scene.zero_ns
    assert view.scale.start_ns == audio.start_ns


def test_the_page_turns_with_the_playhead_unless_switched_off(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    view = hand.window.timeline
    hand.press(Key.Key_Plus, times=6)
    before = view.scale
    hand.press(Key.Key_End)
    assert view.scale.length == before.length
    assert view.scale.shows(view.scene.now_ns)
    hand.press(Key.Key_L, CTRL | SHIFT)
    assert not hand.window.actions_["follow"].isChecked()
    stays = view.scale
    hand.press(Key.Key_Home)
    assert view.scale == stays
    hand.press(Key.Key_L, CTRL | SHIFT)
    assert view.scale.shows(view.scene.now_ns)


def test_the_playhead_is_on_the_first_instant_of_the_frame_on_screen(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    view, index = hand.window.timeline, hand.window.player.index
    assert index is not None
    hand.press(Key.Key_Right, times=7)
    x = view.scale.column(index.time_of(7))
    tracks = view.scene.rows.tracks
    row = pixels_in(view, x - 3, tracks.bottom + 1, 7, 1)[0]
    assert np.argmax(row[:, 0].astype(int) - row[:, 2]) == 3


# Seeking and selecting


def test_a_click_beside_tags_seeks_and_a_drag_scrubs(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    mouse.click(mouse.on_sound(index.time_of(9)))
    hand.settle()
    assert hand.barcode() == 9
    end = mouse.on_sound(index.time_of(20))
    mouse.drag(mouse.on_sound(index.time_of(4)), end)
    hand.settle()
    assert hand.barcode() == 20


def test_clicks_select_with_ctrl_and_shift(hand: Hand, footage: FindFootage, mouse: Mouse) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    for _ in range(4):
        hand.press(Key.Key_Right, times=3)
        hand.press(Key.Key_S)
    one, two, three, four = hand.tags()
    tagger = hand.window.tagger
    mouse.click(mouse.at(one, off=2))
    hand.settle()
    assert tagger.selected == (one.id,)
    assert hand.barcode() == 3
    mouse.click(mouse.at(three, off=2), CTRL)
    assert set(tagger.selected) == {one.id, three.id}
    mouse.click(mouse.at(one, off=2), CTRL)
    assert tagger.selected == (three.id,)
    mouse.click(mouse.at(two, off=2))
    mouse.click(mouse.at(four, off=2), SHIFT)
    assert set(tagger.selected) == {two.id, three.id, four.id}


def test_a_rubber_band_selects_what_it_touches(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    for _ in range(3):
        hand.press(Key.Key_Right, times=5)
        hand.press(Key.Key_S)
    one, two, three = hand.tags()
    start = mouse.at(two, off=-20)
    mouse.begin(start, mouse.at(three, off=4), SHIFT)
    assert hand.window.timeline.scene.rubber is not None
    mouse.release(mouse.at(three, off=4), SHIFT)
    assert set(hand.window.tagger.selected) == {two.id, three.id}
    mouse.drag(mouse.at(one, off=-9), mouse.at(one, off=6), SHIFT | CTRL)
    assert set(hand.window.tagger.selected) == {one.id, two.id, three.id}
    mouse.begin(start, mouse.at(two, off=4), SHIFT)
    hand.press(Key.Key_Escape)
    mouse.release(mouse.at(two, off=4), SHIFT)
    assert len(hand.window.tagger.selected) == 3


def test_the_selected_tags_are_brought_into_view(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Right, times=4)
    hand.press(Key.Key_V)
    hand.press(Key.Key_Right, times=4)
    hand.press(Key.Key_V)
    (tag,) = hand.tags()
    hand.press(Key.Key_9, CTRL)
    scale = hand.window.timeline.scale
    assert scale.start_ns <= tag.start_ns
    assert tag.end_ns <= scale.end_ns
    assert scale.length < hand.window.timeline.scene.bounds[1]


# What is seen


def test_an_open_span_grows_until_it_is_closed(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    view, index = hand.window.timeline, hand.window.player.index
    assert index is not None
    hand.press(Key.Key_Right, times=2)
    hand.press(Key.Key_V)
    code = view.scene.tracks.own_code("vehicle_departure")
    assert code is not None
    grown = []
    for _ in range(3):
        hand.press(Key.Key_Right, times=3)
        band = view.scene.rows.lane_of(*view.scene.open_lanes["vehicle_departure"])
        grown.append(extent_of(view, code.color, view.scale.left, band.top, 1180, band.height))
    assert grown[0] < grown[1] < grown[2]
    hand.press(Key.Key_V)
    assert view.scene.open_lanes == {}


def test_an_open_span_lies_on_no_tag(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.press(Key.Key_Right, times=5)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Home)
    hand.press(Key.Key_W)
    scene = hand.window.timeline.scene
    (tag,) = hand.tags()
    assert scene.open_lanes["weapon_visible"] != scene.tracks.place[tag.id]
    assert scene.open_lanes["weapon_visible"][0] == scene.tracks.place[tag.id][0]


def test_silence_and_missing_sound_are_hatched_and_said(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("sound_shorter.mkv"))
    ready(hand)
    view = hand.window.timeline
    band = view.scene.rows.sound
    heard = pixels_in(view, view.scale.column(NS // 2), band.top, 60, band.height)
    silent = pixels_in(view, view.scale.column(NS + NS // 20), band.top, 60, band.height)
    assert (heard[:, :, 1] > 150).mean() > 0.2
    assert (silent[:, :, 1] > 150).mean() < 0.01
    assert len(np.unique(silent.reshape(-1, 4), axis=0)) > 1


def test_the_sound_is_a_waveform_or_a_spectrogram_of_the_same_time(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("silent_spans.mkv"))
    ready(hand)
    view = hand.window.timeline
    band = view.scene.rows.sound
    box = (view.scale.column(NS * 6 // 10), band.top + 5, 40, band.height - 12)
    wave = pixels_in(view, *box)
    hand.press(Key.Key_G, CTRL | SHIFT)
    assert hand.window.actions_["spectrogram"].isChecked()
    scale = view.scale
    spectrum = pixels_in(view, *box)
    assert not np.array_equal(wave, spectrum)
    # A 440 Hz tone: the lowest rows are the loudest.
    light = spectrum[:, :, :3].astype(int).sum(axis=(1, 2))
    assert light[-4:].max() > 3 * light[: len(light) // 2].max() / 2
    hand.press(Key.Key_G, CTRL | SHIFT)
    assert np.array_equal(pixels_in(view, *box), wave)
    assert view.scale == scale


def test_a_fine_spectrogram_is_computed_beside_the_window_and_then_shown(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("silent_spans.mkv"))
    ready(hand)
    view = hand.window.timeline
    hand.press(Key.Key_G, CTRL | SHIFT)
    view.zoom(5, about_ns=NS * 6 // 10)
    hand.wait(lambda: hand.window.sources.is_idle)
    shown, scale = view.scene.sound, view.scale
    exact = shown.exact(scale)
    assert shown.shape is not None
    assert exact is not None
    assert shown.shades is not None
    assert shown.shades.scale == scale
    rows, columns = shown.shades.levels.shape
    assert columns == scale.width
    image = shown.shape.spectrogram.image
    begin, end = scale.start_ns, scale.end_ns
    fine = image(begin, end, columns, rows, exact=exact)
    assert np.array_equal(shown.shades.levels, fine)
    kept = image(begin, end, columns, rows)
    assert not np.array_equal(kept, fine)
    band = view.scene.rows.sound
    at = int(np.flatnonzero((kept != fine).any(axis=0))[0])
    column = pixels_in(view, scale.left + at, band.top + 4, 1, rows)[:, 0, :3]
    # The more there is, the brighter it is: what is painted follows what was computed.
    light = column.astype(int).sum(axis=1)
    order = np.argsort(fine[:, at], kind="stable")
    assert (np.diff(light[order]) >= -12).all()


def test_a_picture_that_is_not_there_has_a_sign_in_its_place(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    ready(hand)
    hand.window.actions_["theme_light"].trigger()
    view, index = hand.window.timeline, hand.window.player.index
    assert index is not None
    view.scene.film.show_footage(index, 16 / 9)
    strip = view.scene.rows.strip
    assert strip is not None
    film = QImage(400, strip.height, QImage.Format.Format_RGB32)
    painter = QPainter(film)
    scale = Scale(index.first_ns, index.end_ns, 0, 400)
    view.scene.film.paint(painter, scale, Band(0, strip.height))
    painter.end()
    seen = {film.pixelColor(x, y).name() for x in range(8, 56) for y in range(3, strip.height - 5)}
    assert QColor(COLORS.raised).name() in seen
    assert len(seen) > 3
    assert COLORS.raised != COLORS.ground


def test_the_filmstrip_shows_the_frames_it_says(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    ready(hand)
    view, index = hand.window.timeline, hand.window.player.index
    assert index is not None
    shown = view.scene.film.shown(view.scale)
    assert len(shown) >= 8
    assert view.scene.film.missing(view.scale) == []
    band = view.scene.rows.strip
    assert band is not None
    colors = set()
    for ordinal in shown[1:-1]:
        x = view.scale.column(index.time_of(ordinal))
        colors.add(pixels_in(view, x + 4, band.top + 6, 50, 20).tobytes())
    assert len(colors) == len(shown) - 2
    height = view.scene.rows.sound.height
    hand.press(Key.Key_P, CTRL | Qt.KeyboardModifier.AltModifier)
    assert view.scene.rows.strip is None
    assert view.scene.rows.sound.height >= height


def test_the_gutter_names_every_track(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    rows = hand.window.timeline.scene.rows
    for number in range(len(hand.window.timeline.scene.tracks.tracks)):
        band = rows.track(number)
        words = pixels_in(hand.window.timeline, 12, band.top, GUTTER - 20, rows.lane)
        assert words[:, :, :3].max() > 120


def test_the_focus_is_seen(hand: Hand, footage: FindFootage, mouse: Mouse) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    view = hand.window.timeline
    plain = pixels_in(view, 0, 0, 60, 2)
    view.setFocus()
    assert view.hasFocus()
    assert not np.array_equal(pixels_in(view, 0, 0, 60, 2), plain)
    hand.press(Key.Key_S)
    assert len(hand.tags()) == 1


def test_what_lies_left_of_the_view_is_not_painted_over_the_names(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    view = hand.window.timeline
    before = pixels_in(view, 0, 0, GUTTER, view.height())
    hand.press(Key.Key_W)
    hand.press(Key.Key_Right, SHIFT)
    hand.press(Key.Key_W)
    hand.press(Key.Key_S)
    hand.window.tagger.select(())
    hand.press(Key.Key_Plus, times=4)
    hand.press(Key.Key_End)
    assert view.scale.start_ns > max(tag.end_ns for tag in hand.tags())
    lanes = view.scene.rows.first_lane[-1] - len(view.scene.tracks.tracks)
    assert lanes == 1
    hand.press(Key.Key_Z, CTRL, times=2)
    assert np.array_equal(pixels_in(view, 0, 0, GUTTER, view.height()), before)


def test_lanes_that_have_no_room_are_scrolled_to(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    for _ in range(12):
        hand.press(Key.Key_S)
    view = hand.window.timeline
    rows = view.scene.rows
    assert rows.most_hidden > 0
    last = view.scene.tracks.tracks[-1].group
    assert rows.track(view.scene.tracks.number_of(last)).bottom > rows.tracks.bottom
    for _ in range(20):
        mouse.wheel(QPointF(20, rows.tracks.top + 20), -1)
    rows = view.scene.rows
    assert rows.track(view.scene.tracks.number_of(last)).bottom <= rows.tracks.bottom
    first = rows.lane_of(1, 0)
    assert first.top < rows.tracks.top
    assert rows.at(first.top + 2) is None


def test_every_flag_stands_in_the_column_of_its_time_however_crowded(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    view, index = hand.window.timeline, hand.window.player.index
    assert index is not None
    for _ in range(9):
        hand.press(Key.Key_S)
        hand.press(Key.Key_Right)
    hand.window.tagger.select(())
    hand.press(Key.Key_End)
    scene = view.scene
    for steps in (0, 3, 3):
        view.zoom(steps, about_ns=index.time_of(4))
        shown = [tag for tag in hand.tags() if view.scale.shows(tag.start_ns)]
        assert len(shown) >= 3
        for tag in shown:
            band = scene.rows.lane_of(*scene.tracks.place[tag.id])
            column = view.scale.column(tag.start_ns)
            foot = pixels_in(view, column - 1, band.bottom - 3, 3, 2)[:, :, :3].astype(int)
            assert (foot[:, 1, 2] - foot[:, 1, 0]).min() > 60, (steps, tag.start_frame)
            assert (foot[:, 0, 2] - foot[:, 0, 0]).max() < 20, (steps, tag.start_frame)


def test_its_switches_are_as_this_person_left_them(
    hand: Hand, footage: FindFootage, qtbot: QtBot
) -> None:
    hand.open(footage("clicks.mkv"))
    hand.press(Key.Key_L, CTRL | SHIFT)
    hand.press(Key.Key_G, CTRL | SHIFT)
    hand.press(Key.Key_P, CTRL | Qt.KeyboardModifier.AltModifier)
    hand.window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    view = again.timeline
    assert (view.follows, view.spectrogram, view.filmstrip) == (False, True, False)
    ticked = [again.actions_[one].isChecked() for one in ("follow", "spectrogram", "filmstrip")]
    assert ticked == [False, True, False]


def test_what_is_marked_on_the_sound_is_told(
    hand: Hand, footage: FindFootage, mouse: Mouse
) -> None:
    hand.open(footage("clicks.mkv"))
    ready(hand)
    view, shape = hand.window.timeline, hand.window.sources.shape
    assert shape is not None
    at = int(shape.onsets.times_ns[1])
    mouse.hover(mouse.on_sound(at))
    assert f"A sound begins here ({clock_text(at - view.scene.zero_ns)})." in view.toolTip()
    mouse.hover(mouse.on_sound(at) + QPointF(30, 0))
    assert "begins here" not in view.toolTip()
