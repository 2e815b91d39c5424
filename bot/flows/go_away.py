"""Holidays and sickness: what somebody has not begun goes back to the queue, what they have begun too, with its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.base.db import Session
from bot.base.errors import BadInput
from bot.callbacks import queue_store
from bot.callbacks.model import Request
from bot.flows.house import House
from bot.flows.may_work import may_work
from bot.flows.notify_staff import tell_role, tell_team
from bot.flows.work_on_request import back_to_queue
from bot.staff import store as staff_store
from bot.staff.model import Member

_LONGEST = timedelta(days=366)


def go_away(house: House, staff_id: str, first: date, last: date, reason: str, by: Member) -> int:
    """Note an absence; from its first day on, requests that fall due during it go back; returns how many did.

    Raises:
        BadInput: no such person, days in the wrong order, or already over.
    """
    today = house.clock.today()
    if last < first or last < today or last - first > _LONGEST:
        raise BadInput("The last day must not lie before the first or in the past.")
    number = 0
    with house.database.session() as session:
        member = staff_store.member(session, staff_id)
        if member is None:
            raise BadInput("Choose somebody.")
        staff_store.add_absence(session, staff_id, first, last, reason)
        if first <= today:
            number = _hand_over(house, session, staff_id, "away", by.id, last)
            if number:
                tell_role(house, session, "coordinator", "away", "")
    return number


def hand_over_of_the_absent(house: House) -> int:
    """For absences that begin today; run by the clock, and harmless when run again."""
    today = house.clock.today()
    number = 0
    with house.database.session() as session:
        for absence in staff_store.absences(session, today):
            if absence.first_on > today:
                continue
            number += _hand_over(house, session, absence.staff_id, "away", "system", absence.last_on)
    return number


def give_back(house: House, session: Session, member: Member, by: Member) -> int:
    """Whatever somebody has and may not work on any more goes back, after a change of their account; returns how much.

    Args:
        member: as the account is now.
    """
    calls = member.active and member.may("connector", "coordinator", "editor")
    theirs = queue_store.claimed_by(session, member.id)
    return _back(house, session, [r for r in theirs if not may_work(member, r)], member.id, "moved" if calls else "left", by.id)


def _hand_over(house: House, session: Session, staff_id: str, code: str, by: str, last: date) -> int:
    theirs = queue_store.claimed_by(session, staff_id)
    return _back(house, session, [r for r in theirs if not (r.due_at and r.due_at.date() > last)], staff_id, code, by)


def _back(house: House, session: Session, requests: Sequence[Request], staff_id: str, code: str, by: str) -> int:
    for request in requests:
        back_to_queue(house, session, request, code, by)
        tell_team(house, session, request, code, but=[staff_id])
    return len(requests)


def come_back(house: House, absence_id: int) -> None:
    """The absence ends now."""
    with house.database.session() as session:
        staff_store.remove_absence(session, absence_id)
