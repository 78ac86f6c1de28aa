"""The tags as rows: what stands in which column, how rows are sorted, filtered and changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt
from PyQt6.QtWidgets import QWidget

from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag
from bodycam_annotator.model.timeline import in_order
from bodycam_annotator.timing import clock_text, seconds_text
from bodycam_annotator.ui.colors import READABLE, seen_color
from bodycam_annotator.ui.plain import plain_tip

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


class TagFilter(QSortFilterProxyModel):
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
