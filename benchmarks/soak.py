"""Random seeks for minutes, and opening and closing again and again: does memory stay bounded?

`python -m benchmarks.soak [MINUTES]`; a minute more comes before, for caches to fill.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.footage import made, references
from benchmarks.memory import megabytes, resident_mb
from benchmarks.player_runs import Extent
from benchmarks.report import Tally, fact, goal, load_goals, middle, save_goals, say_goals
from benchmarks.window import WatchedWindow, use_own_folders

MINUTES = 10.0
GROWTH_MB = 30.0
WARM_S = 60.0

OPENINGS = 12


def main(*, minutes: float = MINUTES) -> None:
    made(references(Extent().seconds)[0])
    with tempfile.TemporaryDirectory() as folder:
        goals = Path(folder) / "goals.json"
        command = [sys.executable, "-m", "benchmarks.soak", str(minutes), str(goals)]
        subprocess.run(command, check=True)
        load_goals(goals)


def run(minutes: float) -> None:
    reference = references(Extent().seconds)[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        use_own_folders(folder)
        link = folder / reference.path.name
        link.symlink_to(made(reference).absolute())
        with WatchedWindow(folder) as watch:
            watch.open(link)
            _seeks(watch, reference.frames, minutes)
            _openings(watch, link)


def _seeks(watch: WatchedWindow, frames: int, minutes: float) -> None:
    chance, tally = random.Random(11), Tally()
    begun = time.monotonic()
    after: list[float] = []
    while (passed := time.monotonic() - begun) < WARM_S + minutes * 60:
        watch.seek(_another(chance, frames, watch.on_screen()))
        tally.add(watch.take_tally())
        resident = resident_mb()
        if passed >= WARM_S and resident is not None:
            after.append(resident)
    name = f"7 random seeks for {minutes:g} min: growth < 30 MB"
    fact("random seeks", f"wrong {tally}")
    if len(after) < 3:
        goal(name, megabytes(None), met=None)
        return
    tenth = max(1, len(after) // 10)
    first, last = middle(after[:tenth]), middle(after[-tenth:])
    fact(
        "resident",
        f"{first:.0f} MB after a minute, {last:.0f} MB at the end, at most {max(after):.0f} MB",
    )
    grown = last - first
    goal(name, f"{grown:+.1f} MB after the first minute", met=grown < GROWTH_MB)


def _openings(watch: WatchedWindow, path: Path) -> None:
    """Each with a picture shown, then closed; the first few fill caches of Qt and FFmpeg."""
    sizes: list[float] = []
    for _ in range(OPENINGS):
        watch.open(path)
        watch.window.close_project()
        watch.player.wait()
        watch.take_tally()
        sizes.append(resident_mb() or 0.0)
    name = f"7 opened and closed {OPENINGS} times: growth < 30 MB"
    settled = sizes[len(sizes) // 4 :]
    if not settled[0]:
        goal(name, megabytes(None), met=None)
        return
    grown = settled[-1] - settled[0]
    fact("resident with nothing open", f"{settled[0]:.0f} MB, then {settled[-1]:.0f} MB")
    goal(name, f"{grown:+.1f} MB", met=grown < GROWTH_MB)


def _another(chance: random.Random, frames: int, here: int) -> int:
    return next(one for one in iter(lambda: chance.randrange(frames), None) if one != here)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run(float(sys.argv[1]))
        save_goals(Path(sys.argv[2]))
    else:
        main(minutes=float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)
        say_goals()
