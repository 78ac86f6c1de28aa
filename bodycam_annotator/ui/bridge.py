"""The open project as the window sees it: edits go off-thread, what they changed comes back."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.errors import UserError
from bodycam_annotator.model.edits import Changes, Edit
from bodycam_annotator.model.project import Project
from bodycam_annotator.storage.session import ProjectSession

_log = logging.getLogger(__name__)

Then = Callable[[], object]
T = TypeVar("T")


class ProjectBridge(QObject):
    """One thread owns the project file and takes edits in order; views refresh by `changed`.

    Signals: `changed` carries `Changes` after a commit, `undone` "Undone" or "Redone" and its
    `Changes` besides, `refused` a sentence, `pending` how many edits are not committed yet.
    """

    changed = pyqtSignal(object)
    undone = pyqtSignal(str, object)
    refused = pyqtSignal(str)
    pending = pyqtSignal(int)
    _finished = pyqtSignal(object, object, str)

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._owner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="project")
        self._count = 0
        self._failed = False
        self._finished.connect(self._finish)

    @property
    def project(self) -> Project:
        return self.session.project

    @property
    def unfinished(self) -> int:
        """How many edits are not committed yet."""
        return self._count

    @property
    def failed(self) -> bool:
        """Whether the newest edit was refused."""
        return self._failed

    @property
    def coder(self) -> str:
        return self.session.coder

    def do(
        self, make: Callable[[Project], Edit], *, speed: str = "", then: Then | None = None
    ) -> None:
        """Commits the edit that `make` makes of the project as the edits before it leave it.

        `make` is called in the thread that owns the file, so that a second edit of a tag builds
        on the first even when that is still under way. `then` is called in the window's thread
        once it is committed.
        """
        self._submit(lambda: self.session.do(make(self.session.project), speed=speed), then)

    def undo(self) -> None:
        self._submit(self.session.undo, None, said="Undone")

    def redo(self) -> None:
        self._submit(self.session.redo, None, said="Redone")

    def refresh(self) -> None:
        """Takes up what was committed past `do`, as by an import."""
        self._submit(self.session.refresh, None)

    def call(self, work: Callable[[ProjectSession], T]) -> T:
        """Runs `work` in the thread that owns the file, after the edits before it.

        For jobs: returns what `work` does, and raises what it raises.
        """
        return self._owner.submit(lambda: work(self.session)).result()

    def close(self) -> None:
        """Returns when every edit is committed and the file is closed."""
        self._owner.shutdown(wait=True)
        self.session.close()

    def _submit(self, work: Callable[[], Changes], then: Then | None, *, said: str = "") -> None:
        self._count += 1
        self.pending.emit(self._count)
        future = self._owner.submit(work)
        future.add_done_callback(lambda done: self._finished.emit(done, then, said))

    def _finish(self, future: "Future[Changes]", then: Then | None, said: str) -> None:
        self._count -= 1
        error = future.exception()
        self._failed = error is not None
        self.pending.emit(self._count)
        if error is None:
            self.changed.emit(future.result())
            if said:
                self.undone.emit(said, future.result())
            if then is not None:
                then()
        elif isinstance(error, UserError):
            self.refused.emit(str(error))
        else:
            _log.error("a bug of ours while saving an edit", exc_info=error)
            self.refused.emit(
                f"The edit was not saved because of a fault in this program: {error!r}"
            )
