"""Commands that look at one footage and need no project."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.shell import CLIP, Shell, barcode_in
from tests.media_factory import Clip, Made, make
from tests.odd_files import GOOD


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
