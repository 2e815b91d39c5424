"""Danger to a life: the fixed reply first, then the conversation goes on where it was."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions._base import Events, ParentAction
from actions._turn import Turn
from bot.flows.answer_danger import danger_replies, record_danger


class AnswerDanger(ParentAction):
    """Runs for the four crisis intents.

    When the lists saw the danger, the reply has been sent before anything else could fail, and
    only what follows is said here.
    """

    offers_second_request = True

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer_danger"

    def answer(self, turn: Turn) -> Events:
        """Reply unless that was done, record the case, offer a person."""
        if not turn.metadata.get("danger"):
            for reply in danger_replies(turn.house.phrases, turn.house.languages, turn.intent, turn.language.code):
                turn.show(reply)
        record_danger(turn.house, turn.sender, turn.area.id, turn.language.code, turn.intent)
        if turn.open_questions is None:
            turn.say(
                "utter_danger_next",
                [turn.button("utter_button_request_callback", "request_callback"), turn.button("utter_button_menu", "menu")],
            )
        else:
            turn.say("utter_danger_go_on")
        return [SlotSet("pending", {"intent": "request_callback"})]
