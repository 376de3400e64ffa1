"""The counter's pages: finding an enterprise, keying in, the receipt to print."""

import io
from typing import Any

import pytest
from flask import Flask

from tests import papers
from tests import world as w
from tests.portals.clients import open_doors, token_in
from tests.portals.desk import Desk
from tests.portals.records import make_records
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db

PDF = papers.pdf()


@pytest.fixture
def world(app: Flask) -> w.World:
    made = w.make_world()
    open_doors()
    return made


@pytest.fixture
def desk(app: Flask, world: w.World) -> Desk:
    return Desk.of(app, "chuangkou")


def keyed(page: str, *records: int, **changes: Any) -> dict[str, Any]:
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]
    values: dict[str, Any] = {"csrf_token": token_in(page), "idempotency_key": key, "record": list(records)}
    values |= {"applicant_name": "马珺玥", "applicant_phone": "0931-4609000", "signer_name": "马珺玥"}
    values |= {"handed_by": "马强", "capacity": "agent", "identity_seen": "1", "papers": "2"}
    for r in records:
        values |= {f"performed_on-{r}": "2026-09-02", f"commitment-{r}": "1", f"publish_commitment-{r}": "1"}
    return values | changes


def form(desk: Desk, *records: int) -> str:
    return desk.read("/desk/counter/filing?" + "&".join(f"record={r}" for r in records))


def test_an_enterprise_is_found_by_code_or_name(desk: Desk, world: w.World) -> None:
    found = make_records(world)
    by_code = desk.read(f"/desk/counter?code={w.SUBJECT.lower()}")
    assert f'id="record-{found["can"]}" name="record"' in by_code and "不能重复申请" in by_code
    assert f"/desk/counter?code={w.SUBJECT}" in desk.read("/desk/counter?code=泓屹垚")
    assert "校验位不对" in desk.read("/desk/counter?code=91620102MAX741788A")
    assert "没有这个主体的失信记录" in desk.read("/desk/counter?code=91620402MAY018786N")
    assert "没有找到" in desk.read("/desk/counter?code=%25' OR 1=1--")


def test_papers_are_keyed_in_and_a_receipt_is_printed(desk: Desk, world: w.World) -> None:
    first, second = w.make_record(world), w.make_record(world)
    page = form(desk, first, second)
    sent = {"record": [first, second], "for": "all", "purpose": "performance_proof", "csrf_token": token_in(page)}
    desk.client.post("/desk/counter/filing/files", data=sent | {"file": (io.BytesIO(PDF), "缴款书.pdf")})
    answer = desk.client.post("/desk/counter/filing", data=keyed(form(desk, first, second), first, second))
    assert answer.status_code == 302
    receipt = desk.read(answer.headers["Location"])
    for words in ("收件回执", "GSXF-2026-000001", "GSXF-2026-000002", "马强", "缴款书.pdf", "2 份", "2026年12月8日"):
        assert words in receipt, words
    assert "缺：证明交件人可以代为办理的文书" in receipt and "不表示已经受理" in receipt


def test_a_mistake_keeps_what_was_keyed_in(desk: Desk, world: w.World) -> None:
    record = w.make_record(world)
    data = keyed(form(desk, record), record, identity_seen="", **{f"statement-{record}": "现场已整改"})
    answer = desk.client.post("/desk/counter/filing", data=data)
    assert answer.status_code == 422 and 'href="#identity_seen"' in answer.text
    assert (
        "马强" in answer.text
        and "现场已整改" in answer.text
        and 'id="capacity-agent" value="agent" checked' in answer.text
    )
    db.session.rollback()
    assert db.session.query(Case).count() == 0


def test_what_was_not_taken_in_is_said_on_screen(desk: Desk, world: w.World) -> None:
    free, busy = w.make_record(world), w.make_record(world)
    page = form(desk, free, busy)
    number = w.file(world, busy)
    answer = desk.client.post("/desk/counter/filing", data=keyed(page, free, busy))
    receipt = desk.read(answer.headers["Location"])
    assert "1 条没有收成" in receipt and f"已有在办的申请 {number}" in receipt


def test_nothing_chosen_leads_back_to_the_counter(desk: Desk, world: w.World) -> None:
    assert desk.client.get("/desk/counter/filing").headers["Location"].endswith("/desk/counter")
    data = {"csrf_token": token_in(desk.read("/desk/counter")), "idempotency_key": "k"}
    assert desk.client.post("/desk/counter/filing", data=data).status_code == 422


def test_the_clerk_sees_what_the_officer_will_see(app: Flask, desk: Desk, world: w.World) -> None:
    record = w.make_record(world)
    answer = desk.client.post("/desk/counter/filing", data=keyed(form(desk, record), record))
    assert answer.status_code == 302
    page = Desk.of(app, "jingban").read("/desk/cases/GSXF-2026-000001")
    assert "窗口代录" in page and "马强" in page and "受委托的经办人" in page
