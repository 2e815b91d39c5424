"""The inbox: each message of a parent once, in the order in which it was sent, until it is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata
from bot.base.errors import AlreadyAnswered, Reworded
from bot.delivery.model import Ticket, Waiting

inbox_table = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("message_key", String(32), nullable=False),
    Column("sender", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("sent_at", Instant, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False, index=True),
    Column("answered_at", Instant),
    UniqueConstraint("channel", "message_key", name="uq_inbox_channel"),
    Index("ix_inbox_state", "state"),
    Index("ix_inbox_sender", "sender", "state"),
)
_t = inbox_table.c


def add(session: Session, channel: str, message_key: str, ticket: Ticket, body: Mapping[str, Any], at: datetime) -> Ticket | None:
    """Store a message; None when it is there already.

    Args:
        message_key: hash of the provider's id; a provider's own id may hold a telephone number.
        ticket: with any `inbox_id`; the one that is returned has the right one.
    """
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {
        "channel": channel, "message_key": message_key, "sender": ticket.sender, "state": "waiting",
        "body": _written(body), "sent_at": ticket.sent_at, "position": ticket.order, "received_at": at,
    }  # fmt: skip
    done = session.execute(dialect.insert(inbox_table).values(**values).on_conflict_do_nothing(index_elements=["channel", "message_key"]))
    if done.rowcount == 0:
        return None
    number = session.execute(select(_t.id).where(_t.channel == channel, _t.message_key == message_key)).scalar_one()
    return Ticket(ticket.sender, int(number), ticket.sent_at, ticket.order)


def number_of(session: Session, channel: str, message_key: str) -> int | None:
    """The number of a message that has been taken in."""
    return session.execute(select(_t.id).where(_t.channel == channel, _t.message_key == message_key)).scalar_one_or_none()


def latest_texts(session: Session, sender: str, since: datetime, limit: int = 3) -> list[str]:
    """What the parent has written last, as it is kept."""
    rows = session.execute(select(_t.body).where(_t.sender == sender, _t.received_at >= since).order_by(_t.id.desc()).limit(limit))
    return [json.loads(row.body).get("text") or "" for row in rows]


def waiting(session: Session) -> list[Ticket]:
    """All that has been taken in and not answered."""
    rows = session.execute(select(_t.id, _t.sender, _t.sent_at, _t.position).where(_t.state == "waiting").order_by(_t.id))
    return [Ticket(r.sender, r.id, r.sent_at, r.position) for r in rows]


def has_waiting(session: Session, sender: str) -> bool:
    """Whether a message of the parent has not been answered yet."""
    return session.execute(select(_t.id).where(_t.sender == sender, _t.state == "waiting").limit(1)).first() is not None


def last_waiting(session: Session, sender: str) -> Ticket | None:
    """The last place in the parent's queue; None when nothing waits."""
    row = session.execute(
        select(_t.id, _t.sent_at, _t.position)
        .where(_t.sender == sender, _t.state == "waiting")
        .order_by(_t.sent_at.desc(), _t.position.desc(), _t.id.desc())
        .limit(1)
    ).first()
    return Ticket(sender, row.id, row.sent_at, row.position) if row else None


def read(session: Session, inbox_id: int) -> Waiting | None:
    """One message that waits; None when it has been answered or withdrawn meanwhile."""
    row = session.execute(select(inbox_table).where(_t.id == inbox_id, _t.state == "waiting")).first()
    if row is None:
        return None
    return Waiting(row.id, row.channel, row.sender, json.loads(row.body), row.received_at, row.attempts)


def count_attempt(session: Session, inbox_id: int) -> None:
    """A turn has failed, or is begun for a message that was already waiting when the service started."""
    session.execute(update(inbox_table).where(_t.id == inbox_id).values(attempts=_t.attempts + 1))


def finish(session: Session, inbox_id: int, at: datetime, state: str = "answered") -> bool:
    """The message is dealt with; False when it was before, and nothing more must come of it."""
    done = session.execute(update(inbox_table).where(_t.id == inbox_id, _t.state == "waiting").values(state=state, answered_at=at))
    return int(done.rowcount) == 1


def settle(session: Session, waiting: Waiting, at: datetime, state: str = "answered", text: str | None = None) -> None:
    """The message is dealt with, as it was read.

    Args:
        text: what is kept of its words; None keeps them all.

    Raises:
        Reworded: it has other words now, and waits on.
        AlreadyAnswered: it was dealt with before.
    """
    kept = waiting.body if text is None else {**waiting.body, "text": text}
    done = session.execute(
        update(inbox_table)
        .where(_t.id == waiting.inbox_id, _t.state == "waiting", _t.body == _written(waiting.body))
        .values(state=state, answered_at=at, body=_written(kept))
    )
    if done.rowcount == 0:
        raise AlreadyAnswered if read(session, waiting.inbox_id) is None else Reworded


def _written(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)


def has_between(session: Session, sender: str, first: int, last: int, position: int, key: str) -> bool:
    """Whether the parent has sent another message between two of theirs.

    Args:
        position: of the message that was edited; what stands there too was sent together with it. 0 when the channel has none.
        key: of the message that was edited; its other edits, whose body names it as `corrects`, do not count.
    """
    between = select(_t.body).where(_t.sender == sender, _t.id > first, _t.id < last).order_by(_t.id)
    if position:
        between = between.where(_t.position != position)
    return any(json.loads(body).get("corrects") != key for body in session.execute(between).scalars())


def replace_body(session: Session, inbox_id: int, body: Mapping[str, Any]) -> bool:
    """Other words for a message that still waits; False when its turn has come meanwhile."""
    done = session.execute(update(inbox_table).where(_t.id == inbox_id, _t.state == "waiting").values(body=_written(body)))
    return int(done.rowcount) == 1


def edits_of(session: Session, sender: str, key: str) -> list[int]:
    """The numbers of a parent's messages that replace another one of theirs.

    Args:
        key: of the message that was edited; the body of each edit names it as `corrects`.
    """
    rows = session.execute(select(_t.id, _t.body).where(_t.sender == sender, _t.body.contains(key)).order_by(_t.id))
    return [row.id for row in rows if json.loads(row.body).get("corrects") == key]


def take_up(session: Session, channel: str, message_key: str, ticket: Ticket, body: Mapping[str, Any]) -> Ticket | None:
    """Let a message wait that its own edit has overtaken, and that comes after all; None when there is no such message."""
    values = {"state": "waiting", "body": _written(body), "sent_at": ticket.sent_at, "position": ticket.order, "answered_at": None}
    is_it = (_t.channel == channel) & (_t.message_key == message_key) & (_t.state == "overtaken")
    if session.execute(update(inbox_table).where(is_it).values(**values)).rowcount == 0:
        return None
    return Ticket(ticket.sender, int(number_of(session, channel, message_key) or 0), ticket.sent_at, ticket.order)


def withdraw(session: Session, inbox_id: int, at: datetime) -> None:
    """A message that the parent has deleted: its words go, and if it still waits it is not answered."""
    session.execute(update(inbox_table).where(_t.id == inbox_id).values(body="{}"))
    finish(session, inbox_id, at, "withdrawn")


def nothing_of(session: Session, sender: str) -> bool:
    """Whether no message of the parent is kept."""
    return session.execute(select(_t.id).where(_t.sender == sender).limit(1)).first() is None


def count_waiting(session: Session) -> int:
    """How many messages wait."""
    return int(session.execute(select(func.count()).select_from(inbox_table).where(_t.state == "waiting")).scalar_one())


def forget_words(session: Session, sender: str) -> None:
    """The words of all that is dealt with go; whose it was stays, and so does the key: what is delivered again is not answered again."""
    session.execute(update(inbox_table).where(_t.sender == sender, _t.state != "waiting").values(body="{}"))


def forget(session: Session, sender: str) -> None:
    """Words and pseudonym go; the key stays, so that a message delivered again is not answered again."""
    session.execute(update(inbox_table).where(_t.sender == sender, _t.state != "waiting").values(body="{}", sender="-"))


def purge_inbox(session: Session, before: datetime, keep: Sequence[str] = ()) -> int:
    """Delete messages from before an instant, but not those of some parents; returns how many."""
    return int(session.execute(delete(inbox_table).where(_t.received_at < before, _t.sender.notin_(keep))).rowcount)
