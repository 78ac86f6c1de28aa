"""A tag's cell while it is edited: a line for text, a list for choices."""

from PyQt6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bodycam_annotator.ui.tag_model import COLUMNS
from bodycam_annotator.ui.text_field import LEAVING, TextField


class TagCell(QStyledItemDelegate):
    """Edits text in a line and choices in a list.

    Signals: `typed` while something is typed into a line, and when that is left.
    """

    typed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line: TextField | None = None
        self._at = QPersistentModelIndex()

    def typing(self) -> tuple[QModelIndex, str] | None:
        """What is typed and not saved yet, and where."""
        if self._line is None or not self._line.isModified() or not self._at.isValid():
            return None
        return QModelIndex(self._at), self._line.text()

    def destroyEditor(self, editor: QWidget | None, index: QModelIndex) -> None:
        self._line = None
        super().destroyEditor(editor, index)
        self.typed.emit()

    def createEditor(
        self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        choices = COLUMNS[index.column()].choices
        if choices is None:
            self._line, self._at = TextField(parent), QPersistentModelIndex(index)
            self._line.textEdited.connect(self.typed.emit)
            return self._line
        box = QComboBox(parent)
        if COLUMNS[index.column()].field != "status":
            box.addItem("")
        box.addItems([str(choice) for choice in choices])
        box.activated.connect(lambda: self._choose(box))
        return box

    def save(self) -> None:
        """What is typed and not left yet."""
        if self.typing() is not None and self._line is not None:
            line = self._line
            self.commitData.emit(line)
            self.closeEditor.emit(line)

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:
        """What is being typed is the coder's; what others save meanwhile does not take it."""
        if editor is None or editor is not self._line or not self._line.isModified():
            super().setEditorData(editor, index)

    def eventFilter(self, editor: QObject | None, event: QEvent | None) -> bool:
        """Escape leaves as Enter does, what is typed stands: Qt would drop it."""
        if (
            editor is self._line
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in LEAVING
        ):
            self.commitData.emit(self._line)
            self.closeEditor.emit(self._line)
            return True
        return super().eventFilter(editor, event)

    def _choose(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)
