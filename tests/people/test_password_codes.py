"""Codes printed at the counter, invitations and resets: one use, a time, one account, and nothing told to who tries."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from workflow_app.actions.administer_account import hand_out_link
from workflow_app.actions.propose_change import propose_change
from workflow_app.actions.rescue_account import print_code
from workflow_app.actions.settle_change import settle_change
from workflow_app.actions.sign_in import set_password, set_password_by_code, sign_in
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, NotFound, NotPermitted
from workflow_app.notices.inbox import inbox
from workflow_app.people.account_register import create_account
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.lockout import TooManyTries
from workflow_app.people.passwords import check_password, hash_password

GOOD = "山高月小 水落石出"
STAFF_GOOD = "a sentence that is long enough"


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def administrators(world: w.World) -> tuple[Actor, Actor]:
    with transaction():
        found = [
            Account(login=login, name=login, role=role, password_hash="!", created_at=w.NOON)
            for login, role in (("anquan", Role.SECURITY_ADMIN), ("xitong", Role.SYSTEM_ADMIN))
        ]
        db.session.add_all(found)
        db.session.flush()
        return found[0].actor(), found[1].actor()


def code(world: w.World) -> str:
    account = world.applicant.account_id or 0
    return print_code(account_id=account, identity_seen=True, actor=world.clerk, now=w.NOON)[1]


def use(typed: str, *, login: str = "qiye", password: str = GOOD, now: object = w.NOON) -> None:
    set_password_by_code(login=login, code=typed, password=password, address="1", now=now)  # type: ignore[arg-type]


def test_a_code_sets_a_password_once(world: w.World) -> None:
    given = code(world)
    assert given not in repr(db.session.execute(sa.text("SELECT * FROM password_link")).all())
    use(given.lower().replace("-", " "))
    assert sign_in(login="qiye", password=GOOD, address="1", now=w.NOON)
    with pytest.raises(InvalidInput):
        use(given)
    assert [n.key for n in inbox(world.applicant)] == ["code_printed"], "its owner reads of it"


def test_whatever_is_wrong_is_said_in_one_wording(world: w.World) -> None:
    given = code(world)
    told = []
    for change in (
        {"typed": given, "login": "waibu"},
        {"typed": given, "login": "nobody-at-all"},
        {"typed": "ABCD-EFGH-JKLM"},
        {"typed": given, "now": w.NOON + timedelta(hours=24, seconds=1)},
    ):
        with pytest.raises(InvalidInput) as caught:
            use(**change)  # type: ignore[arg-type]
        told.append(caught.value.fields)
    assert all(t == told[0] for t in told)
    use(given, now=w.NOON + timedelta(hours=24))


def test_a_code_is_no_link_and_a_link_is_no_code(world: w.World) -> None:
    given = code(world)
    for token in (given, given.replace("-", ""), "code:" + given.replace("-", "")):
        with pytest.raises(NotFound):
            set_password(link=token, password=GOOD, now=w.NOON)
    with pytest.raises(InvalidInput):
        use(given, password="short")
    use(given)


def test_a_newer_code_replaces_it_and_the_old_password_holds_until_then(world: w.World) -> None:
    digest = hash_password("the old one is this")
    with transaction():
        db.session.get_one(Account, world.applicant.account_id).password_hash = digest
    first, second = code(world), code(world)
    assert sign_in(login="qiye", password="the old one is this", address="1", now=w.NOON)
    with pytest.raises(InvalidInput):
        use(first)
    use(second)
    stored = db.session.scalar(sa.select(Account.password_hash).where(Account.login == "qiye"))
    assert check_password(stored, GOOD) and not check_password(stored, "the old one is this")
    assert db.session.scalar(sa.text("SELECT count(*) FROM login_session WHERE ended_at IS NULL")) == 0


def test_codes_are_not_guessed(world: w.World) -> None:
    with pytest.raises(TooManyTries):
        for _ in range(20):
            with pytest.raises(InvalidInput):
                use("x")


def test_the_counter_helps_applicants_only_and_looks_at_them(world: w.World) -> None:
    with pytest.raises(InvalidInput) as caught:
        print_code(account_id=world.applicant.account_id or 0, identity_seen=False, actor=world.clerk, now=w.NOON)
    assert set(caught.value.fields) == {"identity_seen"}
    for account in (world.officer.account_id, world.clerk.account_id, 999):
        with pytest.raises(NotFound):
            print_code(account_id=account or 0, identity_seen=True, actor=world.clerk, now=w.NOON)
    for actor in (world.officer, world.applicant, world.supervisor):
        with pytest.raises(NotPermitted):
            print_code(account_id=world.applicant.account_id or 0, identity_seen=True, actor=actor, now=w.NOON)
    with transaction():
        db.session.get_one(Account, world.applicant.account_id).disabled_at = w.NOON
    with pytest.raises(NotFound):
        code(world)


def test_an_invitation_lasts_for_days_a_reset_for_minutes(world: w.World, administrators: tuple[Actor, Actor]) -> None:
    security, system = administrators
    with transaction():
        newcomer = create_account(
            {"login": "xinren", "name": "新人", "role": "clerk", "department_code": ""}, now=w.NOON
        )
        account = newcomer.id
    invitation = hand_out_link(account_id=account, actor=security, now=w.NOON)
    set_password(link=invitation, password=STAFF_GOOD, now=w.NOON + timedelta(hours=72))
    change = propose_change(
        kind="account.reset_password",
        object_id=str(account),
        title="x",
        after={},
        reason="忘记",
        actor=security,
        now=w.NOON,
    ).id
    settle_change(change_id=change, approved=True, note="", actor=system, now=w.NOON)
    reset = hand_out_link(account_id=account, actor=security, now=w.NOON)
    with pytest.raises(NotFound):
        set_password(link=reset, password=STAFF_GOOD, now=w.NOON + timedelta(minutes=15, seconds=1))
    set_password(link=reset, password=STAFF_GOOD, now=w.NOON + timedelta(minutes=15))
