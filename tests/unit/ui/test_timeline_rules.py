"""What holds for every drag, every ruler and every height of the timeline."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.model.snapping import Places
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.timing import NS, samples_to_ns
from bodycam_annotator.ui.timeline.dragging import Drag, Held, places_around
from bodycam_annotator.ui.timeline.rows import FOOT, LANE_LEAST, RULER, lay_out
from bodycam_annotator.ui.timeline.ruler import STEPS, label, step_for, ticks
from bodycam_annotator.ui.timeline.scale import Scale
from bodycam_annotator.ui.timeline.tracks import Part

END = 10 * NS
FRAMES = np.append(np.cumsum([0, *([33_366_667, 33_366_666, 50_000_000] * 80)]), END)
PLACES = Places(
    bounds=(0, END),
    frames=FRAMES[FRAMES <= END],
    onsets=np.array([samples_to_ns(k, 48_000) for k in (1_000, 99_999, 300_001)]),
    samples=(0, 48_000),
)


def tag(name: str, start: int, end: int) -> Tag:
    return Tag(
        id=name,
        footage_id="f",
        code="c",
        start_ns=start,
        end_ns=end,
        start_frame=None,
        end_frame=None,
        start_pts=None,
        end_pts=None,
        coder="x",
        codebook="b@1",
        created_utc="",
        modified_utc="",
    )


@st.composite
def drags(draw: st.DrawFn) -> tuple[Drag, list[Held]]:
    held = []
    for name in "abc"[: draw(st.integers(1, 3))]:
        seen = draw(st.booleans())
        if seen:
            edges = [
                int(one)
                for one in draw(
                    st.lists(
                        st.sampled_from(PLACES.frames.tolist()), min_size=2, max_size=2, unique=True
                    )
                )
            ]
        else:
            numbers = draw(st.lists(st.integers(0, 480_000), min_size=2, max_size=2, unique=True))
            edges = [samples_to_ns(one, 48_000) for one in numbers]
        # Of two different edges the earlier is never where the last frame ends.
        start, end = sorted(edges)
        held.append(Held(tag(name, start, start if draw(st.booleans()) else end), seen))
    first = held[0].tag
    part = Part.BODY
    if first.end_ns > first.start_ns:
        part = draw(st.sampled_from(list(Part)))
    edge = first.end_ns if part is Part.END else first.start_ns
    return Drag(held[0], part, held[1:], edge + draw(st.integers(-NS, NS)), PLACES), held


@given(drags(), st.lists(st.integers(-2 * END, 3 * END), min_size=1, max_size=4), st.booleans())
def test_wherever_a_drag_goes_its_tags_stay_tags(
    drag_of: tuple[Drag, list[Held]], places: list[int], free: bool
) -> None:
    drag, held = drag_of
    for place in places:
        drag.to(place, within_ns=20_000_000, free=free)
    by_id = {one.tag.id: one for one in held}
    for tag_id, (start, end) in drag.preview.items():
        before = by_id[tag_id].tag
        assert 0 <= start <= end <= END
        assert (start == end) == (before.start_ns == before.end_ns)
        if drag.part is Part.START:
            assert end == before.end_ns
        elif drag.part is Part.END:
            assert start == before.start_ns
        elif not by_id[tag_id].seen:
            assert end - start == before.end_ns - before.start_ns
        if by_id[tag_id].seen and not free:
            assert {start, end} <= set(PLACES.frames.tolist())
            assert start in PLACES.frames[:-1]
        if by_id[tag_id].seen:
            assert start < END
            assert start <= PLACES.frames[-2] or start < end


@given(drags())
def test_a_drag_that_comes_back_changes_nothing(drag_of: tuple[Drag, list[Held]]) -> None:
    drag, held = drag_of
    first = held[0].tag
    edge = first.end_ns if drag.part is Part.END else first.start_ns
    grabbed = edge + drag.off_ns
    drag.to(grabbed + NS, within_ns=1, free=False)
    drag.to(grabbed, within_ns=1, free=False)
    assert drag.moves == []


def test_the_edges_of_what_is_moved_are_no_places_to_go_to() -> None:
    one, two = tag("a", 10, 20), tag("b", 20, 30)
    around = places_around(PLACES, [Held(one, False)], [one, two])
    assert around.edges.tolist() == [20, 30]


@pytest.mark.parametrize(
    ("time_ns", "step", "words"),
    [
        (36 * NS, NS, "00:00:36"),
        (36_200_000_000, 100_000_000, "00:00:36.200"),
        (36_203_125_000, 5_000, "00:00:36.203 125"),
        (-500_000, 1_000, "-00:00:00.000 500"),
        (-2 * NS, NS, "-00:00:02"),
    ],
)
def test_labels_have_as_many_decimals_as_the_step(time_ns: int, step: int, words: str) -> None:
    assert label(time_ns, step) == words


@given(st.integers(0, 26 * 3600 * NS), st.integers(1_000_000, 26 * 3600 * NS))
def test_the_ruler_counts_from_the_first_frame_and_is_never_crowded(start: int, long: int) -> None:
    scale, zero = Scale(start, start + long, 92, 1188), 7_777_777
    step = step_for(scale)
    shown = list(ticks(scale, step, zero))
    assert all((one - zero) % step == 0 for one in shown)
    assert scale.pixels(step) >= 90 or step == STEPS[-1]
    assert len(shown) <= 1188 // 90 + 3


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), st.integers(60, 1200), st.booleans())
def test_every_lane_has_its_place_below_the_sound(
    lanes: list[int], height: int, strip: bool
) -> None:
    rows = lay_out(tuple(lanes), height, strip=strip)
    assert rows.sound.top >= RULER
    assert rows.tracks.top == rows.sound.bottom
    assert rows.lane >= LANE_LEAST
    for track, count in enumerate(lanes):
        for lane in range(count):
            band = rows.lane_of(track, lane)
            inside = band.top < rows.tracks.bottom
            assert not inside or rows.at(band.top) == (track, lane)
    scrolled = lay_out(tuple(lanes), height, strip=strip, hidden=rows.most_hidden)
    last = scrolled.lane_of(len(lanes) - 1, lanes[-1] - 1)
    assert last.bottom <= max(height - FOOT, scrolled.tracks.bottom)


def test_sound_and_film_shrink_before_a_track_is_out_of_view() -> None:
    lanes = (1, 1, 1, 1, 1)
    roomy = lay_out(lanes, 198, strip=True)
    assert roomy.out_of_view == (0, 0)
    tight = lay_out(lanes, 170, strip=True)
    assert tight.out_of_view == (0, 0)
    assert tight.tracks.bottom <= 170
    assert tight.sound.height < roomy.sound.height
    two = lay_out((2, 1, 1, 1, 1), 198, strip=True)
    assert two.out_of_view == (0, 0)


def test_how_many_lanes_are_out_of_view_is_told() -> None:
    rows = lay_out((4, 4, 4), 150, strip=False)
    above, below = rows.out_of_view
    assert above == 0
    assert below == 12 - rows.tracks.height // rows.lane
    end = lay_out((4, 4, 4), 150, strip=False, hidden=rows.most_hidden)
    assert end.out_of_view == (below, 0)
