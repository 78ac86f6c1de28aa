"""What is asked of the player in the real window: steps, holds, turns, seeks, drags, playing."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from benchmarks import dragging
from benchmarks.footage import Reference
from benchmarks.heartbeat import Heartbeat, gap_row
from benchmarks.peer_process import Answer, AskedPeer, answers_row
from benchmarks.report import Tally, fact, row
from benchmarks.window import WatchedWindow

KEY_WAITS_S = 0.25
"""The shortest that systems let a held key wait before it repeats."""

PLAY_MARGIN = 120
"""Frames to the ends, so that playing does not stop there by itself."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How much is asked; `peer_asks` of each peer but the floor."""

    seconds: int = 120
    forward: int = 300
    hold: int = 500
    holds: int = 4
    turns: int = 16
    keyframes: int = 6
    seeks: int = 24
    peer_asks: int = 10
    plays: int = 4
    idle_s: float = 3.0


SHORT = Extent(
    seconds=20,
    forward=60,
    hold=200,
    holds=1,
    turns=4,
    keyframes=1,
    seeks=4,
    peer_asks=3,
    plays=1,
    idle_s=1.0,
)


@dataclass(frozen=True, kw_only=True)
class Hold:
    """One direction held: milliseconds of the first step, which may begin a keyframe earlier,
    and of the later ones, which took `seconds` together."""

    first: float
    later: tuple[float, ...]
    seconds: float

    @property
    def fps(self) -> float:
        return len(self.later) / self.seconds


@dataclass
class PlayerRun:
    """One footage in the window; `tally` adds up every picture that was read back."""

    watch: WatchedWindow
    reference: Reference
    extent: Extent
    tally: Tally
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def forward(self, *, rate: float | None) -> list[float]:
        """Steps at `rate` a second, or as fast as they are painted."""
        start = self.reference.gop + self.reference.gop // 2
        self.watch.seek(start)
        self.watch.quiet()
        times = self.watch.hold(1, self.extent.forward, rate=rate)
        self.watch.check_whole(start + self.extent.forward)
        asked = f"as fast as painted: {_fps(times):.0f}" if rate is None else f"asked {rate:.0f}"
        self._row(f"{len(times)} steps forward", times, note=f"{asked} a second")
        return times

    def backward(self, start: int, *, rate: float | None) -> Hold:
        """A seek, a step, and after the while that a held key waits, steps at `rate` a second.

        Without a rate, steps as fast as they are painted, without that while.
        """
        watch, steps = self.watch, self.extent.hold
        watch.seek(start)
        (first,) = watch.hold(-1, 1)
        if rate is not None:
            watch.pause(KEY_WAITS_S)
        begun = time.perf_counter()
        later = watch.hold(-1, steps, rate=rate)
        seconds = time.perf_counter() - begun
        watch.check_whole(start - steps - 1)
        hold = Hold(first=first, later=tuple(later), seconds=seconds)
        asked = "as fast as painted" if rate is None else f"{rate:.0f} a second asked"
        note = f"{hold.fps:.0f} a second; before them the first took {first:.0f} ms"
        self._row(f"{steps} steps backward from {start}, {asked}", hold.later, note=note)
        return hold

    def hold_starts(self) -> list[int]:
        """In the middle of the footage's second half and on: anywhere within their GOPs."""
        last, steps = self.reference.frames - 1, self.extent.hold
        return [self.chance.randrange(steps + 2, last) for _ in range(self.extent.holds)]

    def turning(self) -> list[float]:
        """The first step of each new direction, at random places across keyframes."""
        watch, gop = self.watch, self.reference.gop
        watch.seek(2 * gop + gop // 10)
        watch.hold(-1, gop // 5)
        times, after = [], []
        for k in range(self.extent.turns):
            steps = self.chance.randrange(gop // 12, gop // 3)
            first, *later = watch.hold(-1 if k % 2 else 1, steps)
            times.append(first)
            after += later
        watch.check_whole(watch.on_screen())
        self._row("first step after turning round mid-hold", times)
        row("  steps after it", after)
        return times

    def first_backward(self, floor: AskedPeer) -> tuple[list[float], list[Answer]]:
        """From a keyframe just sought to the frame before it, beside decoding up to that."""
        watch, gop = self.watch, self.reference.gop
        keys = list(range(2 * gop, self.reference.frames, gop))
        ours: list[float] = []
        floors: list[Answer] = []

        def step(key: int) -> None:
            watch.seek(key)
            ours.extend(watch.hold(-1, 1))

        def decode(key: int) -> None:
            floors.extend(_answered(floor, key - 1))

        for k, key in enumerate(self.chance.sample(keys, self.extent.keyframes)):
            for ask in (step, decode) if k % 2 else (decode, step):
                watch.quiet()
                ask(key)
        self._row("first step backward, across a keyframe", ours)
        answers_row("  decoding up to there", floors)
        return ours, floors

    def seeks(self, peers: Sequence[AskedPeer]) -> tuple[list[float], dict[str, list[Answer]]]:
        """Seeks into another GOP each; everyone is asked for each in turn, by another first."""
        watch, ours = self.watch, list[float]()
        answers: dict[str, list[Answer]] = {peer.name: [] for peer in peers}

        def show(ordinal: int) -> None:
            watch.quiet()
            ours.append(watch.seek(ordinal))
            watch.check_whole(ordinal)
            watch.quiet()

        def ask(peer: AskedPeer, ordinal: int) -> None:
            answers[peer.name] += _answered(peer, ordinal)

        for k, ordinal in enumerate(self._far(self.extent.seeks)):
            asked = peers if k < self.extent.peer_asks else peers[:1]
            asks: list[Callable[[int], None]] = [show, *(partial(ask, peer) for peer in asked)]
            turn = k % len(asks)
            for one in asks[turn:] + asks[:turn]:
                one(ordinal)
        self._row("random seeks", ours)
        return ours, answers

    def drag(self) -> dragging.Drag:
        places = dragging.sweep(self.reference.frames, 150)
        one, tally = dragging.drag(self.watch, places, gop=self.reference.gop)
        self.tally.add(tally)
        dragging.tell("dragging", one, tally)
        if not dragging.has_drag(self.watch):
            fact("", "(the player has no drag_to: every place was sought exactly)")
        return one

    def playing(self) -> None:
        """Plays either way for a second or two from random places, then pauses."""
        watch, player = self.watch, self.watch.player
        for direction, word in ((1, "playing"), (-1, "playing backward")):
            between: list[float] = []
            for start in self._far(self.extent.plays, margin=PLAY_MARGIN):
                watch.seek(start)
                watch.paints.clear()
                player.play(direction)
                watch.pause(self.chance.uniform(1.0, 2.0))
                seen = player.ordinal
                player.pause()
                at = [paint.at * 1000 for paint in watch.paints]
                between += [later - one for one, later in pairwise(at)]
                watch.check_whole(-1 if seen is None else seen)
            note = f"{_fps(between):.1f} pictures a second"
            self._row(f"{word}, then pausing: between pictures", between or [0.0], note=note)

    def gaps(self) -> tuple[float, float]:
        """The longest gap while the player works, and in an idle window, in milliseconds."""
        watch, frames = self.watch, self.reference.frames
        watch.quiet()
        idle = self._gaps("idle window", lambda: watch.pause(self.extent.idle_s))
        far = self._far(6)
        backward = min(self.extent.hold, 300)
        places = dragging.sweep(frames, 150)
        watch.seek(frames - 2)
        busy = [
            self._gaps("holding backward", lambda: watch.hold(-1, backward)),
            self._gaps("holding forward", lambda: watch.hold(1, backward)),
            self._gaps("seeking", lambda: [watch.seek(one) for one in far]),
            self._gaps("playing", self._play_a_while),
            self._gaps("dragging", lambda: dragging.drive(watch, places)),
        ]
        self.tally.add(watch.take_tally())
        return max(busy), idle

    def _gaps(self, what: str, work: Callable[[], object]) -> float:
        heart = Heartbeat()
        heart.start()
        work()
        return gap_row(f"window’s loop, {what}", heart.stop())

    def _play_a_while(self) -> None:
        self.watch.player.play(1)
        self.watch.pause(self.extent.idle_s)
        self.watch.player.pause()

    def _far(self, count: int, *, margin: int = 0) -> list[int]:
        """Random ordinals `margin` from the ends, each in another GOP than the one before."""
        gop, frames = self.reference.gop, self.reference.frames
        chosen = [self.watch.on_screen()]
        while len(chosen) <= count:
            one = self.chance.randrange(margin, frames - margin)
            if one // gop != chosen[-1] // gop:
                chosen.append(one)
        return chosen[1:]

    def _row(self, what: str, times: Sequence[float], *, note: str = "") -> None:
        tally = self.watch.take_tally()
        self.tally.add(tally)
        row(what, times, tally, note=note)


def _answered(peer: AskedPeer, ordinal: int) -> list[Answer]:
    answer = peer.ask(ordinal)
    return [] if answer is None else [answer]


def _fps(times: Sequence[float]) -> float:
    return 1000 * len(times) / sum(times) if times else 0.0
