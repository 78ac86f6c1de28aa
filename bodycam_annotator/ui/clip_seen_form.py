"""What shall be seen on a clip besides its frames."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from bodycam_annotator.app.clips.choices import CARD_NS, FREEZE_NS, ClipChoices
from bodycam_annotator.publish.clip_forms import SLOWER, Make
from bodycam_annotator.publish.clip_look import ZOOMS, ClipLook, Corner, Inset
from bodycam_annotator.ui.clip_fields import (
    Choice,
    NumbersField,
    SecondsField,
    WrongEntryError,
    allow,
    row,
    section,
    tick,
)
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import scaled

if TYPE_CHECKING:
    from bodycam_annotator.media.enhance import Look

_DRAWN = "\nIn clips, stills and animated previews"
_STRIP_TIP = (
    "Where in the clip the picture is, with the clip’s tags.\n"
    "It covers the lowest rows of the picture, or the uppermost where the camera’s own stamp is "
    "at the bottom\nIn clips and animated previews"
)
_CARD_TIP = "Before the clip, without sound: what, source, hash, span, coder\nIn clips only"
_HOLD_TIP = (
    "The tag’s first frame, of several that of the first, held behind the clip, without sound\n"
    "In clips only"
)
_SLOW_TIP = "Shown again behind all that, labelled on every frame, without sound\nIn clips only"
_INSET_TIP = "A part of the picture, beside it\nIn clips and stills"
_LIMITS = {
    Make.SHEET: "Sheets: number, file time and tags below pictures.",
    Make.PREVIEW: "Previews: no card, hold, slow motion or enlarged part.",
}
"""What of it is not in those."""

_PLAIN = "Off: nothing is burned in"
_NONE_MADE = "Off: nothing that has it is to be made"
_NOT_ENHANCED = "Off: the player enhances nothing that a clip can have"
_SAY_WHERE = "Drag over the preview, or write where the enlarged part is: x, y, width, height."


class ClipSeenForm(QWidget):
    """Signals: `changed` when any of it was.

    Attributes:
        limits: tells what of it is not in what is to be made; whoever has the form places it.
    """

    changed = pyqtSignal()

    def __init__(self, player_look: "Look | None") -> None:
        super().__init__()
        self._player_look = player_look
        self.plain = tick("&Plain: burn nothing in", "The frames exactly as they were filmed")
        self.captions = tick("Captions", f"What is said, by whom{_DRAWN}")
        self.banners = tick("Banne&rs", f"The tags while they last{_DRAWN}")
        self.strip = tick("Str&ip", _STRIP_TIP)
        self.stamp = tick("&Stamp", f"File time, frame number and the footage’s name{_DRAWN}")
        self.stamp_corner = Choice("Where the stamp is")
        self.stamp_corner.addItem("where the camera’s is not", None)
        self.camera_corner = Choice("Where the camera has its own stamp, which is left free")
        self.camera_corner.setToolTip("It is left free: what is burned in lies elsewhere")
        self.camera_corner.addItem("nowhere", None)
        for corner in Corner:
            for where in (self.stamp_corner, self.camera_corner):
                where.addItem(f"at the {corner.value}", corner.value)
        self.card = tick("Title &card for", _CARD_TIP)
        self.card_s = SecondsField("Title card")
        self.hold = tick("&Hold the moment for", _HOLD_TIP)
        self.hold_s = SecondsField("Moment held")
        self.point = NumbersField("Point to mark", ("x", "y"))
        self.point.setPlaceholderText("click into the preview")
        self.slower = {one: tick(f"1/&{one}", _SLOW_TIP) for one in SLOWER[1:]}
        for one, box in self.slower.items():
            box.setAccessibleName(f"Again at 1/{one} speed")
        self.inset = tick("Enlar&ge", _INSET_TIP)
        self.region = NumbersField("Part to enlarge", ("x", "y", "width", "height"))
        self.region.setPlaceholderText("drag over the preview")
        self.zoom = Choice("How many times as large")
        for zoom in ZOOMS:
            self.zoom.addItem(f"{zoom}×", zoom)
        self.enhanced = tick(*_enhanced_words(player_look))
        self.limits = PlainLabel()
        self.limits.setProperty("muted", True)
        self.limits.setWordWrap(True)
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
        """The choices with what is entered here; what is off stays as it was. Raises
        `WrongEntryError`."""
        if self.plain.isChecked():
            return replace(choices, look=None, card_ns=0, freeze_ns=0, slower=(), enhancement=None)
        held = self.hold.isChecked() and self.hold.isEnabled()
        point = self.point.numbers() if held else ()
        look = ClipLook(
            captions=self.captions.isChecked(),
            banners=self.banners.isChecked(),
            strip=self.strip.isChecked(),
            stamp=self.stamp.isChecked(),
            stamp_corner=_corner(self.stamp_corner),
            avoid_corner=_corner(self.camera_corner),
            ring=(point[0], point[1]) if point else None,
            inset=self._inset() if self.inset.isChecked() and self.inset.isEnabled() else None,
        )
        choices = replace(
            choices,
            look=look,
            enhancement=self._player_look if self.enhanced.isChecked() else None,
        )
        if not self.card.isEnabled():
            return choices
        return replace(
            choices,
            card_ns=self.card_s.ns() if self.card.isChecked() else 0,
            freeze_ns=self.hold_s.ns() if held else 0,
            slower=tuple(one for one, box in self.slower.items() if box.isChecked()),
        )

    def offer(self, makes: tuple[Make, ...]) -> None:
        """What does something for what is to be made."""
        plain = _PLAIN if self.plain.isChecked() else ""
        pictures = "" if set(makes) - {Make.SOUND} else _NONE_MADE
        drawn = plain or _unless(makes, Make.CLIP, Make.STILL, Make.PREVIEW)
        clips = plain or _unless(makes, Make.CLIP)
        enlarged = plain or _unless(makes, Make.CLIP, Make.STILL)
        allow(pictures, self.plain)
        allow(drawn, self.captions, self.banners, self.stamp, self.camera_corner)
        allow(plain or _unless(makes, Make.CLIP, Make.PREVIEW), self.strip)
        allow(drawn or _unticked(self.stamp), self.stamp_corner)
        allow(clips, self.card, self.hold, *self.slower.values())
        allow(clips or _unticked(self.card), self.card_s)
        allow(clips or _unticked(self.hold), self.hold_s, self.point)
        allow(enlarged, self.inset)
        allow(enlarged or _unticked(self.inset), self.region, self.zoom)
        none = "" if _can(self._player_look) else _NOT_ENHANCED
        allow(plain or pictures or none, self.enhanced)
        limits = [words for make, words in _LIMITS.items() if make in makes and not plain]
        self.limits.setText("\n".join(limits))
        self.limits.setVisible(bool(limits))

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
        layout.addLayout(row("Camera’s own stamp", self.camera_corner, 1))
        layout.addLayout(row(self.card, self.card_s, "s", 1))
        layout.addLayout(row(self.hold, self.hold_s, "s", 1))
        layout.addLayout(row("and point at", self.point))
        layout.addLayout(row("Again in slow motion", *self.slower.values(), 1))
        layout.addLayout(row(self.inset, self.region, self.zoom))
        layout.addWidget(self.enhanced)


def _unless(makes: tuple[Make, ...], *wanted: Make) -> str:
    """Why what is only in those is off; empty where one of them is to be made."""
    return "" if set(makes) & set(wanted) else _NONE_MADE


def _unticked(box: QCheckBox) -> str:
    return "" if box.isChecked() else "Off: its tick is not set"


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
