"""The record cannot be quietly changed: random changes to the audit log by somebody with the database's own rights, each
of which has to show, and clean chains, none of which may raise an alarm."""

import argparse
import json
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from tests.audit.chains import NOON, chain_of
from workflow_app.audit.anchors import FILE, make_key, read_anchors, write_anchor
from workflow_app.audit.event import HASHED, link_hash
from workflow_app.audit.guards import SQLITE_GUARDS, guard_names
from workflow_app.audit.verify import verify
from workflow_app.factory import create_app
from workflow_app.foundation.database import db
from workflow_app.settings import Settings

LENGTH = 60
COLUMNS = (*HASHED[1:], "hash")
Tampering = Callable[[sqlite3.Connection, random.Random, Path], str]


def column(base: sqlite3.Connection, rng: random.Random, _folder: Path) -> str:
    """Another value in one column of one link."""
    name, seq = rng.choice(COLUMNS), rng.randint(1, LENGTH)
    base.execute(f"UPDATE audit_event SET {name} = ? WHERE seq = ?", (f"x{rng.random()}", seq))
    return f"{name} of {seq}"


def payload(base: sqlite3.Connection, rng: random.Random, _folder: Path) -> str:
    """Another payload or salt, or a payload taken away."""
    seq, what = rng.randint(1, LENGTH), rng.choice(("content = 'x'", "salt = 'x'", ""))
    base.execute(
        f"UPDATE audit_payload SET {what} WHERE seq = ?" if what else "DELETE FROM audit_payload WHERE seq = ?", (seq,)
    )
    return f"payload {seq} {what or 'deleted'}"


def deletion(base: sqlite3.Connection, rng: random.Random, _folder: Path) -> str:
    """One link, a run of links or the tail taken away; sometimes the head is moved back with them."""
    first = rng.randint(1, LENGTH)
    last = rng.choice((first, rng.randint(first, LENGTH), LENGTH))
    base.execute("DELETE FROM audit_event WHERE seq BETWEEN ? AND ?", (first, last))
    base.execute("DELETE FROM audit_payload WHERE seq BETWEEN ? AND ?", (first, last))
    if last == LENGTH and first > 1:
        base.execute(
            "UPDATE audit_head SET seq = ?, hash = (SELECT hash FROM audit_event WHERE seq = ?)", (first - 1, first - 1)
        )
    return f"links {first} to {last}"


def swap(base: sqlite3.Connection, rng: random.Random, _folder: Path) -> str:
    """Two links that change places."""
    one, other = rng.sample(range(1, LENGTH + 1), 2)
    for old, new in ((one, 10_000), (other, one), (10_000, other)):
        base.execute("UPDATE audit_event SET seq = ? WHERE seq = ?", (new, old))
    return f"{one} and {other}"


def insertion(base: sqlite3.Connection, rng: random.Random, _folder: Path) -> str:
    """A link put in at the end."""
    names = ", ".join(COLUMNS)
    source = rng.randint(1, LENGTH)
    base.execute(
        f"INSERT INTO audit_event (seq, {names}) SELECT ?, {names} FROM audit_event WHERE seq = ?", (LENGTH + 1, source)
    )
    return f"a copy of {source}"


def rewriting(base: sqlite3.Connection, rng: random.Random, _folder: Path) -> str:
    """A link changed and everything after it hashed anew: only an anchor tells."""
    base.row_factory = sqlite3.Row
    first = rng.randint(2, LENGTH)
    previous = base.execute("SELECT hash FROM audit_event WHERE seq = ?", (first - 1,)).fetchone()["hash"]
    for row in base.execute("SELECT * FROM audit_event WHERE seq >= ? ORDER BY seq", (first,)).fetchall():
        link = dict(row) | {"prev_hash": previous, "at": datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)}
        link["actor_name"] = "另一个人" if link["seq"] == first else link["actor_name"]
        previous = link_hash(link)
        base.execute(
            "UPDATE audit_event SET actor_name = ?, prev_hash = ?, hash = ? WHERE seq = ?",
            (link["actor_name"], link["prev_hash"], previous, link["seq"]),
        )
    base.execute("UPDATE audit_head SET hash = ?", (previous,))
    return f"everything from {first}"


def guard(base: sqlite3.Connection, rng: random.Random, _folder: Path) -> str:
    """A guard of the tables taken off for good."""
    name = rng.choice(sorted(guard_names("sqlite")))
    base.execute(f"DROP TRIGGER {name}")
    return name


def anchor(_base: sqlite3.Connection, rng: random.Random, folder: Path) -> str:
    """A forged anchor."""
    lines = (folder / FILE).read_text().splitlines()
    entry = json.loads(lines[-1])
    entry[rng.choice(("hash", "signature"))] = "00" * 32
    (folder / FILE).write_text("\n".join([*lines[:-1], json.dumps(entry)]) + "\n")
    return "anchor"


KINDS: tuple[Tampering, ...] = (column, payload, deletion, swap, insertion, rewriting, guard, anchor)


def main(arguments: list[str]) -> int:
    """Tamper and look; exit 0 when everything shows and no clean chain raises an alarm."""
    parser = argparse.ArgumentParser(prog="tamper", description=__doc__)
    parser.add_argument("--tamperings", type=int, default=200)
    parser.add_argument("--clean", type=int, default=1_000, help="how many clean looks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON document on the last line")
    parser.add_argument("--quick", action="store_true", help="40 tamperings, 50 clean looks")
    options = parser.parse_args(arguments)
    tamperings, clean = (40, 50) if options.quick else (options.tamperings, options.clean)
    with tempfile.TemporaryDirectory(prefix="casework-tamper-") as folder:
        undetected, alarms = _run(Path(folder), random.Random(options.seed), tamperings, clean)
    document = {"tried": tamperings, "undetected": undetected, "false_alarms": alarms, "clean": clean}
    sys.stdout.write(json.dumps(document) + "\n" if options.json else f"{document}\n")
    return 0 if tamperings and undetected == 0 and alarms == 0 else 1


def _run(folder: Path, rng: random.Random, tamperings: int, clean: int) -> tuple[int, int]:
    path, anchors = folder / "audit.sqlite3", folder / "anchors"
    settings = Settings(database_url=f"sqlite:///{path}", data_dir=folder, secret_key="k", environment="test")
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        make_key(folder / "key.pem")
        chain_of(LENGTH // 2)
        write_anchor(anchors, folder / "key.pem", now=NOON)
        chain_of(LENGTH - LENGTH // 2)
        write_anchor(anchors, folder / "key.pem", now=NOON)
    _release(app)
    alarms = sum(not _is_whole(app, anchors) for _ in range(clean))
    shutil.copy(path, folder / "good.sqlite3")
    shutil.copytree(anchors, folder / "good-anchors")
    undetected = 0
    for number in range(tamperings):
        kind = KINDS[number % len(KINDS)]
        _release(app)
        shutil.copy(folder / "good.sqlite3", path)
        shutil.copytree(folder / "good-anchors", anchors, dirs_exist_ok=True)
        said = _tamper(path, kind, rng, anchors)
        if _is_whole(app, anchors):
            undetected += 1
            sys.stderr.write(f"undetected: {kind.__name__} {said}\n")
    return undetected, alarms


def _tamper(path: Path, kind: Tampering, rng: random.Random, anchors: Path) -> str:
    base = sqlite3.connect(path)
    with base:
        if kind is not guard:
            for name in guard_names("sqlite"):
                base.execute(f"DROP TRIGGER {name}")
        said = kind(base, rng, anchors)
        if kind is not guard:
            for statements in SQLITE_GUARDS.values():
                for statement in statements:
                    base.execute(statement)
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    return said


def _is_whole(app: Flask, anchors: Path) -> bool:
    with app.app_context():
        whole = verify(read_anchors(anchors)).is_whole
        db.session.remove()
    return whole


def _release(app: Flask) -> None:
    """Let go of the file, with everything written into it."""
    with app.app_context():
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
