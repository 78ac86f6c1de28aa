"""Whether a clip is still what its account says, from the files alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from unicodedata import normalize

import av

from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.media.audio import decoded_frames
from bodycam_annotator.media.container import choose_video, open_media, packets_of, read_only
from bodycam_annotator.media.probe import sha256_of
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.account_footage import of_footage
from bodycam_annotator.publish.account_sense import PTS, contradictions, is_clip_account
from bodycam_annotator.publish.account_sound import in_clip
from bodycam_annotator.publish.clip_account import FORMAT, sidecar_of
from bodycam_annotator.publish.reading_accounts import read_json, tick_of
from bodycam_annotator.publish.source_check import check_source, part_of

LOSSLESS = ("flac", "pcm_s24le")
"""Sound that has the very samples; what else there is may end with some that are none."""

MOST_SPARE = 4096
"""Of those; AAC fills up its last packet of 1024 and says in few containers with how many."""


@dataclass(frozen=True, kw_only=True)
class ClipCheck:
    """What was found, as sentences that name the file.

    `frames`: how many it shows; `samples`: how many one that is sound alone has. `source_checked`:
    the footage was at hand, and its hash, its frames' PTS and times and its sound track were
    compared. `written_as`: the name that it had when it was written, where that was another.
    """

    clip: Path
    problems: tuple[str, ...]
    frames: int
    source_checked: bool
    written_as: str = ""
    kind: str = "clip"
    samples: int = 0

    @property
    def is_sound(self) -> bool:
        return not self.problems


def read_account(clip: Path) -> dict[str, Any]:
    """The account beside the clip. Raises `ExchangeError` when there is none or it is no such."""
    path = sidecar_of(clip)
    account = read_json(path, "is no account of a clip")
    if (
        not isinstance(account, dict)
        or type(account.get("format")) is not int
        or account["format"] != FORMAT
        or not is_clip_account(account)
    ):
        raise ExchangeError(f"{path} is no account of a clip, or a later version's.")
    return account


def check_clip(
    clip: Path,
    *,
    source: Path | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ClipCheck:
    """Holds a clip against its account: hash, every frame decoded, every time, how much sound; the
    account against itself; and, where it is at hand, the footage's frames and sound track.

    That the account is the one that was written only the manifest of its export can tell: texts of
    tags, say, that were changed fit as well as before.
    `source`: the footage, where it is at hand; else a file of its name beside the clip, if there
    is one. Raises `ExchangeError` when there is no account, `FootageError` when a file cannot be
    read, `Cancelled` when asked to stop.
    """
    account = read_account(clip)
    told = account["clip"]
    problems: list[str] = []
    check_file(clip, told, problems, cancelled)
    if progress is not None:
        progress(0.1)
    frames = _check_frames(clip, account, problems, progress=progress, cancelled=cancelled)
    problems += [*contradictions(account), *of_footage("clip", account), *in_clip(account)]
    checked = check_source(
        clip, account, source, problems, progress=part_of(progress, 0.7, 1), cancelled=cancelled
    )
    if progress is not None:
        progress(1.0)
    return ClipCheck(
        clip=clip,
        problems=about(clip, problems),
        frames=frames,
        source_checked=checked,
        written_as=other_name(clip, told),
    )


def about(file: Path, problems: Iterable[str]) -> tuple[str, ...]:
    """Each with the name of the file, as many can be checked one after another."""
    return tuple(one if file.name in one else f"{file.name}: {one}" for one in problems)


def check_file(
    file: Path, told: Mapping[str, Any], problems: list[str], cancelled: Asked | None
) -> None:
    """Its hash and size; adds to `problems`."""
    found = sha256_of(file, cancelled=cancelled)
    if found != told["sha256"]:
        problems.append(
            f"{file.name} is not the file that was written: its SHA-256 is {found}, and was "
            f"{told['sha256']}."
        )
    elif file.stat().st_size != told["bytes"]:
        problems.append(
            f"{file.name} has {file.stat().st_size} bytes; its account says {told['bytes']}."
        )


def other_name(file: Path, told: Mapping[str, Any]) -> str:
    """The name that the account was written for; empty where the file has it."""
    return "" if _as_named(file.name) == _as_named(told["file"]) else str(told["file"])


def _as_named(name: str) -> str:
    """As file systems compare it that write accents or capitals in their own way."""
    return normalize("NFC", name).casefold()


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
    tick = tick_of(account["clip"]["time_base"])
    assert tick is not None
    told = [row[PTS] * tick for row in rows]
    try:
        shown, packets, hidden = _times(clip, len(told), progress, cancelled)
        _check_shape(clip, account["clip"], problems)
        _check_sound(clip, account.get("sound"), problems, cancelled)
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
                progress(min(0.7, 0.1 + 0.6 * len(times) / max(1, expected)))
    return times, packets, hidden


def _check_shape(clip: Path, told: Mapping[str, Any], problems: list[str]) -> None:
    with open_media(clip) as container:
        context = choose_video(container, clip, stream=None).codec_context
        found = (context.width, context.height)
    if found != (told["coded_width"], told["coded_height"]):
        problems.append(
            f"The picture is {found[0]}×{found[1]}; {told['coded_width']}×"
            f"{told['coded_height']} was written."
        )


def _check_sound(
    clip: Path, told: Mapping[str, Any] | None, problems: list[str], cancelled: Asked | None
) -> None:
    """Adds to `problems`."""
    with open_media(clip) as container:
        streams = container.streams.audio
        if told is None or not streams:
            if told is not None or streams:
                problems.append(
                    "The clip has sound of which its account does not speak."
                    if streams
                    else "The clip has no sound; its account speaks of some."
                )
            return
        stream = streams[0]
        read_only(stream)
        samples = 0
        for frame in decoded_frames(stream):
            samples += frame.samples
            if cancelled is not None and cancelled():
                raise Cancelled
        found = (stream.rate, stream.channels)
        exact = stream.codec_context.name in LOSSLESS
    if found != (told["rate"], told["channels"]):
        problems.append(
            f"The sound has {found[1]} channels at {found[0]} Hz; {told['channels']} at "
            f"{told['rate']} Hz were written."
        )
    if samples != told["samples"] and (exact or not 0 <= samples - told["samples"] < MOST_SPARE):
        problems.append(f"The sound has {samples} samples; {told['samples']} were written.")
