"""Three hundred tamperings, fifty of each of six kinds, on one project of some dozens of entries.

Each must be found by the program and by the verifier in docs, which must blame the same entry, and
that entry must be the one that the test works out by itself from what it did.
"""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bodycam_annotator.model.edits import Change, Edit, add_tags, change_tag, row_of, withdraw_tags
from bodycam_annotator.storage.session import ProjectSession
from tests.unit.storage.sample import CAMERA, copy_of, make_tag
from tests.unit.storage.stand_alone import SOUND, blamed, verdict
from tests.unit.storage.test_verification import log, rewrite

SEEDS = range(50)
Entry = dict[str, Any]
State = dict[tuple[str, str], tuple[Entry, int]]
"""By table and id: the row as JSON, and the number of the entry that wrote it last."""


@pytest.fixture(scope="module")
def history(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three coders make, change and withdraw tags, undo, redo, and move the camera in time."""
    path = copy_of(template, tmp_path_factory.mktemp("long history"))
    for sitting in range(3):
        for coder in ("Ann", "Bob", "Çelik"):
            with ProjectSession.open(path, coder=coder) as session:
                _sit(session, sitting)
    assert verdict(path) == SOUND
    assert 40 <= len(log(path)) <= 60
    return path


def _sit(session: ProjectSession, sitting: int) -> None:
    first, second = (f"{session.coder} {sitting} {part}" for part in "ab")
    session.do(
        add_tags(
            (
                make_tag(id=first, coder=session.coder, text="Lâche ça ! 🚓"),
                make_tag(id=second, coder=session.coder, end_ns=50_000_000_000),
            ),
            label="Two tags",
        )
    )
    session.do(change_tag(session.project.tags[first], label="Note", note="“loud”\n\tand \\ far"))
    session.undo()
    if sitting:
        session.redo()
    session.do(withdraw_tags((session.project.tags[second],), label="Drop"))
    camera = session.project.cameras[CAMERA.id]
    moved = replace(camera, sync_offset_ns=sitting * 1_000_000)
    if moved != camera:
        change = Change(entity="camera", id=camera.id, before=row_of(camera), after=row_of(moved))
        session.do(Edit(label="Place the camera", changes=(change,)))


@pytest.fixture
def path(history: Path, tmp_path: Path) -> Path:
    return copy_of(history, tmp_path)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """By somebody who means ill: no rule of the tables is kept but that of their types."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        yield connection


def entries_of(path: Path) -> list[Entry]:
    return [json.loads(text) for _, text, _ in log(path)]


def texts_of(entries: list[Entry]) -> list[bytes]:
    return [
        json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        for entry in entries
    ]


def left_by(entries: list[Entry]) -> State:
    return {
        (change["entity"], change["id"]): (change["after"], entry["seq"])
        for entry in entries
        for change in entry["changes"]
    }


def set_rows(path: Path, entries: list[Entry]) -> None:
    """Puts rows in place that fit the entries."""
    with opened(path) as connection:
        for table in ("codebook", "incident", "camera", "footage", "tag"):
            connection.execute(f"DELETE FROM {table}")
        for (table, _), (row, _) in left_by(entries).items():
            values = {
                name: json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
                if name == "attributes"
                else value
                for name, value in row.items()
            }
            columns, marks = ", ".join(values), ", ".join("?" * len(values))
            connection.execute(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values())
            )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_text_is_changed(path: Path, seed: int) -> None:
    """At any place: another byte, one more or one less."""
    chance = random.Random(f"text {seed}")
    seq, text, _ = chance.choice(log(path))
    at = chance.randrange(len(text))
    other = bytes([chance.choice([byte for byte in range(256) if byte != text[at]])])
    forged = chance.choice(
        [
            text[:at] + other + text[at + 1 :],
            text[:at] + other + text[at:],
            text[:at] + text[at + 1 :],
        ]
    )
    with opened(path) as connection:
        connection.execute("UPDATE audit SET entry = CAST(? AS TEXT) WHERE seq = ?", (forged, seq))
    assert verdict(path) == blamed(seq)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hash_is_changed(path: Path, seed: int) -> None:
    chance = random.Random(f"hash {seed}")
    entries = log(path)
    seq, _, own_hash = chance.choice(entries)
    at = chance.randrange(64)
    digit = chance.choice([digit for digit in "0123456789abcdef" if digit != own_hash[at]])
    forged = chance.choice(
        [
            own_hash[:at] + digit + own_hash[at + 1 :],
            own_hash.upper(),
            own_hash[:at],
            own_hash + "\0",
            entries[seq - 2][2],
        ]
    )
    with opened(path) as connection:
        connection.execute("UPDATE audit SET hash = ? WHERE seq = ?", (forged, seq))
    assert verdict(path) == blamed(seq)


@pytest.mark.parametrize("seed", SEEDS)
def test_entries_are_moved(path: Path, seed: int) -> None:
    chance = random.Random(f"place {seed}")
    count = len(log(path))
    first, second = sorted(chance.sample(range(1, count), 2))
    # What is done, and the first entry that is then wrong.
    statements, bad = chance.choice(
        [
            ([f"DELETE FROM audit WHERE seq = {first}"], first),
            ([f"DELETE FROM audit WHERE seq BETWEEN {first} AND {second}"], first),
            (
                [
                    f"DELETE FROM audit WHERE seq = {first}",
                    f"UPDATE audit SET seq = -seq WHERE seq > {first}",
                    "UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
                ],
                first,
            ),
            (swapped("entry, hash", first, second), first),
            (swapped("entry", first, second), first),
            ([f"UPDATE audit SET seq = {count + 5} WHERE seq = {first}"], first),
            ([f"UPDATE audit SET seq = -3 WHERE seq = {second}"], 1),
            (
                [
                    f"INSERT INTO audit SELECT {count + 1}, entry, hash FROM audit "
                    f"WHERE seq = {second}"
                ],
                count + 1,
            ),
        ]
    )
    with opened(path) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
    assert verdict(path) == blamed(bad)


def swapped(columns: str, first: int, second: int) -> list[str]:
    return [
        f"""UPDATE audit SET ({columns}) = (SELECT {columns} FROM (SELECT * FROM audit) AS other
        WHERE other.seq = {first + second} - audit.seq) WHERE seq IN ({first}, {second})"""
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_end_is_cut_off(path: Path, seed: int) -> None:
    """With the rows set back so that all fits: only a noted head tells."""
    hashes = [own_hash for _, _, own_hash in log(path)]
    kept = random.Random(f"end {seed}").randrange(1, len(hashes))
    entries = entries_of(path)[:kept]
    with opened(path) as connection:
        connection.execute("DELETE FROM audit WHERE seq > ?", (kept,))
    set_rows(path, entries)
    assert verdict(path, head=hashes[-1]) == blamed(None)
    assert verdict(path, head=hashes[kept]) == blamed(None)
    assert verdict(path, head=hashes[kept - 1]) == SOUND


def other_value(value: object) -> object:
    match value:
        case None:
            return 5
        case str():
            return value + "x"
        case int():
            return 1 - value if value in (0, 1) else value + 1
    raise AssertionError(value)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_row_is_changed(path: Path, seed: int) -> None:
    chance = random.Random(f"row {seed}")
    (table, key), (_, seq) = chance.choice(list(left_by(entries_of(path)).items()))
    at = "label" if table == "codebook" else "id"
    with opened(path) as connection:
        found = connection.execute(f"SELECT * FROM {table} WHERE {at} = ?", (key,))
        names = [column[0] for column in found.description]
        row = dict(zip(names, found.fetchone(), strict=True))
        done = chance.choice(["changed", "changed", "changed", "deleted", "doubled"])
        if done == "changed":
            name = chance.choice(names[1:])
            connection.execute(
                f"UPDATE {table} SET {name} = ? WHERE {at} = ?", (other_value(row[name]), key)
            )
        elif done == "deleted":
            connection.execute(f"DELETE FROM {table} WHERE {at} = ?", (key,))
        else:
            row |= {"added": chance.choice([-1, 1000]), at: "another"}
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", list(row.values()))
    assert verdict(path) == blamed(None if done == "doubled" else seq)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_log_is_rewritten_from_some_entry_on(path: Path, seed: int) -> None:
    """With hashes that fit: by itself it tells only where a row, or what an entry starts from,
    does not fit too."""
    chance = random.Random(f"rewritten {seed}")
    noted = log(path)[-1][2]
    entries = entries_of(path)
    begin, key = chance.choice(
        [(at, change["id"]) for at, entry in enumerate(entries) for change in entry["changes"]]
    )
    name = "name" if key in ("incident-1", "camera-1") else "source" if "@" in key else "path"
    name = "speaker" if key.startswith(("Ann", "Bob", "Çelik")) else name
    touching = [entry["seq"] for entry in entries[begin:] if change_of(entry, key)]
    done = chance.choice(["words", "all", "all but rows", "once"])
    if done == "words":
        for entry in entries[begin:]:
            entry["coder"] = "Eve"
    else:
        for seq in touching[:1] if done == "once" else touching:
            change = change_of(entries[seq - 1], key)
            change["after"][name] = "Eve"
            if seq != touching[0]:
                change["before"][name] = "Eve"
    rewrite(path, texts_of(entries))
    if done == "all":
        set_rows(path, entries)
    if done in ("words", "all"):
        assert verdict(path) == SOUND
        assert verdict(path, head=noted) == blamed(None)
    else:
        after = touching[1:2] or touching[:1]
        assert verdict(path) == blamed(after[0] if done == "once" else touching[-1])


def change_of(entry: Entry, key: str) -> Entry:
    """The entry's change of `key`; empty when it has none."""
    return next((change for change in entry["changes"] if change["id"] == key), {})
