"""Nothing is lost or half written when the program is killed, or the disk full, at any moment.

What kills and looks is a process of its own, which can fork (see `killing`). The same with more
kills is `run.py bench saving`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator import app
from bodycam_annotator.config import default_codebook
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage.session import ProjectSession
from tests.e2e.killed_export import own_mounts
from tests.media_factory import Clip, make
from tests.unit.storage.sample import make_project, make_tag

pytestmark = pytest.mark.skipif(os.name != "posix", reason="fork and SIGKILL are POSIX's")
ROOT = Path(__file__).parents[2]
SEED = 20_241_013
TAGS = 1000


def report(*argv: str | Path, before: list[str] | None = None) -> dict[str, Any]:
    done = subprocess.run(
        [*(before or []), sys.executable, "-m", *argv, "--seed", str(SEED)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A project of real footage with `TAGS` tags."""
    make(Clip(pts=(0, 512, 1024)), tmp_path / "a.mp4")
    codebook = app.read_codebook(default_codebook())
    project = tmp_path / "a.bodycam"
    with app.new_project(project, [tmp_path / "a.mp4"], coder="Ann", codebook=codebook) as session:
        (footage,) = session.project.footage
        made = (
            make_tag(footage_id=footage, codebook=codebook.label, text=f"Hands, please! ({number})")
            for number in range(TAGS)
        )
        session.do(add_tags(tuple(made), label="Add tags"))
    return project


def test_a_coder_killed_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    project = make_project(tmp_path / "night stop.bodycam")
    with ProjectSession.open(project, coder="Ann") as session:
        session.do(add_tags(tuple(make_tag() for _ in range(20)), label="Add tags"))
    found = report("tests.e2e.killed_saving", project, "--kills", "40")
    assert found["problems"] == []
    assert found["kills"] == 40
    assert (found["lost"], found["wrong"], found["doubled"]) == (0, 0, 0)
    # Else the kills came when there was nothing to lose.
    assert found["acknowledged"] > 40
    assert found["hot"] > 0
    assert found["journals"] > found["hot"] or found["kept"] > 0


def test_a_killed_export_leaves_the_old_or_the_new_files(exported: Path) -> None:
    found = report("tests.e2e.killed_export", "killed", exported, "--points", "50")
    assert found["problems"] == []
    assert found["points"] == 50
    # Else the kills came before or after the writing.
    assert found["left"] > 0
    assert len(found["found"]) > 1


def test_an_export_that_finds_no_room_leaves_everything_as_it_was(exported: Path) -> None:
    found = report("tests.e2e.killed_export", "limited", exported, "--points", "50")
    assert found["problems"] == []
    assert found["found"] == {"old CSV, old sidecar": 50}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs tmpfs")
def test_a_full_disk_leaves_everything_as_it_was(exported: Path) -> None:
    mounting = own_mounts()
    if not mounting:
        pytest.skip("a small disk to fill cannot be mounted here")
    argv = ("tests.e2e.killed_export", "filled", exported, "--points", "50")
    found = report(*argv, before=mounting)
    assert found["problems"] == []
    assert found["points"] == 50
    assert "old CSV, old sidecar" in found["found"]
