"""Breaks exports off, again and again, and looks what is left of the older export in their place.

`python -m tests.e2e.killed_export HOW PROJECT --points N --seed S` prints an `ExportReport` as
JSON. HOW is `killed`, `limited` (no file may grow beyond a size) or `filled` (a full disk, which
needs a mount namespace of its own: see `own_mounts`). PROJECT is changed: all tags get a text.
"""

import argparse
import contextlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# What reads footage is imported when it is needed; a child should not begin with that.
import bodycam_annotator.media.probe  # noqa: F401
from bodycam_annotator import app, cli
from bodycam_annotator.app.clips.drawing import Drawing
from bodycam_annotator.exchange.sidecar import sidecar_of
from bodycam_annotator.model.edits import Edit, change_tag
from tests.e2e.killing import Ended, Say, kill_after, let_run

CODER = "Ann"
TEMPORARY = re.compile(r"\..+\.part")
ADVICE = re.compile(r"\b(Choose|Free|Make)\b")
FILLER = "filler"
_ROOM = 64 * 1024 * 1024
_BLOCK = 4096


@dataclass
class ExportReport:
    """What came of the points: how many exports left which files behind, in words; how many
    temporary files kills left; the sentences that were said; and what was not as it must be."""

    points: int = 0
    found: dict[str, int] = field(default_factory=dict)
    left: int = 0
    said: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Exports:
    """A folder with an export, and what there would be in its place after a newer one."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.project = project
        self.folder = folder
        self.out = folder / "timeline.csv"
        self.sidecar = sidecar_of(self.out)
        with app.open_project(project, coder=CODER) as session:
            app.export(session, self.out)
            self._old = self._bytes()
            changes = tuple(
                change_tag(tag, label="Text", text=f"{tag.text} (heard again)").changes[0]
                for tag in session.project.tags.values()
            )
            session.do(Edit(label="Text", changes=changes))
            begun = time.perf_counter()
            app.export(session, self.out)
            self.seconds = time.perf_counter() - begun
        # In this process too, so that children find all that commands import.
        _run_command(project, self.out)
        self._new = self._bytes()
        self.bytes = sum(map(len, self._new))
        self.blocks = sum(-len(one) // _BLOCK * -_BLOCK for one in self._new)

    def _bytes(self) -> tuple[bytes, bytes]:
        return self.out.read_bytes(), self.sidecar.read_bytes()

    def put_back(self) -> None:
        """The older export, as if nothing had been tried."""
        self.out.write_bytes(self._old[0])
        self.sidecar.write_bytes(self._old[1])

    def remove(self) -> None:
        """Nothing was ever exported."""
        self.out.unlink(missing_ok=True)
        self.sidecar.unlink(missing_ok=True)

    def found(self) -> str:
        """The files that there are, each in words; what is neither old nor new is told as such."""
        return ", ".join(
            f"{look()} {name}"
            for path, name, look in (
                (self.out, "CSV", self._out_found),
                (self.sidecar, "sidecar", self._sidecar_found),
            )
            if path.exists()
        )

    def _out_found(self) -> str:
        csv = self.out.read_bytes()
        return "old" if csv == self._old[0] else "new" if csv == self._new[0] else "NEITHER"

    def _sidecar_found(self) -> str:
        text = self.sidecar.read_bytes()
        if text == self._old[1]:
            return "old"
        try:
            about, expected = json.loads(text), json.loads(self._new[1])
        except ValueError:
            return "NEITHER"
        # The rest says when it was made, too.
        same = all(about.get(key) == expected[key] for key in ("written", "audit_head", "columns"))
        return "new" if same and about.keys() == expected.keys() else "NEITHER"

    def replaced(self) -> bool:
        return self.out.stat().st_size != len(self._old[0])

    def temporary(self) -> list[Path]:
        """Whatever lies beside the export and was not put there."""
        ours = {self.out.name, self.sidecar.name, FILLER}
        return [path for path in self.folder.iterdir() if path.name not in ours]

    def by_command(self, *, largest: int | None = None) -> tuple[int | None, str]:
        """Exit code and stderr of the command; it may write no file beyond `largest` bytes."""
        ended = let_run(lambda say: self._command(say, largest))
        return ended.code, "".join(line["stderr"] for line in ended.lines)

    def _command(self, say: Say, largest: int | None) -> int:
        # Only POSIX has it.
        import resource

        if largest is not None:
            # Python ignores the signal, so a write beyond it fails as on a full disk.
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        code, error = _run_command(self.project, self.out)
        say({"stderr": error})
        return code

    def kill(self, seconds: float, *, aimed: bool) -> Ended:
        return kill_after(seconds, self._export, when=self.replaced if aimed else None)

    def _export(self, say: Say) -> None:
        with app.open_project(self.project, coder=CODER) as session:
            say({"ready": True})
            app.export(session, self.out)


def _run_command(project: Path, out: Path) -> tuple[int, str]:
    error = io.StringIO()
    with contextlib.redirect_stderr(error), contextlib.redirect_stdout(io.StringIO()):
        code = cli.run(
            ["export", str(project), "-o", str(out)],
            open_window=_no_window,
            offscreen_demo=_no_window,
            drawings=_no_drawings,
        )
    return code, error.getvalue()


def _no_drawings() -> Drawing:
    raise AssertionError


def _no_window(*_: Any, **__: Any) -> int:  # noqa: ANN401 - no command opens it here
    raise AssertionError


def kill_exports(exports: Exports, report: ExportReport, *, points: int, seed: int) -> None:
    """Every fifth is killed when the CSV is replaced already and the sidecar not yet."""
    moments = random.Random(seed)
    left: set[str] = set()
    for number in range(points):
        exports.put_back()
        exports.kill(moments.uniform(0, 1.1 * exports.seconds), aimed=number % 5 == 4)
        _note(exports, report)
        left |= {path.name for path in exports.temporary()}
    report.left = len(left)
    odd = [name for name in left if not TEMPORARY.fullmatch(name)]
    report.problems += [f"a kill left {name}" for name in odd]
    exports.put_back()
    _must_work(exports, report)
    stay = exports.temporary()
    report.problems += [f"{path.name}, left by a kill, is there for ever" for path in stay]


def limit_exports(exports: Exports, report: ExportReport, *, points: int, seed: int) -> None:
    limits = random.Random(seed)
    for _ in range(points):
        exports.put_back()
        _try(exports, report, largest=limits.randrange(exports.bytes))
    _must_work(exports, report)


def fill_exports(exports: Exports, report: ExportReport, *, points: int, seed: int) -> None:
    """The folder must be a small file system of its own. Every fifth time nothing was exported
    before, and there is room for the CSV and for all but the last block of the sidecar."""
    rests = random.Random(seed)
    filler = exports.folder / FILLER
    for number in range(points):
        filler.unlink(missing_ok=True)
        if number % 5 == 4:
            exports.remove()
            rest = exports.blocks - rests.randint(1, _BLOCK)
        else:
            exports.put_back()
            rest = rests.randrange(exports.bytes)
        filler.write_bytes(bytes(max(0, _free(filler.parent) - rest)))
        _try(exports, report)
    filler.unlink()
    _must_work(exports, report)


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _try(exports: Exports, report: ExportReport, *, largest: int | None = None) -> None:
    """Refused, in a sentence, with everything as it was; or done."""
    before = exports.found()
    code, error = exports.by_command(largest=largest)
    found = _note(exports, report)
    _count(report.said, error.replace(str(exports.folder), "FOLDER").strip())
    if code == 0 and found == "new CSV, new sidecar":
        return
    if code != 1 or found != before:
        report.problems.append(f"exit code {code} with {found} in the place of {before}: {error}")
    named = str(exports.out) in error or str(exports.sidecar) in error
    if not (error.startswith("error: ") and error.count("\n") == 1 and named):
        report.problems.append(f"no sentence on the file: {error!r}")
    if not ADVICE.search(error):
        report.problems.append(f"nothing said to do: {error!r}")
    report.problems += [f"{path.name} was left" for path in exports.temporary()]


def _note(exports: Exports, report: ExportReport) -> str:
    found = exports.found()
    report.points += 1
    _count(report.found, found)
    if "NEITHER" in found:
        report.problems.append(found)
    return found


def _count(counts: dict[str, int], what: str) -> None:
    counts[what] = counts.get(what, 0) + 1


def _must_work(exports: Exports, report: ExportReport) -> None:
    code, error = exports.by_command()
    found = exports.found()
    said = error.startswith("audit head: ")
    if (code, said, found) != (0, True, "new CSV, new sidecar"):
        report.problems.append(f"a later export: exit code {code} with {found}: {error}")


def own_mounts() -> list[str]:
    """The words before a command that may mount then, for itself alone; empty where none may."""
    if shutil.which("unshare") is None:
        return []
    for words in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        with tempfile.TemporaryDirectory() as folder:
            command = [*words, *_mounting(Path(folder), 1 << 20)]
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return words
    return []


def _mounting(folder: Path, size: int) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]


_WAYS = {"killed": kill_exports, "limited": limit_exports, "filled": fill_exports}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("how", choices=_WAYS)
    parser.add_argument("project", type=Path)
    parser.add_argument("--points", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    report = ExportReport()
    with tempfile.TemporaryDirectory(dir=asked.project.parent) as folder:
        if asked.how == "filled":
            subprocess.run(_mounting(Path(folder), _ROOM), check=True)
        try:
            exports = Exports(asked.project, Path(folder))
            _WAYS[asked.how](exports, report, points=asked.points, seed=asked.seed)
        finally:
            if asked.how == "filled":
                subprocess.run(["umount", folder], check=True)
    json.dump(vars(report), sys.stdout)


if __name__ == "__main__":
    main()
