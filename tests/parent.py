"""A parent for tests: says and presses things, and looks at what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.base.text import strip_marks
from bot.flows.exchange import Inbound, Outbound
from bot.serve.turn import Assistant


@dataclass
class Parent:
    """One conversation with the assistant in this process."""

    assistant: Assistant
    sender: str
    language: str | None = None
    area: str | None = None
    last: Outbound | None = None
    heard: list[str] = field(default_factory=list)

    async def says(self, text: str) -> str:
        """Write a message; returns all replies as one text."""
        return await self._send(Inbound(self.sender, text, language=self.language, area=self.area))

    async def presses(self, button: str) -> str:
        """Press a button by title or number."""
        return await self._send(Inbound(self.sender, press=button, language=self.language, area=self.area))

    async def presses_meaning(self, intent: str, choice: str | None = None) -> str:
        """Press the offered button that stands for an intent, whatever the language of its title."""
        import json

        assert self.last is not None
        for reply in self.last.replies:
            for button in reply.buttons:
                payload = json.loads(button.payload)
                if payload["intent"] == intent and choice in (None, payload.get("choice")):
                    return await self.presses(button.title)
        raise AssertionError(f"no button for {intent} {choice}; there are {self.buttons()}")

    async def _send(self, inbound: Inbound) -> str:
        self.last = await self.assistant.answer(inbound)
        assert self.last.replies, "a parent always gets an answer"
        text = "\n".join(strip_marks(reply.text) for reply in self.last.replies)
        self.heard.append(text)
        return text

    def buttons(self) -> list[str]:
        """Titles below the last replies."""
        assert self.last is not None
        return [button.title for reply in self.last.replies for button in reply.buttons]
