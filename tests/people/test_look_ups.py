"""The limit on look-ups without sign-in: exact, of one address, for all processes, and over after a while."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.conftest import _settings
from tests.world import NOON
from workflow_app.factory import create_app
from workflow_app.foundation.database import db, transaction
from workflow_app.people.lockout import SignInCounter, take_try
from workflow_app.people.look_ups import MOST, LookUp, TooManyLookUps, forgive_look_up, network_of, take_look_up

MANY = MOST[LookUp.PROGRESS]


def look(address: str = "10.0.0.1", what: LookUp = LookUp.PROGRESS, *, minutes: int = 0) -> TooManyLookUps | None:
    with transaction():
        return take_look_up(what, address, now=NOON + timedelta(minutes=minutes))


def test_the_limit_is_exact_and_says_how_long(app: Flask) -> None:
    assert [look() for _ in range(MANY)] == [None] * MANY
    refusal = look()
    assert refusal is not None
    assert refusal.seconds == 1800
    assert refusal.code == "too_many_look_ups"


def test_other_addresses_and_other_look_ups_are_not_touched(app: Flask) -> None:
    for _ in range(MANY + 1):
        look()
    assert look("10.0.0.2") is None
    assert look(what=LookUp.RECORD) is None
    with transaction():
        assert take_try("jingban", "10.0.0.1", now=NOON) is None, "nor is signing in"


def test_trying_on_prolongs_nothing(app: Flask) -> None:
    for _ in range(MANY + 1):
        look()
    later = look(minutes=20)
    assert later is not None
    assert later.seconds == 600
    assert look(minutes=31) is None


def test_what_named_a_secret_is_forgiven(app: Flask) -> None:
    for _ in range(3 * MANY):
        assert look() is None
        with transaction():
            forgive_look_up(LookUp.PROGRESS, "10.0.0.1", now=NOON)


def test_one_subscriber_of_ipv6_is_one_address(app: Flask) -> None:
    for number in range(MANY + 1):
        look(f"2001:db8:1:2::{number:x}")
    assert look("2001:db8:1:2:ffff::1") is not None
    assert look("2001:db8:1:3::1") is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("x" * 80, "x" * 45),
    ],
)
def test_whom_an_address_stands_for(address: str, network: str) -> None:
    assert network_of(address) == network


def test_another_process_counts_on(app: Flask, tmp_path: Path) -> None:
    for _ in range(MANY):
        look()
    db.session.remove()
    other = create_app(_settings(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path))
    with other.app_context():
        assert look() is not None
        db.session.remove()
        db.engine.dispose()
    assert db.session.scalar(sa.select(SignInCounter.locked_until).where(SignInCounter.key.startswith("progress:")))
