"""The picture, letterboxed; the wheel zooms about the pointer, dragging pans."""

from typing import cast

from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.media.picture import Picture
from bodycam_annotator.ui.theme import COLORS

MOST_ZOOM = 32.0
ZOOM_STEP = 1.25


class PictureView(QWidget):
    """Shows one picture, or a sentence where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 180)
        self.setAccessibleName("Picture")
        self._picture: Picture | None = None
        self._image = QImage()
        self._sentence = ""
        self._zoom = 1.0
        self._center = QPointF(0.5, 0.5)
        self._drag_from: QPointF | None = None

    def show_picture(self, picture: Picture) -> None:
        height, width = picture.bgra.shape[:2]
        # The image borrows the pixels, so the picture must live as long as it does.
        self._picture = picture
        self._image = QImage(
            cast(bytes, picture.bgra.data), width, height, 4 * width, QImage.Format.Format_RGB32
        )
        self._sentence = ""
        self.update()

    def show_sentence(self, sentence: str) -> None:
        self._picture, self._image, self._sentence = None, QImage(), sentence
        self.update()

    def fit(self) -> None:
        self._zoom, self._center = 1.0, QPointF(0.5, 0.5)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#0B0C0E"))
        if self._image.isNull():
            self._paint_sentence(painter)
            return
        target = self._target()
        smooth = target.width() < self._image.width() * 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(target, self._image)
        if self._zoom > 1.0:
            self._paint_chip(painter, f"{self._zoom:.1f}×  double-click fits", COLORS.text)
        elif self._picture is not None and self._picture.doubtful:
            self._paint_chip(
                painter, "Damaged data: parts of this picture may be wrong", COLORS.warn
            )

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._image.isNull():
            return
        before = self._share_at(event.position())
        factor = ZOOM_STEP ** (event.angleDelta().y() / 120)
        self._zoom = min(max(self._zoom * factor, 1.0), MOST_ZOOM)
        after = self._share_at(event.position())
        self._move_center(before - after)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._drag_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._drag_from is None or self._image.isNull():
            return
        moved = self._share_at(self._drag_from) - self._share_at(event.position())
        self._drag_from = event.position()
        self._move_center(moved)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self._drag_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self.fit()

    def _target(self) -> QRectF:
        """Where the whole image lies, in widget pixels."""
        size = QSizeF(self._image.size())
        size.scale(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        size *= self._zoom
        left = self.width() / 2 - self._center.x() * size.width()
        top = self.height() / 2 - self._center.y() * size.height()
        return QRectF(QPointF(left, top), size)

    def _share_at(self, point: QPointF) -> QPointF:
        """The place in the image under a widget point; 0 to 1 across it."""
        target = self._target()
        return QPointF(
            (point.x() - target.left()) / target.width(),
            (point.y() - target.top()) / target.height(),
        )

    def _move_center(self, by: QPointF) -> None:
        center = self._center + by
        self._center = QPointF(min(max(center.x(), 0.0), 1.0), min(max(center.y(), 0.0), 1.0))
        if self._zoom == 1.0:
            self._center = QPointF(0.5, 0.5)
        self.update()

    def _paint_sentence(self, painter: QPainter) -> None:
        painter.setPen(QColor(COLORS.muted))
        box = self.rect().adjusted(40, 20, -40, -20)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(box), int(flags), self._sentence)

    def _paint_chip(self, painter: QPainter, text: str, color: str) -> None:
        width = self.fontMetrics().horizontalAdvance(text) + 20
        box = QRectF(8, self.height() - 32, width, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 190))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(color))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
