"""Not sure what was meant: up to three choices, then a person; never the same sentence twice."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions._base import Events, ParentAction
from actions._menu import menu_buttons
from actions._turn import Turn

_ASKING = ("utter_unclear_0", "utter_unclear_1", "utter_unclear_2", "utter_unclear_3", "utter_unclear_4")
_OUTSIDE = ("utter_out_of_scope_0", "utter_out_of_scope_1", "utter_unclear_2", "utter_unclear_3", "utter_unclear_4")
_PERSON = "utter_unclear_person"
_HAND_OVER = frozenset({"utter_unclear_2", "utter_unclear_3", "utter_unclear_4"})


def _unsaid(turn: Turn, sentences: tuple[str, ...]) -> tuple[str, list[str], bool]:
    """The first sentence that this chat has not seen, the list with it, and whether all are used up.

    From then on the person stands there alone: in the sentence that offers one and was said longest ago, so that
    nobody hears the same one twice in a row.
    """
    said: list[str] = list(turn.slot("unclear") or ())
    key = next((key for key in (*sentences, _PERSON) if key not in said), None)
    over = key in {None, _PERSON}
    key = key or next(key for key in said if key in {*sentences, _PERSON} & {*_HAND_OVER, _PERSON})
    return key, [*(k for k in said if k != key), key], over


def _if_a_person_is_offered(key: str) -> Events:
    """A “yes” to it begins the callback."""
    return [SlotSet("pending", {"intent": "request_callback"})] if key in _HAND_OVER or key == _PERSON else []


class AskBack(ParentAction):
    """Offers the likeliest meanings as buttons; after that, a person."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_ask_back"

    def answer(self, turn: Turn) -> Events:
        """Ask, offer or hand over."""
        key, said, over = _unsaid(turn, _ASKING)
        guesses = [i for i in turn.metadata.get("guesses") or () if f"utter_button_{i}" in turn.house.catalogue.english][:3]
        person = turn.button("utter_button_request_callback", "request_callback")
        if over:
            turn.say(key, [person])
        elif key in _HAND_OVER:
            turn.say(key, [person, turn.button("utter_button_menu", "menu")])
        elif guesses and key == _ASKING[0]:
            turn.say(key, [turn.button(f"utter_button_{i}", i) for i in guesses])
        else:
            turn.say(key, [*menu_buttons(turn)[:2], person])
        return [SlotSet("unclear", said), *_if_a_person_is_offered(key)]


class OutOfScope(ParentAction):
    """Says kindly that this is not something it knows, and what it can do."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_out_of_scope"

    def answer(self, turn: Turn) -> Events:
        """Say so in a sentence that this chat has not seen."""
        key, said, over = _unsaid(turn, _OUTSIDE)
        person = turn.button("utter_button_request_callback", "request_callback")
        turn.say(key, [person] if over else menu_buttons(turn))
        return [SlotSet("unclear", said), *_if_a_person_is_offered(key)]


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
