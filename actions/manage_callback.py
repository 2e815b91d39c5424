"""What became of a request; changing and withdrawing it."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction, SlotSet

from actions._base import Events, ParentAction
from actions._menu import menu_buttons
from actions._questions import leave
from actions._turn import Turn
from bot.base.text import isolate
from bot.flows import book_callback
from bot.flows.show_services import Cards


class CallbackStatus(ParentAction):
    """Reference and promised time of the open request, and what can be done with it."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_callback_status"

    def answer(self, turn: Turn) -> Events:
        """Say how it stands."""
        request = book_callback.open_callback(turn.house, turn.sender)
        if request is None:
            turn.say("utter_no_callback", [turn.button("utter_button_request_callback", "request_callback")])
            return [SlotSet("pending", {"intent": "request_callback"})]
        late = request.promised_by is not None and request.promised_by < turn.house.clock.now()
        by = Cards(turn.house, turn.language).moment(request.promised_by) if request.promised_by else ""
        key = "utter_callback_late" if late else "utter_callback_waits" if request.promised_by else "utter_callback_waits_no_time"
        buttons = [
            turn.button("utter_button_change_callback", "change_callback"),
            turn.button("utter_button_cancel_callback", "cancel_callback"),
        ]
        turn.say(key, buttons, reference=isolate(request.reference), by=by)
        return []


class ChangeCallback(ParentAction):
    """Asks what is to be different; the old request stands until the new one is confirmed."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_change_callback"

    def answer(self, turn: Turn) -> Events:
        """Begin the questions again with the subject kept."""
        request = book_callback.open_callback(turn.house, turn.sender)
        if request is None:
            turn.say("utter_no_callback", [turn.button("utter_button_request_callback", "request_callback")])
            return [SlotSet("pending", {"intent": "request_callback"})]
        turn.say("utter_callback_change", reference=isolate(request.reference))
        return [SlotSet("callback", {"about": request.about} if request.about else None), FollowupAction("callback_form")]


class CancelCallback(ParentAction):
    """Withdraws the open request; in the middle of the questions about one, leaves them."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_cancel_callback"

    def answer(self, turn: Turn) -> Events:
        """Withdraw and say so."""
        request = book_callback.withdraw(turn.house, turn.sender)
        asked = turn.open_questions == "callback_form"
        if request is None and asked:
            turn.say("utter_callback_not_sent", menu_buttons(turn))
        elif request is None:
            turn.say("utter_no_callback", [turn.button("utter_button_request_callback", "request_callback")])
        else:
            turn.say("utter_callback_withdrawn", [turn.button("utter_button_menu", "menu")], reference=isolate(request.reference))
        return [*(leave(turn) if asked else []), SlotSet("callback", None)]
