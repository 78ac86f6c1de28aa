"""The clips dialog of one project."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bodycam_annotator.app.clips.choices import ClipChoices
from bodycam_annotator.app.clips.jobs import Piece
from bodycam_annotator.media.enhance import Look
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.ui.application import make_application
from bodycam_annotator.ui.clips_dialog import ClipsDialog, ClipSource
from tests.media_factory import make
from tests.ui.clips.dialog_hand import BURNED, CLIP, MakeDialog, pieces_of, project_of


@pytest.fixture(autouse=True)
def _application(qapp: object) -> None:
    make_application()


@pytest.fixture(scope="session")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(CLIP, tmp_path_factory.mktemp("filmed") / "X60A0001.mp4").path


@pytest.fixture
def session(filmed: Path, tmp_path: Path) -> Iterator[ProjectSession]:
    footage = tmp_path / filmed.name
    footage.write_bytes(filmed.read_bytes())
    # As if it was released: the date is part of what tells that it is the same.
    os.utime(footage, ns=(filmed.stat().st_atime_ns, filmed.stat().st_mtime_ns))
    with project_of(footage, tmp_path) as made:
        yield made


@pytest.fixture
def dialog(session: ProjectSession, tmp_path: Path, qtbot: QtBot) -> Iterator[MakeDialog]:
    """Makes the dialog, as large as on a small screen, and closes it."""
    every_dialog: list[ClipsDialog] = []

    def made(
        choices: ClipChoices = BURNED,
        *,
        look: Look | None = None,
        pieces: tuple[Piece, ...] | None = None,
        of: ProjectSession = session,
    ) -> ClipsDialog:
        every = pieces_of(of) if pieces is None else pieces
        shown = ClipsDialog(
            of.project,
            of.path,
            sources=[
                ClipSource(title="The selected tag", pieces=every[:1]),
                ClipSource(title=f"All {len(every)} tags", pieces=every),
            ],
            choices=choices,
            folder=tmp_path / "clips",
            player_look=look,
        )
        every_dialog.append(shown)
        shown.resize(1264, 752)
        shown.show()
        qtbot.waitExposed(shown)
        return shown

    yield made
    for one in every_dialog:
        one.close()
        one.deleteLater()
