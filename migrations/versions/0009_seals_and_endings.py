"""How a letter is sealed; proposals to correct or void one; files of many letters together"""

import sqlalchemy as sa
from alembic import op

from workflow_app.foundation.database import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seal", sa.String(length=12), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("seal_certificate", sa.String(length=64), nullable=False, server_default=""))


    op.create_table(
        "letter_ending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_name", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_by_name", sa.String(length=60), nullable=False),
        sa.Column("settled_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_ending_letter_id_letter")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["account.id"], name=op.f("fk_letter_ending_proposed_by_id_account")
        ),
        sa.ForeignKeyConstraint(["settled_by_id"], ["account.id"], name=op.f("fk_letter_ending_settled_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_ending")),
    )
    op.create_index(op.f("ix_letter_ending_letter_id"), "letter_ending", ["letter_id"], unique=False)
    op.create_index(
        "uq_letter_ending_open", "letter_ending", ["letter_id"], unique=True,
        sqlite_where=sa.text("settled_at IS NULL"), postgresql_where=sa.text("settled_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "letter_bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("letter_ids", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_name", sa.String(length=60), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ready_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_letter_bundle_department_id_department")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_letter_bundle_asked_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_bundle")),
    )
    op.create_index(op.f("ix_letter_bundle_department_id"), "letter_bundle", ["department_id"], unique=False)
    op.create_index("ix_letter_issued_at", "letter", ["issued_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_letter_issued_at", table_name="letter")
    op.drop_table("letter_bundle")
    op.drop_table("letter_ending")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_column("seal_certificate")
        batch_op.drop_column("seal")
