"""The tags that an import would make, in a table."""

from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from bodycam_annotator.app import ImportPlan
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.theme import scaled

_TITLES = ("", "Start", "End", "Frame", "Camera", "Code", "Speaker", "Text")
_WIDTHS = (76, 108, 108, 64, 96, 120, 110)
_MOST = 2000
"""More could not be looked through."""


class _Model(QAbstractTableModel):
    def __init__(self, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self.pairs: list[tuple[Tag | None, Tag]] = []

    def show_plan(self, plan: ImportPlan | None) -> None:
        self.beginResetModel()
        self.pairs = list(plan.tags[:_MOST]) if plan is not None else []
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.pairs)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's variant
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._cells(*self.pairs[index.row()])[index.column()]

    def _cells(self, before: Tag | None, after: Tag) -> tuple[str, ...]:
        first_ns = self._project.footage[after.footage_id].first_ns
        is_mark = after.end_ns == after.start_ns
        return (
            "new" if before is None else "same" if before == after else "changed",
            clock_text(after.start_ns - first_ns),
            "" if is_mark else clock_text(after.end_ns - first_ns),
            "" if after.start_frame is None else str(after.start_frame),
            self._project.camera_of(after.footage_id).name,
            after.code,
            after.speaker,
            " ".join(after.text.split()),
        )


class ImportTable(QTableView):
    """The first 2000 tags, as they would be."""

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(project, self)
        self.setModel(self._model)
        self.setAccessibleName("Tags that would be imported")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        assert rows is not None
        assert columns is not None
        rows.hide()
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setStretchLastSection(True)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_WIDTHS):
            columns.resizeSection(column, scaled(width))

    def show_plan(self, plan: ImportPlan | None) -> None:
        self._model.show_plan(plan)
        self.resizeColumnToContents(_TITLES.index("Code"))
