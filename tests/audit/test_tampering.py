"""Whoever owns the database can change the log, but not without it showing; the first bad link is named."""

from pathlib import Path

import pytest
from flask import Flask

from tests.audit.chains import NOON, chain_of, rewrite_from, unguarded
from workflow_app.audit.anchors import FILE, make_key, read_anchors, write_anchor
from workflow_app.audit.event import HASHED
from workflow_app.audit.guards import guard_names
from workflow_app.audit.verify import Finding, verify
from workflow_app.foundation.database import db

LENGTH = 12
VALUES = {"seq": "99", "account_id": "8", "department_id": "NULL", "at": "'2026-11-24 04:00:01.000000'"}
COLUMNS = [c for c in (*HASHED, "hash") if c != "seq"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_a_link(app: Flask, column: str) -> None:
    chain_of(LENGTH)
    unguarded(f"UPDATE audit_event SET {column} = {VALUES.get(column, repr('x'))} WHERE seq = 5")
    result = verify()
    assert (result.finding, result.seq, result.checked) == (Finding.HASH_MISMATCH, 5, 4)
    assert result.finding.exit_code == 2


@pytest.mark.parametrize(
    ("statements", "finding", "seq"),
    [
        (["UPDATE audit_payload SET content = '{}' WHERE seq = 7"], Finding.PAYLOAD_DIFFERS, 7),
        (["UPDATE audit_payload SET salt = 'x' WHERE seq = 7"], Finding.PAYLOAD_DIFFERS, 7),
        (["DELETE FROM audit_payload WHERE seq = 7"], Finding.PAYLOAD_MISSING, 7),
        (["DELETE FROM audit_event WHERE seq = 1"], Finding.GAP, 1),
        (["DELETE FROM audit_event WHERE seq = 6"], Finding.GAP, 6),
        (["DELETE FROM audit_event WHERE seq BETWEEN 3 AND 8"], Finding.GAP, 3),
        (["DELETE FROM audit_event WHERE seq = 12"], Finding.TAIL_SHORT, 12),
        (["DELETE FROM audit_event"], Finding.TAIL_SHORT, 1),
        (["UPDATE audit_event SET seq = 99 WHERE seq = 6"], Finding.GAP, 6),
        (["DELETE FROM audit_event WHERE seq > 9", "UPDATE audit_head SET seq = 9"], Finding.TAIL_SHORT, 10),
    ],
)
def test_links_and_payloads_taken_away_or_moved(app: Flask, statements: list[str], finding: Finding, seq: int) -> None:
    chain_of(LENGTH)
    unguarded(*statements)
    result = verify()
    assert (result.finding, result.seq) == (finding, seq)


def test_two_links_that_change_places(app: Flask) -> None:
    chain_of(LENGTH)
    swap = [f"UPDATE audit_event SET seq = {b} WHERE seq = {a}" for a, b in ((4, 100), (5, 4), (100, 5))]
    unguarded(*swap)
    assert (verify().finding, verify().seq) == (Finding.HASH_MISMATCH, 4)


def test_a_link_put_in(app: Flask) -> None:
    chain_of(LENGTH)
    columns = ", ".join(c for c in (*HASHED, "hash") if c != "seq")
    unguarded(f"INSERT INTO audit_event (seq, {columns}) SELECT 13, {columns} FROM audit_event WHERE seq = 12")
    assert (verify().finding, verify().seq) == (Finding.HASH_MISMATCH, 13)


def test_a_guard_taken_off(app: Flask) -> None:
    chain_of(LENGTH)
    name = min(guard_names(db.engine.dialect.name))
    table = " ON audit_event" if db.engine.dialect.name == "postgresql" else ""
    with db.engine.connect() as connection:
        transaction = connection.begin()
        connection.exec_driver_sql(f"DROP TRIGGER {name}{table}")
        transaction.commit()
    try:
        assert verify().finding is Finding.GUARD_MISSING
    finally:
        db.session.remove()
        unguard_again(name)


def unguard_again(name: str) -> None:
    from workflow_app.audit.guards import guard_statements

    create = next(s for s in guard_statements(db.engine.dialect.name) if s.split()[2] == name)
    with db.engine.begin() as connection:
        connection.exec_driver_sql(create)


def test_a_chain_rewritten_as_a_whole_shows_against_an_anchor(app: Flask, tmp_path: Path) -> None:
    chain_of(LENGTH)
    key = tmp_path / "key.pem"
    make_key(key)
    write_anchor(tmp_path, key, now=NOON)
    assert verify(read_anchors(tmp_path)).is_whole
    unguarded(*rewrite_from(4))
    assert verify().is_whole, "without an anchor it cannot be seen: the documentation says so"
    result = verify(read_anchors(tmp_path))
    assert (result.finding, result.seq, result.finding.exit_code) == (Finding.ANCHOR_DIFFERS, LENGTH, 4)


def test_an_older_database_put_back_shows_against_an_anchor(app: Flask, tmp_path: Path) -> None:
    chain_of(LENGTH)
    key = tmp_path / "key.pem"
    make_key(key)
    write_anchor(tmp_path, key, now=NOON)
    unguarded(
        "DELETE FROM audit_event WHERE seq > 9",
        "DELETE FROM audit_payload WHERE seq > 9",
        "UPDATE audit_head SET seq = 9, hash = (SELECT hash FROM audit_event WHERE seq = 9)",
    )
    assert verify().is_whole
    assert verify(read_anchors(tmp_path)).finding is Finding.TAIL_SHORT


def test_a_forged_anchor(app: Flask, tmp_path: Path) -> None:
    chain_of(LENGTH)
    key = tmp_path / "key.pem"
    make_key(key)
    write_anchor(tmp_path, key, now=NOON)
    file = tmp_path / FILE
    file.write_text(file.read_text().replace('"seq": 12', '"seq": 11'))
    assert verify(read_anchors(tmp_path)).finding.exit_code == 5


def test_a_thousand_links_raise_no_false_alarm(app: Flask) -> None:
    chain_of(1_000)
    assert (verify().finding, verify().checked) == (Finding.GOOD, 1_000)
