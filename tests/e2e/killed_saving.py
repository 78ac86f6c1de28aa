"""Kills a coder in the middle of tagging, again and again, and looks what the project holds.

`python -m tests.e2e.killed_saving PROJECT --kills N --seed S` prints a `SavingReport` as JSON.
PROJECT is left alone: the coder works on copies, each for `KILLS_A_COPY` kills.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bodycam_annotator import app
from bodycam_annotator.errors import UserError
from bodycam_annotator.model.edits import Change, Edit, row_of
from bodycam_annotator.storage.audit import Action, AuditEntry
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.e2e.endless_tagging import CODER, tag_for_ever
from tests.e2e.killing import Aim, Ended, Line, kill_after

KILLS_A_COPY = 20
LONGEST_S = 0.25
"""A kill comes at any moment until then, in which some dozens of edits are made. Two of three
then wait for the next COMMIT, or the moment after it, as both are the smallest part of an edit."""

_COMPLETE = bytes.fromhex("d9d505f920a163d7")
"""How a journal begins that is complete and on the disk (sqlite.org/fileformat2.html, 3). Only
then SQLite writes into the project itself."""


@dataclass
class SavingReport:
    """What came of the kills.

    `underway` is how many edits had been begun and not been acknowledged, `kept` how many of those
    were found committed. `lost` and `wrong` are acknowledged edits that are not there or are not
    what they were, `doubled` what is there more than once, or was never made. `journals` is how
    often a rollback journal was found: within a transaction. `hot` is how often it had to be
    rolled back: within a COMMIT, when pages of the project itself may be half written.
    """

    kills: int = 0
    acknowledged: int = 0
    underway: int = 0
    kept: int = 0
    lost: int = 0
    wrong: int = 0
    doubled: int = 0
    journals: int = 0
    hot: int = 0
    reopening_ms: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An edit that the coder was about to make."""

    action: Action
    edit: Edit

    @classmethod
    def of(cls, line: Line) -> "Attempt":
        changes = tuple(Change(**change) for change in line["changes"])
        return cls(action=line["action"], edit=Edit(label=line["label"], changes=changes))

    @property
    def tag_id(self) -> str:
        return self.edit.changes[-1].id

    def is_in(self, session: ProjectSession) -> bool:
        """Whether the tag's row is as this leaves it."""
        tag = session.project.tags.get(self.tag_id)
        return tag is not None and row_of(tag) == self.edit.changes[-1].after

    def is_entry(self, entry: AuditEntry) -> bool:
        return entry.action == self.action and entry.changes == self.edit.changes

    def again(self, session: ProjectSession) -> None:
        """As a coder would who does not know whether it was saved: an edit is simply repeated,
        an undo or redo only where the tag does not show it."""
        if self.action == "do":
            session.do(self.edit)
        elif not self.is_in(session):
            session.undo() if self.action == "undo" else session.redo()


def kill_often(project: Path, *, kills: int, seed: int) -> SavingReport:
    moments = random.Random(seed)
    report = SavingReport()
    with tempfile.TemporaryDirectory(dir=project.parent) as folder:
        copy = Path(folder) / project.name
        for number in range(kills):
            if number % KILLS_A_COPY == 0:
                shutil.copy(project, copy)
            seconds = moments.uniform(0, LONGEST_S)
            try:
                _kill_once(copy, seconds, report, aim=_aims(copy)[number % 3])
            except UserError as error:
                report.problems.append(f"after {seconds:.4f} s: {error}")
            report.kills += 1
            if report.problems:
                break
    return report


def _kill_once(project: Path, seconds: float, report: SavingReport, *, aim: Aim | None) -> None:
    with app.open_project(project, coder=CODER) as session:
        entries, tags = len(session.history()), len(session.project.tags)
    ended = kill_after(seconds, lambda say: tag_for_ever(project, say), when=aim)
    attempts = _attempts(ended)
    acknowledged = _acknowledged(ended, attempts, report)
    report.journals += _journal(project).exists()
    report.hot += _is_hot(project)
    begun = time.perf_counter()
    session = app.open_project(project, coder=CODER)
    report.reopening_ms.append((time.perf_counter() - begun) * 1000)
    with session:
        _compare(session.history()[entries:], attempts, acknowledged, report)
        if len(attempts) > acknowledged:
            attempts[-1].again(session)
        _compare(session.history()[entries:], attempts, len(attempts), report)
        # Each attempt's tag as the last attempt on it left it, and no tag besides.
        latest = {attempt.tag_id: attempt for attempt in attempts}
        report.wrong += sum(not attempt.is_in(session) for attempt in latest.values())
        report.doubled += abs(len(session.project.tags) - tags - len(latest))
    chain = verify_chain(project)
    if not chain.sound:
        report.problems.append(chain.why)


def _attempts(ended: Ended) -> list[Attempt]:
    # One that is made twice, as when the file could not be written at first, is one attempt.
    made = {line["about"]: Attempt.of(line) for line in ended.lines if "about" in line}
    return list(made.values())


def _acknowledged(ended: Ended, attempts: list[Attempt], report: SavingReport) -> int:
    """How many edits the coder was told are saved; they must be those that were begun, in turn."""
    done = [line for line in ended.lines if "done" in line]
    if ended.code is not None:
        report.problems.append(f"the coder ended by itself, with exit code {ended.code}")
    report.problems += [line["refused"] for line in ended.lines if "refused" in line]
    if not 0 <= len(attempts) - len(done) <= 1:
        report.problems.append(f"{len(attempts)} edits begun, {len(done)} acknowledged")
    for line, attempt in zip(done, attempts, strict=False):
        report.wrong += (line["id"], line["row"]) != (
            attempt.tag_id,
            attempt.edit.changes[-1].after,
        )
    report.acknowledged += len(done)
    report.underway += len(attempts) - len(done)
    return len(done)


def _compare(
    made: list[AuditEntry], attempts: list[Attempt], due: int, report: SavingReport
) -> None:
    """The log is the only journal: the first `due` attempts are in it once, in turn, and perhaps
    the one that was under way."""
    report.lost += max(0, due - len(made))
    report.doubled += max(0, len(made) - len(attempts))
    report.kept += due < len(made)
    pairs = zip(made, attempts, strict=False)
    report.wrong += sum(not attempt.is_entry(entry) for entry, attempt in pairs)


def _journal(project: Path) -> Path:
    return project.with_name(f"{project.name}-journal")


def _aims(project: Path) -> tuple[Aim | None, Aim, Aim]:
    seen = False

    def committed() -> bool:
        nonlocal seen
        seen = seen or _is_hot(project)
        return seen and not _journal(project).exists()

    return None, lambda: _is_hot(project), committed


def _is_hot(project: Path) -> bool:
    try:
        with _journal(project).open("rb") as journal:
            return journal.read(len(_COMPLETE)) == _COMPLETE
    except FileNotFoundError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    report = kill_often(asked.project, kills=asked.kills, seed=asked.seed)
    json.dump(asdict(report), sys.stdout)


if __name__ == "__main__":
    main()
