"""Subtitles as written, opened with pysubs2 and FFmpeg, and read back up to what they lose."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pysubs2
import pytest
from hypothesis import HealthCheck, given, settings

from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.captions.writing import ASS, SRT, VTT
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.labels import label_of, read_label
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project, projects

EVERY = (VTT, SRT, ASS)
UNIT = {"vtt": 1_000_000, "srt": 1_000_000, "ass": 10_000_000}
LATEST = {"srt": 359_999_999_000_000, "ass": 35_999_990_000_000}

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def write(folder: Path, of: Project, format: Format, **how: Any) -> Path:  # noqa: ANN401 - as `Content`
    out = folder / f"out.{format.name}"
    formats.write(Content(project=of, **how), out, format)
    return out


def texts_of(timeline: Timeline) -> list[tuple[int, int, str | None, str | None]]:
    """Times in milliseconds, speaker and text."""
    return [
        (row.start_ns // 10**6, row.end_ns // 10**6, row.speaker, row.text) for row in timeline.rows
    ]


def wanted_text(text: str, name: str) -> str:
    if name == "vtt":
        return text
    same = re.sub(r"\r\n?", "\n", text)
    if name == "ass":
        return same
    return "\n".join(line for line in same.split("\n") if line.strip()).strip()


def wanted_speaker(speaker: str, name: str) -> str | None:
    one = " ".join(speaker.split())
    if name == "ass":
        return one.replace(",", ";").strip() or None
    return one or None


def fits(tag: Tag, of: Project, name: str) -> bool:
    first_ns = of.footage[tag.footage_id].first_ns
    return tag.end_ns - first_ns + 10**9 <= LATEST.get(name, 2**63)


@pytest.mark.parametrize("format", EVERY, ids=lambda one: one.name)
@one_folder
@given(any_project=projects())
def test_utterances_are_read_back(any_project: Project, format: Format, tmp_path: Path) -> None:
    name, unit_ns = format.name, UNIT[format.name]
    kept = {key: tag for key, tag in any_project.tags.items() if fits(tag, any_project, name)}
    any_project = replace(any_project, tags=kept)
    out = write(tmp_path, any_project, format)
    wanted = [tag for tag in kept.values() if tag.code == "utterance" and tag.text.strip()]
    if not wanted:
        with pytest.raises(ExchangeError, match="no subtitle"):
            formats.read(out, format)
        return
    rows = formats.read(out, format)[1].rows
    assert len(rows) == len(wanted)
    assert [row.start_ns for row in rows] == sorted(row.start_ns for row in rows)
    # Rows that begin together keep the order of the tags' own ends, which rounding may hide.
    said = [(row.speaker, row.text or "") for row in rows]
    for tag in wanted:
        text, speaker = wanted_text(tag.text, name), wanted_speaker(tag.speaker, name)
        if name == "srt" and speaker and not is_readable(speaker):
            assert any(text in whole for _, whole in said)
        else:
            assert (speaker, text) in said
        start_ns = max(0, tag.start_ns - any_project.footage["f1"].first_ns)
        assert min(abs(row.start_ns - start_ns) for row in rows) <= unit_ns // 2
    assert all(row.end_ns > row.start_ns and row.code == "utterance" for row in rows)


def is_readable(speaker: str) -> bool:
    """As the loss of SRT says it."""
    words = speaker.split(" ")
    return (
        bool(re.match(r"[^\W_a-z]", speaker))
        and len(words) <= 4
        and all(len(word) <= 40 and not re.search(r"[.,:;!?]", word) for word in words)
    )


TRICKY = [
    r"C:\new {\b1}bold{\b0} \N and \h, \\ and {not closed",
    "a < b & c > d <i>x</i> <v Y> &lt; &#10; --> 00:00:01.000 --> 00:00:02.000",
    "No: don't\n12\n\n13\n00:00:01,000 --> 00:00:02,000",
    "NOTE this\nSTYLE",
    "\u2060{\u2060\\x <\u2060i> --\u2060> \\\u2060N \\\u2060{",
    "=1+1 \u202eright to left\u202c 😀\u2028x\x0by\ttab",
    "back\\\nslash\\",
    "A\u2060: b",
]


@pytest.mark.parametrize("format", EVERY, ids=lambda one: one.name)
@pytest.mark.parametrize("text", TRICKY)
@pytest.mark.parametrize("speaker", ["", "Officer 1"])
def test_text_is_exact(tmp_path: Path, text: str, speaker: str, format: Format) -> None:
    out = write(tmp_path, project(replace(TAG, text=text, speaker=speaker)), format)
    (row,) = formats.read(out, format)[1].rows
    assert (row.speaker, row.text) == (speaker or None, wanted_text(text, format.name))


def test_vtt_as_written(tmp_path: Path) -> None:
    tags = (TAG, replace(TAG, id="t2", speaker="", text="a < b\n\nc"))
    assert write(tmp_path, project(*tags), VTT).read_text(encoding="utf-8") == (
        "WEBVTT\n\n"
        "00:00:01.200 --> 00:00:02.200\n<v Officer 1>Put your gun down\n\n"
        "00:00:01.200 --> 00:00:02.200\na &lt; b\n&#10;c\n\n"
    )


def test_srt_as_written(tmp_path: Path) -> None:
    assert write(tmp_path, project(TAG), SRT).read_text(encoding="utf-8") == (
        "1\n00:00:01,200 --> 00:00:02,200\nOfficer 1: Put your gun down\n\n"
    )


def test_ass_as_pysubs2_reads_it(tmp_path: Path) -> None:
    tag = replace(TAG, speaker="Ada, Ben", text="one\ntwo")
    (event,) = pysubs2.load(str(write(tmp_path, project(tag), ASS)))
    assert (event.name, event.plaintext) == ("Ada; Ben", "one\ntwo")
    assert (event.start, event.end) == (1200, 2200)


@pytest.mark.parametrize("format", EVERY, ids=lambda one: one.name)
def test_ffmpeg_opens_it(tmp_path: Path, format: Format) -> None:
    tags = (
        replace(TAG, text=r"Put <i>your</i> {\i1}gun\N down & go"),
        replace(TAG, id="t2", start_ns=3_000_000_000, end_ns=4_000_000_000, text="one\n\ntwo"),
    )
    out = write(tmp_path, project(*tags), format)
    with av.open(str(out)) as container:
        packets = [packet for packet in container.demux() if packet.size]
        base = container.streams[0].time_base
    assert base is not None
    assert [round(packet.pts * base * 1000) for packet in packets if packet.pts is not None] == [
        1200,
        2500,
    ]
    payload = b"\n".join(bytes(packet) for packet in packets).decode()
    for word in ("Put", "your", "gun", "down", "Officer 1", "one", "two"):
        assert word in payload


@pytest.mark.parametrize("format", [VTT, ASS], ids=lambda one: one.name)
@one_folder
@given(any_project=projects())
def test_all_tags_are_read_back_as_labels(
    any_project: Project, format: Format, tmp_path: Path
) -> None:
    kept = {
        key: tag for key, tag in any_project.tags.items() if fits(tag, any_project, format.name)
    }
    any_project = replace(any_project, tags=kept)
    out = write(tmp_path, any_project, format, every_tag=True)
    if not kept:
        return
    rows = formats.read(out, format)[1].rows
    wanted = [read_label(wanted_text(label_of(tag), format.name)) for tag in kept.values()]
    assert sorted((row.code, row.speaker or "", row.text or "") for row in rows) == sorted(
        (one.code, one.speaker, one.text) for one in wanted
    )


def test_a_mark_is_shown_for_a_second(tmp_path: Path) -> None:
    shot = replace(TAG, code="shot", end_ns=TAG.start_ns)
    out = write(tmp_path, project(shot), SRT, every_tag=True)
    assert texts_of(formats.read(out, SRT)[1]) == [
        (1200, 2200, None, "shot: [Officer 1] Put your gun down")
    ]


@pytest.mark.parametrize(
    ("start_ns", "end_ns", "times"),
    [
        (-300_000_000, 100_000_000, (0, 100)),
        (-300_000_000, -100_000_000, (0, 1)),
        (1_000_100_000, 1_000_200_000, (1000, 1001)),
        (1_500_000, 10_500_000, (2, 10)),
    ],
)
def test_times_that_subtitles_cannot_hold(
    tmp_path: Path, start_ns: int, end_ns: int, times: tuple[int, int]
) -> None:
    first_ns = FOOTAGE.first_ns
    tag = replace(TAG, start_ns=first_ns + start_ns, end_ns=first_ns + end_ns)
    out = write(tmp_path, project(tag), VTT)
    ((*read_back, _, _),) = texts_of(formats.read(out, VTT)[1])
    assert tuple(read_back) == times


@pytest.mark.parametrize(("format", "hours"), [(SRT, 100), (ASS, 10)], ids=["srt", "ass"])
def test_a_time_that_is_too_late_is_refused(tmp_path: Path, format: Format, hours: int) -> None:
    late = FOOTAGE.first_ns + hours * 3600 * 10**9
    with pytest.raises(ExchangeError, match=r"'t1' lies after [0-9:.]+, the last time"):
        write(tmp_path, project(replace(TAG, end_ns=late)), format)
    assert list(tmp_path.iterdir()) == []


def test_tags_of_two_footage_are_not_mixed(tmp_path: Path) -> None:
    both = project(TAG, replace(TAG, id="t2", footage_id="f2"))
    both = replace(
        both,
        cameras={**both.cameras, "c2": replace(CAMERA, id="c2", name="Officer 2")},
        footage={**both.footage, "f2": replace(FOOTAGE, id="f2", camera_id="c2")},
    )
    with pytest.raises(ExchangeError, match="Officer 1, Officer 2"):
        write(tmp_path, both, VTT)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_text_can_hold_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ExchangeError, match="'t1' holds a character"):
        write(tmp_path, project(replace(TAG, text=text)), SRT)


@pytest.mark.parametrize("speaker", ["O'Neil: x", "Ada: Ben: C", "9: "])
def test_srt_reads_nobody_else_for_a_speaker_that_it_cannot_say(
    tmp_path: Path, speaker: str
) -> None:
    (row,) = formats.read(write(tmp_path, project(replace(TAG, speaker=speaker)), SRT), SRT)[1].rows
    assert (row.speaker, row.text) == (None, f"{speaker.strip()}: Put your gun down")
