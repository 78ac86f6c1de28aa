"""The line that shows what runs off the window's thread."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from bodycam_annotator.ui.plain import PlainLabel, plain_tip
from bodycam_annotator.ui.theme import scaled
from bodycam_annotator.ui.workers import Job


class JobBar(QWidget):
    """The running job, how far it is, and a button that stops it. A click shows more of it, where
    there is more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._label = PlainLabel()
        self._label.setProperty("muted", True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(80)
        self._stop = QPushButton("Stop")
        self._stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stop.clicked.connect(self.stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label)
        layout.addWidget(self._bar)
        layout.addWidget(self._stop)
        self.hide()

    def _say(self, words: str) -> None:
        """Cut where it would take the room of the menus."""
        metrics = self._label.fontMetrics()
        cut = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, scaled(140))
        self._label.setText(cut)
        more = "\n\nClick: show all" if self._opens() is not None else ""
        self._label.setToolTip(plain_tip(f"{words}{more}"))

    @property
    def jobs(self) -> list[Job]:
        return list(self._jobs)

    def start(self, job: Job) -> None:
        self._jobs.append(job)
        job.progressed.connect(lambda share, job=job: self._progress(job, share))
        job.ended.connect(lambda job=job: self._end(job))
        job.start()
        self._refresh()

    def stop_all(self) -> None:
        """Asks every job to stop and returns when all have."""
        for job in self._jobs:
            job.cancel()
        for job in self._jobs:
            job.wait()

    def tell_key(self, key: str) -> None:
        """The key that stops it, for the button's tip."""
        self._stop.setToolTip(f"Stop it  ({key})")

    def stop(self) -> None:
        """Asks the newest job to stop."""
        if self._jobs:
            self._jobs[-1].cancel()
            self._say(f"Stopping: {self._jobs[-1].label}")

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Its label and its bar let the mouse through to here."""
        super().mouseReleaseEvent(event)
        opens = self._opens()
        if opens is not None and event is not None and event.button() == Qt.MouseButton.LeftButton:
            opens()

    def _opens(self) -> Callable[[], object] | None:
        return self._jobs[-1].opens if self._jobs else None

    def _progress(self, job: Job, share: float) -> None:
        if self._jobs and job is self._jobs[-1]:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(share * 1000))

    def _end(self, job: Job) -> None:
        job.wait()
        self._jobs.remove(job)
        job.deleteLater()
        self._refresh()

    def _refresh(self) -> None:
        self.setVisible(bool(self._jobs))
        shape = Qt.CursorShape.PointingHandCursor if self._opens() else Qt.CursorShape.ArrowCursor
        for part in (self._label, self._bar):
            part.setCursor(shape)
        if self._jobs:
            more = f" (+{len(self._jobs) - 1})" if len(self._jobs) > 1 else ""
            self._say(self._jobs[-1].label + more)
            self._bar.setRange(0, 0)
