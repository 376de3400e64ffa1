"""How the nodes of one scope must hang together, so that every road waits, ends and means one thing (engine traps)."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from workflow_app.engine.drawing_rules import BPMN, NODES
from workflow_app.engine.faults import DiagramFault

WAITS = {"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"}
HOSTS = {"userTask", "receiveTask", "subProcess"}


@dataclass
class Scope:
    """A process or subprocess as a graph: its nodes, what each is, and where the arrows lead."""

    name: str
    nodes: dict[str, Any]
    kinds: dict[str, str]
    flows: list[Any]
    after: dict[str, list[str]]
    before: dict[str, list[str]]

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the ids of all nodes of some kinds."""
        return [n for n, kind in self.kinds.items() if kind in kinds]

    def reached_from(self, nodes: list[str]) -> set[str]:
        """Return every node a token may come to from some nodes, these included; boundary events go with their host."""
        hanging: dict[str, list[str]] = {}
        for event in self.of_kind("boundaryEvent"):
            hanging.setdefault(self.nodes[event].get("attachedToRef"), []).append(event)
        seen: set[str] = set()
        todo = list(nodes)
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += self.after[node] + hanging.get(node, [])
        return seen


def check_flow(container: Any) -> None:
    """Refuse a scope that would hang, spin, split its token or never end. Raises DiagramFault."""
    scope = _scope(container)
    _check_ends(scope)
    _check_arrows(scope)
    _check_boundaries(scope)
    _check_reached(scope)
    _check_circles(scope)
    _check_joins(scope)
    _check_twins(scope)


def _scope(container: Any) -> Scope:
    nodes = {e.get("id", ""): e for e in container if isinstance(e.tag, str) and e.tag.removeprefix(BPMN) in NODES}
    flows = container.findall(f"{BPMN}sequenceFlow")
    after: dict[str, list[str]] = {n: [] for n in nodes}
    before: dict[str, list[str]] = {n: [] for n in nodes}
    for flow in flows:
        source, target = flow.get("sourceRef"), flow.get("targetRef")
        if source not in nodes or target not in nodes:
            raise DiagramFault(rule="flow_leaves_scope", node=flow.get("id", ""))
        if target in after[source]:
            raise DiagramFault(rule="flow_twice", node=flow.get("id", ""))
        after[source].append(target)
        before[target].append(source)
    kinds = {n: e.tag.removeprefix(BPMN) for n, e in nodes.items()}
    return Scope(container.get("id", ""), nodes, kinds, flows, after, before)


def _check_ends(scope: Scope) -> None:
    """One plain start, an end that throws nothing, and no road that simply stops."""
    if len(scope.of_kind("startEvent")) != 1:
        raise DiagramFault(rule="one_start", node=scope.name)
    if not scope.of_kind("endEvent"):
        raise DiagramFault(rule="no_end", node=scope.name)
    for node, kind in scope.kinds.items():
        events = [e for e in scope.nodes[node] if isinstance(e.tag, str) and e.tag.endswith("EventDefinition")]
        if kind == "startEvent" and events:
            raise DiagramFault(rule="start_by_event", node=node)
        if kind == "endEvent" and any(not e.tag.endswith("}terminateEventDefinition") for e in events):
            raise DiagramFault(rule="end_throws", node=node)
        if kind in ("boundaryEvent", "intermediateCatchEvent") and len(events) != 1:
            raise DiagramFault(rule="one_event", node=node)
        if kind != "endEvent" and not scope.after[node]:
            raise DiagramFault(rule="dead_end", node=node)


def _check_arrows(scope: Scope) -> None:
    """A choice is made by an exclusive gateway that always has an answer, and by nothing else."""
    for flow in scope.flows:
        source, condition = flow.get("sourceRef"), flow.find(f"{BPMN}conditionExpression")
        is_default = scope.nodes[source].get("default") == flow.get("id")
        if condition is not None and (scope.kinds[source] != "exclusiveGateway" or is_default):
            raise DiagramFault(rule="condition_has_no_meaning", node=flow.get("id", ""))
        several = len(scope.after[source]) > 1
        if scope.kinds[source] == "exclusiveGateway" and several and condition is None and not is_default:
            raise DiagramFault(rule="flow_without_condition", node=flow.get("id", ""))
    for node in scope.of_kind("exclusiveGateway"):
        own = {f.get("id") for f in scope.flows if f.get("sourceRef") == node}
        if len(scope.after[node]) > 1 and scope.nodes[node].get("default") not in own:
            raise DiagramFault(rule="gateway_without_default", node=node)


def _check_boundaries(scope: Scope) -> None:
    """A boundary event hangs on what waits and does not lead straight back to it: it would not interrupt twice."""
    for node in scope.of_kind("boundaryEvent"):
        host = scope.nodes[node].get("attachedToRef")
        if scope.kinds.get(host) not in HOSTS:
            raise DiagramFault(rule="boundary_without_host", node=node)
        if host in scope.after[node]:
            raise DiagramFault(rule="boundary_back_to_its_task", node=node)


def _check_reached(scope: Scope) -> None:
    if unreached := set(scope.nodes) - scope.reached_from(scope.of_kind("startEvent")):
        raise DiagramFault(rule="unreachable", node=min(unreached))


def _check_circles(scope: Scope) -> None:
    """A circle of nodes of which none waits would run for ever."""
    restless = {n for n in scope.nodes if not _waits(scope, n)}
    try:
        TopologicalSorter({n: [b for b in scope.before[n] if b in restless] for n in restless}).prepare()
    except CycleError as error:
        raise DiagramFault(rule="circle_without_wait", node=min(error.args[1])) from error


def _waits(scope: Scope, node: str) -> bool:
    """Whether a token always rests here; in a subprocess it may slip through where one road has no waiting node."""
    if scope.kinds[node] != "subProcess":
        return scope.kinds[node] in WAITS
    inner = _scope(scope.nodes[node])
    seen: set[str] = set()
    todo = inner.of_kind("startEvent")
    while todo:
        here = todo.pop()
        if here in seen or _waits(inner, here):
            continue
        if inner.kinds[here] == "endEvent":
            return False
        seen.add(here)
        todo += inner.after[here]
    return True


def _check_joins(scope: Scope) -> None:
    """A parallel join inside a circle fires after one branch from its second round on."""
    for join in scope.of_kind("parallelGateway"):
        if len(scope.before[join]) > 1 and join in scope.reached_from(scope.after[join]):
            raise DiagramFault(rule="join_in_circle", node=join)


def _check_twins(scope: Scope) -> None:
    """One message with two interrupting events on one task would leave two tokens; arms of a gateway must differ."""
    seen: set[tuple[str, str]] = set()
    for node in scope.of_kind("boundaryEvent", "intermediateCatchEvent"):
        element = scope.nodes[node]
        if scope.kinds[node] == "boundaryEvent":
            places = [] if element.get("cancelActivity") == "false" else [element.get("attachedToRef", "")]
        else:
            places = [b for b in scope.before[node] if scope.kinds[b] == "eventBasedGateway"]
        for pair in ((place, _waited_for(element)) for place in places):
            if pair in seen:
                raise DiagramFault(rule="event_twice", node=node)
            seen.add(pair)


def _waited_for(element: Any) -> str:
    """What an event waits for: the message's reference or the timer's key."""
    message = element.find(f"{BPMN}messageEventDefinition")
    if message is not None:
        return str(message.get("messageRef", ""))
    return (element.findtext(f".//{BPMN}timeDate") or "").strip()
