"""Where parents are reached: sealed addresses apart from everything else, and who speaks in their chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, String, Table, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.base.clock import later
from bot.base.db import Instant, metadata
from bot.delivery.model import Address, Presence

address_table = Table(
    "address",
    metadata,
    Column("sender", String(32), primary_key=True),
    Column("channel", String(16), nullable=False),
    # Sealed, so longer than the address: a WhatsApp business-scoped user id alone has up to 131 letters.
    Column("sealed", Text, nullable=False),
    Column("same_as", String(32), index=True),
    Column("language", String(16)),
    Column("area", String(40)),
    Column("unreachable", String(20)),
    Column("stopped_at", Instant),
    Column("last_inbound_at", Instant, index=True),
)

presence_table = Table(
    "presence",
    metadata,
    Column("sender", String(32), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
)
_a, _p = address_table.c, presence_table.c


def who(session: Session, pseudonym: str, known_as: str | None) -> str:
    """The pseudonym under which a parent is already known.

    A parent whom WhatsApp used to give by telephone number and now gives by user id stays the same. A number that
    belongs to one user id and comes with another has gone to somebody else: WhatsApp gives a new id with a new number.
    """
    row = _row_of(session, pseudonym)
    if row is not None:
        other = _row_of(session, row.same_as) if row.same_as else None
        # A name that leads on to a third one has no address behind it: the parent stands for themselves.
        return pseudonym if not row.same_as or (other and other.same_as) else str(row.same_as)
    known = _row_of(session, known_as) if known_as is not None else None
    return str(known.sender) if known and not known.same_as else pseudonym


def _row_of(session: Session, sender: str) -> Any:
    return session.execute(select(_a.sender, _a.same_as).where(_a.sender == sender)).first()


def heard_from(session: Session, sender: str, channel: str, sealed: str, at: datetime, also_known_as: Sequence[str] = ()) -> None:
    """The parent has written: remember where to answer and when it was.

    Args:
        at: when they sent it, which after an outage is earlier than when it came.
        also_known_as: pseudonyms of other addresses of the same parent.
    """
    _put(session, sender, {"channel": channel, "sealed": sealed, "same_as": None, "last_inbound_at": at, "unreachable": None})
    for pseudonym in also_known_as:
        if pseudonym != sender:
            _put(session, pseudonym, {"channel": channel, "sealed": "", "same_as": sender, "last_inbound_at": at})


def _put(session: Session, sender: str, values: dict[str, Any]) -> None:
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(address_table).values(sender=sender, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["sender"], set_=values))


def address_of(session: Session, sender: str) -> Address | None:
    """Where a parent is reached; None when they never wrote on a channel with an address, or have been forgotten."""
    row = session.execute(select(address_table).where(_a.sender == sender, _a.same_as.is_(None))).first()
    return _address(row) if row else None


def reached_at(session: Session, sender: str) -> tuple[Address | None, Presence | None]:
    """Where a parent is reached, and who speaks in their chat, in one question; nobody does without an address."""
    return reached_among(session, [sender]).get(sender, (None, None))


def reached_among(session: Session, senders: Sequence[str]) -> dict[str, tuple[Address, Presence | None]]:
    """Like `reached_at`, of several chats in one question; those without an address are left out."""
    rows = session.execute(
        select(address_table, _p.name, _p.began_at, _p.until)
        .select_from(address_table.outerjoin(presence_table, _p.sender == _a.sender))
        .where(_a.sender.in_(senders), _a.same_as.is_(None))
    )
    return {
        row.sender: (_address(row), Presence(row.sender, row.name, row.began_at, row.until) if row.name is not None else None)
        for row in rows
    }


def _address(row: Any) -> Address:
    return Address(
        row.sender, row.channel, row.sealed, row.language, row.area, row.last_inbound_at, row.unreachable, row.stopped_at
    )  # fmt: skip


def speaks(session: Session, sender: str, language: str, area: str | None) -> None:
    """In which language the last turn was, and which area is meant."""
    values = {"language": language} | ({"area": area} if area else {})
    session.execute(update(address_table).where(_a.sender == sender).values(**values))


def close_window(session: Session, sender: str, at: datetime, hours: float) -> None:
    """The provider says that the parent last wrote so many hours ago, or longer: it knows better than our own count."""
    latest = later(at, -timedelta(hours=hours))
    session.execute(update(address_table).where(_a.sender == sender, _a.last_inbound_at > latest).values(last_inbound_at=latest))


def set_unreachable(session: Session, sender: str, why: str | None) -> None:
    """`blocked` or `gone`; None when the parent can be reached again."""
    session.execute(update(address_table).where(_a.sender == sender).values(unreachable=why))


def set_stopped(session: Session, sender: str, at: datetime | None) -> None:
    """From when on only what is asked for goes out; None when the parent wants messages again."""
    session.execute(update(address_table).where(_a.sender == sender).values(stopped_at=at))


def begin_presence(session: Session, sender: str, name: str, at: datetime, until: datetime) -> bool:
    """A person speaks in the chat; True when none did before."""
    is_new = session.execute(select(_p.name).where(_p.sender == sender)).scalar_one_or_none() != name
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(presence_table).values(sender=sender, name=name, began_at=at, until=until)
    session.execute(statement.on_conflict_do_update(index_elements=["sender"], set_={"name": name, "until": until}))
    return is_new


def set_presence_until(session: Session, sender: str, until: datetime) -> None:
    """When the assistant speaks again of itself, where a person is in the chat."""
    session.execute(update(presence_table).where(_p.sender == sender).values(until=until))


def presence_of(session: Session, sender: str) -> Presence | None:
    """Who speaks in the parent's chat, whether or not their time has run out."""
    row = session.execute(select(presence_table).where(_p.sender == sender)).first()
    return Presence(row.sender, row.name, row.began_at, row.until) if row else None


def end_presence(session: Session, sender: str) -> bool:
    """The assistant speaks again; True when a person did until now."""
    return int(session.execute(delete(presence_table).where(_p.sender == sender)).rowcount) == 1


def presences_over(session: Session, at: datetime) -> list[Presence]:
    """Persons whose time has run out."""
    rows = session.execute(select(presence_table).where(_p.until <= at))
    return [Presence(r.sender, r.name, r.began_at, r.until) for r in rows]


def forget_address(session: Session, sender: str) -> None:
    """Delete where a parent is reached, under all their addresses, and who spoke with them."""
    session.execute(delete(address_table).where((_a.sender == sender) | (_a.same_as == sender)))
    end_presence(session, sender)


def purge_addresses(session: Session, before: datetime, keep: Sequence[str] = ()) -> int:
    """Delete addresses of parents who have not written since an instant, but not of some; returns how many."""
    condition = (_a.last_inbound_at < before) & _a.sender.notin_(keep) & (_a.same_as.is_(None) | _a.same_as.notin_(keep))
    return int(session.execute(delete(address_table).where(condition)).rowcount)
