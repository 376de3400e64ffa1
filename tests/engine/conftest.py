"""Fixtures of the engine's tests: the diagram of repair, parsed once."""

from pathlib import Path

import pytest

from workflow_app.engine.diagrams import Definition, load_definition

REPAIR = Path(__file__).parents[2] / "bpmn" / "repair.bpmn"


@pytest.fixture(scope="session")
def repair() -> Definition:
    return load_definition(REPAIR.read_bytes(), "repair")
