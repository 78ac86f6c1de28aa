"""The process that times edits: `python -m benchmarks.saving_process GOALS FOLDER`.

Makes its projects in FOLDER, prints its rows and writes its goals into the file GOALS.
"""

import sqlite3
import sys
import time
from pathlib import Path

from PyQt6.QtCore import QCoreApplication

from benchmarks.report import fact, goal, heading, middle, quantile, row, save_goals
from bodycam_annotator import app
from bodycam_annotator.model.edits import add_tags, change_tag
from bodycam_annotator.model.tag import new_id
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from bodycam_annotator.ui.bridge import ProjectBridge
from tests.e2e.endless_tagging import CODER, STEPS, EndlessTagging
from tests.e2e.killing import Line
from tests.unit.storage.sample import make_project, make_tag

TAGS = 5000
EDITS = 2000
ENTRIES = 20_000
REOPENINGS = 7
COMMIT_MS = 50.0
REOPENING_MS = 2000.0
PRAGMAS = (
    "journal_mode = delete",
    "synchronous = EXTRA",
    "trusted_schema = OFF",
    "foreign_keys = ON",
)
"""As storage.connection sets them."""


def project_of(path: Path, *, tags: int) -> Path:
    make_project(path)
    with app.open_project(path, coder=CODER) as session:
        made = tuple(make_tag(text=f"Put your gun down ({number})") for number in range(tags))
        session.do(add_tags(made, label=f"Add {tags} tags"))
    return path


class BareInserts:
    """The peer: sqlite3 alone writes what adding a tag writes, into a project of the same size."""

    def __init__(self, path: Path) -> None:
        self._raw = raw = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        tag = make_tag(text="Put your gun down (5000)")
        with app.open_project(path, coder=CODER) as session:
            session.do(add_tags((tag,), label="Add shot"))
        query = "SELECT seq, entry, hash FROM audit ORDER BY seq DESC LIMIT 1"
        self._seq, self._entry, self._hash = raw.execute(query).fetchone()
        names = [name for _, name, *_ in raw.execute("PRAGMA table_info(tag)") if name != "added"]
        query = f"SELECT {', '.join(names)} FROM tag WHERE id = ?"
        self._row = dict(zip(names, raw.execute(query, (tag.id,)).fetchone(), strict=True))
        marks = ", ".join(f":{name}" for name in names)
        self._insert = f"INSERT INTO tag ({', '.join(names)}) VALUES ({marks})"

    def insert(self) -> float:
        """Milliseconds."""
        begun = time.perf_counter()
        self._seq += 1
        entry = (self._seq, self._entry, self._hash)
        self._raw.execute("BEGIN IMMEDIATE")
        self._raw.execute(self._insert, self._row | {"id": new_id()})
        self._raw.execute("INSERT INTO audit (seq, entry, hash) VALUES (?, ?, ?)", entry)
        self._raw.execute("COMMIT")
        return (time.perf_counter() - begun) * 1000

    def close(self) -> None:
        self._raw.close()


class TimedTagging:
    """Edits through the bridge, each from asking until the window knows it is committed; after
    each of them the peer's turn."""

    def __init__(self, project: Path, peer: BareInserts) -> None:
        self._application = QCoreApplication([])
        self._bridge = ProjectBridge(app.open_project(project, coder=CODER))
        self._tagging = EndlessTagging(self._bridge, self._hear)
        self._peer = peer
        self._begun = 0.0
        self.times: list[float] = []
        self.peer_times: list[float] = []

    def run(self) -> None:
        self._begun = time.perf_counter()
        self._tagging.go_on()
        self._application.exec()
        self._bridge.close()

    def _hear(self, line: Line) -> None:
        if "refused" in line:
            raise RuntimeError(line["refused"])
        if "done" not in line:
            return
        self.times.append((time.perf_counter() - self._begun) * 1000)
        self.peer_times.append(self._peer.insert())
        if len(self.times) == EDITS:
            self._application.quit()
        self._begun = time.perf_counter()


def time_edits(folder: Path) -> None:
    heading(f"{EDITS} edits of a project of {TAGS} tags, through the window's bridge")
    peer = BareInserts(project_of(folder / "peer.bodycam", tags=TAGS))
    timed = TimedTagging(project_of(folder / "edited.bodycam", tags=TAGS), peer)
    timed.run()
    peer.close()
    floor = timed.peer_times
    p99s = f"p99 {quantile(timed.times, 0.99):.1f} ms"
    row("an edit, from asking until it is known to be committed", timed.times, note=p99s)
    for step in dict.fromkeys(STEPS):
        numbers = [number for number, name in enumerate(STEPS) if name == step]
        of_step = [t for n, t in enumerate(timed.times) if n % len(STEPS) in numbers]
        row(f"  {step}", of_step)
    row("bare sqlite3, the two inserts of a new tag (floor)", floor)
    adds = timed.times[:: len(STEPS)]
    ratio = f"{middle(adds) / middle(floor):.2f} × the floor at p50"
    ratio += f", {quantile(adds, 0.99) / quantile(floor, 0.99):.2f} × at p99"
    fact("adding a tag", ratio)
    goal(
        "1 an edit is committed within 50 ms (p99)",
        f"p50 {middle(timed.times):.1f}, {p99s}, worst {max(timed.times):.1f} ms; {ratio}",
        met=quantile(timed.times, 0.99) < COMMIT_MS,
    )


def time_reopening(folder: Path) -> None:
    heading(f"A project of {ENTRIES} audit entries and {TAGS} tags")
    path = project_of(folder / "long.bodycam", tags=TAGS)
    with app.open_project(path, coder=CODER) as session:
        edits = _grow(session)
    row("an edit while the log is short, first 1000", edits[:1000])
    row("an edit while the log is long, last 1000", edits[-1000:])
    times = []
    for _ in range(REOPENINGS):
        begun = time.perf_counter()
        app.open_project(path, coder=CODER).close()
        times.append((time.perf_counter() - begun) * 1000)
    row("opening it", times, note=f"{path.stat().st_size / 1e6:.1f} MB")
    begun = time.perf_counter()
    chain = verify_chain(path)
    row("verifying it", [(time.perf_counter() - begun) * 1000])
    assert (chain.sound, chain.entries) == (True, ENTRIES), chain
    figures = f"p50 {middle(times):.0f}, worst {max(times):.0f} ms"
    goal(f"1 opening {ENTRIES} audit entries < 2 s", figures, met=max(times) < REOPENING_MS)


def _grow(session: ProjectSession) -> list[float]:
    """Changes one tag's text after another until the log is as long; milliseconds of each."""
    ids = list(session.project.tags)
    times = []
    for number in range(ENTRIES - len(session.history())):
        tag = session.project.tags[ids[number % len(ids)]]
        edit = change_tag(tag, label="Text", text=f"Get out of the car! ({number})")
        begun = time.perf_counter()
        session.do(edit)
        times.append((time.perf_counter() - begun) * 1000)
    return times


if __name__ == "__main__":
    time_edits(Path(sys.argv[2]))
    time_reopening(Path(sys.argv[2]))
    save_goals(Path(sys.argv[1]))
