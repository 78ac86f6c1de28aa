"""The tags as a table: sort, filter, edit in place, jump."""

from collections.abc import Sequence

from PyQt6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.row_keys import RowsView
from bodycam_annotator.ui.tag_cell import TagCell
from bodycam_annotator.ui.tag_model import (
    BASIS,
    CODE,
    COLUMNS,
    FRAME,
    LASTS,
    SPEAKER,
    STATUS,
    SURE,
    TEXT,
    TIME,
    Change,
    TagFilter,
    TagModel,
)
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import scaled

_WHERE_ROOM = (SPEAKER, STATUS, SURE, LASTS, BASIS)
"""The columns that are shown only where there is room, those that are read most first. The
selected tag's fields have them all, and so has what is looked for."""

_ROW = 24
"""Pixels, the least."""
_CODE_MOST = 180


class _View(RowsView):
    """Without a scroll bar to the side: shows the columns that there is room for, and keeps what
    is selected in view when the fields below take room from it."""

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.fit_columns()
        selection, model = self.selectionModel(), self.model()
        if selection is not None and model is not None and selection.hasSelection():
            self.scrollTo(model.index(selection.selection()[0].top(), 0))

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
        self._shown = TagFilter(self)
        # Before its rows go, and with them the field that is typed into.
        self.model.modelAboutToBeReset.connect(lambda: self.save())
        self._shown.setSourceModel(self.model)
        self._cell = TagCell(self)
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
        typed = self.typed()
        if typed is not None and all(tag.id != typed[0].id for tag in tags):
            # The row goes, and with it the field.
            self.save()
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
        self.view.setFocus()

    def save(self) -> None:
        """Makes an edit of what is typed into a cell and not saved yet."""
        self._cell.save()

    def select_all(self) -> None:
        """All that are listed."""
        self.view.selectAll()

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
        # Qt's own `selectedRows` asks for every cell of each, which takes seconds of thousands.
        chosen = selection.selection()
        ranges = [chosen[at] for at in range(len(chosen))]
        rows = [row for one in ranges for row in range(one.top(), one.bottom() + 1)]
        return tuple(
            self.model.tag(self._shown.mapToSource(self._shown.index(row, 0)).row()).id
            for row in dict.fromkeys(rows)
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.filter.text().strip())

    def listed(self) -> list[Tag]:
        """Those that the filter lets through, as they are sorted."""
        shown = self._shown
        return [
            self.model.tag(shown.mapToSource(shown.index(row, 0)).row())
            for row in range(shown.rowCount())
        ]

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
        for first_row, last_row in _runs([one.row() for one in there]):
            right = self._shown.index(last_row, len(COLUMNS) - 1)
            chosen.select(self._shown.index(first_row, 0), right)
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
        """Looking does not move the picture. What is not shown any more is not selected either, so
        that nothing is done to tags that nobody sees."""
        self._telling = False
        self._shown.look_for(text)
        before = self._chosen
        self.select(tuple(one for one in before if not self._is_left_out(one)))
        self._show_page()
        if self._chosen != before:
            self.chosen.emit(self._chosen)

    def _is_left_out(self, tag_id: str) -> bool:
        row = self.model.row_of(tag_id)
        return row is not None and not self._shown.mapFromSource(self.model.index(row, 0)).isValid()

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


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the last of each run of rows that follow each other, of rising `rows`."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], row
        else:
            runs.append((row, row))
    return runs
