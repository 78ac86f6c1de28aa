"""The process that has the window: `python -m benchmarks.player_process GOALS [--short]`.

Prints its rows and writes its goals into the file GOALS.
"""

import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.footage import made, references
from benchmarks.heartbeat import LONGEST_MS
from benchmarks.memory import megabytes, most_resident_mb, resident_mb
from benchmarks.peer_process import Answer, AskedPeer, PeerFailed, answers_row
from benchmarks.peers import KINDS, why_not
from benchmarks.player_runs import SHORT, Extent, Hold, PlayerRun
from benchmarks.report import Tally, fact, goal, heading, middle, quantile, save_goals, say
from benchmarks.window import WatchedWindow, use_own_folders

WINDOW = (1280, 800)
LARGE = (1920, 1080)
STEP_MS = 16.0
RATES = (62.0, 124.0)
"""Steps a second that are asked for, a little more than the goal and the aim."""


def run(extent: Extent) -> None:
    tally = Tally()
    main_file, *others = references(extent.seconds)
    with _window() as watch:
        say(f"{platform.platform()}, {os.cpu_count()} processors")
        fact("resident before footage is opened", megabytes(resident_mb()))
        _main_file(PlayerRun(watch, main_file, extent, tally))
        _large_window(PlayerRun(watch, main_file, extent, tally))
        less = replace(extent, seeks=extent.peer_asks, turns=extent.turns // 2)
        for reference in others:
            _other_file(PlayerRun(watch, reference, less, tally))
    most = most_resident_mb()
    goal(
        "2 at most 600 MB resident, whole program, all of these files after another",
        megabytes(most),
        met=None if most is None else most <= 600,
    )
    goal("1 wrong frames: 0, of all that were read back", str(tally), met=tally.wrong == 0)


@contextmanager
def _window() -> Iterator[WatchedWindow]:
    with tempfile.TemporaryDirectory() as folder:
        use_own_folders(Path(folder))
        with WatchedWindow(Path(folder)) as watch:
            yield watch


def _open(one: PlayerRun, size: tuple[int, int]) -> None:
    """A link to the footage in a folder of its own, so that its project is a new one."""
    folder = Path(tempfile.mkdtemp(dir=os.environ["HOME"]))
    link = folder / one.reference.path.name
    link.symlink_to(made(one.reference).absolute())
    one.watch.resize(*size)
    heading(f"{one.reference.path.name} in a window of {size[0]}×{size[1]}")
    one.watch.open(link)
    one.watch.take_tally()


def _main_file(one: PlayerRun) -> None:
    _open(one, WINDOW)
    forward = one.forward(rate=RATES[0])
    one.forward(rate=None)
    holds = {
        rate: [one.backward(start, rate=rate) for start in one.hold_starts()] for rate in RATES
    }
    one.backward(one.hold_starts()[0], rate=None)
    turns = one.turning()
    with ExitStack() as stack:
        peers = _peers(stack, one.reference.path)
        floor = peers[0]
        _tell_first_step(*one.first_backward(floor))
        ours, answers = one.seeks(peers)
        for peer in peers:
            answers_row(f"  {peer.name}, the same seeks", answers[peer.name])
        _tell_seeks(ours, answers[floor.name])
        _peer_steps(one, peers)
    _tell_drag(one)
    one.playing()
    longest, idle = one.gaps()
    _tell_machine()
    _tell_steps("1280×800", forward, holds)
    p95 = quantile(turns, 0.95)
    goal(
        "2 turning round mid-hold: no slower than a step (p95 ≤ 16 ms)",
        f"p95 {p95:.1f} ms, worst {max(turns):.1f} ms",
        met=p95 <= STEP_MS,
    )
    goal(
        "6 event loop never blocked longer than 16 ms",
        f"longest gap {longest:.1f} ms (idle window: {idle:.1f} ms)",
        met=longest <= LONGEST_MS,
    )


def _large_window(one: PlayerRun) -> None:
    _open(one, LARGE)
    forward = one.forward(rate=RATES[0])
    one.forward(rate=None)
    starts = one.hold_starts()[:2]
    holds = {rate: [one.backward(start, rate=rate) for start in starts] for rate in RATES}
    one.gaps()
    _tell_machine()
    _tell_steps("1920×1080", forward, holds)


def _other_file(one: PlayerRun) -> None:
    _open(one, WINDOW)
    one.forward(rate=RATES[0])
    one.backward(one.hold_starts()[0], rate=RATES[0])
    one.turning()
    one.seeks(())
    one.drag()
    one.playing()
    _tell_machine()


def _peers(stack: ExitStack, path: Path) -> list[AskedPeer]:
    """Those that are here, the floor first; a row says which are not, and why."""
    peers = []
    for name in KINDS:
        why = why_not(name)
        if why is None:
            try:
                peers.append(stack.enter_context(AskedPeer(name, path)))
            except PeerFailed as error:
                why = str(error)
        if why is not None:
            fact(f"({name})", why)
    return peers


def _peer_steps(one: PlayerRun, peers: Sequence[AskedPeer]) -> None:
    """The same steps for every peer; the floor seeks for each, which is what it is."""
    start, count = one.reference.gop * 3 // 2, one.extent.peer_asks
    for peer in peers:
        for word, direction in (("forward", 1), ("backward", -1)):
            peer.ask(start)
            asked = (peer.ask(start + direction * (k + 1)) for k in range(count))
            answers = [answer for answer in asked if answer is not None]
            answers_row(f"  {peer.name}, {count} steps {word}", answers)


def _tell_machine() -> None:
    fact("resident", f"{megabytes(resident_mb())}; at most so far {megabytes(most_resident_mb())}")
    if hasattr(os, "getloadavg"):
        fact("load of the machine, this included", f"{os.getloadavg()[0]:.1f}")


def _tell_steps(size: str, forward: list[float], holds: dict[float, list[Hold]]) -> None:
    p95 = quantile(forward, 0.95)
    goal(f"2 step forward, {size}: p95 ≤ 16 ms", f"{p95:.1f} ms", met=p95 <= STEP_MS)
    for (rate, of_rate), (aim, word) in zip(
        holds.items(), ((60, "goal"), (120, "aim")), strict=True
    ):
        slowest = min(hold.fps for hold in of_rate)
        p95 = max(quantile(hold.later, 0.95) for hold in of_rate)
        worst = max(max(hold.later) for hold in of_rate)
        goal(
            f"2 backward, {size}, {word}: ≥ {aim} fps, p95 ≤ 16 ms, worst ≤ 100 ms",
            f"slowest {slowest:.0f} fps of {rate:.0f} asked, p95 {p95:.1f}, worst {worst:.1f} ms",
            met=slowest >= aim and p95 <= STEP_MS and worst <= 100,
        )


def _tell_first_step(ours: list[float], floors: list[Answer]) -> None:
    _tell_ratio("2 first backward step ≤ 1.1 × decoding from the keyframe", 1.1, ours, floors)


def _tell_seeks(ours: list[float], floors: list[Answer]) -> None:
    _tell_ratio("3 random seek, p50 ≤ 1.05 × decoding from the keyframe", 1.05, ours, floors)


def _tell_ratio(name: str, most: float, ours: list[float], floors: list[Answer]) -> None:
    found = [answer.found_ms for answer in floors]
    ratio = middle(ours) / middle(found)
    with_bgra = middle(ours) / middle([answer.picture_ms for answer in floors])
    pairs = middle([mine / theirs for mine, theirs in zip(ours, found, strict=False)])
    text = f"{ratio:.2f} × (pair by pair {pairs:.2f} ×; with BGRA made {with_bgra:.2f} ×)"
    goal(name, text, met=ratio <= most)


def _tell_drag(one: PlayerRun) -> None:
    drag = one.drag()
    worst = max(drag.lags)
    goal(
        "3 dragging: right place within 50 ms, never stale",
        f"p95 {quantile(drag.lags, 0.95):.0f} ms, worst {worst:.0f} ms, {drag.stale} stale",
        met=worst <= 50 and drag.stale == 0,
    )


if __name__ == "__main__":
    run(SHORT if "--short" in sys.argv else Extent())
    save_goals(Path(sys.argv[1]))
