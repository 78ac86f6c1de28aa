"""Commands on tags."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shell import FIRST, Shell
from tests.media_factory import Clip, make


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
