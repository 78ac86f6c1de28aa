"""The wheel holds all that the program needs, and runs where there is no checkout."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.media_factory import Clip, make, steady

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the built wheel was installed into, without what it depends on."""
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy, as setuptools leaves what it builds beside the sources.
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "*.egg-info"))
    build = ["-m", "uv", "build", "--wheel", "--offline", "--no-build-isolation"]
    _python(*build, "-o", str(folder), cwd=source)
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    options = ["--offline", "--no-deps", "--target", str(target)]
    _python("-m", "uv", "pip", "install", *options, str(wheel), cwd=folder)
    return target


def test_the_source_archive_holds_the_stand_alone_verifier(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "*.egg-info"))
    build = ["-m", "uv", "build", "--sdist", "--offline", "--no-build-isolation"]
    _python(*build, "-o", str(tmp_path), cwd=source)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        names = files.getnames()
    assert f"{archive.name.removesuffix('.tar.gz')}/docs/verify_project.py" in names


def _python(*arguments: str, cwd: Path, path: Path | None = None) -> str:
    """Its output; `path` is looked in for packages before all others."""
    env = {**os.environ, "PYTHONPATH": str(path) if path else ""}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _files(folder: Path) -> set[Path]:
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_holds_every_module(installed: Path) -> None:
    modules = _files(ROOT / "bodycam_annotator")
    assert Path("__main__.py") in modules
    assert modules <= _files(installed / "bodycam_annotator")


def test_holds_the_assets_but_not_how_the_sample_is_made(installed: Path) -> None:
    maker = Path("sample", "make")
    assets = {path for path in _files(ROOT / "assets") if not path.is_relative_to(maker)}
    assert Path("codebooks", "use_of_force.toml") in assets
    assert _files(installed / "bodycam_annotator" / "assets") == assets


def test_holds_nothing_else(installed: Path) -> None:
    top = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert top - {"bin", "Scripts", ".lock"} == {"bodycam_annotator"}


def test_finds_its_own_assets(installed: Path, tmp_path: Path) -> None:
    program = "from bodycam_annotator import config; print(config.assets_folder())"
    found = Path(_python("-c", program, cwd=tmp_path, path=installed).strip())
    assert found == installed / "bodycam_annotator" / "assets"


def test_tells_its_usage_and_probes_footage(installed: Path, tmp_path: Path) -> None:
    usage = _python("-m", "bodycam_annotator", "--help", cwd=tmp_path, path=installed)
    assert "probe" in usage
    make(Clip(pts=steady(5)), tmp_path / "clip.mp4")
    command = ["-m", "bodycam_annotator", "probe", "clip.mp4", "--json"]
    assert json.loads(_python(*command, cwd=tmp_path, path=installed))["frames"] == 5
