"""How soon the window says that an edit cannot be saved, and whether it is saved afterwards.

usage: python -m benchmarks.saving_faults GOALS FOLDER

The project lies on a disk of its own, so this needs the right to mount one.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QEventLoop

from benchmarks.report import fact, goal, heading, row, save_goals
from benchmarks.saving_process import project_of
from bodycam_annotator import app
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage.verification import verify_chain
from bodycam_annotator.ui.bridge import ProjectBridge
from tests import faults
from tests.unit.storage.sample import make_tag

ROUNDS = 10
TOLD_MS = 3000
LARGE = "Put your gun down! " * 20_000


Fault = Callable[[Path], AbstractContextManager[None]]
FAULTS: dict[str, Fault] = {
    "disk full": faults.full,
    "file-size limit": faults.limited,
    "locked by another program": faults.locked,
    "vanished": faults.away,
}


def main() -> None:
    goals, folder = Path(sys.argv[1]), Path(sys.argv[2])
    application = QCoreApplication([])
    heading(f"An edit that cannot be saved: told after ({ROUNDS} times each)")
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=True)
    made = project_of(folder / "faults.bodycam", tags=100)
    project = Path(shutil.copy(made, disk / "faults.bodycam"))
    worst, lost = 0.0, 0
    for name, fault in FAULTS.items():
        times, missing = _rounds(project, fault)
        row(name, times, note=f"{missing} of {ROUNDS} lost or doubled")
        worst, lost = max(worst, *times), lost + missing
    times, missing = _read_only(project)
    row("read-only disk", times, note=f"{missing} of {ROUNDS} lost or doubled")
    worst, lost = max(worst, *times), lost + missing
    fact("the log afterwards", verify_chain(project).why or "sound")
    measured = f"{lost} lost, told within {worst:.0f} ms"
    goal("storage faults: none lost, told within 3 s", measured, met=not lost and worst < TOLD_MS)
    save_goals(goals)
    del application


def _read_only(project: Path) -> tuple[list[float], int]:
    """Opened while its disk can only be read: SQLite would keep a disk from becoming that."""
    times, missing = [], 0
    for _ in range(ROUNDS):
        _remount(project.parent, "ro")
        with app.open_project(project, coder="Ann") as session:
            bridge = ProjectBridge(session)
            told: list[float] = []
            bridge.trouble.connect(lambda why, told=told: told.append(time.monotonic()))
            tags, tag = len(session.project.tags), make_tag(text=LARGE)
            begun = time.monotonic()
            bridge.do(lambda _, tag=tag: add_tags((tag,), label="Tag shot"))  # type: ignore[misc]
            _wait(lambda told=told: told)  # type: ignore[misc]
            times.append((told[0] - begun) * 1000)
            _remount(project.parent, "rw")
            _wait(lambda bridge=bridge: not bridge.unfinished)  # type: ignore[misc]
            missing += len(session.project.tags) != tags + 1 or tag.id not in session.project.tags
            missing += len(bridge.close())
    return times, missing


def _remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def _rounds(project: Path, fault: Fault) -> tuple[list[float], int]:
    times, missing = [], 0
    with app.open_project(project, coder="Ann") as session:
        bridge = ProjectBridge(session)
        told: list[float] = []
        bridge.trouble.connect(lambda why: told.append(time.monotonic()) if why else None)
        bridge.slow.connect(lambda _: told.append(time.monotonic()))
        for _ in range(ROUNDS):
            told.clear()
            tags = len(session.project.tags)
            with fault(project):
                begun = time.monotonic()
                tag = make_tag(text=LARGE)
                bridge.do(lambda _, tag=tag: add_tags((tag,), label="Tag shot"))  # type: ignore[misc]
                _wait(lambda: told)
                times.append((told[0] - begun) * 1000)
            _wait(lambda: not bridge.unfinished)
            missing += len(session.project.tags) != tags + 1 or tag.id not in session.project.tags
        missing += len(bridge.close())
    return times, missing


def _wait(done: Callable[[], object]) -> None:
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


if __name__ == "__main__":
    main()
