"""What an edge that is moved goes to."""

import numpy as np
import pytest

from bodycam_annotator.model.snapping import Places, Snap, SnapTo, nearest, on_sample, snap

MS = 1_000_000


def times(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


PLACES = Places(
    bounds=(0, 1000 * MS),
    frames=times(0, 40 * MS, 80 * MS, 120 * MS),
    onsets=times(47 * MS, 90 * MS),
    edges=times(44 * MS, 80 * MS),
    samples=(3, 48_000),
)


@pytest.mark.parametrize(("time_ns", "found"), [(-5, 0), (59, 40), (60, 40), (61, 80), (999, 120)])
def test_what_is_seen_goes_to_the_nearest_frame_however_far(time_ns: int, found: int) -> None:
    snapped = snap(time_ns * MS, PLACES, seen=True, within_ns=1)
    assert snapped is not None
    assert snapped.time_ns == found * MS


def test_a_frame_that_is_another_tags_edge_is_called_so() -> None:
    assert snap(79 * MS, PLACES, seen=True, within_ns=0) == Snap(time_ns=80 * MS, to=SnapTo.EDGE)
    assert snap(41 * MS, PLACES, seen=True, within_ns=0) == Snap(time_ns=40 * MS, to=SnapTo.FRAME)


@pytest.mark.parametrize(
    ("time_ns", "found"),
    [
        (46 * MS, Snap(time_ns=47 * MS, to=SnapTo.ONSET)),
        (45 * MS, Snap(time_ns=44 * MS, to=SnapTo.EDGE)),
        (45 * MS + MS // 2, Snap(time_ns=47 * MS, to=SnapTo.ONSET)),
        (50 * MS, Snap(time_ns=47 * MS, to=SnapTo.ONSET)),
        (50 * MS + 1, None),
        (40 * MS, None),
    ],
)
def test_what_is_heard_goes_to_an_onset_or_an_edge_that_is_near(
    time_ns: int, found: Snap | None
) -> None:
    assert snap(time_ns, PLACES, seen=False, within_ns=3 * MS) == found


def test_without_anything_to_go_to_it_stays() -> None:
    nothing = Places(bounds=(0, MS))
    assert snap(5, nothing, seen=True, within_ns=MS) is None
    assert snap(5, nothing, seen=False, within_ns=MS) is None
    assert nearest(nothing.frames, 5) is None


def test_of_two_that_are_as_near_the_earlier_is_taken() -> None:
    assert nearest(times(10, 20), 15) == 10
    assert nearest(times(10, 20), 16) == 20


def test_what_goes_to_nothing_rests_on_a_sample() -> None:
    # 48 kHz: sample 1 is at 20833.3 ns, of a sound that begins at 3.
    assert on_sample(20_000, (3, 48_000)) == 3 + 20_833
    assert on_sample(3, (3, 48_000)) == 3
    assert on_sample(20_000, None) == 20_000
