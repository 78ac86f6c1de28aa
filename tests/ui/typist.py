"""A person whose program is killed: tags, begins a span, types, and waits for the end.

usage: python -m tests.ui.typist FOOTAGE [transcript | speaker | table]

Types there, or into the text among the fields of the selected tag.
"""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from bodycam_annotator.storage.unsaved import ENDING
from bodycam_annotator.ui import tag_model
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.drafts import kept_folders
from bodycam_annotator.ui.main_window import MainWindow

TEXT = "Put your gun do"


def main() -> None:
    application = make_application()
    window = MainWindow()
    window.show()
    window.open_path(Path(sys.argv[1]))
    where = sys.argv[2] if len(sys.argv) > 2 else "fields"
    steps = iter((_shot, _span, _TYPED[where]))

    def go_on() -> None:
        bridge = window.bridge
        if bridge is None or window.footage is None or window.player.ordinal is None:
            return
        if not window.jobs.jobs and not bridge.unfinished:
            next(steps, _tell)(window)

    timer = QTimer(window)
    timer.timeout.connect(go_on)
    timer.start(100)
    application.exec()


def _shot(window: MainWindow) -> None:
    _press(window, Qt.Key.Key_S)


def _span(window: MainWindow) -> None:
    _press(window, Qt.Key.Key_U)
    _press(window, Qt.Key.Key_Right)


def _text(window: MainWindow) -> None:
    window.tagger.select((window.tags_shown()[0].id,))
    window.editor.text.setFocus()
    QTest.keyClicks(window.editor.text, TEXT)  # type: ignore[call-arg, arg-type]


def _transcript(window: MainWindow) -> None:
    """Into the words of an utterance that has ended."""
    _end_span(window)
    window.transcript.view.setFocus()
    _press(window, Qt.Key.Key_Home)
    _press(window, Qt.Key.Key_Return)
    _type(TEXT)


def _speaker(window: MainWindow) -> None:
    _end_span(window)
    window.transcript.view.setFocus()
    _press(window, Qt.Key.Key_Home)
    window.transcript.edit_speaker()
    _type(TEXT)


def _table(window: MainWindow) -> None:
    model = window.table.view.model()
    assert model is not None
    window.table.view.edit(model.index(0, tag_model.TEXT))
    _type(TEXT)


def _end_span(window: MainWindow) -> None:
    window.desk.bring(window.transcript)
    window.picture.setFocus()
    _press(window, Qt.Key.Key_U)
    while not window.transcript.model.tags:
        QApplication.processEvents()


def _type(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)  # type: ignore[call-arg, arg-type]


def _tell(window: MainWindow) -> None:
    """Once it is kept aside, as often as the timer asks."""
    del window
    if any(_is_in(path) for path in kept_folders()[0].glob(f"*{ENDING}")):
        sys.stdout.write("kept\n")
        sys.stdout.flush()
        sys.stdin.read()


def _is_in(path: Path) -> bool:
    """Whether it would be there if the program were killed now. The file is there before what is
    typed is in it, and locked: what is not committed is rolled back in a copy as it would be then.
    """
    with TemporaryDirectory() as folder:
        # The journal last: once it does not undo what is in the copy, that is committed.
        for one in (path, path.with_name(f"{path.name}-journal")):
            if one.exists():
                shutil.copy(one, folder)
        with closing(sqlite3.connect(Path(folder) / path.name)) as copy:
            try:
                rows = copy.execute("SELECT content FROM kept").fetchall()
            except sqlite3.DatabaseError:
                return False
    return any(TEXT in content for (content,) in rows)


def _press(window: MainWindow, key: Qt.Key) -> None:
    focus: QWidget = QApplication.focusWidget() or window
    QTest.keyClick(focus, key)  # type: ignore[call-overload]


_TYPED = {"fields": _text, "transcript": _transcript, "speaker": _speaker, "table": _table}


if __name__ == "__main__":
    main()
