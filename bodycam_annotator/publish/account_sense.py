"""Whether what an account says in one place agrees with what it says in another."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from bodycam_annotator.publish.clip_account import FRAME_KEYS
from bodycam_annotator.publish.reading_accounts import tick_of
from bodycam_annotator.timing import NS, ns_to_ticks, ticks_to_ns

ORDINAL, SOURCE_PTS, TIME, PTS, LASTS, ADDED, SEGMENT = range(len(FRAME_KEYS))

SPAN_KEYS = (
    *("first_frame", "last_frame", "first_pts", "last_pts"),
    *("start_ns", "end_ns", "start_file_time_ns", "end_file_time_ns"),
)
TEXTS = (
    *("made_utc", "incident", "camera", "coder", "made_by"),
    *("codebook", "codebook_version", "audit_head"),
)
ASKED_KEYS = ("start_ns", "end_ns", "before_ns", "after_ns")

MOST_RATE = 2**30
"""Samples a second; times of 73 years in them still fit 64 bits."""

Row = Sequence[Any]


def is_clip_account(account: Mapping[str, Any]) -> bool:
    """Whether all is there that a clip is held against, and of the right kind."""
    clip, rows, segments = (account.get(key) for key in ("clip", "frames", "segments"))
    return (
        has(clip, sha256=str, bytes=int, frames=int, end_pts=int, duration_ns=int)
        and has(clip, coded_width=int, coded_height=int, width=int, height=int, file=str)
        and has(clip, turned_degrees=int, mirrored=bool, pixel_format=str, colors=dict)
        and isinstance(clip, dict)
        and tick_of(clip.get("time_base")) is not None
        and is_of_footage(account, FRAME_KEYS)
        and isinstance(segments, list)
        and all(_is_segment(segment) for segment in segments)
        and isinstance(rows, list)
        and all(_is_row(row, len(segments)) for row in rows)
        and any(row[ORDINAL] is not None for row in rows)
        and "sound" in account
        and (account["sound"] is None or is_sound_part(account["sound"]))
    )


def is_of_footage(account: Mapping[str, Any], keys: Sequence[str]) -> bool:
    """Whether there is what any account says of its footage and project, and of the right kind.

    `keys`: what its rows hold.
    """
    source, asked = account.get("source"), account.get("asked")
    return (
        has(account, audit_entries=int, **dict.fromkeys(TEXTS, str))
        and account.get("frame_keys") == list(keys)
        and has(source, file=str, stream=int, frames=int, first_frame_ns=int, end_ns=int)
        and has(source, variable_rate=bool)
        and isinstance(source, dict)
        and "sha256" in source
        and (source["sha256"] is None or isinstance(source["sha256"], str))
        and tick_of(source.get("time_base")) is not None
        and is_list(source.get("oddities"), str)
        and has(account.get("span"), **dict.fromkeys(SPAN_KEYS, int))
        # Nothing, where it is not known.
        and (asked == {} or has(asked, **dict.fromkeys(ASKED_KEYS, int)))
        and is_list(account.get("frames_left_out"), int)
        and is_list(account.get("frames_doubtful"), int)
    )


def is_sound_part(sound: object) -> bool:
    return (
        has(sound, stream=int, rate=int, channels=int, samples=int, track_start_ns=int)
        and isinstance(sound, dict)
        and 0 < sound["rate"] <= MOST_RATE
        and is_list(sound.get("parts"), dict)
        and all(has(part, at=int, first=int, last=int) for part in sound["parts"])
    )


def contradictions(account: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on a clip's account, which `is_clip_account` has passed."""
    rows: list[Row] = account["frames"]
    clip, tick = account["clip"], tick_of(account["clip"]["time_base"])
    assert tick is not None
    if clip["frames"] != len(rows):
        yield f"The account speaks of {clip['frames']} frames and lists {len(rows)}."
    yield from shown_otherwise([row[PTS : LASTS + 1] for row in rows], clip, tick)
    # What is left out may have been in the way.
    alone = not account["frames_left_out"] and any(
        row[ADDED] and row[PTS] != before[PTS] + 1 for before, row in pairwise(rows)
    )
    if alone or rows[0][ADDED] or any(row[ADDED] < 0 for row in rows):
        yield "The account has a picture shown later that no other is in the way of."
    if {row[SEGMENT] for row in rows} != set(range(len(account["segments"]))):
        yield "The account has a segment without a picture."
    wrong = [number for number, _ in _misplaced(account)]
    if wrong:
        yield (
            f"The account lists {len(wrong)} frame{'s' * (len(wrong) > 1)} where its own segments "
            f"and times do not have {'them' if len(wrong) > 1 else 'it'} "
            f"(first: picture {wrong[0]})."
        )


def shown_otherwise(
    shown: Sequence[Sequence[int]], made: Mapping[str, Any], tick: Fraction
) -> Iterator[str]:
    """Of pictures that follow each other: `shown` has when and how long in ticks."""
    ends = [*(starts for starts, _ in shown[1:]), made["end_pts"]]
    wrong = [
        number
        for number, ((starts, lasts), end) in enumerate(zip(shown, ends, strict=True))
        if starts + lasts != end or lasts <= 0
    ]
    if wrong or shown[0][0] != 0:
        yield (
            "The account has a picture shown for another time than until the next "
            f"(first: picture {wrong[0] if wrong else 0})."
        )
    if made["duration_ns"] != ticks_to_ns(made["end_pts"], tick):
        yield "The account's duration is not that of its pictures."


def _misplaced(account: Mapping[str, Any]) -> Iterator[tuple[int, Row]]:
    """Rows, with their numbers, that do not fit what is said of their segment."""
    left_out, tick = frozenset(account["frames_left_out"]), tick_of(account["clip"]["time_base"])
    assert tick is not None
    reached = -1
    for number, group in groupby(enumerate(account["frames"]), key=lambda one: one[1][SEGMENT]):
        rows = list(group)
        segment = account["segments"][number]
        if number < reached or (segment["kind"] != "run" and len(rows) != 1):
            yield rows[0]
        reached = number
        if segment["kind"] != "run":
            held = segment.get("ordinal")
            # Its beginning and its end are rounded.
            off = rows[0][1][LASTS] - max(1, ns_to_ticks(segment["lasts_ns"], tick))
            yield from (one for one in rows if one[1][ORDINAL] != held or abs(off) > 1)
            continue
        there = {row[ORDINAL] for _, row in rows}
        gone = {one for one in left_out if segment["first"] <= one <= segment["last"]}
        # Counted, as a segment may claim more frames than there is memory for.
        if there & gone or len(there | gone) != segment["last"] - segment["first"] + 1:
            yield rows[0]
        yield from _out_of_place(rows, segment, account)
        if not _lasts_as_filmed(rows, segment, account):
            yield rows[-1]


def _out_of_place(
    rows: Sequence[tuple[int, Row]], segment: Mapping[str, Any], account: Mapping[str, Any]
) -> Iterator[tuple[int, Row]]:
    """Of one run: frames that do not rise, or are not shown when they come in the footage."""
    tick, slower = tick_of(account["clip"]["time_base"]), segment["slower"]
    own = tick_of(account["source"]["time_base"])
    assert tick is not None
    assert own is not None
    begun = rows[0][1]
    if outside := [one for one in rows if not _within(one[1], segment)]:
        yield from outside
        return
    for (_, before), (number, row) in pairwise(rows):
        if row[ORDINAL] <= before[ORDINAL]:
            yield number, row
            continue
        filmed = Fraction(row[TIME] - begun[TIME], NS) * slower
        shown = (row[PTS] - row[ADDED] - begun[PTS] + begun[ADDED]) * tick
        # Both ends are rounded, once to the clip's ticks and once to the footage's.
        if abs(filmed - shown) > tick + own * slower:
            yield number, row


def _lasts_as_filmed(
    rows: Sequence[tuple[int, Row]], segment: Mapping[str, Any], account: Mapping[str, Any]
) -> bool:
    """Whether a run that ends with the span is shown to when that does."""
    tick, own = tick_of(account["clip"]["time_base"]), tick_of(account["source"]["time_base"])
    assert tick is not None
    assert own is not None
    begun, last = rows[0][1], rows[-1][1]
    span, slower = account["span"], segment["slower"]
    if not segment["last"] == last[ORDINAL] == span["last_frame"] or begun[TIME] is None:
        return True
    filmed = Fraction(max(0, span["end_ns"] - begun[TIME]), NS) * slower
    shown = (last[PTS] + last[LASTS] - begun[PTS] + begun[ADDED]) * tick
    # A picture without a time of its own is shown for a tick.
    longest = tick + own * slower + last[ADDED] * tick + (last[LASTS] <= 2) * 2 * tick
    return bool(-(tick + own * slower) <= shown - filmed <= longest)


def _within(row: Row, segment: Mapping[str, Any]) -> bool:
    return row[ORDINAL] is not None and segment["first"] <= row[ORDINAL] <= segment["last"]


def _is_segment(segment: object) -> bool:
    if not isinstance(segment, dict):
        return False
    kinds = {
        "run": {"first": int, "last": int, "slower": int},
        "freeze": {"ordinal": int, "lasts_ns": int},
        "card": {"lasts_ns": int},
    }
    kind = segment.get("kind")
    return isinstance(kind, str) and kind in kinds and has(segment, **kinds[kind])


def _is_row(row: object, segments: int) -> bool:
    if not isinstance(row, list) or len(row) != len(FRAME_KEYS):
        return False
    if not all(type(value) is int for value in row[PTS:]) or not 0 <= row[SEGMENT] < segments:
        return False
    of_footage = {type(value) for value in row[:PTS]}
    return of_footage in ({int}, {type(None)})


def is_list(values: object, kind: type) -> bool:
    """Whether it is a list of nothing else."""
    return isinstance(values, list) and all(type(value) is kind for value in values)


def has(part: object, **keys: type) -> bool:
    """Whether it is an object with those keys; True is no number here."""
    return isinstance(part, dict) and all(type(part.get(key)) is kind for key, kind in keys.items())
