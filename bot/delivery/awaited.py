"""Who waits to hear what became of something that they pointed out.

Kept apart from the report itself, which people read and which is without its author. Goes with the answer, with “forget me”,
and with the parent's messages.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, DateTime, String, Table, delete, insert, select
from sqlalchemy.orm import Session

from bot.base.db import metadata

awaited_table = Table(
    "awaited_answer",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("sender", String(32), primary_key=True, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
)


def wait_for(session: Session, reference: str, sender: str, at: datetime) -> None:
    """Remember that a parent wants to hear."""
    if sender not in waiting_for(session, reference):
        session.execute(insert(awaited_table).values(reference=reference, sender=sender, created_at=at))


def waiting_for(session: Session, reference: str) -> list[str]:
    """The parents who wait, by pseudonym."""
    return list(session.execute(select(awaited_table.c.sender).where(awaited_table.c.reference == reference)).scalars())


def awaited_by(session: Session, sender: str) -> list[str]:
    """References of everything that a parent waits for."""
    return list(session.execute(select(awaited_table.c.reference).where(awaited_table.c.sender == sender)).scalars())


def answered(session: Session, reference: str) -> None:
    """Nobody waits for it any more."""
    session.execute(delete(awaited_table).where(awaited_table.c.reference == reference))


def forget_awaited(session: Session, sender: str) -> int:
    """Forget what a parent waits for; returns how much."""
    return int(session.execute(delete(awaited_table).where(awaited_table.c.sender == sender)).rowcount)


def purge_awaited(session: Session, before: datetime) -> int:
    """Forget what was asked before an instant; returns how much."""
    return int(session.execute(delete(awaited_table).where(awaited_table.c.created_at < before)).rowcount)
