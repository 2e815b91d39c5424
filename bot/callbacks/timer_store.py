"""Timers in the database: they survive restarts, and each fires once, whoever looks first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata

TAKEN_FOR = timedelta(minutes=5)
"""A timer that was taken by a process which then died is taken again after this time."""

MOST_TRIES = 5
AGAIN_AFTER = timedelta(hours=1)
"""One that has failed so often is tried again only so often; it is never given up."""

OVERDUE_AFTER = timedelta(minutes=15)
"""A timer that has not done its work so long after its time is shown to people: the first tries have failed, or nobody runs timers."""

_TO_COME = ("waiting", "taken")

timer_table = Table(
    "timer",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("reference", String(16), nullable=False, index=True),
    Column("due_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("taken_at", Instant),
    Column("tries", Integer, nullable=False),
    Index("ix_timer_state_due", "state", "due_at"),
)


@dataclass(frozen=True)
class Timer:
    """Something to be done for a request at a time."""

    id: int
    kind: str
    reference: str
    due_at: datetime
    tries: int


def set_timer(session: Session, kind: str, reference: str, due_at: datetime) -> None:
    """Set a timer; one of the same kind that has not done its work for this request is replaced."""
    cancel(session, reference, (kind,))
    session.execute(insert(timer_table).values(kind=kind, reference=reference, due_at=due_at, state="waiting", tries=0))


def cancel(session: Session, reference: str, kinds: Iterable[str] | None = None, *, but: Iterable[str] = ()) -> None:
    """Take back the timers of a request, or those of some kinds, also those that were taken and have not done their work."""
    table = timer_table.c
    query = delete(timer_table).where(table.reference == reference, table.state.in_(_TO_COME), table.kind.notin_(list(but)))
    session.execute(query.where(table.kind.in_(list(kinds))) if kinds is not None else query)


def take_due(session: Session, now: datetime, limit: int = 50) -> list[Timer]:
    """Timers whose time has come, each given to one caller only, what was due first on top.

    Those of a process that died while it worked on them are given again.
    """
    table = timer_table.c
    ready = or_(
        table.state == "waiting",
        (table.state == "taken") & (table.tries < MOST_TRIES) & (table.taken_at < now - TAKEN_FOR),
        (table.state == "taken") & (table.taken_at < now - AGAIN_AFTER),
    )
    rows = session.execute(select(timer_table).where(ready, table.due_at <= now).order_by(table.due_at, table.id).limit(limit)).all()
    taken = []
    for row in rows:
        # The row as it was read is named, so that of two processes one finds nothing to change.
        mine = session.execute(
            update(timer_table)
            .where(table.id == row.id, table.state == row.state, table.tries == row.tries)
            .values(state="taken", taken_at=now, tries=row.tries + 1)
        )
        if int(mine.rowcount) == 1:
            taken.append(Timer(row.id, row.kind, row.reference, row.due_at, row.tries + 1))
    return taken


def done(session: Session, timer: Timer) -> bool:
    """The timer does its work now, in the same transaction; False when it was taken back, or taken by somebody else, in the meantime."""
    table = timer_table.c
    mine = (table.id == timer.id, table.state == "taken", table.tries == timer.tries)
    return int(session.execute(update(timer_table).where(*mine).values(state="done")).rowcount) == 1


def waiting(session: Session, reference: str) -> list[Timer]:
    """What will happen to a request by itself, next first; what was taken and is not done may still happen."""
    table = timer_table.c
    rows = session.execute(select(timer_table).where(table.reference == reference, table.state.in_(_TO_COME)).order_by(table.due_at))
    return [Timer(r.id, r.kind, r.reference, r.due_at, r.tries) for r in rows]


def overdue(session: Session, before: datetime, most: int = 100) -> int:
    """How many timers should have fired before an instant and have not; counted to `most`."""
    table = timer_table.c
    return len(session.execute(select(table.id).where(*_late(before)).limit(most)).all())


def overdue_timers(session: Session, before: datetime, limit: int) -> list[Timer]:
    """Timers that should have fired before an instant and have not, what was due first on top."""
    rows = session.execute(select(timer_table).where(*_late(before)).order_by(timer_table.c.due_at, timer_table.c.id).limit(limit))
    return [Timer(r.id, r.kind, r.reference, r.due_at, r.tries) for r in rows]


def _late(before: datetime) -> tuple[Any, ...]:
    # States are named, so that the index is used: most timers are done.
    return timer_table.c.state.in_(_TO_COME), timer_table.c.due_at < before


def again(session: Session, before: datetime) -> int:
    """Let all that are overdue fire as if nobody had tried yet; returns how many."""
    return int(session.execute(update(timer_table).where(*_late(before)).values(state="waiting", tries=0)).rowcount)


def forget(session: Session, references: Iterable[str]) -> None:
    """Delete all timers of requests."""
    session.execute(delete(timer_table).where(timer_table.c.reference.in_(list(references))))


def purge_timers(session: Session, before: datetime) -> int:
    """Delete timers that have fired before an instant; returns how many."""
    table = timer_table.c
    return int(session.execute(delete(timer_table).where(table.state == "done", table.due_at < before)).rowcount)
