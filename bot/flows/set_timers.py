"""Which timers guard a request, in hours in which the desk is open."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.base.db import Session
from bot.callbacks import timer_store
from bot.callbacks.model import Request
from bot.flows.desk_hours import DeskHours

CLAIM_LASTS = timedelta(hours=4)
RETRY_AFTER = timedelta(hours=2)
RETRY_LATE_AFTER = timedelta(hours=2)
LATE_AFTER = timedelta(hours=7)
CHECK_AFTER = timedelta(hours=2)
PROMISE_KINDS = ("second", "coordinator", "broken")
_OWED = ("retry", "retry_late", "follow_up", "due", "late")
"""What is due next without being the promise; one of them at a time is owed, so each replaces the others."""
_WATCHED_BY = frozenset({"broken", "retry_late", "late"})
"""Each of these ends with the coordinator, so that nothing is forgotten while one waits."""
_SECOND_BEFORE, _COORDINATOR_BEFORE = timedelta(hours=2), timedelta(hours=1)
_LOOKED_BACK = timedelta(days=30)
"""Open hours before a promise are counted from no further back: opening slots are known for two months from an instant."""


def guard_promise(session: Session, request: Request, hours: DeskHours, now: datetime) -> None:
    """A second connector half-way or two open hours before the promised time, the coordinator an hour before; the time itself.

    Times are hours in which the desk is open, so that somebody is there to act on them.
    """
    if request.promised_by is None:
        return
    start = max(now, request.promised_by - _LOOKED_BACK)
    left = hours.between(start, request.promised_by)
    second = hours.after(start, max(left / 2, left - _SECOND_BEFORE))
    coordinator = hours.after(start, max(left * 3 / 4, left - _COORDINATOR_BEFORE))
    timer_store.set_timer(session, "second", request.reference, min(second, request.promised_by))
    timer_store.set_timer(session, "coordinator", request.reference, min(coordinator, request.promised_by))
    timer_store.set_timer(session, "broken", request.reference, request.promised_by)


def promise_is_kept(session: Session, reference: str) -> None:
    """Somebody has tried: nothing is escalated any more."""
    timer_store.cancel(session, reference, PROMISE_KINDS)


def guard_claim(session: Session, reference: str, ends_at: datetime) -> None:
    """A claim without work goes back by itself."""
    timer_store.set_timer(session, "claim_ends", reference, ends_at)


def nothing_owed(session: Session, reference: str) -> None:
    """What was due has been done."""
    timer_store.cancel(session, reference, _OWED)


def guard_retry(session: Session, reference: str, at: datetime, hours: DeskHours) -> None:
    """The next try, and the coordinator when it is forgotten."""
    nothing_owed(session, reference)
    timer_store.set_timer(session, "retry", reference, at)
    timer_store.set_timer(session, "retry_late", reference, hours.after(at, RETRY_LATE_AFTER))


def guard_follow_up(session: Session, reference: str, at: datetime, hours: DeskHours) -> None:
    """The next contact, and the coordinator when it is forgotten."""
    nothing_owed(session, reference)
    timer_store.set_timer(session, "follow_up", reference, at)
    timer_store.set_timer(session, "retry_late", reference, hours.after(at, LATE_AFTER))


def guard_due(session: Session, reference: str, at: datetime, hours: DeskHours) -> None:
    """Something due that is neither promised nor agreed, such as closing after a talk; the coordinator a working day later."""
    nothing_owed(session, reference)
    timer_store.set_timer(session, "due", reference, at)
    timer_store.set_timer(session, "late", reference, hours.after(at, LATE_AFTER))


def watch(session: Session, request: Request, hours: DeskHours, now: datetime) -> None:
    """See to it that an open request comes up again by itself, whatever became of the timers that it had."""
    if not _WATCHED_BY & {timer.kind for timer in timer_store.waiting(session, request.reference)}:
        soonest = hours.after(now, CLAIM_LASTS)
        guard_due(session, request.reference, max(request.due_at or soonest, soonest), hours)


def ask_later(session: Session, reference: str, at: datetime) -> None:
    """“Did you get the call?”, at a time."""
    timer_store.set_timer(session, "check", reference, at)
