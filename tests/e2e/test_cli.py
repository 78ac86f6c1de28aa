"""The command line as design.md section 5 promises it, called in this process."""

import csv
import json
import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from bodycam_annotator import cli
from tests.barcode import read_barcode
from tests.media_factory import Clip, Made, make
from tests.odd_files import GOOD
from tests.sounds import Sound

FIRST = 12_800
CLIP = Clip(
    pts=tuple(FIRST + 512 * n for n in (0, 1, 2, 4, 5, 6)),
    sound=Sound(start=45_600, samples=24_000),
)
"""Frames at 0, 40, 80, 160, 200, 240 ms from the first; sound from 50 ms before it on."""

COMMANDS = [
    *("open", "demo", "probe", "frame", "new", "tag"),
    *("tags", "undo", "redo", "import", "export", "verify"),
]


@dataclass
class Said:
    """What one command came to."""

    code: int
    out: str
    err: str


@dataclass
class Shell:
    """Runs commands; `opened` is what the window was opened with."""

    capture: pytest.CaptureFixture[str]
    opened: list[tuple[list[Path], bool]] = field(default_factory=list)
    drawn: list[Path] = field(default_factory=list)

    def __call__(self, *argv: str | Path) -> Said:
        code = cli.run(
            [str(word) for word in argv],
            open_window=self._open,
            offscreen_demo=self._draw,
        )
        seen = self.capture.readouterr()
        return Said(code, seen.out, seen.err)

    def export(self, *argv: str | Path) -> str:
        """Its stdout; on stderr it must have said the audit head and nothing else."""
        said = self("export", *argv)
        assert said.code == 0
        assert re.fullmatch(r"audit head: [0-9a-f]{64}, entry [0-9]+\n", said.err)
        return said.out

    def good(self, *argv: str | Path) -> str:
        """The command's stdout; it must have said nothing on stderr."""
        said = self(*argv)
        assert (said.code, said.err) == (0, "")
        return said.out

    def _draw(self, folder: Path) -> int:
        self.drawn.append(folder)
        return 0

    def _open(self, paths: list[Path], *, demo: bool = False) -> int:
        self.opened.append((paths, demo))
        return 0


@pytest.fixture(autouse=True)
def _nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "ada")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(CLIP, tmp_path_factory.mktemp("cli") / "X60A0001.mov")


@pytest.fixture
def clip(tmp_path: Path, made: Made) -> Path:
    path = tmp_path / "X60A0001.mov"
    path.write_bytes(made.path.read_bytes())
    return path


@pytest.fixture
def project(shell: Shell, tmp_path: Path, clip: Path) -> Path:
    path = tmp_path / "stop.bodycam"
    shell.good("new", path, clip)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestHelp:
    def test_names_every_command(self, shell: Shell) -> None:
        text = shell.good("--help")
        assert [name for name in COMMANDS if f"\n  {name} " not in text] == []

    @pytest.mark.parametrize("command", COMMANDS)
    def test_says_what_each_command_does(self, shell: Shell, command: str) -> None:
        text = shell.good(command, "--help")
        assert text.startswith(f"Usage: bodycam-annotator {command} ")
        assert len(text.splitlines()[2].strip()) > 20

    def test_version(self, shell: Shell) -> None:
        assert shell.good("--version").startswith("bodycam-annotator 0")

    @pytest.mark.parametrize(
        "words",
        [
            "probe",
            "probe a.mp4 b.mp4",
            "probe a.mp4 --yaml",
            "frame a.mp4 -o o.png",
            "frame a.mp4 --frame 1 --at 1 -o o.png",
            "frame a.mp4 --frame 1",
            "frame a.mp4 --frame one -o o.png",
            "frame a.mp4 --at soon -o o.png",
            "new a.bodycam",
            "tag a.bodycam",
            "tag a.bodycam shot",
            "tag a.bodycam shot --frame 1 --at 1",
            "tag a.bodycam utterance --frame 1 --to-frame 2 --to 3",
            "tag a.bodycam shot --at 1:75",
            "tag a.bodycam shot --at 1 --basis guessed",
            "tag a.bodycam shot --at 1 --uncertainty -1",
            "tag a.bodycam shot --at 1 --attribute plea",
            "tags",
            "export a.bodycam",
            "import a.bodycam",
            "--nonsense",
        ],
    )
    def test_wrong_usage_is_2(self, shell: Shell, words: str) -> None:
        said = shell(*shlex.split(words))
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("error: ")
        assert shell.opened == []


class TestProbe:
    def test_json_has_what_is_promised(self, shell: Shell, clip: Path) -> None:
        facts = json.loads(shell.good("probe", clip, "--json"))
        sha256 = facts.pop("sha256")
        assert len(sha256) == 64
        audio = facts.pop("audio")
        promised = {
            "path": str(clip),
            "container": "mov",
            "duration_ns": 280_000_000,
            "frames": 6,
            "variable_rate": True,
            "first_pts_ns": 1_000_000_000,
            "width": 320,
            "height": 180,
            "rotation": 0,
            "codec": "h264",
        }
        assert promised.items() <= facts.items()
        assert any("Variable frame rate" in oddity for oddity in facts["oddities"])
        assert audio["codec"] == "pcm_s16le"
        assert (audio["rate"], audio["channels"]) == (48_000, 1)
        assert (audio["start_ns"], audio["silent_spans"]) == (950_000_000, [])

    def test_without_sound_audio_is_null(self, shell: Shell, tmp_path: Path) -> None:
        path = make(Clip(pts=(0, 512)), tmp_path / "mute.mp4").path
        assert json.loads(shell.good("probe", path, "--json"))["audio"] is None

    def test_readable(self, shell: Shell, clip: Path) -> None:
        text = shell.good("probe", clip)
        assert "6, variable rate" in text
        assert "00:00:00.280" in text
        assert "-00:00:00.050 to 00:00:00.450" in text

    @pytest.mark.parametrize("name", ["gone.mp4", "."])
    def test_what_is_no_file(self, shell: Shell, tmp_path: Path, name: str) -> None:
        said = shell("probe", tmp_path / name)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("error: ")
        assert said.err.count("\n") == 1


class TestFrame:
    @pytest.mark.parametrize("name", sorted(GOOD))
    def test_is_the_one_that_was_asked_for(
        self, shell: Shell, tmp_path: Path, odd_file: Callable[[str], Made], name: str
    ) -> None:
        odd = odd_file(name)
        out = tmp_path / "frame.png"
        last = len(odd) - 1
        for number in sorted({0, last // 2, last} - odd.lost - odd.doubtful - odd.unrecorded):
            line = shell.good("frame", odd.path, "--frame", str(number), "-o", out)
            assert f"frame {number}," in line
            assert line.count("\n") == 1
            assert barcode_in(out) == odd.barcodes[number]

    @pytest.mark.parametrize(
        ("at", "number"),
        [
            ("0", 0),
            ("0.0399", 0),
            ("0.04", 1),
            ("0.159999999", 2),
            ("00:00:00.160", 3),
            ("0.25", 5),
        ],
    )
    def test_at_a_time_is_the_one_on_screen(
        self, shell: Shell, tmp_path: Path, clip: Path, at: str, number: int
    ) -> None:
        out = tmp_path / "frame.png"
        line = shell.good("frame", clip, "--at", at, "-o", out)
        assert line.startswith(f"{out}: frame {number}, ")
        assert f"PTS {CLIP.pts[number]} " in line
        assert barcode_in(out) == number

    @pytest.mark.parametrize(
        ("option", "value"), [("--frame", "6"), ("--frame", "-1"), ("--at", "-0.1"), ("--at", "9")]
    )
    def test_outside_the_footage(
        self, shell: Shell, tmp_path: Path, clip: Path, option: str, value: str
    ) -> None:
        said = shell("frame", clip, option, value, "-o", tmp_path / "frame.png")
        assert said.code == 1
        assert "There is no" in said.err
        assert not (tmp_path / "frame.png").exists()

    def test_never_replaces_the_footage(self, shell: Shell, clip: Path) -> None:
        before = clip.read_bytes()
        said = shell("frame", clip, "--frame", "0", "-o", clip)
        assert (said.code, said.out) == (1, "")
        assert "must end in .png" in said.err
        assert clip.read_bytes() == before


class TestNew:
    def test_says_where_the_project_is(self, shell: Shell, tmp_path: Path, clip: Path) -> None:
        path = tmp_path / "a b ü.bodycam"
        assert shell.good("new", path, clip, "--coder", "Ben", "--incident", "Stop") == f"{path}\n"
        shell.good("tag", path, "shot", "--frame", "0")
        (row,) = json.loads(shell.good("tags", path, "--json"))
        assert (row["incident"], row["coder"], row["camera"]) == ("Stop", "ada", "Camera 1")

    def test_with_a_codebook_of_ones_own(self, shell: Shell, tmp_path: Path, clip: Path) -> None:
        book = tmp_path / "book.toml"
        book.write_text(
            'id = "mine"\nname = "Mine"\nversion = 4\n'
            '[[code]]\nid = "horn"\nname = "Horn"\nkind = "point"\n',
            encoding="utf-8",
        )
        path = tmp_path / "a.bodycam"
        shell.good("new", path, clip, "--codebook", book, "--camera", "Car")
        shell.good("tag", path, "horn", "--frame", "1")
        (row,) = json.loads(shell.good("tags", path, "--json"))
        assert (row["codebook"], row["category"], row["camera"]) == ("mine@4", "other", "Car")
        book.write_text("id = 3", encoding="utf-8")
        assert "book.toml" in shell("new", tmp_path / "b.bodycam", clip, "--codebook", book).err

    def test_what_cannot_be_made(self, shell: Shell, project: Path, clip: Path) -> None:
        new = project.with_name("b.bodycam")
        attempts: list[list[str | Path]] = [
            [project, clip],
            [new, clip, clip],
            [new, clip.with_name("gone.mp4")],
            [new, clip.parent],
            [project.with_name("b.db"), clip],
            [new, clip, "--codebook", clip],
        ]
        for words in attempts:
            said = shell("new", *words)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith("error: ")
            assert said.err.count("\n") == 1
        assert sorted(path.name for path in project.parent.glob("b.*")) == []


class TestTag:
    def test_a_mark_on_a_frame(self, shell: Shell, project: Path) -> None:
        tag_id = shell.good("tag", project, "shot", "--frame", "3").strip()
        (row,) = json.loads(shell.good("tags", project, "--json"))
        assert row["tag_id"] == tag_id
        assert (row["kind"], row["start_s"], row["end_s"], row["duration_s"]) == (
            "point",
            0.16,
            0.16,
            0,
        )
        assert (row["start_frame"], row["end_frame"]) == (3, 3)
        assert (row["start_pts"], row["time_base"]) == (FIRST + 2048, "1/12800")
        assert row["uncertainty_s"] == 0.08

    def test_a_span_of_frames(self, shell: Shell, project: Path) -> None:
        shell.good("tag", project, "weapon_visible", "--frame", "1", "--to-frame", "3")
        (row,) = json.loads(shell.good("tags", project, "--json"))
        assert (row["start_s"], row["end_s"], row["start_frame"], row["end_frame"]) == (
            0.04,
            0.2,
            1,
            3,
        )

    def test_everything_that_can_be_said(self, shell: Shell, project: Path) -> None:
        shell.good(
            *("tag", project, "utterance", "--at", "-0.02", "--to", "00:00:00.100"),
            *("--text", "=Get out!", "--speaker", "Officer 1", "--target", "driver"),
            *("--basis", "both", "--confidence", "probable", "--status", "checked"),
            *("--note", "-loud", "--attribute", "act=command", "--attribute", "addressee=a=b"),
            *("--camera", "Camera 1", "--coder", "Ben", "--uncertainty", "0.25"),
        )
        (row,) = json.loads(shell.good("tags", project, "--json"))
        wanted: dict[str, Any] = {
            "start_s": -0.02,
            "end_s": 0.1,
            "start_hms": "-00:00:00.020",
            "start_frame": None,
            "start_pts": None,
            "end_frame": 2,
            "text": "=Get out!",
            "speaker": "Officer 1",
            "target": "driver",
            "basis": "both",
            "confidence": "probable",
            "status": "checked",
            "note": "-loud",
            "attributes": {"act": "command", "addressee": "a=b"},
            "coder": "Ben",
            "uncertainty_s": 0.25,
        }
        assert {name: row[name] for name in wanted} == wanted

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("gun --frame 0", "no code 'gun'"),
            ("shot --frame 0 --to-frame 1", "one instant"),
            ("utterance --frame 0", "needs an end"),
            ("utterance --at 0.2 --to 0.1", "end after its start"),
            ("shot --frame 6", "no frame 6"),
            ("shot --at 5", "outside the footage"),
            ("shot --at -0.06", "outside the footage"),
            ("shot --frame 0 --camera X", "no camera 'X'"),
            ("shot --frame 0 --attribute mood=calm", "no attribute 'mood'"),
            ("utterance --at 0 --to 0.1 --attribute act=order", "cannot be 'order'"),
        ],
    )
    def test_what_cannot_be(self, shell: Shell, project: Path, words: str, said: str) -> None:
        result = shell("tag", project, *shlex.split(words))
        assert (result.code, result.out) == (1, "")
        assert said in result.err
        assert shell.good("tags", project, "--json") == "[]\n"

    def test_a_camera_is_needed_where_there_are_several(
        self, shell: Shell, tmp_path: Path, clip: Path
    ) -> None:
        other = make(Clip(pts=(0, 512), camera=2), tmp_path / "other.mp4").path
        path = tmp_path / "two.bodycam"
        shell.good("new", path, clip, other, "--camera", "Left", "--camera", "Right")
        assert "Left, Right" in shell("tag", path, "shot", "--frame", "0").err
        shell.good("tag", path, "shot", "--frame", "1", "--camera", "Right")
        assert json.loads(shell.good("tags", path, "--json"))[0]["camera"] == "Right"

    def test_footage_with_another_date_is_said(
        self, shell: Shell, project: Path, clip: Path
    ) -> None:
        clip.write_bytes(clip.read_bytes())
        said = shell("tag", project, "shot", "--frame", "0")
        assert said.code == 0
        assert said.err.startswith("warning: X60A0001.mov has another date")


class TestTags:
    def test_as_text_are_lines_with_tabs(self, shell: Shell, project: Path) -> None:
        shell.good("tag", project, "shot", "--frame", "3")
        text = "two\nlines\t\x1b[31m"
        shell.good("tag", project, "utterance", "--at", "0", "--to", "0.1", "--text", text)
        names, first, second = (
            line.split("\t") for line in shell.good("tags", project).splitlines()
        )
        assert len(names) == len(first) == len(second)
        row = dict(zip(names, first, strict=True))
        assert (row["start_hms"], row["text"]) == ("00:00:00.000", "two\\nlines\\t\\x1b[31m")

    def test_of_no_project(self, shell: Shell, tmp_path: Path, clip: Path) -> None:
        for path in (tmp_path / "gone.bodycam", tmp_path, clip):
            said = shell("tags", path, "--json")
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith("error: ")


class TestUndo:
    def test_and_redo(self, shell: Shell, project: Path) -> None:
        shell.good("tag", project, "shot", "--frame", "3")
        before = shell.good("tags", project, "--json")
        assert shell.good("undo", project) == "Undone: Tag shot\n"
        assert shell.good("tags", project, "--json") == "[]\n"
        assert shell.good("redo", project) == "Redone: Tag shot\n"
        assert shell.good("tags", project, "--json") == before

    def test_is_of_ones_own_edits(self, shell: Shell, project: Path) -> None:
        shell.good("tag", project, "shot", "--frame", "3", "--coder", "Ben")
        said = shell("undo", project)
        assert (said.code, said.err) == (1, "error: Nothing to undo.\n")
        assert shell("redo", project, "--coder", "Ben").code == 1
        shell.good("undo", project, "--coder", "Ben")


class TestExchange:
    def test_there_and_back(self, shell: Shell, project: Path, clip: Path, tmp_path: Path) -> None:
        shell.good("tag", project, "shot", "--at", "0.1", "--note", '=1+1,"\r\n')
        shell.good("tag", project, "utterance", "--frame", "0", "--to-frame", "2", "--text", "@")
        out = tmp_path / "out.csv"
        assert shell.export(project, "-o", out) == f"{out}\n{out}.json\n"
        assert [row["note"] for row in rows_of(out)] == ["", "'=1+1,\"\r\n"]
        copy = tmp_path / "copy.bodycam"
        shell.good("new", copy, clip, "--incident", "stop")
        assert shell.good("import", copy, out) == "2 added, 0 changed, 0 already the same\n"
        assert shell.good("import", copy, out) == "0 added, 0 changed, 2 already the same\n"
        assert shell.good("tags", copy, "--json") == shell.good("tags", project, "--json")
        shell.export(copy, "-o", tmp_path / "again.csv")
        assert (tmp_path / "again.csv").read_bytes() == out.read_bytes()
        shell.good("undo", copy)
        assert shell.good("tags", copy, "--json") == "[]\n"

    def test_raw(self, shell: Shell, project: Path, tmp_path: Path) -> None:
        shell.good("tag", project, "shot", "--frame", "0", "--note", "'=1")
        shell.export(project, "-o", tmp_path / "out.txt", "--format", "csv", "--raw")
        assert rows_of(tmp_path / "out.txt")[0]["note"] == "'=1"
        said = shell.good("import", project, tmp_path / "out.txt", "--format", "csv")
        assert said == "0 added, 0 changed, 1 already the same\n"
        said = shell.good("import", project, tmp_path / "out.txt", "--format", "csv", "--defused")
        assert said == "0 added, 1 changed, 0 already the same\n"

    def test_json_agrees_with_the_csv(self, shell: Shell, project: Path, tmp_path: Path) -> None:
        shell.good("tag", project, "shot", "--at", "0.1")
        shell.export(project, "-o", tmp_path / "out.csv", "--raw")
        (row,) = rows_of(tmp_path / "out.csv")
        (same,) = json.loads(shell.good("tags", project, "--json"))
        assert list(same) == list(row)
        for name, cell in row.items():
            if name == "attributes":
                assert (cell, same[name]) == ("", {})
            elif cell == "":
                assert same[name] is None
            elif isinstance(same[name], str):
                assert same[name] == cell
            else:
                assert float(cell) == same[name]

    def test_columns_that_are_not_known_are_named(
        self, shell: Shell, project: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "in.csv").write_text("code,start_s,mood\nshot,0,calm\n", encoding="utf-8")
        said = shell("import", project, tmp_path / "in.csv")
        assert (said.code, said.out) == (0, "1 added, 0 changed, 0 already the same\n")
        assert said.err == "warning: columns that are not known were left out: mood\n"

    def test_export_warns_of_changed_footage(
        self, shell: Shell, project: Path, clip: Path, tmp_path: Path
    ) -> None:
        with clip.open("ab") as file:
            file.write(b"x")
        said = shell("export", project, "-o", tmp_path / "out.csv")
        assert said.code == 0
        assert said.err.startswith("warning: X60A0001.mov has changed")
        assert self.footage_in(tmp_path)["verified"] is False

    @staticmethod
    def footage_in(folder: Path) -> dict[str, object]:
        """What the sidecar of out.csv says of the only footage."""
        about = json.loads((folder / "out.csv.json").read_text(encoding="utf-8"))
        (footage,) = about["footage"]
        assert isinstance(footage, dict)
        return footage

    def test_export_reads_the_footage_unless_it_is_to_be_quick(
        self, shell: Shell, project: Path, clip: Path, tmp_path: Path
    ) -> None:
        shell.export(project, "-o", tmp_path / "out.csv")
        assert self.footage_in(tmp_path)["verified"] is True
        shell.export(project, "-o", tmp_path / "out.csv", "--quick")
        quick = self.footage_in(tmp_path)
        assert (quick["verified"], quick["verified_utc"]) == (False, None)
        assert "was not read" in str(quick["state"])
        before = clip.stat()
        content = bytearray(clip.read_bytes())
        content[-1] ^= 1
        clip.write_bytes(content)
        os.utime(clip, ns=(before.st_atime_ns, before.st_mtime_ns))
        shell.export(project, "-o", tmp_path / "out.csv", "--quick")
        said = shell("export", project, "-o", tmp_path / "out.csv")
        assert (said.code, "is not the footage that was tagged" in said.err) == (0, True)
        assert self.footage_in(tmp_path)["verified"] is False

    def test_exports_name_the_audit_head_that_verify_finds(
        self, shell: Shell, project: Path, tmp_path: Path
    ) -> None:
        said = shell("export", project, "-o", tmp_path / "out.csv").err.split()
        head, entries = said[2].rstrip(","), said[4]
        about = json.loads((tmp_path / "out.csv.json").read_text(encoding="utf-8"))
        assert (about["audit_head"], str(about["audit_entries"])) == (head, entries)
        shell.good("tag", project, "shot", "--frame", "0")
        shell.good("verify", project, "--head", head)

    def test_import_tells_of_a_sidecar_of_another_file(
        self, shell: Shell, project: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "out.csv"
        shell.good("tag", project, "shot", "--frame", "0")
        shell.export(project, "-o", out)
        out.write_bytes(out.read_bytes().replace(b"draft", b"checked"))
        said = shell("import", project, out)
        assert (said.code, said.out) == (0, "0 added, 1 changed, 0 already the same\n")
        assert said.err.startswith("warning: out.csv was changed after out.csv.json")

    def test_what_cannot_be(self, shell: Shell, project: Path, clip: Path, tmp_path: Path) -> None:
        (tmp_path / "in.csv").write_text("code,start_s\nshot,0\ngun,0\n", encoding="utf-8")
        attempts: list[tuple[list[str | Path], str]] = [
            (["import", project, tmp_path / "in.csv"], "row 3"),
            (["import", project, tmp_path / "gone.csv"], "cannot be read"),
            (["import", project, tmp_path / "in.xml"], "does not say what format"),
            (["export", project, "-o", clip, "--format", "csv"], "is footage of"),
            (["export", project, "-o", tmp_path / "no" / "out.csv"], "cannot be written"),
            (["export", project, "-o", tmp_path / "out.csv", "--format", "x"], "no format 'x'"),
        ]
        for words, said in attempts:
            result = shell(*words)
            assert (result.code, result.out) == (1, "")
            assert said in result.err
        assert shell.good("tags", project, "--json") == "[]\n"


class TestVerify:
    def test_of_what_is_as_it_was(self, shell: Shell, project: Path) -> None:
        text = shell.good("verify", project)
        assert "Camera 1: X60A0001.mov is unchanged, verified against its SHA-256 at 2" in text
        head = text.split("head ")[1].split()[0]
        shell.good("tag", project, "shot", "--frame", "0")
        shell.good("verify", project, "--head", head)

    def test_of_what_is_not(self, shell: Shell, project: Path, clip: Path) -> None:
        with clip.open("ab") as file:
            file.write(b"x")
        said = shell("verify", project)
        assert said.code == 1
        assert "Audit log" in said.out
        assert "is not the footage that was tagged" in said.err
        assert said.err.count("\n") == 1
        assert shell("verify", project, "--head", "f" * 64).code == 1


class TestOpen:
    def test_the_window_alone(self, shell: Shell) -> None:
        assert shell.good() == ""
        assert shell.good("open") == ""
        assert shell.opened == [([], False), ([], False)]

    def test_paths_without_a_command(self, shell: Shell, project: Path, clip: Path) -> None:
        shell.good(clip, project)
        shell.good("open", clip)
        assert shell.opened == [([clip, project], False), ([clip], False)]

    def test_a_path_that_looks_like_an_option(
        self, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("-x.mp4").write_bytes(b"x")
        shell.good("--", "-x.mp4")
        assert shell.opened == [([Path("-x.mp4")], False)]

    @pytest.mark.parametrize("name", ["gone.mp4", "prob", "."])
    def test_what_is_no_file_is_said_before_the_window(
        self, shell: Shell, tmp_path: Path, name: str
    ) -> None:
        said = shell(tmp_path / name)
        assert (said.code, shell.opened) == (1, [])
        assert said.err.startswith("error: ")

    def test_demo(self, shell: Shell, tmp_path: Path) -> None:
        shell.good("demo")
        shell.good("demo", "--offscreen-output", tmp_path)
        assert (shell.opened, shell.drawn) == ([([], True)], [tmp_path])


def barcode_in(path: Path) -> int:
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert bgr is not None
    return read_barcode(np.dstack([bgr, np.full(bgr.shape[:2], 255, np.uint8)]))
