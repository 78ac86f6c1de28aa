"""Whether a clip is still what its account says, from the files alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.media.container import choose_video, open_media, packets_of, read_only
from bodycam_annotator.media.probe import sha256_of
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.clip_account import FORMAT, FRAME_KEYS, sidecar_of

LARGEST_ACCOUNT = 256 * 1024 * 1024
"""Bytes; an hour at 60 frames a second has some 15 million."""


@dataclass(frozen=True, kw_only=True)
class ClipCheck:
    """What was found, as sentences. `source_checked`: the footage was at hand and was read."""

    clip: Path
    problems: tuple[str, ...]
    frames: int
    source_checked: bool

    @property
    def is_sound(self) -> bool:
        return not self.problems


def read_account(clip: Path) -> dict[str, Any]:
    """The account beside the clip. Raises `ExchangeError` when there is none or it is no such."""
    path = sidecar_of(clip)
    account = read_json(path, "is no account of a clip")
    _refuse_odd(account, path)
    assert isinstance(account, dict)
    return account


def read_json(path: Path, why_not: str) -> object:
    """Raises `ExchangeError`, which says `why_not`, when it cannot be read or is no JSON."""
    try:
        if path.stat().st_size > LARGEST_ACCOUNT:
            raise ExchangeError(f"{path} {why_not}: it is too large.")
        content: object = json.loads(path.read_bytes())
    except OSError as error:
        raise ExchangeError(
            f"{path} cannot be read: {error.strerror or error}. What was handed out is checked "
            "against the account that was written beside it; put it there."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"{path} {why_not}: {error}.") from error
    return content


def check_clip(
    clip: Path,
    *,
    source: Path | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ClipCheck:
    """Holds a clip against its account: hash, every frame decoded, every time.

    `source`: the footage, where it is at hand; else a file of its name beside the clip, if there
    is one. Raises `ExchangeError` when there is no account, `FootageError` when a file cannot be
    read, `Cancelled` when asked to stop.
    """
    account = read_account(clip)
    told = account["clip"]
    problems: list[str] = []
    found = sha256_of(clip, cancelled=cancelled)
    if found != told["sha256"]:
        problems.append(
            f"{clip.name} is not the file that was written: its SHA-256 is {found}, and was "
            f"{told['sha256']}."
        )
    if progress is not None:
        progress(0.1)
    frames = _check_frames(clip, account, problems, progress=progress, cancelled=cancelled)
    checked = check_source(clip, account, source, problems, cancelled)
    if progress is not None:
        progress(1.0)
    return ClipCheck(clip=clip, problems=tuple(problems), frames=frames, source_checked=checked)


def _check_frames(
    clip: Path,
    account: Mapping[str, Any],
    problems: list[str],
    *,
    progress: Progress | None,
    cancelled: Asked | None,
) -> int:
    """Adds to `problems`; returns how many frames can be decoded."""
    rows = account["frames"]
    place = FRAME_KEYS.index("clip_pts")
    told = [Fraction(account["clip"]["time_base"]) * row[place] for row in rows]
    try:
        shown, packets, hidden = _times(clip, len(told), progress, cancelled)
    except FootageError as error:
        problems.append(str(error))
        return 0
    if len(shown) != len(told):
        problems.append(f"{len(shown)} frames can be decoded; {len(told)} were written.")
    if packets != len(shown) or hidden:
        problems.append(
            f"The file holds {packets} pictures, of which {len(shown)} can be decoded and "
            f"{hidden} are hidden."
        )
    pairs = zip(shown, told, strict=False)
    wrong = [number for number, (one, other) in enumerate(pairs) if one != other]
    if wrong:
        problems.append(
            f"{len(wrong)} frame{'s are' if len(wrong) > 1 else ' is'} shown at another time than "
            f"was written (first: picture {wrong[0]})."
        )
    return len(shown)


def _times(
    clip: Path, expected: int, progress: Progress | None, cancelled: Asked | None
) -> tuple[list[Fraction], int, int]:
    """Times of all frames in seconds, how many packets there are, and how many are hidden."""
    times: list[Fraction] = []
    packets = hidden = 0
    with open_media(clip) as container:
        stream = choose_video(container, clip, stream=None)
        read_only(stream)
        stream.thread_type = "AUTO"
        base = Fraction(stream.time_base or 1)
        for packet in packets_of(stream):
            packets += bool(packet.size)
            hidden += bool(packet.size and packet.is_discard)
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            times += [(frame.pts or 0) * base for frame in frames if not frame.is_corrupt]
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(min(0.9, 0.1 + 0.8 * len(times) / max(1, expected)))
    return times, packets, hidden


def check_source(
    clip: Path,
    account: Mapping[str, Any],
    source: Path | None,
    problems: list[str],
    cancelled: Asked | None,
) -> bool:
    """Whether the footage was read; adds to `problems`."""
    told = account["source"]
    if source is None:
        # The name alone: an account may come from anybody, so its folders are not followed.
        beside = clip.parent / Path(str(told["file"]).replace("\\", "/")).name
        source = beside if beside.is_file() and beside != clip else None
    if source is None:
        return False
    if not told["sha256"]:
        problems.append(f"The footage {source.name} was never hashed, so it cannot be compared.")
        return False
    found = sha256_of(source, cancelled=cancelled)
    if found != told["sha256"]:
        problems.append(
            f"{source} is not the footage that {clip.name} was made of: its SHA-256 is "
            f"{found}, and was {told['sha256']}."
        )
    return True


def _refuse_odd(account: object, path: Path) -> None:
    """JSON can hold anything in any place."""
    odd = ExchangeError(f"{path} is no account of a clip, or a later version's.")
    if not isinstance(account, dict) or account.get("format") != FORMAT:
        raise odd
    clip, source, rows = (account.get(key) for key in ("clip", "source", "frames"))
    if not isinstance(clip, dict) or not isinstance(source, dict) or not isinstance(rows, list):
        raise odd
    texts = (clip.get("sha256"), clip.get("time_base"), source.get("file"))
    if not all(isinstance(text, str) for text in texts) or "sha256" not in source:
        raise odd
    try:
        Fraction(clip["time_base"])
    except (ValueError, ZeroDivisionError):
        raise odd from None
    place = FRAME_KEYS.index("clip_pts")
    for row in rows:
        if not isinstance(row, list) or len(row) != len(FRAME_KEYS) or type(row[place]) is not int:
            raise odd
