"""What a clip plays, laid out without a file: times, spacing and sound."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodycam_annotator.errors import ExchangeError, FootageError
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.publish.clip_forms import FORMS, Form, FormFacts
from bodycam_annotator.publish.clip_plan import (
    Freeze,
    Run,
    Segment,
    frame_at,
    plan_clip,
    usual_rate,
    without,
)
from bodycam_annotator.timing import NS
from tests.unit.publish.indexes import index_of, odd_indexes

MP4, FFV1 = FORMS[Form.MP4], FORMS[Form.FFV1]


def track(rate: int = 48_000, start_ns: int = 0) -> AudioTrack:
    return AudioTrack(
        stream=1,
        codec="aac",
        rate=rate,
        channels=1,
        start_ns=start_ns,
        end_ns=start_ns + 60 * NS,
        silent_spans=None,
    )


@given(st.data(), odd_indexes(), st.sampled_from([MP4, FFV1]))
def test_pictures_rise_and_keep_their_spacing(
    data: st.DataObject, index: FrameIndex, form: FormFacts
) -> None:
    first = data.draw(st.integers(0, len(index) - 1))
    last = data.draw(st.integers(first, len(index) - 1))
    run, slow = Run(first=first, last=last), Run(first=first, last=last, slower=4)
    segments: list[Segment] = [run, Freeze(ordinal=last, lasts_ns=NS // 3), slow]
    plan = plan_clip(index, segments, form, track())
    pts = [frame.pts for frame in plan.frames]
    assert pts[0] == 0
    assert all(one < other for one, other in zip(pts, [*pts[1:], plan.end], strict=True))
    assert [one + frame.lasts for one, frame in zip(pts, plan.frames, strict=True)] == [
        *pts[1:],
        plan.end,
    ]
    exact = plan.time_base == index.time_base or form is MP4
    for frame in plan.frames[: last - first + 1]:
        assert frame.ordinal is not None
        meant = Fraction(index.time_of(frame.ordinal) - index.time_of(first), NS)
        told = (frame.pts - frame.added) * plan.time_base
        rounding = Fraction(1, 10**6) if exact else plan.time_base
        assert abs(told - meant) <= rounding
    if all(one.added == 0 for one in plan.frames):
        assert not [note for note in plan.notes if "later" in note]


def test_frames_of_equal_time_are_a_tick_apart_and_said() -> None:
    index = index_of([0, 90_000, 90_000, 90_000, 180_000], lasts=3000, base=Fraction(1, 90_000))
    plan = plan_clip(index, [Run(first=0, last=4)], MP4, None)
    assert [frame.pts for frame in plan.frames] == [0, 90_000, 90_001, 90_002, 180_000]
    assert [frame.added for frame in plan.frames] == [0, 0, 1, 2, 0]
    assert plan.notes == (
        "2 pictures with a time that another has already are shown up to 2 ticks of 1/90000 s "
        "later (first: frame 2).",
    )


@pytest.mark.parametrize(
    ("own", "clips"),
    [
        (Fraction(1, 90_000), Fraction(1, 90_000)),
        (Fraction(1, 12_800), Fraction(1, 12_800)),
        (Fraction(1001, 30_000), Fraction(1, 30_000)),
        (Fraction(1, 1000), Fraction(1, 16_000)),
        (Fraction(1, 25), Fraction(1, 12_800)),
        (Fraction(1, 10**9), Fraction(1, 10**6)),
    ],
)
def test_the_footages_own_ticks_are_kept(own: Fraction, clips: Fraction) -> None:
    plan = plan_clip(index_of([0, 1, 2], base=own), [Run(first=0, last=2)], MP4, None)
    assert plan.time_base == clips
    assert bool(plan.notes) == (own < Fraction(1, 10**7))


@given(
    st.sampled_from([8000, 44_100, 48_000]),
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(1, 10**9),
    st.integers(-(10**9), 10**9),
)
def test_sound_is_with_its_pictures_to_one_sample(
    rate: int, first: int, more: int, lasts_ns: int, starts_ns: int
) -> None:
    ticks = [k * 1001 + k % 4 * 77 for k in range(60)]
    index = index_of(ticks, lasts=1001, base=Fraction(1, 30_000))
    last = first + more
    segments: list[Segment] = [
        Run(first=first, last=last),
        Run(first=last + 1, last=last + 5),
        Freeze(ordinal=last, lasts_ns=lasts_ns),
        Run(first=last + 2, last=last + 9),
    ]
    sound_track = track(rate, starts_ns)
    plan = plan_clip(index, segments, MP4, sound_track)
    assert plan.sound is not None
    ends = 0
    runs = [number for number, one in enumerate(segments) if isinstance(one, Run)]
    for part, number in zip(plan.sound.parts, runs, strict=True):
        shown = next(one for one in plan.frames if one.segment == number)
        assert shown.time_ns is not None
        since = Fraction(starts_ns - shown.time_ns, NS) + Fraction(part.first, rate)
        meant = shown.pts * plan.time_base + since
        assert abs(Fraction(part.at, rate) - meant) <= Fraction(1, rate) + Fraction(2, NS)
        assert part.at >= ends
        ends = part.at + part.end - part.first
    assert plan.sound.samples == ends
    assert abs(Fraction(ends, rate) - plan.end * plan.time_base) <= Fraction(2, rate)
    begun, then = plan.sound.parts[:2]
    assert then.at == begun.at + begun.end - begun.first


def test_a_picture_that_is_missing_leaves_its_time_to_the_one_before() -> None:
    plan = plan_clip(index_of([0, 40, 80, 120], lasts=40), [Run(first=0, last=3)], MP4, None)
    kept = without(plan, frozenset({1, 3}))
    assert [(one.number, one.ordinal, one.pts, one.lasts) for one in kept.frames] == [
        (0, 0, 0, 1280),
        (1, 2, 1280, 1280),
    ]
    with pytest.raises(FootageError, match="Frame 0 cannot be decoded"):
        without(plan, frozenset({0}))


@pytest.mark.parametrize("slower", [2, 4])
def test_a_picture_shown_longer_than_the_form_can_say_is_refused(slower: int) -> None:
    hours = 2 * 3600 * 90_000
    index = index_of([0, 3600, hours], lasts=3600, base=Fraction(1, 90_000))
    segments: list[Segment] = [Run(first=0, last=2), Run(first=0, last=2, slower=slower)]
    plan_clip(index, segments, FFV1, None)
    if slower == 2:
        assert max(frame.lasts for frame in plan_clip(index, segments, MP4, None).frames) < 2**31
        return
    with pytest.raises(ExchangeError, match="Frame 1 would be shown for 479 minutes on end"):
        plan_clip(index, segments, MP4, None)


def test_what_is_shown_when_can_be_asked() -> None:
    plan = plan_clip(index_of([0, 40, 80], lasts=40), [Run(first=0, last=2)], MP4, None)
    asked = [0, NS // 25 - 1, NS // 25, 10 * NS, -1]
    assert [frame_at(plan, time_ns).ordinal for time_ns in asked] == [0, 0, 1, 2, 0]
    assert usual_rate(plan) == 25


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (Freeze(ordinal=1, lasts_ns=NS), "cannot be held"),
        (Run(first=1, last=2, slower=2), "no clip can begin with it"),
    ],
)
def test_no_picture_stands_for_one_that_another_segment_begins_with(
    more: Segment, why: str
) -> None:
    index = index_of([0, 40, 80], lasts=40)
    plan = plan_clip(index, [Run(first=0, last=2), more], MP4, None)
    missing = frozenset(one.number for one in plan.frames if one.ordinal == 1)
    with pytest.raises(FootageError, match=why):
        without(plan, missing)
