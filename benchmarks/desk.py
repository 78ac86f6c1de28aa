"""The whole window with 10,000 tags on the sample: how long is its thread ever held up?

It plays, its timeline is zoomed and moved, tags are made, and the sound's shape is read in the
background, which has never been read before. Offscreen, in a process of its own folders.
"""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QTimer
from PyQt6.QtTest import QTest

from benchmarks.heartbeat import Heartbeat, gap_row
from benchmarks.report import fact, goal, heading
from benchmarks.window import use_own_folders
from bodycam_annotator.app import demo_project
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import Tag, new_id
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.main_window import MainWindow

TAGS = 10_000
SECONDS = 15
GOAL_MS = 50.0
_ZOOM_MS, _MARK_MS = 120, 700


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        use_own_folders(folder)
        application = make_application()
        project = _project(folder)
        window = MainWindow()
        window.resize(1280, 800)
        window.show()
        window.open_path(project)
        _until(lambda: window.bridge is not None and window.player.ordinal is not None)
        heading(f"the window with {TAGS:,} tags")
        worst = _play(window)
        goal(
            "the window's thread is never held up longer than 50 ms while it plays, zooms, tags "
            "and reads sound",
            f"{worst:.1f} ms",
            met=worst <= GOAL_MS,
        )
        window.close()
        application.processEvents()


def _play(window: MainWindow) -> float:
    heart, turn, mark = Heartbeat(window), QTimer(window), QTimer(window)
    steps = iter(range(10**9))
    turn.timeout.connect(lambda: window.timeline.zoom(0.7 if next(steps) % 16 < 8 else -0.7))
    mark.timeout.connect(lambda: window.tagger.press("shot"))
    fact("the sound was read before", "yes" if window.sources.shape is not None else "no")
    heart.start()
    window.player.play()
    turn.start(_ZOOM_MS)
    _wait(SECONDS * 1000 // 2)
    plain = gap_row("playing and zooming, sound and pictures being read", heart.stop())
    heart.start()
    mark.start(_MARK_MS)
    _wait(SECONDS * 1000 // 2)
    tagging = gap_row("the same, and a tag made every 0.7 s", heart.stop())
    for timer in (turn, mark):
        timer.stop()
    window.player.pause()
    fact("the sound is read now", "yes" if window.sources.shape is not None else "no")
    return max(plain, tagging)


def _project(folder: Path) -> Path:
    chance = random.Random(5)
    with demo_project(folder / "documents") as session:
        project = session.project
        footage = next(iter(project.footage.values()))
        codes = [code.id for code in project.codebook.codes]
        tags = tuple(
            _tag(footage, chance, chance.choice(codes), project.codebook.label) for _ in range(TAGS)
        )
        session.do(add_tags(tags, label="Tag"))
        return session.path


def _tag(footage: Footage, chance: random.Random, code: str, codebook: str) -> Tag:
    start = chance.randrange(footage.first_ns, footage.end_ns - 1_000_000_000)
    return Tag(
        id=new_id(),
        footage_id=footage.id,
        code=code,
        start_ns=start,
        end_ns=start if code in ("shot", "door_opened") else start + 500_000_000,
        start_frame=None,
        end_frame=None,
        start_pts=None,
        end_pts=None,
        coder="bench",
        codebook=codebook,
        created_utc="2026-01-01T00:00:00.000000Z",
        modified_utc="2026-01-01T00:00:00.000000Z",
    )


def _wait(milliseconds: int) -> None:
    # PyQt6's stubs take QTest's static methods for methods of an object.
    QTest.qWait(milliseconds)  # type: ignore[arg-type, call-arg]


def _until(done: Callable[[], object]) -> None:
    while not done():
        _wait(20)
