"""What the staged incident's truth says, and what was copied."""

import csv

from PyQt6.QtGui import QGuiApplication

from bodycam_annotator.config import sample_folder

Row = dict[str, str]


def truth(camera: str, code: str) -> list[Row]:
    with (sample_folder() / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if (row["camera"], row["code"]) == (camera, code)]


def clipboard() -> str:
    board = QGuiApplication.clipboard()
    assert board is not None
    return board.text()
