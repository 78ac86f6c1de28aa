"""Clips by the command line."""

import json
from pathlib import Path

import av

from tests.e2e.shell import Shell


def frames_of(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_a_clip_of_each_tag_and_its_check(shell: Shell, project: Path, tmp_path: Path) -> None:
    shell.good("tag", project, "shot", "--frame", "1")
    shell.good("tag", project, "utterance", "--frame", "0", "--to-frame", "2")
    folder = tmp_path / "clips"
    words = ("clips", project, "-o", folder, "--plain")
    paths = [Path(one) for one in shell(*words).out.splitlines()]
    clips = [one for one in paths if one.suffix == ".mp4"]
    assert sorted(map(frames_of, clips)) == [1, 3]
    about = json.loads(Path(f"{clips[0]}.json").read_text(encoding="utf-8"))
    assert about["audit_entries"] == 4
    manifest = json.loads((folder / "clips.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in manifest["clips"]] == [one.name for one in clips]
    assert "3 frames, as its account says" in shell.good("verify", "--clip", str(clips[0]))
    clips[0].write_bytes(clips[0].read_bytes() + b"x")
    said = shell("verify", "--clip", clips[0])
    assert said.code == 1
    assert "is not the file that was written" in said.err


def test_handles_and_choice_of_tags(shell: Shell, project: Path, tmp_path: Path) -> None:
    shell.good("tag", project, "shot", "--frame", "1")
    name = shell.good("tag", project, "shot", "--frame", "2").strip()
    words = ("clips", project, "-o", tmp_path / "out", "--plain", "--tag", name, "--before", "0.04")
    (clip,) = (Path(one) for one in shell(*words).out.splitlines() if one.endswith(".mp4"))
    assert frames_of(clip) == 2
    assert "no tag x" in shell("clips", project, "-o", tmp_path, "--plain", "--tag", "x").err
    nothing = shell("clips", project, "-o", tmp_path, "--plain", "--code", "door_opened")
    assert "There is no such tag" in nothing.err
