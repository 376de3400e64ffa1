"""Alembic's entry: runs on the application's own engine, in one transaction, and sees only our tables."""

from alembic import context
from flask import current_app

from workflow_app.foundation.database import db
from workflow_app.schema import ours


def run_migrations() -> None:
    """Apply the migrations."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_name=ours,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


if current_app:
    run_migrations()
