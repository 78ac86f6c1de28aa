"""The clips being made: one after another, seen, stopped, and done behind the tagging."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PyQt6.QtCore import QObject, Qt, QTimer, QUrl, pyqtSlot
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMessageBox, QWidget

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import Piece, piece_of
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.ui.clip_queue import ClipQueue
from bodycam_annotator.ui.clip_rows import STATE, State
from tests.barcode import read_barcode
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
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key

Button = QMessageBox.StandardButton
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def path(hand: Hand, footage: Callable[[str], Path]) -> Path:
    """Footage that is open, with three marks: frames 0, 3 and 6."""
    path = footage("b_pyramid_long_gop.mp4")
    hand.open(path)
    mark_three(hand)
    return path


def mark_three(hand: Hand) -> None:
    for number in range(3):
        hand.press(Key.Key_S)
        if number < 2:
            hand.press(Key.Key_Right, times=3)


@pytest.fixture
def long(hand: Hand, tmp_path: Path) -> Iterator[list[Piece]]:
    """All of footage that takes long, and two of its three marks, which do not."""
    hand.open(long_footage(tmp_path / "footage"))
    mark_three(hand)
    yield [whole_piece(hand), *map(piece_of, hand.tags()[:2])]
    # Or closing would ask.
    hand.window.clipping.work.stop_all()
    wait_until_through(hand)


def barcodes(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [
            read_barcode(np.asarray(frame.to_ndarray(format="bgra"), dtype=np.uint8))
            for frame in container.decode(video=0)
        ]


def message(hand: Hand) -> str:
    return hand.window.messages.text.text()


def making(hand: Hand) -> bool:
    """Whether one is being made, and was seen to be."""
    return any(row.state is State.MAKING and row.share for row in rows(hand))


def shown(hand: Hand) -> ClipQueue:
    """The queue, as a key shows it."""
    hand.press(Key.Key_W, CTRL | SHIFT)
    queue = hand.window.clipping.queue
    assert queue.isVisible()
    hand.wait(queue.isActiveWindow)
    return queue


def click(queue: ClipQueue, row: int) -> None:
    """On that row."""
    viewport = queue.table.viewport()
    assert viewport is not None
    model = queue.table.model()
    assert model is not None
    place = queue.table.visualRect(model.index(row, STATE)).center()
    QTest.mouseClick(viewport, LEFT, pos=place)  # type: ignore[call-overload]


def test_clips_of_tags_are_made_and_told(hand: Hand, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "clips"
    hand.window.clipping.make(wanted(hand.tags(), out))
    wait_until_through(hand)
    assert states(hand) == [State.MADE] * 3
    assert names(out) == [row.name for row in rows(hand)]
    assert [barcodes(out / name) for name in names(out)] == [[0], [3], [6]]
    assert message(hand) == f"3 clips in {out}, each with its account. clips.json lists them."
    manifest = json.loads((out / "clips.json").read_text(encoding="utf-8"))
    assert len(manifest["clips"]) == 3


def test_edits_before_it_are_in_it_and_tags_that_are_gone_are_said(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    tags = hand.tags()
    hand.window.tagger.select((tags[0].id,))
    hand.press(Key.Key_Delete)
    hand.window.tagger.change(tags[1], what="speaker", speaker="Officer 1")
    out = tmp_path / "clips"
    hand.window.clipping.make(wanted(tags, out))
    wait_until_through(hand)
    assert [barcodes(out / name) for name in names(out)] == [[3], [6]]
    assert "1 tag is not in the project as it is saved: nothing made of it." in message(hand)
    accounts = [json.loads((out / f"{name}.json").read_text("utf-8")) for name in names(out)]
    assert accounts[0]["tags"][0]["speaker"] == "Officer 1"


def test_open_spans_are_said(hand: Hand, path: Path, tmp_path: Path) -> None:
    tags = hand.tags()
    hand.press(Key.Key_U)
    hand.window.clipping.make(wanted(tags[:1], tmp_path / "clips"))
    wait_until_through(hand)
    assert "1 clip in" in message(hand)
    assert "1 span is still open and not in it." in message(hand)
    manifest = json.loads((tmp_path / "clips" / "clips.json").read_text("utf-8"))
    assert "1 span is still open and not in it." in manifest["warnings"]


def test_two_exports_into_one_folder_come_one_after_another(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    clipping, out = hand.window.clipping, tmp_path / "clips"
    clipping.make(wanted(hand.tags(), out))
    clipping.make(wanted(hand.tags(), out))
    assert len(clipping.work.orders) == 2
    assert [row.name for row in rows(hand)] == ["3 tags", "3 tags"]
    assert clipping.work.words().endswith("1 export waits behind")
    assert len(hand.window.jobs.jobs) == 1
    wait_until_through(hand)
    assert states(hand) == [State.MADE] * 6
    assert len({row.name for row in rows(hand)}) == 6
    assert {one.name for one in out.glob("clips*.json")} == {"clips.json", "clips (2).json"}
    assert sorted(barcodes(out / name)[0] for name in names(out)) == [0, 0, 3, 3, 6, 6]


def test_several_things_of_each_tag(hand: Hand, path: Path, tmp_path: Path) -> None:
    choices = ClipChoices(makes=(Make.CLIP, Make.STILL))
    hand.window.clipping.make(wanted(hand.tags()[:1], tmp_path / "clips", choices))
    assert [row.what for row in rows(hand)] == ["clip, still"]
    wait_until_through(hand)
    assert [row.what for row in rows(hand)] == ["clip", "still"]
    assert message(hand).startswith("2 files in ")


def test_footage_that_is_gone_does_not_stop_the_rest(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    tags = hand.tags()
    path.rename(path.with_suffix(".moved"))
    hand.window.clipping.make(wanted(tags, tmp_path / "clips"))
    wait_until_through(hand)
    assert states(hand) == [State.NOT_MADE] * 3
    assert all(path.name in row.why for row in rows(hand))
    assert message(hand).startswith("Nothing was made. 3 not made: ")
    path.with_suffix(".moved").rename(path)
    hand.window.clipping.make(wanted(tags[:1], tmp_path / "clips"))
    wait_until_through(hand)
    assert states(hand)[-1] is State.MADE


def test_one_footage_that_is_gone_does_not_stop_the_other(
    hand: Hand, footage: Callable[[str], Path], tmp_path: Path
) -> None:
    here, gone = footage("b_pyramid_long_gop.mp4"), footage("steady.mp4")
    hand.window.open_paths([here, gone])
    hand.ready()
    hand.press(Key.Key_S)
    hand.press(Key.Key_Tab, CTRL)
    hand.ready()
    hand.press(Key.Key_S)
    assert hand.window.bridge is not None
    tags = list(hand.window.bridge.project.standing_tags)
    assert len({tag.footage_id for tag in tags}) == 2
    missing = gone if hand.window.shown and hand.window.shown.path == gone else here
    missing.unlink()
    camera = next(
        hand.window.bridge.project.camera_of(one.id).name
        for one in hand.window.bridge.project.footage.values()
        if one.path == missing.name
    )
    hand.window.clipping.make(wanted(tags, tmp_path / "clips"))
    wait_until_through(hand)
    assert sorted(states(hand)) == [State.MADE, State.NOT_MADE]
    assert "1 clip in" in message(hand)
    assert f"Not made: {camera}: Shot, at 00:00:00.000: " in message(hand)


def test_a_piece_without_a_frame_is_named_and_the_others_are_made(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    whole = whole_piece(hand)
    beyond = Piece(
        footage_id=whole.footage_id, start_ns=whole.end_ns + 10**9, end_ns=whole.end_ns + 2 * 10**9
    )
    asked = asked_for(pieces=[beyond, piece_of(hand.tags()[1])], folder=tmp_path / "clips")
    hand.window.clipping.make(asked)
    wait_until_through(hand)
    assert sorted(states(hand)) == [State.MADE, State.NOT_MADE]
    assert [barcodes(tmp_path / "clips" / one) for one in names(tmp_path / "clips")] == [[3]]
    assert "1 clip in" in message(hand)
    assert "There is no picture from" in message(hand)
    queue = shown(hand)
    click(queue, states(hand).index(State.NOT_MADE))
    assert "not made: There is no picture from" in queue.why.text()
    queue.copy.click()
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert "\tclip\tnot made: There is no picture from" in clipboard.text()


def test_a_folder_that_cannot_be_is_said(hand: Hand, path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    hand.window.clipping.make(wanted(hand.tags(), tmp_path / "file"))
    wait_until_through(hand)
    assert states(hand) == [State.NOT_MADE]
    assert "cannot be used" in rows(hand)[0].why
    assert "cannot be used" in message(hand)


def test_one_of_three_is_stopped_and_the_others_are_made(
    hand: Hand, long: list[Piece], tmp_path: Path
) -> None:
    out = tmp_path / "clips"
    hand.window.clipping.make(asked_for(pieces=long, folder=out, choices=LONG))
    queue = shown(hand)
    hand.wait(lambda: making(hand))
    assert states(hand) == [State.MAKING, State.WAITING, State.WAITING]
    assert queue.words.text().startswith("“clips”: 0 of 3 made")
    click(queue, 0)
    assert queue.stop_one.isEnabled()
    queue.stop_one.click()
    wait_until_through(hand)
    assert states(hand) == [State.STOPPED, State.MADE, State.MADE]
    assert names(out) == [row.name for row in rows(hand)[1:]]
    assert "1 stopped before it was made." in message(hand)
    assert not queue.stop_one.isEnabled()


def test_one_that_waits_is_left_out(hand: Hand, long: list[Piece], tmp_path: Path) -> None:
    out = tmp_path / "clips"
    hand.window.clipping.make(asked_for(pieces=long, folder=out, choices=LONG))
    queue = shown(hand)
    hand.wait(lambda: making(hand))
    click(queue, 1)
    queue.stop_one.click()
    assert states(hand) == [State.MAKING, State.STOPPED, State.WAITING]
    assert queue.clear.text().replace("&", "") == "Clear this one"
    queue.clear.click()
    assert states(hand) == [State.MAKING, State.WAITING]
    click(queue, 0)
    queue.stop_one.click()
    wait_until_through(hand)
    assert states(hand) == [State.STOPPED, State.MADE]
    assert names(out) == [rows(hand)[1].name]


def test_all_are_stopped_and_what_is_whole_stays(
    hand: Hand, long: list[Piece], tmp_path: Path
) -> None:
    out, work = tmp_path / "clips", hand.window.clipping.work
    asked = asked_for(pieces=[long[1], long[0], long[2]], folder=out, choices=LONG)
    hand.window.clipping.make(asked)
    hand.window.clipping.make(asked)
    queue = shown(hand)
    hand.wait(lambda: states(hand)[:2] == [State.MADE, State.MAKING])
    queue.stop_all.click()
    assert [order.folder for order in work.orders] == [out]
    wait_until_through(hand)
    assert states(hand) == [State.MADE, State.STOPPED, State.STOPPED, State.STOPPED]
    assert names(out) == [rows(hand)[0].name]
    said = (
        f"1 clip in {out}, with its account. clips.json lists it. 2 stopped before they were made."
    )
    assert message(hand) == said
    queue.clear.click()
    assert states(hand) == [State.STOPPED] * 3
    queue.table.selectAll()
    queue.clear.click()
    assert rows(hand) == []
    assert queue.words.text() == ""


def test_what_is_not_planned_yet_is_stopped(hand: Hand, long: list[Piece], tmp_path: Path) -> None:
    hand.window.clipping.make(asked_for(pieces=long, folder=tmp_path / "clips", choices=LONG))
    hand.window.clipping.work.stop_all()
    wait_until_through(hand)
    assert set(states(hand)) == {State.STOPPED}
    assert not list((tmp_path / "clips").glob("*"))
    assert message(hand) == "Stopped: nothing was made."


def test_the_key_that_stops_jobs_stops_the_export_and_the_next_goes_on(
    hand: Hand, long: list[Piece], tmp_path: Path
) -> None:
    out = tmp_path / "clips"
    hand.window.clipping.make(asked_for(pieces=long[:1], folder=out, choices=LONG))
    hand.window.clipping.make(asked_for(pieces=long[1:2], folder=out, choices=LONG))
    hand.wait(lambda: making(hand))
    hand.press(Key.Key_Period, CTRL)
    wait_until_through(hand)
    assert states(hand) == [State.STOPPED, State.MADE]


def test_tagging_goes_on_meanwhile(hand: Hand, long: list[Piece], tmp_path: Path) -> None:
    hand.window.clipping.make(asked_for(pieces=long, folder=tmp_path / "clips", choices=LONG))
    hand.wait(lambda: making(hand))
    hand.press(Key.Key_Right, times=5)
    hand.press(Key.Key_S)
    assert len(hand.tags()) == 4
    assert hand.window.clipping.work.is_running


def test_the_line_of_running_jobs_opens_the_queue(
    hand: Hand, long: list[Piece], tmp_path: Path
) -> None:
    hand.window.clipping.make(asked_for(pieces=long, folder=tmp_path / "clips", choices=LONG))
    bar = hand.window.jobs
    part = next(one for one in bar.findChildren(QWidget) if type(one).__name__ == "PlainLabel")
    QTest.mouseClick(part, LEFT)  # type: ignore[call-overload]
    assert hand.window.clipping.queue.isVisible()


def answer(hand: Hand, button: Button) -> list[str]:
    """What is asked next, once that was answered."""
    asked: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        chosen = box.button(button)
        assert chosen is not None
        chosen.click()

    QTimer.singleShot(0, press)
    return asked


def test_quitting_asks_and_may_go_on(hand: Hand, long: list[Piece], tmp_path: Path) -> None:
    hand.window.clipping.make(asked_for(pieces=long, folder=tmp_path / "clips", choices=LONG))
    hand.wait(lambda: making(hand))
    asked = answer(hand, Button.Cancel)
    assert not hand.window.close()
    assert asked
    assert asked[0].startswith("3 files are not made yet.")
    assert hand.window.isVisible()
    assert hand.window.clipping.work.is_running


def test_quitting_stops_and_leaves_only_whole_files(
    hand: Hand, long: list[Piece], tmp_path: Path
) -> None:
    out = tmp_path / "clips"
    asked = asked_for(pieces=[long[1], long[0], long[2]], folder=out, choices=LONG)
    hand.window.clipping.make(asked)
    hand.window.clipping.make(asked)
    shown(hand)
    hand.wait(lambda: states(hand)[:2] == [State.MADE, State.MAKING])
    answer(hand, Button.Close)
    assert hand.window.close()
    assert not hand.window.clipping.queue.isVisible()
    name = names(out)
    assert len(name) == 1
    assert {one.name for one in out.iterdir()} == {*name, f"{name[0]}.json", "clips.json"}
    wait_until_through(hand)
    assert State.WAITING not in states(hand)


def test_quitting_asks_nothing_once_all_is_made(hand: Hand, path: Path, tmp_path: Path) -> None:
    hand.window.clipping.make(wanted(hand.tags()[:1], tmp_path / "clips"))
    wait_until_through(hand)
    assert hand.window.close()


def test_a_project_that_is_closed_meanwhile_still_gets_its_clips(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "clips"
    hand.window.clipping.make(wanted(hand.tags(), out))
    hand.window.clipping.make(wanted(hand.tags(), out))
    hand.window.close_project()
    wait_until_through(hand)
    assert states(hand) == [State.MADE] * 6


class _Opened(QObject):
    """Stands where the system's file manager would."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @pyqtSlot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url)


def test_the_folder_is_opened(hand: Hand, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "clips of today"
    hand.window.clipping.make(wanted(hand.tags()[:1], out))
    wait_until_through(hand)
    queue, opened = shown(hand), _Opened()
    assert queue.folder.text() == str(out)
    QDesktopServices.setUrlHandler("file", opened, "take")
    try:
        queue.open_folder.click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert [Path(url.toLocalFile()) for url in opened.urls] == [out]


def test_the_queue_is_worked_by_keys(hand: Hand, path: Path, tmp_path: Path) -> None:
    hand.window.clipping.make(wanted(hand.tags(), tmp_path / "clips"))
    wait_until_through(hand)
    queue, clipboard = shown(hand), QApplication.clipboard()
    assert clipboard is not None
    for key, modifier in ((Key.Key_End, NONE), (Key.Key_C, CTRL)):
        QTest.keyClick(queue.table, key, modifier)  # type: ignore[call-overload]
    assert clipboard.text() == f"{rows(hand)[2].place}\tclip\tmade"
    QTest.keyClick(queue.table, Key.Key_A, CTRL)  # type: ignore[call-overload]
    QTest.keyClick(queue.table, Key.Key_C, CTRL)  # type: ignore[call-overload]
    assert clipboard.text().count("\tmade") == 3
    QTest.keyClick(queue.table, Key.Key_Escape)  # type: ignore[call-overload]
    assert not queue.isVisible()


def test_nothing_is_being_made(hand: Hand) -> None:
    queue = shown(hand)
    assert queue.empty.isVisible()
    assert "No clips are being made" in queue.empty.text()
    assert not queue.stop_all.isEnabled()
    assert not queue.open_folder.isVisible()


def test_ten_thousand_that_are_stopped_are_shown_at_once(
    hand: Hand, path: Path, tmp_path: Path
) -> None:
    tag = hand.tags()[0]
    hand.window.clipping.make(wanted([tag] * 10_000, tmp_path / "clips"))
    model = hand.window.clipping.work.rows
    told: list[int] = []
    model.dataChanged.connect(lambda first, last: told.append(last.row() - first.row() + 1))
    queue = shown(hand)
    hand.wait(lambda: len(rows(hand)) == 10_000)
    queue.stop_all.click()
    wait_until_through(hand)
    ended = states(hand)
    assert set(ended) <= {State.MADE, State.STOPPED}
    assert ended.count(State.STOPPED) > 9_000
    assert model.index(9_999, STATE).data() == "stopped"
    # All of them at once, not each for itself.
    assert len(told) < 500
