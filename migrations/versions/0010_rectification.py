"""Rectification: that a record's subject is being urged to perform, and since when it has"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("credit_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rectification_case_no", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("rectified_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("credit_record", schema=None) as batch_op:
        batch_op.drop_column("rectified_on")
        batch_op.drop_column("rectification_case_no")
