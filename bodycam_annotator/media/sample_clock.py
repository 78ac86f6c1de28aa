"""When each sample of a sound track sounds, and which samples a stretch of time holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bodycam_annotator.timing import NS, samples_to_ns

_SECOND = np.int64(NS)


@dataclass(frozen=True, kw_only=True)
class SampleClock:
    """Sample 0 sounds at `start_ns`; `rate` samples follow in a second.

    A sample belongs to a span when its time, rounded to the nanosecond as in a tag, does.
    """

    start_ns: int
    rate: int

    def time_of(self, sample: int) -> int:
        """Nanoseconds on the footage's own clock."""
        return self.start_ns + samples_to_ns(sample, self.rate)

    def times_of(self, samples: NDArray[np.int64]) -> NDArray[np.int64]:
        """As `time_of`, of each of them."""
        seconds, rest = np.divmod(samples, self.rate)
        # Half to even, as timing.py rounds.
        twice, left = np.divmod(2 * rest * _SECOND + self.rate, 2 * self.rate)
        since = seconds * _SECOND + twice - ((left == 0) & (twice & 1 == 1))
        return np.asarray(since + self.start_ns, dtype=np.int64)

    def first_at(self, time_ns: int) -> int:
        """The first sample at or after that time; below 0 where that lies before the sound."""
        return int(self._first_at(np.array([time_ns], dtype=np.int64))[0])

    def bounds(self, start_ns: int, end_ns: int, columns: int) -> NDArray[np.int64]:
        """(columns + 1,): the first sample of each of that many equal parts, and of what follows.

        A part holds the samples whose time is at or after its beginning and before its end.
        """
        whole, rest = divmod(end_ns - start_ns, columns)
        at = np.arange(columns + 1, dtype=np.int64)
        return self._first_at(start_ns + at * whole - (-at * rest) // columns)

    def _first_at(self, times_ns: NDArray[np.int64]) -> NDArray[np.int64]:
        seconds, rest = np.divmod(times_ns - self.start_ns, _SECOND)
        near = seconds * self.rate + rest * self.rate // _SECOND
        # Rounding moves a sample by half a nanosecond at most: it is this one or the next.
        return np.asarray(near + (self.times_of(near) < times_ns), dtype=np.int64)
