"""Audit entries read from the bytes of a file that SQLite may not be able to read any more.

An entry's record is found by what its table's records begin with, wherever in the file it lies,
and read over SQLite's overflow pages (sqlite.org/fileformat2.html, 1.6 and 2.1). Nothing here says
that an entry is genuine: only a hash that follows from the entry before it does.
"""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from bodycam_annotator.storage.audit import BEFORE_FIRST, Head, entry_hash

SIDE_FILES = ("-journal", "-wal", "-shm")
"""What SQLite keeps beside a file, at the ends of their names."""

# The record's header ends with the type of a text of 64 bytes, the hash; the entry's text begins
# with the first of its keys.
_START = b'\x81\x0d{"action":'
_HASH = re.compile(rb"[0-9a-f]{64}")
_SEQ = re.compile(rb'"seq":([1-9][0-9]{0,17}),')
_USUAL_PAGE = 4096
_BLOCK = 4096


@dataclass(frozen=True, kw_only=True)
class Carved:
    """One entry's record. `placed` says that its row's number agrees with that in its text."""

    seq: int
    text: bytes
    hash: str
    placed: bool


@dataclass(frozen=True, kw_only=True)
class Carving:
    """What a file shows of its log: records by number, and the last entry if SQLite can still
    read the whole table and so knows that none comes after it."""

    found: Mapping[int, tuple[Carved, ...]]
    last: Head | None = None

    def following(self, head: Head) -> Carved | None:
        """The entry that follows `head`, proved by its hash."""
        for carved in self.found.get(head.seq + 1, ()):
            if entry_hash(head.hash, carved.text) == carved.hash:
                return carved
        return None

    def contradicts(self, head: Head) -> bool:
        """Whether the file shows another entry of that number, proved by the one before it."""
        earlier = self.found.get(head.seq - 1, ())
        before = [Head(one.seq, one.hash) for one in earlier] if head.seq > 1 else [BEFORE_FIRST]
        proved = {one.hash for start in before if (one := self.following(start)) is not None}
        return bool(proved) and head.hash not in proved


NOTHING = Carving(found={})


def carve(path: Path) -> Carving:
    """All that can be read of the file's log, whatever state the file is in; never writes to it.

    What a commit that was cut off left in the file is first taken back, in a copy. The file must
    not be open in this process: reading it would drop the locks that SQLite holds.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        if not copy_readable(path, copy):
            return NOTHING
        last = _last(copy)
        data = copy.read_bytes()
    found: dict[int, tuple[Carved, ...]] = {}
    for carved in _records(data):
        same = found.get(carved.seq, ())
        if carved not in same:
            found[carved.seq] = (*same, carved)
    return Carving(found=found, last=last)


def copy_readable(path: Path, copy: Path) -> bool:
    """Copies an ordinary file and what SQLite keeps beside it, with zeros for what the disk does
    not give. False when nothing can be read."""
    with suppress(OSError):
        if not path.is_file():
            return False
        for ending in ("", *SIDE_FILES[:2]):
            side = path.with_name(f"{path.name}{ending}")
            if side.is_file():
                _copy_blocks(side, copy.with_name(f"{copy.name}{ending}"))
        return True
    return False


def _copy_blocks(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
        return
    except OSError:
        size = source.stat().st_size
    with source.open("rb", buffering=0) as reading, target.open("wb") as writing:
        for at in range(0, size, _BLOCK):
            block = b""
            with suppress(OSError):
                reading.seek(at)
                block = reading.read(min(_BLOCK, size - at))
            writing.write(block.ljust(min(_BLOCK, size - at), b"\0"))


def _last(copy: Path) -> Head | None:
    """The log's last entry, when its table is whole in SQLite's eyes. Settles what the copy's
    journal holds."""
    raw = sqlite3.connect(copy, isolation_level=None)
    with closing(raw), suppress(sqlite3.Error, UnicodeDecodeError):
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("PRAGMA trusted_schema = OFF")
        raw.execute("PRAGMA journal_mode = delete")
        if raw.execute("PRAGMA integrity_check('audit')").fetchall() != [("ok",)]:
            return None
        count, seq = raw.execute("SELECT count(*), max(seq) FROM audit").fetchone()
        found = raw.execute("SELECT seq, hash FROM audit WHERE seq = ?", (seq,)).fetchone()
        if found is not None and count == seq and isinstance(found[1], str):
            return Head(*found)
    return None


def _records(data: bytes) -> Iterator[Carved]:
    at = data.find(_START)
    while at >= 0:
        for page in {_page_size(data), _USUAL_PAGE}:
            carved = _record(data, at, page)
            if carved is not None:
                yield carved
        at = data.find(_START, at + 1)


def _page_size(data: bytes) -> int:
    """As the file's header says, where that can be."""
    size = int.from_bytes(data[16:18])
    size = 65536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else _USUAL_PAGE


def _record(data: bytes, at: int, page: int) -> Carved | None:
    """Of the record whose header ends with the two bytes at `at`."""
    for width in range(1, 6):
        header = data[at - width - 2 : at]
        if len(header) == width + 2 and header[:2] == bytes((width + 4, 0)):
            type_, used = _varint(header, 2)
            if used == width and type_ >= 13 and type_ % 2 == 1:
                return _read(data, at, width, length=(type_ - 13) // 2, page=page)
    return None


def _read(data: bytes, at: int, width: int, *, length: int, page: int) -> Carved | None:
    if length > len(data):
        return None
    header, start = width + 4, at + 2
    payload = _payload(data, start, header=header, size=header + length + 64, page=page)
    if payload is None:
        return None
    text, own_hash = payload[:length], payload[length:]
    numbers = _SEQ.findall(text)
    if not numbers or _HASH.fullmatch(own_hash) is None:
        return None
    seq = int(numbers[-1])
    number = _as_varint(seq)
    rowid = data[at - width - 2 - len(number) : at - width - 2]
    return Carved(seq=seq, text=text, hash=own_hash.decode(), placed=rowid == number)


def _payload(data: bytes, start: int, *, header: int, size: int, page: int) -> bytes | None:
    """What follows the record's header, `size` being that of the whole record; None where its
    pages lead nowhere."""
    local = size
    if size > page - 35:
        least = (page - 12) * 32 // 255 - 23
        local = least + (size - least) % (page - 4)
        local = local if local <= page - 35 else least
    end = start + local - header
    found, missing = data[start:end], size - local
    if local < size:
        found, missing = _overflowing(data, found, end, missing, page)
    return found if missing == 0 and len(found) == size - header else None


def _overflowing(
    data: bytes, found: bytes, pointer: int, missing: int, page: int
) -> tuple[bytes, int]:
    parts, next_page = [found], int.from_bytes(data[pointer : pointer + 4])
    while missing and next_page:
        start = (next_page - 1) * page
        part = data[start + 4 : start + 4 + min(missing, page - 4)]
        if not part:
            break
        parts.append(part)
        missing -= len(part)
        next_page = int.from_bytes(data[start : start + 4])
    return b"".join(parts), missing


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number and how many bytes it takes; those of 9 bytes are of no length we have."""
    value = 0
    for used, byte in enumerate(data[at:], 1):
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, used
    return value, len(data) - at + 1


def _as_varint(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))
