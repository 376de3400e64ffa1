"""Agents in the browser's eyes: authorised, limited, expired; a clear page instead of a guess, and nothing seen."""

import io
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient

from tests import papers
from tests import world as w
from tests.authz.cells import FILE
from tests.portals.clients import client_of, open_doors, token_in
from tests.portals.desk import Desk
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Role

NEXT_YEAR = datetime(2027, 1, 1, 4, 0, tzinfo=UTC)
TERMS = {"holder_name": "李四", "scope": "all", "ends_on": "2026-12-31"}


@pytest.fixture
def world(app: Flask) -> w.World:
    made = w.make_world()
    with transaction():
        db.session.add(Account(login="daili", name="李四", role=Role.APPLICANT, password_hash="!", created_at=w.NOON))
    open_doors()
    return made


@pytest.fixture
def principal(app: Flask, world: w.World) -> FlaskClient:
    return client_of(app, "qiye")


@pytest.fixture
def agent(app: Flask, world: w.World) -> FlaskClient:
    return client_of(app, "daili")


def code_for(principal: FlaskClient, **terms: Any) -> str:
    page = principal.get("/my/agents").text
    answer = principal.post("/my/agents", data=TERMS | {"csrf_token": token_in(page)} | terms)
    assert answer.status_code == 200, answer.text
    return answer.text.split('class="case-number text-center num">')[1].split("<")[0]


def take(agent: FlaskClient, code: str) -> Any:
    return agent.post(
        "/identity/mandate", data={"mandate_code": code, "csrf_token": token_in(agent.get("/identity").text)}
    )


def test_who_has_no_authority_lands_where_it_is_explained(agent: FlaskClient, world: w.World) -> None:
    page = agent.get("/identity").text
    assert "还不能替单位办事" in page and "/my/records" not in page
    refused = agent.get("/my/records")
    assert refused.status_code == 403 and "现在不能办" in refused.text and "还没有得到授权" in refused.text


def test_an_agent_is_authorised_takes_it_up_and_files(
    app: Flask, principal: FlaskClient, agent: FlaskClient, world: w.World
) -> None:
    record = w.make_record(world)
    assert take(agent, "ABCD-EFGH-JKLM").status_code == 422
    assert take(agent, code_for(principal)).status_code == 302
    assert "现在可以替" in agent.get("/identity").text and w.SUBJECT in agent.get("/my/records").text
    page = agent.get(f"/my/records/{record}/apply").text
    key = page.split('name="idempotency_key" value="')[1].split('"')[0]
    answer = agent.post(
        f"/my/records/{record}/apply", data=w.FILING | {"idempotency_key": key, "csrf_token": token_in(page)}
    )
    assert answer.status_code == 302
    assert "李四" in principal.get("/my/agents").text
    assert agent.get("/my/agents").status_code == 403, "an agent passes nothing on"


def test_outside_of_the_authority_a_clear_page(principal: FlaskClient, agent: FlaskClient, world: w.World) -> None:
    mine, other = w.make_record(world), w.make_record(world)
    number = w.file(world, other)
    theirs = w.make_record(world, subject_code="91620402MAY018786N")
    take(agent, code_for(principal, scope="records", records=[mine]))
    assert agent.get(f"/my/records/{mine}").status_code == 200
    for path in (
        f"/my/records/{other}",
        f"/my/records/{other}/apply",
        f"/my/cases/{number}",
        f"/my/cases/{number}/withdraw",
    ):
        answer = agent.get(path)
        assert answer.status_code == 403 and "您的授权不包括这条记录" in answer.text, path
    assert agent.get(f"/my/records/{theirs}").status_code == 404
    assert number not in agent.get("/my/cases").text and f"/my/records/{other}" not in agent.get("/my/records").text


def test_expired_every_address_of_the_wing_answers_with_one_page(
    app: Flask, principal: FlaskClient, agent: FlaskClient, world: w.World
) -> None:
    number = w.file(world, w.make_record(world))
    take(agent, code_for(principal))
    app.extensions["clock"] = FixedClock(NEXT_YEAR)
    agent = client_of(app, "daili")
    names = defaultdict(lambda: 1, {"filed": number, "closed": "GSXF-2026-999999", "asked": number})
    rules = [r for r in yaml.safe_load(FILE.read_text("utf-8"))["rules"] if str(r[1]).startswith("/my/")]
    assert len(rules) > 25
    token = token_in(agent.get("/identity").text)
    pages = set()
    for method, address, *_letters in rules:
        data = {"csrf_token": token} if method == "POST" else None
        answer = agent.open(address.format_map(names), method=method, data=data)
        assert answer.status_code == 403, address
        pages.add(answer.text.split("<main")[1])
    (page,) = pages
    assert "授权已到期，有效期到2026年12月31日" in page and "已经提交的申请照常办理" in page
    assert "已到期" in agent.get("/identity").text
    assert agent.get("/login").headers["Location"] == "/identity"


def test_taken_back_it_ends_at_once(principal: FlaskClient, agent: FlaskClient, world: w.World) -> None:
    take(agent, code_for(principal))
    page = principal.get("/my/agents").text
    address = page.split('action="/my/agents/')[1].split('"')[0]
    token = {"csrf_token": token_in(page)}
    assert principal.post(f"/my/agents/{address}", data=token).status_code == 422, "a reason is needed"
    assert principal.post(f"/my/agents/{address}", data=token | {"reason": "离职"}).status_code == 302
    refused = agent.get("/my/records")
    assert refused.status_code == 403 and "已被收回。理由：离职" in refused.text
    problem = agent.get("/my/records", headers={"Accept": "application/json"})
    assert problem.status_code == 403 and problem.get_json()["code"] == "authority_revoked"


def test_wrong_terms_keep_what_was_typed(principal: FlaskClient, world: w.World) -> None:
    page = principal.get("/my/agents").text
    data = {"holder_name": "李四", "scope": "records", "ends_on": "2020-01-01", "csrf_token": token_in(page)}
    answer = principal.post("/my/agents", data=data)
    assert answer.status_code == 422 and 'href="#ends_on"' in answer.text and 'href="#records"' in answer.text
    assert 'value="李四"' in answer.text
    for chosen in ("99999999999", "-1", "x"):
        assert principal.post("/my/agents", data=data | {"organisation": chosen}).status_code == 404
    assert principal.post("/my/agents", data=data | {"organisation": "2"}).status_code == 404, "somebody else's"


def test_two_principals_see_their_subjects_apart(app: Flask, principal: FlaskClient, world: w.World) -> None:
    w.make_record(world)
    w.make_record(world, subject_code="91620402MAY018786N", subject_name="白银某某有限公司")
    desk = Desk.of(app, "chuangkou")
    form = {"holder_name": "马珺玥", "capacity": "successor", "basis": "合并协议", "purpose": "succession"}
    refused = desk.send("/desk/subjects/2/mandates", form, page="/desk/subjects/2")
    assert refused.status_code == 422 and "请上传授权依据的扫描件" in refused.text

    pdf = papers.pdf()
    slip = desk.send(
        "/desk/subjects/2/mandates", form | {"file": (io.BytesIO(pdf), "合并.pdf")}, page="/desk/subjects/2"
    )
    assert slip.status_code == 200 and "合并、分立后的承继单位" in slip.text
    assert "合并协议" in desk.read("/desk/subjects/2")
    take(principal, slip.text.split('class="case-number text-center num">')[1].split("<")[0])
    page = principal.get("/my/records").text
    assert "甘肃泓屹垚建筑工程有限公司" in page and "白银某某有限公司" in page and page.count("<article") == 2
    assert "白银某某有限公司" in principal.get("/my/agents").text
    assert "白银某某有限公司" in principal.get("/my/filing").text
