"""What `clips` and `verify --clip` say, and what `clips` refuses to be told."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bodycam_annotator import cli
from bodycam_annotator.app.clips.drawing import DrawnOverlay, Enhance
from bodycam_annotator.publish.clip_look import ClipFacts, ClipLook
from bodycam_annotator.ui.clip_drawings import ClipDrawings
from tests.e2e.shell import Said, Shell

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def shots(shell: Shell, project: Path) -> Path:
    """A project with a shot on its first three frames each."""
    for frame in ("0", "1", "2"):
        shell.good("tag", project, "shot", "--frame", frame)
    return project


class Interrupting(ClipDrawings):
    """Presses ^C when it is asked for the drawing of a file: the first is number 0."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def overlay(
        self, facts: ClipFacts, look: ClipLook, *, enhance: Enhance | None = None
    ) -> DrawnOverlay:
        if self.left == 0:
            signal.raise_signal(signal.SIGINT)
        self.left -= 1
        return super().overlay(facts, look, enhance=enhance)


def interrupted(at: int, shell: Shell, *words: str | Path) -> Said:
    """As `shell`, with ^C while file number `at` is made."""
    code = cli.run(
        list(map(str, words)),
        open_window=lambda paths, demo=False: 0,
        offscreen_demo=lambda folder: 0,
        drawings=lambda: Interrupting(at),
    )
    seen = shell.capture.readouterr()
    return Said(code, seen.out, seen.err)


def test_what_is_interrupted_says_what_was_made(shell: Shell, shots: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = interrupted(1, shell, "clips", shots, "-o", out)
    assert found.code == 130
    shown = [Path(one) for one in found.out.splitlines()]
    assert [one.suffix for one in shown] == [".mp4", ".json", ".json"]
    assert sorted(shown) == sorted(out.iterdir())
    manifest = out / "clips.json"
    assert found.err == f"stopped: 1 of 3 files was made, 2 not; {manifest} says which.\n"
    assert len(json.loads(manifest.read_text(encoding="utf-8"))["not_made"]) == 2
    # The next command of the process is not the one that was interrupted.
    assert shell("clips", shots, "-o", tmp_path / "again").code == 0


def test_what_is_interrupted_before_anything_is_made_says_so(
    shell: Shell, shots: Path, tmp_path: Path
) -> None:
    found = interrupted(0, shell, "clips", shots, "-o", tmp_path / "out")
    assert (found.code, found.out) == (130, "")
    assert found.err == "stopped: none of 3 files was made.\n"
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.skipif(os.name != "posix", reason="only there are terminals made by hand")
def test_on_a_terminal_it_says_how_many_files_are_made(shots: Path, tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    words = ["clips", str(shots), "-o", str(tmp_path / "out"), "--plain"]
    more = ["--make", "still", "--make", "sheet"]
    with subprocess.Popen(
        [sys.executable, "-m", "bodycam_annotator", *words, *more],
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ):
        os.close(theirs)
        said = b""
        # Linux has an error for the end of a terminal, others an end.
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:
            pass
        os.close(ours)
    assert b"Making 6 files" in said
