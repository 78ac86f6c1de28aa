"""The history's lines for a table, newest first, and which of them are looked for."""

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSortFilterProxyModel, Qt
from PyQt6.QtGui import QColor, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from bodycam_annotator.app import HistoryLine
from bodycam_annotator.ui.plain import plain_tip
from bodycam_annotator.ui.theme import COLORS

TITLES = ("When (UTC)", "Who", "What")
WHEN, WHO, WHAT = range(len(TITLES))

_WIDTHS = {WHEN: 100, WHO: 84}
_ROW = 40


def sentence(line: HistoryLine) -> str:
    return line.what[:1].upper() + line.what[1:]


def when(line: HistoryLine) -> str:
    """`2024-10-13 23:50:12.345678Z`; what is no date stays as it is."""
    return line.utc.replace("T", " ", 1)


class HistoryModel(QAbstractTableModel):
    """Lines by row, the newest first. `by_number` has them by their entry's number."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.by_number: dict[int, HistoryLine] = {}
        self._lines: list[HistoryLine] = []

    def show(self, lines: Sequence[HistoryLine]) -> None:
        self.beginResetModel()
        self._lines = list(lines)
        self.by_number = {line.seq: line for line in lines}
        self.endResetModel()

    def add(self, lines: Sequence[HistoryLine]) -> None:
        """Lines that are newer than all there are, oldest first."""
        if not lines:
            return
        if not self._lines:
            self.show(lines)
            return
        self.beginInsertRows(QModelIndex(), 0, len(lines) - 1)
        self._lines.extend(lines)
        self.by_number.update((line.seq, line) for line in lines)
        self.endInsertRows()

    def line(self, row: int) -> HistoryLine:
        return self._lines[-1 - row]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's variant
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        line, column = self.line(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return (when(line), line.coder, sentence(line))[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip((when(line), line.coder, sentence(line))[column])
        if role == Qt.ItemDataRole.ForegroundRole and column != WHAT:
            return QColor(COLORS.muted)
        return None


def _shown(line: HistoryLine, column: int) -> str:
    if column == WHEN:
        # Day above time, so that the sentence gets the width.
        return line.utc[:19].replace("T", "\n", 1)
    return line.coder if column == WHO else sentence(line)


class HistoryFilter(QSortFilterProxyModel):
    """Lines of one coder, of some tags, that have all the words looked for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._coder: str | None = None
        self._tags: frozenset[str] | None = None

    def look_for(self, text: str, *, coder: str | None, tags: frozenset[str] | None) -> None:
        """None for `coder` and `tags` lets all through."""
        words = text.casefold().split()
        if (words, coder, tags) == (self._words, self._coder, self._tags):
            return
        self.beginFilterChange()
        self._words, self._coder, self._tags = words, coder, tags
        self.endFilterChange()

    def line(self, index: QModelIndex) -> HistoryLine:
        """Of one of this model's own rows."""
        model = self.sourceModel()
        assert isinstance(model, HistoryModel)
        return model.line(self.mapToSource(index).row())

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        model = self.sourceModel()
        assert isinstance(model, HistoryModel)
        line = model.line(row)
        if self._coder is not None and line.coder != self._coder:
            return False
        if self._tags is not None and not line.tags & self._tags:
            return False
        if not self._words:
            return True
        text = f"{when(line)} {line.coder} {line.what}".casefold()
        return all(word in text for word in self._words)


def details_text(line: HistoryLine) -> str:
    """All of the entry, as text that can be selected and copied."""
    told = [f"{sentence(line)}."]
    thing = ""
    for one in line.details:
        if one.thing != thing and len(line.tags) > 1:
            told.append(f"{one.thing}:")
        thing = one.thing
        name = f"{one.name[:1].upper()}{one.name[1:]}: " if one.name else ""
        told.append(f"{name}{one.before} → {one.after}" if one.before else f"{name}{one.after}")
    speed = f" · speed {line.speed}" if line.speed else ""
    told += [
        f"{when(line)} UTC · {line.coder}{speed} · program {line.app_version}",
        f"Entry {line.seq} · SHA-256 {line.hash}",
    ]
    return "\n".join(told)


class HistoryView(QTableView):
    """Keeps what is chosen in view also when the details take room from it."""

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.keep_chosen_in_view()

    def keep_chosen_in_view(self) -> None:
        selection = self.selectionModel()
        rows = selection.selectedRows() if selection is not None else []
        if rows:
            self.scrollTo(rows[0])


def history_view(model: HistoryFilter) -> HistoryView:
    view = HistoryView()
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setWordWrap(True)
    view.setAccessibleName("History")
    view.setTabKeyNavigation(False)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    rows, columns = view.verticalHeader(), view.horizontalHeader()
    assert rows is not None
    assert columns is not None
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(_ROW)
    columns.setHighlightSections(False)
    columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in _WIDTHS.items():
        columns.resizeSection(column, width)
    columns.setStretchLastSection(True)
    return view
