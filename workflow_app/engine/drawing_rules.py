"""What may stand in a diagram at all, element by element. What the elements mean together is in `flow_rules`."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from workflow_app.engine.expressions import Rejected, check
from workflow_app.engine.faults import DiagramFault

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
BPMN = f"{{{MODEL}}}"
MAX_NODES = 2_000
MAX_NAME = 120
ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")  # a node's id becomes a step's name, in tables and in Python
FLOW_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,119}")  # arrows may be called after both their ends
SERVICE = re.compile(r"step\.[a-z][a-z0-9_]{0,59}")
NODES = {
    "startEvent",
    "endEvent",
    "userTask",
    "serviceTask",
    "receiveTask",
    "intermediateCatchEvent",
    "boundaryEvent",
    "subProcess",
    "exclusiveGateway",
    "parallelGateway",
    "eventBasedGateway",
}
AROUND = {
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
    "terminateEventDefinition",
    "message",
    "incoming",
    "outgoing",
    "documentation",
}
EXTENSIONS = {"serviceTaskOperator", "parameters", "parameter", "properties", "property"}


def check_elements(tree: Any) -> None:
    """Refuse unknown elements, extensions and ids, code in disguise, and too much of anything. Raises DiagramFault."""
    seen: set[str] = set()
    nodes = 0
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue  # a comment
        name = etree.QName(element)
        if name.namespace == MODEL:
            nodes += name.localname in NODES
            if nodes > MAX_NODES:
                raise DiagramFault(rule="too_many_nodes")
            _check_element(name.localname, element)
            _check_id(element, seen)
        elif name.namespace == SPIFF:
            _check_extension(name.localname, element)


def _check_element(name: str, element: Any) -> None:
    node = element.get("id", "")
    if name not in NODES | AROUND:
        raise DiagramFault(rule="element_not_allowed", node=node, element=name)
    if name == "subProcess" and element.get("triggeredByEvent") == "true":
        raise DiagramFault(rule="event_subprocess", node=node)
    if len(element.get("name", "")) > MAX_NAME:
        raise DiagramFault(rule="name_too_long", node=node)
    if name == "conditionExpression":
        _check_expression(element.text or "", element.getparent().get("id", ""))


def _check_id(element: Any, seen: set[str]) -> None:
    node = element.get("id")
    if node is None:
        return
    if node in seen:
        raise DiagramFault(rule="id_twice", node=node)
    seen.add(node)
    pattern = FLOW_ID if etree.QName(element).localname == "sequenceFlow" else ID
    if not pattern.fullmatch(node):
        raise DiagramFault(rule="bad_id", node=node[:60])


def _check_extension(name: str, element: Any) -> None:
    holder = next((a.get("id", "") for a in element.iterancestors(f"{BPMN}*") if a.get("id")), "")
    if name in ("preScript", "postScript"):
        raise DiagramFault(rule="script", node=holder)
    if name not in EXTENSIONS:
        raise DiagramFault(rule="extension_not_allowed", node=holder, element=name)
    if name == "serviceTaskOperator":
        if element.get("resultVariable"):
            raise DiagramFault(rule="service_result", node=holder)
        if not SERVICE.fullmatch(element.get("id", "")):
            raise DiagramFault(rule="bad_service", node=holder)
    if name == "parameter":
        _check_expression(element.get("value", ""), holder)


def _check_expression(text: str, node: str) -> None:
    try:
        check(text)
    except Rejected as error:
        raise DiagramFault(rule="expression", node=node, detail=str(error)) from error
