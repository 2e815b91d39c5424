"""What people changed in the directory by hand, in the database: every edit, and the corrections that still hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, String, Table, Text, delete, insert, select
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.directory.feeds.store import aware, in_parts
from bot.directory.store import service_table

edit_table = Table(
    "service_edit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("service_id", String(80), nullable=False, index=True),
    Column("what", String(20), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("by", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""Every change that a person made, with the fields before and after it in JSON."""

correction_table = Table(
    "service_correction",
    metadata,
    Column("service_id", String(80), primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("value", Text, nullable=False),
    Column("source_value", Text, nullable=False),
    Column("by", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
"""What a person put right, with what the source said then. It holds until the source says something else."""


@dataclass(frozen=True)
class Correction:
    """One field that a person put right; values in JSON."""

    field: str
    value: str
    source_value: str
    by: str
    at: datetime


def hold(session: Session, ids: Sequence[str]) -> None:
    """Let nobody put anything right in these services until this transaction is over; to be asked for before `corrections`.

    On SQLite whoever has written in a transaction holds everything.
    """
    column = service_table.c.id
    for some in in_parts(sorted(ids)) if session.get_bind().dialect.name != "sqlite" else ():
        session.execute(select(column).where(column.in_(some)).order_by(column).with_for_update()).all()


def corrections(session: Session, ids: Sequence[str]) -> dict[str, list[Correction]]:
    """By service id."""
    found: dict[str, list[Correction]] = {}
    for some in in_parts(ids):
        for row in session.execute(select(correction_table).where(correction_table.c.service_id.in_(some))):
            found.setdefault(row.service_id, []).append(Correction(row.field, row.value, row.source_value, row.by, aware(row.at)))
    return found


def put_correction(session: Session, service_id: str, correction: Correction) -> None:
    """Write what a person put right, in place of what was put right in that field before."""
    drop_correction(session, service_id, correction.field)
    values = {"field": correction.field, "value": correction.value, "source_value": correction.source_value}
    session.execute(insert(correction_table).values(service_id=service_id, by=correction.by, at=correction.at, **values))


def drop_correction(session: Session, service_id: str, field: str) -> None:
    """Let the source speak for a field again."""
    t = correction_table.c
    session.execute(delete(correction_table).where(t.service_id == service_id, t.field == field))


def add_edit(session: Session, service_id: str, what: str, before: str, after: str, by: str, at: datetime) -> None:
    """Note what somebody changed."""
    values = {"what": what, "before": before, "after": after, "by": by, "at": at}
    session.execute(insert(edit_table).values(service_id=service_id, **values))


def edits(session: Session, service_id: str) -> list[Mapping[str, Any]]:
    """What was changed by hand, the latest last."""
    rows = session.execute(select(edit_table).where(edit_table.c.service_id == service_id).order_by(edit_table.c.id))
    return [{**row._mapping, "at": aware(row.at)} for row in rows]


def purge_edits(session: Session, before: datetime) -> int:
    """Delete notes of changes that were made before an instant; the changes themselves hold. Returns how many."""
    return int(session.execute(delete(edit_table).where(edit_table.c.at < before)).rowcount)
