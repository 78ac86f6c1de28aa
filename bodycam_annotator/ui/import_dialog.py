"""Shows what importing a file would do, and asks what the file leaves open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.app import ImportChoices, ImportPlan, ImportReport
from bodycam_annotator.exchange.format import ENCODINGS
from bodycam_annotator.exchange.formats import FORMATS
from bodycam_annotator.model.project import Project
from bodycam_annotator.ui.import_codes import CodesInFile
from bodycam_annotator.ui.import_columns import ColumnsInFile
from bodycam_annotator.ui.import_table import ImportTable
from bodycam_annotator.ui.messages import counted
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import COLORS, scaled
from bodycam_annotator.ui.workers import Job, Work


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The plan, or why there is none; and what the file calls its columns, if it is a table whose
    names are known."""

    plan: ImportPlan | None = None
    why: str = ""
    names: tuple[str, ...] = ()


_BY_ENDING = "As its ending and content say"
_BY_FILE = "As the file says"


class ImportDialog(QDialog):
    """`planning` makes the work that looks at `path` with what was chosen and returns `Looked`.

    Attributes: `plan` is what it would do, None while that is not known.
    """

    def __init__(
        self,
        project: Project,
        path: Path,
        planning: Callable[[ImportChoices], Work],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {path.name}")
        self.plan: ImportPlan | None = None
        self._planning = planning
        self._job: Job | None = None
        self._choices = ImportChoices()
        self._names: Sequence[str] = ()
        self._path = path
        self.format = QComboBox()
        self.format.addItem(_BY_ENDING, None)
        for one in FORMATS.values():
            if one.read is not None:
                self.format.addItem(one.title, one.name)
        self.camera = QComboBox()
        self.camera.addItem(_BY_FILE, None)
        for camera in project.cameras.values():
            self.camera.addItem(camera.name, camera.name)
        self.columns = ColumnsInFile(project.codebook)
        self.columns.hide()
        self.numbered = QCheckBox("The &first row is a tag, not names")
        self.numbered.hide()
        self.encoding = QComboBox()
        self.encoding.setAccessibleName("Encoding")
        self.encoding.addItem("UTF-8", None)
        for name in ENCODINGS:
            self.encoding.addItem(name, name)
        self.point_out = QPushButton("Co&lumns…")
        self.point_out.setCheckable(True)
        self.point_out.setToolTip("Say which of the table’s columns is which")
        self.point_out.hide()
        self.codes = CodesInFile(project.codebook)
        self.table = ImportTable(project)
        self.said = PlainLabel()
        self.said.setWordWrap(True)
        self.counts = PlainLabel()
        self.counts.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.take = QPushButton("&Import")
        self.take.setDefault(True)
        self.cancel = QPushButton("&Cancel")
        self._lay_out()
        self._connect()
        self._offer_encoding()
        self.resize(scaled(900), scaled(640))
        self._look()

    def _connect(self) -> None:
        self.format.activated.connect(lambda _: self._choose())
        self.camera.activated.connect(lambda _: self._choose())
        self.codes.changed.connect(self._choose)
        self.columns.changed.connect(self._choose)
        self.point_out.toggled.connect(self.columns.setVisible)
        self.point_out.toggled.connect(self.numbered.setVisible)
        self.numbered.toggled.connect(lambda _: self._number())
        self.encoding.activated.connect(lambda _: self._choose())
        self.take.clicked.connect(lambda: self.accept())
        self.cancel.clicked.connect(lambda: self.reject())

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
        super().done(result)

    def _offer_encoding(self) -> None:
        """Only of tables that are text is it asked what they are in."""
        name = self.format.currentData()
        chosen = FORMATS[name].endings if name is not None else (self._path.suffix.lower(),)
        self._asked.setRowVisible(self.encoding, bool({".csv", ".tsv", ".tab"} & {*chosen}))

    def _choose(self) -> None:
        self._offer_encoding()
        format, columns = self.format.currentData(), dict(self.columns.chosen)
        # Codes were chosen for what was in the file as it was taken until now.
        same = (format, columns) == (self._choices.format, self._choices.columns)
        self._choices = ImportChoices(
            format=format,
            camera=self.camera.currentData(),
            columns=columns,
            code=self.columns.code,
            encoding=self.encoding.currentData() if self.encoding.isVisibleTo(self) else None,
            codes=dict(self.codes.chosen) if same else {},
        )
        self._look()

    def _number(self) -> None:
        self.columns.show_names(self._names, numbered=self.numbered.isChecked())
        self._choose()

    def _look(self) -> None:
        """Plans anew; what an older look finds is of no interest any more."""
        if self._job is not None:
            self._job.cancel()
        job = Job(self.windowTitle(), self._planning(self._choices), parent=self)
        self._job = job
        self.plan = None
        self.take.setEnabled(False)
        self.bar.setValue(0)
        self.bar.show()
        job.progressed.connect(lambda share: self.bar.setValue(round(share * 100)))
        job.done.connect(lambda looked: self._show(job, looked))
        job.failed.connect(lambda why: self._fail(job, why))
        job.start()

    def _show(self, job: Job, looked: Looked) -> None:
        if job is not self._job:
            return
        self._show_columns(looked.names)
        if looked.plan is None:
            if looked.names:
                self.point_out.setChecked(True)
            self._fail(job, looked.why)
            return
        self._job, self.plan = None, looked.plan
        self.bar.hide()
        plan, report = looked.plan, looked.plan.report
        self.codes.show_codes(report.codes, self._choices.codes)
        self._order()
        self.table.show_plan(plan)
        self.counts.setText(_in_words(plan.format.title, report))
        self._say("\n".join(_remarks(report)))
        self.take.setEnabled(plan.edit is not None)

    def _show_columns(self, names: Sequence[str]) -> None:
        self.point_out.setVisible(bool(names))
        self._names = names
        if names:
            self.columns.show_names(names, numbered=self.numbered.isChecked())
            self._order()
        else:
            self.point_out.setChecked(False)

    def _fail(self, job: Job, why: str) -> None:
        if job is not self._job:
            return
        self._job = None
        self.bar.hide()
        self.table.show_plan(None)
        self.counts.setText("Nothing can be imported like this:")
        self._say(why, warns=True)

    def _order(self) -> None:
        """Tab goes from top to bottom also where choices came later."""
        last = self.codes.order_from(self.columns.order_from(self.numbered))
        for one in (self.table, self.cancel, self.take):
            QWidget.setTabOrder(last, one)
            last = one

    def _say(self, words: str, *, warns: bool = False) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.said.setStyleSheet(f"color: {COLORS.warn}" if warns else "")

    def _lay_out(self) -> None:
        asked = QFormLayout()
        asked.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        format = QHBoxLayout()
        format.setSpacing(8)
        format.addWidget(self.format, 1)
        format.addWidget(self.point_out)
        asked.addRow("Format", format)
        asked.addRow("Camera", self.camera)
        asked.addRow("Encoding", self.encoding)
        self._asked = asked
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.bar)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(asked)
        layout.addWidget(self.numbered)
        layout.addWidget(self.columns, 3)
        layout.addWidget(self.codes, 2)
        layout.addWidget(self.counts)
        layout.addWidget(self.said)
        layout.addWidget(self.table, 3)
        layout.addLayout(foot)


def _in_words(title: str, report: ImportReport) -> str:
    if not report.added + report.changed + report.unchanged:
        return f"{title}: there are no tags in it."
    if not report.added + report.changed:
        return f"{title}: all its {counted(report.unchanged, 'tag')} are here already."
    return (
        f"{title}: {counted(report.added, 'new tag')}, {report.changed} changed, "
        f"{report.unchanged} already here. One undo takes them back."
    )


def _remarks(report: ImportReport) -> list[str]:
    said = list(report.notices)
    if report.ignored:
        said.append(f"Not taken, as these columns are not known: {', '.join(report.ignored)}.")
    return said
