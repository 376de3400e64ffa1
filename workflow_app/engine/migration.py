"""Open cases to a new version of their diagram: what would change, who can go, and the going itself.

Nothing is reset: the state bytes are re-addressed by node id, so open tasks and armed timers keep their marks and rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgpack
import sqlalchemy as sa
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.advance import Step
from workflow_app.engine.codec import LIVE
from workflow_app.engine.definition import Definition
from workflow_app.engine.definitions import WorkflowDefinition
from workflow_app.engine.instances import WorkflowInstance, check_seal
from workflow_app.engine.movement import Trace, scopes
from workflow_app.engine.runner import LoadedCase
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import RuleViolation

SLICE = 500


class CannotMove(RuleViolation):
    """A token stands where the new diagram has nothing, or something of another kind."""

    code = "cannot_move_case"

    def __init__(self, node: str) -> None:
        super().__init__("cannot_move_case", node=node)
        self.node = node


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a new version adds, takes away and changes, by node id; a changed node has other arrows, events or kind."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Rehearsal:
    """What a move of all open cases would do: how many can go, and for each refused case the node it stands at."""

    difference: Difference
    movable: int = 0
    refused: dict[int, str] = field(default_factory=dict)


def compare(old: Definition, new: Definition) -> Difference:
    """Return what differs between two versions of a diagram."""
    before, after = _shapes(old), _shapes(new)
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(n for n in before.keys() & after.keys() if before[n] != after[n])),
    )


def move_state(state: bytes, old: Definition, new: Definition) -> Step:
    """Bring a state to another version: tokens keep their marks, timers that are new on a live activity are armed.

    Raises CannotMove where a token has no counterpart.
    """
    case = LoadedCase(new, _readdressed(state, old, new))

    def arm(_: Trace) -> None:
        for part in scopes(case.workflow):
            for task in list(part.tasks.values()):
                if task.has_state(LIVE) and not isinstance(task.task_spec, CatchingEvent):
                    _arm_added(part, task, old)

    return case.move(arm)


def move_instance(instance: WorkflowInstance, version: WorkflowDefinition) -> Step:
    """Put an open case on another version of its diagram; the caller applies the step, which saves the state."""
    require_transaction()
    check_seal(instance)
    if instance.state is None:
        raise CannotMove("")
    step = move_state(instance.state, instance.definition, version.parsed)
    instance.version, instance.definition_id = version, version.id
    return step


def rehearse(old: WorkflowDefinition, new: WorkflowDefinition) -> Rehearsal:
    """Try a move on every open case of a version and keep nothing."""
    found = Rehearsal(difference=compare(old.parsed, new.parsed))
    last = 0
    while True:
        rows = list(db.session.scalars(_open_instances(old, after=last)))
        for instance in rows:
            last = instance.id
            try:
                move_state(instance.state or b"", old.parsed, new.parsed)
                found.movable += 1
            except CannotMove as refusal:
                found.refused[instance.case_id] = refusal.node
        if len(rows) < SLICE:
            return found


def _open_instances(version: WorkflowDefinition, *, after: int) -> sa.Select[WorkflowInstance]:
    query = sa.select(WorkflowInstance)
    query = query.where(WorkflowInstance.definition_id == version.id, WorkflowInstance.state.is_not(None))
    return query.where(WorkflowInstance.id > after).order_by(WorkflowInstance.id).limit(SLICE)


def _shapes(definition: Definition) -> dict[str, tuple[Any, ...]]:
    """Return what makes each drawn node what it is: kind, lane, arrows, events."""
    arrows = sorted(definition.flow_between)
    shapes: dict[str, tuple[Any, ...]] = {}
    for part in definition.parts:
        for spec in part.task_specs.values():
            if spec.bpmn_id:
                own = [a for a in arrows if spec.bpmn_id in a]
                event = getattr(getattr(spec, "event_definition", None), "name", None)
                service = getattr(spec, "operation_name", None)
                shapes[spec.bpmn_id] = (type(spec).__name__, spec.lane, part.name, own, event, service)
    return shapes


def _readdressed(state: bytes, old: Definition, new: Definition) -> bytes:
    *head, rows, subprocesses = msgpack.unpackb(state, raw=False, strict_map_key=False)
    parts = [[*part[:-1], _moved(part[2], part[-1], old, new)] for part in subprocesses]
    packed: bytes = msgpack.packb([*head, _moved(old.spec.name, rows, old, new), parts], use_bin_type=True)
    return packed


def _moved(scope: str, rows: list[list[Any]], old: Definition, new: Definition) -> list[list[Any]]:
    if scope not in new.index:
        raise CannotMove(scope)
    for row in rows:
        spec = old.nodes[scope][row[0]]
        place = new.index[scope].get(spec.name)
        if place is None or type(spec) is not type(new.nodes[scope][place]):
            raise CannotMove(spec.name.partition(".")[0])  # the library's own nodes are called after a drawn one
        row[0] = place
    return rows


def _arm_added(part: Any, main: Any, old: Definition) -> None:
    """Arm the boundary events that the new version hangs on an activity which is live already."""
    split_spec = next((s for s in main.task_spec.inputs if isinstance(s, BoundaryEventSplit)), None)
    if split_spec is None:
        return
    was = old.nodes[part.spec.name][old.index[part.spec.name][main.task_spec.name]]
    known = {o.name for s in was.inputs if isinstance(s, BoundaryEventSplit) for o in s.outputs}
    split = main.parent
    if split.task_spec is not split_spec:
        split = _put_split_above(main, split_spec)
    for spec in split_spec.outputs:
        if spec is not main.task_spec and spec.name not in known:  # one that has fired before is known: not again
            spec._update(split._add_child(spec, TaskState.WAITING))


def _put_split_above(main: Any, split_spec: Any) -> Any:
    """The first boundary event of an activity: the library wants a split between it and what came before."""
    parent = main.parent
    split = parent._add_child(split_spec, TaskState.FUTURE)
    parent._children.remove(main.id)
    main.parent, split.children = split, [main]
    split._set_state(TaskState.COMPLETED)
    return split
