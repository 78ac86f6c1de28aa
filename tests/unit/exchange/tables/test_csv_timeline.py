"""The CSV timeline as written, read with Python's csv module and not with ours."""

import csv
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.tables.csv_timeline import CSV
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project, projects, row_wanted

PROMISED = re.findall(
    r"\w+",
    """
    tag_id, incident, camera, media_file, media_sha256, coder, code, category, kind, speaker, target, text,
    start_s, end_s, duration_s, uncertainty_s, start_hms, end_hms, start_frame, end_frame, start_pts, end_pts,
    time_base, basis, confidence, status, clock_start_utc, clock_uncertainty_s, incident_start_s, note,
    attributes, created_utc, modified_utc, codebook, app_version
    """,  # noqa: E501 - as design.md has it
)

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(project: Project, out: Path, **how: Any) -> list[Path]:  # noqa: ANN401 - as `Content`
    return formats.write(Content(project=project, **how), out, CSV)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "timeline.csv"


@pytest.fixture
def row(out: Path) -> Callable[..., dict[str, str]]:
    """The one row written for `TAG` with some of its or its camera's values changed."""

    def written(*, raw: bool = False, **values: object) -> dict[str, str]:
        of_camera = {name: value for name, value in values.items() if hasattr(CAMERA, name)}
        of_tag = {name: value for name, value in values.items() if name not in of_camera}
        tag = replace(TAG, **of_tag)  # type: ignore[arg-type]
        camera = replace(CAMERA, **of_camera)  # type: ignore[arg-type]
        write(project(tag, camera=camera), out, raw=raw)
        (only,) = rows_of(out)
        return only

    return written


Row = Callable[..., dict[str, str]]


def test_columns_are_the_promised_ones(out: Path) -> None:
    write(project(), out)
    assert out.read_bytes() == (",".join(PROMISED) + "\n").encode()


def test_a_row(row: Row) -> None:
    assert row() == {
        "tag_id": "t1",
        "incident": "Car park",
        "camera": "Officer 1",
        "media_file": "X60A0001.mp4",
        "media_sha256": "ab" * 32,
        "coder": "Ada",
        "code": "utterance",
        "category": "speech",
        "kind": "interval",
        "speaker": "Officer 1",
        "target": "",
        "text": "Put your gun down",
        "start_s": "1.200000001",
        "end_s": "2.200000001",
        "duration_s": "1.000000000",
        "uncertainty_s": "0.033366667",
        "start_hms": "00:00:01.200",
        "end_hms": "00:00:02.200",
        "start_frame": "30",
        "end_frame": "54",
        "start_pts": "108000",
        "end_pts": "196000",
        "time_base": "1/90000",
        "basis": "heard",
        "confidence": "",
        "status": "draft",
        "clock_start_utc": "",
        "clock_uncertainty_s": "",
        "incident_start_s": "",
        "note": "",
        "attributes": '{"act":"command","addressee":"driver"}',
        "created_utc": "2026-01-02T03:04:05.678901Z",
        "modified_utc": "2026-01-02T03:04:06.000000Z",
        "codebook": "book@2",
        "app_version": row()["app_version"],
    }


def test_unknown_is_blank_and_zero_is_zero(row: Row) -> None:
    unknown = row(uncertainty_ns=None, start_frame=None, start_pts=None)
    assert [unknown[name] for name in ("uncertainty_s", "start_frame", "start_pts")] == [""] * 3
    zero = row(uncertainty_ns=0, start_frame=0, start_pts=0)
    assert zero["uncertainty_s"] == "0.000000000"
    assert (zero["start_frame"], zero["start_pts"]) == ("0", "0")


def test_a_point_ends_where_it_starts(row: Row) -> None:
    point = row(code="shot", end_ns=TAG.start_ns)
    assert (point["kind"], point["category"]) == ("point", "force")
    assert (point["end_s"], point["duration_s"]) == (point["start_s"], "0.000000000")


def test_sound_before_the_first_frame_is_negative(row: Row) -> None:
    early = row(start_ns=FOOTAGE.first_ns - 21_333_333, start_frame=None, start_pts=None)
    assert (early["start_s"], early["start_hms"]) == ("-0.021333333", "-00:00:00.021")
    assert (early["start_frame"], early["start_pts"]) == ("", "")


@pytest.mark.parametrize(
    ("clock", "shown"),
    [
        (1_728_863_412_000_000_000, "2024-10-13T23:50:13.200000001Z"),
        (1_728_863_411_799_999_999, "2024-10-13T23:50:13.000Z"),
        (1_728_863_411_849_999_999, "2024-10-13T23:50:13.050Z"),
    ],
)
def test_the_cameras_clock_has_the_decimals_it_needs(row: Row, clock: int, shown: str) -> None:
    clocked = row(clock_start_utc_ns=clock, clock_uncertainty_ns=500_000_000)
    assert (clocked["clock_start_utc"], clocked["clock_uncertainty_s"]) == (shown, "0.500000000")


def test_incident_time_needs_a_sync(row: Row) -> None:
    assert row(sync_offset_ns=-2_200_000_001)["incident_start_s"] == "-1.000000000"
    assert row(sync_offset_ns=0)["incident_start_s"] == "1.200000001"


def test_a_code_that_the_codebook_lacks_shows_by_its_times(row: Row) -> None:
    assert (row(code="gone")["kind"], row(code="gone")["category"]) == ("interval", "")
    assert row(code="gone", end_ns=TAG.start_ns)["kind"] == "point"


def test_rows_are_ordered_by_start_across_cameras(out: Path) -> None:
    both = project(TAG, replace(TAG, id="t2", footage_id="f2", start_ns=1_100_000_000))
    late = replace(FOOTAGE, id="f2", camera_id="c2", first_ns=0)
    both = replace(
        both,
        cameras={**both.cameras, "c2": replace(CAMERA, id="c2", name="Officer 2")},
        footage={**both.footage, "f2": late},
    )
    write(both, out)
    assert [(row["tag_id"], row["start_s"]) for row in rows_of(out)] == [
        ("t2", "1.100000000"),
        ("t1", "1.200000001"),
    ]


def test_withdrawn_tags_are_left_out(out: Path) -> None:
    write(project(replace(TAG, withdrawn=True)), out)
    assert rows_of(out) == []


def test_raw_leaves_text_as_it_is(row: Row) -> None:
    assert row(text="=1+1", note="'@x")["text"] == "'=1+1"
    assert row(text="=1+1", note="'@x", raw=True)["text"] == "=1+1"


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_no_csv_can_hold_is_refused_by_name(out: Path, text: str) -> None:
    with pytest.raises(ExchangeError, match="note of tag 't1'"):
        write(project(replace(TAG, note=text)), out)
    assert not out.exists()


def test_the_sidecar_says_what_produced_it(out: Path) -> None:
    assert write(project(TAG), out) == [out, out.with_name("timeline.csv.json")]
    said = json.loads(out.with_name("timeline.csv.json").read_text(encoding="utf-8"))
    assert said["written"] == {
        "file": "timeline.csv",
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "rows": 1,
        "of_tags": 1,
        "raw": False,
    }
    assert (said["audit_head"], said["audit_entries"]) == ("cd" * 32, 7)
    assert said["codebook"] == "book@2"
    assert 'name = "A book"' in said["codebooks"]["book@2"]
    assert list(said["columns"]) == PROMISED
    assert said["footage"][0]["sha256"] == "ab" * 32
    assert said["footage"][0]["bytes"] == 123


@pytest.mark.parametrize(
    ("compared", "state", "verified_utc", "warnings"),
    [
        (None, "Nobody looked.", None, 0),
        (Comparison(), "Its size and date are as they were .* its content was not read", None, 0),
        (Comparison(problem="It is gone."), "It is gone.", None, 1),
        (Comparison(verified_utc="2026-01-02T03:04:05Z"), "Verified: ", "2026-01-02T03:04:05Z", 0),
    ],
)
def test_the_sidecar_is_no_more_certain_of_footage_than_who_looked(
    out: Path,
    compared: Comparison | None,
    state: str,
    verified_utc: str | None,
    warnings: int,
) -> None:
    found = {} if compared is None else {FOOTAGE.id: compared}
    _, sidecar = write(project(TAG), out, compared=found)
    said = json.loads(sidecar.read_text(encoding="utf-8"))
    (footage,) = said["footage"]
    assert re.match(state, footage["state"])
    assert footage["verified"] is (verified_utc is not None)
    assert footage["verified_utc"] == verified_utc
    assert len(said["warnings"]) == warnings
    assert footage.keys() == said["footage_keys"].keys()


def test_stopping_leaves_the_old_file(out: Path) -> None:
    out.write_text("old", encoding="utf-8")
    with pytest.raises(Cancelled):
        write(project(TAG), out, cancelled=lambda: True)
    assert out.read_text(encoding="utf-8") == "old"
    assert list(out.parent.iterdir()) == [out]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="cannot be written"):
        write(project(), tmp_path / "gone" / "timeline.csv")


@one_folder
@given(any_project=projects())
def test_what_is_written_is_read_back(any_project: Project, tmp_path: Path) -> None:
    for raw in (False, True):
        write(any_project, tmp_path / "any.csv", raw=raw)
        read = formats.read(tmp_path / "any.csv", CSV)[1]
        assert read.columns == set(PROMISED)
        wanted = {tag.id: row_wanted(any_project, tag) for tag in any_project.tags.values()}
        assert {row.tag_id: replace(row, number=0) for row in read.rows} == wanted
        assert [row.number for row in read.rows] == list(range(2, 2 + len(wanted)))


@one_folder
@given(any_project=projects())
def test_no_cell_is_left_that_a_spreadsheet_would_run(any_project: Project, tmp_path: Path) -> None:
    write(any_project, tmp_path / "any.csv")
    number = re.compile(r"-?[0-9]+(\.[0-9]{9})?|-[0-9]+:[0-9]{2}:[0-9]{2}\.[0-9]{3}")
    for row in rows_of(tmp_path / "any.csv"):
        for cell in row.values():
            assert not re.match(r"[=+\-@\t\r\n]", cell) or number.fullmatch(cell)


@one_folder
@given(any_project=projects())
def test_lines_end_with_lf_outside_quotes(any_project: Project, tmp_path: Path) -> None:
    write(any_project, tmp_path / "any.csv")
    outside = re.sub(r'"(?:[^"]|"")*"', "", (tmp_path / "any.csv").read_bytes().decode())
    assert "\r" not in outside
    assert outside.count("\n") == 1 + len(any_project.tags)
    assert {line.count(",") for line in outside.split("\n")[:-1]} == {len(PROMISED) - 1}
