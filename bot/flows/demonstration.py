"""Made-up requests, to look at the desk with; they count in no figure and go away again."""

from __future__ import annotations

from datetime import timedelta

from bot.base.sealing import new_reference
from bot.callbacks import entry_store, timer_store
from bot.callbacks.model import Contact, Kind, Request, Wish
from bot.callbacks.rules import KINDS, is_careful
from bot.delivery import store as delivery
from bot.flows.desk_hours import desk_hours
from bot.flows.house import House
from bot.flows.set_timers import guard_promise
from bot.staff import record_store

# Numbers from the ranges that Ofcom keeps free for drama: nobody is behind them.
# Source: Ofcom, Telephone numbers for drama use; read 2026-11-22.
_PEOPLE: tuple[tuple[Kind, str, str | None, Contact | None, Wish, str], ...] = (
    ("callback", "pl", "find_food_help", Contact("phone", "+447700900123", "safe_any_time", True, "Ola"), Wish(), "Gdzie dostanę pomoc z jedzeniem w tym tygodniu?"),
    ("callback", "ur", "find_infant_feeding", Contact("phone", "+447700900456", "only between 10 and 12, when he is at work", False, "Sana"), Wish(3, "morning"), "میرا بچہ دودھ نہیں پیتا، مجھے مدد چاہیے"),
    ("callback", "ar", "healthy_start_apply", Contact("phone", "+447700900789", "safe_not_sure", True, None), Wish(None, "afternoon"), "كيف أقدم على بطاقة Healthy Start؟"),
    ("callback", "en", "I have moved here with two little ones and know nobody. Is there a group?", Contact("visit", "+447700900321", "safe_any_time", True, "Jess", "the library café"), Wish(), "I have moved here with two little ones and know nobody. Is there a group?"),
    ("callback", "ckb", "find_migrant_support", Contact("chat", None, "safe_no", None, "Shler"), Wish(), "یارمەتیم دەوێت بۆ نامەیەکی Home Office"),
    ("callback", "ro", "find_childcare", Contact("phone", "+447700900654", "safe_any_time", True, "Ioana"), Wish(4, "morning"), "Caut grădiniță pentru copilul meu de 3 ani"),
    ("sign_up", "en", "toddler_pack", None, Wish(), "Could I get the toddler pack please"),
    ("volunteer", "en", "I would like to help at the toy library", None, Wish(), "I would like to help at the toy library"),
    ("idea", "en", "A group on a Saturday, for parents who work in the week", None, Wish(), ""),
    ("wrong_answer", "pl", "Grupa w środę już nie działa", None, Wish(), ""),
)  # fmt: skip


def load(house: House) -> int:
    """Put them into the queue, as if they had come in over the last hours; returns how many. Loading twice changes nothing."""
    now, area = house.clock.now(), house.settings.area
    with house.database.session() as session:
        if house.requests.demo_references(session):
            return 0
        hours = desk_hours(house, session, area)
        for number, (kind, language, about, contact, wish, said) in enumerate(_PEOPLE):
            asked = now - timedelta(minutes=25 * number + 10)
            sender = house.sealer.pseudonym("demonstration", str(number)) if said else "-"
            promised = hours.promise(asked, wish) if kind == "callback" else None
            request = Request(
                new_reference(), kind, sender, area, language, asked, about=about, interpreter=language in ("ar", "ckb"), wish=wish,
                promised_by=promised, contact=contact, careful=is_careful(contact), demo=True,
                due_at=promised or hours.after(asked, timedelta(hours=7 * KINDS[kind].days)),
            )  # fmt: skip
            house.requests.add(session, request)
            house.entries.add(session, request.reference, "state", "asked", asked, "parent")
            guard_promise(session, request, hours, asked)
            if said:
                reply = house.catalogue.reply("utter_callback_waits_no_time", language, house.facts(language), reference=request.reference)
                bubble = {"text": reply.text, "buttons": [], "button_ids": [], "dir": reply.direction, "lang": language}
                delivery.add_turn(session, sender, said, [bubble], asked)
    return len(_PEOPLE)


def remove(house: House) -> int:
    """Take them away with everything that hangs on them; returns how many."""
    with house.database.session() as session:
        references = house.requests.demo_references(session)
        senders = {r.sender for ref in references if (r := house.requests.get(session, ref)) and len(r.sender) > 1}
        house.entries.forget(session, references)
        timer_store.forget(session, references)
        record_store.forget_notices(session, references)
        entry_store.unlink_referrals(session, references)
        for sender in senders:
            delivery.forget_turns(session, sender)
            entry_store.unask(session, sender)
        return house.requests.delete(session, references)
