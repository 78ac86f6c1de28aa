"""BORIS projects: ours written, read back and as BORIS's loader wants them; BORIS's own read."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.boris.ethogram import read_ethogram
from bodycam_annotator.exchange.boris.project import FORMAT, PACKED
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.timeline import Timeline, TimelineRow
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.project import Project
from tests.unit.exchange.boris.made import boris, expected, observation
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project, projects

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
S = 1_000_000_000


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "stop.boris"


def write(any_project: Project, out: Path, **how: Any) -> None:  # noqa: ANN401 - as `Content`
    formats.write(Content(project=any_project, folder=out.parent, **how), out, FORMAT)


def written(any_project: Project, out: Path, **how: Any) -> dict[str, Any]:  # noqa: ANN401
    write(any_project, out, **how)
    return dict(json.loads(out.read_bytes()))


def taken(out: Path, data: bytes) -> Timeline:
    out.write_bytes(data)
    return formats.read(out, FORMAT)[1]


def spans(timeline: Timeline) -> list[tuple[str, str | None, int, int]]:
    return [(row.code, row.media_file, row.start_ns, row.end_ns) for row in timeline.rows]


def shown(row: TimelineRow) -> tuple[object, ...]:
    attributes = tuple(sorted((row.attributes or {}).values()))
    return (
        *(row.code, row.start_ns, row.end_ns, row.kind),
        *(row.speaker, row.text, row.note, attributes),
    )


@one_folder
@given(any_project=projects())
def test_what_is_written_is_read_back_but_for_what_the_losses_say(
    any_project: Project, tmp_path: Path
) -> None:
    for format, name in ((FORMAT, "any.boris"), (PACKED, "any.boris.gz")):
        formats.write(Content(project=any_project), tmp_path / name, format)
        read = formats.read(tmp_path / name, formats.format_to_read(tmp_path / name))[1]
        assert sorted(map(shown, read.rows), key=repr) == expected(any_project)
        assert {row.media_file for row in read.rows} <= {"X60A0001.mp4"}
        assert read.notice == ""


def test_overlapping_spans_of_one_speaker_are_told_apart(out: Path) -> None:
    """Nested, crossing and touching: BORIS alternates starts and stops of what is alike."""
    times = [(1, 5), (2, 3), (4, 7), (7, 8), (7, 7), (9, 9)]
    tags = [
        replace(TAG, id=f"t{n}", start_ns=a * S, end_ns=b * S, text=f"{a} to {b}")
        for n, (a, b) in enumerate(times)
    ]
    write(project(*tags, footage=replace(FOOTAGE, first_ns=0)), out)
    read = formats.read(out, FORMAT)[1]
    said = {row.text: (row.start_ns // S, row.end_ns // S) for row in read.rows}
    assert said == {f"{a} to {b}": (a, b) for a, b in times}
    assert {tuple(sorted((row.attributes or {}).items())) for row in read.rows} == {
        (("act", "command"), ("addressee", "driver"))
    }


def test_the_file_is_as_boris_has_it(out: Path) -> None:
    """Fields as in boris/config.py (`EMPTY_PROJECT`) and observation_operations.py."""
    shot = replace(TAG, id="t2", code="shot", end_ns=TAG.start_ns, speaker="", attributes={})
    noted = replace(TAG, note="whispered")
    made = written(project(noted, shot), out)
    assert made["project_format_version"] == "7.0"
    assert made["project_name"] == "Car park"
    assert [one["name"] for one in made["subjects_conf"].values()] == ["Officer 1"]
    speech, force = made["behaviors_conf"].values()
    assert (speech["type"], speech["code"], speech["category"]) == (
        "State event",
        "utterance",
        "speech",
    )
    assert (force["type"], force["code"], force["modifiers"]) == ("Point event", "shot", {})
    assert {one["name"]: one["values"] for one in speech["modifiers"].values()} == {
        "act": ["command"],
        "addressee": ["driver"],
    }
    assert made["behavioral_categories"] == ["speech", "force"]
    ((name, one),) = made["observations"].items()
    assert name == "Officer 1 X60A0001.mp4"
    assert (one["type"], one["time offset"], one["date"]) == ("MEDIA", 0.0, "2026-01-02T03:04:05")
    assert one["file"]["1"] == ["X60A0001.mp4"]
    assert one["media_info"]["length"] == {"X60A0001.mp4": 4.0}
    assert one["events"] == [
        [1.200000001, "", "shot", "", "Put your gun down", 30],
        [1.200000001, "Officer 1", "utterance", "command|driver", "Put your gun down", 30],
        [2.200000001, "Officer 1", "utterance", "command|driver", "whispered", 54],
    ]


def test_synced_cameras_are_players_with_offsets(out: Path, tmp_path: Path) -> None:
    """Player n shows its file at the time less its offset (BORIS core.py, `sync_time`)."""
    one = replace(CAMERA, sync_offset_ns=2 * S)
    other = replace(CAMERA, id="c2", name="Officer 2", sync_offset_ns=5 * S)
    alone = replace(CAMERA, id="c3", name="Dash", sync_offset_ns=None)
    both = project(TAG, camera=one)
    both = replace(
        both,
        cameras={camera.id: camera for camera in (one, other, alone)},
        footage={
            **both.footage,
            "f2": replace(FOOTAGE, id="f2", camera_id="c2", path="two.mp4"),
            "f3": replace(FOOTAGE, id="f3", camera_id="c3", path="three.mp4"),
        },
    )
    below = tmp_path / "footage" / "one.mp4"
    made = written(both, out, media={"f1": below, "f2": Path("/elsewhere/two.mp4")})
    first, second, third = made["observations"].values()
    assert [first["file"][n] for n in "123"] == [["footage/one.mp4"], ["two.mp4"], []]
    assert (first["media_info"]["offset"]["1"], first["media_info"]["offset"]["2"]) == (0.0, 3.0)
    assert second["file"]["1"] == ["two.mp4"]
    assert second["media_info"]["offset"]["2"] == -3.0
    assert [third["file"][n] for n in "12"] == [["three.mp4"], []]
    assert [len(one["events"]) for one in (first, second, third)] == [2, 0, 0]
    assert b"elsewhere" not in out.read_bytes()


def test_the_ethogram_is_read_as_a_codebook(out: Path) -> None:
    write(project(TAG), out)
    book = read_ethogram(out).codebook
    assert {code.id: code.kind for code in book.codes} == {
        "utterance": Kind.INTERVAL,
        "shot": Kind.POINT,
    }


def test_a_text_that_no_file_can_hold_is_refused(out: Path) -> None:
    for text in ("a\0b", "\ud800"):
        with pytest.raises(ExchangeError, match="NUL, or half of a pair"):
            write(project(replace(TAG, text=text)), out)
    with pytest.raises(Cancelled):
        write(project(TAG), out, cancelled=lambda: True)
    assert not out.exists()


def test_states_marks_subjects_modifiers_and_comments(out: Path) -> None:
    events = [
        [3.3, "Officer", "speaks", "high|None", "loud"],
        [4.0, "", "door", "", "", 100],
        [4.5, "Officer", "speaks", "low|to dog", ""],
        [7.75, "Officer", "speaks", "high|None", "hoarse", "NA"],
        [8, "Officer", "speaks", "low|to dog", ""],
    ]
    read = taken(out, boris({"one": observation(*events)}))
    loud, door, low = read.rows
    assert (loud.start_ns, loud.end_ns) == (3_300_000_000, 7_750_000_000)
    assert (loud.speaker, loud.text, loud.note) == ("Officer", "loud", "hoarse")
    assert loud.attributes == {"volume": "high"}
    assert (loud.kind, loud.media_file) == (Kind.INTERVAL, "first.mp4")
    assert loud.where == "observation one, events 1, 4"
    assert (door.start_ns, door.end_ns, door.kind, door.speaker) == (4 * S, 4 * S, Kind.POINT, None)
    assert low.attributes == {"volume": "low", "modifier 2": "to dog"}
    assert (read.foreign, read.resolution_ns, read.notice) == (True, 1_000_000, "")


TWO = ["a/one.mp4", "b\\two.mp4"]


def two_files(*events: list[Any], **other: Any) -> bytes:  # noqa: ANN401 - as JSON has it
    info = {"length": {TWO[0]: 179.96, TWO[1]: 359.96}, "offset": {"1": 0.0, "2": 20.0}}
    files = {"1": TWO, "2": ["three.mp4"]}
    return boris({"one": observation(*events, file=files, media_info=info, **other)})


def test_files_that_follow_each_other_have_each_its_own_time(out: Path) -> None:
    events = [
        [179.959, "", "door", "", ""],
        [179.96, "", "door", "", ""],
        [227.765, "", "speaks", "", ""],
        [253.49, "", "speaks", "", ""],
    ]
    assert spans(taken(out, two_files(*events))) == [
        ("door", "one.mp4", 179_959_000_000, 179_959_000_000),
        ("door", "two.mp4", 0, 0),
        ("speaks", "two.mp4", 47_805_000_000, 73_530_000_000),
    ]


def test_a_state_may_stop_where_its_file_ends_but_not_in_the_next(out: Path) -> None:
    start = [170, "", "speaks", "", ""]
    at_end = taken(out, two_files(start, [179.96, "", "speaks", "", ""]))
    assert spans(at_end) == [("speaks", "one.mp4", 170 * S, 179_960_000_000)]
    with pytest.raises(ExchangeError, match=r"event 1: .*starts in one\.mp4 and stops in another"):
        taken(out, two_files(start, [180, "", "speaks", "", ""]))


def test_the_time_offset_is_taken_off(out: Path) -> None:
    event = [3610.5, "", "door", "", ""]
    made = boris({"one": observation(event, **{"time offset": 3600.25})})
    assert spans(taken(out, made)) == [("door", "first.mp4", 10_250_000_000, 10_250_000_000)]
    missing = boris({"one": observation(event, **{"time offset": None})})
    assert taken(out, missing).rows[0].start_ns == 3_610_500_000_000


def test_the_time_of_creation_is_taken_off_where_boris_added_it(out: Path) -> None:
    made_at = 1_700_000_000
    info = {
        "length": {TWO[0]: 100.0, TWO[1]: 100.0},
        "media_creation_time": {TWO[0]: made_at, TWO[1]: made_at + 5000.0},
    }
    added = {
        "file": {"1": TWO},
        "media_info": info,
        "media_creation_date_as_offset": True,
    }
    events = [[made_at + 10.5, "", "door", "", ""], [made_at + 5000 + 130, "", "door", "", ""]]
    assert spans(taken(out, boris({"one": observation(*events, **added)}))) == [
        ("door", "one.mp4", 10_500_000_000, 10_500_000_000),
        ("door", "two.mp4", 30 * S, 30 * S),
    ]
    lost = [[made_at + 900, "", "door", "", ""]]
    with pytest.raises(ExchangeError, match="in none of its files, or in more than one"):
        taken(out, boris({"one": observation(*lost, **added)}))


def test_a_length_that_is_missing_is_said(out: Path) -> None:
    one = observation([1, "", "door", "", ""], file={"1": TWO}, media_info={"length": {}})
    with pytest.raises(ExchangeError, match=r"observation one: the length of one\.mp4 is missing"):
        taken(out, boris({"one": one}))


def test_states_without_their_other_half_are_named_and_become_marks(out: Path) -> None:
    events = [
        [1.5, "Officer", "speaks", "high", ""],
        [2, "", "speaks", "", ""],
        [3, "", "speaks", "", ""],
        [4.25, "", "speaks", "", ""],
    ]
    read = taken(out, boris({"one": observation(*events)}))
    assert read.notice == (
        "Not paired, taken at one time: “speaks” (high) of Officer in the observation “one” at "
        "1.500 s has no stop. Not paired, taken at one time: “speaks” of no subject in the "
        "observation “one” at 4.250 s has no stop."
    )
    assert [(row.start_ns, row.end_ns, row.note) for row in read.rows] == [
        (1_500_000_000, 1_500_000_000, "BORIS has no stop for this state."),
        (2 * S, 3 * S, None),
        (4_250_000_000, 4_250_000_000, "BORIS has no stop for this state."),
    ]
    assert {row.kind for row in read.rows} == {Kind.INTERVAL}


@pytest.mark.parametrize("none", ["NA", "NaN", None, float("nan"), float("inf")])
def test_times_that_are_none_are_named(out: Path, none: object) -> None:
    events = [
        [none, "", "door", "", ""],
        [2, "", "speaks", "", ""],
        [none, "", "speaks", "", ""],
        [5, "", "door", "", ""],
    ]
    read = taken(out, boris({"one": observation(*events)}))
    assert [(row.code, row.start_ns, row.note) for row in read.rows] == [
        ("speaks", 2 * S, "BORIS has no stop with a time for this state."),
        ("door", 5 * S, None),
    ]
    assert "Left out, as it has no time: “door” of no subject" in read.notice
    assert "“speaks” of no subject in the observation “one” at 2.000 s has no stop" in read.notice


def test_live_observations_are_left_out_and_named(out: Path) -> None:
    live = observation([1, "", "door", "", ""], type="LIVE", file={})
    media = observation([2, "", "door", "", ""])
    read = taken(out, boris({"seen": live, "one": media}))
    assert spans(read) == [("door", "first.mp4", 2 * S, 2 * S)]
    assert "Left out: 1 events of the observation “seen” (LIVE)" in read.notice
    with pytest.raises(ExchangeError, match="no event of it can be taken"):
        taken(out, boris({"seen": live}))


def test_behaviours_that_the_ethogram_lacks_are_marks(out: Path) -> None:
    read = taken(out, boris({"one": observation([1, "", "runs", "", ""], [2, "", "runs", "", ""])}))
    assert spans(read) == [("runs", "first.mp4", S, S), ("runs", "first.mp4", 2 * S, 2 * S)]
    assert read.notice == "“runs” is not in the ethogram, so its 2 events are taken as marks."


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ([1, "", "door"], "event 1: it is not a list of time"),
        ("door", "event 1: it is not a list of time"),
        ([1, "", "", "", ""], "event 1: it has no behaviour"),
        ([1, 2, "door", "", ""], "event 1: its subject, behaviour"),
        (["1:02", "", "door", "", ""], "event 1: '1:02' is not a number of seconds"),
        ([True, "", "door", "", ""], "a time is not a number"),
        ([1e300, "", "door", "", ""], "longer than any footage"),
        (["9" * 500, "", "door", "", ""], "a time is not a number"),
        ([1, "a\0b", "door", "", ""], "NUL or half of a pair"),
        ([1, "", "door", "", "\ud800"], "NUL or half of a pair"),
    ],
)
def test_a_wrong_event_is_named(out: Path, event: object, why: str) -> None:
    with pytest.raises(ExchangeError, match=rf"stop\.boris, observation one.*{why}"):
        taken(out, boris({"one": observation(event)}))  # type: ignore[arg-type]


def test_a_stop_before_its_start_is_named(out: Path) -> None:
    events = [[5, "", "speaks", "", ""], [4, "", "speaks", "", ""]]
    with pytest.raises(ExchangeError, match=r"starts at 5\.000 s and stops before that, at 4\.000"):
        taken(out, boris({"one": observation(*events)}))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"{}", "no behaviors_conf"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"behaviors_conf": ' + b'{"a":' * 50_000, "nested too deeply"),
        (gzip.compress(b" " * (33 * 1024 * 1024)), "larger than 32 MB"),
        (b"\x1f\x8b\x08\0broken", "cannot be unpacked"),
        (boris({"one": 3}), "observation one: it is not an object"),
        (boris({"a" * 2000: observation()}), "name is longer"),
        (boris([1]), "observations are not an object"),
        (boris({"one": observation(events=3)}), "its events are not a list"),
        (boris({"one": observation([1, "", "door", ""], file={"1": [3]})}), "not a list of names"),
        (boris({"one": observation([1, "", "door", ""])}).replace(b"0.0", b"1e999999"), "longer"),
    ],
)
def test_what_is_no_project_is_refused_in_words(out: Path, data: bytes, why: str) -> None:
    with pytest.raises(ExchangeError, match=why):
        taken(out, data)


def test_names_are_taken_literally_and_nothing_is_opened(out: Path) -> None:
    path = "../../etc/\u202epasswd"
    one = observation([1, "=1+1", "door", "", ""], file={"1": [path]})
    read = taken(out, boris({"../..": one}))
    assert [(row.media_file, row.speaker) for row in read.rows] == [("\u202epasswd", "=1+1")]
    assert list(out.parent.iterdir()) == [out]
