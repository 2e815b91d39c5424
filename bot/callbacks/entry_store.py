"""The history of requests, referrals made, and the question that a parent has been asked about a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata
from bot.base.sealing import Sealer
from bot.callbacks.model import Entry, Referral

_ASIDE = "aside"
"""What stood before a merge; not a line of the history."""

MOST_ENTRIES = 200
LONGEST_NOTE = 8000
"""Characters; a longer note is refused, not cut."""

entry_table = Table(
    "request_entry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(16), nullable=False, index=True),
    Column("origin", String(16), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("code", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(16), nullable=False),
    Column("sealed", Text),
)

referral_table = Table(
    "referral",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(16), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("service_id", String(80), nullable=False),
    Column("service_name", Text, nullable=False),
    Column("area", String(40), nullable=False),
    Column("language", String(16), nullable=False),
    Column("topic", String(40), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("by", String(16), nullable=False),
    Index("ix_referral_reference_kind", "reference", "kind", "service_id"),
)

question_table = Table(
    "parent_question",
    metadata,
    Column("sender", String(32), primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("question", String(20), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("told", Boolean, nullable=False),
)


class EntryStore:
    """Reads and writes the history within a caller's session.

    Args:
        sealer: seals notes.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def add(
        self, session: Session, reference: str, kind: str, code: str, at: datetime, by: str, text: str = "", *, origin: str = ""
    ) -> Entry:
        """Write one line, and return it.

        Args:
            origin: which of the requests that were merged it belongs to, when it is not the one that stayed.
        """
        sealed = self._sealer.seal(text) if text else None
        made = session.execute(
            insert(entry_table).values(reference=reference, origin=origin or reference, kind=kind, code=code, at=at, by=by, sealed=sealed)
        )
        return Entry(made.inserted_primary_key[0], reference, kind, code, at, by, text, origin or reference)

    def of(self, session: Session, reference: str, before_id: int = 0, limit: int = MOST_ENTRIES) -> list[Entry]:
        """The newest lines, or the newest before a number, oldest first."""
        mine = (entry_table.c.reference == reference, entry_table.c.kind != _ASIDE)
        query = select(entry_table).where(*mine).order_by(entry_table.c.id.desc()).limit(limit)
        rows = session.execute(query.where(entry_table.c.id < before_id) if before_id else query).all()
        return [
            Entry(r.id, r.reference, r.kind, r.code, r.at, r.by, self._sealer.open(r.sealed) if r.sealed else "", r.origin)
            for r in reversed(rows)
        ]

    def whole(self, session: Session, reference: str) -> list[Entry]:
        """All lines, oldest first, however many there are."""
        lines: list[Entry] = []
        while page := self.of(session, reference, lines[0].id if lines else 0):
            lines = page + lines
            if len(page) < MOST_ENTRIES:
                break
        return lines

    def put_aside(self, session: Session, reference: str, fold: str, text: str, at: datetime, by: str) -> None:
        """Keep, sealed, what stood before another request was folded into this one."""
        values = {"reference": reference, "origin": fold, "kind": _ASIDE, "code": "merge", "at": at, "by": by}
        session.execute(insert(entry_table).values(**values, sealed=self._sealer.seal(text)))

    def aside(self, session: Session, reference: str, fold: str) -> str:
        """What `put_aside` kept last; empty when there is nothing."""
        table = entry_table.c
        same = (table.reference == reference, table.origin == fold, table.kind == _ASIDE)
        sealed = session.execute(select(table.sealed).where(*same).order_by(table.id.desc()).limit(1)).scalar()
        return self._sealer.open(sealed) if sealed else ""

    def move(self, session: Session, reference: str, to: str) -> None:
        """History and referrals of a double go to the request that stays."""
        for table in (entry_table, referral_table):
            session.execute(update(table).where(table.c.reference == reference).values(reference=to))

    def forget(self, session: Session, references: Sequence[str]) -> int:
        """Delete the history of requests; returns how many lines."""
        return int(session.execute(delete(entry_table).where(entry_table.c.reference.in_(references))).rowcount)


def calls_of(session: Session, reference: str) -> list[str]:
    """Results of the calls, visits and messages written down for a request, oldest first."""
    table = entry_table.c
    calls = select(table.code).where(table.reference == reference, table.kind == "call").order_by(table.id)
    return list(session.execute(calls).scalars())


def origins_of(session: Session, reference: str) -> list[str]:
    """References under which the lines of a request were written: its own and of those that were folded into it."""
    lines = select(entry_table.c.origin).where(entry_table.c.reference == reference).distinct()
    return sorted({reference, *session.execute(lines).scalars()})


def says(session: Session, reference: str, code: str, origins: Sequence[str]) -> bool:
    """Whether the history of a request has such a line under one of these references."""
    e = entry_table.c
    line = select(e.id).where(e.reference == reference, e.code == code, e.origin.in_(origins)).limit(1)
    return session.execute(line).first() is not None


def referral_ids(session: Session, reference: str) -> list[int]:
    """Numbers of the referrals noted for a request."""
    return list(session.execute(select(referral_table.c.id).where(referral_table.c.reference == reference)).scalars())


def give_back(session: Session, keep: str, fold: str, origins: Sequence[str], referrals: Sequence[int]) -> None:
    """History and referrals go back to a request that is parted from another; what was kept aside for it goes."""
    e, r = entry_table.c, referral_table.c
    session.execute(delete(entry_table).where(e.reference == keep, e.origin == fold, e.kind == _ASIDE))
    session.execute(update(entry_table).where(e.reference == keep, e.origin.in_(origins)).values(reference=fold))
    session.execute(update(referral_table).where(r.reference == keep, r.id.in_(referrals)).values(reference=fold))


def add_referral(session: Session, referral: Referral) -> bool:
    """Note where a family was sent; False when the same stood there already."""
    table = referral_table.c
    there = session.execute(
        select(table.id).where(table.reference == referral.reference, table.kind == referral.kind, table.service_id == referral.service_id)
    ).first()
    if there:
        return False
    session.execute(insert(referral_table).values(**vars(referral)))
    return True


def referrals_of(session: Session, references: Sequence[str]) -> list[Referral]:
    """What was noted for requests, oldest first."""
    rows = session.execute(select(referral_table).where(referral_table.c.reference.in_(references)).order_by(referral_table.c.id))
    return [Referral(r.reference, r.kind, r.service_id, r.service_name, r.area, r.language, r.topic, r.at, r.by) for r in rows]


def unlink_referrals(session: Session, references: Sequence[str]) -> None:
    """Referrals stay for the figures, but no longer say whose they were."""
    session.execute(update(referral_table).where(referral_table.c.reference.in_(references)).values(reference="-"))


def purge_referrals(session: Session, before: datetime) -> int:
    """Delete referrals made before an instant; returns how many."""
    return int(session.execute(delete(referral_table).where(referral_table.c.at < before)).rowcount)


def ask(session: Session, sender: str, reference: str, question: str, at: datetime, *, told: bool) -> None:
    """Remember what a parent is asked; a question that was open before is replaced.

    Args:
        told: whether it has been put to the parent; otherwise it is put when they write next.
    """
    session.execute(delete(question_table).where(question_table.c.sender == sender))
    session.execute(insert(question_table).values(sender=sender, reference=reference, question=question, asked_at=at, told=told))


def asked(session: Session, sender: str) -> tuple[str, str, bool, datetime] | None:
    """Reference, question, whether it was put, and since when it is open; None when nothing is open."""
    row = session.execute(select(question_table).where(question_table.c.sender == sender)).first()
    return (row.reference, row.question, bool(row.told), row.asked_at) if row else None


def put(session: Session, sender: str, at: datetime) -> None:
    """The question has been put."""
    session.execute(update(question_table).where(question_table.c.sender == sender).values(told=True, asked_at=at))


def unask(session: Session, sender: str) -> None:
    """Nothing is open any more."""
    session.execute(delete(question_table).where(question_table.c.sender == sender))


def purge_questions(session: Session, before: datetime) -> int:
    """Delete questions that were never answered; returns how many."""
    return int(session.execute(delete(question_table).where(question_table.c.asked_at < before)).rowcount)
