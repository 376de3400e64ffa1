"""What is filed about: entries in lists beside penalties, files of more than one kind"""

import sqlalchemy as sa
from alembic import op

import workflow_app.foundation.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = ["department_code", "document_key", "subject_code", "subject_name"]


def upgrade() -> None:
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=12), nullable=False, server_default='penalties'))
    with op.batch_alter_table('write_back', schema=None) as batch_op:
        batch_op.alter_column('case_id', existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table('credit_record', schema=None) as batch_op:
        batch_op.add_column(sa.Column('record_type', sa.String(length=16), nullable=False, server_default='penalty'))
        batch_op.add_column(sa.Column('list_name', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cause_number', sa.String(length=120), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('cause_key', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('cause_department_code', sa.String(length=18), nullable=True))
        batch_op.add_column(sa.Column('left_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('left_reason', sa.String(length=200), nullable=False, server_default=''))
        batch_op.drop_constraint(batch_op.f('uq_credit_record_department_code'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_credit_record_department_code'), [*BEFORE, 'record_type'])
    op.create_index(
        'ix_credit_record_entry', 'credit_record', ['subject_code'],
        sqlite_where=sa.text("record_type = 'serious_list'"), postgresql_where=sa.text("record_type = 'serious_list'"),
    )
    _measures()


def _measures() -> None:
    instant = workflow_app.foundation.database.UTCDateTime(timezone=True)
    op.create_table('measure',
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('implemented_by', sa.JSON(), nullable=False),
    sa.Column('legal_type', sa.String(length=12), nullable=False),
    sa.Column('scope', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_measure'))
    )
    op.create_table('record_measure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('record_id', sa.Integer(), nullable=False),
    sa.Column('measure_code', sa.String(length=10), nullable=False),
    sa.Column('in_force_since', sa.Date(), nullable=False),
    sa.Column('lifted_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['measure_code'], ['measure.code'], name=op.f('fk_record_measure_measure_code_measure')),
    sa.ForeignKeyConstraint(['record_id'], ['credit_record.id'], name=op.f('fk_record_measure_record_id_credit_record')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record_measure')),
    sa.UniqueConstraint('record_id', 'measure_code', name=op.f('uq_record_measure_record_id'))
    )
    op.create_index(op.f('ix_record_measure_record_id'), 'record_measure', ['record_id'], unique=False)
    op.create_table('measure_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('case_no', sa.String(length=24), nullable=False),
    sa.Column('record_measure_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(length=120), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('is_outside', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('created_at', instant, nullable=False),
    sa.Column('sent_at', instant, nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('chased_at', instant, nullable=True),
    sa.Column('lifted_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('answered_at', instant, nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_by_name', sa.String(length=60), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['account.id'], name=op.f('fk_measure_notice_answered_by_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_measure_notice_case_id_case_file')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_measure_notice_department_id_department')),
    sa.ForeignKeyConstraint(['record_measure_id'], ['record_measure.id'], name=op.f('fk_measure_notice_record_measure_id_record_measure')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_notice')),
    sa.UniqueConstraint('case_no', 'record_measure_id', 'body', name=op.f('uq_measure_notice_case_no'))
    )
    for column in ('case_id', 'department_id', 'record_measure_id'):
        op.create_index(op.f(f'ix_measure_notice_{column}'), 'measure_notice', [column], unique=False)
    op.create_index('ix_measure_notice_open', 'measure_notice', ['state', 'due_on'], unique=False)


def downgrade() -> None:
    for table in ('measure_notice', 'record_measure', 'measure'):
        op.drop_table(table)
    op.drop_index('ix_credit_record_entry', 'credit_record')
    with op.batch_alter_table('credit_record', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_credit_record_department_code'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_credit_record_department_code'), BEFORE)
        for name in ('left_reason', 'left_on', 'cause_department_code', 'cause_key', 'cause_number', 'list_name', 'record_type'):
            batch_op.drop_column(name)
    with op.batch_alter_table('write_back', schema=None) as batch_op:
        batch_op.alter_column('case_id', existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.drop_column('kind')
