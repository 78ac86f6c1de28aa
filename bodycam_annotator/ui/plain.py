"""Text from files, projects and people is shown as it is, never read as markup.

Qt takes text that looks like HTML for HTML, and HTML can name files and servers to load.
"""

import html

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label whose text is only text."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


class CutLabel(PlainLabel):
    """One line that is cut, at `cut`, where there is less room than it needs."""

    def __init__(self, *, cut: Qt.TextElideMode, least: int) -> None:
        super().__init__("")
        self._whole, self._cut, self._least = "", cut, least

    def say(self, text: str, *, least: int | None = None) -> None:
        """`least`: pixels that are always there for it."""
        self._whole = text
        self._least = self._least if least is None else least
        self._show()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        wide = self.fontMetrics().horizontalAdvance(self._whole) + 1
        return QSize(wide + margins.left() + margins.right(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        least = min(self._least, self.sizeHint().width())
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._show()

    def _show(self) -> None:
        width = self.contentsRect().width() if self.isVisible() else self.sizeHint().width()
        shown = self.fontMetrics().elidedText(self._whole, self._cut, width)
        if shown != self.text():
            self.setText(shown)


def plain_tip(text: str) -> str:
    """`text` for a tooltip, which has no plain format of its own."""
    return f"<p style='white-space: pre-wrap'>{html.escape(text)}</p>" if text else ""
