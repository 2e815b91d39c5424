"""A number that reaches nobody, or somebody else, is not rung again: a new one is needed, from the parent or through the coordinator."""

from __future__ import annotations

from typing import Any

from bot.base.db import Session
from bot.callbacks.model import Request
from bot.flows.desk_hours import DeskHours
from bot.flows.escalate import to_coordinator
from bot.flows.house import House
from bot.flows.set_timers import LATE_AFTER, guard_due


def wait_for_number(house: House, session: Session, request: Request, hours: DeskHours, **values: Any) -> Request:
    """No try is due any more; the coordinator is asked at once, and whoever has the request is reminded after a working day.

    Args:
        values: what else changes; see `RequestStore.change`.
    """
    now = house.clock.now()
    due = hours.after(now, LATE_AFTER)
    changed = house.requests.change(session, request, "trying", now, due_at=due, **values)
    guard_due(session, request.reference, due, hours)
    to_coordinator(house, session, request, "number_wrong", "number")
    return changed
