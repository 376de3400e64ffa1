"""The public side: query codes, commitments on the public page, blank forms, looking up a record by two keys"""

import sqlalchemy as sa
from alembic import op

import workflow_app.foundation.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blank_form",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("order_digest", sa.String(length=64), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_blank_form")),
    )
    op.create_table(
        "case_query_code",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("given_at", workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_query_code_case_id_case_file")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_query_code")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("commitment_until", sa.Date(), nullable=True))
        batch_op.create_index("ix_case_file_commitment", ["commitment_until", "received_at"], unique=False)
    with op.batch_alter_table("credit_record", schema=None) as batch_op:
        batch_op.create_index("ix_credit_record_look_up", ["document_key", "subject_code"], unique=False)
    # repairs that took effect before: their commitments are public until the record's own longest period ends
    op.execute(
        "UPDATE case_file SET commitment_until = (SELECT stops_on FROM credit_record"
        " WHERE credit_record.id = case_file.record_id)"
        " WHERE outcome = 'granted' AND closed_at IS NOT NULL AND EXISTS (SELECT 1 FROM credit_record"
        " WHERE credit_record.id = case_file.record_id AND credit_record.status = 'REPAIRED')"
    )


def downgrade() -> None:
    with op.batch_alter_table("credit_record", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_record_look_up")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_commitment")
        batch_op.drop_column("commitment_until")
    op.drop_table("case_query_code")
    op.drop_table("blank_form")
