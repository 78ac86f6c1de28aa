"""Which moment of the footage it is while playing."""

from collections.abc import Callable

LONGEST_WAIT_NS = 1_500_000_000
"""Sound that has not begun by then is not waited for any longer."""

CATCH_UP = 0.05
"""Share of the distance between this clock and what is heard that one hearing takes away."""

APART_NS = 300_000_000
"""Further apart than this, as heard, picture and sound are not drawn together any more."""


class PlayClock:
    """Runs by a monotonic timer, and is drawn to what is heard while sound is heard.

    Times are nanoseconds on the footage's own clock.

    Attributes:
        waits: whether it stands still until sound begins.
        is_apart: whether what is heard is so far off that sound should begin anew where it is.
        is_unheard: whether it goes on although sound that should come does not.
    """

    def __init__(self, monotonic: Callable[[], int]) -> None:
        self.waits = self.is_apart = self.is_unheard = False
        self._monotonic = monotonic
        self._pace = 1.0
        self._set(0)

    def run_from(self, time_ns: int, *, pace: float, waits: bool) -> None:
        """`pace`: 1.0 is real time, negative goes backward."""
        self.waits, self._pace = waits, pace
        self.is_apart = self.is_unheard = False
        self._set(time_ns)

    def now(self) -> int:
        if self.waits:
            return self._time
        return self._time + round((self._monotonic() - self._since) * self._pace)

    def hear(self, heard_ns: int | None, *, coming: bool) -> None:
        """What is heard now; None while nothing is, `coming` when it still may be."""
        if heard_ns is not None:
            if self.waits:
                self.waits = False
                self._set(heard_ns)
            off = heard_ns - self.now()
            self.is_apart = abs(off) > APART_NS * abs(self._pace)
            if not self.is_apart:
                self._time += round(off * CATCH_UP)
        elif self.waits and not (coming and self._monotonic() - self._since <= LONGEST_WAIT_NS):
            self.waits = False
            self._set(self._time)
        self.is_unheard = heard_ns is None and coming and not self.waits

    def _set(self, time_ns: int) -> None:
        self._time, self._since = time_ns, self._monotonic()
