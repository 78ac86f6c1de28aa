"""The stored index: exactly what reading the footage gives, or nothing at all."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodycam_annotator.config import cache_folder
from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.facts_file import MAGIC, from_bytes, to_bytes
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.probe import FootageFacts, probe
from bodycam_annotator.media.stored_index import (
    END_BYTES,
    MOST_BYTES,
    footage_facts,
    forget_unlike,
    recalled,
)
from tests.contract.eye import FindOdd
from tests.media_factory import Clip, make, steady
from tests.odd_files import GOOD

FindCopy = Callable[[str], Path]
START = len(MAGIC) + 32
"""Where in a stored index its digest ends and what is digested begins."""


@pytest.fixture
def copy(odd_file: FindOdd, tmp_path: Path) -> FindCopy:
    """An odd file that a test may change."""
    return lambda name: Path(shutil.copy(odd_file(name).path, tmp_path))


@pytest.fixture(scope="session")
def stored(odd_file: FindOdd) -> bytes:
    return to_bytes(probe(odd_file("steady.mp4").path), {})


def long_film(folder: Path) -> Path:
    """Long enough that somebody is told how far reading it is, and asked whether to stop."""
    return make(Clip(pts=steady(600), width=160, height=96), folder / "long.mp4").path


def entries() -> list[Path]:
    return sorted((cache_folder() / "indexes").glob("*.index"))


def only_entry() -> Path:
    (entry,) = entries()
    return entry


def flat(value: object) -> object:
    """For comparing: arrays by type and content."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.tolist()
    if is_dataclass(value):
        return {one.name: flat(getattr(value, one.name)) for one in fields(value)}
    return [flat(one) for one in value] if isinstance(value, tuple) else value


def sealed(body: bytes) -> bytes:
    """As somebody would write it by hand who knows how."""
    return MAGIC + hashlib.sha256(body).digest() + body


@pytest.mark.parametrize("name", GOOD)
def test_what_is_stored_is_what_reading_gives(name: str, odd_file: FindOdd) -> None:
    path = odd_file(name).path
    fresh = footage_facts(path)
    again = recalled(path)
    assert again is not None
    assert flat(again) == flat(fresh) == flat(probe(path))


def test_the_footage_is_not_read_again(tmp_path: Path) -> None:
    path = long_film(tmp_path)
    steps: list[float] = []
    footage_facts(path, progress=steps.append)
    assert steps
    steps.clear()
    footage_facts(path, progress=steps.append)
    assert not steps


def test_another_name_for_the_same_file_is_the_same_footage(copy: FindCopy) -> None:
    path = copy("steady.mp4")
    footage_facts(path)
    again = recalled(path.parent / "." / path.name)
    assert again is not None
    assert again.path == path.parent / "." / path.name


def test_the_cache_does_not_tell_what_footage_there_was(copy: FindCopy) -> None:
    path = copy("steady.mp4")
    footage_facts(path)
    entry = only_entry()
    assert path.stem not in entry.name
    assert path.stem.encode() not in entry.read_bytes()


@pytest.mark.parametrize("at", [0, 100, -1])
def test_another_head_or_tail_is_another_footage(at: int, copy: FindCopy) -> None:
    path = copy("steady.mp4")
    footage_facts(path)
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert recalled(path) is None


def test_a_longer_file_is_another_footage(copy: FindCopy) -> None:
    path = copy("steady.mp4")
    footage_facts(path)
    before = path.stat()
    middle = path.read_bytes()
    path.write_bytes(middle[:END_BYTES] + bytes(8) + middle[END_BYTES:])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert recalled(path) is None


def test_another_time_of_change_is_another_footage(copy: FindCopy) -> None:
    path = copy("steady.mp4")
    footage_facts(path)
    before = path.stat()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
    assert recalled(path) is None
    assert len(footage_facts(path).index) == 40
    assert recalled(path) is not None


def test_footage_that_changes_while_it_is_read_is_not_stored(tmp_path: Path) -> None:
    path = long_film(tmp_path)
    asked: list[bool] = []

    def changed() -> bool:
        asked.append(True)
        os.utime(path, ns=(0, 0))
        return False

    footage_facts(path, cancelled=changed)
    assert asked
    assert not entries()


def test_what_another_program_stored_is_not_used(copy: FindCopy) -> None:
    path = copy("steady.mp4")
    facts = footage_facts(path)
    entry = only_entry()
    _, about = from_bytes(entry.read_bytes(), path)
    entry.write_bytes(to_bytes(facts, {**about, "maker": about["maker"] + "+1"}))
    assert recalled(path) is None
    assert flat(footage_facts(path)) == flat(facts)
    assert recalled(path) is not None


def test_probe_says_nothing_from_the_cache(copy: FindCopy) -> None:
    path = copy("steady.mp4")
    facts = footage_facts(path)
    entry = only_entry()
    _, about = from_bytes(entry.read_bytes(), path)
    entry.write_bytes(to_bytes(replace(facts, width=640), about))
    assert footage_facts(path).width == 640
    assert probe(path).width == facts.width == 320


def test_each_stream_of_a_footage_is_stored(odd_file: FindOdd) -> None:
    path = odd_file("two_cameras.mp4").path
    assert len(footage_facts(path).index) == 40
    rear = recalled(path, stream=1)
    assert rear is None
    assert len(footage_facts(path, stream=1).index) == 12
    front, rear = recalled(path, stream=0), recalled(path, stream=1)
    assert front is not None
    assert rear is not None
    assert (len(front.index), len(rear.index)) == (40, 12)
    assert recalled(path, stream=2) is None


@given(at=st.floats(0, 1, exclude_max=True), by=st.integers(1, 255))
def test_any_byte_changed_is_noticed(stored: bytes, at: float, by: int) -> None:
    data = bytearray(stored)
    data[int(at * len(data))] ^= by
    with pytest.raises(ValueError, match=r"\S"):
        from_bytes(bytes(data), Path("film.mp4"))


@given(at=st.floats(0, 1, exclude_max=True), more=st.binary(max_size=16))
def test_any_truncation_is_noticed(stored: bytes, at: float, more: bytes) -> None:
    cut = stored[: int(at * len(stored))]
    for data in (cut, stored + b"\0" + more, cut + more if cut + more != stored else b""):
        with pytest.raises(ValueError, match=r"\S"):
            from_bytes(data, Path("film.mp4"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.floats(0, 1, exclude_max=True), by=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_one_is_dropped_and_made_again(
    copy: FindCopy, at: float, by: int, cut: bool
) -> None:
    path = copy("steady.mp4")
    facts = footage_facts(path)
    entry = only_entry()
    whole = entry.read_bytes()
    place = int(at * len(whole))
    rest = b"" if cut else bytes([whole[place] ^ by]) + whole[place + 1 :]
    entry.write_bytes(whole[:place] + rest)
    known = recalled(path)
    if cut or by:
        assert known is None
        assert not entry.exists()
    else:
        assert flat(known) == flat(facts)
    assert flat(footage_facts(path)) == flat(facts)
    assert entry.read_bytes() == whole


@settings(max_examples=200)
@given(changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255))))
def test_what_was_written_by_hand_is_refused_or_fits_itself(
    stored: bytes, changes: list[tuple[float, int]]
) -> None:
    body = bytearray(stored[START:])
    for at, value in changes:
        # Half of the changes go into the JSON, which is short.
        body[int(at * (600 if value % 2 else len(body)))] = value
    try:
        facts, _ = from_bytes(sealed(bytes(body)), Path("film.mp4"))
    except ValueError:
        return
    index, count = facts.index, len(facts.index.packets)
    for numbers in (index.packet_of, index.start_of):
        assert len(numbers) == len(index.times) == len(index)
        assert numbers.min() >= 0
        assert numbers.max() < count
    assert (np.diff(index.times) >= 0).all()


def wrong(array: "np.ndarray[Any, Any]", value: int, at: int = 1) -> "np.ndarray[Any, Any]":
    changed = array.copy()
    changed[at] = value
    return changed


MISLEADING: dict[str, Callable[[FrameIndex], dict[str, Any]]] = {
    "packet of none": lambda index: {"packet_of": wrong(index.packet_of, 40)},
    "negative packet": lambda index: {"packet_of": wrong(index.packet_of, -1)},
    "one packet twice": lambda index: {"packet_of": wrong(index.packet_of, 0)},
    "start at none": lambda index: {"start_of": wrong(index.start_of, 40)},
    "negative start": lambda index: {"start_of": wrong(index.start_of, -1)},
    "falling times": lambda index: {"times": wrong(index.times, 10**15)},
    "absurd times": lambda index: {"times": wrong(index.times, 2**63 - 1, at=-1)},
    "fewer times": lambda index: {"times": index.times[:-1]},
    "fewer starts": lambda index: {"start_of": index.start_of[1:]},
    "no frames": lambda index: {
        name: getattr(index, name)[:0] for name in ("pts", "times", "packet_of", "start_of")
    },
    "fewer sizes": lambda index: {"packets": replace(index.packets, size=index.packets.size[:-1])},
    "no size": lambda index: {"packets": replace(index.packets, size=wrong(index.packets.size, 0))},
    "no packets": lambda index: {
        "packets": replace(
            index.packets,
            **{
                one.name: getattr(index.packets, one.name)[:0]
                for one in fields(index.packets)
                if isinstance(getattr(index.packets, one.name), np.ndarray)
            },
        )
    },
    "another end": lambda index: {"end_ns": index.end_ns + 1},
}


@pytest.mark.parametrize("name", MISLEADING)
def test_arrays_that_would_mislead_are_refused(name: str, odd_file: FindOdd) -> None:
    facts = probe(odd_file("steady.mp4").path)
    hostile = replace(facts, index=replace(facts.index, **MISLEADING[name](facts.index)))
    with pytest.raises(ValueError, match="fit each other"):
        from_bytes(to_bytes(hostile, {}), facts.path)


@pytest.mark.parametrize(
    "text",
    [b"[" * 100_000, b"{}", b"null", b'{"facts":{},"about":{}}', b"\xff\xfe", b"9" * 10_000],
    ids=["deep", "empty", "null", "no fields", "no text", "long number"],
)
def test_any_other_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        from_bytes(sealed(len(text).to_bytes(8, "little") + text), Path("film.mp4"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'"pts":40', b'"pts":9999999999999999'),
        (b'"pts":40', b'"pts":-1'),
        (b'"time_base":[1,12800]', b'"time_base":[1,0]'),
        (b'"time_base":[1,12800]', b'"time_base":"1e999999999"'),
        (b'"width":320', b'"width":"320"'),
        (b'"width":320', b'"width":true'),
        (b'"width":320', b'"width":99999999'),
        (b'"rotation":0', b'"rotation":45'),
    ],
)
def test_claims_that_cannot_be_are_refused(stored: bytes, one: bytes, other: bytes) -> None:
    body = stored[START:]
    length = int.from_bytes(body[:8], "little")
    text = body[8 : 8 + length]
    assert one in text
    text = text.replace(one, other, 1)
    text += b" " * (-len(text) % 8 + 4)
    with pytest.raises(ValueError, match=r"\S"):
        from_bytes(
            sealed(len(text).to_bytes(8, "little") + text + body[8 + length :]), Path("film.mp4")
        )


def test_no_cache_folder_only_means_no_cache(
    copy: FindCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copy("steady.mp4")
    expected = flat(footage_facts(path))
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"a file, where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(blocked))
    assert recalled(path) is None
    assert flat(footage_facts(path)) == expected
    assert blocked.read_bytes() == b"a file, where the folder should be"


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_lies_in_its_place_is_left_alone(kind: str, copy: FindCopy, tmp_path: Path) -> None:
    path = copy("steady.mp4")
    facts = footage_facts(path)
    entry = only_entry()
    precious = tmp_path / "precious"
    precious.write_bytes(b"not ours")
    entry.unlink()
    if kind == "folder":
        entry.mkdir()
    else:
        entry.symlink_to(precious)
    assert recalled(path) is None
    assert flat(footage_facts(path)) == flat(facts)
    assert precious.read_bytes() == b"not ours"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "film.mp4"
    os.mkfifo(pipe)
    assert recalled(pipe) is None
    with pytest.raises(FootageError, match=r"film\.mp4"):
        footage_facts(pipe)


def test_the_cache_is_bounded_and_keeps_what_was_used_last(
    odd_file: FindOdd, copy: FindCopy
) -> None:
    used, unused = copy("steady.mp4"), copy("ntsc.mp4")
    footage_facts(used)
    first = only_entry()
    footage_facts(unused)
    (second,) = {*entries()} - {first}
    big = first.with_name("another.index")
    with big.open("wb") as file:
        file.truncate(MOST_BYTES - first.stat().st_size - second.stat().st_size)
    for age, entry in ((300, first), (200, second), (100, big)):
        os.utime(entry, (time.time() - age,) * 2)
    assert recalled(used) is not None
    footage_facts(odd_file("hevc.mp4").path)
    assert not second.exists()
    assert first.exists()
    assert sum(entry.stat().st_size for entry in entries()) <= MOST_BYTES


def test_what_a_killed_program_left_is_removed(odd_file: FindOdd, copy: FindCopy) -> None:
    footage_facts(copy("steady.mp4"))
    folder = only_entry().parent
    left, being_written = folder / ".0123456789abcdef.part", folder / ".fedcba9876543210.part"
    for part in (left, being_written):
        part.write_bytes(b"half")
    os.utime(left, (0, 0))
    footage_facts(odd_file("ntsc.mp4").path)
    assert not left.exists()
    assert being_written.exists()


def test_facts_know_where_they_are_of(stored: bytes) -> None:
    facts, about = from_bytes(stored, Path("elsewhere/film.mp4"))
    assert isinstance(facts, FootageFacts)
    assert facts.path == Path("elsewhere/film.mp4")
    assert about == {}


def test_a_footage_changed_in_its_middle_is_noticed_when_it_is_read_again(copy: FindCopy) -> None:
    """Size, date and ends may be those of another content; what was read goes before."""
    path = copy("steady.mp4")
    facts = footage_facts(path)
    assert not forget_unlike(path, facts.index)
    assert recalled(path) is not None
    later = replace(facts.index, times=facts.index.times + 1)
    assert forget_unlike(path, later)
    assert recalled(path) is None
