"""What people say on a walk: for each kind a small table beside what the fields of its forms already ask for.

`faults/answers/<kind>.py` offers `ANSWERS`; nobody names it. A kind without one is walked with ordinary answers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from random import Random
from typing import Any

from flask import Flask

from faults.walk_town import Town
from workflow_app.actions.file_application import FILING, file_application
from workflow_app.cases.kinds import Answer, Field, FormContext, ProcessKind, TaskForm, kind_of
from workflow_app.people.accounts import Actor

SENTENCE = "经核对材料，情况属实。"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A form that somebody has before them. `context` is None for the form that begins a case."""

    chance: Random
    town: Town
    form: TaskForm
    context: FormContext | None
    today: date


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A case that is about to be begun on a record."""

    chance: Random
    town: Town
    kind: str
    record_id: int
    actor: Actor
    key: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Readying:
    """A new record that is to be brought to where a case of a kind may begin."""

    town: Town
    app: Flask
    record_id: int
    now: datetime


def file_by_party(beginning: Beginning) -> str:
    """Let the party file on its record; return the case's number."""
    form = kind_of(beginning.kind).form_for(FILING)
    today = beginning.now.date()
    question = Question(chance=beginning.chance, town=beginning.town, form=form, context=None, today=today)
    case = file_application(
        record_id=beginning.record_id,
        form=answer(table_of(beginning.kind), question),
        idempotency_key=beginning.key,
        actor=beginning.actor,
        now=beginning.now,
        kind_key=beginning.kind,
    )
    return case.number


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The table of one kind.

    `forms` gives, by step, the values that differ from the ordinary ones; `record` the columns of a record to begin on,
    as of a day; `ready` brings it to where a case may begin, where that takes more than columns; `begin` opens a case, where
    that is not the party's filing.
    """

    forms: Mapping[str, Callable[[Question], Answer]] = field(default_factory=dict)
    record: Callable[[Random, Town, date], dict[str, Any]] = lambda _chance, _town, _day: {}
    ready: Callable[[Readying], None] = lambda _readying: None
    begin: Callable[[Beginning], str] = file_by_party


def table_of(kind: str) -> Answers:
    """Return the table of a kind, an empty one where it has none."""
    name = f"{__name__}.{kind}"
    found = import_module(name).ANSWERS if find_spec(name) else Answers()
    return TABLES.get(kind, found)


TABLES: dict[str, Answers] = {}  # tables handed in by tests, before those of files


def answer(table: Answers, question: Question) -> Answer:
    """Return an answer to a form as somebody of good will might give it: often right, never sure to be."""
    form, context = question.form, question.context
    given = {f.name: _ordinary(f, question) for f in form.fields}
    if context is not None:
        given |= {
            name: value for name, value in form.prefill(context).items() if value and question.chance.random() < 0.5
        }
    return given | table.forms.get(form.step, lambda _question: {})(question)


def spoilt(given: Answer, question: Question) -> Answer:
    """Return the answer with one thing wrong in it."""
    name = question.chance.choice([f.name for f in question.form.fields])
    wrong = question.chance.choice(
        (None, "", "x" * 5000, "含\u202e隐藏字符", "no_such_choice", [], [{"name": ""}], {"a": 1}, -1)
    )
    return given | {name: wrong}


def _ordinary(asked: Field, question: Question) -> Any:
    chance = question.chance
    match asked.kind:
        case "choice":
            return chance.choice(asked.choices)
        case "checkbox":
            return True
        case "date":
            return (question.today - timedelta(days=chance.randrange(30))).isoformat()
        case "department":
            return chance.choice(sorted(question.town.departments.values()))
        case "items":
            return [{"name": "缴款凭证", "requirement": "加盖公章", "response": "已提交"}]
        case "conditions":
            return []
        case _:
            return SENTENCE if asked.required or chance.random() < 0.7 else ""


def tables_of(kinds: tuple[ProcessKind, ...]) -> dict[str, Answers]:
    """Return the tables of some kinds."""
    return {kind.key: table_of(kind.key) for kind in kinds}
