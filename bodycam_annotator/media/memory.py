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
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""M_TRIM_THRESHOLD and M_MMAP_THRESHOLD in glibc's malloc.h (mallopt(3))."""

MEGABYTE = 1024 * 1024


def keep_heaps_low() -> None:
    """To be called before threads are started.

    Each thread has a heap of its own, and glibc lets up to 64 MB stay at the end of each: 350 MB
    after opening 4K footage once. 16 MB are enough for the pictures that come and go there. They
    stay in heaps, as pages of their own cost 3 ms a picture; and each thread keeps its heap, as in
    a shared one small blocks that stay can take the room that the next picture needs.
    """
    if _SET is not None:
        _SET(_MMAP_THRESHOLD, 32 * MEGABYTE)
        _SET(_TRIM_THRESHOLD, 16 * MEGABYTE)


def give_back() -> None:
    """Takes some milliseconds, so not for the window's thread.

    Each thread that decodes leaves megabytes behind that no other one uses again.
    """
    if _TRIM is not None:
        _TRIM(0)
