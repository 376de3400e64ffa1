"""A kind nobody has heard of: one task, one clock, one letter."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workflow_app.cases.kinds import Field, ProcessKind, StepContext, TaskForm, register_kind, unregister_kind
from workflow_app.cases.timeline import tell
from workflow_app.engine import definitions
from workflow_app.foundation import labels
from workflow_app.letters.issue import issue_letter

HERE = Path(__file__).parent / "toy"
WORDS = {"kind.toy": "玩具", "step.toy.look": "看一看", "step.toy.closed": "已办结", "timeline.toy_seen": "看过了"}


def tell_the_party(step: StepContext) -> None:
    step.case.outcome = "refused"
    department = step.case.department
    assert department is not None
    issue_letter(
        code="L03",
        case_id=step.case.id,
        case_no=step.case.number,
        department=department,
        addressee_name=step.case.organisation.name,
        addressee_code=step.case.organisation.code,
        organisation_id=step.case.organisation_id,
        context={
            "record_document_number": step.case.record.document_number,
            "record_facts": step.case.record.facts,
            "record_decided_on": step.case.record.determination_date.isoformat(),
            "determining_department": step.case.record.department_name,
            "legal_bases": [{"text": "《玩具办法》", "verified": False, "filled_by_clerk": True}],
            "grounds": [str(step.answer["opinion"])],
            "ground_kinds": ["other"],
            "earliest_date": None,
            "competent_body": None,
            "objection_path": None,
            "reapply": "可以再来。",
        },
        actor=step.actor,
        now=step.now,
    )
    tell(step.case.id, "toy_seen", actor=step.actor, now=step.now)


def remind_somebody(step: StepContext) -> None:
    tell(step.case.id, "toy_seen", actor=step.actor, now=step.now, kind="system")


TOY = ProcessKind(
    key="toy",
    prefix="TOY",
    process_id="toy",
    forms={
        "file": TaskForm(step="file", fields=(Field(name="applicant_name"), Field(name="applicant_phone"))),
        "look": TaskForm(step="look", fields=(Field(name="opinion", kind="textarea"),)),
    },
    steps={"tell_the_party": tell_the_party, "remind_somebody": remind_somebody, "escalate_overdue": remind_somebody},
    timers=("repair.accept",),
    letters=("L03",),
)


@contextmanager
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessKind]:
    """Plug the toy in, with its diagram and its words."""
    register_kind(TOY)
    definitions._shipped.cache_clear()
    monkeypatch.setattr(definitions, "FOLDER", HERE)
    for key, text in WORDS.items():
        monkeypatch.setitem(labels._labels(), key, text)  # type: ignore[arg-type]
    yield TOY
    unregister_kind("toy")
    definitions._shipped.cache_clear()
