"""The player in the real window beside other libraries, on footage made here with barcodes.

Every picture is read back: a fast wrong frame counts as wrong. The window runs in a process of
its own, so that its memory is the program's; so does each peer.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.footage import made, references
from benchmarks.player_runs import SHORT, Extent
from benchmarks.report import load_goals, say_goals


def main(*, short: bool = False) -> None:
    """`short` tries the benchmark itself: less footage, and too few asks to say much."""
    for reference in references((SHORT if short else Extent()).seconds):
        made(reference)
    with tempfile.TemporaryDirectory() as folder:
        goals = Path(folder) / "goals.json"
        command = [sys.executable, "-m", "benchmarks.player_process", str(goals)]
        subprocess.run([*command, *(["--short"] if short else [])], check=True)
        load_goals(goals)


if __name__ == "__main__":
    main(short="--short" in sys.argv)
    say_goals()
