"""A request for a person: stored, promised, changed, withdrawn. Used by the chat and, later, the desk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.base.calendar import is_bank_holiday
from bot.base.sealing import new_reference
from bot.callbacks.model import Contact, Kind, Request, Wish
from bot.callbacks.opening import is_open, promise
from bot.delivery import address_store
from bot.flows.house import House
from bot.privacy import store as privacy_store


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

    An open request of the same parent is withdrawn: the new one takes its place.
    """
    now = house.clock.now()
    request = Request(
        reference=new_reference(), kind="callback", sender=sender, area=area_id, language=language, created_at=now,
        about=about, interpreter=interpreter, wish=wish, contact=contact,
        promised_by=promise(now, house.area(area_id).opening, is_bank_holiday, wish),
    )  # fmt: skip
    with house.database.session() as session:
        before = house.requests.latest_of(session, sender)
        if before:
            house.requests.set_state(session, before.reference, "withdrawn", now)
        house.requests.add(session, request)
    return request


def leave(house: House, kind: Kind, sender: str, area_id: str, language: str, about: str | None, **details: str) -> Request:
    """Store something else for a person: an idea, a wrong answer, a sign-up, stop, a danger case."""
    request = Request(
        reference=new_reference(), kind=kind, sender=sender, area=area_id, language=language,
        created_at=house.clock.now(), about=about, details=details,
    )  # fmt: skip
    with house.database.session() as session:
        if kind == "subscribe":
            _wants_messages_again(house, session, sender)
        house.requests.add(session, request)
    return request


def _wants_messages_again(house: House, session: Any, sender: str) -> None:
    """Who subscribes after a STOP takes it back."""
    address_store.set_stopped(session, sender, None)
    stop = house.requests.latest_of(session, sender, "stop_messages")
    if stop:
        house.requests.set_state(session, stop.reference, "withdrawn", house.clock.now())


def open_callback(house: House, sender: str) -> Request | None:
    """The parent's open callback, if any; without contact details."""
    with house.database.session() as session:
        return house.requests.latest_of(session, sender)


def withdraw(house: House, sender: str) -> Request | None:
    """Withdraw the parent's open callback; None when there is none."""
    with house.database.session() as session:
        request = house.requests.latest_of(session, sender)
        if request:
            house.requests.set_state(session, request.reference, "withdrawn", house.clock.now())
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
