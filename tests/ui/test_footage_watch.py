"""Originals that are moved, changed or unplugged while their project is open in the window."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QFileDialog

from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.ui.footage_panel import FootagePanel
from bodycam_annotator.ui.footage_watch import FootageWatch
from bodycam_annotator.ui.main_window import MainWindow
from bodycam_annotator.ui.relinking import CHECK, CHOOSE, FIND, Relinking
from tests.ui.hand import Hand, Key

FindFootage = Callable[[str], Path]

NAME = "steady.mp4"


class Watched:
    """A project in the window, with the watch on its footage; `told` is what the watch said."""

    def __init__(self, hand: Hand, path: Path) -> None:
        hand.open(path)
        window = hand.window
        assert window.bridge is not None
        assert window.footage is not None
        self.hand, self.bridge, self.id = hand, window.bridge, window.footage.id
        self.told: list[str] = []
        self.watch = FootageWatch(window, every_ms=10)
        self.watch.changed.connect(lambda _, sentence: self.told.append(sentence))
        self.relinking = Relinking(window, messages=window.messages, start_job=window.jobs.start)
        self.relinking.bridge = self.bridge
        self.watch.follow(self.bridge)
        self.before = self.footage
        hand.wait(lambda: self.watch.comparison(self.id))

    @property
    def footage(self) -> Footage:
        return self.bridge.project.footage[self.id]

    @property
    def relinked(self) -> bool:
        return self.footage != self.before

    def wait_told(self, words: str) -> None:
        self.hand.wait(lambda: self.told and words in self.told[-1])

    def offer(self, name: str) -> None:
        """Says what the watch told last and takes up the offer of that name."""
        messages = self.hand.window.messages
        offers = self.relinking.offers(self.id, self.watch.comparison(self.id))
        messages.warn(self.told[-1], offers)
        self.click(name)

    def click(self, name: str) -> None:
        button = self.hand.window.messages.offer(name)
        assert button is not None
        button.click()

    def said(self) -> str:
        return self.hand.window.messages.text.text()


@pytest.fixture
def watched(hand: Hand, footage: FindFootage) -> Iterator[Watched]:
    made = Watched(hand, footage(NAME))
    yield made
    made.watch.follow(None)
    made.relinking.bridge = None


@pytest.fixture
def path(watched: Watched, tmp_path: Path) -> Path:
    return tmp_path / "footage" / NAME


def touch(path: Path) -> None:
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 3_000_000_000))


def test_what_is_as_it_was_is_not_told(watched: Watched) -> None:
    compared = watched.watch.comparison(watched.id)
    assert compared is not None
    assert (compared.problem, watched.told) == ("", [])


def put(path: Path, content: bytes) -> None:
    """At once: the watch looks too often for a file that is being written."""
    beside = path.with_name("being written")
    beside.write_bytes(content)
    beside.replace(path)


def test_each_change_is_told_once_and_its_end_too(watched: Watched, path: Path) -> None:
    looked: list[str] = []
    watched.watch.looked.connect(looked.append)
    content, date = path.read_bytes(), path.stat().st_mtime_ns
    aside = path.rename(path.with_name("aside"))
    watched.wait_told("is not at")
    aside.rename(path)
    watched.hand.wait(lambda: watched.told[-1] == "")
    put(path, content + b"x")
    watched.wait_told("has changed")
    put(path, content)
    watched.wait_told("another date")
    os.utime(path, ns=(date, date))
    watched.hand.wait(lambda: watched.told[-1] == "")
    assert [bool(said) for said in watched.told] == [True, False, True, True, False]
    assert len(looked) >= len(watched.told)


def test_moved_footage_is_found_nearby_without_asking(
    watched: Watched, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: pytest.fail("asked"))
    content = path.read_bytes()
    (path.parent / "sorted").mkdir()
    moved = path.rename(path.parent / "sorted" / "camera 1.mp4")
    watched.wait_told("is not at")
    watched.offer(FIND)
    watched.hand.wait(lambda: watched.relinked)
    assert watched.footage.path == "sorted/camera 1.mp4"
    assert "has the SHA-256 of the footage" in watched.said()
    watched.hand.wait(lambda: watched.told[-1] == "")
    assert moved.read_bytes() == content
    project = watched.bridge.session.path
    watched.watch.follow(None)
    watched.hand.open(project)
    assert watched.hand.painted_barcode() == 0
    watched.hand.press(Key.Key_Right)
    assert watched.hand.painted_barcode() == 1


def test_footage_far_away_is_asked_for_and_another_file_refused(
    watched: Watched, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.mp4"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    other.write_bytes(content)
    far = tmp_path / "far" / "away" / NAME
    far.parent.mkdir(parents=True)
    path.rename(far)
    answers = [str(other), str(far)]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (answers.pop(0), ""))
    watched.wait_told("is not at")
    watched.offer(FIND)
    watched.hand.wait(lambda: "other.mp4 is another file" in watched.said())
    before = watched.footage
    assert not watched.relinked
    watched.click(CHOOSE)
    watched.hand.wait(lambda: watched.relinked)
    assert watched.footage.path == "../far/away/steady.mp4"
    assert watched.footage.sha256 == before.sha256
    watched.hand.wait(lambda: watched.told[-1] == "")


def test_another_date_is_settled_by_reading_the_content(watched: Watched, path: Path) -> None:
    touch(path)
    date = path.stat().st_mtime_ns
    watched.wait_told("another date")
    watched.offer(CHECK)
    watched.hand.wait(lambda: watched.relinked)
    assert (watched.footage.modified_ns, watched.footage.path) == (date, NAME)
    watched.hand.wait(lambda: watched.told[-1] == "")


def test_another_date_and_content_is_said_and_the_original_can_be_found(
    watched: Watched, path: Path
) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    touch(path)
    watched.wait_told("another date")
    watched.offer(CHECK)
    watched.hand.wait(lambda: "is another file: its SHA-256" in watched.said())
    path.with_name("original.mp4").write_bytes(content)
    watched.click(FIND)
    watched.hand.wait(lambda: watched.relinked)
    assert watched.footage.path == "original.mp4"


def test_a_drive_that_does_not_answer_holds_up_nothing(
    watched: Watched, footage: FindFootage
) -> None:
    hand = watched.hand
    answers = threading.Event()
    asked: list[str] = []

    def hang(footage: Footage, *, project: Path) -> Comparison:
        asked.append(footage.path)
        answers.wait()
        return Comparison()

    told: list[str] = []
    watch = FootageWatch(hand.window, every_ms=10, silent_s=0.0, look=hang)
    watch.changed.connect(lambda _, sentence: told.append(sentence))
    watch.follow(watched.bridge)
    try:
        hand.wait(lambda: told)
        hand.press(Key.Key_Right, times=3)
        assert hand.barcode() == 3
        assert told == [
            "The drive or network that steady.mp4 is on does not answer; check its connection."
        ]
        assert len(asked) == 1
        watch.follow(None)
        hand.window.close_project()
    finally:
        watch.follow(None)
        answers.set()


def test_the_window_exports_what_there_was_when_it_was_asked(
    watched: Watched, path: Path, tmp_path: Path
) -> None:
    hand, out = watched.hand, tmp_path / "out.csv"
    hand.press(Key.Key_S)
    hand.window.exporting.to(out)
    hand.wait(lambda: not hand.window.jobs.jobs)
    said = hand.window.messages.text.text()
    assert "1 of 1 footage verified" in said
    project = watched.bridge.project
    assert f"Audit head {project.audit_head}, entry {project.audit_entries}" in said
    path.rename(path.with_name("aside.mp4"))
    hand.window.exporting.to(out)
    hand.wait(lambda: not hand.window.jobs.jobs)
    assert "0 of 1 footage verified" in hand.window.messages.text.text()
    assert "is not at" in hand.window.messages.text.text()
    about = json.loads(out.with_name("out.csv.json").read_text(encoding="utf-8"))
    assert about["footage"][0]["verified"] is False


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        (None, "not looked at yet"),
        (Comparison(), "unchanged by size and date since the project took it up"),
        (
            Comparison(verified_utc="2026-01-02T09:31:05.1Z"),
            "verified against its SHA-256 at 2026-01-02 09:31 UTC, untouched since",
        ),
        (Comparison(problem="It is not there."), "It is not there."),
    ],
)
def test_the_footage_tab_says_how_the_original_is(
    hand: Hand, footage: FindFootage, compared: Comparison | None, said: str
) -> None:
    hand.open(footage(NAME))
    window: MainWindow = hand.window
    assert window.shown is not None
    assert window.footage is not None
    panel: FootagePanel = window.facts
    panel.show_footage(
        window.shown.facts, window.footage, window.shown.path, oddities=[], original=compared
    )
    assert panel.value("Original") == said
