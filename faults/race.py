"""Who is first wins, everybody else is told, and no number is lost or given twice: acts that meet at the same moment, on both
databases. Each round lets many threads do one act on one thing; exactly one of them may succeed."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.letters.samples import sample
from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.end_letter import propose_ending, settle_ending
from workflow_app.factory import create_app
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AppError
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter, LetterCounter
from workflow_app.letters.numbering import gaps
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.departments import Department
from workflow_app.settings import Settings

RIVALS = 8
FULL = {"claims": 40, "decisions": 20, "corrections": 20, "numberings": 200}
QUICK = {"claims": 2, "decisions": 1, "corrections": 1, "numberings": 40}
Act = Callable[[int], object]


class _Changed(Exception):
    """Every fifth act fails after it took its number."""


class Race:
    """One database, its world, and what went wrong on it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.tried, self.wrong = app, Counter[str](), list[str]()
        with app.app_context():
            db.create_all()
            self.world = w.make_world()
            self.officers = _officers(self.world)
            db.session.remove()

    def claims(self) -> None:
        """Many officers take one task."""
        number = self._filed()
        with self.app.app_context():
            task_id = w.task(number).id
            db.session.remove()
        done = self._meet(lambda n: claim_task(task_id=task_id, actor=self.officers[n], now=w.NOON))
        self._one("claims", done, f"{number} claimed")

    def decisions(self) -> None:
        """One approver decides many times at once, each click with a key of its own; one decision, one letter."""
        number = self._filed()
        with self.app.app_context():
            w.answer(number, self.world.officer, w.ACCEPTED)
            w.answer(number, self.world.officer, w.proposal(number))
            task = w.task(number)
            task_id, version = task.id, task.case.row_version
            db.session.remove()
        done = self._meet(
            lambda n: complete_task(
                task_id=task_id, case_version=version, answer=w.APPROVED, idempotency_key=f"{number}:{n}",
                actor=self.world.approver, now=w.NOON,
            )
        )  # fmt: skip
        with self.app.app_context():
            letters = db.session.scalars(sa.select(Letter.code).where(Letter.case_no == number)).all()
            db.session.remove()
        if letters.count("L07") != 1:
            self.wrong.append(f"{number}: letters {letters}")
        self._one("decisions", done, f"{number} decided")

    def corrections(self) -> None:
        """Many propose to void one letter, then many confirm it."""
        number = self._filed()
        with self.app.app_context():
            w.answer(number, self.world.officer, w.ACCEPTED)
            letter_id = db.session.scalars(sa.select(Letter.id).where(Letter.case_no == number)).one()
            db.session.remove()
        form = {"act": "void", "reason": "误发"}
        asked = self._meet(lambda n: propose_ending(letter_id=letter_id, form=form, actor=self.officers[n], now=w.NOON))
        self._one("corrections", asked, f"{number} proposed")
        words: dict[str, Any] = {"confirmed": True, "note": "", "actor": self.world.approver, "now": w.NOON}
        done = self._meet(lambda _n: settle_ending(letter_id=letter_id, **words))
        self._one("corrections", done, f"{number} confirmed")

    def numberings(self, issues: int) -> None:
        """So many letters of one kind are issued at once, every fifth of them rolled back: no gap and no double."""

        def act(turn: int) -> None:
            with transaction():
                issue_letter(
                    code="L02", case_id=None, case_no="GSXF-2026-900000", addressee_name="示例公司",
                    addressee_code=w.SUBJECT, department=db.session.get_one(Department, self.world.department_id),
                    context=sample("L02"), actor=self.world.officer, now=w.NOON,
                )  # fmt: skip
                if turn % 5 == 0:
                    raise _Changed

        before = self._serials()
        done = self._meet(act, issues)
        self.tried["numberings"] += issues
        after = self._serials()
        if after != list(range(1, len(before) + done + 1)):
            self.wrong.append(f"serials {after[-5:]} after {done} letters more than {len(before)}")
        with self.app.app_context():
            for counter in db.session.scalars(sa.select(LetterCounter)):
                missing = gaps(department_id=counter.department_id, kind_word=counter.kind_word, year=counter.year)
                self.wrong += [f"{counter.kind_word} {serial} given to nothing" for serial in missing]
            db.session.remove()

    def _serials(self) -> list[int]:
        with self.app.app_context():
            query = sa.select(Letter.serial).where(Letter.code == "L02").order_by(Letter.serial)
            found = list(db.session.scalars(query))
            db.session.remove()
        return found

    def _filed(self) -> str:
        with self.app.app_context():
            number = w.file(self.world, w.make_record(self.world))
            db.session.remove()
        return number

    def _one(self, what: str, done: int, words: str) -> None:
        self.tried[what] += 1
        if done != 1:
            self.wrong.append(f"{words} {done} times")

    def _meet(self, act: Act, many: int = RIVALS) -> int:
        """Let many threads act at the same moment and return how many succeeded. An error of another family is a fault."""
        gate = threading.Barrier(min(many, RIVALS))

        def run(turn: int) -> bool:
            with self.app.app_context():
                if turn < RIVALS:
                    gate.wait(30)
                try:
                    act(turn)
                except (AppError, _Changed):
                    return False
                except Exception as error:
                    self.wrong.append(f"{type(error).__name__}: {str(error)[:200]}")
                    return False
                finally:
                    db.session.remove()
                return True

        with ThreadPoolExecutor(min(many, RIVALS)) as pool:
            return sum(pool.map(run, range(many)))


def _officers(world: w.World) -> list[Actor]:
    with transaction():
        accounts = [
            Account(
                login=f"jingban-{n}", name=f"经办{n}", role=Role.OFFICER, password_hash="!", created_at=w.NOON,
                department_id=world.department_id,
            )
            for n in range(RIVALS)
        ]  # fmt: skip
        db.session.add_all(accounts)
    return [account.actor() for account in accounts]


@contextmanager
def _app(kind: str) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="casework-race-") as name:
        folder, server, database = Path(name), None, f"race_{os.getpid()}"
        url = f"sqlite:///{folder / 'race.sqlite3'}"
        if kind == "postgresql":
            address = sa.make_url(os.environ["TEST_DATABASE_URL"])
            server = sa.create_engine(address, isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {database}")
            url = address.set(database=database).render_as_string(hide_password=False)
        app = create_app(
            Settings(database_url=url, data_dir=folder, secret_key="race", environment="test", fixed_now=w.NOON)
        )
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()
            if server is not None:
                with server.connect() as connection:
                    connection.exec_driver_sql(f"DROP DATABASE {database} WITH (FORCE)")
                server.dispose()


def main(arguments: list[str]) -> int:
    """Race on SQLite, and on PostgreSQL where TEST_DATABASE_URL names a server; exit 0 when every winner is right."""
    parser = argparse.ArgumentParser(prog="race", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document on the last line")
    parser.add_argument("--quick", action="store_true", help="the short form")
    options = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    plan = QUICK if options.quick else FULL
    kinds = ["sqlite", *(["postgresql"] if os.environ.get("TEST_DATABASE_URL") else [])]
    tried, wrong = Counter[str](), list[str]()
    for kind in kinds:
        with _app(kind) as app:
            race = Race(app)
            for what in ("claims", "decisions", "corrections"):
                for _ in range(plan[what]):
                    getattr(race, what)()
            race.numberings(plan["numberings"])
        tried += race.tried
        wrong += [f"{kind}: {fault}" for fault in race.wrong]
        sys.stderr.write(f"{kind}: {dict(race.tried)}, {len(race.wrong)} wrong\n")
    for fault in wrong:
        sys.stderr.write(f"wrong: {fault}\n")
    document = {"tried": tried.total(), "winners_wrong": len(wrong), **tried, "databases": kinds}
    sys.stdout.write(json.dumps(document) + "\n" if options.json else f"{document}\n")
    asked = len(kinds) * (sum(plan.values()) + plan["corrections"])  # a correction is two races
    return 0 if not wrong and tried.total() >= asked else 1
