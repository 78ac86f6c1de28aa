"""The command line as a process of its own: what only a real one shows."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.media_factory import Clip, make

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and byte names are POSIX's")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = str(tmp_path_factory.mktemp("home"))
    own = {"HOME": home, "XDG_CONFIG_HOME": "", "XDG_CACHE_HOME": ""}
    return {**os.environ, "PYTHONPATH": str(ROOT), **own}


def run(
    *argv: str | bytes | Path, environment: dict[str, str], python: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *python, "-m", "bodycam_annotator", *argv],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    folder = tmp_path_factory.mktemp("project")
    make(Clip(pts=(0, 512, 1024)), folder / "a.mp4")
    path = folder / "a.bodycam"
    assert run("new", path, folder / "a.mp4", environment=environment).returncode == 0
    assert run("tag", path, "shot", "--frame", "1", environment=environment).returncode == 0
    return path


def test_listing_tags_imports_nothing_heavy(project: Path, environment: dict[str, str]) -> None:
    done = run("tags", project, environment=environment, python=("-X", "importtime"))
    imported = {
        line.rpartition(b"|")[2].strip().partition(b".")[0] for line in done.stderr.splitlines()
    }
    assert b"sqlalchemy" in imported
    assert imported.isdisjoint({b"PyQt6", b"av", b"cv2", b"numpy", b"pandas", b"alembic", b"rich"})


def test_help_does_not_import_the_database(environment: dict[str, str]) -> None:
    done = run("--help", environment=environment, python=("-X", "importtime"))
    assert b"Usage: bodycam-annotator" in done.stdout
    assert b"sqlalchemy" not in done.stderr


def test_the_exit_codes(tmp_path: Path, environment: dict[str, str]) -> None:
    mendable = run("probe", tmp_path / "gone.mp4", environment=environment)
    assert (mendable.returncode, mendable.stdout) == (1, b"")
    assert mendable.stderr.startswith(b"error: ")
    assert mendable.stderr.count(b"\n") == 1
    wrong = run("probe", environment=environment)
    assert (wrong.returncode, wrong.stdout) == (2, b"")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others always have a screen")
def test_without_a_screen_the_window_says_so(environment: dict[str, str]) -> None:
    screens = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    without = {name: value for name, value in environment.items() if name not in screens}
    done = run(environment=without)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"error: There is no screen")
    assert done.stderr.count(b"\n") == 1


@POSIX
def test_a_name_that_is_no_text(tmp_path: Path, environment: dict[str, str]) -> None:
    name = os.fsencode(tmp_path) + b"/b\xe9 \xf0\x9f\x98\x80.mp4"
    done = run("probe", name, environment=environment)
    assert done.returncode == 1
    assert b"\\udce9 \xf0\x9f\x98\x80.mp4" in done.stderr
    assert b"Traceback" not in done.stderr
    os.rename(make(Clip(pts=(0, 512)), tmp_path / "b.mp4").path, name)
    done = run("probe", name, "--json", environment=environment)
    assert done.returncode == 0
    assert b'b\\udce9 \xf0\x9f\x98\x80.mp4"' in done.stdout
    done = run("new", tmp_path / "b.bodycam", name, environment=environment)
    assert done.returncode == 1
    assert b"is not Unicode" in done.stderr


@POSIX
def test_what_is_printed_is_utf_8_whatever_the_locale(
    project: Path, environment: dict[str, str]
) -> None:
    environment = {**environment, "PYTHONIOENCODING": "ascii"}
    tagged = run(
        *("tag", project, "utterance", "--at", "0", "--to", "0.1"),
        *("--text", "“Get out” 😀".encode()),
        environment=environment,
    )
    assert tagged.returncode == 0
    shown = run("tags", project, "--json", environment=environment)
    assert "“Get out” 😀".encode() in shown.stdout


@POSIX
def test_a_reader_that_goes_away(project: Path, environment: dict[str, str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bodycam_annotator", "tags", project, "--json"],
            env=environment,
            stdout=writer,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@POSIX
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_interrupting_makes_nothing_and_says_nothing(
    how: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    footage = tmp_path / "slow.mp4"
    made = make(Clip(pts=(0, 512)), footage)
    # Behind its last box the file goes on for so long that hashing is still under way.
    with footage.open("ab") as file:
        file.truncate(made.path.stat().st_size + 40 * 1024**3)
    process = subprocess.Popen(
        [sys.executable, "-m", "bodycam_annotator", "new", tmp_path / "a.bodycam", footage],
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        while not reads(process.pid, footage):
            assert process.poll() is None
        process.send_signal(getattr(signal, how))
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert not (tmp_path / "a.bodycam").exists()


def reads(pid: int, path: Path) -> bool:
    """Whether the process has the file open."""
    folder = Path(f"/proc/{pid}/fd")
    if not folder.exists():
        pytest.skip("this system does not say what a process has open")
    for entry in folder.iterdir():
        try:
            if entry.readlink() == path:
                return True
        except OSError:
            continue
    return False
