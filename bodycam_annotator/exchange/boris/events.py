"""BORIS's tables of events: tabular, a row for each event, and aggregated, one for each state.

Their columns are those of BORIS 8 and 9 (export_observation.py, `export_tabular_events`, and
export_events.py, `export_aggregated_events`), without independent variables.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange.boris.observation import NO_SUBJECT, Status
from bodycam_annotator.exchange.boris.tables import (
    AGGREGATED_TIMES,
    TABULAR_TIMES,
    read_events,
    recognises,
)
from bodycam_annotator.exchange.boris.writing import (
    LOSES,
    Coded,
    Ethogram,
    Views,
    by_footage,
    frame_rate,
    observed,
)
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.tables.csv_timeline import quoted
from bodycam_annotator.exchange.tables.spreadsheet import defused, guarded
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.model.tag import NO_TEXT, Tag
from bodycam_annotator.timing import seconds_text

MAX_BYTES = 64 * 1024 * 1024
"""Two hundred thousand events take about 50 MB."""

NA = "NA"
_BEGIN = ("Observation id", "Observation date", "Description")


def write_tabular(content: Content, comma: str) -> Iterator[bytes]:
    """A row for each start, stop and mark. Raises `ExchangeError`, `Cancelled`."""
    ethogram, views = Ethogram(content), Views(content)
    width = _most_modifiers(ethogram)
    rows: list[list[str]] = []
    for footage, tags in by_footage(content):
        events: list[tuple[int, list[str]]] = []
        about = _about(footage, tags, views)
        head = [about[name] for name in _head_of(TABULAR_TIMES)]
        for tag in tags:
            one = ethogram.coded(tag, footage)
            middle = _coded_cells(one, ethogram, width)
            first = Status.START if one.is_state else Status.POINT
            halves = [(first, one.start_ns, tag.start_frame, tag.text)]
            if one.is_state:
                halves.append((Status.STOP, one.end_ns, tag.end_frame, tag.note))
            for status, time_ns, frame, comment in halves:
                tail = [
                    *(status.value, seconds_text(time_ns), about["Media file name"]),
                    *(_or_na(frame), NA, comment),
                ]
                events.append((time_ns, [*head, tag.speaker, *middle, *tail]))
        events.sort(key=lambda event: event[0])
        rows += [row for _, row in events]
    return _table([*_tabular_columns(width)], rows, content, comma)


def write_aggregated(content: Content, comma: str) -> Iterator[bytes]:
    """A row for each state and mark. Raises `ExchangeError`, `Cancelled`."""
    ethogram, views = Ethogram(content), Views(content)
    width = _most_modifiers(ethogram)
    rows: list[list[str]] = []
    for footage, tags in by_footage(content):
        about = _about(footage, tags, views) | {"Observation type": "Media file"}
        head = [about[name] for name in _head_of(AGGREGATED_TIMES)]
        spans: Counter[str] = Counter()
        for tag in tags:
            spans[tag.speaker] += tag.end_ns - tag.start_ns
        for tag in tags:
            one = ethogram.coded(tag, footage)
            subject = [tag.speaker or NO_SUBJECT, seconds_text(spans[tag.speaker])]
            length = seconds_text(one.end_ns - one.start_ns) if one.is_state else NA
            last_frame = tag.end_frame if one.is_state else tag.start_frame
            tail = [
                "STATE" if one.is_state else "POINT",
                *(seconds_text(one.start_ns), seconds_text(one.end_ns), length),
                *(about["Media file name"], _or_na(tag.start_frame), _or_na(last_frame), NA, NA),
                *(tag.text, tag.note if one.is_state else ""),
            ]
            rows.append([*head, *subject, *_coded_cells(one, ethogram, width), *tail])
    return _table([*_aggregated_columns(width)], rows, content, comma)


def _head_of(kind: Sequence[str]) -> tuple[str, ...]:
    if kind is TABULAR_TIMES:
        middle = ("Observation duration", "Observation type", "Source", "Time offset (s)")
        return (*_BEGIN, *middle, "Media duration (s)", "FPS")
    middle = ("Observation type", "Source", "Time offset (s)", "Coding duration")
    return (*_BEGIN, *middle, "Media duration (s)", "FPS (frame/s)")


def _tabular_columns(width: int) -> Iterator[str]:
    yield from (*_head_of(TABULAR_TIMES), "Subject", "Behavior", "Behavioral category")
    yield from (f"Modifier #{n + 1}" for n in range(width))
    yield from ("Behavior type", "Time", "Media file name", "Image index", "Image file path")
    yield "Comment"


def _aggregated_columns(width: int) -> Iterator[str]:
    yield from (*_head_of(AGGREGATED_TIMES), "Subject")
    yield from ("Observation duration by subject by observation", "Behavior", "Behavioral category")
    yield from (f"Modifier #{n + 1}" for n in range(width))
    yield from ("Behavior type", *AGGREGATED_TIMES, "Duration (s)", "Media file name")
    yield from ("Image index start", "Image index stop")
    yield from ("Image file path start", "Image file path stop", "Comment start", "Comment stop")


def _about(footage: Footage, tags: Sequence[Tag], views: Views) -> dict[str, str]:
    """What the rows of one observation have alike."""
    players = views.players(footage)
    paths = [views.path_of(one) for one, _ in players]
    length = seconds_text(footage.end_ns - footage.first_ns)
    rates = "|".join(frame_rate(one) for one, _ in players)
    return {
        "Observation id": views.names[footage.id],
        "Observation date": observed(tags).replace("T", " "),
        "Description": "",
        "Observation duration": length,
        "Observation type": "Media file(s)",
        "Source": "|".join(f"player #{n}:{path}" for n, path in enumerate(paths, 1)),
        "Time offset (s)": "0.0",
        "Coding duration": length,
        "Media duration (s)": "|".join(
            seconds_text(one.end_ns - one.first_ns) for one, _ in players
        ),
        "FPS": rates,
        "FPS (frame/s)": rates,
        "Media file name": paths[0],
    }


def _coded_cells(one: Coded, ethogram: Ethogram, width: int) -> list[str]:
    code = one.tag.code
    modifiers = [*one.modifiers, *[""] * (width - len(one.modifiers))]
    return [code, ethogram.codes[code].group, *modifiers]


def _most_modifiers(ethogram: Ethogram) -> int:
    used = {tag.code for tag in ethogram.content.tags}
    return max((len(ethogram.modifiers[code]) for code in used), default=0)


def _or_na(frame: int | None) -> str:
    return NA if frame is None else str(frame)


def _defused_field(text: str) -> str:
    return quoted(guarded(defused(text)))


_KEPT = 512
_NUMBERS = ("Time", "Start (s)", "Stop (s)", "Duration (s)")


def _table(
    columns: list[str], rows: list[list[str]], content: Content, comma: str
) -> Iterator[bytes]:
    # Most texts are on many rows.
    as_text = lru_cache(maxsize=_KEPT)(quoted if content.raw else _defused_field)
    fields = [str if name in _NUMBERS else as_text for name in columns]
    lines = [comma.join(map(quoted, columns))]
    lines += (
        comma.join([field(cell) for field, cell in zip(fields, row, strict=True)]) for row in rows
    )
    # With the line ends of BORIS.
    text = "".join(f"{line}\r\n" for line in lines)
    if NO_TEXT.search(text):
        raise ExchangeError(
            "A text holds a character that no CSV file can (NUL, or half of a pair); edit it and "
            "export again."
        )
    yield text.encode()


_TABLE_LOSES = (
    *LOSES,
    "The columns of modifiers do not say which attribute a value is of: read back, values are of "
    "“modifier 1”, “modifier 2” and so on, by their places among the attributes of their code, "
    "whatever these were called.",
    f"A speaker who is called “{NO_SUBJECT}” is none when it is read back.",
)


def _format(
    name: str, title: str, write: Callable[..., Iterator[bytes]], *, tabs: bool = False
) -> Format:
    return Format(
        name=f"{name}-tsv" if tabs else name,
        title=f"{title} with tabs" if tabs else title,
        endings=(".tsv" if tabs else ".csv",),
        loses=_TABLE_LOSES,
        write=partial(write, comma="\t" if tabs else ","),
        read=read_events,
        recognises=recognises,
        max_bytes=MAX_BYTES,
    )


_TABULAR = ("boris-events", "BORIS tabular events", write_tabular)
_AGGREGATED = ("boris-aggregated", "BORIS aggregated events", write_aggregated)

TABULAR, TABULAR_TSV = _format(*_TABULAR), _format(*_TABULAR, tabs=True)
AGGREGATED, AGGREGATED_TSV = _format(*_AGGREGATED), _format(*_AGGREGATED, tabs=True)
