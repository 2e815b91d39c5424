"""Requests in the database. Contact details are sealed; who opened them is recorded.

Every change names the state from which it starts, so that of two people who act at once one wins
and the other is told. The queue is in `queue_store`, the history in `entry_store`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata
from bot.base.sealing import Sealer
from bot.callbacks.model import CASES, ENDED, Contact, Escalated, Kind, Request, State, Wish
from bot.callbacks.rules import NotAllowed, check_step, is_careful, next_due

request_table = Table(
    "request",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("tray", String(8), nullable=False, server_default="open"),
    Column("sender", String(32), nullable=False),
    Column("area", String(40), nullable=False),
    Column("language", String(16), nullable=False),
    Column("topic", String(40), nullable=False, server_default="other"),
    Column("about", Text),
    Column("interpreter", Boolean),
    Column("wish", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("sealed_contact", Text),
    Column("phone_mark", String(32), nullable=False, server_default=""),
    Column("name_mark", String(32), nullable=False, server_default=""),
    Column("careful", Boolean, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("promised_by", Instant),
    Column("due_at", Instant, nullable=False),
    Column("claimed_by", String(16), nullable=False, server_default=""),
    Column("claim_ends_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("first_tried_at", Instant),
    Column("escalated", String(12), nullable=False, server_default=""),
    Column("outcome", String(40)),
    Column("merged_into", String(16)),
    Column("closed_at", Instant),
    Column("demo", Boolean, nullable=False, server_default="0"),
    Index("ix_request_sender_kind", "sender", "kind"),
    Index("ix_request_phone_mark", "phone_mark"),
    Index("ix_request_name_mark", "name_mark"),
    Index("ix_request_tray_due", "tray", "due_at", "reference"),
    Index("ix_request_tray_claimed", "tray", "claimed_by", "due_at", "reference"),
    Index("ix_request_tray_kind", "tray", "kind", "due_at", "reference"),
    Index("ix_request_tray_language", "tray", "language", "due_at", "reference"),
    Index("ix_request_tray_area", "tray", "area", "due_at", "reference"),
    Index("ix_request_tray_topic", "tray", "topic", "due_at", "reference"),
    Index("ix_request_tray_escalated", "tray", "escalated", "due_at", "reference"),
    Index("ix_request_closed_at", "closed_at"),
)

opened_table = Table(
    "request_opened",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(16), nullable=False, index=True),
    Column("opened_by", String(60), nullable=False),
    Column("opened_at", Instant, nullable=False),
)


class RequestStore:
    """Reads and writes requests within a caller's session.

    Args:
        sealer: seals contact details and makes the marks by which doubles are found.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def add(self, session: Session, request: Request) -> None:
        """Store a new request."""
        values = {
            "reference": request.reference, "kind": request.kind, "state": request.state, "tray": request.tray, "sender": request.sender,
            "area": request.area, "language": request.language, "topic": request.topic, "about": request.about,
            "interpreter": request.interpreter, "wish": json.dumps(asdict(request.wish)), "details": json.dumps(dict(request.details)),
            "created_at": request.created_at, "promised_by": request.promised_by,
            "due_at": request.due_at or request.promised_by or request.created_at + next_due(request.kind),
            "claimed_by": request.claimed_by, "claim_ends_at": request.claim_ends_at, "attempts": request.attempts,
            "first_tried_at": request.first_tried_at, "demo": request.demo,
        }  # fmt: skip
        session.execute(insert(request_table).values(**values, **self._sealed(request.contact)))

    def get(self, session: Session, reference: str) -> Request | None:
        """One request without contact details; None when there is none."""
        row = session.execute(select(request_table).where(request_table.c.reference == reference)).first()
        return request_of(row._mapping) if row else None

    def open_requests(self, session: Session, kinds: Sequence[Kind] = ("callback",)) -> list[Request]:
        """Requests that still wait for a person, what is due first on top; without contact details."""
        rows = session.execute(
            select(request_table)
            .where(request_table.c.tray != "done", request_table.c.kind.in_(kinds))
            .order_by(request_table.c.promised_by.is_(None), request_table.c.promised_by, request_table.c.created_at)
        )
        return [request_of(row._mapping) for row in rows]

    def latest_of(self, session: Session, sender: str, kind: Kind = "callback", *, ended: bool = False) -> Request | None:
        """The parent's latest open request of a kind, or the latest at all; without contact details."""
        query = select(request_table).where(request_table.c.sender == sender, request_table.c.kind == kind)
        if not ended:
            query = query.where(request_table.c.tray != "done")
        row = session.execute(query.order_by(request_table.c.created_at.desc()).limit(1)).first()
        return request_of(row._mapping) if row else None

    def of_sender(self, session: Session, sender: str) -> list[Request]:
        """Everything that a parent has left, contact details included, for a copy of it or its erasure."""
        rows = session.execute(select(request_table).where(request_table.c.sender == sender).order_by(request_table.c.created_at))
        return [self._with_contact(row._mapping) for row in rows]

    def senders_of(self, session: Session, kinds: Sequence[Kind], closed_since: datetime) -> list[str]:
        """Parents with a request of these kinds that is open, or was closed since an instant."""
        lives = (request_table.c.tray != "done") | (request_table.c.closed_at >= closed_since)
        return list(session.execute(select(request_table.c.sender).where(request_table.c.kind.in_(kinds), lives).distinct()).scalars())

    def open_contact(self, session: Session, reference: str, opened_by: str, at: datetime) -> Request | None:
        """One request with its contact details; that it was opened is recorded."""
        row = session.execute(select(request_table).where(request_table.c.reference == reference)).first()
        if row is None:
            return None
        session.execute(insert(opened_table).values(reference=reference, opened_by=opened_by[:60], opened_at=at))
        return self._with_contact(row._mapping)

    def contact_of(self, session: Session, reference: str) -> Contact | None:
        """The sealed details, for the parent's own change of a request; not recorded."""
        row = session.execute(select(request_table).where(request_table.c.reference == reference)).first()
        return self._with_contact(row._mapping).contact if row else None

    def get_sealed(self, session: Session, reference: str) -> tuple[Request, str, str] | None:
        """One request, its contact details still sealed, and the mark of its number; one read for a whole page."""
        row = session.execute(select(request_table).where(request_table.c.reference == reference)).first()
        return (request_of(row._mapping), row.sealed_contact or "", row.phone_mark) if row else None

    def unseal(self, request: Request, sealed: str) -> Request:
        """With its contact details; the caller writes down who sees them."""
        return replace(request, contact=Contact(**json.loads(self._sealer.open(sealed)))) if sealed else request

    def doubles_of(self, session: Session, request: Request, mark: str | None = None) -> list[Request]:
        """Open requests that seem to come from the same person: same chat, or same telephone number.

        Args:
            mark: of the request's number; looked up when None.
        """
        table = request_table.c
        if mark is None:
            mark = session.execute(select(table.phone_mark).where(table.reference == request.reference)).scalar() or ""
        same = [table.sender == request.sender] if len(request.sender) > 1 else []
        same += [table.phone_mark == mark] if mark else []
        if not same:
            return []
        kinds = ("callback", "sign_up", "volunteer")
        rows = session.execute(
            select(request_table)
            .where(or_(*same), table.tray == "open", table.reference != request.reference, table.kind.in_(kinds))
            .order_by(table.created_at)
            .limit(10)
        )
        return [request_of(row._mapping) for row in rows]

    def by_phone_or_name(self, session: Session, phone: str | None, name: str, limit: int = 20) -> list[Request]:
        """Requests with exactly this number (E.164) or exactly this name to ask for; newest first."""
        table = request_table.c
        condition = table.phone_mark == self.phone_mark(phone) if phone else table.name_mark == self.name_mark(name)
        rows = session.execute(select(request_table).where(condition).order_by(table.created_at.desc()).limit(limit))
        return [request_of(row._mapping) for row in rows]

    def change(self, session: Session, request: Request, to: State, at: datetime, **values: Any) -> Request:
        """Bring a request into a state; only if it is still as it was when it was read.

        Args:
            values: other columns to set: claimed_by, claim_ends_at, due_at, attempts, first_tried_at, escalated, outcome,
                merged_into, promised_by.

        Raises:
            NotAllowed: the rules forbid the step, or somebody else was quicker.
        """
        check_step(request, to)
        changed = replace(request, state=to, closed_at=at if to in ENDED else None, **values)
        # Everything that decides what happens next is compared: of two who act at once, one finds nothing to change.
        table = request_table.c
        done = session.execute(
            update(request_table)
            .where(
                table.reference == request.reference, table.state == request.state, table.claimed_by == request.claimed_by,
                table.attempts == request.attempts,
            )
            .values(state=to, tray=changed.tray, closed_at=changed.closed_at, **values)
        )  # fmt: skip
        if int(done.rowcount) != 1:
            raise NotAllowed("Somebody else has just changed this request. Here is how it stands now.")
        return changed

    def reopen(self, session: Session, request: Request, merged_into: str, values: dict[str, Any]) -> Request:
        """Bring a request back that was folded into another, as it stood before.

        Raises:
            NotAllowed: it is not folded into that one any more.
        """
        table = request_table.c
        changed = replace(request, outcome=None, merged_into=None, closed_at=None, **values)
        done = session.execute(
            update(request_table)
            .where(table.reference == request.reference, table.state == "closed", table.merged_into == merged_into)
            .values(tray=changed.tray, outcome=None, merged_into=None, closed_at=None, **values)
        )
        if int(done.rowcount) != 1:
            raise NotAllowed("Somebody else has just changed this request. Here is how it stands now.")
        return changed

    def clear_contact(self, session: Session, reference: str) -> None:
        """Without contact details."""
        session.execute(update(request_table).where(request_table.c.reference == reference).values(**self._sealed(None)))

    def set_contact(self, session: Session, reference: str, contact: Contact) -> None:
        """Put other contact details in place."""
        session.execute(update(request_table).where(request_table.c.reference == reference).values(**self._sealed(contact)))

    def set_due(self, session: Session, reference: str, due_at: datetime) -> None:
        """Another time at which something has to happen; the state stays."""
        session.execute(update(request_table).where(request_table.c.reference == reference).values(due_at=due_at))

    def set_promise(self, session: Session, reference: str, promised_by: datetime) -> None:
        """A new promised time."""
        session.execute(
            update(request_table).where(request_table.c.reference == reference).values(promised_by=promised_by, due_at=promised_by)
        )

    def escalate(self, session: Session, reference: str, to: Escalated) -> None:
        """Mark whom it needs; the coordinator, once needed, stays needed."""
        table = request_table.c
        lower = [table.escalated == ""] if to == "second" else []
        session.execute(update(request_table).where(table.reference == reference, *lower).values(escalated=to))

    def forget(self, session: Session, sender: str) -> list[str]:
        """Delete all that a parent has left, danger cases excepted; returns their references.

        A danger case keeps no contact details and no words; it stays for the safeguarding lead.
        """
        table = request_table.c
        gone = list(session.execute(select(table.reference).where(table.sender == sender, table.kind.notin_(CASES))).scalars())
        session.execute(delete(request_table).where(table.sender == sender, table.kind.notin_(CASES)))
        session.execute(delete(opened_table).where(opened_table.c.reference.in_(gone)))
        return gone

    def due_to_go(self, session: Session, closed_before: datetime, cases_before: datetime, limit: int = 500) -> list[Request]:
        """What has been kept for long enough: closed and withdrawn requests, and danger cases, older than the given instants."""
        table = request_table.c
        closed = select(request_table).where(table.closed_at < closed_before, table.kind.notin_(CASES)).limit(limit)
        cases = select(request_table).where(table.kind.in_(CASES), table.created_at < cases_before).limit(limit)
        return [request_of(row._mapping) for query in (closed, cases) for row in session.execute(query)]

    def delete(self, session: Session, references: Sequence[str]) -> int:
        """Delete requests; returns how many."""
        session.execute(delete(opened_table).where(opened_table.c.reference.in_(references)))
        return int(session.execute(delete(request_table).where(request_table.c.reference.in_(references))).rowcount)

    def demo_references(self, session: Session) -> list[str]:
        """Made-up requests."""
        return list(session.execute(select(request_table.c.reference).where(request_table.c.demo.is_(True))).scalars())

    def phone_mark(self, phone: str | None) -> str:
        """The mark of a number; the same number has the same mark, and nothing leads back from it without the key."""
        return self._sealer.pseudonym("phone", phone) if phone else ""

    def name_mark(self, name: str | None) -> str:
        """The mark of a name, whatever its case."""
        return self._sealer.pseudonym("name", " ".join(name.casefold().split())) if name and name.strip() else ""

    def _sealed(self, contact: Contact | None) -> dict[str, Any]:
        return {
            "sealed_contact": self._sealer.seal(json.dumps(asdict(contact))) if contact else None,
            "phone_mark": self.phone_mark(contact.phone) if contact else "",
            "name_mark": self.name_mark(contact.ask_for) if contact else "",
            "careful": is_careful(contact),
        }

    def _with_contact(self, row: Any) -> Request:
        request = request_of(row)
        if not row["sealed_contact"]:
            return request
        return replace(request, contact=Contact(**json.loads(self._sealer.open(row["sealed_contact"]))))


def request_of(row: Any) -> Request:
    """The request in a row, without contact details."""
    return Request(
        reference=row["reference"], kind=row["kind"], sender=row["sender"], area=row["area"], language=row["language"],
        created_at=row["created_at"], state=row["state"], about=row["about"], interpreter=row["interpreter"],
        wish=Wish(**json.loads(row["wish"])), details=json.loads(row["details"]), promised_by=row["promised_by"],
        due_at=row["due_at"], claimed_by=row["claimed_by"], claim_ends_at=row["claim_ends_at"], attempts=row["attempts"],
        first_tried_at=row["first_tried_at"],
        escalated=row["escalated"], careful=bool(row["careful"]), outcome=row["outcome"], merged_into=row["merged_into"],
        closed_at=row["closed_at"], demo=bool(row["demo"]),
    )  # fmt: skip
