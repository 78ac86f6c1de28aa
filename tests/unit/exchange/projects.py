"""Projects to exchange: one fixed, and strategies for any."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from bodycam_annotator.exchange.timeline import TimelineRow, row_of
from bodycam_annotator.model.codebook import Codebook
from bodycam_annotator.model.incident import Camera, Footage, Incident
from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Basis, Confidence, Status, Tag

CODEBOOK = Codebook.from_toml(
    """
    id = "book"
    name = "A book"
    version = 2
    [[code]]
    id = "utterance"
    name = "Utterance"
    kind = "interval"
    group = "speech"
    [[code]]
    id = "shot"
    name = "Shot"
    kind = "point"
    group = "force"
    """
)

CAMERA = Camera(id="c1", incident_id="i", name="Officer 1")
FOOTAGE = Footage(
    id="f1",
    camera_id="c1",
    path="released/X60A0001.mp4",
    size=123,
    modified_ns=5,
    stream=0,
    frames=100,
    first_ns=500_000_000,
    end_ns=4_500_000_000,
    time_base=Fraction(1, 90_000),
    sha256="ab" * 32,
)
TAG = Tag(
    id="t1",
    footage_id="f1",
    code="utterance",
    start_ns=1_700_000_001,
    end_ns=2_700_000_001,
    start_frame=30,
    end_frame=54,
    start_pts=108_000,
    end_pts=196_000,
    coder="Ada",
    codebook="book@2",
    created_utc="2026-01-02T03:04:05.678901Z",
    modified_utc="2026-01-02T03:04:06.000000Z",
    uncertainty_ns=33_366_667,
    text="Put your gun down",
    speaker="Officer 1",
    basis=Basis.HEARD,
    attributes={"act": "command", "addressee": "driver"},
)


def project(*tags: Tag, camera: Camera = CAMERA, footage: Footage = FOOTAGE) -> Project:
    return Project(
        incident=Incident(id="i", name="Car park", codebook="book@2"),
        cameras={camera.id: camera},
        footage={footage.id: footage},
        codebooks={CODEBOOK.label: CODEBOOK},
        tags={tag.id: tag for tag in tags},
        audit_head="cd" * 32,
        audit_entries=7,
    )


_TRICKY = "=+-@\uff1d\t\r\n'\"',; aé😀\u202e\u0627\ufeff\u2028\x0b\x1b{"
texts = st.one_of(
    st.text(alphabet=_TRICKY, max_size=12),
    st.text(
        alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12
    ),
)
names = texts.filter(bool)
times = st.one_of(st.integers(-(10**12), 10**12), st.integers(-(2**62), 2**62))
maybe_whole = st.none() | st.integers(0, 2**40)


@st.composite
def tags(draw: st.DrawFn) -> Tag:
    """Any tag but its id, with an interval or a point as its code asks."""
    code = draw(st.sampled_from(["utterance", "shot"]))
    start_ns = draw(times)
    length = draw(st.integers(0, 10**13)) if code == "utterance" else 0
    return replace(
        TAG,
        code=code,
        start_ns=start_ns,
        end_ns=start_ns + length,
        start_frame=draw(maybe_whole),
        end_frame=draw(maybe_whole),
        start_pts=draw(st.none() | st.integers(-(2**50), 2**50)),
        end_pts=draw(st.none() | st.integers(-(2**50), 2**50)),
        coder=draw(names),
        uncertainty_ns=draw(st.none() | st.integers(0, 10**15)),
        text=draw(texts),
        speaker=draw(texts),
        target=draw(texts),
        basis=draw(st.none() | st.sampled_from(Basis)),
        confidence=draw(st.none() | st.sampled_from(Confidence)),
        status=draw(st.sampled_from(Status)),
        note=draw(texts),
        attributes=draw(st.dictionaries(texts, texts, max_size=3)),
    )


@st.composite
def projects(draw: st.DrawFn) -> Project:
    made = draw(st.lists(tags(), max_size=4))
    camera = replace(
        CAMERA,
        name=draw(names),
        sync_offset_ns=draw(st.none() | st.integers(-(10**15), 10**15)),
        clock_start_utc_ns=draw(st.none() | st.integers(0, 2**62)),
        clock_uncertainty_ns=draw(st.none() | st.integers(0, 10**12)),
    )
    footage = replace(FOOTAGE, first_ns=draw(st.integers(-(10**10), 10**12)))
    numbered = [replace(tag, id=f"t{number}") for number, tag in enumerate(made)]
    return project(*numbered, camera=camera, footage=footage)


def row_wanted(any_project: Project, tag: Tag) -> TimelineRow:
    footage = any_project.footage[tag.footage_id]
    code = any_project.codebook.code(tag.code)
    said = row_of(any_project, tag)
    return TimelineRow(
        number=0,
        tag_id=tag.id,
        code=tag.code,
        start_ns=tag.start_ns - footage.first_ns,
        end_ns=tag.end_ns - footage.first_ns,
        camera=any_project.camera_of(tag.footage_id).name,
        media_file="X60A0001.mp4",
        media_sha256=footage.sha256,
        coder=tag.coder,
        kind=code.kind,
        speaker=tag.speaker or None,
        target=tag.target or None,
        text=tag.text or None,
        uncertainty_ns=tag.uncertainty_ns,
        start_frame=tag.start_frame,
        end_frame=tag.end_frame,
        start_pts=tag.start_pts,
        end_pts=tag.end_pts,
        time_base="1/90000",
        basis=tag.basis,
        confidence=tag.confidence,
        status=Status(tag.status),
        note=tag.note or None,
        attributes=tag.attributes or None,
        created_utc=tag.created_utc,
        modified_utc=tag.modified_utc,
        codebook=tag.codebook,
        incident="Car park",
        category=code.group,
        clock_start_utc=said["clock_start_utc"],  # type: ignore[arg-type]
        clock_uncertainty_ns=said["clock_uncertainty_s"],  # type: ignore[arg-type]
        incident_start_ns=said["incident_start_s"],  # type: ignore[arg-type]
    )
