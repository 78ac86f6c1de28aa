import re

import pytest
from hypothesis import given

from bodycam_annotator.exchange.tables.spreadsheet import (
    defused,
    guarded,
    restored,
    restored_within,
)
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


@given(texts)
def test_what_was_guarded_within_comes_back(text: str) -> None:
    assert restored_within(guarded(defused(text))) == text


@given(texts)
def test_no_part_of_a_guarded_text_runs(text: str) -> None:
    assert not re.search(f'[,;\t\r\n]"*[{re.escape("".join(RUNS[:4]))}]', guarded(text))


@pytest.mark.parametrize("text", ["x;=1+41;y", ",=1", 'a;"=1"', "a\n-b", "a;'@b", "\t=1"])
def test_what_other_separators_would_begin_a_cell_with_is_guarded(text: str) -> None:
    cells = re.split("[,;\t\n]", guarded(defused(text)))
    assert not any(re.match('"*[=@-]', cell) for cell in cells)
    assert restored_within(guarded(defused(text))) == text
