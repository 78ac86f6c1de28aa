"""Sound that nobody has tagged, and stretches that nobody can assess."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.model.sounds import unassessed, untagged_sound
from bodycam_annotator.model.tag import Basis, Tag, new_id

Span = tuple[int, int]


def tag(start: int, end: int, *, code: str = "utterance", basis: Basis | None = Basis.HEARD) -> Tag:
    return Tag(
        id=new_id(),
        footage_id="f",
        code=code,
        start_ns=start,
        end_ns=end,
        start_frame=None,
        end_frame=None,
        start_pts=None,
        end_pts=None,
        coder="Ada",
        codebook="b@1",
        created_utc="",
        modified_utc="",
        basis=basis,
    )


def spans(most: int = 6) -> st.SearchStrategy[list[Span]]:
    """In order and apart."""
    edges = st.lists(st.integers(0, 60), max_size=2 * most, unique=True).map(sorted)
    return edges.map(lambda found: list(zip(found[::2], found[1::2], strict=False)))


def test_the_next_sound_is_the_first_that_has_no_heard_tag() -> None:
    sounding = [(0, 10), (20, 30), (40, 50), (60, 70)]
    tags = [tag(22, 25), tag(45, 45), tag(61, 65, basis=Basis.SEEN)]
    assert untagged_sound(sounding, [], -1) == (0, 10)
    assert untagged_sound(sounding, tags, 0) == (60, 70)
    assert untagged_sound(sounding, tags, 60) is None


def test_what_is_left_of_a_long_sound_is_gone_to() -> None:
    ms = 1_000_000
    long = [(0, 11_000 * ms)]
    tags = [tag(0, 5_000 * ms), tag(5_200 * ms, 5_500 * ms), tag(6_000 * ms, 6_000 * ms)]
    assert untagged_sound(long, tags, -1) == (5_500 * ms, 11_000 * ms)
    assert untagged_sound(long, tags, 5_500 * ms) is None


def test_a_tag_that_only_touches_a_sound_is_not_of_it() -> None:
    assert untagged_sound([(10, 20)], [tag(0, 10), tag(20, 30), tag(20, 20)], 0) == (10, 20)
    assert untagged_sound([(10, 20)], [tag(10, 10)], 0) is None


def points(of: Sequence[Span]) -> set[int]:
    return {at for start, end in of for at in range(start, end)}


@given(spans(), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5))
def test_what_is_left_is_just_what_no_tag_covers(unheard: list[Span], found: list[Span]) -> None:
    tags = [tag(start, start + length, code="not_assessable") for start, length in found]
    others = [tag(0, 60)]
    left = unassessed(unheard, tags + others, code="not_assessable")
    covered = points([(one.start_ns, one.end_ns) for one in tags])
    assert points(left) == points(unheard) - covered
    assert left == sorted(left)
    assert all(start < end for start, end in left)
