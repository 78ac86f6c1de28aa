"""How an open project is saved, as the person is told of it, and what is kept in case it is not."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication, QFileDialog, QWidget

from bodycam_annotator.app import copy_project, open_project, sentence_words
from bodycam_annotator.errors import Cancelled, DamagedError, UserError
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.progress import Asked
from bodycam_annotator.storage.audit import Head
from bodycam_annotator.storage.backups import make_backup
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.unsaved import Kept, Left
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.drafts import Drafts, kept_edits, kept_span, kept_text
from bodycam_annotator.ui.left_behind import (
    camera_name,
    in_words,
    stranded_text,
    stranded_words,
    take_up,
)
from bodycam_annotator.ui.left_check import stranded
from bodycam_annotator.ui.messages import DEED, MessageBar
from bodycam_annotator.ui.owner import Owner
from bodycam_annotator.ui.tagging import Tagger
from bodycam_annotator.ui.workers import Job

_log = logging.getLogger(__name__)

NEARLY_FULL = 200 * 1000**2
"""Bytes free below which the person is warned."""

FIRST_BACKUP_MS = 3000
BACKUP_MS = 5 * 60 * 1000
_CLOSING_S = 10.0

COPY = "Save a copy …"
BACKUP = "Open its backup …"

# What messages are about, so that one takes the place of the one before it.
_FILE, _ROOM, _BACKUPS, _LEFT, _DRAFTS = "file", "room", "backups", "left", "drafts"
_HELD_UP = "held up"
_STRANDED, _READ_ONLY, _SLOW, _DAMAGE, _COPY = "stranded", "read-only", "slow", "damage", "copy"

Typed = Callable[[], Iterable[tuple[Tag, str, str]]]
"""Tag, field and text of what is typed and not saved yet."""


class Saving(QObject):
    """One open project's. To be closed with it.

    Signals: `copying` comes before a copy is made, for what is typed to be saved; `put_back`
    carries the id of a tag that has its text again; `damaged` comes when a damaged file's
    backup is asked for; `left_changed` when there is more or less left behind by earlier sittings.
    """

    copying = pyqtSignal()
    put_back = pyqtSignal(str)
    damaged = pyqtSignal()
    left_changed = pyqtSignal()
    _backed_up = pyqtSignal(object)

    def __init__(
        self,
        bridge: ProjectBridge,
        *,
        tagger: Tagger,
        typed: Typed,
        messages: MessageBar,
        start_job: Callable[[Job], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.nearly_full = NEARLY_FULL
        self._bridge, self._tagger, self._typed = bridge, tagger, typed
        self._messages, self._start_job, self._window = messages, start_job, window
        self._warned = self._waited = self._can_offer = False
        self._lefts: list[Left] = []
        self._drafts = self._new_drafts()
        self._backups = Owner("backups")
        self._again = QTimer(self)
        self._again.setInterval(BACKUP_MS)
        self._connect()
        self._drafts.look_back()
        QTimer.singleShot(FIRST_BACKUP_MS, self._begin_backups)
        if bridge.session.why_read_only:
            messages.warn(
                f"{bridge.session.why_read_only} What you tag is kept aside until it can be saved; "
                "a copy elsewhere can be.",
                {COPY: self.ask_copy},
                about=_READ_ONLY,
            )

    @property
    def left(self) -> int:
        """How many things earlier sittings left unsaved."""
        return sum(len(left.kept) for left in self._lefts)

    @property
    def keeps(self) -> bool:
        """Whether what is not saved is kept aside, as far as is known."""
        return self._drafts.keeps

    def touch(self) -> None:
        """Something is typed, begun or ended."""
        self._drafts.touch()

    def offer_left(self) -> None:
        """What an earlier sitting left unsaved, from when the footage is on screen or known to be
        missing."""
        self._can_offer = True
        lefts = [left for left in self._lefts if left.kept]
        if lefts:
            self._messages.warn(
                in_words(lefts, self._bridge.project, self._drafts.changers),
                {"Put back": self._take_up, "Drop": self._ask_drop},
                about=_LEFT,
            )

    def ask_copy(self) -> None:
        self.copying.emit()
        session = self._bridge.session
        proposed = session.path.with_name(f"{session.path.stem} copy{session.path.suffix}")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save a copy of the project", str(proposed), "Project (*.bodycam)"
        )
        if not name:
            return
        edits, waited = self._bridge.unsaved(), self._bridge.waits
        known = Head(session.project.audit_entries, session.project.audit_head)

        def work(_: object, cancelled: Asked) -> Path | ProjectSession:
            path = copy_project(
                session.path,
                Path(name),
                coder=session.coder,
                edits=edits,
                known=known,
                replace=True,
                cancelled=cancelled,
            )
            return open_project(path, coder=session.coder) if waited else path

        def done(made: Path | ProjectSession) -> None:
            self._messages.withdraw(_COPY)
            if isinstance(made, Path):
                self._tell_copied(made)
            else:
                self._bridge.go_on_in(made, has=edits, kept=lambda: self._tell_copied(made.path))

        job = Job(f"Copying {session.path.name}", work, parent=self)
        job.failed.connect(lambda said: self._messages.fail(said, about=_COPY))
        job.done.connect(done)
        self._start_job(job)

    def close(self, *, patient: bool = False) -> int:
        """To be called when the bridge is about to be closed, which is done here: how many edits
        could not be saved. They are kept aside. `patient` waits for the last backup, as when the
        program ends after it."""
        self._again.stop()
        unsaved = self._bridge.close()
        self._drafts.close(unsaved)
        self._drafts.blockSignals(True)
        for left in self._lefts:
            left.close()
        path = self._bridge.session.path
        if not unsaved:
            self._backups.submit(lambda: _backed_up(path, check=False))
        self._backups.stop(seconds=_CLOSING_S if patient else 0.0)
        return len(unsaved)

    # How

    def _connect(self) -> None:
        bridge = self._bridge
        bridge.trouble.connect(self._tell_trouble)
        bridge.refused.connect(self._note_refused)
        bridge.held_up.connect(lambda said: self._messages.fail(said, about=_HELD_UP))
        bridge.lost.connect(lambda edit: self._drafts.keep_refused(edit))
        bridge.slow.connect(self._tell_slow)
        bridge.moved.connect(self._follow)
        bridge.settled.connect(self._note_settled)
        bridge.room.connect(self._tell_room)
        bridge.pending.connect(lambda _: self._drafts.touch())
        self._tagger.spans_changed.connect(self.touch)
        self._tagger.stranded.connect(self._keep_stranded)
        self._backed_up.connect(self._tell_backup)
        self._again.timeout.connect(self._back_up)

    def _new_drafts(self) -> Drafts:
        drafts = Drafts(self._bridge.session, self._unsaved, self)
        drafts.failed.connect(lambda said: self._messages.fail(said, about=_DRAFTS))
        drafts.left.connect(self._note_left)
        return drafts

    def _follow(self) -> None:
        """What is not saved is kept for the file that edits go into now."""
        before, self._drafts = self._drafts, self._new_drafts()
        self._drafts.touch()
        before.blockSignals(True)
        before.close([])
        for left in self._lefts:
            left.close()
        self._lefts = []
        self.left_changed.emit()
        for about in (_READ_ONLY, _LEFT, _STRANDED):
            self._messages.withdraw(about)
        self._drafts.look_back()

    def _note_settled(self) -> None:
        if not self._bridge.waits and not self._bridge.failed:
            self._messages.withdraw(_READ_ONLY)
        if not self._bridge.waits:
            self._messages.withdraw(_HELD_UP)

    def _tell_slow(self, said: str) -> None:
        if said:
            self._messages.warn(said, about=_SLOW)
        else:
            self._messages.withdraw(_SLOW)

    def _unsaved(self) -> dict[str, Kept]:
        kept = kept_edits(self._bridge.unsaved())
        for span in self._tagger.open_spans.values():
            kept |= kept_span(span)
        for tag, field, text in self._typed():
            kept |= kept_text(tag, field, text)
        return kept

    def _tell_trouble(self, why: str) -> None:
        self._drafts.touch()
        bridge, waited = self._bridge, self._waited
        self._waited = bool(why) and bridge.waits
        if why:
            offers: dict[str, Callable[[], object]] = {}
            if bridge.damaged:
                offers[BACKUP] = self.damaged.emit
            if bridge.waits:
                why = f"{why} {_edits_are(bridge.unfinished)} not saved yet. {self._meanwhile()}"
                offers[COPY] = self.ask_copy
            self._messages.fail(why, offers, about=_FILE)
            return
        self._messages.withdraw(_FILE)
        if _BACKUPS in self._messages.subjects:
            self._back_up()
        if waited:
            self._messages.inform("What waited to be saved is saved now.")
        elif not bridge.failed:
            self._messages.inform(f"{bridge.session.path.name} can be written again.")

    def _meanwhile(self) -> str:
        if not self.keeps:
            return "Saving is tried again all the time; nothing else keeps them, so do not close."
        kept = "what waits is kept aside on this computer."
        if self._bridge.damaged:
            return f"Meanwhile {kept}"
        return f"Saving is tried again all the time; {kept}"

    def _note_refused(self) -> None:
        """Not all that waited is saved, so that is not to be said."""
        self._waited = False

    def _tell_room(self, free: int) -> None:
        full = free < self.nearly_full
        name = self._bridge.session.path.name
        if full and not self._warned:
            room = f"{free / 1000**2:,.0f} MB" if free >= 1000**2 else "less than 1 MB"
            self._messages.warn(
                f"The disk of {name} is nearly full: {room} free. Make room, or edits cannot be "
                "saved.",
                about=_ROOM,
            )
        elif not full:
            self._messages.withdraw(_ROOM)
        self._warned = full

    def _note_left(self, lefts: list[Left]) -> None:
        self._lefts = lefts
        self.left_changed.emit()
        if self._can_offer:
            self.offer_left()

    def _take_up(self) -> None:
        closed: list[Tag] = []
        kinds = [kept.kind for left in self._lefts for kept in left.kept.values()]
        into = [
            kept.content["tag"]
            for left in self._lefts
            for kept in left.kept.values()
            if kept.kind == "text"
        ]
        for left in self._lefts:
            closed += take_up(left, self._bridge, reopen=self._tagger.take_up, drop=self._drop)
        project = self._bridge.project
        if stranded_text(self._lefts, project):
            self._offer_stranded()
        if len(kinds) == len(stranded(self._lefts, project)):
            return
        for tag_id in into[-1:]:
            self.put_back.emit(tag_id)
        if not closed:
            edits = len(kinds) - kinds.count("span")
            undone = f" Undo takes {'it' if edits == 1 else 'each of them'} away." if edits else ""
            spans = " The span is open again." if "span" in kinds else ""
            self._messages.inform(f"Put back.{undone}{spans}", about=DEED)
            return
        where = ", ".join(sorted({camera_name(one, project) for one in closed}))
        self._messages.warn(
            f"A span of {where} stays closed: show that camera, with no span of the same code "
            "open, and it is offered there.",
            about=_LEFT,
        )

    def _offer_stranded(self) -> None:
        """Text of tags that are not there any more: for the clipboard, or to be dropped."""
        project = self._bridge.project

        def copy() -> None:
            clipboard = QApplication.clipboard()
            if clipboard is not None:
                clipboard.setText(stranded_text(self._lefts, project))
            self._offer_stranded()

        def drop() -> None:
            for left, key in stranded(self._lefts, project):
                self._drop(left, [key])

        self._messages.warn(
            stranded_words(self._lefts, project, self._drafts.changers),
            {"Copy text": copy, "Drop for good": drop},
            about=_STRANDED,
        )

    def _keep_stranded(self, tag: Tag, field: str, text: str, sentence: str) -> None:
        """Text typed into a tag that cannot take it any more."""
        self._drafts.keep_text(kept_text(tag, field, text))

        def copy() -> None:
            clipboard = QApplication.clipboard()
            if clipboard is not None:
                clipboard.setText(text)

        said = sentence_words(sentence, self._bridge.project)
        self._messages.fail(said, {"Copy text": copy})

    def _ask_drop(self) -> None:
        what = in_words(self._lefts, self._bridge.project, self._drafts.changers)
        self._messages.warn(
            f"{what} What is dropped cannot be had back.",
            {"Drop for good": self._drop_all, "Keep": lambda: None},
            about=_LEFT,
        )

    def _drop(self, left: Left, keys: list[str]) -> None:
        def drop() -> None:
            left.drop(keys)
            self.left_changed.emit()

        self._drafts.keep_then(drop)

    def _drop_all(self) -> None:
        for left in self._lefts:
            self._drop(left, list(left.kept))
        self._messages.inform("Dropped.")

    def _tell_copied(self, path: Path) -> None:
        count = len(self._tagger.open_spans)
        spans = f" {count} open span{'s are' if count > 1 else ' is'} not in it." if count else ""
        self._messages.inform(
            f"Copied to {path}. You go on in {self._bridge.session.path.name}, not in the "
            f"copy.{spans}"
        )

    def _begin_backups(self) -> None:
        self._back_up()
        self._again.start()

    def _back_up(self) -> None:
        path = self._bridge.session.path
        self._backups.submit(lambda: _backed_up(path, check=True)).add_done_callback(
            self._backed_up.emit
        )

    def _tell_backup(self, future: "Future[None]") -> None:
        error = future.exception()
        if error is None:
            self._messages.withdraw(_BACKUPS)
        elif isinstance(error, DamagedError):
            self._messages.fail(str(error), {BACKUP: self.damaged.emit}, about=_DAMAGE)
        elif isinstance(error, UserError):
            _log.warning("no backup: %s", error)
            if not self._bridge.session.why_read_only and not self._bridge.waits:
                self._messages.warn(f"No backup could be made: {error}", about=_BACKUPS)
        elif not isinstance(error, Cancelled):
            _log.error("a bug of ours while making a backup", exc_info=error)


def _edits_are(count: int) -> str:
    return "1 edit is" if count == 1 else f"{count} edits are"


def _backed_up(path: Path, *, check: bool) -> None:
    make_backup(path, now=datetime.now(UTC), check=check)
