"""The time between tags: what is measured, the intervals found, and how each comes about."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QShowEvent, QTextOption
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.model.interval_words import explanation, sentence
from bodycam_annotator.model.intervals import (
    Edge,
    Interval,
    Question,
    Rule,
    answer,
    are_comparable,
    edge_ns,
)
from bodycam_annotator.model.project import Project
from bodycam_annotator.ui.interval_form import IntervalForm
from bodycam_annotator.ui.intervals_table import IntervalsModel, intervals_view, side_of
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import icon

_NO_TAGS = (
    "Nothing to measure yet.\n\nTag two moments, such as what is said (U) and a shot (S). Here you "
    "then choose from which to which the time is measured."
)
_NOTHING_SELECTED = (
    "Select two or more tags in the table of tags (Shift+↑ ↓, Ctrl+click; Ctrl+A all), and the "
    "time from one to the next is measured here."
)


class IntervalsPanel(QWidget):
    """Form, table, details. Measures only while it is visible.

    Signals: `jump` carries a tag and the time on its footage's own clock that is to be shown;
    `export_asked` a `Question`; `said` a sentence; `left` comes when the form is left.
    """

    jump = pyqtSignal(object, object)
    export_asked = pyqtSignal(object)
    said = pyqtSignal(str)
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._footage_id = ""
        self._tags: tuple[str, ...] = ()
        self._stale = False
        self.form = IntervalForm()
        self.model = IntervalsModel(self)
        self.view = intervals_view(self.model)
        self.details = _details_field()
        self.copying = _button("content-copy", "Copy the chosen interval as a sentence")
        self.exporting = _button("export-variant", "Export these intervals as CSV…")
        self._empty = PlainLabel("")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("muted", True)
        self._empty.setContentsMargins(24, 0, 24, 0)
        self._lay_out()
        self._connect()
        self._show_answer()

    def show_project(self, project: Project | None, footage_id: str) -> None:
        """`footage_id`: the one on screen. To be called after each edit."""
        self._project, self._footage_id = project, footage_id
        self._measure_later()

    def show_selected(self, tags: tuple[str, ...]) -> None:
        """The ids of the tags that are selected in the window."""
        if tags != self._tags:
            self._tags = tags
            if Rule(self.form.rule.currentData()) is Rule.SELECTED:
                self._measure_later()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._measure()

    def begin(self) -> None:
        """The keyboard is here from now on: in the table, else in the form."""
        where = self.view if self.model.intervals else self.form.rule
        where.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def question(self) -> Question | None:
        return self.form.question(self._tags)

    def chosen(self) -> Interval | None:
        row = self.view.currentIndex().row()
        return self.model.intervals[row] if 0 <= row < len(self.model.intervals) else None

    def empty_words(self) -> str:
        """Why there is no table, or nothing."""
        return "" if self._pages.currentWidget() is self._split else self._empty.text()

    def copy(self) -> None:
        interval, clipboard = self.chosen(), QGuiApplication.clipboard()
        if interval is not None and self._project is not None and clipboard is not None:
            clipboard.setText(sentence(self._project, interval))
            self.said.emit("Copied the interval as a sentence.")

    # How

    def _measure_later(self) -> None:
        self._stale = True
        if self.isVisible():
            self._measure()

    def _measure(self) -> None:
        if self._stale:
            self._stale = False
            self.form.show_project(self._project, self._footage_id)
            self._show_answer()

    def _show_answer(self) -> None:
        """Keeps the choice where its tags are still paired."""
        before, question = self.chosen(), self.question
        found: list[Interval] = []
        if self._project is not None and question is not None:
            found = answer(self._project, question)
        self.model.show(self._project, found)
        row = next((at for at, one in enumerate(found) if _is_same(one, before)), 0)
        if found:
            self.view.selectRow(row)
        self._show_details()
        self._show_page(question)

    def _show_details(self) -> None:
        interval = self.chosen()
        if interval is None or self._project is None:
            self.details.setPlainText("")
            return
        told = [sentence(self._project, interval), *explanation(self._project, interval)]
        self.details.setPlainText("\n".join(told))

    def _show_page(self, question: Question | None) -> None:
        there = bool(self.model.intervals)
        self.copying.setEnabled(there)
        self.exporting.setEnabled(there)
        self._pages.setCurrentWidget(self._split if there else self._empty)
        if not there:
            self._empty.setText(self._why_empty(question))

    def _why_empty(self, question: Question | None) -> str:
        project = self._project
        if project is None:
            return "Open a project to measure the time between its tags."
        if question is None:
            return _NO_TAGS
        if question.rule is Rule.SELECTED:
            return _NOTHING_SELECTED
        sides = (question.start.footage_id, question.end.footage_id)
        if question.rule is not Rule.SUCCESSIVE and not are_comparable(project, *sides):
            names = " and ".join(project.camera_of(one).name for one in sides)
            return (
                f"{names} are not synchronised, so the time between their tags is not known.\n\n"
                "Choose the same camera for A and B."
            )
        return "There is no such pair among the tags."

    def _go(self, to: bool) -> None:
        interval = self.chosen()
        if interval is None:
            return
        tag, edge = side_of(interval, to=to)
        # A span ends where its last frame does; that frame is to be seen, not the one after.
        inside = edge is Edge.END and tag.end_ns > tag.start_ns
        self.jump.emit(tag, edge_ns(tag, edge) - inside)

    def _ask_export(self) -> None:
        question = self.question
        if question is not None and self.model.intervals:
            self.export_asked.emit(question)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.form.rule, 1)
        top.addWidget(self.copying)
        top.addWidget(self.exporting)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.view)
        self._split.addWidget(self.details)
        self._split.setSizes([150, 190])
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._split)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.form)
        layout.addLayout(self._pages, 1)

    def _connect(self) -> None:
        self.form.changed.connect(self._show_answer)
        self.form.left.connect(self.left)
        self.copying.clicked.connect(self.copy)
        self.exporting.clicked.connect(self._ask_export)
        self.view.asked.connect(self._go)
        self.view.copy_asked.connect(self.copy)
        selection = self.view.selectionModel()
        assert selection is not None
        selection.currentRowChanged.connect(lambda *_: self._show_details())


def _is_same(one: Interval, before: Interval | None) -> bool:
    return before is not None and (one.from_tag.id, one.to_tag.id) == (
        before.from_tag.id,
        before.to_tag.id,
    )


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition("  ")[0])
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _details_field() -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setReadOnly(True)
    field.setTabChangesFocus(True)
    field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    field.setAccessibleName("How the interval comes about")
    field.setMinimumHeight(56)
    return field
