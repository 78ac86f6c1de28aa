"""Watching the open project's footage: a file may be moved, changed or unplugged at any time."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from bodycam_annotator.app import look
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.ui.bridge import ProjectBridge

LOOK_MS = 2000
"""How often the footage is looked at."""

SILENT_S = 15.0
"""A drive that has not answered for so long is told of."""


class Look(Protocol):
    """How a footage of the project at that path compares now; may take as long as it likes."""

    def __call__(self, footage: Footage, *, project: Path) -> Comparison: ...


class FootageWatch(QObject):
    """Looks at presence, size and date of every footage, in a thread that nothing waits for.

    Signals: `changed` carries a footage's id and a sentence when what is wrong with it is another
    than before, with an empty sentence when nothing is any more; `looked` a footage's id when its
    comparison is another than before.
    """

    changed = pyqtSignal(str, str)
    looked = pyqtSignal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        every_ms: int = LOOK_MS,
        silent_s: float = SILENT_S,
        look: Look = look,
    ) -> None:
        super().__init__(parent)
        self._bridge: ProjectBridge | None = None
        self._look = look
        self._silent_s = silent_s
        self._glance: _Glance | None = None
        self._compared: dict[str, Comparison] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._tick)

    def follow(self, bridge: ProjectBridge | None) -> None:
        """Watches that project's footage from now on; None watches nothing."""
        self._bridge = bridge
        # One that still hangs is left to itself: its thread ends with the drive or the program.
        self._glance = None
        self._compared = {}
        if bridge is None:
            self._timer.stop()
        else:
            self._begin()
            self._timer.start()

    def comparison(self, footage_id: str) -> Comparison | None:
        """How the footage compared when it was last looked at; None before that."""
        return self._compared.get(footage_id)

    def look_anew(self, footage_id: str) -> None:
        """What is known of that footage is of before it was relinked."""
        self._compared.pop(footage_id, None)
        self._glance = None
        self._begin()

    def _tick(self) -> None:
        glance = self._glance
        if glance is None:
            self._begin()
        elif not glance.ended:
            self._note_silence(glance)
        else:
            self._glance = None
            self._take(glance)
            self._begin()

    def _begin(self) -> None:
        if self._bridge is not None and self._glance is None:
            every = list(self._bridge.project.footage.values())
            self._glance = _Glance(self._look, every, self._bridge.session.path)

    def _take(self, glance: "_Glance") -> None:
        for footage, found in zip(glance.every, list(glance.found), strict=False):
            self._note(footage, found)

    def _note_silence(self, glance: "_Glance") -> None:
        self._take(glance)
        waits_for = glance.waits_for
        if waits_for is not None and glance.lasted_s >= self._silent_s:
            name = PurePosixPath(waits_for.path).name
            problem = (
                f"The drive or network that {name} is on does not answer; check its connection."
            )
            self._note(waits_for, Comparison(problem=problem))

    def _note(self, footage: Footage, found: Comparison) -> None:
        bridge = self._bridge
        # What was looked at before an edit of it says nothing of it as it is now.
        if bridge is None or bridge.project.footage.get(footage.id) != footage:
            return
        before = self._compared.get(footage.id)
        if found == before:
            return
        self._compared[footage.id] = found
        self.looked.emit(footage.id)
        if found.problem != (before.problem if before is not None else ""):
            self.changed.emit(footage.id, found.problem)


class _Glance:
    """One look at every footage in turn, in a thread of its own.

    Attributes: `every` footage, and what was `found` of the first of them so far.
    """

    def __init__(self, look: Look, every: Sequence[Footage], project: Path) -> None:
        self.every = every
        self.found: list[Comparison] = []
        self._look: Callable[[Footage], Comparison] = lambda footage: look(footage, project=project)
        self._begun = time.monotonic()
        # A daemon: a drive that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="footage watch", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

    @property
    def lasted_s(self) -> float:
        return time.monotonic() - self._begun

    @property
    def waits_for(self) -> Footage | None:
        """The footage that is being looked at."""
        at = len(self.found)
        return self.every[at] if at < len(self.every) else None

    def _run(self) -> None:
        for footage in self.every:
            self.found.append(self._look(footage))
