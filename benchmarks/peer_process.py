"""One peer in a process of its own, asked over its standard input and output.

`python -m benchmarks.peer_process NAME FILE` reads an ordinal a line and answers with a line of
JSON: milliseconds until found, milliseconds until it is a picture, and what the picture shows.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from benchmarks.peers import KINDS, look_in_extra
from benchmarks.report import Tally, fact, quantile, row
from tests.barcode import Unreadable, read_barcode


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`seen` is -1 when the picture has no readable barcode."""

    asked: int
    found_ms: float
    picture_ms: float
    seen: int


def answers_row(what: str, answers: Sequence[Answer]) -> None:
    """Until the frame was found; making a picture of it comes on top."""
    if answers:
        tally = Tally(len(answers), sum(one.seen != one.asked for one in answers))
        more = quantile([one.picture_ms - one.found_ms for one in answers], 0.5)
        row(what, [one.found_ms for one in answers], tally, note=f"and {more:.1f} ms to a picture")


class PeerFailed(Exception):
    """The peer cannot be used here; says why."""


class AskedPeer:
    """A running peer. Raises `PeerFailed` when it does not start.

    Attributes:
        failed: why it gives no answers any more; None while it does.
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.failed: str | None = None
        # A file, as a pipe that nobody reads would fill up; open for as long as the peer runs.
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.peer_process", name, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            encoding="utf-8",
        )
        self._read()

    def __enter__(self) -> "AskedPeer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ask(self, ordinal: int) -> Answer | None:
        """None when it has failed, now or before."""
        assert self._process.stdin is not None
        if self.failed is None:
            try:
                self._process.stdin.write(f"{ordinal}\n")
                self._process.stdin.flush()
                return Answer(asked=ordinal, **json.loads(self._read()))
            except (PeerFailed, OSError) as error:
                self.failed = str(error)
                fact(f"({self.name} failed when asked for {ordinal})", self.failed)
        return None

    def close(self) -> None:
        """Its end of input makes it end."""
        with contextlib.suppress(OSError):
            self._process.communicate()
        self._said.close()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if line:
            return line
        self._process.wait()
        self._said.seek(0)
        lines = self._said.read().strip().splitlines()
        raise PeerFailed(lines[-1] if lines else "ended without a word")


def _timed(peer_name: str, path: Path) -> None:
    look_in_extra()
    peer = KINDS[peer_name](path)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        ordinal = int(line)
        begun = time.perf_counter()
        peer.find(ordinal)
        found = time.perf_counter()
        picture = peer.picture()
        done = time.perf_counter()
        try:
            seen = read_barcode(picture)
        except Unreadable:
            seen = -1
        answer = {
            "found_ms": (found - begun) * 1000,
            "picture_ms": (done - begun) * 1000,
            "seen": seen,
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    peer.close()


if __name__ == "__main__":
    _timed(sys.argv[1], Path(sys.argv[2]))
