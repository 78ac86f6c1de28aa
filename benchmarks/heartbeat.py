"""A timer that ought to fire every millisecond in the window's thread: how late does it?"""

import time
from collections.abc import Sequence

from PyQt6.QtCore import QObject, Qt, QTimer

from benchmarks.report import fact

LONGEST_MS = 16.0


class Heartbeat(QObject):
    """Between `start` and `stop`, each gap between two beats and what the thread worked in it.

    A gap in which the thread itself hardly worked is one in which others had the processor or
    Python's lock.

    Attributes:
        gaps: milliseconds, with the processor time of the window's thread in them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gaps: list[tuple[float, float]] = []
        self._at = self._worked = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.gaps.clear()
        self._at, self._worked = time.monotonic_ns(), time.thread_time_ns()
        self._timer.start()

    def stop(self) -> list[tuple[float, float]]:
        self._beat()
        self._timer.stop()
        return list(self.gaps)

    def _beat(self) -> None:
        at, worked = time.monotonic_ns(), time.thread_time_ns()
        self.gaps.append(((at - self._at) / 1e6, (worked - self._worked) / 1e6))
        self._at, self._worked = at, worked


def gap_row(what: str, gaps: Sequence[tuple[float, float]]) -> float:
    """Writes a row; returns the longest gap in milliseconds."""
    long = [gap for gap, _ in gaps if gap > LONGEST_MS]
    worst, worked = max(gaps)
    whole = sum(gap for gap, _ in gaps)
    fact(
        what,
        f"longest gap {worst:6.1f} ms (its thread worked {worked:5.1f} ms of it); "
        f"{len(long)} gaps over 16 ms, {sum(long) / whole:.2%} of {whole / 1000:.1f} s",
    )
    return worst
