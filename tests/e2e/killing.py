"""Child processes that are killed at any moment, and what they said until then.

A child is a fork of this process, so that it starts at once with everything imported. Nothing that
does not outlive a fork may be there before: no Qt application, no thread, no open project.
"""

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

Line = dict[str, Any]
Say = Callable[[Line], None]
Work = Callable[[Say], int | None]
"""What a child does: it may say lines, and returns its exit code, 0 where it is None."""

Aim = Callable[[], bool]
"""Whether now is the moment."""

PATIENCE_S = 60.0
AIMING_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a child ended: its whole lines, and its exit code, None when it was killed.

    A line that was cut off by the end was not said.
    """

    lines: list[Line]
    code: int | None


def let_run(work: Work) -> Ended:
    """Returns when the child has ended by itself."""
    return _run(work, None)


def kill_after(seconds: float, work: Work, *, when: Aim | None = None) -> Ended:
    """SIGKILL so many seconds after the child's first line, unless it has ended by then; then as
    soon as `when` says so, if it does at all within `AIMING_S`."""

    def wait(reader: int, said: bytearray) -> None:
        _read(reader, said, until=lambda: b"\n" in said, deadline=_in(PATIENCE_S))
        _read(reader, said, deadline=_in(seconds))
        deadline = _in(AIMING_S)
        while when is not None and not when() and time.monotonic() < deadline:
            pass

    return _run(work, wait)


def _run(work: Work, wait: Callable[[int, bytearray], None] | None) -> Ended:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _be_the_child(work, writer)
    os.close(writer)
    said = bytearray()
    try:
        if wait is not None:
            wait(reader, said)
            os.kill(child, signal.SIGKILL)
        if not _read(reader, said, deadline=_in(PATIENCE_S)):
            raise TimeoutError(f"a child did not end in {PATIENCE_S} s")
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reader)
        _, status = os.waitpid(child, 0)
    code = None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)
    return Ended(lines=[json.loads(line) for line in said.split(b"\n")[:-1]], code=code)


def _be_the_child(work: Work, writer: int) -> NoReturn:
    code: int | None = 70
    try:
        code = work(lambda line: _write(writer, line))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


def _write(writer: int, line: Line) -> None:
    os.write(writer, json.dumps(line).encode() + b"\n")


def _in(seconds: float) -> float:
    return time.monotonic() + seconds


def _read(
    reader: int, said: bytearray, *, until: Callable[[], bool] | None = None, deadline: float
) -> bool:
    """Reads on until `until`, the deadline or the child's end: a full pipe would stop the child.

    Whether the child has ended.
    """
    while until is None or not until():
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return False
        read = os.read(reader, 1 << 16)
        if not read:
            return True
        said += read
    return False
