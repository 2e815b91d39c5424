"""What all actions share: errors become a kind reply, an open series of questions goes on, a second request is offered."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions._turn import Turn
from bot.base.errors import KinlineError
from bot.base.sealing import new_reference
from bot.flows.house import House
from bot.flows.language_name import language_name

logger = logging.getLogger(__name__)

Events = list[dict[str, Any]]


class ParentAction(Action, ABC):
    """Answers a turn. The only place where an unexpected error becomes words.

    Attributes:
        offers_second_request: whether, after this answer, a second request that stood in the same
            message is offered as a button.
    """

    offers_second_request = False

    def __init__(self, house: House) -> None:
        self.house = house

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    @abstractmethod
    def answer(self, turn: Turn) -> Events:
        """Speak, and return what to remember."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:
        """Answer, whatever happens."""
        turn = Turn(self.house, dispatcher, tracker)
        try:
            events = self.answer(turn)
            if self.offers_second_request and turn.also:
                events += _offer_second(turn)
            if turn.slot("pending") and not any(e.get("name") == "pending" for e in events):
                # An offer stands until the next message: a “yes” long after it means something else.
                events = [*events, SlotSet("pending", None)]
        except Exception as error:  # noqa: BLE001 - a parent always gets an answer
            events = _apologise(turn, self.name(), error)
        return self._in_order(_language_events(turn, events), events) + self._go_on(turn, events)

    def _in_order(self, remembered: Events, events: Events) -> Events:
        return remembered + events

    def _go_on(self, turn: Turn, events: Events) -> Events:
        """Back to the open questions, or wait for the parent: nothing is left to be guessed by a policy."""
        if any(e.get("event") == "followup" for e in events):
            return []
        left = any(e.get("event") == "active_loop" and e.get("name") is None for e in events)
        return [FollowupAction(turn.open_questions if turn.open_questions and not left else "action_listen")]


def _language_events(turn: Turn, events: Events) -> Events:
    """Remember the language; once a chat, say that it is unchecked, or that another one is not offered."""
    chosen = next((e["value"] for e in events if e.get("event") == "slot" and e.get("name") == "language"), None)
    language = turn.house.languages.get(chosen) if chosen else turn.language
    found: Events = []
    if not chosen and turn.slot("language") != language.code:
        found.append(SlotSet("language", language.code))
    told = turn.slot("preview_told")
    unoffered = turn.metadata.get("unoffered")
    if unoffered and told != unoffered and not turn.metadata.get("in_danger"):
        _say_not_offered(turn, unoffered)
        found.append(SlotSet("preview_told", unoffered))
    elif not language.is_reviewed and told != language.code and not turn.metadata.get("in_danger"):
        # In the language that was chosen in this turn, which the turn itself does not speak yet.
        catalogue, facts = turn.house.catalogue, turn.house.facts(language.code)
        english = turn.titled(catalogue.text("utter_button_show_english", language.code, facts), "show_english")
        turn.show(catalogue.reply("utter_preview_notice", language.code, facts, language=language.own_name), [english])
        found.append(SlotSet("preview_told", language.code))
    return found


def _say_not_offered(turn: Turn, code: str) -> None:
    """In the language of the chat, and before it in one that the parent may be able to read."""
    languages = turn.house.languages
    kin, name = languages.readable_to(code), language_name(code)
    if kin and kin.code != turn.language.code:
        turn.show(turn.house.catalogue.reply("utter_language_not_offered", kin.code, turn.house.facts(kin.code), language=name))
    offered = [turn.titled(o.own_name, "change_language", o.code) for o in languages.offered()]
    turn.say("utter_language_not_offered", offered, language=name)


def _offer_second(turn: Turn) -> Events:
    second = turn.also[0]
    turn.say("utter_second_request", [turn.button(f"utter_button_{second}", second)])
    return [SlotSet("pending", {"intent": second})]


def _apologise(turn: Turn, action: str, error: Exception) -> Events:
    code = new_reference()
    # The trace names lines of code; an exception's own text may hold a parent's words, so only its kind is logged.
    kind = type(error).__name__
    logger.error("action %s failed with %s, shown to the parent as %s", action, kind, code, exc_info=_no_values(error))
    turn.say("utter_sorry_broken", [turn.button("utter_button_request_callback", "request_callback")], code=code)
    return []


def _no_values(error: Exception) -> Any:
    if isinstance(error, KinlineError):
        return None
    bare = type(error.__class__.__name__, (Exception,), {})()
    return (type(bare), bare, error.__traceback__)
