"""Where playing a span is: to its end, or from its start again and again."""

from dataclasses import dataclass

from bodycam_annotator.media.listening_filters import stretched_length
from bodycam_annotator.media.playback import PLAYBACK_RATE, span_samples
from bodycam_annotator.timing import NS


@dataclass(frozen=True, kw_only=True)
class SpanPlay:
    """A span `[start_ns, end_ns)` on the footage's own clock, played to its end or in a loop.

    `back_to`: the frame that is shown again when it was played; None where playing stops there.
    """

    start_ns: int
    end_ns: int
    loops: bool
    back_to: int | None = None

    def place(self, clock_ns: int, *, begun_ns: int, speed: float) -> int | None:
        """The time in the footage when a clock that never goes back is at `clock_ns`.

        None when the span was played to its end. The clock began at `begun_ns`. Rounds are as long
        as they are heard, in whole samples, so that the picture never gets apart from the sound.
        """
        run = clock_ns - begun_ns
        first = self._lasts(begun_ns, speed)
        if run < first:
            return min(clock_ns, self.end_ns - 1)
        if not self.loops:
            return None
        again = (run - first) % self._lasts(self.start_ns, speed)
        return min(round(self.start_ns + again), self.end_ns - 1)

    def _lasts(self, from_ns: int, speed: float) -> float:
        """Nanoseconds of the footage's clock from there to the end, as they are heard."""
        heard = stretched_length(span_samples((from_ns, self.end_ns)), speed)
        return heard * speed * NS / PLAYBACK_RATE
