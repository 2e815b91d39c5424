"""Made-up requests, to look at the desk with; they count in no figure and go away again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from bot.base.sealing import new_reference
from bot.base.yaml_files import read_yaml
from bot.callbacks import entry_store, timer_store
from bot.callbacks.model import Contact, Kind, Request, wish_of
from bot.callbacks.rules import KINDS, is_careful
from bot.delivery import store as delivery
from bot.flows.desk_hours import desk_hours
from bot.flows.house import House
from bot.flows.set_timers import guard_promise
from bot.staff import record_store


def load(house: House) -> int:
    """Put them into the queue, as if they had come in over the last hours; returns how many. Loading twice changes nothing."""
    now, area = house.clock.now(), house.settings.area
    people: list[dict[str, Any]] = read_yaml(house.settings.content_dir / "desk" / "demonstration.yml")["requests"]
    with house.database.session() as session:
        if house.requests.demo_references(session):
            return 0
        hours = desk_hours(house, session, area)
        for number, entry in enumerate(people):
            kind, language, said = cast(Kind, entry["kind"]), str(entry["language"]), str(entry.get("said") or "")
            contact = Contact(**entry["contact"]) if entry.get("contact") else None
            wish = wish_of(entry.get("wish") or {})
            asked = now - timedelta(minutes=25 * number + 10)
            sender = house.sealer.pseudonym("demonstration", str(number)) if said else "-"
            promised = hours.promise(asked, wish) if kind == "callback" else None
            request = Request(
                new_reference(), kind, sender, area, language, asked, about=entry.get("about"),
                interpreter=language in ("ar", "ckb"), wish=wish,
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
    return len(people)


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
