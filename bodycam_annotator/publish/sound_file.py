"""Sound alone: the very samples of a span as a WAV file."""

import wave
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bodycam_annotator.atomic_file import replacing
from bodycam_annotator.errors import ExchangeError, FootageError
from bodycam_annotator.media.sound_blocks import Samples
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.clip_sound import Lacking, samples_of_track
from bodycam_annotator.publish.clip_span import samples_of_span
from bodycam_annotator.publish.clip_writer import Source, hash_of, refuse_footage, unwritable

BYTES = 3
"""To a sample: 24 bits hold those of any recorder."""

LARGEST = 2**32 - 4096
"""Bytes of samples that WAV can count."""


@dataclass(frozen=True, kw_only=True)
class WrittenSound:
    """The track's samples `first` to before `end`; those outside the track are silent."""

    path: Path
    sha256: str
    size: int
    rate: int
    channels: int
    first: int
    end: int
    lacking: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()


def write_sound(
    source: Source,
    start_ns: int,
    end_ns: int,
    out: Path,
    *,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> WrittenSound:
    """Writes the samples in `[start_ns, end_ns)` on the footage's own clock, all channels.

    Whole or not at all. Raises `FootageError` when there is no track or no sample, or the file
    cannot be read, `ExchangeError` when `out` cannot be written, `Cancelled` when asked to stop.
    """
    track = source.track
    if track is None:
        raise FootageError(f"{source.path.name} has no sound that can be written.")
    first, end = samples_of_span(track, start_ns, end_ns)
    if end <= first:
        raise FootageError("There is not one sample of sound in that span; choose a longer one.")
    if (end - first) * track.channels * BYTES > LARGEST:
        raise ExchangeError(f"{out} would be larger than WAV can be (4 GB); choose a shorter span.")
    refuse_footage(out, source)
    lacking = Lacking()
    blocks = samples_of_track(
        source.path,
        track,
        first,
        end,
        places=source.places,
        cancelled=cancelled,
        lacking=lacking,
    )
    try:
        with replacing(out, anew=True) as file, closing(blocks):
            _write(file, blocks, track.rate, track.channels, end - first, progress)
            file.flush()
            sha256, size = hash_of(file)
    except OSError as error:
        raise unwritable(out, error) from error
    return WrittenSound(
        path=out,
        sha256=sha256,
        size=size,
        rate=track.rate,
        channels=track.channels,
        first=first,
        end=end,
        lacking=tuple(lacking.spans),
        notes=tuple(lacking.notes(track.rate)),
    )


def _write(
    file: BinaryIO,
    blocks: Iterator[Samples],
    rate: int,
    channels: int,
    count: int,
    progress: Progress | None,
) -> None:
    done = 0
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(BYTES)
        written.setframerate(rate)
        written.setnframes(count)
        for block in blocks:
            written.writeframesraw(_packed(block))
            done += block.shape[1]
            if progress is not None:
                progress(done / count)


def _packed(block: Samples) -> bytes:
    """24 bits each, the lowest byte first, channels side by side."""
    whole = np.rint(block.astype(np.float64) * 2**23).clip(-(2**23), 2**23 - 1)
    four = np.ascontiguousarray(whole.T.astype("<i4")).view(np.uint8).reshape(-1, 4)
    return four[:, :BYTES].tobytes()
