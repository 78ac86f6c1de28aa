"""What the queue of clips shows: whose counts, why something was not made, and the row at work."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractSlider

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import Piece, piece_of
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.ui.clip_queue import ClipQueue
from bodycam_annotator.ui.clip_rows import FILE, STATE, WHAT, State
from bodycam_annotator.ui.theme import COLORS
from tests.no_room import leave_no_room_for
from tests.ui.clips.asked import (
    LONG,
    asked_for,
    long_footage,
    names,
    rows,
    states,
    wait_until_through,
    wanted,
    whole_piece,
)
from tests.ui.hand import CTRL, SHIFT, Hand, Key

ALT = Qt.KeyboardModifier.AltModifier
CLIP_AND_STILL = ClipChoices(makes=(Make.CLIP, Make.STILL), look=LONG.look, slower=LONG.slower)


@pytest.fixture(scope="session")
def filmed_long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return long_footage(tmp_path_factory.mktemp("filmed") / "footage")


@pytest.fixture
def path(hand: Hand, filmed_long: Path, tmp_path: Path) -> Iterator[Path]:
    """14 s of footage that are open, with three marks."""
    folder = tmp_path / "footage"
    folder.mkdir()
    path = Path(shutil.copy(filmed_long, folder))
    hand.open(path)
    for _ in range(3):
        hand.press(Key.Key_S)
        hand.press(Key.Key_Right, times=3)
    yield path
    # Or closing would ask.
    hand.window.clipping.work.stop_all()
    wait_until_through(hand)


def shown(hand: Hand) -> ClipQueue:
    """The queue, as a key shows it."""
    hand.press(Key.Key_W, CTRL | SHIFT)
    queue = hand.window.clipping.queue
    hand.wait(queue.isActiveWindow)
    return queue


def choose(queue: ClipQueue, row: int) -> None:
    """By a click."""
    viewport, model = queue.table.viewport(), queue.table.model()
    assert viewport is not None
    assert model is not None
    queue.table.scrollTo(model.index(row, STATE))
    place = queue.table.visualRect(model.index(row, STATE)).center()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)  # type: ignore[call-overload]


def make(hand: Hand, folder: Path, count: int = 3) -> None:
    hand.window.clipping.make(wanted(hand.tags()[:count], folder))
    wait_until_through(hand)


def message(hand: Hand) -> str:
    return hand.window.messages.text.text()


def is_making(hand: Hand, piece: Piece) -> bool:
    """Whether the file of that is being made, and was seen to be."""
    at_work = hand.window.clipping.work.row_at_work
    return at_work is not None and at_work.share > 0 and at_work.pieces[0].end_ns == piece.end_ns


def spoil(path: Path) -> None:
    """As somebody might who has the footage."""
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\xff")


# Whose folder and whose counts


def test_a_new_export_is_what_is_shown(hand: Hand, path: Path, tmp_path: Path) -> None:
    make(hand, tmp_path / "old")
    queue = shown(hand)
    choose(queue, 0)
    assert queue.folder.text() == str(tmp_path / "old")
    QTest.keyClick(queue.table, Key.Key_Escape)  # type: ignore[call-overload]
    hand.wait(hand.window.isActiveWindow)
    make(hand, tmp_path / "new")
    queue = shown(hand)
    assert queue.table.chosen() == []
    assert queue.folder.text() == str(tmp_path / "new")


def test_what_the_person_looks_at_stays(hand: Hand, path: Path, tmp_path: Path) -> None:
    make(hand, tmp_path / "old")
    queue = shown(hand)
    choose(queue, 1)
    make(hand, tmp_path / "new")
    assert queue.table.chosen() == [rows(hand)[1]]
    assert queue.folder.text() == str(tmp_path / "old")
    queue.table.clearSelection()
    assert queue.folder.text() == str(tmp_path / "new")


def test_counts_are_of_one_export_and_say_of_which(hand: Hand, path: Path, tmp_path: Path) -> None:
    make(hand, tmp_path / "old")
    queue = shown(hand)
    whole = whole_piece(hand)
    pieces = [piece_of(hand.tags()[0]), whole]
    asked = asked_for(pieces=pieces, folder=tmp_path / "new", choices=LONG)
    hand.window.clipping.make(asked)
    assert queue.words.text().startswith("“new”: looking")
    hand.wait(lambda: is_making(hand, whole))
    hand.wait(lambda: queue.words.text().startswith("“new”: 1 of 2 made"))
    queue.stop_all.click()
    wait_until_through(hand)
    assert queue.words.text() == "“new”: 1 made, 1 stopped"
    queue.table.setFocus()
    assert lined(queue) == [3]
    queue.clear.click()
    assert queue.words.text() == "“new”: 1 made, 1 stopped"


def lined(queue: ClipQueue) -> list[int]:
    """The rows over which there is a line."""
    viewport, model = queue.table.viewport(), queue.table.model()
    assert viewport is not None
    assert model is not None
    image = viewport.grab().toImage()
    tops = [queue.table.visualRect(model.index(at, FILE)).top() for at in range(model.rowCount())]
    return [at for at, top in enumerate(tops) if image.pixelColor(3, top) == QColor(COLORS.muted)]


# What is said


def test_what_became_of_it_is_said_in_front(hand: Hand, path: Path, tmp_path: Path) -> None:
    queue = shown(hand)
    make(hand, tmp_path / "clips")
    said = f"3 clips in {tmp_path / 'clips'}, each with its account. clips.json lists them."
    assert (queue.told.isVisible(), queue.told.text(), message(hand)) == (True, said, said)
    queue.close()
    hand.wait(hand.window.isActiveWindow)
    assert shown(hand).told.isHidden(), "it was read"


def test_a_folder_that_is_not_there_is_said_in_front(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    make(hand, tmp_path / "clips")
    queue, before = shown(hand), message(hand)
    shutil.rmtree(tmp_path / "clips")
    queue.open_folder.click()
    assert queue.told.isVisible()
    assert queue.told.text().startswith(f"{tmp_path / 'clips'} is not there")
    assert message(hand) == before
    choose(queue, 0)
    assert queue.told.isHidden()


def test_footage_that_was_changed_is_told_once(hand: Hand, path: Path, tmp_path: Path) -> None:
    queue = shown(hand)
    spoil(path)
    make(hand, tmp_path / "clips")
    assert states(hand) == [State.NOT_MADE] * 3
    said = message(hand)
    assert said.startswith(f"Nothing was made. 3 not made: {path} is not the footage")
    assert said.count("SHA-256") == 1
    assert queue.told.text() == "Nothing was made."
    index = hand.window.clipping.work.rows.index(0, STATE)
    assert index.data().startswith(f"not made: {path.name} is not the footage")
    assert str(path) in index.data(Qt.ItemDataRole.ToolTipRole)
    choose(queue, 0)
    assert queue.why.text() == rows(hand)[0].words
    assert str(path) in queue.why.text()
    assert queue.why.width() <= queue.width()


def test_a_row_stays_in_sight_when_its_reason_is_told_below(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    spoil(path)
    asked = asked_for(pieces=[piece_of(hand.tags()[0])] * 30, folder=tmp_path / "clips")
    hand.window.clipping.make(asked)
    wait_until_through(hand)
    queue = shown(hand)
    viewport, model = queue.table.viewport(), queue.table.model()
    assert viewport is not None
    assert model is not None
    high = viewport.height()
    last = queue.table.rowAt(high - 1)
    assert 0 < last < 29
    choose(queue, last - 1)
    hand.rest()
    assert viewport.height() < high
    assert viewport.rect().contains(queue.table.visualRect(model.index(last - 1, FILE)))


def test_different_reasons_are_each_told(hand: Hand, path: Path, tmp_path: Path) -> None:
    whole = whole_piece(hand)
    beyond = [
        Piece(footage_id=whole.footage_id, start_ns=at, end_ns=at + 10)
        for at in (whole.end_ns + 10**9, whole.end_ns + 2 * 10**9)
    ]
    asked = asked_for(pieces=beyond, folder=tmp_path / "clips", choices=CLIP_AND_STILL)
    hand.window.clipping.make(asked)
    wait_until_through(hand)
    # A clip and a still of the same: one reason.
    assert message(hand).count("2 not made: There is no picture from") == 2
    assert [(row.name, row.what) for row in rows(hand)[:2]] == [
        (rows(hand)[0].name, "clip"),
        (rows(hand)[0].name, "still"),
    ]


def test_a_list_of_all_that_cannot_be_written_is_said(
    hand: Hand, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_no_room_for("clips.json", monkeypatch)
    make(hand, tmp_path / "clips")
    assert states(hand) == [State.MADE] * 3
    assert "lists them" not in message(hand)
    assert "clips.json cannot be written" in message(hand)


def test_reasons_are_not_cleared_with_what_is_made(hand: Hand, path: Path, tmp_path: Path) -> None:
    make(hand, tmp_path / "good")
    spoil(path)
    make(hand, tmp_path / "bad", 2)
    queue = shown(hand)
    assert queue.clear.text().replace("&", "") == "Clear what is made"
    QTest.keyClick(queue.table, Key.Key_L, ALT)  # type: ignore[call-overload]
    hand.wait(lambda: states(hand) == [State.NOT_MADE] * 2)
    assert not queue.clear.isEnabled()
    queue.table.selectAll()
    assert queue.clear.text().replace("&", "") == "Clear these 2"
    QTest.keyClick(queue.table, Key.Key_L, ALT)  # type: ignore[call-overload]
    hand.wait(lambda: rows(hand) == [])


# Columns


def test_files_have_the_room_and_columns_stay_as_they_are_dragged(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    make(hand, tmp_path / "clips")
    queue = shown(hand)
    header, viewport = queue.table.horizontalHeader(), queue.table.viewport()
    assert header is not None
    assert viewport is not None
    file, what, state = (header.sectionSize(one) for one in (FILE, WHAT, STATE))
    assert file > 2 * (what + state)
    assert file + what + state == viewport.width()
    queue.resize(queue.width() + 100, queue.height())
    hand.rest()
    assert (header.sectionSize(FILE), header.sectionSize(STATE)) == (file + 100, state)
    place = header.sectionViewportPosition(WHAT) - 1
    drag(hand, queue, place, place - 200)
    assert header.sectionSize(STATE) == state + 200
    queue.resize(queue.width() + 50, queue.height())
    hand.rest()
    assert header.sectionSize(STATE) == state + 200


def drag(hand: Hand, queue: ClipQueue, start: int, end: int) -> None:
    """Along the header of the table."""
    header = queue.table.horizontalHeader()
    assert header is not None
    viewport = header.viewport()
    assert viewport is not None
    rect = viewport.rect().center()
    first, last = rect, rect
    first.setX(start)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=first)  # type: ignore[call-overload]
    last.setX(end)
    QTest.mouseMove(viewport, pos=last)  # type: ignore[call-overload]
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=last)  # type: ignore[call-overload]
    hand.rest()


# The row at work


def test_the_row_at_work_is_in_sight_unless_the_person_scrolls(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    whole, mark = whole_piece(hand), piece_of(hand.tags()[0])
    queue = shown(hand)
    queue.resize(queue.width(), 300)
    asked = asked_for(pieces=[*[mark] * 20, whole, mark], folder=tmp_path / "clips", choices=LONG)
    hand.window.clipping.make(asked)
    hand.wait(lambda: is_making(hand, whole))
    at_work = hand.window.clipping.work.row_at_work
    model, viewport, bar = (
        queue.table.model(),
        queue.table.viewport(),
        queue.table.verticalScrollBar(),
    )
    assert at_work is not None
    assert model is not None
    assert viewport is not None
    assert bar is not None
    queue.refresh()
    assert viewport.rect().contains(queue.table.visualRect(model.index(at_work.at, FILE)))
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    queue.refresh()
    assert bar.value() == 0, "the person scrolled it there"
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
    queue.refresh()
    bar.setValue(0)
    queue.refresh()
    assert bar.value() > 0, "it was in sight, so it is followed again"
    choose(queue, 0)
    bar.setValue(0)
    queue.refresh()
    assert bar.value() == 0, "the person looks at another"


# Making again


def test_what_was_stopped_is_made_again_by_keys(hand: Hand, path: Path, tmp_path: Path) -> None:
    whole, (first, second, third) = whole_piece(hand), map(piece_of, hand.tags())
    out = tmp_path / "clips"
    pieces = [first, whole, second, third]
    hand.window.clipping.make(asked_for(pieces=pieces, folder=out, choices=CLIP_AND_STILL))
    queue = shown(hand)
    hand.wait(lambda: is_making(hand, whole))
    planned = [row.name for row in rows(hand)]
    assert len(planned) == 8
    queue.stop_all.click()
    wait_until_through(hand)
    made = {name: (out / name).read_bytes() for name in names(out)}
    assert list(made) == sorted(planned[:2])
    # The long one is not wanted any more; of it only the still.
    choose(queue, 2)
    queue.clear.click()
    queue.table.clearSelection()
    assert queue.make_again.text().replace("&", "") == "Make 5 again"
    QTest.keyClick(queue.table, Key.Key_M, ALT)  # type: ignore[call-overload]
    hand.wait(lambda: State.STOPPED not in states(hand))
    wait_until_through(hand)
    assert states(hand) == [State.MADE] * 7
    assert names(out) == sorted({*planned} - {planned[2]})
    assert {name: (out / name).read_bytes() for name in made} == made
    assert not queue.make_again.isEnabled()


def test_the_selected_one_alone_is_made_again(hand: Hand, path: Path, tmp_path: Path) -> None:
    out, kept = tmp_path / "clips", path.with_suffix(".kept")
    path.rename(kept)
    make(hand, out)
    assert states(hand) == [State.NOT_MADE] * 3
    queue = shown(hand)
    kept.rename(path)
    choose(queue, 1)
    assert queue.make_again.text().replace("&", "") == "Make again"
    for _ in range(2):
        QTest.keyClick(queue.table, Key.Key_M, ALT)  # type: ignore[call-overload]
    hand.wait(lambda: states(hand)[-1] is State.MADE)
    wait_until_through(hand)
    assert states(hand) == [State.NOT_MADE, State.NOT_MADE, State.MADE]
    (name,) = names(out)
    assert " 002 " in name, "the number that it had"


def test_what_was_stopped_before_it_was_planned_is_made_again(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    whole = whole_piece(hand)
    asked = asked_for(pieces=[whole], folder=tmp_path / "first", choices=LONG)
    hand.window.clipping.make(asked)
    hand.window.clipping.make(wanted(hand.tags(), tmp_path / "second"))
    hand.window.clipping.work.stop_all()
    wait_until_through(hand)
    queue = shown(hand)
    choose(queue, len(rows(hand)) - 1)
    assert [row.name for row in queue.table.chosen()] == ["3 tags"]
    queue.make_again.click()
    wait_until_through(hand)
    assert states(hand) == [State.STOPPED, *[State.MADE] * 3]
    assert len(names(tmp_path / "second")) == 3


def test_tags_are_as_they_are_when_it_is_made_again(hand: Hand, path: Path, tmp_path: Path) -> None:
    spoiled = path.with_suffix(".kept")
    path.rename(spoiled)
    make(hand, tmp_path / "clips")
    spoiled.rename(path)
    hand.window.tagger.select((hand.tags()[0].id,))
    hand.press(Key.Key_Delete)
    queue = shown(hand)
    queue.make_again.click()
    wait_until_through(hand)
    assert [name.split()[-3] for name in names(tmp_path / "clips")] == ["002", "003"]
    assert "1 tag is not in the project as it is saved" in queue.told.text()


def test_what_is_of_a_project_that_is_not_open_is_not_made_again(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    assert hand.window.bridge is not None
    name = hand.window.bridge.session.path.name
    kept = path.with_suffix(".kept")
    path.rename(kept)
    make(hand, tmp_path / "clips")
    kept.rename(path)
    hand.window.close_project()
    queue = shown(hand)
    queue.make_again.click()
    assert queue.told.text() == f"To make this again, open the project of: {name}."
    assert states(hand) == [State.NOT_MADE] * 3
