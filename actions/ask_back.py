"""Not sure what was meant: up to three choices, then a person; never the same sentence twice."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions._base import Events, ParentAction
from actions._menu import menu_buttons
from actions._turn import Turn

_SENTENCES = 4


class AskBack(ParentAction):
    """Offers the likeliest meanings as buttons; after that, a person.

    The count of unclear messages in a row runs on through a chat, so each sentence is new.
    """

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_ask_back"

    def answer(self, turn: Turn) -> Events:
        """Ask, offer or hand over."""
        times = int(turn.slot("unclear") or 0)
        key = f"utter_unclear_{min(times, _SENTENCES - 1) if times < _SENTENCES else _SENTENCES - 1 - times % 2}"
        guesses = [i for i in turn.metadata.get("guesses") or () if f"utter_button_{i}" in turn.house.catalogue.english][:3]
        person = turn.button("utter_button_request_callback", "request_callback")
        if turn.open_questions:
            turn.say(f"utter_unclear_in_questions_{times % 2}")
        elif times == 0 and guesses:
            turn.say(key, [turn.button(f"utter_button_{i}", i) for i in guesses])
        elif times <= 1:
            turn.say(key, [*menu_buttons(turn)[:2], person])
        else:
            turn.say(key, [person, turn.button("utter_button_menu", "menu")])
        return [SlotSet("unclear", times + 1)]


class OutOfScope(ParentAction):
    """Says kindly that this is not something it knows, and what it can do."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_out_of_scope"

    def answer(self, turn: Turn) -> Events:
        """Alternate between two sentences, so that nobody reads the same one twice running."""
        times = int(turn.slot("unclear") or 0)
        turn.say(f"utter_out_of_scope_{times % 2}", menu_buttons(turn))
        return [SlotSet("unclear", times + 1)]


class Unreadable(ParentAction):
    """A message without words: empty, a picture, only symbols, or nothing but a number that was refused."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_unreadable"

    def answer(self, turn: Turn) -> Events:
        """Say what is needed; a refused number has been explained before."""
        kind = turn.value("choice")
        key = {"empty": "utter_empty_message", "not_text": "utter_not_text", "only_symbols": "utter_only_symbols"}.get(str(kind))
        if turn.open_questions:
            if key:
                turn.say(key)
        else:
            turn.say(key or "utter_menu", menu_buttons(turn))
        return []
