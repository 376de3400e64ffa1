"""Notices to lift measures need no case: what ended a record may be none"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("measure_notice") as batch:
        batch.alter_column("case_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM measure_notice WHERE case_id IS NULL")
    with op.batch_alter_table("measure_notice") as batch:
        batch.alter_column("case_id", existing_type=sa.Integer(), nullable=False)
