"""How clips and what else is made are written, and what they are called."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.publish.clip_forms import (
    AnimationForm,
    ClipSettings,
    Form,
    Make,
    Quality,
    Speed,
)
from bodycam_annotator.publish.clip_names import FIELDS
from bodycam_annotator.ui.clip_fields import Choice, NumbersField, allow, row, section, tick
from bodycam_annotator.ui.plain import PlainLabel, plain_tip
from bodycam_annotator.ui.text_field import TextField
from bodycam_annotator.ui.theme import scaled

_One = TypeVar("_One", bound=StrEnum)

_FORMS = {
    Form.MP4: "MP4: plays everywhere",
    Form.FFV1: "FFV1 in Matroska: loses nothing",
    Form.PRORES: "ProRes in QuickTime: for editing",
}
_QUALITIES = {Quality.HIGH: "High", Quality.GOOD: "Good", Quality.SMALL: "Small files"}
_SPEEDS = {Speed.FAST: "Fast", Speed.MEDIUM: "Medium", Speed.SLOW: "Slow"}
_ANIMATIONS = {AnimationForm.WEBP: "WebP", AnimationForm.GIF: "GIF"}


class ClipWrittenForm(QWidget):
    """Signals: `changed` when any of it was."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.form = _choice("Form of clips", _FORMS)
        self.quality = _choice("Quality of MP4", _QUALITIES)
        self.speed = _choice("Speed of writing MP4", _SPEEDS)
        self.speed.setToolTip("What is written slowly is smaller, not better")
        self.sound = tick("With sound", "That of the footage, wherever it runs at its own speed")
        self.subtitles = tick(
            "Subtitle track",
            "What is said, as text that players show or hide.\n"
            "With captions burned in, players that show it by themselves show them twice",
        )
        self.thumbs = NumbersField("Pictures of a contact sheet", ("how many",))
        self.thumbs.setFixedWidth(scaled(64))
        self.animation = _choice("Form of animated previews", _ANIMATIONS)
        self.name = TextField()
        self.name.setAccessibleName("Names of files")
        fields = ", ".join(f"{{{field}}}" for field in FIELDS)
        self.name.setToolTip(plain_tip(f"Written out in each name: {fields}"))
        self.first = PlainLabel()
        self.first.setProperty("muted", True)
        self.first.setWordWrap(True)
        self.first.setAlignment(Qt.AlignmentFlag.AlignTop)
        # A name that cannot be wrapped does not widen the whole column.
        self.first.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.first.setFixedHeight(2 * self.first.fontMetrics().lineSpacing())
        self._lay_out()
        self._connect()

    def show_choices(self, choices: ClipChoices) -> None:
        self.form.choose(choices.settings.form)
        self.quality.choose(choices.settings.quality)
        self.speed.choose(choices.settings.speed)
        self.sound.setChecked(choices.settings.sound)
        self.subtitles.setChecked(choices.subtitles)
        self.thumbs.show_numbers((choices.thumbs,))
        self.animation.choose(choices.preview)
        self.name.show_text(choices.name)

    def onto(self, choices: ClipChoices) -> ClipChoices:
        """The choices, which have what is made, with what is entered here. Raises
        `WrongEntryError`."""
        thumbs = choices.thumbs
        if Make.SHEET in choices.makes:
            thumbs = sum(self.thumbs.numbers())
        return replace(
            choices,
            settings=ClipSettings(
                form=self.form.chosen(Form),
                quality=self.quality.chosen(Quality),
                speed=self.speed.chosen(Speed),
                sound=self.sound.isChecked(),
            ),
            subtitles=self.subtitles.isChecked(),
            thumbs=thumbs,
            preview=self.animation.chosen(AnimationForm),
            name=self.name.text(),
        )

    def offer(self, makes: tuple[Make, ...]) -> None:
        """What does something for what is to be made."""
        clips = "" if Make.CLIP in makes else "Off: no clips are to be made"
        other = "" if self.form.chosen(Form) is Form.MP4 else "Off: only MP4 has it"
        sheets = "" if Make.SHEET in makes else "Off: no contact sheets are to be made"
        previews = "" if Make.PREVIEW in makes else "Off: no animated previews are to be made"
        allow(clips, self.form, self.sound, self.subtitles)
        allow(clips or other, self.quality, self.speed)
        allow(sheets, self.thumbs)
        allow(previews, self.animation)

    def show_first(self, name: str) -> None:
        """What the names that are given come to."""
        self.first.setText(f"First: {name}" if name else "")
        self.first.setToolTip(plain_tip(name))

    def _connect(self) -> None:
        for box in (self.form, self.quality, self.speed, self.animation):
            box.currentIndexChanged.connect(lambda _: self.changed.emit())
        for one in self.findChildren(QCheckBox):
            one.toggled.connect(lambda _: self.changed.emit())
        for field in (self.thumbs, self.name):
            field.textEdited.connect(lambda _: self.changed.emit())

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        rows = (
            ("&Written as", self.form, row(self.form)),
            ("&Quality", self.quality, row(self.quality, "Speed", self.speed, 1)),
            ("", None, row(self.sound, self.subtitles, 1)),
            ("Sheets of", self.thumbs, row(self.thumbs, "pictures", 1)),
            ("Animated as", self.animation, row(self.animation, 1)),
            ("&Named", self.name, row(self.name)),
        )
        for number, (text, field, parts) in enumerate(rows):
            label = PlainLabel(text)
            if field is not None:
                label.setBuddy(field)
            grid.addWidget(label, number, 0)
            grid.addLayout(parts, number, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(section("Files"))
        layout.addLayout(grid)
        layout.addWidget(self.first)


def _choice(name: str, entries: Mapping[_One, str]) -> Choice:
    box = Choice(name)
    for one, text in entries.items():
        box.addItem(text, one.value)
    return box
