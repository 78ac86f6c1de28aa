"""The history: every entry of the audit log in words, and all of it for the one chosen."""

from itertools import pairwise

from PyQt6.QtCore import QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.app import HistoryLine, lines_of, refuse_gaps
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.history_fields import details_field, empty_label, waiting_label
from bodycam_annotator.ui.history_table import (
    HistoryFilter,
    HistoryModel,
    details_text,
    history_view,
)
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.text_field import ChoiceField, TextField, TickField
from bodycam_annotator.ui.theme import scaled
from bodycam_annotator.ui.workers import Job


class HistoryPanel(QWidget):
    """Filters, table, details. Reads only while it is visible, and then what is new.

    Choosing a line shows its details and does nothing else. Signals: when a line is
    double-clicked or Enter pressed on it, `tag_chosen` and `tag_asked` carry the id of the
    standing tag that it alone is about, and `said` why there is none to go to; `left` when a key
    leaves the panel.
    """

    tag_chosen = pyqtSignal(str)
    tag_asked = pyqtSignal(str)
    said = pyqtSignal(str)
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("dense", True)
        self._bridge: ProjectBridge | None = None
        self._job: Job | None = None
        self._stale = False
        self._begins = self._divided = False
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
        self.coders.setMaximumWidth(scaled(152))
        self.only = TickField("Selected tag")
        self.only.setAccessibleName("Only the selected tag")
        self.only.setToolTip("Show only what was done to the selected tag")
        self.only.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view = history_view(self.shown)
        self.details = details_field()
        self._waiting = waiting_label()
        self._empty = empty_label()
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
            if bridge is not None:
                bridge.pending.connect(lambda _: self._show_waiting())
                bridge.trouble.connect(lambda _: self._show_waiting())
        self.refresh()

    def refresh(self) -> None:
        """To be called after each edit."""
        self._stale = self._bridge is not None
        self._read()
        self._show_page()
        self._show_waiting()

    def begin(self) -> None:
        """To be walked through by keys, as soon as it is read."""
        self._begins = True
        self._show_page()

    def keep_shape(self, settings: WindowSettings) -> None:
        if self._divided:
            settings.keep_shape("history", self._split.saveState())

    def restore_shape(self, settings: WindowSettings) -> None:
        shape = settings.shape("history")
        if shape is not None:
            self._split.restoreState(shape)
            self._divided = True

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

    def why_empty(self) -> str:
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
        before = self.chosen()
        self.shown.look_for(
            self.filter.text(),
            coder=self.coders.currentData(),
            tags=self._tags if self.only.isChecked() else None,
        )
        # Qt chooses a neighbour when the chosen row goes.
        if self.chosen() is not before:
            self.view.clearSelection()
        self._show_details()
        self._show_page()

    def _show_page(self) -> None:
        """The table, or why there is none: a part of a log is not shown for the whole."""
        if self._why:
            said = self._why
        elif self.shown.rowCount():
            self._pages.setCurrentWidget(self._split)
            self._begin_view()
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
        self.details.setPlainText(details_text(line) if line is not None else "")

    def _show_waiting(self) -> None:
        count = self._bridge.unfinished if self._bridge and self._bridge.waits else 0
        edits = "1 edit is" if count == 1 else f"{count:,} edits are"
        self._waiting.setText(f"{edits} not saved yet and so not in the history.")
        self._waiting.setVisible(count > 0)

    def _begin_view(self) -> None:
        if self._begins and self.isVisible():
            self._begins = False
            self.view.begin()

    def _go(self, index: QModelIndex) -> None:
        """To the tag of that line."""
        if not index.isValid() or self._bridge is None:
            return
        line = self.shown.line(index)
        tags = [self._bridge.project.tags.get(one) for one in line.tags]
        tag = tags[0] if len(tags) == 1 else None
        if tag is not None and not tag.withdrawn:
            self.tag_chosen.emit(tag.id)
            self.tag_asked.emit(tag.id)
        elif tag is not None:
            self.said.emit("That tag is removed now, so there is nothing to go to.")
        elif tags:
            self.said.emit(f"Entry {line.seq} is about {len(tags):,} tags; find one in the tags.")
        else:
            self.said.emit(f"Entry {line.seq} is about no tag, so there is nothing to go to.")

    # Parts

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(self.filter, 1)
        filters.addWidget(self.coders)
        filters.addWidget(self.only)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(8)
        self._split.addWidget(self.view)
        self._split.addWidget(self.details)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([340, 132])
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._split)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(filters)
        layout.addWidget(self._waiting)
        layout.addLayout(self._pages)
        for before, after in pairwise(
            (self.filter, self.coders, self.only, self.view, self.details)
        ):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._look_for)
        self.filter.escaped.connect(self.filter.clear)
        self.filter.left.connect(self.left)
        self.coders.currentIndexChanged.connect(self._look_for)
        for part in (self.coders, self.only, self.view, self.details):
            part.left.connect(self.left)
        self.only.toggled.connect(self._look_for)
        selection = self.view.selectionModel()
        assert selection is not None
        # Of the selection, not the current row: that is also set by the focus that comes.
        selection.selectionChanged.connect(self._show_details)
        self.view.asked.connect(self._go)
        self._split.splitterMoved.connect(self._note_divided)

    def _note_divided(self) -> None:
        self._divided = True
