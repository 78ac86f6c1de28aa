"""Rows of figures and, at the end, one line per goal: what was measured, met or missed."""

import json
import math
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

WHAT = 58
"""Columns that a row's name has."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    name: str
    measured: str
    met: bool | None
    """None: could not be measured here."""


@dataclass
class Tally:
    """How many pictures were read back, and how many of them were not the frame they had to be."""

    asked: int = 0
    wrong: int = 0

    def add(self, other: "Tally") -> None:
        self.asked += other.asked
        self.wrong += other.wrong

    def __str__(self) -> str:
        return f"{self.wrong} of {self.asked}"


_goals: list[Goal] = []


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def heading(text: str) -> None:
    say(f"\n{text:<{WHAT}}{'p50 ms':>9}{'p95 ms':>9}{'worst ms':>10}   wrong")


def row(what: str, times: Sequence[float], tally: Tally | None = None, *, note: str = "") -> None:
    """`times` in milliseconds."""
    figures = f"{middle(times):9.1f}{quantile(times, 0.95):9.1f}{max(times):10.1f}"
    wrong = "" if tally is None else str(tally)
    say(f"{what:<{WHAT}}{figures}   {wrong:<10} {note}".rstrip())


def fact(what: str, text: str) -> None:
    """A row whose figures are no times."""
    say(f"{what:<{WHAT}}   {text}")


def middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def goal(name: str, measured: str, *, met: bool | None) -> None:
    """Kept for `say_goals`."""
    _goals.append(Goal(name=name, measured=measured, met=met))


def save_goals(path: Path) -> None:
    path.write_text(json.dumps([asdict(one) for one in _goals]), encoding="utf-8")


def load_goals(path: Path) -> None:
    """Adds the goals of a process that has ended."""
    _goals.extend(Goal(**one) for one in json.loads(path.read_text(encoding="utf-8")))


def say_goals() -> None:
    if not _goals:
        return
    words = {True: "met", False: "MISSED", None: "not measured"}
    wide = max(len(one.name) for one in _goals)
    say("\nGoals")
    for one in sorted(_goals, key=lambda goal: goal.name):
        say(f"{words[one.met]:<14}{one.name:<{wide}}   {one.measured}")
