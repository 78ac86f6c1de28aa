"""The real window, offscreen, that knows which picture was painted when."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from PyQt6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer

from benchmarks.report import Tally, fact
from bodycam_annotator.media.picture import Picture
from bodycam_annotator.ui.application import log_qt, make_application
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.settings import WindowSettings
from tests.barcode import Image, Unreadable, picture_matches, read_barcode
from tests.ui.hand import pixels_of

PATIENCE_S = 30.0
SETTLE_S = 10.0
"""Until a picture that came reduced while moving is there in full."""

SMALL = 120
"""Pixels across which a barcode is still read: what is kept of each picture, to be read later."""

QUIET_S = 0.15
IDLE = 0.2
"""Share of one processor that an idle window stays below."""


@dataclass(frozen=True, kw_only=True)
class Painted:
    """That a picture was painted, `at` seconds of `time.perf_counter`."""

    at: float
    ordinal: int


def use_own_folders(folder: Path) -> None:
    """Settings and projects stay out of this person's own. To be called before any window."""
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        os.environ[name] = str(folder)
    os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
    os.environ["XDG_DOCUMENTS_DIR"] = str(folder / "documents")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


class WatchedWindow(QObject):
    """Works the player of a real window, and reads every picture it hands on.

    Attributes:
        paints: every time the picture was painted since `take_tally`.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        log_qt()
        self._application = make_application()
        self.window = MainWindow(WindowSettings(folder))
        self.player = self.window.player
        self.paints: list[Painted] = []
        self._handed_on = self._on_screen = -1
        self._painting: int | None = None
        self._seen: list[tuple[int, Image]] = []
        self._tally = Tally()
        self.player.shown.connect(self._note_picture)
        self.window.picture.installEventFilter(self)
        # So that waiting for an event never lasts, whatever comes.
        self._waker = QTimer(self)
        self._waker.setTimerType(Qt.TimerType.PreciseTimer)
        self._waker.start(2)
        self.resize(1280, 800)
        self.window.show()

    def __enter__(self) -> "WatchedWindow":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.window.close()
        self.pump()

    def resize(self, width: int, height: int) -> None:
        self.window.resize(width, height)

    def open(self, path: Path) -> None:
        """Returns when the footage is on screen, hashed and can be tagged."""
        window = self.window
        window.open_path(path)
        self._handed_on = self._on_screen = -1
        self.wait(lambda: window.bridge is not None and window.footage is not None)
        self.wait(lambda: self._on_screen >= 0 and not window.jobs.jobs)
        self.quiet()

    def pump(self) -> None:
        """Lets the window do what waits; a paint is stamped when all of it has been done."""
        self._application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if self._painting is not None:
            self._on_screen, self._painting = self._painting, None
            self.paints.append(Painted(at=time.perf_counter(), ordinal=self._on_screen))

    def wait(self, done: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
        deadline = time.perf_counter() + seconds
        while not done():
            if time.perf_counter() > deadline:
                return False
            self.pump()
        return True

    def pause(self, seconds: float) -> None:
        self.wait(lambda: False, seconds)

    def quiet(self) -> None:
        """Returns when nothing is decoded any more, so that what follows has the machine."""
        for _ in range(round(PATIENCE_S / QUIET_S)):
            begun, worked = time.perf_counter(), time.process_time()
            self.pause(QUIET_S)
            passed = time.perf_counter() - begun
            if time.process_time() - worked < passed * IDLE:
                return

    def move(self, ask: Callable[[], object], ordinal: int) -> float:
        """Milliseconds from asking until exactly that frame is painted, whole window and all."""
        begun = time.perf_counter()
        ask()
        if not self.wait(lambda: self._on_screen == ordinal):
            fact(f"WRONG: asked for {ordinal}", f"the window still has {self._on_screen}")
            self._count(right=False)
        return (time.perf_counter() - begun) * 1000

    def seek(self, ordinal: int) -> float:
        return self.move(lambda: self.player.seek(ordinal), ordinal)

    def hold(self, direction: int, steps: int, *, rate: float | None = None) -> list[float]:
        """Milliseconds of each step. The next is asked for as soon as one is painted, or at
        `rate` a second where that is later, as a held key does."""
        here, took, due = self._on_screen, [], time.perf_counter()
        for k in range(steps):
            if rate is not None:
                self.wait(lambda due=due: time.perf_counter() >= due)  # type: ignore[misc]
                due += 1 / rate
            step = self.move(lambda: self.player.step(direction), here + direction * (k + 1))
            took.append(step)
        return took

    def check_whole(self, ordinal: int) -> None:
        """Counts whether all that comes to stand still is that frame, in full."""
        player = self.player
        self.wait(lambda: self._stands_at(ordinal), SETTLE_S)
        self.window.messages.hide()
        self.pause(0.05)
        picture = player.picture
        right = (
            picture is not None
            and self._stands_at(ordinal)
            and _shows(picture.bgra, ordinal)
            and _read(pixels_of(self.window.picture)) == ordinal
        )
        if not right:
            has = None if picture is None else (picture.ordinal, _read(picture.bgra))
            fact(
                f"WRONG when standing at {ordinal}",
                f"player {player.ordinal}, picture and its barcode {has}, "
                f"window {_read(pixels_of(self.window.picture))}",
            )
        self._count(right=right)

    def _stands_at(self, ordinal: int) -> bool:
        picture = self.player.picture
        shown = picture is not None and picture.ordinal == ordinal and not picture.reduced
        return shown and self.player.ordinal == self._on_screen == ordinal

    def on_screen(self) -> int:
        """The ordinal painted last."""
        return self._on_screen

    def take_tally(self) -> Tally:
        """Reads every picture handed on since the last call, and forgets them and the paints."""
        for ordinal, pixels in self._seen:
            shown = _read(pixels)
            if shown != ordinal:
                fact(f"WRONG: handed on as {ordinal}", f"its barcode says {shown}")
            self._count(right=shown == ordinal)
        tally, self._tally = self._tally, Tally()
        self._seen.clear()
        self.paints.clear()
        return tally

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint:
            self._painting = self._handed_on
        return super().eventFilter(watched, event)

    def _count(self, *, right: bool) -> None:
        self._tally.add(Tally(asked=1, wrong=not right))

    def _note_picture(self, picture: Picture) -> None:
        self._handed_on = picture.ordinal
        every = max(1, picture.bgra.shape[1] // SMALL)
        self._seen.append((picture.ordinal, np.ascontiguousarray(picture.bgra[::every, ::every])))


def _read(pixels: Image) -> int:
    try:
        return read_barcode(pixels)
    except Unreadable:
        return -1


def _shows(pixels: Image, ordinal: int) -> bool:
    try:
        return picture_matches(pixels, ordinal)
    except Unreadable:
        return False
