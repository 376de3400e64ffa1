"""What people may do at one moment of a walk, right and wrong: each deed is a call of the house's own actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from faults.answers import Beginning, table_of
from faults.picture import Row
from faults.walk_moment import REASON, Deed, Moment, anybody, one_of
from faults.walk_tasks import on_task
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.classify_record import classify_record
from workflow_app.actions.extend_deadline import request_extension
from workflow_app.actions.open_letter import open_letter
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.actions.write_note import write_note
from workflow_app.cases.kinds import kind_of
from workflow_app.people.accounts import Role

STEADY = 3.0  # deeds of this weight bring a case on


def deeds(moment: Moment) -> Iterator[Deed]:
    """Yield what can be tried on the cases of the picture, each once."""
    for case in moment.picture.open_cases():
        for task in moment.picture.of("tasks", case["id"]):
            if task["closed_at"] is None:
                yield from on_task(moment, case, task)
        yield from _on_case(moment, case)
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
    yield Deed(
        name=f"ask for an extension by {officer.name}",
        do=lambda: request_extension(case_number=number, reason=REASON, actor=officer, now=now),
        weight=0.8 if any(d["key"] in kind.extendable for d in running) else 0.05,
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


def _on_record(moment: Moment, record: Row) -> Iterator[Deed]:
    officer = one_of(moment, Role.OFFICER, record) if not moment.errs() else anybody(moment)
    credit_class = moment.chance.choice(("general", "minor", "serious"))
    yield Deed(
        name=f"classify as {credit_class}",
        do=lambda: classify_record(
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
