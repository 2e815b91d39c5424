"""Holidays and sickness: what somebody has not begun goes back to the queue, what they have begun too, with its history."""

from __future__ import annotations

from datetime import date, timedelta

from bot.base.db import Session
from bot.base.errors import BadInput
from bot.callbacks import queue_store
from bot.flows.house import House
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


def leave_the_team(house: House, session: Session, staff_id: str, by: Member) -> int:
    """Everything that somebody has goes back, whose account is closed or who calls no families any more; returns how much."""
    return _hand_over(house, session, staff_id, "left", by.id)


def _hand_over(house: House, session: Session, staff_id: str, code: str, by: str, last: date | None = None) -> int:
    number = 0
    for request in queue_store.claimed_by(session, staff_id):
        if last and request.due_at and request.due_at.date() > last:
            continue
        back_to_queue(house, session, request, code, by)
        tell_team(house, session, request, code, but=[staff_id])
        number += 1
    return number


def come_back(house: House, absence_id: int) -> None:
    """The absence ends now."""
    with house.database.session() as session:
        staff_store.remove_absence(session, absence_id)
