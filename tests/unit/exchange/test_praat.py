"""TextGrids as written, opened with praatio; as read back, as Praat writes them in its two forms
and encodings, and files that are none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from praatio import textgrid

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange.format import Content, Source
from bodycam_annotator.exchange.praat import read, write
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.project import Project
from bodycam_annotator.timing import NS
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project, projects


def written(any_project: Project, **how: object) -> bytes:
    return b"".join(write(Content(project=any_project, **how)))  # type: ignore[arg-type]


def parsed(data: bytes | str) -> Timeline:
    data = data.encode() if isinstance(data, str) else data
    return read(Source(path=Path("a.TextGrid"), data=data))


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(any_project=projects())
def test_what_is_written_is_read_back_but_for_what_is_said_to_be_lost(any_project: Project) -> None:
    first_ns = any_project.footage["f1"].first_ns
    every = any_project.tags.values()
    assume(
        all(max(abs(t.start_ns - first_ns), abs(t.end_ns - first_ns)) < 97_200 * NS for t in every)
    )
    wanted = [
        (
            tag.start_ns - first_ns,
            tag.end_ns - first_ns,
            tag.code,
            lines(tag.speaker),
            lines(tag.text) if tag.text.strip() and tag.text != tag.code else "",
        )
        for tag in every
    ]
    timeline = parsed(written(any_project))
    assert sorted(
        (row.start_ns, row.end_ns, row.code, row.speaker or "", row.text or "")
        for row in timeline.rows
    ) == sorted(wanted)
    assert (timeline.resolution_ns, timeline.foreign) == (0, True)


def test_praatio_opens_it(tmp_path: Path) -> None:
    overlapping = replace(TAG, id="t2", start_ns=TAG.start_ns + 1, text='She said "no"\n!')
    short = replace(TAG, id="t3", start_ns=TAG.end_ns, end_ns=TAG.end_ns + 1, text="")
    shots = [
        replace(TAG, id=f"s{n}", code="shot", end_ns=TAG.start_ns, speaker="", text="")
        for n in range(2)
    ]
    path = tmp_path / "a.TextGrid"
    path.write_bytes(written(project(TAG, overlapping, short, *shots)))
    grid = textgrid.openTextgrid(str(path), includeEmptyIntervals=False, reportingMode="error")
    assert (grid.minTimestamp, grid.maxTimestamp) == (0, 4)
    assert {tier.name: [tuple(one) for one in tier.entries] for tier in grid.tiers} == {
        "shot": [(1.200000001, "shot")],
        "shot #2": [(1.200000001, "shot")],
        "utterance@Officer 1": [
            (1.200000001, 2.200000001, "Put your gun down"),
            (2.200000001, 2.200000002, "utterance"),
        ],
        "utterance #2@Officer 1": [(1.200000002, 2.200000001, 'She said "no"\n!')],
    }


def test_nothing_to_write_is_a_tier_without_points(tmp_path: Path) -> None:
    path = tmp_path / "a.TextGrid"
    path.write_bytes(written(project()))
    (tier,) = textgrid.openTextgrid(str(path), includeEmptyIntervals=True).tiers
    assert (tier.name, tier.entries) == ("tags", ())
    assert parsed(path.read_bytes()).rows == ()


def test_sound_before_the_first_frame_is_negative() -> None:
    early = replace(TAG, start_ns=FOOTAGE.first_ns - 21_333_333)
    data = written(project(early))
    assert data.startswith(
        b'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = -0.021333333 \n'
    )
    assert [row.start_ns for row in parsed(data).rows] == [-21_333_333]


def test_each_camera_has_tiers_of_its_own() -> None:
    both = project(TAG, replace(TAG, id="t2", footage_id="f2", start_ns=1_100_000_000))
    both = replace(
        both,
        cameras={**both.cameras, "c2": replace(CAMERA, id="c2", name="Officer\\@2@x")},
        footage={**both.footage, "f2": replace(FOOTAGE, id="f2", camera_id="c2", first_ns=0)},
    )
    assert [(row.camera, row.speaker, row.start_ns) for row in parsed(written(both)).rows] == [
        ("Officer\\@2@x", "Officer 1", 1_100_000_000),
        ("Officer 1", "Officer 1", 1_200_000_001),
    ]


def test_text_that_no_file_can_hold_is_refused_and_stopping_stops() -> None:
    with pytest.raises(ExchangeError, match="text of tag 't1'"):
        written(project(replace(TAG, text="\ud800")))
    with pytest.raises(Cancelled):
        written(project(TAG), cancelled=lambda: True)


# Praat's manual, “TextGrid file formats”: the long form and the short one of the same.
LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2.3
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "Mary"
        xmin = 0
        xmax = 2.3
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 0.7
            text = ""
        intervals [2]:
            xmin = 0.7
            xmax = 1e0
            text = " she said ""item [1]"" \u00e9 "
        intervals [3]:
            xmin = 1
            xmax = 2.3
            text = "two
lines ! and 3 numbers <exists>"
    item [2]:
        class = "TextTier"
        name = "bell@John"
        xmin = 0
        xmax = 2.3
        points: size = 2
        points [1]:
            number = 0.5000000005
            mark = "ding ""IntervalTier"" "
        points [2]:
            number = 2
            mark = ""
"""
SHORT = """File type = "ooTextFile"
"TextGrid"

0
2.3 ! the end of "it
<exists>
2
"IntervalTier" "Mary" 0 2.3 3
0 0.7 ""
0.7 1.0 " she said ""item [1]"" \u00e9 "
1 2.3 "two
lines ! and 3 numbers <exists>"
"TextTier"
"bell@John"
0
2.3
2
0.5000000005
"ding ""IntervalTier"" "
2
""
"""


@pytest.mark.parametrize("text", [LONG, SHORT, LONG.replace("\n", "\r\n")])
@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    ],
)
def test_as_praat_writes_them(text: str, encoded: Callable[[str], bytes]) -> None:
    assert [
        (row.where, row.start_ns, row.end_ns, row.code, row.speaker, row.text)
        for row in parsed(encoded(text)).rows
    ] == [
        ("tier Mary, interval 2", 7 * NS // 10, NS, "Mary", None, ' she said "item [1]" é '),
        (
            "tier Mary, interval 3",
            NS,
            23 * NS // 10,
            "Mary",
            None,
            "two\nlines ! and 3 numbers <exists>",
        ),
        (
            "tier bell@John, point 1",
            500_000_000,
            500_000_000,
            "bell",
            "John",
            'ding "IntervalTier" ',
        ),
        ("tier bell@John, point 2", 2 * NS, 2 * NS, "bell", "John", None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ooTextFile", "ooBinaryFile", "it is no text file of Praat"),
        ('"TextGrid"', '"PitchTier"', "line 2: it holds a PitchTier|holds a PitchTier"),
        ("<exists>", "", "line 7: it does not say whether it has tiers"),
        ("size = 2\n", "size = two\n", "does not say how many tiers"),
        ("size = 2\n", f"size = {'9' * 5000}\n", "line 7: it does not say how many tiers"),
        ("size = 2\n", "size = 999999\n", "line 7: there are 999999 where 10000 are the most"),
        ("size = 3\n", "size = 999999\n", "line 14: there are 999999 where 240000 are"),
        ("size = 2\nitem", "size = 3\nitem", "line 39: it ends where a tier's class should be"),
        ('"TextTier"', '"WordTier"', "line 29: a tier is an IntervalTier or a TextTier"),
        ("xmax = 0.7", "xmax = NaN", "line 18: the end of an interval is missing"),
        ("xmax = 0.7", "xmax = 1e99", "line 17: '1e99' is longer than any footage"),
        ("xmax = 1e0", "xmax = 0.6", "an interval ends before it starts"),
        ('mark = ""', 'mark = "', "a text begins that has no closing quote"),
        ('mark = ""', "mark", "it ends where a label should be"),
        ("Mary", "Ma\0ry", "there is a NUL"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(old: str, new: str, said: str) -> None:
    assert old in LONG
    with pytest.raises(ExchangeError, match=said):
        parsed(LONG.replace(old, new))


def test_more_than_can_be_read_in_time_is_refused() -> None:
    head = 'File type = "ooTextFile" "TextGrid" 0 1 <exists> 2 '
    points = '"TextTier" "a" 0 1 120001 ' + '0 "" ' * 120_001
    with pytest.raises(ExchangeError, match="more than 120000 labels"):
        parsed(head + points)
    gaps = '"IntervalTier" "a" 0 1 200000 ' + '0 0 "" ' * 200_000
    with pytest.raises(ExchangeError, match="more than 240000 entries"):
        parsed(head + gaps * 2)


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xff\xfe\0\0", b"", b"{}", b"\xe9"])
def test_what_is_no_text_of_praat_is_refused(data: bytes) -> None:
    with pytest.raises(ExchangeError):
        parsed(data)


def test_times_of_others_are_as_exact_as_they_are_written() -> None:
    text = (
        'File type = "ooTextFile"\n"TextGrid"\n0 9 <exists> 1 "IntervalTier" "A" 0 9 3\n'
        '0 1.25 "a" 1.25 2.123456789012 "b" 2.123456789012 9e0 "c"\n'
    )
    assert [row.resolution_ns for row in parsed(text).rows] == [NS // 100, NS // 100, NS]
    assert {row.resolution_ns for row in parsed(written(project(TAG))).rows} == {0}
