"""Whether what an account says of its footage can be: which frames, when, what was asked for."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from bodycam_annotator.publish.reading_accounts import tick_of
from bodycam_annotator.timing import ns_to_ticks, ticks_to_ns

Place = tuple[int, int, int]
"""A frame's ordinal, its PTS and its time in nanoseconds, as the first of any row."""

_RESET = re.compile(r"clock is reset at frame .{1,80}\(([0-9]{1,12})\.([0-9]{3}) s added\)")
_UNLIKE = re.compile(r"([0-9]{1,12}) frames? (with a time that contradicts|carr(y|ies) no time)")
"""As `media.index` and `media.packets` say it in the oddities."""

ROUNDED = Fraction(1, 2000)
"""Seconds that what was added at a reset can be off in its sentence."""


def places_of(account: Mapping[str, Any]) -> list[Place]:
    """The footage's frames that the account lists, each once, in their order."""
    return sorted({tuple(row[:3]) for row in account["frames"] if row[0] is not None})


def of_footage(kind: str, account: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on an account of that kind, for which `account_sense.is_of_footage` holds."""
    listed, span = places_of(account), account["span"]
    begun = (span["first_frame"], span["first_pts"], span["start_ns"])
    told = sorted({*listed, begun})
    if len({ordinal for ordinal, _, _ in told}) != len(told):
        yield "The account gives one frame two PTS or times."
    elif any(after[2] < before[2] for before, after in pairwise(told)):
        yield "The account gives a frame an earlier time than the one before."
    yield from _of_pts(told, account["source"], span)
    yield from _of_span(kind, listed, account)
    yield from _of_lists(kind, listed, account)
    if account["asked"] and kind != "sound":
        yield from _of_asked(kind, told, account)


def _of_pts(
    told: Sequence[Place], source: Mapping[str, Any], span: Mapping[str, int]
) -> Iterator[str]:
    """PTS give times but behind a reset, which adds the same to all, and in the frames, so many in
    number, of which an oddity says that their time is that of another."""
    tick = tick_of(source["time_base"])
    assert tick is not None
    # Where a tick is less than a nanosecond, several have one time.
    apart = {place: ns_to_ticks(place[2] - ticks_to_ns(place[1], tick), tick) for place in told}
    counts = Counter(apart.values())
    added, unlike = _oddities(source["oddities"])
    usual = {0}
    for number, seconds in enumerate(added, 1):
        fit = [one for one in counts if abs(one * tick - seconds) <= ROUNDED * number]
        usual |= set(sorted(fit, key=counts.__getitem__)[-1:])
    last = ticks_to_ns(span["last_pts"], tick)
    if not added and not unlike and not span["start_ns"] <= last <= span["end_ns"]:
        yield "The account's span ends with a PTS that is not of its times."
    between = [one for one in told if ticks_to_ns(ns_to_ticks(one[2], tick), tick) != one[2]]
    wrong = [one for one in told if apart[one] not in usual]
    if between or len(wrong) > unlike:
        yield (
            "The account gives frames a time that is not that of their PTS "
            f"(first: frame {min(between or wrong)[0]})."
        )


def _oddities(sentences: Sequence[str]) -> tuple[list[Fraction], int]:
    """Seconds that are added behind each reset, and how many frames have the time of another."""
    resets = [found for one in sentences if (found := _RESET.search(one))]
    steps = [Fraction(int(found[1] + found[2]), 1000) for found in resets]
    unlike = [int(found[1]) for one in sentences if (found := _UNLIKE.match(one))]
    return list(accumulate(steps)), sum(unlike)


def _of_span(kind: str, listed: Sequence[Place], account: Mapping[str, Any]) -> Iterator[str]:
    span, source = account["span"], account["source"]
    first, last = span["first_frame"], span["last_frame"]
    begun, ended = (first, span["first_pts"], span["start_ns"]), (last, span["last_pts"])
    other = kind in ("clip", "still", "sheet") and (listed[0], listed[-1][:2]) != (begun, ended)
    other |= any(not first <= one[0] <= last for one in listed) or first > last
    other |= any(one[0] == last and one[:2] != ended for one in [*listed, begun])
    if other:
        yield "The account's span is not that of the frames it lists."
    if min([first, *(one[0] for one in listed)]) < 0 or last >= source["frames"]:
        yield (
            f"The account lists a frame that its footage of {source['frames']} frames does not "
            "have."
        )
    if any(
        span[f"{end}_file_time_ns"] != span[f"{end}_ns"] - source["first_frame_ns"]
        for end in ("start", "end")
    ):
        yield "The account's span has a file time that is not counted from the first frame."
    ends = [(first, 0, span["start_ns"], source["first_frame_ns"])]
    ends += [(last, source["frames"] - 1, span["end_ns"], source["end_ns"])]
    beyond = span["start_ns"] < source["first_frame_ns"] or span["end_ns"] > source["end_ns"]
    if beyond or any(one == edge and time != limit for one, edge, time, limit in ends):
        yield "The account's span begins or ends with its footage, or beyond, at another time."


def _of_lists(kind: str, listed: Sequence[Place], account: Mapping[str, Any]) -> Iterator[str]:
    left_out, doubtful = account["frames_left_out"], account["frames_doubtful"]
    shown = {one[0] for one in listed}
    first, last = account["span"]["first_frame"], account["span"]["last_frame"]
    if kind == "clip":
        runs = [one for one in account["segments"] if one["kind"] == "run"]
        meant = [(one["first"], one["last"]) for one in runs]
    else:
        meant = [(first, last)]
    if kind == "sheet":
        missing = {row[0] for row in account["frames"] if not row[-1]}
        shown -= missing
    else:
        missing = {
            one for one in left_out if any(begin <= one <= end for begin, end in meant)
        } - shown
    if left_out != sorted(missing) or (kind in ("still", "sound") and left_out):
        yield "The account leaves out frames that it shows, or that are not of its span."
    if doubtful != sorted(shown & set(doubtful)):
        yield "The account doubts frames that it does not show."


def _of_asked(kind: str, told: Sequence[Place], account: Mapping[str, Any]) -> Iterator[str]:
    """The first frame is the one on screen at the beginning, the last begins before the end."""
    asked, span = account["asked"], account["span"]
    start, end = asked["start_ns"], asked["end_ns"]
    if end < start or asked["before_ns"] < 0 or asked["after_ns"] < 0:
        yield "The account's times that were asked for end before they start."
        return
    if kind == "still":
        begin, until = start, start + 1
    else:
        begin, until = start - asked["before_ns"], max(end + asked["after_ns"], start + 1)
    later = next((time for _, _, time in told if time > span["start_ns"]), None)
    # Before all of the footage, its first frame is taken.
    earliest = account["source"]["first_frame_ns"]
    is_first = span["start_ns"] <= begin or span["start_ns"] == earliest
    is_first &= later > begin if later is not None else _is_last_at(begin + 1, told, account)
    is_last = told[-1][2] < until or told[-1][2] == earliest
    # A sheet of a single picture has the first frame of what was asked for.
    is_last &= kind == "sheet" or _is_last_at(until, told, account)
    if not (is_first and is_last):
        yield "The account's span is not what is on screen in the times that were asked for."


def _is_last_at(until: int, told: Sequence[Place], account: Mapping[str, Any]) -> bool:
    """Whether no frame behind the span begins before then, as far as the account tells."""
    span, (ordinal, _, time) = account["span"], told[-1]
    meant = max(
        (one["last"] for one in account.get("segments", ()) if one["kind"] == "run"), default=0
    )
    return (
        bool(span["end_ns"] >= until)
        or span["last_frame"] == account["source"]["frames"] - 1
        # The next may have the time of the last; where that is not listed, its time is unknown.
        or span["end_ns"] <= time
        or ordinal != span["last_frame"]
        or meant > ordinal
    )
