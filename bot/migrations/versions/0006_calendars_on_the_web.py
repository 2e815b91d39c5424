"""Calendars on the web: the server's mark of the version that was read, and when that was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("service_calendar", sa.Column("etag", sa.String(length=200)))
    op.add_column("service_calendar", sa.Column("read_on", sa.Date()))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("service_calendar") as table:
        table.drop_column("read_on")
        table.drop_column("etag")
