"""Tags from a file that a person names: looked at first, then taken in one edit."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QFileDialog, QWidget

from bodycam_annotator.app import ImportChoices, ImportPlan, apply_import, plan_import
from bodycam_annotator.errors import ColumnsError
from bodycam_annotator.exchange.formats import FORMATS
from bodycam_annotator.model.edits import Changes
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.import_dialog import ImportDialog, Looked
from bodycam_annotator.ui.messages import MessageBar, counted
from bodycam_annotator.ui.workers import Job, Work


class Importing(QObject):
    """Asks for the file and how to take it.

    Attributes: `bridge` is the open project, or None; `dialog` what is asked now, or None.
    """

    def __init__(
        self,
        window: QWidget,
        *,
        messages: MessageBar,
        start_job: Callable[[Job], None],
        folder: Callable[[], str],
    ) -> None:
        super().__init__(window)
        self.bridge: ProjectBridge | None = None
        self.dialog: ImportDialog | None = None
        self._window, self._messages, self._start_job = window, messages, start_job
        self._folder = folder

    def ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Import tags", self._folder(), _filters()
        )
        if name:
            self.look_at(Path(name))

    def look_at(self, path: Path) -> None:
        """Shows what importing the file would do."""
        bridge = self.bridge
        if bridge is None:
            return
        if bridge.waits:
            edits = counted(bridge.unfinished, "edit")
            self._messages.hint(
                f"Not imported: {edits} must be saved first. Import {path.name} when that is so."
            )
            return

        def planning(choices: ImportChoices) -> Work:
            def look(progress: Progress, cancelled: Asked) -> Looked:
                try:
                    plan = bridge.call(
                        lambda session: plan_import(
                            session, path, choices, progress=progress, cancelled=cancelled
                        )
                    )
                except ColumnsError as error:
                    return Looked(why=str(error), names=error.names)
                return Looked(plan=plan, names=plan.report.names)

            return look

        dialog = ImportDialog(bridge.project, path, planning, parent=self._window)
        self.dialog = dialog
        dialog.accepted.connect(lambda: self._take(dialog.plan))
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.open()

    def _forget(self, dialog: ImportDialog) -> None:
        self.dialog = None
        dialog.deleteLater()
        self._window.activateWindow()

    def _take(self, plan: ImportPlan | None) -> None:
        bridge = self.bridge
        if bridge is None or plan is None:
            return

        def work(_progress: Progress, _cancelled: Asked) -> Changes | None:
            return bridge.call(lambda session: apply_import(session, plan))

        job = Job(f"Importing {plan.file.name}", work, parent=self)
        job.done.connect(lambda changes: self._tell(plan, changes))
        job.failed.connect(self._messages.fail)
        self._start_job(job)

    def _tell(self, plan: ImportPlan, changes: Changes | None) -> None:
        bridge = self.bridge
        if bridge is not None and changes is not None:
            bridge.refresh(changes)
        report = plan.report
        made = [after.id for _, after in plan.tags]

        def holds() -> bool:
            """Not once it is undone."""
            there = bridge.project.tags if bridge is not None else {}
            return any(name in there and not there[name].withdrawn for name in made)

        new = sum(one.is_new for one in report.codes)
        codes = f" {counted(new, 'code')} new in the codebook." if new else ""
        said = (
            f"Imported {plan.file.name}: {counted(report.added, 'tag')} added, {report.changed} "
            f"changed, {report.unchanged} already there.{codes} One undo takes it back."
        )
        if report.notices:
            self._messages.warn(f"{said} {' '.join(report.notices)}", holds=holds)
        else:
            self._messages.inform(said)


def can_be_imported(path: Path) -> bool:
    """Whether its ending is that of a format that is read."""
    endings = (ending for one in FORMATS.values() if one.read for ending in one.endings)
    return path.name.lower().endswith(tuple(endings))


def _filters() -> str:
    """For the file dialog: all that can be read, then each format."""
    readable = [one for one in FORMATS.values() if one.read is not None]
    every = dict.fromkeys(f"*{ending}" for one in readable for ending in one.endings)
    each = [f"{one.title} ({' '.join(f'*{e}' for e in one.endings)})" for one in readable]
    return ";;".join([f"Tags ({' '.join(every)})", *each, "All files (*)"])
