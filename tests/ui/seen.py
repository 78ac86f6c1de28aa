"""What is really painted."""

import numpy as np
from PyQt6.QtCore import QRect
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.media.picture import Pixels


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def pixels_in(widget: QWidget, left: int, top: int, width: int, height: int) -> Pixels:
    """(height, width, 4) BGRA of that part of the widget; less where it ends."""
    box = QRect(left, top, width, height) & widget.rect()
    image = widget.grab(box).toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    assert bits is not None
    bits.setsize(image.sizeInBytes())
    rows = np.frombuffer(bits.asstring(), dtype=np.uint8)
    rows = rows.reshape(image.height(), image.bytesPerLine() // 4, 4)
    return np.ascontiguousarray(rows[:, : image.width()])


def count_of(
    widget: QWidget, color: str, left: int, top: int, width: int, height: int, *, near: int = 24
) -> int:
    """How many pixels of that part have about that colour."""
    wanted = QColor(color)
    bgr = np.array([wanted.blue(), wanted.green(), wanted.red()], dtype=np.int16)
    pixels = pixels_in(widget, left, top, width, height)[:, :, :3].astype(np.int16)
    return int((np.abs(pixels - bgr).max(axis=2) <= near).sum())


def extent_of(
    widget: QWidget, color: str, left: int, top: int, width: int, height: int, *, near: int = 24
) -> int:
    """How far to the right, from `left`, about that colour is seen; -1 where it is nowhere."""
    wanted = QColor(color)
    bgr = np.array([wanted.blue(), wanted.green(), wanted.red()], dtype=np.int16)
    pixels = pixels_in(widget, left, top, width, height)[:, :, :3].astype(np.int16)
    columns = np.flatnonzero((np.abs(pixels - bgr).max(axis=2) <= near).any(axis=0))
    return int(columns[-1]) if len(columns) else -1
