"""Parquet as written, opened with pyarrow and pandas, and data frames of it and other formats."""

import json
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

import bodycam_annotator
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.tables.parquet import PARQUET
from bodycam_annotator.exchange.timeline import COLUMNS, Timeline
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis
from tests.unit.exchange.projects import CAMERA, CODEBOOK, TAG, project, projects, row_wanted

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "timeline.parquet"


def write(project: Project, out: Path) -> None:
    assert formats.write(Content(project=project), out, PARQUET) == [out]


def read(path: Path, **how: Any) -> Timeline:  # noqa: ANN401 - as `formats.read`
    return formats.read(path, PARQUET, **how)[1]


@one_folder
@given(any_project=projects())
def test_what_is_written_is_read_back(any_project: Project, tmp_path: Path) -> None:
    write(any_project, tmp_path / "any.parquet")
    found = read(tmp_path / "any.parquet")
    wanted = {tag.id: row_wanted(any_project, tag) for tag in any_project.tags.values()}
    assert {row.tag_id: replace(row, number=0, where="") for row in found.rows} == wanted
    assert found.columns == {column.name for column in COLUMNS}
    assert (found.ignored, found.notice, found.foreign) == ((), "", False)
    assert found.codebooks == {"book@2": CODEBOOK.source}


def test_others_read_it_with_types(out: Path) -> None:
    write(project(TAG, replace(TAG, id="t2", start_frame=None, text="'=1+1")), out)
    table = pq.read_table(out)
    kinds = {field.name: str(field.type) for field in table.schema}
    assert list(kinds)[:4] == ["tag_id", "incident", "camera", "media_file"]
    assert (kinds["start_s"], kinds["start_ns"]) == ("double", "int64")
    assert (kinds["start_pts"], kinds["attributes"]) == ("int64", "string")
    said = json.loads(table.schema.metadata[b"bodycam_annotator"])
    assert said["audit_head"] == "cd" * 32
    frame = pd.read_parquet(out)
    assert frame["start_ns"].tolist() == [1_200_000_001] * 2
    assert frame["text"].tolist() == ["Put your gun down", "'=1+1"]


def test_what_pandas_makes_of_it_is_taken(out: Path) -> None:
    """Blank cells make fractions of whole numbers, and NaN of what is missing."""
    write(project(TAG, replace(TAG, id="t2", start_frame=None, start_pts=None)), out)
    pd.read_parquet(out).to_parquet(out)
    rows = {row.tag_id: row for row in read(out).rows}
    assert (rows["t1"].start_frame, rows["t2"].start_frame) == (30, None)
    assert (rows["t2"].start_pts, rows["t2"].speaker) == (None, "Officer 1")


def test_a_table_of_another_program(out: Path) -> None:
    frame = pd.DataFrame({"t": [1.5, 2.25], "Behavior": ["run", "hide"], "x": [[1], [2]]})
    frame.to_parquet(out)
    found = read(out, columns={"start_s": "t", "code": "Behavior"})
    assert [(row.code, row.start_ns) for row in found.rows] == [
        ("run", 1_500_000_000),
        ("hide", 2_250_000_000),
    ]
    assert (found.foreign, found.ignored) == (True, ("x",))


def saved(path: Path, columns: dict[str, Any], **how: Any) -> Path:  # noqa: ANN401
    pq.write_table(pa.table(columns), path, **how)
    return path


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"code": ["a"], "start_s": [float("inf")]}, "tag 1: start_s is inf, not a number"),
        ({"code": ["a"], "start_s": [None]}, "tag 1, column start_s: it is blank"),
        ({"code": ["a"], "start_s": [1.0], "start_ns": [5]}, "start_s is not start_ns"),
        ({"code": ["a"], "start_ns": [1.5]}, "start_ns is 1.5, not a whole number"),
        ({"code": [1], "start_ns": [1]}, "code is 1, not a text"),
        ({"code": ["a\0"], "start_ns": [1]}, "code has a NUL"),
        ({"code": ["a"], "start_ns": [1], "attributes": ["[]"]}, "column attributes"),
        ({"code": ["a"], "start_ns": [1], "note": [[1]]}, "note is \\[1\\], not a text"),
        ({"code": ["a"]}, "no column 'start_s'"),
    ],
)
def test_what_is_wrong_is_said(out: Path, columns: dict[str, Any], said: str) -> None:
    with pytest.raises(ExchangeError, match=said):
        read(saved(out, columns))


def test_bombs_are_refused(out: Path) -> None:
    same = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), ["shot"])
    with pytest.raises(ExchangeError, match="1000000 rows, more than it has bytes for"):
        read(saved(out, {"code": same, "start_ns": same.indices.cast(pa.int64())}))
    rows = {"code": ["shot"] * 100, "start_ns": list(range(100))}
    for how in ({"compression": "zstd"}, {"compression": "gzip"}):
        with pytest.raises(ExchangeError, match="write it with snappy"):
            read(saved(out, rows, **how))
    encoded = {"use_dictionary": False, "column_encoding": {"code": "DELTA_BYTE_ARRAY"}}
    with pytest.raises(ExchangeError, match="DELTA_BYTE_ARRAY; write it with snappy"):
        read(saved(out, rows, **encoded))
    many = {f"c{number}": [1] for number in range(2_001)}
    with pytest.raises(ExchangeError, match="more than 2000 columns"):
        read(saved(out, many))


def test_a_long_text_on_all_rows_is_refused_before_it_is_copied(out: Path) -> None:
    long = "x" * 1_000_000
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 5_000, pa.int16()), [long])
    path = saved(out, {"code": ["a"] * 5_000, "start_ns": list(range(5_000)), "text": texts})
    tracemalloc.start()
    with pytest.raises(ExchangeError, match="its texts become too large"):
        read(path)
    # Of 5,000 times the text.
    assert tracemalloc.get_traced_memory()[1] < 1_000 * len(long)
    tracemalloc.stop()


def test_damaged_files_are_refused(out: Path) -> None:
    write(project(TAG), out)
    whole = out.read_bytes()
    for at in range(0, len(whole), len(whole) // 60):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        out.write_bytes(damaged)
        # Whatever it makes of it, it raises nothing else.
        with suppress(ExchangeError):
            read(out)
    for data in (b"", b"PAR1", whole[: len(whole) // 2], b"x" * 1000):
        out.write_bytes(data)
        with pytest.raises(ExchangeError, match="is not a Parquet file"):
            read(out)


DTYPES = {
    **dict.fromkeys(("start", "end", "duration", "uncertainty"), "timedelta64[ns]"),
    **dict.fromkeys(("incident_start", "clock_uncertainty"), "timedelta64[ns]"),
    **dict.fromkeys(("start_frame", "end_frame", "start_pts", "end_pts"), "Int64"),
    **dict.fromkeys(("created_utc", "modified_utc"), "datetime64[us, UTC]"),
    **dict.fromkeys(("code", "category", "kind", "basis", "confidence"), "category"),
    **dict.fromkeys(("status", "codebook"), "category"),
    **dict.fromkeys(("tag_id", "incident", "camera", "media_file", "media_sha256"), "str"),
    **dict.fromkeys(("coder", "speaker", "target", "text", "time_base", "note"), "str"),
    "clock_start_utc": "datetime64[ns, UTC]",
    "attributes": "object",
}


@pytest.mark.parametrize("name", ["csv", "tsv", "xlsx", "json", "parquet"])
def test_a_data_frame_of_any_format_is_the_same(tmp_path: Path, name: str) -> None:
    tags = (
        TAG,
        replace(TAG, id="t2", start_frame=None, text="=x", uncertainty_ns=None, basis=None),
    )
    camera = replace(CAMERA, sync_offset_ns=7, clock_start_utc_ns=1_728_863_412_000_000_000)
    out = tmp_path / f"timeline.{name}"
    content = Content(project=project(*tags, camera=camera))
    formats.write(content, out, formats.format_to_write(out))
    frame = bodycam_annotator.read_timeline(str(out))
    assert {column: str(kind) for column, kind in frame.dtypes.items()} == DTYPES
    one, two = frame.iloc[0], frame.iloc[1]
    assert one["start"] == pd.Timedelta(1_200_000_001, "ns")
    assert one["duration"] == pd.Timedelta(10**9, "ns")
    assert one["incident_start"].value == 1_200_000_008
    assert one["clock_start_utc"] == pd.Timestamp("2024-10-13T23:50:13.200000001Z")
    assert one["created_utc"] == pd.Timestamp("2026-01-02T03:04:05.678901Z")
    assert (one["start_frame"], one["basis"], one["attributes"]) == (
        30,
        Basis.HEARD,
        {"act": "command", "addressee": "driver"},
    )
    assert two["text"] == "=x"
    assert pd.isna(two[["start_frame", "uncertainty", "basis", "target"]]).all()


@pytest.mark.parametrize("text", ["code,start_s\n", "code,start_frame\nshot,3\n"])
def test_a_data_frame_of_little_has_all_columns(tmp_path: Path, text: str) -> None:
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    frame = bodycam_annotator.read_timeline(tmp_path / "in.csv")
    assert {column: str(kind) for column, kind in frame.dtypes.items()} == DTYPES
    assert frame["start"].isna().all()
