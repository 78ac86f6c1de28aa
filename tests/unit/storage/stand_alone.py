"""The verifier in docs, which knows nothing of this program, asked beside the program's own."""

import re
import runpy
import sqlite3
from pathlib import Path
from typing import NamedTuple

from bodycam_annotator.errors import ProjectError
from bodycam_annotator.storage.verification import verify_chain

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_project.py"
_CHECK = runpy.run_path(str(SCRIPT))["check"]


class Verdict(NamedTuple):
    """`entry` is the number of the entry to blame, None when none is named."""

    sound: bool
    entry: int | None = None


SOUND = Verdict(sound=True)


def blamed(entry: int | None) -> Verdict:
    return Verdict(sound=False, entry=entry)


def verdict(path: Path, *, head: str | None = None) -> Verdict:
    """That of both, which must be the same, and leave the file and all beside it as it is."""
    before = path.read_bytes()
    beside = set(path.parent.iterdir())
    found = _stand_alone(path, head)
    assert found == _own(path, head)
    assert path.read_bytes() == before
    assert set(path.parent.iterdir()) == beside
    return found


def _stand_alone(path: Path, head: str | None) -> Verdict:
    try:
        _CHECK(path, head)
    except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
        named = re.match(r"entry (\d+): ", str(error))
        return blamed(int(named[1]) if named else None)
    return SOUND


def _own(path: Path, head: str | None) -> Verdict:
    try:
        report = verify_chain(path, head=head)
    except ProjectError:
        return blamed(None)
    return Verdict(report.sound, report.bad_entry)
