"""What is painted of a picture: itself where it lies, and what is said on it."""

from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.media.picture import Picture
from bodycam_annotator.ui.divider import Divider
from bodycam_annotator.ui.picture_chips import (
    GAP,
    Chip,
    box_beside,
    height_of,
    lay_out,
    paint_chip,
    width_of,
)
from bodycam_annotator.ui.picture_painting import image_of, paint_grid, paint_image
from bodycam_annotator.ui.picture_place import PicturePlace
from bodycam_annotator.ui.picture_words import chips_for, reading, widest_reading
from bodycam_annotator.ui.ruler import Ruler
from bodycam_annotator.ui.theme import ON_PICTURE

_MOVED = (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.Resize)


class PictureCanvas(QWidget):
    """Shows one picture, or a sentence where there is none. Nothing here changes the picture.

    Attributes:
        place: where the picture lies.
        ruler: what is measured, if anything.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 180)
        self.setAccessibleName("Picture")
        self.place = PicturePlace()
        self.ruler: Ruler | None = None
        self._measuring = False
        self._divider = Divider()
        self._picture: Picture | None = None
        self._original = QImage()
        self._enhanced = QImage()
        self._sentence = ""
        self._pointer: QPointF | None = None
        self._above: QWidget | None = None

    # What is shown

    def show_picture(self, picture: Picture) -> None:
        # The images borrow the pixels, so the picture must live as long as they do.
        self._picture = picture
        self._original = image_of(picture.bgra)
        self._enhanced = QImage() if picture.enhanced is None else image_of(picture.enhanced)
        self._sentence = ""
        self.place.set_picture(picture.width, picture.height)
        self._refresh()

    def show_sentence(self, sentence: str) -> None:
        self._picture, self._sentence = None, sentence
        self._original = self._enhanced = QImage()
        self._refresh()

    def set_comparing(self, comparing: bool) -> None:
        """Original to the left of a divider, enhanced to its right, where there is enhanced."""
        self._divider.is_on = comparing
        self._refresh()

    def stay_above(self, widget: QWidget) -> None:
        """Keeps the chips above a widget that may lie over the foot of the picture."""
        self._above = widget
        widget.installEventFilter(self)

    @property
    def said(self) -> list[str]:
        """The sentences that lie on the picture."""
        return [chip.text for chip in self._chips()]

    @property
    def reading(self) -> str:
        """Place and value, in the footage, of the pixel under the pointer."""
        if self._picture is None or self._pointer is None:
            return ""
        return reading(self._picture, self.place, self._pointer)

    # Events

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._place_view()

    def event(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.DevicePixelRatioChange:
            self._place_view()
        return super().event(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in _MOVED:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#0B0C0E"))
        if self._picture is None:
            self._paint_sentence(painter)
            return
        shown = self._original if self._enhanced.isNull() else self._enhanced
        paint_image(painter, self.place, shown, self.place.covered)
        compared = self._compared
        if compared is not None:
            paint_image(painter, self.place, self._original, self._divider.left_of(compared))
            self._divider.paint(painter, compared)
        if not self._picture.reduced:
            paint_grid(painter, self.place)
        if self.ruler is not None:
            self.ruler.paint(painter, self.place.transform)
        for chip, box in self.chip_boxes():
            paint_chip(painter, chip, box)
        if self.reading:
            paint_chip(painter, Chip(text=self.reading), self.reading_box())

    # Parts of the view

    def chip_boxes(self) -> list[tuple[Chip, QRectF]]:
        """What is said on the picture, and where."""
        return lay_out(self._chips(), self.fontMetrics(), self._room())

    def reading_box(self) -> QRectF:
        """Wide enough for any reading, so that it does not jump as the pointer moves."""
        room = self._room()
        widest = widest_reading(self._picture) if self._picture is not None else ""
        width = min(float(width_of(widest, self.fontMetrics())), room.width())
        size = QSizeF(width, height_of(self.fontMetrics()))
        return box_beside([box for _, box in self.chip_boxes()], size, room)

    @property
    def _compared(self) -> QRectF | None:
        """Where original and enhanced are compared; None while they are not."""
        if not self._divider.is_on or self._enhanced.isNull():
            return None
        return self.place.covered

    def _chips(self) -> list[Chip]:
        if self._picture is None:
            return []
        return chips_for(
            self._picture,
            self.place,
            ruler=self.ruler,
            measuring=self._measuring,
        )

    def _room(self) -> QRectF:
        """Where chips may lie."""
        room = QRectF(self.rect()).adjusted(GAP, GAP, -GAP, -GAP)
        if self._above is not None and self._above.isVisible():
            top = self.mapFromGlobal(self._above.mapToGlobal(QPoint(0, 0))).y()
            room.setBottom(min(room.bottom(), float(top - GAP)))
        return room

    def _paint_sentence(self, painter: QPainter) -> None:
        painter.setPen(QColor(ON_PICTURE.muted))
        box = self.rect().adjusted(40, 20, -40, -20)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(box), int(flags), self._sentence)

    def _place_view(self) -> None:
        self.place.set_view(QSizeF(self.size()), self.devicePixelRatioF())
        self.update()

    def _refresh(self) -> None:
        self.setAccessibleDescription(". ".join(self.said) or self._sentence)
        self.update()
