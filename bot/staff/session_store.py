"""Who is signed in where, and how often somebody has failed to sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Index, Integer, String, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata
from bot.staff.model import SignedIn
from bot.staff.store import member_of, member_table

Stage = Literal["password", "full", "together"]

session_table = Table(
    "staff_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", String(16), nullable=False, index=True),
    Column("stage", String(10), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

failure_table = Table(
    "sign_in_failure",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("who", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_failure_who_at", "who", "at"),
)


def begin(session: Session, token_hash: str, staff_id: str, stage: Stage, csrf: str, at: datetime) -> None:
    """A new signed-in browser."""
    session.execute(
        insert(session_table).values(token_hash=token_hash, staff_id=staff_id, stage=stage, csrf=csrf, created_at=at, seen_at=at)
    )


def find(session: Session, token_hash: str, not_seen_since: datetime, not_begun_since: datetime) -> SignedIn | None:
    """Who is signed in with a cookie; None when nobody is, or has not been seen or was begun too long ago."""
    table = session_table.c
    row = session.execute(
        select(session_table.c.stage, session_table.c.csrf, session_table.c.seen_at, member_table)
        .join(member_table, member_table.c.id == table.staff_id)
        .where(
            table.token_hash == token_hash, table.seen_at >= not_seen_since, table.created_at >= not_begun_since,
            member_table.c.active.is_(True),
        )
    ).first()  # fmt: skip
    return SignedIn(token_hash, member_of(row._mapping), row.stage, row.csrf, row.seen_at) if row else None


def touch(session: Session, token_hash: str, at: datetime) -> None:
    """Seen just now."""
    session.execute(update(session_table).where(session_table.c.token_hash == token_hash).values(seen_at=at))


def set_stage(session: Session, token_hash: str, stage: Stage) -> None:
    """Hand the screen to a parent, or take it back."""
    session.execute(update(session_table).where(session_table.c.token_hash == token_hash).values(stage=stage))


def end(session: Session, token_hash: str) -> None:
    """Sign out here."""
    session.execute(delete(session_table).where(session_table.c.token_hash == token_hash))


def end_all(session: Session, staff_id: str, but: str = "") -> None:
    """Sign somebody out everywhere, but perhaps not here."""
    session.execute(delete(session_table).where(session_table.c.staff_id == staff_id, session_table.c.token_hash != but))


def purge(session: Session, sessions_before: datetime, failures_before: datetime) -> int:
    """Delete sessions and failures that no longer count."""
    one = session.execute(delete(session_table).where(session_table.c.seen_at < sessions_before))
    two = session.execute(delete(failure_table).where(failure_table.c.at < failures_before))
    return int(one.rowcount) + int(two.rowcount)


def failed(session: Session, who: str, at: datetime) -> None:
    """Somebody has failed to sign in; `who` is the mark of a login name or of an address."""
    session.execute(insert(failure_table).values(who=who, at=at))


def failures(session: Session, who: str, since: datetime) -> tuple[int, datetime | None]:
    """How often, and when last."""
    table = failure_table.c
    number, last = session.execute(select(func.count(), func.max(table.at)).where(table.who == who, table.at >= since)).one()
    return int(number), last


def forgive(session: Session, who: str) -> None:
    """Signed in well: earlier failures no longer count."""
    session.execute(delete(failure_table).where(failure_table.c.who == who))
