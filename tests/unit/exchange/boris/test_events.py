"""BORIS's tables of events: ours written and read back; BORIS's own read."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.boris.events import (
    AGGREGATED,
    AGGREGATED_TSV,
    TABULAR,
    TABULAR_TSV,
)
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.tables.csv_timeline import CSV
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.project import Project
from tests.unit.exchange.boris.made import expected
from tests.unit.exchange.projects import TAG, project, projects

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
S = 1_000_000_000
EVERY = (TABULAR, TABULAR_TSV, AGGREGATED, AGGREGATED_TSV)

# Columns as boris-behav-obs 8.27.4 writes them (export_observation.py, `export_tabular_events`,
# and export_events.py, `export_aggregated_events`), with two modifiers.
TABULAR_COLUMNS = (
    "Observation id,Observation date,Description,Observation duration,Observation type,Source,"
    "Time offset (s),Media duration (s),FPS,Subject,Behavior,Behavioral category,Modifier #1,"
    "Modifier #2,Behavior type,Time,Media file name,Image index,Image file path,Comment"
)
AGGREGATED_COLUMNS = (
    "Observation id,Observation date,Description,Observation type,Source,Time offset (s),"
    "Coding duration,Media duration (s),FPS (frame/s),Subject,"
    "Observation duration by subject by observation,Behavior,Behavioral category,Modifier #1,"
    "Modifier #2,Behavior type,Start (s),Stop (s),Duration (s),Media file name,Image index start,"
    "Image index stop,Image file path start,Image file path stop,Comment start,Comment stop"
)


def write(any_project: Project, out: Path, format: Format, *, raw: bool = False) -> None:
    formats.write(Content(project=any_project, raw=raw), out, format)


def read(path: Path) -> Timeline:
    return formats.read(path, formats.format_to_read(path))[1]


@pytest.mark.parametrize("format", EVERY)
def test_what_is_written_is_read_back_but_for_what_the_losses_say(
    format: Format, tmp_path: Path
) -> None:
    out = tmp_path / f"any{format.endings[0]}"

    @one_folder
    @given(any_project=projects())
    def holds(any_project: Project) -> None:
        for raw in (False, True):
            write(any_project, out, format, raw=raw)
            timeline = read(out)
            found = [
                (
                    *(row.code, row.start_ns, row.end_ns, row.kind),
                    *(row.speaker, row.text, row.note),
                    tuple(sorted((row.attributes or {}).values())),
                )
                for row in timeline.rows
            ]
            assert sorted(found, key=repr) == expected(any_project)
            assert timeline.notice == ""

    holds()


@pytest.mark.parametrize(
    ("format", "columns"), [(TABULAR, TABULAR_COLUMNS), (AGGREGATED, AGGREGATED_COLUMNS)]
)
def test_columns_are_those_of_boris(format: Format, columns: str, tmp_path: Path) -> None:
    write(project(TAG), tmp_path / "out.csv", format)
    header, *rows = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert header == columns
    assert len(rows) == (2 if format is TABULAR else 1)


def test_a_state_is_two_rows_or_one(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    tag = replace(TAG, note="hoarse")
    write(project(tag), out, TABULAR)
    start, stop = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (start["Behavior type"], start["Time"]) == ("START", "1.200000001")
    assert (stop["Behavior type"], stop["Time"]) == ("STOP", "2.200000001")
    assert (start["Comment"], stop["Comment"]) == ("Put your gun down", "hoarse")
    assert start["Source"] == "player #1:X60A0001.mp4"
    assert (start["Modifier #1"], start["Modifier #2"]) == ("command", "driver")
    write(project(tag), out, AGGREGATED)
    (state,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (state["Start (s)"], state["Stop (s)"]) == ("1.200000001", "2.200000001")
    assert (state["Duration (s)"], state["Behavior type"]) == ("1.000000000", "STATE")
    assert (state["Comment start"], state["Comment stop"]) == ("Put your gun down", "hoarse")


@pytest.mark.parametrize("format", EVERY)
def test_no_cell_is_left_that_a_spreadsheet_would_run(format: Format, tmp_path: Path) -> None:
    out = tmp_path / f"out{format.endings[0]}"
    number = re.compile(r"-?[0-9]+\.[0-9]{9}")

    @one_folder
    @given(any_project=projects())
    def holds(any_project: Project) -> None:
        write(any_project, out, format)
        with out.open(encoding="utf-8", newline="") as file:
            comma = "," if out.suffix == ".csv" else "\t"
            for record in csv.reader(file, delimiter=comma, strict=True):
                for cell in record:
                    assert not re.match(r"[=+\-@\t\r\n]", cell) or number.fullmatch(cell)

    holds()


def test_stopping_and_texts_that_no_table_can_hold(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    for text in ("a\0b", "\ud800"):
        with pytest.raises(ExchangeError, match="NUL, or half of a pair"):
            write(project(replace(TAG, text=text)), out, TABULAR)
    content = Content(project=project(TAG), cancelled=lambda: True)
    with pytest.raises(Cancelled):
        formats.write(content, out, AGGREGATED)
    assert not out.exists()


def tabular(*rows: str, source: str = "player #1:/home/ada/one.mp4") -> str:
    """As BORIS writes it: line ends of Windows, an independent variable before the subject, and of
    each row its offset, durations, subject, behaviour, modifier, type, time and comment."""
    header = (
        "Observation id,Observation date,Description,Observation duration,Observation type,Source,"
        "Time offset (s),Media duration (s),FPS,Weather,Subject,Behavior,Behavioral category,"
        "Modifier #1,Behavior type,Time,Media file name,Image index,Image file path,Comment"
    )
    lines = [header]
    for row in rows:
        offset, durations, subject, code, modifier, kind, time, comment = row.split(",")
        lines.append(
            f"stop,2024-08-20 10:00:00,,360,Media file(s),{source},{offset},{durations},25.000,wet,"
            f"{subject},{code},,{modifier},{kind},{time},one.mp4,12,NA,{comment}"
        )
    return "\r\n".join(lines) + "\r\n"


def taken(folder: Path, text: str, name: str = "in.csv") -> Timeline:
    path = folder / name
    path.write_bytes(text.encode())
    return read(path)


def test_a_table_of_boris(tmp_path: Path) -> None:
    timeline = taken(
        tmp_path,
        tabular(
            "0.0,360.000,Officer,speaks,loud,START,3.300,begins",
            "0.0,360.000,,door,,POINT,4.000,",
            "0.0,360.000,Officer,speaks,loud,STOP,7.750,ends",
        ),
    )
    speaks, door = timeline.rows
    assert (speaks.start_ns, speaks.end_ns, speaks.kind) == (
        3_300_000_000,
        7_750_000_000,
        Kind.INTERVAL,
    )
    assert (speaks.speaker, speaks.text, speaks.note) == ("Officer", "begins", "ends")
    assert (speaks.attributes, speaks.media_file) == ({"modifier 1": "loud"}, "one.mp4")
    assert speaks.where == "observation stop, rows 2, 4"
    assert (door.start_ns, door.end_ns, door.kind, door.speaker) == (4 * S, 4 * S, Kind.POINT, None)
    assert (timeline.resolution_ns, timeline.foreign) == (1_000_000, True)


def test_files_that_follow_each_other_and_an_offset(tmp_path: Path) -> None:
    """Durations are rounded to the millisecond, and so is where the second file begins."""
    timeline = taken(
        tmp_path,
        tabular(
            "100.5,179.960;359.960|20.000,,door,,POINT,280.459,",
            "100.5,179.960;359.960|20.000,,door,,POINT,280.460,",
            source="player #1:a/one.mp4;a/two.mp4|player #2:three.mp4",
        ),
    )
    assert [(row.media_file, row.start_ns) for row in timeline.rows] == [
        ("one.mp4", 179_959_000_000),
        ("two.mp4", 0),
    ]
    assert timeline.resolution_ns == 2_000_000
    with pytest.raises(ExchangeError, match="not as many media durations as files"):
        taken(
            tmp_path,
            tabular("0,1;2,,door,,POINT,3,", source="player #1:a;b;c"),
            "in.tsv"[:2] + ".csv",
        )


def test_one_file_may_have_a_semicolon_in_its_name(tmp_path: Path) -> None:
    text = tabular("0,360.000,,door,,POINT,3,", source="player #1:a;b.mp4")
    assert taken(tmp_path, text).rows[0].media_file == "a;b.mp4"


def test_halves_of_states_are_named(tmp_path: Path) -> None:
    timeline = taken(
        tmp_path,
        tabular(
            "0,9,Officer,speaks,,STOP,1.000,",
            "0,9,Officer,speaks,,START,2.000,",
            "0,9,Officer,speaks,,START,3.000,",
            "0,9,Officer,speaks,,STOP,4.000,",
            "0,9,,door,,POINT,NA,",
        ),
    )
    assert [(row.start_ns // S, row.end_ns // S, row.note) for row in timeline.rows] == [
        (1, 1, "BORIS has no start for this state."),
        (2, 2, "BORIS has no stop for this state."),
        (3, 4, None),
    ]
    assert "of Officer in the observation “stop” at 1.000 s has no start." in timeline.notice
    assert "at 2.000 s has no stop." in timeline.notice
    assert "Left out, as it has no time: “door”" in timeline.notice


def test_aggregated_events_of_boris_with_tabs(tmp_path: Path) -> None:
    header = AGGREGATED_COLUMNS.replace("Modifier #1,Modifier #2", "Modifiers").split(",")
    common = "stop|2024-08-20 10:00:00||Media file|player #1:one.mp4|0.0|9.000|360.000|25.000"
    rows = [
        f"{common}|No focal subject|0|door||a;b|POINT|1.500|1.500|NA|one.mp4|3|3|||knock|",
        f"{common}|Officer|4|speaks||loud|STATE|2.000|6.000|4.000|one.mp4|3|9|||begins|ends",
        f"{common}|Officer|4|speaks||loud|STATE|7.000|NA|NA|one.mp4|3|9||||",
    ]
    lines = ["\t".join(header), *(row.replace("|", "\t") for row in rows)]
    timeline = taken(tmp_path, "\r\n".join(lines), "in.tsv")
    assert [
        (row.start_ns, row.end_ns, row.speaker, row.text, row.note) for row in timeline.rows
    ] == [
        (1_500_000_000, 1_500_000_000, None, "knock", None),
        (2 * S, 6 * S, "Officer", "begins", "ends"),
        (7 * S, 7 * S, "Officer", None, "BORIS has no stop with a time for this state."),
    ]
    assert timeline.rows[1].attributes == {"modifier 1": "loud"}
    assert "at 7.000 s has no stop with a time" in timeline.notice


def test_tables_are_told_from_our_own_by_their_first_bytes(tmp_path: Path) -> None:
    write(project(TAG), tmp_path / "ours.csv", CSV)
    assert formats.format_to_read(tmp_path / "ours.csv") is CSV
    for format in EVERY:
        path = tmp_path / f"{format.name}{format.endings[0]}"
        write(project(TAG), path, format)
        assert formats.format_to_read(path).read is format.read


def test_live_observations_are_left_out_and_named(tmp_path: Path) -> None:
    text = tabular("0,NA,,door,,POINT,1,", source="NA").replace("Media file(s)", "Live observation")
    with pytest.raises(ExchangeError, match=r"Left out: 1 rows of the observation “stop”"):
        taken(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (tabular("0,9,,door,,POINT,1:02,"), "row 2: '1:02' is not a number of seconds"),
        (tabular("0,9,,door,,POINT,inf,"), "row 2: a time is longer than any footage"),
        (tabular("0,9,,door,,POINT,1e99,"), "row 2: a time is longer than any footage"),
        (tabular("0,9,,door,,MAYBE,1,"), "row 2: the behavior type 'MAYBE' is none of POINT"),
        (tabular("0,9,, ,,POINT,1,"), "row 2: the column “Behavior” is blank"),
        (tabular("0,9,,door,,POINT,1,").replace("Weather", "Time"), "two columns “Time”"),
        (tabular("0,9,,a,,START,2,", "0,9,,a,,STOP,1,"), "rows? 2.*stops before"),
        (tabular().replace(",Subject", ",Sub"), "no column “Subject”"),
        (tabular("0,9,,door,,POINT,1,").replace(",NA,", ","), "row 2: there are 19 cells under 20"),
        (tabular("0,9,,door,,POINT,1,").replace(",NA,", ",NA,x,"), "row 2: there are 21 cells"),
        (tabular() + '"a,b\n', "not a CSV file"),
        ("", "it is empty"),
        ("," * 5000 + tabular(), "more than 1000 columns"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(text.encode())
    with pytest.raises(ExchangeError, match=rf"in\.csv.*{why}"):
        formats.read(path, TABULAR)
