"""Indexes of frames at any times, without a file."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.packets import Packets
from bodycam_annotator.timing import ticks_to_ns

BASES = (
    Fraction(1, 90_000),
    Fraction(1, 12_800),
    Fraction(1, 1000),
    Fraction(1001, 30_000),
    Fraction(1, 25),
    Fraction(1, 1_000_000_000),
)


def index_of(ticks: list[int], *, lasts: int = 1, base: Fraction = Fraction(1, 1000)) -> FrameIndex:
    """Frames at these rising ticks; the last one is shown for `lasts` more."""
    count = len(ticks)
    pts = np.array(ticks, dtype=np.int64)
    numbers = np.arange(count)
    ones, none = np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.bool_)
    packets = Packets(
        pts=pts,
        duration=ones,
        position=numbers,
        size=ones,
        key=~none,
        discard=none,
        timeless=none,
        dts=pts,
    )
    return FrameIndex(
        stream=0,
        time_base=base,
        pts=pts,
        times=np.array([ticks_to_ns(tick, base) for tick in ticks], dtype=np.int64),
        packet_of=numbers,
        start_of=numbers,
        packets=packets,
        end_ns=ticks_to_ns(ticks[-1] + lasts, base),
        variable_rate=True,
        oddities=(),
    )


@st.composite
def odd_indexes(draw: st.DrawFn) -> FrameIndex:
    """Any spacing: frames of equal time, long gaps, times below zero, a last frame of no length."""
    gaps = draw(st.lists(st.sampled_from([0, 0, 1, 2, 33, 40, 3003, 90_000]), max_size=25))
    first = draw(st.sampled_from([0, 1, -7, 903_000, -90_000]))
    ticks = [first]
    for gap in gaps:
        ticks.append(ticks[-1] + gap)
    lasts = draw(st.sampled_from([0, 1, 40]))
    return index_of(ticks, lasts=lasts, base=draw(st.sampled_from(BASES)))
