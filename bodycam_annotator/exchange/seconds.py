"""Seconds as other programs write them."""

import re
from decimal import Decimal
from fractions import Fraction

from bodycam_annotator.timing import NS

_PLAIN = re.compile(r"(-?)([0-9]{1,9})(?:\.([0-9]{1,9}))?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")
_MAX_SECONDS = 9_000_000_000
"""As nanoseconds this still fits 64 bits."""


def read_seconds(text: str) -> int:
    """Nanoseconds, rounded half to even where there are more than 9 decimals.

    Raises `ValueError` that says what is wrong with it.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        time_ns = int(plain[2]) * NS + int((plain[3] or "").ljust(9, "0"))
        return -time_ns if plain[1] else time_ns
    shown = repr(text if len(text) <= 60 else f"{text[:57]}...")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{shown} is not a number of seconds, such as 36.203")
    value = Decimal(text)
    if abs(value) > _MAX_SECONDS:
        raise ValueError(f"{shown} is longer than any footage")
    return round(Fraction(value) * NS)
