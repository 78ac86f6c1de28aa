"""What the footage on screen is, and everything that is odd about it."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFormLayout, QScrollArea, QVBoxLayout, QWidget

from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.timing import clock_text, seconds_text
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import COLORS


class FootagePanel(QScrollArea):
    """Facts first, then oddities, each a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("Footage")
        self.show_nothing()

    def show_nothing(self) -> None:
        self._show([], ["Open footage to see what it is."], heading="")

    def show_footage(
        self, facts: FootageFacts, footage: Footage, path: Path, *, oddities: Sequence[str]
    ) -> None:
        index, audio = facts.index, facts.audio
        rate = "variable rate" if index.variable_rate else "constant rate"
        rows = [
            ("File", path.name),
            ("Folder", _from_home(path.parent)),
            ("SHA-256", footage.sha256 or "being computed …"),
            ("Size", f"{footage.size:,} bytes"),
            ("Format", f"{facts.container}, {facts.codec}"),
            ("Picture", f"{facts.width} × {facts.height} as displayed"),
            ("Frames", f"{len(index):,}, {rate}"),
            ("Duration", f"{clock_text(facts.duration_ns)} ({seconds_text(facts.duration_ns)} s)"),
            ("Time base", f"{index.time_base} s a tick, first PTS {index.pts_of(0)}"),
            ("Sound", f"{audio.codec}, {audio.rate:,} Hz, {_channels(audio.channels)}")
            if audio is not None
            else ("Sound", "none"),
        ]
        heading = "What is odd about it" if oddities else "Nothing odd was found."
        self._show(rows, list(oddities), heading=heading)

    def _show(self, rows: list[tuple[str, str]], sentences: list[str], *, heading: str) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        for name, value in rows:
            label, text = PlainLabel(name), PlainLabel(_breakable(value))
            label.setProperty("muted", True)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(label, text)
        layout.addLayout(form)
        if heading:
            title = PlainLabel(heading)
            title.setProperty("section", True)
            title.setContentsMargins(0, 8, 0, 0)
            layout.addWidget(title)
        for sentence in sentences:
            text = PlainLabel(sentence)
            text.setWordWrap(True)
            if heading:
                text.setStyleSheet(f"color: {COLORS.warn}")
            else:
                text.setProperty("muted", True)
            layout.addWidget(text)
        layout.addStretch(1)
        self.setWidget(page)


def _from_home(folder: Path) -> str:
    """With `~` for this person's own folder."""
    home = Path.home()
    return f"~/{folder.relative_to(home).as_posix()}" if home in folder.parents else str(folder)


def _channels(count: int) -> str:
    return {1: "mono", 2: "stereo"}.get(count, f"{count} channels")


def _breakable(value: str) -> str:
    """A hash or path has no spaces; zero-width ones let a narrow panel wrap it."""
    if len(value) < 40:
        return value
    return "\u200b".join(value[at : at + 8] for at in range(0, len(value), 8))
