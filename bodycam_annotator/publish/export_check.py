"""Whether what was handed out is still what its account or its export's manifest says."""

import wave
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.media.image_files import read_animation, read_still
from bodycam_annotator.media.probe import sha256_of
from bodycam_annotator.progress import Asked, Progress
from bodycam_annotator.publish.account_footage import of_footage
from bodycam_annotator.publish.account_sense import (
    MOST_RATE,
    has,
    is_clip_account,
    is_list,
    is_of_footage,
    shown_otherwise,
)
from bodycam_annotator.publish.account_sound import in_file
from bodycam_annotator.publish.clip_account import FORMAT, KINDS, entry_of, sidecar_of
from bodycam_annotator.publish.clip_check import (
    ClipCheck,
    about,
    check_clip,
    check_file,
    other_name,
)
from bodycam_annotator.publish.other_accounts import PREVIEW_KEYS, SHEET_KEYS, STILL_KEYS
from bodycam_annotator.publish.reading_accounts import beside, read_json, tick_of
from bodycam_annotator.publish.source_check import check_source, part_of
from bodycam_annotator.timing import ns_to_ticks

LARGEST_PICTURE = 512 * 1024 * 1024
"""Bytes of a still, sheet or preview that is read; a sheet's pixels take no more."""


@dataclass(frozen=True, kw_only=True)
class ExportCheck:
    """What was found, as sentences. `files`: how many the manifest names; `not_made`: what it says
    of files that were to be made too, a sentence each."""

    manifest: Path
    problems: tuple[str, ...]
    files: int
    not_made: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not self.problems


def is_manifest(file: Path) -> bool:
    """Whether it is meant as the manifest of an export: no account lies beside it."""
    return file.suffix == ".json" and not sidecar_of(file).exists()


def check_made(
    file: Path,
    *,
    source: Path | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> ClipCheck:
    """As `check_clip`, for whatever was handed out: a clip, still, sheet, preview or sound.

    Of the others: hash, size, pixels or samples in number, a preview's times, and as of a clip
    the account against itself and the footage.
    """
    _refuse_missing(file)
    path = sidecar_of(file)
    account = read_json(path, "is no account of what was handed out")
    kind = _kind_of(account)
    if kind == "clip":
        return check_clip(file, source=source, progress=progress, cancelled=cancelled)
    if kind is None or not isinstance(account, dict):
        raise ExchangeError(f"{path} is no account of what was handed out, or a later version's.")
    made = account[kind]
    problems: list[str] = []
    check_file(file, made, problems, cancelled)
    if progress is not None:
        progress(0.3)
    try:
        found = _check_content(kind, file, account, problems, cancelled)
    except FootageError as error:
        problems.append(str(error))
        found = 0
    if made["frames"] != _listed(kind, account["frames"]):
        problems.append(
            f"The account speaks of {made['frames']} frames and lists "
            f"{_listed(kind, account['frames'])}."
        )
    problems += [*of_footage(kind, account), *_contradictions(kind, account)]
    checked = check_source(
        file, account, source, problems, progress=part_of(progress, 0.3, 1), cancelled=cancelled
    )
    if progress is not None:
        progress(1.0)
    is_sound = kind == "sound"
    return ClipCheck(
        clip=file,
        problems=about(file, problems),
        frames=0 if is_sound else found,
        source_checked=checked,
        written_as=other_name(file, made),
        kind=kind,
        samples=found if is_sound else 0,
    )


def check_manifest(
    manifest: Path, *, progress: Progress | None = None, cancelled: Asked | None = None
) -> ExportCheck:
    """Holds every file of an export, and its account, against the hashes in the manifest, and what
    else the manifest says of them against the accounts.

    The files are looked for beside the manifest. What lies there that it does not name is not
    looked at, and nothing tells whether the manifest itself was written again. Raises
    `ExchangeError` when it is no manifest, `Cancelled` when asked to stop.
    """
    _refuse_missing(manifest)
    entries, not_made = _content_of(manifest)
    problems: list[str] = []
    known: set[Path] = set()
    for number, (listed, entry) in enumerate(entries):
        file, account = (beside(manifest, entry[name]) for name in ("file", "account"))
        if file in known:
            problems.append(f"{file.name} is in the manifest twice.")
        known.add(file)
        _is_as_told(file, entry["sha256"], problems, cancelled)
        if _is_as_told(account, entry["account_sha256"], problems, cancelled):
            problems += _otherwise(listed, entry, account)
        if progress is not None:
            progress((number + 1) / len(entries))
    return ExportCheck(
        manifest=manifest,
        problems=tuple(problems),
        files=len(entries),
        not_made=tuple(not_made),
    )


def _refuse_missing(file: Path) -> None:
    """Said of the file, not of what else should lie beside it."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        account = sidecar_of(file)
        alone = f"; only its account {account.name} is" if account.exists() else ""
        raise ExchangeError(f"{file} is not there{alone}.") from error
    except OSError:
        return


def _is_as_told(file: Path, told: str, problems: list[str], cancelled: Asked | None) -> bool:
    """Adds to `problems` where the file has another hash or cannot be read."""
    try:
        found = sha256_of(file, cancelled=cancelled)
    except FootageError as error:
        problems.append(str(error))
        return False
    if found != told:
        problems.append(
            f"{file.name} is not the file that was written: its SHA-256 is {found}, and was {told}."
        )
    return found == told


def _otherwise(listed: str, entry: Mapping[str, Any], path: Path) -> Iterator[str]:
    """What the manifest says of a file and its account does not."""
    account = read_json(path, "is no account of what was handed out")
    kind = _kind_of(account)
    if kind is None or not isinstance(account, dict):
        yield f"{path.name} is no account of what was handed out, or a later version's."
        return
    if KINDS[kind] != listed:
        yield f"The manifest has {entry['file']} among its {listed}; its account is of a {kind}."
    said = entry_of(path.name, account, entry["account_sha256"])
    other = sorted(key for key in said.keys() - {"account"} if entry.get(key) != said[key])
    if other:
        yield f"The manifest says other than {path.name}: {', '.join(other)}."


def _listed(kind: str, rows: Sequence[Any]) -> int:
    """How many frames an account's rows show."""
    if kind != "sheet":
        return len(rows)
    return sum(1 for row in rows if row[SHEET_KEYS.index("shown")])


def _check_content(
    kind: str,
    file: Path,
    account: Mapping[str, Any],
    problems: list[str],
    cancelled: Asked | None,
) -> int:
    """Adds to `problems`; returns how many frames are shown, or samples are in a sound. Raises
    `FootageError`."""
    made = account[kind]
    if kind == "sound":
        return _check_sound(file, made, problems)
    data = _bytes_of(file)
    if kind != "preview":
        height, width = read_still(data).shape[:2]
        if (width, height) != (made["width"], made["height"]):
            problems.append(
                f"The picture is {width}×{height}; {made['width']}×{made['height']} was written."
            )
        return int(made["frames"])
    return _check_times(data, account, problems, cancelled)


def _check_times(
    data: bytes, account: Mapping[str, Any], problems: list[str], cancelled: Asked | None
) -> int:
    base = tick_of(account["preview"]["time_base"])
    assert base is not None
    place = PREVIEW_KEYS.index("preview_ticks_shown")
    told = [row[place] * base * 1000 for row in account["frames"]]
    lasts: list[int] = []
    for _, ms in read_animation(data):
        if cancelled is not None and cancelled():
            raise Cancelled
        lasts.append(ms)
    if len(lasts) != len(told):
        problems.append(f"{len(lasts)} frames can be decoded; {len(told)} were written.")
    # A single picture is no animation, and has no time.
    elif len(told) > 1 and list(accumulate(lasts)) != list(accumulate(told)):
        problems.append("The frames are shown at other times than were written.")
    return len(lasts)


def _check_sound(file: Path, made: Mapping[str, Any], problems: list[str]) -> int:
    """Adds to `problems`; returns how many samples there are. Raises `FootageError`."""
    try:
        with wave.open(str(file), "rb") as opened:
            found = (opened.getframerate(), opened.getnchannels(), opened.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise FootageError(f"the sound cannot be read: {error}.") from error
    told = (made["rate"], made["channels"], made["samples"])
    if found != told:
        problems.append(
            f"The sound has {found[2]} samples of {found[1]} channels at {found[0]} Hz; "
            f"{told[2]} of {told[1]} at {told[0]} Hz were written."
        )
    return found[2]


def _bytes_of(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_PICTURE:
            raise FootageError("it is too large for a picture.")
        return file.read_bytes()
    except OSError as error:
        raise FootageError(f"it cannot be read: {error.strerror or error}.") from error


def _contradictions(kind: str, account: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on what an account that is none of a clip says in two places."""
    rows, made = account["frames"], account[kind]
    if any(after[0] <= before[0] for before, after in pairwise(rows)):
        yield "The account lists its frames in another order than the footage has them."
    if kind == "sound":
        yield from in_file(account)
    elif kind == "sheet" and not all(_is_in(made, *row[3:7]) for row in rows):
        yield "The account has a frame outside of the sheet."
    elif kind == "preview":
        tick = tick_of(made["time_base"])
        assert tick is not None
        yield from shown_otherwise([row[3:] for row in rows], made, tick)
        if any(row[3] != ns_to_ticks(row[2] - rows[0][2], tick) for row in rows):
            yield "The account has a frame shown at another time than in the footage."


def _is_in(made: Mapping[str, int], x: int, y: int, width: int, height: int) -> bool:
    """Whether a picture lies in the whole one."""
    in_width = 0 <= x < x + width <= made["width"]
    return in_width and 0 <= y < y + height <= made["height"]


_NUMBERS = {
    "still": {"width": int, "height": int},
    "sheet": {"width": int, "height": int},
    "preview": {"width": int, "height": int, "end_pts": int, "duration_ns": int},
    "sound": {"rate": int, "channels": int, "samples": int, "duration_ns": int},
}
_KEYS = {"still": STILL_KEYS, "sheet": SHEET_KEYS, "preview": PREVIEW_KEYS, "sound": ()}
_ROWS = {
    "still": [int] * 3,
    "sheet": [*[int] * 7, bool],
    "preview": [int] * 5,
    "sound": [],
}
_TRACK = ("stream", "track_start_ns", "first", "last", "start_ns", "end_ns")


def _kind_of(account: object) -> str | None:
    """What an account is of; None for what is none, as JSON can hold anything in any place."""
    if not isinstance(account, dict) or not has(account, format=int, span=dict, audit_head=str):
        return None
    kind = next((one for one in KINDS if isinstance(account.get(one), dict)), None)
    if account["format"] != FORMAT or kind is None:
        return None
    if kind == "clip":
        return kind if is_clip_account(account) else None
    made, rows = account[kind], account.get("frames")
    sound = (
        is_of_footage(account, _KEYS[kind])
        and has(made, file=str, sha256=str, bytes=int, frames=int, **_NUMBERS[kind])
        and isinstance(rows, list)
        and all(isinstance(row, list) and list(map(type, row)) == _ROWS[kind] for row in rows)
        and (len(rows) == 1 if kind == "still" else bool(rows) == (kind != "sound"))
        and (kind != "preview" or tick_of(made.get("time_base")) is not None)
        and (kind != "sound" or _has_track(account))
    )
    return kind if sound else None


def _has_track(account: Mapping[str, Any]) -> bool:
    is_track = has(account.get("sound_track"), **dict.fromkeys(_TRACK, int))
    return is_track and 0 < account["sound"]["rate"] <= MOST_RATE


def _content_of(manifest: Path) -> tuple[list[tuple[str, dict[str, str]]], list[str]]:
    """What it says of each file, with the name of the list that it is in, and of those that were
    not made. Raises `ExchangeError` for what is no manifest."""
    content = read_json(manifest, "is no manifest of an export")
    if _kind_of(content) is not None:
        raise ExchangeError(
            f"{manifest} is an account, no manifest of an export; give {manifest.stem}, the file "
            "that it is of."
        )
    odd = ExchangeError(f"{manifest} is no manifest of an export, or a later version's.")
    if not isinstance(content, dict) or not has(content, format=int):
        raise odd
    if content["format"] != FORMAT:
        raise odd
    if not all(is_list(content.get(name), dict) for name in KINDS.values()):
        raise odd
    if not all(is_list(content.get(name), str) for name in ("warnings", "not_made")):
        raise odd
    entries = [(name, entry) for name in KINDS.values() for entry in content[name]]
    texts = dict.fromkeys(("file", "sha256", "account", "account_sha256"), str)
    if not all(has(entry, **texts) for _, entry in entries):
        raise odd
    if not entries and not content["not_made"]:
        raise ExchangeError(
            f"{manifest} names no file, and nothing that was not made; no export writes that."
        )
    return entries, list(content["not_made"])
