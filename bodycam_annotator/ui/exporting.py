"""The timeline to a file that a person names."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QDialog, QWidget

from bodycam_annotator.app import Exported, export_project
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.export_dialog import ExportChoice, ExportDialog
from bodycam_annotator.ui.messages import MessageBar, counted
from bodycam_annotator.ui.workers import Job


class Exporting(QObject):
    """Asks what and where to, and writes in a job of its own.

    Attributes: `bridge` is the open project, or None; `dialog` what is asked now, or None.
    """

    def __init__(
        self,
        window: QWidget,
        *,
        messages: MessageBar,
        start_job: Callable[[Job], None],
        open_spans: Callable[[], int],
        on_screen: Callable[[], str | None],
    ) -> None:
        super().__init__(window)
        self.bridge: ProjectBridge | None = None
        self.dialog: ExportDialog | None = None
        self._window, self._messages, self._start_job = window, messages, start_job
        self._open_spans, self._on_screen = open_spans, on_screen
        self._format = "csv"

    def ask(self) -> None:
        bridge = self.bridge
        if bridge is None:
            return
        path = bridge.session.path
        on_screen = self._on_screen()
        dialog = ExportDialog(
            bridge.project,
            path,
            proposed=path.with_suffix(".csv"),
            chosen=self._format,
            camera=on_screen,
            parent=self._window,
        )
        self.dialog = dialog
        dialog.accepted.connect(lambda: self._take(dialog.choice))
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.open()

    def to(self, out: Path) -> None:
        """As CSV, without asking."""
        self._take(ExportChoice(out=out, format="csv"))

    def _forget(self, dialog: QDialog) -> None:
        self.dialog = None
        dialog.deleteLater()
        self._window.activateWindow()

    def _take(self, choice: ExportChoice | None) -> None:
        bridge = self.bridge
        if bridge is None or choice is None:
            return
        self._format = choice.format
        left_out = not_in_it(bridge, open_spans=self._open_spans())
        project_path = bridge.session.path

        def work(progress: Progress, cancelled: Asked) -> Exported:
            # The edits before it are in it; those made while footage is hashed are not.
            project = bridge.call(lambda session: session.project)
            return export_project(
                project,
                project_path,
                choice.out,
                format=choice.format,
                raw=choice.raw,
                every_tag=choice.every_tag,
                camera=choice.camera,
                left_out=left_out,
                progress=progress,
                cancelled=cancelled,
            )

        job = Job(f"Exporting {choice.out.name}", work, parent=self)
        job.done.connect(lambda done: self._tell(choice.out, done, left_out))
        job.failed.connect(self._messages.fail)
        self._start_job(job)

    def _tell(self, out: Path, done: Exported, left_out: list[str]) -> None:
        beside = ""
        if len(done.paths) > 1:
            beside = f", with {done.paths[-1].name} beside it that says what produced it"
        said = (
            f"Exported {_count(done)} to {out}{beside}. {done.verified} of "
            f"{len(done.compared)} footage verified. Audit head {done.audit_head}, entry "
            f"{done.audit_entries}."
        )
        missing = [*done.warnings, *left_out]
        if missing:
            self._messages.warn(f"{said} {' '.join(missing)}")
        else:
            self._messages.inform(said)


def not_in_it(bridge: ProjectBridge, *, open_spans: int) -> list[str]:
    """Sentences on what is tagged in the window and not in the project yet."""
    found = []
    if bridge.waits:
        found.append(f"{counted(bridge.unfinished, 'edit')} not saved yet: not in it.")
    if open_spans:
        are = "is" if open_spans == 1 else "are"
        found.append(f"{counted(open_spans, 'span')} {are} still open and not in it.")
    return found


def _count(done: Exported) -> str:
    if done.tags == done.of_tags:
        return counted(done.tags, "tag")
    return f"{done.tags} of {counted(done.of_tags, 'tag')}"
