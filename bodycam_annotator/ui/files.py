"""What the window reads from and writes to files that a person names."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QMessageBox, QWidget

from bodycam_annotator import __version__
from bodycam_annotator.app import (
    Exported,
    ImportReport,
    export_project,
    import_file,
    set_coder_name,
)
from bodycam_annotator.app import coder_name as known_coder
from bodycam_annotator.errors import UserError
from bodycam_annotator.media.picture import Picture, write_png
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.dialogs import ask_coder
from bodycam_annotator.ui.messages import MessageBar
from bodycam_annotator.ui.workers import Job

FOOTAGE = "*.mp4 *.mov *.m4v *.mkv *.webm *.ts *.m2ts *.mts *.avi *.mpg *.mpeg *.wmv *.asf *.flv"
OPENABLE = f"Footage and projects (*.bodycam {FOOTAGE});;All files (*)"


class Files(QObject):
    """Open, export, import, save a frame, the coder's name.

    Attributes: `bridge` is the open project, or None. Signals: `opened` carries paths,
    `coder_changed` the name that projects are to record from now on.
    """

    opened = pyqtSignal(object)
    coder_changed = pyqtSignal(str)

    def __init__(
        self,
        window: QWidget,
        *,
        messages: MessageBar,
        start_job: Callable[[Job], None],
        recent: Callable[[], list[Path]],
        open_spans: Callable[[], int],
    ) -> None:
        super().__init__(window)
        self.bridge: ProjectBridge | None = None
        self._window = window
        self._messages = messages
        self._start_job = start_job
        self._recent = recent
        self._open_spans = open_spans

    def ask_open(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            "Open footage or a project; several footage become one project",
            self._folder(),
            OPENABLE,
        )
        if names:
            self.opened.emit([Path(name) for name in names])

    def ask_export(self) -> None:
        bridge = self.bridge
        if bridge is None:
            return
        proposed = bridge.session.path.with_suffix(".csv")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Export the CSV timeline", str(proposed), "CSV timeline (*.csv)"
        )
        if name:
            self.export_to(Path(name) if Path(name).suffix else Path(f"{name}.csv"))

    def export_to(self, path: Path) -> None:
        bridge = self.bridge
        if bridge is None:
            return
        left_out = self._left_out(bridge)
        project_path = bridge.session.path

        def work(progress: Progress, cancelled: Asked) -> Exported:
            # The edits before it are in it; those made while footage is hashed are not.
            project = bridge.call(lambda session: session.project)
            return export_project(
                project,
                project_path,
                path,
                left_out=left_out,
                progress=progress,
                cancelled=cancelled,
            )

        job = Job(f"Exporting {path.name}", work, parent=self)
        job.done.connect(lambda done: self._tell_exported(path, done, left_out))
        self._start(job)

    def ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Import tags", self._folder(), "CSV timeline (*.csv)"
        )
        if name:
            self.import_from(Path(name))

    def import_from(self, path: Path) -> None:
        bridge = self.bridge
        if bridge is None:
            return
        if bridge.waits:
            edits = _counted(bridge.unfinished, "edit")
            self._messages.hint(
                f"Not imported: {edits} must be saved first. Import {path.name} when that is so."
            )
            return
        job = Job(
            f"Importing {path.name}",
            lambda progress, cancelled: bridge.call(
                lambda session: import_file(session, path, progress=progress, cancelled=cancelled)
            ),
            parent=self,
        )
        job.done.connect(lambda report: self._tell_imported(path, report))
        self._start(job)

    def ask_save_frame(self, picture: Picture, footage: Path) -> None:
        proposed = footage.with_name(f"{footage.stem}_frame_{picture.ordinal}.png")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the frame", str(proposed), "PNG picture (*.png)"
        )
        if not name:
            return
        try:
            write_png(picture, Path(name))
        except UserError as error:
            self._messages.fail(str(error))
        else:
            self._messages.inform(f"Saved frame {picture.ordinal} as {name}.")

    def ask_coder(self) -> None:
        name = ask_coder(known_coder(), self._window)
        if name is None:
            return
        try:
            set_coder_name(name)
        except UserError as error:
            self._messages.fail(str(error))
            return
        self.coder_changed.emit(name)
        self._messages.inform(f"{name} is the coder from now on.")

    def tell_about(self) -> None:
        QMessageBox.about(
            self._window,
            "About Bodycam Annotator",
            f"Bodycam Annotator {__version__}\n\nFree software under the GNU General Public "
            "License, version 3 or later. It opens footage read-only and never connects to a "
            "network.",
        )

    def _left_out(self, bridge: ProjectBridge) -> list[str]:
        """Sentences on what is tagged in the window and not in the project yet."""
        found = []
        spans = self._open_spans()
        if bridge.waits:
            found.append(f"{_counted(bridge.unfinished, 'edit')} not saved yet: not in it.")
        if spans:
            are = "is" if spans == 1 else "are"
            found.append(f"{_counted(spans, 'span')} {are} still open and not in it.")
        return found

    def _tell_exported(self, path: Path, done: Exported, left_out: list[str]) -> None:
        said = (
            f"Exported {_counted(done.tags, 'tag')} to {path}, with {done.paths[-1].name} beside "
            f"it that says what produced it. {done.verified} of {len(done.compared)} footage "
            f"verified. Audit head {done.audit_head}, entry {done.audit_entries}."
        )
        missing = [*done.warnings, *left_out]
        if missing:
            self._messages.warn(f"{said} {' '.join(missing)}")
        else:
            self._messages.inform(said)

    def _tell_imported(self, path: Path, report: ImportReport) -> None:
        bridge = self.bridge
        if bridge is not None:
            bridge.refresh()
        ignored = f" Columns not known: {', '.join(report.ignored)}." if report.ignored else ""
        said = (
            f"Imported {path.name}: {report.added} tags added, {report.changed} changed, "
            f"{report.unchanged} already there.{ignored}"
        )
        if report.notices:
            self._messages.warn(f"{said} {' '.join(report.notices)}")
        else:
            self._messages.inform(said)

    def _start(self, job: Job) -> None:
        job.failed.connect(self._messages.fail)
        self._start_job(job)

    def _folder(self) -> str:
        recent = self._recent()
        return str(recent[0].parent) if recent else ""


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
