"""Signing in and out: server-side sessions, lock-out, one wording for every failure, nobody led elsewhere."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import world as w
from tests.portals.clients import PASSWORD, Browser, client_of, open_doors, token_in
from workflow_app.foundation.clock import FixedClock
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account
from workflow_app.people.sessions import LoginSession

OPEN_PAGE = "/desk/messages"


@pytest.fixture
def world(app: Flask) -> w.World:
    app.test_client_class = Browser
    world = w.make_world()
    open_doors()
    return world


def attempt(client: FlaskClient, login: str, password: str, **more: Any) -> Any:
    token = token_in(client.get("/login").text)
    return client.post("/login", data={"login": login, "password": password, "csrf_token": token} | more)


def is_in(client: FlaskClient) -> bool:
    return client.get(OPEN_PAGE).status_code == 200


@pytest.mark.parametrize(
    ("login", "home"), [("qiye", "/my/records"), ("jingban", "/desk"), ("shenpi", "/desk"), ("chuangkou", "/desk")]
)
def test_each_role_starts_on_its_own_page(app: Flask, world: w.World, login: str, home: str) -> None:
    client = app.test_client()
    answer = attempt(client, login, PASSWORD)
    assert (answer.status_code, answer.location) == (302, home)
    assert client.get(home).status_code == 200


def test_logout_ends_the_session_on_the_server(app: Flask, world: w.World) -> None:
    client = client_of(app, "jingban")
    stolen = client.get_cookie("casework")
    assert stolen is not None
    client.post("/logout", data={"csrf_token": token_in(client.get("/password").text)})
    assert not is_in(client)
    thief = app.test_client()
    thief.set_cookie("casework", stolen.value)
    assert not is_in(thief)


def test_the_session_changes_at_sign_in_and_carries_nothing_over(app: Flask, world: w.World) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["planted"] = "x"
    attempt(client, "jingban", PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session
    first = db.session.scalars(sa.select(LoginSession.digest)).one()
    form = {"login": "shenpi", "password": PASSWORD, "csrf_token": token_in(client.get("/password").text)}
    assert client.post("/login", data=form).status_code == 302
    db.session.rollback()
    ended = dict(db.session.execute(sa.select(LoginSession.digest, LoginSession.ended_at)).all())
    assert len(ended) == 2
    assert ended[first] is not None, "whoever was signed in here before is signed out"


def test_rest_and_age_end_a_session(app: Flask, world: w.World, clock: FixedClock) -> None:
    client = client_of(app, "jingban")
    for _ in range(24):
        clock.move_to(clock.now() + timedelta(minutes=29))
        assert is_in(client)
    clock.move_to(clock.now() + timedelta(minutes=25))
    assert not is_in(client), "twelve hours are over"
    other = client_of(app, "jingban")
    clock.move_to(clock.now() + timedelta(minutes=31))
    assert not is_in(other)


def test_a_fourth_browser_ends_the_first(app: Flask, world: w.World) -> None:
    clients = [client_of(app, "jingban") for _ in range(4)]
    assert [is_in(c) for c in clients] == [False, True, True, True]


def test_disabling_ends_at_the_next_request(app: Flask, world: w.World) -> None:
    client = client_of(app, "jingban")
    with transaction():
        db.session.execute(sa.update(Account).where(Account.login == "jingban").values(disabled_at=w.NOON))
    assert not is_in(client)
    assert attempt(app.test_client(), "jingban", PASSWORD).status_code == 422


def test_a_role_taken_away_counts_at_the_next_request(app: Flask, world: w.World) -> None:
    client = client_of(app, "jingban")
    assert client.get("/desk").status_code == 200
    with transaction():
        db.session.execute(sa.update(Account).where(Account.login == "jingban").values(role="system_admin"))
    assert client.get("/desk").status_code == 403


def test_a_new_password_ends_the_other_sessions(app: Flask, world: w.World) -> None:
    here, there = client_of(app, "jingban"), client_of(app, "jingban")
    form = {
        "csrf_token": token_in(here.get("/password").text),
        "old": PASSWORD,
        "password": "我的新密码是一整句很长的话呀",
    }
    assert here.post("/password", data=form).status_code == 422, "fourteen characters are too few for staff"
    form["password"] += "，真长"
    assert here.post("/password", data=form).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert attempt(app.test_client(), "jingban", form["password"]).status_code == 302


def test_the_old_password_is_asked_for(app: Flask, world: w.World) -> None:
    client = client_of(app, "jingban")
    form = {"csrf_token": token_in(client.get("/password").text), "old": "no", "password": "x" * 30}
    answer = client.post("/password", data=form)
    assert answer.status_code == 422
    assert "原密码不对" in answer.text


def test_guesses_at_the_old_password_are_counted(app: Flask, world: w.World, clock: FixedClock) -> None:
    client = client_of(app, "jingban")
    token, new = token_in(client.get("/password").text), "我的新密码是一整句很长的话呀，真长"
    form = {"csrf_token": token, "password": new}
    guesses = [client.post("/password", data=form | {"old": f"guess {n}"}) for n in range(7)]
    assert [g.status_code for g in guesses] == [422] * 6 + [429]
    assert int(guesses[-1].headers["Retry-After"]) == 2
    assert "多次输错密码" in guesses[-1].text
    clock.move_to(clock.now() + timedelta(seconds=30))
    assert client.post("/password", data=form | {"old": PASSWORD, "password": "short"}).status_code == 422
    assert client.post("/password", data=form | {"old": PASSWORD}).status_code == 302, "a right one ends the counting"


def test_sessions_elsewhere_can_be_ended(app: Flask, world: w.World) -> None:
    here, there = client_of(app, "jingban"), client_of(app, "jingban")
    page = here.get("/password").text
    assert page.count("登录，地址") == 2
    here.post("/password/sessions", data={"csrf_token": token_in(page)})
    assert (is_in(here), is_in(there)) == (True, False)


def test_every_failure_reads_the_same(app: Flask, world: w.World) -> None:
    with transaction():
        db.session.execute(sa.update(Account).where(Account.login == "shenpi").values(disabled_at=w.NOON))
    tries = [("jingban", "wrong"), ("nobody", "wrong"), ("shenpi", PASSWORD), ("", ""), ("jingban", "长" * 129)]
    answers = [attempt(app.test_client(), login, word) for login, word in tries]
    assert {a.status_code for a in answers} == {422}
    assert all("用户名或密码不对" in a.text for a in answers)


def test_ten_wrong_passwords_lock_and_an_unknown_login_alike(app: Flask, world: w.World, clock: FixedClock) -> None:
    for login in ("jingban", "nobody"):
        client = app.test_client()
        for _ in range(10):
            clock.move_to(clock.now() + timedelta(seconds=40))
            assert attempt(client, login, "wrong").status_code == 422
        refused = attempt(client, login, PASSWORD)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) == 1800
        assert "约 30 分钟后再试" in refused.text
    clock.move_to(clock.now() + timedelta(minutes=31))
    assert attempt(app.test_client(), "jingban", PASSWORD).status_code == 302


def test_after_six_wrong_ones_a_wait_begins(app: Flask, world: w.World, clock: FixedClock) -> None:
    client = app.test_client()
    for _ in range(6):
        assert attempt(client, "jingban", "wrong").status_code == 422
    assert attempt(client, "jingban", PASSWORD).status_code == 429
    clock.move_to(clock.now() + timedelta(seconds=30))
    assert attempt(client, "jingban", PASSWORD).status_code == 302


def test_a_stranger_elsewhere_locks_nobody_out(app: Flask, world: w.World, clock: FixedClock) -> None:
    stranger = app.test_client()
    for _ in range(15):
        clock.move_to(clock.now() + timedelta(seconds=20))
        token = token_in(stranger.get("/login").text)
        form = {"login": "jingban", "password": "wrong", "csrf_token": token}
        stranger.post("/login", data=form, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert attempt(app.test_client(), "jingban", PASSWORD).status_code == 302


def test_one_password_over_many_logins_is_stopped_by_address(app: Flask, world: w.World) -> None:
    client = app.test_client()
    codes = [attempt(client, f"user{n}", "Winter-2026-word").status_code for n in range(62)]
    assert codes[:60] == [422] * 60
    assert codes[60:] == [429, 429]
    assert attempt(client, "jingban", PASSWORD).status_code == 429


def test_forwarded_addresses_are_not_believed(app: Flask, world: w.World, clock: FixedClock) -> None:
    client = app.test_client()
    for n in range(11):
        clock.move_to(clock.now() + timedelta(seconds=20))
        token = token_in(client.get("/login").text)
        form = {"login": "jingban", "password": "wrong", "csrf_token": token}
        answer = client.post("/login", data=form, headers={"X-Forwarded-For": f"198.51.100.{n}"})
    assert answer.status_code == 429


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
        "//[", "http://[", "//a\u2100b/",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(app: Flask, world: w.World, target: str) -> None:
    answer = attempt(app.test_client(), "jingban", PASSWORD, next=target)
    assert answer.location == "/desk"
    refused = attempt(app.test_client(), "jingban", "wrong", next=target)
    assert refused.status_code == 422
    assert "evil" not in refused.text


def test_one_comes_back_to_where_one_wanted_to_go(app: Flask, world: w.World) -> None:
    client = app.test_client()
    away = client.get("/desk?tab=department")
    assert away.status_code == 302
    assert attempt(client, "jingban", PASSWORD, next="/desk?tab=department").location == "/desk?tab=department"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask, world: w.World) -> None:
    cookie = attempt(app.test_client(), "jingban", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


@pytest.mark.parametrize("value", ["x", "a" * 8000, ".eJw.x.y", "%00"])
def test_a_cookie_made_up_is_nobody(app: Flask, world: w.World, value: str) -> None:
    client = app.test_client()
    client.set_cookie("casework", value)
    assert not is_in(client)
