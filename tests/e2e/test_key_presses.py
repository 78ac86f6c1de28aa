"""The model case's nine events tagged by keys only, as many as docs/key_presses.md says."""

import csv
import re
from collections import Counter
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from bodycam_annotator.app import demo_project
from bodycam_annotator.config import sample_folder
from tests.ui.hand import CTRL, NONE, SHIFT, Hand, Key

DOCUMENT = Path(__file__).parents[2] / "docs" / "key_presses.md"
GUN, OUT, FIRE = "“Put your gun down”", "“Get out of the car! Do not move!”", "“No, don't fire”"
DOOR, DEPARTURE, COLLISION = "Door opened", "Vehicle departure", "Vehicle collision"
PLAYING, TOTAL = "Play, stop", "All nine"
FIRST, LAST = Key.Key_Down, Key.Key_Up
"""From the field to that name in the list of speakers."""

KEY_OF = {
    "utterance": Key.Key_U,
    "door_opened": Key.Key_D,
    "vehicle_departure": Key.Key_V,
    "shot": Key.Key_S,
    "vehicle_collision": Key.Key_C,
}

Row = dict[str, str]


class Counting:
    """Presses keys, and counts them by event."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.keys: Counter[str] = Counter()

    def press(self, event: str, *keys: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        for key in keys:
            self.hand.press(key, modifier)
            self.keys[event] += 1

    def go_to(self, frame: int) -> None:
        """Stands for playing up to there, so it does not count."""
        while far := frame - (self.hand.window.player.ordinal or 0):
            assert far > 0
            self.hand.press(Key.Key_Right, CTRL if far > 30 else SHIFT if far >= 10 else NONE)

    def fill_in(self, event: str, words: str, speaker: Key) -> None:
        """Into the selected tag. The words do not count; what is pressed for the speaker does."""
        self.press(event, Key.Key_Return)
        self.hand.type(words)
        self.press(event, Key.Key_Tab, Key.Key_O)
        for key in (speaker, Key.Key_Return):
            names = QApplication.activePopupWidget()
            assert names is not None
            QTest.keyClick(names, key)  # type: ignore[call-overload]
            self.keys[event] += 1
        window = self.hand.window
        assert window.picture.hasFocus()
        self.hand.settle()
        # Offscreen, with no window manager, the closed list becomes the active window, and the
        # field gets the focus back together with the window.
        window.activateWindow()
        self.hand.wait(window.isActiveWindow)
        window.picture.setFocus()


def test_the_nine_events_take_as_many_keys_as_the_document_says(hand: Hand, tmp_path: Path) -> None:
    with demo_project(tmp_path / "sample") as session:
        project = session.path
    hand.open(project)
    events = truth()
    counting = Counting(hand)
    counting.press(PLAYING, Key.Key_Space)
    assert hand.window.player.direction == 1
    counting.press(PLAYING, Key.Key_Space)
    assert hand.window.player.direction == 0
    mark(counting, events)
    fill_in_utterances(counting)
    assert [fields(event) for event in events.values()] == [
        (tag.code, str(tag.start_frame), str(tag.end_frame), tag.text, tag.speaker)
        for tag in hand.tags()
    ]
    counting.keys[TOTAL] = counting.keys.total()
    assert stated() == dict(counting.keys)


def mark(counting: Counting, events: dict[str, Row]) -> None:
    """Every edge on its frame, in the order of playing."""
    edges = [
        (int(row[column]), name)
        for name, row in events.items()
        for column in ("start_frame", "end_frame")
        if column == "start_frame" or row["kind"] == "interval"
    ]
    for frame, name in sorted(edges):
        counting.go_to(frame)
        counting.press(name, KEY_OF[events[name]["code"]])


def fill_in_utterances(counting: Counting) -> None:
    """The last first, as it is one tag away from where playing ended."""
    counting.press(FIRE, Key.Key_Backtab, modifier=SHIFT)
    counting.fill_in(FIRE, FIRE.strip("“”"), LAST)
    counting.press(GUN, Key.Key_Home, Key.Key_Tab)
    counting.fill_in(GUN, GUN.strip("“”"), FIRST)
    counting.press(OUT, Key.Key_Tab)
    counting.fill_in(OUT, OUT.strip("“”"), LAST)


def truth() -> dict[str, Row]:
    """Camera 1's nine events in their order, by the names that the document gives them."""
    with (sample_folder() / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["camera"] == "Camera 1"]
    rows = [row for row in rows if row["code"] in KEY_OF]
    names = (GUN, OUT, DOOR, DEPARTURE, "Shot 1", "Shot 2", "Shot 3", FIRE, COLLISION)
    return dict(zip(names, rows, strict=True))


def fields(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("code", "start_frame", "end_frame", "text", "speaker"))


def stated() -> dict[str, int]:
    """By the first cell of a row of the document's table, the keys in the second."""
    rows = re.findall(r"^\| ([^|]+?) \| (\d+)", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: int(keys) for name, keys in rows}
