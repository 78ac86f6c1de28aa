"""All that the timeline shows, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.snapping import Places, is_seen
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.ui.timeline.dragging import Drag, Held
from bodycam_annotator.ui.timeline.filmstrip import Filmstrip
from bodycam_annotator.ui.timeline.rows import GUTTER, Rows, lay_out
from bodycam_annotator.ui.timeline.ruler import label
from bodycam_annotator.ui.timeline.scale import SHORTEST_NS, Scale
from bodycam_annotator.ui.timeline.sound_track import SoundShown
from bodycam_annotator.ui.timeline.tracks import Tracks

_EMPTY: NDArray[np.int64] = np.empty(0, dtype=np.int64)


@dataclass
class Scene:
    """Times are nanoseconds on the footage's own clock, places pixels of the widget.

    `zero_ns` is the first frame's time, from which people count. `bounds`: from where to where
    there is picture or sound. `begun`: by code id, when its open span was begun. `now_ns` is the
    time of the frame on screen, `pointer` the x of the mouse where it is over the time. `rubber`
    is a rectangle that selects: left, top, right, bottom.
    """

    width: int = 640
    height: int = 200
    zero_ns: int = 0
    bounds: tuple[int, int] = (0, SHORTEST_NS)
    index: FrameIndex | None = None
    audio: AudioTrack | None = None
    tracks: Tracks = field(default_factory=lambda: Tracks(None, ()))
    sound: SoundShown = field(default_factory=SoundShown)
    film: Filmstrip = field(default_factory=Filmstrip)
    strip_on: bool = True
    selected: frozenset[str] = frozenset()
    begun: Mapping[str, int] = field(default_factory=dict)
    now_ns: int = 0
    pointer: float | None = None
    drag: Drag | None = None
    rubber: tuple[float, float, float, float] | None = None
    hidden: int = 0
    scale: Scale = field(default_factory=lambda: Scale(0, SHORTEST_NS, GUTTER, 100))
    rows: Rows = field(default_factory=lambda: lay_out((), 200, strip=True))
    open_lanes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def lay_out(self) -> None:
        """To be called when the size, the tracks, the open spans or the strip have changed."""
        self.scale = self.scale.fitted(GUTTER, max(self.width - GUTTER, 1))
        counts = [len(track.lanes) for track in self.tracks.tracks]
        self.open_lanes = {}
        for code_id, since in self.begun.items():
            code = self.tracks.own_code(code_id)
            if code is None:
                continue
            number = self.tracks.number_of(code.group)
            taken = set(self.open_lanes.values())
            lanes = self.tracks.tracks[number].lanes
            lane = next(
                (
                    at
                    for at, one in enumerate(lanes)
                    if one.is_free_from(since) and (number, at) not in taken
                ),
                counts[number],
            )
            counts[number] = max(counts[number], lane + 1)
            self.open_lanes[code_id] = (number, lane)
        self.rows = lay_out(tuple(counts), self.height, strip=self.strip_on, hidden=self.hidden)
        self.hidden = self.rows.hidden

    @property
    def places(self) -> Places:
        """Where edges may go to, but for the edges of other tags."""
        index, audio, shape = self.index, self.audio, self.sound.shape
        return Places(
            bounds=self.bounds,
            frames=_EMPTY if index is None else np.append(np.unique(index.times), index.end_ns),
            onsets=_EMPTY if shape is None else shape.onsets.times_ns,
            samples=None if audio is None else (audio.start_ns, audio.rate),
        )

    @property
    def now_end_ns(self) -> int:
        """Where the frame on screen is shown no more."""
        if self.index is None:
            return self.now_ns
        return self.index.end_of(self.index.nearest(self.now_ns))

    def held(self, tag: Tag) -> Held:
        code = self.tracks.code_of(tag)
        return Held(tag, is_seen(tag, code.basis if code else None))

    def time_text(self, time_ns: int) -> str:
        """From the first frame, as finely as the scale is."""
        return label(time_ns - self.zero_ns, min(self.scale.ns(1), 1_000_000))
