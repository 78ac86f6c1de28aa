"""What the tagging keys do: marks, spans that are open until ended, edges moved to the picture."""

from dataclasses import dataclass, replace
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.app import TagFields, make_tag
from bodycam_annotator.errors import EditError, UserError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.codebook import Code, Kind
from bodycam_annotator.model.edits import Edit, add_tags, change_tag, withdraw_tags
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.ui.bridge import ProjectBridge
from bodycam_annotator.ui.player import Player


@dataclass(frozen=True, kw_only=True)
class OnScreen:
    """The footage that is tagged now."""

    footage: Footage
    index: FrameIndex
    audio: AudioTrack | None


class Tagger(QObject):
    """Makes edits of keys. What is tagged is always the frame on screen.

    Attributes:
        open_spans: by code id, the frame at which a span was begun, oldest first.
        selected: ids of the selected tags.

    Signals: `spans_changed` when a span is begun, ended or dropped; `selected_changed`; `said`
    carries a sentence about what was refused.
    """

    spans_changed = pyqtSignal()
    selected_changed = pyqtSignal()
    said = pyqtSignal(str)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open_spans: dict[str, int] = {}
        self.selected: tuple[str, ...] = ()
        # Tags on their way to the project: they can be selected and typed into at once.
        self._made: dict[str, Tag] = {}
        self._player = player
        self._bridge: ProjectBridge | None = None
        self._on: OnScreen | None = None

    def show(self, bridge: ProjectBridge | None, on: OnScreen | None) -> None:
        """Tags go to `on` from now; spans still open on the footage before are ended."""
        self.end_all()
        self._bridge, self._on = bridge, on
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
        tags = {**self._made, **self._bridge.project.tags}
        return [tags[one] for one in self.selected if one in tags and not tags[one].withdrawn]

    # Keys

    def press(self, code_id: str) -> None:
        """A point code tags; an interval code begins a span, or ends the one it began."""
        self._player.when_settled(lambda: self._press(code_id))

    def end_span(self) -> None:
        """Ends the span begun last; without one, moves the selected tag's end here."""
        self._player.when_settled(self._end_span)

    def move_start(self) -> None:
        self._player.when_settled(lambda: self._move_edge(start=True))

    def drop_span(self) -> None:
        """Forgets the span begun last."""
        if self.open_spans:
            self.open_spans.popitem()
            self.spans_changed.emit()

    def end_all(self) -> None:
        """Ends every open span at the frame on screen, so that none is lost."""
        for code_id in list(self.open_spans):
            self._close_span(code_id, note="The span was still open when the footage was left.")

    def remove(self) -> None:
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
        label = f"Change {what} of {tag.code}"
        self._bridge.do(
            lambda project: change_tag(_tag_of(project, tag.id), label=label, **values),
            speed=self._speed(),
        )

    def change_attribute(self, tag: Tag, name: str, value: str) -> None:
        """An empty value takes the attribute away."""
        if self._bridge is None or tag.attributes.get(name, "") == value:
            return

        def make(project: Project) -> Edit:
            now = _tag_of(project, tag.id)
            attributes = {key: text for key, text in now.attributes.items() if key != name}
            if value:
                attributes[name] = value
            return change_tag(now, label=f"Change {name} of {tag.code}", attributes=attributes)

        self._bridge.do(make, speed=self._speed())

    # How

    def _press(self, code_id: str) -> None:
        if self._bridge is None or self._player.ordinal is None:
            return
        code = self._bridge.project.codebook.code(code_id)
        if code.kind is Kind.POINT:
            self._add(code, self._player.ordinal, self._player.ordinal)
        elif code_id in self.open_spans:
            self._close_span(code_id)
        else:
            self.open_spans[code_id] = self._player.ordinal
            self.spans_changed.emit()

    def _end_span(self) -> None:
        if self.open_spans:
            self._close_span(next(reversed(self.open_spans)))
        else:
            self._move_edge(start=False)

    def _close_span(self, code_id: str, *, note: str = "") -> None:
        begun = self.open_spans.pop(code_id)
        self.spans_changed.emit()
        if self._bridge is None or self._player.ordinal is None:
            return
        # Spans may be marked walking backward: the frames seen first and last both belong.
        first, last = sorted((begun, self._player.ordinal))
        self._add(self._bridge.project.codebook.code(code_id), first, last, note=note)

    def _add(self, code: Code, first: int, last: int, *, note: str = "") -> None:
        tag = self._make(code.id, *self._times(code.kind, first, last), first=first, note=note)
        if tag is None or self._bridge is None:
            return
        self._made = {tag.id: tag}
        self.select((tag.id,))
        self._bridge.do(
            lambda _: add_tags((tag,), label=f"Tag {code.id}"),
            speed=self._speed(),
            then=self.selected_changed.emit,
        )

    def _move_edge(self, *, start: bool) -> None:
        tags = self.selected_tags()
        ordinal = self._player.ordinal
        if len(tags) != 1 or self._on is None or ordinal is None:
            self.said.emit("Select one tag to move its start (I) or end (O) to the picture.")
            return
        tag = tags[0]
        here, after = self._on.index.span_of(ordinal)
        if tag.footage_id != self._on.footage.id:
            self.said.emit("The selected tag is of another camera; switch to it first.")
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
            codebook=tag.codebook,
        )
        if moved is not None:
            self.change(
                tag,
                what="start" if start else "end",
                start_ns=moved.start_ns,
                end_ns=moved.end_ns,
                start_frame=moved.start_frame,
                end_frame=moved.end_frame,
                start_pts=moved.start_pts,
                end_pts=moved.end_pts,
                uncertainty_ns=moved.uncertainty_ns,
            )

    def _times(self, kind: Kind, first: int, last: int) -> tuple[int, int | None]:
        assert self._on is not None
        start_ns = self._on.index.time_of(first)
        return start_ns, None if kind is Kind.POINT else self._on.index.span_of(last)[1]

    def _make(
        self,
        code_id: str,
        start_ns: int,
        end_ns: int | None,
        *,
        first: int | None,
        note: str = "",
        codebook: str | None = None,
    ) -> Tag | None:
        if self._bridge is None or self._on is None:
            return None
        audio = self._on.audio
        fields: TagFields = {
            "note": note,
            "codebook": codebook or self._bridge.project.incident.codebook,
        }
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
                **fields,
            )
        except UserError as error:
            self.said.emit(str(error))
            return None

    def _speed(self) -> str:
        return f"{self._player.speed * self._player.direction:g}x"


def _is_heard(audio: AudioTrack | None, time_ns: int) -> bool:
    """Whether there is sound then, as far as the footage has been listened to."""
    if audio is None or not audio.start_ns <= time_ns < audio.end_ns:
        return False
    return not any(start <= time_ns < end for start, end in audio.silent_spans or ())


def _tag_of(project: Project, tag_id: str) -> Tag:
    """Raises `EditError` when it is not there, as when adding it was refused."""
    if tag_id not in project.tags:
        raise EditError("The tag is not in the project, so it cannot be changed.")
    return project.tags[tag_id]
