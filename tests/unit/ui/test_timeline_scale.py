"""Times and pixels: exact in whole numbers, whatever the zoom."""

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from bodycam_annotator.timing import samples_to_ns
from bodycam_annotator.ui.timeline.scale import SHORTEST_NS, Scale

HOUR = 3600 * 10**9

TIMES = st.integers(-HOUR, 48 * HOUR)


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    start = draw(TIMES)
    width = draw(st.integers(1, 8000))
    length = draw(st.integers(max(width, SHORTEST_NS), 24 * HOUR))
    return Scale(start, start + length, draw(st.integers(0, 500)), width)


@given(scales(), TIMES)
def test_a_times_column_holds_it(scale: Scale, time_ns: int) -> None:
    column = scale.column(time_ns)
    assert scale.time(column) <= time_ns < scale.time(column + 1)
    assert abs(scale.time(column) - time_ns) <= scale.ns(1)


@given(scales(), st.integers(-10_000, 10_000))
def test_a_columns_time_lies_in_it(scale: Scale, column: int) -> None:
    assert scale.column(scale.time(column)) == column
    assert scale.column(scale.time(column) - 1) == column - 1


@given(scales(), TIMES, TIMES)
def test_later_is_never_further_left(scale: Scale, one: int, other: int) -> None:
    first, last = sorted((one, other))
    assert scale.column(first) <= scale.column(last)
    assert scale.x(first) <= scale.x(last)


@given(scales(), st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_further_right_is_never_earlier(scale: Scale, one: float, other: float) -> None:
    first, last = sorted((one, other))
    assert scale.time(first) <= scale.time(last)


@given(scales(), TIMES)
def test_what_is_painted_lies_in_its_column(scale: Scale, time_ns: int) -> None:
    assume(abs(time_ns - scale.start_ns) < 100 * scale.length)
    assert abs(scale.x(time_ns) - scale.column(time_ns)) <= 1 + 1e-3


@given(scales(), st.floats(-30, 30), st.floats(0, 1))
def test_zooming_keeps_what_is_under_the_pointer(scale: Scale, steps: float, share: float) -> None:
    about = scale.start_ns + int(share * (scale.length - 1))
    far = (scale.start_ns - 48 * HOUR, scale.end_ns + 48 * HOUR)
    zoomed = scale.zoomed(steps, about, far)
    assume(zoomed.start_ns > far[0] and zoomed.end_ns < far[1])
    assert abs(zoomed.column(about) - scale.column(about)) <= 1
    assert zoomed.length >= SHORTEST_NS


@given(scales(), st.floats(-30, 30), st.integers(-(10**14), 10**14))
def test_nothing_beyond_the_bounds_is_shown(scale: Scale, steps: float, by_ns: int) -> None:
    bounds = (scale.start_ns, scale.end_ns)
    moved = scale.zoomed(steps, scale.start_ns, bounds).moved(by_ns, bounds)
    assert bounds[0] <= moved.start_ns < moved.end_ns <= bounds[1]


@given(st.integers(640, 8000), st.sampled_from([8000, 16_000, 44_100, 48_000]), TIMES)
def test_zoomed_in_each_sample_has_a_column_of_its_own(width: int, rate: int, start: int) -> None:
    bounds = (start, start + HOUR)
    scale = Scale(*bounds, 92, width).zoomed(99, start + HOUR // 2, bounds)
    first = scale.length * rate // 10**9 // 2
    columns = [scale.column(scale.start_ns + samples_to_ns(k, rate)) for k in range(first)]
    assert len(columns) >= 3
    assert len(set(columns)) == len(columns)
    assert min(b - a for a, b in pairwise(columns)) >= 10


@given(scales(), scales())
def test_a_stretch_that_is_to_be_shown_is_shown(scale: Scale, other: Scale) -> None:
    bounds = (min(scale.start_ns, other.start_ns), max(scale.end_ns, other.end_ns))
    shown = scale.showing(other.start_ns, other.end_ns, bounds)
    assert shown.start_ns <= other.start_ns
    assert other.end_ns <= shown.end_ns
