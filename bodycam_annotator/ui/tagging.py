"""What the tagging keys do: marks, spans that are open until ended, edges moved to the picture."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.app import TagFields, footage_state, make_tag
from bodycam_annotator.errors import EditError, UserError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.model.codebook import Code, Kind
from bodycam_annotator.model.edits import Edit, add_tags, change_tag, withdraw_tags
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.timing import parse_time
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.player import Player


@dataclass(frozen=True, kw_only=True)
class OnScreen:
    """The footage that is tagged now."""

    footage: Footage
    index: FrameIndex
    audio: AudioTrack | None
    path: Path


class Tagger(QObject):
    """Makes edits of keys. What is tagged is always the frame on screen.

    Attributes:
        open_spans: by code id, the span begun and not ended yet, oldest first: a tag of the one
            frame at which it was begun, with what has been typed into it. Not in the project.
        selected: ids of the selected tags; an open span can be selected too.

    Signals: `pressed` before anything is done for a code's key; `spans_changed` when a span is
    begun, ended or dropped; `selected_changed`; `said` carries a sentence about what was refused,
    `warned` one about what was done unasked; `doubted` the footage's id and why it may not be
    what was tagged before.
    """

    pressed = pyqtSignal()
    spans_changed = pyqtSignal()
    selected_changed = pyqtSignal()
    said = pyqtSignal(str)
    warned = pyqtSignal(str)
    doubted = pyqtSignal(str, str)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open_spans: dict[str, Tag] = {}
        self.selected: tuple[str, ...] = ()
        # Tags on their way to the project: they can be selected and typed into at once.
        self._made: dict[str, Tag] = {}
        self._player = player
        self._bridge: ProjectBridge | None = None
        self._on: OnScreen | None = None
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
        self._bridge, self._on = bridge, on
        self._seen = self._player.ordinal
        self.select(())

    def take_audio(self, audio: AudioTrack | None) -> None:
        """What listening to the footage has found out by now."""
        if self._on is not None:
            self._on = replace(self._on, audio=audio)

    # Selection

    def select(self, ids: tuple[str, ...]) -> None:
        if ids != self.selected:
            self.selected = ids
            self.selected_changed.emit()

    def selected_tags(self) -> list[Tag]:
        if self._bridge is None:
            return []
        begun = {span.id: span for span in self.open_spans.values()}
        tags = {**begun, **self._made, **self._bridge.project.tags}
        return [tags[one] for one in self.selected if one in tags and not tags[one].withdrawn]

    # Keys

    def press(self, code_id: str) -> None:
        """A point code tags; an interval code begins a span, or ends the one it began."""
        self.pressed.emit()
        if self._is_blind():
            self.said.emit("Not tagged: no frame is on screen.")
            return
        self._player.when_settled(lambda: self._press(code_id))

    def end_span(self) -> None:
        """Ends the span begun last; without one, moves the selected tag's end here."""
        if self._is_blind():
            self.said.emit("Not ended: no frame is on screen.")
            return
        self._player.when_settled(self._end_span)

    def move_start(self) -> None:
        self._player.when_settled(lambda: self._move_edge(start=True))

    def drop_span(self) -> None:
        """Forgets the span begun last."""
        if self.open_spans:
            _, span = self.open_spans.popitem()
            self._unselect(span)
            self.spans_changed.emit()
            self.said.emit(
                f"Dropped: the span of {self._name(span)} begun at frame {span.start_frame}."
            )

    def take_up(self, span: Tag) -> bool:
        """A span that was open when the program ended is open again, where its footage is on
        screen and no other of its code is open."""
        here = self._on is not None and self._on.footage.id == span.footage_id
        if not here or span.code in self.open_spans:
            return False
        self.open_spans[span.code] = span
        self.spans_changed.emit()
        self.select((span.id,))
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

    def remove(self) -> None:
        for span in [one for one in self.open_spans.values() if one.id in self.selected]:
            del self.open_spans[span.code]
            self._unselect(span)
            self.spans_changed.emit()
        tags = tuple(self.selected_tags())
        if tags and self._bridge is not None:
            what = f"{len(tags)} tags" if len(tags) > 1 else tags[0].code
            ids = [tag.id for tag in tags]
            self._bridge.do(
                lambda project: withdraw_tags(
                    tuple(_tag_of(project, one) for one in ids), label=f"Remove {what}"
                ),
                speed=self._speed(),
            )
            self.select(())

    def change(self, tag: Tag, *, what: str, **values: Any) -> None:  # noqa: ANN401 - Tag's fields
        """Edits fields of a tag; an edit that changes nothing is none."""
        if self._bridge is None or all(getattr(tag, name) == values[name] for name in values):
            return
        if self._is_open(tag):
            span = replace(self.open_spans.pop(tag.code), **values)
            self.open_spans[span.code] = span
            self.spans_changed.emit()
            self.selected_changed.emit()
            return
        label = f"Change {what} of {tag.code}"
        self._bridge.do(
            lambda project: change_tag(_tag_of(project, tag.id), label=label, **values),
            speed=self._speed(),
        )

    def move(self, tag: Tag, start: str, end: str) -> None:
        """Moves a tag's edges to what was typed: a frame number or a time; empty leaves one.

        A typed time is kept exactly, also between frames.
        """
        if self._on is None or tag.footage_id != self._on.footage.id:
            self.said.emit("Show the tag’s own camera to move it.")
            return
        is_mark = tag.end_ns == tag.start_ns
        first, last = tag.start_frame if not start else None, None
        try:
            start_ns, end_ns = tag.start_ns, tag.end_ns
            if start:
                start_ns = self._typed(start)[0]
                first = int(start) if start.strip().isdecimal() else None
            if end:
                end_ns = self._typed(end)[1]
                last = int(end) if end.strip().isdecimal() else None
        except (ValueError, UserError) as error:
            self.said.emit(str(error))
            self.selected_changed.emit()
            return
        made = self._make(
            tag.code,
            start_ns,
            None if is_mark else end_ns,
            first=first,
            last=last,
            codebook=tag.codebook,
        )
        if made is None:
            self.selected_changed.emit()
        else:
            self.change(tag, what="place", **_place(made))

    def change_attribute(self, tag: Tag, name: str, value: str) -> None:
        """An empty value takes the attribute away."""
        if self._bridge is None or tag.attributes.get(name, "") == value:
            return

        def changed(now: Tag) -> dict[str, str]:
            kept = {key: text for key, text in now.attributes.items() if key != name}
            return {**kept, name: value} if value else kept

        if self._is_open(tag):
            self.change(tag, what=name, attributes=changed(self.open_spans[tag.code]))
            return

        def make(project: Project) -> Edit:
            now = _tag_of(project, tag.id)
            return change_tag(now, label=f"Change {name} of {tag.code}", attributes=changed(now))

        self._bridge.do(make, speed=self._speed())

    # How

    def _press(self, code_id: str) -> None:
        if self._bridge is None or self._player.ordinal is None:
            return
        code = self._bridge.project.codebook.code(code_id)
        here = self._player.ordinal
        if code_id in self.open_spans:
            self._close_span(code_id)
            return
        last = None if code.kind is Kind.POINT else here
        tag = self._make(code.id, *self._times(code.kind, here, here), first=here, last=last)
        if tag is None:
            return
        if code.kind is Kind.POINT:
            self._say_if_double(code, tag)
            self._add(tag)
        else:
            self.open_spans[code_id] = tag
            self.select((tag.id,))
            self.spans_changed.emit()

    def _end_span(self) -> None:
        if self.open_spans:
            self._close_span(next(reversed(self.open_spans)))
        else:
            self._move_edge(start=False)

    def _close_span(self, code_id: str, *, left: bool = False) -> None:
        span = self.open_spans[code_id]
        begun = span.start_frame
        here = self._player.ordinal if self._player.ordinal is not None else self._seen
        if self._bridge is None or begun is None:
            del self.open_spans[code_id]
            self.spans_changed.emit()
            return
        # Spans may be marked walking backward: the frames seen first and last both belong.
        first, last = sorted((begun, begun if here is None else here))
        code = self._bridge.project.codebook.code(code_id)
        times = self._times(code.kind, first, last)
        made = self._make(code_id, *times, first=first, last=last, codebook=span.codebook)
        if made is None:
            return
        del self.open_spans[code_id]
        tag = replace(span, **_place(made), modified_utc=made.modified_utc)
        if left:
            note = f"{span.note} The span was still open when the footage was left.".strip()
            tag = replace(tag, note=note)
            self.warned.emit(
                f"{code.name} was still open, so it was ended at frame {last}; its note says so."
            )
        self._add(tag)
        self.spans_changed.emit()

    def _add(self, tag: Tag) -> None:
        assert self._bridge is not None
        self._made = {tag.id: tag}
        # Also where it was selected while open: what is typed from now on goes to this tag.
        self.selected = (tag.id,)
        self.selected_changed.emit()
        self._bridge.do(
            lambda _: add_tags((tag,), label=f"Tag {tag.code}"),
            speed=self._speed(),
            then=self.selected_changed.emit,
        )

    def _say_if_double(self, code: Code, tag: Tag) -> None:
        assert self._bridge is not None
        if any(
            (other.code, other.footage_id, other.start_ns)
            == (tag.code, tag.footage_id, tag.start_ns)
            for other in self._bridge.project.standing_tags
        ):
            self.said.emit(
                f"There is now more than one “{code.name}” on this frame; Del removes the new one."
            )

    def _typed(self, text: str) -> tuple[int, int]:
        """Where what was typed starts and ends: a frame has a span, a time is an instant."""
        assert self._on is not None
        if text.strip().isdecimal():
            start_ns, _ = self._on.index.span_of(int(text))
            return start_ns, self._on.index.end_of(int(text))
        time_ns = self._on.index.first_ns + parse_time(text)
        return time_ns, time_ns

    def _is_blind(self) -> bool:
        return self._on is None or self._player.ordinal is None

    def _is_open(self, tag: Tag) -> bool:
        return tag.code in self.open_spans and self.open_spans[tag.code].id == tag.id

    def _unselect(self, tag: Tag) -> None:
        self.select(tuple(one for one in self.selected if one != tag.id))

    def _move_edge(self, *, start: bool) -> None:
        tags = self.selected_tags()
        ordinal = self._player.ordinal
        if len(tags) != 1 or self._on is None or ordinal is None:
            self.said.emit("Select one tag to move its start (I) or end (O) to the picture.")
            return
        tag = tags[0]
        here, after = self._on.index.time_of(ordinal), self._on.index.end_of(ordinal)
        if tag.footage_id != self._on.footage.id:
            self.said.emit("The selected tag is of another camera; switch to it first.")
            return
        if tag.start_ns == tag.end_ns and not start:
            self.said.emit("The selected tag is a mark and has no end; I moves it here.")
            return
        if tag.start_ns == tag.end_ns:
            start_ns, end_ns = here, here
        else:
            start_ns, end_ns = (here, tag.end_ns) if start else (tag.start_ns, after)
        is_mark = end_ns == start_ns
        moved = self._make(
            tag.code,
            start_ns,
            None if is_mark else end_ns,
            first=ordinal if start or is_mark else tag.start_frame,
            last=None if start or is_mark else ordinal,
            codebook=tag.codebook,
        )
        if moved is not None:
            self.change(tag, what="start" if start else "end", **_place(moved))

    def _times(self, kind: Kind, first: int, last: int) -> tuple[int, int | None]:
        assert self._on is not None
        start_ns = self._on.index.time_of(first)
        return start_ns, None if kind is Kind.POINT else self._on.index.end_of(last)

    def _make(
        self,
        code_id: str,
        start_ns: int,
        end_ns: int | None,
        *,
        first: int | None,
        last: int | None = None,
        codebook: str | None = None,
    ) -> Tag | None:
        if self._bridge is None or self._on is None:
            return None
        if self._player.outdated:
            self.said.emit("Not tagged: the footage has changed since it was opened.")
            return None
        changed = footage_state(self._on.path, self._on.footage)
        if changed is not None:
            self.doubted.emit(self._on.footage.id, changed)
        audio = self._on.audio
        fields: TagFields = {"codebook": codebook or self._bridge.project.incident.codebook}
        code = self._bridge.project.codebook.find(code_id)
        if code is not None and code.basis is Basis.HEARD and not _is_heard(audio, start_ns):
            # The code's usual basis would be a claim that this footage cannot bear out.
            fields["basis"] = None
            self.said.emit(
                "There is no sound here, so the tag’s basis is left open; say what it rests on."
            )
        try:
            return make_tag(
                self._bridge.project,
                self._on.footage,
                self._on.index,
                code=code_id,
                start_ns=start_ns,
                end_ns=end_ns,
                coder=self._bridge.coder,
                sound=None if audio is None else (audio.start_ns, audio.end_ns),
                on_frame=first,
                to_frame=last,
                **fields,
            )
        except UserError as error:
            self.said.emit(str(error))
            return None

    def _name(self, tag: Tag) -> str:
        book = self._bridge.project.codebooks.get(tag.codebook) if self._bridge else None
        code = book.find(tag.code) if book else None
        return code.name if code else tag.code

    def _speed(self) -> str:
        return f"{self._player.speed * self._player.direction:g}x"


def _is_heard(audio: AudioTrack | None, time_ns: int) -> bool:
    """Whether there is sound then, as far as the footage has been listened to."""
    if audio is None or not audio.start_ns <= time_ns < audio.end_ns:
        return False
    return not any(start <= time_ns < end for start, end in audio.silent_spans or ())


def _place(tag: Tag) -> dict[str, Any]:
    """The fields that say where on the footage it lies."""
    return {
        "start_ns": tag.start_ns,
        "end_ns": tag.end_ns,
        "start_frame": tag.start_frame,
        "end_frame": tag.end_frame,
        "start_pts": tag.start_pts,
        "end_pts": tag.end_pts,
        "uncertainty_ns": tag.uncertainty_ns,
    }


def _tag_of(project: Project, tag_id: str) -> Tag:
    """Raises `EditError` when it is not there, as when adding it was refused."""
    if tag_id not in project.tags:
        raise EditError("The tag is not in the project, so it cannot be changed.")
    return project.tags[tag_id]
