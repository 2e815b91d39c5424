"""Turns as they were shown: the parent's message and the replies, by number, kept for days.

The web chat reads them again after a reload; connectors read the conversation so far in them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, String, Table, Text, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata

turn_table = Table(
    "turn",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sender", String(32), nullable=False, index=True),
    Column("inbox_id", Integer, index=True),
    Column("said", Text, nullable=False),
    Column("replies", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)


def add_turn(
    session: Session, sender: str, said: str, replies: Sequence[Mapping[str, Any]], at: datetime, inbox_id: int | None = None
) -> int:
    """Store a turn and return its number.

    Args:
        said: the parent's words as stored, without numbers that are not ours to keep.
        replies: as sent to the page; those of a person carry their name as `who`.
        inbox_id: the message that was answered; None when the turn begins on this side.
    """
    values = {"sender": sender, "inbox_id": inbox_id, "said": said, "replies": json.dumps(list(replies), ensure_ascii=False), "at": at}
    return int(session.execute(insert(turn_table).values(**values)).inserted_primary_key[0])


def turns_after(session: Session, sender: str, number: int, limit: int = 100) -> list[dict[str, Any]]:
    """The parent's turns with a higher number, oldest first; the latest `limit` of them."""
    table = turn_table.c
    rows = session.execute(select(turn_table).where(table.sender == sender, table.id > number).order_by(table.id.desc()).limit(limit)).all()
    return [{"turn": r.id, "said": r.said, "replies": json.loads(r.replies)} for r in reversed(rows)]


def turns_of(session: Session, senders: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """The latest turns of several chats of one person, as they came, oldest first."""
    query = select(turn_table).where(turn_table.c.sender.in_(senders)).order_by(turn_table.c.id.desc()).limit(limit)
    return [{"turn": r.id, "said": r.said, "replies": json.loads(r.replies)} for r in reversed(session.execute(query).all())]


def has_turn(session: Session, sender: str, number: int) -> bool:
    """Whether a turn of the parent is still kept."""
    return session.execute(select(turn_table.c.id).where(turn_table.c.sender == sender, turn_table.c.id == number)).first() is not None


def turn_of(session: Session, inbox_id: int) -> dict[str, Any] | None:
    """The turn in which a message was answered; None while it waits."""
    row = session.execute(select(turn_table).where(turn_table.c.inbox_id == inbox_id)).first()
    return {"turn": row.id, "said": row.said, "replies": json.loads(row.replies)} if row else None


def unsay(session: Session, inbox_id: int) -> None:
    """The parent has deleted the message: its words go, the replies stay."""
    session.execute(update(turn_table).where(turn_table.c.inbox_id == inbox_id).values(said=""))


def last_replies(session: Session, sender: str) -> list[dict[str, Any]]:
    """What was said to the parent last."""
    row = session.execute(
        select(turn_table.c.replies).where(turn_table.c.sender == sender).order_by(turn_table.c.id.desc()).limit(1)
    ).first()
    return list(json.loads(row.replies)) if row else []


def spoke_last(session: Session, senders: Sequence[str]) -> str | None:
    """Of several chats the one with the latest turn; None when none has any."""
    query = select(turn_table.c.sender).where(turn_table.c.sender.in_(senders)).order_by(turn_table.c.id.desc()).limit(1)
    return session.execute(query).scalar()


def forget_turns(session: Session, sender: str) -> int:
    """Delete all turns of a parent; returns how many."""
    return int(session.execute(delete(turn_table).where(turn_table.c.sender == sender)).rowcount)


def purge_turns(session: Session, before: datetime, keep: Sequence[str] = ()) -> int:
    """Delete turns from before an instant, but not those of some parents; returns how many."""
    return int(session.execute(delete(turn_table).where(turn_table.c.at < before, turn_table.c.sender.notin_(keep))).rowcount)
