"""What the addresses of the application can name, in combinations that belong together, and the fields its pages have."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict

from faults.hostile_values import GOOD
from tests.authz.town import Town
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.kinds import all_kinds
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Account
from workflow_app.records.credit_record import CreditRecord
from workflow_app.settings import ROOT

FIELD = re.compile(r"""(?:field|textarea|choice|select|check|hidden)\('([a-z_]+)'|name="([a-z_]+)\"""")
Names = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Places:
    """`by_rule`: what an address may name. `versions`: the version of each case. `lanes`: the role of each open task."""

    by_rule: dict[str, list[Names]]
    versions: dict[str, int]
    lanes: dict[int, str]


def places_of(town: Town) -> Places:
    """Return the places of a town, inside its context."""
    cases = {c.id: c for c in db.session.scalars(sa.select(Case)).unique()}
    tasks = list(db.session.scalars(sa.select(CaseTask)))
    of_case = {
        "task_id": [{"number": cases[t.case_id].number, "task_id": t.id} for t in tasks],
        "letter_id": _in_cases(Letter, cases, "letter_id"),
        "evidence_id": _in_cases(Evidence, cases, "evidence_id"),
    }
    single: dict[str, list[Any]] = {
        "record_id": list(db.session.scalars(sa.select(CreditRecord.id))),
        "deadline_id": list(db.session.scalars(sa.select(Deadline.id))),
        "account_id": list(db.session.scalars(sa.select(Account.id))),
        "act": ["disable", "sessions", "reset", "enable"],
        "kind": ["classify", "unperformed", "commitment", *(k.key for k in all_kinds() if k.opening)],
        "key": ["letter:x", "wb:x", "letter:done"],
        "page": [1],
        "digest": [town.names["digest"]],
        "token": [town.names["no_link"]],
        "batch_id": [town.names["batch"]],
        "change_id": [town.names["change"]],
    }
    numbers = [{"number": c.number} for c in cases.values()]
    found: dict[str, list[Names]] = {}
    for rule in town.app.url_map.iter_rules():
        together = next((of_case[a] for a in of_case if a in rule.arguments and of_case[a]), numbers)
        rest = {a: single.get(a, [town.names.get(a, "x")]) for a in rule.arguments}
        found[rule.rule] = [
            {a: values[index % len(values)] for a, values in rest.items()} | names
            for index, names in enumerate(together * 3)
        ]
    lanes = {t.id: t.role for t in tasks if t.closed_at is None}
    return Places(by_rule=found, versions={c.number: c.row_version for c in cases.values()}, lanes=lanes)


def listen(app: Flask) -> dict[str, set[str]]:
    """Return a book into which the application writes, by endpoint, what each view asks of a form or a question."""
    book: dict[str, set[str]] = defaultdict(set)

    class Asked(ImmutableMultiDict[str, str]):
        def get(self, key: str, *more: Any, **options: Any) -> Any:
            book[request.endpoint or ""].add(key)
            return super().get(key, *more, **options)

        def getlist(self, key: str, *more: Any, **options: Any) -> Any:
            book[request.endpoint or ""].add(key)
            return super().getlist(key, *more, **options)

    app.request_class = type("Request", (app.request_class,), {"parameter_storage_class": Asked})
    return book


def fields() -> list[str]:
    """Return the names of all fields of all pages and forms, so that a new page is attacked without a word here."""
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html"))
    named = {one or other for one, other in FIELD.findall(pages)}
    typed = {f.name for kind in all_kinds() for form in kind.forms.values() for f in form.fields}
    return sorted((named | typed | set(GOOD)) - {"csrf_token"})


def _in_cases(table: Any, cases: dict[int, Case], name: str) -> list[Names]:
    rows = db.session.scalars(sa.select(table).where(table.case_id.is_not(None)))
    return [{"number": cases[row.case_id].number, name: row.id} for row in rows if row.case_id in cases]
