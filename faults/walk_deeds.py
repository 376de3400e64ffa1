"""What people may do at one moment of a walk, right and wrong: each deed is a call of the house's own actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from faults import walk_stays
from faults.answers import Beginning, table_of
from faults.picture import Row
from faults.walk_moment import REASON, Deed, Moment, anybody, one_of
from faults.walk_tasks import on_task
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.answer_slip import answer_slip
from workflow_app.actions.ask_enquiry import ask_enquiry, withdraw_enquiry
from workflow_app.actions.extend_deadline import request_extension
from workflow_app.actions.note_on_record import propose_record_contest, propose_record_shield
from workflow_app.actions.open_letter import open_letter
from workflow_app.actions.reassign_case import reassign_case
from workflow_app.actions.urge_case import urge_case
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.actions.work_on_record import propose_record_class, propose_record_delisting, settle_record_task
from workflow_app.actions.write_note import write_note
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.clock import legal_day
from workflow_app.people.accounts import Actor, Role
from workflow_app.records.record_tasks import RecordTaskKind

STEADY = 3.0  # deeds of this weight bring a case on


def deeds(moment: Moment) -> Iterator[Deed]:
    """Yield what can be tried on the cases of the picture, each once."""
    for case in moment.picture.open_cases():
        for task in moment.picture.of("tasks", case["id"]):
            if task["closed_at"] is None:
                yield from on_task(moment, case, task)
        yield from _on_case(moment, case)
        yield from _oversight(moment, case)
    for letter in moment.picture.letters[-3:]:
        reader = anybody(moment) if moment.errs() else moment.town.party
        yield Deed(
            name=f"open letter {letter['code']}",
            do=lambda i=letter["id"], a=reader: open_letter(letter_id=i, actor=a, now=moment.now),
            weight=0.2,
        )
    for record in moment.picture.records:
        yield from _on_record(moment, record)


def homeward(moment: Moment) -> Iterator[Deed]:
    """Yield the deeds that bring cases to their end, done by the right people."""
    steady = replace(moment, erring=0.0)
    for case in moment.picture.open_cases():
        for task in moment.picture.of("tasks", case["id"]):
            if task["closed_at"] is None:
                yield from (d for d in on_task(steady, case, task) if d.weight >= STEADY)
        yield from (d for d in walk_stays.asked_for(steady, case) if d.weight >= STEADY)


def begin(moment: Moment, *, kind: str, record_id: int, key: str) -> Deed:
    """Return the deed of beginning a case of a kind on a record."""
    table = table_of(kind)
    beginning = Beginning(
        chance=moment.chance,
        town=moment.town,
        kind=kind,
        record_id=record_id,
        actor=anybody(moment) if moment.errs(0.5) else moment.town.party,
        key=key,
        now=moment.now,
    )
    return Deed(name=f"begin {kind}", do=lambda: table.begin(beginning), weight=1.0)


def _on_case(moment: Moment, case: Row) -> Iterator[Deed]:
    number, now, version = case["number"], moment.now, case["row_version"] - moment.errs()
    officer = one_of(moment, Role.OFFICER, case) if not moment.errs() else anybody(moment)
    party = moment.town.party if not moment.errs() else anybody(moment)
    kind, running = kind_of(case["kind"]), [d for d in moment.picture.of("deadlines", case["id"]) if not d["closed_at"]]
    extendable = [d["step"] in kind.party_steps for d in running if d["key"] in kind.extendable]
    asker = party if any(extendable) else officer
    yield Deed(
        name=f"ask for an extension by {asker.name}",
        do=lambda: request_extension(case_number=number, reason=REASON, actor=asker, now=now),
        weight=0.8 if extendable else 0.05,
    )
    in_time = kind.withdrawal is not None and case["decided_at"] is None
    yield Deed(
        name=f"withdraw by {party.name}",
        do=lambda: withdraw_application(
            case_number=number, case_version=version, reason="改日再办", actor=party, now=now
        ),
        weight=0.25,
        is_owed=in_time and party == moment.town.party and version == case["row_version"],
    )
    yield from _enquiry(moment, case, officer, version)
    yield from walk_stays.asked_for(moment, case)
    yield Deed(
        name="write a note",
        do=lambda: write_note(case_number=number, text=REASON, actor=officer, now=now),
        weight=0.15,
    )
    yield Deed(
        name="add a paper",
        do=lambda: add_evidence(
            purpose="other", filename="凭证.pdf", content=b"%PDF-1.4\n" + number.encode(), actor=party, now=now,
            case_number=number,
        ),
        weight=0.15,
    )  # fmt: skip


def _enquiry(moment: Moment, case: Row, officer: Actor, version: int) -> Iterator[Deed]:
    """Another body is asked, and now and then the question is taken back."""
    number, road = case["number"], kind_of(case["kind"]).enquiry
    if road is None:
        return
    code = moment.chance.choice(sorted(moment.town.departments.values()))
    key = f"q{case['id']}-{moment.chance.random()}"
    yield Deed(
        name=f"enquire by {officer.name}",
        do=lambda: ask_enquiry(
            case_number=number,
            case_version=version,
            department_code=code,
            question=REASON,
            reply_how="书面",
            basis_article="第九条",
            idempotency_key=key,
            actor=officer,
            now=moment.now,
        ),
        weight=3.0 if case["stage"] in road.during else 0.05,
        again="nothing",
    )
    yield Deed(
        name=f"recall the enquiry by {officer.name}",
        do=lambda: withdraw_enquiry(
            case_number=number, case_version=version, reason=REASON, actor=officer, now=moment.now
        ),
        weight=1.0 if case["stage"] == "answer_enquiry" else 0.05,
    )  # fmt: skip


def _oversight(moment: Moment, case: Row) -> Iterator[Deed]:
    """What supervisors and heads do about a case, and the answer to a slip."""
    number, now = case["number"], moment.now
    head = anybody(moment) if moment.errs() else one_of(moment, Role.LEADER, case)
    officer = one_of(moment, Role.OFFICER, case)
    key = f"o{case['id']}-{moment.chance.random()}"
    yield Deed(
        name=f"reassign to {officer.name} by {head.name}",
        do=lambda: reassign_case(
            case_number=number, case_version=case["row_version"], officer_id=officer.account_id or 0, reason=REASON,
            idempotency_key=key, actor=head, now=now,
        ),
        weight=0.15,
    )  # fmt: skip
    overseer = anybody(moment) if moment.errs() else one_of(moment, Role.SUPERVISOR, case)
    yield Deed(
        name=f"urge by {overseer.name}",
        do=lambda: urge_case(case_number=number, text=REASON, idempotency_key=key, actor=overseer, now=now),
        weight=0.15,
    )
    for slip in moment.picture.of("slips", case["id"]):
        if slip["answered_at"] is None:
            holders = [a for a in moment.town.people if a.account_id == slip["account_id"]]
            person = moment.chance.choice(holders or [one_of(moment, slip["role"], case)])
            yield Deed(
                name=f"answer a slip by {person.name}",
                do=lambda i=slip["id"], a=person: answer_slip(slip_id=i, text=REASON, actor=a, now=now),
                weight=1.0,
            )


def _on_record(moment: Moment, record: Row) -> Iterator[Deed]:
    """A record's class by two persons: proposed, then settled by another."""
    officer = anybody(moment) if moment.errs() else one_of(moment, Role.OFFICER, record)
    credit_class = moment.chance.choice(("general", "minor", "serious"))
    yield Deed(
        name=f"classify as {credit_class}",
        do=lambda: propose_record_class(
            record_id=record["id"],
            record_version=record["row_version"],
            credit_class=credit_class,
            basis="行业分类标准",
            publication_necessary=True,
            actor=officer,
            now=moment.now,
        ),
        weight=0.1 if record["credit_class"] else 1.0,
    )
    if record["record_type"] != "penalty":
        yield Deed(
            name="propose to delist",
            do=lambda: propose_record_delisting(
                record_id=record["id"],
                record_version=record["row_version"],
                reason=REASON,
                basis="名单管理办法",
                actor=officer,
                now=moment.now,
            ),
            weight=0.2,
        )
    yield from _notes(moment, record, officer)
    for task in moment.picture.record_tasks:
        if task["closed_at"] is None and task["proposal"]:
            yield _settle_record_task(moment, record, task)


def _notes(moment: Moment, record: Row, officer: Actor) -> Iterator[Deed]:
    """What is noted of courts: a contested decision, a plan over the record."""
    today = legal_day(moment.now)
    turn = moment.chance.choice(
        ("upheld", "upheld", "quashed", "changed") if record["contest"] else ("begun", "quashed")
    )
    step = moment.chance.choice(("failed", "performed")) if record["shield"] else "shield"
    values = {
        "court_case_no": "（2026）甘01破1号",
        "ruling_no": "（2026）甘01破1号之二",
        "ruling_date": today.isoformat(),
        "plan_end_date": (today + timedelta(days=90)).isoformat(),
        "administrator": "某某律师事务所",
        "publication": f"R-{record['id']}-p",
        "sharing": f"R-{record['id']}-s",
    }
    yield Deed(
        name=f"note {turn} by {officer.name}",
        do=lambda: propose_record_contest(
            record_id=record["id"], record_version=record["row_version"], turn=turn, contest="litigation",
            day=today.isoformat(), basis=REASON, actor=officer, now=moment.now,
        ),
        weight=0.08,
    )  # fmt: skip
    yield Deed(
        name=f"note plan {step} by {officer.name}",
        do=lambda: propose_record_shield(
            record_id=record["id"], record_version=record["row_version"], step=step, values=values, basis=REASON,
            actor=officer, now=moment.now,
        ),
        weight=0.3 if record["shield"] else 0.06,
    )  # fmt: skip


def _settle_record_task(moment: Moment, record: Row, task: Row) -> Deed:
    head, approved = one_of(moment, Role.APPROVER, record), moment.chance.random() < 0.7
    own = moment.errs(2) and task["proposal"].get("by_id") is not None
    person = replace(head, account_id=task["proposal"]["by_id"]) if own else head
    return Deed(
        name=f"settle {task['kind']} by {person.name}: {approved}",
        do=lambda: settle_record_task(
            record_id=record["id"],
            record_version=record["row_version"],
            kind=RecordTaskKind(task["kind"]),
            approved=approved,
            reason=REASON,
            actor=person,
            now=moment.now,
        ),
        weight=0.8,
        is_forbidden=own,
    )
