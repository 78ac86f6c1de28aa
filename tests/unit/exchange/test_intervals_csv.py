"""Intervals as written, read with Python's csv module and not with ours."""

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bodycam_annotator.app import export_intervals
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import intervals_csv
from bodycam_annotator.model.intervals import Edge, Pick, Question, Rule, Side, answer
from bodycam_annotator.model.project import Project
from tests.unit.exchange.projects import FOOTAGE, TAG, project

QUESTION = Question(
    rule=Rule.LAST_BEFORE_FIRST,
    start=Side(pick=Pick(code="utterance"), footage_id="f1", edge=Edge.END),
    end=Side(pick=Pick(code="shot"), footage_id="f1", edge=Edge.START),
)
SHOT = replace(
    TAG, id="t2", code="shot", start_ns=3_200_000_002, end_ns=3_200_000_002, text="=1+1", speaker=""
)


def written(whole: Project, out: Path) -> dict[str, str]:
    intervals_csv.write(whole, QUESTION, answer(whole, QUESTION), out)
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file, strict=True)
    return row


def test_a_row(tmp_path: Path) -> None:
    row = written(project(TAG, SHOT), tmp_path / "out.csv")
    assert list(row) == [column.name for column in intervals_csv.COLUMNS]
    expected = {
        "incident": "Car park",
        "measured": "last A before first B, from end to start; A = Utterance on Officer 1; "
        "B = Shot on Officer 1",
        "length_s": "0.500000001",
        "uncertainty_s": "0.066733334",
        "sync_uncertainty_s": "0.000000000",
        "from_tag_id": "t1",
        "from_edge": "end",
        "from_s": "2.200000001",
        "from_hms": "00:00:02.200",
        "from_frame": "54",
        "from_uncertainty_s": "0.033366667",
        "from_media_sha256": "ab" * 32,
        "to_tag_id": "t2",
        "to_code": "shot",
        "to_edge": "start",
        "to_s": "2.700000002",
        "to_frame": "30",
        "to_speaker": "",
        "to_text": "'=1+1",
    }
    assert {name: row[name] for name in expected} == expected
    assert row["sentence"].startswith("0.500 s ± 0.067 s, from frame 54 (00:00:02.200)")
    assert "sum of those of both edges" in row["how"]


def test_unknown_is_blank(tmp_path: Path) -> None:
    row = written(project(TAG, replace(SHOT, uncertainty_ns=None)), tmp_path / "out.csv")
    assert (row["uncertainty_s"], row["to_uncertainty_s"]) == ("", "")
    assert row["length_s"] == "0.500000001"


def test_an_interval_backward_is_a_negative_number(tmp_path: Path) -> None:
    early = replace(SHOT, start_ns=1_900_000_000, end_ns=1_900_000_000)
    assert written(project(TAG, early), tmp_path / "out.csv")["length_s"] == "-0.800000001"


def test_the_sidecar_says_what_produced_it(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    written(project(TAG, SHOT), out)
    about = json.loads((tmp_path / "out.csv.json").read_text(encoding="utf-8"))
    assert about["written"] == {
        "file": "out.csv",
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "rows": 1,
        "raw": False,
    }
    assert about["audit_head"] == "cd" * 32
    assert about["measured"].startswith("last A before first B")
    assert list(about["columns"]) == [column.name for column in intervals_csv.COLUMNS]
    assert about["footage"][0]["sha256"] == FOOTAGE.sha256


def test_a_text_that_no_csv_can_hold_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("before", encoding="utf-8")
    with pytest.raises(ExchangeError, match="'t2'"):
        written(project(TAG, replace(SHOT, text="a\ud800")), out)
    assert out.read_text(encoding="utf-8") == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_it_replaces_no_project_and_writes_no_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "p.bodycam"
    with pytest.raises(ExchangeError, match="ending of a project"):
        export_intervals(project(TAG, SHOT), path, QUESTION, tmp_path / "other.bodycam")
    with pytest.raises(ExchangeError, match="nothing was written"):
        export_intervals(project(TAG), path, QUESTION, tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_missing_footage_is_told_and_stops_nothing(tmp_path: Path) -> None:
    whole = project(TAG, SHOT)
    done = export_intervals(whole, tmp_path / "p.bodycam", QUESTION, tmp_path / "out.csv")
    assert (done.tags, done.audit_head, done.verified) == (1, whole.audit_head, 0)
    (warning,) = done.warnings
    about = json.loads(done.paths[-1].read_text(encoding="utf-8"))
    assert about["warnings"] == [warning]
