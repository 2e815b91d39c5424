"""Attached calendars in the database: they stand in place of what a feed says of the service's times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Boolean, Column, Date, String, Table, Text, delete, false, insert, select
from sqlalchemy.orm import Session

from bot.base.db import metadata

calendar_table = Table(
    "service_calendar",
    metadata,
    Column("service_id", String(80), primary_key=True),
    Column("source", Text, nullable=False),
    Column("schedules", Text, nullable=False),
    Column("etag", String(200)),
    Column("read_on", Date),
    Column("named_only", Boolean, nullable=False, default=False, server_default=false()),
)


@dataclass(frozen=True)
class Attached:
    """A service's calendar: where it is read from, and its schedules as JSON.

    Attributes:
        etag: its server's mark of the version that was read; empty for files.
        read_on: when it was last read whole; None = before this was noted.
        named_only: a hall's calendar, of which only the events that name the service are its.
    """

    service_id: str
    source: str
    schedules: str
    etag: str = ""
    read_on: date | None = None
    named_only: bool = False


def attach(session: Session, calendar: Attached) -> None:
    """Write it in place of what was attached before."""
    detach(session, calendar.service_id)
    session.execute(insert(calendar_table).values(**vars(calendar)))


def detach(session: Session, service_id: str) -> None:
    """Remove it; the feed's own times hold again from the next import on."""
    session.execute(delete(calendar_table).where(calendar_table.c.service_id == service_id))


def attached(session: Session, service_ids: Sequence[str] | None = None) -> list[Attached]:
    """The calendars of these services, or all."""
    columns = calendar_table.c
    statement = select(calendar_table).order_by(columns.service_id)
    if service_ids is not None:
        statement = statement.where(columns.service_id.in_(service_ids))
    rows = session.execute(statement)
    return [Attached(row.service_id, row.source, row.schedules, row.etag or "", row.read_on, row.named_only) for row in rows]
