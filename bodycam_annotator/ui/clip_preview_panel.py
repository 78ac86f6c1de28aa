"""The picture of a clip as it will be, with which piece and which of its pictures it is."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import Piece
from bodycam_annotator.app.clips.preview import AT_START, CARD, HELD, SHOWN, Place, slow
from bodycam_annotator.app.clips.shown import named
from bodycam_annotator.model.project import Project
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.timing import clock_text
from bodycam_annotator.ui.clip_view import ClipView
from bodycam_annotator.ui.clip_worker import ClipWorker, PictureAsk, Pictured
from bodycam_annotator.ui.plain import CutLabel, PlainLabel
from bodycam_annotator.ui.theme import icon, set_tone

_NO_PICTURE = {
    Make.SHEET: "What a contact sheet looks like is not shown before it is made: it has frames of "
    "the tag side by side, each with its number and time.",
    Make.SOUND: "Sound has no picture.",
}
_NO_PIECE = "There is no tag to show."


class _PictureSlider(QSlider):
    """A click goes to the picture there, and a drag on from it."""

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        self._follow(event)

    def _follow(self, event: QMouseEvent | None) -> None:
        style = self.style()
        if event is None or style is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl
        groove = style.subControlRect(control, option, part.SC_SliderGroove, self)
        wide = style.subControlRect(control, option, part.SC_SliderHandle, self).width()
        at = round(event.position().x()) - groove.left() - wide // 2
        room = groove.width() - wide
        self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, room))


class ClipPreviewPanel(QWidget):
    """Signals: `piece_changed` when another piece is shown.

    Attributes: `view` the picture; `slider` the number of the picture shown; `number` which piece;
    `shown` what came last for the choices of now, None until then.
    """

    piece_changed = pyqtSignal()
    pictured = pyqtSignal()

    def __init__(self, project: Project, worker: ClipWorker) -> None:
        super().__init__()
        self._project, self._worker = project, worker
        self._pieces: Sequence[Piece] = ()
        self._choices: ClipChoices | None = None
        self._version = 0
        self._place = AT_START
        self._make = Make.CLIP
        self.number = 0
        self.shown: Pictured | None = None
        self.view = ClipView()
        self.piece = CutLabel(cut=Qt.TextElideMode.ElideRight, least=80)
        self.before = self._button("chevron-left", "The piece before")
        self.after = self._button("chevron-right", "The next piece")
        self.slider = _PictureSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Picture of the clip")
        self.slider.setPageStep(10)
        self.line = PlainLabel(" ")
        self.line.setProperty("muted", True)
        self.note = PlainLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        self._lay_out()
        self.before.clicked.connect(lambda: self._go(-1))
        self.after.clicked.connect(lambda: self._go(1))
        self.slider.valueChanged.connect(self._ask)
        worker.pictured.connect(self._show)

    @property
    def current(self) -> Piece | None:
        return self._pieces[self.number] if self._pieces else None

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """From the first one on; asks for nothing until `choose`."""
        self._pieces, self.number, self._place = pieces, 0, AT_START
        self._name_piece()

    def choose(self, choices: ClipChoices) -> None:
        """Shows the same picture as these make it, or a part of the clip that they add."""
        added = None if self._choices is None else _added(self._choices, choices)
        if added is not None:
            self._place = Place(part=added)
        self._choices = choices
        self._ask_anew()

    # How it works

    def _ask_anew(self) -> None:
        self._version += 1
        self.shown = None
        choices, piece = self._choices, self.current
        if choices is None:
            return
        make = next((make for make in SHOWN if make in choices.makes), None)
        if piece is None or make is None:
            wordless = next((make for make in _NO_PICTURE if make in choices.makes), None)
            self._tell("" if wordless is None else _NO_PICTURE[wordless])
            if piece is None:
                self._tell(_NO_PIECE)
            return
        self._make = make
        self._ask(self._place)

    def _tell(self, sentence: str) -> None:
        self.view.show_sentence(sentence)
        self.slider.setEnabled(False)
        self.line.setText(" ")
        self.note.hide()

    def _ask(self, at: int | Place) -> None:
        choices, piece = self._choices, self.current
        if choices is not None and piece is not None:
            self._worker.ask_picture(
                PictureAsk(
                    version=self._version, make=self._make, piece=piece, choices=choices, at=at
                )
            )

    def _go(self, by: int) -> None:
        number = self.number + by
        if not 0 <= number < len(self._pieces):
            return
        self.number, self._place = number, Place(part=self._place.part)
        self._name_piece()
        self._ask_anew()
        self.piece_changed.emit()

    def _show(self, shown: Pictured) -> None:
        # Of the same clip a picture that was passed on the way may be seen; it says which it is.
        if shown.version != self._version:
            return
        is_first, self.shown = self.shown is None, shown
        # Later the handle stays where keys or a drag have it by now.
        if is_first:
            self.slider.setEnabled(shown.count > 1)
            self.slider.blockSignals(True)
            self.slider.setRange(0, max(0, shown.count - 1))
            self.slider.setValue(shown.number)
            self.slider.blockSignals(False)
        if shown.count:
            self._place = shown.place
        if shown.bgra is None:
            self.view.show_sentence(shown.sentence)
        else:
            self.view.show_pixels(shown.bgra, refused=self._refused(shown))
        self.line.setText(_line(shown) or " ")
        self.slider.setAccessibleDescription(_line(shown))
        notes = " ".join((shown.problem, *shown.notes)).strip()
        self.note.setText(notes)
        self.note.setVisible(bool(notes))
        set_tone(self.note, "warn")
        self.pictured.emit()

    def _refused(self, shown: Pictured) -> tuple[int, int, int, int] | None:
        look = None if self._choices is None else self._choices.look
        if not shown.problems or look is None or look.inset is None:
            return None
        return look.inset.x, look.inset.y, look.inset.width, look.inset.height

    def _name_piece(self) -> None:
        count = len(self._pieces)
        self.before.setEnabled(self.number > 0)
        self.after.setEnabled(self.number + 1 < count)
        for button in (self.before, self.after):
            button.setVisible(count > 1)
        piece = self.current
        if piece is None:
            self.piece.say("")
            return
        said = "" if piece.tag is None else " ".join(piece.tag.text.split())
        name = named(self._project, piece) + (f": “{said}”" if said else "")
        self.piece.say(f"{self.number + 1} of {count} · {name}" if count > 1 else name)

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _lay_out(self) -> None:
        piece = QHBoxLayout()
        piece.setSpacing(4)
        piece.addWidget(self.before)
        piece.addWidget(self.after)
        piece.addWidget(self.piece, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.view, 1)
        layout.addLayout(piece)
        layout.addWidget(self.slider)
        layout.addWidget(self.line)
        layout.addWidget(self.note)


def _added(old: ClipChoices, new: ClipChoices) -> str | None:
    """A part of the clip that there was not before, or that is held for another point."""
    if new.card_ns and not old.card_ns:
        return CARD
    points = [None if one.look is None else one.look.ring for one in (old, new)]
    if new.freeze_ns and (not old.freeze_ns or points[0] != points[1]):
        return HELD
    more = set(new.slower) - set(old.slower)
    return slow(min(more)) if more else None


def _line(shown: Pictured) -> str:
    if not shown.count:
        return ""
    said = [f"Picture {shown.number + 1} of {shown.count}"]
    if shown.place.ordinal is not None and shown.time_ns is not None:
        said.append(f"frame {shown.place.ordinal}")
        said.append(clock_text(shown.time_ns - shown.first_ns))
    if shown.place.part:
        said.append(shown.place.part)
    return " · ".join(said)
