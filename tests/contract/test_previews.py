"""A preview shows frames of its span at their times, and is never larger than was agreed."""

import os
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.media.image_files import read_animation
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.media.probe import index_footage, sha256_of
from bodycam_annotator.publish.animated import STEPS, WrittenPreview, write_preview
from bodycam_annotator.publish.animation_file import ENDINGS
from bodycam_annotator.publish.clip_forms import AnimationForm
from bodycam_annotator.publish.clip_span import of_frames
from bodycam_annotator.publish.clip_writer import Source
from bodycam_annotator.timing import ticks_to_ns
from tests.barcode import read_barcode
from tests.contract.eye import FindIndex
from tests.contract.still_cases import SORTS, Corner, is_magenta
from tests.media_factory import Clip, make, steady

FORMS = list(AnimationForm)


def clear(picture: Pixels) -> Pixels:
    """A GIF's dots and a WebP's soft edges smoothed out, so that the barcode can be read."""
    large = cv2.resize(cv2.GaussianBlur(picture, (3, 3), 0), None, fx=2, fy=2)
    wide = 60
    strong = np.where(large > 255 - wide, 255, np.where(large < wide, 0, large))
    return np.asarray(strong, dtype=np.uint8)


def holds(index: FrameIndex, written: WrittenPreview, barcodes: tuple[int, ...]) -> None:
    """Each picture in the file is its frame, shown for as long as was told."""
    shown = list(read_animation(written.path.read_bytes()))
    assert len(shown) == len(written.frames)
    for (picture, ms), frame in zip(shown, written.frames, strict=True):
        assert picture.shape[1::-1] == (written.width, written.height)
        assert read_barcode(clear(picture)) == barcodes[frame.ordinal]
        if len(shown) > 1:
            assert ms * 1_000_000 == ticks_to_ns(frame.lasts, written.time_base)
    began = index.time_of(written.frames[0].ordinal)
    tick_ns = ticks_to_ns(1, written.time_base)
    for frame in written.frames:
        away = ticks_to_ns(frame.starts, written.time_base) - (index.time_of(frame.ordinal) - began)
        assert abs(away) <= tick_ns // 2
    for one, other in pairwise(written.frames):
        assert one.starts + one.lasts == other.starts


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SORTS)
def test_a_preview_shows_its_frames_at_their_times(
    name: str, form: AnimationForm, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed(name)
    span = of_frames(index, 2, 23)
    out = tmp_path / f"preview{ENDINGS[form]}"
    written = write_preview(Source(path=made.path, index=index), span, out, form)
    assert (written.sha256, written.size) == (sha256_of(out), out.stat().st_size)
    assert (written.width, written.height) == made.clip.displayed
    assert not written.tried
    holds(index, written, made.barcodes)
    last = written.frames[-1]
    began = index.time_of(written.frames[0].ordinal)
    end = ticks_to_ns(last.starts + last.lasts, written.time_base)
    assert end - (span.end_ns - began) <= 20_000_000
    if name == "steady.mp4":
        assert [one.ordinal for one in written.frames] == list(range(2, 24))
        assert {ticks_to_ns(one.lasts, written.time_base) for one in written.frames} == {40_000_000}
        assert not written.notes


@pytest.mark.parametrize("form", FORMS)
def test_rounded_times_do_not_add_up_and_are_said(form: AnimationForm, tmp_path: Path) -> None:
    made = make(Clip(pts=steady(40, 427)), tmp_path / "odd.mp4")
    index = index_footage(made.path)
    out = tmp_path / f"preview{ENDINGS[form]}"
    written = write_preview(Source(path=made.path, index=index), of_frames(index, 0, 39), out, form)
    holds(index, written, made.barcodes)
    assert len(written.frames) == 40
    assert any("begin up to" in note for note in written.notes)


@pytest.mark.parametrize(
    ("form", "step", "shown"),
    [
        # 1/60 s: WebP keeps each, GIF would have to show some for 1/100 s.
        (AnimationForm.WEBP, 213, 40),
        (AnimationForm.GIF, 213, 27),
        (AnimationForm.WEBP, 128, 20),
        (AnimationForm.GIF, 128, 20),
    ],
)
def test_frames_that_browsers_would_show_slowly_are_left_out(
    form: AnimationForm, step: int, shown: int, tmp_path: Path
) -> None:
    made = make(Clip(pts=steady(40, step)), tmp_path / "fast.mp4")
    index = index_footage(made.path)
    out = tmp_path / f"preview{ENDINGS[form]}"
    written = write_preview(Source(path=made.path, index=index), of_frames(index, 0, 39), out, form)
    holds(index, written, made.barcodes)
    assert len(written.frames) == shown
    assert all(ticks_to_ns(one.lasts, written.time_base) > 10_000_000 for one in written.frames)
    if shown < 40:
        assert f"shows {shown} of the 40 frames" in written.notes[0]


def noisy(path: Path, count: int) -> Path:
    """Footage of nothing but noise, which no codec makes small."""
    noise = np.random.default_rng(7)
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25, options={"crf": "12", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for _ in range(count):
            pixels = noise.integers(0, 256, (360, 640, 3), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("form", FORMS)
def test_the_limit_is_kept_and_what_it_took_is_said(form: AnimationForm, tmp_path: Path) -> None:
    path = noisy(tmp_path / "noise.mkv", 24)
    index = index_footage(path)
    source, span = Source(path=path, index=index), of_frames(index, 0, 23)
    out = tmp_path / f"preview{ENDINGS[form]}"
    sizes = []
    for limit in (10_000_000, 2_000_000, 200_000):
        out.unlink(missing_ok=True)
        written = write_preview(source, span, out, form, limit=limit)
        assert written.size == out.stat().st_size <= limit
        assert [one.step for one in written.tried] == list(STEPS[: len(written.tried)])
        assert written.step == STEPS[len(written.tried)]
        assert all("bytes" in one.why for one in written.tried)
        assert max(written.width, written.height) == written.step.longest
        ordinals = [one.ordinal for one in written.frames]
        assert ordinals == list(range(0, 24, written.step.every))
        assert len(list(read_animation(out.read_bytes()))) == len(ordinals)
        sizes.append(len(written.tried))
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]
    before = out.read_bytes()
    with pytest.raises(ExchangeError, match=r"Choose a shorter span"):
        write_preview(source, span, out, form, limit=1_000)
    assert out.read_bytes() == before


def test_an_overlay_is_asked_at_the_previews_size(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("wide_pixels_turned.mp4")
    corner = Corner(16)
    out = tmp_path / "preview.webp"
    source = Source(path=made.path, index=index)
    written = write_preview(source, of_frames(index, 4, 8), out, AnimationForm.WEBP, overlay=corner)
    assert [one.frame.ordinal for one in corner.asked] == [4, 5, 6, 7, 8]
    assert {(one.width, one.height) for one in corner.asked} == {(written.width, written.height)}
    assert [one.starts_ns for one in corner.asked] == [
        ticks_to_ns(one.starts, written.time_base) for one in written.frames
    ]
    for picture, _ in read_animation(out.read_bytes()):
        assert is_magenta(picture[-12:-4, -12:-4], within=24)


@pytest.mark.parametrize("form", FORMS)
def test_a_frame_that_cannot_be_decoded_is_left_out(
    form: AnimationForm, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("last_packet_cut.mp4")
    out = tmp_path / f"preview{ENDINGS[form]}"
    source = Source(path=made.path, index=index)
    written = write_preview(source, of_frames(index, 30, 39), out, form)
    assert written.left_out == (39,)
    assert "frame 39" in written.notes[-1]
    holds(index, written, made.barcodes)
    last = written.frames[-1]
    assert last.ordinal == 38
    assert ticks_to_ns(last.lasts, written.time_base) == 80_000_000
    with pytest.raises(FootageError, match="No frame"):
        write_preview(source, of_frames(index, 39, 39), out, form)


@pytest.mark.parametrize("form", FORMS)
def test_a_preview_of_one_frame(form: AnimationForm, indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("one_frame.mp4")
    out = tmp_path / f"preview{ENDINGS[form]}"
    source = Source(path=made.path, index=index)
    written = write_preview(source, of_frames(index, 0, 0), out, form)
    holds(index, written, made.barcodes)


def test_what_stops_a_preview_is_said_and_leaves_nothing(
    indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    source, span = Source(path=made.path, index=index), of_frames(index, 0, 39)
    form = AnimationForm.WEBP
    with pytest.raises(ExchangeError, match="cannot be written"):
        write_preview(source, span, tmp_path / "missing" / "a.webp", form)
    with pytest.raises(ExchangeError, match="footage itself"):
        write_preview(source, span, made.path, form)
    done: list[float] = []
    with pytest.raises(Cancelled):
        write_preview(
            source,
            span,
            tmp_path / "a.webp",
            form,
            progress=done.append,
            cancelled=lambda: len(done) > 5,
        )
    (tmp_path / "locked").mkdir(mode=0o555)
    if not os.access(tmp_path / "locked", os.W_OK):
        with pytest.raises(ExchangeError, match="cannot be written"):
            write_preview(source, span, tmp_path / "locked" / "a.webp", form)
    assert [one.name for one in tmp_path.iterdir()] == ["locked"]


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    path = noisy(tmp_path / "noise.mkv", 20)
    index = index_footage(path)
    done: list[float] = []
    write_preview(
        Source(path=path, index=index),
        of_frames(index, 0, 19),
        tmp_path / "a.webp",
        AnimationForm.WEBP,
        limit=300_000,
        progress=done.append,
    )
    assert done == sorted(done)
    assert done[-1] == 1.0


def test_nothing_of_the_footage_but_its_pixels_is_in_a_preview(
    indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    out = tmp_path / "preview.webp"
    write_preview(
        Source(path=made.path, index=index), of_frames(index, 0, 9), out, AnimationForm.WEBP
    )
    whole, place, kinds = out.read_bytes(), 12, set()
    while place < len(whole):
        size = int.from_bytes(whole[place + 4 : place + 8], "little")
        kinds.add(whole[place : place + 4])
        place += 8 + size + size % 2
    assert kinds == {b"VP8X", b"ANIM", b"ANMF"}


def test_frames_of_another_size_are_scaled_and_said(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("size_changes.ts")
    out = tmp_path / "preview.webp"
    span = of_frames(index, 0, len(index) - 1)
    source = Source(path=made.path, index=index)
    written = write_preview(source, span, out, AnimationForm.WEBP)
    holds(index, written, made.barcodes)
    assert "of another size" in written.notes[-1]
