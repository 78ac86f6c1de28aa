"""The staged sample: tagging it by its truth and exporting gives that truth back."""

import csv
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bodycam_annotator import cli
from bodycam_annotator.app import demo_project
from bodycam_annotator.app.clips.drawing import Drawing
from bodycam_annotator.config import sample_folder
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.probe import probe
from bodycam_annotator.media.sound_shape import with_silence

Row = dict[str, str]

MADE_ANEW = {"tag_id", "created_utc", "modified_utc", "app_version"}
"""Columns that say who made the tag when and with what, not what happened."""


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TRUTH = rows_of(sample_folder() / "truth.csv")


@pytest.fixture(scope="module")
def empty_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with demo_project(tmp_path_factory.mktemp("sample")) as session:
        return session.path


@pytest.fixture
def project(empty_project: Path, tmp_path: Path) -> Iterator[Path]:
    copy = empty_project.with_name(f"{tmp_path.name}.bodycam")
    shutil.copy(empty_project, copy)
    yield copy
    copy.unlink()


def run(*argv: str) -> None:
    def no_window(paths: list[Path], *, demo: bool = False) -> int:
        raise AssertionError(f"a window was asked for {paths} {demo}")

    def no_demo(folder: Path) -> int:
        raise AssertionError(f"a demo was asked for in {folder}")

    def no_drawings() -> Drawing:
        raise AssertionError("nothing is to be drawn")

    code = cli.run(argv, open_window=no_window, offscreen_demo=no_demo, drawings=no_drawings)
    assert code == 0, argv


def tag_as(project: Path, row: Row) -> None:
    """The command that a person would type for this row."""
    argv = ["tag", str(project), row["code"], "--camera", row["camera"]]
    on_frames = row["basis"] == "seen"
    argv += ["--frame", row["start_frame"]] if on_frames else ["--at", row["start_s"]]
    if row["kind"] == "interval":
        argv += ["--to-frame", row["end_frame"]] if on_frames else ["--to", row["end_s"]]
    for name in ("text", "speaker", "target", "basis", "confidence", "status", "note", "coder"):
        if row[name]:
            argv += [f"--{name}", row[name]]
    argv += ["--uncertainty", row["uncertainty_s"]]
    for pair in row["attributes"].strip("{}").split('","'):
        if pair:
            name, value = pair.strip('"').split('":"')
            argv += ["--attribute", f"{name}={value}"]
    run(*argv)


def test_tagging_by_the_truth_and_exporting_gives_the_truth(project: Path, tmp_path: Path) -> None:
    for row in TRUTH:
        tag_as(project, row)
    out = tmp_path / "out.csv"
    run("export", str(project), "-o", str(out))

    def known(row: Row) -> list[tuple[str, str]]:
        return [(name, cell) for name, cell in row.items() if name not in MADE_ANEW]

    assert sorted(map(known, rows_of(out))) == sorted(map(known, TRUTH))


def test_importing_the_truth_and_exporting_gives_the_same_text(
    project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    run("import", str(project), str(sample_folder() / "truth.csv"))
    run("export", str(project), "-o", str(out))
    found = rows_of(out)
    assert {row.pop("app_version") for row in found} != {""}
    expected = [{k: v for k, v in row.items() if k != "app_version"} for row in TRUTH]
    assert found == expected


def test_the_truth_names_the_files_that_are_there() -> None:
    for row in TRUTH:
        data = (sample_folder() / row["media_file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row["media_sha256"]
    assert sum(path.stat().st_size for path in sample_folder().glob("*.*")) <= 12_000_000


def test_the_truth_has_the_incident_in_its_order() -> None:
    first = {
        (row["code"], row["text"]): float(row["incident_start_s"])
        for row in reversed(TRUTH)
        if row["camera"] == "Camera 1"
    }
    order = [
        ("officer_approach", ""),
        ("utterance", "Put your gun down"),
        ("utterance", "Get out of the car! Do not move!"),
        ("door_opened", ""),
        ("vehicle_departure", ""),
        ("shot", ""),
        ("utterance", "No, don't fire"),
        ("vehicle_collision", ""),
    ]
    times = [first[event] for event in order]
    assert times == sorted(times)
    shots = [row for row in TRUTH if row["code"] == "shot" and row["camera"] == "Camera 1"]
    assert len(shots) == 3


def test_the_first_camera_has_ten_silent_seconds() -> None:
    facts = with_silence(probe(sample_folder() / "camera1_X60A0001.mp4"))
    assert facts.audio is not None
    assert facts.audio.silent_spans
    start, end = facts.audio.silent_spans[0]
    assert start == 0
    assert 10_000_000_000 <= end < 10_050_000_000


@pytest.mark.parametrize("row", [row for row in TRUTH if row["note"].find("flash in frame") > 0])
def test_a_muzzle_flash_is_in_the_frame_that_the_truth_says(row: Row) -> None:
    frame = int(row["note"].split("flash in frame ")[1].split(" ")[0].rstrip(";"))
    path = sample_folder() / row["media_file"]
    index = probe(path).index
    with FrameReader(path, index) as reader:
        before, flash = (reader.frame(n).bgra[:, :, :3].mean() for n in (frame - 1, frame))
    assert flash > before + 5
