"""Captions are a track of their own, at the times at which things are said."""

from pathlib import Path

import av
import pytest
from av.subtitles.subtitle import AssSubtitle

from bodycam_annotator.publish.captions import Caption
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form
from bodycam_annotator.publish.clip_plan import Freeze, Run, Segment
from bodycam_annotator.publish.clip_writer import Source, write_clip
from bodycam_annotator.timing import NS
from tests.contract.eye import FindIndex

MS = 1_000_000
TOLD = (
    Caption(start_ns=0, end_ns=300 * MS, text="before and in"),
    Caption(start_ns=400 * MS, end_ns=700 * MS, text="Officer 1: {Put} your gun\\N down, <i>é</i>"),
    Caption(start_ns=600 * MS, end_ns=800 * MS, text="Beifahrer: לא\n\nto fire"),
    Caption(start_ns=5 * NS, end_ns=6 * NS, text="behind the clip"),
    Caption(start_ns=900 * MS, end_ns=950 * MS, text="  "),
)


def shown(path: Path) -> list[tuple[int, int, str]]:
    """From when to when in milliseconds, and what; as FFmpeg reads it."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        assert stream.time_base is not None
        for packet in container.demux(stream):
            if packet.pts is None or not packet.duration:
                continue
            lines = [one for one in packet.decode() if isinstance(one, AssSubtitle)]
            text = "\n".join(line.dialogue.decode() for line in lines)
            if text:
                start = packet.pts * stream.time_base * 1000
                until = start + packet.duration * stream.time_base * 1000
                found.append((round(start), round(until), text))
    return found


@pytest.mark.parametrize("form", list(Form))
def test_captions_are_shown_when_they_are_said(
    form: Form, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    out = tmp_path / f"clip{FORMS[form].ending}"
    source = Source(path=made.path, index=index)
    segments: list[Segment] = [
        Run(first=5, last=19),
        Freeze(ordinal=19, lasts_ns=NS),
        Run(first=20, last=30),
    ]
    written = write_clip(source, segments, out, ClipSettings(form=form), captions=TOLD)
    first = "Officer 1: \uff5bPut\uff5d your gun\uff3cN down, \uff1ci\uff1eé\uff1c/i\uff1e"
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in written.cues] == [
        (0, 100, "before and in"),
        (200, 400, first),
        (400, 500, f"{first}\nBeifahrer: לא\nto fire"),
        (500, 600, "Beifahrer: לא\nto fire"),
    ]
    found = shown(out)
    assert [(start, end) for start, end, _ in found] == [
        (0, 100),
        (200, 400),
        (400, 500),
        (500, 600),
    ]
    assert found[0][2] == "before and in"
    assert "Beifahrer: לא" in found[3][2]
    assert found[1][2] == first


def test_a_caption_goes_on_behind_a_freeze(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    segments: list[Segment] = [
        Run(first=5, last=9),
        Freeze(ordinal=9, lasts_ns=NS),
        Run(first=10, last=14),
    ]
    source = Source(path=made.path, index=index)
    told = [Caption(start_ns=300 * MS, end_ns=500 * MS, text="shots")]
    written = write_clip(source, segments, tmp_path / "clip.mp4", ClipSettings(), captions=told)
    assert [(cue.start_ms, cue.end_ms) for cue in written.cues] == [(100, 200), (1200, 1300)]


@pytest.mark.parametrize("form", list(Form))
def test_a_text_that_the_track_cannot_hold_is_cut_at_a_letter_and_that_is_said(
    form: Form, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    out = tmp_path / f"clip{FORMS[form].ending}"
    told = (
        Caption(start_ns=0, end_ns=300 * MS, text="Q" + "é" * 40_000),
        Caption(start_ns=400 * MS, end_ns=500 * MS, text="Stop!"),
    )
    written = write_clip(
        Source(path=made.path, index=index),
        [Run(first=0, last=30)],
        out,
        ClipSettings(form=form),
        captions=told,
    )
    long, short = (cue.text for cue in written.cues)
    assert short == "Stop!"
    in_file = out.read_bytes()
    assert long.encode() in in_file
    notes = [note for note in written.notes if "track of text" in note]
    if form is Form.FFV1:
        assert (long, notes) == (told[0].text, [])
        return
    assert 65533 <= len(long.encode()) <= 65535
    assert long == told[0].text[: len(long) - 1] + "…"
    (note,) = notes
    assert f"“{long[:60]}…”" in note


def test_without_captions_there_is_no_track_for_them(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    out = tmp_path / "clip.mp4"
    source = Source(path=made.path, index=index)
    written = write_clip(source, [Run(first=5, last=9)], out, ClipSettings(), captions=TOLD[3:])
    assert written.cues == ()
    with av.open(str(out)) as container:
        assert not container.streams.subtitles
