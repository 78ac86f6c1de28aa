"""OpenTimelineIO as written, opened by its own adapter, and read back exactly."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.editing.otio import OTIO
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.tables.csv_timeline import CSV
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.project import Project
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project, projects

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def write(folder: Path, of: Project, **how: Any) -> Path:  # noqa: ANN401 - as `Content`
    out = folder / "out.otio"
    formats.write(Content(project=of, folder=folder, **how), out, OTIO)
    return out


def read(path: Path) -> Timeline:
    return formats.read(path, OTIO)[1]


FOLLOWS: dict[str, Any] = dict.fromkeys(
    ("incident", "category", "clock_start_utc", "clock_uncertainty_ns", "incident_start_ns")
)
"""What is not written for each tag, as it follows from others."""


@one_folder
@given(any_project=projects())
def test_what_is_written_is_read_back_as_from_csv(any_project: Project, tmp_path: Path) -> None:
    back = read(write(tmp_path, any_project))
    formats.write(Content(project=any_project, raw=True), tmp_path / "same.csv", CSV)
    csv = formats.read(tmp_path / "same.csv", CSV)[1]
    by_id = {row.tag_id: replace(row, number=0, where="") for row in back.rows}
    assert by_id == {row.tag_id: replace(row, number=0, **FOLLOWS) for row in csv.rows}
    assert back.codebooks.keys() == {"book@2"}
    if any_project.tags:
        assert (back.columns, back.foreign, back.notice) == (csv.columns, False, "")


def test_as_opentimelineio_reads_it(tmp_path: Path) -> None:
    heard = replace(TAG, start_ns=1_700_000_000)
    shot = replace(TAG, id="t2", code="shot", start_ns=2_500_000_000, end_ns=2_500_000_000)
    media = tmp_path / "released" / "X 60.mp4"
    out = write(tmp_path, project(TAG, heard, shot), media={"f1": media})
    (clip,) = otio.adapters.read_from_file(str(out)).find_clips()
    assert clip.name == "Officer 1"
    assert clip.media_reference.target_url == "./released/X%2060.mp4"
    on_tick, off_tick = (one.marked_range for one in reversed(clip.markers[:1] + clip.markers[1:]))
    assert {
        (one.marked_range.start_time.value, one.marked_range.start_time.rate)
        for one in clip.markers
    } == {
        (108_000, 90_000),
        (180_000, 90_000),
    }
    assert on_tick.duration.value == 0
    assert off_tick.duration.to_seconds() == pytest.approx(1, abs=1e-6)
    assert clip.markers[0].name == "utterance: [Officer 1] Put your gun down"


def test_times_are_ticks_of_the_footage_and_nanoseconds_between_them(tmp_path: Path) -> None:
    footage = replace(FOOTAGE, first_ns=33_366_667, time_base=Fraction(1001, 30_000))
    tags = [
        replace(TAG, id="on", start_ns=100_100_000, end_ns=133_466_667),
        replace(TAG, id="off", start_ns=100_100_001, end_ns=200_000_000),
    ]
    ntsc = replace(FOOTAGE, first_ns=33_333_333, time_base=Fraction(1, 30))
    for kind, rate, starts in ((footage, 1e9, {66733333, 66733334}), (ntsc, 30.0, {2.0})):
        many = [replace(one, start_ns=100_000_000, end_ns=133_333_333) for one in tags[:1]]
        of = project(*(tags if kind is footage else many), footage=kind)
        (clip,) = otio.adapters.read_from_file(str(write(tmp_path, of))).find_clips()
        found = [one.marked_range.start_time for one in clip.markers]
        assert {time.value for time in found} == starts
        assert {time.rate for time in found} == {rate}


def test_footage_that_is_missing_is_named(tmp_path: Path) -> None:
    (clip,) = otio.adapters.read_from_file(str(write(tmp_path, project(TAG)))).find_clips()
    assert clip.media_reference.target_url == "./X60A0001.mp4"


def test_each_camera_has_a_track(tmp_path: Path) -> None:
    both = project(TAG, replace(TAG, id="t2", footage_id="f2"))
    both = replace(
        both,
        cameras={**both.cameras, "c2": replace(CAMERA, id="c2", name="Officer 2")},
        footage={**both.footage, "f2": replace(FOOTAGE, id="f2", camera_id="c2")},
    )
    out = write(tmp_path, both)
    tracks = otio.adapters.read_from_file(str(out)).tracks
    assert [(one.name, len(one[0].markers)) for one in tracks] == [
        ("Officer 1", 1),
        ("Officer 2", 1),
    ]
    assert [row.camera for row in read(out).rows] == ["Officer 1", "Officer 2"]


def changed(path: Path, change: Callable[[Any], None]) -> Timeline:
    """Read back after another program changed its clip."""
    timeline = otio.adapters.read_from_file(str(path))
    change(next(iter(timeline.find_clips())))
    otio.adapters.write_to_file(timeline, str(path))
    return read(path)


def test_a_marker_that_was_moved_is_taken_where_it_is(tmp_path: Path) -> None:
    def move(clip: Any) -> None:  # noqa: ANN401 - the library has no types
        clip.markers[0].marked_range = otio.opentime.TimeRange(
            otio.opentime.RationalTime(36, 24), otio.opentime.RationalTime(12, 24)
        )

    timeline = changed(write(tmp_path, project(TAG)), move)
    (row,) = timeline.rows
    assert (row.start_ns, row.end_ns) == (1_500_000_000, 2_000_000_000)
    assert (row.start_frame, row.end_pts, row.tag_id, row.speaker) == (
        None,
        None,
        "t1",
        "Officer 1",
    )
    assert timeline.notice == (
        "Moved since it was exported, taken where it is now: clip 1 'Officer 1', marker 1."
    )


def test_a_marker_that_was_renamed_is_taken_as_it_is(tmp_path: Path) -> None:
    def rename(clip: Any) -> None:  # noqa: ANN401 - the library has no types
        clip.markers[0].name = "shot: [Ada] Bang"

    timeline = changed(write(tmp_path, project(TAG)), rename)
    (row,) = timeline.rows
    assert (row.code, row.speaker, row.text) == ("shot", "Ada", "Bang")
    assert (row.start_ns, row.start_frame) == (1_200_000_001, 30)
    assert timeline.notice.startswith("Renamed since it was exported")


def test_markers_that_others_add_are_taken_too(tmp_path: Path) -> None:
    def add(clip: Any) -> None:  # noqa: ANN401 - the library has no types
        at = otio.opentime.TimeRange(
            otio.opentime.RationalTime(30, 24), otio.opentime.RationalTime(0, 24)
        )
        clip.markers.append(otio.schema.Marker(name="look here", marked_range=at, comment="why"))

    timeline = changed(write(tmp_path, project(TAG)), add)
    assert [(row.code, row.start_ns, row.note) for row in timeline.rows] == [
        ("utterance", 1_200_000_001, None),
        ("look here", 1_250_000_000, "why"),
    ]
    assert timeline.foreign
    # One of 24 frames a second, and nothing of what is there as it was written.
    assert [row.resolution_ns for row in timeline.rows] == [None, 41_666_667]


def test_a_row_that_was_spoilt_is_refused(tmp_path: Path) -> None:
    def spoil(clip: Any) -> None:  # noqa: ANN401 - the library has no types
        clip.markers[0].metadata["bodycam_annotator"]["row"]["basis"] = "guessed"

    with pytest.raises(
        ExchangeError, match=r"was changed, so .* column basis: 'guessed' is none of"
    ):
        changed(write(tmp_path, project(TAG)), spoil)


def time_of(value: float, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": value}


def range_of(start: float, length: float, rate: float = 24.0) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "start_time": time_of(start, rate),
        "duration": time_of(length, rate),
    }


def marker_of(name: str, start: float, length: float, rate: float = 24.0) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Marker.1",
        "metadata": {},
        "name": name,
        "range": range_of(start, length, rate),
    }


def other_file(
    *, on_clip: Sequence[Any] = (), on_track: Sequence[Any] = (), on_stack: Sequence[Any] = ()
) -> dict[str, Any]:
    """As OpenTimelineIO 0.12 wrote it (its documentation, "OTIO file format"): a cut that shows
    media of timecode 01:00:00:00 from its tenth second, after two seconds of nothing."""
    clip = {
        "OTIO_SCHEMA": "Clip.1",
        "name": "cut",
        "source_range": range_of(86_400 + 240, 240),
        "media_reference": {
            "OTIO_SCHEMA": "ExternalReference.1",
            "target_url": "file:///media/X60A0001.mp4",
            "available_range": range_of(86_400, 2400),
        },
        "markers": on_clip,
    }
    gap = {"OTIO_SCHEMA": "Gap.1", "name": "", "source_range": range_of(0, 48), "markers": []}
    track = {
        "OTIO_SCHEMA": "Track.1",
        "name": "V1",
        "kind": "Video",
        "children": [gap, clip],
        "markers": on_track,
    }
    return {
        "OTIO_SCHEMA": "Timeline.1",
        "name": "a cut",
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "name": "tracks",
            "children": [track],
            "markers": on_stack,
        },
    }


def read_json(folder: Path, content: object) -> Timeline:
    path = folder / "in.otio"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_markers_of_others_count_from_the_footages_first_frame(tmp_path: Path) -> None:
    content = other_file(
        on_clip=[marker_of("shot", 86_400 + 252, 0), marker_of("Ada: hi", 86_400 + 264, 12)],
        on_track=[marker_of("door", 72, 0)],
        on_stack=[marker_of("car", 96, 24), marker_of("black", 0, 0)],
    )
    timeline = read_json(tmp_path, content)
    assert [(row.code, row.start_ns / 1e9, row.end_ns / 1e9) for row in timeline.rows] == [
        ("shot", 10.5, 10.5),
        ("Ada", 11.0, 11.5),
        ("door", 11.0, 11.0),
        ("car", 12.0, 13.0),
    ]
    assert {row.media_file for row in timeline.rows} == {"X60A0001.mp4"}
    assert timeline.foreign
    assert timeline.notice == "Not on footage, not taken: timeline, marker 2."


def test_rates_of_television_are_taken_exactly(tmp_path: Path) -> None:
    content = other_file(on_clip=[marker_of("shot", 86_400 * 29.97 / 24 + 300, 0, 29.97)])
    (row,) = read_json(tmp_path, content).rows
    at = Fraction(86_400 * 29.97 / 24 + 300) * 1001 / 30_000 - 3600
    assert row.start_ns == round(at * 10**9)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON|nested"),
        ("[" * 600 + "]" * 600, "nested more than"),
        ('{"a": NaN}', "NaN, which is no number"),
        ('{"a": -Infinity}', "-Infinity, which is no number"),
        ('{"a": 1e999}', "too large"),
        ('{"a": 9' + "9" * 5000 + "}", "not JSON"),
        ("3", "no timeline"),
        ("null", "no timeline"),
        ({"OTIO_SCHEMA": "SerializableObjectRef.1", "id": "Stack-1"}, "references"),
        ({"OTIO_SCHEMA": "Timeline.99", "name": "x"}, "no tracks"),
        ({"OTIO_SCHEMA": "Timeline.1", "tracks": 3}, "no tracks"),
        (other_file(on_clip=[3]), "clip 1 'cut', marker 1: it is no marker"),
        (other_file(on_clip=[{"OTIO_SCHEMA": "Marker.2"}]), "it has no times"),
        ({"OTIO_SCHEMA": "Timeline.1", "tracks": {"children": 3}}, "'children' is no list"),
        ({"OTIO_SCHEMA": "Adapter.1", "name": "x", "filepath": "/elsewhere/x.py"}, "no timeline"),
        (
            other_file(on_clip=[marker_of("a", 1, 0, 0.0)]),
            "clip 1 'cut', marker 1: 1 at a rate of 0",
        ),
        (other_file(on_clip=[marker_of("a", 1, 0, -24.0)]), "is no time"),
        (other_file(on_clip=[marker_of("a", 1e300, 0)]), "is no time"),
        (other_file(on_clip=[marker_of("a", 1, -5)]), "ends before it starts"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: object, why: str) -> None:
    with pytest.raises(ExchangeError, match=why):
        read_json(tmp_path, content)


def test_no_plugin_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    plugin = tmp_path / "plugin.py"
    plugin.write_text(f"open({str(ran)!r}, 'w').close()\n", encoding="utf-8")
    manifest = {
        "OTIO_SCHEMA": "PluginManifest.1",
        "adapters": [],
        "media_linkers": [{"OTIO_SCHEMA": "MediaLinker.1", "name": "bad", "filepath": str(plugin)}],
        "schemadefs": [{"OTIO_SCHEMA": "SchemaDef.1", "name": "bad", "filepath": str(plugin)}],
        "hook_scripts": [{"OTIO_SCHEMA": "HookScript.1", "name": "bad", "filepath": str(plugin)}],
        "hooks": {"pre_adapter_write": ["bad"], "post_adapter_read": ["bad"]},
    }
    (tmp_path / "plugins.json").write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.setenv("OTIO_PLUGIN_MANIFEST_PATH", str(tmp_path / "plugins.json"))
    monkeypatch.setenv("OTIO_DEFAULT_MEDIA_LINKER", "bad")
    monkeypatch.setattr(otio.plugins.manifest, "_MANIFEST", None)
    out = write(tmp_path, project(TAG))
    assert len(read(out).rows) == 1
    for name in ("out.edl", "out.fcpxml"):
        formats.write(
            Content(project=project(TAG), folder=tmp_path),
            tmp_path / name,
            formats.FORMATS[name[4:]],
        )
    assert otio.plugins.manifest._MANIFEST is None
    assert not ran.exists()
    assert os.environ["OTIO_DEFAULT_MEDIA_LINKER"] == "bad"


def test_a_file_without_markers_says_so(tmp_path: Path) -> None:
    timeline = read_json(tmp_path, other_file())
    assert (timeline.rows, timeline.notice) == ((), "There are no markers in it.")


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_text_can_hold_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ExchangeError, match="Tag 't1' holds a character"):
        write(tmp_path, project(replace(TAG, note=text)))


def test_kinds_are_kept(tmp_path: Path) -> None:
    shot = replace(TAG, code="shot", end_ns=TAG.start_ns)
    (row,) = read(write(tmp_path, project(shot))).rows
    assert (row.kind, row.start_ns) == (Kind.POINT, row.end_ns)
