"""The JSON timeline held against its published schema, and read back."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from bodycam_annotator import config
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.format import Content
from bodycam_annotator.exchange.tables.json_timeline import JSON, SCHEMA
from bodycam_annotator.exchange.timeline import COLUMNS, Timeline
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.project import Project
from tests.pace import assert_grows_no_faster
from tests.unit.exchange.projects import CODEBOOK, FOOTAGE, TAG, project, projects, row_wanted

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
few = settings(one_folder, max_examples=15)
PUBLISHED = config.assets_folder() / "schemas" / "timeline.schema.json"


@pytest.fixture(scope="module")
def schema() -> Any:  # noqa: ANN401 - any JSON
    return json.loads(PUBLISHED.read_text(encoding="utf-8"))


def written(project: Project, folder: Path, **how: Any) -> Path:  # noqa: ANN401 - as `Content`
    out = folder / "timeline.json"
    assert formats.write(Content(project=project, **how), out, JSON) == [out]
    return out


def read(folder: Path, text: str) -> Timeline:
    path = folder / "in.json"
    path.write_text(text, encoding="utf-8")
    return formats.read(path, formats.format_to_read(path))[1]


def tags(*entries: str) -> str:
    return f'{{"schema": "{SCHEMA}", "tags": [{", ".join(entries)}]}}'


@one_folder
@given(any_project=projects())
def test_what_is_written_is_read_back(any_project: Project, tmp_path: Path) -> None:
    path = written(any_project, tmp_path)
    assert formats.format_to_read(path) is JSON
    found = formats.read(path, JSON)[1]
    wanted = {tag.id: row_wanted(any_project, tag) for tag in any_project.tags.values()}
    assert {row.tag_id: replace(row, number=0, where="") for row in found.rows} == wanted
    assert [row.where for row in found.rows] == [f"tag {n + 1}" for n in range(len(wanted))]
    assert found.codebooks == {"book@2": CODEBOOK.source}
    assert (found.ignored, found.notice, found.foreign) == ((), "", False)
    if wanted:
        assert found.columns == {column.name for column in COLUMNS}


@few
@given(any_project=projects())
def test_what_is_written_is_as_published(any_project: Project, schema: Any, tmp_path: Path) -> None:  # noqa: ANN401
    said = json.loads(written(any_project, tmp_path).read_bytes())
    jsonschema.validate(said, schema)
    # Nothing is written that the schema does not tell of.
    assert said.keys() == schema["properties"].keys()
    parts = schema["properties"]
    for name in ("cameras", "footage"):
        for one in said[name]:
            assert one.keys() == parts[name]["items"]["properties"].keys()
    for tag in said["tags"]:
        assert tag.keys() == schema["$defs"]["tag"]["properties"].keys()


def test_the_schema_is_a_schema_and_means_what_the_columns_mean(schema: Any) -> None:  # noqa: ANN401
    jsonschema.Draft202012Validator.check_schema(schema)
    said = schema["$defs"]["tag"]["properties"]
    for column in COLUMNS:
        assert said[column.name]["description"] == column.meaning


def test_everything_is_in_it(tmp_path: Path) -> None:
    told = {FOOTAGE.id: Comparison(verified_utc="2026-01-02T03:04:05Z")}
    withdrawn = replace(TAG, id="t2", withdrawn=True)
    path = written(project(replace(TAG, origin="a.csv"), withdrawn), tmp_path, compared=told)
    said = json.loads(path.read_bytes())
    (tag,) = said["tags"]
    assert (tag["start_ns"], tag["start_s"], tag["uncertainty_ns"]) == (
        1_200_000_001,
        1.200000001,
        33_366_667,
    )
    assert (tag["attributes"], tag["origin"], tag["target"]) == (TAG.attributes, "a.csv", None)
    assert said["footage"][0]["verified"] is True
    assert said["footage"][0]["first_ns"] == 500_000_000
    assert said["cameras"][0]["sync_offset_ns"] is None
    assert said["account"]["audit_head"] == "cd" * 32
    assert said["account"]["written"] == {"rows": 1, "of_tags": 1, "raw": True}


def test_text_is_never_defused_and_always_literal(tmp_path: Path) -> None:
    text = "'=1+1\u202e\ud800\0"
    path = written(project(replace(TAG, text=text)), tmp_path)
    assert json.loads(path.read_bytes())["tags"][0]["text"] == text
    with pytest.raises(ExchangeError, match=r"tag 1: text has a NUL or half of a pair"):
        formats.read(path, JSON)


def test_one_line_a_tag(tmp_path: Path) -> None:
    path = written(project(TAG, replace(TAG, id="t2", text="a\nb")), tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    of_tags = lines[lines.index('"tags": [') + 1 : -2]
    assert [json.loads(line.rstrip(","))["tag_id"] for line in of_tags] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("start", "start_ns"),
    [
        ('"start_ns": 5', 5),
        ('"start_s": 1.5', 1_500_000_000),
        ('"start_s": 2', 2_000_000_000),
        ('"start_s": 1.20, "start_ns": 1200000000', 1_200_000_000),
        ('"start_s": null, "start_ns": -3', -3),
    ],
)
def test_code_and_start_are_enough(tmp_path: Path, start: str, start_ns: int) -> None:
    (row,) = read(tmp_path, tags(f'{{"code": "shot", {start}}}')).rows
    assert (row.start_ns, row.end_ns, row.text) == (start_ns, start_ns, None)


def test_keys_that_are_not_known_are_named(tmp_path: Path) -> None:
    one, other = '{"code":"shot","start_ns":1}', '{"code":"shot","start_s":2,"weather":[{}]}'
    found = read(tmp_path, tags(one, other))
    assert found.ignored == ("weather",)
    assert [row.start_ns for row in found.rows] == [1, 2_000_000_000]


WRONG = {
    "not json": ("{", "it is not JSON"),
    "a list": ("[]", 'does not say "schema"'),
    "another": ('{"schema": "other"}', 'does not say "schema"'),
    "no tags": (f'{{"schema": "{SCHEMA}"}}', "tags is no list"),
    "no object": (tags("1"), "tags is no list of objects"),
    "no code": (tags('{"start_ns": 1}'), "no column 'code'"),
    "no start": (tags('{"code": "shot"}'), "no column 'start_s'"),
    "null start": (tags('{"code": "shot", "start_s": null}'), "tag 1, column start_s: it is blank"),
    "nan": (tags('{"code": "shot", "start_s": NaN}'), "NaN is no number"),
    "infinity": (tags('{"code": "shot", "start_s": -Infinity}'), "-Infinity is no number"),
    "huge": (tags('{"code": "shot", "start_s": 1e999}'), "tag 1, column start_s: "),
    "huger": (tags('{"code": "shot", "start_s": 1e999999999}'), "not a number of seconds"),
    "hugest": (tags('{"code": "shot", "start_s": 1e99999999999999999999}'), "it is not JSON"),
    "digits": (tags(f'{{"code": "shot", "start_ns": {"9" * 30}}}'), "a number has 30 digits"),
    "64 bits": (tags(f'{{"code": "shot", "start_ns": {2**63}}}'), "not a whole number of nano"),
    "fraction": (tags('{"code": "shot", "start_ns": 1.5}'), "tag 1: start_ns is .*, not a whole"),
    "text": (tags('{"code": "shot", "start_s": "1"}'), "tag 1: start_s is '1', not"),
    "bool": (tags('{"code": "shot", "start_ns": true}'), "start_ns is True, not"),
    "frame": (tags('{"code": "shot", "start_frame": "1"}'), "start_frame is '1', not a whole"),
    "number": (tags('{"code": "shot", "start_ns": 1, "text": 5}'), "text is 5, not a text"),
    "object": (tags('{"code": "shot", "start_ns": 1, "note": {}}'), "note is {}, not a text"),
    "attributes": (
        tags('{"code": "shot", "start_ns": 1, "attributes": {"a": 1}}'),
        "attributes is .*, not an object of texts",
    ),
    "differ": (tags('{"code": "shot", "start_ns": 1, "start_s": 1}'), "start_s is not start_ns"),
    "twice": (tags('{"code": "shot", "code": "shot"}'), "'code' is there twice"),
    "same id": (
        tags(*['{"code": "shot", "start_ns": 1, "tag_id": "a"}'] * 2),
        "tag 2, column tag_id: tag 1 has the same",
    ),
    "kind": (tags('{"code": "shot", "start_ns": 1, "kind": "state"}'), "none of point, interval"),
    "books": (
        f'{{"schema": "{SCHEMA}", "tags": [], "codebooks": {{"a": 1}}}}',
        "no object of text",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(tmp_path: Path, name: str) -> None:
    text, said = WRONG[name]
    with pytest.raises(ExchangeError, match=said) as caught:
        read(tmp_path, text)
    assert len(str(caught.value)) < 300


_MB = 1024 * 1024
HOSTILE: dict[str, Callable[[int], str]] = {
    "deep": lambda size: "[" * size,
    "deep objects": lambda size: '{"a":' * (size // 5),
    "digits": lambda size: f'{{"schema": {"9" * size}}}',
    "fraction": lambda size: tags(f'{{"code": "shot", "start_s": 0.{"9" * size}}}'),
    "many": lambda size: tags(*["[]"] * (size // 4)),
    "doubles": lambda size: "{" + ",".join(f'"{n}":0' for n in (*range(size // 11), 0)) + "}",
    "word": lambda size: tags(f'{{"code": "shot", "start_ns": 1, "basis": "{"x" * size}"}}'),
    "names": lambda size: tags(*(f'{{"{n}": 0}}' for n in range(size // 17))),
}
"""Files of about so many bytes."""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_take_no_more_than_their_length(tmp_path: Path, name: str) -> None:
    def refused(size: int) -> None:
        with pytest.raises(ExchangeError) as caught:
            read(tmp_path, HOSTILE[name](size))
        assert len(str(caught.value)) < 300

    assert_grows_no_faster(refused, 2 * _MB)


def test_a_long_text_is_literal(tmp_path: Path) -> None:
    long = "x" * 10 * _MB
    text = tags(f'{{"code": "shot", "start_ns": 1, "text": "{long}"}}')
    assert read(tmp_path, text).rows[0].text == long
