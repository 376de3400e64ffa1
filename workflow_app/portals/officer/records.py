"""Credit records for staff: the list of the department's, one record with its history, and how its dates come about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import render_template, request

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import ProcessKind, all_kinds, batch_kinds, openable_on
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound
from workflow_app.law.facts import InfoType
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, may, require, scope_filter
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.cards import card_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.publication import publication_ledger
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.advice import advice_of
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.invitations import invitation_of
from workflow_app.records.lifecycle import FINAL
from workflow_app.records.record_tasks import RecordTask, RecordTaskKind, open_tasks_of, tasks_by_record

PAGE_SIZE = 30
KINDS = ("all", "todo", "unclassified", "unperformed", "in_repair", "rectifying", "repaired", "lists")


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """One page of the list."""

    rows: tuple[CreditRecord, ...]
    tasks: Mapping[int, RecordTask]  # by record: the open one, a proposal that waits first
    total: int
    page: int
    pages: int


@bp.get("/records")
@guarded(Permission.RECORD_LIST)
def records() -> str:
    """The records within the reader's scope, the newest first."""
    search, kind = request.args.get("search", "").strip()[:100], request.args.get("kind", "all")
    kind = kind if kind in KINDS else "all"
    page = _page(current_actor(), search, kind, request.args.get("page", 1, int))
    return render_template(
        "portals/officer/records.html", page=page, search=search, kind=kind, kinds=KINDS, batches=_batches()
    )


@bp.get("/records/<int:record_id>")
@guarded(Permission.RECORD_VIEW)
def record(record_id: int) -> str:
    """One record: what it says, where it stands, what has happened to it, and the cases on it."""
    card = card_of(record_in_scope(record_id), now())
    return render_template(
        "portals/officer/record.html",
        card=card,
        view=publication_ledger(card.record, card.eligibility, today=card.today),
        history=history_of(record_id)[::-1],
        cases=_cases_on(record_id),
        tasks=open_tasks_of(record_id),
        openable=_openable(card.record, card.today),
        elsewhere=_elsewhere(card.record, card.today),
        final=FINAL,
        advice=advice_of(record_id),
        invitation=invitation_of(record_id),
    )


@bp.get("/records/<int:record_id>/ledger")
@guarded(Permission.RECORD_VIEW)
def record_ledger(record_id: int) -> str:
    """The publication period of a record day by day, opened in place."""
    card = card_of(record_in_scope(record_id), now())
    view = publication_ledger(card.record, card.eligibility, today=card.today)
    if view is None:  # no class, no period
        raise NotFound("ledger_not_found")
    return render_template("portals/shared/ledger_fragment.html", view=view)


def record_in_scope(record_id: int, permission: Permission = Permission.RECORD_VIEW) -> CreditRecord:
    """Return a record the actor may know of. Raises NotFound and NotPermitted by the permission table."""
    found = db.session.get(CreditRecord, record_id)
    if found is None:
        raise NotFound("record_not_found")
    require(current_actor(), permission, found)
    return found


def _page(actor: Actor, search: str, kind: str, number: int) -> RecordPage:
    query = _query(actor, search, kind)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    newest = query.order_by(CreditRecord.determination_date.desc(), CreditRecord.id.desc())
    rows = tuple(db.session.scalars(newest.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)))
    tasks = tasks_by_record([row.id for row in rows])
    return RecordPage(rows=rows, tasks=tasks, total=total, page=number, pages=pages)


def _query(actor: Actor, search: str, kind: str) -> sa.Select[Any]:
    scope = scope_filter(actor, department=CreditRecord.department_id, organisation=sa.literal(0))
    query = sa.select(CreditRecord).where(scope)
    if search:
        columns = (CreditRecord.subject_name, CreditRecord.document_number)
        found = (column.contains(search, autoescape=True) for column in columns)
        query = query.where(sa.or_(CreditRecord.subject_code == search.upper(), *found))
    match kind:
        case "todo":
            return query.where(_has_task())
        case "unclassified":
            penalty = CreditRecord.record_type == InfoType.PENALTY.value
            return query.where(CreditRecord.credit_class.is_(None), penalty)
        case "unperformed":
            return query.where(_has_task(RecordTask.kind == RecordTaskKind.UNPERFORMED))
        case "in_repair":
            return query.where(CreditRecord.repair_case_no.is_not(None))
        case "lists":
            return query.where(CreditRecord.record_type != InfoType.PENALTY.value)
        case "rectifying":
            return query.where(CreditRecord.rectification_case_no.is_not(None))
        case "repaired":
            return query.where(CreditRecord.status == "REPAIRED")
        case _:
            return query


def _has_task(*more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    open_here = (RecordTask.record_id == CreditRecord.id, RecordTask.closed_at.is_(None), *more)
    return sa.exists(sa.select(RecordTask.id).where(*open_here))


def _openable(record: CreditRecord, today: date) -> list[ProcessKind]:
    """The kinds the reader may open on a record: none of which a case is open already."""
    actor = current_actor()
    if not may(actor, Permission.CASE_OPEN, record):
        return []
    running = sa.select(Case.kind).where(Case.record_id == record.id, Case.closed_at.is_(None))
    going = set(db.session.scalars(running))
    return [kind for kind in openable_on(record, role=actor.role, on=today) if kind.key not in going]


def _batches() -> list[ProcessKind]:
    """The kinds the reader may open from a list of records."""
    actor = current_actor()
    return batch_kinds(actor.role) if may(actor, Permission.CASE_OPEN) else []


def _elsewhere(record: CreditRecord, today: date) -> list[ProcessKind]:
    """The kinds that suit a record and that its own department alone opens, for a reader of another one."""
    actor = current_actor()
    if actor.department_id in (None, record.department_id):
        return []
    return [k for k in all_kinds() if k.opening and k.opening.foreign and k.opening.suits(record, today)]


def _cases_on(record_id: int) -> list[Case]:
    query = sa.select(Case).where(Case.record_id == record_id).order_by(Case.received_at.desc())
    return list(db.session.scalars(query).unique())
