"""Letters of advice that go along with decisions, and invitations to apply for repair"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text  # noqa: F401

import workflow_app.foundation.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('repair_advice',
    sa.Column('record_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('prepared_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('method', sa.String(length=12), nullable=False),
    sa.Column('receiver', sa.String(length=60), nullable=False),
    sa.Column('served_by_id', sa.Integer(), nullable=True),
    sa.Column('served_by_name', sa.String(length=60), nullable=False),
    sa.Column('noted_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_repair_advice_letter_id_letter')),
    sa.ForeignKeyConstraint(['record_id'], ['credit_record.id'], name=op.f('fk_repair_advice_record_id_credit_record')),
    sa.ForeignKeyConstraint(['served_by_id'], ['account.id'], name=op.f('fk_repair_advice_served_by_id_account')),
    sa.PrimaryKeyConstraint('record_id', name=op.f('pk_repair_advice')),
    sa.UniqueConstraint('letter_id', name=op.f('uq_repair_advice_letter_id'))
    )
    with op.batch_alter_table('repair_advice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_repair_advice_served_on'), ['served_on'], unique=False)

    op.create_table('repair_invitation',
    sa.Column('record_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('earliest_on', sa.Date(), nullable=True),
    sa.Column('invited_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_repair_invitation_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['record_id'], ['credit_record.id'], name=op.f('fk_repair_invitation_record_id_credit_record')),
    sa.PrimaryKeyConstraint('record_id', name=op.f('pk_repair_invitation'))
    )
    with op.batch_alter_table('repair_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_repair_invitation_organisation_id'), ['organisation_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('repair_invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_repair_invitation_organisation_id'))

    op.drop_table('repair_invitation')
    with op.batch_alter_table('repair_advice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_repair_advice_served_on'))

    op.drop_table('repair_advice')
