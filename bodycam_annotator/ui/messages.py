"""Sentences for the person, in the window: what happened and what to do; nothing to click away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import COLORS, icon
from bodycam_annotator.ui.workers import Job

INFORMED_MS = 12_000

Offers = Mapping[str, Callable[[], object]]
"""What the person may do about it, by the words on the button."""


@dataclass(frozen=True)
class _Message:
    sentence: str
    sign: str
    color: str
    offers: Offers = field(default_factory=dict)


class MessageBar(QWidget):
    """Shows the newest sentence until it is dismissed or overtaken by another.

    One that offers something to do comes back when those after it are gone, until it is dismissed
    or one of its buttons pressed.

    It lies over the foot of the picture, or where there is none over the top of its parent, so
    that nothing moves under the pointer and neither tabs nor the camera's own stamp are covered.
    """

    def __init__(self, parent: QWidget, picture: QWidget) -> None:
        super().__init__(parent)
        self._picture = picture
        parent.installEventFilter(self)
        picture.installEventFilter(self)
        self._sign = PlainLabel()
        self.text = PlainLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setToolTip("Dismiss")
        close.setAccessibleName("Dismiss the message")
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self._dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 8, 4)
        layout.addWidget(self._sign)
        layout.addWidget(self.text, 1)
        self._buttons = QHBoxLayout()
        layout.addLayout(self._buttons)
        layout.addWidget(close)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._going = QTimer(self)
        self._going.setSingleShot(True)
        self._going.setInterval(INFORMED_MS)
        self._going.timeout.connect(self._dismiss)
        self._shown: _Message | None = None
        self._standing: list[_Message] = []
        self.hide()

    def inform(self, sentence: str) -> None:
        """For what needs no doing; it goes by itself."""
        self._show(sentence, "information-outline", COLORS.accent)
        self._going.start()

    def warn(self, sentence: str, offers: Offers | None = None) -> None:
        self._show(sentence, "alert-outline", COLORS.warn, offers)

    def fail(self, sentence: str, offers: Offers | None = None) -> None:
        self._show(sentence, "alert-circle-outline", COLORS.bad, offers)

    def clear(self) -> None:
        """What it was about is not there any more."""
        self._standing.clear()
        self._going.stop()
        self._shown = None
        self.hide()

    def withdraw(self, name: str) -> None:
        """What has a button of that name has come to nothing."""
        self._standing = [one for one in self._standing if name not in one.offers]
        if self._shown is not None and name in self._shown.offers:
            self._dismiss()

    def offer(self, name: str) -> QPushButton | None:
        """The button of that name, if the message shown has one."""
        buttons = (self._buttons.itemAt(at) for at in range(self._buttons.count()))
        widgets = [item.widget() for item in buttons if item is not None]
        return next((w for w in widgets if isinstance(w, QPushButton) and w.text() == name), None)

    def _show(self, sentence: str, sign: str, color: str, offers: Offers | None = None) -> None:
        new = _Message(sentence, sign, color, offers or {})
        # The newest of a kind stands for those before it.
        before = [*self._standing, *([self._shown] if self._shown is not None else [])]
        self._standing = [
            one for one in before if one.offers and one.offers.keys() != new.offers.keys()
        ]
        self._draw(new)

    def _draw(self, message: _Message) -> None:
        self._going.stop()
        self._shown = message
        self._show_offers(message.offers)
        self._sign.setPixmap(icon(message.sign, color=message.color).pixmap(18, 18))
        self.text.setText(message.sentence)
        self.setStyleSheet(
            f"MessageBar {{ background: {COLORS.raised}; border-left: 3px solid {message.color}; }}"
        )
        self._place()
        self.show()
        self.raise_()
        # New buttons have their width only then.
        QTimer.singleShot(0, self._place)

    def _dismiss(self) -> None:
        if self._standing:
            self._draw(self._standing.pop())
        else:
            self.clear()

    def _show_offers(self, offers: Offers) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for name, do in offers.items():
            button = QPushButton(name)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._dismiss)
            button.clicked.connect(lambda _=False, do=do: do())
            self._buttons.addWidget(button)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        if self._picture.isVisible():
            width = self._picture.width()
            height = self.heightForWidth(width)
            foot = self._picture.mapTo(parent, QPoint(0, self._picture.height() - height))
            self.setGeometry(QRect(foot, QSize(width, height)))
        else:
            self.setGeometry(0, 0, parent.width(), self.heightForWidth(parent.width()))

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        assert layout is not None
        return max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())


class JobBar(QWidget):
    """The running job, how far it is, and a button that stops it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._label = PlainLabel()
        self._label.setProperty("muted", True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._stop = QPushButton("Stop")
        self._stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stop.clicked.connect(self._cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label)
        layout.addWidget(self._bar)
        layout.addWidget(self._stop)
        self.hide()

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

    def _cancel(self) -> None:
        if self._jobs:
            self._jobs[-1].cancel()
            self._label.setText(f"Stopping: {self._jobs[-1].label}")

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
        if self._jobs:
            more = f" (+{len(self._jobs) - 1})" if len(self._jobs) > 1 else ""
            self._label.setText(self._jobs[-1].label + more)
            self._bar.setRange(0, 0)
