"""Backups: what they hold, which are kept, and that they never get in the way of an edit."""

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bodycam_annotator.errors import Cancelled, DamagedError, NotWrittenError, ProjectError
from bodycam_annotator.model.edits import add_tags
from bodycam_annotator.storage import backups as under_test
from bodycam_annotator.storage import connection, copying
from bodycam_annotator.storage.backups import backups_folder, backups_of, make_backup
from bodycam_annotator.storage.connection import connect
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.storage.sample import Opened, make_project, make_tag

NOW = datetime(2026, 11, 23, 9, 31, 5, tzinfo=UTC)


def tag(session: ProjectSession, count: int = 1) -> None:
    for _ in range(count):
        session.do(add_tags((make_tag(),), label="Tag shot"))


def names(project: Path) -> list[str]:
    found = {path.name for path in backups_folder(project).glob("*")}
    return sorted(found - {".lock", ".project"})


def entry_texts(project: Path) -> list[tuple[int, str, str]]:
    with closing(sqlite3.connect(project)) as raw:
        return raw.execute("SELECT seq, entry, hash FROM audit ORDER BY seq").fetchall()


def test_a_backup_is_the_project_under_its_time_and_its_number(
    session: ProjectSession, path: Path
) -> None:
    tag(session, 3)
    made = make_backup(path, now=NOW)
    assert made == path.parent / "night stop.bodycam.backups" / (
        "2026-11-23 09.31.05 entry 5.bodycam"
    )
    report = verify_chain(made)
    assert report.sound
    assert report.head == session.project.audit_head
    assert entry_texts(made) == entry_texts(path)
    with ProjectSession.open(made, coder="Bob") as copy:
        assert copy.project.tags == session.project.tags
    assert names(path) == [made.name]


def test_nothing_is_made_when_nothing_was_done(session: ProjectSession, path: Path) -> None:
    made = make_backup(path, now=NOW)
    assert made is not None
    for check in (False, True):
        later = NOW + timedelta(hours=1)
        assert make_backup(path, now=later, check=check) is None
    assert names(path) == [made.name]
    tag(session)
    assert make_backup(path, now=NOW + timedelta(hours=2)) is not None
    assert [one.entries for one in backups_of(path)] == [3, 2]


def test_a_backup_that_rotted_is_made_anew(session: ProjectSession, path: Path) -> None:
    made = make_backup(path, now=NOW)
    assert made is not None
    data = bytearray(made.read_bytes())
    data[8192:12288] = bytes(4096)
    made.write_bytes(data)
    assert make_backup(path, now=NOW + timedelta(seconds=1)) is not None


def test_the_copy_is_no_more_open_than_the_project(path: Path) -> None:
    path.chmod(0o600)
    made = make_backup(path, now=NOW)
    assert made is not None
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_old_backups_go_and_the_last_of_each_day_stay(session: ProjectSession, path: Path) -> None:
    for day in range(10):
        for hour in (8, 12, 16):
            tag(session)
            now = datetime(2026, 11, 1 + day, hour, tzinfo=UTC)
            assert make_backup(path, now=now) is not None
    kept = [(one.made.day, one.made.hour) for one in backups_of(path)]
    newest = [(10, 16), (10, 12), (10, 8), (9, 16), (9, 12)]
    assert kept == [*newest, *((day, 16) for day in (8, 7, 6, 5, 4))]


def test_a_clock_that_was_ahead_never_costs_the_new_backup(
    session: ProjectSession, path: Path
) -> None:
    for day in range(9):
        tag(session)
        make_backup(path, now=datetime(2031, 1, 1 + day, tzinfo=UTC))
    tag(session)
    made = make_backup(path, now=NOW)
    assert made is not None
    assert made.exists()


def test_entries_that_the_newest_lacks_are_never_removed(path: Path, tmp_path: Path) -> None:
    """An older state was copied over the project, and worked on for days."""
    older = Path(shutil.copy(path, tmp_path / "older"))
    with ProjectSession.open(path, coder="Ann") as session:
        for hour in range(3):
            tag(session)
            lost = make_backup(path, now=NOW + timedelta(hours=hour))
    shutil.copy(older, path)
    with ProjectSession.open(path, coder="Ann") as session:
        for hour in range(40):
            tag(session)
            make_backup(path, now=NOW + timedelta(days=20, hours=12 * hour))
    assert lost is not None
    assert lost in [one.path for one in backups_of(path)]
    assert verify_chain(lost).entries == 5
    # Those of seven days, two on some, and for a while one whose entries are in another.
    assert len(backups_of(path)) <= 12


def test_only_its_own_are_ever_removed(session: ProjectSession, path: Path, tmp_path: Path) -> None:
    folder = backups_folder(path)
    folder.mkdir()
    mine = ["notes.txt", "2026-01-01 entry 1.bodycam", "2026-99-99 00.00.00 entry 1.bodycam"]
    for name in mine:
        (folder / name).write_text("mine")
    other = make_project(tmp_path / "other.bodycam")
    theirs = folder / "2020-01-01 00.00.00 entry 2.bodycam"
    shutil.copy(other, theirs)
    for day in range(9):
        tag(session)
        make_backup(path, now=datetime(2026, 2, 1 + day, tzinfo=UTC))
    found = names(path)
    assert {*mine, theirs.name} <= set(found)
    assert len(found) == 4 + under_test.DAYS_KEPT


@pytest.mark.skipif(os.name == "nt", reason="pipes with names are POSIX's")
def test_a_pipe_that_is_called_like_a_backup_is_passed_over(path: Path) -> None:
    backups_folder(path).mkdir()
    os.mkfifo(backups_folder(path) / "2099-01-01 00.00.00 entry 2.bodycam")
    made = make_backup(path, now=NOW)
    assert [backup.path for backup in backups_of(path)] == [made]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("how", ["symbolic", "hard", "pipe", "dangling"])
def test_a_lock_that_leads_elsewhere_is_refused(path: Path, how: str) -> None:
    lock = backups_folder(path) / ".lock"
    lock.parent.mkdir()
    before = path.read_bytes()
    if how == "hard":
        lock.hardlink_to(path)
    elif how == "pipe":
        os.mkfifo(lock)
    else:
        lock.symlink_to(path if how == "symbolic" else path.with_name("gone"))
    with pytest.raises(NotWrittenError, match=r"\.lock is no file of Bodycam Annotator’s"):
        make_backup(path, now=NOW)
    assert path.read_bytes() == before
    assert not path.with_name("gone").exists()
    lock.unlink()
    assert make_backup(path, now=NOW) is not None


def test_what_killed_runs_left_is_swept_up(path: Path) -> None:
    left = backups_folder(path) / ".12345678-1234-1234-1234-123456789abc.part"
    left.mkdir(parents=True)
    (left / "night stop.bodycam-journal").write_text("half")
    other = backups_folder(path) / ".keep.part"
    other.write_text("mine")
    made = make_backup(path, now=NOW)
    assert made is not None
    assert names(path) == [".keep.part", made.name]


UNSOUND: dict[str, tuple[str, str]] = {
    "row": ("UPDATE camera SET name = 'Officer 2'", "not as entry 2 left it"),
    "log": ("UPDATE audit SET hash = upper(hash) WHERE seq = 2", "hash of entry 2"),
    "end gone": ("DELETE FROM audit WHERE seq = 1", "Entry 1 is missing"),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_a_project_that_is_not_sound_pushes_out_no_backup(path: Path, name: str) -> None:
    good = make_backup(path, now=NOW)
    assert good is not None
    statement, why = UNSOUND[name]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(statement)
    for hours in range(1, 12):
        with pytest.raises(DamagedError, match=rf"night stop.bodycam could not be.*{why}"):
            make_backup(path, now=NOW + timedelta(hours=hours), check=True)
    assert names(path) == [good.name]
    assert verify_chain(good).sound


def test_torn_pages_are_told_and_leave_nothing(session: ProjectSession, path: Path) -> None:
    tag(session, 20)
    session.close()
    data = bytearray(path.read_bytes())
    data[-8192:] = bytes(8192)
    path.write_bytes(data)
    with pytest.raises(DamagedError) as caught:
        make_backup(path, now=NOW)
    assert ".part" not in str(caught.value)
    assert names(path) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(NotWrittenError, match="could not be backed up"):
            make_backup(path, now=NOW)
    finally:
        path.parent.chmod(0o700)


def test_a_folder_that_is_a_file_is_told(path: Path) -> None:
    backups_folder(path).write_text("mine")
    with pytest.raises(NotWrittenError, match="could not be backed up"):
        make_backup(path, now=NOW)
    assert backups_folder(path).read_text() == "mine"


def test_a_project_that_is_gone_is_told(path: Path) -> None:
    path.unlink()
    with pytest.raises(NotWrittenError, match="not there any more"):
        make_backup(path, now=NOW)
    assert not path.exists()
    assert not backups_folder(path).exists()


FULL = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bodycam_annotator.errors import NotWrittenError
from bodycam_annotator.storage.backups import make_backup
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    make_backup(Path(sys.argv[1]), now=datetime.now(UTC))
except NotWrittenError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits are set as Unix has them")
def test_a_disk_that_takes_no_more_is_told(session: ProjectSession, path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True
    )
    assert "night stop.bodycam could not be backed up." in done.stdout
    assert names(path) == []
    tag(session)


def test_it_stops_when_asked(path: Path) -> None:
    with pytest.raises(Cancelled):
        make_backup(path, now=NOW, cancelled=lambda: True)
    assert names(path) == []


def test_another_that_makes_backups_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "LOCK_WAIT_S", 0.05)
    with under_test.alone(path), pytest.raises(NotWrittenError, match="in use by another program"):
        make_backup(path, now=NOW)
    assert make_backup(path, now=NOW) is not None


def test_a_file_that_is_kept_locked_is_given_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "COPY_WAIT_S", 0.05)
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 10)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(NotWrittenError):
            make_backup(path, now=NOW)
    assert make_backup(path, now=NOW) is not None


@pytest.mark.parametrize("pages", [2, 10_000])
def test_edits_go_on_while_backups_are_made(
    session: ProjectSession, path: Path, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    """Every commit succeeds, every backup is a moment of the log, and neither starves the other,
    even when a copy takes many steps."""
    monkeypatch.setattr(copying, "PAGES_AT_ONCE", pages)
    wrong: list[BaseException] = []
    made: list[Path] = []
    stop = threading.Event()

    def keep_backing_up() -> None:
        at = NOW
        while not stop.is_set():
            at += timedelta(seconds=1)
            try:
                if (backup := make_backup(path, now=at)) is not None:
                    made.append(backup)
            except BaseException as error:
                wrong.append(error)
                return

    thread = threading.Thread(target=keep_backing_up)
    thread.start()
    try:
        tag(session, 40)
        while len(made) < 3 and not wrong:
            tag(session)
    finally:
        stop.set()
        thread.join()
    assert wrong == []
    whole = entry_texts(path)
    for backup in backups_of(path):
        assert entry_texts(backup.path) == whole[: backup.entries]
        assert verify_chain(backup.path).sound


KILLED = """
import os, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path
from bodycam_annotator.storage import backups
at = int(sys.argv[2])
steps = 0
def trace(frame, event, argument):
    global steps
    if "/storage/" in frame.f_code.co_filename or "/shutil" in frame.f_code.co_filename:
        steps += 1
        if steps == at:
            os.kill(os.getpid(), 9)
    return trace
sys.settrace(trace)
backups.make_backup(Path(sys.argv[1]), now=datetime.now(UTC))
sys.settrace(None)
print(steps)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_kill_at_any_moment_leaves_project_and_backups_whole(
    session: ProjectSession, path: Path
) -> None:
    good = make_backup(path, now=NOW)
    assert good is not None
    tag(session)
    before, kept = path.read_bytes(), good.read_bytes()

    def run(at: int) -> "subprocess.CompletedProcess[str]":
        code = [sys.executable, "-c", KILLED, str(path), str(at)]
        return subprocess.run(code, capture_output=True, text=True)

    probe = path.parent / "probe" / path.name
    probe.parent.mkdir()
    shutil.copy(path, probe)
    all_steps = subprocess.run(
        [sys.executable, "-c", KILLED, str(probe), "0"], capture_output=True, text=True, check=True
    )
    steps = int(all_steps.stdout)
    for part in range(1, 10):
        killed = run(steps * part // 10)
        assert killed.returncode == -signal.SIGKILL
        assert path.read_bytes() == before
        assert good.read_bytes() == kept
        for backup in backups_of(path):
            assert verify_chain(backup.path).sound
    make_backup(path, now=NOW + timedelta(hours=1))
    assert [name for name in names(path) if name.startswith(".")] == []
    assert backups_of(path)[0].entries == 3


SECOND = '''
"""A synthetic second version."""
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
def upgrade():
    op.add_column("camera", sa.Column("model", sa.Text, nullable=False, server_default=""))
'''


def test_an_older_project_is_backed_up_before_it_is_changed(
    path: Path, newer_migrations: Callable[[str], str]
) -> None:
    before = entry_texts(path)
    folder = newer_migrations(SECOND)
    for _ in range(2):
        connect(path, version=2, migrations=folder).close()
    (backup,) = backups_of(path)
    assert backup.before_format == 2
    assert backup.path.name.endswith(" entry 2 before format 2.bodycam")
    assert entry_texts(backup.path) == before
    assert verify_chain(backup.path).sound


def test_a_migration_that_keeps_failing_makes_one_backup(
    path: Path, newer_migrations: Callable[[str], str]
) -> None:
    folder = newer_migrations(SECOND + '    op.execute("DELETE FROM camera")\n')
    before = path.read_bytes()
    for _ in range(3):
        with pytest.raises(ProjectError, match="left as it is"):
            connect(path, version=2, migrations=folder)
    assert path.read_bytes() == before
    assert len(backups_of(path)) == 1


def test_without_a_backup_nothing_is_migrated(
    path: Path, newer_migrations: Callable[[str], str]
) -> None:
    backups_folder(path).write_text("in the way")
    before = path.read_bytes()
    with pytest.raises(NotWrittenError, match=r"left as it is, because it could not be backed up"):
        connect(path, version=2, migrations=newer_migrations(SECOND))
    assert path.read_bytes() == before


def test_a_backup_before_migration_stays(
    opened: Opened, path: Path, newer_migrations: Callable[[str], str]
) -> None:
    old = under_test.make_backup_before_migration(
        path, now=datetime(2020, 1, 1, tzinfo=UTC), version=1
    )
    session = opened()
    for day in range(12):
        tag(session)
        make_backup(path, now=datetime(2026, 2, 1 + day, tzinfo=UTC))
    assert old.exists()
