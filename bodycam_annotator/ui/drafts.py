"""What the window holds and the project does not yet: kept aside, and offered again after a crash.

Text being typed, spans still open, edits that wait. It is looked at a moment after anything of it
changes, so that what is typed is on the disk within a second.
"""

import logging
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from bodycam_annotator.config import state_folder
from bodycam_annotator.errors import Cancelled, UserError
from bodycam_annotator.model.edits import Edit, row_of
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.last_coders import last_coders
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.unsaved import Kept, Left, Unsaved, edit_content, left_behind
from bodycam_annotator.ui.asked import UnsavedEdit
from bodycam_annotator.ui.left_check import (
    ATTRIBUTES,
    TEXT_FIELDS,
    covered,
    is_so,
    settle,
    text_in,
    texts_over_newer,
)
from bodycam_annotator.ui.owner import Owner

_log = logging.getLogger(__name__)

KEEP_MS = 400
"""How long after a key what is typed is written."""

_CLOSING_S = 3.0


def kept_folders() -> tuple[Path, ...]:
    """Where unsaved things are kept: in this person's state folder, else where there is room."""
    person = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    temporary = Path(tempfile.gettempdir()) / f"bodycam-annotator-{person}"
    return state_folder() / "unsaved", temporary


class Drafts(QObject):
    """Keeps what `look` returns, by key, while it returns it.

    Signals: `left` carries what earlier sittings left behind, a list of `Left` that is not empty;
    `failed` a sentence when nothing can be kept.

    Attributes: `changers` who changed the tags last into which text of `left` was typed, by the
    tag's id.
    """

    left = pyqtSignal(object)
    failed = pyqtSignal(str)
    _kept = pyqtSignal(object)
    _found = pyqtSignal(object)

    def __init__(
        self,
        session: ProjectSession,
        look: Callable[[], dict[str, Kept]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._unsaved = Unsaved(
            session.path,
            incident=session.project.incident.id,
            coder=session.coder,
            folders=kept_folders(),
        )
        self._session = session
        self._look = look
        self._now: dict[str, Kept] = {}
        self._refused: list[Kept] = []
        self._lefts: list[Left] = []
        self.changers: Mapping[str, str] = {}
        self.keeps = True
        self._owner = Owner("drafts")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_MS)
        self._timer.timeout.connect(self._keep)
        self._kept.connect(self._tell)
        self._found.connect(self._tell_left)

    def look_back(self) -> None:
        """Looks for what earlier sittings left behind."""
        path, project = self._session.path, self._session.project

        def look() -> list[Left]:
            found = left_behind(path, incident=project.incident.id, folders=kept_folders())
            lefts = settle(found, project)
            self.changers = last_coders(path, texts_over_newer(lefts, project))
            return lefts

        self._owner.submit(look).add_done_callback(self._found.emit)

    def keep_then(self, then: Callable[[], object]) -> None:
        """Keeps all there is now, and does `then` once that is on the disk, in another thread; not
        when it could not be kept."""
        self._keep()
        self._submit({}, then)

    def keep_refused(self, edit: Edit) -> None:
        """What a refused edit would have written is offered in the next sitting, all of it, unless
        just that is in the project by then."""
        self._refused += texts_in(edit).values()
        self._keep()

    def keep_text(self, kept: Mapping[str, Kept]) -> None:
        """Text that could not go into its tag is offered in the next sitting, as above."""
        self._refused += kept.values()
        self._keep()

    def touch(self) -> None:
        """Something of it may have changed; it is looked at soon, also while keys go on coming."""
        if not self._timer.isActive():
            self._timer.start()

    def close(self, edits: Sequence[UnsavedEdit]) -> None:
        """Leaves behind `edits` and what was refused, and only that: the rest is in the project by
        now. What was put back and waits among `edits` is not left behind twice."""
        self._timer.stop()
        self._now = self._change(kept_edits(edits))
        made = [one.edit for one in edits]
        for left in self._lefts:
            again = covered(left, made)
            if again:
                self._submit({}, partial(left.drop, again))
        self._owner.submit(self._unsaved.close)
        self._owner.stop(seconds=_CLOSING_S)

    def _tell_left(self, future: "Future[list[Left]]") -> None:
        if future.exception() is not None:
            _log.error("a bug of ours while looking for drafts", exc_info=future.exception())
        elif future.result():
            self._lefts = future.result()
            self.left.emit(self._lefts)

    def _keep(self) -> None:
        self._now = self._change(self._look())

    def _change(self, wanted: dict[str, Kept]) -> dict[str, Kept]:
        wanted = {key: _since(self._now.get(key), kept) for key, kept in wanted.items()}
        project = self._session.project
        for number, kept in enumerate(self._refused):
            if not is_so(kept, project):
                wanted[f"refused {number:06d}"] = kept
        changes: dict[str, Kept | None] = {key: None for key in self._now if key not in wanted}
        changes |= {key: kept for key, kept in wanted.items() if self._now.get(key) != kept}
        if changes:
            self._submit(changes)
        return wanted

    def _submit(
        self, changes: dict[str, Kept | None], then: Callable[[], object] | None = None
    ) -> None:
        def work() -> None:
            self._unsaved.update(changes)
            if then is not None:
                then()

        self._owner.submit(work).add_done_callback(self._kept.emit)

    def _tell(self, future: "Future[None]") -> None:
        error = future.exception()
        self.keeps = error is None
        if error is None or isinstance(error, Cancelled):
            return
        # What could not be written is tried again with whatever comes next.
        if isinstance(error, UserError):
            self.failed.emit(str(error))
        else:
            _log.error("a bug of ours while keeping drafts", exc_info=error)


def kept_edits(edits: Sequence[UnsavedEdit]) -> dict[str, Kept]:
    """By their place in the row."""
    return {
        f"edit {at:06d} {'+'.join(change.id for change in one.edit.changes)[:80]}": Kept(
            kind="edit", content=edit_content(one.edit, speed=one.speed)
        )
        for at, one in enumerate(edits)
    }


def kept_text(tag: Tag, field: str, text: str, *, before: str | None = None) -> dict[str, Kept]:
    """`before` is what the text is typed over: what is in the tag, unless given."""
    before = text_in(tag, field) if before is None else before
    content = {"tag": tag.id, "field": field, "text": text, "before": before}
    return {f"text {tag.id} {field}": Kept(kind="text", content=content)}


def _since(earlier: Kept | None, kept: Kept) -> Kept:
    """Text that goes on being typed was begun over what was there at first, unless what is there
    now is what was typed."""
    if earlier is None or kept.kind != "text" or "before" not in earlier.content:
        return kept
    if kept.content["before"] == earlier.content["text"].strip():
        return kept
    return replace(kept, content={**kept.content, "before": earlier.content["before"]})


def kept_span(span: Tag) -> dict[str, Kept]:
    return {f"span {span.id}": Kept(kind="span", content=row_of(span))}


def texts_in(edit: Edit) -> dict[str, Kept]:
    """The text that an edit would write into tags that there are."""
    kept: dict[str, Kept] = {}
    for change in edit.changes:
        if change.entity != "tag" or change.before is None:
            continue
        tag, before = Kept(kind="span", content=change.after).span(), change.before
        for field in TEXT_FIELDS:
            if change.after.get(field) and change.after[field] != before.get(field):
                old = str(before.get(field, ""))
                kept |= kept_text(tag, field, str(change.after[field]), before=old)
        for name, text in tag.attributes.items():
            old = before.get("attributes", {}).get(name, "")
            if text and text != old:
                kept |= kept_text(tag, f"{ATTRIBUTES}{name}", text, before=old)
    return kept
