"""A call that a parent wants about an offer, such as a pack: it becomes a promise, by the parent's answers or at a press at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.base.db import Session
from bot.callbacks import marks_store
from bot.callbacks.model import CALL_PROMISED, Kind, Request
from bot.callbacks.rules import KINDS
from bot.flows.desk_hours import DeskHours
from bot.flows.house import House
from bot.flows.set_timers import guard_due

OFFERS: tuple[Kind, ...] = ("sign_up", "volunteer")
_OPEN_HOURS_A_DAY = 7


def due_of(hours: DeskHours, kind: Kind, now: datetime, *, wants_call: bool = False) -> datetime:
    """By when something without a promised time should be dealt with: so many working days of seven open hours.

    Args:
        wants_call: until a call is promised, it is due as a callback is.
    """
    days = KINDS["callback" if wants_call else kind].days
    return hours.after(now, timedelta(hours=_OPEN_HOURS_A_DAY * days))


def wish_is_met(house: House, session: Session, request: Request, callback: str, hours: DeskHours, by: str) -> None:
    """A callback has come of a sign-up's wish for a call: both say so, and the rest of the sign-up has its usual time.

    Args:
        callback: its reference.
    """
    now = house.clock.now()
    due = due_of(hours, request.kind, request.created_at)
    marks_store.call_is_promised(session, request, callback, due)
    guard_due(session, request.reference, due, hours)
    house.entries.add(session, request.reference, "state", "call_promised", now, by, callback)


def wishes_are_met(house: House, session: Session, callback: Request, hours: DeskHours, instead_of: str) -> None:
    """What the parent of a new callback has signed up for and wanted a call about.

    Args:
        instead_of: reference of the callback whose place it takes; empty when there is none.
    """
    for kind in OFFERS:
        request = house.requests.latest_of(session, callback.sender, kind)
        if request and (request.wants_call or (instead_of and request.details.get(CALL_PROMISED) == instead_of)):
            wish_is_met(house, session, request, callback.reference, hours, "parent")
