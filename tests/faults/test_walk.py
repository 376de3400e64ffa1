"""Random walks in short: nothing is found on the product, every planted fault is; a new kind is walked without being known."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from faults.walk import Run, main, place_in, walk
from faults.walk_sequence import Place
from tests.processes.toys import plugged_in
from workflow_app.actions import _advance, complete_task, settle_write_back, withdraw_application
from workflow_app.cases import clocks
from workflow_app.cases.kinds import StepContext, all_kinds, kind_of
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters import issue
from workflow_app.processes.repair import forms, steps
from workflow_app.records import write_back, write_back_job

ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    """A place where repairs are walked; another kind is walked by a test that names it."""
    with place_in(app) as found:
        yield replace(found, kinds=("repair",))


@ON_SQLITE
@pytest.mark.parametrize("kind", ["repair", "objection"])
def test_nothing_is_found_and_every_arrow_is_gone_along(place: Place, kind: str) -> None:
    run = walk(replace(place, kinds=(kind,)), 8, seed=4, further=8)
    assert (run.stuck, run.violations, run.unvisited) == ([], [], [])
    assert run.holds(8)
    assert run.steps > 10 * run.tried


@ON_SQLITE
@pytest.mark.parametrize(("kind", "further"), [("revocation", 6), ("rectification", 12)])
def test_every_arrow_of_what_staff_open_is_gone_along(place: Place, kind: str, further: int) -> None:
    run = walk(replace(place, kinds=(kind,)), 8, seed=3, further=further)
    assert (run.stuck, run.violations, run.unvisited) == ([], [], [])


@ON_SQLITE
def test_nothing_is_found_on_interviews(place: Place) -> None:
    """Their every arrow is gone along by `./dev walk`; here are a few sequences."""
    run = walk(replace(place, kinds=("interview",)), 3, seed=5, further=0)
    assert (run.tried, run.stuck, run.violations) == (3, [], [])


@ON_SQLITE
def test_every_arrow_of_a_review_is_gone_along(place: Place) -> None:
    run = walk(replace(place, kinds=("review",)), 8, seed=3, further=6)
    assert (run.stuck, run.violations, run.unvisited) == ([], [], [])


@ON_SQLITE
def test_a_revocation_without_a_notice_is_found(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kind_of("revocation").steps, "give_notice", lambda _context: None)  # type: ignore[arg-type]
    run = walk(replace(place, kinds=("revocation",)), 20, seed=3, most=1)
    assert "its repair was revoked by" in " ".join(run.violations)


def test_nothing_is_found_on_either_database(place: Place) -> None:
    run = walk(place, 2, seed=SOON, further=0)
    assert (run.tried, run.stuck, run.violations) == (2, [], [])


@ON_SQLITE
def test_a_kind_that_brings_no_table_is_walked_with_ordinary_answers(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with plugged_in(monkeypatch):
        run = walk(replace(place, kinds=("toy",)), 3)
    assert (run.stuck, run.violations, run.flows) == ([], [], {"toy": [5, 5]})


def _drops_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = _advance._open_task
    monkeypatch.setattr(_advance, "_open_task", lambda *a, **m: None if "review" in a else opened(*a, **m))


def _orders_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(context: StepContext) -> None:
        steps.queue_write_back(context)
        once = write_back.queue

        def again(*, decision_seq: int, **more: Any) -> Any:
            return once(decision_seq=decision_seq + 1, **more)

        with monkeypatch.context() as inner:
            inner.setattr(write_back, "queue", again)
            steps.queue_write_back(context)

    monkeypatch.setitem(kind_of("repair").steps, "queue_write_back", twice)  # type: ignore[arg-type]


def _lets_one_person_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "forbid_same_person", lambda _id, _actor: None)


def _rewrites_the_timeline(monkeypatch: pytest.MonkeyPatch) -> None:
    project, others = _advance._project, itertools.count()

    def forgetful(case: Any, *a: Any, **m: Any) -> None:
        project(case, *a, **m)
        first = sa.select(sa.func.min(TimelineEntry.id)).where(TimelineEntry.case_id == case.id).scalar_subquery()
        db.session.execute(
            sa.update(TimelineEntry).where(TimelineEntry.id == first).values(actor_name=f"第{next(others)}人")
        )

    monkeypatch.setattr(_advance, "_project", forgetful)


def _lets_clocks_run_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "close", lambda *_a, **_m: None)


def _repairs_without_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_back, "all_confirmed", lambda *_a: True)


def _forgets_the_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settle_write_back, "go_on_if_confirmed", lambda *_a, **_m: None)


def _sends_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_back_job, "_carry_out", lambda credit, order, *_a: credit.send(order))


def _does_not_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_a: Any, **_m: Any) -> None:
        raise RuleViolation("already_decided")

    monkeypatch.setattr(withdraw_application, "message_case", refuse)


def _keeps_what_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def half_done(*_a: Any, **_m: Any) -> None:
        db.session.commit()
        raise RuleViolation("too_late")

    monkeypatch.setattr(complete_task.runner, "complete", half_done)


SOON = 7  # a seed whose first sequences come by most of them; any seed finds each of them in the end
FAULTS: dict[Plant, tuple[str, int]] = {
    _drops_a_task: ("the engine waits for", SOON),
    _orders_twice: ("ordered 2 times for 1 decisions", SOON),
    _lets_one_person_decide: ("was let through", SOON),
    _rewrites_the_timeline: ("was past and has changed", SOON),
    _lets_clocks_run_on: ("does not wait", SOON),
    _repairs_without_receipts: ("was repaired with receipts of", SOON),
    _forgets_the_receipts: ("nobody can go on with", SOON),
    _sends_without_asking: ("took effect 2 times", 8),
    _does_not_let_go: ("was refused", 5),
    _keeps_what_it_refuses: ("refused, yet changed", SOON),
}


@ON_SQLITE
@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__.strip("_"))
def test_a_planted_fault_is_found(place: Place, monkeypatch: pytest.MonkeyPatch, plant: Plant) -> None:
    plant(monkeypatch)
    said, seed = FAULTS[plant]
    run = walk(replace(place, kinds=("repair",)), 60, seed=seed, most=1)
    assert not run.holds(run.tried)
    assert said in " ".join(run.violations), (run.tried, run.violations, run.stuck)


@ON_SQLITE
def test_what_only_the_whole_database_shows_is_found_at_the_end(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    take = issue.take_serial
    monkeypatch.setattr(issue, "take_serial", lambda **m: take(**m) and take(**m))
    run = walk(place, 4, further=0)
    assert "was given to nothing" in " ".join(run.violations)
    assert not run.holds(4)


def test_the_command_says_what_it_tried_and_fails_without_every_arrow(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sequences", "1", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    in_all = 1 + len(all_kinds())  # and a curious one a kind
    assert (answer["tried"], answer["stuck"], answer["violations"]) == (in_all, 0, [])
    visited, drawn = answer["flows"]["repair"]
    assert 0 < visited < drawn


@pytest.mark.parametrize("wrong", [["--sequences", "0"], ["--sequences", "many"], ["--db", "oracle"], ["--walk"]])
def test_wrong_usage_is_told_apart(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(wrong)
    assert end.value.code == 2


def test_a_run_proves_nothing_with_less_than_was_asked_for() -> None:
    whole = {"repair": [46, 46]}
    assert Run(tried=5, flows=whole).holds(5)
    assert not Run(tried=4, flows=whole).holds(5)
    assert not Run(tried=5, flows={"repair": [45, 46]}).holds(5)
    assert not Run(tried=5, flows={}).holds(5)
    assert not Run(tried=5, flows=whole, stuck=["x"]).holds(5)
    assert not Run(tried=5, flows=whole, violations=["x"]).holds(5)
