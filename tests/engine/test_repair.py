"""The diagram of credit repair by itself: roads, names, clocks, sizes; the drawing alone decides the path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.engine.case import Case
from workflow_app.engine.codec import LIVE
from workflow_app.engine.definition import Definition
from workflow_app.engine.diagrams import load_definition
from workflow_app.engine.movement import scopes
from workflow_app.engine.runner import LoadedCase
from workflow_app.foundation.errors import Conflict

SOURCE = (Path(__file__).parents[2] / "bpmn" / "repair.bpmn").read_bytes()
BOUNDARY = " ".join(re.findall(r"<bpmn:boundaryEvent [^>]*>", SOURCE.decode()))
KNOWN = {"route_known": True, "outcome": "", "verdict": ""}
ACCEPTED, CORRECT, REFUSED = ({"outcome": o} for o in ("accepted", "correct", "refused"))


def opened(definition: Definition, *, route_known: bool = True) -> Case:
    return Case(definition, data=KNOWN | {"route_known": route_known})


def decided(definition: Definition, verdict: str) -> Case:
    case = opened(definition)
    case.do("accept", **ACCEPTED)
    case.do("review")
    case.do("decide", verdict=verdict)
    return case


def called(step: Any) -> list[str]:
    return [call.name for call in step.advance.services]


def test_names_are_those_the_plug_uses(repair: Definition) -> None:
    lanes = {t.bpmn_id: t.lane for t in repair.user_tasks}
    assert lanes == {
        "forward": "clerk",
        "accept": "officer",
        "correct": "applicant",
        "review": "officer",
        "answer_enquiry": "provider",
        "decide": "approver",
    }
    assert repair.timer_keys == {f"repair.{k}" for k in ("forward", "accept", "correct", "decide", "enquiry", "sync")}
    assert repair.messages == {"withdrawn", "platform_confirmed", "record_gone", "enquiry_asked", "enquiry_withdrawn"}
    assert repair.services == {
        *("deliver_to_department", "confirm_acceptance", "request_correction", "note_correction_lapsed", "refuse"),
        *("issue_grant", "issue_denial", "record_withdrawal", "queue_write_back", "give_feedback", "escalate_overdue"),
        *("end_with_record", "send_enquiry", "chase_enquiry", "take_enquiry_answer", "end_enquiry"),
    }


def test_every_task_and_end_has_a_chinese_name(repair: Definition) -> None:
    for task in repair.user_tasks:
        assert any("一" <= letter <= "鿿" for letter in task.name)


def test_every_node_and_arrow_is_drawn(repair: Definition) -> None:
    drawn = re.findall(r'bpmnElement="(\w+)"', SOURCE.decode())
    assert sorted(drawn) == sorted(["repair", *repair.flow_nodes, *repair.sequence_flows])


def test_no_two_boxes_lie_on_each_other(repair: Definition) -> None:
    bounds = r'<dc:Bounds x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"'
    shape = re.compile(rf'bpmnElement="(\w+)"(?: is\w+="true")*>\s*{bounds}')
    boxes = {name: tuple(map(int, place)) for name, *place in shape.findall(SOURCE.decode())}
    assert boxes.keys() == repair.flow_nodes.keys()
    around = {"handling", "examination"}  # and boundary events lie on their activity by nature
    plain = {n: b for n, b in boxes.items() if n not in around and f'id="{n}" name' not in BOUNDARY}
    for (one, (x, y, w, h)), (two, (x2, y2, w2, h2)) in combinations(plain.items(), 2):
        assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y, (one, two)


def test_the_known_department_gets_it_at_once(repair: Definition) -> None:
    case = opened(repair)
    assert (case.tasks, [a.key for a in case.rows]) == (["accept"], ["repair.accept"])


def test_an_unknown_department_is_found_by_the_window(repair: Definition) -> None:
    case = opened(repair, route_known=False)
    assert (case.tasks, [a.key for a in case.rows]) == (["forward"], ["repair.forward"])
    assert called(case.do("forward")) == ["deliver_to_department"]
    assert case.tasks == ["accept"]


def test_granted_waits_for_the_platform_and_feeds_back(repair: Definition) -> None:
    case = opened(repair)
    assert called(case.do("accept", **ACCEPTED)) == ["confirm_acceptance"]
    case.do("review")
    assert called(case.do("decide", verdict="granted")) == ["issue_grant", "queue_write_back"]
    assert (case.tasks, case.messages) == ([], {"platform_confirmed"})
    step = case.receive("platform_confirmed")
    assert (called(step), step.advance.finished) == (["give_feedback"], True)


@pytest.mark.parametrize(("verdict", "service"), [("denied", "issue_denial"), ("", "issue_denial")])
def test_anything_but_a_grant_is_a_denial(repair: Definition, verdict: str, service: str) -> None:
    case = opened(repair)
    case.do("accept", **ACCEPTED)
    case.do("review")
    step = case.do("decide", verdict=verdict)
    assert (called(step), step.advance.finished) == ([service, "give_feedback"], True)


def test_refusal(repair: Definition) -> None:
    step = opened(repair).do("accept", **REFUSED)
    assert (called(step), step.advance.finished) == (["refuse", "give_feedback"], True)


def test_correction_comes_back(repair: Definition) -> None:
    case = opened(repair)
    assert called(case.do("accept", **CORRECT)) == ["request_correction"]
    assert (case.tasks, case.row("repair.accept").status) == (["correct"], "cancelled")
    assert [a.key for a in case.do("correct").advance.armed] == ["repair.accept"]


def test_a_lapsed_correction_goes_back_to_the_officer(repair: Definition) -> None:
    case = opened(repair)
    case.do("accept", **CORRECT)
    lapse = next(a for a in case.rows if a.key == "repair.correct")
    assert (lapse.interrupting, called(case.fire(lapse)), case.tasks) == (True, ["note_correction_lapsed"], ["accept"])


def test_one_clock_runs_over_review_decision_and_return(repair: Definition) -> None:
    case = opened(repair)
    case.do("accept", **ACCEPTED)
    for _ in range(3):
        case.do("review")
        case.do("decide", verdict="returned")
    assert [(a.key, a.attached_to) for a in case.rows if a.key == "repair.decide"] == [("repair.decide", "examination")]
    assert case.row("repair.decide").status == "running"


def test_an_enquiry_comes_back_to_the_review_and_the_clock_of_the_decision_runs_on(repair: Definition) -> None:
    case = opened(repair)
    case.do("accept", **ACCEPTED)
    for ending in (lambda: case.do("answer_enquiry"), lambda: case.receive("enquiry_withdrawn")):
        assert called(case.receive("enquiry_asked")) == ["send_enquiry"]
        assert (case.tasks, case.row("repair.enquiry").status) == (["answer_enquiry"], "running")
        ending()
        assert (case.tasks, case.row("repair.enquiry").status) == (["review"], "cancelled")
    assert case.row("repair.decide").status == "running"


def test_an_enquiry_that_is_late_is_chased_and_goes_on_waiting(repair: Definition) -> None:
    case = opened(repair)
    case.do("accept", **ACCEPTED)
    case.receive("enquiry_asked")
    late = next(a for a in case.rows if a.key == "repair.enquiry")
    assert (called(case.fire(late)), late.interrupting, case.tasks) == (["chase_enquiry"], False, ["answer_enquiry"])


@pytest.mark.parametrize("key", ["repair.forward", "repair.accept", "repair.decide", "repair.sync"])
def test_overdue_alarms_and_moves_nothing(repair: Definition, key: str) -> None:
    case = at_clock(repair, key)
    armed, tasks = next(a for a, row in case.rows.items() if a.key == key and row.status == "running"), case.tasks
    step = case.fire(armed)
    assert (armed.interrupting, case.tasks) == (False, tasks)
    assert [(c.name, c.params) for c in step.advance.services] == [("escalate_overdue", {"key": key})]


def at_clock(definition: Definition, key: str) -> Case:
    if key == "repair.sync":
        return decided(definition, "granted")
    case = opened(definition, route_known=key != "repair.forward")
    if key == "repair.decide":
        case.do("accept", **ACCEPTED)
    return case


@pytest.mark.parametrize(
    ("message", "service"), [("withdrawn", "record_withdrawal"), ("record_gone", "end_with_record")]
)
@pytest.mark.parametrize("steps", range(5))
def test_party_and_record_end_a_case_at_every_stage_before_the_decision(
    repair: Definition, steps: int, message: str, service: str
) -> None:
    case = opened(repair, route_known=False)
    for task, answer in [("forward", {}), ("accept", CORRECT), ("correct", {}), ("accept", ACCEPTED)][:steps]:
        case.do(task, **answer)
    step = case.receive(message)
    assert (called(step), step.advance.finished) == ([service], True)


def test_no_withdrawal_after_the_decision(repair: Definition) -> None:
    case = decided(repair, "granted")
    with pytest.raises(Conflict, match="message_not_awaited"):
        case.receive("withdrawn")


def reachable(definition: Definition) -> Iterator[Case]:
    """Cases in many states: long correction loops, returns, fired clocks, all of them together."""
    for fire in (False, True):
        for rounds in (0, 1, 40):
            case = opened(definition, route_known=False)
            yield from overdue(case, fire)
            case.do("forward")
            for _ in range(rounds):
                yield from overdue(case, fire)
                case.do("accept", **CORRECT)
                yield case
                case.do("correct")
            yield from overdue(case, fire)
            case.do("accept", **ACCEPTED)
            for _ in range(rounds + 1):
                yield from overdue(case, fire)
                case.receive("enquiry_asked")
                yield from overdue(case, fire)
                case.do("answer_enquiry")
                case.do("review")
                yield case
                case.do("decide", verdict="returned")
            case.do("review")
            case.do("decide", verdict="granted")
            yield from overdue(case, fire)


def overdue(case: Case, fire: bool) -> Iterator[Case]:
    if fire:
        case.sweep(case.today + 50)
    yield case


def test_the_state_stays_small_wherever_a_case_is(repair: Definition) -> None:
    sizes: dict[str, int] = {}
    for case in reachable(repair):
        place = "+".join(case.tasks) or "platform"
        sizes[place] = max(sizes.get(place, 0), len(case.state or b""))
    assert set(sizes) == {"forward", "accept", "correct", "review", "answer_enquiry", "decide", "platform"}
    assert sizes["review"] <= 500
    assert max(sizes.values()) <= 500


def test_no_history_is_kept_anywhere(repair: Definition) -> None:
    for case in reachable(repair):
        for part in scopes(LoadedCase(repair, case.state).workflow):
            drawn = [t for t in part.tasks.values() if t.task_spec.bpmn_id and not t.has_state(LIVE)]
            assert len(drawn) <= 2


def test_every_arrow_is_walked(repair: Definition) -> None:
    taken: set[str] = set()
    for case, act in roads(repair):
        taken |= set(act(case).advance.flows)
    assert set(repair.sequence_flows) - taken - set(begun(repair)) == set()


def begun(definition: Definition) -> set[str]:
    from workflow_app.engine.runner import begin

    steps = (begin(definition, KNOWN | {"route_known": known}) for known in (True, False))
    return {flow for step in steps for flow in step.advance.flows}


def roads(definition: Definition) -> Iterator[tuple[Case, Any]]:
    """Steps that together go along every arrow."""
    for verdict in ("granted", "denied"):
        case = opened(definition, route_known=False)
        yield case, lambda c: c.fire(next(iter(c.rows)))
        yield case, lambda c: c.do("forward")
        yield case, lambda c: c.fire(next(a for a in c.rows if a.key == "repair.accept"))
        yield case, lambda c: c.do("accept", **CORRECT)
        yield case, lambda c: c.fire(next(a for a in c.rows if a.key == "repair.correct"))
        yield case, lambda c: c.do("accept", **CORRECT)
        yield case, lambda c: c.do("correct")
        yield case, lambda c: c.do("accept", **ACCEPTED)
        yield case, lambda c: c.fire(next(a for a in c.rows if a.key == "repair.decide"))
        yield case, lambda c: c.receive("enquiry_asked")
        yield case, lambda c: c.fire(next(a for a in c.rows if a.key == "repair.enquiry"))
        yield case, lambda c: c.receive("enquiry_withdrawn")
        yield case, lambda c: c.receive("enquiry_asked")
        yield case, lambda c: c.do("answer_enquiry")
        yield case, lambda c: c.do("review")
        yield case, lambda c: c.do("decide", verdict="returned")
        yield case, lambda c: c.do("review")
        yield case, lambda c, v=verdict: c.do("decide", verdict=v)
        if verdict == "granted":
            yield case, lambda c: c.fire(next(a for a in c.rows if a.key == "repair.sync"))
            yield case, lambda c: c.receive("platform_confirmed")
    yield opened(definition), lambda c: c.do("accept", **REFUSED)
    for known in (True, False):
        for message in ("withdrawn", "record_gone"):
            yield opened(definition, route_known=known), lambda c, m=message: c.receive(m)


def with_countersign() -> bytes:
    """The same drawing with one more user task between review and decision: nothing but the file changes."""
    text = SOURCE.decode()
    old = '<bpmn:sequenceFlow id="review__decide" sourceRef="review" targetRef="decide" />'
    new = (
        '<bpmn:userTask id="countersign" name="会签" />'
        '<bpmn:sequenceFlow id="review__countersign" sourceRef="review" targetRef="countersign" />'
        '<bpmn:sequenceFlow id="countersign__decide" sourceRef="countersign" targetRef="decide" />'
    )
    assert old in text
    text = text.replace(old, new)
    lane = "<bpmn:flowNodeRef>review</bpmn:flowNodeRef>"
    return text.replace(lane, f"{lane}<bpmn:flowNodeRef>countersign</bpmn:flowNodeRef>").encode()


def test_a_task_drawn_into_the_diagram_changes_the_path() -> None:
    case = opened(load_definition(with_countersign(), "repair"))
    case.do("accept", **ACCEPTED)
    (task,) = case.do("review").advance.opened
    assert (task.bpmn_id, task.lane, task.name) == ("countersign", "officer", "会签")
    case.do("countersign")
    assert case.tasks == ["decide"]
