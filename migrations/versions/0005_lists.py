"""What is filed about: entries in lists beside penalties, files of more than one kind"""

import sqlalchemy as sa
from alembic import op

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


def downgrade() -> None:
    with op.batch_alter_table('credit_record', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_credit_record_department_code'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_credit_record_department_code'), BEFORE)
        for name in ('left_reason', 'left_on', 'cause_department_code', 'cause_key', 'cause_number', 'list_name', 'record_type'):
            batch_op.drop_column(name)
    with op.batch_alter_table('write_back', schema=None) as batch_op:
        batch_op.alter_column('case_id', existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.drop_column('kind')
