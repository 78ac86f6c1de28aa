"""What commands print: results on stdout, everything about the doing on stderr."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


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


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None] | None]:
    """A bar on stderr while the block runs; nothing where nobody sees it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(what), total=1.0)
        yield lambda part: bar.update(task, completed=part)
