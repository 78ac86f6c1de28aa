"""A project of one clip, and what makes tags in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bodycam_annotator import app
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.model.tag import Status, Tag
from bodycam_annotator.storage.session import ProjectSession
from tests.media_factory import Clip, Made, make
from tests.unit.app.clips import BOOK, CLIP, MS, MakeTag


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(CLIP, tmp_path_factory.mktemp("clip") / "X60A0001.mov")


@pytest.fixture(scope="session")
def other_clip(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(Clip(pts=(0, 512), camera=2), tmp_path_factory.mktemp("clip") / "other.mp4")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and documents of nobody."""
    folder = tmp_path / "home"
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DOCUMENTS_DIR", "APPDATA"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def released(tmp_path: Path, clip: Made) -> Path:
    """The clip as it was released, in a folder of its own."""
    path = tmp_path / "released" / clip.path.name
    path.parent.mkdir()
    path.write_bytes(clip.path.read_bytes())
    return path


@pytest.fixture
def session(tmp_path: Path, released: Path) -> Iterator[ProjectSession]:
    with app.new_project(tmp_path / "stop.bodycam", [released], coder="Ada", codebook=BOOK) as made:
        yield made


@pytest.fixture
def two_cameras(tmp_path: Path, released: Path, other_clip: Made) -> Iterator[ProjectSession]:
    footage = [released, other_clip.path]
    project = tmp_path / "two.bodycam"
    with app.new_project(project, footage, coder="Ada", codebook=BOOK) as made:
        yield made


@pytest.fixture
def opened(session: ProjectSession) -> app.OpenedFootage:
    return app.open_footage(session, app.find_footage(session, camera=None))


@pytest.fixture
def tag_at(session: ProjectSession, opened: app.OpenedFootage) -> MakeTag:
    """Makes a tag by times in milliseconds from the first frame."""

    def made(code: str, start: float, end: float | None = None, **fields: object) -> Tag:
        first_ns = opened.index.first_ns
        return app.make_tag(
            session.project,
            opened.footage,
            opened.index,
            code=code,
            start_ns=first_ns + round(start * MS),
            end_ns=None if end is None else first_ns + round(end * MS),
            coder="Ada",
            sound=opened.sound,
            **fields,  # type: ignore[arg-type]
        )

    return made


@pytest.fixture
def exported(session: ProjectSession, tag_at: MakeTag, tmp_path: Path) -> Path:
    """Three tags in the project and, as CSV, in a file."""
    tags = (
        tag_at("utterance", -20, 100, text='=say "no"\r\n', speaker="Officer 1"),
        tag_at("shot", 160, note="'@", attributes={"attributed": "no"}),
        tag_at("door_opened", 40, status=Status.DISPUTED, uncertainty_ns=None, basis=None),
    )
    session.do(add_tags(tags, label="Tag"))
    app.export(session, tmp_path / "out.csv")
    return tmp_path / "out.csv"
