"""Reading a diagram: hardened against hostile files, refused where the engine would misbehave on it, never repaired."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from workflow_app.engine.definition import Definition, Flow
from workflow_app.engine.drawing_rules import check_elements
from workflow_app.engine.faults import DiagramFault
from workflow_app.engine.flow_rules import check_flow
from workflow_app.engine.legal_timer import LegalParser

__all__ = ["Definition", "DiagramFault", "lint", "load_definition"]

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
MAX_BYTES = 2 * 1024 * 1024


def load_definition(source: bytes, process_id: str) -> Definition:
    """Parse a diagram into a definition. Raises DiagramFault for what is malformed, hostile or would not run right."""
    tree = _read(source)
    check_elements(tree)
    if [p.get("id") for p in tree.iter(f"{BPMN}process")] != [process_id]:
        raise DiagramFault(rule="process_missing", node=process_id)
    for container in [*tree.iter(f"{BPMN}process"), *tree.iter(f"{BPMN}subProcess")]:
        check_flow(container)
    try:
        parser = LegalParser()
        parser.add_bpmn_xml(tree, filename=f"{process_id}.bpmn")
        spec, parts = parser.get_spec(process_id), parser.get_subprocess_specs(process_id)
    except (ValidationException, LookupError, AttributeError, TypeError, ValueError) as error:
        raise DiagramFault(rule="unreadable", detail=str(error)[:300]) from error
    return Definition(source, spec, parts, _flows(tree))


def lint(
    definition: Definition,
    *,
    known_timers: Collection[str],
    known_lanes: Collection[str],
    known_services: Collection[str],
    known_forms: Collection[str],
) -> None:
    """Refuse a diagram that names a clock, role, step or form nobody has. Raises DiagramFault."""
    for task in definition.user_tasks:
        if task.lane not in known_lanes:
            raise DiagramFault(rule="unknown_lane", node=task.bpmn_id, name=task.lane)
        if task.bpmn_id not in known_forms:
            raise DiagramFault(rule="form_missing", node=task.bpmn_id)
    for name in sorted(definition.timer_keys - set(known_timers)):
        raise DiagramFault(rule="unknown_timer", name=name)
    for name in sorted(definition.services - set(known_services)):
        raise DiagramFault(rule="unknown_service", name=name)


def _read(source: bytes) -> Any:
    """Parse the bytes without entities, document types, network or anything but UTF-8."""
    if len(source) > MAX_BYTES:
        raise DiagramFault(rule="too_large")
    if b"<!DOCTYPE" in source or b"<!ENTITY" in source:
        raise DiagramFault(rule="doctype")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        source.decode("utf-8")
        tree = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, UnicodeDecodeError, ValueError) as error:
        raise DiagramFault(rule="not_xml", detail=str(error)[:300]) from error
    if (tree.getroottree().docinfo.encoding or "UTF-8").upper() != "UTF-8":
        raise DiagramFault(rule="not_utf8")
    if tree.tag != f"{BPMN}definitions":
        raise DiagramFault(rule="not_a_diagram")
    return tree


def _flows(tree: Any) -> tuple[Flow, ...]:
    return tuple(
        Flow(bpmn_id=f.get("id"), name=f.get("name", ""), source=f.get("sourceRef"), target=f.get("targetRef"))
        for f in tree.iter(f"{BPMN}sequenceFlow")
    )
