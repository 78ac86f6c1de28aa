"""What the footage on screen is, and everything that is odd about it."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFormLayout, QScrollArea, QVBoxLayout, QWidget

from bodycam_annotator.media.probe import FootageFacts
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.timing import clock_text, seconds_text
from bodycam_annotator.ui.plain import PlainLabel
from bodycam_annotator.ui.theme import set_tone

_BREAK = "\u200b"


class FootagePanel(QScrollArea):
    """Facts first, then oddities, each a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("Footage")
        self._values: dict[str, PlainLabel] = {}
        self.show_nothing()

    def show_nothing(self) -> None:
        self._show([], ["Open footage to see what it is."], heading="")

    def show_footage(
        self,
        facts: FootageFacts,
        footage: Footage,
        path: Path,
        *,
        oddities: Sequence[str],
        original: Comparison | None = None,
    ) -> None:
        """`original` is how the file compared when it was last looked at; None when nobody did."""
        index, audio = facts.index, facts.audio
        rate = "variable rate" if index.variable_rate else "constant rate"
        rows = [
            ("File", path.name),
            ("Folder", _from_home(path.parent)),
            ("SHA-256", footage.sha256 or "being computed …"),
            ("Original", _original(original)),
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
        if original is not None and original.problem:
            set_tone(self._values["Original"], "warn")

    def value(self, name: str) -> str:
        """What stands beside that name, empty when it is not there."""
        label = self._values.get(name)
        return label.text().replace(_BREAK, "") if label is not None else ""

    def _show(self, rows: list[tuple[str, str]], sentences: list[str], *, heading: str) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        self._values = {}
        for name, value in rows:
            label, text = PlainLabel(name), PlainLabel(_breakable(value))
            label.setProperty("muted", True)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(label, text)
            self._values[name] = text
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
                set_tone(text, "warn")
            else:
                text.setProperty("muted", True)
            layout.addWidget(text)
        layout.addStretch(1)
        self.setWidget(page)


def _original(compared: Comparison | None) -> str:
    if compared is None:
        return "not looked at yet"
    if compared.problem:
        return compared.problem
    if compared.verified_utc is None:
        return "unchanged by size and date since the project took it up"
    when = compared.verified_utc[:16].replace("T", " ")
    return f"verified against its SHA-256 at {when} UTC, untouched since"


def _from_home(folder: Path) -> str:
    """With `~` for this person's own folder."""
    home = Path.home()
    return f"~/{folder.relative_to(home).as_posix()}" if home in folder.parents else str(folder)


def _channels(count: int) -> str:
    return {1: "mono", 2: "stereo"}.get(count, f"{count} channels")


def _breakable(value: str) -> str:
    """A hash or path has no spaces; zero-width ones let a narrow panel wrap it."""
    return " ".join(map(_breakable_word, value.split(" ")))


def _breakable_word(word: str) -> str:
    if len(word) < 40:
        return word
    return _BREAK.join(word[at : at + 8] for at in range(0, len(word), 8))
