"""The selected tags, and what is done to them: fields, places, splitting, merging, removing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.app import TagFields, footage_state, make_tag
from bodycam_annotator.app.reshaping import PLACE, Place, extend, merge, split
from bodycam_annotator.errors import EditError, UserError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.edits import Change, Edit, add_tags, change_tag, withdraw_tags
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.model.timeline import in_order
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


class SelectedTags(QObject):
    """Edits of the selected tags.

    Attributes:
        open_spans: by code id, the span begun and not ended yet, oldest first: a tag of the one
            frame at which it was begun, with what has been typed into it. Not in the project.
        selected: ids of the selected tags; an open span can be selected too.

    Signals: `spans_changed` when a span is begun, changed, ended or dropped; `selected_changed`;
    `said` carries a sentence about what was refused, `warned` one about what was done unasked and
    `noted` one about what was done, both with what tells whether that still holds;
    `doubted` the footage's id and why it may not be what was tagged before.
    """

    spans_changed = pyqtSignal()
    selected_changed = pyqtSignal()
    said = pyqtSignal(str)
    warned = pyqtSignal(str, object)
    noted = pyqtSignal(str, object)
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

    def take_audio(self, audio: AudioTrack | None) -> None:
        """What listening to the footage has found out by now."""
        if self._on is not None:
            self._on = replace(self._on, audio=audio)

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

    def holds(self, tag: Tag) -> bool:
        """Whether it is in the project, or on its way there, where and with the note it is given
        with."""
        now = self._as_it_is(tag)
        same = (now.start_ns, now.end_ns, now.note) == (tag.start_ns, tag.end_ns, tag.note)
        return same and not now.withdrawn

    def is_double(self, tag: Tag) -> bool:
        """Whether another tag of its code stands on its frame."""
        place = (tag.code, tag.footage_id, tag.start_ns)
        return self._bridge is not None and any(
            (other.code, other.footage_id, other.start_ns) == place and other.id != tag.id
            for other in self._bridge.project.standing_tags
        )

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
            moves=True,
        )
        if made is None:
            self.selected_changed.emit()
        else:
            self.change(tag, what="place", **self._kept(tag, made))

    def place(
        self,
        moves: Sequence[tuple[str, int, int]],
        *,
        was: Mapping[str, tuple[int, int]] | None = None,
        basis: Basis | None = None,
    ) -> None:
        """Moves tags of the footage on screen, by id, to a start and an end: one edit for all.

        Times are kept exactly. `was`: from where to where those lay who moves them; an edge that
        is not moved stays where it is by now, also where another session has put it. `basis` is
        given to those that have none. Refused as a whole, and said, where one of them cannot be
        or its moved edge has been changed since.
        """
        bridge, place = self._bridge, self._place()
        if bridge is None or place is None:
            return
        tags = bridge.project.tags
        where = {tag_id: (start, end) for tag_id, start, end in moves if tag_id in tags}
        if not where:
            return
        if any(tags[one].footage_id != place.footage_id for one in where):
            self.said.emit("Not moved: show the tag’s own camera first.")
            return
        what = f"{len(where)} tags" if len(where) > 1 else tags[next(iter(where))].code
        label = f"Move {what}"

        def make(project: Project) -> Edit:
            changes: list[Change] = []
            for tag_id, (start_ns, end_ns) in where.items():
                tag = _tag_of(project, tag_id)
                if was is not None:
                    start_ns = _moved(tag.start_ns, start_ns, was[tag_id][0])
                    end_ns = _moved(tag.end_ns, end_ns, was[tag_id][1])
                first = tag.start_frame if start_ns == tag.start_ns else None
                values = place.of(tag, start_ns, end_ns, first=first)
                changes += change_tag(tag, label=label, **values, basis=tag.basis or basis).changes
            return Edit(label=label, changes=tuple(changes))

        self._reshape(make, otherwise="Not moved: ")

    def split(self, *, texts: tuple[str, str] | None = None) -> None:
        """The selected span in two at the frame on screen; `texts` is that of each part."""
        coder = self._bridge.coder if self._bridge else ""
        self._reshape_here(
            "Select one span to split it at the picture.",
            lambda tag, ordinal, place: split(tag, ordinal, place, coder=coder, texts=texts),
        )

    def extend(self) -> None:
        """The selected span to the frame on screen."""
        self._reshape_here("Select one span to extend it to the picture.", extend)

    def merge(self) -> None:
        """The selected spans into one, from the first's start to the last's end."""
        place, ids = self._place(), self.selected
        if place is None or self._refuse_open():
            return
        kept = next((tag.id for tag in in_order(self.selected_tags())), "")
        merging = self._reshape(
            lambda project: merge([_tag_of(project, one) for one in ids], place)
        )
        if kept and merging:
            self.select((kept,))

    def add_span(self, code: str, start_ns: int, end_ns: int, *, note: str) -> None:
        """A new tag of that stretch of the footage on screen, as somebody has confirmed it."""
        made = self._make(code, start_ns, end_ns, first=None)
        if made is not None and self._bridge is not None:
            tag = replace(made, note=note)
            self._bridge.do(lambda _: add_tags((tag,), label=f"Tag {code}"), speed=self._speed())
            self.select((tag.id,))

    def change_all(self, *, what: str, **values: Any) -> None:  # noqa: ANN401 - Tag's fields
        """The same fields of every selected tag, as one edit."""
        ids = [tag.id for tag in self.selected_tags() if not self._is_open(tag)]
        if self._bridge is None or not ids:
            return
        label = f"Change {what} of {len(ids)} tags"

        def make(project: Project) -> Edit:
            tags = [_tag_of(project, one) for one in ids]
            edits = [
                change_tag(tag, label=label, **values)
                for tag in tags
                if any(getattr(tag, name) != value for name, value in values.items())
            ]
            return Edit(label=label, changes=tuple(edit.changes[0] for edit in edits))

        self._bridge.do(make, speed=self._speed())

    # How

    def _reshape_here(self, otherwise: str, make: Callable[[Tag, int, Place], Edit]) -> None:
        """At the frame that is meant, once it is on screen."""

        def now() -> None:
            tag, place, ordinal = self._only(otherwise), self._place(), self._player.ordinal
            if tag is not None and place is not None and ordinal is not None:
                self._reshape(lambda project: make(_tag_of(project, tag.id), ordinal, place))

        if not self._refuse_open():
            self._player.when_settled(now)

    def _refuse_open(self) -> bool:
        """Whether an open span is among the selected; it is no tag yet, which is said."""
        found = any(self._is_open(tag) for tag in self.selected_tags())
        if found:
            self.said.emit("End the open span first: it is no tag yet.")
        return found

    def _only(self, otherwise: str) -> Tag | None:
        tags = self.selected_tags()
        if len(tags) != 1:
            self.said.emit(otherwise)
            return None
        return tags[0]

    def _place(self) -> Place | None:
        """Where tags of the footage on screen lie; None, and said, where others are selected."""
        bridge, on = self._bridge, self._on
        if bridge is None or on is None:
            return None
        if any(tag.footage_id != on.footage.id for tag in self.selected_tags()):
            self.said.emit("Show the tags’ own camera first.")
            return None
        sound = None if on.audio is None else (on.audio.start_ns, on.audio.end_ns)
        return Place(bridge.project, on.footage, on.index, sound=sound)

    def _reshape(self, make: Callable[[Project], Edit], *, otherwise: str = "") -> bool:
        """Whether it is done: refused as a whole, and said, where it cannot be."""
        if self._bridge is None or self._is_doubted():
            return False
        try:
            make(self._bridge.project)
        except UserError as error:
            self.said.emit(f"{otherwise}{error}")
            self.selected_changed.emit()
            return False
        self._bridge.do(make, speed=self._speed())
        return True

    def _is_doubted(self) -> bool:
        """Whether the footage is not what was opened; also says what else is wrong with it."""
        if self._on is None or self._player.outdated:
            self.said.emit("Not done: the footage has changed since it was opened.")
            return True
        changed = footage_state(self._on.path, self._on.footage)
        if changed is not None:
            self.doubted.emit(self._on.footage.id, changed)
        return False

    def _typed(self, text: str) -> tuple[int, int]:
        """Where what was typed starts and ends: a frame has a span, a time is an instant."""
        assert self._on is not None
        if text.strip().isdecimal():
            start_ns, _ = self._on.index.span_of(int(text))
            return start_ns, self._on.index.end_of(int(text))
        time_ns = self._on.index.first_ns + parse_time(text)
        return time_ns, time_ns

    def _is_open(self, tag: Tag) -> bool:
        return tag.code in self.open_spans and self.open_spans[tag.code].id == tag.id

    def _unselect(self, tag: Tag) -> None:
        self.select(tuple(one for one in self.selected if one != tag.id))

    def _make(
        self,
        code_id: str,
        start_ns: int,
        end_ns: int | None,
        *,
        first: int | None,
        last: int | None = None,
        codebook: str | None = None,
        moves: bool = False,
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
        unheard = not is_heard(audio, start_ns)
        leaves_open = code is not None and code.basis is Basis.HEARD and unheard and not moves
        if leaves_open:
            # The code's usual basis would be a claim that this footage cannot bear out.
            fields["basis"] = None
        try:
            made = make_tag(
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
        if leaves_open:
            self.noted.emit(
                "There is no sound here, so the tag’s basis is left open; say what it rests on.",
                lambda: self.holds(made) and self._as_it_is(made).basis is None,
            )
        return made

    def _as_it_is(self, tag: Tag) -> Tag:
        """With what has been done to it since it was made."""
        begun = {span.id: span for span in self.open_spans.values()}
        tags = self._bridge.project.tags if self._bridge is not None else {}
        return begun.get(tag.id) or tags.get(tag.id, tag)

    def _kept(self, tag: Tag, made: Tag) -> dict[str, Any]:
        """The place of `made`; edges that stay, and given bounds, are kept as `tag` has them."""
        place = self._place()
        return place_of(made) if place is None else place.kept(tag, made, ends_as=tag)

    def _name(self, tag: Tag) -> str:
        book = self._bridge.project.codebooks.get(tag.codebook) if self._bridge else None
        code = book.find(tag.code) if book else None
        return code.name if code else tag.code

    def _speed(self) -> str:
        """For the log: how the footage was played when the tag was made."""
        return f"{self._player.speed * self._player.direction:g}x"


def is_heard(audio: AudioTrack | None, time_ns: int) -> bool:
    """Whether there is sound then, as far as the footage has been listened to."""
    if audio is None or not audio.start_ns <= time_ns < audio.end_ns:
        return False
    return not any(start <= time_ns < end for start, end in audio.silent_spans or ())


def place_of(tag: Tag) -> dict[str, Any]:
    """The fields that say where on the footage it lies."""
    return {name: getattr(tag, name) for name in PLACE}


def _moved(now_ns: int, to_ns: int, was_ns: int) -> int:
    """Where an edge goes. Raises `EditError` when it is to be moved from where it is no more."""
    if to_ns == was_ns:
        return now_ns
    if now_ns != was_ns:
        raise EditError("The tag was changed meanwhile.")
    return to_ns


def _tag_of(project: Project, tag_id: str) -> Tag:
    """Raises `EditError` when it is not there, as when adding it was refused or it was removed."""
    if tag_id not in project.tags or project.tags[tag_id].withdrawn:
        raise EditError("The tag is not in the project any more, so it cannot be changed.")
    return project.tags[tag_id]
