"""One utterance: time and speaker above what is said, wrapped, edited in place."""

from collections.abc import Callable
from functools import partial
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
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PyQt6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.text_field import LEAVING
from bodycam_annotator.ui.theme import COLORS
from bodycam_annotator.ui.transcript_editors import SpeakerEditor, TextEditor
from bodycam_annotator.ui.transcript_model import (
    DETAILS_ROLE,
    NOT_WRITTEN,
    NOW_ROLE,
    SPEAKER_ROLE,
    TAG_ROLE,
    TIME_ROLE,
)

_SIDE, _ABOVE, _BETWEEN = 12, 8, 4
_BAR = 3
_GAP = 12
_WALKING = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_STAYING = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class Utterance(QStyledItemDelegate):
    """Paints and edits one. `names` are those of people that are known.

    Signals: `typed` while something is typed, and when that is left; `walked` carries the index,
    the field and whether it goes on (or back) when Tab leaves a field, which is saved by then.

    Attributes: `field` of the tag that the next editor is for: "text" or "speaker".
    """

    typed = pyqtSignal()
    walked = pyqtSignal(QModelIndex, str, bool)

    def __init__(self, names: Callable[[], list[str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.field = "text"
        self._names = names
        self._editor: TextEditor | SpeakerEditor | None = None
        self._at = QPersistentModelIndex()
        self._heights: dict[str, int] = {}
        self._width = 0

    def typing(self) -> tuple[QModelIndex, str, str] | None:
        """Where something is typed and not saved yet, the field, and what."""
        if self._editor is None or not self._at.isValid() or not self._editor.is_changed():
            return None
        return QModelIndex(self._at), _field_of(self._editor), self._editor.text()

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

    def speaker_area(self, area: QRect, font: QFont) -> QRect:
        """Where the speaker stands in a row's area: the rest of the line."""
        time = self.time_area(area, font)
        return QRect(time.right(), time.top(), area.right() - _SIDE - time.right(), time.height())

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
        if index != self.edited() or not isinstance(self._editor, TextEditor):
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
        if index == self.edited() and isinstance(self._editor, SpeakerEditor):
            return
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
        editor: TextEditor | SpeakerEditor
        if self.field == "speaker":
            editor = SpeakerEditor(self._names(), parent)
            editor.textChanged.connect(self.typed.emit)
            editor.left.connect(partial(self._leave, editor))
            editor.walked.connect(partial(self._walk, editor))
        else:
            editor = TextEditor(parent)
        editor.setFont(option.font)
        self._editor, self._at = editor, QPersistentModelIndex(index)
        return editor

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:
        """What is being typed is the coder's; what others commit meanwhile does not take it."""
        if isinstance(editor, SpeakerEditor) and not editor.is_changed():
            if editor.text() != str(index.data(SPEAKER_ROLE)):
                editor.show_text(str(index.data(SPEAKER_ROLE)))
        elif isinstance(editor, TextEditor) and not editor.is_changed():
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
        elif isinstance(editor, SpeakerEditor):
            head = self.speaker_area(option.rect, option.font)
            editor.setGeometry(head.adjusted(-3, _ABOVE - 3, 0, 0))

    def setModelData(
        self, editor: QWidget | None, model: QAbstractItemModel | None, index: QModelIndex
    ) -> None:
        if not isinstance(editor, TextEditor | SpeakerEditor) or not editor.is_changed():
            return
        editor.set_unchanged()
        if model is not None:
            role = Qt.ItemDataRole.EditRole if isinstance(editor, TextEditor) else SPEAKER_ROLE
            model.setData(index, editor.text().strip(), role)

    def destroyEditor(self, editor: QWidget | None, index: QModelIndex) -> None:
        self._editor = None
        super().destroyEditor(editor, index)
        self.typed.emit()

    def eventFilter(self, editor: QObject | None, event: QEvent | None) -> bool:
        if (
            isinstance(editor, TextEditor | SpeakerEditor)
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (*LEAVING, *_WALKING)
        ):
            if event.key() in LEAVING:
                self._leave(editor)
            else:
                self._walk(editor, event.key() == Qt.Key.Key_Tab)
            return True
        if (
            isinstance(event, QFocusEvent)
            and event.type() == QEvent.Type.FocusOut
            and event.reason() in _STAYING
        ):
            # Who comes back types on; letters that went to the list would become tags.
            return False
        return super().eventFilter(editor, event)

    def _leave(self, editor: TextEditor | SpeakerEditor) -> None:
        if editor is self._editor:
            if isinstance(editor, SpeakerEditor):
                editor.end_offering()
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)

    def _walk(self, editor: TextEditor | SpeakerEditor, on: bool) -> None:
        at = QPersistentModelIndex(self._at)
        self._leave(editor)
        if at.isValid():
            self.walked.emit(QModelIndex(at), _field_of(editor), on)


def _field_of(editor: TextEditor | SpeakerEditor) -> str:
    return "text" if isinstance(editor, TextEditor) else "speaker"


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
