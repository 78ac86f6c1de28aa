"""Which pixel a time has and which time a pixel, in whole nanoseconds."""

from dataclasses import dataclass, replace

SHORTEST_NS = 1_000_000
"""The least time that is shown: a sample of 48 kHz is then some 20 pixels wide."""

ZOOM_STEP = 1.6

_PARTS = 256
"""A pointer's place is taken to this part of a pixel."""


@dataclass(frozen=True)
class Scale:
    """`[start_ns, end_ns)` over `width` pixels from x = `left`.

    A time's column is the pixel it falls in, a column's time the first nanosecond in it; both are
    computed in whole numbers, never decrease, and `column(time(c)) == c`.
    """

    start_ns: int
    end_ns: int
    left: int
    width: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.length < self.width:
            raise ValueError(f"{self.length} ns cannot be shown over {self.width} pixels")

    @property
    def length(self) -> int:
        return self.end_ns - self.start_ns

    @property
    def right(self) -> int:
        return self.left + self.width

    def x(self, time_ns: int) -> float:
        """Where to paint it; its whole part may be one more than `column` by rounding."""
        return self.left + (int(time_ns) - self.start_ns) * self.width / self.length

    def column(self, time_ns: int) -> int:
        return self.left + (int(time_ns) - self.start_ns) * self.width // self.length

    def time(self, x: float) -> int:
        """The first nanosecond at that place; of a column where `x` is whole."""
        parts = int(x * _PARTS // 1) - self.left * _PARTS
        return self.start_ns + -(-parts * self.length // (self.width * _PARTS))

    def ns(self, pixels: float) -> int:
        """How long that many pixels are, rounded up to a nanosecond."""
        return -(-round(pixels * _PARTS) * self.length // (self.width * _PARTS))

    def pixels(self, length_ns: int) -> float:
        return length_ns * self.width / self.length

    def shows(self, time_ns: int) -> bool:
        return self.start_ns <= time_ns < self.end_ns

    def fitted(self, left: int, width: int) -> "Scale":
        """The same time over other pixels; a little more where there are more than nanoseconds."""
        end = max(self.end_ns, self.start_ns + width)
        return Scale(self.start_ns, end, left, width)

    def zoomed(self, steps: float, about_ns: int, bounds: tuple[int, int]) -> "Scale":
        """Positive steps show less time; `about_ns` keeps its pixel, unless a bound is in the way.

        Never less than `SHORTEST_NS`, never more than `bounds`.
        """
        wanted = round(self.length / ZOOM_STEP**steps)
        length = min(max(wanted, SHORTEST_NS, self.width), self._longest(bounds))
        before = int(about_ns) - self.start_ns
        start = int(about_ns) - (before * length + self.length // 2) // self.length
        return self._at(start, length, bounds)

    def showing(self, start_ns: int, end_ns: int, bounds: tuple[int, int]) -> "Scale":
        """As near to just that stretch as there can be."""
        length = max(end_ns - start_ns, SHORTEST_NS, self.width)
        start = (start_ns + end_ns - length) // 2
        return self._at(start, min(length, self._longest(bounds)), bounds)

    def moved(self, by_ns: int, bounds: tuple[int, int]) -> "Scale":
        return self._at(self.start_ns + by_ns, self.length, bounds)

    def _longest(self, bounds: tuple[int, int]) -> int:
        return max(bounds[1] - bounds[0], self.width)

    def _at(self, start: int, length: int, bounds: tuple[int, int]) -> "Scale":
        start = max(min(start, bounds[1] - length), bounds[0])
        return replace(self, start_ns=start, end_ns=start + length)
