"""Where each camera's footage is looked at, so that another camera opens at the same moment."""

from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.incident import Camera


class CameraPlaces:
    """Moments are nanoseconds from the incident's zero, known where a camera's sync is known."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}
        self._moment: int | None = None
        self._came_to: tuple[str, int | None] | None = None

    def forget_moment(self) -> None:
        self._moment = None

    def keep(self, footage_id: str, ordinal: int) -> None:
        """Where that footage was left."""
        self._left[footage_id] = ordinal

    def left(self, footage_id: str) -> int:
        return self._left.get(footage_id, 0)

    def leave(
        self,
        footage_id: str,
        ordinal: int | None,
        *,
        index: FrameIndex | None,
        camera: Camera | None,
    ) -> None:
        if ordinal is None:
            return
        self.keep(footage_id, ordinal)
        # Who only goes to and fro between cameras stays at the very same moment.
        if self._came_to != (footage_id, ordinal):
            self._moment = _moment(index, ordinal, camera)

    def come(
        self, footage_id: str, *, index: FrameIndex, camera: Camera | None
    ) -> tuple[int, bool]:
        """The frame of the same moment, else where the footage was left; and whether the moment
        is known but not in the footage."""
        ordinal, missed = self._left.get(footage_id, 0), False
        if self._moment is not None and camera is not None and camera.sync_offset_ns is not None:
            at = index.first_ns + self._moment - camera.sync_offset_ns
            missed = not index.first_ns <= at < index.end_ns
            ordinal = ordinal if missed else index.nearest(at)
        self._came_to = footage_id, ordinal
        return ordinal, missed


def _moment(index: FrameIndex | None, ordinal: int | None, camera: Camera | None) -> int | None:
    if index is None or ordinal is None or camera is None or camera.sync_offset_ns is None:
        return None
    return index.time_of(ordinal) - index.first_ns + camera.sync_offset_ns
