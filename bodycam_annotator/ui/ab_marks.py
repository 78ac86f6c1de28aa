"""Marks A and B: the time between two frames, and the stretch that is played again and again."""

from PyQt6.QtCore import QObject, pyqtSignal

from bodycam_annotator.app.tagging import spacing
from bodycam_annotator.media.index import FrameIndex
from bodycam_annotator.model.interval_words import in_figures
from bodycam_annotator.model.intervals import added
from bodycam_annotator.timing import clock_text, seconds_text


class AbMarks(QObject):
    """Two frames of the footage on screen; they are no tags and are not kept.

    Attributes:
        a, b: ordinals, or None.
        loops: whether the stretch between them is to be played again and again.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.a: int | None = None
        self.b: int | None = None
        self.loops = False

    @property
    def marked(self) -> list[int]:
        """The marked frames, the earlier first."""
        return sorted(one for one in (self.a, self.b) if one is not None)

    @property
    def loop(self) -> tuple[int, int] | None:
        """The first and the last frame to be played, if they are to be."""
        marked = self.marked
        return (marked[0], marked[1]) if self.loops and len(marked) == 2 else None

    def mark_a(self, ordinal: int | None) -> None:
        self.a = ordinal
        self.changed.emit()

    def mark_b(self, ordinal: int | None) -> None:
        self.b = ordinal
        self.changed.emit()

    def set_loops(self, loops: bool) -> None:
        self.loops = loops
        self.changed.emit()

    def clear(self) -> None:
        self.a = self.b = None
        self.loops = False
        self.changed.emit()


def marked_text(marks: AbMarks, index: FrameIndex) -> tuple[str, str]:
    """What the marks say, in short (`A–B 1.268 s ± 0.067`) and at length; empty without any."""
    marked = marks.marked
    if not marked:
        return "", ""
    first, last = marked[0], marked[-1]
    start, end = index.time_of(first), index.time_of(last)
    begins, ends = (clock_text(one - index.first_ns) for one in (start, end))
    if len(marked) == 1:
        name, other = ("A", "B") if marks.b is None else ("B", "A")
        return f"{name} {begins}", (
            f"Mark {name} is frame {first}. Mark {other} (Shift+{other}) to see the time between."
        )
    bound = added(spacing(index, start, start), spacing(index, end, end))
    length, most = in_figures(end - start, bound)
    short = f"A–B {length} s"
    long = (
        f"From frame {first} ({begins}) to frame {last} ({ends}): {seconds_text(end - start)} s, "
        f"{last - first} frames."
    )
    if bound is None:
        return short, f"{long}\nHow exact that is cannot be told."
    return f"{short} ± {most}", (
        f"{long}\n± {seconds_text(bound)} s: what is first seen in a frame happened between the "
        "frame before it and the one after. The longer of these gaps at A and that at B are "
        "added: one may be early while the other is late."
    )
