"""What is laid over each picture of a clip."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QRectF

from bodycam_annotator.media.image_files import shrunk
from bodycam_annotator.media.picture import Pixels
from bodycam_annotator.publish.blending import Patch
from bodycam_annotator.publish.clip_look import ClipFacts, ClipLook
from bodycam_annotator.publish.clip_plan import Freeze, Run, Segment
from bodycam_annotator.publish.clip_writer import FrameInClip
from bodycam_annotator.ui.clip_inset import (
    InsetDrawing,
    border_patches,
    lies_on,
    meets,
    ring_box,
    ring_patch,
)
from bodycam_annotator.ui.clip_signs import Captions, Sign, Signs, more_tags, signs_of
from bodycam_annotator.ui.clip_stamp import Stamp, corner_place
from bodycam_annotator.ui.clip_strip import Strip
from bodycam_annotator.ui.clip_text import cropped, even, quoted, sizes_for, unshaped_note
from bodycam_annotator.ui.fonts import drawing_application

_LEAST_STAMP = 7
"""Pixels of text; smaller, its digits could not be told apart."""

Enhance = Callable[[Pixels], Pixels]
"""BGRA to BGRA of the same size, as `media.enhance.enhance` gives it."""


class ClipDrawing:
    """An `Overlay` for `write_clip` and previews. Make it where the application is (one without a
    screen is made if there is none yet); it can then be used in any one thread."""

    def __init__(self, facts: ClipFacts, look: ClipLook, *, enhance: Enhance | None = None) -> None:
        """`enhance` replaces the footage's picture, which then is always labelled as enhanced."""
        drawing_application()
        self._facts, self._look, self._enhance = facts, look, enhance
        self._parts: _Parts | None = None

    def patches(self, frame: FrameInClip) -> Sequence[Patch]:
        """In order, those beneath first; none on a card."""
        if frame.frame.ordinal is None or frame.frame.time_ns is None:
            return []
        parts = self._parts
        if parts is None or parts.size != (frame.width, frame.height):
            self._look.check(frame.width, frame.height)
            parts = self._parts = _Parts(self._facts, self._look, frame.width, frame.height)
        return [
            *self._of_pixels(parts, frame),
            *parts.patches(
                frame.segment, frame.frame.ordinal, frame.frame.time_ns, self._labels(frame)
            ),
        ]

    def notes(self) -> list[str]:
        """Sentences on what was not drawn in full, of the pictures so far."""
        return [] if self._parts is None else list(self._parts.notes())

    def _of_pixels(self, parts: "_Parts", frame: FrameInClip) -> Iterator[Patch]:
        if self._enhance is None and parts.inset is None:
            return
        pixels = frame.pixels()
        if pixels is None:
            return
        if self._enhance is not None:
            pixels = self._enhance(pixels)
            if pixels.shape[:2] != (frame.height, frame.width):
                # Of a sheet or preview, which are smaller than the footage.
                pixels = shrunk(pixels, frame.width, frame.height)
            rgba = np.ascontiguousarray(pixels[..., (2, 1, 0, 3)])
            rgba[..., 3] = 255
            yield Patch(x=0, y=0, rgba=rgba)
        if parts.inset is not None:
            yield from parts.inset.patches(pixels)

    def _labels(self, frame: FrameInClip) -> Iterator[Sign]:
        segment = frame.segment
        if isinstance(segment, Freeze):
            held = f"Held: {self._facts.moment}" if self._facts.moment else "Held"
            yield Sign(text=held, color="#FFD23F", is_label=True)
        if isinstance(segment, Run) and segment.slower != 1:
            yield Sign(
                text=f"1/{segment.slower} speed",
                beside="without sound",
                color="#FFD23F",
                is_label=True,
            )
        if self._enhance is not None or self._facts.enhanced:
            yield Sign(
                text="enhanced",
                beside=self._facts.enhanced,
                color="#62AEFF",
                is_label=True,
            )


class _Parts:
    """All that is drawn on pictures of one size, each at its place."""

    def __init__(self, facts: ClipFacts, look: ClipLook, width: int, height: int) -> None:
        self.size = width, height
        self._facts, self._look = facts, look
        sizes = self._sizes = sizes_for(width, height)
        self._tags = sorted(facts.tags, key=lambda tag: (tag.start_ns, tag.end_ns))
        self._said = [tag for tag in self._tags if look.captions and tag.is_said]
        self._banners = [tag for tag in self._tags if look.banners and tag not in self._said]
        self._roomless: list[str] = []
        self._on_point: set[str] = set()
        self._on_inset: set[str] = set()
        self._strip = self._strip_of(width, height)
        high = 0 if self._strip is None else sizes.strip
        top = sizes.margin + (high if look.strip_at_top else 0)
        bottom = height - sizes.margin - (0 if look.strip_at_top else high)
        self._stamp: Stamp | None = None
        self._stamp_place = 0, 0
        if look.stamp:
            top, bottom = self._place_stamp(top, bottom)
        if look.avoid_corner is not None and not look.avoid_corner.is_top:
            bottom -= even(height * 0.09)
        self._top, self._bottom = top, bottom
        self._signs = self._signs_of(top, bottom)
        self.inset = self._inset_of((top, bottom))
        self._captions = Captions(sizes, width=width, bottom=bottom, room=self._easy_room())
        self._border = border_patches(
            sizes,
            width,
            high if look.strip_at_top else 0,
            height - (0 if look.strip_at_top else high),
        )
        self._ring: Patch | None = None
        if look.ring is not None:
            ring = ring_patch(look.ring, sizes, width=width, height=height)
            self._ring = cropped(ring, *self.size)

    def patches(
        self, segment: Segment, ordinal: int, time_ns: int, labels: Iterator[Sign]
    ) -> Iterator[Patch]:
        if isinstance(segment, Freeze):
            yield from self._border
            if self._ring is not None:
                yield self._ring
        strip = [] if self._strip is None else self._strip.patches(time_ns)
        yield from strip
        first_ns = self._facts.first_ns
        # Nothing is heard in a freeze, and what it is held for must not be covered.
        is_held = isinstance(segment, Freeze)
        pointed = self._look.ring if is_held else None
        said = [] if is_held else [tag for tag in self._said if tag.is_on(ordinal)]
        told = list(labels)
        captions = self._captions.patches(said, most_room=self._captions_room(told))
        banners = list(signs_of(self._banners, ordinal, time_ns, first_ns))
        top, bottom = self._place_signs(told, banners, captions, pointed, is_held=is_held)
        signs = self._signs.patches(told, banners, top=top, bottom=bottom)
        yield from signs
        yield from captions
        stamp: list[Patch] = []
        if self._stamp is not None:
            stamp = self._stamp.patches(ordinal, time_ns - first_ns, *self._stamp_place)
        yield from stamp
        drawn = {"the strip": strip, "a label": signs, "a caption": captions, "the stamp": stamp}
        if pointed is not None:
            self._note_point(pointed, drawn | {"the frame around the picture": self._border})
        if self.inset is not None:
            box = self.inset.large
            self._on_inset |= {
                what for what, patches in drawn.items() if any(meets(one, box) for one in patches)
            }

    def _captions_room(self, labels: Sequence[Sign]) -> int:
        """Beside labels, and a row that says how many tags there are."""
        counted = [more_tags(len(self._banners))] if self._banners else []
        return self._bottom - self._top - self._signs.high(*labels, *counted)

    def _place_signs(
        self,
        labels: Sequence[Sign],
        banners: Sequence[Sign],
        captions: Sequence[Patch],
        pointed: tuple[int, int] | None,
        *,
        is_held: bool,
    ) -> tuple[int, int]:
        """The top and bottom that they keep to: the first place from above in which all find room,
        or else labels with a row of banners, or else labels. While pictures run, which banners and
        captions there are matters as little as can be, as else they would jump."""
        signs, row = self._signs, self._signs.high(more_tags(len(self._banners)))
        lowest = self._bottom + self._sizes.gap
        free = min((one.y for one in captions), default=lowest)
        least = signs.high(*labels)
        if is_held:
            wide, whole = signs.wide(*labels, *banners), signs.high(*labels, *banners)
        else:
            wide, whole = signs.room, least + row * min(2, len(self._banners))
        places = signs.free_of(list(self._kept_free(pointed)), wide=wide, bottom=lowest)
        for enough in (whole, least + row * min(1, len(self._banners)), max(1, least)):
            for top, bottom in places:
                if min(bottom, free) - top >= enough:
                    return top, min(bottom, free)
        return self._top, free

    def _kept_free(self, pointed: tuple[int, int] | None) -> Iterator[QRectF]:
        """What labels and banners make way for."""
        if pointed is not None:
            yield ring_box(pointed, self._sizes)
        if self.inset is not None:
            edge = 2 * self._sizes.line
            for box in (self.inset.large, self.inset.region):
                yield box.adjusted(-edge, -edge, edge, edge)

    def _easy_room(self) -> int:
        """What captions take as long as smaller text helps: beneath an inset, where there is
        any."""
        room = round(self.size[1] * 0.5)
        if self.inset is None:
            return room
        beneath = self._bottom - round(self.inset.large.bottom()) - 2 * self._sizes.line
        return min(room, beneath) if beneath > 0 else room

    def _note_point(self, ring: tuple[int, int], drawn: Mapping[str, Sequence[Patch]]) -> None:
        if self.inset is not None and self.inset.lies_on(ring):
            self._on_point.add("the inset")
        for what, patches in drawn.items():
            if any(lies_on(patch, ring) for patch in patches):
                self._on_point.add(what)

    def notes(self) -> Iterator[str]:
        width, height = self.size
        for what in self._roomless:
            yield f"There is no room for {what} on pictures of {width} × {height} pixels."
        if self._stamp is not None and self._stamp.is_cut:
            yield f"The footage's name is too long for the stamp: {quoted(self._facts.footage)}."
        if self._on_inset:
            yield f"The inset lies in part under {' and '.join(sorted(self._on_inset))}."
        if self._on_point:
            yield f"The point that is marked lies under {' and '.join(sorted(self._on_point))}."
        for text in sorted(self._signs.left_out_labels):
            yield f"A label found no room: {quoted(text)}."
        for text in sorted(self._captions.cut):
            yield f"A caption is too long for the picture and was cut: {quoted(text)}."
        for text in sorted(self._captions.cut_speakers):
            yield f"A speaker's name above a caption is too long and was cut: {quoted(text)}."
        for text in sorted(self._captions.left_out):
            yield f"A caption found no room beside others at the same time: {quoted(text)}."
        for text in sorted(self._signs.unshaped | self._captions.unshaped):
            yield unshaped_note(text)
        for text in sorted(self._signs.cut):
            yield f"A banner is too long and was cut: {quoted(text)}."
        if self._signs.left_out:
            most = self._signs.left_out
            tags = "1 tag at a time" if most == 1 else f"Up to {most} tags at once"
            yield f"{tags} found no room and {'is' if most == 1 else 'are'} only counted."

    def _strip_of(self, width: int, height: int) -> Strip | None:
        if not self._look.strip:
            return None
        if height < 3 * self._sizes.strip or width < 4 * self._sizes.margin:
            self._roomless.append("the strip")
            return None
        top = 0 if self._look.strip_at_top else height - self._sizes.strip
        return Strip(self._facts, self._sizes, width=width, top=top)

    def _place_stamp(self, top: int, bottom: int) -> tuple[int, int]:
        """The edges that it leaves to what else there is."""
        width, margin = self.size[0], self._sizes.margin
        corner, avoid = self._look.stamp_at, self._look.avoid_corner
        beside = avoid is not None and avoid.is_top == corner.is_top
        room = (width // 2 if beside else width) - 2 * margin
        most = width - 2 * margin
        for em in range(self._sizes.stamp, _LEAST_STAMP - 1, -1):
            sizes = replace(self._sizes, stamp=em)
            stamp = Stamp(self._facts.footage, self._facts.frames, sizes, room=room)
            if stamp.width <= most and stamp.height <= bottom - top:
                break
        else:
            self._roomless.append("the stamp")
            return top, bottom
        box = stamp.width, stamp.height
        self._stamp = stamp
        self._stamp_place = corner_place(corner, box, self.size, margin, (top, bottom))
        if corner.is_top:
            return top + stamp.height + self._sizes.gap, bottom
        return top, bottom - stamp.height - self._sizes.gap

    def _signs_of(self, top: int, bottom: int) -> Signs:
        width, margin, corner = self.size[0], self._sizes.margin, self._look.signs_at
        beside = self._look.avoid_corner is not None and self._look.avoid_corner.is_top
        room = round(width * (0.46 if beside else 0.75)) - margin
        return Signs(
            self._sizes,
            left=margin if corner.is_left else width - margin - room,
            top=top,
            room=(room, bottom - top + self._sizes.gap),
            at_left=corner.is_left,
        )

    def _inset_of(self, edges: tuple[int, int]) -> InsetDrawing | None:
        if self._look.inset is None:
            return None
        # Beneath it there is room for what is said, as far as it does not keep the inset out.
        beneath = 0.3 if self._said else 0.1
        lower = edges[0] + even(self.size[1] * 0.1), edges[1] - even(self.size[1] * beneath)
        return InsetDrawing(
            self._look.inset, self._sizes, width=self.size[0], height=self.size[1], edges=lower
        )
