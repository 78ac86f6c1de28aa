"""Whether what an account says of sound can be: which samples of the footage's track are where."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from bodycam_annotator.media.sample_clock import SampleClock
from bodycam_annotator.publish.account_sense import (
    ADDED,
    LASTS,
    ORDINAL,
    PTS,
    SEGMENT,
    TIME,
    Row,
)
from bodycam_annotator.publish.clip_plan import ROUNDED
from bodycam_annotator.publish.reading_accounts import tick_of
from bodycam_annotator.timing import NS, samples_to_ns


def in_clip(account: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on a clip's sound, whose account `account_sense.is_clip_account` has passed.

    Each run at its own speed sounds where it is shown, from the first sample at or after its first
    frame's time to its end. Positions that follow from the clip's ticks can be half a tick off.
    """
    sound = account["sound"]
    if sound is None:
        return
    tick = tick_of(account["clip"]["time_base"])
    assert tick is not None
    segments, parts = account["segments"], sound["parts"]
    heard = [n for n, one in enumerate(segments) if one["kind"] == "run" and one["slower"] == 1]
    slack = tick * sound["rate"] / 2 + 1
    wrong = len(heard) != len(parts)
    reached = 0
    for number, part in zip(heard, parts, strict=False):
        shown = [row for row in account["frames"] if row[SEGMENT] == number]
        # What is not of the footage, in a run, has its own sentence.
        has_times = shown and all(row[TIME] is not None for row in shown)
        wrong |= not has_times or not _is_heard(part, number, shown, reached, account)
        reached = part["at"] + part["last"] + 1 - part["first"]
    samples = reached
    if not heard or heard[-1] != len(segments) - 1:
        samples = max(reached, round(account["clip"]["end_pts"] * tick * sound["rate"]))
    else:
        slack = Fraction(0)
    if wrong or abs(sound["samples"] - samples) > slack:
        yield (
            "The account has other samples of the footage's sound, or has them elsewhere, than "
            "where its pictures are."
        )


def _is_heard(
    part: Mapping[str, int],
    number: int,
    shown: Sequence[Row],
    reached: int,
    account: Mapping[str, Any],
) -> bool:
    sound, span, segment = account["sound"], account["span"], account["segments"][number]
    tick, own = tick_of(account["clip"]["time_base"]), tick_of(account["source"]["time_base"])
    assert tick is not None
    assert own is not None
    clock = SampleClock(start_ns=sound["track_start_ns"], rate=sound["rate"])
    begun, rate = shown[0], sound["rate"]
    begins = (begun[PTS] - begun[ADDED]) * tick
    late = Fraction(clock.time_of(part["first"]) - begun[TIME], NS)
    at = max(reached, floor((begins + late) * rate + ROUNDED))
    slack = tick * rate / 2 + 1 if number else 0
    if part["first"] != clock.first_at(begun[TIME]) or abs(part["at"] - at) > slack:
        return False
    if shown[-1][ORDINAL] == segment["last"] == span["last_frame"]:
        return bool(part["last"] + 1 == clock.first_at(max(begun[TIME], span["end_ns"])))
    # Where its last frame is left out, or is not the span's, its end follows from the pictures.
    last = shown[-1]
    lasts = (last[PTS] + last[LASTS] - begun[PTS] + begun[ADDED]) * tick
    count = part["last"] + 1 - part["first"]
    longest = (tick + own) * rate + 1
    return bool(-longest - last[ADDED] * tick * rate <= count - lasts * rate <= longest)


def in_file(account: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on a sound file's account; see `export_check`."""
    made, track, source = account["sound"], account["sound_track"], account["source"]
    rate, samples = made["rate"], made["samples"]
    clock = SampleClock(start_ns=track["track_start_ns"], rate=rate)
    start, end = clock.time_of(track["first"]), clock.time_of(track["last"] + 1)
    if (
        track["last"] + 1 - track["first"] != samples
        or (track["start_ns"], track["end_ns"]) != (start, end)
        or made["duration_ns"] != samples_to_ns(samples, rate)
    ):
        yield "The account has samples of the track that do not fit its own numbers or times."
    span = account["span"]
    is_first = span["start_ns"] <= start or span["first_frame"] == 0
    is_last = span["end_ns"] >= end or span["last_frame"] == source["frames"] - 1
    if not (is_first and is_last and span["start_ns"] <= max(start, source["first_frame_ns"])):
        yield "The account's span is not that of its sound."
    if account["asked"] and not _is_asked(account, clock):
        yield "The account's sound is not what was asked for."


def _is_asked(account: Mapping[str, Any], clock: SampleClock) -> bool:
    """As far as the account tells: the track may end behind the last frame."""
    asked, track, source = account["asked"], account["sound_track"], account["source"]
    start, end, before, after = (
        asked[key] for key in ("start_ns", "end_ns", "before_ns", "after_ns")
    )
    if end < start or before < 0 or after < 0:
        return False
    if start == end and not before + after:
        span = account["span"]
        return bool(
            (span["start_ns"] <= start or span["first_frame"] == 0)
            and track["first"] == clock.first_at(span["start_ns"])
        )
    begins = min(source["first_frame_ns"], track["track_start_ns"], start)
    first = clock.first_at(max(start - before, begins))
    most = clock.first_at(end + after)
    least = min(most, clock.first_at(max(source["end_ns"], end)))
    return bool(track["first"] == first and least <= track["last"] + 1 <= most)
