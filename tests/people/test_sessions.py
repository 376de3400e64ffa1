"""Sessions: only a digest is kept, three at a time even when they begin at one moment, ended at once."""

import threading
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from tests.world import NOON, make_world
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account
from workflow_app.people.sessions import (
    LoginSession,
    account_of,
    begin_session,
    end_session,
    end_sessions_of,
    forget_sessions,
    running_sessions,
)


def begin(account_id: int, **more: object) -> str:
    with transaction():
        return begin_session(db.session.get_one(Account, account_id), address="10.0.0.1", now=NOON)


def somebody() -> int:
    account_id = make_world().officer.account_id
    assert account_id is not None
    return account_id


def test_the_token_itself_is_nowhere(app: Flask) -> None:
    token = begin(somebody())
    assert len(token) >= 43
    assert db.session.scalars(sa.select(LoginSession.digest)).one() != token
    assert account_of(token, now=NOON) is not None
    assert account_of(token[:-1], now=NOON) is None


def test_it_ends_alone_or_with_all(app: Flask) -> None:
    account_id = somebody()
    one, two, three = (begin(account_id) for _ in range(3))
    with transaction():
        end_session(one, now=NOON)
    assert [account_of(t, now=NOON) is None for t in (one, two, three)] == [True, False, False]
    with transaction():
        end_sessions_of(account_id, now=NOON, except_token=three)
    assert [account_of(t, now=NOON) is None for t in (two, three)] == [True, False]


def test_being_used_keeps_it_alive_but_not_beyond_twelve_hours(app: Flask) -> None:
    token, at = begin(somebody()), NOON
    for _ in range(25):
        at += timedelta(minutes=28)
        assert account_of(token, now=at) is not None
    assert account_of(token, now=NOON + timedelta(hours=12, seconds=1)) is None


def test_three_at_a_time_even_at_one_moment(app: Flask) -> None:
    account_id, barrier = somebody(), threading.Barrier(8)

    def sign_in() -> None:
        with app.app_context():
            barrier.wait()
            begin(account_id)
            db.session.remove()

    threads = [threading.Thread(target=sign_in) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert len(running_sessions(account_id, now=NOON)) == 3


def test_old_rows_go(app: Flask) -> None:
    begin(somebody())
    assert forget_sessions(NOON + timedelta(days=30)) == 0
    assert forget_sessions(NOON + timedelta(days=31)) == 1
