"""A clip holds exactly the frames asked for, in order and at their times: read off the pictures."""

import hashlib
import struct
from collections.abc import Sequence
from contextlib import closing
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from bodycam_annotator.errors import FootageError
from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.probe import index_footage
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form, Quality
from bodycam_annotator.publish.clip_plan import Card, Freeze, Run, Segment
from bodycam_annotator.publish.clip_writer import (
    FrameInClip,
    Overlay,
    Source,
    WrittenClip,
    likely_bytes,
    write_clip,
)
from bodycam_annotator.timing import NS
from tests.barcode import Unreadable, read_barcode
from tests.contract.eye import FindIndex
from tests.media_factory import Clip, make, steady
from tests.mp4_surgery import find
from tests.odd_files import GOOD

BLACK_S = Fraction(1, 2)


def seen(path: Path) -> tuple[list[Pixels], list[Fraction], Fraction]:
    """What a plain decoder shows: pictures, their times in seconds, and where the last ends."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        frames = [frame for packet in packets for frame in packet.decode()]
        frames += stream.decode(None)
        assert len(frames) == len(packets), "what is decoded is what is in the file"
        assert not any(packet.is_discard for packet in packets)
        with av.open(str(path), options={"ignore_editlist": "1"}) as all_of_it:
            assert len(list(all_of_it.decode(video=0))) == len(frames), "nothing is hidden"
        base = stream.time_base
        assert base is not None
        times = [Fraction(frame.pts or 0) * base for frame in frames]
        last = max(packets, key=lambda packet: packet.pts or 0)
        assert not container.metadata.keys() - {
            *("major_brand", "minor_version", "compatible_brands", "encoder", "ENCODER"),
        }
        # One thread: more of them write over the next row (see media/picture.py).
        shown = [one.to_ndarray(format="bgra", threads=1) for one in frames]
        pictures = [np.asarray(one, dtype=np.uint8) for one in shown]
        return pictures, times, times[-1] + (last.duration or 0) * base


def clip(
    path: Path,
    index: FrameIndex,
    segments: Sequence[Segment],
    folder: Path,
    *,
    form: Form = Form.MP4,
    overlay: Overlay | None = None,
) -> WrittenClip:
    settings = ClipSettings(form=form, quality=Quality.HIGH)
    target = folder / f"clip{FORMS[form].ending}"
    target.unlink(missing_ok=True)
    source = Source(path=path, index=index)
    return write_clip(source, segments, target, settings, overlay=overlay)


def middle(index: FrameIndex) -> Run:
    """Frames that begin in one group of pictures and end in another, where there are as many."""
    return Run(first=min(5, len(index) - 1), last=min(26, len(index) - 1))


@pytest.mark.parametrize("name", GOOD)
def test_a_clip_has_the_frames_asked_for_at_their_times(
    name: str, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed(name)
    run = middle(index)
    while run.first in made.lost:
        run = Run(first=run.first + 1, last=run.last)
    written = clip(made.path, index, [run], tmp_path)
    ordinals = [n for n in range(run.first, run.last + 1) if n not in made.lost]
    pictures, times, end = seen(written.path)
    assert [frame.ordinal for frame in written.plan.frames] == ordinals
    assert list(written.left_out) == [n for n in sorted(made.lost) if run.first <= n <= run.last]
    for picture, ordinal in zip(pictures, ordinals, strict=True):
        if ordinal not in made.doubtful:
            assert read_barcode(picture) == made.barcodes[ordinal]
    began = index.time_of(run.first)
    meant = [Fraction(index.time_of(n) - began, NS) for n in ordinals]
    added = [frame.added * written.plan.time_base for frame in written.plan.frames]
    for told, wanted, more in zip(times, meant, added, strict=True):
        assert abs(told - wanted - more) < Fraction(1, NS)
    assert all(one < other for one, other in pairwise(times))
    assert abs(end - Fraction(index.span_of(run.last)[1] - began, NS)) < Fraction(1, NS) + max(
        added
    )


ARCHIVES = ("variable_rate.mp4", "ntsc.mp4", "running_clock.ts", "turned_90.mp4", "same_pts.mkv")


@pytest.mark.parametrize("form", [Form.FFV1, Form.PRORES])
@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_hold_the_same_frames_at_the_times_they_can_keep(
    name: str, form: Form, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed(name)
    run = middle(index)
    written = clip(made.path, index, [run], tmp_path, form=form)
    pictures, times, _ = seen(written.path)
    assert [read_barcode(one) for one in pictures] == list(made.barcodes[run.first : run.last + 1])
    began = index.time_of(run.first)
    rounding = Fraction(1, 2000) if form is Form.FFV1 else Fraction(1, NS)
    for number, told in enumerate(times):
        frame = written.plan.frames[number]
        assert told == frame.pts * written.plan.time_base
        meant = Fraction(index.time_of(run.first + number) - began, NS)
        assert abs(told - meant - frame.added * written.plan.time_base) <= rounding
    assert all(one < other for one, other in pairwise(times))


@pytest.mark.parametrize("name", ["steady.mp4", "ten_bit.mp4", "turned_270.mp4", "mirrored_90.mp4"])
def test_what_loses_nothing_has_the_pixels_of_the_footage(
    name: str, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed(name)
    written = clip(made.path, index, [Run(first=3, last=9)], tmp_path, form=Form.FFV1)
    assert not [note for note in written.notes if "converted" in note]
    again = index_footage(written.path)
    with FrameReader(made.path, index) as source, FrameReader(written.path, again) as copy:
        for ordinal in range(3, 10):
            was, now = source.frame(ordinal).bgra, copy.frame(ordinal - 3).bgra
            # The turned chroma is sampled between other pixels when it becomes RGB.
            assert np.abs(was.astype(int) - now.astype(int)).mean() < (0.6 if "_" in name else 1e-9)


def test_slow_motion_follows_and_lasts_as_many_times_longer(
    indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("variable_rate.mp4")
    segments: list[Segment] = [Run(first=4, last=20)]
    segments += [Run(first=8, last=12, slower=slower) for slower in (2, 4, 8)]
    written = clip(made.path, index, segments, tmp_path)
    pictures, times, end = seen(written.path)
    ordinals = [*range(4, 21), *(3 * [*range(8, 13)])]
    assert [read_barcode(one) for one in pictures] == [made.barcodes[n] for n in ordinals]
    at, number = Fraction(0), 0
    for run in segments:
        assert isinstance(run, Run)
        began = index.time_of(run.first)
        for ordinal in range(run.first, run.last + 1):
            since = Fraction(index.time_of(ordinal) - began, NS) * run.slower
            assert abs(times[number] - at - since) < Fraction(1, 10**6)
            number += 1
        at += Fraction(index.span_of(run.last)[1] - began, NS) * run.slower
    assert abs(end - at) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    "segments",
    [
        [Run(first=3, last=5, slower=2)],
        [Run(first=3, last=5), Run(first=4, last=6, slower=2)],
        [Run(first=3, last=5, slower=2), Run(first=3, last=5)],
        [Run(first=3, last=5), Run(first=3, last=5, slower=3)],
        [Freeze(ordinal=3, lasts_ns=0)],
        [],
    ],
)
def test_slow_motion_is_never_shown_before_its_frames_at_their_own_speed(
    segments: list[Segment], indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    with pytest.raises(ValueError, match=r"\S"):
        clip(made.path, index, segments, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", list(Form))
def test_a_clip_made_again_is_the_same_to_the_byte(
    form: Form, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    segments: list[Segment] = [
        Run(first=0, last=39),
        Freeze(ordinal=0, lasts_ns=NS),
        Run(first=0, last=39, slower=2),
    ]
    # What an encoder leaves to chance differs most once it was used before.
    hashes = {clip(made.path, index, segments, tmp_path, form=form).sha256 for _ in range(12)}
    assert len(hashes) == 1


def test_a_card_and_a_freeze_are_shown_between_frames(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    grey = np.full((180, 320, 4), (128, 128, 128, 255), dtype=np.uint8)
    card = Card(draw=lambda width, height: grey, lasts_ns=2 * NS)
    segments: list[Segment] = [
        card,
        Run(first=3, last=6),
        Freeze(ordinal=6, lasts_ns=NS // 2),
        Run(first=7, last=9),
    ]
    written = clip(made.path, index, segments, tmp_path)
    pictures, times, _ = seen(written.path)
    frames = written.plan.frames
    assert [frame.ordinal for frame in frames] == [None, 3, 4, 5, 6, 6, 7, 8, 9]
    assert [frame.segment for frame in frames] == [0, 1, 1, 1, 1, 2, 3, 3, 3]
    with pytest.raises(Unreadable):
        read_barcode(pictures[0])
    assert abs(int(pictures[0][90, 160, 1]) - 128) <= 3
    assert [read_barcode(one) for one in pictures[1:]] == [3, 4, 5, 6, 6, 7, 8, 9]
    frame = Fraction(512, 12800)
    assert times == [
        0,
        *(2 + k * frame for k in range(5)),
        *(BLACK_S + 2 + (4 + k) * frame for k in range(3)),
    ]


def test_frames_beyond_the_footage_are_refused(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    with pytest.raises(FootageError, match="no frame 40"):
        clip(made.path, index, [Run(first=30, last=40)], tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", [Form.MP4, Form.FFV1])
@pytest.mark.parametrize(("width", "height"), [(322, 182), (321, 181), (323, 180)])
def test_odd_sizes_are_padded_and_said(width: int, height: int, form: Form, tmp_path: Path) -> None:
    coded = Clip(
        pts=steady(6, 40),
        time_base=Fraction(1, 1000),
        codec="ffv1",
        options=(),
        width=width,
        height=height,
    )
    made = make(coded, tmp_path / "odd.mkv")
    index = index_footage(made.path)
    written = clip(made.path, index, [Run(first=1, last=4)], tmp_path, form=form)
    shape = written.shape
    assert (shape.width, shape.height) == (width, height)
    assert shape.coded == (width + width % 2, height + height % 2)
    assert any("padded" in note for note in written.notes) == (shape.coded != (width, height))
    for ordinal, picture in enumerate(seen(written.path)[0], start=1):
        assert picture.shape[:2] == shape.coded[::-1]
        assert read_barcode(np.ascontiguousarray(picture[:height, :width])) == ordinal
    if form is Form.FFV1:
        with av.open(str(written.path)) as container:
            for frame in container.decode(video=0):
                luma = frame.to_ndarray()[: shape.coded[1]]
                assert np.array_equal(luma[:, -1], luma[:, width - 1])
                assert np.array_equal(luma[-1], luma[height - 1])


class Numbered:
    """A white and a half transparent blue box, and what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[FrameInClip] = []
        self.seen: list[int] = []
        self.white = np.full((20, 40, 4), 255, dtype=np.uint8)
        self.blue = np.full((16, 24, 4), (0, 0, 255, 128), dtype=np.uint8)

    def patches(self, frame: FrameInClip) -> Sequence[Patch]:
        self.asked.append(frame)
        pixels = frame.pixels()
        assert pixels is not None
        self.seen.append(read_barcode(pixels))
        at = 4 * frame.frame.number
        return [Patch(x=at, y=100, rgba=self.white), Patch(x=200, y=120, rgba=self.blue)]


@pytest.mark.parametrize("name", ["steady.mp4", "turned_90.mp4", "ten_bit.mp4"])
def test_what_is_laid_over_is_where_it_was_put_and_nowhere_else(
    name: str, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed(name)
    overlay, run = Numbered(), Run(first=6, last=12)
    clip(made.path, index, [run], tmp_path / ".", form=Form.FFV1)
    plain = seen(tmp_path / "clip.mkv")[0]
    written = clip(made.path, index, [run], tmp_path, form=Form.FFV1, overlay=overlay)
    laid = seen(written.path)[0]
    assert [one.frame.ordinal for one in overlay.asked] == [*range(6, 13)]
    assert overlay.seen == [made.barcodes[n] for n in range(6, 13)]
    width = written.shape.width
    for number, (was, now) in enumerate(zip(plain, laid, strict=True)):
        at = 4 * number
        inner = now[102:118, at + 2 : min(at + 38, width - 2), :3]
        assert inner.min() >= 250
        different = np.abs(was.astype(int) - now.astype(int)).max(axis=2) > 2
        different[98:122, max(0, at - 2) : at + 42] = False
        different[118:138, 198:226] = False
        assert not different.any()
    if width > 224:
        mixed = was[122:134, 202:222, :3] * (127 / 255) + np.array([255, 0, 0]) * (128 / 255)
        assert np.abs(now[122:134, 202:222, :3] - mixed).mean() < 6


def test_colours_are_kept_and_told(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("mjpeg.avi")
    written = clip(made.path, index, [Run(first=2, last=5)], tmp_path)
    with av.open(str(written.path)) as container:
        context = container.streams.video[0].codec_context
        assert context.color_range == 2
        assert context.colorspace == written.shape.colors.matrix == 5
        assert context.pix_fmt in ("yuv420p", "yuvj420p")
    assert not [note for note in written.notes if "converted" in note]


def test_full_range_is_brought_to_what_players_take_prores_for(
    indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("mjpeg.avi")
    written = clip(made.path, index, [Run(first=2, last=5)], tmp_path, form=Form.PRORES)
    assert written.shape.colors.range == 1
    assert any("full range" in note for note in written.notes)
    with closing(FrameReader(made.path, index)) as reader:
        was = [reader.frame(ordinal).bgra for ordinal in range(2, 6)]
    for one, other in zip(was, seen(written.path)[0], strict=True):
        assert abs(one[..., :3].astype(int) - other[..., :3]).mean() < 1.5


@pytest.mark.parametrize("form", [Form.MP4, Form.PRORES])
@pytest.mark.parametrize("name", ["steady.mp4", "variable_rate.mp4"])
def test_players_can_begin_before_all_of_it_is_there(
    name: str, form: Form, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed(name)
    written = clip(made.path, index, [middle(index)], tmp_path, form=form)
    data = written.path.read_bytes()
    assert 0 < find(data, "moov") < data.index(b"mdat")
    assert written.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("count", [1, 7, 8])
def test_the_edit_list_ends_when_the_last_picture_does(
    count: int, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("ntsc.mp4")
    written = clip(made.path, index, [Run(first=5, last=4 + count)], tmp_path)
    data = written.path.read_bytes()
    scale, lasts = struct.unpack_from(">II", data, find(data, "moov", "mvhd") + 20)
    place = find(data, "moov", "trak", "edts", "elst")
    entries, edited = struct.unpack_from(">II", data, place + 12)
    end = written.plan.end * written.plan.time_base
    assert entries == 1
    assert Fraction(lasts, scale) == Fraction(edited, scale) == end


@pytest.mark.parametrize("form", list(Form))
def test_no_clip_is_larger_than_was_told_before(
    form: Form, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("four_k60.mp4")
    written = clip(made.path, index, [Run(first=0, last=5)], tmp_path, form=form)
    told = likely_bytes(len(written.plan.frames), 3840, 2160, 0, written.settings)
    assert written.size < told < 60_000_000


def test_frames_of_another_size_are_scaled_and_said(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("size_changes.ts")
    written = clip(made.path, index, [Run(first=20, last=29)], tmp_path)
    assert "6 frames of another size than the first were scaled to its size." in written.notes
    pictures, _, _ = seen(written.path)
    assert [read_barcode(one) for one in pictures] == list(made.barcodes[20:30])
    assert {one.shape for one in pictures} == {(180, 320, 4)}
