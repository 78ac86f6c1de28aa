"""What stops a clip leaves nothing of it, and says why."""

import errno
import os
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_forms import FORMS, ClipSettings, Form
from bodycam_annotator.publish.clip_plan import Run
from bodycam_annotator.publish.clip_writer import FrameInClip, Source, unwritable, write_clip
from tests.contract.eye import FindIndex

RUN = Run(first=3, last=30)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("room", [0, 100, 5_000])
def test_a_full_disk_leaves_what_was_there(
    room: int, form: Form, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    out = tmp_path / f"clip{FORMS[form].ending}"
    out.write_bytes(b"an older clip")
    source = Source(path=made.path, index=index)
    with room_for(room), pytest.raises(ExchangeError, match=r"cannot be written"):
        write_clip(source, [RUN], out, ClipSettings(form=form))
    assert [file.name for file in tmp_path.iterdir()] == [out.name]
    assert out.read_bytes() == b"an older clip"


@pytest.mark.parametrize("form", list(Form))
def test_a_full_disk_is_said_once_wherever_it_fills_up(
    form: Form, indexed: FindIndex, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made, index = indexed("steady.mp4")
    out = tmp_path / f"clip{FORMS[form].ending}"
    source = Source(path=made.path, index=index)
    size = write_clip(source, [RUN], out, ClipSettings(form=form)).size
    out.unlink()
    for room in (0, 40, size // 2, size - 1500):
        with room_for(room), pytest.raises(ExchangeError, match=r"cannot be written"):
            write_clip(source, [RUN], out, ClipSettings(form=form))
        assert not list(tmp_path.iterdir())
    # What the muxer's library drops it prints, and where it cannot print it never ends.
    assert capfd.readouterr().err == ""


def test_a_full_disk_is_said_to_be_full() -> None:
    said = str(unwritable(Path("clip.mp4"), OSError(errno.ENOSPC, "No space left on device")))
    assert said == (
        "clip.mp4 cannot be written: No space left on device. Free some space there, or choose "
        "another folder."
    )


@pytest.mark.parametrize("place", ["missing/clip.mp4", "file/clip.mp4", "locked/clip.mp4"])
def test_a_folder_that_cannot_be_written_is_said(
    place: str, indexed: FindIndex, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "locked").mkdir(mode=0o555)
    if place.startswith("locked") and os.access(tmp_path / "locked", os.W_OK):
        pytest.skip("this user may write everywhere")
    made, index = indexed("steady.mp4")
    with pytest.raises(ExchangeError, match=r"cannot be written.*Choose another"):
        write_clip(Source(path=made.path, index=index), [RUN], tmp_path / place, ClipSettings())


@pytest.mark.parametrize("after", [0, 1, 9, 27])
def test_a_clip_that_nobody_waits_for_leaves_nothing(
    after: int, indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("b_pyramid_long_gop.mp4")
    done: list[float] = []
    with pytest.raises(Cancelled):
        write_clip(
            Source(path=made.path, index=index),
            [Run(first=100, last=130)],
            tmp_path / "clip.mp4",
            ClipSettings(),
            progress=done.append,
            cancelled=lambda: len(done) > after,
        )
    assert not list(tmp_path.iterdir())


def test_progress_rises_to_the_end(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    done: list[float] = []
    out = tmp_path / "clip.mp4"
    source = Source(path=made.path, index=index)
    write_clip(source, [RUN], out, ClipSettings(), progress=done.append)
    assert done == sorted(done)
    assert done[-1] == 1.0


class Failing:
    """An overlay with a bug."""

    def patches(self, frame: FrameInClip) -> Sequence[Patch]:
        if frame.frame.number == 5:
            raise KeyError("a bug")
        return []


def test_a_bug_in_an_overlay_leaves_nothing_and_is_not_hidden(
    indexed: FindIndex, tmp_path: Path
) -> None:
    made, index = indexed("steady.mp4")
    source = Source(path=made.path, index=index)
    with pytest.raises(KeyError):
        write_clip(source, [RUN], tmp_path / "clip.mp4", ClipSettings(), overlay=Failing())
    assert not list(tmp_path.iterdir())


def test_a_clip_cannot_begin_with_a_frame_that_is_lost(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("unread_b_frame.mp4")
    (lost,) = made.lost
    source = Source(path=made.path, index=index)
    with pytest.raises(FootageError, match=rf"{lost}.*cannot be decoded"):
        write_clip(source, [Run(first=lost, last=lost + 3)], tmp_path / "clip.mp4", ClipSettings())
    assert not list(tmp_path.iterdir())


def test_footage_that_is_gone_is_said(indexed: FindIndex, tmp_path: Path) -> None:
    _, index = indexed("steady.mp4")
    source = Source(path=tmp_path / "gone.mp4", index=index)
    with pytest.raises(FootageError, match="not there"):
        write_clip(source, [RUN], tmp_path / "clip.mp4", ClipSettings())
    assert not list(tmp_path.iterdir())


def test_footage_is_never_replaced_by_a_clip_of_it(indexed: FindIndex, tmp_path: Path) -> None:
    made, index = indexed("steady.mp4")
    footage = tmp_path / "footage.mp4"
    footage.write_bytes(made.path.read_bytes())
    (tmp_path / "link.mp4").symlink_to(footage)
    before = footage.read_bytes()
    for out in (footage, tmp_path / "link.mp4", tmp_path / "." / "footage.mp4"):
        with pytest.raises(ExchangeError, match="footage itself"):
            write_clip(Source(path=footage, index=index), [RUN], out, ClipSettings())
    assert footage.read_bytes() == before
