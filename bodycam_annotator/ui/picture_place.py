"""Where the picture lies in its view: fitted, zoomed, moved, turned and mirrored.

Coordinates in the picture are always whole displayed pixels, from 0, 0 at its upper left corner
as the footage has it, however the view turns it.
"""

from math import floor

from PyQt6.QtCore import QPointF, QRectF, QSizeF
from PyQt6.QtGui import QTransform

MOST_SCALE = 64.0
"""Device pixels to which one of the picture's can grow."""


class PicturePlace:
    """Maps between a picture of some size and a view of some size.

    Attributes:
        ratio: device pixels to one of the view's.
        quarters: quarter turns clockwise, 0 to 3.
        mirrored: left to right, after turning.
    """

    def __init__(self) -> None:
        self.ratio = 1.0
        self.quarters = 0
        self.mirrored = False
        self._picture = QSizeF(1, 1)
        self._view = QSizeF(1, 1)
        self._scale: float | None = None
        self._center = QPointF(0.5, 0.5)

    def set_picture(self, width: int, height: int) -> None:
        if QSizeF(width, height) != self._picture:
            self._picture = QSizeF(width, height)
            self._hold()

    def set_view(self, size: QSizeF, ratio: float) -> None:
        self._view, self.ratio = QSizeF(max(size.width(), 1), max(size.height(), 1)), ratio
        self._hold()

    @property
    def picture(self) -> QRectF:
        return QRectF(QPointF(0, 0), self._picture)

    @property
    def is_fitted(self) -> bool:
        return self._scale is None

    @property
    def scale(self) -> float:
        """The view's pixels to one of the picture's."""
        return self._fitting if self._scale is None else self._scale

    @property
    def magnified(self) -> float:
        """Device pixels to one of the picture's."""
        return self.scale * self.ratio

    @property
    def transform(self) -> QTransform:
        """From the picture to the view. It begins at a whole device pixel, else 1:1 is blurred."""
        made = QTransform()
        made.translate(self._view.width() / 2, self._view.height() / 2)
        made.scale(-self.scale if self.mirrored else self.scale, self.scale)
        made.rotate(90 * self.quarters)
        made.translate(-self._center.x(), -self._center.y())
        left = round(made.dx() * self.ratio) / self.ratio
        top = round(made.dy() * self.ratio) / self.ratio
        return QTransform(made.m11(), made.m12(), made.m21(), made.m22(), left, top)

    @property
    def covered(self) -> QRectF:
        """The part of the view that the picture covers."""
        view = QRectF(QPointF(0, 0), self._view)
        return self.transform.mapRect(self.picture).intersected(view)

    @property
    def seen(self) -> QRectF:
        """The part of the picture that is in view."""
        return self._back.mapRect(QRectF(QPointF(0, 0), self._view)).intersected(self.picture)

    @property
    def words(self) -> str:
        """ "turned 90°, mirrored"; empty when the picture lies as the footage has it."""
        said = [f"turned {90 * self.quarters}°"] if self.quarters else []
        return ", ".join([*said, "mirrored"] if self.mirrored else said)

    def pixel_at(self, point: QPointF) -> tuple[int, int] | None:
        """Column and row of the picture's pixel under a point of the view, if there is one."""
        at = self._back.map(point)
        column, row = floor(at.x()), floor(at.y())
        inside = 0 <= column < self._picture.width() and 0 <= row < self._picture.height()
        return (column, row) if inside else None

    def nearest_pixel(self, point: QPointF) -> tuple[int, int]:
        at = self._back.map(point)
        return (
            min(max(floor(at.x()), 0), int(self._picture.width()) - 1),
            min(max(floor(at.y()), 0), int(self._picture.height()) - 1),
        )

    def fit(self) -> None:
        self._scale = None
        self._hold()

    def zoom_one_to_one(self) -> None:
        """One pixel of the picture is one of the device."""
        self.zoom_to(1 / self.ratio)

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Out to fitting at the least, unless it is smaller already."""
        scale = min(self.scale * factor, max(MOST_SCALE / self.ratio, self._fitting))
        if factor >= 1 or scale > self._fitting:
            if scale != self.scale:
                self.zoom_to(scale, about)
        elif self.scale > self._fitting:
            self.fit()

    def zoom_to(self, scale: float, about: QPointF | None = None) -> None:
        """What is at `about` in the view, or in its middle, stays there."""
        about = about or QPointF(self._view.width() / 2, self._view.height() / 2)
        held = self._back.map(about)
        self._scale = scale
        self.pan(about - self.transform.map(held))

    def pan(self, by: QPointF) -> None:
        """Moves the picture by that many pixels of the view."""
        back = self._back
        self._center -= back.map(by) - back.map(QPointF(0, 0))
        self._hold()

    def turn(self) -> None:
        """A quarter clockwise as it is seen."""
        self.quarters = (self.quarters + (3 if self.mirrored else 1)) % 4
        self._hold()

    def mirror(self) -> None:
        self.mirrored = not self.mirrored
        self._hold()

    def straighten(self) -> None:
        self.quarters, self.mirrored = 0, False
        self._hold()

    @property
    def _back(self) -> QTransform:
        back, _ = self.transform.inverted()
        return back

    @property
    def _fitting(self) -> float:
        view = self._view.transposed() if self.quarters % 2 else self._view
        across = view.width() / self._picture.width()
        return min(across, view.height() / self._picture.height())

    def _hold(self) -> None:
        """Keeps the picture in view: centred where it is smaller, else without a gap."""
        view = self._view.transposed() if self.quarters % 2 else self._view
        self._center = QPointF(
            _held(self._center.x(), self._picture.width(), view.width() / self.scale),
            _held(self._center.y(), self._picture.height(), view.height() / self.scale),
        )


def _held(center: float, length: float, seen: float) -> float:
    if seen >= length:
        return length / 2
    return min(max(center, seen / 2), length - seen / 2)
