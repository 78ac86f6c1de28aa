"""The Picture tab: how the picture is shown, to see more in it. The footage stays as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QInputDialog,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bodycam_annotator.media.enhance import Look
from bodycam_annotator.ui.actions import Actions
from bodycam_annotator.ui.levels import Levels
from bodycam_annotator.ui.looks import AS_RECORDED, OWN_SETTINGS, Looks
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.text_field import ChoiceField
from bodycam_annotator.ui.theme import icon

_TOOLS = ("fit_picture", "one_to_one", "picture_in", "picture_out", "turn", "mirror", "measure")

_SHORT = ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon


class SeeingPanel(QWidget):
    """A look being put together, and whether it is on.

    Signals: `look_changed` carries the `Look` that pictures are to be enhanced by, None when it
    is off or does nothing; `comparing_changed`; `left` when a key leaves the panel; `said`
    carries a sentence for the person.
    """

    look_changed = pyqtSignal(object)
    comparing_changed = pyqtSignal(bool)
    left = pyqtSignal()
    said = pyqtSignal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = actions.words
        self.looks = Looks()
        self._told: Look | None = None
        self.is_on = _check("Enhance")
        self.comparing = _check("Compare")
        self.presets = ChoiceField()
        self.presets.setAccessibleName("Preset")
        self.presets.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.presets.setSizeAdjustPolicy(_SHORT)
        self.presets.setMinimumContentsLength(6)
        self.save = _button("content-save-outline", "Save the settings as a preset of your own…")
        self.delete = _button("trash-can-outline", "Delete this preset of your own")
        self.levels = Levels()
        self.difference = _check("Difference")
        self._pages = QStackedLayout(self)
        self._pages.addWidget(_empty())
        self._pages.addWidget(self._page(actions))
        self._connect()
        self._refresh()

    @property
    def look(self) -> Look | None:
        """What pictures are to be enhanced by now."""
        return self.looks.look if self.is_on.isChecked() and self.looks.look.is_on else None

    def show_there(self, there: bool) -> None:
        """Whether there is a picture that could be enhanced."""
        self._pages.setCurrentIndex(1 if there else 0)

    def restore(self, last: str, own: str) -> None:
        """What `Looks` kept. Off at first: footage is seen as it is before anything else."""
        self.looks.restore(last, own)
        self._refresh()

    # What keys and clicks do

    def toggle(self) -> None:
        self.is_on.setChecked(not self.is_on.isChecked())

    def toggle_comparing(self) -> None:
        self.comparing.setChecked(not self.comparing.isChecked())
        if self.comparing.isChecked() and self.look is None:
            key = "{enhance} to enhance" if self.looks.look.is_on else "{next_preset} for a preset"
            self.said.emit(self._words(f"Nothing to compare with the original yet: press {key}."))

    def next_preset(self) -> None:
        """Switched off, first the one that the settings are."""
        looks = self.looks
        stays = self.look is None and looks.name in looks.presets
        self.use_preset(looks.name if stays else looks.next_name)
        self.said.emit(f"Preset “{looks.name}”. {self._words('{enhance} switches it off.')}")

    def use_preset(self, name: str) -> None:
        look = {AS_RECORDED: Look(), **self.looks.presets}.get(name)
        if look is not None:
            self._set(look)

    def save_as(self, name: str) -> None:
        try:
            self.looks.save_as(name)
        except ValueError as error:
            self.said.emit(str(error))
        self._refresh()

    def delete_own(self) -> None:
        self.looks.delete()
        self._refresh()

    # Inside

    def _change(self, field: str, value: Any) -> None:  # noqa: ANN401 - a field of Look
        self._set(replace(self.looks.look, **{field: value}))

    def _set(self, look: Look) -> None:
        """Whoever changes a setting wants to see it."""
        self.looks.look = look
        with _silent(self.is_on):
            self.is_on.setChecked(look.is_on)
        self._refresh()

    def _refresh(self) -> None:
        looks, name = self.looks, self.looks.name
        self.levels.show_look(looks.look)
        with _silent(self.difference):
            self.difference.setChecked(looks.look.difference)
        self.presets.clear()
        others = [OWN_SETTINGS] if name == OWN_SETTINGS else []
        self.presets.addItems([AS_RECORDED, *looks.presets, *others])
        self.presets.setCurrentText(name)
        self.save.setEnabled(name == OWN_SETTINGS)
        self.delete.setEnabled(looks.is_own)
        self._tell()

    def _tell(self) -> None:
        if self.look != self._told:
            self._told = self.look
            self.look_changed.emit(self.look)

    def _switched(self, on: bool) -> None:
        if on and not self.looks.look.is_on:
            with _silent(self.is_on):
                self.is_on.setChecked(False)
            self.said.emit(
                self._words(
                    "Nothing is set to enhance yet: move a slider, or press {next_preset} for a "
                    "preset."
                )
            )
        self._tell()

    def _ask_name(self) -> None:
        name, done = QInputDialog.getText(self, "Save preset", "Name of the preset:")
        if done:
            self.save_as(name)

    def _connect(self) -> None:
        self.is_on.toggled.connect(self._switched)
        self.comparing.toggled.connect(self.comparing_changed)
        self.presets.textActivated.connect(self.use_preset)
        self.save.clicked.connect(self._ask_name)
        self.delete.clicked.connect(self.delete_own)
        self.difference.toggled.connect(lambda on: self._change("difference", on))
        self.levels.changed.connect(self._change)
        for part in (self.presets, self.levels):
            part.left.connect(self.left)

    def _page(self, actions: Actions) -> QWidget:
        page = QWidget()
        ticks = _row(self.is_on, self.comparing, self.difference)
        ticks.addStretch(1)
        presets = _row(self.presets, self.save, self.delete)
        presets.setStretch(0, 1)
        note = PlainLabel("Shown only: footage, saved frames and exports stay as they are.")
        note.setProperty("muted", True)
        note.setWordWrap(True)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(ticks)
        layout.addLayout(presets)
        layout.addWidget(self.levels)
        layout.addLayout(_tools(actions))
        layout.addWidget(note)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        return area


@contextmanager
def _silent(part: QObject) -> Iterator[None]:
    """Without its signals: what is only shown was not chosen by anybody."""
    part.blockSignals(True)
    yield
    part.blockSignals(False)


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part)
    return row


def _check(text: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return box


def _button(picture: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(picture))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _tools(actions: Actions) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for name in _TOOLS:
        button = QToolButton()
        button.setDefaultAction(actions[name])
        button.setAccessibleName(actions[name].text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(button)
    row.addStretch(1)
    return row


def _empty() -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(12, 12, 12, 12)
    text = PlainLabel("Open footage to change how its picture is shown.")
    text.setProperty("muted", True)
    text.setWordWrap(True)
    layout.addWidget(text)
    layout.addStretch(1)
    return page
