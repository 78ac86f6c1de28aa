"""What lies where from top to bottom: ruler, filmstrip, sound, then the tracks."""

from dataclasses import dataclass

GUTTER = 92
RULER = 26
STRIP = 42
SOUND_LEAST, SOUND_MOST = 44, 160
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
    the rest, and what does not fit at their least height is scrolled to.
    """
    top = RULER
    film = Band(top, STRIP) if strip else None
    top += STRIP if strip else 0
    count = max(sum(lanes), 1)
    room = height - top - FOOT
    sound = min(max(room - count * LANE, SOUND_LEAST), SOUND_MOST)
    left = max(room - sound, LANE_LEAST)
    lane = min(max(left // count, LANE_LEAST), LANE_MOST)
    first = [0]
    for number in lanes:
        first.append(first[-1] + number)
    rows = Rows(film, Band(top, sound), Band(top + sound, left), lane, tuple(first))
    kept = min(hidden, rows.most_hidden)
    return Rows(film, rows.sound, rows.tracks, lane, rows.first_lane, kept)
