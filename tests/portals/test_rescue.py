"""A lost password at the counter: found, checked, printed; and set by its owner on the public page."""

import re

import pytest
from flask import Flask

from tests import world as w
from tests.portals.clients import Browser, open_doors, token_in
from tests.portals.desk import Desk

GOOD = "山高月小 水落石出"


@pytest.fixture
def desk(app: Flask) -> Desk:
    w.make_world()
    open_doors()
    return Desk.of(app, "chuangkou")


def test_an_applicant_is_found_by_what_they_can_tell(desk: Desk) -> None:
    for search in ("qiye", "QIYE", "13900000001", "马珺玥", w.SUBJECT):
        page = desk.read(f"/desk/accounts?search={search}")
        assert ">qiye<" in page and ">139****0001<" in page and ">13900000001<" not in page, search


def test_nobody_is_listed_without_being_named_and_no_staff(desk: Desk) -> None:
    for search in ("", "q", "qiy", "jingban", "王丽萍", "%25", "' OR 1=1--"):
        assert "打印重置码<" not in desk.read(f"/desk/accounts?search={search}"), search


def test_from_the_slip_to_the_sign_in(app: Flask, desk: Desk) -> None:
    page = "/desk/accounts?search=qiye"
    unseen = desk.send("/desk/accounts/1/code", {"search": "qiye"}, page=page)
    assert unseen.status_code == 422 and "核对来人的身份证件" in unseen.text and ">qiye<" in unseen.text
    slip = desk.send("/desk/accounts/1/code", {"search": "qiye", "identity_seen": "1"}, page=page).text
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", slip)
    assert code and "2026年11月25日 12:00</time>以前" in slip
    app.test_client_class = Browser
    owner = app.test_client()
    form = {"csrf_token": token_in(owner.get("/password/code").text), "login": "qiye", "code": code[0].lower()}
    short = owner.post("/password/code", data=form | {"password": "x"})
    assert short.status_code == 422 and 'href="#password"' in short.text
    wrong = owner.post("/password/code", data=form | {"code": "AAAA-AAAA-AAAA", "password": GOOD})
    assert wrong.status_code == 422 and "用户名或者重置码不对" in wrong.text and GOOD not in wrong.text
    assert owner.post("/password/code", data=form | {"password": GOOD}).headers["Location"] == "/login"
    token = token_in(owner.get("/login").text)
    entered = owner.post("/login", data={"csrf_token": token, "login": "qiye", "password": GOOD})
    assert entered.headers["Location"] == "/my/records"
    assert "打印过一次性重置码" in owner.get("/my/messages").text
