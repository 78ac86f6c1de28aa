"""`index_footage`: times, spans, the frame at a time, and what it says is odd."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.errors import Cancelled, FootageError
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.probe import index_footage
from tests.contract.eye import FindIndex, FindOdd, ns
from tests.media_factory import Made
from tests.odd_files import GOOD

every_file = pytest.mark.parametrize("name", GOOD)

CLEAN = (
    "steady.mp4",
    "b_pyramid_long_gop.mp4",
    "ntsc.mp4",
    "ntsc_ms.mkv",
    "ntsc60_ms.mkv",
    "open_gop.mkv",
    "open_gop_hevc.mp4",
    "hevc.mp4",
    "mjpeg.avi",
    "ten_bit.mp4",
    "four_k60.mp4",
    "wide_pixels.mp4",
)
"""Files in which there is nothing to warn of."""


@every_file
def test_the_oddity_is_said(name: str, indexed: FindIndex) -> None:
    made, index = indexed(name)
    for pattern in made.oddities:
        assert any(re.search(pattern, one, re.IGNORECASE) for one in index.oddities), (
            f"nothing like {pattern!r} in {index.oddities}"
        )


@every_file
def test_oddities_are_sentences(name: str, indexed: FindIndex) -> None:
    for one in indexed(name)[1].oddities:
        assert one[0].isupper() or one[0].isdigit()
        assert one.endswith(".")
        assert "\n" not in one


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_said_of_a_clean_file(name: str, indexed: FindIndex) -> None:
    assert indexed(name)[1].oddities == ()


@every_file
def test_variable_rate_is_told_from_a_rounded_constant_one(name: str, indexed: FindIndex) -> None:
    made, index = indexed(name)
    # Missing, equal and jumping PTS are uneven in their own way.
    if not made.oddities:
        assert index.variable_rate == made.variable_rate


def _expected_times(made: Made) -> dict[int, int]:
    """Nanoseconds by ordinal, as far as the file's clock alone gives them."""
    until = made.jumps[0] if made.jumps else len(made)
    skipped = made.unrecorded | set(made.glitches)
    return {k: ns(made.pts[k], made.time_base) for k in range(until) if k not in skipped}


@every_file
def test_times_are_the_recorded_pts_in_nanoseconds(name: str, indexed: FindIndex) -> None:
    made, index = indexed(name)
    expected = _expected_times(made)
    assert {k: int(index.times[k]) for k in expected} == expected
    assert index.first_ns == int(index.times[0])


@every_file
def test_times_never_go_back(name: str, indexed: FindIndex) -> None:
    times = indexed(name)[1].times.tolist()
    assert times == sorted(times)


@pytest.mark.parametrize("name", ["clock_reset.mkv", "two_recordings.ts"])
def test_after_a_clock_reset_time_goes_on_in_the_file_s_own_steps(
    name: str, indexed: FindIndex
) -> None:
    made, index = indexed(name)
    (jump,) = made.jumps
    base = made.time_base
    assert int(index.times[jump]) > int(index.times[jump - 1])
    for k in range(jump, len(made)):
        meant = ns(made.pts[k] - made.pts[jump], base)
        # Each time is rounded once on its own, so a difference may be one off.
        assert abs(int(index.times[k] - index.times[jump]) - meant) <= 1
    # Joined without a gap: one frame of 40 ms lies between the two recordings.
    assert int(index.times[jump] - index.times[jump - 1]) == pytest.approx(40_000_000, abs=1)


def test_one_wrong_pts_moves_no_other_frame(indexed: FindIndex) -> None:
    """A recorder without B-frames shows frames in file order, whatever one PTS says."""
    made, index = indexed("clock_glitch.ts")
    (glitch,) = made.glitches
    assert index.times[glitch - 1] <= index.times[glitch] <= index.times[glitch + 1]


@every_file
def test_a_frame_without_pts_lies_between_its_neighbours(name: str, indexed: FindIndex) -> None:
    made, index = indexed(name)
    for k in sorted(made.unrecorded):
        before, after = max(0, k - 1), min(k + 1, len(made) - 1)
        assert index.times[before] <= index.times[k] <= index.times[after]


@every_file
def test_spans_tile_the_footage(name: str, indexed: FindIndex) -> None:
    _, index = indexed(name)
    spans = [index.span_of(k) for k in range(len(index))]
    assert [start for start, _ in spans] == index.times.tolist()
    assert [end for _, end in spans[:-1]] == index.times.tolist()[1:]
    assert spans[-1][1] == index.end_ns > spans[-1][0]


@every_file
def test_the_last_frame_lasts_as_long_as_its_packet(name: str, indexed: FindIndex) -> None:
    made, index = indexed(name)
    if made.end is not None:
        assert index.end_ns == ns(made.end, made.time_base)


def _shown_at(index: FrameIndex, time_ns: int) -> int:
    """By brute force: the last frame whose time is at or before `time_ns`."""
    return max(k for k, time in enumerate(index.times.tolist()) if time <= time_ns)


@pytest.mark.parametrize(
    "name",
    [
        "steady.mp4",
        "ntsc_ms.mkv",
        "running_clock.ts",
        "variable_rate.mp4",
        "same_pts.mkv",
        "wraps_at_33_bits.ts",
        "two_recordings.ts",
    ],
)
@given(data=st.data())
def test_the_frame_at_a_time_is_the_last_one_begun(
    data: st.DataObject, name: str, indexed: FindIndex
) -> None:
    _, index = indexed(name)
    anywhere = st.integers(index.first_ns, index.end_ns - 1)
    near = st.builds(
        lambda time, off: min(max(time + off, index.first_ns), index.end_ns - 1),
        st.sampled_from(index.times.tolist()),
        st.integers(-2, 2),
    )
    time_ns = data.draw(anywhere | near)
    assert index.ordinal_at(time_ns) == _shown_at(index, time_ns)


@every_file
def test_each_frame_is_found_at_its_own_time(name: str, indexed: FindIndex) -> None:
    _, index = indexed(name)
    times = index.times.tolist()
    for k, time in enumerate(times):
        # Of frames with one time the last is on screen.
        assert index.ordinal_at(time) == max(j for j in range(k, len(times)) if times[j] == time)


@every_file
def test_before_the_first_frame_there_is_none(name: str, indexed: FindIndex) -> None:
    _, index = indexed(name)
    with pytest.raises(FootageError):
        index.ordinal_at(index.first_ns - 1)


def test_indexing_twice_gives_the_same(odd_file: FindOdd) -> None:
    path = odd_file("variable_rate.mkv").path
    one, two = index_footage(path), index_footage(path)
    assert one.pts.tolist() == two.pts.tolist()
    assert one.oddities == two.oddities


def test_progress_never_falls_and_ends_in_range(odd_file: FindOdd) -> None:
    seen: list[float] = []
    index_footage(odd_file("b_pyramid_long_gop.mp4").path, progress=seen.append)
    assert seen == sorted(seen)
    assert all(0 <= share <= 1 for share in seen)


def test_a_cancelled_index_stops(odd_file: FindOdd) -> None:
    """Files of less than some hundred frames may be done before anybody asks."""
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return True

    try:
        index_footage(odd_file("b_pyramid_long_gop.mp4").path, cancelled=cancelled)
    except Cancelled:
        assert asked
