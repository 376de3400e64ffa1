"""Orders that put a record on the page again, against a real HTTP platform: compared, counted and called off like ending ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from platform_sim.server import Platform
from tests.records.write_backs import CASE_NO, KEY, NOON, connect, live_platform, make_case, row
from workflow_app.foundation.database import db, transaction
from workflow_app.records import write_back
from workflow_app.records.credit_record import CreditRecord


@pytest.fixture
def sim(app: Flask, tmp_path: Path) -> Iterator[Platform]:
    """A platform that does an order again when it comes again, on which the record has ended."""
    kept, write_back._hooks[:] = list(write_back._hooks), []
    own = app.extensions["platform"]
    with live_platform(tmp_path, deduplicates=False) as (platform, url):
        make_case()
        connect(app, url)
        platform.ledger.set_record(7, "publication", "ended")
        yield platform
    write_back._hooks[:] = kept
    app.extensions["platform"] = own


def send(app: Flask, *, published: bool = True, **payload: Any) -> None:
    with transaction():
        db.session.execute(sa.update(CreditRecord).values(published=published))
        write_back.queue(
            case_id=318, case_no=CASE_NO, record_id=7, decision_seq=1, destination="publication",
            payload={"case_no": CASE_NO, "record_id": 7, "finds": "ended", **payload}, now=NOON,
        )  # fmt: skip
    app.extensions["jobs"].drain(app)


def test_a_record_is_shown_again_once_with_a_receipt(app: Flask, sim: Platform) -> None:
    send(app, leaves="active")
    assert (row().state, bool(row().receipt_no)) == ("confirmed", True)
    assert sim.ledger.record(7)["publication"] == "shown"
    assert sim.ledger.effects() == {KEY: 1}


def test_only_the_breach_is_shown_where_the_record_stays_off(app: Flask, sim: Platform) -> None:
    send(app, published=False, leaves="breached")
    assert row().state == "confirmed"
    assert sim.ledger.record(7)["publication"] == "breached"


def test_what_is_shown_already_is_not_sent_but_left_to_a_person(app: Flask, sim: Platform) -> None:
    sim.ledger.set_record(7, "publication", "shown")
    send(app, leaves="active")
    assert (row().state, row().last_error) == ("unknown", "record_is_active")
    assert sim.ledger.effects() == {}


def test_an_order_done_whose_receipt_the_platform_forgot_is_not_repeated(app: Flask, sim: Platform) -> None:
    sim.moods.set({"mood": "forget", "count": 1})
    send(app, leaves="active")
    app.extensions["jobs"].drain(app)
    assert (row().state, sim.ledger.effects()) == ("unknown", {KEY: 1})


def test_what_is_no_longer_public_is_never_shown(app: Flask, sim: Platform) -> None:
    send(app, published=False, leaves="active")
    assert (row().state, row().receipt_no, row().last_error) == ("called_off", None, "record_not_public")
    assert sim.ledger.effects() == {}
    assert write_back.all_confirmed(318)
    assert write_back.receipts_of(318) == []
    assert write_back.unsettled(318) == []
