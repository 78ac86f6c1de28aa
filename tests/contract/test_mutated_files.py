"""Four hundred damaged files, one after another in one process: no crash, no hang, no leak."""

import faulthandler
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.probe import index_footage, probe
from bodycam_annotator.media.sound_shape import with_silence
from tests.contract.asker import Asker
from tests.contract.eye import FindOdd

FILES = (
    "b_pyramid_long_gop.mp4",
    "open_gop_hevc.ts",
    "sound_late.mkv",
    "clicks.mkv",
    "late_b_frames.avi",
    "turned_90.mp4",
)
MUTANTS = 400
WARM = 100
"""Mutants after which caches, pools and modules are as large as they get."""

LEAK_BYTES = 20 * 1024 * 1024
HANG_S = 120


@pytest.fixture
def _no_hang() -> Iterator[None]:
    """Ends the whole process, with a trace, when one of them loops for ever."""
    faulthandler.dump_traceback_later(HANG_S, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def mutant(data: bytes, chance: random.Random) -> bytes:
    """Flipped bits, a stretch of zeros or noise, a piece cut out or said twice, a lost end."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(changed))
        length = min(chance.choice((1, 4, 64, 1024)), len(changed) - at)
        match chance.randrange(6):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + length] = bytes(length)
            case 2:
                changed[at : at + length] = chance.randbytes(length)
            case 3:
                del changed[at : at + length]
            case 4:
                changed[at:at] = changed[at : at + length]
            case _:
                del changed[max(at, 16) :]
    return bytes(changed)


def resident_bytes() -> int | None:
    """Memory in use by this process; None where the system does not say so in /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * 4096


def look_through(path: Path) -> None:
    """What opening a footage and looking around in it does."""
    facts = with_silence(probe(path))
    last = len(facts.index) - 1
    with FrameReader(path, facts.index, cache_bytes=1 << 22) as reader:
        for ordinal in {0, last // 2, last}:
            with suppress(FootageError):
                reader.frame(ordinal)


@pytest.mark.usefixtures("_no_hang")
def test_damaged_files_are_opened_or_refused_and_leave_nothing_behind(
    odd_file: FindOdd, tmp_path: Path
) -> None:
    chance = random.Random(400)
    sources = [odd_file(name).path for name in FILES]
    opened, before = 0, None
    for number in range(MUTANTS):
        source = sources[number % len(sources)]
        path = tmp_path / f"mutant{source.suffix}"
        path.write_bytes(mutant(source.read_bytes(), chance))
        with suppress(FootageError):
            look_through(path)
            opened += 1
        if number == WARM:
            before = resident_bytes()
    after = resident_bytes()
    assert opened > MUTANTS // 4, "nearly nothing was opened: the mutants are too sick to tell"
    if before is not None and after is not None:
        assert after - before < LEAK_BYTES


@pytest.mark.usefixtures("_no_hang")
@pytest.mark.parametrize("name", FILES)
def test_a_player_goes_through_damaged_footage(
    name: str, odd_file: FindOdd, tmp_path: Path
) -> None:
    """Each frame is answered, by a picture or a sentence, and the next one can be asked for."""
    made = odd_file(name)
    data = bytearray(made.path.read_bytes())
    chance = random.Random(name)
    for _ in range(12):
        at = chance.randrange(len(data) // 3, len(data) * 9 // 10)
        data[at : at + 8] = chance.randbytes(len(data[at : at + 8]))
    path = tmp_path / name
    path.write_bytes(data)
    try:
        index = index_footage(path)
    except FootageError:
        return
    with Asker(replace(made, path=path), index, cache_bytes=1 << 22, damaged=True) as pictures:
        for ordinal in (*range(len(index)), *range(len(index) - 1, -1, -1)):
            pictures.ask(ordinal)
        assert pictures.wrong == []
