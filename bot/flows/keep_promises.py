"""What the clock does: timers that have come due, each worked on once.

A timer's work and its being done are one transaction; a message to a parent is stored right after
it, so that a crash between the two may lose a reminder, never repeat one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from bot.base.db import Session
from bot.callbacks import marks_store, timer_store
from bot.callbacks.model import Request
from bot.callbacks.rules import KINDS
from bot.callbacks.timer_store import Timer
from bot.flows.ask_about_call import ask_parent
from bot.flows.chat_of_request import chat_of
from bot.flows.desk_hours import desk_hours
from bot.flows.escalate import to_coordinator, to_second
from bot.flows.house import House
from bot.flows.notify_staff import tell, tell_owner, tell_role, tell_team
from bot.flows.reach_parent import ParentLine, Reach, reach_of
from bot.flows.set_timers import guard_promise, watch
from bot.flows.suggest_connector import suggest
from bot.flows.tell_of_call import apologise_later, tell_parent
from bot.flows.work_on_request import back_to_queue
from bot.insight import store as insight

logger = logging.getLogger(__name__)

After = Callable[[], None]
"""What is said to a parent once the work is stored."""


def run_timers(house: House, line: ParentLine) -> int:
    """Work on every timer that has come due; returns how many. One that fails is tried again later and keeps no other back."""
    number = 0
    while True:
        with house.database.session() as session:
            taken = timer_store.take_due(session, house.clock.now())
        if not taken:
            return number
        for timer in taken:
            number += 1
            try:
                _run(house, line, timer)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one request, the promises to others are kept
                logger.warning("timer %s of kind %s failed %s times, now with %s", timer.id, timer.kind, timer.tries, type(error).__name__)


def _run(house: House, line: ParentLine, timer: Timer) -> None:
    after: After | None = None
    with house.database.session() as session:
        if not timer_store.done(session, timer):
            return
        request = house.requests.get(session, timer.reference)
        if request is not None:
            after = _WORK[timer.kind](house, line, session, request)
    if after:
        after()


def _second(house: House, _line: ParentLine, session: Session, request: Request) -> None:
    """Half-way to the promised time, or two open hours before it, without a try: who else is there in time is asked, or the coordinator."""
    if request.first_tried_at or request.tray != "open":
        return
    others = [other for other in suggest(house, session, request, but=[request.claimed_by]) if other.in_time]
    if others:
        to_second(house, session, request, others[0].member)
    else:
        tell_owner(house, session, request, "escalated")
        to_coordinator(house, session, request, "escalated_coordinator", "escalated")
    _count(house, session, request, "escalated")


def _coordinator(house: House, _line: ParentLine, session: Session, request: Request) -> None:
    """An open hour before the promised time, without a try."""
    if request.first_tried_at or request.tray != "open":
        return
    to_coordinator(house, session, request, "escalated_coordinator", "escalated")
    _count(house, session, request, "escalated")


def _broken(house: House, line: ParentLine, session: Session, request: Request) -> After | None:
    """The promised time is here and nobody has tried: the parent is told, at once or when they write, with a new time; so is the team.

    Where nobody is at work for weeks there is no new time. The parent is told so, and the request comes up again by itself.
    """
    if request.first_tried_at or request.tray != "open" or request.promised_by is None:
        return None
    now = house.clock.now()
    was = request.promised_by
    if was > now:
        return None
    hours = desk_hours(house, session, request.area)
    new = hours.promise(now, request.wish)
    chat = chat_of(house, session, request)
    reach = reach_of(session, request, chat)
    house.entries.add(
        session, request.reference, "state", _BROKEN[reach] if new or reach != "now" else "promise_broken_no_time", now, "system"
    )
    if chat and reach == "when_they_write":
        apologise_later(session, chat, request, was)
    _count(house, session, request, "promises_broken")
    if new:
        marks_store.set_promise(session, request.reference, new)
        renewed = house.requests.get(session, request.reference) or request
        guard_promise(session, renewed, hours, now)
    else:
        watch(session, request, hours, now)
    marks_store.escalate(session, request.reference, "coordinator")
    tell_owner(house, session, request, "broken")
    tell_role(house, session, "coordinator", "broken", request.reference, request.area, before=was)
    if reach == "now":
        return lambda: tell_parent(house, line, request, "utter_promise_broken" if new else "utter_promise_broken_no_time", was=was, by=new)
    return None


_BROKEN: Mapping[Reach, str] = {
    "now": "promise_broken",
    "when_they_write": "promise_broken_waits",
    "never": "promise_broken_untold",
}


def _claim_ends(house: House, _line: ParentLine, session: Session, request: Request) -> None:
    """A claim without a call goes back into the queue."""
    if request.state != "claimed" or (request.claim_ends_at and request.claim_ends_at > house.clock.now()):
        return
    tell_owner(house, session, request, "claim_ended")
    back_to_queue(house, session, request, "claim_ended", "system")
    for other in suggest(house, session, request, but=[request.claimed_by])[:1]:
        tell(house, session, [other.member], "second", request.reference)


def _retry(house: House, _line: ParentLine, session: Session, request: Request) -> None:
    """It is time to try again, whoever has it now."""
    _remind(house, session, request, "retry")


def _retry_late(house: House, _line: ParentLine, session: Session, request: Request) -> None:
    """The next try or the next contact was forgotten; a call would have taken this timer away."""
    if request.tray == "open":
        to_coordinator(house, session, request, "retry_late", "retry_late")


def _follow_up(house: House, _line: ParentLine, session: Session, request: Request) -> None:
    """The agreed next contact is due, whoever has it now."""
    _remind(house, session, request, "follow_up")


def _due(house: House, _line: ParentLine, session: Session, request: Request) -> None:
    """Something is due that was neither promised nor agreed: closing after a talk, a sign-up."""
    _remind(house, session, request, "unclosed" if request.state == "reached" else "due")


def _late(house: House, _line: ParentLine, session: Session, request: Request) -> None:
    """It was due, and nothing was done."""
    if request.tray == "open":
        to_coordinator(house, session, request, "late", "late")


def _remind(house: House, session: Session, request: Request, kind: str) -> None:
    """Who has it, or, when nobody has, those who could take it on."""
    if request.tray != "open":
        return
    if request.claimed_by:
        tell_owner(house, session, request, kind)
    elif "editor" in KINDS[request.kind].roles:
        tell_role(house, session, "editor", kind, request.reference, request.area)
    else:
        tell_team(house, session, request, kind)


def _check(house: House, line: ParentLine, _session: Session, request: Request) -> After | None:
    """Ask the parent whether the call came."""
    return lambda: ask_parent(house, line, request.reference)


_WORK: Mapping[str, Callable[[House, ParentLine, Session, Request], After | None]] = {
    "second": _second,
    "coordinator": _coordinator,
    "broken": _broken,
    "claim_ends": _claim_ends,
    "retry": _retry,
    "retry_late": _retry_late,
    "follow_up": _follow_up,
    "due": _due,
    "late": _late,
    "check": _check,
}


def _count(house: House, session: Session, request: Request, measure: str) -> None:
    if not request.demo:
        insight.count(session, house.clock.today(), measure, request.area, request.language, request.topic)
