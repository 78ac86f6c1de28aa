"""The events of a BORIS observation as rows: which file they are in, and what starts and stops.

An event's time is that of player 1, whose files follow each other, plus the observation's time
offset and, where it is chosen so, the time at which the file was made (BORIS 8.27, write_event.py
and core.py, `sync_time`). Players 2 to 8 are other views at the same time and have no events of
their own. A state's events alternate between start and stop for each subject and set of modifiers
(project_functions.py, `events_start_stop`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from enum import Enum
from functools import cached_property
from itertools import accumulate
from pathlib import PurePosixPath

from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.timeline import TimelineRow
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.tag import NO_TEXT
from bodycam_annotator.timing import NS, seconds_text

MS = 1_000_000
NO_SUBJECT = "No focal subject"
NO_MODIFIER = "None"
OVERLAP = "overlap of Bodycam Annotator"
"""The modifier that keeps apart states of one code and speaker which overlap, and how its values
begin: BORIS could not say otherwise which stop is of which start."""

COLUMNS_GIVEN = frozenset(
    {"media_file", "code", "kind", "speaker", "text", "start_s", "end_s", "note", "attributes"}
)

_EXACT = Context(prec=60)
_MOST_SECONDS = 9_000_000_000
MOST_EVENTS = 250_000
MOST_FILES = 1000
MOST_MODIFIERS = 1000
MOST_OBSERVATIONS = 5000
_MOST_NAMED = 20
_LONGEST_NUMBER = 100
_NO_TIME = frozenset({"", "na", "nan", "none", "null"})


class Status(Enum):
    """What an event does."""

    POINT = "POINT"
    START = "START"
    STOP = "STOP"


@dataclass(frozen=True, kw_only=True)
class Event:
    """`time_ns` is None where the file has no time for it."""

    number: int
    time_ns: int | None
    subject: str
    code: str
    modifiers: tuple[str, ...]
    comment: str
    status: Status


@dataclass(frozen=True, kw_only=True)
class Span:
    """A state from its start to its stop; one of them is None where it has no other half."""

    start: Event | None
    stop: Event | None


@dataclass(frozen=True, kw_only=True)
class Media:
    """The files of player 1 by their order. `lengths_ns` may be empty where there is one file.

    `created_ns` is what is added to the times of each file, 0 unless BORIS was told to.
    """

    files: tuple[str, ...]
    lengths_ns: tuple[int, ...] = ()
    offset_ns: int = 0
    created_ns: tuple[int, ...] = ()

    @cached_property
    def begins(self) -> list[int]:
        """Where each file begins in player 1, in nanoseconds."""
        return [0] if len(self.files) == 1 else [0, *accumulate(self.lengths_ns[:-1])]

    def file_at(self, time_ns: int) -> int | None:
        """Which file an event of that time is in; None where that is none or not certain.

        What is before the first is in the first, what is after the last in the last.
        """
        if not self.created_ns:
            return max(0, bisect_right(self.begins, time_ns - self.offset_ns) - 1)
        found = [n for n in range(len(self.files)) if self._is_in(time_ns, n)]
        return found[0] if len(found) == 1 else None

    def file_time(self, time_ns: int, number: int) -> int:
        """Nanoseconds from the beginning of that file."""
        created_ns = self.created_ns[number] if self.created_ns else 0
        return time_ns - self.offset_ns - created_ns - self.begins[number]

    def holds(self, file_time_ns: int, number: int) -> bool:
        """Whether the file is not over by then; the last one's length is not asked."""
        return number == len(self.files) - 1 or file_time_ns <= self.lengths_ns[number]

    def _is_in(self, time_ns: int, number: int) -> bool:
        file_ns = self.file_time(time_ns, number)
        is_last = number == len(self.files) - 1
        return (number == 0 or file_ns >= 0) and (is_last or file_ns < self.lengths_ns[number])


@dataclass(kw_only=True)
class Taken:
    """What was made of a file's observations, and what a person has to be told."""

    rows: list[TimelineRow] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def notice(self) -> str:
        """At most twenty sentences in one line; empty when there is nothing to say."""
        more = len(self.said) - _MOST_NAMED
        rest = [f"And {more} more."] if more > 0 else []
        return " ".join((*self.said[:_MOST_NAMED], *rest))


@dataclass(frozen=True, kw_only=True)
class Observation:
    """`attributes` has the names of each behaviour's modifiers, those not in it are numbered.

    `unit` is what the numbers of its events count, `rounded_ns` how far its files' lengths are
    rounded all together.
    """

    name: str
    media: Media
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unit: str = "event"
    rounded_ns: int = 0

    def take(self, found: Iterable[Event | Span], source: Source, taken: Taken) -> None:
        """Adds a row for each mark and state. Raises `ExchangeError` where one is in no file, or
        stops before it starts or in another file."""
        for one in found:
            if isinstance(one, Event):
                self._take_point(one, source, taken)
            elif one.start is None or one.stop is None or not _has_times(one):
                self._take_half(one, source, taken)
            else:
                self._take_state(one.start, one.stop, source, taken)

    def _take_point(self, event: Event, source: Source, taken: Taken) -> None:
        if event.time_ns is None:
            taken.said.append(f"Left out, as it has no time: {self.named(event)}.")
            return
        self._add(event, event.time_ns, event.time_ns, source, taken, kind=Kind.POINT)

    def _take_half(self, span: Span, source: Source, taken: Taken) -> None:
        """A state that lacks its start or stop becomes a mark that says so."""
        known = next((e for e in (span.start, span.stop) if e and e.time_ns is not None), None)
        every = [event for event in (span.start, span.stop) if event is not None]
        if known is None or known.time_ns is None:
            taken.said.append(f"Left out, as it has no time: {self.named(every[0])}.")
            return
        what = "stop" if known is span.start else "start"
        has_no_time = " with a time" if len(every) > 1 else ""
        taken.said.append(
            f"Not paired, taken at one time: {self.named(known)} at "
            f"{_short_seconds(known.time_ns)} s has no {what}{has_no_time}."
        )
        note = f"BORIS has no {what}{has_no_time} for this state."
        self._add(known, known.time_ns, known.time_ns, source, taken, kind=Kind.INTERVAL, note=note)

    def _take_state(self, start: Event, stop: Event, source: Source, taken: Taken) -> None:
        if start.time_ns is None or stop.time_ns is None:
            raise ValueError("a state needs both its times")
        if stop.time_ns < start.time_ns:
            source.refuse(
                f"{self.named(start)} starts at {_short_seconds(start.time_ns)} s and stops before "
                f"that, at {_short_seconds(stop.time_ns)} s; mend it in BORIS",
                where=self._where(start),
            )
        self._add(start, start.time_ns, stop.time_ns, source, taken, kind=Kind.INTERVAL, stop=stop)

    def _add(
        self,
        event: Event,
        start_ns: int,
        end_ns: int,
        source: Source,
        taken: Taken,
        *,
        kind: Kind,
        stop: Event | None = None,
        note: str = "",
    ) -> None:
        number = self.media.file_at(start_ns)
        if number is None:
            source.refuse(
                f"{self.named(event)} at {_short_seconds(start_ns)} s is in none of its files, or "
                f"in more than one of {', '.join(self.media.files)}",
                where=self._where(event),
            )
        file_ns = self.media.file_time(start_ns, number)
        stop_ns = self.media.file_time(end_ns, number)
        if not self.media.holds(stop_ns, number):
            source.refuse(
                f"{self.named(event)} starts in {self.media.files[number]} and stops in another "
                "file; stop it in BORIS at the end of the first and start it again in the next",
                where=self._where(event),
            )
        # BORIS itself rounds to milliseconds, but takes over what others have written finer.
        is_finer = start_ns % MS != 0 or end_ns % MS != 0
        taken.rows.append(
            TimelineRow(
                number=len(taken.rows) + 1,
                where=self._where(event, stop),
                code=event.code,
                start_ns=file_ns,
                end_ns=stop_ns,
                media_file=self.media.files[number],
                kind=kind,
                speaker=event.subject or None,
                text=event.comment or None,
                note=(stop.comment if stop else note) or None,
                attributes=self._attributes(event) or None,
                resolution_ns=1 + self.rounded_ns if is_finer else None,
            )
        )

    def _attributes(self, event: Event) -> dict[str, str]:
        names = list(self.attributes.get(event.code, ()))
        names += [f"modifier {n}" for n in range(len(names) + 1, len(event.modifiers) + 1)]
        return {
            name: value
            for name, value in zip(names, event.modifiers, strict=False)
            if value not in ("", NO_MODIFIER) and not value.startswith(OVERLAP)
        }

    def _where(self, event: Event, stop: Event | None = None) -> str:
        which = f"{self.unit} {event.number}"
        if stop is not None and stop.number != event.number:
            which = f"{self.unit}s {event.number}, {stop.number}"
        return f"observation {self.name}, {which}"

    def named(self, event: Event) -> str:
        """In words: behaviour, modifiers, subject and observation."""
        chosen = ", ".join(one for one in event.modifiers if one and one != NO_MODIFIER)
        with_these = f" ({chosen})" if chosen else ""
        return (
            f"“{event.code}”{with_these} of {event.subject or 'no subject'} in the observation "
            f"“{self.name}”"
        )


def paired(events: Iterable[Event]) -> list[Event | Span]:
    """Points, and states by their starts and stops, in the order in which they begin."""
    found: list[Event | Span | None] = []
    opened: dict[tuple[str, str, tuple[str, ...]], tuple[int, Event]] = {}
    for event in events:
        key = (event.subject, event.code, event.modifiers)
        if event.status is Status.POINT:
            found.append(event)
        elif event.status is Status.START:
            if key in opened:
                _close(found, *opened[key], stop=None)
            opened[key] = (len(found), event)
            found.append(None)
        elif key in opened:
            _close(found, *opened.pop(key), stop=event)
        else:
            found.append(Span(start=None, stop=event))
    for place, start in opened.values():
        _close(found, place, start, stop=None)
    return [one for one in found if one is not None]


def _close(
    found: list[Event | Span | None], place: int, start: Event, *, stop: Event | None
) -> None:
    found[place] = Span(start=start, stop=stop)


def _has_times(span: Span) -> bool:
    return all(one is not None and one.time_ns is not None for one in (span.start, span.stop))


def nanoseconds(seconds: object) -> int | None:
    """Of a number or its text, rounded half to even to the nanosecond; None for what is said to be
    no time: NA, NaN, blank. Raises `ValueError` for what is no time of footage."""
    if seconds is None or (isinstance(seconds, str) and seconds.strip().casefold() in _NO_TIME):
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | str | Decimal):
        raise ValueError("a time is not a number of seconds")
    if isinstance(seconds, str) and len(seconds) > _LONGEST_NUMBER:
        raise ValueError("a time is not a number of seconds")
    try:
        value = Decimal(seconds)
    except InvalidOperation as error:
        raise ValueError(f"{seconds!r} is not a number of seconds, such as 36.203") from error
    if not value.is_finite() or abs(value) > _MOST_SECONDS:
        raise ValueError("a time is longer than any footage")
    scaled = _EXACT.multiply(value, Decimal(NS))
    return int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN, context=_EXACT))


def file_name(path: str) -> str:
    """Behind the last slash of either kind."""
    return PurePosixPath(path.replace("\\", "/")).name


def plain(text: str, source: Source, where: str) -> str:
    """The text itself. Raises `ExchangeError` where it has what no project can keep."""
    if NO_TEXT.search(text):
        source.refuse("there is a NUL or half of a pair of characters", where=where)
    return text


def _short_seconds(time_ns: int) -> str:
    """With the decimals it needs, at least three."""
    text = seconds_text(time_ns)
    return text[:-6] + text[-6:].rstrip("0")
