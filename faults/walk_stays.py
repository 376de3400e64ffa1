"""Stays on a walk: asked for, granted or refused, and resumed, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from faults.picture import Row
from faults.walk_moment import REASON, Deed, Moment, anybody, one_of, worker
from workflow_app.actions.stay_case import request_resumption, request_stay, settle_resumption, settle_stay
from workflow_app.cases.kinds import kind_of
from workflow_app.cases.tasks import APPROVE_STAY
from workflow_app.people.accounts import Actor, Role


def asked_for(moment: Moment, case: Row) -> Iterator[Deed]:
    """The officer asks that a case stand still, or go on."""
    number, grounds = case["number"], sorted(kind_of(case["kind"]).stays)
    if not grounds:
        return
    officer = anybody(moment) if moment.errs() else _officer(moment, case)
    ground = moment.chance.choice((*grounds, "none")) if moment.errs() else moment.chance.choice(grounds)
    yield Deed(
        name=f"stay for {ground} by {officer.name}",
        do=lambda: request_stay(
            case_number=number, ground=ground, facts=REASON, paper="通知书", actor=officer, now=moment.now
        ),
        weight=0.2,
    )
    stands = any(s["granted"] and not s["ended_at"] for s in moment.picture.of("stays", case["id"]))
    yield Deed(
        name=f"resume by {officer.name}",
        do=lambda: request_resumption(
            case_number=number, reason=REASON, paper="通知书", actor=officer, now=moment.now
        ),
        weight=3.0 if stands else 0.03,
    )  # fmt: skip


def settled(moment: Moment, case: Row, task: Row) -> Deed:
    """The head of department grants or refuses what the officer asked for; now and then the same person in two seats."""
    granted, note = moment.chance.random() < 0.7, moment.chance.choice((REASON, REASON, ""))
    article = "" if moment.errs() else "第九条"
    waiting = next(s for s in moment.picture.of("stays", case["id"]) if not s["ended_at"])
    is_stay = task["step"] == APPROVE_STAY
    asker = waiting["requested_by_id" if is_stay else "resume_requested_by_id"]
    person, own = worker(moment, case, task), moment.errs(2)
    if own:
        person = replace(worker(moment, case, task, exactly=True), account_id=asker)
    task_id, now = task["id"], moment.now

    def do() -> object:
        if is_stay:
            return settle_stay(
                task_id=task_id, granted=granted, note=note, basis_article=article, actor=person, now=now
            )
        return settle_resumption(task_id=task_id, granted=granted, note=note, actor=person, now=now)

    return Deed(name=f"{task['step']} by {person.name}: {granted}", do=do, weight=3.0, is_forbidden=own)


def _officer(moment: Moment, case: Row) -> Actor:
    holder = [a for a in moment.town.people if a.account_id == case["assignee_id"] and a.role is Role.OFFICER]
    return holder[0] if holder else one_of(moment, Role.OFFICER, case)
