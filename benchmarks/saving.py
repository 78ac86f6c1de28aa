"""Whether anything is lost when the program is killed or the disk is full, and what saving costs.

Whatever kills, and whatever times edits, is a process of its own. The projects are made in
build/bench and not in the system's temporary folder, which may be in memory and cost nothing.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.footage import FOLDER
from benchmarks.report import fact, goal, heading, load_goals, middle, row, say
from benchmarks.saving_process import REOPENING_MS, project_of
from bodycam_annotator import app
from bodycam_annotator.config import default_codebook
from bodycam_annotator.model.edits import add_tags
from tests.e2e.killed_export import own_mounts
from tests.media_factory import Clip, make
from tests.unit.storage.sample import make_tag

SEED = 1
KILLS = 200
TAGS = 2000
POINTS = 50
EXPORTED = 4000
WAYS = {
    "killed": "killed at any point",
    "limited": "no file may grow beyond some size",
    "filled": "the disk is filled up to some rest",
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        folder = Path(name)
        _kill_coders(folder)
        _break_exports_off(folder)
        goals = folder / "goals.json"
        command = [sys.executable, "-m", "benchmarks.saving_process", str(goals), name]
        subprocess.run(command, check=True)
        load_goals(goals)
        mounts = own_mounts()
        if mounts:
            command = [*mounts, sys.executable, "-m", "benchmarks.saving_faults", str(goals), name]
            subprocess.run(command, check=True)
            load_goals(goals)
        else:
            say("Storage faults: not measured, as no disk can be mounted here")


def _kill_coders(folder: Path) -> None:
    heading(f"A coder who tags without pause, killed {KILLS} times (project of {TAGS} tags)")
    project = project_of(folder / "killed.bodycam", tags=TAGS)
    found = _report("tests.e2e.killed_saving", project, "--kills", KILLS)
    lost = f"{found['acknowledged']} acknowledged: {found['lost']} lost, {found['wrong']} wrong"
    lost += f", {found['doubled']} doubled"
    fact("edits", lost)
    fact("edits under way when killed", f"{found['underway']}, {found['kept']} of them kept")
    journals = f"within a transaction {found['journals']}, of them in its COMMIT {found['hot']}"
    fact("killed", journals)
    row("opening afterwards", found["reopening_ms"])
    _tell_problems(found)
    sound = found["kills"] == KILLS and not found["problems"]
    goal(
        f"1 nothing lost or doubled by {KILLS} kills",
        lost,
        met=sound and not (found["lost"] or found["wrong"] or found["doubled"]),
    )
    slowest = max(found["reopening_ms"])
    goal(
        "1 opening after a kill < 2 s",
        f"p50 {middle(found['reopening_ms']):.0f}, worst {slowest:.0f} ms",
        met=slowest < REOPENING_MS,
    )


def _break_exports_off(folder: Path) -> None:
    say()
    project = _project_to_export(folder)
    for how, words in WAYS.items():
        name = f"1 export of {EXPORTED} tags, {words}: old or new, never a part"
        before = own_mounts() if how == "filled" else []
        if how == "filled" and not before:
            goal(name, "no small disk can be mounted here", met=None)
            continue
        found = _report("tests.e2e.killed_export", how, project, "--points", POINTS, before=before)
        left = ", ".join(
            f"{count} × {files or 'no file'}" for files, count in found["found"].items()
        )
        fact(f"{POINTS} exports, {words}", left)
        if how == "killed":
            fact("temporary files left by kills", str(found["left"]))
        for sentence in filter(None, found["said"]):
            say(f"  said: {sentence}")
        _tell_problems(found)
        goal(name, left, met=found["points"] == POINTS and not found["problems"])


def _project_to_export(folder: Path) -> Path:
    footage = make(Clip(pts=(0, 512, 1024)), folder / "a.mp4").path
    codebook = app.read_codebook(default_codebook())
    project = folder / "exported.bodycam"
    with app.new_project(project, [footage], coder="Ann", codebook=codebook) as session:
        (footage_id,) = session.project.footage
        made = (
            make_tag(footage_id=footage_id, codebook=codebook.label, text=f"Hands! ({number})")
            for number in range(EXPORTED)
        )
        session.do(add_tags(tuple(made), label="Add tags"))
    return project


def _report(*argv: object, before: list[str] | None = None) -> dict[str, Any]:
    command = [*(before or []), sys.executable, "-m", *map(str, argv), "--seed", str(SEED)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _tell_problems(found: dict[str, Any]) -> None:
    for problem in found["problems"]:
        say(f"  PROBLEM: {problem.strip()}")
