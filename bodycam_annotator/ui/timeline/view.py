"""The timeline: what it is told to show, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QWidget

from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.timeline.canvas import TimelineCanvas
from bodycam_annotator.ui.timeline.scale import SHORTEST_NS
from bodycam_annotator.ui.timeline.sound_track import Samples, Shades
from bodycam_annotator.ui.timeline.tracks import Tracks

if TYPE_CHECKING:
    from bodycam_annotator.media.sound_shape import SoundShape


class TimelineView(TimelineCanvas):
    """Times are nanoseconds on the footage's own clock; the ruler counts from the first frame.

    Attributes:
        follows: whether the view turns a page when the playhead leaves it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.follows = True

    # What is shown

    def show_footage(
        self,
        first_ns: int,
        end_ns: int,
        *,
        index: FrameIndex | None = None,
        audio: AudioTrack | None = None,
        aspect: float = 16 / 9,
    ) -> None:
        """Another footage, of which nothing is known yet but this. `aspect`: width in heights."""
        scene = self.scene
        self._pointer.cancel()
        scene.zero_ns = scene.now_ns = first_ns
        scene.bounds = (first_ns, max(end_ns, first_ns + SHORTEST_NS))
        scene.index, scene.audio, scene.drag = index, None, None
        scene.sound = replace(scene.sound, shape=None, samples=None, unheard=(), state="")
        scene.film.show_footage(index, aspect)
        self._shown = True
        self.show_audio(audio)
        self.show_all()

    def show_audio(self, audio: AudioTrack | None) -> None:
        """The track that is listened to now; its shape comes by `show_shape`."""
        scene = self.scene
        if audio is not None:
            first, end = scene.bounds
            scene.bounds = (min(first, audio.start_ns), max(end, audio.end_ns))
        if audio is None or scene.audio is None or audio.stream != scene.audio.stream:
            self.show_shape(None)
        scene.audio = audio

    def show_shape(self, shape: "SoundShape | None", state: str = "") -> None:
        """`state` says in a few words why there is none."""
        samples = self.scene.sound.samples if shape is not None else None
        self.scene.sound = replace(
            self.scene.sound, shape=shape, state=state, samples=samples, shades=None
        )
        self._refresh()

    def show_samples(self, samples: Samples | None) -> None:
        self.scene.sound = replace(self.scene.sound, samples=samples)
        self._refresh()

    def show_shades(self, shades: Shades) -> None:
        self.scene.sound = replace(self.scene.sound, shades=shades)
        self._refresh()

    def show_picture(self, ordinal: int, pixels: Pixels) -> None:
        """`pixels`: BGRA of that frame for the filmstrip."""
        self.scene.film.take(ordinal, pixels)
        self._refresh()

    def show_silence(self, spans: Sequence[tuple[int, int]]) -> None:
        self.scene.sound = replace(self.scene.sound, unheard=tuple(spans))
        self._refresh()

    def show_tags(self, project: Project | None, tags: Sequence[Tag]) -> None:
        drag = self.scene.drag
        self.scene.tracks = Tracks(project, tags)
        if drag is not None and drag.let_go:
            self._end_drag()
        self._pointer.renew()
        count = len(tags)
        self.setAccessibleDescription(f"{count} tag{'s' * (count != 1)}")
        self._lay_out()

    def show_selected(self, ids: Sequence[str]) -> None:
        self.scene.selected = frozenset(ids)
        # Also told when a move was refused.
        self._end_drag()
        self._refresh()

    def show_open(self, since: Mapping[str, int]) -> None:
        """`since`: by code id, the time at which its open span was begun."""
        self.scene.begun = dict(since)
        self._lay_out()

    def show_now(self, time_ns: int) -> None:
        scene = self.scene
        if time_ns == scene.now_ns:
            return
        dirty = self._now_rect()
        scene.now_ns = time_ns
        if self.follows and not scene.scale.shows(time_ns) and not self._pointer.is_busy:
            start = time_ns - scene.scale.length // 10
            self._show(scene.scale.moved(start - scene.scale.start_ns, scene.bounds))
            self.update()
        elif scene.begun:
            self.update()
        else:
            self.update(dirty)
            self.update(self._now_rect())

    # How it is shown

    @property
    def spectrogram(self) -> bool:
        return self.scene.sound.spectrogram

    def set_spectrogram(self, on: bool) -> None:
        self.scene.sound = replace(self.scene.sound, spectrogram=on)
        self._refresh()
        self.wanted.emit()

    @property
    def filmstrip(self) -> bool:
        return self.scene.strip_on

    def set_filmstrip(self, on: bool) -> None:
        self.scene.strip_on = on
        self._lay_out()

    def set_follows(self, on: bool) -> None:
        """Whether the view turns a page when the playhead leaves it."""
        self.follows = on
        if on and not self.scale.shows(self.scene.now_ns):
            self.show_around(self.scene.now_ns)

    def show_all(self) -> None:
        self._show(self.scale.showing(*self.scene.bounds, self.scene.bounds))

    def show_selection(self) -> None:
        """The selected tags and a little around them."""
        tags = [self.scene.tracks.tags.get(one) for one in self.scene.selected]
        there = [tag for tag in tags if tag is not None]
        if not there:
            return
        start, end = min(tag.start_ns for tag in there), max(tag.end_ns for tag in there)
        around = max((end - start) // 8, 250_000_000)
        self._show(self.scale.showing(start - around, end + around, self.scene.bounds))

    def show_around(self, time_ns: int) -> None:
        """As much as now, with that time in its middle."""
        scale = self.scale
        middle = scale.start_ns + scale.length // 2
        self._show(scale.moved(time_ns - middle, self.scene.bounds))
