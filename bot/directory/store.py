"""Services in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, fields, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.directory.calendars.cancelled import cancelled_of, with_cancelled
from bot.directory.calendars.store import attached
from bot.directory.index import store as index
from bot.directory.index.meaning import stamp_of, text_of
from bot.directory.model import Schedule, Service, Venue
from bot.directory.public_ids import other_public_id

RECORD_FORMAT = 8
"""Raised when `Service` changes or a record is read otherwise, so that what is stored is read from its source again."""

_AT_ONCE = 400
One = TypeVar("One")

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
    Column("public_id", String(36), index=True),
    Index("ix_service_area_offered", "area", "offered"),
)
"""One row for each service. `public_id`: under which it is known outside, where that is not its own id."""

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
    """Put a source's services in place of what it gave before, all or nothing.

    A service that another source gave under the same id is taken over from it.
    """
    gone = session.execute(select(service_table.c.id).where(service_table.c.feed == source)).scalars().all()
    session.execute(delete(source_table).where(source_table.c.name == source))
    take_out(session, gone)
    put(session, source, services)
    session.execute(insert(source_table).values(name=source, fingerprint=fingerprint))


def put(session: Session, source: str, services: Sequence[Service], there: Sequence[str] | None = None) -> None:
    """Write services, each in place of what stood under its id; everything that is searched is written here.

    Args:
        source: what gives them from now on.
        there: those ids under which something may stand; None = any of them.
    """
    take_out(session, [service.id for service in services] if there is None else there)
    if not services:
        return
    services = _with_calendars(session, services)
    session.execute(insert(service_table), [_row(service, source) for service in services])
    topics = [{"topic": topic, "service_id": service.id} for service in services for topic in dict.fromkeys(service.topics)]
    if topics:
        session.execute(insert(topic_table), topics)
    index.put(session, services)
    for some in _in_parts(services):
        index.drop_outdated(session, {service.id: stamp_of(text_of(service)) for service in some})


def _with_calendars(session: Session, services: Sequence[Service]) -> list[Service]:
    """The same services; a calendar stands in place of the times that the feed gives, and over both what people cancelled."""
    parts = list(_in_parts([one.id for one in services]))
    calendars = {one.service_id: one.schedules for some in parts for one in attached(session, some)}
    cancelled = {own_id: days for some in parts for own_id, days in cancelled_of(session, some).items()}
    timed = [replace(one, schedules=schedules_of(calendars[one.id])) if one.id in calendars else one for one in services]
    return [replace(one, schedules=with_cancelled(one.schedules, cancelled[one.id])) if one.id in cancelled else one for one in timed]


def schedules_as_text(schedules: Sequence[Schedule]) -> str:
    """Schedules as they are stored."""
    return json.dumps([vars(schedule) for schedule in schedules], default=_iso)


def schedules_of(text: str) -> tuple[Schedule, ...]:
    """Stored schedules."""
    return tuple(_schedule(one) for one in json.loads(text))


def take_out(session: Session, ids: Sequence[str]) -> None:
    """Remove services with everything by which they are found; unknown ids are passed over."""
    for some in _in_parts(ids):
        session.execute(delete(topic_table).where(topic_table.c.service_id.in_(some)))
        session.execute(delete(service_table).where(service_table.c.id.in_(some)))
        index.take_out(session, some)


def remove_source(session: Session, source: str) -> None:
    """Forget a source and everything that it gave."""
    replace_source(session, source, "", ())
    session.execute(delete(source_table).where(source_table.c.name == source))


def fingerprints(session: Session) -> dict[str, str]:
    """What each source was like when it was read last."""
    rows = session.execute(select(source_table.c.name, source_table.c.fingerprint))
    return {row.name: row.fingerprint for row in rows}


def services_of(session: Session, source: str) -> dict[str, Service]:
    """The services that a source gave, by id."""
    statement = select(service_table.c.record).where(service_table.c.feed == source)
    services = [service_of(record) for record in session.execute(statement).scalars()]
    return {service.id: service for service in services}


_BY_IDS = select(service_table.c.id, service_table.c.record).where(service_table.c.id.in_(bindparam("wanted", expanding=True)))


def of_ids(session: Session, ids: Sequence[str]) -> list[Service]:
    """The services of these ids, in their order; unknown ones are passed over."""
    found: dict[str, Service] = {}
    for some in _in_parts(ids):
        found |= {row.id: service_of(row.record) for row in session.execute(_BY_IDS, {"wanted": some})}
    return [found[one] for one in ids if one in found]


def not_indexed(session: Session, most: int) -> list[str]:
    """Ids of stored services that the index does not know: those that were there before it."""
    known = select(index.text_table.c.service_id)
    statement = select(service_table.c.id).where(service_table.c.id.not_in(known)).order_by(service_table.c.id).limit(most)
    return list(session.execute(statement).scalars())


def counts(session: Session) -> tuple[int, int]:
    """How many services are stored, and how many are in the index."""
    stored = session.execute(select(func.count()).select_from(service_table)).scalar_one()
    indexed = session.execute(select(func.count()).select_from(index.text_table)).scalar_one()
    return stored, indexed


_BY_ID = select(service_table.c.record).where(service_table.c.id == bindparam("wanted"))


def get(session: Session, service_id: str) -> Service | None:
    """One service, whatever its status."""
    record = session.execute(_BY_ID, {"wanted": service_id}).scalar_one_or_none()
    return service_of(record) if record else None


def get_public(session: Session, public_id: str) -> Service | None:
    """The service that is known outside under an id that is not its own."""
    record = session.execute(select(service_table.c.record).where(service_table.c.public_id == public_id)).scalars().first()
    return service_of(record) if record else None


def held(session: Session, service_id: str) -> Service | None:
    """One service that nobody else writes until this transaction is over; to be asked for before anything else is read."""
    while True:
        # Writing its row holds it on both databases. Whoever changed it in the meantime put another row in its place, which is not held.
        row = update(service_table).where(service_table.c.id == service_id).values(feed=service_table.c.feed)
        is_held = bool(session.execute(row.execution_options(synchronize_session=False)).rowcount)
        service = get(session, service_id)
        if is_held or service is None:
            return service


def offered_after(session: Session, areas: Sequence[str], after: str) -> list[Service]:
    """Some hundred offered services of areas, in the order of their ids, beginning after an id."""
    t = service_table.c
    statement = select(t.record).where(t.area.in_(list(areas)), t.offered.is_(True), t.id > after).order_by(t.id).limit(_AT_ONCE)
    return [service_of(record) for record in session.execute(statement).scalars()]


def ids_of(session: Session, source: str) -> list[str]:
    """Ids of all that a source gives."""
    return list(session.execute(select(service_table.c.id).where(service_table.c.feed == source)).scalars())


def feeds_of(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """What gave each service, by its id."""
    found: dict[str, str] = {}
    for some in _in_parts(ids):
        rows = session.execute(select(service_table.c.id, service_table.c.feed).where(service_table.c.id.in_(some)))
        found |= {row.id: row.feed for row in rows}
    return found


_SAME = (
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


def _row(service: Service, source: str) -> dict[str, Any]:
    own = {name: getattr(service, name) for name in _SAME}
    return {**own, "feed": source, "record": record_of(service), "public_id": other_public_id(service.id)}


_OTHERWISE = {one.name: None if one.default is MISSING else one.default for one in (*fields(Service), *fields(Schedule))}


def record_of(service: Service) -> str:
    """A service as it is stored; what its source said is kept elsewhere."""
    # Not `asdict`: it copies every value, which takes longer than all the rest of an import's writing.
    record = _said(service)
    if service.schedules:
        record["schedules"] = [_said(schedule) for schedule in service.schedules]
    if service.other_places:
        record["other_places"] = [vars(venue) for venue in service.other_places]
    return _JSON.encode(record)


def values_of(service: Service) -> dict[str, Any]:
    """Every field as a plain JSON value, those that say nothing too: for comparing field by field."""
    record = {
        **vars(service),
        "schedules": [_placed(one) for one in service.schedules],
        "other_places": [vars(one) for one in service.other_places],
    }
    return json.loads(_JSON.encode(record))  # type: ignore[no-any-return]


def _placed(schedule: Schedule) -> dict[str, Any]:
    """Its fields; a later one only where it says something, so that what people put right before there was such a field still holds."""
    return {name: value for name, value in vars(schedule).items() if name not in {"place", "all_day"} or value != _OTHERWISE[name]}


def _said(one: Service | Schedule) -> dict[str, Any]:
    """Its fields without those that say nothing: half as much to write, to keep and to read again for every search."""
    return {name: value for name, value in vars(one).items() if value != _OTHERWISE[name]}


def _iso(value: Any) -> str:
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


_JSON = json.JSONEncoder(default=_iso, ensure_ascii=False)


@lru_cache(maxsize=8192)
def service_of(text: str) -> Service:
    """The service of a stored record. Kept by the record's text, so it can never be out of date."""
    record: dict[str, Any] = json.loads(text)
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in record.items() if n in Service.__dataclass_fields__}
    values["schedules"] = tuple(_schedule(one) for one in record.get("schedules") or ())
    values["other_places"] = tuple(Venue(**one) for one in record.get("other_places") or ())
    values["checked_on"] = date.fromisoformat(record["checked_on"])
    for name in ("review_by", "stale_from"):
        values[name] = date.fromisoformat(record[name]) if record.get(name) else None
    return Service(**values)


def _schedule(record: dict[str, Any]) -> Schedule:
    values: dict[str, Any] = {"freq": None, **{n: tuple(v) if isinstance(v, list) else v for n, v in record.items()}}
    for name in ("opens_at", "closes_at"):
        values[name] = time.fromisoformat(record[name]) if record.get(name) else None
    for name in ("dtstart", "until", "valid_from", "valid_to"):
        values[name] = date.fromisoformat(record[name]) if record.get(name) else None
    for name in ("except_on", "extra_on"):
        values[name] = tuple(date.fromisoformat(on) for on in values.get(name) or ())
    return Schedule(**values)


def _in_parts(some: Sequence[One]) -> Iterable[Sequence[One]]:
    return (some[at : at + _AT_ONCE] for at in range(0, len(some), _AT_ONCE))
