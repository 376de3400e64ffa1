"""What stands in the tables of some records and their cases at one moment, as plain rows, with where the engine waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline, Extension, Suspension
from workflow_app.cases.decisions import Decision
from workflow_app.cases.enquiries import Enquiry
from workflow_app.cases.stays import Stay
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.cases.urges import UrgeSlip
from workflow_app.engine.instances import WorkflowInstance, instance_of
from workflow_app.engine.runner import LoadedCase
from workflow_app.engine.waits import armed_timers, live_nodes, open_tasks
from workflow_app.foundation.database import db
from workflow_app.letters.letter import Letter
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import RecordHistory
from workflow_app.records.record_tasks import RecordTask
from workflow_app.records.write_back import WriteBack

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Where the engine holds one case: user tasks by mark with step and lane, timers by key and arming, nodes with tokens."""

    tasks: dict[str, tuple[str, str]]
    timers: frozenset[tuple[str, str]]
    live: frozenset[str]


NOWHERE = Waits(tasks={}, timers=frozenset(), live=frozenset())


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Rows by table, each list in the order of the ids. `waits` is by case; one that has finished waits nowhere."""

    records: list[Row]
    history: list[Row]
    cases: list[Row]
    instances: list[Row]
    tasks: list[Row]
    deadlines: list[Row]
    suspensions: list[Row]
    extensions: list[Row]
    timeline: list[Row]
    decisions: list[Row]
    letters: list[Row]
    orders: list[Row]
    slips: list[Row]
    enquiries: list[Row]
    stays: list[Row]
    record_tasks: list[Row]
    waits: dict[int, Waits]

    def of(self, name: str, case_id: int) -> list[Row]:
        """Return the rows of a table that belong to a case."""
        return [row for row in getattr(self, name) if row["case_id"] == case_id]

    def open_cases(self) -> list[Row]:
        """Return the cases that have not ended."""
        return [case for case in self.cases if case["closed_at"] is None]


BY_CASE: dict[str, Any] = {
    "instances": WorkflowInstance,
    "tasks": CaseTask,
    "deadlines": Deadline,
    "timeline": TimelineEntry,
    "decisions": Decision,
    "letters": Letter,
    "orders": WriteBack,
    "slips": UrgeSlip,
    "enquiries": Enquiry,
    "stays": Stay,
}


def take(records: Collection[int] | None = None) -> Picture:
    """Read some records with all that hangs on them, or everything there is. A read that is still open is ended first."""
    db.session.rollback()
    mine = None if records is None else sorted(records)
    of_case = None if mine is None else sa.select(Case.id).where(Case.record_id.in_(mine))
    of_deadline = None if of_case is None else sa.select(Deadline.id).where(Deadline.case_id.in_(of_case))
    found = {name: _rows(model, "case_id", of_case) for name, model in BY_CASE.items()}
    cases = _rows(Case, "record_id", mine)
    waits = {case["id"]: _waits(case["id"]) for case in cases}
    picture = Picture(
        records=_rows(CreditRecord, "id", mine),
        history=_rows(RecordHistory, "record_id", mine),
        record_tasks=_rows(RecordTask, "record_id", mine),
        cases=cases,
        suspensions=_rows(Suspension, "deadline_id", of_deadline),
        extensions=_rows(Extension, "deadline_id", of_deadline),
        waits=waits,
        **found,
    )
    db.session.rollback()
    return picture


def _rows(model: Any, column: str, wanted: Any) -> list[Row]:
    table = model.__table__
    query = sa.select(table).order_by(table.c.id)
    if wanted is not None:
        query = query.where(table.c[column].in_(wanted))
    return [dict(row) for row in db.session.connection().execute(query).mappings()]


def _waits(case_id: int) -> Waits:
    """Load a case's engine state, its seal checked, and say what it waits for."""
    instance = instance_of(case_id)
    if instance.state is None:
        return NOWHERE
    live = LoadedCase(instance.definition, instance.state).live
    return Waits(
        tasks={mark: (task.bpmn_id, task.lane) for mark, task in open_tasks(live).items()},
        timers=frozenset((timer.key, timer.arming) for timer in armed_timers(live)),
        live=live_nodes(live),
    )
