"""The main job without a screen: the sample incident opened, stepped, tagged and exported."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PyQt6.QtCore import QDeadlineTimer, QEventLoop, QObject
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.app import demo_project
from bodycam_annotator.config import sample_folder
from bodycam_annotator.errors import UserError
from bodycam_annotator.ui.application import log_qt, make_application
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.settings import WindowSettings

PATIENCE_MS = 120_000


def run_offscreen_demo(folder: Path) -> int:
    """Tags camera 1 of the sample as its truth says, through the window; writes into `folder`.

    Prints where the CSV timeline, the project and a picture of the window are. Raises `UserError`
    when the folder cannot be written.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    log_qt()
    application = make_application()
    with TemporaryDirectory() as forgotten:
        # What nobody saw is not among the files that a person had open last.
        window = MainWindow(WindowSettings(Path(forgotten)))
        window.resize(1280, 800)
        window.show()
        try:
            written = _play(_Driver(application, window), window, folder)
        finally:
            window.close()
    for what, path in written:
        sys.stdout.write(f"{what}: {path}\n")
    return 0


def _play(driver: "_Driver", window: MainWindow, folder: Path) -> list[tuple[str, Path]]:
    with demo_project(folder) as session:
        project = session.path
    window.open_path(project)
    driver.wait(lambda: window.bridge is not None and window.player.ordinal is not None)
    driver.wait(lambda: not window.jobs.jobs)
    if not window.tags_shown():
        for row in _truth():
            driver.tag(row)
    driver.wait(lambda: window.bridge is not None and not window.bridge.unfinished)
    last_shot = [tag for tag in window.tags_shown() if tag.code == "shot"][-1]
    window.table.jump.emit(last_shot)
    window.tagger.select((last_shot.id,))
    driver.settle()
    out = folder / "sample.csv"
    window.exporting.to(out)
    driver.wait(lambda: not window.jobs.jobs)
    picture = folder / "window.png"
    window.grab().save(str(picture))
    count = len(window.tags_shown())
    sys.stdout.write(
        f"No screen, so the sample's {count} tags of camera 1 were made offscreen, on the "
        "frames that its truth.csv names.\n"
    )
    return [("CSV timeline", out), ("Project", project), ("Picture of the window", picture)]


def _truth() -> list[dict[str, str]]:
    """The rows of camera 1 whose times lie on frames or sound of the footage."""
    with (sample_folder() / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["camera"] == rows[0]["camera"]]


class _Driver(QObject):
    """Does with the window what a person would, one thing after another."""

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        super().__init__(window)
        self._application = application
        self._window = window

    def wait(self, done: Callable[[], object]) -> None:
        """Lets the window work until `done`. Raises `UserError` when it does not come to it."""
        deadline = QDeadlineTimer(PATIENCE_MS)
        while not done():
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if deadline.hasExpired():
                said = self._window.messages.text.text()
                raise UserError(f"The window did not get ready within two minutes. {said}")

    def settle(self) -> None:
        settled: list[bool] = []
        self._window.player.when_settled(lambda: settled.append(True))
        self.wait(lambda: settled)

    def tag(self, row: dict[str, str]) -> None:
        window = self._window
        before = {tag.id for tag in window.tags_shown()}
        window.player.go_to(int(row["start_frame"]))
        window.tagger.press(row["code"])
        self.settle()
        if row["kind"] == "interval":
            window.player.go_to(int(row["end_frame"]))
            window.tagger.press(row["code"])
        self.wait(lambda: len(window.tags_shown()) > len(before))
        tag = next(tag for tag in window.tags_shown() if tag.id not in before)
        for field in ("text", "speaker", "target"):
            window.tagger.change(tag, what=field, **{field: row[field]})
