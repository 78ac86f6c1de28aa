"""Other libraries and players that give a frame by its number, asked for the same frames.

Each runs in a process of its own (`peer_process.py`): they bring their own FFmpeg, and what they
need is not to count as this program's memory.
"""

import importlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame

from benchmarks.footage import FOLDER
from tests.barcode import Image

EXTRA = FOLDER / "peers"
"""Peers that the project does not depend on may be installed here; see README.md."""

PATIENCE_S = 20.0


class Peer(Protocol):
    """`find` is timed; `picture` is what it found, (height, width, 4) BGRA."""

    def find(self, ordinal: int) -> None: ...

    def picture(self) -> Image: ...

    def close(self) -> None: ...


class PlainPyav:
    """Seeks to the keyframe before and decodes up to the frame: the floor for a random seek."""

    def __init__(self, path: Path) -> None:
        with av.open(str(path)) as container:
            packets = [packet for packet in container.demux(video=0) if packet.size]
        self._pts = sorted(cast(int, packet.pts) for packet in packets)
        self._keys = [cast(int, packet.pts) for packet in packets if packet.is_keyframe]
        self._container: InputContainer = av.open(str(path))
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._frame: VideoFrame | None = None

    def find(self, ordinal: int) -> None:
        wanted = self._pts[ordinal]
        # For a frame just before a keyframe, its own time would find that one, too late.
        key = max(pts for pts in self._keys if pts <= wanted)
        self._container.seek(key, stream=self._stream)
        for frame in self._container.decode(self._stream):
            if frame.pts is not None and frame.pts >= wanted:
                self._frame = frame
                return
        raise LookupError(ordinal)

    def picture(self) -> Image:
        assert self._frame is not None
        return np.asarray(self._frame.to_ndarray(format="bgra"), dtype=np.uint8)

    def close(self) -> None:
        self._container.close()


class OpenCv:
    def __init__(self, path: Path) -> None:
        self._capture = cv2.VideoCapture(str(path))
        self._next = 0
        self._picture = np.zeros((1, 1, 3), np.uint8)

    def find(self, ordinal: int) -> None:
        if ordinal != self._next:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, ordinal)
        _, picture = self._capture.read()
        self._next = ordinal + 1
        self._picture = np.asarray(picture, np.uint8)

    def picture(self) -> Image:
        return np.asarray(cv2.cvtColor(self._picture, cv2.COLOR_BGR2BGRA), np.uint8)

    def close(self) -> None:
        self._capture.release()


class Decord:
    def __init__(self, path: Path) -> None:
        self._reader: Any = importlib.import_module("decord").VideoReader(str(path))
        self._picture = np.zeros((1, 1, 3), np.uint8)

    def find(self, ordinal: int) -> None:
        self._picture = self._reader[ordinal].asnumpy()

    def picture(self) -> Image:
        return np.asarray(cv2.cvtColor(self._picture, cv2.COLOR_RGB2BGRA), np.uint8)

    def close(self) -> None:
        self._reader = None


class Ffms2:
    def __init__(self, path: Path) -> None:
        module: Any = importlib.import_module("ffms2")
        self._source: Any = module.VideoSource(str(path))
        self._source.set_output_format([module.get_pix_fmt("bgra")])
        self._picture = np.zeros((1, 1, 4), np.uint8)

    def find(self, ordinal: int) -> None:
        frame = self._source.get_frame(ordinal)
        stride, height, width = frame.Linesize[0], frame.EncodedHeight, frame.EncodedWidth
        data = np.ctypeslib.as_array(frame.Data[0], (height * stride,))
        self._picture = data.reshape(height, stride // 4, 4)[:, :width]

    def picture(self) -> Image:
        return np.array(self._picture, np.uint8)

    def close(self) -> None:
        self._source = None


class Mpv:
    """mpv paused without a screen; the time runs from the command until it says it is there."""

    def __init__(self, path: Path) -> None:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            base = cast(Any, stream.time_base)
            ticks = sorted(cast(int, one.pts) for one in container.demux(stream) if one.size)
        self._times = [float((one - ticks[0]) * base) for one in ticks]
        self._folder = tempfile.TemporaryDirectory()
        address = Path(self._folder.name) / "socket"
        options = ["--no-config", "--vo=null", "--no-audio", "--pause", "--keep-open=always"]
        self._process = subprocess.Popen(
            ["mpv", *options, f"--input-ipc-server={address}", "--really-quiet", "--idle"],
            stdin=subprocess.DEVNULL,
        )
        self._socket = _connected(address)
        self._socket.settimeout(PATIENCE_S)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._say("loadfile", str(path), until="playback-restart")

    def find(self, ordinal: int) -> None:
        self._say("seek", f"{self._times[ordinal]:.6f}", "absolute+exact", until="playback-restart")

    def picture(self) -> Image:
        path = Path(self._folder.name) / "picture.png"
        self._say("screenshot-to-file", str(path), "video", until="answer")
        bgr = cv2.imread(str(path))
        return np.asarray(cv2.cvtColor(np.asarray(bgr), cv2.COLOR_BGR2BGRA), np.uint8)

    def close(self) -> None:
        self._lines.close()
        self._socket.close()
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    def _say(self, *command: str, until: str) -> None:
        """Returns when mpv says `until`: an event, or "answer" for that to the command."""
        self._socket.sendall(json.dumps({"command": command}).encode() + b"\n")
        for line in self._lines:
            said = json.loads(line)
            if said.get("error", "success") != "success":
                raise ConnectionError(f"mpv refused {command}: {said['error']}")
            if said.get("event") == until or (until == "answer" and "error" in said):
                return
        raise ConnectionError("mpv has ended")


def _connected(address: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection.connect(str(address))
            return connection
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


KINDS: dict[str, Callable[[Path], Peer]] = {
    "plain PyAV": PlainPyav,
    "OpenCV VideoCapture": OpenCv,
    "decord2": Decord,
    "FFMS2": Ffms2,
    "mpv": Mpv,
}
_MODULES = {"decord2": "decord", "FFMS2": "ffms2"}


def look_in_extra() -> None:
    """Behind the project's own packages, so that none of those is another one for it."""
    if str(EXTRA) not in sys.path:
        sys.path.append(str(EXTRA))


def why_not(name: str) -> str | None:
    """What is missing here for that peer, in words."""
    look_in_extra()
    if name == "mpv":
        return None if shutil.which("mpv") and hasattr(socket, "AF_UNIX") else "not installed"
    module = _MODULES.get(name)
    return None if module is None or find_spec(module) else "not installed"
