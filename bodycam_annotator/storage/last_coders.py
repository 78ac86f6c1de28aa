"""Who changed a tag last, as its audit log says."""

import logging
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from bodycam_annotator.errors import ProjectError
from bodycam_annotator.storage import audit
from bodycam_annotator.storage.connection import bare, connect_to_read, explained, reading

_log = logging.getLogger(__name__)


def last_coders(path: Path, tags: Iterable[str]) -> dict[str, str]:
    """By the tag's id; without those that cannot be said now. Runs in any thread."""
    wanted = dict.fromkeys(tags)
    if not wanted:
        return {}
    try:
        with (
            explained(path),
            closing(bare(connect_to_read(path))) as connection,
            reading(connection),
        ):
            found = {one: audit.last_change(connection, "tag", one) for one in wanted}
    except ProjectError as error:
        _log.warning("who changed tags last cannot be said (%s)", error)
        return {}
    return {one: entry.coder for one, entry in found.items() if entry is not None}
