"""Questions with a ready answer: Healthy Start, privacy, what the assistant can do."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions._base import Events, ParentAction
from actions._menu import menu_buttons
from actions._turn import Turn
from actions.check_healthy_start import HealthyStartQuestions
from bot.flows.tell_topic import tell_topic

_TOPIC_OF = {"ask_privacy": "privacy", "ask_capabilities": "capabilities"}


class AnswerTopic(ParentAction):
    """The topic of the same name as the intent, and what can be done next."""

    offers_second_request = True

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer_topic"

    def answer(self, turn: Turn) -> Events:
        """Speak, and offer the next step."""
        if turn.intent == "bot_challenge":
            turn.say(
                "utter_bot_challenge",
                [turn.button("utter_button_request_callback", "request_callback")],
                run_by=turn.words("utter_run_by"),
            )
            return [SlotSet("pending", {"intent": "request_callback"})]
        if turn.intent.startswith("healthy_start") and turn.value("in_scotland"):
            turn.say("utter_healthy_start_scotland", [turn.button("utter_button_request_callback", "request_callback")])
            return [SlotSet("topic", turn.intent), SlotSet("pending", {"intent": "request_callback"})]
        topic = _TOPIC_OF.get(turn.intent, turn.intent)
        for reply in tell_topic(turn.house, topic, turn.language.code):
            turn.show(reply, source={"topic": topic})
        if turn.intent.startswith("healthy_start"):
            turn.say(
                "utter_healthy_start_next",
                [
                    turn.button("utter_button_check_healthy_start", "check_healthy_start"),
                    turn.button("utter_button_request_callback", "request_callback"),
                ],
            )
            # “I am 12 weeks pregnant, can I get it?” is not asked again by the check.
            said = HealthyStartQuestions().begin(turn)
            known = [SlotSet("healthy_start", {**(turn.slot("healthy_start") or {}), **said})] if said else []
            return [*known, SlotSet("topic", turn.intent), SlotSet("pending", {"intent": "check_healthy_start"})]
        if turn.intent == "ask_capabilities":
            turn.say("utter_menu", menu_buttons(turn))
        return [SlotSet("topic", turn.intent)]
