"""Splitting, merging, extending: nothing of a tag is lost, and its edges stay where they were."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodycam_annotator import app
from bodycam_annotator.app.reshaping import PLACE, Place, extend, merge, split
from bodycam_annotator.errors import EditError
from bodycam_annotator.model.edits import Edit, add_tags
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import MS, MakeTag


@pytest.fixture
def place(session: ProjectSession, opened: app.OpenedFootage) -> Place:
    return Place(session.project, opened.footage, opened.index, sound=opened.sound)


def kept(session: ProjectSession, *tags: Tag) -> None:
    session.do(add_tags(tags, label="Tag"))


def done(session: ProjectSession, edit: Edit) -> list[Tag]:
    """The standing tags after the edit, in the order of time."""
    session.do(edit)
    return sorted(session.project.standing_tags, key=lambda tag: tag.start_ns)


def test_a_split_span_is_two_that_meet(
    session: ProjectSession, tag_at: MakeTag, place: Place, opened: app.OpenedFootage
) -> None:
    tag = tag_at("utterance", -20, 200, text="Get out! Do not move!", speaker="Officer 1")
    kept(session, tag)
    at = opened.index.time_of(3)
    texts = ("Get out!", " Do not move!")
    first, second = done(session, split(tag, 3, place, coder="Ada", texts=texts))
    assert (first.id, first.start_ns, first.end_ns) == (tag.id, tag.start_ns, at)
    assert (second.start_ns, second.end_ns) == (at, tag.end_ns)
    assert (first.start_frame, first.end_frame) == (tag.start_frame, 2)
    assert (second.start_frame, second.end_frame) == (3, tag.end_frame)
    assert (first.text, second.text) == ("Get out!", "Do not move!")
    assert second.speaker == "Officer 1"
    session.undo()
    [one] = session.project.standing_tags
    assert (one.start_ns, one.end_ns, one.text) == (tag.start_ns, tag.end_ns, tag.text)


@given(st.integers(-49, 449), st.integers(1, 480), st.integers(0, 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_split_and_merged_is_as_it_was(
    tag_at: MakeTag, place: Place, opened: app.OpenedFootage, start: int, length: int, ordinal: int
) -> None:
    end = min(start + length, 450)
    tag = tag_at("utterance", start, end, text="one two")
    at = opened.index.time_of(ordinal)
    if not tag.start_ns < at < tag.end_ns:
        with pytest.raises(EditError, match="inside the span"):
            split(tag, ordinal, place, coder="Ada")
        return
    changes = split(tag, ordinal, place, coder="Ada", texts=("one", "two")).changes
    parts = [Tag(**change.after) for change in changes]
    assert parts[0].end_ns == parts[1].start_ns == at
    whole = Tag(**merge(parts, place).changes[0].after)
    assert {name: getattr(whole, name) for name in PLACE} == {
        name: getattr(tag, name) for name in PLACE
    }
    assert whole.text == tag.text


def test_merged_spans_keep_what_they_say(
    session: ProjectSession, tag_at: MakeTag, place: Place
) -> None:
    one = tag_at("weapon_visible", 0, 40, note="left hand", basis=Basis.SEEN)
    two = tag_at("weapon_visible", 100, 200, note="right hand", basis=Basis.HEARD)
    three = tag_at("weapon_visible", 60, 240, confidence=Confidence.CERTAIN)
    kept(session, one, two, three)
    [merged] = done(session, merge([two, three, one], place))
    assert (merged.id, merged.start_ns, merged.end_ns) == (one.id, one.start_ns, three.end_ns)
    assert merged.note == "left hand right hand"
    assert (merged.basis, merged.confidence) == (Basis.BOTH, None)
    session.undo()
    assert len(session.project.standing_tags) == 3


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"speaker": "Driver"}, "differ in speaker"),
        ({"attributes": {"act": "plea"}}, "differ in act"),
    ],
)
def test_what_differs_is_not_merged(
    tag_at: MakeTag, place: Place, fields: dict[str, object], why: str
) -> None:
    one = tag_at("utterance", 0, 40, speaker="Officer 1", attributes={"act": "command"})
    with pytest.raises(EditError, match=why):
        merge([one, tag_at("utterance", 80, 160, **fields)], place)


def test_marks_are_neither_merged_split_nor_extended(tag_at: MakeTag, place: Place) -> None:
    one, two = tag_at("shot", 0), tag_at("shot", 40)
    with pytest.raises(EditError, match="only spans"):
        merge([one, two], place)
    with pytest.raises(EditError, match="inside the span"):
        split(one, 0, place, coder="Ada")
    with pytest.raises(EditError, match="mark cannot be extended"):
        extend(one, 0, place)


def test_extending_moves_the_edge_that_is_nearer(
    tag_at: MakeTag, place: Place, opened: app.OpenedFootage
) -> None:
    tag = tag_at("utterance", 45, 100)
    index = opened.index
    later = Tag(**extend(tag, 4, place).changes[0].after)
    assert (later.start_ns, later.end_ns, later.end_frame) == (tag.start_ns, index.end_of(4), 4)
    sooner = Tag(**extend(tag, 0, place).changes[0].after)
    assert (sooner.start_ns, sooner.end_ns, sooner.start_frame) == (index.time_of(0), tag.end_ns, 0)
    with pytest.raises(EditError, match="inside the span"):
        extend(later, 2, place)


def test_a_given_bound_is_not_made_smaller(tag_at: MakeTag, place: Place) -> None:
    given = tag_at("weapon_visible", 0, 200, uncertainty_ns=2_000 * MS)
    usual = tag_at("weapon_visible", 200, 240)
    parts = [Tag(**change.after) for change in split(given, 3, place, coder="Ada").changes]
    assert [part.uncertainty_ns for part in parts] == [2_000 * MS] * 2
    whole = Tag(**merge([given, usual], place).changes[0].after)
    assert whole.uncertainty_ns == 2_000 * MS
    longer = Tag(**extend(given, 5, place).changes[0].after)
    assert longer.uncertainty_ns == 2_000 * MS
    # One that is finer than frames says nothing of an edge that is one of frames.
    fine = tag_at("utterance", 0, 201, uncertainty_ns=20)
    first = Tag(**split(fine, 3, place, coder="Ada").changes[0].after)
    assert first.uncertainty_ns is None or first.uncertainty_ns >= 40 * MS


def test_what_is_disputed_stays_so_when_merged(tag_at: MakeTag, place: Place) -> None:
    one = tag_at("utterance", 0, 40, status=Status.CHECKED, note="N")
    two = tag_at("utterance", 80, 160, status=Status.DISPUTED, note="N")
    merged = Tag(**merge([one, two], place).changes[0].after)
    assert (merged.status, merged.note) == (Status.DISPUTED, "N")
