"""Subtitles and OpenTimelineIO taken into a project."""

from pathlib import Path

from bodycam_annotator import app
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import MakeTag


def test_subtitles_become_utterances(session: ProjectSession, tmp_path: Path) -> None:
    path = tmp_path / "said.srt"
    path.write_text(
        "1\n00:00:00,040 --> 00:00:00,120\nOfficer 1: Stop\n\n"
        "2\n00:00:00,100 --> 00:00:00,080\n<i>Don't</i>\n",
        encoding="utf-8",
    )
    report = app.import_file(session, path)
    assert report.added == 2
    found = {tag.text: tag for tag in session.project.standing_tags}
    stop, dont = found["Stop"], found["Don't"]
    assert (stop.code, stop.speaker, stop.origin) == (
        "utterance",
        "Officer 1",
        "said.srt, cue 1 (line 2)",
    )
    assert dont.end_ns > dont.start_ns
    assert report.notices[0] == (
        "Ends before it starts, its start taken for both: cue 2 (line 6). "
        "Formatting taken off the text: 1 cue. "
        "Names before a colon taken as speakers: Officer 1."
    )
    session.undo()
    assert session.project.standing_tags == []


def test_all_tags_come_back_under_their_codes(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    tags = (tag_at("utterance", 0, 100, text="Stop", speaker="Ada"), tag_at("shot", 40))
    session.do(add_tags(tags, label="Tag"))
    app.export(session, tmp_path / "all.vtt", every_tag=True)
    session.undo()
    report = app.import_file(session, tmp_path / "all.vtt")
    read = [(tag.code, tag.speaker, tag.text) for tag in session.project.standing_tags]
    assert sorted(read) == [("shot", "", ""), ("utterance", "Ada", "Stop")]
    # A mark is shown for a second, which is no span that anybody made.
    assert report.notices == ()


def test_opentimelineio_restores_tags_as_they_were(
    session: ProjectSession, tag_at: MakeTag, tmp_path: Path
) -> None:
    tags = (
        tag_at("utterance", -20, 100, text="a\n=b", speaker="Ada"),
        tag_at("shot", 40, note="x"),
    )
    session.do(add_tags(tags, label="Tag"))
    before = session.project.tags
    app.export(session, tmp_path / "all.otio")
    assert app.import_file(session, tmp_path / "all.otio").unchanged == 2
    session.undo()
    assert session.project.standing_tags == []
    assert app.import_file(session, tmp_path / "all.otio").notices == ()
    found = {tag.id: tag for tag in session.project.standing_tags}
    for tag in before.values():
        back = found[tag.id]
        assert (back.start_ns, back.end_ns, back.start_frame, back.end_pts) == (
            tag.start_ns,
            tag.end_ns,
            tag.start_frame,
            tag.end_pts,
        )
        assert (back.text, back.speaker, back.note, back.uncertainty_ns) == (
            tag.text,
            tag.speaker,
            tag.note,
            tag.uncertainty_ns,
        )
