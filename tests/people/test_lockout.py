"""Counting tries: exact however many arrive at once, never for ever, and not prolonged by trying on."""

import threading
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from tests.world import NOON, make_world
from workflow_app.foundation.database import db, transaction
from workflow_app.people import lockout
from workflow_app.people.accounts import Account
from workflow_app.people.lockout import SignInCounter, TooManyTries, forget_counters, forgive, free_login, take_try
from workflow_app.people.sessions import begin_session

SLOWLY = timedelta(seconds=40)


def one_try(number: int = 0, login: str = "jingban", address: str = "10.0.0.1") -> TooManyTries | None:
    with transaction():
        return take_try(login, address, now=NOON + SLOWLY * number)


def tries_of(key: str) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(SignInCounter.tries).where(SignInCounter.key == key)) or 0


def test_the_eleventh_try_is_locked_for_half_an_hour(app: Flask) -> None:
    assert [one_try(n) for n in range(10)] == [None] * 10
    refusal = one_try(10)
    assert refusal is not None
    assert refusal.seconds == 1800


def test_trying_on_does_not_prolong_the_lock(app: Flask) -> None:
    for n in range(11):
        one_try(n)
    later = one_try(11)
    assert later is not None
    assert later.seconds == 1800 - 40
    assert one_try(10 + 46) is None, "half an hour after the lock began"


def test_the_window_passes(app: Flask) -> None:
    for n in range(6):
        one_try(n)
    assert one_try(30) is None
    assert tries_of("a:jingban|10.0.0.1") == 1


def test_waits_double_after_six(app: Flask) -> None:
    with transaction():
        refusals = [take_try("jingban", "10.0.0.1", now=NOON) for _ in range(9)]
    assert [r.seconds if r else 0 for r in refusals] == [0] * 6 + [2, 4, 8]


def test_a_right_password_forgives(app: Flask) -> None:
    for n in range(9):
        one_try(n)
    with transaction():
        forgive("jingban", "10.0.0.1", now=NOON + SLOWLY * 9)
    assert tries_of("a:jingban|10.0.0.1") == 0
    assert tries_of("i:10.0.0.1") == 8


def test_an_administrator_frees_a_login(app: Flask) -> None:
    for n in range(11):
        one_try(n)
    with transaction():
        free_login("jingban")
    assert one_try(12) is None


def many_wrong_logins(count: int, address: str = "10.0.0.3") -> list[bool]:
    """Try as many logins, each once, in one moment; return which tries were refused."""
    with transaction():
        return [take_try(f"ghost{n}", address, now=NOON) is not None for n in range(count)]


def has_been_at(address: str, login: str) -> None:
    """Put down that somebody signed in from an address before."""
    with transaction():
        account = db.session.scalars(sa.select(Account).where(Account.login == login)).one()
        begin_session(account, address=address, now=NOON - timedelta(days=20))


def test_one_address_has_a_number_of_tries_whatever_logins_it_tries(app: Flask) -> None:
    refused = many_wrong_logins(lockout.MAX_PER_ADDRESS + 5)
    assert refused == [False] * lockout.MAX_PER_ADDRESS + [True] * 5


def test_at_a_busy_address_a_login_that_is_new_there_has_one_try(app: Flask) -> None:
    many_wrong_logins(lockout.BUSY_ADDRESS)
    assert one_try(address="10.0.0.3") is None, "a right password would be let in"
    refusal = one_try(1, address="10.0.0.3")
    assert refusal is not None
    assert refusal.seconds == 1800


def test_who_signed_in_from_an_address_before_is_not_locked_out_there_by_others(app: Flask) -> None:
    make_world()
    has_been_at("10.0.0.3", "jingban")
    many_wrong_logins(lockout.MAX_PER_ADDRESS + 20)
    assert one_try(0, login="shenpi", address="10.0.0.3") is not None, "never seen here"
    own = [one_try(n, address="10.0.0.3") for n in range(11)]
    assert own[:10] == [None] * 10
    assert own[10] is not None, "its own tries are counted as ever"


def test_what_is_refused_puts_nobody_else_under_suspicion(app: Flask) -> None:
    with transaction():
        for _ in range(lockout.MAX_PER_ACCOUNT + 50):
            take_try("jingban", "10.0.0.9", now=NOON)
        for n in range(lockout.MAX_PER_ADDRESS + 50):
            take_try(f"ghost{n}", "10.0.0.8", now=NOON)
    assert tries_of(lockout.OVERALL) == lockout.FREE_TRIES + lockout.MAX_PER_ADDRESS
    assert tries_of("i:10.0.0.9") == lockout.FREE_TRIES


def test_under_a_spread_attack_every_address_has_few_tries(app: Flask) -> None:
    with transaction():
        take_try("a", "10.0.0.2", now=NOON)
        db.session.execute(
            sa.update(SignInCounter).where(SignInCounter.key == lockout.OVERALL).values(tries=lockout.MAX_OVERALL)
        )
    assert many_wrong_logins(11) == [False] * 10 + [True]


def test_counters_that_count_for_nothing_go(app: Flask) -> None:
    one_try(0)
    assert forget_counters(NOON + timedelta(minutes=40)) == 0
    assert forget_counters(NOON + timedelta(hours=1)) == 3
    assert tries_of(lockout.OVERALL) == 0


def test_twenty_at_once_are_twenty(app: Flask) -> None:
    barrier, passed = threading.Barrier(20), []

    def race() -> None:
        with app.app_context():
            barrier.wait()
            with transaction():
                refusal = take_try("jingban", "10.0.0.1", now=NOON)
            passed.append(refusal is None)
            db.session.remove()

    threads = [threading.Thread(target=race) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == lockout.FREE_TRIES, "nobody slips through uncounted"
    assert tries_of("i:10.0.0.1") == lockout.FREE_TRIES, "what is refused is no guess"
