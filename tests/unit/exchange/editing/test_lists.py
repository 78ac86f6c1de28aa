"""EDL and FCPXML as written, read with OpenTimelineIO's adapters."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from hypothesis import HealthCheck, given, settings
from otio_cmx3600_adapter import cmx_3600
from otio_fcpx_xml_adapter import fcpx_xml

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange import formats
from bodycam_annotator.exchange.editing.edl import EDL
from bodycam_annotator.exchange.editing.fcpxml import FCPXML
from bodycam_annotator.exchange.format import Content, Format
from bodycam_annotator.exchange.labels import label_of
from bodycam_annotator.model.project import Project
from tests.media_factory import Clip, make
from tests.sounds import Sound
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project, projects

NS = 10**9
NTSC = replace(
    FOOTAGE, frames=1000, first_ns=0, end_ns=33_366_666_667, time_base=Fraction(1001, 30_000)
)
SHOT = replace(TAG, id="t2", code="shot", start_ns=2 * NS, end_ns=2 * NS, text="", speaker="")

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def write(folder: Path, of: Project, format: Format, **how: Any) -> str:  # noqa: ANN401 - as `Content`
    out = folder / f"out.{format.name}"
    formats.write(Content(project=of, folder=folder, **how), out, format)
    return out.read_text(encoding="utf-8")


def two_cameras() -> Project:
    both = project(TAG, replace(SHOT, footage_id="f2"))
    return replace(
        both,
        cameras={**both.cameras, "c2": replace(CAMERA, id="c2", name="Officer 2")},
        footage={**both.footage, "f2": replace(FOOTAGE, id="f2", camera_id="c2")},
    )


def test_edl_as_written(tmp_path: Path) -> None:
    footage = replace(FOOTAGE, frames=120)
    assert write(tmp_path, project(TAG, SHOT, footage=footage), EDL) == (
        "TITLE: Car park\nFCM: NON-DROP FRAME\n\n"
        "001  X60A0001 V     C        00:00:01:06 00:00:02:06 00:00:00:00 00:00:01:00\n"
        "* FROM CLIP NAME:  X60A0001.mp4\n"
        "* FROM CLIP: ./X60A0001.mp4\n"
        "* LOC: 00:00:00:00 GREEN   utterance: [Officer 1] Put your gun down\n"
        "* TIMECODE COUNTS 30 FRAMES A SECOND FROM THE FIRST FRAME\n"
        "002  X60A0001 V     C        00:00:01:15 00:00:01:16 00:00:01:00 00:00:01:01\n"
        "* FROM CLIP NAME:  X60A0001.mp4\n"
        "* FROM CLIP: ./X60A0001.mp4\n"
        "* LOC: 00:00:01:00 RED     shot:\n"
        "* TIMECODE COUNTS 30 FRAMES A SECOND FROM THE FIRST FRAME\n"
    )


def test_edl_counts_the_frames_of_ntsc_footage(tmp_path: Path) -> None:
    at = NTSC.time_base * 900 * NS
    tag = replace(TAG, start_ns=round(at), end_ns=round(at + NTSC.time_base * 15 * NS))
    text = write(tmp_path, project(tag, footage=NTSC), EDL)
    assert " 00:00:30:00 00:00:30:15 " in text
    assert "COUNTS 29.97 FRAMES A SECOND" in text


def test_edl_of_two_cameras_has_two_reels(tmp_path: Path) -> None:
    lines = write(tmp_path, two_cameras(), EDL).splitlines()
    assert [line[5:13] for line in lines if re.match(r"[0-9]{3}  ", line)] == [
        "X60A0001",
        "X60A0002",
    ]


@one_folder
@given(any_project=projects())
def test_edl_as_its_adapter_reads_it(any_project: Project, tmp_path: Path) -> None:
    footage = replace(FOOTAGE, first_ns=0, end_ns=4 * NS, frames=120)
    short = {
        key: replace(tag, start_ns=tag.start_ns % NS, end_ns=tag.start_ns % NS + number * NS)
        for number, (key, tag) in enumerate(any_project.tags.items())
    }
    any_project = replace(any_project, tags=short, footage={"f1": footage})
    text = write(tmp_path, any_project, EDL)
    clips = list(cmx_3600.read_from_string(text, rate=30).find_clips()) if short else []
    assert len(clips) == len(short)
    wanted = sorted(short.values(), key=lambda tag: (tag.start_ns, tag.end_ns))
    for clip, tag in zip(clips, wanted, strict=True):
        start = clip.source_range.start_time.value
        assert start == round(Fraction(tag.start_ns * 30, NS))
        length = clip.source_range.duration.value
        assert length == max(1, round(Fraction(tag.end_ns * 30, NS)) - start)
        assert len(clip.markers) == 1
    found = re.findall(r"^\* LOC: \S+ (?:RED|GREEN) +(.*)$", text, re.M)
    assert sorted(found) == sorted(" ".join(label_of(tag).split()) for tag in wanted)


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ([replace(TAG, id=f"t{number}") for number in range(1000)], "holds 999 events"),
        ([replace(TAG, end_ns=25 * 3600 * NS)], "'t1' would end after 24 hours"),
        (
            [replace(TAG, id=f"t{number}", end_ns=13 * 3600 * NS) for number in range(2)],
            "All tags together would end after 24 hours",
        ),
        ([replace(TAG, text="\ud800")], "'t1' holds a character"),
        ([replace(TAG, text="a\0")], "'t1' holds a character"),
    ],
)
def test_what_edl_cannot_hold_is_refused(tmp_path: Path, tags: list[Any], why: str) -> None:
    with pytest.raises(ExchangeError, match=why):
        write(tmp_path, project(*tags), EDL)
    assert list(tmp_path.iterdir()) == []


def markers_of(text: str) -> list[Element]:
    root: Element = ElementTree.fromstring(re.sub("<!DOCTYPE fcpxml>", "", text))
    return list(root.iter("marker"))


def seconds(text: str) -> Fraction:
    return Fraction(text.removesuffix("s"))


def test_fcpxml_as_written(tmp_path: Path) -> None:
    media = {"f1": tmp_path / "released" / "X & 60.mp4"}
    text = write(tmp_path, project(replace(TAG, note='"why"'), footage=NTSC), FCPXML, media=media)
    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.8">\n'
        '<resources>\n<format id="f0" frameDuration="1001/30000s"/>\n'
        '<asset id="a0" name="X60A0001.mp4" src="./released/X%20%26%2060.mp4" start="0s" '
        'duration="1001/30s" hasVideo="1" format="f0"/>\n</resources>\n<event name="Car park">\n'
        '<project name="Officer 1">\n'
        '<sequence format="f0" duration="1001/30s" tcStart="0s" tcFormat="NDF">\n<spine>\n'
        '<asset-clip ref="a0" name="Officer 1" offset="0s" start="0s" duration="1001/30s" '
        'format="f0" tcFormat="NDF">\n'
        '<marker start="1700000001/1000000000s" duration="1s" '
        'value="utterance: [Officer 1] Put your gun down" note=\'"why"\'/>\n'
        "</asset-clip>\n</spine>\n</sequence>\n</project>\n</event>\n</fcpxml>\n"
    )


def test_fcpxml_as_its_adapter_reads_it(tmp_path: Path) -> None:
    text = write(tmp_path, two_cameras(), FCPXML)
    found = fcpx_xml.read_from_string(text.replace("<!DOCTYPE fcpxml>", ""))
    clips = list(found.find_clips())
    assert [clip.name for clip in clips] == ["Officer 1", "Officer 2"]
    assert [marker.name for clip in clips for marker in clip.markers] == [
        "utterance: [Officer 1] Put your gun down",
        "shot:",
    ]


@one_folder
@given(any_project=projects())
def test_fcpxml_has_exact_times(any_project: Project, tmp_path: Path) -> None:
    text = write(tmp_path, any_project, FCPXML)
    first_ns = any_project.footage["f1"].first_ns
    frame = Fraction(1) / seconds_a_frame(text)
    wanted = []
    for tag in any_project.tags.values():
        begins, ends = (max(0, at - first_ns) for at in (tag.start_ns, tag.end_ns))
        lasts = Fraction(max(1, ends - begins), NS) if tag.end_ns > tag.start_ns else 1 / frame
        label = re.sub(
            r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", label_of(tag)
        )
        wanted.append((Fraction(begins, NS), lasts, label))
    found = [
        (seconds(one.attrib["start"]), seconds(one.attrib["duration"]), one.attrib["value"])
        for one in markers_of(text)
    ]
    for (start, length, value), (start_w, length_w, value_w) in zip(
        sorted(found), sorted(wanted), strict=True
    ):
        # Ticks are finer than the nanoseconds that they are rounded to.
        assert abs(start - start_w) < Fraction(1, NS)
        assert abs(length - length_w) <= Fraction(1, NS)
        assert value == value_w


def seconds_a_frame(text: str) -> Fraction:
    found = re.search(r'frameDuration="([0-9/]+)s"', text)
    assert found is not None
    return Fraction(found[1])


def test_fcpxml_has_ticks_for_frames(tmp_path: Path) -> None:
    at = NTSC.time_base * 901 * NS
    tag = replace(SHOT, start_ns=round(at), end_ns=round(at))
    (marker,) = markers_of(write(tmp_path, project(tag, footage=NTSC), FCPXML))
    assert marker.attrib["start"] == "901901/30000s"
    assert marker.attrib["duration"] == "1001/30000s"


@pytest.mark.parametrize("sound", [None, Sound()])
def test_fcpxml_says_whether_there_is_sound(tmp_path: Path, sound: Sound | None) -> None:
    made = make(Clip(pts=(0, 512), sound=sound), tmp_path / "clip.mp4")
    text = write(tmp_path, project(TAG), FCPXML, media={"f1": made.path})
    assert ('hasAudio="1"' in text) is (sound is not None)


@pytest.mark.parametrize("format", [EDL, FCPXML], ids=lambda one: one.name)
def test_stopping_writes_nothing(tmp_path: Path, format: Format) -> None:
    with pytest.raises(Cancelled):
        write(tmp_path, project(TAG), format, cancelled=lambda: True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", [EDL, FCPXML], ids=lambda one: one.name)
@pytest.mark.parametrize(("frames", "rate"), [(96, "24"), (100, "25"), (120, "30"), (240, "60")])
def test_the_usual_rate_is_the_nearest(
    tmp_path: Path, format: Format, frames: int, rate: str
) -> None:
    text = write(tmp_path, project(TAG, footage=replace(FOOTAGE, frames=frames)), format)
    found = re.search(r'frameDuration="1/([0-9]+)s"|COUNTS ([0-9.]+) FRAMES', text)
    assert found is not None
    assert rate in found.groups()
