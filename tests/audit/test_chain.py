"""The chain: one link per act, in its transaction, gapless, refused any change, whole when nobody touched it."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.audit.chains import NOON, Somebody, act, chain_of, counts
from workflow_app.audit.event import HASHED, AuditEvent, AuditPayload
from workflow_app.audit.guards import guard_statements
from workflow_app.audit.log import record, remove_payload
from workflow_app.audit.origin import INSIDE, Origin, set_origin
from workflow_app.audit.verify import Finding, verify
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import NotFound


def test_an_empty_log_is_whole(app: Flask) -> None:
    assert verify().finding is Finding.GOOD


def test_every_column_but_the_hash_is_covered_in_order() -> None:
    assert [c.name for c in AuditEvent.__table__.columns] == [*HASHED, "hash"]


def test_links_are_numbered_without_gaps_and_verify(app: Flask) -> None:
    for number in range(5):
        act(number)
    result = verify()
    assert (result.finding, result.checked) == (Finding.GOOD, 5)
    assert list(db.session.scalars(sa.select(AuditEvent.seq).order_by(AuditEvent.seq))) == [1, 2, 3, 4, 5]


def test_what_is_rolled_back_leaves_no_link(app: Flask) -> None:
    act(1)
    with pytest.raises(ZeroDivisionError), transaction():
        record(actor=Somebody(), action="x", object_type="case", object_id="1", now=NOON)
        raise ZeroDivisionError
    assert counts() == (1, 1, 1)
    act(2)
    assert verify().checked == 2


def test_no_link_outside_a_transaction(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        record(actor=Somebody(), action="x", object_type="case", object_id="1", now=NOON)


def test_a_link_keeps_where_it_came_from(app: Flask) -> None:
    set_origin(Origin(address="10.1.2.3", session="abcd", request_id="r-1"))
    try:
        act(1)
    finally:
        set_origin(INSIDE)
    link = db.session.scalars(sa.select(AuditEvent)).one()
    assert (link.address, link.session_digest, link.request_id) == ("10.1.2.3", "abcd", "r-1")
    assert verify().is_whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = 'x'",
        "DELETE FROM audit_event",
        "UPDATE audit_payload SET content = '{}'",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 1",
    ],
)
def test_the_database_refuses_changes(app: Flask, statement: str) -> None:
    chain_of(3)
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), transaction():
        db.session.execute(sa.text(statement))
    assert verify().checked == 3


def test_a_link_is_not_replaced_either(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    chain_of(3)
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), transaction():
        db.session.execute(sa.text("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE seq = 2"))


def test_a_payload_is_removed_by_an_act_that_is_written_down(app: Flask) -> None:
    chain_of(3)
    with transaction():
        remove_payload(2, actor=Somebody(), reason="个人信息删除", now=NOON)
    assert db.session.get(AuditPayload, 2) is None
    result = verify()
    assert (result.finding, result.checked) == (Finding.GOOD, 4)
    with pytest.raises(NotFound), transaction():
        remove_payload(2, actor=Somebody(), reason="again", now=NOON)


def test_text_that_looks_alike_is_kept_in_one_form(app: Flask) -> None:
    act(1, details={"name": "e\u0301"})
    assert "\u00e9" in db.session.scalars(sa.select(AuditPayload.content)).one()


def test_the_guards_can_be_handed_to_a_migration() -> None:
    for dialect in ("sqlite", "postgresql"):
        statements = guard_statements(dialect)
        assert statements
        assert all(s.startswith("CREATE ") for s in statements)


def test_acts_at_one_moment_stand_in_one_line(app: Flask) -> None:
    barrier = threading.Barrier(6)

    def work(number: int) -> None:
        with app.app_context():
            barrier.wait()
            for step in range(5):
                act(number * 10 + step)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert (verify().finding, verify().checked) == (Finding.GOOD, 30)
