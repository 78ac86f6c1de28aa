"""The window as a whole: what it opens, what it refuses, what it says."""

import signal
import sys
from collections.abc import Callable
from os import PathLike
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtTest import QAbstractItemModelTester, QTest
from PyQt6.QtWidgets import QLabel, QPushButton

from bodycam_annotator.app import demo_project
from bodycam_annotator.ui.application import run_window
from bodycam_annotator.ui.main_window import MainWindow
from tests.odd_files import BROKEN
from tests.ui.hand import Hand, Key

FindFootage = Callable[[str], Path]


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(
        QDropEvent(
            QPointF(100, 100),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_an_empty_window_says_what_to_do(window: MainWindow) -> None:
    words = " ".join(label.text() for label in window.start_page.findChildren(QLabel))
    assert "Open footage" in words
    assert "F1" in words
    assert not window.actions_["export"].isEnabled()


def test_dropped_footage_opens_and_makes_its_project_beside_it(
    hand: Hand, footage: FindFootage
) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    drop(hand.window, path)
    hand.ready()
    assert path.with_suffix(".bodycam").is_file()
    assert hand.barcode() == 0


def test_what_was_open_is_among_the_recent_files(hand: Hand, footage: FindFootage) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    hand.open(path)
    hand.window.close_project()
    assert hand.window.settings.recent()[0] == path.with_suffix(".bodycam")


def test_the_footage_is_not_touched(hand: Hand, footage: FindFootage) -> None:
    path = footage("variable_rate.mp4")
    before = path.read_bytes(), path.stat().st_mtime_ns
    hand.open(path)
    hand.press(Key.Key_Right, times=5)
    hand.press(Key.Key_S)
    hand.window.close_project()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_file_gets_a_sentence_and_the_window_lives(
    name: str,
    hand: Hand,
    footage: FindFootage,
    broken_file: Callable[[str], PathLike[str]],
) -> None:
    path = Path(broken_file(name))
    hand.window.open_path(path)
    hand.wait(lambda: not hand.window.jobs.jobs)
    assert hand.window.messages.isVisible()
    assert path.name in hand.window.messages.text.text()
    assert hand.window.bridge is None
    hand.open(footage("b_pyramid_long_gop.mp4"))
    assert hand.barcode() == 0


def test_a_missing_file_gets_a_sentence(hand: Hand, tmp_path: Path) -> None:
    hand.window.open_path(tmp_path / "gone.mp4")
    hand.wait(lambda: hand.window.messages.isVisible())
    assert "gone.mp4" in hand.window.messages.text.text()


def test_oddities_are_shown_beside_the_picture_and_in_full(
    hand: Hand, footage: FindFootage
) -> None:
    hand.open(footage("variable_rate.mp4"))
    chip = hand.window.transport.oddities
    assert chip.isVisible()
    assert "Variable frame rate" in chip.toolTip()
    chip.click()
    assert hand.window.desk.is_in_front(hand.window.facts)
    words = " ".join(label.text() for label in hand.window.facts.findChildren(QLabel))
    assert "Variable frame rate" in words


def test_a_damaged_frame_is_named_and_can_be_stepped_past(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("damaged_reference.mp4"))
    hand.press(Key.Key_Right, times=15)
    assert hand.window.transport.frame.text() == "frame 15"
    assert hand.window.player.picture is None
    hand.press(Key.Key_Right)
    assert hand.window.transport.frame.text() == "frame 16"
    hand.press(Key.Key_Home)
    assert hand.barcode() == 0


def test_the_timeline_seeks_and_chooses(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    index = hand.window.player.index
    assert index is not None
    hand.window.timeline.seek.emit(index.time_of(12) + 1)
    hand.settle()
    assert hand.barcode() == 12
    hand.press(Key.Key_S)
    hand.press(Key.Key_Home)
    hand.window.timeline.chosen.emit(hand.tags()[0])
    hand.settle()
    assert hand.barcode() == 12
    assert hand.window.tagger.selected == (hand.tags()[0].id,)


def test_the_seek_bar_shows_the_frame_at_its_place(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.window.transport.seek_bar.seek.emit(0.5)
    hand.settle()
    index = hand.window.player.index
    assert index is not None
    middle = index.first_ns + (index.end_ns - index.first_ns) // 2
    assert hand.barcode() == index.nearest(middle)


def test_the_tag_model_keeps_qts_rules(hand: Hand, footage: FindFootage) -> None:
    hand.open(footage("b_pyramid_long_gop.mp4"))
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(hand.window.table.model, mode, hand.window)
    hand.press(Key.Key_S)
    hand.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    tester.deleteLater()


def test_a_read_only_folder_puts_the_project_elsewhere_and_says_so(
    hand: Hand, footage: FindFootage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = footage("b_pyramid_long_gop.mp4")
    # Root may write anywhere, so a file in the folder's place stands for one that refuses.
    blocked = tmp_path / "footage" / "b_pyramid_long_gop.bodycam"
    blocked.mkdir()
    hand.window.open_path(path)
    hand.wait(lambda: not hand.window.jobs.jobs)
    assert hand.window.messages.isVisible()
    assert "b_pyramid_long_gop.bodycam" in hand.window.messages.text.text()


def test_cameras_of_one_incident_keep_to_the_same_moment(hand: Hand, tmp_path: Path) -> None:
    with demo_project(tmp_path) as session:
        path = session.path
    hand.open(path)
    hand.window.player.go_to(700)
    hand.settle()
    camera = hand.window.camera
    assert camera is not None
    assert camera.sync_offset_ns == 0
    hand.press(Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    hand.ready()
    hand.settle()
    other = hand.window.camera
    index = hand.window.player.index
    assert other is not None
    assert index is not None
    assert other.name != camera.name
    assert other.sync_offset_ns is not None
    moment = 700 * 1001 * 1_000_000_000 // 30_000
    assert hand.window.player.ordinal == index.nearest(moment - other.sync_offset_ns)


def test_several_footage_dropped_together_become_one_project(
    hand: Hand, footage: FindFootage
) -> None:
    paths = [footage("steady.mp4"), footage("ntsc.mp4")]
    hand.window.open_paths(paths)
    hand.ready()
    assert hand.window.bridge is not None
    project = hand.window.bridge.project
    assert [camera.name for camera in project.cameras.values()] == ["Camera 1", "Camera 2"]
    assert hand.window.bridge.session.path == paths[0].with_name("footage.bodycam")
    hand.press(Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    hand.ready()
    assert hand.window.camera is not None
    assert hand.window.camera.name == "Camera 2"


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Space])
def test_keys_open_what_is_recent(hand: Hand, footage: FindFootage, key: Key) -> None:
    """Its buttons come and go with what was opened."""
    hand.open(footage("b_pyramid_long_gop.mp4"))
    hand.window.close_project()
    page = hand.window.start_page
    page.show_recent(hand.window.settings.recent())
    link = next(one for one in page.findChildren(QPushButton) if one.property("link"))
    link.setFocus()
    QTest.keyClick(link, key)  # type: ignore[call-overload]
    hand.ready()
    assert hand.barcode() == 0


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_shutdown_closes_the_window(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    number = getattr(signal, name, None)
    if number is None:
        pytest.skip("this system has no such signal")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, number)}
    try:
        QTimer.singleShot(0, lambda: signal.raise_signal(number))
        assert run_window([]) == 0
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
