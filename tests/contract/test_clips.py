"""A clip holds exactly the frames asked for, in order and at their times: read off the pictures."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from bodycam_annotator.media.audio import find_audio
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form, Quality
from bodycam_annotator.publish.clip_plan import Freeze, Run, Segment
from bodycam_annotator.publish.clip_writer import Source, WrittenClip, write_clip
from bodycam_annotator.timing import NS
from tests.barcode import read_barcode
from tests.contract.eye import FindIndex
from tests.odd_files import GOOD

BEST = ClipSettings(quality=Quality.HIGH)


def seen(path: Path) -> tuple[list[int], list[Fraction], Fraction]:
    """What a plain decoder shows: barcodes, their times in seconds, and where the last ends."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        frames = [frame for packet in packets for frame in packet.decode()]
        frames += stream.decode(None)
        assert len(frames) == len(packets), "what is decoded is what is in the file"
        assert not any(packet.is_discard for packet in packets)
        base = stream.time_base
        assert base is not None
        times = [Fraction(frame.pts or 0) * base for frame in frames]
        last = max(packets, key=lambda packet: packet.pts or 0)
        codes = [read_barcode(frame.to_ndarray(format="bgra")) for frame in frames]  # type: ignore[arg-type]
        return codes, times, times[-1] + (last.duration or 0) * base


def clip(
    path: Path, index: FrameIndex, segments: Sequence[Segment], out: Path, form: Form = Form.MP4
) -> WrittenClip:
    settings = ClipSettings(form=form, quality=Quality.HIGH)
    target = out / f"clip{FORMS[form].ending}"
    return write_clip(Source(path=path, index=index), segments, target, settings)


def middle(index: FrameIndex) -> Run:
    """Frames that begin in one group of pictures and end in another, where there are as many."""
    return Run(first=min(5, len(index) - 1), last=min(26, len(index) - 1))


def is_shown(index: FrameIndex, damaged: Sequence[int], run: Run) -> list[int]:
    return [n for n in range(run.first, run.last + 1) if n not in damaged]


@pytest.mark.parametrize("name", GOOD)
def test_a_clip_has_the_frames_asked_for_at_their_times(
    name: str, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed(name)
    run = middle(index)
    while run.first in made.lost:
        run = Run(first=run.first + 1, last=run.last)
    written = clip(made.path, index, [run], tmp_path)
    ordinals = is_shown(index, sorted(made.lost), run)
    codes, times, end = seen(written.path)
    assert [frame.ordinal for frame in written.plan.frames] == ordinals
    assert list(written.left_out) == [n for n in sorted(made.lost) if run.first <= n <= run.last]
    doubtful = [n for n in ordinals if n in made.doubtful]
    if not doubtful:
        assert codes == [made.barcodes[n] for n in ordinals]
    began = index.time_of(run.first)
    meant = [Fraction(index.time_of(n) - began, NS) for n in ordinals]
    added = [frame.added * written.plan.time_base for frame in written.plan.frames]
    for told, wanted, more in zip(times, meant, added, strict=True):
        assert abs(told - wanted - more) < Fraction(1, NS)
    assert all(one < other for one, other in pairwise(times))
    assert abs(end - Fraction(index.span_of(run.last)[1] - began, NS)) < Fraction(1, NS) + max(
        added
    )
