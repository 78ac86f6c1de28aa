"""Files that are larger than any timeline, and files that are none, are refused before they are
parsed, in words that say what to do."""

from pathlib import Path

import pytest

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats

_JSON = b'{"schema":"urn:bodycam-annotator:timeline:1","tags":['


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"code,start_s\n" + b"\n" * 2_000_000, "more than 200000 rows; split it"),
        ("a.csv", b"code,start_s\n" + b"a,1\n" * 300_000, "more than 200000 rows; split it"),
        ("a.csv", b"code,start_s\n" + b"," * 9_000_000, "more than 8000000 cells; split it"),
        ("a.json", _JSON + b"[]," * 2_000_000 + b"[]]}", "than 200000 tags would; split it"),
        ("a.json", _JSON + b"{}]}", "its tags have none of a tag's keys"),
        ("a.json", b"{}", "so it is no timeline in JSON"),
        ("a.otio", b'{"a":[' + b"[]," * 2_000_000 + b"[]]}", "more than 400000 objects and lists"),
        ("a.ods", b"PK", "open it in the program that it is of and save it as XLSX"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "is no text but another kind of file"),
        ("a.srt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "is no text but another kind of file"),
    ],
)
def test_refused_in_words(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ExchangeError, match=said) as caught:
        formats.read(path, formats.format_to_read(path))
    assert "CSV UTF-8" not in str(caught.value)


def test_a_sidecar_that_is_none_of_ours_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("code,start_s\nshot,1\n", encoding="utf-8")
    (tmp_path / "a.csv.json").write_bytes(b"[" * (17 * 1024 * 1024))
    with pytest.raises(ExchangeError, match=r"a\.csv\.json is larger than 16 MB"):
        formats.read(path, formats.format_to_read(path))


# As BORIS 7 writes them (export_observation.py and export_events.py of that time).
OLD_TABULAR = (
    "Observation id,one\n\nMedia file(s)\n\nPlayer #1,x/a.mp4\n\nObservation date,2019-01-01\n"
    "Description,\nTime offset (s),0\n\n"
    "Time,Media file path,Total length,FPS,Subject,Behavior,Behavioral category,Comment,Status\n"
    "1.5,x/a.mp4,90,25,,walk,,,START\n"
)
OLD_AGGREGATED = (
    "Observation id,Observation date,Description,Media file,Total length,FPS,Subject,Behavior,"
    "Behavioral category,Modifiers,Behavior type,Start (s),Stop (s),Duration (s),Comment start,"
    "Comment stop\none,2019-01-01,,a.mp4,90,25,,walk,,,STATE,1,2,1,,\n"
)


@pytest.mark.parametrize("text", [OLD_TABULAR, OLD_AGGREGATED])
def test_old_tables_of_boris_are_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "events.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExchangeError, match="a table of events of BORIS 7 or older"):
        formats.read(path, formats.format_to_read(path))
