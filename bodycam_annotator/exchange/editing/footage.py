"""What editing programs are told of footage: where it lies, its exact times and its usual rate."""

import os
from fractions import Fraction
from pathlib import PurePath, PurePosixPath
from urllib.parse import quote

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import NO_TEXT
from bodycam_annotator.timing import NS

_RATES = (
    Fraction(24_000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30_000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60_000, 1001),
    Fraction(60),
)
"""Those that editing programs have timelines of."""


def file_time(footage: Footage, time_ns: int) -> Fraction:
    """Seconds from the first frame, as exact as the footage has them.

    In ticks where `time_ns` is a tick of the footage, as every frame's start is; nanoseconds where
    it lies between two, as what is heard may.
    """
    first, first_is_tick = _tick_at(footage, footage.first_ns)
    tick, is_tick = _tick_at(footage, time_ns)
    if first_is_tick and is_tick:
        base = footage.time_base
        return Fraction((tick - first) * base.numerator, base.denominator)
    return Fraction(time_ns - footage.first_ns, NS)


def _tick_at(footage: Footage, time_ns: int) -> tuple[int, bool]:
    """The tick nearest to a time, and whether the time is that tick rounded to nanoseconds.

    As `timing.ns_to_ticks` and back, in whole numbers, which are ten times as fast.
    """
    tick_ns, parts = footage.time_base.numerator * NS, footage.time_base.denominator
    tick = (2 * time_ns * parts + tick_ns) // (2 * tick_ns)
    off = 2 * abs(time_ns * parts - tick * tick_ns)
    return tick, off < parts or (off == parts and time_ns % 2 == 0)


def usual_rate(footage: Footage) -> Fraction:
    """The rate of editing programs that is nearest to the footage's frames a second."""
    lasts_ns = footage.end_ns - footage.first_ns
    measured = Fraction(footage.frames * NS, lasts_ns) if lasts_ns > 0 else Fraction(30)
    return min(_RATES, key=lambda rate: abs(rate - measured))


def rate_text(rate: Fraction) -> str:
    return f"{float(rate):.2f}".rstrip("0").rstrip(".")


def media_name(footage: Footage) -> str:
    return PurePosixPath(footage.path).name


def media_url(content: Content, footage: Footage) -> str:
    """A relative URL from the file's folder, where the footage lies there; else its name."""
    path = content.media.get(footage.id)
    if path is None:
        return f"./{quote(media_name(footage), errors='surrogateescape')}"
    try:
        relative = PurePath(os.path.relpath(path.absolute(), content.folder.absolute()))
    except ValueError:
        # On another drive.
        return path.absolute().as_uri()
    url = quote(relative.as_posix(), errors="surrogateescape")
    return url if url.startswith("../") else f"./{url}"


def writable(text: str, what: str) -> str:
    """The text itself. Raises `ExchangeError` for what no text file can hold."""
    if NO_TEXT.search(text):
        raise ExchangeError(
            f"{what} holds a character that no text file can (NUL, or half of a pair); edit it "
            "and export again."
        )
    return text
