"""A damaged project comes back with all that can be proved, and what is said of the rest is so."""

import os
import random
import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bodycam_annotator.app.recovery import Recovery, find_recovery, recover, recovered_words
from bodycam_annotator.errors import DamagedError, NotWrittenError, ProjectError
from bodycam_annotator.model.edits import add_tags, change_tag
from bodycam_annotator.storage.backups import backups_folder, backups_of, make_backup
from bodycam_annotator.storage.session import ProjectSession
from bodycam_annotator.storage.verification import verify_chain
from tests.unit.damages import DAMAGES, PAGE, Damage
from tests.unit.storage.sample import make_project, make_tag

NOW = datetime(2026, 11, 23, 9, 31, 5, tzinfo=UTC)
BACKED_UP = 12
ALL = 26
Entries = list[tuple[int, str, str]]


def entries(path: Path) -> Entries:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("SELECT seq, entry, hash FROM audit ORDER BY seq").fetchall()


def edit(session: ProjectSession, count: int) -> None:
    for number in range(count):
        if number % 5 == 4:
            tag = next(iter(session.project.tags.values()))
            session.do(change_tag(tag, label="Text", text=f"“Hands!” {number}"))
        elif number % 7 == 6:
            session.do(add_tags(tuple(make_tag() for _ in range(12)), label="Import"))
        else:
            session.do(add_tags((make_tag(note="n" * 40 * number),), label="Tag shot"))


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a backup and later entries."""
    path = make_project(tmp_path_factory.mktemp("original") / "night stop.bodycam")
    with ProjectSession.open(path, coder="Ann") as session:
        edit(session, BACKED_UP - 2)
        assert make_backup(path, now=NOW) is not None
        edit(session, ALL - BACKED_UP)
    return path


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    return copied(original, tmp_path)


def copied(original: Path, folder: Path) -> Path:
    shutil.copytree(backups_folder(original), backups_folder(folder / original.name))
    return Path(shutil.copy(original, folder))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("group", range(4))
def test_whatever_happens_to_the_file(
    original: Path, tmp_path: Path, damage: Damage, group: int
) -> None:
    whole = entries(original)
    for seed in range(group * 5, group * 5 + 5):
        folder = tmp_path / str(seed)
        folder.mkdir()
        path = copied(original, folder)
        path.write_bytes(damage(bytearray(path.read_bytes()), random.Random(seed)))
        if not is_as_it_was(path, whole):
            check_recovery(path, whole)


def is_as_it_was(path: Path, whole: Entries) -> bool:
    """As a window finds out: opening it, then the first backup of a sitting."""
    try:
        ProjectSession.open(path, coder="Ann").close()
        make_backup(path, now=NOW + timedelta(hours=1), check=True)
    except NotWrittenError:
        raise
    except ProjectError:
        return False
    assert entries(path) == whole
    return True


def check_recovery(path: Path, whole: Entries) -> None:
    before = path.read_bytes()
    recovery = find_recovery(path)
    assert recovery is not None
    assert path.read_bytes() == before
    recover(recovery, coder="Ann").close()
    found = entries(path)
    assert len(found) >= BACKED_UP
    assert found == whole[: len(found)]
    assert verify_chain(path).sound
    missing = len(whole) - len(found)
    assert recovery.lost.count <= missing
    assert not recovery.lost.exact or recovery.lost.count == missing
    assert not recovery.nothing_lost or missing == 0
    assert ("nothing" in recovery.sentence) == recovery.nothing_lost
    assert [one.read_bytes() for one in damaged_files(path)] == [before]


def damaged_files(path: Path) -> list[Path]:
    return sorted(path.parent.glob("* damaged *"))


def test_a_project_that_is_sound_needs_no_recovery(path: Path) -> None:
    assert find_recovery(path) is None


def test_without_a_backup_there_is_none(path: Path) -> None:
    shutil.rmtree(backups_folder(path))
    path.write_bytes(b"")
    assert find_recovery(path) is None
    path.unlink()
    assert find_recovery(path) is None


def zero(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at : at + PAGE] = bytes(PAGE)
    path.write_bytes(data)


def found(path: Path) -> Recovery:
    recovery = find_recovery(path)
    assert recovery is not None
    return recovery


def test_rows_that_are_lost_come_back_from_the_log(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tag'").fetchone()
    zero(path, (root - 1) * PAGE)
    with pytest.raises(DamagedError):
        ProjectSession.open(path, coder="Ann")
    sentence = found(path).sentence
    assert re.fullmatch(
        r"night stop\.bodycam is damaged\. Its backup of 2026-11-23 09:31 UTC has 12 log "
        r"entries; 14 later ones could still be read, so nothing that was saved is missing\.",
        sentence,
    )


def test_what_is_missing_is_named(path: Path) -> None:
    data = path.read_bytes()
    start = data.index(entries(path)[-1][1].encode()[:400])
    at = data.index(b'"id":"', start) + len('"id":"')
    path.write_bytes(data[:at] + b"!" + data[at + 1 :])
    with ProjectSession.open(path, coder="Ann"):
        pass
    with pytest.raises(DamagedError):
        make_backup(path, now=NOW, check=True)
    recovery = found(path)
    assert (recovery.lost.count, recovery.lost.exact) == (1, True)
    assert re.search(
        r"13 later ones could still be read\. 1 entry after them is missing: "
        r"Import \(Ann, (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\)\.$",
        recovery.sentence,
    )


def test_a_project_that_is_gone_comes_back_as_far_as_its_backup(path: Path) -> None:
    whole = entries(path)
    path.unlink()
    recovery = found(path)
    assert recovery.sentence == (
        "night stop.bodycam is gone. Its backup of 2026-11-23 09:31 UTC has 12 log entries. "
        "Whether more was saved after it cannot be known."
    )
    with recover(recovery, coder="Bob") as session:
        assert session.path == path
        assert len(session.history()) == BACKED_UP
        edit(session, 1)
    assert entries(path)[:BACKED_UP] == whole[:BACKED_UP]
    assert damaged_files(path) == []


def test_an_empty_file_is_told(path: Path) -> None:
    path.write_bytes(b"")
    recovery = found(path)
    assert recovery.sentence.startswith("night stop.bodycam is empty. Its backup")
    recover(recovery, coder="Ann").close()
    assert len(entries(path)) == BACKED_UP


def test_a_version_that_only_the_header_has_is_damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 129")
    recovery = found(path)
    assert recovery.nothing_lost
    recover(recovery, coder="Ann").close()


def test_a_newer_project_is_not_damaged(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA user_version = 2")
        raw.execute("UPDATE alembic_version SET version_num = '0002'")
    assert find_recovery(path) is None


def test_an_older_backup_serves_where_the_newest_is_damaged(path: Path) -> None:
    """And what the newest still shows is put after it."""
    whole = entries(path)
    newest = make_backup(path, now=NOW + timedelta(hours=1))
    assert newest is not None
    zero(newest, 0)
    path.unlink()
    recovery = found(path)
    assert recovery.made == NOW
    assert len(recovery.salvaged) == ALL - BACKED_UP
    assert not recovery.nothing_lost
    recover(recovery, coder="Ann").close()
    assert entries(path) == whole


def test_backups_of_another_project_of_that_name_are_not_taken(path: Path, tmp_path: Path) -> None:
    other = make_project(tmp_path / "other.bodycam")
    shutil.move(other, path)
    with closing(sqlite3.connect(path)) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tag'").fetchone()
    zero(path, (root - 1) * PAGE)
    assert find_recovery(path) is None


def begun_anew(path: Path) -> bytes:
    """Another project under the same name; returns what the backups of the former one hold."""
    path.unlink()
    make_project(path)
    (former,) = backups_of(path)
    return former.path.read_bytes()


@pytest.mark.parametrize("content", [b"", bytes(3 * PAGE)], ids=["empty", "zeros"])
def test_a_project_begun_anew_is_not_offered_the_former_ones_backups(
    path: Path, content: bytes
) -> None:
    """Nothing in the damaged file says which project it was."""
    former = begun_anew(path)
    path.write_bytes(content)
    assert find_recovery(path) is None
    assert [backup.path.read_bytes() for backup in backups_of(path)] == [former]


def test_a_project_that_is_gone_is_not_told_the_former_ones_backup_is_its_own(path: Path) -> None:
    begun_anew(path)
    path.unlink()
    recovery = found(path)
    assert recovery.of_another
    assert not recovery.nothing_lost
    assert "It has no backup of its own." in recovery.sentence
    assert "is of an earlier project of the same name" in recovery.sentence
    assert "Its backup" not in recovery.sentence
    recover(recovery, coder="Ann").close()
    assert "of an earlier project of that name" in recovered_words(recovery)


def test_a_project_begun_anew_keeps_the_former_ones_backups(path: Path) -> None:
    former = begun_anew(path)
    with ProjectSession.open(path, coder="Ann") as session:
        for day in range(12):
            edit(session, 1)
            assert make_backup(path, now=NOW - timedelta(days=20 - day)) is not None
    assert former in [backup.path.read_bytes() for backup in backups_of(path)]
    whole = entries(path)
    path.write_bytes(b"")
    recover(found(path), coder="Ann").close()
    assert entries(path) == whole


@pytest.mark.parametrize("gone", [False, True])
def test_backups_dated_in_the_future_do_not_win(path: Path, gone: bool) -> None:
    (former,) = backups_of(path)
    former.path.rename(former.path.with_name("2099-01-01 00.00.00 entry 12.bodycam"))
    path.unlink()
    make_project(path)
    made = make_backup(path, now=NOW)
    if gone:
        path.unlink()
    else:
        path.write_bytes(bytes(3 * PAGE))
    assert found(path).backup == made


def test_an_older_state_dated_in_the_future_does_not_win(path: Path) -> None:
    """As when it was backed up with a wrong clock, and the project was put back afterwards."""
    shutil.copy(path, path.with_name("older"))
    with ProjectSession.open(path, coder="Ann") as session:
        edit(session, 3)
    assert make_backup(path, now=datetime(2099, 1, 1, tzinfo=UTC)) is not None
    shutil.copy(path.with_name("older"), path)
    with ProjectSession.open(path, coder="Bob") as session:
        edit(session, 1)
    whole = entries(path)
    recent = make_backup(path, now=NOW + timedelta(minutes=30))
    path.write_bytes(bytes(3 * PAGE))
    assert found(path).backup == recent
    recover(found(path), coder="Bob").close()
    assert entries(path) == whole


def test_it_is_told_where_the_damaged_file_is(path: Path) -> None:
    zero(path, 0)
    recovery = found(path)
    recover(recovery, coder="Ann").close()
    (kept,) = damaged_files(path)
    assert recovered_words(recovery) == (
        "night stop.bodycam is opened from its backup of 2026-11-23 09:31 UTC with 14 later log "
        f"entries that could still be read. The damaged file is kept as {kept.name}."
    )
    path.unlink()
    recovery = found(path)
    recover(recovery, coder="Ann").close()
    assert "damaged" not in recovered_words(recovery)


def test_backups_of_a_project_that_was_put_back_to_an_older_state(path: Path) -> None:
    """The newest backup has entries that the project's own log has not."""
    make_backup(path, now=NOW + timedelta(hours=1))
    shutil.copy(backups_of(path)[1].path, path)
    with ProjectSession.open(path, coder="Bob") as session:
        edit(session, 2)
    whole = entries(path)
    recent = make_backup(path, now=NOW + timedelta(minutes=30))
    assert recent is not None
    zero(path, 0)
    recovery = found(path)
    recover(recovery, coder="Bob").close()
    assert entries(path) == whole


def test_recovering_twice_loses_nothing(path: Path) -> None:
    zero(path, 0)
    first, second = found(path), found(path)
    with recover(first, coder="Ann") as session:
        edit(session, 1)
        whole = entries(path)
        with pytest.raises(NotWrittenError, match=r"has changed since.*Open it again"):
            recover(second, coder="Bob")
        edit(session, 1)
    assert entries(path)[: len(whole)] == whole
    assert len(damaged_files(path)) == 1


def test_of_many_at_the_same_time_one_recovers(path: Path) -> None:
    whole = entries(path)
    zero(path, 0)
    recoveries = [found(path) for _ in range(4)]
    with ThreadPoolExecutor(len(recoveries)) as pool:
        done = [pool.submit(recover, one, coder="Ann") for one in recoveries]
    errors = [one.exception() for one in done if one.exception() is not None]
    for one in done:
        if one.exception() is None:
            one.result().close()
    assert [type(error) for error in errors] == [NotWrittenError] * 3
    assert entries(path) == whole
    assert len(damaged_files(path)) == 1


def test_a_project_that_is_put_back_meanwhile_stays(path: Path) -> None:
    away = path.with_name("away")
    path.rename(away)
    recovery = found(path)
    away.rename(path)
    before = path.read_bytes()
    with pytest.raises(NotWrittenError, match="has changed since"):
        recover(recovery, coder="Ann")
    assert path.read_bytes() == before


def test_the_journal_goes_with_its_file(path: Path) -> None:
    zero(path, 0)
    journal = path.with_name(f"{path.name}-journal")
    journal.write_bytes(b"torn")
    recover(found(path), coder="Ann").close()
    assert not journal.exists()
    kept = next(one for one in damaged_files(path) if one.name.endswith("-journal"))
    assert kept.read_bytes() == b"torn"
    assert verify_chain(path).sound


def test_a_file_system_without_hard_links_will_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("not permitted")

    monkeypatch.setattr(os, "link", refuse)
    whole = entries(path)
    zero(path, 0)
    before = path.read_bytes()
    with recover(found(path), coder="Ann") as session:
        edit(session, 1)
    assert entries(path)[:-1] == whole
    assert [one.read_bytes() for one in damaged_files(path)] == [before]
    assert make_backup(path, now=NOW + timedelta(hours=1)) is not None


def test_a_format_that_only_the_header_has_is_damage(path: Path) -> None:
    """SQLite has no code of its own for it."""
    data = bytearray(path.read_bytes())
    data[47] ^= 1 << 6
    path.write_bytes(data)
    with pytest.raises(DamagedError, match="is damaged"):
        ProjectSession.open(path, coder="Ann")
    assert found(path).salvaged != ()


def test_who_may_not_read_the_project_may_not_read_the_recovered(path: Path) -> None:
    zero(path, 0)
    backups_of(path)[0].path.chmod(0o600)
    recover(found(path), coder="Ann").close()
    assert path.stat().st_mode & 0o777 == 0o600


def _killing_at(line: int) -> Callable[..., Any]:
    """A trace that counts the lines of what puts files in place."""
    seen = 0

    def trace(frame: FrameType, event: str, argument: object) -> object:
        nonlocal seen
        if frame.f_code.co_name in ("recover", "set_aside", "publish", "move", "sync_folder"):
            seen += 1
            if seen == line:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace
        return None

    return trace


def _is_killed(recovery: Recovery, at: int) -> bool:
    """Recovers in a process of its own that is killed at its `at`th line of recovering."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            sys.settrace(_killing_at(at))
            recover(recovery, coder="Ann").close()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_kill_at_any_line_of_recovering_loses_nothing(original: Path, tmp_path: Path) -> None:
    whole = entries(original)
    kills = 0
    for at in range(1, 200, 2):
        folder = tmp_path / str(at)
        folder.mkdir()
        path = copied(original, folder)
        zero(path, 0)
        damaged = path.read_bytes()
        journal = path.with_name(f"{path.name}-journal")
        journal.write_bytes(b"torn")
        killed = _is_killed(found(path), at)
        again = find_recovery(path)
        if again is not None:
            recover(again, coder="Ann").close()
        assert entries(path) == whole
        assert verify_chain(path).sound
        assert not journal.exists()
        assert damaged in [one.read_bytes() for one in damaged_files(path)]
        assert verify_chain(backups_of(path)[0].path).sound
        make_backup(path, now=NOW + timedelta(hours=1))
        assert not list(backups_folder(path).glob(".*.part"))
        kills += killed
        if not killed:
            break
    assert kills > 10
    assert not killed
