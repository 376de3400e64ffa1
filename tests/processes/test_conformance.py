"""Every kind that is plugged in brings all that its diagram asks for (docs/adding-a-process.md)."""

from datetime import date
from pathlib import Path

import pytest

from faults.answers import table_of
from workflow_app.actions.sweep_deadlines import ESCALATE
from workflow_app.cases.kinds import ProcessKind, all_kinds, application_kind, discover_kinds
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
    keys = set(definition(kind).timer_keys)
    assert keys == set(kind.timers)
    for key in keys | set(kind.case_clocks):
        assert value_of(key, on=date(2026, 11, 24)).value > 0
        assert has_label(f"clock.{key}")


def test_every_letter_has_a_folder(kind: ProcessKind) -> None:
    assert set(kind.letters) <= set(LETTERS)


def test_the_withdrawal_message_is_drawn(kind: ProcessKind) -> None:
    assert kind.withdrawal is None or kind.withdrawal in definition(kind).messages


def test_clocks_beside_the_diagram_can_be_escalated(kind: ProcessKind) -> None:
    assert not kind.case_clocks or ESCALATE in kind.steps


def test_what_can_be_extended_says_how_often_by_how_much_and_tells_the_party(kind: ProcessKind) -> None:
    assert set(kind.extendable) <= set(kind.timers)
    for key in ("extend", "extend_times") if kind.extendable else ():
        assert value_of(f"{kind.key}.{key}", on=date(2026, 11, 24)).value > 0
    assert not kind.extendable or "extend" in kind.steps


def test_its_party_can_read_where_it_stands(kind: ProcessKind) -> None:
    assert kind.milestones
    for milestone in kind.milestones:
        assert kind.words("milestone", milestone.key) or has_label(f"milestone.{milestone.key}"), milestone.key
        assert milestone.steps <= {*kind.forms, "file"}
        if milestone.within:
            assert value_of(milestone.within, on=date(2026, 11, 24)).value > 0
            assert has_label(f"milestone_hint.{kind.key}.{milestone.key}")
    assert all(kind.stage_label(task.bpmn_id) for task in definition(kind).user_tasks)
    assert kind.party_steps == {t.bpmn_id for t in definition(kind).user_tasks if t.lane == Role.APPLICANT}


def test_what_is_promised_and_signed_has_a_clock_and_words(kind: ProcessKind) -> None:
    assert not kind.applied_for or (kind.promised and kind.commitments and kind.breaches)
    assert all(map(has_label, (*kind.commitments, *kind.breaches)))
    for key in (kind.promised.accept, kind.promised.answer, kind.promised.execute) if kind.promised else ():
        assert value_of(key, on=date(2026, 11, 24)).value > 0


def test_one_kind_is_applied_for_from_the_page_of_a_record() -> None:
    assert [kind for kind in KINDS if kind.applied_for] == [application_kind()]


def test_every_choice_and_field_of_a_form_has_words(kind: ProcessKind) -> None:
    missing = [
        f"choice.{kind.key}.{field.name}.{choice}"
        for form in kind.forms.values()
        for field in form.fields
        for choice in field.choices
        if not has_label(f"choice.{kind.key}.{field.name}.{choice}")
    ]
    assert missing == []


def test_what_staff_open_has_a_page_and_words_for_its_case(kind: ProcessKind) -> None:
    if kind.opening is None:
        return
    assert not kind.applied_for
    assert (ROOT / "templates" / "processes" / kind.key / "file.html").exists()
    assert kind.opening.candidates is None or (ROOT / "templates" / "processes" / kind.key / "batch.html").exists()
    assert not kind.opening.foreign or has_label(f"error.{kind.opening.foreign}")
    shown = [field for step in ("file", *kind.party_steps) for field in kind.forms[step].fields]
    assert [f.name for f in shown if not has_label(f"field.{kind.key}.{f.name}")] == []
