"""What an open request carries besides its state: the promised time, whom it needs, whether the parent's answer waits."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.callbacks import merged_store
from bot.callbacks.model import CALL_PROMISED, Answer, Escalated, Request
from bot.callbacks.request_table import request_table
from bot.callbacks.store import request_of


def awaiting_answer(session: Session, sender: str) -> list[Request]:
    """Open requests under which a connector has written to a parent and no answer has come since."""
    table, merged = request_table.c, merged_store.merged_table
    awaited = select(request_table).where(table.answer == "awaited", table.tray == "open")
    # Two ranges of two indexes: every message of every parent comes by here.
    behind = awaited.join(merged, merged.c.reference == table.reference).where(merged.c.sender == sender)
    rows = session.execute(awaited.where(table.sender == sender).union(behind))
    return [request_of(row._mapping) for row in rows]


def set_answer(session: Session, reference: str, answer: Answer) -> None:
    """Whether the parent's answer is awaited, or waits to be read."""
    session.execute(update(request_table).where(request_table.c.reference == reference).values(answer=answer))


def set_promise(session: Session, reference: str, promised_by: datetime) -> None:
    """A new promised time."""
    session.execute(update(request_table).where(request_table.c.reference == reference).values(promised_by=promised_by, due_at=promised_by))


def begin_promise(session: Session, request: Request) -> bool:
    """Mark a sign-up for which a call is about to be promised; of two who do so at once only one finds it as it was read."""
    table, marked = request_table.c, json.dumps({**request.details, CALL_PROMISED: "-"})
    as_read = (table.reference == request.reference, table.details == json.dumps(dict(request.details)), table.tray == "open")
    return int(session.execute(update(request_table).where(*as_read).values(details=marked)).rowcount) == 1


def call_is_promised(session: Session, request: Request, callback: str, due_at: datetime) -> None:
    """A sign-up's wish for a call has become a callback; what is left of it is due at a time of its own."""
    details = json.dumps({**request.details, CALL_PROMISED: callback})
    session.execute(update(request_table).where(request_table.c.reference == request.reference).values(details=details, due_at=due_at))


def escalate(session: Session, reference: str, to: Escalated) -> None:
    """Mark whom it needs; the coordinator, once needed, stays needed."""
    table = request_table.c
    lower = [table.escalated == ""] if to == "second" else []
    session.execute(update(request_table).where(table.reference == reference, *lower).values(escalated=to))
