"""Whether a parent's answer to a connector is awaited, or waits to be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("request", sa.Column("answer", sa.String(length=8), server_default="", nullable=False))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("request") as table:
        table.drop_column("answer")
