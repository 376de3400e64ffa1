"""How a letter is sealed; proposals to correct or void one; files of many letters together"""

import sqlalchemy as sa
from alembic import op

import workflow_app.foundation.database

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seal", sa.String(length=12), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("seal_certificate", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_column("seal_certificate")
        batch_op.drop_column("seal")
