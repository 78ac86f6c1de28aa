"""Choosing what to make of tags by keys and clicks, and seeing it before it is made."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.media.enhance import PRESETS
from bodycam_annotator.publish.clip_forms import AnimationForm, Form, Make, Quality, Speed
from bodycam_annotator.publish.clip_look import ClipLook, Corner, Inset
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.timing import NS
from bodycam_annotator.ui.kept_choices import choices_in, choices_text
from tests.barcode import read_barcode
from tests.ui.clips.dialog_hand import (
    BURNED,
    MS,
    NOTHING,
    Act,
    MakeDialog,
    Worker,
    enlarge,
    hold,
    hold_and_point,
    look,
    no_clips,
    pieces_of,
    project_of,
    settings,
    then,
)
from tests.ui.hand import Key

SEEN: dict[str, tuple[Act, ClipChoices]] = {
    "plain": (lambda w: w.tick(w.dialog.seen.plain), ClipChoices()),
    "captions": (lambda w: w.tick(w.dialog.seen.captions), look(captions=False)),
    "banners": (lambda w: w.tick(w.dialog.seen.banners), look(banners=False)),
    "strip": (lambda w: w.tick(w.dialog.seen.strip), look(strip=False)),
    "stamp": (lambda w: w.tick(w.dialog.seen.stamp), look(stamp=False)),
    "stamp corner": (
        lambda w: w.choose(w.dialog.seen.stamp_corner, "at the bottom right"),
        look(stamp_corner=Corner.BOTTOM_RIGHT),
    ),
    "camera corner": (
        lambda w: w.choose(w.dialog.seen.camera_corner, "at the bottom left"),
        look(avoid_corner=Corner.BOTTOM_LEFT),
    ),
    "card": (lambda w: w.tick(w.dialog.seen.card), replace(BURNED, card_ns=3 * NS)),
    "hold": (hold, replace(BURNED, freeze_ns=2 * NS)),
    "point": (hold_and_point, replace(look(ring=(12, 30)), freeze_ns=2 * NS)),
    "slow": (lambda w: w.tick(w.dialog.seen.slower[4]), replace(BURNED, slower=(4,))),
    "enlarge": (enlarge, look(inset=Inset(x=10, y=20, width=60, height=40, zoom=4))),
    "enhanced": (
        lambda w: w.tick(w.dialog.seen.enhanced),
        replace(BURNED, enhancement=PRESETS["Night"]),
    ),
    "stills alone": (no_clips, replace(BURNED, makes=(Make.STILL,))),
}
"""Each changes the picture."""
WRITTEN: dict[str, tuple[Act, ClipChoices]] = {
    "no camera corner": (
        lambda w: w.choose(w.dialog.seen.camera_corner, "nowhere"),
        look(avoid_corner=None),
    ),
    "handles": (
        then(
            lambda w: w.type(w.dialog.before, "0.1"),
            lambda w: w.type(w.dialog.after, "0:01.000000001"),
        ),
        replace(BURNED, before_ns=100 * MS, after_ns=NS + 1),
    ),
    "sound too": (
        lambda w: w.tick(w.dialog.makes[Make.SOUND]),
        replace(BURNED, makes=(Make.CLIP, Make.SOUND)),
    ),
    "a sheet of 5": (
        then(
            lambda w: w.tick(w.dialog.makes[Make.SHEET]),
            lambda w: w.type(w.dialog.written.thumbs, "5"),
        ),
        replace(BURNED, makes=(Make.CLIP, Make.SHEET), thumbs=5),
    ),
    "a GIF": (
        then(
            lambda w: w.tick(w.dialog.makes[Make.PREVIEW]),
            lambda w: w.choose(w.dialog.written.animation, "GIF"),
        ),
        replace(BURNED, makes=(Make.CLIP, Make.PREVIEW), preview=AnimationForm.GIF),
    ),
    "form": (
        lambda w: w.choose(w.dialog.written.form, "FFV1 in Matroska: loses nothing"),
        settings(form=Form.FFV1),
    ),
    "quality": (
        lambda w: w.choose(w.dialog.written.quality, "Small files"),
        settings(quality=Quality.SMALL),
    ),
    "speed": (
        lambda w: w.choose(w.dialog.written.speed, "Slow"),
        settings(speed=Speed.SLOW),
    ),
    "silent": (lambda w: w.tick(w.dialog.written.sound), settings(sound=False)),
    "no subtitles": (
        lambda w: w.tick(w.dialog.written.subtitles),
        replace(BURNED, subtitles=False),
    ),
    "name": (lambda w: w.type(w.dialog.written.name, "{n} x"), replace(BURNED, name="{n} x")),
    "card for": (
        then(lambda w: w.tick(w.dialog.seen.card), lambda w: w.type(w.dialog.seen.card_s, "1.25")),
        replace(BURNED, card_ns=1250 * MS),
    ),
    "hold for": (
        then(lambda w: w.tick(w.dialog.seen.hold), lambda w: w.type(w.dialog.seen.hold_s, "0.5")),
        replace(BURNED, freeze_ns=500 * MS),
    ),
}


@pytest.mark.parametrize("name", [*SEEN, *WRITTEN])
def test_what_is_chosen_is_what_is_asked_for(
    name: str, dialog: MakeDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    act, expected = {**SEEN, **WRITTEN}[name]
    worker = Worker(dialog(look=PRESETS["Night"]), qtbot)
    act(worker)
    asked = worker.make()
    assert asked.choices == expected
    assert asked.pieces == worker.dialog.pieces
    assert asked.folder == tmp_path / "clips"
    assert not worker.dialog.isVisible()


@pytest.mark.parametrize("name", SEEN)
def test_the_picture_changes_with_what_is_seen(
    name: str, dialog: MakeDialog, qtbot: QtBot, session: ProjectSession
) -> None:
    # The banners of another tag, so that all there is can be left out.
    begun = ClipChoices(look=ClipLook(), after_ns=NS)
    worker = Worker(dialog(begun, look=PRESETS["Night"]), qtbot)
    if name == "banners":
        worker.press(worker.dialog.panel.slider, Key.Key_Home)
        worker.press(worker.dialog.panel.slider, Key.Key_PageUp, times=2)
    was = worker.pixels
    SEEN[name][0](worker)
    now = worker.pixels
    assert now.shape == was.shape
    assert np.abs(now.astype(int) - was.astype(int)).max() > 40


def test_the_slider_steps_through_all_that_the_clip_plays(dialog: MakeDialog, qtbot: QtBot) -> None:
    choices = replace(NOTHING, card_ns=NS, freeze_ns=NS, slower=(4,))
    worker = Worker(dialog(choices), qtbot)
    slider = worker.dialog.panel.slider
    slider.setFocus()
    assert worker.settle().count == 1 + 10 + 1 + 10
    assert worker.line == "Picture 2 of 22 · frame 5 · 00:00:00.200"
    assert read_barcode(worker.pixels) == 5
    worker.press(slider, Key.Key_Home)
    worker.wait(lambda: worker.line == "Picture 1 of 22 · title card")
    seen = []
    for number in range(2, 23):
        worker.press(slider, Key.Key_Right)
        qtbot.waitUntil(partial(_is_line, worker, f"Picture {number} of"), timeout=30_000)
        seen.append((worker.line.split(" · ")[1:], worker.dialog.panel.view.pixels))
    words = [said for said, _ in seen]
    pixels = [one for _, one in seen if one is not None]
    assert len(pixels) == 21
    assert read_barcode(pixels[3]) == 8
    assert [one[0] for one in words] == [f"frame {n}" for n in (*range(5, 15), 5, *range(5, 15))]
    assert words[10] == ["frame 5", "00:00:00.200", "held"]
    assert words[11] == ["frame 5", "00:00:00.200", "1/4 speed"]
    assert words[20] == ["frame 14", "00:00:00.560", "1/4 speed"]
    worker.press(slider, Key.Key_Left)
    worker.wait(lambda: "frame 13 " in worker.line)
    worker.press(slider, Key.Key_End)
    worker.wait(lambda: "Picture 22 " in worker.line)


def _is_line(worker: Worker, beginning: str) -> bool:
    return worker.line.startswith(beginning)


def test_what_was_just_added_is_shown(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    for box, said in (
        (worker.dialog.seen.card, "title card"),
        (worker.dialog.seen.hold, "held"),
        (worker.dialog.seen.slower[8], "1/8 speed"),
    ):
        worker.tick(box)
        worker.settle()
        assert worker.line.endswith(said)
    worker.tick(worker.dialog.seen.slower[8])
    worker.settle()
    assert worker.line.endswith("frame 5 · 00:00:00.200")


def test_other_pieces_by_their_buttons(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(NOTHING), qtbot)
    panel = worker.dialog.panel
    assert not panel.after.isVisible()
    worker.choose(worker.dialog.source, "All 3 tags")
    assert panel.piece.text().startswith("1 of 3 · ")
    assert "“Put your gun down”" in panel.piece.text()
    assert not panel.before.isEnabled()
    worker.settle()
    for barcode in (20, 33):
        worker.press(panel.after, Key.Key_Space)
        assert read_barcode(worker.pixels) == barcode
    assert not panel.after.isEnabled()
    worker.press(panel.before, Key.Key_Space)
    assert panel.piece.text().startswith("2 of 3")
    assert read_barcode(worker.pixels) == 20
    assert len(worker.make().pieces) == 3


@pytest.mark.parametrize("size", [(1264, 752), (900, 600), (1900, 1000)])
@pytest.mark.parametrize("pixel", [(0, 0), (639, 359), (401, 77)])
def test_a_click_points_at_the_pixel_of_the_footage(
    size: tuple[int, int], pixel: tuple[int, int], dialog: MakeDialog, qtbot: QtBot
) -> None:
    worker = Worker(dialog(), qtbot)
    worker.dialog.resize(*size)
    worker.click(*pixel)
    assert not worker.dialog.seen.point.text(), "nothing is held, so nothing is pointed at"
    worker.tick(worker.dialog.seen.hold)
    before = worker.pixels
    worker.click(*pixel)
    assert not np.array_equal(worker.pixels, before)
    choices = worker.make().choices
    assert choices.look is not None
    assert choices.look.ring == pixel


def test_a_drag_chooses_what_isenlarged(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    worker.tick(worker.dialog.seen.inset)
    assert "Drag over the preview" in worker.said
    assert not worker.dialog.make.isEnabled()
    # From the lower right to the upper left, as people do too.
    worker.drag((159, 119), (100, 80))
    worker.wait(lambda: "free" in worker.said)
    shown = worker.pixels
    choices = worker.make().choices
    assert choices.look is not None
    assert choices.look.inset == Inset(x=100, y=80, width=60, height=40, zoom=3)
    plain = dialog()
    beside = Worker(plain, qtbot).pixels
    changed = np.abs(shown.astype(int) - beside.astype(int)).max(axis=2) > 40
    # It is at the right, three times as large.
    assert changed[:, 320:].sum() > 60 * 40


@pytest.mark.parametrize("name", ["turned_90.mp4", "turned_270.mp4", "wide_pixels.mp4"])
def test_pixels_are_those_of_the_picture_as_displayed(
    name: str,
    odd_file: Callable[[str], object],
    dialog: MakeDialog,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    made = odd_file(name)
    width, height = made.clip.displayed  # type: ignore[attr-defined]
    (tmp_path / "odd").mkdir()
    with project_of(made.path, tmp_path / "odd") as session:  # type: ignore[attr-defined]
        worker = Worker(dialog(of=session), qtbot)
        assert worker.pixels.shape[:2] == (height, width)
        worker.tick(worker.dialog.seen.hold)
        worker.settle()
        worker.click(width - 1, height - 1)
        worker.tick(worker.dialog.seen.inset)
        worker.drag((10, 20), (29, 34))
        choices = worker.make().choices
    assert choices.look is not None
    assert choices.look.ring == (width - 1, height - 1)
    assert choices.look.inset == Inset(x=10, y=20, width=20, height=15, zoom=3)


def test_what_was_chosen_comes_back(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(look=PRESETS["Night"]), qtbot)
    for act, _ in (SEEN["stamp corner"], SEEN["point"], SEEN["slow"], SEEN["enlarge"]):
        act(worker)
    for act, _ in (WRITTEN["handles"], WRITTEN["a GIF"], WRITTEN["silent"], WRITTEN["name"]):
        act(worker)
    worker.tick(worker.dialog.seen.enhanced)
    chosen = worker.make().choices
    assert chosen.look is not None
    kept = choices_in(choices_text(chosen))
    assert kept == replace(
        chosen, enhancement=None, look=replace(chosen.look, ring=None, inset=None)
    )
    assert Worker(dialog(kept), qtbot).make().choices == kept
    # What is of this footage comes back as long as it is the same window.
    again = Worker(dialog(chosen, look=PRESETS["Night"]), qtbot)
    assert again.make().choices == chosen


def test_only_the_newest_choices_are_shown(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    old = worker.settle()
    worker.tick(worker.dialog.seen.captions)
    now = worker.pixels
    worker.dialog.panel._show(old)
    assert worker.dialog.panel.view.pixels is now
    for _ in range(7):
        worker.tick(worker.dialog.seen.strip)
    shown = worker.settle()
    assert worker.shown is shown
    choices = worker.make().choices
    assert choices == look(captions=False, strip=False)
    fresh = Worker(dialog(choices), qtbot).pixels
    assert shown.bgra is not None
    assert np.array_equal(shown.bgra, fresh)


def test_thousands_of_tags_are_counted_while_a_picture_is_shown(
    dialog: MakeDialog, qtbot: QtBot, session: ProjectSession
) -> None:
    worker = Worker(dialog(NOTHING, pieces=pieces_of(session) * 1000), qtbot)
    worker.choose(worker.dialog.source, "All 3000 tags")
    assert worker.dialog.make.text() == "&Make 3000 clips"
    worker.wait(lambda: worker.shown is not None)
    assert read_barcode(worker.pixels) == 5
    worker.wait(lambda: worker.said.startswith("3000 clips (21000 pictures, 840.0 s)"))


@pytest.mark.parametrize("leave", ["escape", "cancel", "close"])
def test_leaving_asks_for_nothing_and_closes_the_footage(
    leave: str, dialog: MakeDialog, qtbot: QtBot, session: ProjectSession
) -> None:
    worker = Worker(dialog(), qtbot)
    worker.type(worker.dialog.before, "1")
    if leave == "escape":
        worker.press(worker.dialog.before, Key.Key_Escape)
    elif leave == "cancel":
        worker.dialog.cancel.click()
    else:
        worker.dialog.close()
    assert not worker.dialog.isVisible()
    assert worker.dialog.asked is None
    held = [os.path.realpath(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")]
    assert str(session.path.with_name("X60A0001.mp4").resolve()) not in held
