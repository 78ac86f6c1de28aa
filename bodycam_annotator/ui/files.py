"""Footage and projects to open, frames to save, the coder's name."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QMessageBox, QWidget

from bodycam_annotator import __version__
from bodycam_annotator.app import coder_name as known_coder
from bodycam_annotator.app import set_coder_name
from bodycam_annotator.errors import UserError
from bodycam_annotator.media.picture import Picture, write_png
from bodycam_annotator.ui.dialogs import ask_coder
from bodycam_annotator.ui.messages import MessageBar

FOOTAGE = "*.mp4 *.mov *.m4v *.mkv *.webm *.ts *.m2ts *.mts *.avi *.mpg *.mpeg *.wmv *.asf *.flv"
OPENABLE = f"Footage and projects (*.bodycam {FOOTAGE});;All files (*)"


class Files(QObject):
    """Signals: `opened` carries paths, `coder_changed` the name that projects are to record from
    now on."""

    opened = pyqtSignal(object)
    coder_changed = pyqtSignal(str)

    def __init__(
        self,
        window: QWidget,
        *,
        messages: MessageBar,
        recent: Callable[[], list[Path]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._messages = messages
        self._recent = recent

    def ask_open(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            "Open footage or a project; several footage become one project",
            self.folder(),
            OPENABLE,
        )
        if names:
            self.opened.emit([Path(name) for name in names])

    def ask_save_frame(self, picture: Picture, footage: Path) -> None:
        proposed = footage.with_name(f"{footage.stem}_frame_{picture.ordinal}.png")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the frame", str(proposed), "PNG picture (*.png)"
        )
        if not name:
            return
        try:
            write_png(picture, Path(name))
        except UserError as error:
            self._messages.fail(str(error))
        else:
            self._messages.inform(f"Saved frame {picture.ordinal} as {name}.")

    def ask_coder(self) -> None:
        name = ask_coder(known_coder(), self._window)
        if name is None:
            return
        try:
            set_coder_name(name)
        except UserError as error:
            self._messages.fail(str(error))
            return
        self.coder_changed.emit(name)
        self._messages.inform(f"{name} is the coder from now on.")

    def tell_about(self) -> None:
        QMessageBox.about(
            self._window,
            "About Bodycam Annotator",
            f"Bodycam Annotator {__version__}\n\nFree software under the GNU General Public "
            "License, version 3 or later. It opens footage read-only and never connects to a "
            "network.",
        )

    def folder(self) -> str:
        """Where the file that was opened last lies; blank for none."""
        recent = self._recent()
        return str(recent[0].parent) if recent else ""
