"""Open cases on a new version of their diagram: marks stay, new clocks are armed, what cannot be mapped is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.engine.case import Case
from tests.engine.drawing import arrows, diagram, end, message, service, start, subprocess, timer, user
from tests.engine.test_repair import ACCEPTED, KNOWN, SOURCE, with_countersign
from workflow_app.engine.advance import Step
from workflow_app.engine.definition import Definition
from workflow_app.engine.definitions import current, register
from workflow_app.engine.diagrams import load_definition
from workflow_app.engine.instances import WorkflowInstance, instance_of, save
from workflow_app.engine.migration import CannotMove, Difference, compare, move_instance, move_state, rehearse
from workflow_app.foundation.database import db, transaction

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
OVER = timer("over", on="u", key="x.decide", interrupting=True)
ONE = (start(), user("u"), OVER, user("late"), end(), end("e2"), arrows("over late e2"))
REMIND = (
    timer("r", on="u", key="x.remind", interrupting=False),
    service("aaa_tell"),
    end("e3"),
    arrows("r aaa_tell e3"),
)


def first() -> Definition:
    return diagram(*ONE, arrows("s u e"))


def second() -> Definition:
    """A reminder hangs on the task, a second task follows it; names sort differently, so every node has a new number."""
    return diagram(*ONE, *REMIND, user("second"), arrows("s u second e"))


def moved(case: Case, new: Definition) -> Step:
    step = move_state(case.state or b"", case.definition, new)
    case.definition = new
    return case.keep(step)


def test_armed_clocks_keep_their_rows_and_new_ones_are_armed() -> None:
    case = Case(first(), {"x.decide": 33})
    before = set(case.rows)
    step = moved(case, second())
    assert [a.key for a in step.advance.armed] == ["x.remind"]
    assert (step.advance.disarmed, step.advance.opened, step.advance.closed) == ((), (), ())
    assert before < set(case.rows)
    assert case.sweep(9) == ["x.remind"]
    assert case.sweep(33) == ["x.decide"]


def test_what_has_fired_is_not_armed_again() -> None:
    case = Case(second())
    case.row("x.decide").due = 99
    case.sweep(9)
    assert moved(case, diagram(*ONE, *REMIND, user("third"), arrows("s u third e"))).advance.armed == ()


def test_a_moved_case_takes_the_new_road() -> None:
    case = Case(first())
    moved(case, second())
    case.do("u")
    assert case.tasks == ["second"]


def test_the_first_clock_on_a_live_task() -> None:
    case = Case(diagram(start(), user("a"), user("u"), end(), arrows("s a u e")))
    case.do("a")
    new = diagram(start(), user("a"), user("u"), OVER, user("late"), end(), arrows("s a u e", "over late e"))
    assert [a.key for a in moved(case, new).advance.armed] == ["x.decide"]
    assert case.sweep(10) == ["x.decide"]
    assert case.tasks == ["late"]


def inner(*more: str) -> tuple[str, ...]:
    scope = subprocess("c", start("is"), user("a"), user("u"), end("ie"), arrows("is a u ie"), *more)
    return start(), scope, end(), arrows("s c e")


def test_inside_a_subprocess() -> None:
    case = Case(diagram(*inner()))
    case.do("a")
    asked = (message("asked", on="u", about="enquire", interrupting=False), user("enquiry"), end("ie2"))
    moved(case, diagram(*inner(*asked, arrows("asked enquiry ie2"))))
    assert case.messages == {"enquire"}
    case.receive("enquire")
    assert case.tasks == ["enquiry", "u"]


@pytest.mark.parametrize(
    "new",
    [
        (start(), user("a"), end(), arrows("s a e")),
        (start(), user("a"), service("u"), end(), arrows("s a u e")),
    ],
    ids=["the task is gone", "the task is of another kind"],
)
def test_a_token_without_a_counterpart_is_refused(new: tuple[str, ...]) -> None:
    case = Case(diagram(start(), user("a"), user("u"), end(), arrows("s a u e")))
    case.do("a")
    with pytest.raises(CannotMove) as refusal:
        move_state(case.state or b"", case.definition, diagram(*new))
    assert refusal.value.node == "u"


def test_the_difference_between_two_versions() -> None:
    found = compare(first(), second())
    assert found == Difference(added=("aaa_tell", "e3", "r", "second"), removed=(), changed=("e", "u")), (
        "u has another successor, e another predecessor"
    )


def test_random_stations_of_repair_move_and_finish(repair: Definition) -> None:
    new = load_definition(with_countersign(), "repair")
    for steps in range(4):
        case = Case(repair, data=KNOWN)
        for task, answer in [("accept", {"outcome": "correct"}), ("correct", {}), ("accept", ACCEPTED)][:steps]:
            case.do(task, **answer)
        before = (case.tasks, set(case.rows))
        moved(case, new)
        assert (case.tasks, set(case.rows)) == before
        assert case.receive("withdrawn").advance.finished


def test_rehearsal_and_move_of_stored_cases(app: Flask) -> None:
    world = w.make_world()
    number = w.file(world, w.make_record(world))
    w.answer(number, world.officer, w.ACCEPTED)
    case_id = w.case(number).id
    with transaction():
        old = current("repair", now=NOW)
        new = register("repair", with_countersign(), now=NOW)
        found = rehearse(old, new)
        assert (found.movable, found.refused) == (1, {})
        assert found.difference.added == ("countersign",)
        assert db.session.scalar(sa.select(WorkflowInstance.definition_id)) == old.id
        instance = instance_of(case_id)
        save(instance, move_instance(instance, new).state, now=NOW)
    db.session.expire_all()
    assert instance_of(case_id).definition.sha256 == load_definition(with_countersign(), "repair").sha256
    w.answer(number, world.officer, w.proposal(number))
    assert w.case(number).stage == "countersign"


def test_rehearsal_names_who_cannot_go(app: Flask) -> None:
    world = w.make_world()
    number = w.file(world, w.make_record(world))
    with transaction():
        old = current("repair", now=NOW)
        without = SOURCE.replace(b'"accept"', b'"admit"').replace(b">accept<", b">admit<")
        found = rehearse(old, register("repair", without, now=NOW))
    assert found.refused == {w.case(number).id: "accept"}
    assert "accept" in found.difference.removed
