"""What the system lacks is named, with the command that mends it; nothing Qt needs is forgotten."""

import mmap
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from bodycam_annotator import doctor
from bodycam_annotator.doctor import Missing, advice, missing_libraries

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shares its libraries")

NOWHERE = "libnowhere-to-be-found.so.9"


@pytest.fixture
def _nowhere_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.LIBRARIES, NOWHERE, "libnowhere9")


@pytest.fixture
def folder_of_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs, empty."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@linux_only
def test_nothing_is_missing_where_these_tests_run() -> None:
    assert missing_libraries(screen=False) == ()


@linux_only
@pytest.mark.usefixtures("_nowhere_needed")
def test_a_missing_library_is_named_with_its_package() -> None:
    assert missing_libraries(screen=False) == (Missing(NOWHERE, "libnowhere9"),)


@pytest.mark.usefixtures("_nowhere_needed")
def test_other_systems_carry_their_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert missing_libraries(screen=True) == ()


@linux_only
@pytest.mark.parametrize(
    ("environment", "screen", "asked"),
    [
        ({"DISPLAY": ":0"}, True, "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, True, "wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "QT_QPA_PLATFORM": "xcb"}, True, "xcb"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "wayland;xcb"}, True, "wayland"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, True, None),
        ({"DISPLAY": ":0"}, False, None),
    ],
)
def test_a_screen_needs_the_libraries_of_its_kind(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], screen: bool, asked: str | None
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    kinds = {kind: {f"lib{kind}-nowhere.so.9": kind} for kind in doctor.SCREEN_LIBRARIES}
    monkeypatch.setattr(doctor, "SCREEN_LIBRARIES", kinds)
    assert [one.package for one in missing_libraries(screen=screen)] == ([asked] if asked else [])


def test_advice_names_what_is_missing_and_one_command(folder_of_programs: Path) -> None:
    apt = folder_of_programs / "apt-get"
    apt.touch(mode=0o755)
    missing = (Missing("libb.so.1", "b"), Missing("liba.so.2", "a"), Missing("libb2.so.1", "b"))
    assert advice(missing) == (
        "This machine lacks libb.so.1, liba.so.2, libb2.so.1: "
        "run `sudo apt-get update && sudo apt-get install -y a b`."
    )


@pytest.mark.usefixtures("folder_of_programs")
def test_advice_knows_no_command_without_apt() -> None:
    sentence = advice((Missing(NOWHERE, "libnowhere9"),))
    assert NOWHERE in sentence
    assert "apt" not in sentence


def test_runs_with_no_package_installed() -> None:
    """run.py asks the doctor before there is a .venv."""
    command = [sys.executable, "-I", "-S", doctor.__file__]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


@linux_only
@pytest.mark.parametrize("platform", ["offscreen", "xcb", "wayland"])
def test_every_library_that_qt_links_to_is_asked_for(platform: str) -> None:
    known = set(doctor.LIBRARIES) | set(doctor.SCREEN_LIBRARIES.get(platform, {}))
    qt = _folder("PyQt6")
    modules = [qt / f"Qt{name}.abi3.so" for name in ("Core", "Gui", "Widgets", "Multimedia")]
    plugins = list(qt.glob(f"Qt6/plugins/*/libq{platform}.so"))
    assert len(plugins) == 1
    wanted = _wanted_of_the_system([*modules, *plugins], list(qt.glob("Qt6/lib/*.so*")))
    assert wanted - known == set()


@linux_only
@pytest.mark.parametrize(("package", "carried"), [("cv2", "opencv_python.libs"), ("av", "av.libs")])
def test_every_library_that_the_codecs_link_to_is_asked_for(package: str, carried: str) -> None:
    folder = _folder(package)
    # OpenCV carries plugins of another Qt for windows of its own, which we never open.
    modules = [path for path in folder.rglob("*.so") if "plugins" not in path.parts]
    wanted = _wanted_of_the_system(modules, list((folder.parent / carried).iterdir()))
    assert wanted - set(doctor.LIBRARIES) == set()


def _folder(package: str) -> Path:
    # Found, not imported: importing cv2 changes the environment that Qt reads.
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _wanted_of_the_system(roots: list[Path], carried: list[Path]) -> set[str]:
    """Names that `roots` link to, through the `carried` files too, and that no wheel carries."""
    of_python_itself = re.compile(r"lib(c|m|mvec|dl|pthread|rt|resolv|gcc_s)\.so|ld-linux")
    by_name = {path.name: path for path in carried}
    wanted, seen, todo = set[str](), set[Path](), list(roots)
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in _links_to(path):
            if name in by_name:
                todo.append(by_name[name])
            elif not of_python_itself.match(name):
                wanted.add(name)
    assert len(seen) > len(roots)
    return wanted


def _links_to(path: Path) -> Iterator[str]:
    """The DT_NEEDED entries of one 64-bit little-endian ELF file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as elf:
        (table,) = struct.unpack_from("<Q", elf, 32)
        size, count = struct.unpack_from("<HH", elf, 54)
        segments = [struct.unpack_from("<IIQQQQ", elf, table + size * k) for k in range(count)]
        loaded = [(start, at, length) for kind, _, at, start, _, length in segments if kind == 1]
        (dynamic,) = [(at, length) for kind, _, at, _, _, length in segments if kind == 2]
        entries = list(struct.iter_unpack("<QQ", elf[dynamic[0] : sum(dynamic)]))
        (names,) = [value for tag, value in entries if tag == 5]
        (names_at,) = [at + names - a for a, at, length in loaded if a <= names < a + length]
        for tag, value in entries:
            if tag == 1:
                begin = names_at + value
                yield os.fsdecode(elf[begin : elf.find(b"\0", begin)])
