from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bodycam_annotator.timing import (
    NS,
    clock_text,
    ns_to_samples,
    ns_to_ticks,
    parse_time,
    samples_to_ns,
    seconds_text,
    ticks_to_ns,
)

REAL_TIME_BASES = [
    Fraction(1, 90_000),
    Fraction(1, 12_800),
    Fraction(1, 15_360),
    Fraction(1, 30_000),
    Fraction(1, 1000),
    Fraction(1, 600),
    Fraction(1, 25),
    Fraction(1001, 30_000),
    Fraction(1001, 24_000),
    Fraction(1000, 26_777),
    Fraction(1, 19_200),
    Fraction(1, 1_000_000),
    Fraction(1, 10_000_000),
]
REAL_RATES = [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000]

int64_ns = st.integers(-(2**62), 2**62)


@pytest.mark.parametrize("base", REAL_TIME_BASES, ids=str)
@given(ticks=st.integers(-(2**40), 2**40))
@example(ticks=2**33 - 1)
def test_ticks_come_back_from_nanoseconds(base: Fraction, ticks: int) -> None:
    assert ns_to_ticks(ticks_to_ns(ticks, base), base) == ticks


@pytest.mark.parametrize("rate", REAL_RATES)
@given(samples=st.integers(-(2**40), 2**40))
def test_samples_come_back_from_nanoseconds(rate: int, samples: int) -> None:
    assert ns_to_samples(samples_to_ns(samples, rate), rate) == samples


@pytest.mark.parametrize("base", REAL_TIME_BASES, ids=str)
@given(ticks=st.integers(-(2**40), 2**40))
def test_nanoseconds_are_the_nearest_ones(base: Fraction, ticks: int) -> None:
    assert abs(ticks_to_ns(ticks, base) - ticks * base * NS) <= Fraction(1, 2)


@given(int64_ns)
def test_seconds_text_loses_nothing(time_ns: int) -> None:
    assert parse_time(seconds_text(time_ns)) == time_ns


@given(int64_ns)
def test_clock_text_is_within_half_a_millisecond(time_ns: int) -> None:
    assert abs(parse_time(clock_text(time_ns)) - time_ns) <= 500_000


@pytest.mark.parametrize(
    ("time_ns", "seconds", "clock"),
    [
        (0, "0.000000000", "00:00:00.000"),
        (36_203_000_000, "36.203000000", "00:00:36.203"),
        (-1, "-0.000000001", "00:00:00.000"),
        (-21_333_333, "-0.021333333", "-00:00:00.021"),
        (59_999_500_000, "59.999500000", "00:01:00.000"),
        (500_000, "0.000500000", "00:00:00.000"),
        (1_500_000, "0.001500000", "00:00:00.002"),
        (360_000 * NS, "360000.000000000", "100:00:00.000"),
    ],
)
def test_texts(time_ns: int, seconds: str, clock: str) -> None:
    assert (seconds_text(time_ns), clock_text(time_ns)) == (seconds, clock)


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("36.2", 36_200_000_000),
        ("36", 36 * NS),
        ("36.", 36 * NS),
        (" 1:36.2 ", 96_200_000_000),
        ("00:00:36.203", 36_203_000_000),
        ("1:00:00", 3600 * NS),
        ("90", 90 * NS),
        ("-0.5", -500_000_000),
        ("-00:00:00.021333333", -21_333_333),
    ],
)
def test_times_that_people_write(text: str, time_ns: int) -> None:
    assert parse_time(text) == time_ns


@pytest.mark.parametrize(
    "text",
    ["", "soon", "1:60", "1:60:00", "1:2:3:4", "1.0000000001", "1,5", "--1", "1e3", ".5.", "nan"],
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time|above 59"):
        parse_time(text)
