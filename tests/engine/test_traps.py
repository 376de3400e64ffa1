"""The known traps of the library and of legal timers on it, by number: each is refused, or does not happen.

E1-E14: bugs of SpiffWorkflow 3.2.0 as found in a study of it. T1-T10: what was met when timers became rows.
"""

from __future__ import annotations

import ast
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.engine.case import Case
from tests.engine.drawing import (
    arrows,
    catch,
    choice,
    clock,
    diagram,
    end,
    event_gateway,
    fork,
    message,
    node,
    service,
    start,
    subprocess,
    timer,
    told,
    user,
)
from tests.engine.stock import REGISTRY, StockCase, fingerprint
from workflow_app.engine import runner
from workflow_app.engine.diagrams import DiagramFault
from workflow_app.engine.instances import WorkflowInstance
from workflow_app.engine.migration import move_state
from workflow_app.engine.runner import LoadedCase
from workflow_app.engine.waits import armed_timers

ENGINE = Path(sys.modules["workflow_app.engine.runner"].__file__ or "").parent
LOOP = (start(), user("u"), choice("g", "e"), user("fix"), end(), arrows("s u g e", "g fix u", g__fix="again"))
NESTED = (
    *(start(), subprocess("c", start("is"), user("iu"), user("iv"), end("ie"), arrows("is iu iv ie")), user("u")),
    *(timer("o", on="c", key="x.decide", interrupting=False), service("tell"), end("e2"), end()),
    arrows("s c u e", "o tell e2"),
)


def refused(*body: str) -> str:
    with pytest.raises(DiagramFault) as fault:
        diagram(*body)
    return fault.value.rule


def test_the_library_is_the_one_that_was_studied() -> None:
    assert version("spiffworkflow") == "3.2.0"


def test_e01_loops_do_not_die_and_do_not_grow() -> None:
    case = Case(diagram(*LOOP), data={"again": False})
    for _ in range(600):
        case.do("u", again=True)
        case.do("fix")
    assert len(set(case.sizes[4:])) <= 2


def test_e02_event_subprocesses_are_refused() -> None:
    assert refused(*LOOP, node("subProcess", "x", triggeredByEvent="true")) == "event_subprocess"


def test_e03_multiple_instances_are_refused() -> None:
    inside = '<bpmn:multiInstanceLoopCharacteristics isSequential="false"/>'
    assert refused(start(), node("userTask", "u", inside), end(), arrows("s u e")) == "element_not_allowed"


def test_e04_a_join_in_a_loop_is_refused_and_a_join_outside_waits_for_all() -> None:
    body = (start(), user("w"), fork("f"), user("a"), user("b"), fork("j"), user("last"), choice("g", "e"), end())
    back = arrows("s w f a j last g e", "f b j", "g w", g__w="again")
    assert refused(*body, back) == "join_in_circle"
    case = Case(diagram(*body, arrows("s w f a j last g e", "f b j")))
    case.do("w")
    case.do("a")
    assert case.tasks == ["b"]
    case.do("b")
    assert case.tasks == ["last"]


def test_e05_states_are_bytes_never_json() -> None:
    assert isinstance(WorkflowInstance.__table__.c.state.type, sa.LargeBinary)


def test_e06_an_error_in_a_service_parameter_names_the_node() -> None:
    definition = diagram(start(), user("u"), service("a", key="nobody_set_this"), end(), arrows("s u a e"))
    with pytest.raises(DiagramFault) as fault:
        Case(definition).do("u")
    assert (fault.value.rule, fault.value.node) == ("does_not_run", "a")
    assert "nobody_set_this" in fault.value.facts["detail"]


def test_e07_a_move_to_the_same_drawing_changes_nothing() -> None:
    case = Case(diagram(*NESTED))
    step = move_state(case.state or b"", case.definition, diagram(*NESTED))
    assert step.state == case.state
    assert (step.advance.armed, step.advance.disarmed, step.advance.opened) == ((), (), ())


@pytest.mark.parametrize("value", [{"a": 1}, [1], "字" * 201, object()])
def test_e08_nested_and_large_values_do_not_get_into_a_state(value: object) -> None:
    case = Case(diagram(*LOOP), data={"again": False})
    with pytest.raises(TypeError):
        case.do("u", again=value)


def test_e09_the_engine_never_reads_a_date() -> None:
    """No clock, no naive value, no zone: whether a timer is due is known to its row only."""
    for path in ENGINE.glob("*.py"):
        called = {n.func.attr for n in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_method_call(n)}
        assert not called & {"now", "utcnow", "today", "fromisoformat", "time"}, path.name


def _is_method_call(found: ast.AST) -> bool:
    return isinstance(found, ast.Call) and isinstance(found.func, ast.Attribute)


def test_e10_a_gateway_that_cannot_decide_stops_the_step_and_leaves_the_state() -> None:
    case = Case(diagram(*LOOP))
    before = case.state
    with pytest.raises(DiagramFault) as fault:
        case.do("u")
    assert (fault.value.rule, fault.value.node) == ("does_not_run", "g")
    assert case.state == before
    case.do("u", again=False)
    assert case.done


def test_e11_what_a_timer_releases_runs_in_the_same_step() -> None:
    over = timer("o", on="u", key="x.decide", interrupting=True)
    road = arrows("s u e", "o a b late e2")
    case = Case(diagram(start(), user("u"), over, service("a"), service("b"), user("late"), end(), end("e2"), road))
    step = case.fire(next(iter(case.rows)))
    assert [c.name for c in step.advance.services] == ["a", "b"]
    assert case.tasks == ["late"]


def test_e12_other_dialects_are_refused() -> None:
    foreign = '<bpmn:extensionElements><spiffworkflow:scriptsOnInstances xmlns:camunda="x"/></bpmn:extensionElements>'
    assert refused(start(), node("userTask", "u", foreign), end(), arrows("s u e")) == "extension_not_allowed"


def test_e13_nodes_of_the_library_are_never_shown() -> None:
    over = timer("o", on="u", key="x.decide", interrupting=False)
    road = arrows("s u e", "o tell e2")
    case = Case(diagram(start(), user("u"), over, service("tell"), end(), end("e2"), road))
    step = case.fire(next(iter(case.rows)))
    assert step.advance.visited == ("o", "tell", "e2")
    assert step.advance.flows == ("o__tell", "tell__e2")
    assert step.advance.live == {"u"}


def test_e14_a_definition_is_read_only_for_those_who_share_it() -> None:
    definition = diagram(*NESTED)
    before = fingerprint(definition)
    case = Case(definition)
    case.sweep(9)
    case.do("iu")
    case.do("iv")
    case.do("u")
    assert fingerprint(definition) == before


def test_t01_a_fired_reminder_leaves_nothing_behind() -> None:
    remind = timer("r", on="c", key="x.remind", interrupting=False)
    roads = arrows("is u g ie", "g fix u", g__fix="again")
    inner = subprocess("c", start("is"), user("u"), choice("g", "ie"), user("fix"), end("ie"), roads)
    body = (start(), inner, remind, service("tell"), end(), end("e2"), arrows("s c e", "r tell e2"))
    case = Case(diagram(*body), data={"again": False})
    small = case.sizes[-1]
    case.sweep(9)
    for _ in range(250):
        case.do("u", again=True)
        case.do("fix")
    assert max(case.sizes) <= small + 60


def test_t02_an_interruption_that_leads_back_interrupts_every_time() -> None:
    over = timer("o", on="u", key="x.decide", interrupting=True)
    case = Case(diagram(start(), user("u"), over, service("tell"), end(), arrows("s u e", "o tell u")))
    for n in range(1, 6):
        case.sweep(10 * n)
        assert case.tasks == ["u"]


def test_t03_a_decided_gateway_beside_a_token_leaves_no_objects() -> None:
    arms = (catch("gt", clock("x.correct")), catch("gm", told("answer")))
    body = (start(), fork("f"), event_gateway("g"), *arms, user("late"), user("v"), end())
    case = Case(diagram(*body, arrows("s f g gt late e", "g gm late", "f v e")))
    case.receive("answer")
    case.do("v")
    assert case.do("late").advance.finished


def test_t04_completing_a_task_asks_no_timer_of_another() -> None:
    over = timer("o", on="u", key="x.decide", interrupting=True)
    road = arrows("s f u e", "f v e", "o late e")
    case = Case(diagram(start(), fork("f"), user("u"), user("v"), over, user("late"), end(), road), {"x.decide": 0})
    assert case.do("v").advance.fired == ()
    assert case.tasks == ["u"]


def test_t05_two_interruptions_due_together_give_one_token() -> None:
    timers = (timer("a", on="u", key="x.a", interrupting=True), timer("b", on="u", key="x.b", interrupting=True))
    road = arrows("s u e", "a ua e", "b ub e")
    case = Case(diagram(start(), user("u"), *timers, user("ua"), user("ub"), end(), road))
    assert case.sweep(30) == ["x.a"]
    assert case.tasks == ["ua"]


def test_t05_one_message_with_two_interruptions_is_refused() -> None:
    twice = (message("m1", on="u"), message("m2", on="u"), user("a"), user("b"), arrows("m1 a e", "m2 b e"))
    assert refused(start(), user("u"), end(), arrows("s u e"), *twice) == "event_twice"


def test_t06_a_branch_straight_back_and_a_circle_without_a_wait_are_refused() -> None:
    over = timer("o", on="u", key="x.decide", interrupting=True)
    assert refused(start(), user("u"), over, end(), arrows("s u e", "o u")) == "boundary_back_to_its_task"
    circle = (start(), choice("g", "e"), service("a"), end(), arrows("s g e", "g a g", g__a="again"))
    assert refused(*circle) == "circle_without_wait"


def test_t07_a_non_interrupting_timer_fires_once_an_arming() -> None:
    case = Case(diagram(*NESTED))
    armed = next(iter(case.rows))
    assert case.fire(armed).advance.fired == (armed,)
    assert runner.fire(case.definition, case.state, armed.key, armed.arming).advance.fired == ()
    case.do("iu")
    assert [a for a, row in case.rows.items() if row.status == "running"] == []


def test_t08_armed_is_read_from_tasks_not_from_the_event_manager() -> None:
    case = Case(diagram(*NESTED))
    loaded = LoadedCase(case.definition, case.state)
    waiting = next(iter(loaded.workflow.event_manager.tasks.values()))
    waiting.workflow._remove_task(waiting.id)
    loaded.workflow.event_manager.tasks[waiting.id] = waiting
    assert armed_timers(loaded.live) == frozenset()


def test_t09_the_library_can_write_down_our_timers() -> None:
    written = [REGISTRY.convert(part) for part in diagram(*NESTED).parts]
    assert "x.decide" in repr(written)


def test_t10_a_state_moves_with_the_finished_node_before_its_token() -> None:
    case = Case(diagram(*NESTED))
    case.do("iu")
    more = (timer("aaa", on="u", key="x.more", interrupting=True), end("zzz"), arrows("aaa zzz"))
    step = move_state(case.state or b"", case.definition, diagram(*NESTED, *more))
    assert (step.advance.opened, step.advance.closed, step.advance.live) == ((), (), {"c", "iv"})


def test_the_library_alone_still_has_the_traps_we_guard_against() -> None:
    """When an upgrade mends the first one, this fails, and the guards may be looked at again."""
    stock = StockCase(diagram(*LOOP), {"again": False})
    with pytest.raises((IndexError, StopIteration)):
        for _ in range(600):
            stock.do("u", again=True)
            stock.do("fix")


def test_an_end_that_ends_its_scope_leaves_nothing_to_anybody_and_may_be_come_to_again() -> None:
    case = Case(
        diagram(
            start(),
            subprocess(
                "wait", start("ws"), fork("both"), user("a"), user("b"),
                node("endEvent", "all_over", node("terminateEventDefinition", "all")), end("we"),
                arrows("ws both a we", "both b all_over"),
            ),
            user("u"), choice("g", "e"), end(), arrows("s wait u g e", "g wait", g__wait="again"),
        ),
        data={"again": False},
    )  # fmt: skip
    case.do("b", again=True)
    assert [t.bpmn_id for t in case.open.values()] == ["u"]
    case.do("u")
    assert {t.bpmn_id for t in case.open.values()} == {"a", "b"}
    case.do("a")
    case.do("b", again=False)
    case.do("u")
    assert case.done
