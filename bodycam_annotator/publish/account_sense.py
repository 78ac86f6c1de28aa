"""Whether what an account says in one place agrees with what it says in another."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from bodycam_annotator.publish.clip_account import FRAME_KEYS
from bodycam_annotator.publish.reading_accounts import tick_of
from bodycam_annotator.timing import NS, ticks_to_ns

ORDINAL, SOURCE_PTS, TIME, PTS, LASTS, ADDED, SEGMENT = range(len(FRAME_KEYS))

Row = Sequence[Any]


def is_clip_account(account: Mapping[str, Any]) -> bool:
    """Whether all is there that a clip is held against, and of the right kind."""
    clip, source, span = (account.get(key) for key in ("clip", "source", "span"))
    rows, segments = account.get("frames"), account.get("segments")
    left_out = account.get("frames_left_out")
    return (
        has(clip, sha256=str, bytes=int, frames=int, end_pts=int, duration_ns=int)
        and has(clip, coded_width=int, coded_height=int, file=str)
        and isinstance(clip, dict)
        and tick_of(clip.get("time_base")) is not None
        and is_source(source)
        and has(source, frames=int)
        and isinstance(source, dict)
        and tick_of(source.get("time_base")) is not None
        and has(span, first_frame=int, last_frame=int, start_ns=int, first_pts=int, last_pts=int)
        and isinstance(segments, list)
        and all(_is_segment(segment) for segment in segments)
        and isinstance(left_out, list)
        and all(type(ordinal) is int for ordinal in left_out)
        and isinstance(rows, list)
        and all(_is_row(row, len(segments)) for row in rows)
        and any(row[ORDINAL] is not None for row in rows)
        and (account.get("sound") is None or is_sound_part(account["sound"]))
    )


def is_source(source: object) -> bool:
    """What any account says of its footage: the name, and the hash where it was hashed."""
    return (
        has(source, file=str)
        and isinstance(source, dict)
        and "sha256" in source
        and (source["sha256"] is None or isinstance(source["sha256"], str))
    )


def is_sound_part(sound: object) -> bool:
    return has(sound, rate=int, channels=int, samples=int)


def contradictions(account: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on a clip's account, which `is_clip_account` has passed."""
    rows: list[Row] = account["frames"]
    clip, span, tick = account["clip"], account["span"], tick_of(account["clip"]["time_base"])
    assert tick is not None
    if clip["frames"] != len(rows):
        yield f"The account speaks of {clip['frames']} frames and lists {len(rows)}."
    ends = [*(row[PTS] for row in rows[1:]), clip["end_pts"]]
    starts = [row[PTS] for row in rows]
    wrong = [
        number
        for number, (row, end) in enumerate(zip(rows, ends, strict=True))
        if row[PTS] + row[LASTS] != end or row[LASTS] <= 0
    ]
    if wrong or starts[0] != 0:
        yield (
            "The account has a picture shown for another time than until the next "
            f"(first: picture {wrong[0] if wrong else 0})."
        )
    if clip["duration_ns"] != ticks_to_ns(clip["end_pts"], tick):
        yield "The account's duration is not that of its pictures."
    known = [row for row in rows if row[ORDINAL] is not None]
    yield from _of_span(known, span, account["source"]["frames"])
    wrong = [number for number, _ in _misplaced(account)]
    if wrong:
        yield (
            f"The account lists {len(wrong)} frame{'s' * (len(wrong) > 1)} where its own segments "
            f"and times do not have {'them' if len(wrong) > 1 else 'it'} "
            f"(first: picture {wrong[0]})."
        )


def _of_span(known: Sequence[Row], span: Mapping[str, int], frames: int) -> Iterator[str]:
    first, last = min(known, key=itemgetter(ORDINAL)), max(known, key=itemgetter(ORDINAL))
    told = (span["first_frame"], span["first_pts"], span["start_ns"])
    if told != tuple(first[:PTS]) or (span["last_frame"], span["last_pts"]) != tuple(last[:TIME]):
        yield "The account's span is not that of the frames it lists."
    if first[ORDINAL] < 0 or last[ORDINAL] >= frames:
        yield f"The account lists a frame that its footage of {frames} frames does not have."


def _misplaced(account: Mapping[str, Any]) -> Iterator[tuple[int, Row]]:
    """Rows, with their numbers, that do not fit what is said of their segment."""
    left_out = frozenset(account["frames_left_out"])
    reached = -1
    for number, group in groupby(enumerate(account["frames"]), key=lambda one: one[1][SEGMENT]):
        rows = list(group)
        segment = account["segments"][number]
        if number < reached or (segment["kind"] != "run" and len(rows) != 1):
            yield rows[0]
        reached = number
        if segment["kind"] != "run":
            held = segment.get("ordinal")
            yield from (one for one in rows if one[1][ORDINAL] != held)
            continue
        there = {row[ORDINAL] for _, row in rows}
        gone = {one for one in left_out if segment["first"] <= one <= segment["last"]}
        # Counted, as a segment may claim more frames than there is memory for.
        if there & gone or len(there | gone) != segment["last"] - segment["first"] + 1:
            yield rows[0]
        yield from _out_of_place(rows, segment, account)


def _out_of_place(
    rows: Sequence[tuple[int, Row]], segment: Mapping[str, Any], account: Mapping[str, Any]
) -> Iterator[tuple[int, Row]]:
    """Of one run: frames that do not rise, or are not shown when they come in the footage."""
    tick, slower = tick_of(account["clip"]["time_base"]), segment["slower"]
    own = tick_of(account["source"]["time_base"])
    assert tick is not None
    assert own is not None
    begun = rows[0][1]
    if not _within(begun, segment):
        yield rows[0]
    for (_, before), (number, row) in pairwise(rows):
        if not _within(row, segment) or row[ORDINAL] <= before[ORDINAL]:
            yield number, row
            continue
        filmed = Fraction(row[TIME] - begun[TIME], NS) * slower
        shown = (row[PTS] - row[ADDED] - begun[PTS] + begun[ADDED]) * tick
        # Both ends are rounded, once to the clip's ticks and once to the footage's.
        if abs(filmed - shown) > tick + own * slower:
            yield number, row


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


def has(part: object, **keys: type) -> bool:
    """Whether it is an object with those keys; True is no number here."""
    return isinstance(part, dict) and all(type(part.get(key)) is kind for key, kind in keys.items())
