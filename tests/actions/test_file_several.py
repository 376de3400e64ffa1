"""One filing over several records: each a case of its own with its own clock; a part that fails is told, the rest stand."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from workflow_app.actions import file_several as room
from workflow_app.actions.file_several import MAX_RECORDS, file_again, file_several
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.before_filing import before_filing
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.filings import Filing, FilingPart, filing_by_id
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.mandates import Mandate
from workflow_app.people.organisations import Organisation
from workflow_app.records.credit_record import CreditRecord


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def send(world: w.World, *records: int, key: str = "one", actor: Actor | None = None, **changes: Any) -> int:
    forms = {record: dict(w.FILING) | changes for record in records}
    return file_several(key=key, forms=forms, actor=actor or world.applicant, now=w.NOON)


def parts(filing_id: int) -> list[FilingPart]:
    db.session.rollback()
    db.session.expire_all()
    mine = sa.select(FilingPart).where(FilingPart.filing_id == filing_id).order_by(FilingPart.id)
    return list(db.session.scalars(mine).unique())


def count(table: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_each_record_gets_a_case_and_clocks_of_its_own(world: w.World) -> None:
    filing = send(world, w.make_record(world), w.make_record(world))
    first, second = (p.case for p in parts(filing))
    assert first and second and first.number != second.number
    clocks = [set(db.session.scalars(sa.select(Deadline.key).where(Deadline.case_id == c.id))) for c in (first, second)]
    assert clocks[0] == clocks[1] >= {"repair.accept", "repair.feedback"}
    assert [p.form for p in parts(filing)] == [{}, {}], "what was filed is kept once, in the case"
    number = first.number
    w.answer(number, world.officer, {"outcome": "accepted"})
    assert w.case(number).accepted_at and not parts(filing)[1].case.accepted_at  # type: ignore[union-attr]


def test_a_record_with_an_open_application_is_told_and_the_others_stand(world: w.World) -> None:
    free, busy = w.make_record(world), w.make_record(world)
    number = w.file(world, busy)
    failed, filed = (p for p in parts(send(world, busy, free)))
    assert (failed.case_id, failed.fault_code, failed.fault_facts) == (None, "application_open", {"number": number})
    assert filed.case_id and count(Case) == 2


def test_the_same_filing_sent_twice_files_once(world: w.World) -> None:
    records = [w.make_record(world), w.make_record(world)]
    assert send(world, *records) == send(world, *records)
    assert (count(Case), count(Filing)) == (2, 1)
    with pytest.raises(RuleViolation, match="request_key_reused"):
        send(world, *records, statement="另一份")


def test_a_filing_cut_short_goes_on_where_it_stopped(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [w.make_record(world), w.make_record(world)]

    def cut(name: str) -> None:
        if name == "filing.between_parts":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(room, "failpoint", cut)
        with pytest.raises(KeyboardInterrupt):
            send(world, *records)
    assert count(Case) == 1
    filing = send(world, *records)
    assert count(Case) == 2 and all(p.case_id for p in parts(filing))


def test_what_failed_is_filed_again_by_whoever_filed_it(world: w.World) -> None:
    record = w.make_record(world)
    w.file(world, record)
    filing = send(world, record, w.make_record(world))
    blocking = w.case("GSXF-2026-000001")
    withdraw_application(
        case_number=blocking.number, case_version=blocking.row_version, reason="", actor=world.applicant, now=w.NOON
    )
    with pytest.raises(NotPermitted):
        file_again(filing_id=filing, actor=world.clerk, now=w.NOON)
    file_again(filing_id=filing, actor=world.applicant, now=w.NOON)
    assert all(p.case_id and not p.fault_code for p in parts(filing))


def test_nothing_is_filed_while_a_form_is_wrong(world: w.World) -> None:
    good, bad = w.make_record(world), w.make_record(world)
    forms = {good: dict(w.FILING), bad: dict(w.FILING) | {"commitment": "", "performed_on": "2027-01-01"}}
    with pytest.raises(InvalidInput) as caught:
        file_several(key="k", forms=forms, actor=world.applicant, now=w.NOON)
    assert set(caught.value.fields) == {f"commitment-{bad}"}
    forms[bad]["commitment"] = "on"
    with pytest.raises(InvalidInput) as caught:
        file_several(key="k", forms=forms | {}, actor=world.applicant, now=w.NOON)
    assert set(caught.value.fields) == {f"performed_on-{bad}"}
    with pytest.raises(InvalidInput) as caught:
        send(world, good, bad, applicant_phone="12")
    assert set(caught.value.fields) == {"applicant_phone"}, "what is asked once is told once"
    assert (count(Case), count(Filing)) == (0, 0)


def test_what_a_filing_cannot_be(world: w.World) -> None:
    record = w.make_record(world)
    for forms in ({}, {n: {} for n in range(1, MAX_RECORDS + 2)}):
        with pytest.raises(InvalidInput, match="invalid_input") as caught:
            file_several(key="k", forms=forms, actor=world.applicant, now=w.NOON)
        assert set(caught.value.fields) == {"records"}
    for key in ("", "x" * 61):
        with pytest.raises(InvalidInput):
            send(world, record, key=key)
    with pytest.raises(NotFound):
        send(world, record, actor=world.stranger)
    with pytest.raises(NotFound):
        send(world, record, 999_999)
    assert count(Case) == 0


def test_nobody_reads_a_filing_of_others(world: w.World) -> None:
    filing = send(world, w.make_record(world))
    for actor in (world.applicant, world.clerk, world.officer):
        assert filing_by_id(filing, actor)[1]
    with pytest.raises(NotFound):
        filing_by_id(filing, world.stranger)


def test_who_is_authorised_for_another_kind_knows_nothing_of_it(world: w.World) -> None:
    filing = send(world, w.make_record(world))
    with transaction():
        account = Account(login="daili", name="李四", role=Role.APPLICANT, password_hash="!", created_at=w.NOON)
        db.session.add(account)
        db.session.flush()
        mandate = Mandate(
            organisation_id=world.organisation_id, account_id=account.id, holder_name="李四", capacity="agent",
            kinds=["objection"], begins_on=date(2026, 1, 1), channel="online", granted_by_name="x", granted_at=w.NOON,
        )  # fmt: skip
        db.session.add(mandate)
        agent = account.actor(on=date(2026, 11, 24))
    with pytest.raises(NotFound):
        filing_by_id(filing, agent)
    with transaction():
        db.session.execute(sa.update(Mandate).values(kinds=["repair"]))
    assert filing_by_id(filing, agent)[1]


def test_twins_and_earlier_applications_are_known_beforehand(world: w.World) -> None:
    record = w.make_record(world, document_key="same")
    twin = w.make_record(world, document_key="same", department_code="11620200MBY780889C")
    other = w.make_record(world)
    number = w.file(world, record)
    chosen = [db.session.get_one(CreditRecord, i) for i in (record, other)]
    known = before_filing(chosen, "repair")
    assert known[record].open_case and known[record].open_case.number == number
    assert [t.id for t in known[record].twins] == [twin]
    assert known[other] == type(known[other])(open_case=None, earlier=(), twins=())
    w.answer(number, world.officer, {"outcome": "refused", "ground": "other", "reasons": "x", "basis_article": "x"})
    db.session.rollback()
    again = before_filing([db.session.get_one(CreditRecord, record)], "repair")[record]
    assert again.open_case is None and [c.outcome for c in again.earlier] == ["refused"]


def test_one_filing_is_for_one_subject(world: w.World) -> None:
    mine = w.make_record(world)
    theirs = w.make_record(world, subject_code="91620402MAY018786N", determination_date=date(2026, 8, 11))
    with transaction():
        assert db.session.scalar(sa.select(Organisation.id).where(Organisation.code == "91620402MAY018786N"))
    with pytest.raises(NotFound):
        send(world, mine, theirs)
