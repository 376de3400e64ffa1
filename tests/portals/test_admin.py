"""The administrators' pages: each duty sees its own, changes take two persons, and no page shows a case."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.foundation.workbooks import BROKEN, LOCKED
from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Role
from workflow_app.people.calendars import CalendarYear
from workflow_app.people.departments import Department
from workflow_app.people.two_person import ProposedChange

PAGES = ("accounts", "departments", "calendar", "parameters", "letters", "letters/L07", "jobs", "changes", "audit")
NOTICE = "2027-01-01 休 元旦\n2027-01-02 休 元旦\n2027-01-03 休 元旦\n2027-01-09 班 元旦调休"


@pytest.fixture
def world(app: Flask) -> w.World:
    world = w.make_world()
    with transaction():
        for login, role in (("xitong", Role.SYSTEM_ADMIN), ("anquan", Role.SECURITY_ADMIN), ("shenji", Role.AUDITOR)):
            db.session.add(Account(login=login, name=login, role=role, password_hash="!", created_at=w.NOON))
    open_doors()
    return world


def change() -> ProposedChange:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(ProposedChange).order_by(ProposedChange.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.parametrize("login", ["xitong", "anquan", "shenji"])
def test_each_duty_reads_its_pages(app: Flask, world: w.World, login: str) -> None:
    desk = Desk.of(app, login)
    for page in PAGES:
        desk.read(f"/admin/{page}")


@pytest.mark.parametrize("login", ["jingban", "shenpi", "qiye"])
def test_who_is_no_administrator_manages_no_accounts(app: Flask, world: w.World, login: str) -> None:
    desk = Desk.of(app, login)
    desk.read("/admin/accounts", status=403)
    desk.read("/admin/audit", status=403)


def test_administrators_see_no_case(app: Flask, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    desk = Desk.of(app, "xitong")
    assert desk.client.get(f"/desk/cases/{number}").status_code in (403, 404)


def test_a_new_account_takes_two_persons_and_a_link(app: Flask, world: w.World) -> None:
    form = {"login": "xinren", "name": "新人", "role": "officer", "department_code": w.HOUSING, "reason": "新入职"}
    security = Desk.of(app, "anquan")
    assert security.send("/admin/accounts", form, page="/admin/accounts").status_code == 302
    proposal = change()
    refused = security.send(f"/admin/changes/{proposal.id}", {"approved": "yes"}, page="/admin/changes")
    assert refused.status_code == 422
    system = Desk.of(app, "xitong")
    assert system.send(f"/admin/changes/{proposal.id}", {"approved": "yes"}, page="/admin/changes").status_code == 302
    db.session.rollback()
    account = db.session.scalars(sa.select(Account).where(Account.login == "xinren")).one()
    page = security.send(f"/admin/accounts/{account.id}/link", page="/admin/accounts").text
    address = page.split('value="http')[1].split('"')[0]
    path = "/password/" + address.rsplit("/", 1)[1]
    newcomer = app.test_client()
    from tests.portals.clients import token_in

    token = token_in(newcomer.get(path).text)
    long_word = "xin-ren-de-chang-mima-2026"
    assert newcomer.post(path, data={"csrf_token": token, "password": long_word}).status_code == 302
    assert newcomer.get(path).status_code == 404


def test_a_department_changes_when_another_has_approved(app: Flask, world: w.World) -> None:
    form = {
        "organ_code": "兰建",
        "phone": "0931-7654321",
        "address": "新址",
        "reconsideration_body": "兰州市人民政府",
        "court": "兰州市城关区人民法院",
        "reason": "搬迁",
    }
    system = Desk.of(app, "xitong")
    address = f"/admin/departments/{w.HOUSING}"
    assert system.send(address, form, page=address).status_code == 302
    find = sa.select(Department.phone).where(Department.code == w.HOUSING)
    assert db.session.scalar(find) == "0931-1234567"
    approve = Desk.of(app, "anquan").send(f"/admin/changes/{change().id}", {"approved": "yes"}, page="/admin/changes")
    assert approve.status_code == 302
    db.session.rollback()
    assert db.session.scalar(find) == "0931-7654321"


def test_a_year_is_read_shown_and_put_in_force_by_two(app: Flask, world: w.World) -> None:
    system = Desk.of(app, "xitong")
    form = {"year": "2027", "notice": "国办发明电〔2026〕9号", "text": NOTICE}
    shown = system.send("/admin/calendar", form, page="/admin/calendar")
    assert shown.status_code == 200
    assert "还没有生效" in shown.text
    assert system.send("/admin/calendar", form | {"act": "propose"}, page="/admin/calendar").status_code == 302
    Desk.of(app, "anquan").send(f"/admin/changes/{change().id}", {"approved": "yes"}, page="/admin/changes")
    db.session.rollback()
    assert db.session.scalars(sa.select(CalendarYear.year)).all() == [2027]


def test_a_wrong_year_is_said_and_the_text_kept(app: Flask, world: w.World) -> None:
    system = Desk.of(app, "xitong")
    answer = system.send("/admin/calendar", {"year": "2027", "text": "没有日期的话"}, page="/admin/calendar")
    assert answer.status_code == 422
    assert "没有日期的话" in answer.text


def test_the_auditor_checks_the_chain(app: Flask, world: w.World) -> None:
    w.file(world, w.make_record(world))
    assert "全部完整" in Desk.of(app, "shenji").read("/admin/audit?verify=1")


def test_unverified_figures_are_seen_to_be_unverified(app: Flask, world: w.World) -> None:
    page = Desk.of(app, "xitong").read("/admin/parameters?unverified=1")
    assert "repair.decide" in page and "disclosure.max" in page
    assert "待核原文" in page
    assert "哪些记录属于特殊领域" in page and "100,000.00" in page


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("year", {"year": "1"}),
        ("year", {"year": "99999999999999999999"}),
        ("year", {"year": "二〇二七"}),
        ("year", {"year": "0202699999999999999999999"}),
        ("year", {"year": "02026" + "9" * 5000}),
        ("notice", {"notice": " "}),
        ("notice", {"notice": "国" * 121}),
        ("notice", {"notice": "国办\u202e发"}),
    ],
)
def test_a_year_that_cannot_be_entered(app: Flask, world: w.World, field: str, values: dict[str, str]) -> None:
    form = {"year": "2027", "notice": "国办发明电〔2026〕9号", "text": NOTICE} | values
    answer = Desk.of(app, "xitong").send("/admin/calendar", form, page="/admin/calendar")
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


@pytest.mark.parametrize("content", [BROKEN["corrupt deflate"], LOCKED])
def test_a_notice_that_cannot_be_opened(app: Flask, world: w.World, content: bytes) -> None:
    form = {"year": "2027", "notice": "国办发明电〔2026〕9号", "file": (BytesIO(content), "a.xlsx")}
    answer = Desk.of(app, "xitong").send("/admin/calendar", form, page="/admin/calendar")
    assert answer.status_code == 422
    assert "打不开这个文件" in answer.text


@pytest.mark.parametrize("query", ["before=99999999999999999999", "before=-1", "before=x", "search=%25_%27--"])
def test_the_log_takes_any_question(app: Flask, world: w.World, query: str) -> None:
    Desk.of(app, "shenji").read(f"/admin/audit?{query}")


@pytest.mark.parametrize(
    "page", ["calendar?year=0", "calendar?year=99999", "departments?page=99999999999", "accounts?search=%25"]
)
def test_pages_take_any_question(app: Flask, world: w.World, page: str) -> None:
    Desk.of(app, "xitong").read(f"/admin/{page}")


def test_administrators_read_their_own_acts_only(app: Flask, world: w.World) -> None:
    w.file(world, w.make_record(world))
    page = Desk.of(app, "anquan").read("/admin/audit")
    assert "account.signed_in" in page
    assert "case.filed" not in page


def test_a_lock_is_at_once_and_shows(app: Flask, world: w.World) -> None:
    officer = Desk.of(app, "jingban")
    security = Desk.of(app, "anquan")
    account_id = world.officer.account_id
    assert security.send(f"/admin/accounts/{account_id}/disable", page="/admin/accounts").status_code == 302
    assert officer.client.get("/desk").status_code == 302
    assert "已停用" in security.read("/admin/accounts?search=jingban")
    own = db.session.scalar(sa.select(Account.id).where(Account.login == "anquan"))
    assert security.send(f"/admin/accounts/{own}/disable", page="/admin/accounts").status_code == 422


def test_a_person_moves_to_another_seat_when_two_agree(app: Flask, world: w.World) -> None:
    officer, address = Desk.of(app, "jingban"), f"/admin/accounts/{world.officer.account_id}"
    security = Desk.of(app, "anquan")
    assert "在用的登录" in security.read(address)
    wrong = security.send(
        f"{address}/seat", {"role": "approver", "department_code": "x", "reason": "升职"}, page=address
    )
    assert wrong.status_code == 422
    form = {"role": "approver", "department_code": w.HOUSING, "reason": "升职"}
    assert security.send(f"{address}/seat", form, page=address).status_code == 302
    assert officer.client.get("/desk").status_code == 200
    Desk.of(app, "xitong").send(f"/admin/changes/{change().id}", {"approved": "yes"}, page="/admin/changes")
    assert officer.client.get("/desk").status_code == 302
    db.session.rollback()
    assert db.session.scalar(sa.select(Account.role).where(Account.login == "jingban")) == "approver"


def test_a_department_ends_and_its_heir_is_known(app: Flask, world: w.World) -> None:
    system, address = Desk.of(app, "xitong"), f"/admin/departments/{w.HOUSING}"
    form = {"kind": "merged", "effective_on": "2026-12-01", "successor_code": "", "end_reason": "机构改革"}
    assert system.send(f"{address}/end", form, page=address).status_code == 422
    form["successor_code"] = "11620200MBY780889C"
    assert system.send(f"{address}/end", form | {"end_reason": ""}, page=address).status_code == 422
    assert system.send(f"{address}/end", form, page=address).status_code == 302
    Desk.of(app, "anquan").send(f"/admin/changes/{change().id}", {"approved": "yes"}, page="/admin/changes")
    page = system.read(address)
    assert "2026年12月1日" in page
    assert "提出撤并" not in page
