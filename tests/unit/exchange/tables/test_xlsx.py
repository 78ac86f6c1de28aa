"""Workbooks as written, opened with openpyxl itself, and as other programs write them."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.tables.xlsx import XLSX
from bodycam_annotator.exchange.timeline import COLUMNS, Timeline
from bodycam_annotator.model.project import Project
from tests.unit.exchange.projects import FOOTAGE, TAG, project, projects, row_wanted

one_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MB = 1024 * 1024


def write(project: Project, out: Path, **how: Any) -> None:  # noqa: ANN401 - as `Content`
    formats.write(Content(project=project, **how), out, XLSX)


def read(path: Path, **how: Any) -> Timeline:  # noqa: ANN401 - as `formats.read`
    return formats.read(path, XLSX, **how)[1]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "timeline.xlsx"


@pytest.fixture
def theirs(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of another program, its first sheet's rows as given."""

    def made(*rows: list[object]) -> Path:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in rows:
            sheet.append(row)
        book.save(tmp_path / "theirs.xlsx")
        return tmp_path / "theirs.xlsx"

    return made


Theirs = Callable[..., Path]


@one_folder
@given(any_project=projects(), raw=st.booleans())
def test_what_is_written_is_read_back(any_project: Project, raw: bool, tmp_path: Path) -> None:
    write(any_project, tmp_path / "any.xlsx", raw=raw)
    found = read(tmp_path / "any.xlsx")
    assert found.columns == {column.name for column in COLUMNS}
    assert (found.notice, found.foreign, found.resolution_ns) == ("", False, 0)
    wanted = {tag.id: row_wanted(any_project, tag) for tag in any_project.tags.values()}
    assert {row.tag_id: replace(row, number=0) for row in found.rows} == wanted


@one_folder
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_every_text_is_kept(text: str, tmp_path: Path) -> None:
    write(project(replace(TAG, text=text)), tmp_path / "any.xlsx", raw=True)
    assert read(tmp_path / "any.xlsx").rows[0].text == (text or None)


@one_folder
@given(time_ns=st.integers(-(10**15), 10**15))
def test_seconds_are_numbers_as_far_as_spreadsheets_keep_them(time_ns: int, tmp_path: Path) -> None:
    start_ns = FOOTAGE.first_ns + time_ns
    write(project(replace(TAG, start_ns=start_ns, end_ns=start_ns)), tmp_path / "any.xlsx")
    assert read(tmp_path / "any.xlsx").rows[0].start_ns == time_ns
    cell = sheet_of(tmp_path / "any.xlsx").cell(2, 13)
    assert cell.data_type == ("n" if abs(time_ns) < 10**15 else "s")
    if cell.data_type == "n":
        # Excel and LibreOffice write 15 digits at the least.
        assert round(float(f"{cell.value:.15g}") * 10**9) == time_ns


def sheet_of(path: Path) -> Any:  # noqa: ANN401
    return openpyxl.load_workbook(path).worksheets[0]


def test_it_opens_with_a_frozen_header(out: Path) -> None:
    write(project(TAG), out)
    sheet = sheet_of(out)
    assert [cell.value for cell in sheet[1]] == [column.name for column in COLUMNS]
    assert sheet.freeze_panes == "A2"
    assert (sheet["M2"].value, sheet["S2"].value, sheet["T2"].value) == (1.200000001, 30, 54)
    assert sheet["K2"].value is None


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "#REF!", "#N/A", "+1", "-1", "@x"])
def test_no_text_is_a_formula(out: Path, text: str, raw: bool) -> None:
    write(project(replace(TAG, text=text, note=text)), out, raw=raw)
    with zipfile.ZipFile(out) as parts:
        assert b"<f" not in parts.read("xl/worksheets/sheet1.xml").replace(b"<font", b"")
    cell = sheet_of(out)["L2"]
    # openpyxl takes it for a formula again where it begins as one.
    assert cell.value == (text if raw or text[0] == "#" else f"'{text}")
    assert read(out).rows[0].text == text


def test_what_no_cell_can_hold_is_refused_by_name(out: Path) -> None:
    for text, said in (("a\0", "no file can"), ("x" * 32_768, "longer than 32767")):
        with pytest.raises(ExchangeError, match=f"note of tag 't1' .*{said}"):
            write(project(replace(TAG, note=text)), out)
        assert not out.exists()
    write(project(replace(TAG, note="x" * 32_767)), out)
    assert len(read(out).rows[0].note or "") == 32_767


def test_stopping_writes_nothing(out: Path) -> None:
    with pytest.raises(Cancelled):
        write(project(TAG), out, cancelled=lambda: True)
    assert list(out.parent.iterdir()) == []


def test_raw_is_known_without_the_sidecar_and_after_editing(out: Path) -> None:
    write(project(replace(TAG, text="'=x")), out, raw=True)
    out.with_name("timeline.xlsx.json").unlink()
    book = openpyxl.load_workbook(out)
    book.worksheets[0]["J2"] = "Officer 9"
    book.save(out)
    (row,) = read(out).rows
    assert (row.text, row.speaker) == ("'=x", "Officer 9")
    assert read(out, raw=False).rows[0].text == "=x"


def test_codebooks_come_with_the_sidecar_of_this_very_file(out: Path) -> None:
    write(project(TAG), out)
    assert list(read(out).codebooks) == ["book@2"]
    openpyxl.load_workbook(out).save(out)
    edited = read(out)
    assert not edited.codebooks
    assert edited.notice.startswith("timeline.xlsx was changed after timeline.xlsx.json was")


def test_a_table_of_another_program(theirs: Theirs) -> None:
    path = theirs(
        ["When", "What", "How long", "Sure", "Said"],
        [clock(0, 0, 36, 203000), "shot", 0, True, 5],
        [],
        [timedelta(hours=30), "cry", 1500, False, 2.5],
        [1.25, "cry", 0.5, None, datetime(2024, 10, 13, 23, 50)],
    )
    columns = {"start_s": "When", "code": "What", "duration_ms": "How long", "text": "Said"}
    found = read(path, columns=columns)
    assert [(row.number, row.code, row.start_ns, row.end_ns, row.text) for row in found.rows] == [
        (2, "shot", 36_203_000_000, 36_203_000_000, "5"),
        (4, "cry", 108_000_000_000_000, 108_001_500_000_000, "2.5"),
        (5, "cry", 1_250_000_000, 1_250_500_000, "2024-10-13T23:50:00"),
    ]
    assert found.ignored == ("Sure",)
    assert found.foreign


def test_only_the_first_sheet(theirs: Theirs) -> None:
    path = theirs(["code", "start_s"], ["shot", 1])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Second")
    book.save(path)
    assert read(path).notice == "Only the first sheet, Sheet, was read."


def test_formulas_are_not_calculated(theirs: Theirs) -> None:
    path = theirs(["code", "start_s"], ["shot", "=1+1"])
    with pytest.raises(ExchangeError, match=r"cell B2: it is a formula that was never calculated"):
        read(path)
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<v/>", "<v>2</v>"))
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<v />", "<v>2</v>"))
    assert read(path).rows[0].start_ns == 2_000_000_000


def changed(path: Path, part: str, how: Callable[[str], str]) -> None:
    with zipfile.ZipFile(path) as parts:
        every = {name: parts.read(name) for name in parts.namelist()}
    every[part] = how(every[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, data in every.items():
            parts.writestr(name, data)


def share(path: Path, text: str, shared: str, head: str = "") -> None:
    """Has the cell that says `text` say what is in the table of shared texts, as Excel does."""
    part = "xl/sharedStrings.xml"
    inline = f't="inlineStr"><is><t>{text}</t></is>'
    changed(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(inline, 't="s"><v>0</v>'))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    changed(path, "[Content_Types].xml", lambda xml: xml.replace("</Types>", entry))
    table = f'{head}<sst xmlns="{MAIN}"><si>{shared}</si></sst>'
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr(part, table)


def test_shared_and_rich_texts_with_escapes(theirs: Theirs) -> None:
    """As Excel has them: a literal escape has its underscore escaped (ECMA-376, 22.9.2.19)."""
    path = theirs(["code", "start_s", "text"], ["shot", 1, "here"])
    share(
        path,
        "here",
        "<r><t>a_x000D_\n</t></r><r><rPr><b/></rPr><t>_x005F_x000B_ _xD83D__xDE00_</t></r>",
    )
    assert read(path).rows[0].text == "a\r\n_x000B_ \U0001f600"
    changed(path, "xl/sharedStrings.xml", lambda xml: xml.replace("_x000D_", "_x0000_"))
    with pytest.raises(ExchangeError, match=r"row 2: there is a NUL"):
        read(path)


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ("<t>two &amp; three</t>", "<t>two &#38; three</t>"),
        ("<t>two &amp; three</t>", "<t><![CDATA[two & three]]></t>"),
        ("<t>two &amp; three</t>", "<t>two<!-- or --> &amp; three</t>"),
        ("<is><t>two &amp; three</t></is>", "<is><r><t>two </t></r><r><t>&amp; three</t></r></is>"),
        ("<v>1.5</v>", "<v> 1.5 </v>"),
        ("<sheetData>", "<sheetData >"),
        ("</sheetData>", '<row r="4"/></sheetData>'),
    ],
)
def test_what_spreadsheets_seldom_write_means_the_same(
    theirs: Theirs, usual: str, other: str
) -> None:
    path = theirs(["code", "start_s", "text"], ["shot", 1.5, "two & three"], ["cry", 0, "<&amp;>"])
    rows = read(path).rows
    assert [row.text for row in rows] == ["two & three", "<&amp;>"]
    assert rows[0].start_ns == 1_500_000_000

    def changing(xml: str) -> str:
        assert usual in xml
        return xml.replace(usual, other)

    changed(path, "xl/worksheets/sheet1.xml", changing)
    assert read(path).rows == rows


@pytest.mark.parametrize(
    "broken", ["</row>", "<c>", "</sheetData>", "<sheetData>", "]]>", "&nbsp;", "\x01", "</c>"]
)
@pytest.mark.parametrize(
    "before", ["<c ", "</row>", "</sheetData>", "<sheetViews>", "</worksheet>"]
)
def test_broken_xml_is_refused(theirs: Theirs, broken: str, before: str) -> None:
    path = theirs(["code", "start_s"], ["shot", 1])
    part = "xl/worksheets/sheet1.xml"
    changed(path, part, lambda xml: xml.replace(before, f"{broken}{before}", 1))
    with pytest.raises(ExchangeError, match=r"is not an Excel workbook|it is empty"):
        read(path)


def sheet(inside: str) -> str:
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("code", "start_s"))
    return f'<worksheet xmlns="{MAIN}">{inside.replace("HEAD", f"<row>{head}</row>")}</worksheet>'


ROW = '<row><c t="inlineStr"><is><t>shot</t></is></c><c><v>{}</v></c></row>'
HOSTILE = {
    "claims": (
        '<dimension ref="A1:XFD1048576"/><sheetData>HEAD</sheetData>',
        None,
    ),
    "far row": ('<sheetData>HEAD<row r="999999999999"/></sheetData>', "row 999999999999 comes"),
    "last row": ('<sheetData>HEAD<row r="1048576"/></sheetData>', None),
    "backward": (
        f'<sheetData>HEAD{ROW}<row r="2"/></sheetData>'.format(1),
        "row 2 comes after row 2",
    ),
    "far column": (
        '<sheetData>HEAD<row><c r="ZZZ2"><v>1</v></c></row></sheetData>',
        "more than 2000 columns",
    ),
    "far blanks": ('<sheetData>HEAD<row><c r="ZZZ2"/></row></sheetData>', None),
    "no number": (f"<sheetData>HEAD{ROW}</sheetData>".format("nan"), "is not an Excel workbook"),
    "infinite": (f"<sheetData>HEAD{ROW}</sheetData>".format("1e999"), "'inf' is not a number"),
    "digits": (f"<sheetData>HEAD{ROW}</sheetData>".format("9" * 300_000), "not an Excel workbook"),
    "deep": ("<x>" * 100_000 + "</x>" * 100_000, "is empty"),
    "many": ("<x/>" * 2_500_000, "more cells than"),
    "cells": (
        "<sheetData><row>" + '<c r="A1"/>' * 5_500_000 + "</row></sheetData>",
        "more cells than",
    ),
    "blanks": (" " * (10 * MB) + "<sheetData>HEAD</sheetData>", "text longer than any cell"),
    "long": ("<sheetData><row><c><v>" + "x" * (10 * MB) + "</v></c></row></sheetData>", "longer"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sheets(theirs: Theirs, name: str) -> None:
    inside, said = HOSTILE[name]
    path = theirs(["code", "start_s"])
    changed(path, "xl/worksheets/sheet1.xml", lambda _: sheet(inside))
    if said is None:
        assert read(path).rows == ()
    else:
        with pytest.raises(ExchangeError, match=re.escape(said)) as caught:
            read(path)
        assert len(str(caught.value)) < 400


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY b SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_are_refused(theirs: Theirs, shared: bool, declared: str) -> None:
    path = theirs(["code", "start_s"], ["shot", 1])
    head = f'<?xml version="1.0"?><!DOCTYPE x [{declared}]>'
    if shared:
        share(path, "shot", "<t>&b;</t>", head)
    else:
        changed(
            path,
            "xl/worksheets/sheet1.xml",
            lambda xml: head + re.sub(r"<\?xml.*?\?>", "", xml).replace("shot", "&b;"),
        )
    with pytest.raises(ExchangeError, match="it declares XML entities"):
        read(path)


def test_a_bomb_is_refused_before_it_is_unpacked(theirs: Theirs) -> None:
    path = theirs(["code", "start_s"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts, parts.open("b", "w") as bomb:
        for _ in range(520):
            bomb.write(bytes(MB))
    # What the archive says of its parts is enough, be they what they may.
    data = bytearray(path.read_bytes())
    at = data.index(b"b", data.rindex(b"PK\x03\x04") + 30) + 1
    data[at : at + 1000] = bytes(1000)
    path.write_bytes(data)
    with pytest.raises(ExchangeError, match="too large when it is unpacked"):
        read(path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 1000, "empty"])
def test_what_is_no_workbook(tmp_path: Path, data: bytes | str) -> None:
    if isinstance(data, str):
        empty = io.BytesIO()
        zipfile.ZipFile(empty, "w").close()
        data = empty.getvalue()
    (tmp_path / "in.xlsx").write_bytes(data)
    with pytest.raises(ExchangeError, match=r"in\.xlsx is not an Excel workbook"):
        read(tmp_path / "in.xlsx")
