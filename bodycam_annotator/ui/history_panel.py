"""The history: every entry of the audit log in words, and all of it for the one chosen."""

from collections.abc import Callable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent, QShowEvent, QTextOption
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.app import HistoryLine, lines_of, refuse_gaps
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.history_table import (
    HistoryFilter,
    HistoryModel,
    details_text,
    history_view,
)
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import ChoiceField, TextField
from bodycam_annotator.ui.workers import Job


class HistoryPanel(QWidget):
    """Filters, table, details. Reads only while it is visible, and then what is new.

    Signals: `tag_chosen` carries the id of a standing tag when a line about it alone is
    selected, `tag_asked` when such a line is clicked; `left` when the find field is left.
    """

    tag_chosen = pyqtSignal(str)
    tag_asked = pyqtSignal(str)
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge: ProjectBridge | None = None
        self._job: Job | None = None
        self._stale = False
        self._telling = True
        self._why = ""
        self._tags: frozenset[str] = frozenset()
        self.model = HistoryModel(self)
        self.shown = HistoryFilter(self)
        self.shown.setSourceModel(self.model)
        self.filter = TextField()
        self.filter.setPlaceholderText("Find in the history")
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName("Find in the history")
        self.coders = ChoiceField()
        self.coders.setAccessibleName("Whose edits are shown")
        self.coders.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.coders.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.coders.setMaximumWidth(152)
        self.only = QCheckBox("Selected tag")
        self.only.setAccessibleName("Only the selected tag")
        self.only.setToolTip("Show only what was done to the selected tag")
        self.only.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view = history_view(self.shown)
        self.details = _details_field()
        self._empty = _empty_label()
        self._lay_out()
        self._connect()
        self.show_project(None)

    def show_project(self, bridge: ProjectBridge | None) -> None:
        """The history of the project that is open now, or none."""
        if bridge is not self._bridge:
            self._forget_job()
            self._bridge, self._why = bridge, ""
            self.model.show([])
            self._show_coders()
            self._show_details()
        self.refresh()

    def refresh(self) -> None:
        """To be called after each edit."""
        self._stale = self._bridge is not None
        self._read()
        self._show_page()

    def show_selected(self, tags: frozenset[str]) -> None:
        """Which tags are selected in the window."""
        self._tags = tags
        if self.only.isChecked():
            self._look_for()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._read()
        self._show_page()

    def chosen(self) -> HistoryLine | None:
        selection = self.view.selectionModel()
        rows = selection.selectedRows() if selection is not None else []
        return self.shown.line(rows[0]) if rows else None

    def said(self) -> str:
        """Why there is no table, or nothing."""
        return "" if self._pages.currentWidget() is self._split else self._empty.text()

    # Reading

    def _read(self) -> None:
        """In the thread that owns the file, then in words in a thread of its own."""
        bridge, earlier = self._bridge, self.model.by_number
        if bridge is None or not self._stale or self._job is not None or not self.isVisible():
            return
        self._stale, self._why = False, ""

        def work(_: Progress, cancelled: Asked) -> list[HistoryLine]:
            after = len(earlier)
            entries, project = bridge.call(lambda own: (own.history(after=after), own.project))
            refuse_gaps(entries, after=after)
            return lines_of(entries, project, earlier=earlier, cancelled=cancelled)

        job = Job("Reading the history", work, parent=self)
        job.done.connect(lambda lines, job=job: self._take(job, lines))
        job.failed.connect(lambda why, job=job: self._tell(job, why))
        job.ended.connect(lambda job=job: self._end(job))
        self._job = job
        job.start()

    def _take(self, job: Job, lines: list[HistoryLine]) -> None:
        if job is not self._job:
            return
        self.model.add(lines)
        if self.chosen() is None:
            self.view.scrollToTop()
        if lines:
            self._show_coders()

    def _tell(self, job: Job, why: str) -> None:
        if job is self._job:
            self._why = why

    def _end(self, job: Job) -> None:
        job.wait()
        job.deleteLater()
        if job is self._job:
            self._job = None
            self._read()
            self._show_page()

    def _forget_job(self) -> None:
        """What it still reads is of a project that is closed. Not waited for: the file may be in a
        network folder that does not answer."""
        if self._job is not None:
            self._job.cancel()
            self._job.setParent(None)
            self._job = None

    # Showing

    def _show_coders(self) -> None:
        """Everybody in the log, in the order of their first entries; keeps the choice."""
        chosen = self.coders.currentData()
        coders = list(dict.fromkeys(line.coder for line in self.model.by_number.values()))
        if [self.coders.itemData(at) for at in range(1, self.coders.count())] == coders:
            return
        self.coders.blockSignals(True)
        self.coders.clear()
        self.coders.addItem("All coders", None)
        for coder in coders:
            self.coders.addItem(coder, coder)
        self.coders.setCurrentIndex(max(self.coders.findData(chosen), 0))
        self.coders.blockSignals(False)
        self._look_for()

    def _look_for(self) -> None:
        """Looking moves neither the picture nor what is selected in the window."""
        before = self.chosen()
        self._telling = False
        self.shown.look_for(
            self.filter.text(),
            coder=self.coders.currentData(),
            tags=self._tags if self.only.isChecked() else None,
        )
        # Qt chooses a neighbour when the chosen row goes.
        if self.chosen() is not before:
            self.view.clearSelection()
        self._telling = True
        self._show_details()
        self._show_page()

    def _show_page(self) -> None:
        """The table, or why there is none: a part of a log is not shown for the whole."""
        if self._why:
            said = self._why
        elif self.shown.rowCount():
            self._pages.setCurrentWidget(self._split)
            return
        elif self._bridge is None:
            said = "Open a project to see who did what to it."
        elif not self.model.rowCount():
            said = "Reading the history …"
        elif self.only.isChecked() and not self._tags:
            said = "No tag is selected. Select one to see what was done to it."
        else:
            said = "No entry of the history is like that."
        self._empty.setText(said)
        self._pages.setCurrentWidget(self._empty)

    def _show_details(self) -> None:
        line = self.chosen()
        self.details.setVisible(line is not None)
        self.details.setPlainText(details_text(line) if line is not None else "")

    def _choose(self) -> None:
        """Of the selection, not the current row: that is also set by the focus that comes."""
        if not self._telling:
            return
        self._show_details()
        line = self.chosen()
        if line is not None:
            self.view.keep_chosen_in_view()
            self._tell_tag(line, self.tag_chosen.emit)

    def _tell_tag(self, line: HistoryLine, tell: Callable[[str], object]) -> None:
        tag_id = next(iter(line.tags)) if len(line.tags) == 1 else ""
        tag = self._bridge.project.tags.get(tag_id) if self._bridge else None
        if tag is not None and not tag.withdrawn:
            tell(tag_id)

    # Parts

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(self.filter, 1)
        filters.addWidget(self.coders)
        filters.addWidget(self.only)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.view)
        self._split.addWidget(self.details)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._split)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(8)
        layout.addLayout(filters)
        layout.addLayout(self._pages)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._look_for)
        self.filter.escaped.connect(self.filter.clear)
        self.filter.left.connect(self.left)
        self.coders.currentIndexChanged.connect(self._look_for)
        self.coders.left.connect(self.left)
        self.only.toggled.connect(self._look_for)
        selection = self.view.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(self._choose)
        self.view.clicked.connect(
            lambda index: self._tell_tag(self.shown.line(index), self.tag_asked.emit)
        )


class _Details(QPlainTextEdit):
    """Begins with its first line, however little room there is: Qt would show the next."""

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        bar = self.verticalScrollBar()
        assert bar is not None
        bar.setValue(0)


def _details_field() -> _Details:
    field = _Details()
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    field.setAccessibleName("Details of the entry")
    field.setMinimumHeight(56)
    return field


def _empty_label() -> PlainLabel:
    empty = PlainLabel("")
    empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
    empty.setWordWrap(True)
    empty.setProperty("muted", True)
    empty.setContentsMargins(24, 0, 24, 0)
    return empty
