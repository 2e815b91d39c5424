"""“Forget me”: asked once more, then done, with a receipt."""

from __future__ import annotations

from rasa_sdk.events import AllSlotsReset, SlotSet

from actions._base import Events, ParentAction
from actions._menu import menu_buttons
from actions._questions import leave
from actions._turn import Turn
from bot.base.text import isolate
from bot.flows.forget_parent import forget_parent


class AskForget(ParentAction):
    """Says what will go and asks whether to go on."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_delete_my_data"

    def answer(self, turn: Turn) -> Events:
        """Ask once more; open questions are left, so that the next answer belongs to this one."""
        turn.say(
            "utter_forget_sure",
            [turn.button("utter_button_forget_me", "forget_confirmed"), turn.button("utter_button_keep", "menu")],
        )
        return [*leave(turn), SlotSet("pending", {"intent": "forget_confirmed"})]


class ForgetParent(ParentAction):
    """Deletes everything held about the parent; the chat itself goes when this turn is stored."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_forget_parent"

    def answer(self, turn: Turn) -> Events:
        """Delete and give a receipt."""
        receipt = forget_parent(turn.house, turn.sender)
        turn.say("utter_forgotten", menu_buttons(turn)[:0], receipt=isolate(receipt))
        return [AllSlotsReset(), SlotSet("language", turn.language.code), SlotSet("forget_now", True)]
