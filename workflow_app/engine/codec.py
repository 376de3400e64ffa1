"""Compact state of a case: what the definition cannot tell, as a few hundred bytes (docs/decisions/0002).

Predicted tasks are dropped and predicted again before they run; finished history is dropped while one token lives;
finished subprocesses are dropped. A state fits exactly one definition.
"""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

import msgpack
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.definition import Definition

FORMAT = 1
_SUBSTITUTES = count(1)  # ids of finished tasks while a case is loaded: unique, and cheaper than a UUID
LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
PREDICTED = TaskState.MAYBE | TaskState.LIKELY | TaskState.FUTURE


def dump(workflow: Any, definition: Definition) -> bytes | None:
    """Return the state of a workflow, or None once it has finished."""
    if workflow.completed and not any(t._state & (LIVE | PREDICTED) for t in workflow.tasks.values()):
        return None
    if workflow.bpmn_events:
        raise RuntimeError("a message was thrown and nobody took it")
    rows, places = _rows(workflow, definition)
    subprocesses = []
    for task_id, part in workflow.subprocesses.items():
        parent = workflow.get_task_from_id(task_id)
        if parent is None or parent._state & TaskState.FINISHED_MASK:
            continue
        part_rows, part_places = _rows(part, definition)
        head = [part.depth, task_id.bytes, part.spec.name, _flags(part), _last(part, part_places), part.data or 0]
        subprocesses.append([*head, part_rows])
    subprocesses.sort(key=lambda entry: entry[0])
    state = [FORMAT, _flags(workflow), _last(workflow, places), workflow.data or 0, rows, subprocesses]
    packed: bytes = msgpack.packb(state, use_bin_type=True)
    return packed


def load(state: bytes, definition: Definition, engine: Any) -> Any:
    """Return the workflow of a state. `engine` is the script engine of this one loaded case."""
    version, flags, last, data, rows, subprocesses = msgpack.unpackb(state, raw=False, strict_map_key=False)
    if version != FORMAT:
        raise ValueError(f"unknown state format {version}")
    workflow = BpmnWorkflow(definition.spec, definition.subprocesses, script_engine=engine, deserializing=True)
    _restore(workflow, rows, definition, workflow.event_manager, flags=flags, last=last, data=data)
    for _depth, parent_id, name, part_flags, part_last, part_data, part_rows in subprocesses:
        task_id = UUID(bytes=parent_id)
        parent = workflow.get_task_from_id(task_id)
        part = BpmnSubWorkflow(definition.subprocesses[name], task_id, workflow, deserializing=True)
        workflow.subprocesses[task_id] = part
        _restore(part, part_rows, definition, workflow.event_manager, flags=part_flags, last=part_last, data=part_data)
        part.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    return workflow


def _flags(workflow: Any) -> int:
    return int(workflow.success) | 2 * int(workflow.completed)


def _last(workflow: Any, places: dict[UUID, int]) -> int:
    return places.get(workflow.last_task.id, -1) if workflow.last_task else -1


def _rows(workflow: Any, definition: Definition) -> tuple[list[list[Any]], dict[UUID, int]]:
    """Return a row per kept task, parents before children, and where each task stands."""
    index = definition.index[workflow.spec.name]
    dropped = _predicted(workflow)
    root = workflow.task_tree
    top = _highest_needed(workflow)
    kept: list[Any] = [root] if top is not None and top is not root else []
    todo: list[Any] = [top if kept else root]
    while todo:
        task = todo.pop()
        kept.append(task)
        todo.extend(workflow.tasks[c] for c in reversed(task._children) if c not in dropped)
    places = {task.id: place for place, task in enumerate(kept)}
    rows = []
    for place, task in enumerate(kept):
        parent = -1 if place == 0 else 0 if task is top else places[task._parent]
        if task is root and top not in (None, root):
            data: Any = 0
        elif place == 0 or task is top:
            data = task.data or 0
        else:
            data = _difference(task.data, workflow.tasks[task._parent].data)
        mark = task.id.bytes if task._state & LIVE else 0  # nobody asks for the id of a finished task
        rows.append(
            [index[task.task_spec.name], task._state, parent, mark, int(task.triggered), task.internal_data or 0, data]
        )
    return rows, places


def _difference(data: dict[str, Any], parent: dict[str, Any]) -> Any:
    """What a task's data has other than its parent's: None for nothing, a dict of changes, or [changes, removed]."""
    if data == parent:
        return None
    changed = {k: v for k, v in data.items() if k not in parent or parent[k] != v}
    removed = [k for k in parent if k not in data]
    return [changed, removed] if removed else changed


def _predicted(workflow: Any) -> set[UUID]:
    """Ids of predicted tasks below live ones, which prediction makes again."""
    dropped: set[UUID] = set()
    for task in workflow.tasks.values():
        if not task._state & LIVE or not task._children:
            continue
        below, todo, pure = [], list(task._children), True
        while todo and pure:
            child = workflow.tasks[todo.pop()]
            pure = not child.triggered and bool(child._state & PREDICTED) and not child.internal_data
            below.append(child.id)
            todo.extend(child._children)
        if pure:
            dropped.update(below)
    return dropped


def _highest_needed(workflow: Any) -> Any:
    """The task below which everything must be kept, or None: all history stays unless there is one token."""
    live = [t for t in workflow.tasks.values() if t._state & LIVE]
    tokens = [t for t in live if not isinstance(t.task_spec, BoundaryEvent)]
    if len(tokens) != 1 or tokens[0].triggered:
        return None
    parent = tokens[0]._parent
    if any(t._parent != parent for t in live):
        return None
    for task in workflow.tasks.values():
        above = workflow.tasks.get(task._parent)
        if not task._state & PREDICTED or above is None or above.id == parent:
            continue
        if above._state & TaskState.FINISHED_MASK:
            return None
    return workflow.tasks.get(parent)


def _restore(
    workflow: Any, rows: list[Any], definition: Definition, events: Any, *, flags: int, last: int, data: Any
) -> None:
    """Put the tasks of a state into an empty workflow."""
    specs: list[Any] = definition.nodes[workflow.spec.name]
    made: list[Any] = []
    for spec_index, state, parent_place, mark, triggered, internal, own in rows:
        task = Task.__new__(Task)
        task.id = UUID(bytes=mark) if mark else next(_SUBSTITUTES)
        task.workflow, task._children, task._state = workflow, [], state
        task.triggered, task.task_spec, task.thread_id = bool(triggered), specs[spec_index], 0
        task.internal_data, task.last_state_change = internal or {}, 0.0
        if parent_place < 0:
            task._parent, task.data = None, own or {}
        else:
            parent = made[parent_place]
            task._parent = parent.id
            parent._children.append(task.id)
            task.data = _inherited(parent.data, own)
        workflow.tasks[task.id] = task
        made.append(task)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            events.add_task(task)
    workflow.task_tree = made[0]
    workflow.success, workflow.completed = bool(flags & 1), bool(flags & 2)
    workflow.data = data or {}
    workflow.last_task = made[last] if last >= 0 else None


def _inherited(parent: dict[str, Any], own: Any) -> dict[str, Any]:
    if own == 0 and not isinstance(own, dict):
        return {}
    data: dict[str, Any] = DeepMerge.merge({}, parent)
    changed, removed = own if isinstance(own, list) else (own or {}, [])
    data.update(changed)
    for key in removed:
        data.pop(key, None)
    return data
