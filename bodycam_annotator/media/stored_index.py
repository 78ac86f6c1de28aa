"""What was learned of a footage, kept so that opening it again need not read all of it.

Kept in this person's cache folder and used only while the footage is what it was (size, time of
change, head and tail) and the same program with the same FFmpeg would read it. Whatever is wrong
with the folder or with what is in it costs time, never an error and never a wrong index.
"""

import hashlib
import logging
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from bodycam_annotator import __version__
from bodycam_annotator.atomic_file import replacing
from bodycam_annotator.config import cache_folder
from bodycam_annotator.media.facts_file import from_bytes, plain, to_pieces
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.probe import FootageFacts, probe
from bodycam_annotator.progress import Asked, Progress

_log = logging.getLogger(__name__)

MOST_BYTES = 256 * 1024 * 1024
"""An hour of footage takes about 10 MB."""

END_BYTES = 64 * 1024
"""How much of a footage's head and of its tail is hashed."""

ENDING = ".index"

PART_ENDING = ".part"
"""Of files that were being written when the program was killed; gone after a day."""

DAY_S = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class State:
    """A footage file as it is found: bytes, time of change, a hash of its head and tail."""

    size: int
    modified_ns: int
    ends: str


def footage_facts(
    path: Path,
    *,
    stream: int | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> FootageFacts:
    """As `probe`, from the stored index where there is one that still fits.

    For all that needs the frames of a footage; what is said about a footage as a finding
    (`probe`, `verify`) is read anew. Raises as `probe` does.
    """
    known = recalled(path, stream=stream)
    if known is not None:
        return known
    before = state_of(path)
    facts = probe(path, stream=stream, progress=progress, cancelled=cancelled)
    # A file that changes while it is read makes an index of neither.
    if before is not None and before == state_of(path):
        _write(next(_places(path, stream)), facts, before)
    return facts


def recalled(path: Path, *, stream: int | None = None) -> FootageFacts | None:
    """What is stored of the footage; None when nothing is that fits the file as it is now."""
    state = state_of(path)
    if state is None:
        return None
    for place in _places(path, stream):
        found = _read(place, path, state)
        if found is not None and (stream is None or found.index.stream == stream):
            return found
    return None


def forget_unlike(path: Path, index: FrameIndex) -> bool:
    """Drops what is stored of the footage where `index`, just read, says otherwise.

    Returns whether it did: the file was changed where its size, time and ends do not tell.
    """
    known = recalled(path, stream=index.stream)
    if known is None or (
        np.array_equal(known.index.times, index.times)
        and np.array_equal(known.index.pts, index.pts)
        and np.array_equal(known.index.packet_of, index.packet_of)
    ):
        return False
    for place in _places(path, index.stream):
        with suppress(OSError):
            place.unlink(missing_ok=True)
    return True


def _places(path: Path, stream: int | None) -> Iterator[Path]:
    """Where its index would be: of that stream, and of the one chosen when none is named."""
    name = name_of(path)
    folder = _folder()
    if stream is not None:
        yield folder / f"{name}-{stream}{ENDING}"
    yield folder / f"{name}{ENDING}"


def name_of(path: Path) -> str:
    """A hash of the path, so that the cache folder does not tell what footage there was."""
    return hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]


def _folder() -> Path:
    return cache_folder() / "indexes"


def state_of(path: Path) -> State | None:
    """None when the file cannot be read; opening it says why."""
    # A pipe would be waited for.
    if not path.is_file():
        return None
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            digest.update(file.read(END_BYTES))
            file.seek(max(0, found.st_size - END_BYTES))
            digest.update(file.read(END_BYTES))
    except OSError:
        return None
    return State(size=found.st_size, modified_ns=found.st_mtime_ns, ends=digest.hexdigest())


def maker() -> str:
    """Who read the footage: the decoder has its say in the order of frames."""
    return repr([__version__, av.__version__, sorted(av.library_versions.items())])


def _read(place: Path, path: Path, state: State) -> FootageFacts | None:
    """What is stored there, if it is of that footage in that state; dropped when damaged."""
    try:
        found = place.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            return None
        data = place.read_bytes()
    except OSError:
        return None
    try:
        facts, about = from_bytes(data, path)
        if about["maker"] != maker() or about["state"] != plain(state):
            return None
    except (ValueError, LookupError, TypeError) as error:
        _log.info("The stored index %s is dropped: %s.", place.name, error)
        with suppress(OSError):
            place.unlink(missing_ok=True)
        return None
    with suppress(OSError):
        os.utime(place)
    return facts


def _write(place: Path, facts: FootageFacts, state: State) -> None:
    about: dict[str, Any] = {"maker": maker(), "state": plain(state)}
    try:
        pieces = to_pieces(facts, about)
    except (TypeError, LookupError):
        _log.exception("a bug of ours: what is known of a footage cannot be stored")
        return
    size = sum(map(len, pieces))
    if size > MOST_BYTES:
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        make_room(place, size)
        with replacing(place) as file:
            file.writelines(pieces)
    except OSError as error:
        _log.info("The index of a footage is not stored: %s.", error)


def make_room(place: Path, size: int, *, most: int = MOST_BYTES) -> None:
    """Removes what was not used for longest, until `size` bytes more are within `most`.

    Of the files beside `place` whose names end alike.
    """
    kept: list[tuple[float, int, Path]] = []
    for one in place.parent.iterdir():
        with suppress(OSError):
            found = one.lstat()
            if one.suffix == PART_ENDING and found.st_mtime < time.time() - DAY_S:
                one.unlink()
            elif one.suffix == place.suffix and one != place and stat.S_ISREG(found.st_mode):
                kept.append((found.st_mtime, found.st_size, one))
    room = most - size - sum(taken for _, taken, _ in kept)
    for _, taken, one in sorted(kept):
        if room >= 0:
            break
        with suppress(OSError):
            one.unlink()
            room += taken
