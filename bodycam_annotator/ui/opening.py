"""Opening footage and projects, step by step, without holding up the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.app import (
    Recovery,
    coder_name,
    demo_project,
    find_recovery,
    footage_path,
    footage_state,
    new_project,
    open_project,
    project_for_footage,
    project_path_for,
    read_codebook,
    recover,
    recovered_words,
)
from bodycam_annotator.config import default_codebook, documents_folder
from bodycam_annotator.errors import FootageError, NotWrittenError, ProjectError
from bodycam_annotator.media.first_picture import first_picture
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.media.stored_index import footage_facts, recalled
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.ui.workers import Job, Work

PROJECT_ENDING = ".bodycam"

Opened = tuple[ProjectSession, str | None] | Recovery
"""An open project and a sentence about it, or what can be had back of a damaged one."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A footage that is ready to be stepped: where it is, what it is, what there is to warn of."""

    path: Path
    facts: FootageFacts
    warning: str | None = None


class Opener(QObject):
    """Chains jobs: footage is on screen at once, can be stepped as soon as it is indexed, and
    tagged once hashed.

    Signals, in the order in which they come: `picture_ready` carries a `Picture` of nobody knows
    yet which frame, and only where there is no stored index; `footage_ready` carries `Shown`,
    `session_ready` an open session, or `recovery_found` a `Recovery` of a damaged one and the
    footage that was to be opened or None; `noticed` and `failed` carry sentences; `stopped`
    comes when the person stopped a job. `start_job` shows the job to the person.
    """

    picture_ready = pyqtSignal(object)
    footage_ready = pyqtSignal(object)
    session_ready = pyqtSignal(object)
    recovery_found = pyqtSignal(object, object)
    noticed = pyqtSignal(str)
    failed = pyqtSignal(str)
    stopped = pyqtSignal()

    def __init__(self, start_job: Callable[[Job], None], parent: QObject) -> None:
        super().__init__(parent)
        self._start_job = start_job
        self._asked = 0
        self._jobs: list[Job] = []

    def open(self, path: Path) -> None:
        if path.suffix.lower() == PROJECT_ENDING:
            coder = coder_name()
            self._session_job(
                f"Opening {path.name}",
                lambda *_: _or_recovery(path, lambda: (open_project(path, coder=coder), None)),
            )
        else:
            self._open_footage(path)

    def open_several(self, paths: Sequence[Path]) -> None:
        """A new project of several cameras' footage, called after their folder."""
        coder = coder_name()
        folder = paths[0].absolute().parent
        project, notice = project_path_for(folder / f"{folder.name or 'incident'}.footage")
        number = 2
        free = project
        while free.exists():
            free = project.with_name(f"{project.stem} {number}{project.suffix}")
            number += 1

        def make(progress: Progress, cancelled: Asked) -> tuple[ProjectSession, str | None]:
            free.parent.mkdir(parents=True, exist_ok=True)
            session = new_project(
                free,
                paths,
                coder=coder,
                codebook=read_codebook(default_codebook()),
                progress=progress,
                cancelled=cancelled,
            )
            return session, notice

        self._session_job(f"Reading {len(paths)} files into {free.name}", make)

    def open_demo(self) -> None:
        folder = documents_folder()

        def work(progress: Progress, cancelled: Asked) -> tuple[ProjectSession, None]:
            return demo_project(folder, progress=progress, cancelled=cancelled), None

        self._session_job("Opening the sample incident", work)

    def show(self, session: ProjectSession, footage: Footage) -> None:
        """Reads one footage of an open project."""
        try:
            path = footage_path(session, footage)
        except FootageError as error:
            self.failed.emit(str(error))
            return
        self._read(path, stream=footage.stream, warning=footage_state(path, footage))

    def look_for_recovery(self, path: Path) -> None:
        """Of a project that opens and is damaged all the same."""

        def work(*_: object) -> Recovery:
            recovery = find_recovery(path)
            if recovery is None:
                raise ProjectError(f"{path} has no backup that is sound. Verify it to see why.")
            return recovery

        self._job(
            f"Looking for backups of {path.name}",
            work,
            lambda found: self.recovery_found.emit(found, None),
        )

    def recover(self, recovery: Recovery) -> None:
        """Opens what there is; the damaged file stays under another name."""
        coder = coder_name()
        self._session_job(
            f"Opening the backup of {recovery.path.name}",
            lambda *_: (recover(recovery, coder=coder), recovered_words(recovery)),
        )

    def begin_anew(self, footage: Path) -> None:
        """A new project for footage that is on screen, whatever backups of another there are."""
        self._project_job(footage, lambda _, work: work())

    def forget(self) -> None:
        """What is still on its way is of something that is not wanted any more."""
        self._asked += 1
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()

    def _open_footage(self, path: Path) -> None:
        self._read(
            path,
            stream=None,
            warning=None,
            then=lambda: self._project_job(path, _or_recovery),
        )

    def _project_job(self, footage: Path, through: "_Through") -> None:
        coder = coder_name()

        def make(progress: Progress, cancelled: Asked) -> Opened:
            return through(
                project_path_for(footage)[0],
                lambda: project_for_footage(
                    footage, coder=coder, progress=progress, cancelled=cancelled
                ),
            )

        label = f"Hashing {footage.name}, then it can be tagged"
        self._session_job(label, make, footage=footage)

    def _read(
        self,
        path: Path,
        *,
        stream: int | None,
        warning: str | None,
        then: Callable[[], None] | None = None,
    ) -> None:
        label = f"Reading {path.name}"

        def ready(facts: FootageFacts) -> None:
            self.footage_ready.emit(Shown(path=path, facts=facts, warning=warning))
            if then is not None:
                then()

        def begun(found: FootageFacts | Picture | None) -> None:
            if isinstance(found, FootageFacts):
                ready(found)
                return
            if found is not None:
                self.picture_ready.emit(found)
            self._job(
                label,
                lambda progress, cancelled: footage_facts(
                    path, stream=stream, progress=progress, cancelled=cancelled
                ),
                ready,
            )

        self._job(
            label, lambda _, cancelled: _known_or_seen(path, stream, cancelled=cancelled), begun
        )

    def _session_job(self, label: str, work: Work, *, footage: Path | None = None) -> None:
        def ready(result: Opened) -> None:
            if isinstance(result, Recovery):
                self.recovery_found.emit(result, footage)
                return
            session, notice = result
            self.session_ready.emit(session)
            if notice:
                self.noticed.emit(notice)

        def unwanted(result: Opened) -> None:
            if not isinstance(result, Recovery):
                result[0].close()

        self._job(label, work, ready, unwanted=unwanted)

    def _job(
        self,
        label: str,
        work: Work,
        ready: Callable[[Any], object],
        *,
        unwanted: Callable[[Any], object] | None = None,
    ) -> None:
        asked = self._asked
        job = Job(label, work, parent=self)

        def done(result: object) -> None:
            self._forget_job(job)
            if asked == self._asked:
                ready(result)
            elif unwanted is not None:
                unwanted(result)

        def failed(sentence: str) -> None:
            self._forget_job(job)
            if asked == self._asked:
                self.failed.emit(sentence)

        def ended() -> None:
            # Neither done nor failed, and still wanted: the person stopped it.
            if self._forget_job(job):
                self.stopped.emit()

        job.done.connect(done)
        job.failed.connect(failed)
        job.ended.connect(ended)
        self._jobs.append(job)
        self._start_job(job)

    def _forget_job(self, job: Job) -> bool:
        """Whether it was among those that are wanted."""
        wanted = job in self._jobs
        if wanted:
            self._jobs.remove(job)
        return wanted


_Make = Callable[[], tuple[ProjectSession, str | None]]
_Through = Callable[[Path, _Make], Opened]


def _or_recovery(project: Path, work: _Make) -> Opened:
    """What can be had back of `project` instead, when it is damaged or gone."""
    recovery = None if project.exists() else find_recovery(project)
    if recovery is not None:
        return recovery
    try:
        return work()
    except NotWrittenError:
        raise
    except ProjectError:
        recovery = find_recovery(project)
        if recovery is None:
            raise
        return recovery


def _known_or_seen(
    path: Path, stream: int | None, *, cancelled: Asked
) -> FootageFacts | Picture | None:
    """All that is known of the footage from another time, else its first picture if any."""
    known = recalled(path, stream=stream)
    if known is not None:
        return known
    try:
        return first_picture(path, stream=stream, cancelled=cancelled)
    except FootageError:
        # Reading all of the file says what is wrong with it.
        return None


def is_at(session: ProjectSession, footage: Footage, path: Path) -> bool:
    """Whether that is where the project's footage is."""
    try:
        return footage_path(session, footage).samefile(path)
    except (FootageError, OSError):
        return False
