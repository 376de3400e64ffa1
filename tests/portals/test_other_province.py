"""A record of another province is not filed here: the page leads to the national entry, and the act refuses (rulebook §4.5);
a refusal for want of competence names the body that has it and, where it is too early too, the earliest day (§9.2 L03)."""

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import client_of, open_doors, token_in
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import FormContext
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.letter import Letter
from workflow_app.people.departments import Department
from workflow_app.processes.repair.replies import prefill_acceptance
from workflow_app.records.credit_record import CreditRecord

ELSEWHERE = {"department_code": "11510000MB1D87623K", "department_name": "四川省应急管理厅", "department_id": None}


def test_the_page_leads_to_the_national_entry_and_nothing_is_filed(app: Flask) -> None:
    world = w.make_world()
    record_id = w.make_record(world, **ELSEWHERE)
    open_doors()
    client = client_of(app, "qiye")
    page = client.get(f"/my/records/{record_id}/apply").text
    assert "creditchina.gov.cn" in page
    assert "四川省应急管理厅" in page
    assert 'name="signer_name"' not in page
    answer = client.post(
        f"/my/records/{record_id}/apply", data={"csrf_token": token_in(client.get("/my/messages").text), **w.FILING}
    )
    assert (answer.status_code, "信用中国" in answer.text) == (422, True)
    with pytest.raises(RuleViolation, match="other_province"):
        w.file(world, record_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_market_regulation_of_another_province_has_its_own_entry(app: Flask) -> None:
    world = w.make_world()
    record_id = w.make_record(world, **ELSEWHERE | {"sector": "市场监管"})
    assert w.file(world, record_id)


def test_a_refusal_proposes_and_names_the_competent_body_with_the_earliest_day(app: Flask) -> None:
    world = w.make_world()
    number = w.file(world, w.make_record(world))
    with transaction():
        there = db.session.scalars(sa.select(Department).where(Department.id != world.department_id)).one()
        record = db.session.get_one(CreditRecord, w.case(number).record_id)
        record.department_code, record.department_name, record.department_id = there.code, there.name, there.id
        record.determination_date = w.NOON.date().replace(day=1)
    case = w.case(number)
    context = FormContext(case=case, actor=world.officer, now=w.NOON, today=w.NOON.date())
    early = prefill_acceptance(context)
    assert early == {"outcome": "refused", "ground": "too_early"}
    with transaction():
        db.session.get_one(CreditRecord, case.record_id).determination_date = w.NOON.date().replace(month=7)
    context = FormContext(case=w.case(number), actor=world.officer, now=w.NOON, today=w.NOON.date())
    proposed = prefill_acceptance(context)
    assert (proposed["ground"], proposed["competent_body"]) == ("wrong_authority", "嘉峪关市应急管理局")
    with transaction():
        db.session.get_one(CreditRecord, case.record_id).determination_date = w.NOON.date().replace(day=1)
    w.answer(number, world.officer, proposed | {"reasons": "不是本单位认定。", "basis_article": "第八条"})
    letter = db.session.scalars(sa.select(Letter).where(Letter.code == "L03")).one()
    assert (letter.context["competent_body"], letter.context["earliest_date"]) == ("嘉峪关市应急管理局", "2027-02-02")
