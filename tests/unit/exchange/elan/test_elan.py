"""EAF as written, held against ELAN's schema and pympi; as read back, as ELAN and others write it,
and files that are none or hostile."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from pympi.Elan import Eaf

from bodycam_annotator.errors import Cancelled, ExchangeError
from bodycam_annotator.exchange.elan.reading import read
from bodycam_annotator.exchange.elan.writing import write
from bodycam_annotator.exchange.format import Content, Source
from bodycam_annotator.exchange.timeline import Timeline
from bodycam_annotator.model.codebook import Kind
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from tests.unit.exchange.projects import CAMERA, FOOTAGE, TAG, project, projects

MS = 1_000_000
NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# EAFv3.0.xsd: the order of the document's children, and of each element the attributes that it
# must have and those that it may have.
ORDER = [
    *("LICENSE", "HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LOCALE", "LANGUAGE"),
    *("CONSTRAINT", "CONTROLLED_VOCABULARY", "LEXICON_REF", "REF_LINK_SET", "EXTERNAL_REF"),
]
ATTRIBUTES = {
    "ANNOTATION_DOCUMENT": ("DATE AUTHOR VERSION", "FORMAT"),
    "HEADER": ("", "MEDIA_FILE TIME_UNITS"),
    "MEDIA_DESCRIPTOR": (
        "MEDIA_URL MIME_TYPE",
        "RELATIVE_MEDIA_URL TIME_ORIGIN EXTRACTED_FROM",
    ),
    "PROPERTY": ("", "NAME"),
    "TIME_ORDER": ("", ""),
    "TIME_SLOT": ("TIME_SLOT_ID", "TIME_VALUE"),
    "TIER": (
        "TIER_ID LINGUISTIC_TYPE_REF",
        "PARTICIPANT ANNOTATOR DEFAULT_LOCALE PARENT_REF EXT_REF LANG_REF",
    ),
    "ANNOTATION": ("", ""),
    "ALIGNABLE_ANNOTATION": (
        "ANNOTATION_ID TIME_SLOT_REF1 TIME_SLOT_REF2",
        "EXT_REF LANG_REF CVE_REF SVG_REF",
    ),
    "ANNOTATION_VALUE": ("", ""),
    "LINGUISTIC_TYPE": (
        "LINGUISTIC_TYPE_ID",
        "TIME_ALIGNABLE CONSTRAINTS GRAPHIC_REFERENCES CONTROLLED_VOCABULARY_REF EXT_REF "
        "LEXICON_REF",
    ),
    "CONSTRAINT": ("STEREOTYPE", "DESCRIPTION"),
}
NAME = re.compile(r"[A-Za-z_][\w.-]*", re.A)


def written(any_project: Project, **how: object) -> bytes:
    return b"".join(write(Content(project=any_project, **how)))  # type: ignore[arg-type]


def parsed(data: bytes | str) -> Timeline:
    data = data.encode() if isinstance(data, str) else data
    return read(Source(path=Path("a.eaf"), data=data))


def near(tag: Tag) -> bool:
    return abs(tag.start_ns) < 10**14


def as_the_schema_has_it(data: bytes) -> None:
    root = ET.fromstring(data)
    for element in root.iter():
        needed, allowed = (set(names.split()) for names in ATTRIBUTES[element.tag])
        has = {name for name in element.attrib if not name.startswith("{")}
        assert needed <= has <= needed | allowed, element.tag
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", root.attrib["DATE"])
    places = [ORDER.index(child.tag) for child in root]
    assert places == sorted(places)
    assert [child.tag for child in root][:2] == ["HEADER", "TIME_ORDER"]
    header = [child.tag for child in root[0]]
    assert header == sorted(header, key=["MEDIA_DESCRIPTOR", "PROPERTY"].index)
    slots = [one.attrib["TIME_SLOT_ID"] for one in root.iter("TIME_SLOT")]
    ids = [one.attrib["ANNOTATION_ID"] for one in root.iter("ALIGNABLE_ANNOTATION")]
    stereotypes = [one.attrib["STEREOTYPE"] for one in root.iter("CONSTRAINT")]
    all_ids = [*slots, *ids, *stereotypes]
    assert len(set(all_ids)) == len(all_ids)
    assert all(NAME.fullmatch(one) for one in all_ids)
    times = [int(one.attrib["TIME_VALUE"]) for one in root.iter("TIME_SLOT")]
    assert times == sorted(times)
    assert all(0 <= time < 2**32 for time in times)
    tiers = [one.attrib["TIER_ID"] for one in root.iter("TIER")]
    assert len(set(tiers)) == len(tiers)
    types = {one.attrib["LINGUISTIC_TYPE_ID"] for one in root.iter("LINGUISTIC_TYPE")}
    assert {one.attrib["LINGUISTIC_TYPE_REF"] for one in root.iter("TIER")} <= types
    value_of = dict(zip(slots, times, strict=True))
    for tier in root.iter("TIER"):
        end = 0
        for one in tier:
            (annotation,) = one
            assert [child.tag for child in annotation] == ["ANNOTATION_VALUE"]
            start = value_of[annotation.attrib["TIME_SLOT_REF1"]]
            assert end <= start
            end = value_of[annotation.attrib["TIME_SLOT_REF2"]]
            assert start < end


def carried(text: str) -> str:
    return NO_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def ms(time_ns: int) -> int:
    return round(Fraction(time_ns, MS))


@given(any_project=projects())
def test_what_is_written_is_as_the_schema_has_it_and_read_back_to_the_millisecond(
    any_project: Project,
) -> None:
    assume(all(near(tag) for tag in any_project.tags.values()))
    data = written(any_project)
    as_the_schema_has_it(data)
    first_ns = any_project.footage["f1"].first_ns
    wanted = []
    for tag in any_project.tags.values():
        start, end = ms(tag.start_ns - first_ns), ms(tag.end_ns - first_ns)
        people = carried(tag.coder), carried(tag.speaker)
        wanted.append((start * MS, max(end, start + 1) * MS, tag.code, *people, carried(tag.text)))
    timeline = parsed(data)
    assert sorted(
        (row.start_ns, row.end_ns, row.code, row.coder or "", row.speaker or "", row.text or "")
        for row in timeline.rows
    ) == sorted(wanted)
    assert {row.media_file for row in timeline.rows} <= {"X60A0001.mp4"}
    assert {row.camera for row in timeline.rows} <= {carried(any_project.cameras["c1"].name)}
    assert (timeline.resolution_ns, timeline.foreign, timeline.notice) == (MS, True, "")


def test_pympi_opens_it(tmp_path: Path) -> None:
    overlapping = replace(TAG, id="t2", start_ns=TAG.start_ns + 1, text="Don't <move> & “stop”\n!")
    shot = replace(TAG, id="t3", code="shot", end_ns=TAG.start_ns, speaker="", text="")
    path = tmp_path / "a.eaf"
    path.write_bytes(written(project(TAG, overlapping, shot)))
    eaf = Eaf(str(path))
    assert {name: eaf.get_annotation_data_for_tier(name) for name in eaf.get_tier_names()} == {
        "shot": [(1200, 1201, "")],
        "utterance@Officer 1": [(1200, 2200, "Put your gun down")],
        "utterance #2@Officer 1": [(1200, 2200, "Don't <move> & “stop”\n!")],
    }
    assert eaf.get_parameters_for_tier("utterance@Officer 1")["PARTICIPANT"] == "Officer 1"
    assert eaf.get_parameters_for_tier("shot")["ANNOTATOR"] == "Ada"


def test_media_are_linked_from_where_the_file_lies(tmp_path: Path) -> None:
    for media, folder, address in (
        (tmp_path / "X60A0001.mp4", tmp_path, "./X60A0001.mp4"),
        (tmp_path / "a b" / "X60A0001.mp4", tmp_path / "out", "../a b/X60A0001.mp4"),
        (None, tmp_path, "./X60A0001.mp4"),
    ):
        found = {} if media is None else {"f1": media}
        root = ET.fromstring(written(project(TAG), folder=folder, media=found))
        (medium,) = root.iter("MEDIA_DESCRIPTOR")
        assert medium.attrib == {
            "MEDIA_URL": address,
            "RELATIVE_MEDIA_URL": address,
            "MIME_TYPE": "video/mp4",
        }
        assert str(tmp_path) not in ET.tostring(root, encoding="unicode")


def test_what_begins_before_the_first_frame_is_kept_by_the_time_origin() -> None:
    early = replace(TAG, id="t2", start_ns=FOOTAGE.first_ns - 21_333_333)
    data = written(project(early, TAG))
    (medium,) = ET.fromstring(data).iter("MEDIA_DESCRIPTOR")
    assert medium.attrib["TIME_ORIGIN"] == "-21"
    assert sorted(row.start_ns for row in parsed(data).rows) == [-21 * MS, 1200 * MS]


def test_each_camera_has_tiers_of_its_own() -> None:
    both = project(TAG, replace(TAG, id="t2", footage_id="f2", start_ns=1_100_000_000, text="No"))
    both = replace(
        both,
        cameras={**both.cameras, "c2": replace(CAMERA, id="c2", name="Officer | 2@x")},
        footage={
            **both.footage,
            "f2": replace(FOOTAGE, id="f2", camera_id="c2", path="b/X.mov", first_ns=0),
        },
    )
    data = written(both)
    as_the_schema_has_it(data)
    root = ET.fromstring(data)
    assert [one.attrib["TIER_ID"] for one in root.iter("TIER")] == [
        "utterance | Officer | 2\\@x@Officer 1",
        "utterance | Officer 1@Officer 1",
    ]
    assert [
        (row.camera, row.media_file, row.code, row.speaker, row.start_ns)
        for row in parsed(data).rows
    ] == [
        ("Officer | 2@x", "X.mov", "utterance", "Officer 1", 1100 * MS),
        ("Officer 1", "X60A0001.mp4", "utterance", "Officer 1", 1200 * MS),
    ]
    moved = data.replace(b'MIME_TYPE="video/quicktime"', b'MIME_TYPE="v" TIME_ORIGIN="5"')
    assert [row.start_ns for row in parsed(moved).rows] == [1105 * MS, 1200 * MS]


def test_a_tag_that_is_too_late_is_refused_and_stopping_stops() -> None:
    late = replace(TAG, start_ns=10**16, end_ns=10**16)
    with pytest.raises(ExchangeError, match="'t1' is later than 49 days"):
        written(project(late))
    with pytest.raises(Cancelled):
        written(project(TAG), cancelled=lambda: True)


# Built by EAFv3.0.xsd and the corpora in ELAN's example set: a type with each stereotype, tiers
# called `x@participant`, a chain of time slots of which the inner ones are not aligned.
OTHERS = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2017-09-05T14:53:24+06:00" FORMAT="3.0" VERSION="3.0">
  <LICENSE/>
  <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
    <MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/films/a.wav" MIME_TYPE="audio/x-wav"/>
    <MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/films/X60A0001.mp4" MIME_TYPE="video/mp4"
      TIME_ORIGIN="500"/>
    <PROPERTY>x</PROPERTY>
  </HEADER>
  <TIME_ORDER>
    <TIME_SLOT TIME_SLOT_ID="first" TIME_VALUE="0"/>
    <TIME_SLOT TIME_SLOT_ID="u1"/>
    <TIME_SLOT TIME_SLOT_ID="u2"/>
    <TIME_SLOT TIME_SLOT_ID="last" TIME_VALUE="900"/>
  </TIME_ORDER>
  <TIER TIER_ID="utterance@K" PARTICIPANT="Kathy" ANNOTATOR="Ann" LINGUISTIC_TYPE_REF="utt">
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a" TIME_SLOT_REF1="first"
      TIME_SLOT_REF2="last"><ANNOTATION_VALUE>so you go</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
    </ANNOTATION>
  </TIER>
  <TIER TIER_ID="words" PARENT_REF="utterance@K" LINGUISTIC_TYPE_REF="words">
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="w1" TIME_SLOT_REF1="first"
      TIME_SLOT_REF2="u1"><ANNOTATION_VALUE>so</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
    </ANNOTATION>
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="w2" TIME_SLOT_REF1="u1"
      TIME_SLOT_REF2="u2"><ANNOTATION_VALUE>you</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
    </ANNOTATION>
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="w3" TIME_SLOT_REF1="u2"
      TIME_SLOT_REF2="last"><ANNOTATION_VALUE>go</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
    </ANNOTATION>
  </TIER>
  <TIER TIER_ID="pos" PARENT_REF="words" LINGUISTIC_TYPE_REF="pos">
    <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="p1" ANNOTATION_REF="w1">
      <ANNOTATION_VALUE>adv</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
    <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="p2" ANNOTATION_REF="p1"
      PREVIOUS_ANNOTATION="p1"><ANNOTATION_VALUE/></REF_ANNOTATION></ANNOTATION>
  </TIER>
  <TIER TIER_ID="Gun visible" LINGUISTIC_TYPE_REF="yesno">
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="g" CVE_REF="c1" TIME_SLOT_REF1="first"
      TIME_SLOT_REF2="last"><ANNOTATION_VALUE>yes</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
    </ANNOTATION>
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="h" TIME_SLOT_REF1="first"
      TIME_SLOT_REF2="last"><ANNOTATION_VALUE>Shot</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>
    </ANNOTATION>
  </TIER>
  <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="utt"/>
  <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="words" CONSTRAINTS="Time_Subdivision"/>
  <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="pos" CONSTRAINTS="Symbolic_Association"/>
  <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="yesno" CONTROLLED_VOCABULARY_REF="one"/>
  <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="other" CONTROLLED_VOCABULARY_REF="two"/>
  <CONTROLLED_VOCABULARY CV_ID="one"><CV_ENTRY_ML CVE_ID="c1">
    <CVE_VALUE LANG_REF="und">yes</CVE_VALUE></CV_ENTRY_ML>
    <CV_ENTRY_ML CVE_ID="c2"><CVE_VALUE LANG_REF="und">Shot</CVE_VALUE></CV_ENTRY_ML>
  </CONTROLLED_VOCABULARY>
  <CONTROLLED_VOCABULARY CV_ID="two"><CV_ENTRY>yes</CV_ENTRY></CONTROLLED_VOCABULARY>
</ANNOTATION_DOCUMENT>
"""


def test_as_others_write_it() -> None:
    timeline = parsed(OTHERS)
    assert [
        (row.where, row.start_ns // MS, row.end_ns // MS, row.code, row.speaker, row.text)
        for row in timeline.rows
    ] == [
        ("tier utterance@K, annotation a", 500, 1400, "utterance", "Kathy", "so you go"),
        ("tier words, annotation w1", 500, 1400, "words", None, "so"),
        ("tier words, annotation w2", 500, 1400, "words", None, "you"),
        ("tier words, annotation w3", 500, 1400, "words", None, "go"),
        ("tier pos, annotation p1", 500, 1400, "pos", None, "adv"),
        ("tier pos, annotation p2", 500, 1400, "pos", None, None),
        ("tier Gun visible, annotation g", 500, 1400, "Gun visible: yes", None, None),
        ("tier Gun visible, annotation h", 500, 1400, "Shot", None, None),
    ]
    assert timeline.rows[0].coder == "Ann"
    assert {row.media_file for row in timeline.rows} == {"X60A0001.mp4"}
    assert "have no time: u1, u2. Annotations there" in timeline.notice
    assert "different offsets; times are those of X60A0001.mp4" in timeline.notice


def test_a_child_without_a_participant_has_its_parents() -> None:
    changed = OTHERS.replace('ANNOTATION_REF="w1"', 'ANNOTATION_REF="a"')
    found = {row.where: row for row in parsed(changed).rows}
    assert found["tier pos, annotation p2"].speaker == "Kathy"


def test_a_millisecond_is_a_mark() -> None:
    data = written(project(replace(TAG, code="shot", end_ns=TAG.start_ns)))
    (row,) = parsed(data).rows
    assert (row.kind, row.end_ns - row.start_ns) == (Kind.POINT, MS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<HEADER", "<header", "it is not XML"),
        ("</ANNOTATION_DOCUMENT>", "", "it is not XML"),
        ("ANNOTATION_DOCUMENT", "CV_RESOURCE", "it begins with CV_RESOURCE"),
        ('"milliseconds"', '"PAL-frames"', "its times are in PAL-frames"),
        ('TIME_VALUE="900"', 'TIME_VALUE="9e2"', "time slot last: '9e2' is no whole number"),
        ('TIME_VALUE="900"', 'TIME_VALUE="NaN"', "time slot last: 'NaN' is no whole"),
        ('TIME_VALUE="900"', f'TIME_VALUE="{"9" * 5000}"', "is no whole number"),
        (' TIME_VALUE="900"', "", "annotation a: its time slot last has no time, nor has any"),
        ('"last" TIME', '"end" TIME', "annotation a: there is no time slot last"),
        ('"u2"/>', '"u1"/>', "time slot u1: two time slots have this id"),
        ('ANNOTATION_ID="w2"', 'ANNOTATION_ID="w1"', "annotation w1: two annotations have this"),
        ('ANNOTATION_REF="w1"', 'ANNOTATION_REF="z"', "annotation p1: its parent z is not in"),
        (
            'ANNOTATION_REF="w1"',
            'ANNOTATION_REF="p2"',
            "annotation p1: it has more than 100 parents above it, or is its own",
        ),
        ('TIME_VALUE="0"', 'TIME_VALUE="901"', "annotation a: it ends before it starts"),
        ('TIME_ORIGIN="500"', 'TIME_ORIGIN="x"', "medium X60A0001.mp4: its TIME_ORIGIN 'x'"),
        ('TIER_ID="pos"', "", "a tier has no TIER_ID"),
        ("a.wav", "X60A0001.mp4", "two media are called X60A0001.mp4"),
        ('encoding="UTF-8"', 'encoding="none"', "it is not XML"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, said: str) -> None:
    assert old in OTHERS
    with pytest.raises(ExchangeError, match=said):
        parsed(OTHERS.replace(old, new))


def test_entities_and_document_types_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    head, body = OTHERS.split("?>", 1)
    for declared in (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]>',
        '<!DOCTYPE a SYSTEM "http://localhost/a.dtd">',
    ):
        with pytest.raises(ExchangeError, match="declares a document type or entities"):
            parsed(f"{head}?>{declared}{body.replace('so you go', '&x;')}")


def test_more_than_can_be_read_in_time_is_refused() -> None:
    for element, what in (
        ('<MEDIA_DESCRIPTOR MEDIA_URL="{}"/>', "100 media"),
        ('<TIER TIER_ID="{}"/>', "10000 tiers"),
        ('<REF_ANNOTATION ANNOTATION_ID="a{}" ANNOTATION_REF="a"/>', "120000 annotations"),
    ):
        many = "".join(element.format(number) for number in range(int(what.split()[0]) + 1))
        with pytest.raises(ExchangeError, match=f"more than {what}"):
            parsed(f'<ANNOTATION_DOCUMENT><TIER TIER_ID="t"/>{many}</ANNOTATION_DOCUMENT>')


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ExchangeError, match="nested more than 32 deep"):
        parsed("<ANNOTATION_DOCUMENT>" * 100_000)


def _chained(*, refs: int) -> str:
    """20,000 annotations of which all but the ends have no times, and a chain of references."""
    count = 20_000
    slots = "".join(f'<TIME_SLOT TIME_SLOT_ID="s{n}"/>' for n in range(1, count))
    chain = "".join(
        f'<ALIGNABLE_ANNOTATION ANNOTATION_ID="c{n}" TIME_SLOT_REF1="s{n}"'
        f' TIME_SLOT_REF2="s{n + 1}"/>'
        for n in range(count)
    )
    links = "".join(
        f'<REF_ANNOTATION ANNOTATION_ID="r{n}" ANNOTATION_REF="r{n + 1}"/>' for n in range(refs)
    )
    return (
        '<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="s0" TIME_VALUE="0"/>'
        f'{slots}<TIME_SLOT TIME_SLOT_ID="s{count}" TIME_VALUE="7"/></TIME_ORDER>'
        f'<TIER TIER_ID="t">{chain}{links}'
        f'<REF_ANNOTATION ANNOTATION_ID="r{refs}" ANNOTATION_REF="c0"/></TIER>'
        "</ANNOTATION_DOCUMENT>"
    )


def test_long_chains() -> None:
    rows = parsed(_chained(refs=99)).rows
    assert {(row.start_ns, row.end_ns) for row in rows} == {(0, 7 * MS)}
    assert len(rows) == 20_100
    with pytest.raises(ExchangeError, match="annotation r0: it has more than 100 parents above"):
        parsed(_chained(refs=50_000))


def test_two_values_of_one_annotation_are_refused() -> None:
    value = "<ANNOTATION_VALUE>a</ANNOTATION_VALUE>"
    said = OTHERS.replace("<ANNOTATION_VALUE>", f"{value}<ANNOTATION_VALUE>", 1)
    assert said != OTHERS
    with pytest.raises(ExchangeError, match="it has two values; open it in ELAN"):
        parsed(said)
