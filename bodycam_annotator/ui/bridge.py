"""The open project as the window sees it: edits go off-thread, what they changed comes back."""

import logging
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from bodycam_annotator.errors import Cancelled, DamagedError, NotWrittenError, UserError
from bodycam_annotator.model.edits import Changes, Edit, Entity
from bodycam_annotator.model.project import Project
from bodycam_annotator.storage.connection import why_read_only
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.ui.asked import Asked, Held, Then, UnsavedEdit, unsaved_edits
from bodycam_annotator.ui.owner import Owner

_log = logging.getLogger(__name__)

T = TypeVar("T")

RETRY_MS = 1500
"""How often edits that could not be written are tried again."""

SLOW_MS = 1500
"""A commit that takes longer is told."""

LOOK_MS = 2000
"""How often the file is looked at for what others have committed, and its disk for room."""

CLOSING_S = 7.0
"""How long closing waits for edits; longer than SQLite waits for another program."""

_SAID = {"undo": "Undone", "redo": "Redone"}


class ProjectBridge(QObject):
    """One thread owns the project file and takes edits in order; views refresh by `changed`.

    An edit that the file cannot take now waits, and with it those that come after; it is tried
    again until it is committed. Meanwhile `project` is as if they were.

    Signals: `changed` carries `Changes` after a commit, and of edits that begin to wait; `undone`
    "Undone" or "Redone" and its `Changes` besides; `refused` a sentence, and `lost` the `Edit` that
    was refused, `held_up` why nothing is undone while edits wait; `pending` how many edits are not
    committed yet; `trouble` why edits wait or the file cannot be reached, and an empty sentence
    when that is over; `slow` a sentence on a commit that takes long, and an empty one when it is
    through; `moved` comes when the window has gone on in another session; `room` the bytes that are
    free beside the project, whenever it was looked; `settled` comes when every edit is committed or
    refused, or begins to wait.

    Attributes: `damaged` whether the trouble is that the file is not as it was written.
    """

    changed = pyqtSignal(object)
    undone = pyqtSignal(str, object)
    refused = pyqtSignal(str)
    held_up = pyqtSignal(str)
    lost = pyqtSignal(object)
    pending = pyqtSignal(int)
    trouble = pyqtSignal(str)
    slow = pyqtSignal(str)
    room = pyqtSignal(object)
    settled = pyqtSignal()
    moved = pyqtSignal()
    _finished = pyqtSignal(object, object)
    _looked = pyqtSignal(object)
    _changed_over = pyqtSignal(object, object, object)

    def __init__(self, session: ProjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._owner = Owner("project")
        self._asked: list[Asked] = []
        self._on_the_way = 0
        self._waits = False
        self._trouble = self._said = ""
        self.damaged = False
        self._looking = self._is_slow = False
        self._failed = False
        # Set in the owner's thread by what fails, so that nothing after it goes ahead of it.
        self._halted = threading.Event()
        self._finished.connect(self._finish)
        self._looked.connect(self._take_look)
        self._changed_over.connect(self._take_over)
        self._retrying = self._timer(RETRY_MS, self._retry, once=True)
        self._slowness = self._timer(SLOW_MS, self._tell_slow, once=True)
        self._looks = self._timer(LOOK_MS, self.look, once=False)
        self._looks.start()

    @property
    def project(self) -> Project:
        """As committed; while edits wait, as they would leave it."""
        project = self.session.project
        return unsaved_edits(self._asked, project)[1] if self._waits else project

    @property
    def unfinished(self) -> int:
        """How many edits are not committed yet."""
        return len(self._asked)

    @property
    def failed(self) -> bool:
        """Whether the newest edit was refused."""
        return self._failed

    @property
    def waits(self) -> bool:
        """Whether edits are not committed because the file cannot take them now."""
        return self._waits

    @property
    def coder(self) -> str:
        return self.session.coder

    def unsaved(self) -> list[UnsavedEdit]:
        """The edits that are not committed yet, in order."""
        return unsaved_edits(self._asked, self.session.project)[0]

    def waiting_ids(self, entity: Entity) -> frozenset[str]:
        """What the edits that wait would change."""
        changes = (change for one in self.unsaved() for change in one.edit.changes)
        return frozenset(one.id for one in changes if one.entity == entity and self._waits)

    def do(
        self,
        make: Callable[[Project], Edit],
        *,
        speed: str = "",
        then: Then | None = None,
        refused: Then | None = None,
    ) -> None:
        """Commits the edit that `make` makes of the project as the edits before it leave it.

        `make` is called in any thread, so that a second edit of a tag builds on the first even
        when that is still under way. `then` is called in the window's thread once it is committed,
        `refused` once it is said that it is not.
        """
        self._ask(Asked(make, speed=speed, then=then, refused=refused))

    def undo(self) -> None:
        self._take_back("undo")

    def redo(self) -> None:
        self._take_back("redo")

    def refresh(self, changes: Changes | None = None) -> None:
        """Shows what was committed past `do`, as by an import; None where only tags can be
        others."""
        self.changed.emit(changes or Changes(label="", touched={}))

    def call(self, work: Callable[[ProjectSession], T]) -> T:
        """Runs `work` in the thread that owns the file, after the edits before it.

        For jobs: returns what `work` does, and raises what it raises.
        """
        return self.submit(work).result()

    def submit(self, work: Callable[[ProjectSession], T]) -> "Future[T]":
        """As `call`, but waits for nothing."""
        return self._owner.submit(lambda: work(self.session))

    def is_through(self, *, seconds: float) -> bool:
        """Whether every edit is committed, waited for so long."""
        try:
            self._owner.submit(lambda: None).result(seconds)
        except TimeoutError:
            return False
        return not self.unsaved()

    def go_on_in(
        self, session: ProjectSession, *, has: Sequence[UnsavedEdit], kept: Callable[[], object]
    ) -> None:
        """From now on edits go into `session`, those asked for meanwhile too: none is left behind.
        It is of a copy that `has` those edits, or of the same file for another coder.

        Should edits have been committed meanwhile that the copy lacks, it goes on as it was, closes
        `session` and calls `kept`.
        """
        self._retrying.stop()
        saved = {id(one.edit) for one in has}

        def change_over() -> bool:
            """In the owner's thread, between two edits."""
            lacks = [
                one
                for one in list(self._asked)
                if one.committed and one.made is not None and id(one.made) not in saved
            ]
            other = session.path != self.session.path
            if other and (lacks or not self._waits):
                session.close()
                return False
            self.session.close()
            self.session = session
            self._halted.clear()
            return True

        future = self._owner.submit(change_over)
        future.add_done_callback(lambda done: self._changed_over.emit(done, saved, kept))

    def _take_over(
        self, future: "Future[bool]", saved: set[int], kept: Callable[[], object]
    ) -> None:
        if future.exception() is not None:
            if not isinstance(future.exception(), Cancelled):
                _log.error("a bug of ours while changing over", exc_info=future.exception())
            return
        if not future.result():
            self._retrying.start()
            kept()
            return
        self._asked = [one for one in self._asked if id(one.made) not in saved]
        self._waits = False
        for one in self._asked:
            one.waits = False
        self._tell("")
        self.pending.emit(len(self._asked))
        self.moved.emit()
        self.refresh()
        if not self._on_the_way:
            self._send(list(self._asked))

    def look(self) -> None:
        """Takes up what was committed past `do`, and sees whether file and room are still there."""
        if not self._looking:
            self._looking = True
            self._owner.submit(self._see).add_done_callback(self._looked.emit)

    def close(self) -> list[UnsavedEdit]:
        """Closes the file; returns the edits that could not be committed."""
        for timer in (self._retrying, self._slowness, self._looks):
            timer.stop()
        if self._owner.stop(seconds=CLOSING_S):
            self.session.close()
        return self.unsaved()

    # How

    def _timer(self, interval_ms: int, do: Callable[[], None], *, once: bool) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(once)
        timer.setInterval(interval_ms)
        timer.timeout.connect(do)
        return timer

    def _take_back(self, how: str) -> None:
        if self._waits:
            self.held_up.emit(f"There is no {how} while edits wait to be saved. {self._trouble}")
        else:
            self._ask(Asked(takes_back=how))

    def _ask(self, one: Asked) -> None:
        self._asked.append(one)
        self.pending.emit(len(self._asked))
        if self._waits:
            self._wait(one)
        else:
            self._send([one])

    def _send(self, every: Iterable[Asked]) -> None:
        for one in every:
            self._on_the_way += 1
            future = self._owner.submit(partial(self._commit, one))
            future.add_done_callback(partial(self._finished.emit, one))
        self._slowness.start()

    def _commit(self, one: Asked) -> Changes:
        """In the owner's thread."""
        if self._halted.is_set():
            raise Held
        try:
            edit = one.edit(self.session.project)
            if edit is not None:
                changes = self.session.do(edit, speed=one.speed)
            elif one.takes_back == "undo":
                changes = self.session.undo()
            else:
                changes = self.session.redo()
        except (NotWrittenError, DamagedError):
            if not one.takes_back:
                self._halted.set()
            raise
        one.committed = True
        return changes

    def _finish(self, one: Asked, future: "Future[Changes]") -> None:
        self._on_the_way -= 1
        error = future.exception()
        if isinstance(error, Held | NotWrittenError | DamagedError) and not one.takes_back:
            if not isinstance(error, Held):
                self._trouble = str(error)
                self.damaged = isinstance(error, DamagedError)
            self._wait(one)
        else:
            self._take_off(one, future)
        if self._on_the_way:
            self._slowness.start()
        else:
            self._slowness.stop()
            self._go_on()
            if self._is_slow:
                self._is_slow = False
                self.slow.emit("")
            self.settled.emit()

    def _take_off(self, one: Asked, future: "Future[Changes]") -> None:
        """What is committed or refused."""
        if one in self._asked:
            self._asked.remove(one)
        error = future.exception()
        if not one.takes_back:
            self._failed = error is not None
        self.pending.emit(len(self._asked))
        if error is None:
            self.changed.emit(future.result())
            if one.takes_back:
                self.undone.emit(_SAID[one.takes_back], future.result())
            if one.then is not None:
                one.then()
        elif isinstance(error, Held):
            said = _SAID[one.takes_back].lower()
            self.held_up.emit(f"Not {said}: edits before it wait to be saved.")
        elif isinstance(error, UserError):
            words = one.words()
            if one.made is not None:
                self.lost.emit(one.made)
            self.refused.emit(f"{error} Not saved: {words}." if words else str(error))
        else:
            _log.error("a bug of ours while saving an edit", exc_info=error)
            self.refused.emit(
                f"The edit was not saved because of a fault in this program: {error!r}"
            )
        if error is not None and one.refused is not None:
            one.refused()

    def _wait(self, one: Asked) -> None:
        if one.waits and self._said == self._trouble:
            return
        one.waits = self._waits = True
        self._tell(self._trouble)
        self.changed.emit(Changes(label="", touched={"tag": self.waiting_ids("tag")}))

    def _go_on(self) -> None:
        """With nothing on its way any more: what waits is tried again later, or all is well."""
        self._halted.clear()
        if self._asked:
            self._retrying.start()
        elif self._waits:
            self._waits = False
            self._tell("")

    def _retry(self) -> None:
        if not self._on_the_way:
            self._send(list(self._asked))

    def _tell(self, trouble: str) -> None:
        self._trouble = self._said = trouble
        if trouble:
            _log.warning("%s", trouble)
        else:
            self.damaged = False
        self.trouble.emit(trouble)

    def _tell_slow(self) -> None:
        if self._waits:
            return
        self._is_slow = True
        self.slow.emit(
            f"{self.session.path.name} is taking long to be written: another program may be using "
            "it, or its disk is slow or gone."
        )

    def _see(self) -> tuple[Changes, int]:
        """In the owner's thread."""
        changes = self.session.refresh()
        now = why_read_only(self.session.path)
        if now and not self.session.why_read_only:
            raise NotWrittenError(now)
        return changes, shutil.disk_usage(self.session.path.parent).free

    def _take_look(self, future: "Future[tuple[Changes, int]]") -> None:
        self._looking = False
        error = future.exception()
        if error is None:
            changes, free = future.result()
            if any(changes.touched.values()):
                self.changed.emit(changes)
            if self._said and not self._waits:
                self._tell("")
            self.room.emit(free)
        elif isinstance(error, Cancelled):
            return
        elif not isinstance(error, UserError | OSError):
            _log.error("a bug of ours while looking at the project", exc_info=error)
        elif not self._waits and str(error) != self._said:
            self.damaged = isinstance(error, DamagedError)
            self._tell(str(error))
