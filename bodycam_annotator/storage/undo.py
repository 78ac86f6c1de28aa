"""What a coder can undo and redo, worked out from the audit log alone."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class UndoStacks:
    """Numbers of audit entries, the next to take back last: an undo takes back one of `undo`
    (a do or redo), a redo one of `redo` (an undo)."""

    undo: tuple[int, ...] = ()
    redo: tuple[int, ...] = ()

    def after(self, steps: Iterable[tuple[int, str, int | None]]) -> "UndoStacks":
        """The stacks once `steps` are made: entries' number, action and what it refers to."""
        undo, redo = list(self.undo), list(self.redo)
        for seq, action, refers_to in steps:
            match action:
                case "do":
                    undo.append(seq)
                    redo.clear()
                case "undo":
                    _take(undo, refers_to)
                    redo.append(seq)
                case "redo":
                    _take(redo, refers_to)
                    undo.append(seq)
        return UndoStacks(undo=tuple(undo), redo=tuple(redo))


def _take(stack: list[int], seq: int | None) -> None:
    """Takes off `seq` and what lies above it: edits that cannot be undone and were passed over."""
    for at in reversed(range(len(stack))):
        if stack[at] == seq:
            del stack[at:]
            return
