from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.timeline import in_order, lanes, next_tag, previous_tag
from tests.unit.exchange.projects import TAG


def tag(name: str, start_ns: int, end_ns: int) -> Tag:
    return replace(TAG, id=name, start_ns=start_ns, end_ns=end_ns)


A, B, C = tag("a", 0, 100), tag("b", 0, 50), tag("c", 60, 60)


def test_order_is_by_start_then_end() -> None:
    assert in_order([C, A, B]) == [B, A, C]


def test_next_and_previous_leave_out_what_starts_here() -> None:
    assert next_tag([C, A, B], 0) == C
    assert next_tag([C, A, B], 60) is None
    assert previous_tag([C, A, B], 60) == A
    assert previous_tag([C, A, B], 0) is None


def test_overlapping_tags_get_lanes_of_their_own() -> None:
    assert lanes([A, B, C], point_ns=10) == {"b": 0, "a": 1, "c": 0}


def test_lanes_before_the_first_frame() -> None:
    assert lanes([tag("a", -500, -400), tag("b", -450, -300)], point_ns=10) == {"a": 0, "b": 1}


@given(
    spans=st.lists(st.tuples(st.integers(-1000, 1000), st.integers(0, 300)), max_size=20),
    point_ns=st.integers(1, 50),
)
def test_no_two_tags_of_a_lane_overlap(spans: list[tuple[int, int]], point_ns: int) -> None:
    tags = [tag(str(n), start, start + length) for n, (start, length) in enumerate(spans)]
    lane = lanes(tags, point_ns=point_ns)
    for one in tags:
        for other in tags:
            if one is other or lane[one.id] != lane[other.id]:
                continue
            one_end = max(one.end_ns, one.start_ns + point_ns)
            other_end = max(other.end_ns, other.start_ns + point_ns)
            assert one_end <= other.start_ns or other_end <= one.start_ns
