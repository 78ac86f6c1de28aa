"""The codes of a draft by their groups, to choose from and to move."""

from collections.abc import Collection

from PyQt6.QtCore import QModelIndex, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from bodycam_annotator.model.codebook import COLOR_FORM, Code, Codebook, Kind
from bodycam_annotator.ui.code_preview import draw_sign
from bodycam_annotator.ui.colors import seen_color
from bodycam_annotator.ui.theme import COLORS

_AT = Qt.ItemDataRole.UserRole
_CODE = Qt.ItemDataRole.UserRole + 1
_WRONG = Qt.ItemDataRole.UserRole + 2
_ROW, _HEADING = 30, 28


class CodeList(QListWidget):
    """Signals: `chosen` carries the place of the code in the draft."""

    chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Codes")
        self.setItemDelegate(_Row(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._tell)

    def show_draft(self, book: Codebook, at: int, *, wrong: Collection[int]) -> None:
        """`at` is the code that is edited, `wrong` those with problems."""
        self.blockSignals(True)
        self.clear()
        for group in book.groups:
            heading = QListWidgetItem(group or "no group")
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(heading)
            for place, code in enumerate(book.codes):
                if code.group == group:
                    self._add(place, code, wrong=place in wrong, current=place == at)
        self.blockSignals(False)
        current = self.currentItem()
        if current is not None:
            self.scrollToItem(current)

    def _add(self, place: int, code: Code, *, wrong: bool, current: bool) -> None:
        item = QListWidgetItem(code.name or "New code")
        item.setData(_AT, place)
        item.setData(_CODE, code)
        item.setData(_WRONG, wrong)
        kind = "point" if code.kind is Kind.POINT else "interval"
        said = f"{code.name or 'New code'}, {kind}, {f'key {code.key}' if code.key else 'no key'}"
        said += ", to be mended" if wrong else ""
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        self.addItem(item)
        if current:
            self.setCurrentItem(item)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_AT) is not None:
            self.chosen.emit(item.data(_AT))


class _Row(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(0, _HEADING if index.data(_CODE) is None else _ROW)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        code = index.data(_CODE)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        elided = option.fontMetrics.elidedText
        if code is None:
            painter.setPen(QColor(COLORS.muted))
            words = box.adjusted(10, 6, -8, 0)
            text = elided(index.data(), Qt.TextElideMode.ElideRight, int(words.width()))
            painter.drawText(words, flags, text)
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                self._paint_selected(painter, option, box)
            color = code.color if COLOR_FORM.fullmatch(code.color) else COLORS.muted
            middle = QPointF(box.left() + 20, box.center().y() + 0.5)
            draw_sign(painter, seen_color(color), code.kind, middle)
            painter.setPen(QColor(COLORS.text))
            words = box.adjusted(36, 0, -64, 0)
            text = elided(index.data(), Qt.TextElideMode.ElideRight, int(words.width()))
            painter.drawText(words, flags, text)
            self._paint_end(painter, box, code, wrong=index.data(_WRONG))
        painter.restore()

    def _paint_selected(self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF) -> None:
        has_focus = option.state & QStyle.StateFlag.State_HasFocus
        painter.setPen(QColor(COLORS.accent) if has_focus else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(COLORS.accent_dim))
        painter.drawRoundedRect(box.adjusted(4.5, 1.5, -4.5, -1.5), 4, 4)

    def _paint_end(self, painter: QPainter, box: QRectF, code: Code, *, wrong: bool) -> None:
        centre = int(Qt.AlignmentFlag.AlignCenter)
        if wrong:
            painter.setPen(QColor(COLORS.bad))
            painter.drawText(QRectF(box.right() - 64, box.top(), 24, box.height()), centre, "✗")
        painter.setPen(QColor(COLORS.muted))
        key = f"[{code.key}]" if code.key else ""
        painter.drawText(QRectF(box.right() - 40, box.top(), 30, box.height()), centre, key)
