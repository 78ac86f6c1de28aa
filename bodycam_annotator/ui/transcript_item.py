"""One utterance: time and speaker above what is said, wrapped, edited in place."""

from unicodedata import bidirectional

from PyQt6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QResizeEvent,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PyQt6.QtWidgets import (
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.text_field import LEAVING, takes
from bodycam_annotator.ui.theme import COLORS
from bodycam_annotator.ui.transcript_model import (
    DETAILS_ROLE,
    NOT_WRITTEN,
    NOW_ROLE,
    TAG_ROLE,
    TIME_ROLE,
)

_SIDE, _ABOVE, _BETWEEN = 12, 8, 4
_BAR = 3
_GAP = 12


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


class Utterance(QStyledItemDelegate):
    """Paints and edits one.

    Signals: `typed` while something is typed, and when that is left.
    """

    typed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor: TextEditor | None = None
        self._at = QPersistentModelIndex()
        self._heights: dict[str, int] = {}
        self._width = 0

    def typing(self) -> tuple[QModelIndex, str] | None:
        """What is typed and not saved yet, and where."""
        if self._editor is None or not self._at.isValid() or not self._editor.is_changed():
            return None
        return QModelIndex(self._at), self._editor.text()

    def edited(self) -> QModelIndex:
        """The row that has the editor, or none."""
        return QModelIndex() if self._editor is None else QModelIndex(self._at)

    def save(self) -> None:
        """Commits what is typed."""
        if self._editor is not None:
            self._leave(self._editor)

    def time_area(self, area: QRect, font: QFont) -> QRect:
        """Where the time stands in a row's area."""
        metrics = QFontMetrics(font)
        wide = metrics.horizontalAdvance("▶ 00:00:00.000") + _GAP
        return QRect(area.left(), area.top(), _SIDE + wide, _ABOVE + metrics.height() + _BETWEEN)

    # Painting

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        view = option.widget
        width = view.viewport().width() if view is not None else option.rect.width()  # type: ignore[attr-defined]
        if width != self._width:
            self._width = width
            self._heights.clear()
        text = str(index.data() or NOT_WRITTEN)
        if text not in self._heights:
            self._heights[text] = self._height(text, option.font, width - 2 * _SIDE)
        return QSize(width, self._heights[text])

    def _height(self, text: str, font: QFont, width: int) -> int:
        metrics = QFontMetrics(font)
        body = metrics.height()
        # Most is short, and breaking lines takes twenty times as long as adding up letters.
        if "\n" in text or metrics.horizontalAdvance(text) >= width:
            body = round(_laid_out(text, font, width).boundingRect().height())
        return 2 * _ABOVE + metrics.height() + _BETWEEN + body

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        painter.save()
        area = option.rect
        now, tag = bool(index.data(NOW_ROLE)), index.data(TAG_ROLE)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(COLORS.accent_dim))
        elif now:
            painter.fillRect(area, QColor(COLORS.raised))
        if now:
            painter.fillRect(area.left(), area.top(), _BAR, area.height(), QColor(COLORS.accent))
        self._paint_head(painter, option, index, tag)
        inside = self._text_area(area, option.font)
        if index != self.edited():
            painter.setPen(QColor(COLORS.text if tag.text else COLORS.muted))
            layout = _laid_out(tag.text or NOT_WRITTEN, option.font, inside.width())
            layout.draw(painter, QPointF(inside.topLeft()))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(COLORS.accent))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_head(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex, tag: Tag
    ) -> None:
        metrics = QFontMetrics(option.font)
        line = option.rect.adjusted(_SIDE, _ABOVE, -_SIDE, 0)
        line.setHeight(metrics.height())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(option.font)
        painter.setPen(QColor(COLORS.accent))
        painter.drawText(line, int(left), f"▶ {index.data(TIME_ROLE)}")
        line.setLeft(self.time_area(option.rect, option.font).right())
        about = str(index.data(DETAILS_ROLE) or "")
        painter.setPen(QColor(COLORS.muted))
        painter.drawText(
            line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), about
        )
        room = line.width() - metrics.horizontalAdvance(about) - _GAP
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(COLORS.text if tag.speaker else COLORS.muted))
        who = tag.speaker or "Speaker not named"
        who += f" → {tag.target}" if tag.target else ""
        shown = QFontMetrics(bold).elidedText(who, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, int(left), shown)

    def _text_area(self, area: QRect, font: QFont) -> QRect:
        head = QFontMetrics(font).height()
        return area.adjusted(_SIDE, _ABOVE + head + _BETWEEN, -_SIDE, -_ABOVE)

    # Editing

    def createEditor(
        self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        editor = TextEditor(parent)
        editor.setFont(option.font)
        self._editor, self._at = editor, QPersistentModelIndex(index)
        return editor

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:
        """What is being typed is the coder's; what others commit meanwhile does not take it."""
        if isinstance(editor, TextEditor) and not editor.is_changed():
            editor.setPlainText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.moveCursor(QTextCursor.MoveOperation.End)
            editor.textChanged.connect(self.typed.emit)

    def updateEditorGeometry(
        self, editor: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if isinstance(editor, TextEditor):
            # The frame and the document's margin lie outside, so that the text does not move.
            editor.setGeometry(self._text_area(option.rect, option.font).adjusted(-5, -5, 5, 5))
            editor.fit()

    def setModelData(
        self, editor: QWidget | None, model: QAbstractItemModel | None, index: QModelIndex
    ) -> None:
        if isinstance(editor, TextEditor) and model is not None and editor.is_changed():
            editor.set_unchanged()
            model.setData(index, editor.text().strip())

    def destroyEditor(self, editor: QWidget | None, index: QModelIndex) -> None:
        self._editor = None
        super().destroyEditor(editor, index)
        self.typed.emit()

    def eventFilter(self, editor: QObject | None, event: QEvent | None) -> bool:
        if (
            isinstance(editor, TextEditor)
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in LEAVING
        ):
            self._leave(editor)
            return True
        if (
            isinstance(event, QFocusEvent)
            and event.type() == QEvent.Type.FocusOut
            and event.reason() == Qt.FocusReason.ActiveWindowFocusReason
        ):
            # Who comes back types on; letters that went to the list would become tags.
            return False
        return super().eventFilter(editor, event)

    def _leave(self, editor: TextEditor) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)


def _begins_right(text: str) -> bool:
    """Whether its first letter is of a script that runs from right to left (UAX 9, rule P2)."""
    kinds = (bidirectional(one) for one in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _laid_out(text: str, font: QFont, width: int) -> QTextLayout:
    """The text in lines of at most `width`, each paragraph from the side that its script begins."""
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    if _begins_right(text):
        option.setTextDirection(Qt.LayoutDirection.RightToLeft)
        option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
    layout.setTextOption(option)
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1))
        line.setPosition(QPointF(0, y))
        y += line.height()
    layout.endLayout()
    return layout
