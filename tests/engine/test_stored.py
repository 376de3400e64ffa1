"""Definitions and instances as rows: versions by hash, states under a seal, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from tests import world as w
from tests.engine.test_repair import SOURCE, with_countersign
from workflow_app.engine.definitions import WorkflowDefinition, current, definition_of, register
from workflow_app.engine.diagrams import DiagramFault
from workflow_app.engine.instances import EngineStateAltered, WorkflowInstance, instance_of, save
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import NotFound

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def case_id(app: Flask) -> int:
    world = w.make_world()
    number = w.file(world, w.make_record(world))
    return w.case(number).id


def test_a_diagram_is_registered_once_and_changes_make_versions(app: Flask) -> None:
    with transaction():
        one = register("repair", SOURCE, now=NOW)
        two = register("repair", with_countersign(), now=NOW)
        assert register("repair", SOURCE, now=NOW).id == one.id
        assert (one.version, two.version) == (1, 2)
        assert current("repair", now=NOW).id == one.id
        assert definition_of(two.id) is two.parsed


def test_a_bad_diagram_is_not_registered(app: Flask) -> None:
    with transaction():
        with pytest.raises(DiagramFault):
            register("repair", b"<html/>", now=NOW)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(WorkflowDefinition)) == 0


def test_two_processes_register_the_same_diagram_at_once(app: Flask) -> None:
    found: list[int] = []

    def work() -> None:
        with app.app_context(), transaction():
            found.append(current("repair", now=NOW).id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_definitions_that_were_changed_in_the_database_are_not_run(case_id: int) -> None:
    with transaction():
        changed = sa.update(WorkflowDefinition).values(source=SOURCE + b"<!-- -->", sha256="0" * 64)
        db.session.execute(changed)
    db.session.expire_all()
    with pytest.raises(EngineStateAltered):
        _ = instance_of(case_id).definition


def test_a_case_without_an_instance_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        instance_of(4711)


def test_every_flipped_byte_is_noticed(case_id: int) -> None:
    state = instance_of(case_id).state or b""
    for place in range(len(state)):
        flipped = state[:place] + bytes([state[place] ^ 1]) + state[place + 1 :]
        _store(case_id, state=flipped)
        with pytest.raises(EngineStateAltered):
            instance_of(case_id)
    _store(case_id, state=state)
    assert instance_of(case_id).state == state


@pytest.mark.parametrize("state", [b"", None, b"\x00", b"\x91\x01"])
def test_cut_empty_and_invented_states_are_noticed(case_id: int, state: bytes | None) -> None:
    _store(case_id, state=state)
    with pytest.raises(EngineStateAltered):
        instance_of(case_id)


def test_a_state_of_another_case_is_noticed(app: Flask) -> None:
    world = w.make_world()
    numbers = [w.file(world, w.make_record(world)) for _ in range(2)]
    one, two = (instance_of(w.case(n).id) for n in numbers)
    _store(two.case_id, state=one.state, seal=one.seal)
    with pytest.raises(EngineStateAltered):
        instance_of(two.case_id)


def test_one_altered_case_does_not_stop_the_others(app: Flask) -> None:
    world = w.make_world()
    numbers = [w.file(world, w.make_record(world)) for _ in range(2)]
    _store(w.case(numbers[0]).id, state=b"\x00")
    with pytest.raises(EngineStateAltered):
        w.answer(numbers[0], world.officer, w.ACCEPTED)
    assert w.answer(numbers[1], world.officer, w.ACCEPTED).stage == "review"


def test_another_key_does_not_fit(app: Flask, case_id: int) -> None:
    key = app.extensions["engine_key"]
    app.extensions["engine_key"] = b"another"
    try:
        with pytest.raises(EngineStateAltered):
            instance_of(case_id)
    finally:
        app.extensions["engine_key"] = key


def test_who_comes_second_is_told(case_id: int) -> None:
    overtaken = sa.update(WorkflowInstance).values(row_version=WorkflowInstance.row_version + 1)
    with pytest.raises(StaleDataError), transaction():
        instance = instance_of(case_id)
        db.session.execute(overtaken, execution_options={"synchronize_session": False})
        save(instance, b"new", now=NOW)
        db.session.flush()


def test_a_finished_case_keeps_no_state(case_id: int) -> None:
    with transaction():
        save(instance_of(case_id), None, now=NOW)
    db.session.expire_all()
    done = instance_of(case_id)
    assert (done.state, done.finished_at) == (None, NOW)


def test_reading_an_instance_is_one_statement(case_id: int) -> None:
    statements: list[str] = []

    def count(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    db.session.expunge_all()
    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert instance_of(case_id).definition.user_tasks
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) == 1
    assert "source" not in statements[0]


def _store(case_id: int, **values: object) -> None:
    """Change a row behind the engine's back."""
    with transaction():
        where = WorkflowInstance.case_id == case_id
        db.session.execute(sa.update(WorkflowInstance).where(where).values(**values))
    db.session.expire_all()
