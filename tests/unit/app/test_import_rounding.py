"""Where tags are, and how certain, whose times another program rounded."""

from fractions import Fraction
from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.media_factory import Clip, make
from tests.unit.app.clips import BOOK, MS, MakeTag

ON_FRAMES = "Put on the frame that its rounded time means: {}."
BETWEEN = "Not on a frame, times kept exactly: {}."


def imported(
    session: ProjectSession, folder: Path, text: str, **columns: str
) -> tuple[list[Tag], app.ImportReport]:
    path = folder / "theirs.csv"
    path.write_text(text, encoding="utf-8")
    before = session.project.tags
    choices = app.ImportChoices(columns=columns or {"start_s": "at"})
    report = app.import_file(session, path, choices)
    after = session.project.tags
    return [tag for name, tag in after.items() if before.get(name) != tag], report


def file_ms(session: ProjectSession, tag: Tag) -> float:
    return (tag.start_ns - session.project.footage[tag.footage_id].first_ns) / MS


def test_an_uncertainty_is_not_less_than_the_rounding(
    session: ProjectSession, tmp_path: Path
) -> None:
    text = "code,at,uncertainty_s\nshot,0.0,0.001\nshot,0.0,0.2\nshot,0.000000000,0.001\n"
    tags, _ = imported(session, tmp_path, text)
    assert [tag.uncertainty_ns for tag in tags] == [50 * MS, 200 * MS, MS]


def test_a_tag_that_is_moved_is_as_uncertain_as_its_new_time(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    tag = tag_at("shot", 200, uncertainty_ns=1)
    session.do(add_tags((tag,), label="Tag"))
    (same, report) = imported(session, tmp_path, f"tag_id,code,at\n{tag.id},shot,0.2\n")
    assert (same, report.unchanged) == ([], 1)
    text = f"tag_id,code,at,uncertainty_s\n{tag.id},shot,0.2,0.000000002\n"
    ((surer,), _) = imported(session, tmp_path, text)
    assert surer.uncertainty_ns == 50 * MS
    ((moved,), _) = imported(session, tmp_path, f"tag_id,code,at\n{tag.id},shot,0.08\n")
    assert (file_ms(session, moved), moved.uncertainty_ns) == (80, 80 * MS + 5 * MS)


@pytest.mark.parametrize(
    ("code", "cell", "placed_ms", "uncertainty_ms", "notice"),
    [
        ("shot", "0.041", 41, None, BETWEEN),
        ("shot", "0.0401", 40.1, None, BETWEEN),
        ("shot", "0.04", 40, 45, None),
        ("shot", "0.16", 160, 85, None),
        # As far from 80 as it may be from the frame that was meant.
        ("shot", "0.1", 80, 80 + 50 + 20, ON_FRAMES),
        ("utterance", "0.1", 100, None, BETWEEN),
    ],
)
def test_a_rounded_time_is_its_frames(
    session: ProjectSession,
    tmp_path: Path,
    code: str,
    cell: str,
    placed_ms: float,
    uncertainty_ms: int | None,
    notice: str | None,
) -> None:
    end = "0.240000000" if code == "utterance" else cell
    text = f"code,at,to\n{code},{cell},{end}\n"
    ((tag,), report) = imported(session, tmp_path, text, start_s="at", end_s="to")
    assert file_ms(session, tag) == placed_ms
    bound = None if uncertainty_ms is None else uncertainty_ms * MS
    assert tag.uncertainty_ns == bound
    assert report.notices == (() if notice is None else (notice.format("1 tag"),))


@pytest.mark.parametrize("name", ["out.eaf", "out.vtt", "out.srt"])
def test_what_was_on_frames_that_are_on_no_millisecond_comes_back_to_them(
    tmp_path: Path, name: str
) -> None:
    clip = make(
        Clip(pts=tuple(range(0, 1001 * 12, 1001)), time_base=Fraction(1, 30_000)),
        tmp_path / "ntsc.mov",
    )
    with app.new_project(
        tmp_path / "a.bodycam", [clip.path], coder="Ada", codebook=BOOK
    ) as session:
        opened = app.open_footage(session, app.find_footage(session, camera=None))
        tags = [
            app.make_tag(
                session.project,
                opened.footage,
                opened.index,
                code="utterance",
                start_ns=opened.index.time_of(first),
                to_frame=first + 1,
                coder="Ada",
                text=f"word {first}",
            )
            for first in range(0, 10)
        ]
        session.do(add_tags(tuple(tags), label="Tag"))
        app.export(session, tmp_path / name)
        session.undo()
        report = app.import_file(session, tmp_path / name)
        back = {tag.text: tag for tag in session.project.standing_tags}
        for tag in tags:
            same = back[tag.text]
            assert (same.start_ns, same.end_ns) == (tag.start_ns, tag.end_ns)
            assert (same.start_frame, same.end_frame) == (tag.start_frame, tag.end_frame)
            assert tag.uncertainty_ns is not None
            assert same.uncertainty_ns == tag.uncertainty_ns + MS // 2
        assert any(one.startswith("Put on the frame") for one in report.notices)
        assert not any(one.startswith("Not on a frame") for one in report.notices)


def test_a_marker_that_was_moved_elsewhere_is_as_exact_as_its_rate(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    tag = tag_at("shot", 40)
    session.do(add_tags((tag,), label="Tag"))
    path = tmp_path / "out.otio"
    app.export(session, path)
    text = path.read_text(encoding="utf-8")
    before = '"start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 12800.0, "value": 512.0}'
    after = '"start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 2.0}'
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    app.import_file(session, path)
    moved = session.project.tags[tag.id]
    assert (file_ms(session, moved), moved.uncertainty_ns) == (80, None)
