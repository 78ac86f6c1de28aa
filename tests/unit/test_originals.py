"""The footage as released: re-checked before each export, found by its content, never touched."""

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator import app
from bodycam_annotator.app.hashes import hashed, known
from bodycam_annotator.config import default_codebook, sample_folder
from bodycam_annotator.errors import Cancelled, ExchangeError, FootageError
from bodycam_annotator.model.comparison import Comparison
from bodycam_annotator.model.incident import Footage
from bodycam_annotator.storage.session import ProjectSession
from tests.media_factory import Clip, Made, make, steady

BOOK = app.read_codebook(default_codebook())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(Clip(pts=steady(5)), tmp_path_factory.mktemp("clip") / "X60A0001.mp4")


@pytest.fixture
def released(tmp_path: Path, clip: Made) -> Path:
    path = tmp_path / "released" / clip.path.name
    path.parent.mkdir()
    shutil.copy(clip.path, path)
    return path


@pytest.fixture
def session(tmp_path: Path, released: Path) -> Iterator[ProjectSession]:
    path = tmp_path / "case" / "stop.bodycam"
    path.parent.mkdir()
    with app.new_project(path, [released], coder="Ada", codebook=BOOK) as made:
        yield made


def footage_of(session: ProjectSession) -> Footage:
    (footage,) = session.project.footage.values()
    return footage


def look(session: ProjectSession) -> Comparison:
    return app.look(footage_of(session), project=session.path)


def account(exported: app.Exported) -> dict[str, Any]:
    """The sidecar's entry on the only footage, with its warnings."""
    about = json.loads(exported.paths[1].read_text(encoding="utf-8"))
    (entry,) = about["footage"]
    return {**entry, "warnings": about["warnings"]}


def swap(path: Path, change: Callable[[bytearray], None]) -> None:
    """Other content under the same name, of the same size and date."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def flip_last(content: bytearray) -> None:
    content[-1] ^= 1


def touch(path: Path) -> None:
    found = path.stat()
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns + 3_000_000_000))


class TestExport:
    def test_verifies_what_is_as_it_was_and_leaves_it_so(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        before = released.read_bytes(), released.stat().st_mtime_ns, released.stat().st_ctime_ns
        exported = app.export(session, tmp_path / "out.csv")
        said = account(exported)
        assert (said["verified"], said["state"][:9], said["warnings"]) == (True, "Verified:", [])
        assert said["verified_utc"].endswith("Z")
        assert exported.verified == 1
        after = released.read_bytes(), released.stat().st_mtime_ns, released.stat().st_ctime_ns
        assert after == before

    def test_finds_other_content_of_the_same_size_and_date(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        assert account(app.export(session, tmp_path / "out.csv"))["verified"] is True
        swap(released, flip_last)
        quick = account(app.export(session, tmp_path / "out.csv", quick=True))
        assert (quick["verified"], quick["warnings"]) == (False, [])
        assert "was not read" in quick["state"]
        exported = app.export(session, tmp_path / "out.csv")
        said = account(exported)
        found = hashlib.sha256(released.read_bytes()).hexdigest()
        assert (said["verified"], said["verified_utc"]) == (False, None)
        assert said["warnings"] == exported.warnings == [said["state"]]
        assert found in said["state"]
        assert footage_of(session).sha256 in said["state"]

    def test_another_date_is_nothing_once_the_content_was_read(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        touch(released)
        quick = account(app.export(session, tmp_path / "out.csv", quick=True))
        assert (quick["verified"], "another date" in quick["state"]) == (False, True)
        said = account(app.export(session, tmp_path / "out.csv"))
        assert (said["verified"], said["warnings"]) == (True, [])

    def test_missing_or_longer_footage_stops_nothing(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        with released.open("ab") as file:
            file.write(b"x")
        said = account(app.export(session, tmp_path / "out.csv"))
        assert (said["verified"], "has changed" in said["state"]) == (False, True)
        released.unlink()
        said = account(app.export(session, tmp_path / "out.csv"))
        assert (said["verified"], "is not at" in said["state"]) == (False, True)
        assert said["sha256"] == footage_of(session).sha256

    def test_stopping_while_it_hashes_writes_nothing(
        self, session: ProjectSession, tmp_path: Path
    ) -> None:
        with pytest.raises(Cancelled):
            app.export(session, tmp_path / "out.csv", cancelled=lambda: True)
        assert not list(tmp_path.glob("out*"))

    def test_tells_how_far_it_is_to_the_end(self, session: ProjectSession, tmp_path: Path) -> None:
        parts: list[float] = []
        app.export(session, tmp_path / "out.csv", progress=parts.append)
        assert parts == sorted(parts)
        assert 0 < parts[0] <= parts[-1] <= 1

    @pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time of change")
    def test_what_was_hashed_and_not_touched_since_is_not_read_again(self, tmp_path: Path) -> None:
        """On footage that has long been there: a time of change cannot be set."""
        with app.demo_project(tmp_path) as session:
            footage = next(iter(session.project.footage.values()))
            path = app.footage_path(session, footage)
            first = app.export(session, tmp_path / "a.csv")
            second = app.export(session, tmp_path / "b.csv")
            assert second.compared == first.compared
            assert app.look(footage, project=session.path) == first.compared[footage.id]
            # A new status of the same content, as after any write.
            copy = tmp_path / path.name
            shutil.copy2(path, copy)
            app.relink(session, footage, copy)
            third = app.export(session, tmp_path / "c.csv")
            assert (
                third.compared[footage.id].verified_utc != first.compared[footage.id].verified_utc
            )
            assert third.verified == len(session.project.footage)

    def test_says_which_entry_of_the_log_it_is_of(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        touch(released)
        app.relink(session, footage_of(session), released)
        exported = app.export(session, tmp_path / "out.csv")
        newest = session.history()[-1]
        assert (exported.audit_head, exported.audit_entries) == (newest.hash, newest.seq)
        about = json.loads(exported.paths[1].read_text(encoding="utf-8"))
        assert (about["audit_head"], about["audit_entries"]) == (newest.hash, newest.seq)

    @pytest.mark.skipif(os.name != "posix", reason="folders' permissions are POSIX's")
    def test_reads_footage_in_a_folder_that_cannot_be_written(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        released.chmod(stat.S_IRUSR)
        released.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
        try:
            assert app.export(session, tmp_path / "out.csv").verified == 1
            if os.geteuid() != 0:
                with pytest.raises(ExchangeError, match="cannot be written"):
                    app.export(session, released.with_name("out.csv"))
            assert [path.name for path in released.parent.iterdir()] == [released.name]
        finally:
            released.parent.chmod(stat.S_IRWXU)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time of change")
class TestWhatIsRemembered:
    @pytest.mark.parametrize("changed", ["st_ino", "st_size", "st_mtime_ns", "st_ctime_ns"])
    def test_is_a_hash_of_a_file_that_nobody_touched(self, changed: str) -> None:
        """On a file that has long been there; it must not be changed, so its status is."""
        path = sample_folder() / "truth.csv"
        read = hashed(path)
        assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        found = path.stat()
        assert known(path, found) == read
        fields = list(found)
        times = {name: getattr(found, name) for name in ("st_mtime_ns", "st_ctime_ns")}
        if changed in times:
            times[changed] += 1
        else:
            fields[{"st_ino": 1, "st_size": 6}[changed]] += 1
        assert known(path, os.stat_result(fields, times)) is None

    def test_is_not_of_a_file_that_was_just_written(self, released: Path) -> None:
        """It could be written again at the same time, as coarsely as file systems keep it."""
        hashed(released)
        assert known(released, released.stat()) is None


class TestLook:
    def test_of_what_is_missing_changed_or_dated(
        self, session: ProjectSession, released: Path
    ) -> None:
        assert look(session) == Comparison()
        touch(released)
        assert look(session).only_date
        with released.open("ab") as file:
            file.write(b"x")
        changed = look(session)
        assert ("has changed" in changed.problem, changed.only_date) == (True, False)
        released.unlink()
        assert "is not at" in look(session).problem


class TestRelink:
    def test_to_where_it_is_now_whatever_it_is_called(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        before = footage_of(session)
        moved = tmp_path / "evidence 7.bin"
        released.rename(moved)
        touch(moved)
        content, date = moved.read_bytes(), moved.stat().st_mtime_ns
        changes = app.relink(session, before, moved)
        after = footage_of(session)
        assert changes.ids("footage") == {before.id}
        assert (after.path, after.modified_ns) == ("../evidence 7.bin", date)
        assert (after.sha256, after.size, after.id) == (before.sha256, before.size, before.id)
        assert app.footage_path(session, after) == moved
        assert look(session).problem == ""
        assert session.history()[-1].label == "Footage is now at ../evidence 7.bin"
        assert (moved.read_bytes(), moved.stat().st_mtime_ns) == (content, date)
        assert app.verify(session.path).sound

    @pytest.mark.parametrize("same_size", [True, False])
    def test_never_to_another_file(
        self, session: ProjectSession, released: Path, tmp_path: Path, same_size: bool
    ) -> None:
        other = tmp_path / "other.mp4"
        content = bytearray(released.read_bytes())
        flip_last(content)
        other.write_bytes(content if same_size else content + b"x")
        head = session.project.audit_head
        said = "bytes, and X60A0001.mp4 had"
        if same_size:
            digest = hashlib.sha256(content).hexdigest()
            said = f"SHA-256 begins {digest[:12]},.* began {footage_of(session).sha256[:12]} "
        with pytest.raises(FootageError, match=f"other.mp4 is another file: .*{said}"):
            app.relink(session, footage_of(session), other)
        assert session.project.audit_head == head

    def test_a_new_date_of_the_same_content_is_taken_up(
        self, session: ProjectSession, released: Path
    ) -> None:
        touch(released)
        app.relink(session, footage_of(session), released)
        after = footage_of(session)
        assert after.path == "../released/X60A0001.mp4"
        assert look(session).problem == ""
        label = "X60A0001.mp4 has another date and the same content"
        assert session.history()[-1].label == label

    def test_what_changes_nothing_is_not_logged(
        self, session: ProjectSession, released: Path
    ) -> None:
        head = session.project.audit_head
        app.relink(session, footage_of(session), released)
        assert session.project.audit_head == head

    def test_stopping_changes_nothing(self, session: ProjectSession, released: Path) -> None:
        touch(released)
        head = session.project.audit_head
        with pytest.raises(Cancelled):
            app.relink(session, footage_of(session), released, cancelled=lambda: True)
        assert session.project.audit_head == head

    def test_of_what_is_no_file(self, session: ProjectSession, tmp_path: Path) -> None:
        for path, said in ((tmp_path, "is a folder"), (tmp_path / "gone", "There is no file")):
            with pytest.raises(FootageError, match=said):
                app.relink(session, footage_of(session), path)


class TestFindNearby:
    @pytest.mark.parametrize(
        "place", ["case/a.mov", "case/deep/X60A0001.mp4", "released/old/b.mp4", "released/c.mp4"]
    )
    def test_by_its_content(
        self, session: ProjectSession, released: Path, tmp_path: Path, place: str
    ) -> None:
        decoy = bytearray(released.read_bytes())
        flip_last(decoy)
        (tmp_path / "case" / "X60A0001.mp4").write_bytes(decoy)
        moved = tmp_path / place
        moved.parent.mkdir(exist_ok=True)
        released.rename(moved)
        found = app.find_nearby(session, footage_of(session))
        assert found is not None
        assert (found.path, found.modified_ns) == (moved, moved.stat().st_mtime_ns)
        session.do(app.follow(footage_of(session), found))
        assert app.footage_path(session, footage_of(session)) == moved

    def test_not_deeper_and_not_what_is_merely_alike(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        deep = tmp_path / "case" / "one" / "two"
        deep.mkdir(parents=True)
        swap(released, flip_last)
        shutil.copy(released, tmp_path / "case" / "X60A0001.mp4")
        swap(released, flip_last)
        released.rename(deep / released.name)
        assert app.find_nearby(session, footage_of(session)) is None

    def test_where_the_old_folder_is_gone(
        self, session: ProjectSession, released: Path, tmp_path: Path
    ) -> None:
        moved = released.rename(tmp_path / "case" / "a.mp4")
        released.parent.rmdir()
        found = app.find_nearby(session, footage_of(session))
        assert found is not None
        assert found.path == moved

    def test_stops_when_asked(self, session: ProjectSession) -> None:
        with pytest.raises(Cancelled):
            app.find_nearby(session, footage_of(session), cancelled=lambda: True)
