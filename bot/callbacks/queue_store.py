"""The queue: what is due first, by owner, language, area, topic and kind, a page at a time.

Every page is one range of one index, whatever the number of requests; counts stop at a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Literal

from sqlalchemy import Integer, and_, cast, func, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from bot.callbacks import merged_store
from bot.callbacks.model import CASES, Escalated, Kind, Request
from bot.callbacks.request_table import request_table
from bot.callbacks.store import request_of

PAGE = 40
COUNTED_TO = 99

Show = Literal["all", "mine", "unclaimed", "late", "escalated"]
_COUNTED: tuple[Show, ...] = ("mine", "unclaimed", "late", "escalated")
_FEW: tuple[Show, ...] = ("mine", "escalated")
"""Of these there are never many, so that one look at their own index finds them, whatever else is asked."""
_ESCALATED: tuple[Escalated, ...] = ("second", "coordinator")


@dataclass(frozen=True)
class QueueQuery:
    """What of the queue is wanted.

    Attributes:
        mine: id of the connector who is looking.
        kinds, areas: empty means all; cases are never among them.
        after: due time and reference of the last row of the page before.
    """

    mine: str
    now: datetime
    show: Show = "all"
    language: str = ""
    area: str = ""
    topic: str = ""
    kind: str = ""
    kinds: tuple[Kind, ...] = ()
    areas: tuple[str, ...] = ()
    after: tuple[datetime, str] | None = None


def queue_page(session: Session, query: QueueQuery) -> tuple[list[Request], bool]:
    """At most `PAGE` open requests, what is due first on top, and whether there are more; in one statement."""
    table = request_table.c
    order = (table.due_at, table.reference)
    parts = [select(*order).where(part).order_by(*order).limit(PAGE + 1) for part in _parts(query)]
    found = union_all(*(select(part.subquery()) for part in parts)).subquery().c
    first = select(found.reference).order_by(found.due_at, found.reference).limit(PAGE + 1).subquery()
    rows = session.execute(select(request_table).join(first, first.c.reference == table.reference).order_by(*order)).all()
    return [request_of(row._mapping) for row in rows[:PAGE]], len(rows) > PAGE


def queue_counts(session: Session, mine: str, now: datetime, kinds: tuple[Kind, ...] = (), areas: tuple[str, ...] = ()) -> dict[str, int]:
    """How many are mine, unclaimed, late, escalated and safeguarding cases; each counted to a hundred at most, in one statement.

    Args:
        kinds, areas: what somebody sees of the queue, as in a `QueueQuery`; cases are counted whatever these are.
    """
    one = literal_column("1").label("one")

    def counted(parts: list[Any]) -> Any:
        some = union_all(*(select(select(one).select_from(request_table).where(p).limit(COUNTED_TO + 1).subquery()) for p in parts))
        first = select(some.subquery()).limit(COUNTED_TO + 1).subquery()
        return select(cast(func.count(first.c.one), Integer)).scalar_subquery()

    shown = {show: _parts(QueueQuery(mine, now, show, kinds=kinds, areas=areas)) for show in _COUNTED}
    counts = {show: counted(parts) for show, parts in shown.items()} | {"cases": counted([request_table.c.tray == "case"])}
    row = session.execute(select(*(number.label(name) for name, number in counts.items()))).one()
    return {name: int(row._mapping[name]) for name in counts}


def _parts(query: QueueQuery) -> list[Any]:
    """What the query means, one kind and area at a time, so that an index gives each in order; there are a few at most."""
    table = request_table.c
    conditions = [table.tray == "open"]
    for column, value in ((table.language, query.language), (table.area, query.area), (table.topic, query.topic), (table.kind, query.kind)):
        if value:
            conditions.append(column == value)
    if query.show in ("mine", "unclaimed"):
        conditions.append(table.claimed_by == (query.mine if query.show == "mine" else ""))
    if query.show == "late":
        conditions.append(table.due_at < query.now)
    if query.after:
        at, reference = query.after
        conditions.append(table.due_at >= at)
        conditions.append(or_(table.due_at > at, table.reference > reference))
    levels = _ESCALATED if query.show == "escalated" else (None,)
    if query.show in _FEW:
        conditions += [table.kind.in_(query.kinds)] if query.kinds else []
        conditions += [table.area.in_(query.areas)] if query.areas else []
        return [and_(*conditions, table.escalated == level) if level else and_(*conditions) for level in levels]
    parts = []
    for kind, area in product(query.kinds or (None,), query.areas or (None,)):
        also = [table.kind == kind] if kind else []
        also += [table.area == area] if area else []
        parts.append(and_(*conditions, *also))
    return parts


def cases(session: Session, *, done: bool, limit: int, skip: int = 0) -> list[Request]:
    """Safeguarding cases: open ones the oldest first, or closed ones the newest first; so many from a place on."""
    table = request_table.c
    if not done:
        query = select(request_table).where(table.tray == "case").order_by(table.created_at, table.reference)
    else:
        query = select(request_table).where(table.tray == "done", table.kind.in_(CASES)).order_by(table.closed_at.desc())
    return [request_of(row._mapping) for row in session.execute(query.limit(limit).offset(skip))]


def loads(session: Session, staff: Sequence[str]) -> dict[str, int]:
    """How many open requests each connector has."""
    table = request_table.c
    rows = session.execute(
        select(table.claimed_by, func.count()).where(table.tray == "open", table.claimed_by.in_(staff)).group_by(table.claimed_by)
    )
    found = {who: int(number) for who, number in rows}
    return {who: found.get(who, 0) for who in staff}


def claimed_by(session: Session, staff_id: str, limit: int = 500) -> list[Request]:
    """All open requests of a connector."""
    table = request_table.c
    rows = session.execute(
        select(request_table).where(table.tray == "open", table.claimed_by == staff_id).order_by(table.due_at).limit(limit)
    )
    return [request_of(row._mapping) for row in rows]


def by_reference(session: Session, beginning: str, limit: int = 20) -> list[Request]:
    """Requests whose reference begins with these letters, cases excepted."""
    table = request_table.c
    rows = session.execute(
        select(request_table)
        .where(table.reference >= beginning, table.reference < beginning + "\uffff", table.kind.notin_(CASES))
        .order_by(table.reference)
        .limit(limit)
    )
    return [request_of(row._mapping) for row in rows]


def of_references(session: Session, references: Sequence[str]) -> list[Request]:
    """These requests, cases included; without contact details."""
    rows = session.execute(select(request_table).where(request_table.c.reference.in_(references)))
    return [request_of(row._mapping) for row in rows]


def with_number_of(session: Session, reference: str, chats: Sequence[str], limit: int = 20) -> list[Request]:
    """Requests that came in another way than a request and its chats, with the same telephone number; without contact details.

    Args:
        chats: of the parent; requests from them are not among what is found, nor is what was merged with `reference`.
    """
    table = request_table.c
    theirs = or_(table.reference == reference, table.sender.in_(chats))
    marks = select(table.phone_mark).where(theirs, table.phone_mark != "")
    others = (table.reference.notin_(merged_store.family(session, [reference])), table.sender.notin_(chats), table.kind.notin_(CASES))
    rows = session.execute(select(request_table).where(table.phone_mark.in_(marks), *others).order_by(table.created_at).limit(limit))
    return [request_of(row._mapping) for row in rows]


def latest_of_each(session: Session, senders: Sequence[str]) -> dict[str, Request]:
    """The latest request of each of these parents, cases left out; without contact details."""
    table = request_table.c
    query = select(request_table).where(table.sender.in_(senders), table.kind.notin_(sorted(CASES))).order_by(table.created_at)
    return {row.sender: request_of(row._mapping) for row in session.execute(query)}


def for_export(session: Session, first: datetime, last: datetime, areas: Sequence[str], limit: int) -> list[Request]:
    """Requests of a time, cases excepted, oldest first.

    Args:
        areas: empty means all.
    """
    table = request_table.c
    here = [table.area.in_(areas)] if areas else []
    rows = session.execute(
        select(request_table)
        .where(table.created_at >= first, table.created_at < last, table.kind.notin_(CASES), table.demo.is_(False), *here)
        .order_by(table.created_at)
        .limit(limit)
    )
    return [request_of(row._mapping) for row in rows]
