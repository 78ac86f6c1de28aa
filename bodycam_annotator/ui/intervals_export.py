"""Measured intervals to a file that a person names."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog, QWidget

from bodycam_annotator.app import Exported, export_intervals
from bodycam_annotator.model.intervals import Question
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.messages import MessageBar
from bodycam_annotator.ui.workers import Job


class IntervalsExport(QObject):
    """Asks where to, and writes in a job of its own."""

    def __init__(
        self, window: QWidget, *, messages: MessageBar, start_job: Callable[[Job], None]
    ) -> None:
        super().__init__(window)
        self._window, self._messages, self._start_job = window, messages, start_job

    def ask(self, bridge: ProjectBridge, question: Question) -> None:
        project = bridge.session.path
        proposed = project.with_name(f"{project.stem} intervals.csv")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Export the intervals", str(proposed), "CSV (*.csv)"
        )
        if name:
            path = Path(name) if Path(name).suffix else Path(f"{name}.csv")
            self.export_to(bridge, question, path)

    def export_to(self, bridge: ProjectBridge, question: Question, path: Path) -> None:
        project_path = bridge.session.path

        def work(progress: Progress, cancelled: Asked) -> Exported:
            # Measured anew in what is saved by then, so that the audit head is that of the figures.
            project = bridge.call(lambda session: session.project)
            return export_intervals(
                project, project_path, question, path, progress=progress, cancelled=cancelled
            )

        job = Job(f"Exporting {path.name}", work, parent=self)
        job.done.connect(lambda done: self._tell(path, done))
        job.failed.connect(self._messages.fail)
        self._start_job(job)

    def _tell(self, path: Path, done: Exported) -> None:
        what = "1 interval" if done.tags == 1 else f"{done.tags} intervals"
        said = (
            f"Exported {what} to {path}, with {done.paths[-1].name} beside it that says what was "
            f"measured. Audit head {done.audit_head}, entry {done.audit_entries}."
        )
        if done.warnings:
            self._messages.warn(f"{said} {' '.join(done.warnings)}")
        else:
            self._messages.inform(said)
