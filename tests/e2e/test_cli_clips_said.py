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
from bodycam_annotator.media.enhance import PRESETS
from bodycam_annotator.publish.clip_look import ClipFacts, ClipLook
from bodycam_annotator.ui.clip_drawings import ClipDrawings
from tests.e2e.shell import Said, Shell
from tests.media_factory import Clip, make
from tests.sounds import Sound

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


def test_a_check_says_what_the_file_holds(shell: Shell, project: Path, tmp_path: Path) -> None:
    shell.good("tag", project, "shot", "--frame", "0")
    makes = [
        word for one in ("clip", "still", "sheet", "preview", "sound") for word in ("--make", one)
    ]
    more = ("--after", "0.1", "--plain", "--name", "made")
    shell.good("clips", project, "-o", tmp_path, *more, *makes)
    for name, held in {
        "made.mp4": "3 frames",
        "made frame 0.png": "1 picture",
        "made sheet.png": "3 frames",
        "made.webp": "3 frames",
        "made.wav": "4800 samples",
    }.items():
        said = shell.good("verify", "--clip", tmp_path / name)
        assert said.startswith(f"{name}: {held}, as its account says;")


def test_what_was_not_made_is_said_by_a_check(shell: Shell, shots: Path, tmp_path: Path) -> None:
    makes = ("--make", "clip", "--make", "sheet")
    found = shell("clips", shots, "-o", tmp_path, *makes, "--inset", "0,0,90,90,8")
    assert "3 of 6 files were not made" in found.err
    said = shell.good("verify", "--clip", tmp_path / "clips.json")
    assert said == (
        "clips.json: 3 files with their accounts, as it says; it says too that 3 files were not "
        "made\n"
    )


def test_a_check_says_which_file_is_missing(shell: Shell, shots: Path, tmp_path: Path) -> None:
    shell.good("clips", shots, "-o", tmp_path, "--plain", "--together", "--name", "made")
    made = tmp_path / "made.mp4"
    found = shell("verify", "--clip", f"{made}.json")
    assert (found.code, found.err.count("give made.mp4, the file")) == (1, 1)
    made.unlink()
    found = shell("verify", "--clip", made)
    assert found.code == 1
    assert f"{made} is not there; only its account made.mp4.json is." in found.err
    for name in ("NOSUCH.mp4", "NOSUCH.json"):
        found = shell("verify", "--clip", tmp_path / name)
        assert (found.code, found.err) == (1, f"error: {tmp_path / name} is not there.\n")


def test_a_check_says_of_which_file_it_speaks(shell: Shell, shots: Path, tmp_path: Path) -> None:
    makes = ("--make", "clip", "--make", "sheet", "--together", "--plain", "--name", "made")
    shell.good("clips", shots, "-o", tmp_path, *makes)
    for name, kind in {"made.mp4": "clip", "made sheet.png": "sheet"}.items():
        beside = tmp_path / f"{name}.json"
        account = json.loads(beside.read_text(encoding="utf-8"))
        account[kind]["frames"] = 9
        beside.write_text(json.dumps(account), encoding="utf-8")
        found = shell("verify", "--clip", tmp_path / name)
        assert f"{name}: The account speaks of 9 frames and lists 3." in found.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--make", "film"), "'--make': 'film' is not one of"),
        (("--camera-stamp", "middle"), "top-left, top-right, bottom-left, bottom-right, none"),
        (("--enhance", "night", "--enhance", "glare"), "there can be one preset"),
        (("--enhance", "gamma=2", "--enhance", "gamma=3"), "gamma is given twice"),
        (("--enhance", "brightness=2.5"), "is no whole number"),
        (("--enhance", "gamma=1"), "changes nothing"),
    ],
)
def test_wrong_usage_is_said_in_words(
    words: tuple[str, ...], why: str, shell: Shell, project: Path, tmp_path: Path
) -> None:
    found = shell("clips", project, "-o", tmp_path / "out", *words)
    assert found.code == 2
    assert why in found.err
    assert "Value error" not in found.err


def test_the_presets_that_are_offered_are_those_that_can_be_in_a_clip(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    said = shell("clips", project, "-o", tmp_path / "out", "--enhance", "bright").err
    told = " ".join(shell.good("clips", "--help").split())
    for name, look in PRESETS.items():
        assert (name in said, name in told) == (not look.needs_before,) * 2
    assert "top-right unless given" in told
    assert "2, 3, 4, 6, 8 times" in told


def test_settings_are_instead_of_the_presets_own(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    shell.good("tag", project, "shot", "--frame", "0")
    own = ("--enhance", "brightness=5"), ("--enhance", "gamma=2.5"), ("--enhance", "Night")
    for number, words in enumerate((own, own[::-1])):
        out = tmp_path / str(number)
        flat = [word for pair in words for word in pair]
        shell.good("clips", project, "-o", out, "--make", "still", "--name", "made", *flat)
        account = json.loads((out / "made frame 0.png.json").read_text(encoding="utf-8"))
        done = account["settings"]["burned_in"]["enhanced"]
        assert (done["brightness"], done["gamma"], done["local_contrast"]) == (5, 2.5, 3.0)


def test_sound_that_the_footage_does_not_have_is_said(shell: Shell, tmp_path: Path) -> None:
    late = Clip(pts=tuple(512 * n for n in range(10)), sound=Sound(start=9_600, samples=9_600))
    path = make(late, tmp_path / "late.mov").path
    project = tmp_path / "late.bodycam"
    shell.good("new", project, path)
    shell.good("tag", project, "utterance", "--frame", "0", "--to-frame", "9")
    words = ("clips", project, "-o", tmp_path / "out", "--make", "clip", "--make", "sound")
    found = shell(*words, "--form", "ffv1", "--name", "made")
    assert found.code == 0
    for name in ("made.mkv", "made.wav"):
        assert f"note: {name}: The footage has no sound for 0.200000000 s of the span" in found.err
    silent = shell(*words[:4], "--silent")
    assert (silent.code, silent.err) == (0, "")


STILL, SHEET = ("--make", "still"), ("--make", "sheet")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((*STILL, "--slow", "2"), "--slow is for clips, and none is made"),
        ((*STILL, "--freeze", "2"), "--freeze is for clips"),
        ((*STILL, *SHEET, "--card"), "--card is for clips"),
        ((*STILL, "--strip"), "--strip is for clips and previews"),
        ((*STILL, "--before", "1"), "--before is for clips, sheets, previews and sounds"),
        ((*STILL, "--subtitles"), "--subtitles is for clips"),
        ((*STILL, "--quality", "small"), "--quality is for clips"),
        ((*STILL, "--form", "mp4"), "--form is for clips"),
        ((*SHEET, "--inset", "0,0,20,20"), "--inset is for clips and stills"),
        (("--make", "sound", "--enhance", "night"), "--enhance is for clips, stills, sheets and"),
        (("--make", "sound", "--silent"), "--silent is for clips"),
        (("--thumbs", "6"), "--thumbs is for sheets, and none is made"),
        (("--animation", "gif"), "have some made with --make preview"),
        (("--freeze", "0"), "held for 0 s"),
        (("--freeze", "0", "--point", "4,4"), "held for 0 s"),
        (("--form", "ffv1", "--quality", "small"), "--quality is for --form mp4 alone"),
        (("--form", "prores", "--speed", "slow"), "--speed is for --form mp4 alone"),
        (("--no-stamp", "--stamp-corner", "top-left"), "--no-stamp leaves nothing"),
        (("--plain", "--stamp-corner", "top-left"), "--stamp-corner is about what"),
        (("--plain", "--captions"), "--captions is about what"),
    ],
)
def test_what_would_do_nothing_is_refused(
    words: tuple[str, ...], why: str, shell: Shell, shots: Path, tmp_path: Path
) -> None:
    found = shell("clips", shots, "-o", tmp_path / "out", *words)
    assert (found.code, found.out) == (1, "")
    assert why in found.err
    assert not (tmp_path / "out").exists()


def test_what_only_some_files_have_is_said(shell: Shell, shots: Path, tmp_path: Path) -> None:
    makes = ("--make", "clip", *STILL, *SHEET, "--make", "sound", "--together")
    more = ("--card", "--slow", "2", "--inset", "0,0,20,20,2", "--enhance", "night")
    found = shell("clips", shots, "-o", tmp_path / "out", *makes, *more, "--thumbs", "2")
    assert found.code == 0
    assert [one for one in found.err.splitlines() if "--" in one] == [
        "note: --card is not in stills and sheets.",
        "note: --slow is not in stills and sheets.",
        "note: --inset is not in sheets.",
    ]


@pytest.mark.parametrize(
    "words",
    [
        (*STILL, "--no-captions", "--no-strip", "--no-subtitles", "--silent"),
        (*SHEET, "--no-stamp", "--before", "0"),
        ("--make", "sound", "--plain", "--after", "0.1"),
        ("--plain", "--no-captions", "--camera-stamp", "none", "--no-subtitles"),
        ("--quality", "small", "--speed", "medium", "--form", "mp4"),
    ],
)
def test_what_is_left_out_anyway_is_not_spoken_of(
    words: tuple[str, ...], shell: Shell, shots: Path, tmp_path: Path
) -> None:
    shell.good("clips", shots, "-o", tmp_path / "out", *words, "--together")
