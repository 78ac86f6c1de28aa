"""Reading a BORIS project's observations; its ethogram is read by `boris_ethogram`.

Format 7.0, as BORIS 7 to 9 write it (config.py, `MEDIA_PJ_EVENTS_FIELDS`): an event is a list of
time, subject, behaviour, modifiers with `|` between them, comment and, of late, the frame's number.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.boris.ethogram import ethogram_of, project_of
from bodycam_annotator.exchange.boris.observation import (
    COLUMNS_GIVEN,
    MOST_EVENTS,
    MOST_FILES,
    MOST_MODIFIERS,
    MOST_OBSERVATIONS,
    MS,
    Event,
    Media,
    Observation,
    Status,
    Taken,
    file_name,
    nanoseconds,
    paired,
    plain,
)
from bodycam_annotator.exchange.format import Source
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.codebook import Kind

MOST_UNPACKED = 32 * 1024 * 1024
"""A hundred thousand events take about 10 MB as BORIS writes them."""

_LONGEST_NAME = 1000


def read_project(source: Source) -> Timeline:
    """All events of observations of media, those of live ones and of pictures left out and named.

    Raises `ExchangeError` that says where the project is wrong.
    """
    try:
        project = project_of(source.data, most=MOST_UNPACKED)
        book = ethogram_of(project, source.path.name.split(".")[0]).codebook
    except ExchangeError as error:
        source.refuse(str(error))
    observations = project.get("observations") or {}
    if not isinstance(observations, dict):
        source.refuse("its observations are not an object")
    if len(observations) > MOST_OBSERVATIONS:
        source.refuse(f"it has more than {MOST_OBSERVATIONS} observations; split it")
    reading = _Reading(
        source=source,
        kinds={code.name: code.kind for code in book.codes},
        attributes={code.name: tuple(code.attributes) for code in book.codes},
    )
    for name, raw in observations.items():
        reading.take(name, raw)
    return reading.timeline()


@dataclass(kw_only=True)
class _Reading:
    source: Source
    kinds: Mapping[str, Kind]
    attributes: Mapping[str, Sequence[str]]
    taken: Taken = field(default_factory=Taken)
    unknown: Counter[str] = field(default_factory=Counter)
    events: int = 0

    def take(self, name: str, raw: Any) -> None:  # noqa: ANN401
        if len(name) > _LONGEST_NAME:
            self.source.refuse("an observation’s name is longer than any that BORIS takes")
        where = f"observation {plain(name, self.source, 'the name of an observation')}"
        if not isinstance(raw, dict):
            self.source.refuse("it is not an object", where=where)
        events = raw.get("events") or []
        if not isinstance(events, list):
            self.source.refuse("its events are not a list", where=where)
        self.events += len(events)
        if self.events > MOST_EVENTS:
            self.source.refuse(f"it has more than {MOST_EVENTS} events; export fewer observations")
        files = self._files(raw, where)
        if not files:
            if events:
                what = str(raw.get("type", ""))[:20]
                self.taken.said.append(
                    f"Left out: {len(events)} events of the observation “{name}” ({what}), which "
                    "has no file in player 1."
                )
            return
        observation = Observation(
            name=name, media=self._media(raw, files, where), attributes=self.attributes
        )
        observation.take(paired(self._events(events, where)), self.source, self.taken)

    def timeline(self) -> Timeline:
        for code, count in self.unknown.items():
            self.taken.said.append(
                f"“{code}” is not in the ethogram, so its {count} events are taken as marks."
            )
        if not self.taken.rows and self.taken.said:
            self.source.refuse(f"no event of it can be taken. {self.taken.notice()}")
        return Timeline(
            rows=tuple(self.taken.rows),
            columns=COLUMNS_GIVEN,
            resolution_ns=MS,
            foreign=True,
            notice=self.taken.notice(),
        )

    def _files(self, raw: Mapping[str, Any], where: str) -> list[str]:
        """Of player 1; none where the observation is live or of pictures."""
        players = raw.get("file")
        if raw.get("type") != "MEDIA" or not isinstance(players, dict):
            return []
        files = players.get("1") or []
        if not isinstance(files, list) or not all(isinstance(one, str) for one in files):
            self.source.refuse("the files of player 1 are not a list of names", where=where)
        if len(files) > MOST_FILES:
            self.source.refuse(f"player 1 has more than {MOST_FILES} files", where=where)
        return [plain(one, self.source, where) for one in files]

    def _media(self, raw: Mapping[str, Any], files: list[str], where: str) -> Media:
        info = raw.get("media_info")
        info = info if isinstance(info, dict) else {}
        lengths = self._each(info.get("length"), files, where, "length") if len(files) > 1 else []
        created: list[int] = []
        if raw.get("media_creation_date_as_offset") is True:
            said = info.get("media_creation_time")
            created = self._each(said, files, where, "time of creation, which BORIS added,")
        offset = raw.get("time offset")
        offset_ns = 0 if offset is None else self._time(offset, where)
        if offset_ns is None:
            self.source.refuse("its time offset is not a number", where=where)
        return Media(
            files=tuple(map(file_name, files)),
            lengths_ns=tuple(lengths),
            offset_ns=offset_ns,
            created_ns=tuple(created),
        )

    def _each(self, raw: Any, files: list[str], where: str, what: str) -> list[int]:  # noqa: ANN401
        """A time of each file, which the observation must have."""
        given = raw if isinstance(raw, dict) else {}
        found = []
        for name in files:
            time_ns = self._time(given.get(name), where)
            if time_ns is None or (what == "length" and time_ns <= 0):
                self.source.refuse(
                    f"the {what} of {file_name(name)} is missing, so it is not known where its "
                    "events are; open and save the observation in BORIS",
                    where=where,
                )
            found.append(time_ns)
        return found

    def _events(self, raw: list[Any], where: str) -> Iterator[Event]:
        """As BORIS has them: the first of a state with the same modifiers starts it, the second
        stops it, and so on."""
        times: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
        for number, one in enumerate(raw, 1):
            at = f"{where}, event {number}"
            if not isinstance(one, list) or len(one) < 4:
                self.source.refuse(
                    "it is not a list of time, subject, behaviour, modifiers", where=at
                )
            subject, code, modifiers, comment = (
                self._text(value, at) for value in (*one[1:5], *[""] * (5 - len(one)))
            )
            kind = self.kinds.get(code.strip())
            if not code.strip():
                self.source.refuse("it has no behaviour", where=at)
            if kind is None:
                self.unknown[code.strip()] += 1
            if modifiers.count("|") > MOST_MODIFIERS:
                self.source.refuse(f"it has more than {MOST_MODIFIERS} modifiers", where=at)
            parts = tuple(modifiers.split("|")) if modifiers else ()
            status = Status.POINT
            if kind is Kind.INTERVAL:
                key = (subject, code, parts)
                status = Status.STOP if times[key] % 2 else Status.START
                times[key] += 1
            yield Event(
                number=number,
                time_ns=self._time(one[0], at),
                subject=subject,
                code=code.strip(),
                modifiers=parts,
                comment=comment,
                status=status,
            )

    def _text(self, raw: Any, at: str) -> str:  # noqa: ANN401
        if raw is None:
            return ""
        if not isinstance(raw, str):
            self.source.refuse("its subject, behaviour, modifiers or comment is no text", where=at)
        return plain(raw, self.source, at)

    def _time(self, raw: Any, at: str) -> int | None:  # noqa: ANN401
        try:
            return nanoseconds(raw)
        except ValueError as error:
            self.source.refuse(str(error), where=at)
