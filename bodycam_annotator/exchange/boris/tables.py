"""Reading BORIS's tables: tabular, a row for each event, and aggregated, one for each state.

Columns are those of BORIS 8 and 9 (export_observation.py, `export_tabular_events`, and
export_events.py, `export_aggregated_events`); between “FPS” and “Subject” there may be independent
variables, which are not read. Either table is known by its columns, with commas or tabs.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from bodycam_annotator.exchange.boris.observation import (
    COLUMNS_GIVEN,
    MOST_EVENTS,
    MOST_FILES,
    MOST_MODIFIERS,
    MOST_OBSERVATIONS,
    MS,
    NO_MODIFIER,
    NO_SUBJECT,
    Event,
    Media,
    Observation,
    Span,
    Status,
    Taken,
    file_name,
    nanoseconds,
    paired,
)
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.tables.csv_reading import believed, records_of
from bodycam_annotator.exchange.tables.spreadsheet import restored, restored_within
from bodycam_annotator.exchange.timeline import Timeline

TABULAR_TIMES = ("Time",)
AGGREGATED_TIMES = ("Start (s)", "Stop (s)")

_ALWAYS = ("Observation id", "Source", "Subject", "Behavior", "Behavior type")
_USED = frozenset(
    (
        *_ALWAYS,
        *TABULAR_TIMES,
        *AGGREGATED_TIMES,
        *("Observation type", "Time offset (s)", "Media duration (s)"),
        *("Comment", "Comment start", "Comment stop", "Modifiers"),
    )
)
_MODIFIER = re.compile(r"Modifier #?[0-9]{1,4}")
_PLAYER = re.compile(r"(?:\A|\|)player #[0-9]{1,2}:")
_MOST_COLUMNS = 1000
_TABULAR_STATUS = {one.value: one for one in Status}
_AGGREGATED_STATUS = {"POINT": Status.POINT, "STATE": Status.START}
_LONGEST_NAME = 1000
_OLD = frozenset({"Subject", "Behavior", "Total length", "FPS"})
_TELLING_BYTES = 4096


def read_events(source: Source) -> Timeline:
    """Either table. Raises `ExchangeError` that names the row that is wrong."""
    if _is_old(source.data[:_TELLING_BYTES]):
        source.refuse(
            "it is a table of events of BORIS 7 or older, which does not say enough; open the "
            "project in BORIS 8 or later and export the events again, or import the project"
        )
    records = _records(source)
    columns = _Columns.of(records[0], source)
    how = believed(source, records[1:])
    reading = _Reading(source=source, columns=columns, raw=how.raw, is_ours=how.is_ours)
    for number, record in enumerate(records[1:], 2):
        if any(record):
            reading.add(number, record)
    return reading.timeline(how.notice)


def _records(source: Source) -> list[list[str]]:
    header = source.text.partition("\n")[0]
    comma = max(",\t", key=header.count)
    if header.count(comma) >= _MOST_COLUMNS:
        source.refuse(f"it has more than {_MOST_COLUMNS} columns")
    if source.text.count("\n") > 4 * MOST_EVENTS:
        source.refuse(f"it has more than {4 * MOST_EVENTS} lines; split it")
    records = records_of(source, comma, most=MOST_EVENTS)
    if not records:
        source.refuse("it is empty")
    for number, record in enumerate(records, 1):
        if any(record) and len(record) != len(records[0]):
            source.refuse(
                f"there are {len(record)} cells under {len(records[0])} column names",
                where=f"row {number}",
            )
    if len(records) > MOST_EVENTS:
        source.refuse(f"it has more than {MOST_EVENTS} rows; split it")
    return records


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """Where the columns are that are read."""

    places: Mapping[str, int]
    modifiers: Sequence[int]

    @classmethod
    def of(cls, header: Sequence[str], source: Source) -> "_Columns":
        names = [name.strip() for name in header]
        counts = Counter(names)
        double = next((name for name in names if counts[name] > 1 and name in _USED), None)
        if double is not None:
            source.refuse(f"there are two columns “{double}”; rename the independent variable")
        wanted = AGGREGATED_TIMES if "Start (s)" in counts else TABULAR_TIMES
        for name in (*_ALWAYS, *wanted):
            if name not in counts:
                source.refuse(
                    f"there is no column “{name}”, as tables of events of BORIS 8 and later have; "
                    "export them again with one of these"
                )
        return cls(
            places={name: place for place, name in enumerate(names) if name in _USED},
            modifiers=[n for n, name in enumerate(names) if _MODIFIER.fullmatch(name)],
        )

    @property
    def are_aggregated(self) -> bool:
        return "Start (s)" in self.places


@dataclass(kw_only=True)
class _Found:
    """One observation's rows so far."""

    observation: Observation
    events: list[Event | Span] = field(default_factory=list)


@dataclass(kw_only=True)
class _Reading:
    source: Source
    columns: _Columns
    raw: bool
    is_ours: bool
    found: dict[tuple[str, ...], _Found] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    rounded: int = 0

    def add(self, number: int, record: Sequence[str]) -> None:
        row = _Row(number=number, record=record, reading=self)
        if not row.is_media():
            self.left_out[row.text("Observation id")] += 1
            return
        names = ("Observation id", "Source", "Time offset (s)", "Media duration (s)")
        key = tuple(row.text(name) for name in names)
        if key not in self.found:
            if len(self.found) >= MOST_OBSERVATIONS:
                row.refuse(f"there are more than {MOST_OBSERVATIONS} observations; split it")
            media = row.media()
            observation = Observation(
                name=key[0][:_LONGEST_NAME],
                media=media,
                unit="row",
                rounded_ns=(len(media.files) - 1) * MS,
            )
            self.found[key] = _Found(observation=observation)
        self.found[key].events += row.aggregated() if self.columns.are_aggregated else row.tabular()

    def timeline(self, notice: str) -> Timeline:
        taken = Taken(said=[notice] if notice else [])
        for one in self.found.values():
            if self.columns.are_aggregated:
                one.observation.take(one.events, self.source, taken)
            else:
                events = [event for event in one.events if isinstance(event, Event)]
                one.observation.take(paired(events), self.source, taken)
        for name, count in self.left_out.items():
            taken.said.append(
                f"Left out: {count} rows of the observation “{name[:100]}”, which has no media."
            )
        if not taken.rows and self.left_out:
            self.source.refuse(f"no row of it can be taken. {taken.notice()}")
        return Timeline(
            rows=tuple(taken.rows),
            columns=COLUMNS_GIVEN,
            resolution_ns=MS + self.rounded * MS,
            foreign=True,
            notice=taken.notice(),
        )


@dataclass(frozen=True, kw_only=True)
class _Row:
    number: int
    record: Sequence[str]
    reading: _Reading

    def text(self, name: str) -> str:
        place = self.reading.columns.places.get(name)
        return "" if place is None else self._cell(place)

    def is_media(self) -> bool:
        kind = self.text("Observation type").casefold()
        return kind.startswith("media") if kind else self.text("Source").startswith("player #")

    def media(self) -> Media:
        """Of player 1; where it has several files, its lengths say where each begins."""
        together = self._of_player_1("Source")
        if together.count(";") > MOST_FILES:
            self.refuse(f"player 1 has more than {MOST_FILES} files")
        lengths = self._of_player_1("Media duration (s)").split(";")
        files = together.split(";") if len(lengths) > 1 or not lengths[0] else [together]
        lengths_ns: list[int] = []
        if len(files) > 1:
            if len(files) != len(lengths):
                self.refuse(
                    "there are not as many media durations as files of player 1; import the BORIS "
                    "project instead"
                )
            lengths_ns = [self._seconds(one) or 0 for one in lengths]
            if min(lengths_ns) <= 0:
                self.refuse("a media duration is missing; import the BORIS project instead")
            self.reading.rounded = max(self.reading.rounded, len(files) - 1)
        return Media(
            files=tuple(map(file_name, files)),
            lengths_ns=tuple(lengths_ns),
            offset_ns=self._seconds(self.text("Time offset (s)")) or 0,
        )

    def tabular(self) -> list[Event]:
        status = self._status(_TABULAR_STATUS)
        return [self._event(status, self.text("Time"), self.text("Comment"))]

    def aggregated(self) -> list[Event | Span]:
        status = self._status(_AGGREGATED_STATUS)
        start = self._event(status, self.text("Start (s)"), self.text("Comment start"))
        if status is Status.POINT:
            return [start]
        stop = self._event(Status.STOP, self.text("Stop (s)"), self.text("Comment stop"))
        return [Span(start=start, stop=stop)]

    def refuse(self, why: str) -> NoReturn:
        self.reading.source.refuse(why, where=f"row {self.number}")

    def _event(self, status: Status, time: str, comment: str) -> Event:
        code, subject = self.text("Behavior").strip(), self.text("Subject")
        if not code:
            self.refuse("the column “Behavior” is blank")
        time_ns = self._seconds(time)
        return Event(
            number=self.number,
            time_ns=time_ns,
            subject="" if subject == NO_SUBJECT else subject,
            code=code,
            modifiers=self._modifiers(),
            comment=comment,
            status=status,
        )

    def _modifiers(self) -> tuple[str, ...]:
        """Each by its column; without those at the end that are blank."""
        together = self.text("Modifiers")
        values = [self._cell(place) for place in self.reading.columns.modifiers]
        if together.count("|") > MOST_MODIFIERS:
            self.refuse(f"it has more than {MOST_MODIFIERS} modifiers")
        values += together.split("|") if together else []
        while values and values[-1] in ("", NO_MODIFIER):
            values.pop()
        return tuple(values)

    def _status(self, known: Mapping[str, Status]) -> Status:
        said = self.text("Behavior type").strip().upper()
        if said not in known:
            self.refuse(f"the behavior type {said[:40]!r} is none of {', '.join(known)}")
        return known[said]

    def _of_player_1(self, name: str) -> str:
        text = self.text(name)
        if name == "Source":
            parts = _PLAYER.split(text)
            return parts[1] if len(parts) > 1 else text
        return text.partition("|")[0]

    def _cell(self, place: int) -> str:
        cell = self.record[place]
        if self.reading.raw:
            return cell
        return restored_within(cell) if self.reading.is_ours else restored(cell)

    def _seconds(self, text: str) -> int | None:
        try:
            return nanoseconds(text)
        except ValueError as error:
            self.refuse(str(error))


def recognises(beginning: bytes) -> bool:
    """Whether the first line has the columns that every such table has."""
    line = beginning.decode("utf-8-sig", errors="replace").splitlines()[:1]
    cells = re.split(r"[,\t]", line[0]) if line else []
    names = {cell.strip().strip('"') for cell in cells}
    if _is_old(beginning):
        return True
    return names.issuperset(_ALWAYS) and bool(names & {"Time", "Start (s)"})


def _is_old(beginning: bytes) -> bool:
    """Whether it is a table of BORIS 7 or older: its tabular events have a head of their own (an
    observation's id, date, files) above the columns, its aggregated ones no column “Source”."""
    text = beginning.decode("utf-8-sig", errors="replace")
    if not text.lstrip('"').startswith("Observation id"):
        return False
    for line in text.splitlines():
        names = {cell.strip().strip('"') for cell in re.split(r"[,\t]", line)}
        if names >= _OLD and names & {"Media file path", "Media file"} and "Source" not in names:
            return True
    return False
