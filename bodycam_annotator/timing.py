"""Time: `int` nanoseconds, and the only places where ticks, samples and text become them.

Any stream tick (1/90000 s, 1/12800 s, 1/48000 s, ...) is coarser than a nanosecond, so
ticks -> ns -> ticks and samples -> ns -> samples return what went in, rounded once.
"""

import re
from fractions import Fraction

NS = 1_000_000_000
"""Nanoseconds in a second."""

_CLOCK = re.compile(
    r"(?P<sign>-?)(?:(?:(?P<h>\d+):)?(?P<m>\d{1,2}):)?(?P<s>\d+)(?:\.(?P<f>\d{0,9}))?"
)


def ticks_to_ns(ticks: int, time_base: Fraction) -> int:
    """Nanoseconds of `ticks` in `time_base` (seconds a tick), rounded half to even."""
    return round(int(ticks) * time_base * NS)


def ns_to_ticks(time_ns: int, time_base: Fraction) -> int:
    """The tick nearest to `time_ns`."""
    return round(Fraction(int(time_ns), NS) / time_base)


def samples_to_ns(samples: int, rate: int) -> int:
    """Nanoseconds that `samples` audio samples last at `rate` samples a second."""
    return ticks_to_ns(samples, Fraction(1, rate))


def ns_to_samples(time_ns: int, rate: int) -> int:
    """The sample nearest to `time_ns`."""
    return ns_to_ticks(time_ns, Fraction(1, rate))


def seconds_text(time_ns: int) -> str:
    """`36.203000000`: seconds with 9 decimals, nothing lost."""
    whole, rest = divmod(abs(int(time_ns)), NS)
    return f"{'-' if time_ns < 0 else ''}{whole}.{rest:09d}"


def clock_text(time_ns: int) -> str:
    """`00:00:36.203`: hours, minutes, seconds, rounded half to even to the millisecond."""
    ms = round(int(time_ns), -6) // 1_000_000
    seconds, rest = divmod(abs(ms), 1000)
    minutes, s = divmod(seconds, 60)
    h, m = divmod(minutes, 60)
    return f"{'-' if ms < 0 else ''}{h:02d}:{m:02d}:{s:02d}.{rest:03d}"


def parse_time(text: str) -> int:
    """Nanoseconds from `36.2`, `1:36.2` or `HH:MM:SS.mmm`, to at most 9 decimals.

    Raises `ValueError` when `text` is none of these, or has minutes or seconds of 60 and more
    behind a colon.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a time; write seconds (36.2) or HH:MM:SS.mmm")
    hours, minutes, seconds = (int(match[part] or 0) for part in "hms")
    if (match["m"] and seconds > 59) or (match["h"] and minutes > 59):
        raise ValueError(f"{text!r} has minutes or seconds above 59")
    total = (hours * 3600 + minutes * 60 + seconds) * NS + int((match["f"] or "").ljust(9, "0"))
    return -total if match["sign"] else total
