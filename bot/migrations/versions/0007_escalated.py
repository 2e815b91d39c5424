"""Whom a request needs because its time is near or past: the queue shows it. Open requests that no timer watches get one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and its index."""
    op.add_column("request", sa.Column("escalated", sa.String(length=12), nullable=False, server_default=""))
    op.create_index("ix_request_tray_escalated", "request", ["tray", "escalated", "due_at", "reference"])
    op.execute(
        "INSERT INTO timer (kind, reference, due_at, state, tries) "
        "SELECT 'late', reference, due_at, 'waiting', 0 FROM request WHERE tray = 'open' AND kind <> 'subscribe' "
        "AND NOT EXISTS (SELECT 1 FROM timer WHERE timer.reference = request.reference AND timer.state = 'waiting')"
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_request_tray_escalated", table_name="request")
    with op.batch_alter_table("request") as table:
        table.drop_column("escalated")
