"""What services are found by: entries, words with a full-text index, vectors; and every postcode where they are installed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE VIRTUAL TABLE service_words USING fts5("
    "words, content='service_text', content_rowid='number', tokenize='unicode61 remove_diacritics 0', detail='full')",
    "CREATE TRIGGER service_text_put AFTER INSERT ON service_text BEGIN "
    "INSERT INTO service_words(rowid, words) VALUES (new.number, new.words); END",
    "CREATE TRIGGER service_text_out AFTER DELETE ON service_text BEGIN "
    "INSERT INTO service_words(service_words, rowid, words) VALUES ('delete', old.number, old.words); END",
)


def upgrade() -> None:
    """Make them; they are filled from the stored services when the directory is opened."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "service_entry",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("tie", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("min_age_months", sa.Integer(), nullable=True),
        sa.Column("max_age_months", sa.Integer(), nullable=True),
        sa.Column("is_free", sa.Boolean(), nullable=True),
        sa.Column("cost_pence", sa.Integer(), nullable=True),
        sa.Column("booking_needed", sa.Boolean(), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("open_mask", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_entry")),
    )
    op.create_index("ix_service_entry_fresh", "service_entry", ["topic", "area", "fresh", "tie"])
    op.create_index("ix_service_entry_place", "service_entry", ["topic", "latitude", "longitude"])
    op.create_index(op.f("ix_service_entry_service_id"), "service_entry", ["service_id"])
    op.create_table(
        "service_text",
        sa.Column("number", number, autoincrement=True, nullable=False),
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_service_text")),
        sa.UniqueConstraint("service_id", name=op.f("uq_service_text_service_id")),
    )
    op.create_table(
        "service_name",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_name")),
    )
    op.create_index("ix_service_name_area", "service_name", ["area", "name"])
    op.create_index(op.f("ix_service_name_service_id"), "service_name", ["service_id"])
    op.create_table(
        "service_vector",
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("encoder", sa.String(length=60), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_service_vector")),
    )
    op.create_table(
        "service_calendar",
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("schedules", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_service_calendar")),
    )
    op.create_table(
        "postcode",
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_postcode")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
    else:
        op.execute("CREATE INDEX ix_service_text_words ON service_text USING gin (to_tsvector('simple', words)) WITH (fastupdate = off)")


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE service_words")
    for table in ("postcode", "service_calendar", "service_vector", "service_name", "service_text", "service_entry"):
        op.drop_table(table)
