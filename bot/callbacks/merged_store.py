"""Who else stands behind a request: the parents and references of those that were folded into it.

Kept apart from the requests, so that a parent reaches what they asked for, and what is held about them, as long as the
request that stayed is kept, also when the one that they made has gone. A row always names the request that stayed in the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Index, String, Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.base.db import metadata
from bot.callbacks.model import Kind, Request

merged_table = Table(
    "merged_request",
    metadata,
    Column("origin", String(16), primary_key=True),
    Column("reference", String(16), nullable=False, index=True),
    Column("sender", String(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Index("ix_merged_request_sender_kind", "sender", "kind"),
)
_m = merged_table.c


def fold(session: Session, folded: Request, into: str) -> None:
    """Whoever stands behind one request now stands behind another."""
    session.execute(update(merged_table).where(_m.reference == folded.reference).values(reference=into))
    session.execute(insert(merged_table).values(origin=folded.reference, reference=into, sender=folded.sender, kind=folded.kind))


def unfold(session: Session, keep: str, folded: str, origins: Sequence[str]) -> None:
    """They are two again: what had been folded into the one that comes back stands behind it as before."""
    session.execute(delete(merged_table).where(_m.reference == keep, _m.origin == folded))
    session.execute(update(merged_table).where(_m.reference == keep, _m.origin.in_(origins)).values(reference=folded))


def senders_of(session: Session, reference: str) -> list[str]:
    """Pseudonyms behind what was folded into a request; `-` for what was typed at the desk."""
    return list(session.execute(select(_m.sender).where(_m.reference == reference).order_by(_m.origin)).scalars())


def origin_of(session: Session, reference: str, sender: str) -> str:
    """The parent's own request within another one; the other one itself when they made that."""
    query = select(_m.origin).where(_m.reference == reference, _m.sender == sender).limit(1)
    return session.execute(query).scalar() or reference


def kept_of(session: Session, origin: str) -> str | None:
    """Into which request one has gone; None when it was never merged."""
    kept: str | None = session.execute(select(_m.reference).where(_m.origin == origin)).scalar()
    return kept


def kept_for(session: Session, sender: str, kind: Kind) -> list[str]:
    """References into which requests of a parent were folded."""
    return list(session.execute(select(_m.reference).where(_m.sender == sender, _m.kind == kind).distinct()).scalars())


def family(session: Session, references: Sequence[str]) -> list[str]:
    """These requests, those that they were folded into, and everything else that was folded into the same."""
    above = select(_m.reference).where(_m.origin.in_(references))
    rows = session.execute(select(_m.reference, _m.origin).where(or_(_m.reference.in_(references), _m.reference.in_(above))))
    return sorted({*references, *(one for row in rows for one in row)})


def forget(session: Session, references: Sequence[str]) -> None:
    """The requests that stayed are gone, and with them who stood behind them."""
    session.execute(delete(merged_table).where(_m.reference.in_(references)))


def chats_among(senders: Sequence[str]) -> list[str]:
    """Pseudonyms of chats, each once; who typed a request at the desk has none."""
    return list(dict.fromkeys(sender for sender in senders if len(sender) > 1))
