"""Whether the footage at hand is the one that an account speaks of, and is as that says."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.audio import find_audio
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.probe import index_footage, sha256_of
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.account_footage import places_of
from bodycam_annotator.publish.clip_account import sidecar_of, span_part
from bodycam_annotator.publish.reading_accounts import beside


def check_source(
    file: Path,
    account: Mapping[str, Any],
    source: Path | None,
    problems: list[str],
    *,
    progress: Progress | None,
    cancelled: Asked | None,
) -> bool:
    """Whether the footage was read; adds to `problems`.

    Where it has its hash, every frame's PTS and time that the account of `file` gives, its span,
    and the sound's track, are compared with it; pictures and samples are not. Raises
    `ExchangeError` for a name that no file can have, `FootageError` when it cannot be read,
    `Cancelled` when asked to stop.
    """
    told = account["source"]
    if source is None:
        named = beside(sidecar_of(file), told["file"])
        # A clip may have the name of its footage; what has an account is no footage.
        is_footage = os.path.isfile(named) and named != file and not sidecar_of(named).exists()
        source = named if is_footage else None
    if source is None:
        return False
    if not told["sha256"]:
        problems.append(f"The footage {source.name} was never hashed, so it cannot be compared.")
        return False
    found = sha256_of(source, progress=part_of(progress, 0, 0.5), cancelled=cancelled)
    if found != told["sha256"]:
        problems.append(
            f"{source} is not the footage that {file.name} was made of: its SHA-256 is "
            f"{found}, and was {told['sha256']}."
        )
        return True
    try:
        index = index_footage(
            source,
            stream=told["stream"],
            progress=part_of(progress, 0.5, 1),
            cancelled=cancelled,
        )
        problems += _otherwise(source, index, account)
        problems += _heard_otherwise(source, account)
    except FootageError as error:
        problems.append(str(error))
    return True


def part_of(progress: Progress | None, begun: float, ended: float) -> Progress | None:
    """Of something that is a part of the whole."""
    if progress is None:
        return None
    return lambda share: progress(begun + (ended - begun) * share)


def _otherwise(source: Path, index: FrameIndex, account: Mapping[str, Any]) -> Iterator[str]:
    told, span = account["source"], account["span"]
    facts = {
        "frames": len(index),
        "time_base": str(index.time_base),
        "first_frame_ns": index.first_ns,
        "end_ns": index.end_ns,
        "variable_rate": index.variable_rate,
    }
    if other := [key for key, value in facts.items() if told.get(key) != value]:
        yield f"{source.name} is not what the account says of it: {', '.join(other)}."
    wrong = [
        ordinal
        for ordinal, pts, time in places_of(account)
        if not 0 <= ordinal < len(index)
        or (pts, time) != (index.pts_of(ordinal), index.time_of(ordinal))
    ]
    if wrong:
        yield (
            f"{len(wrong)} frame{'s have' if len(wrong) > 1 else ' has'} another PTS or time in "
            f"{source.name} than the account says (first: frame {wrong[0]})."
        )
    first, last = span["first_frame"], span["last_frame"]
    if not 0 <= first <= last < len(index) or span_part(index, first, last) != span:
        yield f"The account's span is not that of its frames in {source.name}."


def _heard_otherwise(source: Path, account: Mapping[str, Any]) -> Iterator[str]:
    """Of the track, which an account of sound alone has apart."""
    sound = account.get("sound")
    if sound is None:
        return
    told = sound | account.get("sound_track", {})
    keys = ("rate", "channels", "track_start_ns")
    for track in find_audio(source).tracks:
        if track.stream == told["stream"]:
            found = (track.rate, track.channels, track.start_ns)
            other = [key for key, one in zip(keys, found, strict=True) if told[key] != one]
            if other:
                yield (
                    f"The sound of {source.name} is not what the account says of it: "
                    f"{', '.join(other)}."
                )
            return
    yield f"{source.name} has no sound in stream {told['stream']}, as the account says."
