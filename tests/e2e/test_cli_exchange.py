"""Commands that import and export."""

import json
import os
from pathlib import Path

from tests.e2e.shell import Shell, rows_of


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

    def test_columns_and_codes_of_others(self, shell: Shell, project: Path, tmp_path: Path) -> None:
        (tmp_path / "in.csv").write_text("What,Onset\nbang=1,0\ndoor,0.04\n", encoding="utf-8")
        words: list[str | Path] = ["import", project, tmp_path / "in.csv", "--map", "start_s=Onset"]
        words += ["--map", "code=What", "--code", "bang=1=shot"]
        said = shell(*words, "--dry-run")
        assert said.code == 0
        assert said.out.startswith("Nothing is written. It would be: 2 added, 0 changed, 0 already")
        assert "'door' is no code of the codebook; it becomes the new code" in said.err
        assert shell.good("tags", project, "--json") == "[]\n"
        shell(*words)
        tags = json.loads(shell.good("tags", project, "--json"))
        assert [(tag["code"], tag["start_s"], tag["kind"]) for tag in tags] == [
            ("shot", 0.0, "point"),
            ("door", 0.04, "point"),
        ]
        assert shell(*words[:-1], "shot").code == 2

    def test_formats_are_listed_with_what_they_lose(self, shell: Shell) -> None:
        listed = {one["name"]: one for one in json.loads(shell.good("formats", "--json"))}
        assert listed["csv"] == {
            "name": "csv",
            "title": "CSV timeline",
            "endings": [".csv"],
            "export": True,
            "import": True,
            "loses": [],
        }
        assert "CSV timeline" in shell.good("formats")
        assert "- Times are rounded to milliseconds" in shell.good("formats", "srt")
        assert "'x' is not known" in shell("formats", "x").err

    def test_what_a_file_is_not_asked_is_refused(
        self, shell: Shell, project: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "in.srt").write_text("1\n00:00:00,000 --> 00:00:00,040\nStop\n", "utf-8")
        said = shell("import", project, tmp_path / "in.srt", "--map", "code=x")
        assert (said.code, said.out) == (1, "")
        assert "SRT subtitles is no table" in said.err

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
        (tmp_path / "in.csv").write_text("code,start_s\nshot,0\nshot,x\n", encoding="utf-8")
        attempts: list[tuple[list[str | Path], str]] = [
            (["import", project, tmp_path / "in.csv"], "row 3"),
            (["import", project, tmp_path / "gone.csv"], "cannot be read"),
            (["import", project, tmp_path / "in.xml"], "does not say what format"),
            (["export", project, "-o", clip, "--format", "csv"], "is footage of"),
            (["export", project, "-o", tmp_path / "no" / "out.csv"], "cannot be written"),
            (["export", project, "-o", tmp_path / "out.csv", "--format", "x"], "'x' is not known"),
        ]
        for words, said in attempts:
            result = shell(*words)
            assert (result.code, result.out) == (1, "")
            assert said in result.err
        assert shell.good("tags", project, "--json") == "[]\n"
