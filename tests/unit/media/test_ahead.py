"""What is decoded next, and what is kept of it."""

from fractions import Fraction

import numpy as np
import pytest
from av.video.frame import VideoFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from bodycam_annotator.media.ahead import Task, Want, group_start, plan
from bodycam_annotator.media.frame_cache import BEHIND, FrameCache, cache_for
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.packets import Packets
from bodycam_annotator.media.picture import Display, Keeping, Kept
from bodycam_annotator.media.small_frames import SmallFrames

WIDTH, HEIGHT = 64, 48
WHOLE = WIDTH * HEIGHT * 3 // 2
UP_TO_60 = Task(target=60, keep_from=20)


def index_of(frames: int, *, group: int) -> FrameIndex:
    """Frames of 40 ms, decoded in the order shown, with a keyframe every `group`."""
    numbers = np.arange(frames)
    none = np.zeros(frames, dtype=np.bool_)
    packets = Packets(
        pts=numbers * 40,
        dts=numbers * 40,
        duration=np.full(frames, 40),
        position=numbers * 100,
        size=np.full(frames, 100),
        key=numbers % group == 0,
        discard=none,
        timeless=none,
    )
    return FrameIndex(
        stream=0,
        time_base=Fraction(1, 1000),
        pts=packets.pts,
        times=packets.pts * 1_000_000,
        packet_of=numbers,
        start_of=numbers // group * group,
        packets=packets,
        end_ns=frames * 40_000_000,
        variable_rate=False,
        oddities=(),
    )


def kept(value: int = 0, *, format_: str = "yuv420p") -> Kept:
    frame = VideoFrame(WIDTH, HEIGHT, format_)
    for plane in frame.planes:
        plane.update(bytes([value]) * plane.buffer_size)
    return Keeping().keep(frame)


def keep(cache: FrameCache, ordinal: int, value: int = 0) -> None:
    for gone, frame in cache.keep(ordinal, kept(value)):
        place = cache.place_for(gone, frame)
        if cache.small is not None and place is not None:
            cache.small.fill(place, frame)
            cache.small.publish(place, gone, frame)


def small_cache(*, whole: int, small: int) -> FrameCache:
    """Room for so many whole and so many reduced frames."""
    return FrameCache(
        whole_bytes=whole * WHOLE, small=SmallFrames(kept(), divisor=2, nbytes=small * WHOLE // 4)
    )


def want(ordinal: int, *, direction: int = 0, dragging: bool = False, before: bool = False) -> Want:
    return Want(ordinal=ordinal, version=1, direction=direction, dragging=dragging, before=before)


def test_the_frame_wanted_comes_first() -> None:
    index, cache = index_of(100, group=25), small_cache(whole=10, small=80)
    for direction in (-1, 0, 1):
        task = plan(want(60, direction=direction), cache, index, settled=False, lost=())
        assert task == UP_TO_60


def test_while_dragging_nothing_is_decoded_until_it_rests() -> None:
    index, cache = index_of(100, group=25), small_cache(whole=10, small=80)
    assert plan(want(60, dragging=True), cache, index, settled=False, lost=()) is None
    assert plan(want(60, dragging=True), cache, index, settled=True, lost=()) == UP_TO_60


def test_a_reduced_frame_is_made_whole_once_it_rests() -> None:
    index, cache = index_of(100, group=25), small_cache(whole=2, small=80)
    cache.look_at(50)
    for ordinal in range(50, 60):
        keep(cache, ordinal)
    assert 55 in cache
    assert 55 not in cache.whole
    assert plan(want(55), cache, index, settled=True, lost=()) == Task(target=55, keep_from=15)
    cache.look_at(55, -1)
    task = plan(want(55, direction=-1), cache, index, settled=False, lost=())
    assert task == Task(target=49, keep_from=25, serves=-1)


def test_a_look_that_needs_the_frame_before_gets_it() -> None:
    index, cache = index_of(100, group=25), small_cache(whole=10, small=80)
    keep(cache, 25)
    assert plan(want(25, before=True), cache, index, settled=False, lost=()) == Task(target=24)
    assert plan(want(0, before=True), cache, index, settled=False, lost={0}) is not None


def test_backward_a_group_is_decoded_whole_as_soon_as_it_fits() -> None:
    index, cache = index_of(1000, group=50), small_cache(whole=10, small=BEHIND + 80)
    here = 520
    cache.look_at(here, -1)
    for ordinal in range(500, here + 1):
        keep(cache, ordinal)
    task = plan(want(here, direction=-1), cache, index, settled=False, lost=())
    assert task == Task(target=499, keep_from=450, serves=-1)


def test_backward_a_long_group_is_cut_where_half_the_room_is_free() -> None:
    index, cache = index_of(1000, group=500), small_cache(whole=10, small=BEHIND + 80)
    here = 700
    cache.look_at(here, -1)
    for ordinal in range(660, here + 1):
        keep(cache, ordinal)
    assert plan(want(here, direction=-1), cache, index, settled=False, lost=()) == Task(
        target=659, keep_from=620, serves=-1
    )


def test_at_rest_soon_after_a_keyframe_the_group_before_is_decoded() -> None:
    index, cache = index_of(1000, group=50), small_cache(whole=12, small=BEHIND + 80)
    cache.look_at(510)
    for ordinal in range(500, 515):
        keep(cache, ordinal)
    assert plan(want(510), cache, index, settled=True, lost=()) == Task(
        target=499, keep_from=450, serves=-1
    )
    assert plan(want(510), cache, index, settled=False, lost=()) is None


def test_at_rest_decoding_comes_back_to_where_it_can_go_on() -> None:
    """What was decoded for a step back must not make playing on wait."""
    index, cache = index_of(200, group=200), small_cache(whole=12, small=BEHIND + 80)
    cache.look_at(150)
    for ordinal in range(60, 155):
        keep(cache, ordinal)
    at_rest = plan(want(150), cache, index, settled=True, lost=(), reaches=lambda _: False)
    assert at_rest == Task(target=154, keep_from=110, serves=1)
    assert plan(want(150), cache, index, settled=True, lost=(), reaches=lambda _: True) is None


def test_frames_that_cannot_be_had_are_not_tried_again() -> None:
    index, cache = index_of(10, group=5), small_cache(whole=20, small=80)
    everything = range(10)
    for direction in (-1, 0, 1):
        for settled in (False, True):
            one = want(5, direction=direction)
            assert plan(one, cache, index, settled=settled, lost=everything) is None


@given(
    group=st.integers(1, 60),
    whole=st.integers(3, 40),
    small=st.integers(BEHIND + 10, BEHIND + 120),
    start=st.integers(0, 199),
    direction=st.sampled_from([-1, 1]),
)
@settings(max_examples=25)
def test_running_either_way_never_stands_still_and_never_asks_in_vain(
    group: int, whole: int, small: int, start: int, direction: int
) -> None:
    """Every task brings something that is then there; after them the frame wanted is."""
    index, cache = index_of(200, group=group), small_cache(whole=whole, small=small)
    here = start
    while 0 <= here < 200:
        cache.look_at(here, direction)
        done: list[Task] = []
        while task := plan(want(here, direction=direction), cache, index, settled=False, lost=()):
            assert task not in done, "the same again"
            done.append(task)
            assert len(done) <= len(index)
            for ordinal in range(int(index.start_of[task.target]), task.target + 1):
                if ordinal >= task.keep_from:
                    keep(cache, ordinal)
        assert here in cache
        here += direction * 7


@given(st.integers(1, 40), st.integers(0, 99), st.integers(0, 99))
def test_a_group_starts_at_its_keyframe(group: int, ordinal: int, farthest: int) -> None:
    index = index_of(100, group=group)
    farthest = min(farthest, ordinal)
    assert group_start(index, ordinal, farthest=farthest) == max(ordinal // group * group, farthest)


def test_what_is_kept_is_what_lies_nearest() -> None:
    cache = small_cache(whole=5, small=20)
    for ordinal in range(100):
        cache.look_at(ordinal, 1)
        keep(cache, ordinal)
    assert set(range(95, 100)) <= set(cache.whole)
    assert all(one in cache for one in range(80, 100))


def test_turning_round_finds_what_lies_behind() -> None:
    cache = small_cache(whole=5, small=BEHIND + 40)
    for ordinal in range(200, 50, -1):
        cache.look_at(ordinal, -1)
        keep(cache, ordinal)
    assert all(one in cache for one in range(51, 51 + BEHIND))


@pytest.mark.parametrize("format_", ["yuv420p", "yuvj420p", "yuv444p", "rgb24", "yuv420p10le"])
def test_a_reduced_frame_looks_like_the_whole_one(format_: str) -> None:
    ramp = np.linspace(0, 255, WIDTH).astype(np.uint8)
    pixels = np.repeat(np.repeat(ramp[None, :, None], HEIGHT, axis=0), 3, axis=2)
    source = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    whole = Keeping().keep(source.reformat(format=format_))
    frames = SmallFrames(whole, divisor=2, nbytes=1 << 20)
    place = frames.reserve(whole)
    assert place is not None
    frames.fill(place, whole)
    frames.publish(place, 7, whole)
    small = frames.take(7)
    assert small is not None
    assert small.reduced
    display = Display(None)
    seen, meant = display.pixels(small), display.pixels(whole)
    assert seen.shape == (HEIGHT // 2, WIDTH // 2, 4)
    assert np.abs(seen[8, ::4, :3].astype(int) - meant[16, ::8, :3].astype(int)).max() <= 8


def test_a_frame_of_another_size_is_not_kept_reduced() -> None:
    frames = SmallFrames(kept(), divisor=2, nbytes=1 << 20)
    other = Keeping().keep(VideoFrame(WIDTH * 2, HEIGHT, "yuv420p"))
    assert frames.reserve(other) is None


def test_a_copy_of_a_reduced_frame_stays_when_its_place_is_filled_anew() -> None:
    frames = SmallFrames(kept(), divisor=2, nbytes=2 * WHOLE // 4)
    for ordinal, value in ((1, 50), (2, 90)):
        place = frames.reserve(kept(value))
        assert place is not None
        frames.fill(place, kept(value))
        frames.publish(place, ordinal, kept(value))
    held = frames.take(1)
    assert held is not None
    frames.drop(1)
    place = frames.reserve(kept(200))
    assert place is not None
    frames.fill(place, kept(200))
    assert bytes(held.frame.planes[0])[0] == 50


@pytest.mark.parametrize(("group", "reduced"), [(2, False), (250, True), (10_000, True)])
def test_only_long_groups_are_kept_reduced(group: int, reduced: bool) -> None:
    cache = cache_for(kept(), longest_group=group, nbytes=80 * WHOLE)
    assert (cache.small is not None) == reduced
