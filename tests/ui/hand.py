"""Works the window as a person does: keys, and waiting until it has done what was asked."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.picture_view import PictureView
from tests.barcode import read_barcode

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier

PATIENCE_MS = 180_000
"""How long to wait for what will come: only a failure takes so long, on however busy a machine."""


# PyQt6's stubs take QTest's static methods for methods of an object, hence the ignores below.


class Hand:
    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    def open(self, path: Path) -> None:
        """Opens footage or a project and waits until it can be tagged."""
        self.window.open_path(path)
        self.ready()

    def ready(self) -> None:
        window = self.window
        self.wait(lambda: window.bridge is not None and window.footage is not None)
        self.wait(lambda: window.player.ordinal is not None and not window.jobs.jobs)
        self.rest()

    def wait(self, done: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(done()), timeout=PATIENCE_MS)

    def rest(self) -> None:
        """Has all done that is only done soon: what is posted, and what timers without delay do."""

        def rests() -> bool:
            QApplication.processEvents()
            QApplication.sendPostedEvents()
            timers = self.window.findChildren(QTimer)
            return not any(one.isActive() and one.interval() == 0 for one in timers)

        self.wait(rests)

    def settle(self) -> None:
        """Waits until the frame asked for is on screen, every edit is committed, and what is shown
        of both is laid out."""
        settled: list[bool] = []
        self.window.player.when_settled(lambda: settled.append(True))
        self.wait(lambda: settled)
        self.wait(lambda: self.window.bridge is None or not self.window.bridge.unfinished)
        self.rest()

    def press(self, key: Key, modifier: Qt.KeyboardModifier = NONE, *, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self._focus(), key, modifier)  # type: ignore[call-overload]
            self.settle()

    def type(self, text: str) -> None:
        QTest.keyClicks(self._focus(), text)  # type: ignore[call-arg, arg-type]

    def tags(self) -> list[Tag]:
        return sorted(self.window.tags_shown(), key=lambda tag: tag.start_ns)

    def barcode(self) -> int:
        """What the picture that the player handed on shows."""
        picture = self.window.player.picture
        assert picture is not None
        return read_barcode(picture.bgra)

    def painted_barcode(self) -> int:
        """What is really painted in the window."""
        return read_barcode(pixels_of(self.window.picture))

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window


def pixels_of(widget: QWidget) -> Pixels:
    """(height, width, 4) BGRA of the widget as painted, its dark letterbox cut off."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    assert bits is not None
    bits.setsize(image.sizeInBytes())
    pixels = np.frombuffer(bits.asstring(), dtype=np.uint8)
    pixels = pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()]
    ground = np.array([0x0E, 0x0C, 0x0B], dtype=np.int16)
    inside = np.abs(pixels[:, :, :3].astype(np.int16) - ground).max(axis=2) > 6
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return np.ascontiguousarray(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def painted_picture(view: PictureView) -> Pixels:
    """(height, width, 4) BGRA of what is painted where the picture lies."""
    image = view.grab(view.place.covered.toRect()).toImage()
    image = image.convertToFormat(image.Format.Format_RGB32)
    bits = image.constBits()
    assert bits is not None
    pixels = np.frombuffer(bits.asstring(image.sizeInBytes()), dtype=np.uint8)
    return pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()]
