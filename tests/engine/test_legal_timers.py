"""Clocks whose date is a row: extension, suspension and late workers are changes of rows, never of the engine."""

import threading

import pytest

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
    service,
    start,
    subprocess,
    timer,
    told,
    user,
)
from tests.engine.stock import fingerprint
from workflow_app.engine import runner
from workflow_app.engine.definition import Definition

DAYS = {"x.decide": 10, "x.remind": 7, "x.correct": 5, "x.warn": 3}


def plain(*, interrupting: bool = True) -> Definition:
    over = timer("over", on="u", key="x.decide", interrupting=interrupting)
    return diagram(start(), user("u"), over, user("late"), end(), end("e2"), arrows("s u e", "over late e2"))


def test_armed_fired_extended_stopped_and_resumed() -> None:
    case = Case(plain(), DAYS)
    assert [a.key for a in case.rows] == ["x.decide"]
    assert case.sweep(9.9) == []
    case.row("x.decide").due = 20
    assert case.sweep(15) == []
    case.stop("x.decide", 16)
    assert case.sweep(40) == []
    case.resume("x.decide", 46)
    assert case.sweep(49.9) == []
    assert case.sweep(50) == ["x.decide"]
    assert case.tasks == ["late"]
    assert case.do("late").advance.finished


def test_a_reached_timer_does_not_fire_in_somebody_elses_step() -> None:
    over = timer("over", on="u", key="x.decide", interrupting=True)
    body = (start(), fork("f"), user("u"), user("v"), over, user("late"), fork("j"), end(), end("e2"))
    case = Case(diagram(*body, arrows("s f u j e", "f v j", "over late e2")), DAYS)
    case.today = 11
    assert not case.do("v").advance.fired
    assert case.tasks == ["u"]
    assert case.sweep(11) == ["x.decide"]


def test_firing_twice_changes_nothing() -> None:
    case = Case(plain(), DAYS)
    armed = next(iter(case.rows))
    case.sweep(10)
    again = runner.fire(case.definition, case.state, armed.key, armed.arming)
    assert (again.state, again.advance.fired, again.advance.opened) == (case.state, (), ())


def test_firing_in_a_finished_case_changes_nothing() -> None:
    case = Case(plain(), DAYS)
    armed = next(iter(case.rows))
    assert case.do("u").advance.disarmed == (armed,)
    assert runner.fire(case.definition, case.state, armed.key, armed.arming).advance.fired == ()


def reminded() -> Definition:
    timers = (
        timer("r", on="u", key="x.remind", interrupting=False),
        timer("w", on="u", key="x.warn", interrupting=False),
        timer("o", on="u", key="x.decide", interrupting=True),
    )
    ends = (end("e1"), end("e2"), end("e3"), end("e4"))
    body = (start(), user("u"), *timers, service("tell"), service("tell2"), user("late"), *ends)
    return diagram(*body, arrows("s u e1", "r tell e2", "w tell2 e3", "o late e4"))


def test_reminders_come_before_the_end() -> None:
    case = Case(reminded(), DAYS)
    assert case.sweep(7) == ["x.warn", "x.remind"]
    assert case.tasks == ["u"]
    assert case.sweep(10) == ["x.decide"]
    assert case.tasks == ["late"]


def test_a_worker_that_was_down_fires_all_in_legal_order() -> None:
    case = Case(reminded(), DAYS)
    assert case.sweep(30) == ["x.warn", "x.remind", "x.decide"]
    assert case.tasks == ["late"]


def test_finishing_a_task_disarms_what_has_not_fired() -> None:
    case = Case(reminded(), DAYS)
    assert case.sweep(4) == ["x.warn"]
    assert {a.key for a in case.do("u").advance.disarmed} == {"x.remind", "x.decide"}


def test_a_loop_arms_the_same_key_anew_and_stays_small() -> None:
    over = timer("o", on="u", key="x.decide", interrupting=False)
    body = (start(), user("u"), over, service("tell"), end("e2"), choice("g", "e"), user("fix"), end())
    case = Case(diagram(*body, arrows("s u g e", "g fix u", "o tell e2", g__fix="again")), DAYS)
    for n in range(30):
        case.today = 20 * n
        if n % 3 == 0:
            assert case.sweep(20 * n + 11) == ["x.decide"]
        case.do("u", again=True)
        case.today = 20 * n + 12
        assert [a.key for a in case.do("fix").advance.armed] == ["x.decide"]
    assert len(case.rows) == 31
    assert max(case.sizes) < 350
    assert case.do("u", again=False).advance.finished


def test_a_timer_branch_that_leads_back_waits_for_its_new_row() -> None:
    over = timer("o", on="u", key="x.decide", interrupting=True)
    case = Case(diagram(start(), user("u"), over, service("tell"), end(), arrows("s u e", "o tell u")), DAYS)
    for n in range(1, 41):
        assert case.sweep(10 * n - 0.1) == []
        assert case.sweep(10 * n) == ["x.decide"]
        assert case.tasks == ["u"]
        assert len(case.rows) == n + 1
    assert len(set(case.sizes[3:])) == 1


def nested() -> Definition:
    inner_over = timer("io", on="iu", key="x.correct", interrupting=True)
    inner = (start("is"), user("iu"), inner_over, user("ilate"), end("ie"), arrows("is iu ie", "io ilate ie"))
    outer_over = timer("o", on="c", key="x.decide", interrupting=True)
    body = (start(), subprocess("c", *inner), outer_over, user("u"), user("late"), end())
    return diagram(*body, arrows("s c u e", "o late e"))


def test_an_outer_timer_interrupts_the_inner_scope() -> None:
    case = Case(nested(), DAYS)
    assert {a.key: a.attached_to for a in case.rows} == {"x.correct": "iu", "x.decide": "c"}
    assert case.sweep(12) == ["x.correct", "x.decide"]
    assert case.tasks == ["late"]


def test_keys_of_a_cancelled_scope_are_disarmed() -> None:
    case = Case(nested(), DAYS | {"x.correct": 30})
    assert case.sweep(12) == ["x.decide"]
    assert case.row("x.correct").status == "cancelled"


@pytest.mark.parametrize("beside", [False, True])
def test_event_gateway(beside: bool) -> None:
    """Also beside another token, where history is kept."""
    more = (fork("f"), user("v"), end("ve")) if beside else ()
    events = (catch("gt", clock("x.correct")), catch("gw", clock("x.decide")), catch("gm", told("answer")))
    body = (start(), event_gateway("g"), *events, user("no"), user("never"), user("yes"), end(), *more)
    roads = ("g gt no e", "g gw never e", "g gm yes e", *(("s f g", "f v ve") if beside else ("s g",)))
    definition, extra = diagram(*body, arrows(*roads)), ["v"] if beside else []
    case = Case(definition, DAYS)
    assert case.sweep(5) == ["x.correct"]
    assert case.tasks == sorted(["no", *extra])
    assert case.row("x.decide").status == "cancelled"
    case = Case(definition, DAYS)
    assert {a.key for a in case.receive("answer").advance.disarmed} == {"x.correct", "x.decide"}
    assert case.tasks == sorted(["yes", *extra])


def test_a_timer_on_the_road() -> None:
    case = Case(diagram(start(), catch("w", clock("x.decide")), user("u"), end(), arrows("s w u e")), DAYS)
    assert case.tasks == []
    assert case.sweep(9) == []
    assert case.sweep(10) == ["x.decide"]
    assert case.tasks == ["u"]


def test_cases_on_one_definition_do_not_touch_each_other() -> None:
    definition = plain()
    before, wrong = fingerprint(definition), []

    def work(worker: int) -> None:
        for n in range(40):
            early = (n + worker) % 2 == 0
            case = Case(definition, {"x.decide": 5 if early else 500})
            got = (case.sweep(50), case.tasks)
            if got != ((["x.decide"], ["late"]) if early else ([], ["u"])):
                wrong.append(got)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert fingerprint(definition) == before
