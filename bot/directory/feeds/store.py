"""Where services come from, in the database: each one's origin, and the feeds with their locks.

The services themselves are written by `bot.directory.store`; what people corrected is in `change_store`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.base.clock import LONDON
from bot.base.db import metadata
from bot.directory.feeds.attribution import owed
from bot.directory.model import Service
from bot.directory.store import service_of, service_table

_AT_ONCE = 400

origin_table = Table(
    "service_origin",
    metadata,
    Column("service_id", String(80), primary_key=True),
    Column("feed", String(200), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("modified", String(64), nullable=False),
    Column("run", String(16), nullable=False),
    Column("state", String(10), nullable=False),
    Column("look", String(32), nullable=False),
    Column("timed", Boolean, nullable=False),
    Column("vouched", Boolean, nullable=False),
    Column("first_run", String(16), nullable=False),
    Column("retrieved_at", DateTime(timezone=True), nullable=False),
    Column("raw", Text, nullable=False),
    Index("ix_service_origin_feed_look", "feed", "look"),
)
"""One row for each service that a feed gave, raw record included.

`state`: listed, double (of another that says more) or withdrawn. `run` is the scan that saw it last, `first_run` the one
that brought it (again). `look` stands for its
name, provider and place. `vouched`: the source says when it last looked at it.
"""

feed_table = Table(
    "directory_feed",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("area", String(40), nullable=False),
    Column("address", Text, nullable=False),
    Column("provider", Text),
    Column("licence", Text),
    Column("attribution", Text),
    Column("run", String(16)),
    Column("page", Integer),
    Column("total", Integer),
    Column("begun_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
    Column("report", Text),
    Column("locked_by", String(40)),
    Column("locked_until", DateTime(timezone=True)),
)


@dataclass(frozen=True)
class Origin:
    """What is remembered of a service's last reading."""

    feed: str
    fingerprint: str
    run: str
    state: str
    vouched: bool
    first_run: str
    retrieved_at: datetime
    modified: str


def origins(session: Session, ids: Sequence[str]) -> dict[str, Origin]:
    """By service id."""
    t = origin_table.c
    columns = (t.service_id, t.feed, t.fingerprint, t.run, t.state, t.vouched, t.first_run, t.retrieved_at, t.modified)
    found = {}
    for some in in_parts(ids):
        for row in session.execute(select(*columns).where(t.service_id.in_(some))):
            found[row.service_id] = Origin(
                row.feed, row.fingerprint, row.run, row.state, row.vouched, row.first_run, aware(row.retrieved_at), row.modified
            )
    return found


def unchanged(session: Session, feed: str, changes: Mapping[str, str]) -> set[str]:
    """Of external ids with their last changes those that are stored as they are."""
    t = origin_table.c
    found = set()
    for some in in_parts(list(changes)):
        statement = select(t.external_id, t.modified).where(t.feed == feed, t.state == "listed", t.external_id.in_(some))
        found |= {row.external_id for row in session.execute(statement) if row.modified == changes[row.external_id]}
    return found


def put_origins(session: Session, rows: Sequence[Mapping[str, Any]], there: Sequence[str]) -> None:
    """Write origins.

    Args:
        there: ids under which one stands that is to be replaced.
    """
    for some in in_parts(there):
        session.execute(delete(origin_table).where(origin_table.c.service_id.in_(some)))
    if rows:
        session.execute(insert(origin_table), [dict(row) for row in rows])


def mark_seen(session: Session, ids: Sequence[str], run: str) -> None:
    """Remember that a scan saw these, whether they changed or not."""
    for some in in_parts(ids):
        session.execute(update(origin_table).where(origin_table.c.service_id.in_(some)).values(run=run))


def gone(session: Session, feed: str, run: str) -> list[str]:
    """Services that the feed gave before and that this scan did not see."""
    t = origin_table.c
    statement = select(t.service_id).where(t.feed == feed, t.run != run, t.state != "withdrawn").order_by(t.service_id)
    return list(session.execute(statement).scalars())


def kept_before(session: Session, feed: str, run: str) -> int:
    """How many of the services that this scan saw were there before it."""
    t = origin_table.c
    statement = select(func.count()).select_from(origin_table).where(t.feed == feed, t.run == run, t.first_run != run)
    return int(session.execute(statement).scalar_one())


@dataclass(frozen=True)
class Double:
    """A service without times beside one of the same name and provider that has them.

    Attributes:
        other: the id of that one.
        state: `listed` when it has been written, `double` when it was left out already.
    """

    id: str
    other: str
    state: str
    first_run: str


def doubles(session: Session, feed: str, run: str) -> list[Double]:
    """All of a scan."""
    one, other = origin_table.alias("one"), origin_table.alias("other")
    both = and_(one.c.feed == other.c.feed, one.c.look == other.c.look)
    columns = (one.c.service_id, one.c.state, one.c.first_run)
    statement = (
        select(*columns, func.min(other.c.service_id).label("other"))
        .select_from(one.join(other, both))
        .where(one.c.feed == feed, one.c.run == run, one.c.state != "withdrawn", one.c.timed.is_(False), one.c.look != "")
        .where(other.c.run == run, other.c.state == "listed", other.c.timed.is_(True))
        .group_by(*columns)
        .order_by(one.c.service_id)
    )
    return [Double(row.service_id, row.other, row.state, row.first_run) for row in session.execute(statement)]


def set_state(session: Session, ids: Sequence[str], state: str) -> None:
    """Listed, double or withdrawn."""
    for some in in_parts(ids):
        session.execute(update(origin_table).where(origin_table.c.service_id.in_(some)).values(state=state))


def wake_doubles(session: Session, feed: str) -> None:
    """Have those read again whose fuller double is there no longer."""
    other = origin_table.alias("other")
    fuller = exists().where(other.c.feed == feed, other.c.look == origin_table.c.look, other.c.timed.is_(True), other.c.state == "listed")
    session.execute(
        update(origin_table)
        .where(origin_table.c.feed == feed, origin_table.c.state == "double", ~fuller)
        .values(fingerprint="")
        .execution_options(synchronize_session=False)
    )


def raw_of(session: Session, service_id: str) -> Mapping[str, Any]:
    """The source's own record of a service, without the people named in it; empty when it has none."""
    raw = session.execute(select(origin_table.c.raw).where(origin_table.c.service_id == service_id)).scalar_one_or_none()
    return json.loads(raw) if raw else {}


def published(session: Session, areas: Sequence[str], offset: int, limit: int) -> list[Service]:
    """Services of areas as they may be given out, in the order of their ids; not what a source has withdrawn."""
    statement = select(service_table.c.record).where(_is_published(areas)).order_by(service_table.c.id).offset(offset).limit(limit)
    return [service_of(record) for record in session.execute(statement).scalars()]


def count_published(session: Session, areas: Sequence[str]) -> int:
    """How many there are."""
    return int(session.execute(select(func.count()).select_from(service_table).where(_is_published(areas))).scalar_one())


def is_withdrawn(session: Session, service_id: str) -> bool:
    """Whether its source does not list it any more."""
    state = session.execute(select(origin_table.c.state).where(origin_table.c.service_id == service_id)).scalar_one_or_none()
    return state == "withdrawn"


def _is_published(areas: Sequence[str]) -> Any:
    gone_ids = select(origin_table.c.service_id).where(origin_table.c.state == "withdrawn")
    return and_(service_table.c.area.in_(list(areas)), service_table.c.id.notin_(gone_ids))


def lock_feed(session: Session, values: Mapping[str, Any], owner: str, now: datetime, minutes: int) -> bool:
    """Take a feed for one import; False when another has it. A lock that was left behind runs out.

    Args:
        values: name, area, address, provider, licence, attribution.
    """
    t = feed_table.c
    try:
        with session.begin_nested():
            if session.execute(select(t.name).where(t.name == values["name"])).first() is None:
                session.execute(insert(feed_table).values(**values))
    except IntegrityError:
        pass  # another import has just written it
    taken = session.execute(
        update(feed_table)
        .where(t.name == values["name"], or_(t.locked_until.is_(None), t.locked_until < now))
        .values(**values, locked_by=owner, locked_until=now + timedelta(minutes=minutes))
    )
    return int(taken.rowcount) == 1


def keep_lock(session: Session, name: str, owner: str, until: datetime, page: int, total: int | None) -> bool:
    """Go on holding a feed, and remember how far the scan is; False when the lock ran out and another took it."""
    t = feed_table.c
    kept = session.execute(
        update(feed_table).where(t.name == name, t.locked_by == owner).values(locked_until=until, page=page, total=total)
    )
    return int(kept.rowcount) == 1


def begin_run(session: Session, name: str, run: str, now: datetime) -> None:
    """A new scan from the first page on."""
    session.execute(update(feed_table).where(feed_table.c.name == name).values(run=run, page=0, total=None, begun_at=now))


def end_run(session: Session, name: str, owner: str, report: str, completed_at: datetime | None, *, over: bool) -> None:
    """Let a feed go.

    Args:
        completed_at: when it was brought up to date; None when it was not, or not wholly.
        over: the scan came to its end, so that the next one begins anew.
    """
    values: dict[str, Any] = {"report": report, "locked_by": None, "locked_until": None}
    if completed_at:
        values["completed_at"] = completed_at
    if over:
        values |= {"run": None, "page": None}
    session.execute(update(feed_table).where(feed_table.c.name == name, feed_table.c.locked_by == owner).values(**values))


def feed_row(session: Session, name: str) -> Mapping[str, Any] | None:
    """What is known of a feed; None for an unknown one."""
    row = session.execute(select(feed_table).where(feed_table.c.name == name)).first()
    if row is None:
        return None
    found = dict(row._mapping)
    return found | {column: aware(found[column]) for column in ("begun_at", "completed_at", "locked_until") if found[column]}


def attributions(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """What must be shown with services, by id; those with which nothing must be are left out."""
    found: dict[str, str] = {}
    columns = (service_table.c.id, feed_table.c.attribution, feed_table.c.licence)
    for some in in_parts(ids):
        joined = select(*columns).join(feed_table, feed_table.c.name == service_table.c.feed).where(service_table.c.id.in_(some))
        found |= {row.id: words for row in session.execute(joined) if (words := owed(row.attribution, row.licence))}
    return found


def in_parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """So many that a database takes them in one statement."""
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def aware(at: datetime) -> datetime:
    """The instant with its zone; SQLite forgets it, and every instant is written in London time."""
    return at.replace(tzinfo=LONDON) if at.tzinfo is None else at.astimezone(LONDON)
