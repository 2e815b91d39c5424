"""What the desk writes down about its own work: audit, exports, saved replies, notifications, missed dangers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, Text, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata
from bot.base.sealing import new_reference
from bot.staff import store
from bot.staff.model import Audited, Notice, SavedReply

audit_table = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False, index=True),
    Column("staff_id", String(16), nullable=False, index=True),
    Column("what", String(40), nullable=False),
    Column("reference", String(16), nullable=False, index=True),
    Column("detail", Text, nullable=False),
)

export_table = Table(
    "export_made",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("staff_id", String(16), nullable=False),
    Column("what", String(40), nullable=False),
    Column("number", Integer, nullable=False),
)

export_row_table = Table(
    "export_row",
    metadata,
    Column("export_id", String(16), primary_key=True),
    Column("reference", String(16), primary_key=True),
    Column("erased_at", Instant),
    Index("ix_export_row_reference", "reference"),
)

reply_table = Table(
    "saved_reply",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),
    Column("language", String(16), nullable=False),
    Column("body", Text, nullable=False),
)

notice_table = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("staff_id", String(16), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("reference", String(16), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("send_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("problem", String(60), nullable=False, server_default=""),
    Index("ix_notice_state_send", "state", "send_at"),
)

missed_table = Table(
    "missed_danger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("reported_by", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("words", Text, nullable=False),
    Column("state", String(10), nullable=False),
)


TERMINAL = "terminal"
"""Stands in the audit for whoever works on the command line of the machine, where nobody signs in."""


def audit(session: Session, at: datetime, staff_id: str, what: str, reference: str = "", detail: str = "") -> None:
    """Write down who did or saw what; never a parent's words, name or number."""
    session.execute(insert(audit_table).values(at=at, staff_id=staff_id, what=what, reference=reference, detail=detail))


def audited(
    session: Session, *, staff_id: str = "", reference: str = "", before_id: int = 0, limit: int = 100, but: Collection[str] = ()
) -> list[tuple[int, Audited]]:
    """Lines with their numbers, newest first.

    Args:
        but: views and changes that are left out.
    """
    table = audit_table.c
    query = select(audit_table).order_by(table.id.desc()).limit(limit)
    for column, value in ((table.staff_id, staff_id), (table.reference, reference)):
        if value:
            query = query.where(column == value)
    if but:
        query = query.where(table.what.notin_(but))
    if before_id:
        query = query.where(table.id < before_id)
    return [(r.id, Audited(r.at, r.staff_id, r.what, r.reference, r.detail)) for r in session.execute(query)]


def purge_audit(session: Session, before: datetime) -> int:
    """Delete lines from before an instant; returns how many."""
    return int(session.execute(delete(audit_table).where(audit_table.c.at < before)).rowcount)


def add_export(session: Session, export_id: str, at: datetime, staff_id: str, what: str, references: Sequence[str]) -> None:
    """Note that a file left the desk, and whose requests were in it."""
    session.execute(insert(export_table).values(id=export_id, at=at, staff_id=staff_id, what=what, number=len(references)))
    if references:
        session.execute(insert(export_row_table), [{"export_id": export_id, "reference": r} for r in dict.fromkeys(references)])


def exports(session: Session, limit: int = 100, but: Collection[str] = ()) -> list[tuple[str, datetime, str, str, int, int]]:
    """Id, time, who, what, number of rows, and how many of those people have been erased since; newest first.

    Args:
        but: kinds of files that are left out.
    """
    query = select(export_table).where(export_table.c.what.notin_(but)) if but else select(export_table)
    rows = session.execute(query.order_by(export_table.c.at.desc()).limit(limit)).all()
    table = export_row_table.c
    erased: dict[str, int] = {}
    for export_id in session.execute(select(table.export_id).where(table.erased_at.isnot(None))).scalars():
        erased[export_id] = erased.get(export_id, 0) + 1
    return [(r.id, r.at, r.staff_id, r.what, r.number, erased.get(r.id, 0)) for r in rows]


def erase_from_exports(session: Session, references: Sequence[str], at: datetime) -> list[tuple[str, str]]:
    """Mark people in the register as erased; returns the exports, and who made them, whose files are to be deleted.

    The reference itself is overwritten at random: the register no longer says whose row it was.
    """
    table = export_row_table.c
    rows = session.execute(select(table.export_id, table.reference).where(table.reference.in_(references))).all()
    for row in rows:
        session.execute(
            update(export_row_table)
            .where(table.export_id == row.export_id, table.reference == row.reference)
            .values(reference=f"-{new_reference(12)}", erased_at=at)
        )
    made = {row.export_id for row in rows}
    found = session.execute(select(export_table.c.id, export_table.c.staff_id).where(export_table.c.id.in_(made)))
    return [(r.id, r.staff_id) for r in found]


def purge_exports(session: Session, before: datetime) -> int:
    """Delete register entries from before an instant; returns how many."""
    old = list(session.execute(select(export_table.c.id).where(export_table.c.at < before)).scalars())
    session.execute(delete(export_row_table).where(export_row_table.c.export_id.in_(old)))
    return int(session.execute(delete(export_table).where(export_table.c.id.in_(old))).rowcount)


def saved_replies(session: Session) -> list[SavedReply]:
    """All saved replies, by name."""
    rows = session.execute(select(reply_table).order_by(reply_table.c.name, reply_table.c.language))
    return [SavedReply(r.id, r.name, r.language, r.body) for r in rows]


def save_reply(session: Session, name: str, language: str, body: str, reply_id: int = 0) -> None:
    """A new saved reply, or another text for one."""
    values = {"name": name, "language": language, "body": body}
    session.execute(
        update(reply_table).where(reply_table.c.id == reply_id).values(**values) if reply_id else insert(reply_table).values(**values)
    )


def remove_reply(session: Session, reply_id: int) -> None:
    """Delete a saved reply."""
    session.execute(delete(reply_table).where(reply_table.c.id == reply_id))


def add_notice(session: Session, staff_id: str, kind: str, reference: str, at: datetime, send_at: datetime) -> None:
    """Put a notification on its way."""
    session.execute(
        insert(notice_table).values(staff_id=staff_id, kind=kind, reference=reference, at=at, send_at=send_at, state="waiting", tries=0)
    )


def notices_to_send(session: Session, now: datetime, limit: int = 100) -> list[Notice]:
    """Notifications whose time has come, by person."""
    table = notice_table.c
    rows = session.execute(
        select(notice_table).where(table.state == "waiting", table.send_at <= now).order_by(table.staff_id, table.id).limit(limit)
    )
    return [_notice(r) for r in rows]


def _notice(row: Any) -> Notice:
    return Notice(row.id, row.staff_id, row.kind, row.reference, row.at, row.send_at, row.tries, row.state, row.problem)


def notice_sent(session: Session, ids: Sequence[int]) -> None:
    """They have left."""
    session.execute(update(notice_table).where(notice_table.c.id.in_(ids)).values(state="sent", problem=""))


def notice_failed(session: Session, ids: Sequence[int], again_at: datetime, most_tries: int, problem: str) -> int:
    """They could not leave: again later, or not by themselves any more when it has failed too often; returns how many are given up.

    Args:
        problem: why, as codes parted by blanks; kept with them.
    """
    table = notice_table.c
    session.execute(update(notice_table).where(table.id.in_(ids)).values(tries=table.tries + 1, send_at=again_at, problem=problem))
    given_up = update(notice_table).where(table.id.in_(ids), table.tries >= most_tries).values(state="failed")
    return int(session.execute(given_up).rowcount)


def stuck_notices(session: Session, limit: int) -> list[Notice]:
    """Notifications that were tried and have not left: given up, or to be tried again; the newest first."""
    table = notice_table.c
    stuck = (table.state == "failed") | ((table.state == "waiting") & (table.tries > 0))
    rows = session.execute(select(notice_table).where(stuck).order_by(table.id.desc()).limit(limit))
    return [_notice(r) for r in rows]


def failed_notices(session: Session, most: int) -> int:
    """How many were given up; counted to `most`."""
    return len(session.execute(select(notice_table.c.id).where(notice_table.c.state == "failed").limit(most)).all())


def notices_again(session: Session, now: datetime) -> int:
    """Send everything that was given up as if it were new; returns how many."""
    table = notice_table.c
    again = update(notice_table).where(table.state == "failed").values(state="waiting", tries=0, send_at=now, problem="")
    return int(session.execute(again).rowcount)


def forget_notices(session: Session, references: Sequence[str]) -> int:
    """Delete notifications about requests; returns how many."""
    return int(session.execute(delete(notice_table).where(notice_table.c.reference.in_(references))).rowcount)


def purge_notices(session: Session, before: datetime) -> int:
    """Delete notifications from before an instant; returns how many."""
    return int(session.execute(delete(notice_table).where(notice_table.c.at < before)).rowcount)


def add_missed(session: Session, at: datetime, reported_by: str, language: str, kind: str, words: str) -> None:
    """A danger that the lists did not see, in words that name nobody."""
    session.execute(insert(missed_table).values(at=at, reported_by=reported_by, language=language, kind=kind, words=words, state="new"))


def missed(
    session: Session, state: str = "", *, before_id: int = 0, limit: int | None = None
) -> list[tuple[int, datetime, str, str, str, str]]:
    """Number, time, language, kind, words, state; newest first, or the newest before a number; all of them unless limited."""
    table = missed_table.c
    query = select(missed_table).order_by(table.id.desc()).limit(limit)
    if state:
        query = query.where(table.state == state)
    rows = session.execute(query.where(table.id < before_id) if before_id else query)
    return [(r.id, r.at, r.language, r.kind, r.words, r.state) for r in rows]


def set_missed(session: Session, missed_id: int, state: str, words: str) -> None:
    """Accept it as an example, with the words as the lead has written them, or drop it."""
    session.execute(update(missed_table).where(missed_table.c.id == missed_id).values(state=state, words=words))


def purge_missed(session: Session, before: datetime) -> int:
    """Delete reports of missed dangers from before an instant, whatever became of them; returns how many."""
    return int(session.execute(delete(missed_table).where(missed_table.c.at < before)).rowcount)


def purge_left(session: Session, before: datetime) -> int:
    """Delete accounts of people who have left and whom nothing that is kept about the desk's work names any more; returns how many."""
    m = store.member_table.c
    named = select(audit_table.c.staff_id).union(select(export_table.c.staff_id))
    gone = delete(store.member_table).where(m.active.is_(False), m.created_at < before, m.id.notin_(named))
    return int(session.execute(gone).rowcount)
