"""Filing at the counter: a clerk files on paper for an enterprise, with or without an account, and nobody is turned away."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import papers
from tests import world as w
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.file_application import file_application
from workflow_app.actions.file_several import file_several
from workflow_app.cases.counter import read_counter
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.filings import Filing
from workflow_app.cases.timeline import timeline_of
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, NotPermitted, RuleViolation
from workflow_app.notices.inbox import inbox
from workflow_app.people.organisations import Organisation, organisation_by_code, register_organisation

NOTE = {"handed_by": "马强", "capacity": "agent", "identity_seen": "1", "authority_seen": "", "papers": "3"}
NEW_FIRM = "91620102MAC03XKQ4D"
PDF = papers.pdf()


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def take_in(world: w.World, *records: int, **changes: Any) -> Filing:
    forms = {record: dict(w.FILING) for record in records}
    filing = file_several(key="counter", forms=forms, counter=NOTE | changes, actor=world.clerk, now=w.NOON)
    return db.session.get_one(Filing, filing)


def test_a_clerk_files_and_the_case_says_how_it_came(world: w.World) -> None:
    case = take_in(world, w.make_record(world)).parts[0].case
    assert case is not None
    assert (case.channel, case.filed_by_id, case.organisation_id) == (
        "counter", world.clerk.account_id, world.organisation_id,
    )  # fmt: skip
    assert case.details["counter"] == {
        "handed_by": "马强", "capacity": "agent", "papers": 3, "authority_seen": False,
    }  # fmt: skip
    assert [e.key for e in timeline_of(case.id, public_only=True)][-1] == "filed_at_counter"
    assert [n.key for n in inbox(world.applicant)] == ["filed_at_counter"], "the enterprise hears of it"


def test_the_party_goes_on_online_with_what_was_filed_at_the_counter(world: w.World) -> None:
    number = take_in(world, w.make_record(world)).parts[0].case.number  # type: ignore[union-attr]
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    w.answer(number, world.officer, {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"})
    done = w.answer(
        number, world.applicant, {"responses": [{"name": "授权委托书", "response": "已补交"}], "statement": ""}
    )
    assert done.stage == "accept"


def test_an_enterprise_without_an_account_is_put_into_the_register(world: w.World) -> None:
    record = w.make_record(world, subject_code=NEW_FIRM, subject_name="榆中新企有限公司", legal_representative="王某")
    scan = add_evidence(
        record_id=record, purpose="authority", filename="委托书.pdf", content=PDF, actor=world.clerk, now=w.NOON
    ).id
    case = take_in(world, record).parts[0].case
    firm = organisation_by_code(NEW_FIRM)
    assert case and firm and case.organisation_id == firm.id and firm.legal_representative == "王某"
    assert db.session.get_one(Evidence, scan).case_id == case.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 3


def test_an_individually_owned_business_is_a_subject_like_any_other(world: w.World) -> None:
    code = "92620102MA71QWER1L"
    record = w.make_record(
        world, subject_code=code, subject_name="城关区老马牛肉面馆", subject_type="individual_business"
    )
    case = take_in(world, record, capacity="legal_representative").parts[0].case
    assert case and case.organisation.subject_type == "individual_business"


def test_the_register_is_not_written_over(world: w.World) -> None:
    with transaction():
        found = register_organisation(w.SUBJECT, name="别的名字", now=w.NOON)
        assert (found.id, found.name) == (world.organisation_id, "甘肃泓屹垚建筑工程有限公司")


def test_a_record_without_a_code_cannot_be_filed_on(world: w.World) -> None:
    with pytest.raises(RuleViolation, match="subject_without_code"):
        take_in(world, w.make_record(world, subject_code=None))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"identity_seen": ""}, {"identity_seen"}),
        ({"handed_by": " "}, {"handed_by"}),
        ({"handed_by": "马\u202e强"}, {"handed_by"}),
        ({"handed_by": "马" * 61, "capacity": "boss", "papers": "-1"}, {"handed_by", "capacity", "papers"}),
        ({"papers": "９"}, set()),
        ({"papers": "501"}, {"papers"}),
        ({"papers": ""}, set()),
    ],
)
def test_the_note_of_who_came(changes: dict[str, str], fields: set[str]) -> None:
    try:
        read_counter(NOTE | changes)
        assert not fields
    except InvalidInput as error:
        assert set(error.fields) == fields


def test_nothing_is_filed_without_the_note_and_only_a_clerk_brings_one(world: w.World) -> None:
    record = w.make_record(world)
    with pytest.raises(InvalidInput) as caught:
        file_several(key="k", forms={record: dict(w.FILING)}, actor=world.clerk, now=w.NOON)
    assert {"handed_by", "capacity", "identity_seen"} <= set(caught.value.fields)
    for actor in (world.officer, world.approver):
        with pytest.raises(NotPermitted):
            file_several(key="k", forms={record: dict(w.FILING)}, counter=NOTE, actor=actor, now=w.NOON)
    filing = file_several(key="k", forms={record: dict(w.FILING)}, counter=NOTE, actor=world.applicant, now=w.NOON)
    found = db.session.get_one(Filing, filing)
    assert found.counter is None and found.parts[0].case.channel == "online"  # type: ignore[union-attr]


def test_clerk_and_enterprise_at_the_same_record_make_one_case(world: w.World) -> None:
    record = w.make_record(world)
    first = take_in(world, record).parts[0].case
    with pytest.raises(RuleViolation, match="application_open") as caught:
        file_application(record_id=record, form=dict(w.FILING), idempotency_key=None, actor=world.applicant, now=w.NOON)
    assert first and caught.value.facts["number"] == first.number
