"""The history's lines for a table, newest first, and which of them are looked for."""

import re
from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from bodycam_annotator.app import HistoryLine
from bodycam_annotator.ui.plain import plain_tip
from bodycam_annotator.ui.theme import COLORS, scaled

TITLES = ("#", "When (UTC)", "Who", "What")
NUMBER, WHEN, WHO, WHAT = range(len(TITLES))

_WIDTHS = {NUMBER: 52, WHEN: 104, WHO: 64}
_ROW = 36
_ROOM = 60
"""Characters of a sentence that its two lines show at any rate."""

_TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

_GO = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_OWN_KEYS = (
    *(*_GO, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab),
    *(Qt.Key.Key_Home, Qt.Key.Key_End),
)


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
        if role == Qt.ItemDataRole.TextAlignmentRole and section == NUMBER:
            return _TO_THE_RIGHT
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        line, column = self.line(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _whole(line)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            go = "\n\nDouble click or Enter: go to the tag" if len(line.tags) == 1 else ""
            return plain_tip(f"{_whole(line)[column]}{go if column == WHAT else ''}")
        if role == Qt.ItemDataRole.TextAlignmentRole and column == NUMBER:
            return _TO_THE_RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and column != WHAT:
            return QColor(COLORS.muted)
        return None


def _whole(line: HistoryLine) -> tuple[str, str, str, str]:
    return str(line.seq), when(line), line.coder, sentence(line)


def _shown(line: HistoryLine, column: int) -> str:
    # Day above time, so that the sentence gets the width.
    return line.utc[:19].replace("T", "\n", 1) if column == WHEN else _whole(line)[column]


def around(text: str, words: Sequence[str], *, room: int = _ROOM) -> str:
    """`text`, but where a word that is looked for may not be seen within so many characters, the
    pieces around the words: `Changed the … → “No, don't fire”`."""
    found = [re.search(re.escape(word), text, re.IGNORECASE) for word in words]
    spans = sorted(one.span() for one in found if one is not None)
    if len(text) <= room or not spans or max(end for _, end in spans) <= room:
        return text
    beside = max(room // len(spans) - 12, 8) // 2
    pieces: list[list[int]] = []
    for start, end in spans:
        start, end = max(start - beside, 0), min(end + beside, len(text))
        if pieces and start <= pieces[-1][1]:
            pieces[-1][1] = max(end, pieces[-1][1])
        else:
            pieces.append([start, end])
    told = " … ".join(text[start:end].strip() for start, end in pieces)
    return f"{'… ' * (pieces[0][0] > 0)}{told}{' …' * (pieces[-1][1] < len(text))}"


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
        text = f"#{line.seq} {when(line)} {line.coder} {line.what}".casefold()
        return all(word in text for word in self._words)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        shown = super().data(index, role)
        if self._words and role == Qt.ItemDataRole.DisplayRole and index.column() == WHAT:
            return around(shown, self._words)
        return shown


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
        f"{when(line).removesuffix('Z')} UTC · {line.coder}{speed} · program {line.app_version}",
        f"Entry {line.seq} · SHA-256 {line.hash}",
    ]
    return "\n".join(told)


class HistoryView(QTableView):
    """Keeps what is chosen in view also when there is less room.

    Signals: `asked` carries the line on which Enter was pressed or that was double-clicked;
    `left` when Escape leaves the table.
    """

    asked = pyqtSignal(QModelIndex)
    left = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.doubleClicked.connect(self.asked)

    def event(self, event: QEvent | None) -> bool:
        """Takes the keys it needs before the window's actions can."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in _OWN_KEYS
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        key = event.key() if event is not None else None
        if key in _GO:
            self.asked.emit(self.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            # Qt would go along the line.
            model = self.model()
            assert model is not None
            self.selectRow(0 if key == Qt.Key.Key_Home else model.rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        """To be walked through by keys, from the newest unless one is chosen."""
        selection = self.selectionModel()
        if selection is not None and not selection.hasSelection():
            self.selectRow(0)
        self.setFocus()

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
    rows.setDefaultSectionSize(max(_ROW, 2 * view.fontMetrics().height() + 4))
    columns.setHighlightSections(False)
    columns.setMinimumSectionSize(scaled(_WIDTHS[NUMBER]))
    columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in _WIDTHS.items():
        columns.resizeSection(column, scaled(width))
    columns.setStretchLastSection(True)
    return view
