"""The files that are being made, a row each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor

from bodycam_annotator.app.clips.jobs import Piece
from bodycam_annotator.publish.clip_forms import Make
from bodycam_annotator.ui.plain import plain_tip
from bodycam_annotator.ui.theme import COLORS

TITLES = ("File", "What", "State")
FILE, WHAT, STATE = range(len(TITLES))

MADE_WORDS = {
    Make.CLIP: "clip",
    Make.STILL: "still",
    Make.SHEET: "sheet",
    Make.PREVIEW: "preview",
    Make.SOUND: "sound",
}


class State(StrEnum):
    WAITING = "waiting"
    MAKING = "making"
    STOPPING = "stopping …"
    MADE = "made"
    NOT_MADE = "not made"
    STOPPED = "stopped"


ENDED = (State.MADE, State.NOT_MADE, State.STOPPED)

_COLORS = {
    State.WAITING: "muted",
    State.MAKING: "accent",
    State.STOPPING: "muted",
    State.MADE: "good",
    State.NOT_MADE: "bad",
    State.STOPPED: "muted",
}


@dataclass(eq=False, kw_only=True)
class Row:
    """One file, or, while it is not planned yet, an export or what nothing can be made of.

    It is what is made of `pieces`: each of `makes`. `number` is its place among the files of its
    export, None where it is no file; `footage` where what it is made of is, if that is known;
    `share` how far it is, from 0 to 1; `at` its place in the table, or -1 where it is not in it;
    `export` tells the exports in the table apart.
    """

    name: str
    folder: Path
    pieces: Sequence[Piece]
    makes: Sequence[Make]
    footage: Path | None = None
    number: int | None = None
    pictures: int = 1
    state: State = State.WAITING
    share: float = 0.0
    why: str = ""
    at: int = -1
    export: int = 0

    @property
    def what(self) -> str:
        return ", ".join(MADE_WORDS[one] for one in self.makes)

    @property
    def words(self) -> str:
        if self.state is State.MAKING:
            return f"making {int(self.share * 100)} %"
        return f"{self.state}: {self.why}" if self.why else str(self.state)

    @property
    def short_words(self) -> str:
        """Without the folders, which would fill a narrow column."""
        words = self.words
        for place in (self.footage, self.folder):
            if place is not None and place.name:
                words = words.replace(str(place), place.name)
        return words

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_unmade(self) -> bool:
        """Whether there is nothing of it, and nothing is done for it any more."""
        return self.state in (State.NOT_MADE, State.STOPPED)

    @property
    def place(self) -> Path:
        return self.folder if self.number is None else self.folder / self.name

    def end(self, state: State, why: str = "") -> None:
        self.state, self.why, self.share = state, why, 0.0


class ClipRows(QAbstractTableModel):
    """Rows in the order in which they are made."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._exports = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Those of one export."""
        self._exports += 1
        self._put(rows, len(self.rows), self._exports)

    def begins_export(self, at: int) -> bool:
        """Whether the rows above are of another export than the row there."""
        return at > 0 and self.rows[at - 1].export != self.rows[at].export

    def exchange(self, old: Row, rows: Sequence[Row]) -> None:
        """`rows` in the place of `old`."""
        at = old.at
        old.at = -1
        self.beginRemoveRows(QModelIndex(), at, at)
        del self.rows[at]
        self._count_from(at)
        self.endRemoveRows()
        self._put(rows, at, old.export)

    def keep(self, rows: Collection[Row]) -> None:
        """Only those stay."""
        kept = set(map(id, rows))
        self.beginResetModel()
        for row in self.rows:
            row.at = -1
        self.rows = [row for row in self.rows if id(row) in kept]
        self._count_from(0)
        self.endResetModel()

    def tell_changed(self, rows: Collection[Row]) -> None:
        places = [row.at for row in rows if row.at >= 0]
        if places:
            first, last = self.index(min(places), STATE), self.index(max(places), STATE)
            self.dataChanged.emit(first, last)

    def _put(self, rows: Sequence[Row], at: int, export: int) -> None:
        for row in rows:
            row.export = export
        if rows:
            self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
            self.rows[at:at] = rows
            self._count_from(at)
            self.endInsertRows()

    def _count_from(self, first: int) -> None:
        for at in range(first, len(self.rows)):
            self.rows[at].at = at

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's variant
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.name, row.what, row.short_words)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.words if column == STATE else str(row.place))
        if role == Qt.ItemDataRole.ForegroundRole and column != FILE:
            name = _COLORS[row.state] if column == STATE else "muted"
            return QColor(getattr(COLORS, name))
        return None


def as_text(rows: Sequence[Row]) -> str:
    """A line for each: its state and where it is, for the clipboard."""
    return "\n".join(f"{row.place}\t{row.what}\t{row.words}" for row in rows)
