"""One open project in the hands of one coder: every edit is a transaction and an audit entry."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection

from bodycam_annotator.errors import DamagedError, EditError, NotWrittenError
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.edits import Change, Changes, Edit, Entity, inverse
from bodycam_annotator.model.incident import Incident
from bodycam_annotator.model.project import Project
from bodycam_annotator.storage import audit, repository, snapshot
from bodycam_annotator.storage.audit import Action, AuditEntry, Head
from bodycam_annotator.storage.connection import (
    explained,
    identity,
    reading,
    why_read_only,
    writing,
)
from bodycam_annotator.storage.creation import make_project
from bodycam_annotator.storage.looking import connect_or_look, why_only_looked_at
from bodycam_annotator.storage.undo import UndoStacks

_PARTICIPLES: Mapping[Action, str] = {"do": "done", "undo": "undone", "redo": "redone"}


@dataclass(frozen=True, kw_only=True)
class _State:
    """What is known of the file; replaced as a whole after a COMMIT, so never half new.

    `data_version` is SQLite's: it changes when another connection has written.
    """

    project: Project
    head: Head
    data_version: int
    stacks: UndoStacks
    undo_label: str | None = None
    redo_label: str | None = None


class ProjectSession:
    """An open project. It may pass between threads but serves one call at a time.

    Attributes: `path` of the file, absolute; `coder` whose edits these are and whom undo and redo
    follow, over all sittings; `why_read_only` a sentence where it can only be read, else empty.

    Whatever reads or writes the file raises `NotWrittenError` when it cannot now, as when the file
    is not at its place any more or is another, and `DamagedError` when it is not as it was written.
    Nothing was then committed, unless the disk failed in the middle of a COMMIT: `do` can be tried
    again all the same, and connects anew.
    """

    def __init__(self, path: Path, *, coder: str, connection: Connection) -> None:
        """For `create` and `open`, which see to it that the connection is sound."""
        self.path = path
        self.coder = coder
        self.why_read_only = why_only_looked_at(connection, path) or why_read_only(path)
        self._connection = connection
        self._file = identity(path)
        self._failed = False
        with reading(connection):
            self._state = self._read()
        self._stamp = _stamp(path)

    @classmethod
    def create(
        cls, path: Path, *, incident: Incident, codebook: Codebook, coder: str
    ) -> "ProjectSession":
        """A new project file, under its name only when it is complete.

        `incident.codebook` is the codebook's label. Raises `ProjectError` when `path` exists.
        """
        make_project(path.absolute(), incident=incident, codebook=codebook, coder=coder)
        return cls.open(path, coder=coder)

    @classmethod
    def open(cls, path: Path, *, coder: str) -> "ProjectSession":
        """Migrates a project of an older version. Raises `ProjectError` for one of a newer
        version and for what is no project. Where a commit was cut off and the file cannot be
        written now, what it held before that is opened to be read."""
        path = path.absolute()
        connection = connect_or_look(path)
        try:
            with explained(path):
                return cls(path, coder=coder, connection=connection)
        except BaseException:
            connection.close()
            raise

    @property
    def project(self) -> Project:
        """The project after the newest commit known here; never changes, is replaced."""
        return self._state.project

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back. Edits that add a camera or footage stay."""
        return self._state.undo_label

    @property
    def redo_label(self) -> str | None:
        return self._state.redo_label

    def do(self, edit: Edit, *, speed: str = "") -> Changes:
        """Commits the edit with its audit entry. `speed` is the playback speed it was made at.

        Raises `EditError`, and changes nothing, when a row is no longer as the edit's `before`
        says or a new row's id is taken. An edit whose every row already is as it would leave it
        is a retry of one that was committed: it is not written or logged again, and the same
        changes are returned.
        """
        with self._writing():
            state = current = self._current()
            composed = self._compose(current, action="do", edit=edit, speed=speed)
            if not repository.holds(self._connection, composed[0].changes):
                state = self._apply(current, composed)
        return self._adopt(state, current, edit=edit)

    def undo(self) -> Changes:
        """Takes back this coder's latest edit by a new one. Raises `EditError` when there is none
        or somebody has changed the same row since."""
        return self._take_back("undo")

    def redo(self) -> Changes:
        """Takes back this coder's latest undo, until they make a new edit; errors as `undo`."""
        return self._take_back("redo")

    def refresh(self) -> Changes:
        """Takes up what others have committed to the file; quick when there is nothing."""
        with self._reading():
            current = self._current()
        return self._adopt(current, current, edit=Edit(label="", changes=()))

    def history(self, after: int = 0) -> list[AuditEntry]:
        """The audit log's entries with a number above `after`, oldest first."""
        with self._reading():
            self._refuse_another(self._connection)
            return audit.entries(self._connection, after=after)

    def close(self) -> None:
        """There is nothing to save. Closing twice is no error."""
        self._connection.close()

    def __enter__(self) -> "ProjectSession":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if why_only_looked_at(self._connection, self.path):
            self._failed = True
        with self._sound():
            with writing(self._connection):
                yield
            # Without its name the file is lost when it is closed: what went into it is not saved.
            self._refuse_moved()
            self._stamp = _stamp(self.path)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._sound():
            before = _stamp(self.path)
            with reading(self._connection):
                yield
            self._stamp = before

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """With a connection to the file that is at the path now, and problems explained."""
        if self._failed or identity(self.path) != self._file or self._written_past_sqlite():
            self._connect_anew()
        try:
            with explained(self.path):
                yield
        except (NotWrittenError, DamagedError):
            self._failed = True
            raise

    def _written_past_sqlite(self) -> bool:
        """Whether something else than SQLite may have written into the file, as copying over it
        does: what the open connection remembers of its pages could then hide the damage."""
        if _stamp(self.path) == self._stamp:
            return False
        with explained(self.path), reading(self._connection):
            return _data_version(self._connection) == self._state.data_version

    def _connect_anew(self) -> None:
        """The file may have been away and be back, as when its drive was pulled."""
        self._refuse_gone()
        with explained(self.path):
            file, connection = identity(self.path), connect_or_look(self.path)
        try:
            with explained(self.path), reading(connection):
                self._refuse_another(connection)
        except BaseException:
            connection.close()
            raise
        with suppress(Exception):
            self._connection.close()
        self._connection, self._file, self._failed = connection, file, False
        self._stamp = _stamp(self.path)
        self.why_read_only = why_only_looked_at(connection, self.path) or why_read_only(self.path)

    def _refuse_another(self, connection: Connection) -> None:
        """An older state, or another project, may have been copied over the file at any time."""
        known = self._state.head
        if audit.hash_of(connection, known.seq) != known.hash:
            raise NotWrittenError(
                f"{self.path} is another file than the one that was open here: it lacks what was "
                f"saved up to entry {known.seq}. Put the right one back, or open this one anew."
            )

    def _refuse_moved(self) -> None:
        if identity(self.path) != self._file:
            self._refuse_gone()
            raise NotWrittenError(
                f"{self.path} was replaced by another file while it was written; it is read anew."
            )

    def _refuse_gone(self) -> None:
        if identity(self.path) is None:
            raise NotWrittenError(
                f"{self.path} is not there any more, so nothing can be saved in it. Connect its "
                "drive again, or put the file back."
            )

    def _take_back(self, action: Action) -> Changes:
        with self._writing():
            current = self._current()
            stack = current.stacks.undo if action == "undo" else current.stacks.redo
            if not stack:
                raise EditError(f"Nothing to {action}.")
            taken = audit.entry(self._connection, stack[-1])
            edit = inverse(Edit(label=taken.label, changes=taken.changes), label=taken.label)
            try:
                composed = self._compose(current, action=action, edit=edit, refers_to=taken.seq)
                state = self._apply(current, composed)
            except (ValueError, TypeError, RecursionError) as error:
                # The rows are as the log has them, and that may come from anybody.
                raise DamagedError(
                    f"{self.path} is damaged: entry {taken.seq} of the audit log holds what no "
                    f"project can ({error}). Verify the project, then open a copy."
                ) from error
        return self._adopt(state, current, edit=edit)

    def _compose(
        self,
        state: _State,
        *,
        action: Action,
        edit: Edit,
        refers_to: int | None = None,
        speed: str = "",
    ) -> tuple[AuditEntry, str]:
        return audit.compose(
            state.head,
            coder=self.coder,
            action=action,
            edit=edit,
            refers_to=refers_to,
            speed=speed,
        )

    def _apply(self, state: _State, composed: tuple[AuditEntry, str]) -> _State:
        """Writes rows and entry, and works out the state that a COMMIT would make true."""
        entry, text = composed
        refused = repository.conflict(self._connection, entry.changes)
        if refused is not None:
            raise EditError(self._why_refused(refused, entry))
        project = snapshot.updated(
            state.project, entry.changes, audit_head=entry.hash, audit_entries=entry.seq
        )
        repository.write(self._connection, entry.changes)
        audit.append(self._connection, entry, text=text)
        stacks = state.stacks.after([(entry.seq, entry.action, entry.refers_to)])
        return self._settled(replace(state, project=project, head=entry.head, stacks=stacks))

    def _why_refused(self, change: Change, entry: AuditEntry) -> str:
        what = f"“{entry.label}” cannot be {_PARTICIPLES[entry.action]}"
        last = audit.last_change(self._connection, change.entity, change.id)
        if last is None:
            return f"{what}: the {change.entity} {change.id} is not in the project."
        if change.before is None and change.entity == "codebook":
            return (
                f"{what}: {last.coder} made that version of the codebook since (“{last.label}”, "
                f"entry {last.seq}). Nothing was changed; look at it again."
            )
        if change.before is None:
            return f"{what}: the project already has a {change.entity} {change.id}."
        return (
            f"{what}: {last.coder} changed the same {change.entity} since "
            f"(“{last.label}”, entry {last.seq}). Nothing was changed; look at it again."
        )

    def _current(self) -> _State:
        """The state, read anew when another program has written. Within a transaction."""
        unchanged = (
            _data_version(self._connection) == self._state.data_version
            and audit.head(self._connection) == self._state.head
        )
        if unchanged:
            return self._state
        self._refuse_another(self._connection)
        return self._read()

    def _read(self) -> _State:
        head = audit.head(self._connection)
        return self._settled(
            _State(
                project=snapshot.load(self._connection, path=self.path, head=head),
                head=head,
                data_version=_data_version(self._connection),
                stacks=UndoStacks().after(audit.steps(self._connection, coder=self.coder)),
            )
        )

    def _settled(self, state: _State) -> _State:
        """With the labels, and without edits that cannot be undone on top."""
        stacks, undo_label, redo_label = state.stacks, None, None
        while stacks.undo and undo_label is None:
            latest = audit.entry(self._connection, stacks.undo[-1])
            if _can_be_undone(latest):
                undo_label = latest.label
            else:
                stacks = replace(stacks, undo=stacks.undo[:-1])
        if stacks.redo:
            redo_label = audit.entry(self._connection, stacks.redo[-1]).label
        return replace(state, stacks=stacks, undo_label=undo_label, redo_label=redo_label)

    def _adopt(self, state: _State, current: _State, *, edit: Edit) -> Changes:
        """Makes `state` the session's. What others had committed by `current` is touched too."""
        touched: dict[Entity, frozenset[str]] = {}
        if current is not self._state:
            touched = snapshot.difference(self._state.project, current.project)
        for entity in {change.entity for change in edit.changes}:
            ids = frozenset(change.id for change in edit.changes if change.entity == entity)
            touched[entity] = touched.get(entity, frozenset()) | ids
        self._state = state
        return Changes(label=edit.label, touched=touched)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and time of change."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _data_version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


def _can_be_undone(entry: AuditEntry) -> bool:
    try:
        inverse(Edit(label=entry.label, changes=entry.changes), label=entry.label)
    except EditError:
        return False
    return True
