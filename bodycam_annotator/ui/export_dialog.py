"""Asks for a format and a file, and shows what would be in it and what would not."""

from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontDatabase
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.app.exporting import of_camera
from bodycam_annotator.app.previewing import preview
from bodycam_annotator.errors import UserError
from bodycam_annotator.exchange.format import Content, Format, tags_in
from bodycam_annotator.exchange.formats import FORMATS
from bodycam_annotator.model.project import Project
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import ReadField, TextField
from bodycam_annotator.ui.theme import COLORS, scaled

_WHOLE = "Carries all that the timeline has."
_AS_CSV = "It is no text; it has these cells:"


@dataclass(frozen=True, kw_only=True)
class ExportChoice:
    """Where to, and how. `out` may be there already; then the person saw that it is replaced."""

    out: Path
    format: str
    raw: bool = False
    every_tag: bool = False
    camera: str | None = None


class ExportDialog(QDialog):
    """The formats to the left, what the chosen one does to the right, the file below.

    `project` is the one at `path`; the file is proposed as `folder`/`stem` with the format's
    ending. `chosen` is the format that was used last, `camera` the one on screen. `formats` are
    those listed.
    """

    def __init__(
        self,
        project: Project,
        path: Path,
        *,
        proposed: Path,
        chosen: str = "csv",
        camera: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._project, self._path = project, path
        self._proposed, self._on_screen = proposed, camera
        self._chosen_camera: str | None = None
        self.formats = [one for one in FORMATS.values() if one.write is not None]
        self.list = QListWidget()
        self.list.setAccessibleName("Format")
        self.list.addItems([one.title for one in self.formats])
        self.list.setSpacing(2)
        self.loses = ReadField()
        self.loses.setAccessibleName("What it cannot carry")
        self.camera = QComboBox()
        self.camera.setAccessibleName("Whose tags")
        self.camera.addItem("Tags of all cameras", None)
        for one in project.cameras.values():
            self.camera.addItem(f"Tags of {one.name}", one.name)
        self.camera.setVisible(len(project.cameras) > 1)
        self.every_tag = QCheckBox("All tags, not what is said alone")
        self.raw = QCheckBox("Text as it is, even what a spreadsheet would run")
        self.shows = PlainLabel()
        self.shows.setProperty("muted", True)
        self.text = ReadField()
        self.text.setAccessibleName("How the file begins")
        self.text.setLineWrapMode(ReadField.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.file = TextField()
        self.file.setAccessibleName("File")
        self.browse = QPushButton("Browse…")
        self.said = _words()
        self.export = QPushButton("E&xport")
        self.export.setDefault(True)
        self.cancel = QPushButton("&Cancel")
        self._lay_out()
        self._connect()
        names = [one.name for one in self.formats]
        self.list.setCurrentRow(names.index(chosen) if chosen in names else 0)
        self.list.setFocus()
        self.resize(scaled(900), scaled(600))

    @property
    def format(self) -> Format:
        return self.formats[max(0, self.list.currentRow())]

    @property
    def choice(self) -> ExportChoice | None:
        """None while there is no name for the file."""
        text = self.file.text().strip()
        if not text:
            return None
        out = self._proposed.parent / Path(text).expanduser()
        if not out.suffix:
            out = out.with_name(out.name + self.format.endings[0])
        return ExportChoice(
            out=out,
            format=self.format.name,
            raw=self.raw.isVisibleTo(self) and self.raw.isChecked(),
            every_tag=self.every_tag.isVisibleTo(self) and self.every_tag.isChecked(),
            camera=self.camera.currentData(),
        )

    def _change_format(self) -> None:
        one = self.format
        self.loses.setPlainText("\n".join(f"• {said}" for said in one.loses) or _WHOLE)
        self.every_tag.setVisible(one.chosen is not None)
        # A format of one footage asks for one; the next format is of all again, unless chosen.
        wanted = self._chosen_camera
        if one.one_footage and wanted is None:
            wanted = self._on_screen
        self.camera.setCurrentIndex(max(0, self.camera.findData(wanted)))
        self.raw.setVisible(bool(one.columns))
        named = Path(self.file.text().strip() or self._proposed)
        endings = {ending for each in self.formats for ending in each.endings}
        stem = named.name
        for ending in sorted(endings, key=len, reverse=True):
            if stem.lower().endswith(ending):
                stem = stem[: -len(ending)]
                break
        self.file.setText(str(named.with_name(stem + one.endings[0])))
        self._refresh()

    def _choose_camera(self) -> None:
        self._chosen_camera = self.camera.currentData()
        self._refresh()

    def _refresh(self) -> None:
        """What the file would begin with, and what stands there now."""
        choice = self.choice
        self.export.setEnabled(choice is not None)
        self.said.setText("")
        if choice is None:
            self._say("Name the file to write.", warns=True)
            return
        try:
            project = self._project
            if choice.camera is not None:
                project = of_camera(project, choice.camera)
            text, is_own = preview(
                project,
                self._path,
                choice.out,
                self.format,
                raw=choice.raw,
                every_tag=choice.every_tag,
            )
        except UserError as error:
            self.export.setEnabled(False)
            self.text.setPlainText("")
            self.shows.setText("")
            self._say(str(error), warns=True)
            return
        self.shows.setText("It begins like this:" if is_own else _AS_CSV)
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
        content = Content(project=project, every_tag=choice.every_tag)
        every = len(self._project.standing_tags)
        self._tell_target(choice.out, len(tags_in(content, self.format)), every)

    def _tell_target(self, out: Path, count: int, of_tags: int) -> None:
        there = out.exists()
        self.export.setText("&Replace" if there else "E&xport")
        if there:
            said = f"{out.name} is there already; it would be replaced. {_tags(count, of_tags)}."
            self._say(said, warns=True)
        elif not out.parent.is_dir():
            self._say(f"There is no folder {out.parent}.", warns=True)
        else:
            self._say(f"{_tags(count, of_tags)}, in {out.parent}")

    def _say(self, words: str, *, warns: bool = False) -> None:
        self.said.setText(words)
        self.said.setStyleSheet(f"color: {COLORS.warn}" if warns else "")

    def _browse(self) -> None:
        one = self.format
        endings = " ".join(f"*{ending}" for ending in one.endings)
        choice = self.choice
        # What is there is said in this dialog.
        name, _ = QFileDialog.getSaveFileName(
            self,
            f"Export as {one.title}",
            str(choice.out if choice else self._proposed),
            f"{one.title} ({endings});;All files (*)",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.file.setText(name)
            self._refresh()

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _: self._change_format())
        self.list.itemActivated.connect(lambda _: self.export.click())
        self.camera.activated.connect(lambda _: self._choose_camera())
        self.every_tag.toggled.connect(lambda _: self._refresh())
        self.raw.toggled.connect(lambda _: self._refresh())
        self.file.textEdited.connect(lambda _: self._refresh())
        self.browse.clicked.connect(lambda: self._browse())
        self.export.clicked.connect(lambda: self.accept())
        self.cancel.clicked.connect(lambda: self.reject())

    def _lay_out(self) -> None:
        self.list.setFixedWidth(scaled(230))
        what = QVBoxLayout()
        what.setSpacing(8)
        what.addWidget(_title("What it cannot carry"))
        what.addWidget(self.loses, 1)
        what.addWidget(self.camera)
        what.addWidget(self.every_tag)
        what.addWidget(self.raw)
        what.addWidget(self.shows)
        what.addWidget(self.text, 2)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.list)
        body.addLayout(what, 1)
        file = QHBoxLayout()
        file.setSpacing(8)
        file.addWidget(self.file, 1)
        file.addWidget(self.browse)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(body, 1)
        layout.addLayout(file)
        layout.addLayout(foot)


def _tags(count: int, of_tags: int) -> str:
    part = "" if count == of_tags else f" of {of_tags}"
    return f"{count}{part} tag{'s' * (of_tags != 1)}"


def _words() -> PlainLabel:
    label = PlainLabel()
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    return label


def _title(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setProperty("muted", True)
    return label
