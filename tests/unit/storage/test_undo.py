"""Undo and redo: each coder's own, over all sittings, themselves recorded."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import add_tags, change_tag
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import CAMERA, FOOTAGE, Opened, added, make_tag


def tagged(session: ProjectSession, label: str = "Tag shot") -> Tag:
    tag = make_tag(coder=session.coder)
    session.do(add_tags((tag,), label=label))
    return tag


def test_undo_and_redo_are_new_entries(session: ProjectSession, path: Path) -> None:
    tag = tagged(session)
    assert (session.undo_label, session.redo_label) == ("Tag shot", None)
    assert session.undo().ids("tag") == {tag.id}
    assert session.project.tags[tag.id].withdrawn
    assert (session.undo_label, session.redo_label) == (None, "Tag shot")
    session.redo()
    assert session.project.tags[tag.id] == tag
    session.undo()
    assert session.project.tags[tag.id].withdrawn
    steps = [(entry.seq, entry.action, entry.refers_to) for entry in session.history()[2:]]
    assert steps == [(3, "do", None), (4, "undo", 3), (5, "redo", 4), (6, "undo", 5)]
    assert verify_chain(path).sound


def test_undo_reaches_back_over_earlier_sittings(opened: Opened) -> None:
    first = opened()
    tag = tagged(first)
    first.do(change_tag(tag, label="Edit note", note="one"))
    first.close()
    second = opened()
    second.do(change_tag(second.project.tags[tag.id], label="Edit text", text="two"))
    second.undo()
    second.close()
    third = opened()
    assert (third.undo_label, third.redo_label) == ("Edit note", "Edit text")
    third.undo()
    assert third.project.tags[tag.id] == tag
    third.redo()
    third.redo()
    assert third.redo_label is None
    assert (third.project.tags[tag.id].note, third.project.tags[tag.id].text) == ("one", "two")


@pytest.mark.parametrize("action", [ProjectSession.undo, ProjectSession.redo])
def test_nothing_to_take_back(
    session: ProjectSession, action: Callable[[ProjectSession], object]
) -> None:
    with pytest.raises(EditError, match=f"^Nothing to {action.__name__}.$"):
        action(session)
    assert len(session.history()) == 2


def test_a_new_edit_ends_redo(session: ProjectSession, opened: Opened) -> None:
    tagged(session)
    session.undo()
    tagged(session, "Tag another")
    assert session.redo_label is None
    assert opened().redo_label is None
    assert opened().undo_label == "Tag another"


def test_each_coder_undoes_their_own(session: ProjectSession, opened: Opened) -> None:
    bob = opened("Bob")
    mine = tagged(session)
    theirs = tagged(bob, "Tag theirs")
    assert (session.undo_label, bob.undo_label) == ("Tag shot", "Tag theirs")
    assert session.undo().ids("tag") == {mine.id, theirs.id}
    assert session.project.standing_tags == [theirs]
    bob.undo()
    assert bob.project.standing_tags == []
    assert bob.redo_label == "Tag theirs"


def test_undo_of_what_another_coder_changed_is_refused(
    session: ProjectSession, opened: Opened, path: Path
) -> None:
    tag = tagged(session)
    bob = opened("Bob")
    bob.do(change_tag(tag, label="Check", status="checked"))
    before = path.read_bytes()
    with pytest.raises(EditError, match=r"“Tag shot” cannot be undone: Bob changed the same tag"):
        session.undo()
    assert path.read_bytes() == before
    assert session.undo_label == "Tag shot"
    bob.undo()
    session.undo()
    assert session.project.tags[tag.id].withdrawn


def test_redo_of_what_another_coder_changed_is_refused(
    session: ProjectSession, opened: Opened
) -> None:
    tag = tagged(session)
    session.undo()
    bob = opened("Bob")
    bob.do(change_tag(bob.project.tags[tag.id], label="Note", note="was a door"))
    with pytest.raises(EditError, match="“Tag shot” cannot be redone"):
        session.redo()


def test_added_footage_stays_and_undo_reaches_past_it(
    session: ProjectSession, opened: Opened
) -> None:
    tag = tagged(session)
    camera = replace(CAMERA, id="camera-2")
    session.do(added(camera, replace(FOOTAGE, id="footage-2", camera_id=camera.id)))
    assert session.undo_label == "Tag shot"
    assert opened().undo_label == "Tag shot"
    session.undo()
    assert session.project.tags[tag.id].withdrawn
    assert "footage-2" in session.project.footage
    assert opened().redo_label == "Tag shot"
    assert opened().undo_label is None
