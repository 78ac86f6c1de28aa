"""Text from files, projects and people is shown as it is, never read as markup.

Qt takes text that looks like HTML for HTML, and HTML can name files and servers to load.
"""

import html

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label whose text is only text."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


def plain_tip(text: str) -> str:
    """`text` for a tooltip, which has no plain format of its own."""
    return f"<p style='white-space: pre-wrap'>{html.escape(text)}</p>" if text else ""
