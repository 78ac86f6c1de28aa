"""What lies where from top to bottom: ruler, filmstrip, sound, then the tracks."""

from dataclasses import dataclass

GUTTER = 92
RULER = 26
STRIP = 42
STRIP_LEAST = 26
"""A film strip's height where lanes would else be out of view."""

SOUND_LEAST, SOUND_MOST = 44, 160
SOUND_TIGHT = 28
"""The sound's, before any lane is out of view."""

LANE_LEAST, LANE_MOST = 16, 28
LANE = 20
"""A lane's height where there is room."""

FOOT = 4


@dataclass(frozen=True)
class Band:
    top: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def holds(self, y: float) -> bool:
        return self.top <= y < self.bottom


@dataclass(frozen=True)
class Rows:
    """`strip` None: switched off. `first_lane` counts a track's lanes among all; the last entry
    is their number. `tracks` is the room for them, of which `hidden` pixels above are scrolled
    out of view."""

    strip: Band | None
    sound: Band
    tracks: Band
    lane: int
    first_lane: tuple[int, ...]
    hidden: int = 0

    @property
    def out_of_view(self) -> tuple[int, int]:
        """How many lanes are, in part or wholly, above and below what is seen."""
        below = self.first_lane[-1] * self.lane - self.hidden - self.tracks.height
        return -(-self.hidden // self.lane), max(0, -(-below // self.lane))

    @property
    def most_hidden(self) -> int:
        return max(0, self.first_lane[-1] * self.lane - self.tracks.height)

    def track(self, number: int) -> Band:
        first, after = self.first_lane[number], self.first_lane[number + 1]
        return Band(self._y(first), (after - first) * self.lane)

    def lane_of(self, track: int, lane: int) -> Band:
        return Band(self._y(self.first_lane[track] + lane), self.lane)

    def at(self, y: float) -> tuple[int, int] | None:
        """The track and its lane that lie at that height."""
        if not self.tracks.holds(y):
            return None
        number = int(y - self.tracks.top + self.hidden) // self.lane
        for track, after in enumerate(self.first_lane[1:]):
            if number < after:
                return track, number - self.first_lane[track]
        return None

    def _y(self, lane: int) -> int:
        return self.tracks.top + lane * self.lane - self.hidden


def lay_out(lanes: tuple[int, ...], height: int, *, strip: bool, hidden: int = 0) -> Rows:
    """`lanes`: how many each track has. Sound and lanes share the height that is left.

    The sound gets what lanes of a comfortable height leave, within its limits; the lanes then get
    the rest. Where even their least height does not fit, sound and film strip give some of theirs;
    what still does not fit is scrolled to.
    """
    top, count = RULER, max(sum(lanes), 1)
    lacks = count * LANE_LEAST + SOUND_LEAST + STRIP * strip + RULER + FOOT - height
    lower = min(max(lacks - (SOUND_LEAST - SOUND_TIGHT), 0), STRIP - STRIP_LEAST)
    film = Band(top, STRIP - lower) if strip else None
    top += film.height if film is not None else 0
    room = height - top - FOOT
    least = SOUND_LEAST - min(max(lacks, 0), SOUND_LEAST - SOUND_TIGHT)
    sound = min(max(room - count * LANE, least), SOUND_MOST)
    left = max(room - sound, LANE_LEAST)
    lane = min(max(left // count, LANE_LEAST), LANE_MOST)
    first = [0]
    for number in lanes:
        first.append(first[-1] + number)
    rows = Rows(film, Band(top, sound), Band(top + sound, left), lane, tuple(first))
    kept = min(hidden, rows.most_hidden)
    return Rows(film, rows.sound, rows.tracks, lane, rows.first_lane, kept)
