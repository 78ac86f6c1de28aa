"""What is said on the picture: whether it is enhanced, and what a pixel of the footage is."""

from PyQt6.QtCore import QPointF

from bodycam_annotator.media.picture import Picture
from bodycam_annotator.ui.picture_chips import Chip
from bodycam_annotator.ui.picture_place import PicturePlace
from bodycam_annotator.ui.ruler import Ruler
from bodycam_annotator.ui.theme import ON_PICTURE


def chips_for(
    picture: Picture,
    place: PicturePlace,
    *,
    ruler: Ruler | None,
    measuring: bool,
) -> list[Chip]:
    chips = []
    if picture.doubtful:
        said = "Damaged data: parts of this picture may be wrong"
        chips.append(Chip(text=said, color=ON_PICTURE.warn))
    if picture.enhanced is not None:
        chips.append(Chip(text=f"enhanced: {picture.enhanced_by}", color=ON_PICTURE.accent))
    if place.words:
        chips.append(Chip(text=place.words))
    if ruler is not None:
        chips.append(Chip(text=ruler.words, color=ON_PICTURE.warn))
    elif measuring:
        chips.append(Chip(text="Drag from one point to another; Esc ends measuring"))
    if not place.is_fitted:
        chips.append(Chip(text=f"{place.magnified:.3g}×  double-click fits"))
    return chips


def reading(picture: Picture, place: PicturePlace, pointer: QPointF) -> str:
    """Place and value, in the footage, of the pixel under the pointer; empty beside the picture.

    A reduced picture has no value to tell. Luma is that of ITU-R BT.601, rounded, as OpenCV has
    it, on which local contrast works too.
    """
    at = place.pixel_at(pointer)
    if at is None:
        return ""
    if picture.reduced:
        return _reading(at, None, enhanced=False)
    blue, green, red = (int(value) for value in picture.bgra[at[1], at[0], :3])
    return _reading(at, (red, green, blue), enhanced=picture.enhanced is not None)


def widest_reading(picture: Picture) -> str:
    """So that what changes with every move of the pointer does not push anything about."""
    at = (10 ** len(str(picture.width)) - 1, 10 ** len(str(picture.height)) - 1)
    return _reading(at, (255, 255, 255), enhanced=picture.enhanced is not None)


def _reading(at: tuple[int, int], value: tuple[int, int, int] | None, *, enhanced: bool) -> str:
    place = f"x {at[0]}  y {at[1]}"
    if value is None:
        return place
    red, green, blue = value
    luma = (299 * red + 587 * green + 114 * blue + 500) // 1000
    whose = "original " if enhanced else ""
    return f"{place}   {whose}R {red} G {green} B {blue}   luma {luma}"
