"""“Did you get the call?”: asked in the parent's language, answered with a press, acted on at once.

It stands outside the dialogue of the assistant, because it comes unasked and must be understood
even when the chat that it belongs to has ended. Nobody is written to unasked whose safe-contact
wishes are careful, or who has said STOP: they are asked when they write the next time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.base.db import Session
from bot.base.text import ascii_digits, fold, isolate
from bot.callbacks import entry_store, timer_store
from bot.callbacks.model import ENDED, Request, State
from bot.flows.chat_of_request import chat_of, current
from bot.flows.desk_hours import desk_hours
from bot.flows.house import House
from bot.flows.may_work import may_keep
from bot.flows.notify_staff import tell_owner, tell_role, tell_team
from bot.flows.reach_parent import ParentLine, reach_of
from bot.flows.set_timers import PROMISE_KINDS, guard_retry, watch
from bot.flows.show_services import Cards
from bot.flows.tell_of_call import NEWS, ask_for_number, news, say, words
from bot.flows.wait_for_number import wait_for_number
from bot.insight import store as insight
from bot.replies.model import Button, Reply

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "got": ("got_yes", "got_missed", "got_not_yet"),
    "why": ("why_phone_away", "why_bad_time", "why_number_wrong", "why_other"),
    "how": ("how_yes", "how_some", "how_no"),
}
_ANSWER_INTENT = "answer_call_question"


def question(house: House, request: Request, name: str, language: str | None = None) -> Reply:
    """A question with its buttons, in the parent's language."""
    code = language or request.language
    reply = say(house, code, f"utter_call_{name}", reference=isolate(request.reference))
    return replace(reply, buttons=tuple(_button(house, code, choice) for choice in QUESTIONS[name]))


def ask_parent(house: House, line: ParentLine, reference: str) -> None:
    """Ask now, or, where an unasked message may do harm, when the parent writes next."""
    with house.database.session() as session:
        request = current(house, session, reference)
        chat = chat_of(house, session, request) if request else None
        if request is None or request.state == "withdrawn" or chat is None:
            return
        reach = reach_of(session, request, chat)
        entry_store.ask(session, chat, request.reference, "got", house.clock.now(), told=reach == "now")
    if reach == "now":
        line.send(house, chat, [question(house, request, "got")])


@dataclass(frozen=True)
class OpenQuestion:
    """What a parent has been or is to be asked.

    Attributes:
        told: whether it has been put; otherwise it waits until the parent writes.
        asked_at: when it was put; while it waits, since when.
    """

    reference: str
    name: str
    told: bool
    asked_at: datetime


@dataclass(frozen=True)
class Answered:
    """An answer as the parent gave it, and what is said to it."""

    title: str
    replies: tuple[Reply, ...]


def open_question(house: House, sender: str) -> OpenQuestion | None:
    """What is open; None for nearly everybody, at the price of one look."""
    with house.database.session() as session:
        found = entry_store.asked(session, sender)
    return OpenQuestion(*found) if found else None


def put_waiting(house: House, sender: str, waiting: OpenQuestion, language: str) -> Reply | None:
    """The question or news that was kept back until the parent writes; from now on it counts as put."""
    with house.database.session() as session:
        request = current(house, session, waiting.reference)
        if request is None or request.state == "withdrawn":
            entry_store.unask(session, sender)
            return None
        if waiting.name in NEWS:
            return news(house, session, sender, request, waiting.name, language)
        entry_store.put(session, sender, house.clock.now())
    return question(house, request, waiting.name, language)


def answer_question(
    house: House, sender: str, asked: OpenQuestion, said: str, language: str, *, pressed: bool, meaning: str | None = None
) -> Answered | None:
    """What comes of an answer; None when the message is about something else.

    Args:
        said: the id, title or number of a button when `pressed`, else the parent's words.
        meaning: affirm or deny, when the words are a bare yes or no.
    """
    with house.database.session() as session:
        request = current(house, session, asked.reference)
        choice = _choice(house, sender, asked.name, said, language, pressed) if request else None
        if request is not None and choice is None and meaning:
            choice = _meant(asked.name, meaning, request)
        if request is None or choice is None:
            return None
        house.entries.add(session, request.reference, "parent", choice, house.clock.now(), "parent")
        if request.state == "withdrawn":
            # Nothing comes of it any more, so nothing is promised.
            entry_store.unask(session, sender)
            return Answered(words(house, language, f"utter_button_{choice}"), (say(house, language, "utter_call_thanks"),))
        replies = _HANDLERS[asked.name](house, session, sender, request, choice, language)
    return Answered(words(house, language, f"utter_button_{choice}"), tuple(replies))


def _choice(house: House, sender: str, name: str, said: str, language: str, pressed: bool) -> str | None:
    folded, bare = fold(said), ascii_digits(said).strip()
    for number, choice in enumerate(QUESTIONS[name], start=1):
        # The buttons may have been put in the language of the request and be pressed in another one.
        buttons = [_button(house, code, choice) for code in dict.fromkeys((language, *(own.code for own in house.languages)))]
        if pressed and any(said == house.sealer.button_id(sender, b.payload) for b in buttons):
            return choice
        if bare == str(number) or any(folded == fold(b.title) for b in buttons):
            return choice
    return None


def _meant(name: str, meaning: str, request: Request) -> str | None:
    if name == "how":
        return {"affirm": "how_yes", "deny": "how_no"}.get(meaning)
    if name == "got":
        return {"affirm": "got_yes", "deny": "got_missed" if request.attempts else "got_not_yet"}.get(meaning)
    return None


def _got(house: House, session: Session, sender: str, request: Request, choice: str, language: str) -> list[Reply]:
    now = house.clock.now()
    if choice == "got_yes":
        timer_store.cancel(session, request.reference, ("retry", "retry_late", *PROMISE_KINDS))
        if request.tray == "open":
            watch(session, request, desk_hours(house, session, request.area), now)
        entry_store.ask(session, sender, request.reference, "how", now, told=True)
        return [question(house, request, "how", language)]
    if choice == "got_missed":
        _count(house, session, request, "missed_calls")
        _try_again(house, session, request, "missed")
        entry_store.ask(session, sender, request.reference, "why", now, told=True)
        return [question(house, request, "why", language)]
    by = _try_again(house, session, request, "not_yet")
    entry_store.unask(session, sender)
    return [say(house, language, "utter_call_told_team", by=Cards(house, house.languages.get(language)).moment(by))]


def _why(house: House, session: Session, sender: str, request: Request, choice: str, language: str) -> list[Reply]:
    entry_store.unask(session, sender)
    if choice == "why_number_wrong":
        if request.state == "trying":
            wait_for_number(house, session, request, desk_hours(house, session, request.area))
        return [ask_for_number(house, language)]
    due = request.due_at or house.clock.now()
    return [say(house, language, "utter_call_again", by=Cards(house, house.languages.get(language)).moment(due))]


def _how(house: House, session: Session, sender: str, request: Request, choice: str, language: str) -> list[Reply]:
    entry_store.unask(session, sender)
    _count(house, session, request, choice.replace("how_", "helped_"))
    return [say(house, language, "utter_call_thanks")]


def _try_again(house: House, session: Session, request: Request, kind: str) -> datetime:
    """Put it back to work, an hour of opening from now and when it suits, and tell who has it; returns by when."""
    now = house.clock.now()
    hours = desk_hours(house, session, request.area)
    start, by = hours.again(now, timedelta(hours=1), request.wish)
    had_ended = request.state in ENDED
    if request.attempts == 0 and request.tray == "open":
        # Nobody has tried: the promise and its own timers stand, unless it has passed.
        by = max(by, request.promised_by or by)
    else:
        state: State = "trying" if request.state in ("reached", "trying", "follow_up", "closed") else request.state
        # What was closed lay with whoever closed it, who may have left since.
        owner = request.claimed_by if may_keep(session, request.claimed_by, request) else ""
        request = house.requests.change(session, request, state, now, due_at=by, outcome=None, claimed_by=owner)
        guard_retry(session, request.reference, start, hours)
    house.entries.add(session, request.reference, "state", kind, now, "parent")
    if request.claimed_by:
        tell_owner(house, session, request, kind)
    else:
        tell_team(house, session, request, kind)
    if kind == "not_yet" or had_ended:
        tell_role(house, session, "coordinator", kind, request.reference, request.area)
    return by


_HANDLERS: Mapping[str, Any] = {"got": _got, "why": _why, "how": _how}


def _button(house: House, language: str, choice: str) -> Button:
    return Button(words(house, language, f"utter_button_{choice}"), json.dumps({"intent": _ANSWER_INTENT, "choice": choice}))


def _count(house: House, session: Session, request: Request, measure: str) -> None:
    if not request.demo:
        insight.count(session, house.clock.today(), measure, request.area, request.language, request.topic)
