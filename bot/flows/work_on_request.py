"""What a connector does with a request: claim, extend, hand back, call, note, follow up, close.

Each is one transaction, names the state it starts from and leaves a line in the history, so that
nothing is lost and of two who act at once one is told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.base.db import Session
from bot.base.errors import BadInput
from bot.base.text import clean
from bot.callbacks import entry_store, timer_store
from bot.callbacks.entry_store import LONGEST_NOTE
from bot.callbacks.model import CASES, Referral, Request, State
from bot.callbacks.rules import CALL_RESULTS, MOST_ATTEMPTS, SPOKEN, NotAllowed, check_outcome, check_step, ended_meanwhile, wants_chat
from bot.flows.desk_hours import desk_hours
from bot.flows.escalate import to_coordinator
from bot.flows.house import House
from bot.flows.may_work import check_may_work, may_work
from bot.flows.notify_staff import tell, tell_role
from bot.flows.report_wrong import tell_who_waits
from bot.flows.set_timers import (
    CHECK_AFTER,
    CLAIM_LASTS,
    RETRY_AFTER,
    ask_later,
    guard_claim,
    guard_due,
    guard_follow_up,
    guard_retry,
    nothing_owed,
    promise_is_kept,
    watch,
)
from bot.flows.wait_for_number import wait_for_number
from bot.insight import store as insight
from bot.staff import store as staff_store
from bot.staff.model import Member

FURTHEST = timedelta(days=120)
_REFERRALS = {"service": "referrals", "healthy_start": "healthy_start", "vitamins": "vitamins"}


def find(house: House, session: Session, reference: str) -> Request:
    """A request that connectors may see.

    Raises:
        NotAllowed: there is none.
    """
    request = house.requests.get(session, reference)
    if request is None or request.kind in CASES:
        raise NotAllowed("There is no such request.")
    return request


def claim(house: House, reference: str, who: Member) -> Request:
    """Take a request on.

    Raises:
        NotAllowed: somebody else was quicker, or it is for another role or area.
    """
    now = house.clock.now()
    with house.database.session() as session:
        request = find(house, session, reference)
        check_may_work(who, request)
        check_step(request, "claimed")
        if request.claimed_by and request.state != "new":
            if request.claimed_by == who.id:
                return request
            owner = staff_store.member(session, request.claimed_by)
            raise NotAllowed(f"{owner.name if owner else 'Somebody else'} has claimed this request already.")
        ends_at = _claim_lasts(house, session, request, now)
        changed = house.requests.change(session, request, "claimed", now, claimed_by=who.id, claim_ends_at=ends_at)
        _given(house, session, changed, who, "claimed", who.id)
        return changed


def extend(house: House, reference: str, who: Member) -> Request:
    """Keep a claim for four more open hours."""
    now = house.clock.now()
    with house.database.session() as session:
        request = _mine(house, session, reference, who)
        if request.state != "claimed":
            raise NotAllowed("Only a claim without a call yet needs more time.")
        start = max(now, request.claim_ends_at or now)
        ends_at = desk_hours(house, session, request.area).after(start, CLAIM_LASTS)
        changed = house.requests.change(session, request, "claimed", now, claim_ends_at=ends_at)
        guard_claim(session, reference, ends_at)
        house.entries.add(session, reference, "state", "extended", now, who.id)
        return changed


def hand_back(house: House, reference: str, who: Member, why: str = "") -> Request:
    """Back into the queue, with everything that was done so far."""
    with house.database.session() as session:
        request = _mine(house, session, reference, who)
        return back_to_queue(house, session, request, "handed_back", who.id, note(why))


def back_to_queue(house: House, session: Session, request: Request, code: str, by: str, why: str = "") -> Request:
    """Nobody has it any more; what is due stays due."""
    now = house.clock.now()
    changed = house.requests.change(session, request, "new", now, claimed_by="", claim_ends_at=None)
    timer_store.cancel(session, request.reference, ("claim_ends",))
    house.entries.add(session, request.reference, "state", code, now, by, why)
    watch(session, changed, desk_hours(house, session, request.area), now)
    return changed


def reassign(house: House, reference: str, who: Member, to_id: str) -> Request:
    """Give a request to somebody; coordinators do this."""
    now = house.clock.now()
    with house.database.session() as session:
        request = find(house, session, reference)
        to = staff_store.member(session, to_id)
        if to is None or not may_work(to, request):
            raise BadInput("Choose somebody who may work on this kind of request in this area.")
        state: State = "claimed" if request.state in ("new", "claimed") else request.state
        ends_at = _claim_lasts(house, session, request, now)
        changed = house.requests.change(session, request, state, now, claimed_by=to.id, claim_ends_at=ends_at, escalated="")
        _given(house, session, changed, to, "assigned", who.id)
        watch(session, changed, desk_hours(house, session, request.area), now)
        tell(house, session, [to], "assigned", reference)
        return changed


def _claim_lasts(house: House, session: Session, request: Request, now: datetime) -> datetime:
    """Four open hours from when it suits the parent, or from a later time for the next try or contact."""
    hours = desk_hours(house, session, request.area)
    agreed = request.due_at if request.first_tried_at and request.due_at else hours.from_when(now, request.wish)
    return hours.after(max(agreed, now), CLAIM_LASTS)


def _given(house: House, session: Session, request: Request, to: Member, code: str, by: str) -> None:
    now = house.clock.now()
    if request.state == "claimed" and request.claim_ends_at:
        guard_claim(session, request.reference, request.claim_ends_at)
    staff_store.mark_assigned(session, to.id, now)
    house.entries.add(session, request.reference, "state", code, now, by, "" if to.id == by else to.name)


def log_call(house: House, reference: str, who: Member, result: str, words: str = "", *, voicemail_anyway: bool = False) -> Request:
    """Write down a call, a visit or a message, and what follows from it.

    Raises:
        NotAllowed: the request has ended (the call is kept in the history all the same, unless it was merged), a voicemail was
            left although the parent said no, or the request is somebody else's.
    """
    text = note(words)
    if result not in CALL_RESULTS:
        raise BadInput("Choose how the call went.")
    now = house.clock.now()
    with house.database.session() as session:
        request = find(house, session, reference)
        if request.tray == "done" and not request.merged_into:
            house.entries.add(session, reference, "call", result, now, who.id, text)
    if request.tray == "done":
        raise NotAllowed(ended_meanwhile(request))
    with house.database.session() as session:
        request = _mine(house, session, reference, who)
        contact = house.requests.contact_of(session, reference)
        if result == "voicemail" and contact and contact.voicemail is False and not voicemail_anyway:
            raise NotAllowed(
                "The parent asked for no voicemail. If one was left all the same, tick the box and say so: the coordinator will see it."
            )
        house.entries.add(session, reference, "call", result, now, who.id, text)
        if voicemail_anyway and result == "voicemail":
            house.entries.add(session, reference, "warning", "voicemail_against_wish", now, who.id)
            tell_role(house, session, "coordinator", "attempts", reference, request.area)
        if result == "messaged" and not (wants_chat(contact) and request.state in _BEFORE_A_TALK):
            return _in_touch(house, session, request, who)
        return _after_call(house, session, request, who, result)


_BEFORE_A_TALK: tuple[State, ...] = ("new", "claimed", "trying")


def _in_touch(house: House, session: Session, request: Request, who: Member) -> Request:
    """A message that is no call: what was promised or agreed stays due, and whoever wrote has the request."""
    now = house.clock.now()
    state: State = "claimed" if request.state == "new" else request.state
    ends_at = _claim_lasts(house, session, request, now) if state == "claimed" else request.claim_ends_at
    changed = house.requests.change(session, request, state, now, claimed_by=request.claimed_by or who.id, claim_ends_at=ends_at)
    if state == "claimed" and ends_at:
        guard_claim(session, request.reference, ends_at)
    return changed


def _after_call(house: House, session: Session, request: Request, who: Member, result: str) -> Request:
    now = house.clock.now()
    hours = desk_hours(house, session, request.area)
    attempts = request.attempts + 1
    values: dict[str, Any] = {"claimed_by": request.claimed_by or who.id, "attempts": attempts, "escalated": ""}
    values["first_tried_at"] = request.first_tried_at or now
    if request.promised_by and request.first_tried_at is None and now <= request.promised_by:
        _count(house, session, request, "promises_kept")
    promise_is_kept(session, request.reference)
    timer_store.cancel(session, request.reference, ("claim_ends",))
    nothing_owed(session, request.reference)
    if result in SPOKEN:
        _count(house, session, request, "contacts")
        due = hours.after(now, timedelta(hours=7))
        guard_due(session, request.reference, due, hours)
        ask_later(session, request.reference, now + CHECK_AFTER)
        return house.requests.change(session, request, "reached", now, due_at=due, **values)
    _count(house, session, request, "attempts")
    if result == "wrong_number":
        return wait_for_number(house, session, request, hours, **values)
    start, due = hours.again(now, RETRY_AFTER, request.wish)
    changed = house.requests.change(session, request, "trying", now, due_at=due, **values)
    if attempts >= MOST_ATTEMPTS:
        to_coordinator(house, session, request, "many_attempts", "attempts")
    guard_retry(session, request.reference, start, hours)
    return changed


LookUp = Callable[[House, Session, str], Request]


def add_note(house: House, reference: str, who: Member, words: str, look_up: LookUp = find) -> None:
    """A note for colleagues, sealed at rest.

    Args:
        look_up: raises for what may not be written on; a request unless given.
    """
    text = note(words)
    if not text:
        raise BadInput("Write the note first.")
    with house.database.session() as session:
        look_up(house, session, reference)
        house.entries.add(session, reference, "note", "note", house.clock.now(), who.id, text)


def follow_up(house: House, reference: str, who: Member, at: datetime, words: str = "") -> Request:
    """Agree on the next contact; a promise that nobody has tried to keep yet stays due."""
    now = house.clock.now()
    if not now < at <= now + FURTHEST:
        raise BadInput("The next contact must lie in the future, within four months.")
    text = note(words)
    with house.database.session() as session:
        request = _mine(house, session, reference, who)
        owner = request.claimed_by or who.id
        promised = None if request.first_tried_at else request.promised_by
        due = min(at, promised) if promised else at
        changed = house.requests.change(session, request, "follow_up", now, due_at=due, claimed_by=owner, escalated="")
        timer_store.cancel(session, reference, ("claim_ends",))
        guard_follow_up(session, reference, at, desk_hours(house, session, request.area))
        house.entries.add(session, reference, "state", "follow_up", now, who.id, text)
        return changed


def close(house: House, reference: str, who: Member, outcome: str, words: str = "") -> Request:
    """Put a request away with how it ended."""
    text = note(words)
    now = house.clock.now()
    with house.database.session() as session:
        request = _mine(house, session, reference, who)
        by_chat = wants_chat(house.requests.contact_of(session, reference))
        check_outcome(request, outcome, entry_store.calls_of(session, reference), by_chat=by_chat)
        changed = house.requests.change(session, request, "closed", now, outcome=outcome, claimed_by=request.claimed_by or who.id)
        timer_store.cancel(session, reference, but=("check",))
        house.entries.add(session, reference, "state", f"closed_{outcome}"[:40], now, who.id, text)
        _count(house, session, request, "closed")
        if request.kind == "wrong_answer":
            tell_who_waits(house, session, request, tell=outcome == "put_right")
        return changed


def refer(house: House, reference: str, who: Member, kind: str, service_id: str = "") -> None:
    """Note where the family was sent: a service of the directory, Healthy Start or vitamins.

    Raises:
        BadInput: no such service; it stands there already.
    """
    if kind not in _REFERRALS:
        raise BadInput("Choose what it was.")
    service = house.directory.get(service_id) if kind == "service" else None
    if kind == "service" and service is None:
        raise BadInput("Choose a service from the list.")
    now = house.clock.now()
    with house.database.session() as session:
        request = _mine(house, session, reference, who)
        name = service.name if service else ""
        referral = Referral(
            reference, kind, service.id if service else "", name, request.area, request.language, request.topic, now, who.id
        )
        if not entry_store.add_referral(session, referral):
            raise BadInput("That is noted already.")
        house.entries.add(session, reference, "referral", kind, now, who.id, name)
        _count(house, session, request, _REFERRALS[kind])


def note(words: str) -> str:
    """What somebody typed, fit to be kept.

    Raises:
        BadInput: too long.
    """
    if len(words) > LONGEST_NOTE:
        raise BadInput(f"That is too long: {LONGEST_NOTE} characters at most. Nothing was saved; please shorten it.")
    return clean(words, LONGEST_NOTE)


def _mine(house: House, session: Session, reference: str, who: Member) -> Request:
    """The request, if this person may work on it, and it is theirs or nobody's, or they coordinate."""
    request = find(house, session, reference)
    check_may_work(who, request)
    if request.claimed_by and request.claimed_by != who.id and not who.may("coordinator"):
        owner = staff_store.member(session, request.claimed_by)
        raise NotAllowed(f"{owner.name if owner else 'Somebody else'} has this request. Ask them or the coordinator to hand it over.")
    return request


def _count(house: House, session: Session, request: Request, measure: str) -> None:
    if not request.demo:
        insight.count(session, house.clock.today(), measure, request.area, request.language, request.topic)
