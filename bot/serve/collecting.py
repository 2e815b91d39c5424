"""Where Rasa's replies go while a turn runs."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.flows.house import House
from bot.replies.model import Button, Reply

_ASKS_FOR = {"utter_ask_callback_phone": "phone", "utter_tell_place": "place"}


class Collecting(OutputChannel):
    """Keeps Rasa's replies until the turn is over."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.replies: list[Reply] = []

    @classmethod
    def name(cls) -> str:
        """Rasa's name for a channel."""
        return "kinline"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """One bubble; never split on blank lines, so that a screen reader hears it whole."""
        source = message.get("custom") or {}
        language = source.get("language") or "en"
        buttons = tuple(Button(b["title"], b["payload"]) for b in message.get("buttons") or ())
        if message.get("text"):
            direction = self._house.languages.get(language).direction
            self.replies.append(Reply(message["text"], language, direction, buttons, _ASKS_FOR.get(str(source.get("key")))))
