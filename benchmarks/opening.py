"""Opening an hour of footage in the real window, and its packet index beside a bare demux.

The hour is the reference footage's packets again and again, in a temporary folder, in the
system's file cache: what is measured is the program and not the disk.
"""

import gc
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np
from PyQt6.QtCore import QEvent, QEventLoop, QObject

from benchmarks.footage import CLOCK, Reference, made, references
from benchmarks.heartbeat import LONGEST_MS, Heartbeat, gap_row
from benchmarks.report import Tally, fact, goal, heading, middle, row, say
from benchmarks.window import use_own_folders
from bodycam_annotator.media.container import choose_video, open_media, read_only
from bodycam_annotator.media.index import index_stream
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.media.probe import index_footage
from bodycam_annotator.ui.application import log_qt, make_application
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.settings import WindowSettings
from tests.barcode import Image, Unreadable, read_barcode

CLIP_SECONDS = 20
HOUR_S = 3600
TICKS = 3003
"""Of `CLOCK`, per frame."""

SPARE_BYTES = 2 * 1024**3
ROUNDS = 5
PATIENCE_S = 120.0

FIRST_PICTURE_MS = 300.0
INDEX_RATIO = 1.2
REOPENING_MS = 100.0


def main() -> None:
    clip = references(CLIP_SECONDS)[0]
    source = made(clip)
    seconds = _seconds_that_fit(source)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "hour.mp4"
        begun = time.perf_counter()
        frames = _repeat(clip, source, path, times=seconds // CLIP_SECONDS)
        size = path.stat().st_size
        say(
            f"made {seconds} s of footage in {time.perf_counter() - begun:.0f} s: {frames} frames, "
            f"{size / 1e9:.2f} GB, {size * 8 / seconds / 1e6:.1f} Mb/s"
        )
        _index_beside_demux(path)
        _open_with_others(path)
        _open_in_window(path, folder)


def _seconds_that_fit(source: Path) -> int:
    """An hour, or as much of it as there is room for."""
    room = shutil.disk_usage(tempfile.gettempdir()).free - SPARE_BYTES
    return min(HOUR_S, max(1, room // source.stat().st_size) * CLIP_SECONDS)


def _repeat(clip: Reference, source: Path, path: Path, *, times: int) -> int:
    """Writes the clip's packets that many times over; returns how many frames that makes."""
    count = 0
    with av.open(str(source)) as given, av.open(str(path), "w") as output:
        stream = given.streams.video[0]
        written = output.add_stream_from_template(stream)
        written.time_base = Fraction(1, CLOCK)
        for _ in range(times):
            given.seek(0, stream=stream)
            begun = count
            for packet in given.demux(stream):
                if packet.pts is None or packet.dts is None:
                    continue
                packet.pts, packet.dts = (
                    round(ticks * packet.time_base * CLOCK) + begun * TICKS
                    for ticks in (packet.pts, packet.dts)
                )
                packet.time_base, packet.duration = Fraction(1, CLOCK), TICKS
                packet.stream = written
                output.mux_one(packet)
                count += 1
    assert count == times * clip.frames
    return count


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    gc.collect()
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _bare_demux(path: Path) -> None:
    with av.open(str(path)) as container:
        for _ in container.demux(container.streams.video[0]):
            pass


def _packet_index(path: Path) -> None:
    with open_media(path) as container:
        video = choose_video(container, path, stream=None)
        read_only(video)
        index_stream(video, path)


def _index_beside_demux(path: Path) -> None:
    _bare_demux(path)
    ways: dict[str, Callable[[Path], object]] = {
        "bare PyAV demux": _bare_demux,
        "packet index": _packet_index,
        "packet index, its head held against the decoder": index_footage,
    }
    took: dict[str, list[float]] = {what: [] for what in ways}
    # In turns, so that whatever else the machine does falls on all of them.
    for _ in range(ROUNDS):
        for what, work in ways.items():
            took[what].append(_timed(partial(work, path)))
    heading("Index")
    bare = took["bare PyAV demux"]
    for what, times in took.items():
        row(what, times, note=f"{middle(times) / middle(bare):.2f} × bare")
    ratio = middle(took["packet index, its head held against the decoder"]) / middle(bare)
    goal("index of an hour ≤ 1.2 × a bare demux", f"{ratio:.2f} ×", met=ratio <= INDEX_RATIO)


def _open_with_others(path: Path) -> None:
    def with_opencv() -> None:
        capture = cv2.VideoCapture(str(path))
        capture.read()
        capture.release()

    def with_pyav() -> None:
        with av.open(str(path)) as container:
            next(container.decode(video=0)).to_ndarray(format="bgra")

    heading("First picture, other libraries, no window")
    row("OpenCV: open, read", [_timed(with_opencv) for _ in range(ROUNDS)])
    row("plain PyAV: open, decode", [_timed(with_pyav) for _ in range(ROUNDS)])


class _Opening(QObject):
    """Opens footage in a window and notes when what is seen or known.

    Attributes:
        at: milliseconds since `open` by what happened; "painted" is any picture on screen.
        pictures: what the pictures show, in the order in which the window got them.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        log_qt()
        self._application = make_application()
        self.window = MainWindow(WindowSettings(folder))
        self.window.resize(1280, 800)
        self.window.show()
        self.heartbeat = Heartbeat()
        self.at: dict[str, float] = {}
        self.pictures: list[Image] = []
        self._begun = 0.0
        self._painting = False
        self.window.opener.picture_ready.connect(self._take)
        self.window.opener.footage_ready.connect(lambda _: self._note("known"))
        self.window.player.shown.connect(self._take)
        self.window.player.shown.connect(lambda _: self._note("frame"))
        self.window.picture.installEventFilter(self)

    def open(self, path: Path, until: str) -> None:
        self.at.clear()
        self.heartbeat.start()
        self._begun = time.perf_counter()
        self.window.open_path(path)
        while until not in self.at and time.perf_counter() < self._begun + PATIENCE_S:
            self._pump()

    def leave(self) -> None:
        """Stops what still goes on, and comes back when it has."""
        self.window.close_project()
        self.window.player.wait()
        while self.window.jobs.jobs:
            self._pump()
        gc.collect()

    def wrong(self) -> Tally:
        """How many pictures were not the first of the footage; forgets them."""
        pictures, self.pictures = self.pictures, []
        return Tally(asked=len(pictures), wrong=sum(_read(one) != 0 for one in pictures))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint and self.pictures:
            self._painting = True
        return super().eventFilter(watched, event)

    def _pump(self) -> None:
        self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        # A paint is over when all that was to be painted with it is.
        if self._painting:
            self._painting = False
            self._note("painted")
        time.sleep(0.0002)

    def _take(self, picture: Picture) -> None:
        self.pictures.append(np.ascontiguousarray(picture.bgra[::8, ::8]))

    def _note(self, what: str) -> None:
        self.at.setdefault(what, (time.perf_counter() - self._begun) * 1000)


def _read(pixels: Image) -> int:
    try:
        return read_barcode(pixels)
    except Unreadable:
        return -1


def _open_in_window(path: Path, folder: Path) -> None:
    use_own_folders(folder)
    cache = folder / "cache"
    os.environ["XDG_CACHE_HOME"] = str(cache)
    heading("Opening in the window")
    opening = _Opening(folder)
    try:
        first: list[float] = []
        for _ in range(ROUNDS):
            shutil.rmtree(cache, ignore_errors=True)
            opening.open(path, "painted")
            first.append(opening.at["painted"])
            opening.leave()
        row("first picture, painted", first, opening.wrong())
        goal("first picture of an hour ≤ 300 ms", _worst(first), met=max(first) <= FIRST_PICTURE_MS)
        shutil.rmtree(cache, ignore_errors=True)
        opening.open(path, "frame")
        gaps = opening.heartbeat.stop()
        row("first opening, frames known", [opening.at["known"]], opening.wrong())
        longest = gap_row("window's timers while it is indexed", gaps)
        goal("gap while an hour is indexed ≤ 16 ms", f"{longest:.1f} ms", met=longest <= LONGEST_MS)
        opening.leave()
        _reopen(path, opening)
        stored = sum(one.stat().st_size for one in cache.rglob("*.index"))
        fact("stored index", f"{stored / 1e6:.1f} MB")
    finally:
        opening.leave()
        opening.window.close()


def _reopen(path: Path, opening: _Opening) -> None:
    known: list[float] = []
    shown: list[float] = []
    for _ in range(2 * ROUNDS):
        opening.open(path, "frame")
        known.append(opening.at["known"])
        shown.append(opening.at["frame"])
        opening.leave()
    row("opening again, frames known", known)
    row("opening again, exact frame shown", shown, opening.wrong())
    for what, times in (("frames known", known), ("exact frame shown", shown)):
        met = middle(times) <= REOPENING_MS
        goal(f"opening an hour again, {what} ≤ 100 ms", _worst(times), met=met)


def _worst(times: list[float]) -> str:
    return f"p50 {middle(times):.0f}, worst {max(times):.0f} ms"
