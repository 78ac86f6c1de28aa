"""What shall be seen on a clip besides its frames."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from bodycam_annotator.app.clips.choices import CARD_NS, FREEZE_NS, ClipChoices
from bodycam_annotator.publish.clip_forms import SLOWER
from bodycam_annotator.publish.clip_look import ZOOMS, ClipLook, Corner, Inset
from bodycam_annotator.ui.clip_fields import (
    Choice,
    NumbersField,
    SecondsField,
    WrongEntryError,
    row,
    section,
    tick,
)
from bodycam_annotator.ui.theme import scaled

if TYPE_CHECKING:
    from bodycam_annotator.media.enhance import Look

_SAY_WHERE = "Drag over the preview, or write where the enlarged part is: x, y, width, height."


class ClipSeenForm(QWidget):
    """Signals: `changed` when any of it was."""

    changed = pyqtSignal()

    def __init__(self, player_look: "Look | None") -> None:
        super().__init__()
        self._player_look = player_look
        self.plain = tick("&Plain: burn nothing in", "The frames exactly as they were filmed")
        self.captions = tick("Captions", "What is said, by whom")
        self.banners = tick("Banne&rs", "The tags while they last")
        self.strip = tick("Str&ip", "Where in the clip the picture is, with the clip’s tags")
        self.stamp = tick("&Stamp", "File time, frame number and the footage’s name")
        self.stamp_corner = Choice("Where the stamp is")
        self.stamp_corner.addItem("away from the camera’s", None)
        self.camera_corner = Choice("Where the camera has its own stamp, which is left free")
        self.camera_corner.addItem("nowhere", None)
        for corner in Corner:
            for where in (self.stamp_corner, self.camera_corner):
                where.addItem(f"at the {corner.value}", corner.value)
        self.card = tick("Title &card for", "Before the clip: what, source, hash, span, coder")
        self.card_s = SecondsField("Title card")
        self.hold = tick("&Hold the moment for", "The tag’s first frame, held behind the clip")
        self.hold_s = SecondsField("Moment held")
        self.point = NumbersField("Point to mark", ("x", "y"))
        self.point.setPlaceholderText("click into the preview")
        self.slower = {one: tick(f"1/&{one}") for one in SLOWER[1:]}
        for one, box in self.slower.items():
            box.setAccessibleName(f"Again at 1/{one} speed")
        self.inset = tick("Enlar&ge", "A part of the picture, beside it")
        self.region = NumbersField("Part to enlarge", ("x", "y", "width", "height"))
        self.region.setPlaceholderText("drag over the preview")
        self.zoom = Choice("How many times as large")
        for zoom in ZOOMS:
            self.zoom.addItem(f"{zoom}×", zoom)
        self.enhanced = tick(*_enhanced_words(player_look))
        self._lay_out()
        self._connect()

    def show_choices(self, choices: ClipChoices) -> None:
        look = choices.look or ClipLook()
        self.plain.setChecked(choices.look is None)
        self.captions.setChecked(look.captions)
        self.banners.setChecked(look.banners)
        self.strip.setChecked(look.strip)
        self.stamp.setChecked(look.stamp)
        self.stamp_corner.choose(look.stamp_corner)
        self.camera_corner.choose(look.avoid_corner)
        self.card.setChecked(bool(choices.card_ns))
        self.card_s.show_ns(choices.card_ns or CARD_NS)
        self.hold.setChecked(bool(choices.freeze_ns))
        self.hold_s.show_ns(choices.freeze_ns or FREEZE_NS)
        self.point.show_numbers(look.ring or ())
        for one, box in self.slower.items():
            box.setChecked(one in choices.slower)
        self.inset.setChecked(look.inset is not None)
        if look.inset is not None:
            inset = look.inset
            self.region.show_numbers((inset.x, inset.y, inset.width, inset.height))
        self.zoom.choose(3 if look.inset is None else look.inset.zoom)
        self.enhanced.setChecked(choices.enhancement is not None and _can(self._player_look))

    def onto(self, choices: ClipChoices) -> ClipChoices:
        """The choices with what is entered here. Raises `WrongEntryError`."""
        if self.plain.isChecked():
            return replace(choices, look=None, card_ns=0, freeze_ns=0, slower=(), enhancement=None)
        held = self.hold.isChecked()
        point = self.point.numbers() if held else ()
        look = ClipLook(
            captions=self.captions.isChecked(),
            banners=self.banners.isChecked(),
            strip=self.strip.isChecked(),
            stamp=self.stamp.isChecked(),
            stamp_corner=_corner(self.stamp_corner),
            avoid_corner=_corner(self.camera_corner),
            ring=(point[0], point[1]) if point else None,
            inset=self._inset() if self.inset.isChecked() else None,
        )
        return replace(
            choices,
            look=look,
            card_ns=self.card_s.ns() if self.card.isChecked() else 0,
            freeze_ns=self.hold_s.ns() if held else 0,
            slower=tuple(one for one, box in self.slower.items() if box.isChecked()),
            enhancement=self._player_look if self.enhanced.isChecked() else None,
        )

    def offer(self, *, clips: bool) -> None:
        """`clips`: whether there are any to be made, which alone have parts behind one another."""
        drawn = not self.plain.isChecked()
        _enable(drawn, self.captions, self.banners, self.strip, self.stamp, self.inset)
        _enable(drawn and self.stamp.isChecked(), self.stamp_corner)
        _enable(drawn, self.camera_corner)
        _enable(drawn and clips, self.card, self.hold, *self.slower.values())
        _enable(drawn and clips and self.card.isChecked(), self.card_s)
        _enable(drawn and clips and self.hold.isChecked(), self.hold_s, self.point)
        _enable(drawn and self.inset.isChecked(), self.region, self.zoom)
        _enable(drawn and _can(self._player_look), self.enhanced)

    def take_point(self, column: int, line: int) -> None:
        self.point.show_numbers((column, line))
        self.changed.emit()

    def take_region(self, left: int, top: int, width: int, height: int) -> None:
        self.region.show_numbers((left, top, width, height))
        self.changed.emit()

    def _inset(self) -> Inset:
        numbers = self.region.numbers()
        if not numbers:
            raise WrongEntryError(self.region, _SAY_WHERE)
        x, y, width, height = numbers
        return Inset(x=x, y=y, width=width, height=height, zoom=self.zoom.currentData())

    def _connect(self) -> None:
        for box in self.findChildren(QCheckBox):
            box.toggled.connect(lambda _: self.changed.emit())
        for choice in (self.stamp_corner, self.camera_corner, self.zoom):
            choice.currentIndexChanged.connect(lambda _: self.changed.emit())
        for field in (self.card_s, self.hold_s, self.point, self.region):
            field.textEdited.connect(lambda _: self.changed.emit())

    def _lay_out(self) -> None:
        self.region.setMinimumWidth(scaled(120))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(section("Burned in"))
        layout.addWidget(self.plain)
        layout.addLayout(row(self.captions, self.banners, self.strip, 1))
        layout.addLayout(row(self.stamp, self.stamp_corner, 1))
        layout.addLayout(row("The camera’s own is", self.camera_corner, 1))
        layout.addLayout(row(self.card, self.card_s, "s", 1))
        layout.addLayout(row(self.hold, self.hold_s, "s", 1))
        layout.addLayout(row("and point at", self.point))
        layout.addLayout(row("Again in slow motion", *self.slower.values(), 1))
        layout.addLayout(row(self.inset, self.region, self.zoom))
        layout.addWidget(self.enhanced)


def _enable(on: bool, *parts: QWidget) -> None:
    for part in parts:
        part.setEnabled(on)


def _can(look: "Look | None") -> bool:
    return look is not None and not look.needs_before


def _enhanced_words(look: "Look | None") -> tuple[str, str]:
    """What the tick says, and its tip."""
    if look is None:
        return "As in the pla&yer: nothing is enhanced there now", ""
    if look.needs_before:
        return "As in the pla&yer: a difference cannot be in a clip", look.words
    return "As enhanced in the pla&yer (labelled)", look.words


def _corner(box: Choice) -> Corner | None:
    return None if box.currentData() is None else box.chosen(Corner)
