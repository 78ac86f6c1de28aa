"""Tables of other programs taken into a project."""

from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import MS


def imported(
    session: ProjectSession, folder: Path, text: str, **choices: object
) -> tuple[list[Tag], app.ImportReport]:
    path = folder / "theirs.csv"
    path.write_text(text, encoding="utf-8")
    before = session.project.tags.keys()
    report = app.import_file(session, path, app.ImportChoices(**choices))  # type: ignore[arg-type]
    return [tag for name, tag in session.project.tags.items() if name not in before], report


def test_frames_are_those_of_the_footage_and_not_of_a_rate(
    session: ProjectSession, tmp_path: Path
) -> None:
    """Frame 3 is shown from 160 ms on, as the one at 120 ms is not there."""
    text = "what;from;to\nshot;3;\nutterance;2;3\nutterance;1;1\nnew;0;2\n"
    columns = {"code": "what", "start_frame": "from", "end_frame": "to"}
    tags, report = imported(session, tmp_path, text, columns=columns)
    first_ns = next(iter(session.project.footage.values())).first_ns
    assert [
        ((tag.start_ns - first_ns) // MS, (tag.end_ns - first_ns) // MS, tag.start_frame)
        for tag in tags
    ] == [(160, 160, 3), (80, 200, 2), (40, 80, 1), (0, 160, 0)]
    assert [tag.end_frame for tag in tags] == [3, 3, 1, 2]
    assert report.notices == ()
    assert [one.code.kind for one in report.codes if one.is_new] == ["interval"]


def test_a_span_of_frames_of_a_code_for_marks_is_a_mark(
    session: ProjectSession, tmp_path: Path
) -> None:
    columns = {"start_frame": "a", "end_frame": "b"}
    (tag,), report = imported(session, tmp_path, "a,b\n1,3\n", columns=columns, code="shot")
    assert (tag.start_frame, tag.end_frame) == (1, 1)
    assert report.notices == ("Span of a code for marks, its start taken: 1 tag.",)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("6,6", "row 2, column start_frame: there is no frame 6; the last is 5"),
        ("-1,1", "no frame -1"),
        ("1,999", "column end_frame: there is no frame 999"),
        ("3,1", "column end_frame: the end is before the start"),
    ],
)
def test_frames_that_are_not_there(
    session: ProjectSession, tmp_path: Path, cells: str, said: str
) -> None:
    columns = {"start_frame": "a", "end_frame": "b"}
    with pytest.raises(ExchangeError, match=said):
        imported(session, tmp_path, f"a,b\n{cells}\n", columns=columns, code="utterance")


def test_times_of_tenths_say_so_in_their_uncertainty(
    session: ProjectSession, tmp_path: Path
) -> None:
    (tag, late), _ = imported(
        session, tmp_path, "at\n0.0\n0.2\n", columns={"start_s": "at"}, code="shot"
    )
    assert tag.uncertainty_ns == 40 * MS + 50 * MS
    assert late.uncertainty_ns == 40 * MS + 50 * MS
