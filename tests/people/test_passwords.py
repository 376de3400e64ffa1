"""Passwords: long rather than odd, never one that a guesser tries first, the same work for whoever does not exist."""

import statistics
import time

import pytest
from flask import Flask

from workflow_app.foundation.database import transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.people.accounts import Role
from workflow_app.people.password_links import NO_PASSWORD
from workflow_app.people.passwords import check_password, check_policy, hash_password


@pytest.mark.parametrize(
    ("password", "role"),
    [
        ("一句够长的话就可以了不用特殊符号", Role.OFFICER),
        ("correct horse battery staple", Role.SECURITY_ADMIN),
        ("kr8 wv2m", Role.APPLICANT),
        ("长" * 60 + "短句子也行" + "x" * 63, Role.APPLICANT),
    ],
)
def test_a_good_password(password: str, role: Role) -> None:
    check_policy(password, role=role, context=("wangliping", "王丽萍"))


@pytest.mark.parametrize(
    ("password", "role"),
    [
        ("kr8wv2m", Role.APPLICANT),
        ("fourteen chars", Role.OFFICER),
        ("x" * 129, Role.APPLICANT),
        ("password123", Role.APPLICANT),
        ("PassWord123", Role.APPLICANT),
        ("1qaz2wsx", Role.APPLICANT),
        ("123456789012345", Role.OFFICER),
        ("abcdefghijklmnop", Role.OFFICER),
        ("aaaaaaaaaaaaaaab", Role.OFFICER),
        ("wangliping111111", Role.OFFICER),
        ("gansugansugansugansu", Role.OFFICER),
        ("王丽萍王丽萍王丽萍王丽萍王丽萍", Role.OFFICER),
    ],
)
def test_a_password_that_is_refused(password: str, role: Role) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_policy(password, role=role, context=("wangliping", "王丽萍"))
    assert "password" in refusal.value.fields


def test_the_hash_is_argon2id_and_salted() -> None:
    one, two = hash_password("一句够长的话就可以了"), hash_password("一句够长的话就可以了")
    assert one.startswith("$argon2id$")
    assert one != two
    assert check_password(one, "一句够长的话就可以了")


def test_letters_that_look_alike_are_one() -> None:
    assert check_password(hash_password("cafe\u0301 au lait"), "caf\u00e9 au lait")


@pytest.mark.parametrize("stored", [None, NO_PASSWORD, "", "$argon2id$broken"])
def test_who_has_no_password_is_never_let_in(stored: str | None) -> None:
    assert not check_password(stored, "nobody has this password")
    assert not check_password(stored, "!")


def test_an_endless_password_costs_no_more() -> None:
    stored = hash_password("一句够长的话就可以了")
    started = time.perf_counter()
    assert not check_password(stored, "x" * 1_000_000)
    assert time.perf_counter() - started < 1


def test_an_unknown_login_takes_as_long() -> None:
    stored = hash_password("一句够长的话就可以了")

    def took(known: str | None) -> float:
        started = time.perf_counter()
        check_password(known, "wrong password")
        return time.perf_counter() - started

    pairs = [(took(stored), took(None)) for _ in range(30)]
    wrong, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.8 < unknown / wrong < 1.25


def test_the_work_is_never_done_while_others_wait_to_write(app: Flask) -> None:
    for work in (lambda: hash_password("一句够长的话就可以了"), lambda: check_password(None, "x")):
        with pytest.raises(RuntimeError, match="inside a transaction"), transaction():
            work()
