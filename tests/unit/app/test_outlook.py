"""What an export would come to, and which tags lie in each of its files."""

from dataclasses import replace
from pathlib import Path

import pytest

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import piece_of, plan_jobs
from bodycam_annotator.app.clips.outlook import SPARE_BYTES, Held, look_ahead, no_room
from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import MS, MakeTag


def test_each_file_has_the_tags_that_reach_into_it(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    tags = [
        tag_at("weapon_visible", 0, 280),
        tag_at("utterance", 0, 40, text="first"),
        tag_at("utterance", 40, 80, text="second"),
        tag_at("shot", 80),
        tag_at("utterance", 80, 160, text="third"),
        tag_at("shot", 160),
        tag_at("weapon_visible", 200, 240),
    ]
    session.do(add_tags(tuple(tags), label="Tag"))
    jobs, _ = plan_jobs(
        session.project, session.path, list(map(piece_of, tags)), tmp_path, ClipChoices()
    )
    standing = sorted(
        session.project.standing_tags, key=lambda tag: (tag.start_ns, tag.end_ns, tag.id)
    )
    for job in jobs:
        assert list(job.tags) == [
            tag
            for tag in standing
            if tag.start_ns < job.span.end_ns
            and max(tag.end_ns, tag.start_ns + 1) > job.span.start_ns
        ]
    assert {len(job.tags) for job in jobs} == {7, 3, 2}


def test_what_it_comes_to_is_what_is_planned(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    mark, span = tag_at("shot", 160), tag_at("utterance", 40, 200)
    session.do(add_tags((mark, span), label="Tag"))
    late = replace(piece_of(span), start_ns=3600 * 1000 * MS, end_ns=3601 * 1000 * MS)
    choices = ClipChoices(makes=(Make.CLIP, Make.STILL), name="{n} {code}")
    pieces = [piece_of(span), piece_of(mark), late]
    found = look_ahead(session.project, session.path, pieces, tmp_path / "not" / "there", choices)
    assert found.held == {
        # Frames at 40, 80, 160 ms, the last until 200; and that at 160.
        Make.CLIP: Held(files=2, pictures=4, lasts_ns=200 * MS),
        Make.STILL: Held(files=2, pictures=2, lasts_ns=None),
    }
    assert found.first_name == "001 utterance.mp4"
    assert [(one.piece, one.make) for one in found.not_made] == [
        (late, Make.CLIP),
        (late, Make.STILL),
    ]
    assert found.problem == ""
    assert found.free_bytes is not None
    assert found.likely_bytes > 0
    assert not (tmp_path / "not").exists()


def test_a_folder_that_cannot_be_written_is_said(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.do(add_tags((tag_at("shot", 160),), label="Tag"))
    pieces = list(map(piece_of, session.project.standing_tags))
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(ExchangeError, match="cannot be used"):
        look_ahead(session.project, session.path, pieces, file, ClipChoices())
    # Who tests as root may write everywhere.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    found = look_ahead(session.project, session.path, pieces, tmp_path / "x", ClipChoices())
    assert "cannot be written to" in found.problem


def test_it_stops_when_asked_to(session: ProjectSession, tag_at: MakeTag, tmp_path: Path) -> None:
    session.do(add_tags((tag_at("shot", 160),), label="Tag"))
    pieces = list(map(piece_of, session.project.standing_tags))
    with pytest.raises(Cancelled):
        look_ahead(
            session.project, session.path, pieces, tmp_path, ClipChoices(), cancelled=lambda: True
        )


def test_room_is_left(tmp_path: Path) -> None:
    assert no_room(tmp_path, 10, SPARE_BYTES + 10) == ""
    assert "has room for" in no_room(tmp_path, 11, SPARE_BYTES + 10)
