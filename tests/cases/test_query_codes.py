"""Query codes: kept as a digest, open one case, replaced by a new one, and alike for whoever guesses."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from workflow_app.actions.file_application import file_application
from workflow_app.actions.renew_query_code import renew_query_code
from workflow_app.audit.log import AuditEvent
from workflow_app.cases.query_codes import QueryCode, case_by_query_code, digest_of, new_query_code
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound, NotPermitted
from workflow_app.foundation.paper_codes import ALPHABET, new_paper_code, normalise_paper_code


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def filed(world: w.World, code: str, *, record_id: int | None = None, key: str | None = None) -> str:
    return file_application(
        record_id=record_id or w.make_record(world),
        form=dict(w.FILING),
        idempotency_key=key,
        query_code=code,
        actor=world.applicant,
        now=w.NOON,
    ).number


def test_number_and_code_open_the_case_together(world: w.World) -> None:
    code, other = new_query_code(), new_query_code()
    number, second = filed(world, code), filed(world, other)
    found = case_by_query_code(number, code)
    assert found is not None
    assert found.number == number
    for wrong in ((number, other), (second, code), ("GSXF-2026-999999", code), (number, ""), ("", "")):
        assert case_by_query_code(*wrong) is None, wrong


def test_only_a_digest_is_kept(world: w.World) -> None:
    code = new_query_code()
    number = filed(world, code)
    kept = db.session.scalars(sa.select(QueryCode.digest)).one()
    assert kept == digest_of(number, code)
    assert code not in repr(db.session.execute(sa.text("SELECT * FROM case_query_code")).all())
    assert digest_of(number, code) != digest_of("GSXF-2026-000099", code), "equal codes of two cases look different"


def test_a_case_without_a_code_is_opened_by_none(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    assert case_by_query_code(number, new_query_code()) is None


def test_a_filing_sent_twice_keeps_the_first_code(world: w.World) -> None:
    record_id, first, second = w.make_record(world), new_query_code(), new_query_code()
    number = filed(world, first, record_id=record_id, key="k")
    assert filed(world, second, record_id=record_id, key="k") == number
    assert case_by_query_code(number, first) is not None
    assert case_by_query_code(number, second) is None


def test_a_new_code_ends_the_old_one_and_leaves_the_case_as_it_was(world: w.World) -> None:
    old = new_query_code()
    number = filed(world, old)
    version = w.case(number).row_version
    new = renew_query_code(case_number=number, actor=world.applicant, now=w.NOON + timedelta(days=1))
    assert case_by_query_code(number, old) is None
    assert case_by_query_code(number, new) is not None
    assert w.case(number).row_version == version, "an officer's open page is not out of date for it"
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "case.query_code_renewed")).one()
    assert (event.case_no, event.account_id) == (number, world.applicant.account_id)


def test_only_the_party_gets_a_new_code(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    with pytest.raises(NotFound):
        renew_query_code(case_number=number, actor=world.stranger, now=w.NOON)
    with pytest.raises(NotPermitted):
        renew_query_code(case_number=number, actor=world.officer, now=w.NOON)
    assert renew_query_code(case_number=number, actor=world.applicant, now=w.NOON)


def test_codes_are_read_however_they_are_typed() -> None:
    code = new_paper_code()
    assert set(code) <= {*ALPHABET, "-"}
    for typed in (code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", code.replace("0", "o")):
        assert normalise_paper_code(typed) == code
    full = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "-" for c in code)
    assert normalise_paper_code(full) == code
    for wrong in ("", "7F3K", code + "0", "中" * 12, "U" * 12, "-" * 60):
        assert normalise_paper_code(wrong) == ""
