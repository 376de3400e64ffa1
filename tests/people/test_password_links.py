"""Links by which people set their password: once, for a quarter of an hour, for one account."""

import threading
from datetime import timedelta

import pytest
from flask import Flask

from tests.world import NOON, make_world
from workflow_app.actions.sign_in import set_password, sign_in
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.people.accounts import Account
from workflow_app.people.password_links import make_link

GOOD = "a sentence that is long enough"


def link(app: Flask) -> str:
    world = make_world()
    with transaction():
        account = db.session.get_one(Account, world.officer.account_id)
        return make_link(account, made_by=None, now=NOON)


def test_it_works_once(app: Flask) -> None:
    token = link(app)
    set_password(link=token, password=GOOD, now=NOON)
    assert sign_in(login="jingban", password=GOOD, address="10.0.0.1", now=NOON)
    with pytest.raises(NotFound):
        set_password(link=token, password=GOOD, now=NOON)


def test_it_grows_old(app: Flask) -> None:
    token = link(app)
    with pytest.raises(NotFound):
        set_password(link=token, password=GOOD, now=NOON + timedelta(minutes=15, seconds=1))


def test_a_newer_one_replaces_it(app: Flask) -> None:
    first = link(app)
    with transaction():
        account = db.session.query(Account).filter_by(login="jingban").one()
        make_link(account, made_by=None, now=NOON)
    with pytest.raises(NotFound):
        set_password(link=first, password=GOOD, now=NOON)


def test_a_bad_password_does_not_spend_it(app: Flask) -> None:
    token = link(app)
    with pytest.raises(InvalidInput):
        set_password(link=token, password="short", now=NOON)
    set_password(link=token, password=GOOD, now=NOON)


def test_a_disabled_account_has_no_use_for_it(app: Flask) -> None:
    token = link(app)
    with transaction():
        db.session.query(Account).filter_by(login="jingban").one().disabled_at = NOON
    with pytest.raises(NotFound):
        set_password(link=token, password=GOOD, now=NOON)


def test_of_two_at_once_one_succeeds(app: Flask) -> None:
    token, barrier, done = link(app), threading.Barrier(4), []

    def use(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                set_password(link=token, password=f"{GOOD} {number}", now=NOON)
                done.append(number)
            except NotFound:
                pass
            db.session.remove()

    threads = [threading.Thread(target=use, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
