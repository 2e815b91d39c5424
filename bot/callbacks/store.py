"""Requests in the database. Contact details are sealed; whoever opens them writes it into the audit.

Every change names the state from which it starts, so that of two people who act at once one wins
and the other is told. The queue is in `queue_store`, the history in `entry_store`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.base.sealing import Sealer
from bot.callbacks import merged_store
from bot.callbacks.model import CASES, ENDED, Contact, Kind, Request, State, wish_of
from bot.callbacks.request_table import request_table
from bot.callbacks.rules import NotAllowed, check_step, is_careful, next_due
from bot.callbacks.timer_store import timer_table


@dataclass(frozen=True)
class SealedRequest:
    """A request, its contact details still sealed.

    Attributes:
        mark: of its telephone number; by it doubles are found.
        chats: of the parent, the request's own first.
        coming: when the next timer of the request fires, and which.
    """

    request: Request
    sealed: str
    mark: str
    chats: list[str]
    coming: tuple[datetime, str] | None


_QUICKER = "Somebody else has just changed this request. Here is how it stands now."


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
            "interpreter": request.interpreter, "wish": json.dumps(request.wish.as_plain()), "details": json.dumps(dict(request.details)),
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

    def latest_of(self, session: Session, sender: str, kind: Kind = "callback") -> Request | None:
        """The parent's latest open request of a kind, or the one that it was merged into; without contact details."""
        table = request_table.c
        theirs = (table.sender == sender) & (table.kind == kind)
        kept = merged_store.kept_for(session, sender, kind)
        if kept:
            theirs = or_(theirs, table.reference.in_(kept))
        row = session.execute(select(request_table).where(theirs, table.tray != "done").order_by(table.created_at.desc()).limit(1)).first()
        return request_of(row._mapping) if row else None

    def of_sender(self, session: Session, sender: str) -> list[Request]:
        """Everything that a parent has left, and what it was merged with; contact details included."""
        return self._with_family(session, request_table.c.sender == sender, self._references_of(session, sender))

    def of_reference(self, session: Session, reference: str) -> list[Request]:
        """A request and what it was merged with, contact details included."""
        return self._with_family(session, request_table.c.reference == reference, merged_store.family(session, [reference]))

    def _with_family(self, session: Session, theirs: Any, family: Sequence[str]) -> list[Request]:
        found = or_(theirs, request_table.c.reference.in_(family))
        rows = session.execute(select(request_table).where(found).order_by(request_table.c.created_at))
        return [self._with_contact(row._mapping) for row in rows]

    def _references_of(self, session: Session, sender: str) -> list[str]:
        table, merged = request_table.c, merged_store.merged_table.c
        own = select(table.reference).where(table.sender == sender, table.kind.notin_(CASES))
        theirs = session.execute(own.union(select(merged.reference).where(merged.sender == sender))).scalars()
        return merged_store.family(session, list(theirs))

    def chats_of(self, session: Session, request: Request) -> list[str]:
        """Pseudonyms of the chats behind a request, its own first; none when it was typed at the desk and nothing was merged with it."""
        return merged_store.chats_among([request.sender, *merged_store.senders_of(session, request.reference)])

    def senders_of(self, session: Session, kinds: Sequence[Kind], closed_since: datetime) -> list[str]:
        """Parents with a request of these kinds that is open, or was closed since an instant; merged ones included."""
        table, merged = request_table.c, merged_store.merged_table
        lives = (table.tray != "done") | (table.closed_at >= closed_since)
        own = session.execute(select(table.sender).where(table.kind.in_(kinds), lives).distinct()).scalars()
        behind = select(merged.c.sender).join(request_table, table.reference == merged.c.reference)
        return sorted({*own, *session.execute(behind.where(merged.c.kind.in_(kinds), lives)).scalars()})

    def contact_of(self, session: Session, reference: str) -> Contact | None:
        """The sealed details, for the parent's own change of a request; not recorded."""
        row = session.execute(select(request_table).where(request_table.c.reference == reference)).first()
        return self._with_contact(row._mapping).contact if row else None

    def get_sealed(self, session: Session, reference: str) -> SealedRequest | None:
        """One request and what stands around it; one read for a whole page."""
        merged, timer = merged_store.merged_table, timer_table.c
        coming = select(timer.id).where(timer.reference == reference, timer.state == "waiting").order_by(timer.due_at).limit(1)
        rows = session.execute(
            select(request_table, merged.c.sender.label("also"), timer.kind.label("next_kind"), timer.due_at.label("next_at"))
            .select_from(
                request_table.outerjoin(merged, merged.c.reference == request_table.c.reference).outerjoin(
                    timer_table, timer.id == coming.scalar_subquery()
                )
            )
            .where(request_table.c.reference == reference)
            .order_by(merged.c.origin)
        ).all()
        if not rows:
            return None
        chats = merged_store.chats_among([rows[0].sender, *(row.also for row in rows if row.also)])
        first = rows[0]
        coming = (first.next_at, first.next_kind) if first.next_kind else None
        return SealedRequest(request_of(first._mapping), first.sealed_contact or "", first.phone_mark, chats, coming)

    def unseal(self, request: Request, sealed: str) -> Request:
        """With its contact details; the caller writes down who sees them."""
        return replace(request, contact=Contact(**json.loads(self._sealer.open(sealed)))) if sealed else request

    def doubles_of(self, session: Session, request: Request, mark: str | None = None, chats: Sequence[str] | None = None) -> list[Request]:
        """Open requests that seem to come from the same person: same chat, or same telephone number.

        Args:
            mark: of the request's number; looked up when None.
            chats: of the request; looked up when None.
        """
        table = request_table.c
        if mark is None:
            mark = session.execute(select(table.phone_mark).where(table.reference == request.reference)).scalar() or ""
        if chats is None:
            chats = self.chats_of(session, request)
        same = [table.sender.in_(chats)] if chats else []
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
                merged_into, promised_by, wish, interpreter, details.

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
            .values(state=to, tray=changed.tray, closed_at=changed.closed_at, **_columns(values))
        )  # fmt: skip
        if int(done.rowcount) != 1:
            raise NotAllowed(_QUICKER)
        return changed

    def stand(self, session: Session, request: Request, **values: Any) -> Request:
        """Put a request as a merge or its undoing leaves it; that is no step of its life, so the rules for steps do not apply.

        Raises:
            NotAllowed: somebody else was quicker.
        """
        table = request_table.c
        changed = replace(request, **values)
        done = session.execute(
            update(request_table)
            .where(
                table.reference == request.reference, table.state == request.state, table.claimed_by == request.claimed_by,
                table.attempts == request.attempts, table.merged_into == request.merged_into,
            )
            .values(tray=changed.tray, **_columns(values))
        )  # fmt: skip
        if int(done.rowcount) != 1:
            raise NotAllowed(_QUICKER)
        return changed

    def clear_contact(self, session: Session, reference: str) -> None:
        """Without contact details."""
        session.execute(update(request_table).where(request_table.c.reference == reference).values(**self._sealed(None)))

    def set_contact(self, session: Session, reference: str, contact: Contact) -> None:
        """Put other contact details in place."""
        session.execute(update(request_table).where(request_table.c.reference == reference).values(**self._sealed(contact)))

    def forget(self, session: Session, sender: str) -> list[str]:
        """Delete all that a parent has left and what it was merged with, danger cases excepted; returns the references.

        A merged request holds what was said under each of those that went into it, so it goes whole.
        A danger case keeps no contact details and no words; it stays for the safeguarding lead.
        """
        gone = self._references_of(session, sender)
        self.delete(session, gone)
        return gone

    def due_to_go(self, session: Session, before: Mapping[Kind, datetime], limit: int = 500) -> list[Request]:
        """What has been kept for long enough.

        Args:
            before: for each kind: requests that ended, and danger cases that came, before this instant.
        """
        table = request_table.c
        closed = [(table.kind == kind) & (table.closed_at < at) for kind, at in before.items() if kind not in CASES]
        cases = [(table.kind == kind) & (table.created_at < at) for kind, at in before.items() if kind in CASES]
        # The latest instant on its own is a range of the index on the time of the end.
        ended = table.closed_at < max(at for kind, at in before.items() if kind not in CASES)
        queries = (select(request_table).where(ended, or_(*closed)).limit(limit), select(request_table).where(or_(*cases)).limit(limit))
        return [request_of(row._mapping) for query in queries for row in session.execute(query)]

    def delete(self, session: Session, references: Sequence[str]) -> int:
        """Delete requests; returns how many."""
        merged_store.forget(session, references)
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


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a request has, as the table keeps it."""
    columns = dict(values)
    if "wish" in values:
        columns["wish"] = json.dumps(values["wish"].as_plain())
    if "details" in values:
        columns["details"] = json.dumps(dict(values["details"]))
    return columns


def request_of(row: Any) -> Request:
    """The request in a row, without contact details."""
    return Request(
        reference=row["reference"], kind=row["kind"], sender=row["sender"], area=row["area"], language=row["language"],
        created_at=row["created_at"], state=row["state"], about=row["about"], interpreter=row["interpreter"],
        wish=wish_of(json.loads(row["wish"])), details=json.loads(row["details"]), promised_by=row["promised_by"],
        due_at=row["due_at"], claimed_by=row["claimed_by"], claim_ends_at=row["claim_ends_at"], attempts=row["attempts"],
        first_tried_at=row["first_tried_at"], escalated=row["escalated"], careful=bool(row["careful"]), outcome=row["outcome"],
        merged_into=row["merged_into"], closed_at=row["closed_at"], answer=row["answer"], demo=bool(row["demo"]),
    )  # fmt: skip
