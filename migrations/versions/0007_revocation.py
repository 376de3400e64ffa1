"""Revocation of a repair: the bar it leaves on its subject; following up commitments"""

import sqlalchemy as sa
from alembic import op

import workflow_app.foundation.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repair_bar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_code", sa.String(length=18), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.String(length=2), nullable=False),
        sa.Column("made_at", workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["credit_record.id"], name=op.f("fk_repair_bar_record_id_credit_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_bar")),
        sa.UniqueConstraint("case_no", name=op.f("uq_repair_bar_case_no")),
    )
    with op.batch_alter_table("repair_bar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repair_bar_subject_code"), ["subject_code"], unique=False)
    with op.batch_alter_table("record_task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("record_task", schema=None) as batch_op:
        batch_op.drop_column("seen_to")
    op.drop_table("repair_bar")
