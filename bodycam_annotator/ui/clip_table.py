"""The table of the clips being made: its columns, what it shows by itself, and its keys."""

from PyQt6.QtCore import QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from bodycam_annotator.ui.clip_rows import FILE, STATE, WHAT, ClipRows, Row
from bodycam_annotator.ui.row_keys import RowsView
from bodycam_annotator.ui.theme import COLORS, scaled

_WHAT_WIDTH, _STATE_WIDTH = 84, 160
_LEAST_FILE = 120
_ROW = 26


class ClipTable(RowsView):
    """Copies the rows that are chosen, and keeps the row that is being made in sight.

    Files have the room that the other columns leave, as wide as the person drags those.
    Signals: `copied` when the chosen rows are to be.
    """

    copied = pyqtSignal()

    def __init__(self, rows: ClipRows) -> None:
        super().__init__()
        self._rows = rows
        self._state_width = scaled(_STATE_WIDTH)
        self._is_sharing = self._is_scrolled = False
        self.setModel(rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegate(_Cell(rows, self))
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Clips being made")
        self._set_up_headers()
        scrolling = self.verticalScrollBar()
        assert scrolling is not None
        # Only what the person does; not what `keep_in_sight` does.
        scrolling.actionTriggered.connect(lambda _: self._take_scrolled())

    def chosen(self) -> list[Row]:
        """The rows that are selected, else none."""
        selection = self.selectionModel()
        assert selection is not None
        chosen = selection.selection()
        ranges = [chosen[at] for at in range(len(chosen))]
        places = {at for one in ranges for at in range(one.top(), one.bottom() + 1)}
        rows = self._rows.rows
        return [rows[at] for at in sorted(places) if at < len(rows)]

    def keep_in_sight(self, row: Row) -> None:
        """Unless the person scrolled it out of sight; until it is in sight again."""
        place = self._rows.index(row.at, FILE)
        if self._is_scrolled:
            self._is_scrolled = not self._is_in_sight(place)
        if not self._is_scrolled:
            self.scrollTo(place)

    def follow_anew(self) -> None:
        """Nothing is chosen, and wherever it is scrolled to does not matter any more."""
        self.clearSelection()
        self._is_scrolled = False

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_room()
        place = self.currentIndex()
        # What is said of a row that was clicked takes room from below, where it may lie.
        if event is not None and place.isValid() and self.chosen():
            above = 0 <= self.visualRect(place).top() < event.oldSize().height()
            if above and event.size().height() < event.oldSize().height():
                self.scrollTo(place)

    def _take_scrolled(self) -> None:
        self._is_scrolled = True

    def _is_in_sight(self, place: QModelIndex) -> bool:
        viewport = self.viewport()
        assert viewport is not None
        return viewport.rect().intersects(self.visualRect(place))

    def _share_room(self) -> None:
        header, viewport = self.horizontalHeader(), self.viewport()
        assert header is not None
        assert viewport is not None
        others = header.sectionSize(WHAT) + self._state_width
        self._is_sharing = True
        header.resizeSection(FILE, max(scaled(_LEAST_FILE), viewport.width() - others))
        self._is_sharing = False

    def _take_dragged(self, column: int) -> None:
        """The state has what the person leaves it, also when the window is made larger."""
        header, viewport = self.horizontalHeader(), self.viewport()
        assert header is not None
        assert viewport is not None
        if column != STATE and not self._is_sharing:
            left = viewport.width() - header.sectionSize(FILE) - header.sectionSize(WHAT)
            self._state_width = max(header.minimumSectionSize(), left)

    def _set_up_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        assert rows is not None
        assert columns is not None
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(max(scaled(_ROW), self.fontMetrics().height() + 8))
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setStretchLastSection(True)
        columns.resizeSection(WHAT, scaled(_WHAT_WIDTH))
        columns.sectionResized.connect(lambda column, *_: self._take_dragged(column))


class _Cell(QStyledItemDelegate):
    """A sentence is cut at its end; a name in the middle, as both its ends tell it from others.
    Between two exports there is a line."""

    def __init__(self, rows: ClipRows, parent: ClipTable) -> None:
        super().__init__(parent)
        self._rows = rows

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        if option is not None and index.column() == STATE:
            option.textElideMode = Qt.TextElideMode.ElideRight

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        super().paint(painter, option, index)
        if painter is not None and self._rows.begins_export(index.row()):
            painter.save()
            painter.setPen(QColor(COLORS.muted))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.restore()
