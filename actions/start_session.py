"""The first words: who speaks, what for, what is kept. Runs when a chat begins or begins again."""

from __future__ import annotations

from rasa_sdk.events import ActionExecuted, SessionStarted, SlotSet

from actions._base import Events, ParentAction
from actions._turn import Turn

CARRIED_OVER = ("language", "area", "consent")
"""All that outlives two hours of silence."""


class StartSession(ParentAction):
    """Greets in three sentences; the answer to the parent's question follows below."""

    def name(self) -> str:
        """Rasa's name for it."""
        return "action_session_start"

    def answer(self, turn: Turn) -> Events:
        """Speak before the first message is answered."""
        start = turn.slot("session_started_metadata") or {}
        turn.metadata = start
        if not start.get("in_danger"):
            turn.say("utter_welcome", assistant_name=turn.area.assistant_name, run_by=turn.words("utter_run_by"))
        carried = [SlotSet(name, turn.slot(name)) for name in CARRIED_OVER if turn.slot(name) is not None]
        return [SessionStarted(), *carried]

    def _in_order(self, remembered: Events, events: Events) -> Events:
        # A new session empties the slots: what is to be remembered comes after its beginning.
        return [*events, *remembered, ActionExecuted("action_listen")]

    def _go_on(self, turn: Turn, events: Events) -> Events:
        return []
