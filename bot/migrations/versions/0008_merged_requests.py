"""Who stands behind a request that others were folded into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and write down what was merged so far."""
    op.create_table(
        "merged_request",
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_merged_request")),
    )
    op.create_index(op.f("ix_merged_request_reference"), "merged_request", ["reference"], unique=False)
    op.create_index("ix_merged_request_sender_kind", "merged_request", ["sender", "kind"], unique=False)
    _fill()


def _fill() -> None:
    request = sa.table("request", *(sa.column(name) for name in ("reference", "sender", "kind", "merged_into")))
    merged = sa.table("merged_request", *(sa.column(name) for name in ("origin", "reference", "sender", "kind")))
    rows = op.get_bind().execute(sa.select(request).where(request.c.merged_into.isnot(None))).all()
    into = {row.reference: row.merged_into for row in rows}
    for row in rows:
        last = row.merged_into
        while last in into:
            last = into[last]
        op.execute(merged.insert().values(origin=row.reference, reference=last, sender=row.sender, kind=row.kind))


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("merged_request")
