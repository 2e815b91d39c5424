"""A sign-up is turned into a promised call at the desk."""

from __future__ import annotations

from bot.base.db import Session
from bot.callbacks import marks_store
from bot.callbacks.model import CALL_PROMISED, Contact, Request, Wish
from bot.callbacks.rules import NotAllowed
from bot.flows import work_on_request as work
from bot.flows.book_callback import book_at_desk_in, book_in
from bot.flows.chat_of_request import latest_chat
from bot.flows.desk_hours import desk_hours
from bot.flows.house import House
from bot.flows.may_work import check_may_work
from bot.flows.reach_parent import ParentLine
from bot.flows.tell_of_call import tell_parent
from bot.flows.wished_call import OFFERS, wish_is_met
from bot.staff.model import Member


def promise_call(house: House, line: ParentLine, reference: str, who: Member) -> Request:
    """A callback with a promised time for whoever signed up, claimed by who promises it; the parent is told the time.

    What is known of how to reach the parent goes with it, sealed; of a parent who signed up in the chat that is the chat, where
    number and wishes can be asked for.

    Raises:
        NotAllowed: it is for another role or area, it is no open sign-up, a call is promised already or just now by somebody else,
            or there is no way to the parent.
    """
    with house.database.session() as session:
        request = work.find(house, session, reference)
        check_may_work(who, request)
        if request.kind not in OFFERS or request.tray != "open" or request.details.get(CALL_PROMISED):
            raise NotAllowed("A call can be promised for an open sign-up for which none is promised yet.")
        if not marks_store.begin_promise(session, request):
            raise NotAllowed("Somebody else is promising a call for this sign-up just now. Look at it again.")
        callback = _book(house, session, request, who)
        wish_is_met(house, session, request, callback.reference, desk_hours(house, session, request.area), who.id)
    key = "utter_callback_sent" if callback.promised_by else "utter_callback_sent_no_time"
    tell_parent(house, line, callback, key, by=callback.promised_by)
    return work.claim(house, callback.reference, who)


def _book(house: House, session: Session, request: Request, who: Member) -> Request:
    contact, about = house.requests.contact_of(session, request.reference), offer_name(house, request)
    chats = house.requests.chats_of(session, request)
    for there in filter(None, (house.requests.latest_of(session, chat) for chat in chats)):
        raise NotAllowed(f"There is a call already that this parent waits for: {there.reference}.")
    chat = latest_chat(session, chats)
    if chat:
        known = contact or Contact("chat")
        return book_in(house, session, chat, request.area, request.language, known, request.wish, about, request.interpreter)
    if contact is None:
        raise NotAllowed("Nothing is known of how to reach this parent: no chat and no number.")
    interpreter = bool(request.interpreter)
    return book_at_desk_in(
        house, session, "callback", request.area, request.language, contact, request.wish or Wish(), about, interpreter, who
    )


def offer_name(house: House, request: Request) -> str:
    """What the offer is called; its id where the area does not offer it any more."""
    offers = house.area(request.area).offers if request.area in house.areas else ()
    return next((offer.name for offer in offers if offer.id == request.about), request.about or "")
