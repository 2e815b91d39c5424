"""A request whose time is near or past goes up: marked in the queue for everybody, with notifications for those who have them on.

The mark needs no notification. The history says who was really told.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.db import Session
from bot.callbacks import marks_store
from bot.callbacks.model import Request
from bot.flows.house import House
from bot.flows.notify_staff import tell, tell_owner, tell_role
from bot.staff.model import Member


def to_second(house: House, session: Session, request: Request, other: Member) -> None:
    """Another connector is asked, beside who has it."""
    marks_store.escalate(session, request.reference, "second")
    told = tell(house, session, [other], "second", request.reference, before=request.promised_by)
    _write(house, session, request, "escalated_second", [*told, *tell_owner(house, session, request, "second")])


def to_coordinator(house: House, session: Session, request: Request, code: str, kind: str) -> None:
    """The coordinators of the request's area are asked.

    Args:
        code: of the line in the history.
        kind: of the notification; see `bot.flows.notify_staff.KINDS`.
    """
    marks_store.escalate(session, request.reference, "coordinator")
    told = tell_role(house, session, "coordinator", kind, request.reference, request.area, before=request.promised_by)
    _write(house, session, request, code, told)


def _write(house: House, session: Session, request: Request, code: str, told: Sequence[Member]) -> None:
    names = ", ".join(member.name for member in told)
    words = f"A message goes to {names}." if names else "Nobody is told by a message. It stands in the queue under Escalated."
    house.entries.add(session, request.reference, "state", code, house.clock.now(), "system", words)
