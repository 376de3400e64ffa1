"""A small world for tests: one department with its people, one enterprise, and records on it."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.file_application import file_application
from workflow_app.cases.case import Case
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.departments import Department
from workflow_app.people.organisations import Organisation
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_cells import document_key

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SUBJECT = "91620102MAX741788X"
HOUSING = "11620100MBW381091D"


@dataclass
class World:
    """Who is there. Actors are values; rows are read again where needed."""

    department_id: int
    organisation_id: int
    applicant: Actor
    clerk: Actor
    officer: Actor
    officer_two: Actor
    approver: Actor
    supervisor: Actor
    stranger: Actor


def department(code: str = HOUSING, name: str = "兰州市住房和城乡建设局", **more: Any) -> Department:
    values = {
        "short_name": "兰州住建局",
        "organ_code": "兰建",
        "sector": "住建",
        "level": "city",
        "region_code": "620100",
        "region_name": "兰州市",
        "city": "兰州市",
        "phone": "0931-1234567",
        "address": "兰州市城关区1号",
        "reconsideration_body": "兰州市人民政府",
        "court": "兰州市城关区人民法院",
    } | more
    return Department(code=code, name=name, **values)


def _account(login: str, role: Role, **more: Any) -> Account:
    return Account(login=login, name=more.pop("name", login), role=role, password_hash="!", created_at=NOON, **more)


def make_world() -> World:
    """Create the department, the enterprise and their people."""
    with transaction():
        here = department()
        there = department("11620200MBY780889C", "嘉峪关市应急管理局", short_name="嘉峪关应急局", organ_code="嘉应急")
        firm = Organisation(
            code=SUBJECT, name="甘肃泓屹垚建筑工程有限公司", legal_representative="马珺玥", created_at=NOON
        )
        other = Organisation(code="91620402MAY018786N", name="白银某某有限公司", created_at=NOON)
        db.session.add_all([here, there, firm, other])
        db.session.flush()
        staff = {"department_id": here.id}
        accounts = [
            _account("qiye", Role.APPLICANT, organisation_id=firm.id, name="马珺玥", phone="13900000001"),
            _account("chuangkou", Role.CLERK, name="窗口甲"),
            _account("jingban", Role.OFFICER, name="王丽萍", **staff),
            _account("jingban2", Role.OFFICER, name="李建国", **staff),
            _account("shenpi", Role.APPROVER, name="陈建军", **staff),
            _account("duban", Role.SUPERVISOR, name="督办", **staff),
            _account("waibu", Role.APPLICANT, organisation_id=other.id),
        ]
        db.session.add_all(accounts)
        db.session.flush()
        return World(here.id, firm.id, *[a.actor() for a in accounts])


def record_values(department_id: int) -> dict[str, Any]:
    """The columns of a published record that may be repaired today: a general fine of 2026-08-10, performed."""
    return {
        "subject_name": "甘肃泓屹垚建筑工程有限公司",
        "subject_type": "legal_entity",
        "subject_code": SUBJECT,
        "legal_representative": "马珺玥",
        "document_number": f"兰建罚决字〔2026〕{1}号",
        "document_key": f"key-{1}",
        "department_id": department_id,
        "department_name": "兰州市住房和城乡建设局",
        "department_code": HOUSING,
        "source_name": "兰州市住房和城乡建设局",
        "source_code": HOUSING,
        "determination_date": date(2026, 8, 10),
        "publication_date": date(2026, 8, 14),
        "published": True,
        "publication_found_necessary": False,
        "procedure": "ordinary",
        "violation_type": "未按规定设置安全警示标志",
        "facts": "经查，当事人未按规定设置施工现场安全警示标志。",
        "legal_basis": "《建设工程安全生产管理条例》",
        "penalties": [{"kind": "fine", "amount_yuan": 38000}],
        "penalty_text": "罚款38000元",
        "credit_class": "general",
        "sector": "住建",
        "fully_performed": True,
        "performed_on": date(2026, 9, 2),
        "corrected": True,
        "source_in_force": True,
        "on_serious_list": False,
        "list_basis": False,
        "status": "PUBLISHED",
    }


def make_record(world: World, **more: Any) -> int:
    """Create a published record that may be repaired today: a general fine of 2026-08-10, performed and corrected."""
    serial = next(_serials)
    values = record_values(world.department_id) | {"document_number": f"兰建罚决字〔2026〕{serial}号"} | more
    values = values | {"document_key": more.get("document_key") or document_key(values["document_number"])}
    with transaction():
        record = CreditRecord(**values)
        db.session.add(record)
        db.session.flush()
        return record.id


_serials = itertools.count(1)
FILING = {
    "applicant_name": "马珺玥",
    "applicant_phone": "13900000001",
    "performed_on": "2026-09-02",
    "statement": "已缴清罚款并完成整改。",
    "signer_name": "马珺玥",
    "commitment": "on",
    "publish_commitment": "on",
}


def file(world: World, record_id: int, *, now: datetime = NOON, key: str | None = None) -> str:
    """File an application and return its number."""
    case = file_application(record_id=record_id, form=dict(FILING), idempotency_key=key, actor=world.applicant, now=now)
    return case.number


def case(number: str) -> Case:
    """Read a case afresh."""
    db.session.rollback()
    return db.session.scalars(sa.select(Case).where(Case.number == number)).unique().one()


def task(number: str) -> CaseTask:
    """Return the one open task of a case that the engine waits for."""
    found = case(number)
    query = sa.select(CaseTask).where(
        CaseTask.case_id == found.id, CaseTask.closed_at.is_(None), CaseTask.engine_id.is_not(None)
    )
    return db.session.scalars(query).one()


def answer(number: str, actor: Actor, values: dict[str, Any], *, now: datetime = NOON, key: str | None = None) -> Case:
    """Do the open task of a case."""
    open_task = task(number)
    return complete_task(
        task_id=open_task.id,
        case_version=open_task.case.row_version,
        answer=values,
        idempotency_key=key,
        actor=actor,
        now=now,
    )


def findings(number: str, finding: str | None = None) -> list[dict[str, str]]:
    """Return a finding for every condition as the system sees it, or the same for all."""
    from workflow_app.processes.repair.replies import application_day
    from workflow_app.records.assessment import assess_record

    found = case(number)
    eligibility = assess_record(found.record, on=application_day(found), commitment=True)
    result = []
    for c in eligibility.conditions:
        seen = str(c.state) if c.state in ("met", "unmet") else "met"
        given = finding or seen
        result.append(
            {"key": c.key, "finding": given, "remark": "已核对材料" if given != c.state or given == "unmet" else ""}
        )
    return result


def proposal(number: str, recommendation: str = "grant") -> dict[str, Any]:
    """A complete proposal."""
    return {
        "conditions": findings(number),
        "recommendation": recommendation,
        "reasons": "经审查，当事人已履行全部义务。",
        "basis_article": "《信用修复管理办法》第三条",
        "measures": "",
        "reapply_condition": "履行完毕后可以再次申请。",
    }


ACCEPTED = {"outcome": "accepted"}
APPROVED = {"verdict": "approved", "note": ""}
DAY = timedelta(days=1)
