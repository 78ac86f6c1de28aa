"""Choosing what to make of tags by keys and clicks, and seeing it before it is made."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import Piece
from bodycam_annotator.media.enhance import PRESETS, Look
from bodycam_annotator.publish.clip_forms import AnimationForm, Form, Make, Quality, Speed
from bodycam_annotator.publish.clip_look import ClipLook, Corner, Inset
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.timing import NS
from bodycam_annotator.ui.action_files import FILES
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.clips_dialog import ClipsDialog, ClipSource, size_on
from bodycam_annotator.ui.kept_choices import choices_in, choices_text
from bodycam_annotator.ui.theme import Theme, apply_theme
from tests.barcode import read_barcode
from tests.media_factory import make
from tests.ui.clips_hand import (
    BURNED,
    CLIP,
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


@pytest.fixture(scope="session")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(CLIP, tmp_path_factory.mktemp("filmed") / "X60A0001.mp4").path


@pytest.fixture
def session(filmed: Path, tmp_path: Path) -> Iterator[ProjectSession]:
    footage = tmp_path / filmed.name
    footage.write_bytes(filmed.read_bytes())
    # As if it was released: the date is part of what tells that it is the same.
    os.utime(footage, ns=(filmed.stat().st_atime_ns, filmed.stat().st_mtime_ns))
    with project_of(footage, tmp_path) as made:
        yield made


@pytest.fixture
def dialog(session: ProjectSession, tmp_path: Path, qtbot: QtBot) -> Iterator[MakeDialog]:
    """Makes the dialog, as large as on a small screen, and closes it."""
    make_application()
    every_dialog: list[ClipsDialog] = []

    def made(
        choices: ClipChoices = BURNED,
        *,
        look: Look | None = None,
        pieces: tuple[Piece, ...] | None = None,
        of: ProjectSession = session,
    ) -> ClipsDialog:
        every = pieces_of(of) if pieces is None else pieces
        shown = ClipsDialog(
            of.project,
            of.path,
            sources=[
                ClipSource(title="The selected tag", pieces=every[:1]),
                ClipSource(title=f"All {len(every)} tags", pieces=every),
            ],
            choices=choices,
            folder=tmp_path / "clips",
            player_look=look,
        )
        every_dialog.append(shown)
        shown.resize(1264, 752)
        shown.show()
        qtbot.waitExposed(shown)
        return shown

    yield made
    for one in every_dialog:
        one.close()
        one.deleteLater()


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


WRONG: dict[str, tuple[Act, str]] = {
    "handle": (
        lambda w: w.type(w.dialog.before, "1,5"),
        "Handle before: '1,5' is not a time",
    ),
    "negative": (lambda w: w.type(w.dialog.after, "-1"), "cannot last less than nothing"),
    "empty": (lambda w: w.type(w.dialog.after, ""), "is not a time"),
    "long card": (
        then(lambda w: w.tick(w.dialog.seen.card), lambda w: w.type(w.dialog.seen.card_s, "61")),
        "60 s at most",
    ),
    "point": (
        then(lambda w: w.tick(w.dialog.seen.hold), lambda w: w.type(w.dialog.seen.point, "12")),
        "Point to mark: write numbers (x, y)",
    ),
    "point outside": (
        then(lambda w: w.tick(w.dialog.seen.hold), lambda w: w.type(w.dialog.seen.point, "640,0")),
        "outside the picture of 640 × 360",
    ),
    "part": (
        then(
            lambda w: w.tick(w.dialog.seen.inset), lambda w: w.type(w.dialog.seen.region, "1,2,3,x")
        ),
        "Part to enlarge: write numbers",
    ),
    "large part": (
        then(
            lambda w: w.tick(w.dialog.seen.inset),
            lambda w: w.type(w.dialog.seen.region, "0,0,300,200"),
        ),
        "or less zoom",
    ),
    "stamp": (
        lambda w: w.choose(w.dialog.seen.stamp_corner, "at the top right"),
        "cover the camera's own",
    ),
    "thumbs": (
        then(
            lambda w: w.tick(w.dialog.makes[Make.SHEET]),
            lambda w: w.type(w.dialog.written.thumbs, "201"),
        ),
        "1 to 200 pictures",
    ),
    "no thumbs": (
        then(
            lambda w: w.tick(w.dialog.makes[Make.SHEET]),
            lambda w: w.type(w.dialog.written.thumbs, ""),
        ),
        "1 to 200 pictures",
    ),
    "template": (lambda w: w.type(w.dialog.written.name, "{nobody}"), "There is no {nobody}"),
    "brace": (lambda w: w.type(w.dialog.written.name, "{"), "is no template"),
    "nothing": (lambda w: w.tick(w.dialog.makes[Make.CLIP]), "There is nothing to make"),
    "no folder": (lambda w: w.type(w.dialog.file, " "), "Name the folder"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_is_said_and_not_made(name: str, dialog: MakeDialog, qtbot: QtBot) -> None:
    act, words = WRONG[name]
    worker = Worker(dialog(), qtbot)
    act(worker)
    worker.wait(lambda: words in worker.said)
    assert not worker.dialog.make.isEnabled()
    worker.press(worker.dialog.file, Key.Key_Return)
    assert worker.dialog.asked is None
    assert worker.dialog.isVisible()
    assert worker.dialog.said.property("tone") == "warn"


def test_what_was_wrong_is_marked_until_it_is_right(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    field = worker.dialog.before
    worker.type(field, "x")
    assert field.property("tone") == "bad"
    worker.type(field, "1")
    assert not field.property("tone")
    worker.wait(lambda: "free" in worker.said)
    assert worker.make().choices.before_ns == NS


def test_a_file_in_place_of_the_folder_is_said(
    dialog: MakeDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    worker = Worker(dialog(), qtbot)
    worker.type(worker.dialog.file, "taken")
    worker.wait(lambda: "cannot be used" in worker.said)
    assert not worker.dialog.make.isEnabled()
    worker.type(worker.dialog.file, "free/deep")
    worker.wait(lambda: "GB free" in worker.said or "MB free" in worker.said)
    assert worker.make().folder == tmp_path / "free" / "deep"
    assert not (tmp_path / "free").exists(), "made when clips are"


def test_what_will_be_made_is_counted(
    dialog: MakeDialog, qtbot: QtBot, tmp_path: Path, session: ProjectSession
) -> None:
    first = pieces_of(session)[0]
    late = replace(first, start_ns=first.start_ns + 3600 * NS, end_ns=first.end_ns + 3600 * NS)
    worker = Worker(dialog(pieces=(*pieces_of(session), late)), qtbot)
    assert worker.said.startswith("1 clip (10 pictures, 0.4 s); about ")
    assert worker.dialog.make.text() == "&Make 1 clip"
    assert worker.dialog.written.first.text().endswith(" utterance 00-00-00.200.mp4")
    worker.choose(worker.dialog.source, "All 4 tags")
    worker.tick(worker.dialog.makes[Make.STILL])
    worker.wait(lambda: "free" in worker.said)
    assert worker.said.startswith("3 clips (21 pictures, 0.8 s), 3 stills; about ")
    assert "Nothing can be made of 1 of 4: There is no picture from" in worker.said
    assert worker.dialog.make.text() == "&Make 6 files"
    worker.type(worker.dialog.written.name, "{code}-{n}")
    worker.wait(lambda: worker.dialog.written.first.text() == "First: utterance-001.mp4")
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "Utterance-001.mp4").write_bytes(b"")
    worker.type(worker.dialog.written.name, "{code}-{n}")
    worker.wait(lambda: worker.dialog.written.first.text() == "First: utterance-001 (2).mp4")


def test_what_the_files_really_hold_is_told(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(replace(BURNED, card_ns=3 * NS, freeze_ns=2 * NS, slower=(4,))), qtbot)
    # Ten frames of 0.4 s, a card, one held, and all of them again in 1.6 s.
    assert worker.said.startswith("1 clip (22 pictures, 7.0 s); about ")
    assert worker.settle().count == 22
    no_clips(worker)
    worker.settle()
    assert worker.said.startswith("1 still; about ")
    for more in (Make.SHEET, Make.PREVIEW, Make.SOUND):
        worker.tick(worker.dialog.makes[more])
    worker.type(worker.dialog.written.thumbs, "4")
    worker.settle()
    assert worker.said.startswith(
        "1 still, 1 contact sheet (4 pictures), 1 animated preview (0.4 s), 1 sound file; about "
    )


def test_one_point_for_several_tags_is_said(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    hold_and_point(worker)
    worker.wait(lambda: worker.said.endswith("free."))
    worker.choose(worker.dialog.source, "All 3 tags")
    worker.wait(lambda: worker.said.endswith("The same point is marked in each of them."))
    assert worker.dialog.make.isEnabled()


def test_without_a_tag_there_is_nothing_to_make(dialog: MakeDialog, qtbot: QtBot) -> None:
    shown = dialog(pieces=())
    qtbot.waitUntil(lambda: "no such tag" in shown.said.text(), timeout=30_000)
    assert not shown.make.isEnabled()
    assert "no tag" in shown.panel.view.sentence


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


@pytest.mark.parametrize(
    ("enhanced", "words"),
    [(None, "nothing is enhanced"), (PRESETS["What moved"], "a difference cannot be")],
)
def test_why_the_picture_cannot_be_enhanced(
    enhanced: Look | None, words: str, dialog: MakeDialog, qtbot: QtBot
) -> None:
    shown = dialog(look=enhanced)
    assert not shown.seen.enhanced.isEnabled()
    assert words in shown.seen.enhanced.text()


@pytest.mark.parametrize("harm", ["gone", "cut", "touched"])
def test_footage_that_is_not_what_it_was_is_said(
    harm: str, dialog: MakeDialog, qtbot: QtBot, session: ProjectSession
) -> None:
    path = session.path.with_name("X60A0001.mp4")
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(data + b"\0" * 64)
    else:
        os.utime(path, ns=(1, 1))
    worker = Worker(dialog(NOTHING), qtbot)
    sentence, note = worker.dialog.panel.view.sentence, worker.dialog.panel.note.text()
    if harm == "touched":
        assert "another date" in note
        assert read_barcode(worker.pixels) == 5
    else:
        assert ("is not at" if harm == "gone" else "has changed") in sentence
        assert worker.dialog.panel.view.pixels is None
    assert worker.dialog.make.isEnabled() is (harm != "gone")


def test_footage_that_goes_away_meanwhile_is_said(
    dialog: MakeDialog, qtbot: QtBot, session: ProjectSession
) -> None:
    worker = Worker(dialog(), qtbot)
    path = session.path.with_name("X60A0001.mp4")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    worker.tick(worker.dialog.seen.captions)
    worker.wait(lambda: "has changed" in worker.dialog.panel.view.sentence)


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


def test_what_sheets_and_previews_do_not_have_is_said(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    seen = worker.dialog.seen
    worker.tick(worker.dialog.makes[Make.SHEET])
    assert seen.limits.text() == "Sheets: only number and file time below each picture."
    worker.tick(worker.dialog.makes[Make.PREVIEW])
    assert "Previews: no card, freeze, slow motion, inset or point." in seen.limits.text()
    worker.tick(seen.plain)
    assert not seen.limits.isVisible()


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
