"""The command line as design.md section 5 promises it: help, projects, the window."""

import json
import shlex
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bodycam_annotator.storage.backups import make_backup
from tests.e2e.shell import Shell

COMMANDS = [
    *("open", "demo", "probe", "frame", "new", "tag"),
    *("tags", "undo", "redo", "import", "export", "verify"),
]


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

    @pytest.mark.parametrize("head", ["", "abc", "g" * 64, "f" * 63, "f" * 65, " " + "f" * 63])
    def test_what_is_no_head_is_wrong_usage(self, shell: Shell, project: Path, head: str) -> None:
        said = shell("verify", project, "--head", head)
        assert said.code == 2
        assert "is no audit head" in said.err

    def test_a_head_may_be_in_capitals(self, shell: Shell, project: Path) -> None:
        head = shell.good("verify", project).split("head ")[1].split()[0]
        shell.good("verify", project, "--head", head.upper())

    @pytest.mark.parametrize("how", ["rows", "pages"])
    def test_of_a_damaged_project_names_its_backup(
        self, shell: Shell, project: Path, how: str
    ) -> None:
        backup = make_backup(project, now=datetime.now(UTC))
        if how == "rows":
            with closing(sqlite3.connect(project)) as raw, raw:
                raw.execute("UPDATE camera SET name = 'Officer 2'")
        else:
            content = bytearray(project.read_bytes())
            content[4096:20480] = bytes(16384)
            project.write_bytes(content)
        before = project.read_bytes()
        others = (["tags"], ["undo"], ["export", "-o", "out.csv"]) if how == "pages" else ()
        for command in (["verify"], *others):
            said = shell(*command, project)
            assert (said.code, said.err.count("\n")) == (1, 1)
            assert f"Its newest sound backup is {backup}. Open {project} in" in said.err
            assert "btreeInitPage" not in said.err
        assert project.read_bytes() == before

    def test_changes_nothing(self, shell: Shell, project: Path) -> None:
        """Not even where a commit was cut off."""
        folder = project.with_name("cut")
        folder.mkdir()
        with closing(sqlite3.connect(project, isolation_level=None)) as raw:
            raw.execute("PRAGMA cache_size = 1")
            raw.execute("BEGIN IMMEDIATE")
            for seq in range(3, 30):
                raw.execute("INSERT INTO audit VALUES (?, hex(zeroblob(9000)), '')", (seq,))
            for ending in ("", "-journal"):
                shutil.copy(f"{project}{ending}", folder)
            raw.execute("ROLLBACK")
        cut = folder / project.name
        before = {one.name: one.read_bytes() for one in folder.iterdir()}
        assert before[cut.name] != project.read_bytes()
        said = shell("verify", cut)
        assert "Audit log: 2 entries, sound" in said.out
        assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


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
