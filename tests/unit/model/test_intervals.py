"""The time between tags: exact, additive, and never further off than its bound."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.model.incident import Camera
from bodycam_annotator.model.interval_words import explanation, in_figures, length_text, sentence
from bodycam_annotator.model.intervals import (
    Edge,
    Interval,
    Pick,
    Question,
    Rule,
    Side,
    answer,
    between,
    picks_of,
)
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Tag
from bodycam_annotator.timing import NS, parse_time, seconds_text
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project

MS = 1_000_000
SHOT, UTTERANCE = Pick(code="shot"), Pick(code="utterance")


def shot(name: str, at_ms: int, *, uncertainty_ns: int | None = 1000, on: str = "f1") -> Tag:
    at = FOOTAGE.first_ns + at_ms * MS
    return replace(
        TAG,
        id=name,
        code="shot",
        footage_id=on,
        start_ns=at,
        end_ns=at,
        text="",
        speaker="",
        uncertainty_ns=uncertainty_ns,
        attributes={},
    )


def said(name: str, start_ms: int, end_ms: int, *, act: str = "command", by: str = "A") -> Tag:
    first = FOOTAGE.first_ns
    return replace(
        TAG,
        id=name,
        speaker=by,
        attributes={"act": act},
        start_ns=first + start_ms * MS,
        end_ns=first + end_ms * MS,
    )


def two_cameras(
    *tags: Tag, offsets: tuple[int | None, int | None], uncertainty: int | None = None
) -> Project:
    whole = project(*tags)
    cameras = [
        Camera(
            id=f"c{at}",
            incident_id="i",
            name=f"Camera {at}",
            sync_offset_ns=offset,
            sync_uncertainty_ns=uncertainty,
        )
        for at, offset in enumerate(offsets, 1)
    ]
    footage = [
        FOOTAGE,
        replace(FOOTAGE, id="f2", camera_id="c2", first_ns=0, path="released/X60A0002.mp4"),
    ]
    return replace(
        whole,
        cameras={one.id: one for one in cameras},
        footage={one.id: one for one in footage},
    )


def asked(
    rule: Rule,
    start: Pick = SHOT,
    end: Pick = SHOT,
    *,
    edges: tuple[Edge, Edge] = (Edge.START, Edge.START),
    on: tuple[str, str] = ("f1", "f1"),
    tags: tuple[str, ...] = (),
) -> Question:
    return Question(
        rule=rule,
        start=Side(pick=start, footage_id=on[0], edge=edges[0]),
        end=Side(pick=end, footage_id=on[1], edge=edges[1]),
        tags=tags,
    )


def pairs(found: Sequence[Interval]) -> list[tuple[str, str]]:
    return [(one.from_tag.id, one.to_tag.id) for one in found]


maybe_bound = st.none() | st.integers(0, 10**9)
spans = st.builds(
    lambda start, lasts, bound: replace(
        said("x", 0, 0), start_ns=start, end_ns=start + lasts, uncertainty_ns=bound
    ),
    st.integers(-(10**13), 10**13),
    st.integers(0, 10**11),
    maybe_bound,
)
edges = st.sampled_from(Edge)


@given(spans, spans, edges, edges)
def test_there_and_back_are_the_same_but_for_the_sign(
    one: Tag, other: Tag, from_edge: Edge, to_edge: Edge
) -> None:
    one, other = replace(one, id="a"), replace(other, id="b")
    whole = project(one, other)
    there = between(whole, one, other, from_edge=from_edge, to_edge=to_edge)
    back = between(whole, other, one, from_edge=to_edge, to_edge=from_edge)
    assert there.length_ns is not None
    assert back.length_ns == -there.length_ns
    assert back.uncertainty_ns == there.uncertainty_ns
    bounds = (one.uncertainty_ns, other.uncertainty_ns)
    assert there.uncertainty_ns == (None if None in bounds else sum(filter(None, bounds)))


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=12))
def test_splits_add_up_to_first_to_last(at_ms: list[int]) -> None:
    shots = [shot(f"s{number}", at) for number, at in enumerate(at_ms)]
    splits = answer(project(*shots), asked(Rule.SUCCESSIVE))
    lengths = [one.length_ns for one in splits if one.length_ns is not None]
    assert len(lengths) == len(shots) - 1
    assert min(lengths) >= 0
    assert sum(lengths) == (max(at_ms) - min(at_ms)) * MS


@given(
    gaps=st.lists(st.integers(1, 200 * MS), min_size=6, max_size=30),
    data=st.data(),
)
def test_the_truth_is_within_the_bound_whatever_frames_lag(
    gaps: list[int], data: st.DataObject
) -> None:
    """A frame shows what was up to a gap before or after its time, each frame in its own way."""
    frames = list(accumulate(gaps, initial=0))

    def seen(name: str) -> tuple[Tag, int]:
        at = data.draw(st.integers(1, len(frames) - 2))
        truth = data.draw(st.integers(frames[at - 1], frames[at + 1]))
        bound = max(gaps[at - 1], gaps[at])
        tag = shot(name, 0, uncertainty_ns=bound)
        return replace(tag, start_ns=frames[at], end_ns=frames[at]), truth

    (one, one_truth), (other, other_truth) = seen("a"), seen("b")
    found = between(project(one, other), one, other)
    truth = other_truth - one_truth
    assert found.length_ns is not None
    assert found.uncertainty_ns is not None
    assert abs(truth - found.length_ns) <= found.uncertainty_ns
    length, bound = in_figures(found.length_ns, found.uncertainty_ns)
    shown = parse_time(length.replace("\N{MINUS SIGN}", "-"))
    assert abs(truth - shown) <= parse_time(bound)


@given(st.integers(-(10**13), 10**13), st.integers(0, 10**12))
def test_figures_shown_hold_what_holds_exactly(length_ns: int, bound_ns: int) -> None:
    length, bound = in_figures(length_ns, bound_ns)
    shown = parse_time(length.replace("\N{MINUS SIGN}", "-"))
    assert abs(shown - length_ns) + bound_ns <= parse_time(bound)
    assert len(length.partition(".")[2]) == len(bound.partition(".")[2]) >= 3
    assert parse_time(bound) > 0 or bound_ns == 0


def test_figures() -> None:
    assert length_text(1_267_933_333, 66_733_334) == "1.268 s ± 0.067 s"
    assert length_text(467_500_000, 41_666) == "0.467500 s ± 0.000042 s"
    assert length_text(-1_267_933_333, None) == "\N{MINUS SIGN}1.268 s, ± not known"
    assert length_text(None, None) == "not known"


def test_unknown_is_never_zero() -> None:
    one, other = shot("a", 100, uncertainty_ns=None), shot("b", 300)
    whole = project(one, other)
    found = between(whole, one, other)
    assert (found.length_ns, found.uncertainty_ns) == (200 * MS, None)
    assert sentence(whole, found).startswith("0.200 s, ± not known, from ")
    assert "It is not zero." in " ".join(explanation(whole, found))


def test_one_instant_is_not_off_from_itself() -> None:
    one = shot("a", 100, uncertainty_ns=5)
    found = between(project(one), one, one, from_edge=Edge.START, to_edge=Edge.END)
    assert (found.length_ns, found.uncertainty_ns) == (0, 0)


def test_last_before_first() -> None:
    tags = [said("u1", 100, 200), said("u2", 300, 400), shot("s1", 450), shot("s2", 500)]
    later = said("u3", 460, 470)
    question = asked(Rule.LAST_BEFORE_FIRST, UTTERANCE, SHOT, edges=(Edge.END, Edge.START))
    (found,) = answer(project(*tags, later), question)
    assert pairs([found]) == [("u2", "s1")]
    assert found.length_ns == 50 * MS


def test_a_command_that_still_lasts_at_the_shot_is_not_passed_over() -> None:
    tags = [said("u1", 100, 200), said("u2", 300, 700), shot("s1", 450)]
    question = asked(Rule.LAST_BEFORE_FIRST, UTTERANCE, SHOT, edges=(Edge.END, Edge.START))
    whole = project(*tags)
    (found,) = answer(whole, question)
    assert (found.from_tag.id, found.length_ns) == ("u2", -250 * MS)
    assert "earlier than what it goes from" in explanation(whole, found)[0]


def test_each_to_the_next_and_first_to_first() -> None:
    tags = [said("u1", 100, 200), shot("s1", 250), said("u2", 300, 400), shot("s2", 500)]
    tags += [said("u3", 600, 700)]
    whole = project(*tags)
    assert pairs(answer(whole, asked(Rule.NEXT, UTTERANCE, SHOT))) == [("u1", "s1"), ("u2", "s2")]
    assert pairs(answer(whole, asked(Rule.NEXT, SHOT, UTTERANCE))) == [("s1", "u2"), ("s2", "u3")]
    assert pairs(answer(whole, asked(Rule.NEXT))) == [("s1", "s2")]
    assert pairs(answer(whole, asked(Rule.FIRST_TO_FIRST, SHOT, UTTERANCE))) == [("s1", "u1")]
    assert answer(whole, asked(Rule.FIRST_TO_FIRST)) == []
    assert answer(whole, asked(Rule.NEXT, SHOT, Pick(code="gone"))) == []


def test_selected_tags_are_taken_in_the_order_of_time() -> None:
    whole = project(shot("s3", 900), shot("s1", 100), shot("s2", 400))
    assert pairs(answer(whole, asked(Rule.SELECTED, tags=("s3", "s1")))) == [("s1", "s3")]
    assert answer(whole, asked(Rule.SELECTED, tags=("s3",))) == []


def test_withdrawn_tags_are_not_measured() -> None:
    gone = replace(shot("s2", 200), withdrawn=True)
    whole = project(shot("s1", 100), gone, shot("s3", 300))
    assert pairs(answer(whole, asked(Rule.SUCCESSIVE))) == [("s1", "s3")]


def test_a_kind_may_have_a_speaker_and_an_attribute() -> None:
    tags = [said("u1", 0, 1, by="A"), said("u2", 2, 3, by="B"), said("u3", 4, 5, act="plea")]
    commands = Pick(code="utterance", attribute=("act", "command"))
    assert [tag.id for tag in tags if commands.takes(tag)] == ["u1", "u2"]
    by_b = replace(commands, speaker="B")
    assert [tag.id for tag in tags if by_b.takes(tag)] == ["u2"]
    offered = picks_of(project(*tags, replace(shot("x", 9), code="unheard_of")))
    assert offered == [
        UTTERANCE,
        Pick(code="utterance", speaker="A"),
        Pick(code="utterance", speaker="B"),
        Pick(code="unheard_of"),
    ]


def test_cameras_that_are_not_synchronised_give_no_number() -> None:
    one, other = shot("a", 100), shot("b", 200, on="f2")
    whole = two_cameras(one, other, offsets=(0, None))
    assert answer(whole, asked(Rule.NEXT, on=("f1", "f2"))) == []
    found = between(whole, one, other)
    assert (found.length_ns, found.uncertainty_ns) == (None, None)
    told = sentence(whole, found)
    assert told.startswith("The cameras are not synchronised")
    assert "±" not in told


def test_synchronised_cameras_are_compared_in_incident_time() -> None:
    one, other = shot("a", 100, uncertainty_ns=10), shot("b", 0, uncertainty_ns=20, on="f2")
    whole = two_cameras(one, other, offsets=(7 * NS, 8 * NS), uncertainty=300)
    (found,) = answer(whole, asked(Rule.NEXT, on=("f1", "f2")))
    # The second footage's clock starts at 0, so its tag is half a second after its first frame.
    assert found.length_ns == (8000 + 500 - 7000 - 100) * MS
    assert (found.uncertainty_ns, found.sync_uncertainty_ns) == (630, 600)
    unknown = two_cameras(one, other, offsets=(7 * NS, 8 * NS))
    (found,) = answer(unknown, asked(Rule.NEXT, on=("f1", "f2")))
    assert (found.length_ns, found.uncertainty_ns) == (1400 * MS, None)


def test_two_seen_on_frames_of_one_footage_are_explained() -> None:
    gap = 40 * MS
    mark = shot("a", 0, uncertainty_ns=gap)
    one = replace(mark, start_pts=90_000, start_ns=NS, end_ns=NS, basis=Basis.SEEN)
    other = replace(one, id="b", start_pts=99_000, start_ns=11 * NS // 10, end_ns=11 * NS // 10)
    whole = project(one, other)
    found = between(whole, one, other)
    assert found.uncertainty_ns == 2 * gap
    assert f"± {seconds_text(gap)} s holds" in " ".join(explanation(whole, found))
    heard = replace(other, basis=Basis.HEARD)
    assert "holds" not in " ".join(explanation(whole, between(whole, one, heard)))
    # A bound longer than frames last comes of more than their spacing, as a reaction time does.
    early = replace(other, uncertainty_ns=300 * MS)
    assert "holds" not in " ".join(explanation(whole, between(whole, one, early)))


def test_the_sentence_says_frames_times_tags_and_footage() -> None:
    one = replace(
        said("u", 1200, 2200), end_frame=54, text="Put your gun down", speaker="Officer 1"
    )
    whole = project(one, shot("s", 2700))
    found = between(whole, one, whole.tags["s"], from_edge=Edge.END)
    assert sentence(whole, found) == (
        "0.500 s ± 0.034 s, from frame 54 (00:00:02.200), end of Utterance “Put your gun down” by "
        "Officer 1, to frame 30 (00:00:02.700), Shot. Officer 1, X60A0001.mp4."
    )
    assert CAMERA.name == "Officer 1"
