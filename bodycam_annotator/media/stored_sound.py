"""What decoding a sound track gave, kept in this person's cache folder as the index is.

Used only while the footage is what it was and the same program with the same FFmpeg would decode
it. Whatever is wrong with the folder or with what is in it costs time, never an error.
"""

import logging
import mmap
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bodycam_annotator.atomic_file import replacing
from bodycam_annotator.config import cache_folder
from bodycam_annotator.media.audio import AudioTrack
from bodycam_annotator.media.facts_file import packed, plain, unpacked
from bodycam_annotator.media.shape_maker import SoundShape
from bodycam_annotator.media.spectrogram import ROWS
from bodycam_annotator.media.stored_index import State, make_room, maker, name_of, state_of
from bodycam_annotator.media.stretches import BIN, Grid, Runs

_log = logging.getLogger(__name__)

MAGIC = b"BodycamAnnotator sound 3\n"
"""With the number of what is kept and how it is found; whatever changes that raises it."""

MOST_BYTES = 1024 * 1024 * 1024
"""An hour of sound takes about 40 MB."""

ENDING = ".sound"


def recalled_sound(path: Path, track: AudioTrack) -> SoundShape | None:
    """What is stored of that track of the footage; None when nothing is that fits the file."""
    state = state_of(path)
    if state is None:
        return None
    place = _place(path, track)
    try:
        if not stat.S_ISREG(place.lstat().st_mode):
            return None
        with place.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    try:
        shape, about = unpacked(MAGIC, SoundShape, memoryview(mapped), _refuse_what_misleads)
        if hasattr(mapped, "madvise"):
            # All of it was looked at to see whether it is whole; little of it will be drawn.
            mapped.madvise(mmap.MADV_DONTNEED)
        if about != _about(track, state):
            return None
    except (ValueError, LookupError, TypeError) as error:
        _log.info("The stored sound %s is dropped: %s.", place.name, error)
        with suppress(OSError):
            place.unlink(missing_ok=True)
        return None
    with suppress(OSError):
        os.utime(place)
    assert isinstance(shape, SoundShape)
    return shape


def remember_sound(path: Path, track: AudioTrack, shape: SoundShape, state: State) -> None:
    """Stores it where that is possible. `state`: of the file that was decoded."""
    pieces = packed(MAGIC, shape, _about(track, state))
    size = sum(map(len, pieces))
    if size > MOST_BYTES:
        return
    place = _place(path, track)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        make_room(place, size, most=MOST_BYTES)
        with replacing(place) as file:
            file.writelines(pieces)
    except OSError as error:
        _log.info("The sound of a footage is not stored: %s.", error)


def _place(path: Path, track: AudioTrack) -> Path:
    return cache_folder() / "sounds" / f"{name_of(path)}-{track.stream}{ENDING}"


def _about(track: AudioTrack, state: State) -> dict[str, Any]:
    return {
        "maker": maker(),
        "state": plain(state),
        "track": [track.stream, track.codec, track.rate, track.channels, track.start_ns],
    }


def _refuse_what_misleads(shape: SoundShape) -> None:
    waveform, spectrogram, onsets, places = (
        shape.waveform,
        shape.spectrogram,
        shape.onsets,
        shape.places,
    )
    bins = waveform.bins
    fits = (
        waveform.rate > 0
        and spectrogram.rate == places.rate == waveform.rate
        and spectrogram.start_ns == waveform.start_ns
        and waveform.samples > 0
        and _are_runs(waveform.runs, len(bins.least))
        and len(bins.least) == len(bins.greatest) == len(bins.least_at) == len(bins.greatest_at)
        and _are_runs(spectrogram.runs, len(spectrogram.levels[0]) // ROWS)
        and all(len(level) % ROWS == 0 and len(level) for level in spectrogram.levels)
        and Grid(waveform.rate).column % BIN == 0
        and len(onsets.times_ns) == len(onsets.strengths)
        and len(places.times_ns) == len(places.samples) > 0
    )
    if not fits:
        raise ValueError("its numbers do not fit each other")


def _are_runs(runs: Runs, count: int) -> bool:
    return (
        0 < len(runs.first) == len(runs.place) - 1
        and int(runs.place[0]) == 0
        and int(runs.place[-1]) == count
        and bool((np.diff(runs.place) > 0).all())
    )
