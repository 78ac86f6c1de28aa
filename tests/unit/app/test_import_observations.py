"""Events of BORIS and Datavyu in a project."""

from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import MS
from tests.unit.exchange.boris.made import boris, observation


def imported(session: ProjectSession, path: Path) -> tuple[app.ImportReport, list[Tag]]:
    before = session.project.tags.keys()
    report = app.import_file(session, path)
    return report, [tag for name, tag in session.project.tags.items() if name not in before]


def test_a_boris_project(session: ProjectSession, tmp_path: Path) -> None:
    events = [
        [0.08, "Officer 1", "speaks", "high", "Hands up"],
        [0.1, "", "door", "", ""],
        [0.16, "Officer 1", "speaks", "high", ""],
        [0.2, "", "speaks", "", ""],
    ]
    path = tmp_path / "stop.boris"
    path.write_bytes(boris({"one": observation(*events, file={"1": ["x/X60A0001.mov"]})}))
    report, tags = imported(session, path)
    first_ns = next(iter(session.project.footage.values())).first_ns
    speaks, door, unpaired = sorted(tags, key=lambda tag: tag.start_ns)
    assert (speaks.start_ns - first_ns, speaks.end_ns - first_ns) == (80 * MS, 160 * MS)
    assert (speaks.speaker, speaks.text) == ("Officer 1", "Hands up")
    assert speaks.attributes == {"volume": "high"}
    assert speaks.origin == "stop.boris, observation one, events 1, 3"
    assert (door.start_ns - first_ns, door.end_ns - first_ns) == (100 * MS, 100 * MS)
    assert unpaired.note == "BORIS has no stop for this state."
    assert "“speaks” of no subject in the observation “one” at 0.200 s has no stop" in " ".join(
        report.notices
    )
    assert {one.said: one.code.kind for one in report.codes} == {
        "speaks": Kind.INTERVAL,
        "door": Kind.POINT,
    }
    session.undo()
    assert session.project.standing_tags == []


def test_files_of_other_cameras_are_said(two_cameras: ProjectSession, tmp_path: Path) -> None:
    path = tmp_path / "stop.boris"
    path.write_bytes(boris({"one": observation([0.04, "", "door", "", ""])}))
    with pytest.raises(ExchangeError, match=r"observation one, event 1: .*no footage first\.mp4"):
        app.import_file(two_cameras, path)


@pytest.mark.parametrize("name", ["out.boris", "out.boris.gz", "tabular.csv", "aggregated.tsv"])
def test_what_is_exported_comes_back_to_the_same_frames(
    session: ProjectSession, exported: Path, tmp_path: Path, name: str
) -> None:
    formats = {"tabular.csv": "boris-events", "aggregated.tsv": "boris-aggregated-tsv"}
    app.export(session, tmp_path / name, format=formats.get(name))
    before = sorted(placed(tag) for tag in session.project.standing_tags)
    session.undo()
    assert exported.exists()
    assert session.project.standing_tags == []
    report, tags = imported(session, tmp_path / name)
    assert report.added == 3
    assert sorted(placed(tag) for tag in tags) == before


def placed(tag: Tag) -> tuple[object, ...]:
    frames = (str(tag.start_frame), str(tag.end_frame), str(tag.start_pts), str(tag.end_pts))
    return tag.code, tag.start_ns, tag.end_ns, tag.speaker, tag.text, *frames


def test_cells_of_datavyu(session: ProjectSession, tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(
        "#4\nlook (MATRIX,true,)-to|NOMINAL\n00:00:00:040,00:00:00:160,(driver)\n"
        "blink (TEXT,true,)\n00:00:00:080,00:00:00:000,twice\n",
        encoding="utf-8",
    )
    report, (look, blink) = imported(session, path)
    first_ns = next(iter(session.project.footage.values())).first_ns
    assert (look.start_ns - first_ns, look.end_ns - first_ns) == (40 * MS, 160 * MS)
    assert look.attributes == {"to": "driver"}
    assert (blink.start_ns, blink.end_ns) == (first_ns + 80 * MS, first_ns + 80 * MS)
    assert (blink.text, blink.origin) == ("twice", "cells.csv, column blink, cell 1 (line 5)")
    assert [one.is_new for one in report.codes] == [True, True]


def test_one_finer_event_makes_no_other_more_certain(
    session: ProjectSession, tmp_path: Path
) -> None:
    path = tmp_path / "stop.boris"
    events = [[0.04, "", "door", "", ""], [0.160000001, "", "door", "", ""]]
    path.write_bytes(boris({"one": observation(*events, file={"1": ["x/X60A0001.mov"]})}))
    tags = sorted(imported(session, path)[1], key=lambda tag: tag.start_ns)
    assert [tag.uncertainty_ns for tag in tags] == [40 * MS + MS // 2, 80 * MS + 1]


def test_a_state_without_its_stop_is_said_once(session: ProjectSession, tmp_path: Path) -> None:
    path = tmp_path / "stop.boris"
    events = [[0.04, "", "speaks", "", ""]]
    path.write_bytes(boris({"one": observation(*events, file={"1": ["x/X60A0001.mov"]})}))
    report, _ = imported(session, path)
    assert [one for one in report.notices if "Mark of a code" in one] == []
    assert "has no stop" in report.notices[0]
