"""Memory that was let go of, given back to the system."""

import ctypes
import sys
from collections.abc import Callable


def _trim() -> Callable[[int], int] | None:
    """glibc's malloc_trim(3); None elsewhere, where large blocks go back by themselves."""
    if sys.platform != "linux":
        return None
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None


_TRIM = _trim()


def give_back() -> None:
    """Takes some milliseconds, so not for the window's thread.

    Each thread that decodes leaves megabytes behind that no other one uses again.
    """
    if _TRIM is not None:
        _TRIM(0)
