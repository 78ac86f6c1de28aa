"""What a format is, what it writes from and what it reads."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange.timeline import Timeline, Value, row_of, tags_by_start
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.progress import Asked, Progress

MAX_BYTES = 256 * 1024 * 1024
"""A larger file is refused: a hundred thousand tags take about 50 MB."""

ENCODINGS = ("utf-8-sig", "utf-16", "windows-1252")
"""What a person may say that a table's text is in."""

_REPORT_EVERY = 1000
_LOOKED_AT = 4096
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a file is to hold.

    `folder` is where it will lie, and `media` where each footage lies now, by its id; footage that
    is missing is not in it. `raw` leaves text as it is even where a spreadsheet would run it;
    `every_tag` writes all tags into formats that are made for speech. `compared` has, by a
    footage's id, how its file compares with what the project took up; left out, nobody has looked.
    `left_out` are sentences on what is not in the project; `of_tags` is how many tags that has,
    where these are not all of them.
    """

    project: Project
    folder: Path = Path()
    media: Mapping[str, Path] = field(default_factory=dict)
    raw: bool = False
    every_tag: bool = False
    compared: Mapping[str, Comparison] = field(default_factory=dict)
    left_out: Sequence[str] = ()
    of_tags: int | None = None
    progress: Progress | None = None
    cancelled: Asked | None = None

    @cached_property
    def tags(self) -> Sequence[Tag]:
        """Standing tags by their start."""
        return tags_by_start(self.project)

    def each_tag(self) -> Iterator[Tag]:
        """`tags`, telling how far they are. Raises `Cancelled` when asked to stop."""
        for number, tag in enumerate(self.tags):
            if number % _REPORT_EVERY == 0:
                if self.cancelled and self.cancelled():
                    raise Cancelled
                if self.progress:
                    self.progress(number / len(self.tags))
            yield tag

    def each_row(self) -> Iterator[dict[str, Value]]:
        """As `each_tag`, the tags' rows; the keys are `COLUMNS` in their order."""
        return (row_of(self.project, tag) for tag in self.each_tag())


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file that is read: all its bytes, and what the person says about it.

    `raw` says whether texts were written as they are, with no apostrophes to take off; None leaves
    it to the file. `columns` are the file's columns by what they are called here; one that is
    called "" is left out. `code` is the code of all rows, `encoding` what a table's text is in
    where it is not UTF-8 and does not say so itself, one of `ENCODINGS`.
    """

    path: Path
    data: bytes
    raw: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    encoding: str | None = None

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def text(self) -> str:
        """Its text, which is UTF-8 with or without a byte order mark. Raises `ExchangeError`."""
        return decoded(self.data, self.path)

    def refuse(self, why: str, *, where: str = "") -> NoReturn:
        """Raises `ExchangeError` that says where the file is wrong."""
        at = f", {where}" if where else ""
        raise ExchangeError(f"{self.path.name}{at}: {why.rstrip('.')}.")


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of other programs or ours.

    `loses` are sentences on what it cannot carry, shown before anything is written. `endings` are
    its files' endings, the first that of a new file. `write` gives the file's bytes in pieces and
    raises `ExchangeError` or `Cancelled`; `read` raises `ExchangeError` that says where the file is
    wrong. Either is None where the format goes one way only. `recognises` tells its files from
    those of another format with the same ending, by their first bytes. Files larger than
    `max_bytes` are not read. `columns` is what its columns mean, for the sidecar; `has_sidecar` is
    False where the file says itself what produced it. `chosen` are the tags that it
    takes where these are not all unless `every_tag` is asked for. `one_footage` takes the tags of
    one footage only.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    loses: tuple[str, ...] = ()
    write: Callable[[Content], Iterable[bytes]] | None = None
    read: Callable[[Source], Timeline] | None = None
    recognises: Callable[[bytes], bool] | None = None
    max_bytes: int = MAX_BYTES
    columns: Mapping[str, str] = field(default_factory=dict)
    has_sidecar: bool = True
    chosen: Callable[[Content], Sequence[Tag]] | None = None
    one_footage: bool = False


def tags_in(content: Content, format: Format) -> Sequence[Tag]:
    """The tags that the format writes of the content."""
    return content.tags if format.chosen is None else format.chosen(content)


def bytes_of(path: Path, limit: int = MAX_BYTES) -> bytes:
    """All bytes of an ordinary file; `ExchangeError` also when there are more than `limit`."""
    try:
        if not path.is_file() and path.exists():
            # A pipe or device may never come to an end.
            raise ExchangeError(f"{path} is no ordinary file; give the file to import.")
        # By its size first; a file may still grow while it is read.
        if path.stat().st_size > limit:
            raise _too_large(path, limit)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ExchangeError(f"{path} cannot be read: {why}.") from error
    if len(data) > limit:
        raise _too_large(path, limit)
    return data


def _too_large(path: Path, limit: int) -> ExchangeError:
    size = f"{limit // 1024**2} MB"
    return ExchangeError(f"{path} is larger than {size}; split it and import the parts.")


def decoded(data: bytes, path: Path, encoding: str | None = None) -> str:
    """The text of `data`, which is UTF-8 with or without a byte order mark, or else `encoding`,
    one of `ENCODINGS`.

    Raises `ExchangeError` for other bytes and for NUL.
    """
    try:
        text = data.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        if _is_binary(data):
            raise ExchangeError(
                f"{path} is no text but another kind of file, so its ending may be wrong; say "
                "which format it is of, or save it in one of those that can be imported."
            ) from error
        advice = "save it as UTF-8 (“CSV UTF-8” in spreadsheets) and import that"
        raise ExchangeError(
            f"{path} is not {encoding or 'UTF-8'} (byte {error.start}); {advice}."
        ) from error
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise ExchangeError(f"{path.name}, line {row}: there is a NUL, which no text can have.")
    return text


def _is_binary(data: bytes) -> bool:
    """By its beginning: texts have no control characters but for white space."""
    return bool(_CONTROLS.search(data[:_LOOKED_AT]))
