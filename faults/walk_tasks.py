"""What people do with the open tasks of a walk, right and wrong: answer, claim, release, settle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from faults import walk_stays
from faults.answers import Question, answer, spoilt, table_of
from faults.picture import Row
from faults.walk_moment import REASON, Deed, Moment, anybody, worker
from workflow_app.actions.claim_task import claim_task, release_task
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.extend_deadline import STEP as EXTENSION
from workflow_app.actions.extend_deadline import settle_extension
from workflow_app.actions.settle_write_back import STEP as WRITE_BACK
from workflow_app.actions.settle_write_back import Seen, settle_unknown_write_back
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import FormContext, kind_of
from workflow_app.cases.tasks import APPROVE_RESUMPTION, APPROVE_STAY
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Actor, Role

SHORT = ("choice", "department")


def on_task(moment: Moment, case: Row, task: Row) -> Iterator[Deed]:
    """Yield what can be done with an open task."""
    if task["engine_id"]:
        yield _complete(moment, case, task)
        yield from _as_proposer(moment, case, task)
        person = worker(moment, case, task)
        yield Deed(
            name=f"claim {task['step']}",
            do=lambda: claim_task(task_id=task["id"], actor=person, now=moment.now),
            weight=0.6,
        )
        holder = next((a for a in moment.town.people if a.account_id == task["assignee_id"]), None)
        yield Deed(
            name=f"release {task['step']}",
            do=lambda: release_task(task_id=task["id"], actor=holder or person, now=moment.now),
            weight=0.3 if holder else 0.03,
        )
    elif task["step"] == EXTENSION:
        yield _settle_extension(moment, case, task)
    elif task["step"] in (APPROVE_STAY, APPROVE_RESUMPTION):
        yield walk_stays.settled(moment, case, task)
    elif task["step"] == WRITE_BACK:
        yield _settle_write_back(moment, task)


class Answering:
    """An answer to a task, thought of when it is first given and the same whenever it is sent again."""

    def __init__(self, moment: Moment, case: Row, task: Row, actor: Actor, **more: Any) -> None:
        self.moment, self.case, self.task, self.actor = moment, case, task, actor
        self.version, self.key = more.get("version", case["row_version"]), more.get("key")
        self.spoils = more.get("spoils", False)
        self.given: dict[str, Any] | None = None

    def __call__(self) -> object:
        """Send it."""
        if self.given is None:
            self.given = self._think()
        return complete_task(
            task_id=self.task["id"],
            case_version=self.version,
            answer=self.given,
            idempotency_key=self.key,
            actor=self.actor,
            now=self.moment.now,
        )

    @property
    def said(self) -> str:
        """The choices made in it, for the trace."""
        fields = kind_of(self.case["kind"]).form_for(self.task["step"]).fields
        given = self.given or {}
        return " ".join(str(given.get(f.name)) for f in fields if f.kind in SHORT and f.asked(given))

    def _think(self) -> dict[str, Any]:
        today, chance = legal_day(self.moment.now), self.moment.chance
        case = db.session.get_one(Case, self.case["id"])
        context = FormContext(case=case, actor=self.actor, now=self.moment.now, today=today)
        form = kind_of(case.kind).form_for(self.task["step"])
        question = Question(chance=chance, town=self.moment.town, form=form, context=context, today=today)
        given = answer(table_of(case.kind), question)
        return spoilt(given, question) if self.spoils else given


def _complete(moment: Moment, case: Row, task: Row) -> Deed:
    person, spoils = worker(moment, case, task), moment.errs()
    key = f"t{task['id']}-{moment.chance.random()}" if moment.chance.random() < 0.7 else None
    version = case["row_version"] - moment.errs()
    do = Answering(moment, case, task, person, version=version, key=key, spoils=spoils)
    name = f"{task['step']} by {person.name}" + (" spoilt" if spoils else "")
    return Deed(name=name, do=do, weight=6.0, again="nothing" if key else "refused")


def _as_proposer(moment: Moment, case: Row, task: Row) -> Iterator[Deed]:
    """One person in two seats: whoever proposed last tries to decide."""
    proposals = [d for d in moment.picture.of("decisions", case["id"]) if d["verdict"] is None]
    if proposals and task["step"] == case["stage"]:
        twin = replace(worker(moment, case, task, exactly=True), account_id=proposals[-1]["proposed_by_id"])
        do = Answering(moment, case, task, twin)
        yield Deed(name=f"{task['step']} by its proposer", do=do, weight=1.0, is_forbidden=True)


def _settle_extension(moment: Moment, case: Row, task: Row) -> Deed:
    granted, note = moment.chance.random() < 0.7, moment.chance.choice((REASON, REASON, ""))
    article = "" if moment.errs() else "第九条"
    person = worker(moment, case, task)
    own = moment.errs(2)
    if own:
        asked = [e for e in moment.picture.extensions if e["settled_at"] is None]
        person = replace(worker(moment, case, task, exactly=True), account_id=asked[-1]["requested_by_id"])
    return Deed(
        name=f"settle extension by {person.name}: {granted}",
        do=lambda: settle_extension(
            task_id=task["id"], granted=granted, note=note, basis_article=article, actor=person, now=moment.now
        ),
        weight=3.0,
        is_forbidden=own,
    )


def _settle_write_back(moment: Moment, task: Row) -> Deed:
    """A clerk looks at each platform whose answer is unclear and says what is there."""
    seen = {
        order["destination"]: Seen(
            applied=moment.did(order["key"]),
            receipt_no="" if moment.errs() else f"R-{order['id']}",
        )
        for order in moment.picture.of("orders", task["case_id"])
        if order["state"] in ("unknown", "refused", "failed") and not moment.errs(0.5)
    }
    person = anybody(moment) if moment.errs() else moment.chance.choice(moment.town.holding(Role.CLERK))
    return Deed(
        name=f"settle write-back by {person.name}: {[d for d, s in seen.items() if s.applied]} done",
        do=lambda: settle_unknown_write_back(
            task_id=task["id"], answers=seen, note=REASON, actor=person, now=moment.now
        ),
        weight=3.0,
    )
