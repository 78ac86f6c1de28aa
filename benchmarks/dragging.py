"""Dragging the seek bar: how soon is a picture of the right place there, and is it ever stale?"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import Qt, QTimer

from benchmarks.footage import RATE
from benchmarks.report import Tally, fact, quantile, row
from benchmarks.window import Painted, WatchedWindow

EVERY_MS = 16
"""How often a mouse tells where it is."""

SOON_MS = 50.0


@dataclass(frozen=True, kw_only=True)
class Drag:
    """`lags`: milliseconds from each ask until a picture right for it, or for a later ask, was
    painted; 0 where the one on screen was right already. `stale`: pictures painted more than
    `SOON_MS` after another place had been asked for. `exact_ms`: from the last ask until exactly
    its frame. `off_s`: seconds of footage between what was painted and what was asked last.
    """

    lags: tuple[float, ...]
    stale: int
    exact_ms: float
    off_s: tuple[float, ...]


def sweep(frames: int, asks: int) -> list[int]:
    """There and back over most of the footage, slow at the turns."""
    share = [0.5 - 0.45 * math.cos(2 * math.pi * k / asks) for k in range(asks)]
    return [round(one * (frames - 1)) for one in share]


def has_drag(watch: WatchedWindow) -> bool:
    return hasattr(watch.player, "drag_to")


def drive(watch: WatchedWindow, places: Sequence[int]) -> list[Painted]:
    """Drags through `places` until the last is shown exactly; returns when each was asked for."""
    ask_for: Callable[[int], None] = getattr(watch.player, "drag_to", watch.player.seek)
    asks: list[Painted] = []

    def ask() -> None:
        if len(asks) < len(places):
            asks.append(Painted(at=time.perf_counter(), ordinal=places[len(asks)]))
            ask_for(asks[-1].ordinal)

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(ask)
    timer.start(EVERY_MS)
    watch.wait(lambda: len(asks) == len(places))
    timer.stop()
    watch.wait(lambda: watch.on_screen() == places[-1])
    return asks


def drag(watch: WatchedWindow, places: Sequence[int], *, gop: int) -> tuple[Drag, Tally]:
    """Drags through `places` and stays at the last; `gop` is every how many frames a key is."""
    watch.quiet()
    watch.take_tally()
    first = Painted(at=time.perf_counter(), ordinal=watch.on_screen())
    asks = drive(watch, places)
    exact_ms = (time.perf_counter() - asks[-1].at) * 1000
    result = Drag(
        lags=_lags(asks, [first, *watch.paints], gop),
        stale=_stale(asks, watch.paints, gop),
        exact_ms=exact_ms,
        off_s=_distances(asks, watch.paints),
    )
    watch.check_whole(places[-1])
    return result, watch.take_tally()


def tell(what: str, one: Drag, tally: Tally) -> None:
    row(f"{what}: picture of the right place", one.lags, tally)
    soon = sum(lag <= SOON_MS for lag in one.lags) / len(one.lags)
    fact(
        "",
        f"{soon:.1%} within 50 ms, {one.stale} stale, half within "
        f"{quantile(one.off_s, 0.5):.1f} s of the place, exact {one.exact_ms:.0f} ms after the end",
    )


def _is_right(painted: int, asked: int, gop: int) -> bool:
    """Between the keyframes around it, themselves included."""
    before = asked // gop * gop
    return before <= painted <= before + gop


def _lags(asks: Sequence[Painted], paints: Sequence[Painted], gop: int) -> tuple[float, ...]:
    return tuple(_lag(k, asks, paints, gop) for k in range(len(asks)))


def _lag(k: int, asks: Sequence[Painted], paints: Sequence[Painted], gop: int) -> float:
    begun = asks[k].at
    on_screen = [paint for paint in paints if paint.at <= begun][-1]
    if _is_right(on_screen.ordinal, asks[k].ordinal, gop):
        return 0.0
    for paint in paints:
        asked = [ask for ask in asks[k:] if ask.at <= paint.at]
        if any(_is_right(paint.ordinal, ask.ordinal, gop) for ask in asked):
            return (paint.at - begun) * 1000
    return math.inf


def _stale(asks: Sequence[Painted], paints: Sequence[Painted], gop: int) -> int:
    """Pictures wrong for every place that was asked for within the last `SOON_MS`."""
    count = 0
    for paint in paints:
        late = [k for k, ask in enumerate(asks) if ask.at <= paint.at - SOON_MS / 1000]
        still = asks[late[-1] if late else 0 :]
        asked = [ask for ask in still if ask.at <= paint.at]
        count += bool(asked) and not any(_is_right(paint.ordinal, a.ordinal, gop) for a in asked)
    return count


def _distances(asks: Sequence[Painted], paints: Sequence[Painted]) -> tuple[float, ...]:
    last = [[ask for ask in asks if ask.at <= paint.at] for paint in paints]
    pairs = [(paint, before[-1]) for paint, before in zip(paints, last, strict=True) if before]
    return tuple(abs(paint.ordinal - ask.ordinal) / float(RATE) for paint, ask in pairs) or (0.0,)
