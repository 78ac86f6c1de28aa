"""Audacity's labels: as written, as read back, as Audacity writes them, and files that are none."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.audacity import FORMAT, read, write
from bodycam_annotator.exchange.format import Content, Source
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.project import Project
from bodycam_annotator.timing import NS
from tests.unit.exchange.projects import TAG, project, projects

FIRST_LINE = "1.200000001\t2.200000001\tutterance: [Officer 1] Put your gun down\n"


def written(any_project: Project) -> bytes:
    return b"".join(write(Content(project=any_project)))


def parsed(text: str | bytes) -> Timeline:
    data = text.encode() if isinstance(text, str) else text
    return read(Source(path=Path("labels.txt"), data=data))


def test_a_label() -> None:
    assert written(project(TAG)).decode() == FIRST_LINE
    shot = replace(TAG, code="shot", end_ns=TAG.start_ns, text="a\tb\r\nc", speaker="")
    assert written(project(shot)).decode() == "1.200000001\t1.200000001\tshot: a b  c\n"


@given(any_project=projects())
def test_what_is_written_is_read_back_but_for_what_is_said_to_be_lost(any_project: Project) -> None:
    timeline = parsed(written(any_project))
    tags = Content(project=any_project).tags
    first_ns = any_project.footage["f1"].first_ns
    assert timeline.resolution_ns == 0 or not tags
    for row, tag in zip(timeline.rows, tags, strict=True):
        assert (row.start_ns, row.end_ns) == (tag.start_ns - first_ns, tag.end_ns - first_ns)
        assert row.code == tag.code
        if not {"]", "\n", "\r", "\t"} & set(tag.speaker):
            assert (row.speaker or "", row.text or "") == (tag.speaker, spaced(tag.text))


def spaced(text: str) -> str:
    return re.sub("[\t\r\n]", " ", text)


def test_as_audacity_writes_them() -> None:
    # The manual's examples, “Importing and Exporting Labels”: points, regions, frequency ranges.
    timeline = parsed(
        "\ufeff1.000000\t1.000000\tThis point\r\n\\\t6928.456055\t6928.456055\r\n"
        "2,000000\t2,500000\tHigh\r\n\\\t-1.000000\t6334.588867\r\n"
        "3.000000\t3.500000\t\r\n\\\t-1.000000\t-1.000000\r\n"
        "4.5\tone-sided\r\n\r\n"
    )
    assert [(row.start_ns, row.end_ns, row.code, row.note, row.where) for row in timeline.rows] == [
        (10**9, 10**9, "This point", "Frequencies: 6928.456055 to 6928.456055 Hz", "line 1"),
        (2 * 10**9, 25 * 10**8, "High", "Frequencies: not set to 6334.588867 Hz", "line 3"),
        (3 * 10**9, 35 * 10**8, "label", None, "line 5"),
        (45 * 10**8, 45 * 10**8, "one-sided", None, "line 7"),
    ]
    assert [row.resolution_ns for row in timeline.rows] == [1000, 1000, 1000, NS // 10]


def test_tabs_in_a_label_stay() -> None:
    assert parsed("1\t2\tnote: a\tb\n").rows[0].text == "a\tb"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello\n", "line 1: 'hello' is not a number of seconds"),
        ("1.0\t2.0\ta\nnan\t3.0\tb\n", "line 2: 'nan' is not a number"),
        ("1.0\tInfinity\ta\n", "line 1: 'Infinity' is not a number"),
        ("2.0\t1.0\ta\n", "line 1: the label ends before it starts"),
        ("1e99\t1e99\ta\n", "line 1: '1e99' is longer than any footage"),
        ("1.000,5\t2\ta\n", "line 1: '1.000.5' is not a number"),
        ("\\\t1\t2\n", "line 1: there is a frequency range before the first label"),
        ("1\t2\ta\n\\\t1\n", "line 2: a frequency range is two numbers"),
        ("1\t2\ta\0\n", "line 1: there is a NUL"),
        (b"1\t2\t\xff\n", "is not UTF-8"),
        ("1\t2\ta\n" * 120_001, "has more than 120000 labels"),
        ("\n" * 400_000, "has more than 240002 lines"),
        ("9" * 5000, "longer|is not a number"),
    ],
)
def test_what_is_no_label_is_refused_by_its_line(text: str | bytes, said: str) -> None:
    with pytest.raises(ExchangeError, match=said):
        parsed(text)


def test_text_that_no_file_can_hold_is_refused_by_its_tag() -> None:
    with pytest.raises(ExchangeError, match="text of tag 't1'"):
        written(project(replace(TAG, text="\ud800")))


def test_labels_are_told_from_other_text_files(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text(FIRST_LINE, encoding="utf-8-sig")
    assert formats.format_to_read(path) is FORMAT
    assert FORMAT.recognises is not None
    assert not FORMAT.recognises(b"0001 Dear officer\t")


@pytest.mark.parametrize("speaker", ["A\nB", "A\tB", "A] B"])
def test_nobody_else_is_read_for_a_speaker_whose_name_does_not_fit(speaker: str) -> None:
    (row,) = parsed(written(project(replace(TAG, speaker=speaker)))).rows
    assert (row.speaker, row.text) == (
        None,
        f"{re.sub(chr(10) + '|' + chr(9), ' ', speaker)}: Put your gun down",
    )
