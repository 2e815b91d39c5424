"""Single days that a person cancelled, laid over whatever a feed or a calendar says: a cancelled session never appears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from sqlalchemy import Column, Date, String, Table, delete, insert, select
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.directory.model import Schedule

cancelled_table = Table(
    "service_cancellation",
    metadata,
    Column("service_id", String(80), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("hour", String(5), primary_key=True),
)


@dataclass(frozen=True)
class Cancelled:
    """A day on which it is not on.

    Attributes:
        hour: the opening time that is cancelled, `HH:MM`; empty for a session without one.
    """

    on: date
    hour: str


def hour_of(opens_at: time | None) -> str:
    """An opening time as it is kept."""
    return opens_at.strftime("%H:%M") if opens_at else ""


def cancel(session: Session, service_id: str, cancelled: Cancelled) -> None:
    """Remember it; doing so twice is the same as once."""
    restore(session, service_id, [cancelled])
    session.execute(insert(cancelled_table).values(service_id=service_id, day=cancelled.on, hour=cancelled.hour))


def restore(session: Session, service_id: str, several: Sequence[Cancelled]) -> None:
    """They are on after all."""
    t = cancelled_table.c
    for one in several:
        session.execute(delete(cancelled_table).where(t.service_id == service_id, t.day == one.on, t.hour == one.hour))


def cancelled_of(session: Session, service_ids: Sequence[str]) -> Mapping[str, list[Cancelled]]:
    """What is cancelled of these services."""
    found: dict[str, list[Cancelled]] = {}
    for row in session.execute(select(cancelled_table).where(cancelled_table.c.service_id.in_(service_ids))):
        found.setdefault(row.service_id, []).append(Cancelled(row.day, row.hour))
    return found


def with_cancelled(schedules: Sequence[Schedule], several: Sequence[Cancelled]) -> tuple[Schedule, ...]:
    """The schedules without those days; where none has the hour (any more), all of the day is meant."""
    return tuple(replace(one, except_on=tuple(sorted({*one.except_on, *_days_of(one, schedules, several)}))) for one in schedules)


def as_given(schedules: Sequence[Schedule], several: Sequence[Cancelled]) -> tuple[Schedule, ...]:
    """What the source said, before those days were laid over it."""
    return tuple(replace(one, except_on=tuple(sorted({*one.except_on} - _days_of(one, schedules, several)))) for one in schedules)


def _days_of(one: Schedule, schedules: Sequence[Schedule], several: Sequence[Cancelled]) -> set[date]:
    hours = {hour_of(schedule.opens_at) for schedule in schedules}
    return {cancelled.on for cancelled in several if cancelled.hour == hour_of(one.opens_at) or cancelled.hour not in hours}
