"""The beginning of a file as it would be written."""

from dataclasses import replace
from pathlib import Path

from bodycam_annotator.app.exporting import media_of
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.tables.csv_timeline import CSV
from bodycam_annotator.exchange.timeline import tags_by_start
from bodycam_annotator.model.project import Project

_TAGS = 20
_CHARACTERS = 6000


def preview(
    project: Project,
    path: Path,
    out: Path,
    format: Format,
    *,
    raw: bool = False,
    every_tag: bool = False,
) -> tuple[str, bool]:
    """The text that the first 20 tags of the project at `path` would make in `out`, cut off; and
    whether it is the file's own text, or that of the CSV timeline as the file is no text.

    Raises `ExchangeError` when the format cannot hold something.
    """
    first = tags_by_start(project)[:_TAGS]
    some = replace(project, tags={tag.id: tag for tag in first})
    content = Content(
        project=some,
        folder=out.absolute().parent,
        media=media_of(project, path),
        raw=raw,
        every_tag=every_tag,
    )
    own = _beginning(content, format)
    return (own, True) if own is not None else (_beginning(content, CSV) or "", False)


def _beginning(content: Content, format: Format) -> str | None:
    assert format.write is not None
    data = b"".join(format.write(content))
    if b"\0" in data:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}…"
