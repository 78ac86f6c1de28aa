"""Times of other programs that were frames' own before they were rounded."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bodycam_annotator.exchange.timeline import TimelineRow
from bodycam_annotator.model.codebook import Code, Kind
from bodycam_annotator.model.tag import Basis

if TYPE_CHECKING:
    from bodycam_annotator.media.index import FrameIndex


def on_frames(
    row: TimelineRow, code: Code, index: "FrameIndex", resolution_ns: int
) -> tuple[TimelineRow, int]:
    """The row with its times where frames begin (or the last one ends) that these times mean, and
    by how much its edges may be off for their rounding, besides the frames' spacing.

    A frame is meant that is no further away than half of `resolution_ns` and a nanosecond. Spans
    of what is heard need not begin with one: there the rounding must leave no choice of frames.
    """
    half_ns = -(-resolution_ns // 2)
    bound_ns = half_ns
    is_of_sound = code.basis is Basis.HEARD and code.kind is Kind.INTERVAL
    edges = []
    for time_ns, frame in ((row.start_ns, row.start_frame), (row.end_ns, None)):
        meant_ns, gap_ns = _meant(index, index.first_ns + time_ns, frame, half_ns + 1)
        meant_ns -= index.first_ns
        moved_ns = abs(meant_ns - time_ns)
        is_vague = resolution_ns >= gap_ns
        if not moved_ns or moved_ns > half_ns + 1 or (is_vague and is_of_sound):
            edges.append(time_ns)
            continue
        edges.append(meant_ns)
        if is_vague:
            # It may have been another frame, on the other side of the time.
            bound_ns = max(bound_ns, half_ns + moved_ns)
    start_ns, end_ns = edges
    if (row.end_ns > row.start_ns) != (end_ns > start_ns):
        return row, half_ns
    return replace(row, start_ns=start_ns, end_ns=end_ns), bound_ns


def _meant(index: "FrameIndex", time_ns: int, frame: int | None, within_ns: int) -> tuple[int, int]:
    """The time of the frame that is said, if it is as near as that, else of the nearest one or the
    footage's end; and how far the frame that is shown then is from the next."""
    start_ns, end_ns = index.span_of(index.nearest(time_ns))
    gap_ns = end_ns - start_ns
    if frame is not None and 0 <= frame < len(index):
        said_ns = index.time_of(frame)
        if abs(said_ns - time_ns) <= within_ns:
            return said_ns, gap_ns
    return min(start_ns, end_ns, key=lambda one: abs(one - time_ns)), gap_ns
