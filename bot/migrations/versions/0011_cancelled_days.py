"""Single days that a person cancelled, whatever a feed or a calendar says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "service_cancellation",
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "day", "hour", name="pk_service_cancellation"),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("service_cancellation")
