"""How work grows with what it is done on; nothing here asserts how long anything takes."""

import time
from collections.abc import Callable

TIMES = 4
_MOST = 2.5 * TIMES
"""Of quadratic work it is TIMES * TIMES; less is left to what else the machine does."""
_TOO_SHORT_S = 0.01
"""CPU time that says nothing of growth."""


def assert_grows_no_faster(work: Callable[[int], object], size: int) -> None:
    """That `work` on `TIMES` as much takes about as many times as long.

    `work` gets how much there is to do, `size` or `TIMES` of it, and does what is tried and little
    else. What comes out too long is tried once more, as a machine may be busy for a moment.
    """
    found = [_growth(work, size)]
    if found[0] > _MOST:
        found.append(_growth(work, size))
    assert min(found) <= _MOST, f"{TIMES} times as much took {found} times as long"


def _growth(work: Callable[[int], object], size: int) -> float:
    once = max(_cpu_s(work, size), _TOO_SHORT_S)
    return _cpu_s(work, TIMES * size) / once


def _cpu_s(work: Callable[[int], object], size: int) -> float:
    since = time.process_time()
    work(size)
    return time.process_time() - since
