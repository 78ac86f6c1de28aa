"""Edits through a session: committed whole or not at all, and there when it is opened again."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodycam_annotator import __version__
from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import (
    Change,
    Edit,
    add_tags,
    change_tag,
    row_of,
    withdraw_tags,
)
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag, new_id
from bodycam_annotator.storage.connection import connect
from bodycam_annotator.storage.repository import codebook_row
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import (
    CAMERA,
    CODEBOOK,
    FOOTAGE,
    INCIDENT,
    Opened,
    added,
    make_tag,
)


def tagged(session: ProjectSession, **values: object) -> Tag:
    tag = make_tag(coder=session.coder, **values)
    session.do(add_tags((tag,), label="Tag shot"))
    return tag


def test_a_project_holds_what_was_put_into_it(session: ProjectSession) -> None:
    project = session.project
    assert project.incident == INCIDENT
    assert project.codebook == CODEBOOK
    assert project.cameras == {CAMERA.id: CAMERA}
    assert project.footage == {FOOTAGE.id: FOOTAGE}
    assert project.tags == {}
    assert project.audit_head == session.history()[-1].hash


def test_a_tag_is_there_when_the_project_is_opened_again(
    session: ProjectSession, opened: Opened
) -> None:
    tag = make_tag(text="„Put your gun down”\n\t'\"\\", note="nul \0 is text too")
    changes = session.do(add_tags((tag,), label="Tag shot"))
    assert changes.label == "Tag shot"
    assert changes.touched == {"tag": {tag.id}}
    session.close()
    assert opened().project.tags == {tag.id: tag}


def test_a_snapshot_stays_as_it_was(session: ProjectSession) -> None:
    before = session.project
    tag = tagged(session)
    assert before.tags == {}
    assert session.project.tags == {tag.id: tag}
    with pytest.raises(TypeError):
        session.project.tags[tag.id] = tag  # type: ignore[index]


def test_tags_keep_the_order_in_which_they_were_added(
    session: ProjectSession, opened: Opened
) -> None:
    first, second, third = (tagged(session, start_ns=-start, end_ns=0) for start in (1, 3, 2))
    session.do(change_tag(first, label="Edit", note="seen twice"))
    assert list(session.project.tags) == [first.id, second.id, third.id]
    assert list(opened().project.tags) == [first.id, second.id, third.id]


ns = st.integers(-(2**62), 2**62)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
tags = st.builds(
    lambda start, length, **values: make_tag(
        id=new_id(), start_ns=start, end_ns=start + length, **values
    ),
    ns,
    st.integers(0, 2**61),
    start_frame=st.none() | st.integers(0, 2**31),
    start_pts=st.none() | ns,
    uncertainty_ns=st.none() | st.integers(0, 2**40),
    text=text,
    speaker=text,
    note=text,
    coder=text,
    attributes=st.dictionaries(text, text, max_size=3),
    basis=st.none() | st.sampled_from(Basis),
    confidence=st.none() | st.sampled_from(Confidence),
    status=st.sampled_from(Status),
    withdrawn=st.booleans(),
)


@given(st.lists(tags, max_size=5))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_tag_holds_is_read_back(path: Path, made: list[Tag]) -> None:
    with ProjectSession.open(path, coder="Ann") as session:
        session.do(add_tags(tuple(made), label="Import"))
        kept = session.project
    with ProjectSession.open(path, coder="Ann") as session:
        assert session.project == kept
        assert [session.project.tags[tag.id] for tag in made] == made
    assert verify_chain(path).sound


def test_an_entry_says_who_when_what_and_at_which_speed(session: ProjectSession) -> None:
    tag = make_tag()
    session.do(add_tags((tag,), label="Tag shot"), speed="0.5")
    made, footage, entry = session.history()
    assert (made.seq, made.action, made.previous) == (1, "create", "0" * 64)
    assert [change.entity for change in made.changes] == ["codebook", "incident"]
    assert footage.label == "Add footage"
    assert (entry.seq, entry.coder, entry.action, entry.label) == (3, "Ann", "do", "Tag shot")
    assert (entry.speed, entry.app_version, entry.refers_to) == ("0.5", __version__, None)
    assert entry.previous == footage.hash
    assert entry.changes == (Change(entity="tag", id=tag.id, before=None, after=row_of(tag)),)
    assert made.utc <= footage.utc <= entry.utc


def test_an_edit_of_what_has_changed_since_is_refused(
    session: ProjectSession, opened: Opened, path: Path
) -> None:
    tag = tagged(session)
    stale = change_tag(tag, label="Edit note", note="mine")
    opened("Bob").do(change_tag(tag, label="Edit text", text="theirs"))
    before, project = path.read_bytes(), session.project
    with pytest.raises(EditError, match=r"Edit note.*Bob changed the same tag.*Edit text.*entry 4"):
        session.do(stale)
    assert path.read_bytes() == before
    assert session.project is project
    assert session.refresh().touched == {"tag": {tag.id}}
    assert session.project.tags[tag.id].text == "theirs"


def bad_edits() -> dict[str, tuple[Edit, str]]:
    known, unknown = make_tag(id="known"), make_tag()
    twice = replace(known, note="another")
    late = replace(known, id="late", end_ns=2**63)
    row = row_of(make_tag(id="backward"))
    back = Change(entity="tag", id="backward", before=None, after={**row, "end_ns": 0})
    other_text = {**codebook_row(CODEBOOK), "label": "stop@2"}
    return {
        "id taken": (add_tags((twice,), label="Tag"), "already has a tag known"),
        "not there": (change_tag(unknown, label="Edit", note="x"), "is not in the project"),
        "unknown footage": (add_tags((make_tag(footage_id="?"),), label="Tag"), "FOREIGN KEY"),
        "more than 64 bits": (add_tags((late,), label="Tag"), "too large"),
        "ends before it starts": (Edit(label="Tag", changes=(back,)), "ends before it starts"),
        "second incident": (
            Edit(
                label="Add",
                changes=(
                    Change(
                        entity="incident",
                        id="2",
                        before=None,
                        after=row_of(replace(INCIDENT, id="2")),
                    ),
                ),
            ),
            "one_incident",
        ),
        "codebook of another text": (
            Edit(
                label="Add",
                changes=(Change(entity="codebook", id="stop@2", before=None, after=other_text),),
            ),
            "is that of stop@1",
        ),
        "no Unicode": (add_tags((make_tag(text="\udcff"),), label="Tag"), "not Unicode"),
    }


@pytest.mark.parametrize("name", bad_edits())
def test_an_edit_that_is_refused_changes_nothing(
    session: ProjectSession, path: Path, name: str
) -> None:
    edit, why = bad_edits()[name]
    session.do(add_tags((make_tag(id="known"),), label="Tag shot"))
    before, project = path.read_bytes(), session.project
    good = add_tags((make_tag(),), label="Tag").changes
    with pytest.raises(EditError, match=why):
        session.do(replace(edit, changes=good + edit.changes))
    assert path.read_bytes() == before
    assert session.project is project
    assert session.undo_label == "Tag shot"
    tagged(session)
    assert verify_chain(path).sound


def test_a_row_with_unknown_fields_is_our_mistake(session: ProjectSession, path: Path) -> None:
    before = path.read_bytes()
    change = Change(entity="tag", id="x", before=None, after={**row_of(make_tag(id="x")), "fps": 3})
    with pytest.raises(ValueError, match="fps"):
        session.do(Edit(label="Tag", changes=(change,)))
    assert path.read_bytes() == before


def test_a_retried_edit_is_made_once(session: ProjectSession, opened: Opened) -> None:
    edit = add_tags((make_tag(),), label="Tag shot")
    first = session.do(edit)
    assert session.do(edit) == first
    session.close()
    again = opened()
    assert again.do(edit) == first
    assert [entry.label for entry in again.history()[2:]] == ["Tag shot"]
    again.undo()
    with pytest.raises(EditError, match="already has a tag"):
        again.do(edit)


def test_an_edit_may_change_one_row_twice(session: ProjectSession, path: Path) -> None:
    tag = make_tag()
    first = add_tags((tag,), label="Split")
    second = change_tag(tag, label="Split", note="first half")
    session.do(Edit(label="Split", changes=first.changes + second.changes))
    assert session.project.tags[tag.id].note == "first half"
    session.undo()
    assert session.project.tags[tag.id].withdrawn
    session.redo()
    assert session.project.tags[tag.id].note == "first half"
    assert verify_chain(path).sound


def test_others_commits_are_taken_up_and_told(session: ProjectSession, opened: Opened) -> None:
    bob = opened("Bob")
    theirs = tagged(bob)
    assert session.project.tags == {}
    mine = make_tag()
    changes = session.do(add_tags((mine,), label="Tag shot"))
    assert changes.ids("tag") == {theirs.id, mine.id}
    assert list(session.project.tags) == [theirs.id, mine.id]
    assert session.refresh().touched == {}
    assert bob.refresh().ids("tag") == {mine.id}
    assert bob.project == session.project


def test_sessions_that_write_at_once_wait_for_each_other(path: Path) -> None:
    def write(coder: str) -> None:
        with ProjectSession.open(path, coder=coder) as session:
            for _ in range(8):
                tagged(session)

    writers = [threading.Thread(target=write, args=(coder,)) for coder in ("Ann", "Bob", "Cy")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    report = verify_chain(path)
    assert report.sound
    assert report.entries == 2 + 3 * 8


def test_a_write_in_progress_is_waited_for(session: ProjectSession, path: Path) -> None:
    other = connect(path)
    other.execution_options(immediate=True)
    transaction = other.begin()
    writer = threading.Thread(target=tagged, args=(session,))
    writer.start()
    assert session.project.tags == {}
    transaction.rollback()
    writer.join()
    other.close()
    assert len(session.project.tags) == 1


def test_a_session_passes_between_threads_and_closes_twice(opened: Opened) -> None:
    session = opened()
    worker = threading.Thread(target=tagged, args=(session,))
    worker.start()
    worker.join()
    session.close()
    session.close()
    assert len(opened().project.standing_tags) == 1


def test_withdrawn_tags_stay_in_the_file(session: ProjectSession, opened: Opened) -> None:
    tag = tagged(session)
    session.do(withdraw_tags((tag,), label="Delete tag"))
    again = opened().project
    assert again.standing_tags == []
    assert again.tags[tag.id].withdrawn


def test_incident_and_cameras_change_like_tags(session: ProjectSession, opened: Opened) -> None:
    synced = replace(CAMERA, sync_offset_ns=5, wearer="Smith")
    renamed = replace(INCIDENT, name="Day stop")
    session.do(
        Edit(
            label="Sync",
            changes=(
                Change(entity="camera", id=CAMERA.id, before=row_of(CAMERA), after=row_of(synced)),
                Change(
                    entity="incident",
                    id=INCIDENT.id,
                    before=row_of(INCIDENT),
                    after=row_of(renamed),
                ),
            ),
        )
    )
    project = opened().project
    assert (project.cameras[CAMERA.id], project.incident) == (synced, renamed)
    session.undo()
    assert (session.project.cameras[CAMERA.id], session.project.incident) == (CAMERA, INCIDENT)


def test_a_new_codebook_takes_the_place_of_the_old(session: ProjectSession) -> None:
    newer = replace(
        CODEBOOK, version=2, source=CODEBOOK.source.replace("version = 1", "version = 2")
    )
    after = replace(INCIDENT, codebook="stop@2")
    session.do(
        Edit(
            label="Use stop@2",
            changes=(
                Change(entity="codebook", id="stop@2", before=None, after=codebook_row(newer)),
                Change(
                    entity="incident", id=INCIDENT.id, before=row_of(INCIDENT), after=row_of(after)
                ),
            ),
        )
    )
    assert session.project.codebook.label == "stop@2"
    assert list(session.project.codebooks) == ["stop@1", "stop@2"]


def test_footage_needs_its_camera_first(session: ProjectSession) -> None:
    camera = replace(CAMERA, id="camera-2")
    footage = replace(FOOTAGE, id="footage-2", camera_id="camera-2")
    with pytest.raises(EditError):
        session.do(added(footage, camera))
    session.do(added(camera, footage))
    assert session.project.camera_of("footage-2") == camera
