"""Supervision: urge slips, the date by which the office must act, escalations, and what lists of open cases need"""

import sqlalchemy as sa
from alembic import op

import workflow_app.foundation.database


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
WAITING = sa.text("answered_at IS NULL")
PARKED = sa.text("parked_error IS NOT NULL")
# The nearest running date that is not the party's own: `correct` is the one step of a party there was until now.
OFFICE_DUE = """
UPDATE case_file SET office_due_on = (
    SELECT MIN(due_on) FROM deadline
    WHERE deadline.case_id = case_file.id AND deadline.closed_at IS NULL AND deadline.step <> 'correct'
) WHERE closed_at IS NULL
"""


def upgrade() -> None:
    instant = workflow_app.foundation.database.UTCDateTime(timezone=True)
    op.create_table(
        'urge_slip',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.String(length=1000), nullable=False),
        sa.Column('issued_by_id', sa.Integer(), nullable=True),
        sa.Column('issued_by_name', sa.String(length=60), nullable=False),
        sa.Column('issued_by_role', sa.String(length=20), nullable=False),
        sa.Column('issued_by_department_id', sa.Integer(), nullable=True),
        sa.Column('issued_at', instant, nullable=False),
        sa.Column('role', sa.String(length=20), nullable=False),
        sa.Column('department_id', sa.Integer(), nullable=True),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('answer_by', sa.Date(), nullable=False),
        sa.Column('answer', sa.String(length=1000), nullable=True),
        sa.Column('answered_by_id', sa.Integer(), nullable=True),
        sa.Column('answered_by_name', sa.String(length=60), nullable=True),
        sa.Column('answered_at', instant, nullable=True),
        sa.Column('chase_at', instant, nullable=True),
        sa.Column('chased', sa.Integer(), nullable=False),
        sa.Column('row_version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_urge_slip_account_id_account')),
        sa.ForeignKeyConstraint(['answered_by_id'], ['account.id'], name=op.f('fk_urge_slip_answered_by_id_account')),
        sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], name=op.f('fk_urge_slip_case_id_case_file')),
        sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_urge_slip_department_id_department')),
        sa.ForeignKeyConstraint(
            ['issued_by_department_id'], ['department.id'], name=op.f('fk_urge_slip_issued_by_department_id_department')
        ),
        sa.ForeignKeyConstraint(['issued_by_id'], ['account.id'], name=op.f('fk_urge_slip_issued_by_id_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_urge_slip')),
    )
    with op.batch_alter_table('urge_slip', schema=None) as batch_op:
        batch_op.create_index('ix_urge_slip_account', ['account_id'], sqlite_where=WAITING, postgresql_where=WAITING)
        batch_op.create_index(batch_op.f('ix_urge_slip_case_id'), ['case_id'])
        batch_op.create_index('ix_urge_slip_chase', ['chase_at'], sqlite_where=WAITING, postgresql_where=WAITING)
        batch_op.create_index(batch_op.f('ix_urge_slip_issued_at'), ['issued_at'])
        batch_op.create_index(
            'ix_urge_slip_role', ['role', 'department_id'], sqlite_where=WAITING, postgresql_where=WAITING
        )
    op.add_column('case_file', sa.Column('office_due_on', sa.Date(), nullable=True))
    op.add_column('deadline', sa.Column('escalated_at', instant, nullable=True))
    op.execute(OFFICE_DUE)
    op.create_index(
        'ix_case_file_oversight',
        'case_file',
        ['office_due_on', 'department_id', 'assignee_id', 'kind', 'stage', 'received_at'],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index('ix_case_file_received', 'case_file', ['received_at', 'department_id'])
    op.create_index('ix_case_file_decided', 'case_file', ['decided_at', 'department_id'])
    op.create_index('ix_deadline_escalate', 'deadline', ['closed_at', 'escalated_at', 'fired_at'])
    op.create_index('ix_deadline_parked', 'deadline', ['case_id'], sqlite_where=PARKED, postgresql_where=PARKED)
    op.drop_index('ix_timeline_entry_case_id', table_name='timeline_entry')
    op.create_index('ix_timeline_entry_case', 'timeline_entry', ['case_id', 'at', 'actor_role'])


def downgrade() -> None:
    op.create_index('ix_timeline_entry_case_id', 'timeline_entry', ['case_id'])
    op.drop_index('ix_timeline_entry_case', table_name='timeline_entry')
    op.drop_index('ix_deadline_parked', table_name='deadline')
    op.drop_index('ix_deadline_escalate', table_name='deadline')
    op.drop_index('ix_case_file_decided', table_name='case_file')
    op.drop_index('ix_case_file_received', table_name='case_file')
    op.drop_index('ix_case_file_oversight', table_name='case_file')
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.drop_column('escalated_at')
    with op.batch_alter_table('case_file', schema=None) as batch_op:
        batch_op.drop_column('office_due_on')
    op.drop_table('urge_slip')
