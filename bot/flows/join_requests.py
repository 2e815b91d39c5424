"""How a request stands that two were joined in: state, times and timers of whichever is further on.

Who has asked anew since the last talk is owed that talk: then the newer request leads, with its promise, although the other
one is further on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from bot.base.db import Session
from bot.callbacks import timer_store
from bot.callbacks.model import Answer, Escalated, Request, State
from bot.callbacks.timer_store import Timer
from bot.flows.desk_hours import DeskHours
from bot.flows.set_timers import PROMISE_KINDS, guard_claim, guard_promise, guard_retry

_ORDER: tuple[State, ...] = ("new", "claimed", "trying", "reached", "follow_up")
_WAITING, _TALKED = _ORDER[:2], _ORDER[3:]
_OF_BOTH = frozenset({"check"})
"""The question about a call that was made is asked whichever request leads."""


@dataclass(frozen=True)
class Joint:
    """What comes of two.

    Attributes:
        leads: references of the requests whose timers go on.
        values: state and times.
    """

    leads: frozenset[str]
    values: dict[str, Any]


def further_on(one: Request, other: Request) -> Request:
    """The one with which more has been done; the first of two that stand alike."""
    return other if _ORDER.index(other.state) > _ORDER.index(one.state) else one


def join(one: Request, other: Request, last_call: datetime | None) -> Joint:
    """State and times for both.

    Args:
        last_call: of the one that is further on.
    """
    leader = further_on(one, other)
    second = other if leader is one else one
    alike = leader.state == second.state
    anew = not alike and leader.state in _TALKED and second.first_tried_at is None and _after(second.created_at, last_call)
    if anew:
        leader = second
    settled = not alike and (anew or leader.state in _TALKED)
    owed = [request for request in (one, other) if request.first_tried_at is None] if leader.state in _WAITING else []
    values = {
        "state": leader.state,
        "claim_ends_at": leader.claim_ends_at,
        "due_at": leader.due_at if settled else _first(one.due_at, other.due_at),
        "promised_by": _first(*(request.promised_by for request in owed or (one, other))),
        "first_tried_at": None if owed else _first(one.first_tried_at, other.first_tried_at),
    }
    return Joint(frozenset({one.reference, other.reference} if alike else {leader.reference}), values)


def most_pressing(one: Request, other: Request, joint: Joint) -> dict[str, Any]:
    """The marks of both: an answer that waits to be read, and whom a request needs whose timers go on."""
    both = (one, other)
    return {
        "answer": max((request.answer for request in both), key=get_args(Answer).index),
        "escalated": max((request.escalated for request in both if request.reference in joint.leads), key=get_args(Escalated).index),
    }


def carry_timers(session: Session, merged: Request, joint: Joint, theirs: list[Timer], hours: DeskHours, now: datetime) -> None:
    """Set the timers of what the two have become.

    Args:
        theirs: those that waited for the request that was folded in.
    """
    first: dict[str, datetime] = {}
    for timer in [*timer_store.waiting(session, merged.reference), *theirs]:
        if timer.reference in joint.leads or timer.kind in _OF_BOTH:
            first[timer.kind] = min(timer.due_at, first.get(timer.kind, timer.due_at))
    timer_store.cancel(session, merged.reference)
    for kind, due_at in first.items():
        if kind not in (*PROMISE_KINDS, "claim_ends"):
            timer_store.set_timer(session, kind, merged.reference, due_at)
    if merged.first_tried_at is None:
        guard_promise(session, merged, hours, now)
    if merged.state == "claimed" and merged.claim_ends_at:
        guard_claim(session, merged.reference, merged.claim_ends_at)
    if merged.state == "trying" and merged.due_at and merged.due_at < first.get("retry", merged.due_at):
        guard_retry(session, merged.reference, merged.due_at, hours)


def _after(at: datetime, before: datetime | None) -> bool:
    return before is not None and at > before


def _first(*instants: datetime | None) -> datetime | None:
    return min((at for at in instants if at), default=None)
