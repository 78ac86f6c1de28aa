"""Measured intervals in a table."""

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QKeySequence, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView

from bodycam_annotator.model.interval_words import (
    UNKNOWN,
    edge_words,
    in_figures,
    sentence,
)
from bodycam_annotator.model.intervals import Edge, Interval, edge_frame, edge_ns
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.plain import plain_tip
from bodycam_annotator.ui.row_keys import RowsView
from bodycam_annotator.ui.theme import COLORS, scaled

TITLES = ("Length", "From  (time · frame)", "To  (time · frame)")
LENGTH, FROM, TO = range(len(TITLES))

_LENGTH_WIDTH = 116
_ROW = 40
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class IntervalsModel(QAbstractTableModel):
    """A row for each interval."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self.intervals: list[Interval] = []

    def show(self, project: Project | None, intervals: Sequence[Interval]) -> None:
        self.beginResetModel()
        self._project, self.intervals = project, list(intervals)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.intervals)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's variant
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid() or self._project is None:
            return None
        interval, column = self.intervals[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(interval, column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            told = (
                sentence(self._project, interval)
                if column < FROM
                else self._where(interval, column).replace("\n", ", ")
            )
            return plain_tip(told) if role == Qt.ItemDataRole.ToolTipRole else told
        if role == Qt.ItemDataRole.ForegroundRole and column == LENGTH:
            return QColor(COLORS.warn) if interval.uncertainty_ns is None else None
        return None

    def _shown(self, interval: Interval, column: int) -> str:
        if column >= FROM:
            return self._where(interval, column)
        if interval.length_ns is None:
            return UNKNOWN
        # The bound below the length, so that both sides get the width.
        length, bound = in_figures(interval.length_ns, interval.uncertainty_ns)
        return f"{length} s\n± {bound}{'' if bound == UNKNOWN else ' s'}"

    def _where(self, interval: Interval, column: int) -> str:
        """Time and frame above the tag, so that neither is cut off."""
        project = self._project
        assert project is not None
        tag, edge = side_of(interval, to=column == TO)
        time_ns = edge_ns(tag, edge) - project.footage[tag.footage_id].first_ns
        frame = edge_frame(tag, edge)
        place = clock_text(time_ns) if frame is None else f"{clock_text(time_ns)} · {frame}"
        camera = f"{project.camera_of(tag.footage_id).name}: " if interval.is_across else ""
        return f"{place}\n{camera}{edge_words(project, tag, edge)}"


def side_of(interval: Interval, *, to: bool) -> tuple[Tag, Edge]:
    if to:
        return interval.to_tag, interval.to_edge
    return interval.from_tag, interval.from_edge


class IntervalsView(RowsView):
    """Signals: `asked` by Enter or a double click for where the interval begins (False), by
    Shift+Enter for where it ends (True); `copy_asked` by Ctrl+C."""

    asked = pyqtSignal(bool)
    copy_asked = pyqtSignal()

    def event(self, event: QEvent | None) -> bool:
        """Enter and copy are meant for the table while it has the focus."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and (event.key() in _RETURN or event.matches(QKeySequence.StandardKey.Copy))
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() in _RETURN:
            self.asked.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Both sides get the same share, the chosen row stays in view."""
        super().resizeEvent(event)
        columns, viewport = self.horizontalHeader(), self.viewport()
        if columns is not None and viewport is not None:
            left = viewport.width() - scaled(_LENGTH_WIDTH)
            columns.resizeSection(FROM, max(left // 2, 120))
        self.scrollTo(self.currentIndex())


def intervals_view(model: IntervalsModel) -> IntervalsView:
    view = IntervalsView()
    view.setModel(model)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTextElideMode(Qt.TextElideMode.ElideRight)
    view.setAccessibleName("Intervals")
    view.setTabKeyNavigation(False)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.doubleClicked.connect(lambda _: view.asked.emit(False))
    rows, columns = view.verticalHeader(), view.horizontalHeader()
    assert rows is not None
    assert columns is not None
    rows.hide()
    rows.setDefaultSectionSize(max(_ROW, 2 * view.fontMetrics().height() + 8))
    columns.setHighlightSections(False)
    columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    columns.resizeSection(LENGTH, scaled(_LENGTH_WIDTH))
    columns.setStretchLastSection(True)
    return view
