"""Contact details that were opened in the terminal stand in the audit, where everything else stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the lines."""
    op.execute(
        "INSERT INTO audit (at, staff_id, what, reference, detail) SELECT opened_at, 'terminal', 'callbacks --open', reference, "
        "'contact details opened by ' || opened_by FROM request_opened ORDER BY id"
    )
    op.drop_table("request_opened")


def downgrade() -> None:
    """Make the table again; the lines stay in the audit."""
    op.create_table(
        "request_opened",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("opened_by", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_opened")),
    )
    op.create_index(op.f("ix_request_opened_reference"), "request_opened", ["reference"], unique=False)
