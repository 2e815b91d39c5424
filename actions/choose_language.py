"""Switching the language of the chat, and seeing the English."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions._base import Events, ParentAction
from actions._turn import Turn


class ChooseLanguage(ParentAction):
    """Switches when the message names a language, else shows all in their own names."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_choose_language"

    def answer(self, turn: Turn) -> Events:
        """Switch or ask."""
        code = turn.value("choice") or turn.value("spoken_language")
        if code in turn.house.languages and turn.house.languages.get(code).stage != "draft":
            chosen = turn.house.languages.get(code)
            reply = turn.house.catalogue.reply(
                "utter_language_changed", chosen.code, turn.house.facts(chosen.code), language=chosen.own_name
            )
            turn.show(reply)
            return [SlotSet("language", chosen.code)]
        buttons = [turn.titled(offered.own_name, "change_language", offered.code) for offered in turn.house.languages.offered()]
        turn.say("utter_which_language", buttons)
        return []
