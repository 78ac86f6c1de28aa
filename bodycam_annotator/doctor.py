"""Names the shared libraries this machine lacks, before an import of Qt fails on the first of them.

Standard library only, and imports nothing of the project: run.py needs it before any package is
installed.
"""

import ctypes
import os
import platform
import shutil
from dataclasses import dataclass

# What the Linux wheels of PyQt6 (widgets, multimedia, the offscreen platform), opencv-python and
# av link to and do not carry, with Debian's package of each. Debian 13 and Ubuntu 24.04 renamed
# some; apt still finds those by these older names.
LIBRARIES: dict[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXrandr.so.2": "libxrandr2",
    "libbrotlidec.so.1": "libbrotli1",
    "libbz2.so.1": "libbz2-1.0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libpulse.so.0": "libpulse0",
    "libstdc++.so.6": "libstdc++6",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}

SCREEN_LIBRARIES: dict[str, dict[str, str]] = {
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
        "libwayland-egl.so.1": "libwayland-egl1",
    },
    "xcb": {
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
}


@dataclass(frozen=True)
class Missing:
    """Something this machine lacks, and Debian's package of it."""

    name: str
    package: str


def missing_libraries(*, screen: bool) -> tuple[Missing, ...]:
    """The libraries that a start of Qt would fail on; `screen` says that it is to show a window."""
    if platform.system() != "Linux":
        return ()
    needed = LIBRARIES | SCREEN_LIBRARIES.get(_qt_platform(), {}) if screen else LIBRARIES
    return tuple(Missing(name, package) for name, package in needed.items() if not _loads(name))


def advice(missing: tuple[Missing, ...]) -> str:
    """One sentence: what is missing, and the one command that mends it where that is known."""
    names = ", ".join(one.name for one in missing)
    if shutil.which("apt-get") is None:
        return f"This machine lacks {names}: install the packages of your system that hold them."
    install = " ".join(["sudo apt-get install -y", *packages(missing)])
    return f"This machine lacks {names}: run `sudo apt-get update && {install}`."


def packages(missing: tuple[Missing, ...]) -> list[str]:
    return sorted({one.package for one in missing})


def _qt_platform() -> str:
    """Which of Qt's platforms a window would use: as Qt chooses, by the environment."""
    asked = os.environ.get("QT_QPA_PLATFORM", "")
    default = "wayland" if os.environ.get("WAYLAND_DISPLAY") else "xcb"
    return asked.partition(";")[0].partition(":")[0].partition("-")[0] or default


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
