"""Memory that was let go of, given back to the system."""

import ctypes
import sys
from collections.abc import Callable


def _glibc(name: str) -> Callable[..., int] | None:
    """A function of glibc's; None elsewhere, where large blocks go back by themselves."""
    if sys.platform != "linux":
        return None
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        return None
    return found


_TRIM = _glibc("malloc_trim")
_SET = _glibc("mallopt")
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""M_MMAP_THRESHOLD and M_ARENA_MAX in glibc's malloc.h (mallopt(3))."""

PICTURE_BYTES = 4 * 1024 * 1024
"""Blocks of this size are pictures to be shown; decoded frames of HD are smaller, and reused."""


def share_heaps() -> None:
    """To be called before threads are started: they share two heaps from then on.

    Else each thread gets one of its own, and what it leaves free at its end stays resident:
    350 MB after opening 4K footage once. Pictures get pages of their own: in a heap, anything
    small that is kept may take a bit of the room that the last one left, so that the next one
    does not fit there; that came to 3 GB within ten seconds.
    """
    if _SET is not None:
        _SET(_ARENA_MAX, 2)
        _SET(_MMAP_THRESHOLD, PICTURE_BYTES)


def give_back() -> None:
    """Takes some milliseconds, so not for the window's thread.

    Each thread that decodes leaves megabytes behind that no other one uses again.
    """
    if _TRIM is not None:
        _TRIM(0)
