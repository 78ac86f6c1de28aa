"""Checks a Bodycam Annotator project without Bodycam Annotator, and never writes to it.

    python3 verify_project.py PROJECT.bodycam [--head HASH]
Needs only Python 3.9 and SQLite 3.37 or newer. Exit code 0: sound; 1: not, and why; 2: wrong usage.
THE FILE is an SQLite database, application_id 0x4243414D ("BCAM"), user_version 1. It has the
tables of COLUMNS, all STRICT, and no view, trigger, computed column or index but those of UNIQUE
constraints, so that every query reads the same. A column is TEXT, with # INTEGER; with ? it may be
NULL; ! is the PRIMARY KEY. Of `added` only the order counts. Times are nanoseconds.
THE LOG is the table audit, numbered from 1 without a gap. `hash` is SHA-256, in lower-case hex, of
the hash before it as 64 ASCII characters (before entry 1: 64 zeros) and then the bytes of `entry`.
`entry` is JSON in UTF-8 as `canonical` writes it: keys sorted by code point, none twice; no white
space; nothing escaped but " and \\ and control characters (\\n \\r \\t \\b \\f, others as \\u001f).
  action       "create" in entry 1 and nowhere else, then "do", "undo" or "redo"
  refers_to    null, or the number of the entry that an undo or redo takes back
  changes      a list of {"after": row, "before": row or null, "entity": table, "id": text}
  seq (the number again), label (what was done), utc, coder, app_version, speed (of playback)
A row is an object of the table's columns but `added`. In it `attributes` is an object (the table
has its canonical JSON) and `withdrawn` true or false (the table has 1 or 0). A row from before a
column was there has what follows = below. `id` is the row's `id`, of a codebook its `label`.
THE CHECK follows the log. Each `before` must be the row as the entries so far left it (null: there
is none). At the end the tables must hold the last `after` of each id and nothing else, in the order
in which the log first names them. A row that differs is blamed on the entry that wrote it last.
NOT SEEN is a log rewritten or cut short with hashes and rows that fit, unless a hash noted earlier
is given (audit_head in the .json beside every CSV). Nor is footage read: compare its SHA-256.
"""

import argparse
import hashlib
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

COLUMNS = """\
audit seq#! entry hash
codebook added#! id label source
incident added#! id name codebook note=""
camera added#! id incident_id name wearer="" sync_offset_ns#?=null sync_uncertainty_ns#?=null\
 clock_start_utc_ns#?=null clock_uncertainty_ns#?=null
footage added#! id camera_id path size# modified_ns# stream# frames# first_ns# end_ns# time_base\
 sha256=""
tag added#! id footage_id code start_ns# end_ns# start_frame#? end_frame#? start_pts#? end_pts#?\
 coder codebook created_utc modified_utc uncertainty_ns#?=null text="" speaker="" target=""\
 basis?=null confidence?=null status="draft" note="" attributes={} origin="" withdrawn#=false"""
TABLES = {line.split()[0]: re.findall(r" (\w+)(\S*)", line) for line in COLUMNS.split("\n")}
ID_AT = {"codebook": 1, "incident": 0, "camera": 0, "footage": 0, "tag": 0}
NAMES = {table: [name for name, _ in TABLES[table][1:]] for table in ID_AT}
OLD = {t: {n: json.loads(x.split("=")[1]) for n, x in TABLES[t] if "=" in x} for t in ID_AT}
KINDS = {key: [str] for key in ["action", "app_version", "coder", "label", "speed", "utc"]}
KINDS.update(changes=[list], refers_to=[int, type(None)], seq=[int])
LIKE = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":"), "allow_nan": False}
canonical = json.JSONEncoder(**LIKE).encode


def need(condition: object, why: str) -> None:
    if not condition:
        raise ValueError(why)


def check_file(db: sqlite3.Connection) -> None:
    marks = [db.execute("PRAGMA " + of).fetchone()[0] for of in ("application_id", "user_version")]
    need(marks == [0x4243414D, 1], f"it is no project of this format; its marks are {marks}")
    for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_master"):
        need(kind == "table" or (kind, sql) == ("index", None), f"it holds the {kind} {name!r}")
    listed = db.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
    strict = {name: of for name, of in listed if not re.match("sqlite_|alembic_version$", name)}
    need(strict == dict.fromkeys(TABLES, 1), f"its STRICT tables are not a project's: {strict}")
    query = 'SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)'
    for table, columns in TABLES.items():
        right = [(n, ("TEXT", "INTEGER")["#" in x], "?" not in x, "!" in x, 0) for n, x in columns]
        need(db.execute(query, (table,)).fetchall() == right, f"odd columns of table {table}")
    db.execute("PRAGMA ignore_check_constraints = ON")  # They could run for ever.
    need(db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "SQLite finds it damaged")


def as_in_table(table: str, row: dict) -> tuple:
    row = {**OLD[table], **row}
    need(row.keys() == set(NAMES[table]), f"a {table} has fields missing or unknown")
    if table == "tag":
        row.update(attributes=canonical(row["attributes"]), withdrawn=int(row["withdrawn"]))
    return tuple(row[name] for name in NAMES[table])


def replay(text: str, seq: int, tables: dict) -> None:
    entry = json.loads(text)
    need(canonical(entry) == text and entry.keys() == KINDS.keys(), "not as an entry is written")
    need(all(type(entry[key]) in KINDS[key] for key in KINDS), "a value in it is of a wrong type")
    need(entry["seq"] == seq, f"it says that it is entry {entry['seq']}")
    need(entry["action"] in (["create"] if seq == 1 else ["do", "undo", "redo"]), "wrong action")
    for change in entry["changes"]:
        need(change.keys() == {"after", "before", "entity", "id"}, "it holds what is no change")
        table, key = change["entity"], change["id"]
        was, row = (of and as_in_table(table, of) for of in (change["before"], change["after"]))
        need(tables[table].get(key, [None])[0] == was, f"{table} {key!r} was another before it")
        need(type(key) is str and row[ID_AT[table]] == key, f"it writes {table} {key!r} as another")
        tables[table][key] = row, seq


def follow(db: sqlite3.Connection, tables: dict) -> list:
    hashes, query = ["0" * 64], "SELECT seq, CAST(entry AS BLOB), hash FROM audit ORDER BY seq"
    for seq, text, own_hash in db.execute(query):
        try:
            need(seq == len(hashes), "it is missing")
            need(own_hash == hashlib.sha256(hashes[-1].encode() + text).hexdigest(), "wrong hash")
            replay(text.decode(), seq, tables)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"entry {len(hashes)}: {error}") from error
        hashes.append(own_hash)
    return hashes[1:]


def compare(db: sqlite3.Connection, tables: dict) -> None:
    blamed, other = [], []
    for table, left in tables.items():
        rows = db.execute(f"SELECT {','.join(NAMES[table])} FROM {table} ORDER BY added").fetchall()
        found = {row[ID_AT[table]]: row for row in rows}
        blamed += [(seq, table, key) for key, (row, seq) in left.items() if found.get(key) != row]
        other += [table] * (rows != [row for row, _ in left.values()])
    for seq, table, key in sorted(blamed):
        raise ValueError(f"entry {seq}: the project's {table} {key!r} is not as it was left there")
    need(not other, f"rows of {other} were slipped in, are there twice or in another order")


def check(path: Path, head: object) -> str:
    path, odd = path.resolve(), path.read_bytes()[18:20] == b"\2\2"  # SQLite would make files.
    for end, hot in (("-journal", b"\xd9\xd5\5\xf9 \xa1c\xd7"), ("-wal", b"7\x7f\6")):
        start = Path(f"{path}{end}").read_bytes()[:8] if Path(f"{path}{end}").exists() else b""
        need(not start.startswith(hot), f"a change was not finished: open a copy, with its {end}")
        odd = odd or start != b""
    uri, tables = path.as_uri() + "?mode=ro" + "&immutable=1" * odd, {t: {} for t in OLD}
    with closing(sqlite3.connect(uri, uri=True)) as it, closing(sqlite3.connect(":memory:")) as db:
        it.backup(db)  # A private copy: nobody writes to it meanwhile.
        check_file(db)
        db.text_factory = lambda raw: raw.decode(errors="surrogateescape")
        hashes = follow(db, tables)
        compare(db, tables)
    need(hashes and head in [None, *hashes], "no entry has that hash: cut short, or rewritten")
    return f"Sound: {len(hashes)} entries, head {hashes[-1]}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Checks a Bodycam Annotator project.")
    parser.add_argument("project", type=Path)
    parser.add_argument("--head", help="a hash noted earlier, which the log must still have")
    asked = parser.parse_args()
    try:
        print(check(asked.project, asked.head))  # noqa: T201
    except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
        raise SystemExit("NOT SOUND: " + re.sub("[\0-\x1f\x7f-\x9f]", "?", str(error))) from error
