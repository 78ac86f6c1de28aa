"""Makes the staged sample incident: `python assets/sample/make/make.py [--work FOLDER]`.

Writes two clips, truth.csv and incident.toml beside this folder. The work folder (about 4 GB of
lossless frames) is kept when named, and frames already in it are used again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import encode
import footage
import manifest
import numpy as np
import script
import sound
import truth

GOAL = Path(__file__).resolve().parent.parent


def say(text: str) -> None:
    """Write progress."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def make_camera(number: int, work: Path) -> list[dict[str, str]]:
    """Make one camera's clip and return its rows of truth.csv."""
    os.environ.setdefault("LP_NUM_THREADS", "1")  # two cameras at once share the processor
    camera = script.CAMERAS[number]
    source = work / Path(camera.file).with_suffix(".mkv")
    counts = source.with_suffix(".npy")
    if not counts.exists():  # written last, so its presence says that the frames are complete
        footage.render_camera(camera, work)
    say(f"{camera.name}: sound")
    samples, heard = sound.record(camera)
    stats = source.with_suffix(".log")
    say(f"{camera.name}: first pass")
    encode.first_pass(source, stats)
    say(f"{camera.name}: second pass")
    goal = GOAL / camera.file
    encode.finish(camera, source, samples, stats, goal)
    sha256 = hashlib.sha256(goal.read_bytes()).hexdigest()
    numbers: dict[str, int] = {}
    rows = []
    for event in truth.events(camera, np.load(counts), heard):
        numbers[event.code] = numbers.get(event.code, -1) + 1
        rows.append(truth.row(camera, sha256, numbers[event.code], event))
    say(f"{camera.name}: {goal.stat().st_size} bytes")
    return rows


def main() -> None:
    """Make both cameras side by side, then the files that describe them."""
    parser = argparse.ArgumentParser(description="Make the staged sample incident.")
    parser.add_argument("--work", type=Path, help="folder for lossless frames; kept")
    work = parser.parse_args().work
    with tempfile.TemporaryDirectory() as spare:
        folder = work or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(len(script.CAMERAS)) as pool:
            jobs = [pool.submit(make_camera, i, folder) for i in range(len(script.CAMERAS))]
            rows = [row for job in jobs for row in job.result()]
    truth.write(rows, GOAL / "truth.csv")
    manifest.write(GOAL / "incident.toml")


if __name__ == "__main__":
    main()
