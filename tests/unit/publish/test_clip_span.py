"""Which frames and samples a clip holds, held against a walk over every frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.publish.clip_span import ClipSpan, clip_span, of_frames, samples_of_span
from bodycam_annotator.timing import samples_to_ns
from tests.unit.publish.indexes import index_of, odd_indexes

MS = 1_000_000


def on_screen(index: FrameIndex, time_ns: int) -> int:
    """The last frame that begins at or before that time, else the first one."""
    begun = [n for n in range(len(index)) if index.time_of(n) <= time_ns]
    return begun[-1] if begun else 0


def edges(index: FrameIndex) -> st.SearchStrategy[int]:
    """Times at, just before and just after the frames' own, and anywhere."""
    near = [index.time_of(n) + off for n in range(len(index)) for off in (-1, 0, 1)]
    return st.sampled_from(near) | st.integers(index.first_ns - 10**9, index.end_ns + 10**9)


@given(st.data(), odd_indexes())
def test_a_span_holds_what_is_on_screen_at_its_start_and_all_that_begins_before_its_end(
    data: st.DataObject, index: FrameIndex
) -> None:
    start, end = sorted([data.draw(edges(index)), data.draw(edges(index))])
    before, after = (data.draw(st.integers(0, 2 * 10**9)) for _ in range(2))
    try:
        span = clip_span(index, start, end, before_ns=before, after_ns=after)
    except FootageError:
        assert start >= index.end_ns or max(end, start + 1) <= index.first_ns
        return
    assert span.first == on_screen(index, start - before)
    begun = [n for n in range(len(index)) if index.time_of(n) < end + after]
    assert span.last == max(on_screen(index, start), begun[-1] if begun else 0)
    assert 0 <= span.first <= span.last < len(index)
    assert span.start_ns == index.time_of(span.first) <= span.end_ns
    assert span.end_ns == index.span_of(span.last)[1]
    assert len(span) == span.last - span.first + 1


def test_a_mark_is_the_frame_on_screen() -> None:
    index = index_of([0, 40, 80, 120], lasts=40)
    assert clip_span(index, 79 * MS, 79 * MS) == ClipSpan(
        first=1, last=1, start_ns=40 * MS, end_ns=80 * MS
    )
    assert clip_span(index, 80 * MS, 80 * MS).first == 2


def test_a_frame_that_begins_where_a_span_ends_is_not_in_it() -> None:
    index = index_of([0, 40, 80, 120], lasts=40)
    span = clip_span(index, 40 * MS, 80 * MS)
    assert (span.first, span.last) == (1, 1)
    assert clip_span(index, 40 * MS, 80 * MS + 1).last == 2


def test_handles_end_where_the_footage_does() -> None:
    index = index_of([500, 540, 580], lasts=40)
    span = clip_span(index, 540 * MS, 580 * MS, before_ns=10**12, after_ns=10**12)
    assert (span.first, span.last) == (0, 2)
    assert (span.start_ns, span.end_ns) == (500 * MS, 620 * MS)


@pytest.mark.parametrize(("start", "end"), [(0, 499), (620, 700), (0, 500)])
def test_where_there_is_no_picture_there_is_no_clip(start: int, end: int) -> None:
    with pytest.raises(FootageError, match="no picture"):
        clip_span(index_of([500, 540, 580], lasts=40), start * MS, end * MS)


def test_frames_that_there_are_not_are_refused() -> None:
    index = index_of([0, 40])
    with pytest.raises(FootageError, match="no frame 2"):
        of_frames(index, 0, 2)
    with pytest.raises(FootageError, match="before its first"):
        of_frames(index, 1, 0)


@given(
    st.sampled_from([8000, 44_100, 48_000]),
    st.integers(-(10**10), 10**10),
    st.integers(-(10**10), 10**10),
    st.integers(0, 10**8),
)
def test_samples_are_those_whose_time_lies_in_the_span(
    rate: int, track_start: int, start: int, length: int
) -> None:
    track = AudioTrack(
        stream=1,
        codec="aac",
        rate=rate,
        channels=1,
        start_ns=track_start,
        end_ns=track_start + 10**9,
        silent_spans=None,
    )
    first, end = samples_of_span(track, start, start + length)

    def time_of(sample: int) -> int:
        return track_start + samples_to_ns(sample, rate)

    assert time_of(first - 1) < start <= time_of(first)
    assert time_of(end - 1) < start + length <= time_of(end)
