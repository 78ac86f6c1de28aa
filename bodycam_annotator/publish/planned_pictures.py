"""The pictures of a planned clip, in any order: what its encoder would be given."""

from functools import partial

import numpy as np

from bodycam_annotator.media.frames import FrameReader
from bodycam_annotator.media.picture import Display, Keeping, Kept, Pixels
from bodycam_annotator.progress import Asked
from bodycam_annotator.publish.blending import Blender, planes_of
from bodycam_annotator.publish.clip_forms import FormFacts
from bodycam_annotator.publish.clip_picture import ClipShape, Pictures, shape_of
from bodycam_annotator.publish.clip_plan import Card, ClipPlan
from bodycam_annotator.publish.clip_writer import Overlay, frame_in_clip

Shapes = dict[tuple[int, str], ClipShape]
"""By the first frame of a clip, and what its form is written with."""


class PlannedPictures:
    """Made as `write_clip` makes them. Not for use by two threads at once.

    `shapes` of the same footage spare decoding the first frame for each plan that begins with it.
    """

    def __init__(
        self,
        reader: FrameReader,
        plan: ClipPlan,
        form: FormFacts,
        overlay: Overlay | None,
        shapes: Shapes,
    ) -> None:
        self._reader, self._plan, self._form, self._overlay = reader, plan, form, overlay
        self._shapes = shapes
        self._pictures: Pictures | None = None
        self._blender: Blender | None = None
        self._display: Display | None = None
        self._keeping, self._shown = Keeping(), Display(None)

    def picture(self, number: int, *, cancelled: Asked | None = None) -> Pixels:
        """(height, width, 4) BGRA, as players show it of a clip that lost nothing.

        Raises `FootageError` when the file has changed, `FrameError` when the frame, or the first
        of the clip, cannot be decoded, `Cancelled` when asked to stop.
        """
        frame = self._plan.frames[number]
        segment = self._plan.segments[frame.segment]
        pictures = self._made(cancelled)
        shape = pictures.shape
        if isinstance(segment, Card):
            picture = pictures.card(segment.draw)
        else:
            assert frame.ordinal is not None
            kept = self._reader.kept(frame.ordinal, cancelled=cancelled)
            picture = pictures.picture(kept)
            if self._overlay is not None:
                assert self._blender is not None
                seen = frame_in_clip(
                    self._plan,
                    frame,
                    width=shape.width,
                    height=shape.height,
                    pixels=partial(self._pixels, kept),
                )
                self._blender.blend(planes_of(picture), self._overlay.patches(seen))
        whole = self._shown.pixels(self._keeping.keep(picture))
        return np.ascontiguousarray(whole[: shape.height, : shape.width])

    def _made(self, cancelled: Asked | None) -> Pictures:
        """All are of the first one's shape."""
        if self._pictures is None:
            first = next(one.ordinal for one in self._plan.frames if one.ordinal is not None)
            key = first, self._form.video
            if key not in self._shapes:
                kept = self._reader.kept(first, cancelled=cancelled)
                self._shapes[key] = shape_of(kept, self._reader.aspect, self._form)
            shape = self._shapes[key]
            self._pictures = Pictures(shape)
            self._blender = Blender(shape.kind, width=shape.width, height=shape.height)
        return self._pictures

    def _pixels(self, kept: Kept) -> Pixels:
        """The footage's own frame."""
        if self._display is None:
            self._display = Display(self._reader.aspect)
        return self._display.pixels(kept)
