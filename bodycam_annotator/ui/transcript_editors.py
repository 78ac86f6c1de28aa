"""The fields in which an utterance is edited where it stands: what is said, and who says it."""

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent, QTextOption
from PyQt6.QtWidgets import QCompleter, QPlainTextEdit, QWidget

from bodycam_annotator.ui.text_field import TextField, is_alt, takes


class TextEditor(QPlainTextEdit):
    """As high as its text needs. Enter and Escape leave it, its text stands either way."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What is said")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        # As the theme pads fields for forms; here the text is to stay where it was painted.
        self.setStyleSheet("padding: 0; min-height: 0;")
        self.textChanged.connect(self.fit)

    def event(self, event: QEvent | None) -> bool:
        return takes(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and is_alt(event) and event.text():
            event.ignore()
            return
        super().keyPressEvent(event)

    def text(self) -> str:
        """As typed: Qt's plain text would turn hard spaces into others."""
        document = self.document()
        assert document is not None
        return document.toRawText().replace("\u2029", "\n")

    def is_changed(self) -> bool:
        document = self.document()
        return document is not None and document.isModified()

    def set_unchanged(self) -> None:
        document = self.document()
        assert document is not None
        document.setModified(False)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        document = self.document()
        assert document is not None
        lines = document.size().height()
        self.resize(self.width(), round(lines * self.fontMetrics().lineSpacing()) + 12)


class SpeakerEditor(TextField):
    """Completes the names that are known. Left as every `TextField`.

    Signals: `walked` when Tab (True) or Shift+Tab (False) leaves it.
    """

    walked = pyqtSignal(bool)

    def __init__(self, names: Sequence[str], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Who speaks")
        self.setPlaceholderText("Who")
        # As the theme pads fields for forms; here the name is to stay where it was painted.
        self.setStyleSheet("padding: 0 2px; min-height: 0;")
        completer = QCompleter(list(names), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)

    def is_changed(self) -> bool:
        return self.text() != self.shown

    def set_unchanged(self) -> None:
        self.shown = self.text()

    def end_offering(self) -> None:
        """Else the window would be without a focus when the field goes."""
        completer = self.completer()
        offered = completer.popup() if completer is not None else None
        if offered is not None:
            offered.hide()

    def focusNextPrevChild(self, next_: bool) -> bool:
        """Also while names are offered, which take the keys first."""
        self.walked.emit(next_)
        return True
