"""Who files: filings over several records, registration of enterprises, authority to act for them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text  # noqa: F401

import workflow_app.foundation.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('enrolment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('open_account_id', sa.Integer(), nullable=True),
    sa.Column('code', sa.String(length=18), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('legal_representative', sa.String(length=60), nullable=False),
    sa.Column('capacity', sa.String(length=20), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('created_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('settled_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_enrolment_account_id_account')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['account.id'], name=op.f('fk_enrolment_settled_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('open_account_id', name=op.f('uq_enrolment_open_account_id'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enrolment_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrolment_code'), ['code'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrolment_state'), ['state'], unique=False)

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
    op.create_table('mandate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('holder_name', sa.String(length=60), nullable=False),
    sa.Column('capacity', sa.String(length=20), nullable=False),
    sa.Column('records', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('kinds', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('channel', sa.String(length=10), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('granted_by_id', sa.Integer(), nullable=True),
    sa.Column('granted_by_name', sa.String(length=60), nullable=False),
    sa.Column('granted_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('code_digest', sa.String(length=64), nullable=True),
    sa.Column('code_until', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('taken_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('revoked_by_name', sa.String(length=60), nullable=False),
    sa.Column('revoke_reason', sa.String(length=500), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mandate_account_id_account')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['account.id'], name=op.f('fk_mandate_granted_by_id_account')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_mandate_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate')),
    sa.UniqueConstraint('code_digest', name=op.f('uq_mandate_code_digest'))
    )
    with op.batch_alter_table('mandate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandate_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandate_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('real_name_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_digest', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('linked_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_real_name_link_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_real_name_link')),
    sa.UniqueConstraint('person_digest', name=op.f('uq_real_name_link_person_digest'))
    )
    with op.batch_alter_table('real_name_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_real_name_link_account_id'), ['account_id'], unique=False)

    op.create_table('authority_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=True),
    sa.Column('mandate_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('added_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('removed_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['account.id'], name=op.f('fk_authority_paper_added_by_id_account')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_authority_paper_enrolment_id_enrolment')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandate.id'], name=op.f('fk_authority_paper_mandate_id_mandate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authority_paper'))
    )
    with op.batch_alter_table('authority_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_authority_paper_enrolment_id'), ['enrolment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_authority_paper_mandate_id'), ['mandate_id'], unique=False)

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

    with op.batch_alter_table('password_link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('purpose', sa.String(length=12), server_default='reset', nullable=False))
        batch_op.add_column(sa.Column('ends_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('password_link', schema=None) as batch_op:
        batch_op.drop_column('ends_at')
        batch_op.drop_column('purpose')

    with op.batch_alter_table('filing_part', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_filing_part_record_id'))
        batch_op.drop_index(batch_op.f('ix_filing_part_case_id'))

    op.drop_table('filing_part')
    with op.batch_alter_table('authority_paper', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_authority_paper_mandate_id'))
        batch_op.drop_index(batch_op.f('ix_authority_paper_enrolment_id'))

    op.drop_table('authority_paper')
    with op.batch_alter_table('real_name_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_real_name_link_account_id'))

    op.drop_table('real_name_link')
    with op.batch_alter_table('mandate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mandate_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_mandate_account_id'))

    op.drop_table('mandate')
    op.drop_table('filing')
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enrolment_state'))
        batch_op.drop_index(batch_op.f('ix_enrolment_code'))
        batch_op.drop_index(batch_op.f('ix_enrolment_account_id'))

    op.drop_table('enrolment')
