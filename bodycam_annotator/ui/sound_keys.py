"""What the sound keys do: the selection, the half seconds at its edges, loudness, scrubbing."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.media.audio import Span
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.ab_marks import AbMarks
from bodycam_annotator.ui.player import Player
from bodycam_annotator.ui.settings import WindowSettings

AROUND_NS = 500_000_000
"""How much is played on one side of an edge, and on either side of a mark."""

GAIN_STEP_DB = 3.0


class SoundKeys(QObject):
    """Plays what is selected: the stretch from A to B where both are set, else the selected tag,
    else the open span, from where it was begun to the frame on screen.

    `begun`: the open spans, the one that is meant last. Signals: `said` carries a
    sentence about what cannot be played; `unheard` one about what was asked for and cannot be
    heard, empty when there is none any more.
    """

    said = pyqtSignal(str)
    unheard = pyqtSignal(str)

    def __init__(
        self,
        player: Player,
        marks: AbMarks,
        *,
        selected: Callable[[], Sequence[Tag]],
        begun: Callable[[], Sequence[Tag]],
        settings: WindowSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._player, self._marks = player, marks
        self._selected, self._begun, self._settings = selected, begun, settings
        player.set_scrubs(settings.scrubs())

    @property
    def selection(self) -> Span | None:
        """What is selected; start and end are the same where it is a mark."""
        index, marked = self._player.index, self._marks.marked
        if index is not None and len(marked) == 2:
            return index.time_of(marked[0]), index.end_of(marked[1])
        tags, here = self._selected(), self._here()
        if index is None:
            return None
        spans = [(tag.start_ns, tag.end_ns) for tag in tags]
        if not tags and self._begun() and here is not None:
            # The frames seen first and last both belong, as when it is ended here.
            span = self._begun()[-1]
            spans = [(span.start_ns, span.end_ns), (index.time_of(here), index.end_of(here))]
        return (min(spans)[0], max(end for _, end in spans)) if spans else None

    def _here(self) -> int | None:
        """The frame that the person is at, which while a span plays is not the one on screen."""
        span = self._player.span
        return self._player.ordinal if span is None else span.back_to

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By action, what it does."""
        return {
            "play_selection": lambda: self._play(loop=False),
            "loop_selection": self._toggle_loop,
            "before_start": lambda: self._play_edge(0, before=True),
            "after_start": lambda: self._play_edge(0, before=False),
            "before_end": lambda: self._play_edge(1, before=True),
            "after_end": lambda: self._play_edge(1, before=False),
            "speech_band": self._toggle_speech_band,
            "gain_up": lambda: self._change_gain(GAIN_STEP_DB),
            "gain_down": lambda: self._change_gain(-GAIN_STEP_DB),
            "gain_none": self._drop_gain,
            "scrub": self._toggle_scrubs,
        }

    def _play(self, *, loop: bool) -> None:
        span = self._asked()
        if span is None:
            return
        start, end = span
        if start == end:
            start, end = start - AROUND_NS, end + AROUND_NS
        self._play_span(start, end, loop=loop)

    def _toggle_loop(self) -> None:
        """Asked for again, it ends and the place comes back."""
        if not self.end_loop():
            self._play(loop=True)
        # Qt has ticked the action, even where there is nothing to play.
        self._player.state_changed.emit()

    def end_loop(self) -> bool:
        """Whether there was one; the place comes back."""
        loops = self._player.loops_span
        if loops:
            self._player.leave_span()
        return loops

    def _play_edge(self, which: int, *, before: bool) -> None:
        span = self._asked()
        if span is not None:
            edge = span[which]
            self._play_span(
                edge - AROUND_NS if before else edge, edge if before else edge + AROUND_NS
            )

    def _play_span(self, start: int, end: int, *, loop: bool = False) -> None:
        first, last = self._footage()
        start, end = max(start, first), min(end, last)
        if start >= end:
            self.said.emit("There is nothing to play: the footage begins or ends here.")
        else:
            self._player.play_span(start, end, loop=loop)
            why = self._player.sound_state
            self.unheard.emit(f"Only the picture plays, nothing is heard: {why}." if why else "")

    def _footage(self) -> Span:
        """All of it: sound may begin before the first frame and end behind the last."""
        index, track = self._player.index, self._player.heard.track
        assert index is not None
        if track is None:
            return index.first_ns, index.end_ns
        return min(index.first_ns, track.start_ns), max(index.end_ns, track.end_ns)

    def _asked(self) -> Span | None:
        span = self.selection
        if span is None and self._player.index is not None:
            self.said.emit("Select a tag, or mark A and B (Shift+A, Shift+B), to play it.")
        return span

    def _toggle_speech_band(self) -> None:
        self._player.set_speech_band(not self._player.heard.hearing.speech_band)
        self._say_if_unheard()

    def _change_gain(self, by_db: float) -> None:
        self._player.set_gain(self._player.heard.hearing.gain_db + by_db)
        self._say_if_unheard()

    def _drop_gain(self) -> None:
        self._player.set_gain(0.0)
        self._say_if_unheard()

    def _say_if_unheard(self) -> None:
        """What was turned on makes no difference to the ear while there is no sound at all."""
        words, why = self._player.heard.hearing.words, self._player.sound_state
        self.unheard.emit(
            f"Set for listening: {words}. Nothing can be heard now: {why}." if words and why else ""
        )

    def _toggle_scrubs(self) -> None:
        self._player.set_scrubs(not self._player.heard.scrubs)
        self._settings.keep_scrubs(self._player.heard.scrubs)
