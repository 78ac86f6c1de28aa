"""What the tagging keys do: marks, spans that are open until ended, edges moved to the picture."""

from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.app.reshaping import Edge, again
from bodycam_annotator.app.tagging import spacing
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.model.codebook import Code, Kind
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.player import Player
from bodycam_annotator.ui.selected_tags import SelectedTags
from bodycam_annotator.ui.tags_on_screen import OnScreen, place_of, with_late


class Tagger(SelectedTags):
    """Makes edits of keys. What is tagged is always the frame on screen.

    Signals: `pressed` before anything is done for a code's key; `footage_changed` when tags go to
    another footage or project; `marked` carries a mark that was made while playing; `dropped` an
    open span that was forgotten, and the sentence that says so.
    """

    pressed = pyqtSignal()
    footage_changed = pyqtSignal()
    marked = pyqtSignal(object)
    dropped = pyqtSignal(object, str)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(player, parent)
        self._like: Tag | None = None
        # Where the picture was last, for spans that are ended while it is read anew.
        self._seen: int | None = None
        player.shown.connect(self._note_seen)

    def _note_seen(self, picture: Picture) -> None:
        self._seen = picture.ordinal

    def show(self, bridge: ProjectBridge | None, on: OnScreen | None) -> None:
        """Tags go to `on` from now; spans still open on another footage are ended."""
        known = on is not None and self._on is not None and on.footage.id == self._on.footage.id
        if known and bridge is self._bridge:
            self._on = on
            return
        self.end_all()
        if bridge is not self._bridge:
            self._like = None
        self._bridge, self._on = bridge, on
        self.footage_changed.emit()
        self._seen = self._player.ordinal
        self.select(())

    # Keys

    def press(self, code_id: str) -> None:
        """A point code tags; an interval code begins a span, or ends the one it began."""
        self.pressed.emit()
        if self._is_blind():
            self.said.emit("Not tagged: no frame is on screen.")
            return
        self._player.when_settled(lambda: self._press(code_id))

    def repeat(self) -> None:
        """The code tagged last again, with its speaker, target and attributes."""
        like = None if self._like is None else self._as_it_is(self._like)
        if like is None:
            self.said.emit("There is no tag to repeat yet.")
        elif like.code in self.open_spans:
            self.press(like.code)
        else:
            self.pressed.emit()
            self._player.when_settled(lambda: self._press(like.code, like=like))

    def end_span(self) -> None:
        """Ends the span begun last; without one, moves the selected tag's end here."""
        if self._is_blind():
            self.said.emit("Not ended: no frame is on screen.")
            return
        if not self.open_spans:
            self._move_edge("end")
            return
        span = next(reversed(self.open_spans.values()))

        def end() -> None:
            if self._is_open(span):
                self._close_span(span.code)

        self._player.when_settled(end)

    def move_start(self) -> None:
        self._move_edge("start")

    def drop_span(self) -> None:
        """Forgets the span begun last; it can be put back while that is said."""
        if self.open_spans:
            _, span = self.open_spans.popitem()
            self._unselect(span)
            self.spans_changed.emit()
            text = f", with the text “{span.text}”" if span.text else ""
            self.dropped.emit(
                span,
                f"Dropped: the span of {self._name(span)} begun at frame {span.start_frame}{text}.",
            )

    def take_up(self, span: Tag, *, goes: bool = True) -> bool:
        """A span that was open when the program ended, or was dropped, is open again, where its
        footage is on screen and no other of its code is open. `goes` there."""
        here = self._on is not None and self._on.footage.id == span.footage_id
        if not here or span.code in self.open_spans:
            return False
        self.open_spans[span.code] = span
        self.spans_changed.emit()
        self.select((span.id,))
        if goes:
            self._player.go_to_time(span.start_ns)
        return True

    def end_all(self) -> None:
        """Ends every open span at the frame on screen, so that none is lost, and says so."""
        for code_id in list(self.open_spans):
            self._close_span(code_id, left=True)
            span = self.open_spans.pop(code_id, None)
            if span is not None and self._bridge is not None:
                note = f"{span.note} The span could not be ended: its first frame only.".strip()
                self._add(replace(span, note=note))
                self.spans_changed.emit()

    # How

    def _press(self, code_id: str, *, like: Tag | None = None) -> None:
        here = self._meant()
        if self._bridge is None or here is None:
            return
        if code_id in self.open_spans:
            self._close_span(code_id)
            return
        code = self._bridge.project.codebook.find(code_id)
        if code is None:
            label = self._bridge.project.incident.codebook
            self.said.emit(f"Not tagged: the codebook is now {label}, which lacks {code_id}.")
            return
        last = None if code.kind is Kind.POINT else here
        tag = self._make(
            code.id, *self._times(code.kind, here, here), first=here, last=last, late=True
        )
        if tag is None:
            return
        if like is not None:
            tag = replace(tag, **again(like))
        self._like = tag
        if code.kind is Kind.POINT:
            playing = self._player.direction != 0
            self._say_if_double(code, tag)
            self._add(tag, speed=self._marking_speed())
            if playing:
                self.marked.emit(tag)
        else:
            self.open_spans[code_id] = tag
            self.select((tag.id,))
            self.spans_changed.emit()

    def _close_span(self, code_id: str, *, left: bool = False) -> None:
        span = self.open_spans[code_id]
        begun = span.start_frame
        here = self._meant() if self._player.ordinal is not None else self._seen
        if self._bridge is None or begun is None:
            del self.open_spans[code_id]
            self.spans_changed.emit()
            return
        if here is not None and self._player.direction > 0:
            # Reacting cannot end a span before it was begun.
            here = max(here, begun)
        # Spans may be marked walking backward: the frames seen first and last both belong.
        first, last = sorted((begun, begun if here is None else here))
        # The code as it was when the span was begun: a newer codebook may lack it.
        code = self._bridge.project.codebooks[span.codebook].code(code_id)
        times = self._times(code.kind, first, last)
        made = self._make(code_id, *times, first=first, last=last, codebook=span.codebook)
        if made is None:
            return
        del self.open_spans[code_id]
        made = with_late(made, max(self._begun_late_ns(span), 0 if left else self._late_ns()))
        tag = replace(span, **place_of(made), modified_utc=made.modified_utc)
        if left:
            note = f"{span.note} The span was still open when the footage was left.".strip()
            tag = replace(tag, note=note)
            self.warned.emit(
                f"{code.name} was still open, so it was ended at frame {last}; its note says so.",
                lambda: self.holds(tag),
            )
        self._add(tag, speed="" if left else self._marking_speed())
        self.spans_changed.emit()

    def _begun_late_ns(self, span: Tag) -> int:
        """What its first frame may be off by beyond what frames are, as it was estimated."""
        usual = None if self._on is None else spacing(self._on.index, span.start_ns, span.end_ns)
        given = span.uncertainty_ns
        return 0 if usual is None or given is None else max(given - usual, 0)

    def _add(self, tag: Tag, *, speed: str = "") -> None:
        assert self._bridge is not None
        self._made = {tag.id: tag}
        # Also where it was selected while open: what is typed from now on goes to this tag.
        self.selected = (tag.id,)
        self.selected_changed.emit()
        self._bridge.do(
            lambda _: add_tags((tag,), label=f"Tag {tag.code}"),
            speed=speed or self._speed(),
            then=self.selected_changed.emit,
        )

    def _say_if_double(self, code: Code, tag: Tag) -> None:
        if self.is_double(tag):
            self.noted.emit(
                f"There is now more than one “{code.name}” on this frame; remove the new one if it "
                "is not another.",
                lambda: self.holds(tag) and self.is_double(tag),
            )

    def _is_blind(self) -> bool:
        return self._on is None or self._player.ordinal is None

    def _move_edge(self, what: str) -> None:
        """The start or the end of the tag that is selected now, to the frame that is meant once it
        is on screen."""
        tags, on = self.selected_tags(), self._on
        if len(tags) != 1 or on is None or self._player.ordinal is None:
            self.said.emit("Select one tag to move its start (I) or end (O) to the picture.")
            return
        tag = tags[0]
        if tag.footage_id != on.footage.id:
            self.said.emit("The selected tag is of another camera; switch to it first.")
            return
        if tag.start_ns == tag.end_ns and what == "end":
            self.said.emit("The selected tag is a mark and has no end; I moves it here.")
            return

        def move() -> None:
            late_ns, ordinal = self._late_ns(), self._meant()
            if ordinal is None:
                return
            if what == "start":
                edge = Edge(time_ns=on.index.time_of(ordinal), frame=ordinal)
                self._move_edges(tag, what=what, start=edge, late_ns=late_ns)
            else:
                edge = Edge(time_ns=on.index.end_of(ordinal), frame=ordinal)
                self._move_edges(tag, what=what, end=edge, late_ns=late_ns)

        self._player.when_settled(move)

    def _times(self, kind: Kind, first: int, last: int) -> tuple[int, int | None]:
        assert self._on is not None
        start_ns = self._on.index.time_of(first)
        return start_ns, None if kind is Kind.POINT else self._on.index.end_of(last)
