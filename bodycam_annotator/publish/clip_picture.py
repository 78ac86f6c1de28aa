"""Decoded frames as the pictures of a clip: upright, in square pixels, in what its form keeps."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from bodycam_annotator.media.picture import Kept, Pixels, displayed_size
from bodycam_annotator.publish.blending import LUMA, Blender, Patch, Plane, PlaneKind, planes_of
from bodycam_annotator.publish.clip_forms import FormFacts

_UNSPECIFIED = 2
"""Of primaries and transfer, in ITU-T H.273."""


@dataclass(frozen=True, kw_only=True)
class Colors:
    """As FFmpeg and ITU-T H.273 number them."""

    range: int
    primaries: int
    transfer: int
    matrix: int


@dataclass(frozen=True, kw_only=True)
class ClipShape:
    """What all pictures of a clip have in common.

    `width` and `height` are those of the picture as displayed; `coded` those it is padded to by
    repeating its last column or row, where the format has chroma for two pixels only. `given` is
    the size in the file, `stored` that in square pixels before it is turned by `turn`.
    """

    width: int
    height: int
    coded: tuple[int, int]
    given: tuple[int, int]
    stored: tuple[int, int]
    turn: tuple[int, bool]
    pixel_format: str
    colors: Colors
    notes: tuple[str, ...]

    @property
    def kind(self) -> PlaneKind:
        form = VideoFormat(self.pixel_format, 16, 16)
        chroma = len(form.components) > 1
        return PlaneKind(
            depth=form.components[0].bits,
            across=_halvings(form.chroma_width(16)) if chroma else None,
            down=_halvings(form.chroma_height(16)) if chroma else None,
            matrix=self.colors.matrix,
            full=self.colors.range == ColorRange.JPEG,
        )


def shape_of(first: Kept, aspect: Fraction | None, form: FormFacts) -> ClipShape:
    """What the pictures of a clip are that begins with this frame."""
    stored = displayed_size(*first.size, aspect=aspect, quarters=0)
    turned = first.turn[0] % 2 == 1
    width, height = stored[::-1] if turned else stored
    name = first.frame.format.name
    chosen = _pixel_format(name, form, turned=turned)
    kind = VideoFormat(chosen, 16, 16)
    across = 16 // kind.chroma_width(16) if len(kind.components) > 1 else 1
    down = 16 // kind.chroma_height(16) if len(kind.components) > 1 else 1
    coded = (-(-width // across) * across, -(-height // down) * down)
    notes = []
    if coded != (width, height):
        notes.append(
            f"The picture is {width}×{height} and was padded to {coded[0]}×{coded[1]} by "
            "repeating its last column or row."
        )
    if _layout(name) != _layout(chosen):
        notes.append(f"The pixels were converted from {name} to {chosen}.")
    if stored != first.size:
        was, now = (f"{wide}×{high}" for wide, high in (first.size, stored))
        notes.append(f"The pixels are not square; the picture was scaled from {was} to {now}.")
    colors = _colors(first)
    if colors.range == ColorRange.JPEG and not form.full_range:
        colors = replace(colors, range=int(ColorRange.MPEG))
        notes.append(
            "The brightness was brought from full range to that of studios, which every player "
            f"takes {form.container.upper()} of this kind to have."
        )
    return ClipShape(
        width=width,
        height=height,
        coded=coded,
        given=first.size,
        stored=stored,
        turn=first.turn,
        pixel_format=chosen,
        colors=colors,
        notes=tuple(notes),
    )


class Pictures:
    """Makes the pictures of one clip. Not for use by two threads at once.

    Attributes:
        scaled: how many frames were of another size than the first, and were scaled to its.
    """

    def __init__(self, shape: ClipShape) -> None:
        self.shape = shape
        self.scaled = 0
        self._reformatter = VideoReformatter()

    def picture(self, kept: Kept) -> VideoFrame:
        """A frame of its own, with nothing that the footage carries beside its pixels."""
        frame = kept.frame
        self.scaled += kept.size != self.shape.given
        if not self._is_as_stored(kept):
            colors = self.shape.colors
            frame = self._reformatter.reformat(
                frame,
                width=self.shape.stored[0],
                height=self.shape.stored[1],
                format=self.shape.pixel_format,
                interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND,
                src_colorspace=kept.matrix,
                dst_colorspace=colors.matrix,
                src_color_range=_range_of(kept),
                dst_color_range=colors.range,
                # More of them write past the end of rows (see media/picture.py).
                threads=1,
            )
        new = self._new()
        for source, target in zip(planes_of(frame), planes_of(new), strict=False):
            upright = _turned(source, self.shape.turn)
            height, width = upright.shape
            target[:height, :width] = upright
            target[:height, width:] = target[:height, width - 1 : width]
            target[height:] = target[height - 1 : height]
        return new

    def card(self, draw: Callable[[int, int], Pixels]) -> VideoFrame:
        """What it draws of the picture's own size, over black."""
        new = self._new()
        kind = self.shape.kind
        step = 1 << (kind.depth - 8)
        for number, plane in enumerate(planes_of(new)):
            plane[...] = 128 * step if number else (0 if kind.full else 16 * step)
        size = (self.shape.height, self.shape.width)
        rgba = draw(self.shape.width, self.shape.height)
        if rgba.shape[:2] != size:
            raise ValueError(f"a card of {rgba.shape[:2]} for pictures of {size}")
        blender = Blender(kind, width=self.shape.width, height=self.shape.height)
        blender.blend(planes_of(new), [Patch(x=0, y=0, rgba=rgba)])
        return new

    def _is_as_stored(self, kept: Kept) -> bool:
        shape = self.shape
        return (
            kept.size == shape.stored
            and _plain(kept.frame.format.name) == shape.pixel_format
            and _range_of(kept) == shape.colors.range
        )

    def _new(self) -> VideoFrame:
        new = VideoFrame(*self.shape.coded, self.shape.pixel_format)
        colors = self.shape.colors
        new.color_range, new.colorspace = colors.range, colors.matrix
        new.color_primaries, new.color_trc = colors.primaries, colors.transfer
        return new


def _turned(plane: Plane, how: tuple[int, bool]) -> Plane:
    turned = np.rot90(plane, -how[0])
    return turned[:, ::-1] if how[1] else turned


def _colors(first: Kept) -> Colors:
    frame = first.frame
    rgb = frame.format.is_rgb
    matrix = frame.colorspace if frame.colorspace in LUMA and not rgb else first.matrix
    return Colors(
        range=_range_of(first),
        primaries=frame.color_primaries or _UNSPECIFIED,
        transfer=frame.color_trc or _UNSPECIFIED,
        matrix=matrix,
    )


def _range_of(kept: Kept) -> int:
    """A file that does not say has the range of studios, as every player takes it."""
    name = kept.frame.format.name
    if kept.color_range == ColorRange.JPEG or name.startswith("yuvj"):
        return int(ColorRange.JPEG)
    return int(ColorRange.MPEG)


def _plain(name: str) -> str:
    """FFmpeg's older name for full range is the same planes."""
    return name.replace("yuvj", "yuv")


def _layout(name: str) -> tuple[str, int]:
    """Which colours a format can hold: its chroma and its depth."""
    form = VideoFormat(name, 16, 16)
    depth = max(part.bits for part in form.components)
    if len(form.components) < 3:
        return "gray", depth
    if form.is_rgb or form.has_palette:
        return "rgb", depth
    across, down = 16 // form.chroma_width(16), 16 // form.chroma_height(16)
    return {(1, 1): "444", (2, 1): "422", (2, 2): "420"}.get((across, down), "other"), depth


def _pixel_format(name: str, form: FormFacts, *, turned: bool) -> str:
    """The format among those of the form that keeps most of what this one holds."""
    chroma, depth = _layout(name)
    chroma = {"rgb": "444", "other": "444"}.get(chroma, chroma)
    ending = "" if depth <= 8 else "10le" if depth <= 10 else "12le"
    wanted = f"gray{ending}" if chroma == "gray" else f"yuv{chroma}p{ending}"
    if wanted not in form.pixel_formats:
        whole = [one for one in form.pixel_formats if chroma == "444" and "444" in one]
        wanted = whole[0] if whole else form.pixel_formats[0]
    # A quarter turn would leave chroma halved on the wrong side.
    return wanted.replace("422", "444") if turned else wanted


def _halvings(of_sixteen: int) -> int:
    return {16: 0, 8: 1}[of_sixteen]
