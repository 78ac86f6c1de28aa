"""Edits that are asked for and not committed yet."""

import threading
from collections.abc import Callable, Iterable
from typing import NamedTuple

from bodycam_annotator.errors import UserError
from bodycam_annotator.model.edits import Edit
from bodycam_annotator.model.project import Project
from bodycam_annotator.storage.snapshot import updated

Then = Callable[[], object]
Make = Callable[[Project], Edit]


class Held(Exception):
    """Not tried, as an edit before it waits."""


class UnsavedEdit(NamedTuple):
    """An edit and the playback speed it was made at."""

    edit: Edit
    speed: str


class Asked:
    """An edit, or an undo or redo where there is no `make`.

    Attributes: `committed` once it is, `waits` once it could not be; `then` is to be called when
    it is known to be committed, `refused` when it never will be.
    """

    def __init__(
        self,
        make: Make | None = None,
        *,
        speed: str = "",
        then: Then | None = None,
        refused: Then | None = None,
        takes_back: str = "",
    ) -> None:
        self.speed = speed
        self.then = then
        self.refused = refused
        self.takes_back = takes_back
        self.committed = self.waits = False
        self._make = make
        self._made: Edit | None = None
        self._lock = threading.Lock()

    def edit(self, project: Project) -> Edit | None:
        """Made once, of the project as the edits before it leave it, by whichever thread needs it
        first; so a retry is of the same edit. None for an undo or redo. Raises `EditError`."""
        with self._lock:
            if self._made is None and self._make is not None:
                self._made = self._make(project)
            return self._made

    @property
    def made(self) -> Edit | None:
        """The edit once it is made."""
        return self._made

    def words(self) -> str:
        """What is lost if it is refused."""
        return "" if self._made is None else words_in(self._made)


def words_in(edit: Edit) -> str:
    """The words that an edit would write, so that they are not lost with it; empty when none."""
    words = [
        f"{name} “{change.after[name]}”"
        for change in edit.changes
        for name in ("text", "speaker", "target", "note")
        if change.after.get(name) and change.after[name] != (change.before or {}).get(name)
    ]
    return ", ".join(words[:4])


def unsaved_edits(every: Iterable[Asked], project: Project) -> tuple[list[UnsavedEdit], Project]:
    """The edits among `every` in order, and `project` as they would leave it.

    One that cannot be made, as of a tag that is gone, is left out: it will be refused.
    """
    found = []
    for one in every:
        if one.committed:
            continue
        try:
            edit = one.edit(project)
            if edit is None:
                continue
            project = updated(project, edit.changes, audit_head=project.audit_head)
        except UserError:
            continue
        found.append(UnsavedEdit(edit, one.speed))
    return found, project
