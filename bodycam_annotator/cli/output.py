"""What commands print: results on stdout, everything about the doing on stderr."""

import json
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bodycam_annotator.progress import Asked, Progress

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def say(text: str) -> None:
    """One line on stderr."""
    print(printable(text), file=sys.stderr)  # noqa: T201


def show(text: str) -> None:
    """One line of the result on stdout."""
    print(printable(text))  # noqa: T201


def show_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201


def show_lines(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Cells with tabs between them, one row a line, names first."""
    for row in (names, *rows):
        print("\t".join(map(printable, row)))  # noqa: T201


def show_table(names: Sequence[str], rows: Sequence[Sequence[str]], *, wide: str) -> None:
    """A table as wide as the terminal; only the column `wide` is broken into lines."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(name, no_wrap=name != wide, ratio=1 if name == wide else None)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)


def printable(text: str) -> str:
    """`text` in one line that cannot steer a terminal: control characters become escapes."""
    return _CONTROL.sub(lambda match: repr(match[0])[1:-1], text)


def counted(number: int, what: str) -> str:
    """`1 file`, `3 files`."""
    return f"{number} {what}{'s' * (number != 1)}"


def were(number: int) -> str:
    return "was" if number == 1 else "were"


_interrupted = threading.Event()


def interrupt() -> None:
    """What ^C does: work that is told about it stops by itself, and leaves nothing half done.

    The second time it does not wait for that. Raised inside FFmpeg's callbacks, an exception
    would be lost, so the first is only noted.
    """
    if _interrupted.is_set():
        raise KeyboardInterrupt
    _interrupted.set()


def begin_anew() -> None:
    """Forgets that somebody interrupted: the next command of this process is another one."""
    _interrupted.clear()


@contextmanager
def working(what: str) -> Iterator[tuple[Progress | None, Asked]]:
    """A bar on stderr while the block runs, where somebody sees it; and whether to stop."""
    if not sys.stderr.isatty():
        yield None, _interrupted.is_set
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(what), total=1.0)
        yield lambda part: bar.update(task, completed=part), _interrupted.is_set
