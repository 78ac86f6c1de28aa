"""Clips and stills of tags, or of the stretch from A to B: what of, and what became of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QDialog, QMessageBox

from bodycam_annotator.app.clips.jobs import Piece, code_name, piece_of, together
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.timeline import in_order
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.clip_drawings import ClipDrawings
from bodycam_annotator.ui.clip_orders import Order
from bodycam_annotator.ui.clip_queue import ClipQueue
from bodycam_annotator.ui.clip_rows import Row, State
from bodycam_annotator.ui.clip_work import ClipWork
from bodycam_annotator.ui.clips_dialog import ClipsAsk, ClipsDialog, ClipSource
from bodycam_annotator.ui.exporting import not_in_it
from bodycam_annotator.ui.kept_choices import choices_in, choices_text, kept_of
from bodycam_annotator.ui.messages import DEED, REFUSAL, counted
from bodycam_annotator.ui.showing import ShowingWindow

_MOST_NAMED = 3
_SHAPE = "clips"


class Clipping(QObject):
    """Asks what and where to, and has it made one after another while tagging goes on.

    Attributes: `work` is what is being made, `queue` the window that shows it; `dialog` what is
    asked now, or None; `choices` those of last time.
    """

    def __init__(
        self,
        window: ShowingWindow,
        *,
        listened: Callable[[], Mapping[Path, int]],
    ) -> None:
        """`listened`: the sound streams that were chosen, by the footage's file."""
        super().__init__(window)
        self.dialog: ClipsDialog | None = None
        self.choices = choices_in(window.settings.clip_choices())
        self._window, self._listened = window, listened
        self._drawing: ClipDrawings | None = None
        self._queue: ClipQueue | None = None
        self.work = ClipWork(window.jobs.start, self.show, self)
        self.work.ended.connect(self._tell)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By action, what it does."""
        return {"clips": self.ask, "show_clips": self.show}

    @property
    def queue(self) -> ClipQueue:
        """Made when it is first looked for."""
        if self._queue is None:
            queue = self._queue = ClipQueue(self.work, self._window)
            queue.again.connect(self.make_again)
            queue.finished.connect(lambda _: self._leave())
            tell = self._window.actions_.tell
            tell(queue.empty.setText, "No clips are being made.\n\n{clips} makes some.")
        return self._queue

    # What of

    def ask(self) -> None:
        bridge, sources = self._window.bridge, self.sources()
        if bridge is None:
            return
        if not sources:
            self._window.messages.hint(
                self._window.actions_.words(
                    "There is nothing to make clips of yet: open footage and tag something, or "
                    "mark A and B ({mark_a}, {mark_b})."
                ),
                about=REFUSAL,
            )
            return
        path = bridge.session.path
        dialog = ClipsDialog(
            bridge.project,
            path,
            sources=sources,
            choices=self.choices,
            folder=_free_folder(path, [order.folder for order in self.work.orders]),
            player_look=self._window.seeing.look,
            parent=self._window,
        )
        self.dialog = dialog
        dialog.accepted.connect(lambda: self._take(bridge, dialog.asked))
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.open()

    def sources(self) -> list[ClipSource]:
        """What there is, the nearest first; the same tags only once."""
        bridge = self._window.bridge
        if bridge is None:
            return []
        found: list[ClipSource] = []
        tags = _all_tags(bridge.project, self._here)
        for source in (*self._chosen(bridge.project), *tags, *self._on_screen()):
            if source.pieces and all(one.pieces != source.pieces for one in found):
                found.append(source)
        return found

    @property
    def _here(self) -> str:
        """The footage on screen, by its id."""
        footage = self._window.footage_meant
        return "" if footage is None else footage.id

    def _chosen(self, project: Project) -> Iterable[ClipSource]:
        """What is selected, marked or looked for."""
        window = self._window
        tags = in_order(window.tagger.selected_tags())
        if len(tags) == 1:
            yield _source(f"The selected tag: {_called(project, tags[0])}", _pieces(tags))
        else:
            yield _source(f"The {len(tags)} selected tags", _pieces(tags))
            yield from _as_one(project, tags)
        index, marked, footage = window.player.index, window.marks.marked, window.footage
        if index is not None and footage is not None and len(marked) == 2:
            # Both frames belong, as when it is played again and again.
            start, end = index.time_of(marked[0]), index.end_of(marked[1])
            first, last = marked
            piece = Piece(footage_id=footage.id, start_ns=start, end_ns=end, first=first, last=last)
            frames = f"frame {first}" if first == last else f"frames {first} to {last}"
            yield _source(f"From A to B: {frames}", (piece,))
        if window.table.is_filtered:
            tags = in_order(window.table.listed())
            listed = f"{counted(len(tags), 'tag')} that {'is' if len(tags) == 1 else 'are'} listed"
            yield _source(f"The {listed}", _pieces(tags))

    def _on_screen(self) -> Iterable[ClipSource]:
        """The frame that is shown."""
        player, footage = self._window.player, self._window.footage
        if player.index is not None and footage is not None and player.ordinal is not None:
            at = player.index.time_of(player.ordinal)
            piece = Piece(footage_id=footage.id, start_ns=at, end_ns=at, first=player.ordinal)
            yield _source(f"The frame on screen: {player.ordinal}", (piece,))

    def _take(self, bridge: ProjectBridge, wanted: ClipsAsk | None) -> None:
        if wanted is not None and bridge is self._window.bridge:
            self.choices = kept_of(wanted.choices)
            self._window.settings.keep_clip_choices(choices_text(self.choices))
            self.make(wanted)

    def _forget(self, dialog: QDialog) -> None:
        self.dialog = None
        dialog.deleteLater()
        self._window.activateWindow()

    # Making

    def make(self, wanted: ClipsAsk) -> None:
        """What is in the project by now, behind what is being made already."""
        window = self._window
        bridge = window.bridge
        if bridge is None:
            return
        self.work.make(self._order(bridge, wanted, self._listened()))
        # The folder is in the queue.
        window.messages.inform(
            window.actions_.words("Clips are being made: {show_clips} shows them."), about=DEED
        )

    def make_again(self, rows: Sequence[Row]) -> None:
        """What was stopped or not made, into the same folder, as the project has it by now."""
        bridge = self._window.bridge
        here = None if bridge is None else bridge.session.path
        mine: list[Row] = []
        others: set[str] = set()
        for order in self.work.orders_of(rows):
            exports = {row.export for row in order.rows}
            if order.path == here:
                mine += [row for row in rows if row.export in exports]
            else:
                others.add(order.path.name)
        if bridge is not None and mine:
            for order, unmade in self.work.take_unmade(mine):
                for pieces, makes in order.unmade(unmade):
                    choices = replace(order.choices, makes=makes)
                    wanted = ClipsAsk(pieces=pieces, folder=order.folder, choices=choices)
                    self.work.make(self._order(bridge, wanted, order.listened))
        if others:
            what = "the others" if mine else "this"
            names = ", ".join(sorted(others))
            self.queue.tell(f"To make {what} again, open the project of: {names}.", "warn")

    def _order(
        self, bridge: ProjectBridge, wanted: ClipsAsk, listened: Mapping[Path, int]
    ) -> Order:
        self._drawing = self._drawing or ClipDrawings()
        return Order(
            # The edits before it are in it; those that are made while it waits are not.
            project=bridge.submit(lambda session: session.project),
            path=bridge.session.path,
            pieces=tuple(wanted.pieces),
            folder=wanted.folder,
            choices=wanted.choices,
            coder=bridge.coder,
            drawing=self._drawing,
            listened=listened,
            left_out=not_in_it(bridge, open_spans=len(self._window.tagger.open_spans)),
        )

    def show(self) -> None:
        """The queue."""
        shape = self._window.settings.shape(_SHAPE)
        if shape is not None and not self.queue.isVisible():
            self.queue.restoreGeometry(shape)
        self.queue.show()
        self.queue.raise_()
        self.queue.activateWindow()
        self.queue.table.setFocus()

    def may_close(self) -> bool:
        """Whether the window may, as nothing is being made, or is to be stopped: that is asked."""
        if self.work.is_running and not self._ask_to_stop():
            return False
        self.work.stop_all()
        if self._queue is not None:
            self._queue.close()
        return True

    def _ask_to_stop(self) -> bool:
        """Whether to stop, or all is made meanwhile."""
        buttons = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setWindowTitle("Clips are being made")
        box.setIcon(QMessageBox.Icon.Question)
        box.setStandardButtons(buttons.Close | buttons.Cancel)
        box.setDefaultButton(buttons.Cancel)

        def tell() -> None:
            if not self.work.is_running:
                box.done(buttons.Close)
                return
            left = self.work.left
            are = "1 file is" if left == 1 else f"{left} files are"
            box.setText(
                f"{are} not made yet. Those that are whole stay; the others are not made when you "
                "close now. Close and stop?"
            )

        self.work.changed.connect(tell)
        tell()
        answer = box.exec()
        self.work.changed.disconnect(tell)
        return answer == buttons.Close

    def _leave(self) -> None:
        self._window.settings.keep_shape(_SHAPE, self.queue.saveGeometry())
        self._window.activateWindow()

    # What became of it

    def _tell(self, order: Order) -> None:
        said = _made_words(order)
        messages = self._window.messages
        shows: dict[str, Callable[[], object]] = {"Show them": self.show}
        problems = _problems(order)
        if order.failure:
            messages.fail(f"{said} {order.failure}", shows)
        elif problems:
            messages.warn(" ".join((said, *problems)), shows)
        else:
            messages.inform(said)
        if self._queue is not None:
            # Of each file that was not made its row says why.
            self._queue.tell(" ".join((said, *_warnings(order))), "warn" if problems else "")


def _all_tags(project: Project, here: str) -> Iterable[ClipSource]:
    """All that stand, of the footage on screen and of the project."""
    tags = in_order(list(project.standing_tags))
    mine = [tag for tag in tags if tag.footage_id == here]
    if mine and len(mine) < len(tags):
        name = project.camera_of(here).name
        yield _source(f"All tags of {name}: {len(mine):,}", _pieces(mine))
        yield _source(f"All tags of all cameras: {len(tags):,}", _pieces(tags))
    else:
        yield _source(f"All tags: {len(tags):,}", _pieces(tags))


def _as_one(project: Project, tags: Sequence[Tag]) -> Iterable[ClipSource]:
    """From the first of several tags to where the last of them ends, of one footage."""
    if len(tags) < 2:
        return
    pieces = together(project, tags)
    if len(pieces) == 1:
        every = "both" if len(tags) == 2 else f"all {len(tags)}"
        yield _source(f"One of {every} selected tags: first to last", tuple(pieces))


def _free_folder(project: Path, going_to: Collection[Path]) -> Path:
    """One beside the project in which nothing is, and to which none of `going_to` goes."""
    later = (project.with_name(f"{project.stem} clips {number}") for number in count(2))
    folders = chain([project.with_name(f"{project.stem} clips")], later)
    return next(one for one in folders if one not in going_to and _is_free(one))


def _is_free(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except NotADirectoryError:
        return False
    except OSError:
        # There is none; or it cannot be read, which the dialog says.
        return True


def _source(title: str, pieces: tuple[Piece, ...]) -> ClipSource:
    return ClipSource(title=title, pieces=pieces)


def _pieces(tags: Iterable[Tag]) -> tuple[Piece, ...]:
    return tuple(map(piece_of, tags))


def _called(project: Project, tag: Tag) -> str:
    at = clock_text(tag.start_ns - project.footage[tag.footage_id].first_ns)
    return f"{code_name(project, tag)}, {at}"


def _made_words(order: Order) -> str:
    """What there is now."""
    made = [row for row in order.rows if row.state is State.MADE]
    stopped = order.count(State.STOPPED)
    if not made:
        return "Stopped: nothing was made." if stopped else "Nothing was made."
    kinds = {row.what for row in made}
    files = counted(len(made), kinds.pop() if len(kinds) == 1 else "file")
    each, them = ("", "it") if len(made) == 1 else ("each ", "them")
    listing = order.told.manifest
    manifest = "" if listing is None else f" {listing.name} lists {them}."
    left = f" {stopped} stopped before {'it was' if stopped == 1 else 'they were'} made."
    return f"{files} in {order.folder}, {each}with its account.{manifest}{left if stopped else ''}"


def _problems(order: Order) -> list[str]:
    """Sentences on what was not made, each reason once, and on what the rest is made of."""
    failed: dict[str, list[Row]] = {}
    for row in order.rows if not order.failure else ():
        if row.state is State.NOT_MADE:
            failed.setdefault(row.why, []).append(row)
    reasons = list(failed.items())
    told = [
        f"Not made: {rows[0].name}: {why}" if len(rows) == 1 else f"{len(rows)} not made: {why}"
        for why, rows in reasons[:_MOST_NAMED]
    ]
    if more := sum(len(rows) for _, rows in reasons[_MOST_NAMED:]):
        told.append(f"And {more} more.")
    remarked = sum(row.state is State.MADE and bool(row.why) for row in order.rows)
    if remarked:
        told.append(
            f"{counted(remarked, 'file')} with a remark on what is not shown in full: see there."
        )
    return [*told, *_warnings(order)]


def _warnings(order: Order) -> list[str]:
    """Sentences on what all rests on, but for those that a file was not made for, and on a
    manifest that could not be written."""
    report = order.report
    if report is None:
        return []
    reasons = {row.why for row in order.rows if row.state is State.NOT_MADE}
    no_manifest = report.not_made[-1:] if report.made and order.told.manifest is None else ()
    warnings = [one for one in report.warnings if not any(one in why for why in reasons)]
    return [*warnings, *no_manifest]
