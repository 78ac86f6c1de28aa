"""Asks what to make of tags, and shows it as it will be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QGuiApplication, QShowEvent
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import NotMade, Piece
from bodycam_annotator.app.clips.outlook import Held, Outlook
from bodycam_annotator.errors import ExchangeError
from bodycam_annotator.model.project import Project
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.timing import NS
from bodycam_annotator.ui.clip_drawings import ClipDrawings
from bodycam_annotator.ui.clip_fields import Choice, SecondsField, WrongEntryError, allow, row, tick
from bodycam_annotator.ui.clip_preview_panel import ClipPreviewPanel
from bodycam_annotator.ui.clip_seen_form import ClipSeenForm
from bodycam_annotator.ui.clip_worker import ClipWorker, Foreseen, OutlookAsk
from bodycam_annotator.ui.clip_written_form import ClipWrittenForm
from bodycam_annotator.ui.messages import counted
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import scaled, set_tone

if TYPE_CHECKING:
    from bodycam_annotator.media.enhance import Look

_SHEET_TIP = (
    "Frames of the tag side by side; below each number, file time and the tags that begin with it"
)
_PREVIEW_TIP = (
    "Small, at most 10 MB; for mail and web pages.\n"
    "Without card, freeze and slow motion, inset and point"
)
_HANDLES_TIP = "Seconds of footage before and after each tag"
_TICKS = {
    Make.CLIP: ("C&lips", "Each tag with its sound, exactly its frames"),
    Make.STILL: ("S&tills", "The frame at the tag’s start, as PNG"),
    Make.SHEET: ("Cont&act sheets", _SHEET_TIP),
    Make.PREVIEW: ("Animated pre&views", _PREVIEW_TIP),
    Make.SOUND: ("So&und", "Its samples alone, as WAV"),
}
_SHARE = 0.85
"""Of the screen, that a dialog takes where there is much room."""

_CALLED = {
    Make.CLIP: "clip",
    Make.STILL: "still",
    Make.SHEET: "contact sheet",
    Make.PREVIEW: "animated preview",
    Make.SOUND: "sound file",
}


@dataclass(frozen=True, kw_only=True)
class ClipSource:
    """Something that clips can be made of: "3 selected tags"."""

    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class ClipsAsk:
    """What somebody wants to be made, and where."""

    pieces: tuple[Piece, ...]
    folder: Path
    choices: ClipChoices


class ClipsDialog(QDialog):
    """What to make to the left, a picture of it to the right, what it comes to below.

    `project` is the one at `path`. It opens with the first of `sources`, the `choices` that were
    made last and the `folder` that is proposed. `player_look`: what pictures are enhanced by in
    the player, None for nothing.

    Attributes: `asked` is what is to be made, None until that was said.
    """

    def __init__(
        self,
        project: Project,
        path: Path,
        *,
        sources: Sequence[ClipSource],
        choices: ClipChoices,
        folder: Path,
        player_look: "Look | None",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Clips and stills")
        self.asked: ClipsAsk | None = None
        self._sources, self._folder = sources, folder
        self._given = choices
        self._choices: ClipChoices | None = None
        self._version = 0
        self._wrong: QWidget | None = None
        self._worker = ClipWorker(project, path, ClipDrawings(), self)
        self.source = Choice("What of")
        self.source.addItems([one.title for one in sources])
        self.makes = {make: tick(*words) for make, words in _TICKS.items()}
        self.before = SecondsField("Handle before")
        self.after = SecondsField("Handle after")
        for handle in (self.before, self.after):
            handle.setToolTip(_HANDLES_TIP)
        self.seen = ClipSeenForm(player_look)
        self.written = ClipWrittenForm()
        self.panel = ClipPreviewPanel(project, self._worker)
        self.file = TextField()
        self.file.setAccessibleName("Folder")
        self.browse = QPushButton("Browse…")
        self.said = PlainLabel()
        self.said.setWordWrap(True)
        self.make = QPushButton()
        self.make.setDefault(True)
        self.cancel = QPushButton("Cancel")
        self._lay_out()
        self._show_choices()
        self._connect()
        self._choose_source()
        self.source.setFocus()
        self._size()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        chosen = self.source.currentIndex()
        return self._sources[chosen].pieces if chosen >= 0 else ()

    @property
    def folder(self) -> Path | None:
        """None while none is named."""
        text = self.file.text().strip()
        return self._folder.parent / Path(text).expanduser() if text else None

    def accept(self) -> None:
        folder, choices = self.folder, self._choices
        if folder is None or choices is None or not self.make.isEnabled():
            return
        self.asked = ClipsAsk(pieces=self.pieces, folder=folder, choices=choices)
        super().accept()

    def done(self, result: int) -> None:
        self._worker.stop()
        super().done(result)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._worker.start()

    # What is chosen

    def _show_choices(self) -> None:
        choices = self._given
        for make, box in self.makes.items():
            box.setChecked(make in choices.makes)
        self.before.show_ns(choices.before_ns)
        self.after.show_ns(choices.after_ns)
        self.seen.show_choices(choices)
        self.written.show_choices(choices)
        self.file.setText(str(self._folder))

    def _read(self) -> ClipChoices:
        """Raises `ExchangeError` or `WrongEntryError` for what cannot be."""
        choices = replace(self._given, makes=self._made())
        if self.before.isEnabled():
            choices = replace(choices, before_ns=self.before.ns(), after_ns=self.after.ns())
        choices = self.seen.onto(self.written.onto(choices))
        choices.check()
        return choices

    def _made(self) -> tuple[Make, ...]:
        return tuple(make for make, box in self.makes.items() if box.isChecked())

    def _choose_source(self) -> None:
        self.panel.show_pieces(self.pieces)
        self._choices = None
        self._refresh()

    def _refresh(self) -> None:
        makes = self._made()
        still = "Off: a still is one frame" if makes == (Make.STILL,) else ""
        allow(still, self.before, self.after)
        self.seen.offer(makes)
        self.written.offer(makes)
        self.panel.view.offer(point=self.seen.point.isEnabled(), drag=self.seen.region.isEnabled())
        self._mark(None)
        try:
            choices = self._read()
        except (ExchangeError, WrongEntryError) as error:
            self._choices = None
            self._mark(getattr(error, "field", None))
            self._refuse(str(error))
            return
        if choices != self._choices:
            self._choices = choices
            self.panel.choose(choices)
        self._look_ahead()

    def _mark(self, field: QWidget | None) -> None:
        for one, tone in ((self._wrong, ""), (field, "bad")):
            if one is not None:
                set_tone(one, tone)
        self._wrong = field

    # What it comes to

    def _look_ahead(self) -> None:
        self._version += 1
        folder, choices = self.folder, self._choices
        if choices is None:
            return
        if folder is None:
            self._refuse("Name the folder to write to.")
            return
        self._name_make({make: len(self.pieces) for make in choices.makes})
        self._say("Counting…" if len(self.pieces) > 1 else " ")
        self._worker.ask_outlook(
            OutlookAsk(version=self._version, pieces=self.pieces, folder=folder, choices=choices)
        )

    def _foresee(self, foreseen: Foreseen) -> None:
        outlook = foreseen.outlook
        if foreseen.version != self._version:
            return
        if outlook is None:
            self._refuse(foreseen.sentence)
            return
        self.written.show_first(outlook.first_name)
        none = outlook.not_made
        if not outlook.held:
            self._refuse(none[0].why if none else "There is nothing to make.")
            return
        if outlook.problem:
            self._refuse(outlook.problem)
            return
        self._name_make({make: held.files for make, held in outlook.held.items()})
        said = [f"{in_words(outlook)}.", *_lacking_words(outlook, len(self.pieces))]
        if self._points() and len(self.pieces) > 1:
            said.append("The same point is marked in each of them.")
        self._say(" ".join(said), warns=len(said) > 1)

    def _points(self) -> bool:
        look = None if self._choices is None else self._choices.look
        return look is not None and look.ring is not None

    def _name_make(self, counts: Mapping[Make, int]) -> None:
        several = len(counts) > 1
        what = "file" if several else _CALLED[next(iter(counts))]
        self.make.setText(f"&Make {counted(sum(counts.values()), what)}")
        self.make.setEnabled(True)

    def _refuse(self, why: str) -> None:
        self._version += 1
        self.make.setText("&Make")
        self.make.setEnabled(False)
        self._say(why, warns=True)

    def _say(self, words: str, *, warns: bool = False) -> None:
        self.said.setText(words)
        set_tone(self.said, "warn" if warns else "")

    # Parts

    def _browse(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, "Folder to write to", str(self.folder or self._folder)
        )
        if name:
            self.file.setText(name)
            self._look_ahead()

    def _connect(self) -> None:
        self.source.currentIndexChanged.connect(lambda _: self._choose_source())
        for box in self.makes.values():
            box.toggled.connect(lambda _: self._refresh())
        for field in (self.before, self.after):
            field.textEdited.connect(lambda _: self._refresh())
        self.seen.changed.connect(self._refresh)
        self.written.changed.connect(self._refresh)
        self.file.textEdited.connect(lambda _: self._look_ahead())
        self.panel.view.pointed.connect(self.seen.take_point)
        self.panel.view.dragged.connect(self.seen.take_region)
        self._worker.foreseen.connect(self._foresee)
        self.browse.clicked.connect(lambda: self._browse())
        self.make.clicked.connect(lambda: self.accept())
        self.cancel.clicked.connect(lambda: self.reject())

    def _lay_out(self) -> None:
        chosen = QWidget()
        chosen.setProperty("dense", True)
        column = QVBoxLayout(chosen)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        what = PlainLabel("What &of")
        what.setBuddy(self.source)
        source = row(what, self.source)
        source.setStretch(1, 1)
        column.addLayout(source)
        clip, still, sheet, preview, sound = self.makes.values()
        column.addLayout(row(clip, still, sheet, 1))
        column.addLayout(row(preview, sound, 1))
        labels = PlainLabel("Handles: &before"), PlainLabel("s, aft&er")
        labels[0].setBuddy(self.before)
        labels[1].setBuddy(self.after)
        for handles in labels:
            handles.setToolTip(_HANDLES_TIP)
        column.addLayout(row(labels[0], self.before, labels[1], self.after, "s", 1))
        column.addSpacing(6)
        column.addWidget(self.seen)
        column.addSpacing(6)
        column.addWidget(self.written)
        # Below all that is clicked: it comes and goes.
        column.addWidget(self.seen.limits)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(chosen)
        scroll.setFixedWidth(max(scaled(360), chosen.sizeHint().width() + scaled(12)))
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(scroll)
        body.addWidget(self.panel, 1)
        label = PlainLabel("&Folder")
        label.setBuddy(self.file)
        folder = row(label, self.file, self.browse)
        folder.setStretch(1, 1)
        foot = row(self.said, self.cancel, self.make)
        foot.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(body, 1)
        layout.addLayout(folder)
        layout.addLayout(foot)

    def _size(self) -> None:
        """As large as there is room for: what is seen in the picture is what is judged."""
        screen = QGuiApplication.primaryScreen()
        if screen is not None:
            self.resize(size_on(screen.availableSize()))


def size_on(room: QSize) -> QSize:
    """Of the dialog, on a screen with that much room: most of a small one, a share of a large."""
    least = QSize(scaled(1200), scaled(760)).boundedTo(room - QSize(16, 40))
    return least.expandedTo(QSize(scaled(1500), scaled(950)).boundedTo(room * _SHARE))


def in_words(outlook: Outlook) -> str:
    """`3 clips (192 pictures, 6.4 s), 3 stills; at most about 25 MB; 310 GB free`."""
    said = [
        ", ".join(_held_words(make, held) for make, held in outlook.held.items()),
        f"at most about {_size_text(outlook.likely_bytes)}",
    ]
    if outlook.free_bytes is not None:
        said.append(f"{_size_text(outlook.free_bytes)} free")
    return "; ".join(said)


def _lacking_words(outlook: Outlook, pieces: int) -> Iterator[str]:
    """Sentences on the kinds of which there will be none, and on pieces that lack some."""
    gone = [one for one in outlook.not_made if one.make not in outlook.held]
    rest = [one for one in outlook.not_made if one.make in outlook.held]
    if gone:
        yield f"{_none_of(gone)} can be made: {gone[0].why}"
    if rest:
        every = {one.make for one in rest} == outlook.held.keys()
        count = len({id(one.piece) for one in rest})
        what = "Nothing" if every else _none_of(rest)
        yield f"{what} can be made of {count} of {pieces}: {rest[0].why}"


def _none_of(not_made: Sequence[NotMade]) -> str:
    """`No clips and no stills`."""
    kinds = dict.fromkeys(f"no {_CALLED[one.make]}s" for one in not_made)
    words = " and ".join(kinds)
    return words[0].upper() + words[1:]


def _held_words(make: Make, held: Held) -> str:
    """How many there are, and what they hold where that is not one picture each."""
    files = counted(held.files, _CALLED[make])
    # How many pictures an animated preview has is not known before it is found small enough.
    pictures = make in (Make.CLIP, Make.SHEET)
    inside = [counted(held.pictures, "picture")] if pictures else []
    if held.lasts_ns is not None:
        inside.append(f"{held.lasts_ns / NS:.1f} s")
    return f"{files} ({', '.join(inside)})" if inside else files


def _size_text(size: int) -> str:
    if size >= 10**10:
        return f"{size / 1e9:,.0f} GB"
    return f"{size / 1e9:.1f} GB" if size >= 10**9 else f"{max(1, round(size / 1e6))} MB"
