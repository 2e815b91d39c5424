"""The outbox: each message to a parent once, with what became of it.

waiting → sending → sent · uncertain · waiting again · dead · held
uncertain → asked → waiting again, when the parent says that it never came
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.base.db import Instant, metadata
from bot.delivery.model import PROACTIVE, WINDOW_CLOSED, About, Due, Outgoing, Trouble, read_outgoing

outbox_table = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sender", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("inbox_id", Integer),
    Column("purpose", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("problem", String(40), nullable=False, server_default=""),
    Column("last_word", Boolean, nullable=False),
    Column("provider_key", String(32), index=True),
    Column("provider_status", String(12)),
    Column("not_before", Instant),
    Column("created_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),
    Index("ix_outbox_sender_state", "sender", "state"),
    Index("ix_outbox_state", "state"),
)
_t = outbox_table.c
_RESENT = "danger"
"""A reply to danger is sent again when nobody knows whether it arrived: twice is better than never."""
_NOT_SURE_TO_ARRIVE = ("sent", "sending", "waiting", "uncertain", "asked")


def add(
    session: Session,
    sender: str,
    channel: str,
    purpose: str,
    messages: Iterable[Outgoing],
    at: datetime,
    inbox_id: int | None = None,
    not_before: datetime | None = None,
    last_word: bool = False,
) -> None:
    """Put messages to one parent into the outbox, in their order; earlier replies to danger that were put off go with a new one."""
    if purpose == _RESENT:
        put_off = (_t.sender == sender) & (_t.state == "waiting") & (_t.purpose == _RESENT)
        session.execute(update(outbox_table).where(put_off).values(not_before=None))
    for message in messages:
        session.execute(
            insert(outbox_table).values(
                sender=sender, channel=channel, inbox_id=inbox_id, purpose=purpose, body=message.as_json(), state="waiting", attempts=0,
                problem="", last_word=last_word, created_at=at, not_before=not_before,
            )
        )  # fmt: skip


def note(session: Session, sender: str, channel: str, purpose: str, at: datetime) -> None:
    """Remember that a parent was shown something which no provider sends; see `has_since`."""
    session.execute(
        insert(outbox_table).values(
            sender=sender, channel=channel, purpose=purpose, body="", state="sent", last_word=False, created_at=at, ended_at=at
        )
    )


def next_for(session: Session, sender: str) -> Due | None:
    """What goes to the parent next: danger first, then what may go soonest, in order."""
    first = case((_t.purpose == _RESENT, 0), (_t.purpose.in_(sorted(PROACTIVE)), 2), else_=1)
    row = session.execute(
        select(outbox_table).where(_t.sender == sender, _t.state == "waiting").order_by(first, _t.id).limit(1)
    ).first()  # fmt: skip
    return _due(row) if row else None


def claim(session: Session, outbox_id: int) -> bool:
    """Take a message for sending; False when somebody else has, or when it was cancelled."""
    taken = update(outbox_table).where(_t.id == outbox_id, _t.state == "waiting").values(state="sending", provider_status=None)
    done = session.execute(taken)
    return int(done.rowcount) == 1


def sent(session: Session, outbox_id: int, at: datetime, provider_key: str | None, state: str = "sent") -> None:
    """It has gone out (`held`: a template has gone out, for it or for one before it); what was reported as failed meanwhile stays so."""
    has_not_failed = _t.provider_status.is_(None) | (_t.provider_status != "failed") | (_t.provider_key != provider_key)
    values = {"state": state, "ended_at": at, "provider_key": provider_key, "problem": ""}
    session.execute(update(outbox_table).where(_t.id == outbox_id, has_not_failed).values(**values))


def try_again(session: Session, outbox_id: int, not_before: datetime, problem: str, attempts: int) -> None:
    """It has not gone out and waits."""
    session.execute(
        update(outbox_table).where(_t.id == outbox_id).values(state="waiting", not_before=not_before, problem=problem, attempts=attempts)
    )


def set_not_before(session: Session, outbox_id: int, at: datetime | None) -> None:
    """When it may go; None means at once."""
    session.execute(update(outbox_table).where(_t.id == outbox_id).values(not_before=at))


def end(session: Session, outbox_id: int, at: datetime, state: str, problem: str) -> None:
    """`uncertain`, `dead` or `cancelled`."""
    session.execute(update(outbox_table).where(_t.id == outbox_id).values(state=state, ended_at=at, problem=problem[:40]))


def after_restart(session: Session, at: datetime) -> int:
    """What was being sent when the service was killed is uncertain; a danger reply is sent again. Returns how many."""
    session.execute(update(outbox_table).where(_t.state == "sending", _t.purpose == _RESENT).values(state="waiting", problem="stopped"))
    stopped = session.execute(update(outbox_table).where(_t.state == "sending").values(state="uncertain", ended_at=at, problem="stopped"))
    return int(stopped.rowcount)


def senders_waiting(session: Session, at: datetime) -> list[str]:
    """Parents to whom something may be sent at an instant."""
    may = _t.not_before.is_(None) | (_t.not_before <= at)
    return list(session.execute(select(_t.sender).where(_t.state == "waiting", may).distinct()).scalars())


def uncertain_of(session: Session, sender: str) -> list[int]:
    """What perhaps never reached the parent and has not been asked about."""
    return list(session.execute(select(_t.id).where(_t.sender == sender, _t.state == "uncertain").order_by(_t.id)).scalars())


def mark_asked(session: Session, numbers: Sequence[int]) -> None:
    """The parent is being asked about these."""
    session.execute(update(outbox_table).where(_t.id.in_(numbers), _t.state == "uncertain").values(state="asked"))


def send_asked_again(session: Session, sender: str) -> int:
    """The parent says that they never came; returns how many go out again."""
    again = {"state": "waiting", "not_before": None, "problem": ""}
    done = session.execute(update(outbox_table).where(_t.sender == sender, _t.state == "asked").values(**again))
    return int(done.rowcount)


def has_held(session: Session, sender: str) -> bool:
    """Whether something waits behind a template: the parent has been asked to write already."""
    return session.execute(select(_t.id).where(_t.sender == sender, _t.state == "held").limit(1)).first() is not None


def has_pending(session: Session, sender: str) -> bool:
    """Whether something is still to go out, now or behind a template."""
    pending = select(_t.id).where(_t.sender == sender, _t.state.in_(("waiting", "sending", "held"))).limit(1)
    return session.execute(pending).first() is not None


def release_held(session: Session, sender: str) -> bool:
    """The parent has written, so what waited behind a template may go; True when words of a person are among it."""
    held = (_t.sender == sender) & (_t.state == "held")
    is_from_person = session.execute(select(_t.id).where(held, _t.purpose == "person").limit(1)).first() is not None
    session.execute(update(outbox_table).where(held).values(state="waiting", not_before=None))
    return is_from_person


def cancel_proactive(session: Session, sender: str, at: datetime) -> int:
    """STOP: nothing that the parent has not just asked for goes out any more; returns how many were cancelled."""
    done = session.execute(
        update(outbox_table)
        .where(_t.sender == sender, _t.state.in_(("waiting", "held")), _t.purpose.in_(sorted(PROACTIVE)))
        .values(state="cancelled", ended_at=at, problem="stopped")
    )
    return int(done.rowcount)


def origin_of(session: Session, outbox_id: int) -> tuple[str, datetime] | None:
    """Whose message it is, and since when it has been in the outbox."""
    row = session.execute(select(_t.sender, _t.created_at).where(_t.id == outbox_id)).first()
    return (str(row.sender), row.created_at) if row else None


def report(session: Session, status: str, at: datetime, provider_key: str, about: About | None, problem: str) -> str | None:
    """What the provider says became of a message; one that it knows has gone out, whatever we know of our own try.

    One that came too late for its window waits again, and then for a template. A report about an earlier try says
    nothing about what is done since. When the template has failed, all that waits behind it is dead: nobody has asked
    the parent to write.

    Args:
        about: what the reference says; None when none came back.

    Returns:
        The parent's pseudonym; None when the message is not known (any more).
    """
    known = _t.provider_key == provider_key if about is None else (_t.provider_key == provider_key) | (_t.id == about.outbox_id)
    row = session.execute(select(outbox_table).where(known)).first()
    if row is None:
        return None
    is_same_try = row.provider_key == provider_key
    if (is_same_try and row.state in ("sending", "waiting")) or (status == "failed" and row.provider_key and not is_same_try):
        return str(row.sender)
    is_template = about is not None and about.is_template
    values: dict[str, Any] = {"provider_key": provider_key, "provider_status": _later(row.provider_status, status)}
    if status == "failed" and problem == WINDOW_CLOSED and not is_template and row.state in _NOT_SURE_TO_ARRIVE:
        values |= {"state": "waiting", "problem": problem, "not_before": None, "ended_at": None}
    elif status == "failed":
        dead = {"state": "dead", "problem": problem[:40], "ended_at": at}
        values |= dead
        if row.state == "held":
            session.execute(update(outbox_table).where(_t.sender == row.sender, _t.state == "held").values(**dead))
    elif row.state in ("sending", "uncertain") or (not is_template and (row.state == "asked" or _awaits_another_try(row))):
        values |= {"state": "held" if is_template else "sent", "problem": "", "ended_at": at}
    session.execute(update(outbox_table).where(_t.id == row.id).values(**values))
    return str(row.sender)


def _awaits_another_try(row: Any) -> bool:
    """Whether a message waits because a try has failed, as far as we know; what waits for a template or for the parent's word does not.

    A receipt does not either: once it is sent its address has to go, and that is the sending's.
    """
    return row.state == "waiting" and row.problem not in ("", WINDOW_CLOSED) and not row.last_word


def reported(session: Session, outbox_id: int) -> str | None:
    """The state that a report has given to a message while it was being sent; None when none has."""
    state = session.execute(select(_t.state).where(_t.id == outbox_id)).scalar_one_or_none()
    return None if state == "sending" else state


def troubles(session: Session, limit: int = 200) -> list[Trouble]:
    """Dead and uncertain messages, the newest first, for the people who run the service."""
    rows = session.execute(
        select(outbox_table).where(_t.state.in_(("dead", "uncertain", "asked", "held"))).order_by(_t.id.desc()).limit(limit)
    )
    return [Trouble(r.id, r.sender, r.channel, r.purpose, r.state, r.problem, r.attempts, r.created_at) for r in rows]


def revive(session: Session, outbox_id: int) -> str | None:
    """Send a dead message again on a person's word; returns whose, None when it is not dead."""
    row = session.execute(select(_t.sender).where(_t.id == outbox_id, _t.state == "dead")).first()
    if row:
        again = {"state": "waiting", "attempts": 0, "not_before": None, "problem": ""}
        session.execute(update(outbox_table).where(_t.id == outbox_id).values(**again))
    return str(row.sender) if row else None


def counts(session: Session) -> dict[str, int]:
    """How many messages are in each state."""
    return {state: int(number) for state, number in session.execute(select(_t.state, func.count()).group_by(_t.state)).all()}


def has_since(session: Session, sender: str, purpose: str, since: datetime) -> bool:
    """Whether a message of a kind was put into the outbox for the parent since an instant."""
    found = select(_t.id).where(_t.sender == sender, _t.purpose == purpose, _t.created_at >= since).limit(1)
    return session.execute(found).first() is not None


def forget(session: Session, sender: str, keep_last_word: bool = True) -> None:
    """Delete all messages to a parent; the receipt for it still has to go out."""
    condition = _t.sender == sender
    if keep_last_word:
        condition &= _t.last_word.is_(False)
    session.execute(delete(outbox_table).where(condition))


def receipts_over(session: Session) -> list[str]:
    """Parents whose receipt has gone out, or never will, with all that belongs to it; also one that was being sent at a kill."""
    pending = outbox_table.alias().c
    goes_on = select(pending.id).where(pending.sender == _t.sender, pending.last_word, pending.state.in_(("waiting", "sending"))).exists()
    return list(session.execute(select(_t.sender).where(_t.last_word, ~goes_on).distinct()).scalars())


def forget_receipt(session: Session, sender: str) -> None:
    """Delete what went out as the last word to a parent; what answers words that came after it stays."""
    session.execute(delete(outbox_table).where(_t.sender == sender, _t.last_word))


def is_empty(session: Session, sender: str) -> bool:
    """Whether nothing to the parent is kept."""
    return session.execute(select(_t.id).where(_t.sender == sender).limit(1)).first() is None


def purge_outbox(session: Session, before: datetime, keep: Sequence[str] = ()) -> int:
    """Delete messages from before an instant, but not those of some parents; returns how many."""
    return int(session.execute(delete(outbox_table).where(_t.created_at < before, _t.sender.notin_(keep))).rowcount)


_ORDER = ("sent", "delivered", "read")


def _later(known: str | None, status: str) -> str:
    """Reports come in any order; the furthest one counts."""
    if status == "failed" or known not in _ORDER or status not in _ORDER:
        return status
    return max(known, status, key=_ORDER.index)


def _due(row: Any) -> Due:
    return Due(
        row.id, row.sender, row.channel, row.purpose, read_outgoing(row.body), row.attempts,
        row.not_before, bool(row.last_word), row.created_at,
    )  # fmt: skip
