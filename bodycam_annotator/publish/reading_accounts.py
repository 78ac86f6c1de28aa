"""Accounts and manifests as JSON that may come from anybody."""

import json
import os
import re
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.media.index import LATEST

LARGEST_ACCOUNT = 64 * 1024 * 1024
"""Bytes; an hour at 60 frames a second has some 15 million. What they become takes some 20 times
as much memory where somebody means ill."""

MOST_DIGITS = len(str(-LATEST))

_TICK = re.compile(r"[0-9]{1,12}(/[0-9]{1,12})?")
"""Nothing like 1e999999999, which would be worked out digit by digit."""


def read_json(path: Path, why_not: str) -> object:
    """Raises `ExchangeError`, which says `why_not`, when it cannot be read or is no JSON.

    Nor is it where an object has a key twice, as readers differ in which of the two they take,
    or a number is none, or larger than a time or size can be.
    """
    try:
        if path.stat().st_size > LARGEST_ACCOUNT:
            raise ExchangeError(f"{path} {why_not}: it is too large.")
        content: object = json.loads(
            path.read_bytes().decode(),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
        )
    except OSError as error:
        raise ExchangeError(
            f"{path} cannot be read: {error.strerror or error}. What was handed out is checked "
            "against the account that was written beside it; put it there."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"{path} {why_not}: {error}.") from error
    return content


def tick_of(value: object) -> Fraction | None:
    """Seconds of a tick as accounts have it ("1/90000"); None for anything else."""
    if not isinstance(value, str) or not _TICK.fullmatch(value):
        return None
    over, _, under = value.partition("/")
    if not int(over) or not int(under or 1):
        return None
    return Fraction(int(over), int(under or 1))


def beside(file: Path, name: str) -> Path:
    """A file of that name beside `file`, whose folders are not followed.

    Raises `ExchangeError` for what is no name of a file.
    """
    only = Path(name.replace("\\", "/")).name
    found = file.parent / only
    try:
        # No system takes zeros or halves of characters; what is too long for one is not there.
        os.fsencode(only)
        is_none = only in ("", "..") or "\0" in only or os.path.isdir(found)
    except ValueError:
        is_none = True
    if is_none:
        raise ExchangeError(f"{file} names a file {name[:80]!r}, which none can be.")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _whole(text: str) -> int:
    # What has thousands of digits takes long to become a number.
    number = int(text) if len(text) <= MOST_DIGITS else LATEST
    if abs(number) >= LATEST:
        raise ValueError(f"{text[:MOST_DIGITS]}… is further from 0 than any time or size")
    return number


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _no_number(text[:MOST_DIGITS])
