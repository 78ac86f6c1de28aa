import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bodycam_annotator.atomic_file import replacing, write_whole


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / ("long " * 49 + ".csv")
    for data in (b"one", b"two"):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), replacing(path) as file:
        file.write("text")  # type: ignore[call-overload]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="is no ordinary file"):
        write_whole(tmp_path, b"x")
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "gone" / "a.csv", b"x")


@pytest.mark.skipif(os.name != "posix", reason="modes and links are POSIX's")
def test_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")
@pytest.mark.parametrize("target", ["footage.mp4", "gone.mp4", "folder"])
def test_a_link_is_replaced_and_never_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "footage.mp4").write_bytes(b"evidence")
    (tmp_path / "footage.mp4").chmod(0o600)
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / target)
    write_whole(link, b"new")
    assert not link.is_symlink()
    assert link.read_bytes() == b"new"
    assert (tmp_path / "footage.mp4").read_bytes() == b"evidence"
    assert not (tmp_path / "gone.mp4").exists()
    write_whole(tmp_path / "plain.csv", b"x")
    assert link.stat().st_mode == (tmp_path / "plain.csv").stat().st_mode


@pytest.mark.skipif(os.name != "posix", reason="the umask is POSIX's")
def test_a_new_file_gets_the_usual_mode(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.csv", b"x")
    (tmp_path / "b.csv").write_bytes(b"x")
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "b.csv").stat().st_mode


WRITER = """
import sys
from pathlib import Path
from bodycam_annotator.atomic_file import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
    file.write(b" and all")
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A program in the middle of writing a.csv."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "a.csv")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "writing\n"
        yield running


def parts(folder: Path) -> list[Path]:
    return list(folder.glob(".*.part"))


def test_what_a_killed_program_left_goes_with_the_next(
    tmp_path: Path, writer: "subprocess.Popen[str]"
) -> None:
    writer.kill()
    writer.wait()
    (left,) = parts(tmp_path)
    write_whole(tmp_path / "b.csv", b"of another name")
    assert parts(tmp_path) == [left]
    if os.name == "nt":
        os.utime(left, (0, 0))
    write_whole(tmp_path / "a.csv", b"new")
    assert parts(tmp_path) == []
    assert (tmp_path / "a.csv").read_bytes() == b"new"


def test_what_another_program_is_writing_stays(
    tmp_path: Path, writer: "subprocess.Popen[str]"
) -> None:
    write_whole(tmp_path / "a.csv", b"new")
    assert len(parts(tmp_path)) == 1
    writer.communicate()
    assert writer.returncode == 0
    assert (tmp_path / "a.csv").read_bytes() == b"half and all"
    assert parts(tmp_path) == []


def test_only_its_own_are_removed(tmp_path: Path, writer: "subprocess.Popen[str]") -> None:
    writer.kill()
    writer.wait()
    (left,) = parts(tmp_path)
    left.unlink()
    left.mkdir()
    others = [tmp_path / ".0123456789abcdef.part", left.with_name(f"{left.name}x"), left]
    for other in others[:2]:
        other.write_bytes(b"mine")
    if os.name != "nt":
        link = left.with_name(f"{left.name[:-21]}{'0' * 16}.part")
        link.symlink_to(others[0])
        others.append(link)
    write_whole(tmp_path / "a.csv", b"new")
    assert {*others, tmp_path / "a.csv"} == set(tmp_path.iterdir())


@pytest.mark.parametrize("has_links", [True, False])
def test_what_is_to_be_new_replaces_nothing(
    has_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    out = tmp_path / "new.txt"
    write_whole(out, b"one", anew=True)
    assert out.read_bytes() == b"one"
    with pytest.raises(FileExistsError), replacing(out, anew=True) as file:
        file.write(b"two")
    assert out.read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["new.txt"]
