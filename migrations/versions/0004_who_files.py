"""Who files: filings over several records, registration of enterprises, authority to act for them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text  # noqa: F401

import workflow_app.foundation.database

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('filing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('counter', sa.JSON(), nullable=True),
    sa.Column('filed_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_filing_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filing')),
    sa.UniqueConstraint('account_id', 'key', name=op.f('uq_filing_account_id'))
    )
    op.create_table('filing_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('filing_id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.JSON(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('fault_code', sa.String(length=60), nullable=True),
    sa.Column('fault_facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_filing_part_case_id_case_file')),
    sa.ForeignKeyConstraint(['filing_id'], ['filing.id'], name=op.f('fk_filing_part_filing_id_filing')),
    sa.ForeignKeyConstraint(['record_id'], ['credit_record.id'], name=op.f('fk_filing_part_record_id_credit_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filing_part')),
    sa.UniqueConstraint('filing_id', 'record_id', name=op.f('uq_filing_part_filing_id'))
    )
    with op.batch_alter_table('filing_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_filing_part_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_filing_part_record_id'), ['record_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('filing_part', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_filing_part_record_id'))
        batch_op.drop_index(batch_op.f('ix_filing_part_case_id'))

    op.drop_table('filing_part')
    op.drop_table('filing')
