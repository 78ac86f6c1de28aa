"""What the clips dialog says of what it comes to, and of what cannot be."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bodycam_annotator.media.enhance import PRESETS, Look
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.timing import NS
from tests.barcode import read_barcode
from tests.ui.clips.dialog_hand import (
    BURNED,
    NOTHING,
    Act,
    MakeDialog,
    Worker,
    hold_and_point,
    no_clips,
    pieces_of,
    then,
)
from tests.ui.hand import Key

"""Each changes the picture."""
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
    assert worker.said.startswith("1 clip (10 pictures, 0.4 s); at most about ")
    assert worker.dialog.make.text() == "&Make 1 clip"
    assert worker.dialog.written.first.text().endswith(" utterance 00-00-00.200.mp4")
    worker.choose(worker.dialog.source, "All 4 tags")
    worker.tick(worker.dialog.makes[Make.STILL])
    worker.wait(lambda: "free" in worker.said)
    assert worker.said.startswith("3 clips (21 pictures, 0.8 s), 3 stills; at most about ")
    assert "Nothing can be made of 1 of 4: There is no picture from" in worker.said
    assert worker.dialog.make.text() == "&Make 6 files"
    worker.type(worker.dialog.written.name, "{code}-{n}")
    worker.wait(lambda: worker.dialog.written.first.text() == "First: utterance-001.mp4")
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "Utterance-001.mp4").write_bytes(b"")
    worker.type(worker.dialog.written.name, "{code}-{n}")
    worker.wait(lambda: worker.dialog.written.first.text() == "First: utterance-001 (2).mp4")


def test_kinds_of_which_there_will_be_none_are_named(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    for make in (Make.STILL, Make.SHEET):
        worker.tick(worker.dialog.makes[make])
    worker.tick(worker.dialog.seen.inset)
    worker.type(worker.dialog.seen.region, "0, 0, 200, 100")
    worker.wait(lambda: "No clips and no stills can be made: The inset would" in worker.said)
    assert worker.said.startswith("1 contact sheet")
    assert worker.dialog.make.text() == "&Make 1 contact sheet"


def test_what_the_files_really_hold_is_told(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(replace(BURNED, card_ns=3 * NS, freeze_ns=2 * NS, slower=(4,))), qtbot)
    # Ten frames of 0.4 s, a card, one held, and all of them again in 1.6 s.
    assert worker.said.startswith("1 clip (22 pictures, 7.0 s); at most about ")
    assert worker.settle().count == 22
    no_clips(worker)
    worker.settle()
    assert worker.said.startswith("1 still; at most about ")
    for more in (Make.SHEET, Make.PREVIEW, Make.SOUND):
        worker.tick(worker.dialog.makes[more])
    worker.type(worker.dialog.written.thumbs, "4")
    worker.settle()
    assert worker.said.startswith(
        "1 still, 1 contact sheet (4 pictures), 1 animated preview (0.4 s), 1 sound file; at most "
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


def test_what_sheets_and_previews_do_not_have_is_said(dialog: MakeDialog, qtbot: QtBot) -> None:
    worker = Worker(dialog(), qtbot)
    seen = worker.dialog.seen
    worker.tick(worker.dialog.makes[Make.SHEET])
    assert seen.limits.text() == "Sheets: number, file time and tags below pictures."
    worker.tick(worker.dialog.makes[Make.PREVIEW])
    assert "Previews: no card, hold, slow motion or enlarged part." in seen.limits.text()
    worker.tick(seen.plain)
    assert not seen.limits.isVisible()
