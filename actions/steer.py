"""Menu, back, start again, leaving a series of questions, and a bare yes or no."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop, AllSlotsReset, SlotSet

from actions._base import Events, ParentAction
from actions._menu import menu_buttons
from actions._questions import leave
from actions._turn import Turn
from actions.start_session import CARRIED_OVER
from bot.flows.send_unasked import is_subscribed
from bot.flows.tell_topic import tell_topic


class ShowMenu(ParentAction):
    """The main choices; an open series of questions is left, its answers kept."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_show_menu"

    def answer(self, turn: Turn) -> Events:
        """Leave and show."""
        if turn.open_questions:
            turn.say("utter_questions_left")
        turn.say("utter_menu", menu_buttons(turn))
        return [*leave(turn), SlotSet("unclear", 0)]


class StartAgain(ParentAction):
    """As if the chat had just begun; language, area and consent stay."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_start_again"

    def answer(self, turn: Turn) -> Events:
        """Forget the course of this chat and greet."""
        turn.say("utter_welcome", menu_buttons(turn), assistant_name=turn.area.assistant_name, run_by=turn.words("utter_run_by"))
        kept = [SlotSet(name, turn.slot(name)) for name in CARRIED_OVER if turn.slot(name) is not None]
        return [ActiveLoop(None), AllSlotsReset(), *kept]


class LeaveQuestions(ParentAction):
    """“Stop” or “back” in the middle of questions."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_leave"

    def answer(self, turn: Turn) -> Events:
        """Leave the questions, or show the menu; who also gets regular messages may have meant those and reads how they end."""
        if turn.open_questions and is_subscribed(turn.house, turn.sender):
            turn.say("utter_questions_left")
            turn.say("utter_messages_go_on", [turn.button("utter_button_stop_messages", "stop_messages"), *menu_buttons(turn)])
        else:
            turn.say("utter_questions_left" if turn.open_questions else "utter_menu", menu_buttons(turn))
        return leave(turn)


class Affirm(ParentAction):
    """A bare “yes” where nothing is offered; else it is read as what was offered, see `bot.serve.context`."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_affirm"

    def answer(self, turn: Turn) -> Events:
        """Ask what is wanted."""
        turn.say("utter_affirm", menu_buttons(turn))
        return []


class Deny(ParentAction):
    """A bare “no”."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_deny"

    def answer(self, turn: Turn) -> Events:
        """Offer the main choices; what was offered is dropped, as with every message."""
        turn.say("utter_deny", menu_buttons(turn))
        return []


class ShowEnglish(ParentAction):
    """The English of the last replies, for those who want to compare."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_show_english"

    def answer(self, turn: Turn) -> Events:
        """Say again in English what was said last; the chat's language stays."""
        for source in turn.sources_of_last_replies():
            if source.get("topic"):
                for reply in tell_topic(turn.house, source["topic"], "en"):
                    turn.show(reply)
            elif source.get("key") in turn.house.catalogue.english and source["key"] != "utter_preview_notice":
                turn.show(turn.house.catalogue.reply(source["key"], "en", turn.house.facts(), **source.get("values", {})))
        turn.show(turn.house.catalogue.reply("utter_english_choose", "en", turn.facts), [turn.titled("English", "change_language", "en")])
        return []
