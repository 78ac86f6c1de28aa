"""Where the picture lies in its view, what is under the pointer, comparing and measuring."""

from collections.abc import Callable
from dataclasses import replace
from math import floor
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPoint, QPointF, QSizeF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bodycam_annotator.media.enhance import Look, enhance
from bodycam_annotator.media.picture import Picture, Pixels
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.picture_place import PicturePlace
from bodycam_annotator.ui.picture_view import PictureView
from tests.ui.hand import NONE, Key, painted_picture

FindFootage = Callable[[str], Path]
ALT = Qt.KeyboardModifier.AltModifier
ESC = Key.Key_Escape, NONE
LEFT = Qt.MouseButton.LeftButton
WAYS = [(quarters, mirrored) for quarters in range(4) for mirrored in (False, True)]

# Where the picture lies


@st.composite
def places(draw: st.DrawFn) -> PicturePlace:
    """Any size of picture and view, after anything a person may have done."""
    place = PicturePlace()
    place.set_picture(draw(st.integers(1, 4096)), draw(st.integers(1, 4096)))
    view = QSizeF(draw(st.integers(100, 2000)), draw(st.integers(100, 2000)))
    place.set_view(view, draw(st.sampled_from([1.0, 1.25, 1.5, 2.0])))
    for what in draw(st.lists(st.sampled_from("tmzop"), max_size=6)):
        at = QPointF(draw(st.floats(0, view.width())), draw(st.floats(0, view.height())))
        if what == "t":
            place.turn()
        elif what == "m":
            place.mirror()
        elif what == "o":
            place.zoom_one_to_one()
        elif what == "z":
            place.zoom_by(draw(st.floats(0.1, 30)), at)
        else:
            place.pan(at)
    return place


@given(places(), st.floats(0, 0.999), st.floats(0, 0.999))
def test_every_pixel_is_found_where_it_is_shown(
    place: PicturePlace, across: float, down: float
) -> None:
    pixel = int(across * place.picture.width()), int(down * place.picture.height())
    shown = place.transform.map(QPointF(pixel[0] + 0.5, pixel[1] + 0.5))
    assert place.pixel_at(shown) == pixel
    assert place.nearest_pixel(shown) == pixel


@given(places())
def test_the_picture_fills_the_view_or_is_whole_in_it(place: PicturePlace) -> None:
    covered = place.covered
    view = place.transform.mapRect(place.picture)
    one = 1 / place.ratio + 1e-6
    for begin, length, room in (
        (view.left(), view.width(), place.covered.width()),
        (view.top(), view.height(), place.covered.height()),
    ):
        assert begin <= one or length <= room + one
    assert not covered.isEmpty()


@given(places())
def test_beside_the_picture_there_is_no_pixel(place: PicturePlace) -> None:
    outside = place.transform.mapRect(place.picture).topLeft() - QPointF(0.01, 0.01)
    assert place.pixel_at(outside) is None
    column, row = place.nearest_pixel(outside)
    assert 0 <= column < place.picture.width()
    assert 0 <= row < place.picture.height()


@given(
    st.integers(0, 3),
    st.booleans(),
    st.floats(0.3, 0.7),
    st.floats(0.3, 0.7),
    st.floats(1.05, 4.0),
)
def test_zooming_keeps_what_is_under_the_pointer(
    quarters: int, mirrored: bool, across: float, down: float, factor: float
) -> None:
    place = PicturePlace()
    place.set_picture(1920, 1080)
    place.set_view(QSizeF(800, 600), 1.0)
    for _ in range(quarters):
        place.turn()
    if mirrored:
        place.mirror()
    place.zoom_to(4.0)
    pointer = QPointF(800 * across, 600 * down)
    held = place.transform.inverted()[0].map(pointer)
    place.zoom_by(factor, pointer)
    moved = place.transform.map(held) - pointer
    assert max(abs(moved.x()), abs(moved.y())) <= 1.0


@given(places())
def test_four_turns_and_two_mirrorings_are_none(place: PicturePlace) -> None:
    before, fitted = (place.quarters, place.mirrored), place.is_fitted
    lies = place.transform
    for _ in range(4):
        place.turn()
    assert (place.quarters, place.mirrored) == before
    place.mirror()
    place.mirror()
    assert (place.quarters, place.mirrored) == before
    assert place.is_fitted == fitted
    if fitted:
        assert place.transform == lies


def test_turning_is_clockwise_as_it_is_seen_mirrored_or_not() -> None:
    for mirrored in (False, True):
        place = PicturePlace()
        place.set_picture(400, 300)
        place.set_view(QSizeF(800, 800), 1.0)
        if mirrored:
            place.mirror()
        top = place.transform.map(QPointF(200, 0))
        place.turn()
        right = place.transform.map(QPointF(200, 0))
        assert top.y() < 400
        assert right.x() > 400


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_one_to_one_is_one_device_pixel_and_begins_at_a_whole_one(ratio: float) -> None:
    place = PicturePlace()
    place.set_picture(1921, 1081)
    place.set_view(QSizeF(801, 599), ratio)
    place.zoom_one_to_one()
    corner = place.transform.map(QPointF(0, 0)) * ratio
    assert place.magnified == pytest.approx(1.0)
    assert (corner.x() % 1, corner.y() % 1) == pytest.approx((0, 0), abs=1e-6)


def test_zooming_out_ends_at_the_whole_picture() -> None:
    place = PicturePlace()
    place.set_picture(1920, 1080)
    place.set_view(QSizeF(960, 540), 1.0)
    scales = []
    for factor in (8.0, 0.5, 0.01, 0.5):
        place.zoom_by(factor)
        scales.append(place.scale)
    assert scales == [4.0, 2.0, 0.5, 0.5]
    assert place.is_fitted


def test_a_wheel_that_does_not_turn_leaves_the_picture_fitted() -> None:
    place = PicturePlace()
    place.set_picture(4, 4)
    place.set_view(QSizeF(900, 900), 1.0)
    for factor in (1.0, 1.25, 0.5):
        place.zoom_by(factor)
        assert place.is_fitted
    assert place.scale == 225


# What is under the pointer


def random_picture(width: int = 64, height: int = 36, seed: int = 1) -> Picture:
    bgra = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    bgra[..., 3] = 255
    return Picture(ordinal=5, pts=5, time_ns=5, bgra=bgra, width=width, height=height)


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    make_application()
    made = PictureView()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    return made


def painted_at(view: PictureView, point: QPoint) -> tuple[int, int, int]:
    color = view.grab().toImage().pixelColor(point)
    return color.red(), color.green(), color.blue()


def point_over(view: PictureView, pixel: tuple[int, int]) -> QPoint:
    at = view.place.transform.map(QPointF(pixel[0] + 0.5, pixel[1] + 0.5))
    return QPoint(floor(at.x()), floor(at.y()))


def words_for(pixel: tuple[int, int], bgra: Pixels) -> str:
    blue, green, red = bgra[pixel[1], pixel[0], :3].tolist()
    luma = cv2.cvtColor(bgra, cv2.COLOR_BGRA2GRAY)[pixel[1], pixel[0]]
    return f"x {pixel[0]}  y {pixel[1]}   R {red} G {green} B {blue}   luma {luma}"


@pytest.mark.parametrize(("quarters", "mirrored"), WAYS)
def test_the_value_under_the_pointer_is_the_footages_and_what_is_painted_there(
    quarters: int, mirrored: bool, view: PictureView
) -> None:
    picture = random_picture()
    view.show_picture(picture)
    for _ in range(quarters):
        view.turn()
    if mirrored:
        view.mirror()
    for pixel in ((20, 12), (31, 17), (40, 20)):
        point = point_over(view, pixel)
        QTest.mouseMove(view, point)  # type: ignore[call-overload]
        assert view.reading == words_for(pixel, picture.bgra)
        blue, green, red = picture.bgra[pixel[1], pixel[0], :3].tolist()
        assert painted_at(view, point) == (red, green, blue)


def test_the_value_is_the_originals_while_enhanced_is_shown(view: PictureView) -> None:
    picture = random_picture()
    picture = replace(picture, enhanced=enhance(picture.bgra, Look(gamma=2.5)))
    view.show_picture(picture)
    point = point_over(view, (20, 12))
    QTest.mouseMove(view, point)  # type: ignore[call-overload]
    said = words_for((20, 12), picture.bgra)
    assert view.reading == said.replace("R ", "original R ")
    assert picture.enhanced is not None
    blue, green, red = picture.enhanced[12, 20, :3].tolist()
    assert painted_at(view, point) == (red, green, blue)


def test_a_new_frame_under_a_resting_pointer_is_read_anew(view: PictureView) -> None:
    view.show_picture(random_picture())
    QTest.mouseMove(view, point_over(view, (3, 4)))  # type: ignore[call-overload]
    other = random_picture(seed=2)
    view.show_picture(other)
    assert view.reading == words_for((3, 4), other.bgra)


def test_a_reduced_picture_lies_where_the_whole_one_does_and_tells_no_value(
    view: PictureView,
) -> None:
    whole = np.full((360, 640, 4), 255, np.uint8)
    whole[..., 0] = np.linspace(60, 250, 640, dtype=np.uint8)[None, :]
    whole[..., 1] = np.linspace(60, 250, 360, dtype=np.uint8)[:, None]
    small = np.asarray(cv2.resize(whole, (160, 90), interpolation=cv2.INTER_AREA), np.uint8)
    picture = replace(random_picture(640, 360), bgra=whole)
    reduced = replace(picture, bgra=small)
    assert reduced.reduced
    for scale in (None, 3.0):
        if scale is not None:
            view.place.zoom_to(scale)
        view.show_picture(picture)
        lies, shown = view.place.transform, painted_picture(view)
        QTest.mouseMove(view, point_over(view, (300, 170)))  # type: ignore[call-overload]
        assert view.reading.startswith("x 300  y 170   R ")
        view.show_picture(reduced)
        assert view.place.transform == lies
        assert view.reading == "x 300  y 170"
        also_shown = painted_picture(view)
        assert also_shown.shape == shown.shape
        upper = slice(0, shown.shape[0] // 2)
        assert np.abs(also_shown[upper].astype(int) - shown[upper]).mean() < 3


def test_the_place_is_kept_from_frame_to_frame(view: PictureView) -> None:
    view.show_picture(random_picture())
    view.zoom(5)
    view.pan(1, 1)
    view.turn()
    lies = view.place.transform
    view.show_picture(random_picture(seed=3))
    assert view.place.transform == lies


def test_the_wheel_zooms_to_single_pixels_which_are_squares_then(view: PictureView) -> None:
    picture = random_picture()
    view.show_picture(picture)
    point = point_over(view, (30, 18))
    for _ in range(20):
        place = QPointF(point)
        event = QWheelEvent(
            place,
            view.mapToGlobal(place),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)
    assert view.place.magnified == 64
    assert view.place.pixel_at(QPointF(point)) == (30, 18)
    middle = point_over(view, (30, 18))
    blue, green, red = picture.bgra[18, 30, :3].tolist()
    for away in (QPoint(0, 0), QPoint(-20, -20), QPoint(20, 20)):
        assert painted_at(view, middle + away) == (red, green, blue)


# Comparing and measuring


def test_the_divider_parts_original_from_enhanced(view: PictureView) -> None:
    picture = random_picture()
    enhanced = 255 - picture.bgra
    enhanced[..., 3] = 255
    view.set_comparing(True)
    view.show_picture(picture)
    middle = point_over(view, (32, 20))
    view.show_picture(replace(picture, enhanced=enhanced))

    def shows(pixel: tuple[int, int], pixels: Pixels) -> bool:
        blue, green, red = pixels[pixel[1], pixel[0], :3].tolist()
        return painted_at(view, point_over(view, pixel)) == (red, green, blue)

    assert shows((20, 20), picture.bgra)
    assert shows((44, 20), enhanced)
    away = middle - QPoint(200, 0)
    QTest.mousePress(view, LEFT, pos=QPoint(320, 200))  # type: ignore[call-overload]
    QTest.mouseMove(view, QPoint(300, 200))  # type: ignore[call-overload]
    QTest.mouseMove(view, QPoint(away.x(), 200))  # type: ignore[call-overload]
    QTest.mouseRelease(view, LEFT, pos=QPoint(away.x(), 200))  # type: ignore[call-overload]
    assert shows((20, 20), enhanced)
    assert shows((8, 20), picture.bgra)
    assert view.place.is_fitted
    view.set_comparing(False)
    assert shows((8, 20), enhanced)


def drag(view: PictureView, start: QPoint, end: QPoint) -> None:
    QTest.mouseMove(view, start)  # type: ignore[call-overload]
    QTest.mousePress(view, LEFT, pos=start)  # type: ignore[call-overload]
    QTest.mouseMove(view, (start + end) / 2)  # type: ignore[call-overload]
    QTest.mouseMove(view, end)  # type: ignore[call-overload]
    QTest.mouseRelease(view, LEFT, pos=end)  # type: ignore[call-overload]


@pytest.mark.parametrize(("quarters", "mirrored"), WAYS)
def test_distances_are_those_in_the_picture_as_the_footage_has_it(
    quarters: int, mirrored: bool, view: PictureView
) -> None:
    view.show_picture(random_picture())
    for _ in range(quarters):
        view.turn()
    if mirrored:
        view.mirror()
    lies = view.place.transform
    view.set_measuring(True)
    drag(view, point_over(view, (10, 30)), point_over(view, (40, 4)))
    assert "39.7 px (Δx 30, Δy \N{MINUS SIGN}26)" in view.said
    assert view.place.transform == lies
    view.show_picture(random_picture(seed=4))
    assert any("39.7 px" in said for said in view.said)
    view.set_measuring(False)
    assert not any("px" in said for said in view.said)


def test_dragging_without_the_ruler_moves_the_picture(view: PictureView) -> None:
    view.show_picture(random_picture())
    view.place.zoom_to(40.0)
    before = view.place.transform
    drag(view, QPoint(300, 200), QPoint(260, 170))
    moved = view.place.transform
    assert (moved.dx() - before.dx(), moved.dy() - before.dy()) == (-40, -30)
    assert view.ruler is None


def test_enhanced_is_said_of_what_is_painted_and_of_nothing_else(view: PictureView) -> None:
    plain, looks = random_picture(), (Look(gamma=2.0), Look(sharpen=1.0))

    def enhanced_by(look: Look) -> Picture:
        return replace(plain, enhanced=enhance(plain.bgra, look), enhanced_by=look.words)

    said = []
    for picture in (plain, *map(enhanced_by, looks), plain):
        view.show_picture(picture)
        said.append(view.said)
    assert said == [[], ["enhanced: gamma 2"], ["enhanced: sharpen 1"], []]
    assert view.accessibleDescription() == ""


def test_chips_lie_apart_from_each_other_and_in_the_view(view: PictureView) -> None:
    picture = replace(random_picture(), doubtful=True)
    everything = Look(brightness=5, contrast=2.0, gamma=2.0, local_contrast=2.0, denoise=5)
    enhanced = enhance(picture.bgra, everything)
    view.show_picture(replace(picture, enhanced=enhanced, enhanced_by=everything.words))
    view.turn()
    view.mirror()
    view.zoom(3)
    view.set_measuring(True)
    drag(view, QPoint(100, 100), QPoint(200, 150))
    for size in ((640, 480), (1200, 700), (320, 300)):
        view.resize(*size)
        boxes = [*(box for _, box in view.chip_boxes()), view.reading_box()]
        assert len(boxes) == 6
        for at, box in enumerate(boxes):
            assert view.rect().toRectF().contains(box)
            assert not any(box.intersects(other) for other in boxes[at + 1 :])
