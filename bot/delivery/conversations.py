"""The state of each conversation, one row, as the launcher's memory of Rasa writes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, String, Table, Text, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.base.db import metadata

conversation_table = Table(
    "conversation",
    metadata,
    Column("sender", String(32), primary_key=True),
    Column("events", Text, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, index=True),
)


def read(session: Session, sender: str) -> str | None:
    """What was written last for a pseudonym."""
    table = conversation_table.c
    return session.execute(select(table.events).where(table.sender == sender)).scalar_one_or_none()


def write(session: Session, sender: str, events: str, at: datetime) -> None:
    """Replace the row: one statement."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(conversation_table).values(sender=sender, events=events, updated_at=at)
    session.execute(statement.on_conflict_do_update(index_elements=["sender"], set_={"events": events, "updated_at": at}))


def senders(session: Session) -> list[str]:
    """All pseudonyms with a conversation."""
    return list(session.execute(select(conversation_table.c.sender)).scalars())


def forget(session: Session, sender: str) -> None:
    """Delete a conversation."""
    session.execute(delete(conversation_table).where(conversation_table.c.sender == sender))


def purge_conversations(session: Session, before: datetime) -> int:
    """Delete conversations without a turn since an instant; returns how many."""
    return int(session.execute(delete(conversation_table).where(conversation_table.c.updated_at < before)).rowcount)
