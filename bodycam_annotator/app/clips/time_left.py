"""How long the making of files will go on, in words that do not jump about."""

from itertools import chain

_KNOWN_AFTER_S = 4.0
"""So long pictures are made before anything is said: the first ones wait for the footage."""

_LEAST_SHARE = 0.01

_STEPS_S = tuple(chain((10, 30), range(60, 600, 60), range(600, 3600, 300)))
_HOUR_S, _HALF_S = 3600, 1800

_SURE = 0.25
"""What is said grows only where the new figure is more than this share above it."""


class TimeLeft:
    """Reckons from the pictures done since the first file of an export was begun.

    Times are seconds of any clock that only goes forward.
    """

    def __init__(self) -> None:
        self._began_s: float | None = None
        self._said_s: int | None = None

    def begin(self, now_s: float) -> None:
        """The first file is being made; later ones change nothing."""
        if self._began_s is None:
            self._began_s = now_s

    def words(self, done: float, left: float, now_s: float) -> str:
        """`about 2 min left`; empty before it can be known. `done` and `left`: pictures."""
        if self._began_s is None or left <= 0:
            return ""
        elapsed = now_s - self._began_s
        if elapsed < _KNOWN_AFTER_S or done < _LEAST_SHARE * (done + left):
            return ""
        needed = elapsed * left / done
        said = self._said_s
        if said is None or _step(needed) < said or needed > said * (1 + _SURE):
            self._said_s = said = _step(needed)
        return _in_words(said)


def _step(seconds: float) -> int:
    """Rather too long than too short, in steps that are coarser the longer it is."""
    for step in _STEPS_S:
        if seconds <= step:
            return step
    return max(_HOUR_S, -int(-seconds // _HALF_S) * _HALF_S)


def _in_words(said_s: int) -> str:
    if said_s < 60:
        return "less than 10 s left" if said_s <= 10 else "less than half a minute left"
    if said_s < _HOUR_S:
        return f"about {said_s // 60} min left"
    hours, rest = divmod(said_s, _HOUR_S)
    return f"about {hours} h{f' {rest // 60} min' if rest else ''} left"
