"""Paints pixels where a `PicturePlace` has them."""

from typing import cast

from PyQt6.QtCore import QPoint, QRectF
from PyQt6.QtGui import QColor, QImage, QPainter, QPen

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.ui.picture_place import PicturePlace

SMOOTH_BELOW = 2.0
"""Device pixels to a pixel from where pixels are shown as the squares they are."""

GRID_FROM = 16.0
"""Device pixels to a pixel from where a grid parts them."""


def image_of(bgra: Pixels) -> QImage:
    """Borrows the pixels, which must live as long as the image does."""
    height, width = bgra.shape[:2]
    return QImage(cast(bytes, bgra.data), width, height, 4 * width, QImage.Format.Format_RGB32)


def paint_image(painter: QPainter, place: PicturePlace, image: QImage, clip: QRectF) -> None:
    """`clip` is in the view. An image with fewer pixels than the picture fills its place."""
    painter.save()
    painter.setClipRect(clip)
    painter.setTransform(place.transform, True)
    magnified = place.magnified * place.picture.width() / image.width()
    smooth = magnified < SMOOTH_BELOW and abs(magnified - 1.0) > 1e-9
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(place.picture, image)
    painter.restore()


def paint_grid(painter: QPainter, place: PicturePlace) -> None:
    """Lines between the picture's pixels, where these are large enough for lines."""
    if place.magnified < GRID_FROM:
        return
    painter.save()
    painter.setTransform(place.transform, True)
    painter.setPen(QPen(QColor(128, 128, 128, 90), 0))
    seen = place.seen.toAlignedRect()
    for column in range(seen.left(), seen.right() + 2):
        painter.drawLine(QPoint(column, seen.top()), QPoint(column, seen.bottom() + 1))
    for row in range(seen.top(), seen.bottom() + 2):
        painter.drawLine(QPoint(seen.left(), row), QPoint(seen.right() + 1, row))
    painter.restore()
