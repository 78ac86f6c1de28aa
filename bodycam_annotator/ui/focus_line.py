"""Shows that the keys go to the picture."""

from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QApplication, QWidget

from bodycam_annotator.ui.theme import COLORS


class FocusLine(QWidget):
    """A line below a widget that has no border of its own: bright while the keys go to it."""

    def __init__(self, of: QWidget) -> None:
        super().__init__()
        self._of = of
        self.setFixedHeight(2)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    @property
    def is_bright(self) -> bool:
        return self._of.hasFocus()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        color = COLORS.accent if self.is_bright else COLORS.panel
        QPainter(self).fillRect(self.rect(), QColor(color))

    def _follow(self) -> None:
        self.update()
