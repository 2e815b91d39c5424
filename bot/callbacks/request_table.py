"""The table of requests. Contact details are sealed in it; marks find doubles without opening them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from bot.base.db import Instant, metadata

request_table = Table(
    "request",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("tray", String(8), nullable=False, server_default="open"),
    Column("sender", String(32), nullable=False),
    Column("area", String(40), nullable=False),
    Column("language", String(16), nullable=False),
    Column("topic", String(40), nullable=False, server_default="other"),
    Column("about", Text),
    Column("interpreter", Boolean),
    Column("wish", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("sealed_contact", Text),
    Column("phone_mark", String(32), nullable=False, server_default=""),
    Column("name_mark", String(32), nullable=False, server_default=""),
    Column("careful", Boolean, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("promised_by", Instant),
    Column("due_at", Instant, nullable=False),
    Column("claimed_by", String(16), nullable=False, server_default=""),
    Column("claim_ends_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("first_tried_at", Instant),
    Column("escalated", String(12), nullable=False, server_default=""),
    Column("outcome", String(40)),
    Column("merged_into", String(16)),
    Column("closed_at", Instant),
    Column("demo", Boolean, nullable=False, server_default="0"),
    Column("answer", String(8), nullable=False, server_default=""),
    Index("ix_request_sender_kind", "sender", "kind"),
    Index("ix_request_phone_mark", "phone_mark"),
    Index("ix_request_name_mark", "name_mark"),
    Index("ix_request_tray_due", "tray", "due_at", "reference"),
    Index("ix_request_tray_claimed", "tray", "claimed_by", "due_at", "reference"),
    Index("ix_request_tray_kind", "tray", "kind", "due_at", "reference"),
    Index("ix_request_tray_language", "tray", "language", "due_at", "reference"),
    Index("ix_request_tray_area", "tray", "area", "due_at", "reference"),
    Index("ix_request_tray_area_claimed", "tray", "area", "claimed_by", "due_at", "reference"),
    Index("ix_request_tray_kind_area", "tray", "kind", "area", "due_at", "reference"),
    Index("ix_request_tray_topic", "tray", "topic", "due_at", "reference"),
    Index("ix_request_tray_escalated", "tray", "escalated", "due_at", "reference"),
    Index("ix_request_closed_at", "closed_at"),
)
