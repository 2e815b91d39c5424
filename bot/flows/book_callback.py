"""A request for a person: stored, promised, changed, withdrawn. Used by the chat and the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.base.calendar import is_bank_holiday
from bot.base.db import Session
from bot.base.sealing import new_reference
from bot.callbacks import merged_store, timer_store
from bot.callbacks.model import CALL_WANTED, CASES, Contact, Kind, Request, State, Wish
from bot.callbacks.opening import is_open
from bot.callbacks.rules import KINDS, NotAllowed, is_careful
from bot.delivery import address_store
from bot.flows.desk_hours import DeskHours, desk_hours
from bot.flows.fold_request import fold_into
from bot.flows.house import House
from bot.flows.may_work import may_keep
from bot.flows.notify_staff import tell_owner, tell_role, tell_team
from bot.flows.set_timers import CLAIM_LASTS, guard_claim, guard_due, guard_promise
from bot.flows.wished_call import due_of, wishes_are_met
from bot.insight import store as insight
from bot.privacy import store as privacy_store
from bot.staff.model import Member

_MOST_WORKING_DAYS = 30


def book(
    house: House,
    sender: str,
    area_id: str,
    language: str,
    contact: Contact,
    wish: Wish,
    about: str | None,
    interpreter: bool | None,
) -> Request:
    """Store a callback with an honest time and return it, contact details included.

    An open request of the same parent is withdrawn: the new one takes its place, and stays with the connector who had it, if they
    work in its area; they are told. One that others stand behind too, because it was merged, goes into the new one with all of
    them, so that it can be parted again.
    """
    with house.database.session() as session:
        return book_in(house, session, sender, area_id, language, contact, wish, about, interpreter)


def book_in(
    house: House, session: Session, sender: str, area_id: str, language: str, contact: Contact, wish: Wish, about: str | None,
    interpreter: bool | None,
) -> Request:  # fmt: skip
    """What `book` does, within a caller's transaction."""
    now = house.clock.now()
    hours = desk_hours(house, session, area_id)
    before = house.requests.latest_of(session, sender)
    owner = before.claimed_by if before and may_keep(session, before.claimed_by, replace(before, area=area_id)) else ""
    promised = hours.promise(now, wish)
    request = Request(
        reference=new_reference(), kind="callback", sender=sender, area=area_id, language=language, created_at=now,
        about=about, interpreter=interpreter, wish=wish, contact=contact, promised_by=promised,
        due_at=promised or _due(hours, "callback", now), state="claimed" if owner else "new", claimed_by=owner,
        claim_ends_at=hours.after(hours.from_when(now, wish), CLAIM_LASTS) if owner else None, careful=is_careful(contact),
    )  # fmt: skip
    house.requests.add(session, request)
    shared = before is not None and _is_shared(house, session, before, sender)
    if before and not shared:
        end_request(house, session, before, "withdrawn", by="parent")
    house.entries.add(session, request.reference, "state", "asked_again" if before else "asked", now, "parent")
    insight.count(session, now.date(), "requests", area_id, language, request.topic)
    _guard(session, request, hours, now)
    wishes_are_met(house, session, request, hours, instead_of=before.reference if before else "")
    if owner and request.claim_ends_at:
        guard_claim(session, request.reference, request.claim_ends_at)
        tell_owner(house, session, request, "changed")
    else:
        tell_team(house, session, request, "new")
    if before and shared:
        stored = replace(house.requests.get(session, request.reference) or request, contact=contact)
        fold_into(house, session, stored, before, stored, "parent", contact=contact)
    return request


def leave(house: House, kind: Kind, sender: str, area_id: str, language: str, about: str | None, **details: str) -> Request:
    """Store something else for a person: an idea, a wrong answer, a sign-up, stop, a danger case."""
    now = house.clock.now()
    with house.database.session() as session:
        hours = desk_hours(house, session, area_id)
        if kind == "subscribe":
            _wants_messages_again(house, session, sender)
        request = Request(
            reference=new_reference(), kind=kind, sender=sender, area=area_id, language=language, created_at=now, about=about,
            details=details, due_at=_due(hours, kind, now, wants_call=details.get(CALL_WANTED) == "yes"),
        )  # fmt: skip
        house.requests.add(session, request)
        _guard(session, request, hours, now)
        measure = "cases" if kind in CASES else "other_requests"
        insight.count(session, now.date(), measure, area_id, language, request.topic)
        if kind in CASES:
            tell_role(house, session, "safeguarding_lead", "safeguarding", request.reference)
        elif kind in ("sign_up", "volunteer"):
            tell_team(house, session, request, "new")
    return request


def _wants_messages_again(house: House, session: Any, sender: str) -> None:
    """Who subscribes after a STOP takes it back."""
    address_store.set_stopped(session, sender, None)
    stop = house.requests.latest_of(session, sender, "stop_messages")
    if stop:
        house.requests.change(session, stop, "withdrawn", house.clock.now())


def book_at_desk(
    house: House, kind: Kind, area_id: str, language: str, contact: Contact | None, wish: Wish, about: str | None,
    interpreter: bool, who: Member,
) -> Request:  # fmt: skip
    """A request that was made on the phone or at a venue: with a promised time, and without a chat to write to."""
    with house.database.session() as session:
        return book_at_desk_in(house, session, kind, area_id, language, contact, wish, about, interpreter, who)


def book_at_desk_in(
    house: House, session: Session, kind: Kind, area_id: str, language: str, contact: Contact | None, wish: Wish, about: str | None,
    interpreter: bool, who: Member,
) -> Request:  # fmt: skip
    """What `book_at_desk` does, within a caller's transaction."""
    now = house.clock.now()
    hours = desk_hours(house, session, area_id)
    promised = hours.promise(now, wish) if kind == "callback" else None
    request = Request(
        reference=new_reference(), kind=kind, sender="-", area=area_id, language=language, created_at=now, about=about,
        interpreter=interpreter, wish=wish, contact=contact, promised_by=promised, careful=is_careful(contact),
        due_at=promised or _due(hours, kind, now),
    )  # fmt: skip
    house.requests.add(session, request)
    house.entries.add(session, request.reference, "state", "asked", now, who.id)
    insight.count(session, now.date(), "requests" if kind == "callback" else "other_requests", area_id, language, request.topic)
    _guard(session, request, hours, now)
    if kind in ("callback", "sign_up", "volunteer"):
        tell_team(house, session, request, "new", but=[who.id])
    return request


def _guard(session: Session, request: Request, hours: DeskHours, now: datetime) -> None:
    """The promise, or, where nothing is promised, the day by which it should be dealt with; cases and subscriptions have none."""
    if request.promised_by:
        guard_promise(session, request, hours, now)
    elif request.due_at and request.kind not in CASES and KINDS[request.kind].days <= _MOST_WORKING_DAYS:
        guard_due(session, request.reference, request.due_at, hours)


def _due(hours: DeskHours, kind: Kind, now: datetime, *, wants_call: bool = False) -> datetime:
    days = KINDS[kind].days
    return due_of(hours, kind, now, wants_call=wants_call) if days <= _MOST_WORKING_DAYS else now + timedelta(days=days)


def _is_shared(house: House, session: Session, request: Request, sender: str) -> bool:
    """Whether anybody but this parent stands behind a request."""
    return request.sender != sender or house.requests.chats_of(session, request) != [sender]


def end_request(house: House, session: Session, request: Request, to: State, by: str, origin: str = "") -> None:
    """Withdraw or close: timers stop, whoever has it is told, the history says so.

    Args:
        origin: the parent's own request, when it was merged into this one.
    """
    now = house.clock.now()
    try:
        house.requests.change(session, request, to, now)
    except NotAllowed:
        # A connector did something at the same moment; the parent's word counts all the same.
        request = house.requests.get(session, request.reference) or request
        house.requests.change(session, request, to, now)
    timer_store.cancel(session, request.reference)
    house.entries.add(session, request.reference, "state", to, now, by, origin=origin)
    if to == "withdrawn":
        insight.count(session, now.date(), "withdrawn", request.area, request.language, request.topic)
        tell_owner(house, session, request, "withdrawn")


def open_callback(house: House, sender: str) -> Request | None:
    """The parent's open callback, or the one that it was merged into; without contact details."""
    with house.database.session() as session:
        return house.requests.latest_of(session, sender)


def withdraw(house: House, sender: str) -> Request | None:
    """Withdraw the parent's open callback, or the one that it was merged into; None when there is none."""
    with house.database.session() as session:
        request = house.requests.latest_of(session, sender)
        if request:
            own = request.sender == sender
            origin = "" if own else merged_store.origin_of(session, request.reference, sender)
            end_request(house, session, request, "withdrawn", by="parent", origin=origin)
    return request


def contact_of(house: House, reference: str) -> Contact | None:
    """The parent's own details of a request, to change it."""
    with house.database.session() as session:
        return house.requests.contact_of(session, reference)


def desk_is_open(house: House, area_id: str) -> bool:
    """Whether somebody is at the desk now."""
    return is_open(house.clock.now(), house.area(area_id).opening, is_bank_holiday)


def sealed_phone(house: House, token: str, sender: str) -> str | None:
    """The telephone number behind a token, as typed; only for the parent who typed it."""
    with house.database.session() as session:
        sealed = privacy_store.number_of(session, token, sender)
    return house.sealer.open(sealed) if sealed else None


def without_contact(request: Request) -> Request:
    """The same request as people without a need see it."""
    return replace(request, contact=None)
