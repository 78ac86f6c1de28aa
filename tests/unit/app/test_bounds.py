"""What bounds a tag that was moved: its edges' own bounds, and never less than is known."""

import numpy as np
import pytest

from bodycam_annotator import app
from bodycam_annotator.app.bounds import LOSSY_ONSET_NS, Onsets, onset_bound
from bodycam_annotator.app.reshaping import Edge, Place, extend, merge, moved_edges, split
from bodycam_annotator.errors import EditError
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.app.clips import MS, MakeTag


@pytest.fixture
def place(session: ProjectSession, opened: app.OpenedFootage) -> Place:
    return Place(session.project, opened.footage, opened.index, sound=opened.sound)


def onsets(*tags: Tag) -> Onsets:
    """One where each of the tags starts, exact to 20 µs."""
    times = np.array(sorted({tag.start_ns for tag in tags}), dtype=np.int64)
    return Onsets(times_ns=times, bound_ns=20_000)


def bound_at(place: Place, tag: Tag, other: Tag, heard: Onsets) -> int | None:
    """Of a tag that is put where the other lies."""
    bound: int | None = place.of(tag, other.start_ns, other.end_ns, onsets=heard)["uncertainty_ns"]
    return bound


def test_an_unknown_bound_stays_unknown_with_the_edge_that_stays(
    tag_at: MakeTag, place: Place, opened: app.OpenedFootage
) -> None:
    tag = tag_at("utterance", 0, 160, uncertainty_ns=None)
    known = tag_at("utterance", 160, 240)
    end = Edge(time_ns=opened.index.end_of(4), frame=4)
    assert moved_edges(tag, place, end=end)["uncertainty_ns"] is None
    assert Tag(**extend(tag, 5, place).changes[0].after).uncertainty_ns is None
    parts = [Tag(**change.after) for change in split(tag, 1, place, coder="Ada").changes]
    assert [part.uncertainty_ns for part in parts] == [None, None]
    inside = tag_at("utterance", 200, 240, uncertainty_ns=None)
    assert Tag(**merge([known, inside], place).changes[0].after).uncertainty_ns is None
    start = Edge(time_ns=opened.index.time_of(1), frame=1)
    both = moved_edges(tag, place, start=start, end=end)
    assert both["uncertainty_ns"] == 40 * MS


def test_an_edge_on_an_onset_has_the_onsets_bound(tag_at: MakeTag, place: Place) -> None:
    mark, sound, later = tag_at("shot", 40), tag_at("shot", 57), tag_at("shot", 183)
    heard = onsets(sound, later)
    assert bound_at(place, mark, sound, heard) == 20_000
    unsure = tag_at("shot", 40, uncertainty_ns=340 * MS)
    assert bound_at(place, unsure, sound, heard) == 20_000
    span = tag_at("utterance", 40, 160)
    begun = Tag(**vars(span) | place.of(span, sound.start_ns, span.end_ns, onsets=heard))
    assert begun.uncertainty_ns == span.uncertainty_ns == 80 * MS
    both = place.of(begun, begun.start_ns, later.start_ns, onsets=heard)
    assert both["uncertainty_ns"] == 20_000
    given = tag_at("utterance", 40, 160, uncertainty_ns=500 * MS)
    half = place.of(given, sound.start_ns, given.end_ns, onsets=heard)
    assert half["uncertainty_ns"] == 500 * MS


@pytest.mark.parametrize(
    ("codec", "rate", "bound"),
    [
        ("pcm_s16le", 48_000, 20_834),
        ("flac", 44_100, 22_676),
        ("alac", 8_000, 125_000),
        ("aac", 48_000, LOSSY_ONSET_NS),
        ("opus", 48_000, LOSSY_ONSET_NS),
    ],
)
def test_an_onset_is_as_exact_as_its_codec(codec: str, rate: int, bound: int) -> None:
    assert onset_bound(codec, rate) == bound


def test_a_frame_that_was_estimated_bounds_by_the_reaction_time_too(
    session: ProjectSession, opened: app.OpenedFootage, tag_at: MakeTag
) -> None:
    late = Place(
        session.project, opened.footage, opened.index, sound=opened.sound, late_ns=300 * MS
    )
    tag = tag_at("utterance", 0, 80)
    assert Tag(**extend(tag, 4, late).changes[0].after).uncertainty_ns == 340 * MS
    mark = tag_at("shot", 0)
    edge = Edge(time_ns=opened.index.time_of(4), frame=4)
    estimated = Tag(**vars(mark) | moved_edges(mark, late, start=edge))
    assert estimated.uncertainty_ns == 340 * MS
    # Placed anew while stopped, it is as exact as its frame.
    exact = Place(session.project, opened.footage, opened.index, sound=opened.sound)
    edge = Edge(time_ns=opened.index.time_of(1), frame=1)
    assert moved_edges(estimated, exact, start=edge)["uncertainty_ns"] == 40 * MS


def test_only_the_edge_that_is_meant_is_moved(
    tag_at: MakeTag, place: Place, opened: app.OpenedFootage
) -> None:
    tag = tag_at("utterance", -20, 203)
    values = moved_edges(tag, place, start=Edge(time_ns=opened.index.time_of(1), frame=1))
    assert (values["start_frame"], values["end_ns"]) == (1, tag.end_ns)
    assert values["end_frame"] == tag.end_frame
    with pytest.raises(EditError, match="no end"):
        moved_edges(tag_at("shot", 40), place, end=Edge(time_ns=0))


def test_a_text_that_is_another_by_now_is_not_split(tag_at: MakeTag, place: Place) -> None:
    tag = tag_at("utterance", 0, 200, text="Bob’s words")
    texts = ("Get", "out")
    with pytest.raises(EditError, match="changed meanwhile"):
        split(tag, 3, place, coder="Ada", texts=texts, over=("", "Get out"))
    assert split(tag, 3, place, coder="Ada", texts=texts, over=("Bob’s words",)).changes
