"""What keys do with tags beyond making them: reshape, find what is untagged, take suggestions."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.media.sound_shape import SoundShape
from bodycam_annotator.model.snapping import is_seen
from bodycam_annotator.model.sounds import unassessed, untagged_sound
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.messages import MessageBar
from bodycam_annotator.ui.player import Player
from bodycam_annotator.ui.reaction_dialog import ReactionDialog
from bodycam_annotator.ui.settings import WindowSettings
from bodycam_annotator.ui.tag_editor import TagEditor
from bodycam_annotator.ui.tagging import Tagger
from bodycam_annotator.ui.unheard import why_unheard

NEAR_NS = 250_000_000
"""How far from a mark or an edge the beginning of a sound is offered for it."""

SILENCE = "not_assessable"
"""The code of stretches that cannot be assessed."""

INAUDIBLE = "[inaudible]"

_SUGGESTED, _DROPPED = "suggestion", "dropped"

MARK, START, END = "mark", "start", "end"
"""What the edges of tags are called."""


class TagKeys(QObject):
    """Signals: `said` carries a sentence about what cannot be done; `reaction_changed` when keys
    pressed while playing mean another time."""

    said = pyqtSignal(str)
    reaction_changed = pyqtSignal()

    def __init__(
        self,
        tagger: Tagger,
        player: Player,
        *,
        tags: Callable[[], list[Tag]],
        facts: Callable[[], FootageFacts | None],
        shape: Callable[[], SoundShape | None],
        editor: TagEditor,
        messages: MessageBar,
        settings: WindowSettings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._tagger, self._player, self._editor = tagger, player, editor
        self._tags, self._facts, self._shape = tags, facts, shape
        self._messages, self._settings, self._window = messages, settings, window
        self._taking = ""
        self._suggested: Callable[[], object] | None = None
        self._holds: Callable[[], bool] = lambda: True
        tagger.reaction_ms = settings.reaction_ms()
        tagger.shape = shape
        tagger.marked.connect(self._suggest_onset)
        tagger.dropped.connect(self._offer_dropped)
        tagger.pressed.connect(self._forget)
        tagger.footage_changed.connect(self._forget)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By action, what it does."""
        tagger = self._tagger
        return {
            "split": self._split,
            "merge": tagger.merge,
            "extend": tagger.extend,
            "repeat": tagger.repeat,
            "next_sound": self._next_sound,
            "next_silence": self._next_silence,
            "take_suggestion": self._take,
            "nearest_onset": self._suggest_for_edge,
            "inaudible": lambda: self._insert(INAUDIBLE),
            "alternatives": self._insert_alternatives,
            "reaction": self._ask_reaction,
        }

    def tell_taking(self, key: str) -> None:
        """The key that does what is suggested, for the sentences that suggest it."""
        self._taking = key

    # Text

    def _split(self) -> None:
        """Where the text is being typed, it is split at the cursor."""
        editor, tag = self._editor, self._editor.tag
        if self._field() is not editor.text or tag is None:
            self._tagger.split()
            return
        whole, over = editor.text.text(), editor.over("text")

        def back() -> None:
            if whole.strip() != over:
                editor.take_back(tag, whole)

        self._tagger.split(
            texts=_parted(whole, editor.text.cursorPosition()),
            over=(over, whole.strip()),
            then=lambda: editor.hand_over(tag, whole),
            refused=back,
        )

    def _insert(self, text: str) -> None:
        field = self._field()
        if isinstance(field, QLineEdit):
            at = field.selectionStart() if field.hasSelectedText() else field.cursorPosition()
            field.insert(_apart_from(_parted(field.text(), at)[0]) + text)
            field.textEdited.emit(field.text())
            field.setModified(True)
        elif isinstance(field, QPlainTextEdit):
            at = field.textCursor().selectionStart()
            field.insertPlainText(_apart_from(_parted(field.toPlainText(), at)[0]) + text)
        else:
            self.said.emit(f"Begin to type a text first (Enter); {text} goes into it.")

    def _insert_alternatives(self) -> None:
        """Around what is selected: `[gun / ]`, the cursor where the other reading goes."""
        field = self._field()
        if isinstance(field, QLineEdit):
            self._insert(f"[{field.selectedText()} / ]")
            field.cursorBackward(False)
        elif isinstance(field, QPlainTextEdit):
            cursor = field.textCursor()
            cursor.insertText(f"[{cursor.selectedText()} / ]")
            cursor.movePosition(cursor.MoveOperation.Left)
            field.setTextCursor(cursor)
        else:
            self.said.emit("Begin to type a text first (Enter), and select what may be misheard.")

    def _field(self) -> QLineEdit | QPlainTextEdit | None:
        focus = QApplication.focusWidget()
        return focus if isinstance(focus, QLineEdit | QPlainTextEdit) else None

    # Sound

    def _next_sound(self) -> None:
        """Goes to the next stretch of sound in which nothing is tagged as heard."""
        shape, index, ordinal = self._shape(), self._player.index, self._player.ordinal
        if index is None or ordinal is None:
            return
        if shape is None:
            self.said.emit("The sound has not been read yet, or there is none.")
            return
        # One that begins within the frame on screen is here already.
        found = untagged_sound(shape.sounding, self._tags(), index.end_of(ordinal) - 1)
        if found is None:
            self.said.emit("There is no further sound without a tag.")
            return
        self._player.go_to_time(max(found[0], index.first_ns))
        first = index.first_ns
        self._messages.inform(
            f"Sound without a tag from {clock_text(found[0] - first)} to "
            f"{clock_text(found[1] - first)}."
        )

    def _next_silence(self) -> None:
        """Goes to the next stretch without sound that is not tagged as such, and suggests it."""
        facts, index, ordinal = self._facts(), self._player.index, self._player.ordinal
        if facts is None or index is None or ordinal is None:
            return
        left = unassessed(facts.unheard, self._tags(), code=SILENCE)
        if not left and facts.audio is not None and facts.audio.silent_spans is None:
            self.said.emit("The sound has not been read yet.")
            return
        if not left:
            self.said.emit("No stretch without sound is left to be tagged as not assessable.")
            return
        here = index.time_of(ordinal)
        start, end = next((one for one in left if one[0] > here), left[0])
        self._player.go_to_time(max(start, index.first_ns))
        first, why = index.first_ns, why_unheard(facts, start, end)

        def holds() -> bool:
            now = self._facts()
            left = [] if now is None else unassessed(now.unheard, self._tags(), code=SILENCE)
            return now is not None and (start, end) in left and why == why_unheard(now, start, end)

        self._suggest(
            f"Nothing can be heard from {clock_text(start - first)} to {clock_text(end - first)}. "
            f"{why} A suggestion, not a tag yet ({self._taking}).",
            "Tag it as not assessable",
            lambda: self._tagger.add_span(SILENCE, start, end, note=why),
            holds=holds,
        )

    def _suggest_onset(self, mark: Tag) -> None:
        shape, index = self._shape(), self._player.index
        onset = shape and shape.onsets.nearest(mark.start_ns, within_ns=NEAR_NS)
        if is_seen(mark, Basis.HEARD) or not onset or onset == mark.start_ns or index is None:
            return
        self._suggest(
            f"A sound begins at {clock_text(onset - index.first_ns)}, "
            f"{_apart(onset - mark.start_ns)} the mark made while playing ({self._taking}).",
            "Move the mark there",
            lambda: self._tagger.place([(mark.id, onset, onset)], basis=Basis.HEARD),
            holds=lambda: self._tagger.holds(mark),
        )

    def _suggest_for_edge(self) -> None:
        """For a tag that is selected, also while stopped: its mark, or that edge of its span that
        is nearer to the frame on screen. Nothing is moved before it is taken."""
        shape, index, ordinal = self._shape(), self._player.index, self._player.ordinal
        tag = self._alone()
        if tag is None or index is None or ordinal is None:
            return
        if shape is None:
            self.said.emit("The sound has not been read yet, or there is none.")
            return
        name, edge = _edge_near(tag, index.time_of(ordinal))
        found, first = _sound_near(shape, edge, ends=name == END), index.first_ns
        if found is None:
            self.said.emit(
                f"No sound stands out as beginning{' or ending' * (name == END)} within "
                f"{NEAR_NS // 1_000_000} ms of the tag’s {name}; in noise or an echo none can."
            )
            return
        to, begins = found
        if to == edge:
            does = "begins" if begins else "ends"
            self.said.emit(f"The tag’s {name} is where a sound {does}, {clock_text(edge - first)}.")
            return
        start, end = _with_edge(tag, name, to)
        if start >= end and name != MARK:
            self.said.emit("The nearest sound begins beyond the tag’s other edge.")
            return
        was = {tag.id: _edges(tag)}
        # An end is smoothed, an onset is traced to its first sample.
        what = "A sound begins at" if begins else "Sound sinks into the noise about"
        self._suggest(
            f"{what} {clock_text(to - first)}, {_apart(to - edge)} the tag’s "
            f"{name}. A suggestion: nothing is moved yet ({self._taking}).",
            f"Move the {name} there",
            lambda: self._tagger.place([(tag.id, start, end)], was=was, basis=Basis.HEARD),
            holds=lambda: self._tagger.holds(tag),
        )

    def _alone(self) -> Tag | None:
        """The one tag selected whose edges a sound may say; None, and said, where there is none."""
        tags = self._tagger.selected_tags()
        if len(tags) != 1:
            self.said.emit("Select one tag to look for the sound nearest to its edge.")
        elif any(tags[0].id == one.id for one in self._tagger.open_spans.values()):
            self.said.emit("End the open span first: it is no tag yet.")
        elif all(tags[0].id != one.id for one in self._tags()):
            self.said.emit("Show the tag’s own camera first.")
        elif is_seen(tags[0], Basis.HEARD):
            self.said.emit(
                f"This tag’s basis is “{tags[0].basis}”, so its edges stay on frames; a sound can "
                "say them where the basis is “heard” or “both”."
            )
        else:
            return tags[0]
        return None

    def _suggest(
        self,
        sentence: str,
        words: str,
        take: Callable[[], object],
        *,
        holds: Callable[[], bool],
    ) -> None:
        """`holds` says whether there is still a reason; it goes when there is none."""
        self._suggested, self._holds = take, holds
        self._messages.suggest(sentence, {words: self._take}, about=_SUGGESTED, holds=holds)

    def _take(self) -> None:
        take, self._suggested = self._suggested, None
        if take is None:
            self.said.emit("Nothing is suggested now.")
            return
        if not self._holds():
            self._forget()
            self.said.emit("What was suggested fits no more; nothing was done.")
            return
        self._messages.withdraw(_SUGGESTED)
        take()

    def _forget(self) -> None:
        self._suggested = None
        self._messages.withdraw(_SUGGESTED)

    def _offer_dropped(self, span: Tag, sentence: str) -> None:
        """An open span that was dropped; it stays on offer where something was typed into it."""

        def put_back() -> None:
            if not self._tagger.take_up(span, goes=False):
                self.said.emit("Not put back: another span of that code is open by now.")

        typed = span.text or span.speaker or span.target or span.note or span.attributes
        say = self._messages.warn if typed else self._messages.suggest
        say(sentence, {"Put it back": put_back}, about=_DROPPED)

    # Reaction time

    def _ask_reaction(self) -> None:
        chosen = ReactionDialog.ask(self._tagger.reaction_ms, self._window)
        if chosen is not None:
            self._tagger.reaction_ms = chosen
            self._settings.keep_reaction_ms(chosen)
            self.reaction_changed.emit()


def _edges(tag: Tag) -> tuple[int, int]:
    return tag.start_ns, tag.end_ns


def _edge_near(tag: Tag, time_ns: int) -> tuple[str, int]:
    """What to call the tag's edge that is nearer to that time, and where it is."""
    if tag.start_ns == tag.end_ns:
        return MARK, tag.start_ns
    ends = abs(tag.end_ns - time_ns) < abs(tag.start_ns - time_ns)
    return (END, tag.end_ns) if ends else (START, tag.start_ns)


def _sound_near(shape: SoundShape, time_ns: int, *, ends: bool) -> tuple[int, bool] | None:
    """The nearest onset, and True; with `ends` the nearest end of what sounds, and False, where
    that is nearer."""
    onset = shape.onsets.nearest(time_ns, within_ns=NEAR_NS)
    near = [] if onset is None else [(onset, True)]
    if ends:
        near += [(end, False) for _, end in shape.sounding if abs(end - time_ns) <= NEAR_NS]
    return min(near, key=lambda one: abs(one[0] - time_ns), default=None)


def _with_edge(tag: Tag, name: str, to_ns: int) -> tuple[int, int]:
    """Its start and end with that edge moved there."""
    return tag.start_ns if name == END else to_ns, tag.end_ns if name == START else to_ns


def _apart(by_ns: int) -> str:
    """`12.3 ms after`."""
    return f"{abs(by_ns) / 1e6:.3g} ms {'after' if by_ns > 0 else 'before'}"


def _apart_from(before: str) -> str:
    """A blank, unless there is one or nothing stands before."""
    return " " if before and not before[-1].isspace() else ""


def _parted(text: str, cursor: int) -> tuple[str, str]:
    """At a cursor of Qt's, which counts UTF-16 units."""
    units = text.encode("utf-16-le")
    return units[: 2 * cursor].decode("utf-16-le"), units[2 * cursor :].decode("utf-16-le")
