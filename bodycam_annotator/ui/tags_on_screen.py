"""The tags that are selected, and the footage on screen on which they lie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.app import TagFields, footage_state, make_tag
from bodycam_annotator.app.bounds import Onsets, onset_bound
from bodycam_annotator.app.reshaping import PLACE, Edge, Place
from bodycam_annotator.errors import EditError, UserError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.sound_shape import SoundShape
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


class TagsOnScreen(QObject):
    """What is selected, and what a key means on the footage on screen.

    Attributes:
        open_spans: by code id, the span begun and not ended yet, oldest first: a tag of the one
            frame at which it was begun, with what has been typed into it. Not in the project.
        selected: ids of the selected tags; an open span can be selected too.
        reaction_ms: how much earlier than the frame on screen a key means while footage plays
            forward, for the time that a person takes to press it.
        shape: what is known of the sound that is listened to.

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
        self.reaction_ms = 0
        self.shape: Callable[[], SoundShape | None] = lambda: None
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

    # How

    def _only(self, otherwise: str) -> Tag | None:
        tags = self.selected_tags()
        if len(tags) != 1:
            self.said.emit(otherwise)
            return None
        return tags[0]

    def _place(self, tags: Sequence[Tag], *, late_ns: int = 0) -> Place | None:
        """Where tags of the footage on screen lie; None, and said, where `tags` are of others.
        `late_ns` as of `Bounds`."""
        bridge, on = self._bridge, self._on
        if bridge is None or on is None:
            return None
        if any(tag.footage_id != on.footage.id for tag in tags):
            self.said.emit("Show the tags’ own camera first.")
            return None
        sound = None if on.audio is None else (on.audio.start_ns, on.audio.end_ns)
        return Place(bridge.project, on.footage, on.index, sound=sound, late_ns=late_ns)

    def _onsets(self) -> Onsets | None:
        """Where sounds begin on the footage on screen, as far as it is known by now."""
        shape, audio = self.shape(), self._on.audio if self._on is not None else None
        if shape is None or audio is None:
            return None
        bound_ns = onset_bound(audio.codec, audio.rate)
        return Onsets(times_ns=shape.onsets.times_ns, bound_ns=bound_ns)

    def _meant(self) -> int | None:
        """The frame that a key means: the one on screen, or while playing the one before by as
        long as it takes to react."""
        here, on, late_ns = self._player.ordinal, self._on, self._late_ns()
        if here is None or on is None or not late_ns:
            return here
        return on.index.nearest(max(on.index.time_of(here) - late_ns, on.index.first_ns))

    def _late_ns(self) -> int:
        """How much earlier than the picture a key means now."""
        if self._player.direction <= 0:
            return 0
        return round(self.reaction_ms * 1_000_000 * self._player.speed)

    def _is_doubted(self) -> bool:
        """Whether the footage is not what was opened; also says what else is wrong with it."""
        if self._on is None or self._player.outdated:
            self.said.emit("Not done: the footage has changed since it was opened.")
            return True
        changed = footage_state(self._on.path, self._on.footage)
        if changed is not None:
            self.doubted.emit(self._on.footage.id, changed)
        return False

    def _edge(self, text: str, *, ends: bool) -> Edge | None:
        """Where what was typed is: a frame has a span, a time is an instant. None for nothing.
        Raises `UserError` or `ValueError` for what is neither."""
        assert self._on is not None
        if not text:
            return None
        index = self._on.index
        if text.strip().isdecimal():
            frame = int(text)
            start_ns, _ = index.span_of(frame)
            return Edge(time_ns=index.end_of(frame) if ends else start_ns, frame=frame)
        return Edge(time_ns=index.first_ns + parse_time(text))

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
        late: bool = False,
    ) -> Tag | None:
        """`late`: at the frame that a key means, which while playing is an estimate."""
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
        leaves_open = code is not None and code.basis is Basis.HEARD and unheard
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
        made = with_late(made, self._late_ns() if late else 0)
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

    def _name(self, tag: Tag) -> str:
        book = self._bridge.project.codebooks.get(tag.codebook) if self._bridge else None
        code = book.find(tag.code) if book else None
        return code.name if code else tag.code

    def _speed(self) -> str:
        """For the log: how the footage was played when the tag was made."""
        return f"{self._player.speed * self._player.direction:g}x"

    def _marking_speed(self) -> str:
        early = self._late_ns()
        return self._speed() + (f", marked {self.reaction_ms} ms earlier" if early else "")


def is_heard(audio: AudioTrack | None, time_ns: int) -> bool:
    """Whether there is sound then, as far as the footage has been listened to."""
    if audio is None or not audio.start_ns <= time_ns < audio.end_ns:
        return False
    return not any(start <= time_ns < end for start, end in audio.silent_spans or ())


def place_of(tag: Tag) -> dict[str, Any]:
    """The fields that say where on the footage it lies."""
    return {name: getattr(tag, name) for name in PLACE}


def tag_of(project: Project, tag_id: str) -> Tag:
    """Raises `EditError` when it is not there, as when adding it was refused or it was removed."""
    if tag_id not in project.tags or project.tags[tag_id].withdrawn:
        raise EditError("The tag is not in the project any more, so it cannot be changed.")
    return project.tags[tag_id]


def with_late(tag: Tag, late_ns: int) -> Tag:
    """The tag with a bound that takes in the time by which its frame was estimated to be earlier
    than the one on screen."""
    if tag.uncertainty_ns is None or not late_ns:
        return tag
    return replace(tag, uncertainty_ns=tag.uncertainty_ns + late_ns)
