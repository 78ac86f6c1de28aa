"""Files of ELAN, Praat and Audacity in projects, and projects in theirs and back."""

from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import BOOK, MS


def by_start(session: ProjectSession) -> list[Tag]:
    return sorted(session.project.standing_tags, key=lambda tag: tag.start_ns)


def test_labels_of_audacity(session: ProjectSession, tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text("0.040\t0.040\tShot\n0.080\t0.240\tutterance: [A] no\n", encoding="utf-8")
    assert app.import_file(session, path).added == 2
    shot, said = by_start(session)
    first_ns = session.project.footage[shot.footage_id].first_ns
    assert (shot.code, shot.start_frame, shot.origin) == ("shot", 1, "labels.txt, line 1")
    assert (said.code, said.speaker, said.text) == ("utterance", "A", "no")
    assert (said.start_ns - first_ns, said.end_ns - first_ns) == (80 * MS, 240 * MS)


@pytest.mark.parametrize(("ending", "exact"), [("eaf", False), ("TextGrid", True), ("txt", True)])
def test_what_was_written_comes_back(
    session: ProjectSession,
    exported: Path,
    tmp_path: Path,
    released: Path,
    ending: str,
    exact: bool,
) -> None:
    assert exported.exists()
    path = tmp_path / f"out.{ending}"
    app.export(session, path)
    with app.new_project(tmp_path / "copy.bodycam", [released], coder="Ben", codebook=BOOK) as copy:
        report = app.import_file(copy, path)
        assert (report.added, [one.is_new for one in report.codes]) == (3, [False] * 3)
        for old, new in zip(by_start(session), by_start(copy), strict=True):
            assert (new.code, new.speaker) == (old.code, old.speaker)
            assert (new.start_ns, new.end_ns) == (old.start_ns, old.end_ns)
            assert (new.start_frame, new.end_frame) == (old.start_frame, old.end_frame)
            assert new.text == ('=say "no"\n' if old.text and ending != "txt" else new.text)
            assert new.origin.startswith(path.name)
        shot = next(tag for tag in by_start(copy) if tag.code == "shot")
        was = next(tag for tag in by_start(session) if tag.code == "shot")
        assert was.uncertainty_ns is not None
        rounding = 0 if exact else MS // 2
        assert shot.uncertainty_ns == was.uncertainty_ns + rounding


def test_codes_that_are_not_there_are_proposed_as_marks_where_they_were(
    session: ProjectSession, tmp_path: Path
) -> None:
    path = tmp_path / "a.TextGrid"
    path.write_text(
        'File type = "ooTextFile"\n"TextGrid"\n0 1 <exists> 2\n'
        '"TextTier" "Bell" 0 1 1 0.04 "ding" "IntervalTier" "Talk@A" 0 1 1 0.04 0.2 "hi"\n',
        encoding="utf-16",
    )
    report = app.import_file(session, path)
    assert [(one.code.id, one.code.kind, one.is_new) for one in report.codes] == [
        ("bell", Kind.POINT, True),
        ("talk", Kind.INTERVAL, True),
    ]


def test_two_cameras(two_cameras: ProjectSession, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(
        "code,start_s,camera\nshot,0.04,Camera 1\nshot,0,Camera 2\n", encoding="utf-8"
    )
    app.import_file(two_cameras, tmp_path / "in.csv")
    before = [(tag.footage_id, tag.start_ns, tag.end_ns) for tag in by_start(two_cameras)]
    for name in ("out.eaf", "out.TextGrid", "out.txt"):
        app.export(two_cameras, tmp_path / name)
    two_cameras.undo()
    for name in ("out.eaf", "out.TextGrid"):
        app.import_file(two_cameras, tmp_path / name)
        after = [(tag.footage_id, tag.start_ns, tag.end_ns) for tag in by_start(two_cameras)]
        assert after == before
        two_cameras.undo()
    with pytest.raises(ExchangeError, match=r"out\.txt, line 1: it does not say which camera"):
        app.import_file(two_cameras, tmp_path / "out.txt")
