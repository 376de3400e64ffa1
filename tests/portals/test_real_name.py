"""Real-name sign-on: the null service is loud and lets nobody in; one that vouches makes an account and gives a seat by the
register."""

import logging
from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import Browser, token_in
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account
from workflow_app.people.real_name import NullSignOn, Proven

NEW_FIRM = "91620102MAC03XKQ4D"


class Vouching:
    """A service inside the test: vouches for one person, for a code it gave out."""

    connected = True

    def __init__(self, proven: Proven) -> None:
        self.proven = proven

    def address(self, *, state: str, back: str) -> str:
        return f"https://sso.example/?state={state}&back={back}"

    def prove(self, answer: Mapping[str, str], *, state: str) -> Proven | None:
        return self.proven if answer.get("ticket") == "T1" and answer.get("state") == state else None


@pytest.fixture
def client(app: Flask):  # type: ignore[no-untyped-def]
    w.make_world()
    app.test_client_class = Browser
    yield app.test_client()
    app.extensions["real_name"] = NullSignOn()


def enter(client, ticket: str = "T1", state: str | None = None):  # type: ignore[no-untyped-def]
    out = client.get("/login/real-name").headers["Location"]
    given = out.split("state=")[1].split("&")[0] if state is None else state
    back = client.get(f"/login/real-name/back?ticket={ticket}&state={given}").text
    data = {"ticket": ticket, "state": given, "csrf_token": token_in(back)}
    return client.post("/login/real-name/back", data=data)


def test_without_a_service_nobody_is_let_in_and_it_is_said(app: Flask, client, caplog) -> None:  # type: ignore[no-untyped-def]
    page = client.get("/login").text
    assert "省统一身份认证" not in page
    with caplog.at_level(logging.WARNING, logger="workflow_app.security"):
        for answer in (
            client.get("/login/real-name"),
            client.post("/login/real-name/back", data={"csrf_token": token_in(page), "ticket": "T1"}),
        ):
            assert answer.status_code == 404 and "还没有接入省统一身份认证" in answer.text
    assert "no service is connected" in caplog.text
    assert db.session.scalar(sa.text("SELECT count(*) FROM login_session")) == 0


def test_who_is_vouched_for_has_one_account_and_by_the_register_a_seat(app: Flask, client) -> None:  # type: ignore[no-untyped-def]
    app.extensions["real_name"] = Vouching(
        Proven(person="P-7", name="李四", subject_code=NEW_FIRM, subject_name="榆中新企有限公司")
    )
    assert "省统一身份认证" in client.get("/login").text
    assert enter(client).headers["Location"] == "/identity"
    assert "榆中新企有限公司" in client.get("/identity").text
    assert enter(app.test_client()).status_code == 302
    db.session.rollback()
    assert len(list(db.session.scalars(sa.select(Account).where(Account.name == "李四")))) == 1
    assert "P-7" not in repr(db.session.execute(sa.text("SELECT * FROM real_name_link")).all())


@pytest.mark.parametrize(("ticket", "state"), [("T2", None), ("T1", "made-up"), ("T1", "")])
def test_an_answer_that_did_not_begin_here_is_nobody(app: Flask, client, ticket: str, state: str | None) -> None:  # type: ignore[no-untyped-def]
    app.extensions["real_name"] = Vouching(Proven(person="P-7", name="李四"))
    assert enter(client, ticket, state).status_code == 422
    assert client.get("/identity").status_code == 302, "not signed in"


def test_a_disabled_account_stays_out(app: Flask, client) -> None:  # type: ignore[no-untyped-def]
    app.extensions["real_name"] = Vouching(Proven(person="P-7", name="李四"))
    assert enter(client).status_code == 302
    with transaction():
        db.session.scalars(sa.select(Account).where(Account.name == "李四")).one().disabled_at = w.NOON
    assert enter(app.test_client()).status_code == 422
