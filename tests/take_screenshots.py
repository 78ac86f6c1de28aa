"""Draws docs/screenshots anew: `python3 run.py screenshots`.

The window shows the staged sample, tagged as its truth says, at two sizes.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QDeadlineTimer, QTimer
from PyQt6.QtWidgets import QApplication, QWidget

from bodycam_annotator.app import demo_project, import_file, set_coder_name
from bodycam_annotator.config import sample_folder
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.keys_dialog import KeysDialog
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.shortcuts import ShortcutsDialog

SIZES = ((1280, 800), (1920, 1080))
PATIENCE_MS = 120_000
ROOT = Path(__file__).resolve().parents[1]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        # The pictures must not show whose machine they were drawn on, or what was open last.
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_CACHE_HOME"] = home
        os.environ["HOME"] = str(ROOT.parent)
        set_coder_name("A. Reviewer")
        application = make_application()
        for width, height in SIZES:
            _draw(application, folder, Path(home), width, height)


def _draw(application: QApplication, folder: Path, home: Path, width: int, height: int) -> None:
    window = MainWindow()
    window.resize(width, height)
    window.show()
    size = f"{width}x{height}"
    _save(application, window, folder / f"start_{size}.png")
    with demo_project(home / "Documents") as session:
        import_file(session, sample_folder() / "truth.csv")
        project = session.path
    window.open_path(project)
    _wait(application, lambda: window.player.ordinal is not None and not window.jobs.jobs)
    _wait(application, lambda: window.sources.is_idle and window.sources.shape is not None)
    shots = [tag for tag in window.tags_shown() if tag.code == "shot"]
    window.table.jump.emit(shots[1])
    window.tagger.select((shots[1].id,))
    _settle(application, window)
    _save(application, window, folder / f"tags_{size}.png")
    window.actions_["theme_light"].trigger()
    _settle(application, window)
    _save(application, window, folder / f"light_{size}.png")
    window.actions_["theme_dark"].trigger()
    window.desk.bring(window.transcript)
    _settle(application, window)
    _save(application, window, folder / f"transcript_{size}.png")
    window.desk.bring(window.intervals)
    _settle(application, window)
    _save(application, window, folder / f"intervals_{size}.png")
    window.desk.bring(window.history)
    _wait(application, lambda: window.history.model.rowCount())
    _save(application, window, folder / f"history_{size}.png")
    window.desk.bring(window.facts)
    _save(application, window, folder / f"footage_{size}.png")
    _draw_clips(application, window, folder, size)
    window.desk.bring(window.seeing)
    window.actions_["next_preset"].trigger()
    window.actions_["compare"].trigger()
    _wait(application, lambda: window.player.picture and window.player.picture.enhanced is not None)
    _save(application, window, folder / f"picture_{size}.png")
    if (width, height) == SIZES[0]:
        for dialog, name in (
            (ShortcutsDialog(window.actions_, window.keys, window.codebook, window), "shortcuts"),
            (KeysDialog(window.keys, window.codebook, window), "keys"),
        ):
            dialog.show()
            _save(application, dialog, folder / f"{name}.png")
            dialog.close()
    window.close()
    window.deleteLater()


def _draw_clips(application: QApplication, window: MainWindow, folder: Path, size: str) -> None:
    """The dialog, as large as such a window has room for."""
    said = [tag for tag in window.tags_shown() if tag.text]
    window.tagger.select((said[0].id,))
    window.clipping.ask()
    dialog = window.clipping.dialog
    assert dialog is not None
    dialog.resize(min(1400, window.width() - 80), min(900, window.height() - 48))
    dialog.seen.slower[4].click()
    _wait(application, lambda: dialog.panel.shown is not None and dialog.make.isEnabled())
    dialog.panel.slider.setValue(20)
    _wait(application, lambda: dialog.panel.shown and dialog.panel.shown.number == 20)
    # The folder of this moment would be another one in each picture.
    dialog.file.setText("Documents/Staged incident clips")
    _save(application, dialog, folder / f"clips_{size}.png")
    dialog.reject()


def _settle(application: QApplication, window: MainWindow) -> None:
    settled: list[bool] = []
    window.player.when_settled(lambda: settled.append(True))
    _wait(application, lambda: settled)


def _save(application: QApplication, widget: QWidget, path: Path) -> None:
    _rest(application)
    if not widget.grab().save(str(path)):
        sys.exit(f"{path} cannot be written.")


def _rest(application: QApplication) -> None:
    """Until what is laid out soon, and soon after that, is laid out."""
    timer = QTimer()
    timer.setSingleShot(True)
    timer.start(250)
    _wait(application, lambda: not timer.isActive())


def _wait(application: QApplication, done: Callable[[], object]) -> None:
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not done():
        application.processEvents()
        if deadline.hasExpired():
            sys.exit("The window did not get ready.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
