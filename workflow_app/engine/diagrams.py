"""Reading a diagram: hardened against hostile files, and refused where the engine would misbehave on it (engine traps)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from workflow_app.engine.definition import Definition
from workflow_app.engine.expressions import Rejected, check
from workflow_app.engine.legal_timer import LegalParser
from workflow_app.foundation.errors import ConfigurationFault

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
MAX_BYTES = 2 * 1024 * 1024
MAX_NODES = 2_000
WAITING = {"userTask", "receiveTask", "intermediateCatchEvent", "subProcess", "callActivity", "eventBasedGateway"}
FLOW_NODES = WAITING | {
    "startEvent",
    "endEvent",
    "serviceTask",
    "exclusiveGateway",
    "parallelGateway",
    "boundaryEvent",
}
PLAIN = {
    "definitions",
    "process",
    "laneSet",
    "lane",
    "flowNodeRef",
    "sequenceFlow",
    "conditionExpression",
    "extensionElements",
    "timerEventDefinition",
    "timeDate",
    "messageEventDefinition",
    "message",
    "incoming",
    "outgoing",
    "documentation",
    "terminateEventDefinition",
}


class DiagramFault(ConfigurationFault):
    """A diagram that must not be used; facts name the node and the rule."""

    code = "diagram_fault"


def load_definition(source: bytes, process_id: str) -> Definition:
    """Parse a diagram into a definition. Raises DiagramFault for anything that is malformed, hostile or would not run right."""
    tree = _read(source)
    _check_elements(tree)
    for container in [*tree.iter(f"{BPMN}process"), *tree.iter(f"{BPMN}subProcess")]:
        _check_flow(container)
    try:
        parser = LegalParser()
        parser.add_bpmn_xml(tree, filename=f"{process_id}.bpmn")
        spec, parts = parser.get_spec(process_id), parser.get_subprocess_specs(process_id)
    except (ValidationException, KeyError, AttributeError, TypeError) as error:
        raise DiagramFault(rule="unreadable", detail=str(error)) from error
    definition = Definition(source, spec, parts)
    _check_specs(definition)
    return definition


def lint(
    definition: Definition,
    *,
    timers: Collection[str],
    lanes: Collection[str],
    services: Collection[str],
    forms: Collection[str],
) -> None:
    """Refuse a diagram that names a clock, role, step or form nobody has. Raises DiagramFault."""
    for task in definition.user_tasks:
        if task.lane not in lanes:
            raise DiagramFault(rule="unknown_lane", node=task.bpmn_id, lane=task.lane)
        if task.bpmn_id not in forms:
            raise DiagramFault(rule="form_missing", node=task.bpmn_id)
    for rule, named, known in (
        ("unknown_timer", definition.timer_keys, timers),
        ("unknown_step", definition.services, services),
    ):
        if missing := set(named) - set(known):
            raise DiagramFault(rule=rule, names=sorted(missing))


def _read(source: bytes) -> Any:
    if len(source) > MAX_BYTES:
        raise DiagramFault(rule="too_large")
    if b"<!DOCTYPE" in source or b"<!ENTITY" in source:
        raise DiagramFault(rule="doctype")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        source.decode("utf-8")
        tree = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, UnicodeDecodeError, ValueError) as error:
        raise DiagramFault(rule="not_xml", detail=str(error)) from error
    if tree.getroottree().docinfo.encoding not in (None, "UTF-8", "utf-8"):
        raise DiagramFault(rule="not_utf8")
    return tree


def _elements(tree: Any) -> Iterator[tuple[str, Any]]:
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag.startswith(BPMN):
            yield element.tag.removeprefix(BPMN), element


def _check_elements(tree: Any) -> None:
    seen: set[str] = set()
    for count, (name, element) in enumerate(_elements(tree)):
        if count > MAX_NODES * 4:
            raise DiagramFault(rule="too_many_nodes")
        node = element.get("id", "")
        if name not in FLOW_NODES | PLAIN:
            raise DiagramFault(rule="element_not_allowed", element=name, node=node)
        if node and node in seen:
            raise DiagramFault(rule="id_twice", node=node)
        seen.add(node)
        if node and not (len(node) <= 80 and node.replace("_", "a").isalnum() and node.isascii()):
            raise DiagramFault(rule="bad_id", node=node[:80])
        if name == "subProcess" and element.get("triggeredByEvent") == "true":
            raise DiagramFault(rule="event_subprocess", node=node)
        if name == "conditionExpression":
            _check_expression(element.text or "", element.getparent().get("id", ""))
    for element in tree.iter("{http://spiffworkflow.org/bpmn/schema/1.0/core}*"):
        kind = etree.QName(element).localname
        if kind in ("preScript", "postScript", "unitTests"):
            raise DiagramFault(rule="script", node=kind)
        if kind == "parameter":
            _check_expression(element.get("value", ""), element.get("id", ""))


def _check_expression(text: str, node: str) -> None:
    try:
        check(text)
    except Rejected as error:
        raise DiagramFault(rule="expression", node=node, detail=str(error)) from error


def _check_flow(container: Any) -> None:
    """Every node is reached, every road ends, every choice has a default, every circle waits somewhere."""
    nodes = {e.get("id"): e for e in container if isinstance(e.tag, str) and e.tag.removeprefix(BPMN) in FLOW_NODES}
    flows = [(f.get("sourceRef"), f.get("targetRef")) for f in container.findall(f"{BPMN}sequenceFlow")]
    if any(a not in nodes or b not in nodes for a, b in flows):
        raise DiagramFault(rule="flow_leaves_scope", node=container.get("id"))
    after: dict[str, list[str]] = {n: [b for a, b in flows if a == n] for n in nodes}
    kinds = {n: e.tag.removeprefix(BPMN) for n, e in nodes.items()}
    starts = [n for n in nodes if kinds[n] == "startEvent"]
    if len(starts) != 1 or "endEvent" not in kinds.values():
        raise DiagramFault(rule="start_or_end_missing", node=container.get("id"))
    for node, kind in kinds.items():
        if kind == "exclusiveGateway" and len(after[node]) > 1 and not nodes[node].get("default"):
            raise DiagramFault(rule="gateway_without_default", node=node)
        if kind != "endEvent" and not after[node]:
            raise DiagramFault(rule="dead_end", node=node)
        if kind == "boundaryEvent" and nodes[node].get("attachedToRef") in after[node]:
            raise DiagramFault(rule="boundary_back_to_its_task", node=node)
    _check_reached(nodes, kinds, after, starts[0])
    _check_circles(kinds, after)
    _check_messages(nodes, kinds)


def _check_reached(nodes: dict[str, Any], kinds: dict[str, str], after: dict[str, list[str]], start: str) -> None:
    hanging: dict[str, list[str]] = {}
    for node, kind in kinds.items():
        if kind == "boundaryEvent":
            hanging.setdefault(nodes[node].get("attachedToRef"), []).append(node)
    seen: set[str] = set()
    todo = [start]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += after[node] + hanging.get(node, [])
    if unreached := set(nodes) - seen:
        raise DiagramFault(rule="unreachable", node=min(unreached))


def _check_circles(kinds: dict[str, str], after: dict[str, list[str]]) -> None:
    """A circle of nodes of which none waits would run for ever."""
    restless = {n for n, kind in kinds.items() if kind not in WAITING}
    for start in restless:
        seen: set[str] = set()
        todo = [n for n in after[start] if n in restless]
        while todo:
            node = todo.pop()
            if node == start:
                raise DiagramFault(rule="circle_without_wait", node=start)
            if node not in seen:
                seen.add(node)
                todo += [n for n in after[node] if n in restless]


def _check_messages(nodes: dict[str, Any], kinds: dict[str, str]) -> None:
    """One message with two interrupting events on one task would leave two tokens."""
    seen: set[tuple[str, str]] = set()
    for node, kind in kinds.items():
        definition = nodes[node].find(f"{BPMN}messageEventDefinition")
        if kind != "boundaryEvent" or definition is None or nodes[node].get("cancelActivity") == "false":
            continue
        pair = (nodes[node].get("attachedToRef"), definition.get("messageRef"))
        if pair in seen:
            raise DiagramFault(rule="message_twice", node=node)
        seen.add(pair)


def _check_specs(definition: Definition) -> None:
    for part in definition.parts:
        if len(part.task_specs) > MAX_NODES:
            raise DiagramFault(rule="too_many_nodes")
        for spec in part.task_specs.values():
            if isinstance(spec, BoundaryEvent) and set(spec.inputs) & set(spec.outputs):
                raise DiagramFault(rule="boundary_back_to_its_task", node=spec.name)
