"""Works the dialog for clips as a person does, and what it is worked on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from bodycam_annotator import app
from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import Piece, piece_of
from bodycam_annotator.config import default_codebook
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.publish.clip_forms import ClipSettings, Make
from bodycam_annotator.publish.clip_look import ClipLook
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.ui.clip_worker import Pictured
from bodycam_annotator.ui.clips_dialog import ClipsAsk, ClipsDialog
from tests.media_factory import Clip, steady
from tests.sounds import Sound
from tests.ui.hand import CTRL, NONE, PATIENCE_MS, Key

MS = 1_000_000
BOOK = app.read_codebook(default_codebook())
BURNED = ClipChoices(look=ClipLook())
NOTHING = ClipChoices(look=ClipLook(captions=False, banners=False, strip=False, stamp=False))
"""Over which frames can be told by their barcodes."""

CLIP = Clip(pts=steady(40), width=640, height=360, sound=Sound(samples=76_800))
"""40 frames, 40 ms each."""

MakeDialog = Callable[..., ClipsDialog]


Spoken = tuple[str, int, int | None, str]
"""A tag's code, start and end (None: a mark) in milliseconds, and what is said."""

TAGS: tuple[Spoken, ...] = (
    ("utterance", 200, 600, "Put your gun down"),
    ("weapon_visible", 800, 1200, ""),
    ("shot", 1320, None, ""),
)
"""Two spans and a mark, of frames 5 to 14, 20 to 29 and of 33."""


def project_of(footage: Path, folder: Path, *of: Spoken) -> ProjectSession:
    """With these tags, else `TAGS`, all of one speaker."""
    session = app.new_project(folder / "stop.bodycam", [footage], coder="Ada", codebook=BOOK)
    opened = app.open_footage(session, app.find_footage(session, camera=None))
    first = opened.index.first_ns
    tags = [
        app.make_tag(
            session.project,
            opened.footage,
            opened.index,
            code=code,
            start_ns=first + start * MS,
            end_ns=None if end is None else first + end * MS,
            coder="Ada",
            sound=opened.sound,
            text=text,
            speaker="Officer 1",
        )
        for code, start, end, text in of or TAGS
    ]
    session.do(add_tags(tuple(tags), label="Tag"))
    return session


def pieces_of(session: ProjectSession) -> tuple[Piece, ...]:
    tags = sorted(session.project.standing_tags, key=lambda tag: tag.start_ns)
    return tuple(map(piece_of, tags))


class Worker:
    """Works a dialog, and waits until it has answered."""

    def __init__(self, dialog: ClipsDialog, qtbot: QtBot) -> None:
        self.dialog, self.qtbot = dialog, qtbot
        self.settle()

    def wait(self, done: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(done()), timeout=PATIENCE_MS)

    def settle(self) -> Pictured:
        """Until the picture of now is shown, and counted what will be made."""
        self.wait(lambda: self.shown is not None and self.shown.number == self.slider)
        self.wait(lambda: "free" in self.said or not self.dialog.make.isEnabled())
        shown = self.shown
        assert shown is not None
        return shown

    @property
    def shown(self) -> Pictured | None:
        return self.dialog.panel.shown

    @property
    def slider(self) -> int:
        return self.dialog.panel.slider.value()

    @property
    def said(self) -> str:
        return self.dialog.said.text()

    @property
    def line(self) -> str:
        return self.dialog.panel.line.text()

    @property
    def pixels(self) -> Pixels:
        self.settle()
        pixels = self.dialog.panel.view.pixels
        assert pixels is not None, self.dialog.panel.view.sentence
        return pixels

    def press(
        self, widget: QWidget, key: Key, keys: Qt.KeyboardModifier = NONE, *, times: int = 1
    ) -> None:
        for _ in range(times):
            QTest.keyClick(widget, key, keys)  # type: ignore[call-overload]

    def tick(self, box: QCheckBox) -> None:
        assert box.isEnabled()
        box.setFocus()
        self.press(box, Key.Key_Space)

    def choose(self, box: QComboBox, text: str) -> None:
        """By the letters that it begins with."""
        assert box.isEnabled()
        box.setFocus()
        for _ in range(box.count()):
            if box.currentText() == text:
                return
            self.press(box, Key.Key_Down)
        for _ in range(box.count()):
            if box.currentText() == text:
                return
            self.press(box, Key.Key_Up)
        raise LookupError(text)

    def type(self, field: QLineEdit, text: str) -> None:
        assert field.isEnabled()
        field.setFocus()
        self.press(field, Key.Key_A, CTRL)
        self.press(field, Key.Key_Delete)
        QTest.keyClicks(field, text)  # type: ignore[call-arg, arg-type]

    def at(self, column: float, line: float) -> QPointF:
        """Of the view, where that pixel of the footage is."""
        return self.dialog.panel.view.place.transform.map(QPointF(column + 0.5, line + 0.5))

    def click(self, column: int, line: int) -> None:
        place = self.at(column, line)
        self._mouse(QEvent.Type.MouseButtonPress, place)
        self._mouse(QEvent.Type.MouseButtonRelease, place)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        first, last = self.at(*start), self.at(*end)
        self._mouse(QEvent.Type.MouseButtonPress, first)
        for share in (0.3, 0.6, 1.0):
            self._mouse(QEvent.Type.MouseMove, first + (last - first) * share)
        self._mouse(QEvent.Type.MouseButtonRelease, last)

    def make(self) -> ClipsAsk:
        self.settle()
        assert self.dialog.make.isEnabled(), self.said
        self.dialog.make.click()
        assert self.dialog.asked is not None
        return self.dialog.asked

    def _mouse(self, kind: QEvent.Type, place: QPointF) -> None:
        view = self.dialog.panel.view
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        event = QMouseEvent(kind, place, view.mapToGlobal(place), button, held, NONE)
        QApplication.sendEvent(view, event)


Act = Callable[[Worker], None]


def then(*acts: Act) -> Act:
    def every(worker: Worker) -> None:
        for act in acts:
            act(worker)

    return every


def look(**fields: object) -> ClipChoices:
    return replace(BURNED, look=replace(ClipLook(), **fields))  # type: ignore[arg-type]


def settings(**fields: object) -> ClipChoices:
    return replace(BURNED, settings=replace(ClipSettings(), **fields))  # type: ignore[arg-type]


def hold(w: Worker) -> None:
    w.tick(w.dialog.seen.hold)


def hold_and_point(w: Worker) -> None:
    w.tick(w.dialog.seen.hold)
    w.type(w.dialog.seen.point, "12, 30")


def enlarge(w: Worker) -> None:
    w.tick(w.dialog.seen.inset)
    w.type(w.dialog.seen.region, "10,20,60,40")
    w.choose(w.dialog.seen.zoom, "4×")


def no_clips(w: Worker) -> None:
    w.tick(w.dialog.makes[Make.STILL])
    w.tick(w.dialog.makes[Make.CLIP])
