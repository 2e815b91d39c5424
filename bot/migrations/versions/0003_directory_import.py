"""Where services come from: origins, feeds, corrections and the history of what people changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "service_origin",
        sa.Column("service_id", sa.String(80), nullable=False),
        sa.Column("feed", sa.String(200), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("modified", sa.String(64), nullable=False),
        sa.Column("run", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("look", sa.String(32), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("first_run", sa.String(16), nullable=False),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", name="pk_service_origin"),
    )
    op.create_index("ix_service_origin_feed_look", "service_origin", ["feed", "look"])
    op.create_table(
        "directory_feed",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text()),
        sa.Column("licence", sa.Text()),
        sa.Column("attribution", sa.Text()),
        sa.Column("run", sa.String(16)),
        sa.Column("page", sa.Integer()),
        sa.Column("total", sa.Integer()),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("report", sa.Text()),
        sa.Column("locked_by", sa.String(40)),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("name", name="pk_directory_feed"),
    )
    op.create_table(
        "service_correction",
        sa.Column("service_id", sa.String(80), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source_value", sa.Text(), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "field", name="pk_service_correction"),
    )
    op.create_table(
        "service_edit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("service_id", sa.String(80), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service_edit"),
    )
    op.create_index("ix_service_edit_service_id", "service_edit", ["service_id"])
    op.create_table(
        "translation",
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("source_language", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source_hash", "source_language", "language", "provider", "version", name="pk_translation"),
    )
    op.create_table(
        "awaited_answer",
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", "sender", name="pk_awaited_answer"),
    )
    op.create_index("ix_awaited_answer_sender", "awaited_answer", ["sender"])


def downgrade() -> None:
    """Drop them."""
    for table in ("awaited_answer", "translation", "service_edit", "service_correction", "directory_feed", "service_origin"):
        op.drop_table(table)
