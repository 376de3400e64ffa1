"""Branches of a repair: enquiries to other bodies with their papers; stays of a case; contested
decisions"""

import sqlalchemy as sa
from alembic import op

from workflow_app.foundation.database import UTCDateTime

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = "answered_at IS NULL AND withdrawn_at IS NULL"
STANDS = "ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=2000), nullable=False),
        sa.Column("reply_how", sa.String(length=300), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=60), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("finding", sa.String(length=12), nullable=True),
        sa.Column("answer", sa.String(length=4000), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=60), nullable=False),
        sa.Column("answered_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["account.id"], name=op.f("fk_enquiry_answered_by_id_account")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_enquiry_asked_by_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_enquiry_case_id_case_file")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_enquiry_department_id_department")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_enquiry_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_enquiry_asked", ["department_id", "asked_at"], unique=False)
        batch_op.create_index(
            "uq_enquiry_open", ["case_id"], unique=True, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)
        )
    op.create_table(
        "enquiry_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("removed_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["account.id"], name=op.f("fk_enquiry_paper_added_by_id_account")),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_enquiry_paper_enquiry_id_enquiry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_paper")),
    )
    with op.batch_alter_table("enquiry_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_paper_enquiry_id"), ["enquiry_id"], unique=False)

    op.create_table(
        "case_stay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.String(length=1000), nullable=False),
        sa.Column("paper", sa.String(length=200), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("letter_number", sa.String(length=60), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("chase_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("resume_reason", sa.String(length=1000), nullable=False),
        sa.Column("resume_paper", sa.String(length=200), nullable=False),
        sa.Column("resume_requested_by_id", sa.Integer(), nullable=True),
        sa.Column("resume_requested_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("resume_note", sa.String(length=1000), nullable=False),
        sa.Column("resumed_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_stay_case_id_case_file")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["account.id"], name=op.f("fk_case_stay_requested_by_id_account")),
        sa.ForeignKeyConstraint(["resume_requested_by_id"], ["account.id"], name=op.f("fk_case_stay_resume_requested_by_id_account")),
        sa.ForeignKeyConstraint(["resumed_by_id"], ["account.id"], name=op.f("fk_case_stay_resumed_by_id_account")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["account.id"], name=op.f("fk_case_stay_settled_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_stay")),
    )
    with op.batch_alter_table("case_stay", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_stay_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_case_stay_chase", ["chase_at"], unique=False)
        batch_op.create_index(
            "uq_case_stay_open", ["case_id"], unique=True, sqlite_where=sa.text(STANDS), postgresql_where=sa.text(STANDS)
        )
    with op.batch_alter_table("credit_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contest", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("credit_record", schema=None) as batch_op:
        batch_op.drop_column("contest")
    op.drop_table("case_stay")
    op.drop_table("enquiry_paper")
    op.drop_table("enquiry")
