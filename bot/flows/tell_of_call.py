"""What a parent is told about a call: at once, or, where an unasked message may do harm, when they write the next time.

What waits stands among the questions that wait for the parent, but asks nothing. It is worded when it is said, from
how the request stands then: what is not true any more is not said.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from bot.base.db import Session
from bot.base.text import isolate
from bot.callbacks import entry_store
from bot.callbacks.model import Request
from bot.callbacks.rules import SPOKEN
from bot.flows.chat_of_request import chat_of
from bot.flows.house import House
from bot.flows.reach_parent import ParentLine, reach_of
from bot.flows.show_services import Cards
from bot.replies.model import Button, Reply

APOLOGY, TRIED = "apology", "tried"
NEWS = (APOLOGY, TRIED)
"""For a promise that was broken; for a try that reached nobody, or had a wrong number."""
_NO_NEWS = frozenset({*SPOKEN, "messaged", "bad_time"})
"""Results of a call of which the parent knows."""


def tell_parent(house: House, line: ParentLine, request: Request, key: str, **times: datetime | None) -> None:
    """A sentence about a request, unless an unasked message may do harm."""
    with house.database.session() as session:
        chat = chat_of(house, session, request)
    if request.careful or chat is None:
        return
    cards = Cards(house, house.languages.get(request.language))
    values = {name: cards.moment(at) if at else "" for name, at in times.items()}
    line.send(house, chat, [say(house, request.language, key, reference=isolate(request.reference), **values)])


def tell_of_try(house: House, line: ParentLine, request: Request, result: str) -> None:
    """That a call did not reach the parent and when the next is due, or that another number is needed; now, or when they write."""
    if result in _NO_NEWS:
        return
    with house.database.session() as session:
        chat = chat_of(house, session, request)
        reach = reach_of(session, request, chat)
        if chat and reach == "when_they_write":
            waits = entry_store.asked(session, chat)
            # The apology for a promise that was broken says what has been tried since.
            if waits is None or waits[1:3] != (APOLOGY, False):
                entry_store.ask(session, chat, request.reference, TRIED, house.clock.now(), told=False)
    if reach == "now":
        key = "utter_call_new_number" if result == "wrong_number" else "utter_call_tried"
        tell_parent(house, line, request, key, by=request.due_at)


def apologise_later(session: Session, chat: str, request: Request, was: datetime) -> None:
    """Keep the apology for a promise that was broken until the parent writes.

    Args:
        was: the promised time.
    """
    entry_store.ask(session, chat, request.reference, APOLOGY, was, told=False)


def news(house: House, session: Session, sender: str, request: Request, name: str, language: str) -> Reply | None:
    """What has waited for the parent to write, as it stands now; None where there is nothing to say any more."""
    open_since = entry_store.asked(session, sender)
    entry_store.unask(session, sender)
    calls = entry_store.calls_of(session, request.reference)
    if request.tray != "open" or open_since is None or SPOKEN & set(calls):
        return None
    was = open_since[-1]
    broken = name == APOLOGY
    moment = Cards(house, house.languages.get(language)).moment
    reference = isolate(request.reference)
    if not request.first_tried_at:
        if not broken or request.promised_by is None:
            return None
        key = "utter_promise_broken" if request.promised_by > was else "utter_promise_broken_no_time"
        reply = say(house, language, key, reference=reference, was=moment(was), by=moment(request.promised_by))
    elif calls and calls[-1] == "wrong_number":
        reply = ask_for_number(house, language)
    elif request.due_at and broken:
        reply = say(house, language, "utter_tried_late", reference=reference, was=moment(was), by=moment(request.due_at))
    elif request.due_at:
        reply = say(house, language, "utter_call_tried", reference=reference, by=moment(request.due_at))
    else:
        return None
    house.entries.add(session, request.reference, "state", "apologised" if broken else "told_of_try", house.clock.now(), "system")
    return reply


def ask_for_number(house: House, language: str) -> Reply:
    """That the number reaches nobody, with the button by which another one is given."""
    payload = json.dumps({"intent": "change_callback", "choice": None})
    button = Button(words(house, language, "utter_button_change_callback"), payload)
    return replace(say(house, language, "utter_call_new_number"), buttons=(button,))


def say(house: House, language: str, key: str, **values: object) -> Reply:
    """A sentence in a language."""
    return house.catalogue.reply(key, language, house.facts(language), **values)


def words(house: House, language: str, key: str) -> str:
    """The text alone."""
    return house.catalogue.text(key, language, house.facts(language))
