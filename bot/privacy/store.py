"""Sealed telephone numbers, and proof of erasures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Date, DateTime, String, Table, Text, delete, insert, select
from sqlalchemy.orm import Session

from bot.base.db import metadata

sealed_number_table = Table(
    "sealed_number",
    metadata,
    Column("token", String(8), primary_key=True),
    Column("sender", String(32), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, index=True),
)

erasure_table = Table(
    "erasure",
    metadata,
    Column("receipt", String(16), primary_key=True),
    Column("erased_on", Date, nullable=False),
)


def keep_number(session: Session, token: str, sender: str, sealed: str, at: datetime) -> None:
    """Store a sealed telephone number under its token."""
    session.execute(insert(sealed_number_table).values(token=token, sender=sender, sealed=sealed, created_at=at))


def number_of(session: Session, token: str, sender: str) -> str | None:
    """The sealed number of a token, only for the parent who typed it."""
    table = sealed_number_table.c
    return session.execute(select(table.sealed).where(table.token == token, table.sender == sender)).scalar_one_or_none()


def numbers_of(session: Session, sender: str) -> list[str]:
    """All sealed numbers that a parent has typed, as they came."""
    table = sealed_number_table.c
    return list(session.execute(select(table.sealed).where(table.sender == sender).order_by(table.created_at, table.token)).scalars())


def forget_numbers(session: Session, sender: str) -> int:
    """Delete all sealed numbers of a parent; returns how many."""
    return int(session.execute(delete(sealed_number_table).where(sealed_number_table.c.sender == sender)).rowcount)


def purge_numbers(session: Session, before: datetime) -> int:
    """Delete sealed numbers that were typed before an instant; returns how many."""
    return int(session.execute(delete(sealed_number_table).where(sealed_number_table.c.created_at < before)).rowcount)


def add_receipt(session: Session, receipt: str, erased_on: date) -> None:
    """Proof of an erasure: a random code and the date, nothing else."""
    session.execute(insert(erasure_table).values(receipt=receipt, erased_on=erased_on))


def has_receipt(session: Session, receipt: str) -> bool:
    """Whether such an erasure happened."""
    return session.execute(select(erasure_table.c.receipt).where(erasure_table.c.receipt == receipt)).first() is not None
