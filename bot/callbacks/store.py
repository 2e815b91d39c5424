"""Requests in the database. Contact details are sealed; who opened them is recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, String, Table, Text, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.base.clock import aware
from bot.base.db import metadata
from bot.base.sealing import Sealer
from bot.callbacks.model import Contact, Kind, Request, State, Wish

request_table = Table(
    "request",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("sender", String(32), nullable=False),
    Column("area", String(40), nullable=False),
    Column("language", String(16), nullable=False),
    Column("about", Text),
    Column("interpreter", Boolean),
    Column("wish", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("sealed_contact", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("promised_by", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Index("ix_request_sender_kind", "sender", "kind"),
    Index("ix_request_state_promised", "state", "promised_by"),
)

opened_table = Table(
    "request_opened",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(16), nullable=False),
    Column("opened_by", String(60), nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
)


class RequestStore:
    """Reads and writes requests within a caller's session.

    Args:
        sealer: seals contact details.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def add(self, session: Session, request: Request) -> None:
        """Store a new request."""
        contact = json.dumps(asdict(request.contact)) if request.contact else None
        session.execute(
            insert(request_table).values(
                reference=request.reference,
                kind=request.kind,
                state=request.state,
                sender=request.sender,
                area=request.area,
                language=request.language,
                about=request.about,
                interpreter=request.interpreter,
                wish=json.dumps(asdict(request.wish)),
                details=json.dumps(dict(request.details)),
                sealed_contact=self._sealer.seal(contact) if contact else None,
                created_at=request.created_at,
                promised_by=request.promised_by,
            )
        )

    def open_requests(self, session: Session, kinds: Sequence[Kind] = ("callback",)) -> list[Request]:
        """Requests that still wait for a person, what is due first on top; without contact details."""
        rows = session.execute(
            select(request_table)
            .where(request_table.c.state == "new", request_table.c.kind.in_(kinds))
            .order_by(request_table.c.promised_by.is_(None), request_table.c.promised_by, request_table.c.created_at)
        )
        return [_request(row._mapping) for row in rows]

    def latest_of(self, session: Session, sender: str, kind: Kind = "callback") -> Request | None:
        """The parent's latest open request of a kind; without contact details."""
        row = session.execute(
            select(request_table)
            .where(request_table.c.sender == sender, request_table.c.kind == kind, request_table.c.state == "new")
            .order_by(request_table.c.created_at.desc())
            .limit(1)
        ).first()
        return _request(row._mapping) if row else None

    def senders_of(self, session: Session, kinds: Sequence[Kind], closed_since: datetime) -> list[str]:
        """Parents with a request of these kinds that is open, or was closed since an instant."""
        lives = (request_table.c.state == "new") | (request_table.c.closed_at >= closed_since)
        return list(session.execute(select(request_table.c.sender).where(request_table.c.kind.in_(kinds), lives).distinct()).scalars())

    def open_contact(self, session: Session, reference: str, opened_by: str, at: datetime) -> Request | None:
        """One request with its contact details; that it was opened is recorded."""
        row = session.execute(select(request_table).where(request_table.c.reference == reference)).first()
        if row is None:
            return None
        session.execute(insert(opened_table).values(reference=reference, opened_by=opened_by, opened_at=at))
        return self._with_contact(row._mapping)

    def contact_of(self, session: Session, reference: str) -> Contact | None:
        """The sealed details, for the parent's own change of a request; not recorded."""
        row = session.execute(select(request_table).where(request_table.c.reference == reference)).first()
        return self._with_contact(row._mapping).contact if row else None

    def set_state(self, session: Session, reference: str, state: State, at: datetime) -> None:
        """Close, withdraw or reopen."""
        closed_at = None if state == "new" else at
        session.execute(update(request_table).where(request_table.c.reference == reference).values(state=state, closed_at=closed_at))

    def forget(self, session: Session, sender: str) -> int:
        """Delete all that a parent has left, danger cases and bare counts excepted; returns how many.

        A danger case keeps no contact details and no words; it stays for the safeguarding lead.
        """
        gone = session.execute(delete(request_table).where(request_table.c.sender == sender, request_table.c.kind != "danger"))
        return int(gone.rowcount)

    def purge(self, session: Session, closed_before: datetime, cases_before: datetime) -> int:
        """Delete closed and withdrawn requests, and danger cases, older than the given instants."""
        closed = session.execute(
            delete(request_table).where(
                request_table.c.kind != "danger", request_table.c.state != "new", request_table.c.closed_at < closed_before
            )
        )
        cases = session.execute(delete(request_table).where(request_table.c.kind == "danger", request_table.c.created_at < cases_before))
        return int(closed.rowcount) + int(cases.rowcount)

    def _with_contact(self, row: Any) -> Request:
        request = _request(row)
        if not row["sealed_contact"]:
            return request
        return replace(request, contact=Contact(**json.loads(self._sealer.open(row["sealed_contact"]))))


def _request(row: Any) -> Request:
    return Request(
        reference=row["reference"], kind=row["kind"], sender=row["sender"], area=row["area"], language=row["language"],
        created_at=aware(row["created_at"]), state=row["state"], about=row["about"], interpreter=row["interpreter"],
        wish=Wish(**json.loads(row["wish"])), details=json.loads(row["details"]),
        promised_by=aware(row["promised_by"]) if row["promised_by"] else None,
    )  # fmt: skip
