"""Services in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.directory.model import Query, Schedule, Service

service_table = Table(
    "service",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("area", String(40), nullable=False),
    Column("feed", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("status", String(10), nullable=False),
    Column("offered", Boolean, nullable=False),
    Column("min_age_months", Integer),
    Column("max_age_months", Integer),
    Column("is_free", Boolean),
    Column("cost_pence", Integer),
    Column("checked_on", Date, nullable=False),
    Column("review_by", Date),
    Column("record", Text, nullable=False),
    Index("ix_service_area_offered", "area", "offered"),
)

topic_table = Table(
    "service_topic",
    metadata,
    Column("topic", String(40), primary_key=True),
    Column("service_id", String(80), primary_key=True, index=True),
)

source_table = Table(
    "directory_source",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
)


def replace_source(session: Session, source: str, fingerprint: str, services: Sequence[Service]) -> None:
    """Put a source's services in place of what it gave before, all or nothing."""
    gone = select(service_table.c.id).where(service_table.c.feed == source)
    session.execute(delete(topic_table).where(topic_table.c.service_id.in_(gone)))
    session.execute(delete(service_table).where(service_table.c.feed == source))
    session.execute(delete(source_table).where(source_table.c.name == source))
    if services:
        session.execute(insert(service_table), [_row(service, source) for service in services])
        topics = [{"topic": topic, "service_id": s.id} for s in services for topic in dict.fromkeys(s.topics)]
        if topics:
            session.execute(insert(topic_table), topics)
    session.execute(insert(source_table).values(name=source, fingerprint=fingerprint))


def fingerprint_of(session: Session, source: str) -> str | None:
    """What the source was like when it was read last."""
    return session.execute(select(source_table.c.fingerprint).where(source_table.c.name == source)).scalar_one_or_none()


def ids_of(session: Session, source: str) -> set[str]:
    """Ids of the services that a source gave."""
    return set(session.execute(select(service_table.c.id).where(service_table.c.feed == source)).scalars())


def candidates(session: Session, query: Query, today: date) -> list[Service]:
    """Open, offered services of the topics and area that are not past their review and fit in age and price.

    An unknown age limit is open; an unknown price does not count as free.
    """
    s = service_table.c
    statement = (
        select(s.record)
        .join(topic_table, topic_table.c.service_id == s.id)
        .where(topic_table.c.topic.in_(query.topics), s.status == "open", s.offered.is_(True))
        .where(or_(s.review_by.is_(None), s.review_by >= today))
        .distinct()
    )
    if query.area:
        statement = statement.where(s.area == query.area)
    if query.age_months is not None:
        statement = statement.where(
            or_(s.min_age_months.is_(None), s.min_age_months <= query.age_months),
            or_(s.max_age_months.is_(None), s.max_age_months >= query.age_months),
        )
    if query.free:
        statement = statement.where(s.is_free.is_(True))
    if query.max_cost_pence is not None:
        statement = statement.where(s.cost_pence <= query.max_cost_pence)
    return [_service(json.loads(record)) for record in session.execute(statement).scalars()]


_BY_ID = select(service_table.c.record).where(service_table.c.id == bindparam("wanted"))


def get(session: Session, service_id: str) -> Service | None:
    """One service, whatever its status."""
    record = session.execute(_BY_ID, {"wanted": service_id}).scalar_one_or_none()
    return _service(json.loads(record)) if record else None


def names(session: Session, area: str) -> list[tuple[str, Service]]:
    """Every name and other name of an area's services, whatever their status."""
    records = session.execute(select(service_table.c.record).where(service_table.c.area == area)).scalars()
    services = [_service(json.loads(record)) for record in records]
    return [(name, service) for service in services for name in (service.name, *service.also_called)]


def _row(service: Service, source: str) -> dict[str, Any]:
    same = (
        "id",
        "area",
        "name",
        "status",
        "offered",
        "min_age_months",
        "max_age_months",
        "is_free",
        "cost_pence",
        "checked_on",
        "review_by",
    )
    return {**{name: getattr(service, name) for name in same}, "feed": source, "record": json.dumps(asdict(service), default=_iso)}


def _iso(value: Any) -> str:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _service(record: dict[str, Any]) -> Service:
    known = {f.name for f in fields(Service)}
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in record.items() if name in known}
    values["schedules"] = tuple(_schedule(s) for s in record["schedules"])
    values["checked_on"] = date.fromisoformat(record["checked_on"])
    values["review_by"] = date.fromisoformat(record["review_by"]) if record["review_by"] else None
    return Service(**values)


def _schedule(record: dict[str, Any]) -> Schedule:
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in record.items()}
    for name in ("opens_at", "closes_at"):
        values[name] = time.fromisoformat(values[name]) if values[name] else None
    for name in ("dtstart", "until", "valid_from", "valid_to"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return Schedule(**values)
