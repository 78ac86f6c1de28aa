import pytest
from hypothesis import given

from bodycam_annotator.exchange.tables.spreadsheet import defused, restored
from tests.unit.exchange.projects import texts

RUNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@given(texts)
def test_restored_takes_back_exactly_what_defused_did(text: str) -> None:
    assert restored(defused(text)) == text


@given(texts)
def test_no_defused_text_runs(text: str) -> None:
    assert not defused(text).startswith(RUNS)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("''\t=1", "'''\t=1"),
        ("\r\n=1", "'\r\n=1"),
        ("-5", "'-5"),
        ("\uff1d1", "'\uff1d1"),
        ("'tis", "'tis"),
        ("Get out!", "Get out!"),
        ("", ""),
    ],
)
def test_only_what_runs_gets_an_apostrophe(text: str, cell: str) -> None:
    assert defused(text) == cell
