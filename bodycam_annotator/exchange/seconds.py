"""Seconds and milliseconds as other programs write them."""

import re
from decimal import Decimal
from fractions import Fraction

from bodycam_annotator.timing import NS

MAX_NS = 9_000_000_000 * NS
"""What is longer is no time; as nanoseconds this still fits 64 bits."""

_PLAIN = re.compile(r"(-?)([0-9]{1,9})(?:\.([0-9]{1,9}))?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")


def read_seconds(text: str) -> int:
    """Nanoseconds, rounded half to even where there are more than 9 decimals.

    Raises `ValueError` that says what is wrong with it.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        time_ns = int(plain[2]) * NS + int((plain[3] or "").ljust(9, "0"))
        return -time_ns if plain[1] else time_ns
    return read_number(text, NS, "a number of seconds, such as 36.203")[0]


def read_number(text: str, unit_ns: int, what: str) -> tuple[int, int]:
    """The nanoseconds of so many units, rounded half to even, and to how many decimals it is given.

    Raises `ValueError` that says what is wrong: that it is not `what`, or too long.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{shown(text)} is not {what}")
    value = Decimal(text)
    if abs(value) * unit_ns > MAX_NS:
        raise ValueError(f"{shown(text)} is longer than any footage")
    return round(Fraction(value) * unit_ns), decimals_of(text)


def decimals_of(text: str) -> int:
    """How many decimals a number is given to. Exponents add none: who writes 5e-1 or 0e-9 need not
    have known the time to that."""
    mantissa, _, exponent = text.strip().lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return max(0, min(decimals, decimals - int(exponent or 0)))


def resolution_of(text: str) -> int:
    """How finely a number of seconds is given, in nanoseconds; 0 for what is exact to them."""
    decimals = decimals_of(text)
    return 10 ** (9 - decimals) if decimals < 9 else 0


def shown(text: str) -> str:
    """In quotes, its beginning where it is long."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
