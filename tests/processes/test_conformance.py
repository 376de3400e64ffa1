"""Every kind that is plugged in brings all that its diagram asks for (docs/adding-a-process.md)."""

from pathlib import Path

import pytest
from flask import Flask

from faults.answers import table_of
from workflow_app.cases.kinds import ProcessKind, all_kinds, discover_kinds
from workflow_app.engine.diagrams import Definition, load_definition
from workflow_app.foundation.labels import has_label
from workflow_app.law.parameters import value_of
from workflow_app.letters.catalogue import LETTERS
from workflow_app.people.accounts import Role

ROOT = Path(__file__).parents[2]
discover_kinds()
KINDS = all_kinds()


def definition(kind: ProcessKind) -> Definition:
    return load_definition((ROOT / "bpmn" / f"{kind.process_id}.bpmn").read_bytes(), kind.process_id)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.key)
def kind(request: pytest.FixtureRequest) -> ProcessKind:
    found: ProcessKind = request.param
    return found


def test_there_is_at_least_one_kind() -> None:
    assert KINDS


def test_every_user_task_has_a_form_a_page_and_a_name(kind: ProcessKind) -> None:
    for task in definition(kind).user_tasks:
        assert task.bpmn_id in kind.forms
        assert (ROOT / "templates" / "processes" / kind.key / f"{task.bpmn_id}.html").exists(), task.bpmn_id
        assert has_label(f"step.{kind.key}.{task.bpmn_id}")


def test_what_walks_answer_are_its_own_steps(kind: ProcessKind) -> None:
    assert set(table_of(kind.key).forms) <= set(kind.forms)


def test_every_lane_is_a_role(kind: ProcessKind) -> None:
    assert {t.lane for t in definition(kind).user_tasks} <= {role.value for role in Role}


def test_every_service_task_has_a_step(kind: ProcessKind) -> None:
    assert set(definition(kind).services) <= set(kind.steps)


def test_every_timer_has_a_parameter_of_the_law_and_a_name(kind: ProcessKind) -> None:
    from datetime import date

    keys = set(definition(kind).timer_keys)
    assert keys == set(kind.timers)
    for key in keys | set(kind.case_clocks):
        assert value_of(key, on=date(2026, 11, 24)).value > 0
        assert has_label(f"clock.{key}")


def test_every_letter_has_a_folder(kind: ProcessKind) -> None:
    assert set(kind.letters) <= set(LETTERS)


def test_the_withdrawal_message_is_drawn(kind: ProcessKind) -> None:
    assert kind.withdrawal is None or kind.withdrawal in definition(kind).messages


def test_kinds_do_not_know_each_other(app: Flask) -> None:
    keys = {k.key for k in KINDS}
    for k in KINDS:
        for path in (ROOT / "workflow_app" / "processes" / k.key).glob("*.py"):
            text = path.read_text("utf-8")
            assert not any(f"processes.{other}" in text for other in keys - {k.key})
