"""Diagrams that must not be used, one rule a case; hostile files; what a reader learns of a good one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.drawing import (
    HEAD,
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
    source,
    start,
    subprocess,
    timer,
    told,
    user,
)
from workflow_app.engine.diagrams import DiagramFault, lint, load_definition

LINE = (start(), user("u"), end())
ROAD = arrows("s u e")
PLAIN = (*LINE, ROAD)
OVER = (timer("over", on="u", key="x.decide", interrupting=True), user("late"), end("e2"), arrows("over late e2"))
CIRCLE = (start(), choice("g", "e"), service("a"), end())
UNDECIDED = (start(), node("exclusiveGateway", "g"), service("a"), end())
CALL = (start(), service("a"), end(), arrows("s a e"))
EXTENDED = "<bpmn:extensionElements>{}</bpmn:extensionElements>"


def user_with(inside: str) -> tuple[str, ...]:
    return start(), node("userTask", "u", inside), end(), ROAD


FLOW_FAULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "one_start": ("p", (*PLAIN, start("s2"))),
    "no_end": ("p", (start(), user("u"), arrows("s u u"))),
    "start_by_event": ("s", (node("startEvent", "s", clock("x.y")), user("u"), end(), ROAD)),
    "end_throws": ("e", (start(), user("u"), node("endEvent", "e", told("answer")), ROAD)),
    "one_event": ("b", (*PLAIN, node("boundaryEvent", "b", attachedToRef="u"), end("e2"), arrows("b e2"))),
    "dead_end": ("v", (*PLAIN, user("v"), arrows("u v"))),
    "flow_leaves_scope": ("u__nowhere", (*PLAIN, arrows("u nowhere"))),
    "flow_twice": ("again", (*PLAIN, node("sequenceFlow", "again", sourceRef="u", targetRef="e"))),
    "condition_has_no_meaning": ("u__e", (*LINE, arrows("s u e", u__e="again"))),
    "flow_without_condition": ("g__a", (*CIRCLE, arrows("s g e", "g a e"))),
    "gateway_without_default": ("g", (*UNDECIDED, arrows("s g e", "g a e", g__e="x", g__a="y"))),
    "boundary_without_host": ("over", (*PLAIN, *OVER[1:], OVER[0].replace('"u"', '"s"'))),
    "boundary_back_to_its_task": ("over", (*PLAIN, OVER[0], arrows("over u"))),
    "unreachable": ("v", (*PLAIN, user("v"), arrows("v e"))),
    "circle_without_wait": ("a", (*CIRCLE, arrows("s g e", "g a g", g__a="again"))),
    "join_in_circle": (
        "j",
        (
            *(start(), user("w"), fork("f"), user("a"), user("b"), fork("j"), choice("g", "e"), end()),
            arrows("s w f a j g e", "f b j", "g w", g__w="again"),
        ),
    ),
    "event_twice": (
        "m2",
        (*PLAIN, message("m1", on="u"), message("m2", on="u"), user("a"), user("b"), arrows("m1 a e", "m2 b e")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", FLOW_FAULTS)
def test_a_scope_that_would_misbehave_is_refused(rule: str) -> None:
    where, body = FLOW_FAULTS[rule]
    with pytest.raises(DiagramFault) as fault:
        diagram(*body)
    assert (fault.value.rule, fault.value.node) == (rule, where)


ELEMENT_FAULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "script task": ("element_not_allowed", (*PLAIN, node("scriptTask", "x", "<bpmn:script>import os</bpmn:script>"))),
    "ad hoc": ("element_not_allowed", (*PLAIN, node("adHocSubProcess", "x"))),
    "transaction": ("element_not_allowed", (*PLAIN, node("transaction", "x"))),
    "call activity": ("element_not_allowed", (*PLAIN, node("callActivity", "x", calledElement="p"))),
    "business rule": ("element_not_allowed", (*PLAIN, node("businessRuleTask", "x"))),
    "inclusive gateway": ("element_not_allowed", (*PLAIN, node("inclusiveGateway", "x"))),
    "throw event": ("element_not_allowed", (*PLAIN, node("intermediateThrowEvent", "x", told("answer")))),
    "conditional": ("element_not_allowed", (*PLAIN, catch("x", "<bpmn:conditionalEventDefinition/>"))),
    "compensation": ("element_not_allowed", (*PLAIN, catch("x", "<bpmn:compensateEventDefinition/>"))),
    "signal": ("element_not_allowed", (*PLAIN, catch("x", "<bpmn:signalEventDefinition/>"))),
    "multiple instances": ("element_not_allowed", user_with("<bpmn:multiInstanceLoopCharacteristics/>")),
    "loop": ("element_not_allowed", user_with("<bpmn:standardLoopCharacteristics/>")),
    "data object": ("element_not_allowed", (*PLAIN, node("dataObject", "x"))),
    "event subprocess": ("event_subprocess", (*PLAIN, node("subProcess", "x", triggeredByEvent="true"))),
    "pre script": ("script", user_with(EXTENDED.format("<spiffworkflow:preScript>x=1</spiffworkflow:preScript>"))),
    "post script": ("script", user_with(EXTENDED.format("<spiffworkflow:postScript>x=1</spiffworkflow:postScript>"))),
    "unit tests": ("extension_not_allowed", user_with(EXTENDED.format("<spiffworkflow:unitTests/>"))),
    "service result": ("service_result", tuple(b.replace("step.a", 'step.a" resultVariable="r') for b in CALL)),
    "service name": ("bad_service", tuple(b.replace("step.a", "http/Get") for b in CALL)),
    "parameter with code": ("expression", (start(), service("a", key="open('/etc/passwd')"), end(), arrows("s a e"))),
    "condition with code": ("expression", (*CIRCLE, arrows("s g e", "g a e", g__a="().__class__"))),
    "one id twice": ("id_twice", (*PLAIN, user("u"))),
    "space in an id": ("bad_id", (*PLAIN, user("u v"))),
    "an id turned round": ("bad_id", (*PLAIN, user("u‮v"))),
    "an id too long for a step": ("bad_id", (*PLAIN, user("u" * 61))),
    "a name of 10 kB": ("name_too_long", (*PLAIN, node("userTask", "x", name="长" * 10_000))),
    "2,001 nodes": ("too_many_nodes", (*PLAIN, *(user(f"n{i}") for i in range(2_000)))),
    "service without operator": ("unreadable", (start(), node("serviceTask", "a"), end(), arrows("s a e"))),
    "unknown message": ("unreadable", (*PLAIN, message("m", on="u", about="nobody"), end("e2"), arrows("m e2"))),
}  # fmt: skip


@pytest.mark.parametrize("what", ELEMENT_FAULTS)
def test_what_may_not_stand_in_a_diagram(what: str) -> None:
    rule, body = ELEMENT_FAULTS[what]
    with pytest.raises(DiagramFault) as fault:
        diagram(*body)
    assert fault.value.rule == rule


@pytest.mark.parametrize(
    "event",
    [
        "<bpmn:timeDuration>P10D</bpmn:timeDuration>",
        "<bpmn:timeCycle>R/PT0S</bpmn:timeCycle>",
        "<bpmn:timeDate>2026-01-01</bpmn:timeDate>",
        "<bpmn:timeDate>2026-01-01T00:00:00</bpmn:timeDate>",
        "<bpmn:timeDate>workdays(10)</bpmn:timeDate>",
        "<bpmn:timeDate>__import__('os').system('id')</bpmn:timeDate>",
        "",
    ],
)
def test_a_timer_is_a_key_and_nothing_else(event: str) -> None:
    bad = node(
        "boundaryEvent", "b", f"<bpmn:timerEventDefinition>{event}</bpmn:timerEventDefinition>", attachedToRef="u"
    )
    with pytest.raises(DiagramFault):
        diagram(*PLAIN, bad, end("e2"), arrows("b e2"))


SECOND = b'<bpmn:process id="q"/></bpmn:definitions>'
FILES: dict[str, tuple[str, bytes]] = {
    "external entity": ("doctype", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + source(*PLAIN)),
    "entity bomb": ("doctype", b'<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + source(*PLAIN)),
    "external document type": ("doctype", b'<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd">' + source(*PLAIN)),
    "too large": ("too_large", source(*PLAIN) + b" " * 2 * 1024 * 1024),
    "utf-16": ("not_xml", source(*PLAIN).decode().encode("utf-16")),
    "another encoding declared": ("not_utf8", b'<?xml version="1.0" encoding="ISO-8859-1"?>' + source(*PLAIN)),
    "utf-7": ("not_utf8", b'<?xml version="1.0" encoding="UTF-7"?>' + source(*PLAIN)),
    "too deep": ("not_xml", (HEAD + "<x>" * 300 + "</x>" * 300 + "</bpmn:definitions>").encode()),
    "cut off": ("not_xml", source(*PLAIN)[:-40]),
    "empty": ("not_xml", b""),
    "another language": ("not_a_diagram", b"<html/>"),
    "two processes": ("process_missing", source(*PLAIN).replace(b"</bpmn:definitions>", SECOND)),
    "the wrong process": ("process_missing", source(*PLAIN, name="q")),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_hostile_and_broken_files(what: str) -> None:
    rule, content = FILES[what]
    with pytest.raises(DiagramFault) as fault:
        load_definition(content, "p")
    assert fault.value.rule == rule


def test_a_subprocess_counts_as_waiting_only_where_no_road_slips_through() -> None:
    inner = (start("is"), choice("ig", "ie"), user("iu"), end("ie"), arrows("is ig ie", "ig iu ie", ig__iu="again"))
    road = arrows("s c g e", "g c", g__c="again")
    with pytest.raises(DiagramFault) as fault:
        diagram(start(), subprocess("c", *inner), choice("g", "e"), end(), road)
    assert fault.value.rule == "circle_without_wait"
    waiting = (start("is"), user("iu"), end("ie"), arrows("is iu ie"))
    diagram(start(), subprocess("c", *waiting), choice("g", "e"), end(), road)


def test_two_arms_of_a_gateway_with_one_key_are_refused() -> None:
    arms = (catch("a", clock("x.y")), catch("b", clock("x.y")))
    with pytest.raises(DiagramFault) as fault:
        diagram(start(), event_gateway("g"), *arms, end(), arrows("s g a e", "g b e"))
    assert fault.value.rule == "event_twice"


def test_comments_and_drawing_do_not_matter() -> None:
    drawn = source(*PLAIN).replace(b"</bpmn:process>", b"</bpmn:process><!-- a remark -->")
    assert load_definition(drawn, "p").flow_nodes == {"s": "", "u": "", "e": ""}


KNOWN: dict[str, Any] = {
    "known_timers": {"x.decide"},
    "known_lanes": {"officer"},
    "known_services": {"a"},
    "known_forms": {"u", "late"},
}


def laned(lane: str = "officer") -> bytes:
    refs = "".join(f"<bpmn:flowNodeRef>{n}</bpmn:flowNodeRef>" for n in ("u", "late"))
    lanes = f'<bpmn:laneSet id="l"><bpmn:lane id="l1" name="{lane}">{refs}</bpmn:lane></bpmn:laneSet>'
    return source(lanes, start(), user("u"), service("a"), end(), arrows("s u a e"), *OVER)


def test_a_diagram_that_names_only_what_exists_is_accepted() -> None:
    lint(load_definition(laned(), "p"), **KNOWN)


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("unknown_lane", {"known_lanes": {"clerk"}}),
        ("unknown_timer", {"known_timers": set()}),
        ("unknown_service", {"known_services": set()}),
        ("form_missing", {"known_forms": {"u"}}),
    ],
)
def test_a_diagram_that_names_what_nobody_has_is_refused(rule: str, changed: dict[str, Any]) -> None:
    with pytest.raises(DiagramFault) as fault:
        lint(load_definition(laned(), "p"), **KNOWN | changed)
    assert fault.value.rule == rule


def test_what_a_reader_learns() -> None:
    definition = load_definition(laned(), "p")
    assert [(t.bpmn_id, t.lane) for t in definition.user_tasks] == [("u", "officer"), ("late", "officer")]
    assert (definition.services, definition.timer_keys) == ({"a"}, {"x.decide"})
    assert definition.sequence_flows["u__a"].target == "a"
    assert len(definition.sha256) == 64
