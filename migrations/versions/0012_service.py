"""Service of letters: attempts with proofs, public notices, confirmations of addresses; what advice noted of its service"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text  # noqa: F401

import workflow_app.foundation.database

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Every letter to a party gets its row. What was noted by hand of a letter of advice becomes an attempt; that one was opened on
# the party's page was no service without a confirmation of its address, so it does not stay one.
ATTEMPTS = """
INSERT INTO service_attempt (letter_id, way, tried_on, result, place, server, receiver, receiver_identity, witness, reason,
    tracking, deemed_on, provisional, confidence, ledger, noted_by_id, noted_by_name, noted_at, struck_by_name, struck_reason)
SELECT letter_id, method, served_on,
    CASE method WHEN 'left' THEN 'left' WHEN 'electronic' THEN 'arrived' WHEN 'announced' THEN 'published' ELSE 'signed' END,
    '', served_by_name, receiver, '', '', '', '', served_on, {no}, '', '{{}}', served_by_id, served_by_name, noted_at, '', ''
FROM repair_advice WHERE letter_id IS NOT NULL AND served_on IS NOT NULL AND method <> 'platform'
"""
SERVICES = """
INSERT INTO letter_service (letter_id, chase_on, chased, served_on, way, attempt_id, provisional, confidence, ledger, remedies,
    row_version)
SELECT letter.id, {day}, 0, a.deemed_on, coalesce(a.way, ''), a.id, {no}, '', '{{}}', '{{}}', 1
FROM letter LEFT JOIN service_attempt a ON a.letter_id = letter.id
WHERE letter.organisation_id IS NOT NULL OR letter.code = 'L01'
"""
OPENED = "UPDATE repair_advice SET served_on = NULL, method = '', receiver = '' WHERE method = 'platform'"


def upgrade() -> None:
    op.create_table('address_confirmation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('in_force_for', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=8), nullable=False),
    sa.Column('electronic', sa.Boolean(), nullable=False),
    sa.Column('receiver', sa.String(length=60), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('postal_address', sa.String(length=200), nullable=False),
    sa.Column('signer_name', sa.String(length=60), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('paper_name', sa.String(length=200), nullable=False),
    sa.Column('paper_type', sa.String(length=100), nullable=False),
    sa.Column('paper_digest', sa.String(length=64), nullable=True),
    sa.Column('kept_by_id', sa.Integer(), nullable=True),
    sa.Column('kept_by_name', sa.String(length=60), nullable=False),
    sa.Column('kept_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_by_name', sa.String(length=60), nullable=False),
    sa.Column('end_reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['ended_by_id'], ['account.id'], name=op.f('fk_address_confirmation_ended_by_id_account')),
    sa.ForeignKeyConstraint(['kept_by_id'], ['account.id'], name=op.f('fk_address_confirmation_kept_by_id_account')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_address_confirmation_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_address_confirmation')),
    sa.UniqueConstraint('in_force_for', name=op.f('uq_address_confirmation_in_force_for'))
    )
    with op.batch_alter_table('address_confirmation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_address_confirmation_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('service_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('tried_on', sa.Date(), nullable=False),
    sa.Column('result', sa.String(length=12), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('server', sa.String(length=120), nullable=False),
    sa.Column('receiver', sa.String(length=60), nullable=False),
    sa.Column('receiver_identity', sa.String(length=24), nullable=False),
    sa.Column('witness', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('tracking', sa.String(length=40), nullable=False),
    sa.Column('confirmation_id', sa.Integer(), nullable=True),
    sa.Column('deemed_on', sa.Date(), nullable=True),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('confidence', sa.String(length=4), nullable=False),
    sa.Column('ledger', sa.JSON(), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=True),
    sa.Column('noted_by_name', sa.String(length=60), nullable=False),
    sa.Column('noted_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('struck_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('struck_by_id', sa.Integer(), nullable=True),
    sa.Column('struck_by_name', sa.String(length=60), nullable=False),
    sa.Column('struck_reason', sa.String(length=300), nullable=False),
    sa.Column('receipt_letter_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['confirmation_id'], ['address_confirmation.id'], name=op.f('fk_service_attempt_confirmation_id_address_confirmation')),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_service_attempt_letter_id_letter')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['account.id'], name=op.f('fk_service_attempt_noted_by_id_account')),
    sa.ForeignKeyConstraint(['receipt_letter_id'], ['letter.id'], name=op.f('fk_service_attempt_receipt_letter_id_letter')),
    sa.ForeignKeyConstraint(['struck_by_id'], ['account.id'], name=op.f('fk_service_attempt_struck_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_attempt'))
    )
    with op.batch_alter_table('service_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_attempt_letter_id'), ['letter_id'], unique=False)

    op.create_table('letter_service',
    sa.Column('letter_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('chase_on', sa.Date(), nullable=False),
    sa.Column('chase_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('chased', sa.Integer(), nullable=False),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=True),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('confidence', sa.String(length=4), nullable=False),
    sa.Column('ledger', sa.JSON(), nullable=False),
    sa.Column('remedies', sa.JSON(), nullable=False),
    sa.Column('settled_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['service_attempt.id'], name=op.f('fk_letter_service_attempt_id_service_attempt')),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_letter_service_letter_id_letter')),
    sa.PrimaryKeyConstraint('letter_id', name=op.f('pk_letter_service'))
    )
    with op.batch_alter_table('letter_service', schema=None) as batch_op:
        batch_op.create_index('ix_letter_service_chase', ['served_on', 'chase_at'], unique=False)

    op.create_table('public_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=False),
    sa.Column('open_letter_id', sa.Integer(), nullable=True),
    sa.Column('ground', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_by_name', sa.String(length=60), nullable=False),
    sa.Column('asked_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_by_name', sa.String(length=60), nullable=False),
    sa.Column('settled_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('approved', sa.Boolean(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('attempt_id', sa.Integer(), nullable=True),
    sa.Column('notice_letter_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['account.id'], name=op.f('fk_public_notice_asked_by_id_account')),
    sa.ForeignKeyConstraint(['attempt_id'], ['service_attempt.id'], name=op.f('fk_public_notice_attempt_id_service_attempt')),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_public_notice_letter_id_letter')),
    sa.ForeignKeyConstraint(['notice_letter_id'], ['letter.id'], name=op.f('fk_public_notice_notice_letter_id_letter')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['account.id'], name=op.f('fk_public_notice_settled_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_notice')),
    sa.UniqueConstraint('open_letter_id', name=op.f('uq_public_notice_open_letter_id'))
    )
    with op.batch_alter_table('public_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_public_notice_letter_id'), ['letter_id'], unique=False)
        batch_op.create_index('ix_public_notice_shown', ['published_on', 'expires_on'], unique=False)

    op.create_table('service_proof',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('added_at', workflow_app.foundation.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['account.id'], name=op.f('fk_service_proof_added_by_id_account')),
    sa.ForeignKeyConstraint(['attempt_id'], ['service_attempt.id'], name=op.f('fk_service_proof_attempt_id_service_attempt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_proof'))
    )
    with op.batch_alter_table('service_proof', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_proof_attempt_id'), ['attempt_id'], unique=False)
    postgresql = op.get_bind().dialect.name == "postgresql"
    words = {"no": "false" if postgresql else "0", "day": "letter.issued_at::date" if postgresql else "date(letter.issued_at)"}
    op.execute(ATTEMPTS.format(**words))
    op.execute(SERVICES.format(**words))
    op.execute(OPENED)


def downgrade() -> None:
    with op.batch_alter_table('service_proof', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_proof_attempt_id'))

    op.drop_table('service_proof')
    with op.batch_alter_table('public_notice', schema=None) as batch_op:
        batch_op.drop_index('ix_public_notice_shown')
        batch_op.drop_index(batch_op.f('ix_public_notice_letter_id'))

    op.drop_table('public_notice')
    with op.batch_alter_table('letter_service', schema=None) as batch_op:
        batch_op.drop_index('ix_letter_service_chase')

    op.drop_table('letter_service')
    with op.batch_alter_table('service_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_attempt_letter_id'))

    op.drop_table('service_attempt')
    with op.batch_alter_table('address_confirmation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_address_confirmation_organisation_id'))

    op.drop_table('address_confirmation')
