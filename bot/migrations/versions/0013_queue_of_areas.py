"""The queue of somebody with areas of their own, in the order of one index each, however many requests there are."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("ix_request_tray_area_claimed", "request", ["tray", "area", "claimed_by", "due_at", "reference"])
    op.create_index("ix_request_tray_kind_area", "request", ["tray", "kind", "area", "due_at", "reference"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_request_tray_kind_area", table_name="request")
    op.drop_index("ix_request_tray_area_claimed", table_name="request")
