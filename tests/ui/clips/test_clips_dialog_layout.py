"""The clips dialog by keys and on small screens: reached, named, seen whole."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.media.enhance import PRESETS
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.timing import NS
from bodycam_annotator.ui.action_files import FILES
from bodycam_annotator.ui.clips_dialog import ClipsDialog, size_on
from bodycam_annotator.ui.theme import Theme, apply_theme
from tests.ui.clips.dialog_hand import BURNED, NOTHING, MakeDialog, Worker, no_clips
from tests.ui.hand import Key

"""Each changes the picture."""


def test_enter_makes_from_any_field(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    worker.type(worker.dialog.after, "0.5")
    worker.wait(lambda: "free" in worker.said)
    worker.press(worker.dialog.after, Key.Key_Return)
    assert worker.dialog.asked is not None
    assert worker.dialog.asked.choices.after_ns == NS // 2


def _fields(dialog: ClipsDialog) -> list[QWidget]:
    return [
        one
        for one in dialog.findChildren(QWidget)
        if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def test_tab_reaches_everything_and_all_has_a_name(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(look=PRESETS["Night"]), qtbot)
    worker.choose(worker.dialog.source, "All 3 tags")
    for box in (worker.dialog.seen.hold, worker.dialog.seen.inset):
        worker.tick(box)
    worker.type(worker.dialog.seen.region, "10,20,60,40")
    worker.settle()
    worker.dialog.activateWindow()
    worker.dialog.source.setFocus()
    reached = [worker.dialog.focusWidget()]
    for _ in range(200):
        worker.press(worker.dialog.focusWidget() or worker.dialog, Key.Key_Tab)
        if worker.dialog.focusWidget() is reached[0]:
            break
        reached.append(worker.dialog.focusWidget())
    assert set(reached) == set(_fields(worker.dialog))
    places = [one.mapTo(worker.dialog, one.rect().topLeft()) for one in reached if one is not None]
    left = [place.y() for place in places if place.x() < 300 and place.y() < 600]
    # Those in one row are not all of one height.
    assert all(below >= above - 8 for above, below in pairwise(left))
    for one in _fields(worker.dialog):
        named = one.accessibleName() or (one.text() if isinstance(one, QAbstractButton) else "")
        assert named, one


def test_no_two_letters_are_the_same(dialog: MakeDialog, qtbot: QtBot) -> None:
    shown = dialog(look=PRESETS["Night"])
    texts = [one.text() for one in shown.findChildren(QAbstractButton)]
    texts += [one.text() for one in shown.findChildren(QLabel) if one.buddy() is not None]
    letters = [QKeySequence.mnemonic(text).toString() for text in texts]
    letters = [letter for letter in letters if letter]
    assert len(letters) == len(set(letters))
    assert len(letters) >= 20


@pytest.mark.parametrize("theme", [Theme.DARK, Theme.LIGHT])
def test_nothing_is_cut_on_a_small_screen(
    theme: Theme, dialog: MakeDialog, qtbot: QtBot, qapp: QApplication
) -> None:
    shown = dialog(look=PRESETS["Night"])
    apply_theme(qapp, theme)
    try:
        worker = Worker(shown, qtbot)
        worker.choose(shown.source, "All 3 tags")
        worker.settle()
        scroll = shown.findChild(QScrollArea)
        assert scroll is not None
        inside, viewport = scroll.widget(), scroll.viewport()
        assert inside is not None
        assert viewport is not None
        assert inside.minimumSizeHint().width() <= viewport.width()
        assert inside.sizeHint().height() <= viewport.height()
        for one in shown.findChildren(QWidget):
            if isinstance(one, (QLabel, QAbstractButton)) and one.isVisible():
                assert one.width() >= one.minimumSizeHint().width(), one
    finally:
        apply_theme(qapp, Theme.DARK)


def _parts(dialog: ClipsDialog) -> dict[str, tuple[QWidget, ...]]:
    seen, written = dialog.seen, dialog.written
    return {
        "handles": (dialog.before, dialog.after),
        "drawn": (seen.captions, seen.banners, seen.stamp, seen.stamp_corner, seen.camera_corner),
        "strip": (seen.strip,),
        "behind": (seen.card, seen.hold, *seen.slower.values()),
        "enlarged": (seen.inset,),
        "pictures": (seen.plain, seen.enhanced),
        "clips": (written.form, written.quality, written.sound, written.subtitles),
        "sheets": (written.thumbs,),
        "previews": (written.animation,),
    }


@pytest.mark.parametrize(
    ("makes", "on"),
    [
        ((Make.CLIP,), "handles drawn strip behind enlarged pictures clips"),
        ((Make.STILL,), "drawn enlarged pictures"),
        ((Make.SHEET,), "handles pictures sheets"),
        ((Make.PREVIEW,), "handles drawn strip pictures previews"),
        ((Make.SOUND,), "handles"),
        ((Make.STILL, Make.SHEET), "handles drawn enlarged pictures sheets"),
        ((Make.STILL, Make.PREVIEW), "handles drawn strip enlarged pictures previews"),
    ],
)
def test_what_does_nothing_is_off_and_says_why(
    makes: tuple[Make, ...], on: str, dialog: MakeDialog, qtbot: QtBot
) -> None:
    shown = dialog(replace(BURNED, makes=makes), look=PRESETS["Night"])
    for name, parts in _parts(shown).items():
        for part in parts:
            assert part.isEnabled() is (name in on.split()), (name, part)
            assert ("Off: " in part.toolTip()) is not part.isEnabled()
    assert shown.seen.limits.isVisible() is bool({Make.SHEET, Make.PREVIEW} & set(makes))


def test_why_it_is_off_goes_when_it_is_on(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    strip, before = worker.dialog.seen.strip, worker.dialog.before
    tips = strip.toolTip(), before.toolTip()
    assert "lowest rows" in tips[0]
    assert tips[1] == "Seconds of footage before and after each tag"
    no_clips(worker)
    assert strip.toolTip() != tips[0]
    assert strip.toolTip().startswith(tips[0])
    assert before.toolTip().endswith("Off: a still is one frame")
    worker.tick(worker.dialog.makes[Make.CLIP])
    assert (strip.toolTip(), before.toolTip()) == tips
    worker.tick(worker.dialog.seen.plain)
    assert strip.toolTip().endswith("Off: nothing is burned in")


def test_what_is_off_is_not_in_the_way(dialog: MakeDialog, qtbot: QtBot) -> None:
    chosen = replace(BURNED, before_ns=NS, card_ns=2 * NS)
    worker = Worker(dialog(chosen), qtbot)
    worker.type(worker.dialog.before, "x")
    worker.type(worker.dialog.seen.card_s, "61")
    worker.tick(worker.dialog.seen.inset)
    worker.type(worker.dialog.seen.region, "1,2")
    assert not worker.dialog.make.isEnabled()
    worker.tick(worker.dialog.makes[Make.STILL])
    worker.tick(worker.dialog.makes[Make.CLIP])
    assert "Part to enlarge" in worker.said
    worker.tick(worker.dialog.seen.inset)
    assert worker.make().choices == replace(chosen, makes=(Make.STILL,))


@pytest.mark.parametrize("choices", [NOTHING, replace(NOTHING, slower=(2, 4, 8))])
def test_a_click_on_the_slider_goes_to_the_picture_there(
    choices: ClipChoices, dialog: MakeDialog, qtbot: QtBot
) -> None:
    worker = Worker(dialog(choices), qtbot)
    slider = worker.dialog.panel.slider
    last = slider.maximum()
    for share in (0.98, 0.5, 0.52, 0.02, 0.25):
        place = QPoint(round(share * slider.width()), slider.height() // 2)
        QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=place)  # type: ignore[call-overload]
        assert abs(slider.value() - share * last) <= 0.02 * last + 0.5
        assert worker.settle().number == slider.value()
    was = slider.value()
    for key, by in ((Key.Key_Right, 1), (Key.Key_Left, -1), (Key.Key_PageUp, 10)):
        worker.press(slider, key)
        assert slider.value() == min(last, was + by)
        was = slider.value()
    worker.press(slider, Key.Key_PageDown)
    assert slider.value() == max(0, was - 10)


def test_the_slider_is_dragged_on_from_where_it_was_pressed(
    dialog: MakeDialog, qtbot: QtBot
) -> None:
    worker = Worker(dialog(replace(NOTHING, slower=(2, 4, 8))), qtbot)
    slider, left = worker.dialog.panel.slider, Qt.MouseButton.LeftButton
    middle = slider.height() // 2
    QTest.mousePress(slider, left, pos=QPoint(slider.width() // 2, middle))  # type: ignore[call-overload]
    QTest.mouseMove(slider, QPoint(slider.width() + 50, middle))  # type: ignore[call-overload]
    assert slider.value() == slider.maximum()
    QTest.mouseRelease(slider, left, pos=QPoint(slider.width() + 50, middle))  # type: ignore[call-overload]
    QTest.mouseMove(slider, QPoint(2, middle))  # type: ignore[call-overload]
    assert slider.value() == slider.maximum(), "it is let go"


@pytest.mark.parametrize(
    ("room", "size"),
    [
        (QSize(1280, 800), QSize(1200, 760)),
        (QSize(1920, 1080), QSize(1500, 918)),
        (QSize(3840, 2160), QSize(1500, 950)),
        (QSize(1024, 700), QSize(1008, 660)),
    ],
)
def test_it_is_as_large_as_there_is_room_for(room: QSize, size: QSize, qapp: QApplication) -> None:
    assert size_on(room) == size


def test_the_words_are_those_of_the_menu(dialog: MakeDialog, qtbot: QtBot) -> None:
    shown = dialog()
    assert f"{shown.windowTitle()}…" == next(one.label for one in FILES if one.id == "clips")
    for box in (shown.seen.card, shown.seen.hold, *shown.seen.slower.values()):
        assert "without sound" in box.toolTip()
    assert shown.seen.stamp_corner.currentText() == "where the camera’s is not"
    assert shown.written.subtitles.text() == "Subtitle track"
    assert "show them twice" in shown.written.subtitles.toolTip()


@pytest.mark.parametrize("theme", [Theme.DARK, Theme.LIGHT])
def test_all_that_can_be_made_needs_no_scrolling(
    theme: Theme, dialog: MakeDialog, qtbot: QtBot, qapp: QApplication
) -> None:
    shown = dialog(replace(BURNED, makes=tuple(Make)), look=PRESETS["Night"])
    apply_theme(qapp, theme)
    try:
        shown.resize(size_on(QSize(1280, 800)))
        Worker(shown, qtbot).settle()
        scroll = shown.findChild(QScrollArea)
        assert scroll is not None
        inside, viewport = scroll.widget(), scroll.viewport()
        assert inside is not None
        assert viewport is not None
        assert inside.height() <= viewport.height()
        assert inside.minimumSizeHint().width() <= viewport.width()
    finally:
        apply_theme(qapp, Theme.DARK)
