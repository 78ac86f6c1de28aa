#!/usr/bin/env python3
"""Sets this checkout up, then starts one of its tasks. Needs Python 3.11 or newer, nothing else.

usage: python3 run.py TASK [ARGUMENT ...]     arguments go on to what the task starts

  demo          the staged sample incident; with no screen, drawn into build/demo
  test          check, then the tests
  check         layout, lint, types, layers, and whether the lock fits pyproject.toml
  screenshots   draws docs/screenshots anew
  bench         the benchmarks
  lock          writes requirements.lock anew from pyproject.toml (--upgrade: newer versions)
"""

import hashlib
import os
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from shutil import which

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python is told so here)
    sys.exit("run.py needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")

from bodycam_annotator.doctor import Missing, advice, missing_libraries, packages

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "set-up-for.txt"

# Set for something else, these would put other packages before the locked ones.
ENV = {name: os.environ[name] for name in os.environ.keys() - {"PYTHONPATH", "PYTHONHOME"}}

UV = ["-m", "uv", "pip"]
LOCK_FROM = ["pyproject.toml", "--group=dev", "--python-version=3.11"]
TASKS = {
    "demo": ["-m", "bodycam_annotator", "demo"],
    "test": ["-m", "pytest", "-n", "2"],
    "check": [],
    "screenshots": ["-m", "tests.take_screenshots", "docs/screenshots"],
    "bench": ["-m", "benchmarks"],
    "lock": [*UV, "compile", *LOCK_FROM, "-qo", LOCK.name],
}
CHECKS = {
    "ruff format": ["-m", "ruff", "format", "--check"],
    "ruff check": ["-m", "ruff", "check"],
    "mypy": ["-m", "mypy"],
    "lint-imports": ["-c", "import importlinter.cli as cli; cli.lint_imports_command()"],
    "lock": [*UV, "check"],
}


def main(arguments: list[str]) -> int:
    task, more = (arguments[0], arguments[1:]) if arguments else ("", [])
    if task not in TASKS:
        asked = task in ("-h", "--help")
        (sys.stdout if asked else sys.stderr).write(__doc__)
        return 0 if asked else 2
    mend_system()
    if not is_set_up():
        set_up()
    if task == "check":
        return check()
    if task == "demo" and has_screen():
        return start(*TASKS[task], *more)
    if task == "demo":
        more = ["--offscreen-output", "build/demo", *more]
    checked = check() if task == "test" else 0
    return start(*TASKS[task], *more, QT_QPA_PLATFORM="offscreen") or checked


def check() -> int:
    failed = []
    for name, command in CHECKS.items():
        say(f"== {name}")
        if start(*command) != 0:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed")
    return 1 if failed else 0


def mend_system() -> None:
    """Installs what the system lacks where we may (root, apt), else stops and says what it is."""
    missing = missing_on_system()
    if missing and sys.platform == "linux" and os.geteuid() == 0 and which("apt-get"):
        say(advice(missing))
        env = {**ENV, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], env=env, check=False)
        subprocess.run(["apt-get", "install", "-y", *packages(missing)], env=env, check=False)
        missing = missing_on_system()
    if missing:
        sys.exit(advice(missing))


def missing_on_system() -> tuple[Missing, ...]:
    missing = missing_libraries(screen=has_screen())
    # Debian's Python comes without ensurepip; another pip on the machine serves as well.
    if not is_set_up() and find_spec("ensurepip") is None and find_spec("pip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        missing += (Missing("Python's venv", package),)
    return missing


def set_up() -> None:
    say(f"Setting up {VENV}: a minute or two, once, until what is locked changes")
    try:
        VENV.mkdir(exist_ok=True)
        STAMP.write_bytes(b"")
    except OSError as error:
        sys.exit(f"{VENV} cannot be written ({error.strerror}): copy this folder to where it can.")
    lent_pip = find_spec("ensurepip") is None
    make = ["-m", "venv", "--clear", *(["--without-pip"] if lent_pip else []), str(VENV)]
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    pip = pip if lent_pip else [str(PYTHON), "-m", "pip"]
    for command in (
        [sys.executable, *make],
        [*pip, "install", "-q", "--no-compile", "--require-hashes", "-r", str(LOCK)],
        [*pip, "install", "-q", "--no-index", "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
    ):
        if subprocess.run(command, cwd=ROOT, env=ENV, check=False).returncode != 0:
            sys.exit("The set-up failed, for the reason above. Is this machine online? Try again.")
    STAMP.write_bytes(wanted_stamp())


def is_set_up() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_bytes() == wanted_stamp()


def wanted_stamp() -> bytes:
    """What .venv was made for: where it stands, by which Python, and what it is to hold."""
    content = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes())
    python = [str(sys.implementation.cache_tag), sysconfig.get_platform(), sys.base_prefix]
    return os.fsencode("\n".join([str(ROOT), *python, content.hexdigest()]))


def has_screen() -> bool:
    return sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def start(*command: str, **env: str) -> int:
    code = subprocess.run([PYTHON, *command], cwd=ROOT, env=ENV | env, check=False).returncode
    return code if code >= 0 else 128 - code


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
