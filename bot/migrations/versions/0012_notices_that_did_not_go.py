"""Why a notification to somebody at the desk did not go out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("notice", sa.Column("problem", sa.String(length=60), server_default="", nullable=False))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("notice") as table:
        table.drop_column("problem")
