"""Words in several lengths: the longest that there is room for is shown, and none is ever cut."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QToolButton

from bodycam_annotator.ui.plain import PlainLabel


class FittingLabel(PlainLabel):
    """Asks for the room of the first of its wordings, and needs that of the last."""

    _wordings: Sequence[str] = ("",)

    def say(self, *wordings: str) -> None:
        """The longest first, the shortest last."""
        self._wordings = wordings
        _choose(self, wordings)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return _size_of(self, self._wordings[0], super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        return _size_of(self, self._wordings[-1], super().sizeHint())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        _choose(self, self._wordings)


class FittingButton(QToolButton):
    """As `FittingLabel`."""

    _wordings: Sequence[str] = ("",)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def say(self, *wordings: str) -> None:
        """The longest first, the shortest last."""
        self._wordings = wordings
        _choose(self, wordings)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return _size_of(self, self._wordings[0], super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        return _size_of(self, self._wordings[-1], super().sizeHint())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        _choose(self, self._wordings)


def _size_of(part: QLabel | QToolButton, words: str, shown: QSize) -> QSize:
    """`shown` is the room of what is shown now; what lies around it is the same for `words`."""
    width = part.fontMetrics().horizontalAdvance
    return QSize(shown.width() - width(part.text()) + width(words), shown.height())


def _choose(part: FittingLabel | FittingButton, wordings: Sequence[str]) -> None:
    around = part.sizeHint().width() - part.fontMetrics().horizontalAdvance(wordings[0])
    room = part.width() - around
    fitting = (one for one in wordings if part.fontMetrics().horizontalAdvance(one) <= room)
    part.setText(next(fitting, wordings[-1]))
