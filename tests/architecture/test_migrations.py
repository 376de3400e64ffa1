"""The migrations make exactly the tables the code speaks of, guards of the audit log included, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.conftest import DATABASES, _own_database, _settings
from workflow_app.factory import create_app
from workflow_app.foundation.database import db
from workflow_app.schema import ensure_schema, ours


@pytest.fixture(params=DATABASES)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path / 'fresh.sqlite3'}" if request.param == "sqlite" else _own_database("fresh")
    app = create_app(_settings(url, tmp_path))
    ensure_schema(app)
    with app.app_context():
        engine = db.engine
    yield engine
    engine.dispose()


def test_models_and_migrations_agree(migrated: sa.Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_audit_log_refuses_change_after_migration(migrated: sa.Engine) -> None:
    query = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
        if migrated.dialect.name == "sqlite"
        else "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE c.relname LIKE 'audit%' AND NOT t.tgisinternal"
    )
    with migrated.connect() as connection:
        assert (connection.scalar(sa.text(query)) or 0) > 0
