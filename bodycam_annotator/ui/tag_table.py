"""The tags as a table: sort, filter, edit in place, jump."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PyQt6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag
from bodycam_annotator.model.timeline import in_order
from bodycam_annotator.timing import clock_text, seconds_text
from bodycam_annotator.ui.colors import READABLE, seen_color
from bodycam_annotator.ui.plain import PlainLabel, plain_tip
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import scaled

SORT_ROLE = int(Qt.ItemDataRole.UserRole)

DOTS = {Confidence.CERTAIN: "●●●", Confidence.PROBABLE: "●●○", Confidence.POSSIBLE: "●○○"}


@dataclass(frozen=True, kw_only=True)
class Column:
    """`field` is the Tag's field that is edited in place; empty for what follows from others."""

    title: str
    width: int
    field: str = ""
    choices: type[StrEnum] | None = None


COLUMNS = (
    Column(title="Time", width=106),
    Column(title="Frame", width=56),
    Column(title="Code", width=124),
    Column(title="Text", width=76, field="text"),
    Column(title="Speaker", width=74, field="speaker"),
    Column(title="Lasts", width=76),
    Column(title="Basis", width=64, field="basis", choices=Basis),
    Column(title="Sure", width=56, field="confidence", choices=Confidence),
    Column(title="Status", width=76, field="status", choices=Status),
)
TIME, FRAME, CODE, TEXT, SPEAKER, LASTS, BASIS, SURE, STATUS = range(len(COLUMNS))

_WHERE_ROOM = (SPEAKER, STATUS, SURE, LASTS, BASIS)
"""The columns that are shown only where there is room, those that are read most first. The
selected tag's fields have them all, and so has what is looked for."""

_ROW = 24
"""Pixels, the least."""
_CODE_MOST = 180

Change = Callable[[Tag, str, Any], None]
"""Called with the tag, the field and its new value."""


MOST_CHANGED = 200
"""Of more rows than these it is quicker to begin anew."""


class TagModel(QAbstractTableModel):
    """The standing tags of one footage, a row each."""

    def __init__(self, change: Change, parent: QWidget) -> None:
        super().__init__(parent)
        self._change = change
        self._tags: list[Tag] = []
        self._rows: dict[str, int] = {}
        self._project: Project | None = None
        self._first_ns = 0

    def show(self, project: Project | None, tags: Sequence[Tag], *, first_ns: int) -> None:
        """Rows keep their place while few of them are others, so that an edit costs little."""
        before, self._project = self._project, project
        known = before.codebooks if before is not None else None
        same = project is not None and project.codebooks == known and self._first_ns == first_ns
        if same and self._take_few(tags):
            return
        self.beginResetModel()
        self._first_ns = first_ns
        self._tags = in_order(tags)
        self._count()
        self.endResetModel()

    def _take_few(self, tags: Sequence[Tag]) -> bool:
        now = {tag.id: tag for tag in tags}
        gone = [row for row, tag in enumerate(self._tags) if tag.id not in now]
        other = [row for row, tag in enumerate(self._tags) if now.get(tag.id, tag) is not tag]
        new = [tag for tag in tags if tag.id not in self._rows]
        if len(gone) + len(other) + len(new) > MOST_CHANGED:
            return False
        for row in other:
            self._tags[row] = now[self._tags[row].id]
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
        for row in reversed(gone):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._tags[row]
            self._count()
            self.endRemoveRows()
        if new:
            at = len(self._tags)
            self.beginInsertRows(QModelIndex(), at, at + len(new) - 1)
            self._tags += in_order(new)
            self._count()
            self.endInsertRows()
        return True

    def _count(self) -> None:
        self._rows = {tag.id: row for row, tag in enumerate(self._tags)}

    def row_of(self, tag_id: str) -> int | None:
        return self._rows.get(tag_id)

    def tag(self, row: int) -> Tag:
        return self._tags[row]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._tags)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's variant
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        editable = index.isValid() and COLUMNS[index.column()].field
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        tag, column = self._tags[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(tag, column)
        if role == Qt.ItemDataRole.EditRole:
            field = COLUMNS[column].field
            return str(getattr(tag, field) or "") if field else None
        if role == SORT_ROLE:
            return self._sort_key(tag, column)
        if role == Qt.ItemDataRole.ForegroundRole and column == CODE:
            return seen_color(self._color(tag), least=READABLE)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(tag, column))
        return None

    def setData(
        self,
        index: QModelIndex,
        value: Any,  # noqa: ANN401
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        column = COLUMNS[index.column()]
        if role != Qt.ItemDataRole.EditRole or not column.field:
            return False
        new = value if column.choices is None else column.choices(value) if value else None
        if column.field == "status" and new is None:
            return False
        self._change(self._tags[index.row()], column.field, new)
        return True

    def _shown(self, tag: Tag, column: int) -> str:
        if column == TIME:
            return clock_text(tag.start_ns - self._first_ns)
        if column == FRAME:
            return "" if tag.start_frame is None else str(tag.start_frame)
        if column == CODE:
            return self._code_name(tag)
        if column == LASTS:
            lasts = tag.end_ns - tag.start_ns
            return f"{lasts / 1e9:.3f} s" if lasts else ""
        if column == SURE:
            return DOTS[tag.confidence] if tag.confidence else ""
        return str(getattr(tag, COLUMNS[column].field) or "")

    def _sort_key(self, tag: Tag, column: int) -> Any:  # noqa: ANN401
        if column in (TIME, FRAME):
            return tag.start_ns
        if column == LASTS:
            return tag.end_ns - tag.start_ns
        if column == SURE:
            return list(Confidence)[::-1].index(tag.confidence) + 1 if tag.confidence else 0
        return self._shown(tag, column).casefold()

    def _tip(self, tag: Tag, column: int) -> str:
        if column == TIME:
            pts = "" if tag.start_pts is None else f" · PTS {tag.start_pts}"
            return f"{seconds_text(tag.start_ns - self._first_ns)} s{pts}"
        if column == SURE:
            return str(tag.confidence or "The coder has not said how sure they are.")
        return self._shown(tag, column)

    def _code(self, tag: Tag) -> Any:  # noqa: ANN401
        book = self._project.codebooks.get(tag.codebook) if self._project else None
        return book.find(tag.code) if book else None

    def _code_name(self, tag: Tag) -> str:
        code = self._code(tag)
        return str(code.name) if code else tag.code

    def _color(self, tag: Tag) -> str:
        code = self._code(tag)
        return str(code.color) if code else "#9AA0A6"


class _Filter(QSortFilterProxyModel):
    """Rows whose cells have words that begin with each of the words looked for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self.setSortRole(SORT_ROLE)

    def look_for(self, text: str) -> None:
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        if not self._words:
            return True
        source = self.sourceModel()
        assert source is not None
        cells = (source.index(row, at, parent).data() for at in range(len(COLUMNS)))
        line = " " + " ".join(str(cell) for cell in cells).casefold()
        return all(f" {word}" in line for word in self._words)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        return bool(left.data(SORT_ROLE) < right.data(SORT_ROLE))


class _Cell(QStyledItemDelegate):
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

    def _choose(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)


class _View(QTableView):
    """Without a scroll bar to the side: shows the columns that there is room for, and keeps what
    is selected in view when the fields below take room from it."""

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.fit_columns()
        selection = self.selectionModel()
        rows = selection.selectedRows() if selection is not None else []
        if rows:
            self.scrollTo(rows[0])

    def fit_columns(self) -> None:
        viewport = self.viewport()
        assert viewport is not None
        always = sum(self.columnWidth(at) for at in (TIME, FRAME, CODE))
        left = viewport.width() - always - scaled(COLUMNS[TEXT].width)
        for at in _WHERE_ROOM:
            # In their order, so that a scroll bar that comes does not swap one for another.
            left -= scaled(COLUMNS[at].width)
            self.setColumnHidden(at, left < 0)


class TagTable(QWidget):
    """Table, filter line and, while there are no tags, how to make one.

    Signals: `chosen` carries the ids selected by the person, `jump` the tag to show; `typing`
    comes while something is typed into a cell.
    """

    typing = pyqtSignal()
    chosen = pyqtSignal(tuple)
    jump = pyqtSignal(object)

    def __init__(self, change: Change, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("dense", True)
        self.filter = TextField()
        self.filter.setPlaceholderText("Find in the tags")
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName("Find in the tags")
        self.model = TagModel(change, self)
        self._shown = _Filter(self)
        self._shown.setSourceModel(self.model)
        self._cell = _Cell(self)
        self._cell.typed.connect(self.typing.emit)
        self.view = self._make_view()
        self._empty = PlainLabel("")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("muted", True)
        self._empty.setContentsMargins(24, 0, 24, 0)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(4)
        layout.addWidget(self.filter)
        layout.addLayout(self._pages)
        self._telling = True
        self._chosen: tuple[str, ...] = ()
        self._fitted: tuple[tuple[str, ...], int] = (), 0
        self.filter.escaped.connect(self._leave_filter)
        self.filter.textChanged.connect(self._look_for)
        selection = self.view.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(self._tell_chosen)
        selection.currentRowChanged.connect(self._tell_jump)
        self.view.clicked.connect(self._tell_jump)

    def show_tags(self, project: Project | None, tags: Sequence[Tag], *, first_ns: int) -> None:
        """Keeps the selection by id."""
        self._telling = False
        self.model.show(project, tags, first_ns=first_ns)
        self.select(self._chosen)
        self._show_page()
        self._fit_contents(project, tags)

    def begin(self) -> None:
        """To be walked through by keys; that alone moves neither picture nor selection."""
        if not self._shown.rowCount():
            self.filter.setFocus()
            return
        selection = self.view.selectionModel()
        assert selection is not None
        if not selection.currentIndex().isValid():
            self._telling = False
            first = self._shown.index(0, 0)
            selection.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._telling = True
        self.view.setFocus()

    def save(self) -> None:
        """Makes an edit of what is typed into a cell and not saved yet."""
        self._cell.save()

    def sort_by_next(self) -> None:
        """By the next column that is shown; after the last by the first."""
        header = self.view.horizontalHeader()
        assert header is not None
        there = [at for at in range(len(COLUMNS)) if not self.view.isColumnHidden(at)]
        now = header.sortIndicatorSection()
        at = there[(there.index(now) + 1) % len(there)] if now in there else there[0]
        self.view.sortByColumn(at, Qt.SortOrder.AscendingOrder)

    def sort_other_way(self) -> None:
        header = self.view.horizontalHeader()
        assert header is not None
        up = header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if up else Qt.SortOrder.AscendingOrder
        self.view.sortByColumn(header.sortIndicatorSection(), order)

    def typed(self) -> tuple[Tag, str, str] | None:
        """The tag, its field, and what is typed into that cell and not saved yet."""
        typing = self._cell.typing()
        if typing is None:
            return None
        source = self._shown.mapToSource(typing[0])
        return self.model.tag(source.row()), COLUMNS[source.column()].field, typing[1]

    def selected(self) -> tuple[str, ...]:
        selection = self.view.selectionModel()
        assert selection is not None
        return tuple(
            self.model.tag(self._shown.mapToSource(index).row()).id
            for index in selection.selectedRows()
        )

    def select(self, ids: tuple[str, ...]) -> None:
        """Selects these tags, without telling anybody."""
        self._chosen = ids
        selection = self.view.selectionModel()
        assert selection is not None
        self._telling = False
        chosen = QItemSelection()
        found = [row for one in ids if (row := self.model.row_of(one)) is not None]
        shown = [self._shown.mapFromSource(self.model.index(row, 0)) for row in found]
        there = sorted((one for one in shown if one.isValid()), key=lambda one: one.row())
        for index in there:
            chosen.select(index, self._shown.index(index.row(), len(COLUMNS) - 1))
        first = there[0] if there else QModelIndex()
        selection.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        if first.isValid():
            self.view.scrollTo(first)
        self._telling = True

    def _make_view(self) -> _View:
        view = _View()
        view.setModel(self._shown)
        view.setItemDelegate(self._cell)
        view.setSortingEnabled(True)
        view.sortByColumn(TIME, Qt.SortOrder.AscendingOrder)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        view.setAccessibleName("Tags")
        view.setTabKeyNavigation(False)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows, columns = view.verticalHeader(), view.horizontalHeader()
        assert rows is not None
        assert columns is not None
        rows.hide()
        high = max(_ROW, view.fontMetrics().height() + 8)
        rows.setMinimumSectionSize(high)
        rows.setDefaultSectionSize(high)
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, column in enumerate(COLUMNS):
            columns.resizeSection(at, scaled(column.width))
        columns.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        return view

    def _fit_contents(self, project: Project | None, tags: Sequence[Tag]) -> None:
        """The names of the codes and the frames' numbers are read whole. Done anew only when they
        are others, as a person may have given the columns another width."""
        names = tuple(code.name for code in project.codebook.codes) if project else ()
        digits = max((len(str(tag.start_frame or 0)) for tag in tags), default=1)
        if not names or (names, digits) == self._fitted:
            return
        self._fitted = names, digits
        width_of = self.view.fontMetrics().horizontalAdvance
        widest = max(width_of(name) for name in names)
        self.view.setColumnWidth(CODE, min(widest + 20, scaled(_CODE_MOST)))
        self.view.setColumnWidth(
            FRAME, max(width_of("0" * digits) + 22, scaled(COLUMNS[FRAME].width))
        )
        self.view.fit_columns()

    def _look_for(self, text: str) -> None:
        """Looking moves neither the picture nor what is selected, even if that is not shown."""
        self._telling = False
        self._shown.look_for(text)
        self.select(self._chosen)
        self._show_page()

    def _leave_filter(self) -> None:
        self.filter.clear()

    def _show_page(self) -> None:
        if self._shown.rowCount():
            self._pages.setCurrentWidget(self.view)
            return
        looking = self.filter.text() and self.model.rowCount()
        self._empty.setText(
            "No tag has these words."
            if looking
            else "No tags yet.\n\nStep to the moment, then press a code’s key: a point code tags "
            "at once, an interval code begins a span that the same key ends."
        )
        self._pages.setCurrentWidget(self._empty)

    def _tell_chosen(self) -> None:
        if self._telling:
            self._chosen = self.selected()
            self.chosen.emit(self._chosen)

    def _tell_jump(self, index: QModelIndex) -> None:
        if self._telling and index.isValid():
            self.jump.emit(self.model.tag(self._shown.mapToSource(index).row()))
