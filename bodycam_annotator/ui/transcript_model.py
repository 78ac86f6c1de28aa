"""Utterances as rows, kept where they stay, so that one being typed into is not taken away."""

from collections.abc import Callable, Sequence
from typing import Any

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from bodycam_annotator.model.project import Project
from bodycam_annotator.model.tag import Tag
from bodycam_annotator.model.transcript import details
from bodycam_annotator.timing import clock_text

TAG_ROLE = int(Qt.ItemDataRole.UserRole)
NOW_ROLE = TAG_ROLE + 1
DETAILS_ROLE = TAG_ROLE + 2
TIME_ROLE = TAG_ROLE + 3
SPEAKER_ROLE = TAG_ROLE + 4

NOT_WRITTEN = "Nothing written down yet; Enter types what is said."

Change = Callable[[Tag, str, str], None]
"""Called with the tag, the field and its new text."""


class TranscriptModel(QAbstractListModel):
    """A row for each utterance."""

    def __init__(self, change: Change, parent: QObject) -> None:
        super().__init__(parent)
        self._change = change
        self._project: Project | None = None
        self._first_ns = 0
        self._now: frozenset[str] = frozenset()
        self.tags: list[Tag] = []

    def show(self, project: Project | None, tags: Sequence[Tag], *, first_ns: int) -> None:
        """Rows that stay are kept, so that one being typed into goes on being typed into."""
        kept, behind = self.kept_rows(tags)
        before, self._project, self._first_ns = list(self.tags), project, first_ns
        if kept + behind < len(before):
            self.beginRemoveRows(QModelIndex(), kept, len(before) - behind - 1)
            del self.tags[kept : len(before) - behind]
            self.endRemoveRows()
        if kept + behind < len(tags):
            self.beginInsertRows(QModelIndex(), kept, len(tags) - behind - 1)
            self.tags[kept:kept] = tags[kept : len(tags) - behind]
            self.endInsertRows()
        self.tags = list(tags)
        if self.tags:
            self.dataChanged.emit(self.index(0), self.index(len(self.tags) - 1))

    def kept_rows(self, tags: Sequence[Tag]) -> tuple[int, int]:
        """How many rows at the beginning and at the end stay if these are to be shown."""
        old, new = [tag.id for tag in self.tags], [tag.id for tag in tags]
        most = min(len(old), len(new))
        kept = next((at for at in range(most) if old[at] != new[at]), most)
        rest = most - kept
        behind = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
        return kept, behind

    def show_now(self, ids: frozenset[str]) -> list[int]:
        """Marks the utterances that are being said; the rows of those that begin."""
        begun, ended = ids - self._now, self._now - ids
        self._now = ids
        rows = [at for at, tag in enumerate(self.tags) if tag.id in begun | ended]
        for row in rows:
            self.dataChanged.emit(self.index(row), self.index(row), [NOW_ROLE])
        return [row for row in rows if self.tags[row].id in begun]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.tags)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's variant
        if not index.isValid():
            return None
        tag = self.tags[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return tag.text
        if role == TAG_ROLE:
            return tag
        if role == SPEAKER_ROLE:
            return tag.speaker
        if role == NOW_ROLE:
            return tag.id in self._now
        if role == TIME_ROLE:
            return clock_text(tag.start_ns - self._first_ns)
        if role == DETAILS_ROLE and self._project is not None:
            return details(self._project, tag)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{index.data(TIME_ROLE)}, {tag.speaker}: {tag.text or NOT_WRITTEN}"
        return None

    def setData(
        self,
        index: QModelIndex,
        value: Any,  # noqa: ANN401
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        field = {Qt.ItemDataRole.EditRole: "text", SPEAKER_ROLE: "speaker"}.get(role)
        if field is None:
            return False
        self._change(self.tags[index.row()], field, str(value))
        return True
