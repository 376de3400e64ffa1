"""Two persons: nothing changes by one alone, and of two second persons one is second."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from workflow_app.actions.administer_account import disable, end_sessions, hand_out_link
from workflow_app.actions.propose_change import propose_change
from workflow_app.actions.settle_change import settle_change
from workflow_app.audit.log import AuditEvent
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotPermitted, RuleViolation
from workflow_app.people.account_register import checked_account
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.two_person import ProposedChange

FORM = {"login": "xinren", "name": "新人", "role": "officer", "department_code": w.HOUSING, "phone": "13900000009"}


@pytest.fixture
def admins(app: Flask) -> dict[str, Actor]:
    w.make_world()
    roles = {
        "anquan": Role.SECURITY_ADMIN,
        "anquan2": Role.SECURITY_ADMIN,
        "xitong": Role.SYSTEM_ADMIN,
        "shenji": Role.AUDITOR,
    }
    with transaction():
        accounts = [
            Account(login=login, name=login, role=role, password_hash="!", created_at=w.NOON)
            for login, role in roles.items()
        ]
        db.session.add_all(accounts)
        db.session.flush()
        return {a.login: a.actor() for a in accounts}


def propose(actor: Actor, **more: Any) -> ProposedChange:
    values: dict[str, Any] = {
        "kind": "account.create",
        "object_id": "xinren",
        "title": "新账号 xinren",
        "after": checked_account(FORM),
        "reason": "新入职",
    } | more
    return propose_change(**values, actor=actor, now=w.NOON)


def settle(change: ProposedChange, actor: Actor, *, approved: bool = True, note: str = "") -> ProposedChange:
    return settle_change(change_id=change.id, approved=approved, note=note, actor=actor, now=w.NOON)


def account(login: str = "xinren") -> Account | None:
    db.session.rollback()
    return db.session.scalar(sa.select(Account).where(Account.login == login))


def test_a_proposal_alone_changes_nothing(app: Flask, admins: dict[str, Actor]) -> None:
    propose(admins["anquan"])
    assert account() is None


@pytest.mark.parametrize("second", ["anquan2", "xitong"])
def test_another_administrator_makes_it_so(app: Flask, admins: dict[str, Actor], second: str) -> None:
    settle(propose(admins["anquan"]), admins[second])
    found = account()
    assert found is not None
    assert (found.role, found.password_hash) == ("officer", "!")
    acts = list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.seq)))
    assert acts == ["change.proposed", "change.approved"]


def test_the_proposer_does_not_approve(app: Flask, admins: dict[str, Actor]) -> None:
    change = propose(admins["anquan"])
    with pytest.raises(RuleViolation):
        settle(change, admins["anquan"])
    assert account() is None


def test_the_proposer_may_take_it_back(app: Flask, admins: dict[str, Actor]) -> None:
    change = propose(admins["anquan"])
    settle(change, admins["anquan"], approved=False, note="写错了")
    propose(admins["anquan"])


@pytest.mark.parametrize("who", ["shenji", "xitong"])
def test_only_the_security_administrator_proposes_accounts(app: Flask, admins: dict[str, Actor], who: str) -> None:
    with pytest.raises(NotPermitted):
        propose(admins[who])


def test_the_auditor_settles_nothing(app: Flask, admins: dict[str, Actor]) -> None:
    change = propose(admins["anquan"])
    with pytest.raises(NotPermitted):
        settle(change, admins["shenji"])


def test_a_refusal_says_why(app: Flask, admins: dict[str, Actor]) -> None:
    change = propose(admins["anquan"])
    with pytest.raises(InvalidInput):
        settle(change, admins["xitong"], approved=False)
    settle(change, admins["xitong"], approved=False, note="没有编制")
    assert account() is None


def test_one_thing_has_one_open_proposal(app: Flask, admins: dict[str, Actor]) -> None:
    propose(admins["anquan"])
    with pytest.raises(Conflict):
        propose(admins["anquan2"])


def test_it_is_settled_once(app: Flask, admins: dict[str, Actor]) -> None:
    change = propose(admins["anquan"])
    settle(change, admins["xitong"])
    with pytest.raises(Conflict):
        settle(change, admins["anquan2"])


def test_a_login_taken_meanwhile_is_a_conflict_and_leaves_the_proposal_open(
    app: Flask, admins: dict[str, Actor]
) -> None:
    change = propose(admins["anquan"])
    with transaction():
        db.session.add(Account(login="xinren", name="x", role="clerk", password_hash="!", created_at=w.NOON))
    with pytest.raises(Conflict):
        settle(change, admins["xitong"])
    assert db.session.get_one(ProposedChange, change.id).is_open


def test_locking_is_fast_and_opening_takes_two(app: Flask, admins: dict[str, Actor]) -> None:
    officer = account("jingban")
    assert officer is not None
    disable(account_id=officer.id, actor=admins["anquan"], now=w.NOON)
    with pytest.raises(Conflict):
        disable(account_id=officer.id, actor=admins["anquan"], now=w.NOON)
    change = propose(admins["anquan"], kind="account.enable", object_id=str(officer.id), title="启用", after={})
    settle(change, admins["anquan2"])
    opened = account("jingban")
    assert opened is not None
    assert opened.disabled_at is None


def test_nobody_locks_or_links_their_own_account(app: Flask, admins: dict[str, Actor]) -> None:
    own = admins["anquan"].account_id
    assert own is not None
    for act in (disable, hand_out_link):
        with pytest.raises(RuleViolation):
            act(account_id=own, actor=admins["anquan"], now=w.NOON)  # type: ignore[operator]


def test_a_link_is_for_an_account_without_a_password(app: Flask, admins: dict[str, Actor]) -> None:
    officer = account("jingban")
    assert officer is not None
    officer_id = officer.id
    with transaction():
        db.session.get_one(Account, officer_id).password_hash = "$argon2id$…"
    with pytest.raises(Conflict):
        hand_out_link(account_id=officer_id, actor=admins["anquan"], now=w.NOON)
    change = propose(admins["anquan"], kind="account.reset_password", object_id=str(officer_id), title="重置", after={})
    settle(change, admins["xitong"])
    assert hand_out_link(account_id=officer_id, actor=admins["anquan"], now=w.NOON)


@pytest.mark.parametrize("who", ["xitong", "shenji"])
def test_other_duties_do_not_administer_accounts(app: Flask, admins: dict[str, Actor], who: str) -> None:
    officer = account("jingban")
    assert officer is not None
    with pytest.raises(NotPermitted):
        end_sessions(account_id=officer.id, actor=admins[who], now=w.NOON)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("login", {"login": "Ab"}),
        ("login", {"login": "jing ban"}),
        ("login", {"login": "jingban"}),
        ("name", {"name": " \u3000"}),
        ("name", {"name": "王\u202e丽"}),
        ("role", {"role": "service"}),
        ("role", {"role": "god"}),
        ("department_code", {"department_code": "11620000MBY832837X"}),
        ("phone", {"phone": "12345"}),
        ("organisation_code", {"role": "applicant", "organisation_code": "91620102MAX741788Y"}),
    ],
)
def test_what_a_new_account_must_say(app: Flask, admins: dict[str, Actor], field: str, values: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_account(FORM | values)
    assert list(refusal.value.fields) == [field]
