"""Calendars of halls, of which only the events that name a service are its."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was attached before is one group's own."""
    with op.batch_alter_table("service_calendar") as batch_op:
        batch_op.add_column(sa.Column("named_only", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("service_calendar") as batch_op:
        batch_op.drop_column("named_only")
