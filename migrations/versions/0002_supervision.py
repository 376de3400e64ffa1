"""Supervision: urge slips, the date by which the office must act, escalations, and what lists of open cases need"""

import sqlalchemy as sa
from alembic import op

import workflow_app.foundation.database


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

OPEN, DONE = sa.text("closed_at IS NULL"), sa.text("closed_at IS NOT NULL")
WAITING = sa.text("answered_at IS NULL")
PARKED = sa.text("parked_error IS NOT NULL")
# The nearest running date that is not the party's own: `correct` is the one step of a party there was until now.
# A reminder of the system is no act of a person.
ACTED = """
UPDATE case_file SET acted_at = COALESCE((
    SELECT MAX(at) FROM timeline_entry
    WHERE timeline_entry.case_id = case_file.id AND timeline_entry.actor_role <> 'service'
), received_at)
"""
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
    op.add_column('case_file', sa.Column('acted_at', instant, nullable=True))
    op.add_column('deadline', sa.Column('escalated_at', instant, nullable=True))
    op.execute(OFFICE_DUE)
    op.execute(ACTED)
    op.drop_index('ix_case_file_open', table_name='case_file')
    op.create_index(
        'ix_case_file_open',
        'case_file',
        ['department_id', 'next_due_on', 'office_due_on', 'acted_at', 'closed_at'],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        'ix_case_file_done', 'case_file', ['department_id', 'closed_at'], sqlite_where=DONE, postgresql_where=DONE
    )
    op.create_index(
        'ix_case_file_oversight',
        'case_file',
        ['office_due_on', 'department_id', 'assignee_id', 'kind', 'stage', 'acted_at', 'closed_at'],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index('ix_case_file_received', 'case_file', ['received_at', 'department_id'])
    op.create_index('ix_case_file_decided', 'case_file', ['decided_at', 'department_id'])
    op.create_index('ix_deadline_parked', 'deadline', ['case_id'], sqlite_where=PARKED, postgresql_where=PARKED)


def downgrade() -> None:
    op.drop_index('ix_deadline_parked', table_name='deadline')
    op.drop_index('ix_case_file_decided', table_name='case_file')
    op.drop_index('ix_case_file_received', table_name='case_file')
    op.drop_index('ix_case_file_done', table_name='case_file')
    op.drop_index('ix_case_file_open', table_name='case_file')
    op.create_index('ix_case_file_open', 'case_file', ['department_id', 'closed_at', 'next_due_on'])
    op.drop_index('ix_case_file_oversight', table_name='case_file')
    with op.batch_alter_table('deadline', schema=None) as batch_op:
        batch_op.drop_column('escalated_at')
    with op.batch_alter_table('case_file', schema=None) as batch_op:
        batch_op.drop_column('acted_at')
        batch_op.drop_column('office_due_on')
    op.drop_table('urge_slip')
