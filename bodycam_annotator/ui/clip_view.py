"""A picture of a clip before it is made, on which a point and a region can be chosen."""

from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QApplication, QWidget

from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.ui.picture_painting import image_of, paint_image
from bodycam_annotator.ui.picture_place import PicturePlace
from bodycam_annotator.ui.theme import ON_PICTURE

Region = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the footage as displayed."""


class ClipView(QWidget):
    """Shows the whole picture, or a sentence where there is none.

    Signals: `pointed` with column and row of the pixel that was clicked, `dragged` with the
    `Region` that was drawn; both in pixels of the picture that is shown.

    Attributes: `place` is where the picture lies; `can_point`, `can_drag` whether it is asked for.
    """

    pointed = pyqtSignal(int, int)
    dragged = pyqtSignal(int, int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 180)
        self.setAccessibleName("Picture as it will be")
        self.place = PicturePlace()
        self.can_point = self.can_drag = False
        self._pixels: Pixels | None = None
        self._image = QImage()
        self._sentence = ""
        self._refused: Region | None = None
        self._pressed: QPointF | None = None
        self._at: QPointF | None = None

    @property
    def pixels(self) -> Pixels | None:
        """(height, width, 4) BGRA of what is shown; None while there is a sentence."""
        return self._pixels

    @property
    def sentence(self) -> str:
        return self._sentence

    def show_pixels(self, bgra: Pixels, *, refused: Region | None = None) -> None:
        """`refused`: a region that was chosen and cannot be enlarged."""
        # The image borrows the pixels.
        self._pixels, self._image, self._sentence = bgra, image_of(bgra), ""
        self._refused = refused
        self.place.set_picture(self._image.width(), self._image.height())
        self.setAccessibleDescription("")
        self.update()

    def show_sentence(self, sentence: str) -> None:
        self._pixels, self._image, self._sentence = None, QImage(), sentence
        self.setAccessibleDescription(sentence)
        self.update()

    def offer(self, *, point: bool, drag: bool) -> None:
        self.can_point, self.can_drag = point, drag
        cursor = Qt.CursorShape.CrossCursor if point or drag else Qt.CursorShape.ArrowCursor
        self.setCursor(cursor)

    # Events

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self.place.set_view(QSizeF(self.size()), self.devicePixelRatioF())

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._pixels is None:
            return
        if self.place.pixel_at(event.position()) is not None:
            self._pressed = self._at = event.position()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._pressed is not None:
            self._at = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._at = event.position()
        region, start = self._region(), self._pressed
        self._pressed = self._at = None
        if region is not None and self.can_drag:
            self.dragged.emit(*region)
        elif region is None and self.can_point:
            self.pointed.emit(*self.place.nearest_pixel(start))
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#0B0C0E"))
        if self._pixels is None:
            painter.setPen(QColor(ON_PICTURE.muted))
            box = QRectF(self.rect().adjusted(40, 20, -40, -20))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box, int(flags), self._sentence)
            return
        paint_image(painter, self.place, self._image, self.place.covered)
        if self._refused is not None:
            self._outline(painter, self._refused, ON_PICTURE.warn)
        region = self._region()
        if region is not None and self.can_drag:
            self._outline(painter, region, ON_PICTURE.accent)

    def _outline(self, painter: QPainter, region: Region, color: str) -> None:
        box = self.place.transform.mapRect(QRectF(*region))
        painter.setPen(QPen(QColor("#000000"), 3))
        painter.drawRect(box)
        painter.setPen(QPen(QColor(color), 1))
        painter.drawRect(box)

    def _region(self) -> Region | None:
        """What is being drawn; None for what is no more than a click."""
        if self._pressed is None or self._at is None:
            return None
        if (self._at - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return None
        left, top = self.place.nearest_pixel(self._pressed)
        right, bottom = self.place.nearest_pixel(self._at)
        left, right = sorted((left, right))
        top, bottom = sorted((top, bottom))
        return left, top, right - left + 1, bottom - top + 1
