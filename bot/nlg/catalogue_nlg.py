"""Answers Rasa's own `utter_…` calls from the catalogue, in the language of the conversation."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from bot.flows.house import House


class CatalogueNlg(TemplatedNaturalLanguageGenerator):
    """Must subclass Rasa's templated generator, or the agent does not hand it the responses."""

    def __init__(self, house: House) -> None:
        super().__init__({})
        self._house = house

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **values: Any) -> dict[str, Any] | None:
        """One bubble; a key that the catalogue lacks gives None, which Rasa logs."""
        if utter_action not in self._house.catalogue.english:
            return None
        message = tracker.latest_message
        metadata = (message.metadata if message else None) or {}
        language = metadata.get("language") or tracker.get_slot("language") or "en"
        reply = self._house.catalogue.reply(utter_action, language, self._house.facts(language), **values)
        return {"text": reply.text, "buttons": [], "custom": {"language": reply.language}}
