"""Words of the public pages in one language."""

from __future__ import annotations

from bot.base.languages import Language
from bot.flows.house import House
from bot.flows.tell_topic import tell_topic
from bot.replies.model import Reply


class PageWords:
    """What templates ask for words.

    Args:
        code: of the language; an unknown one gives English.
    """

    def __init__(self, house: House, code: str) -> None:
        self._house = house
        self.language: Language = house.languages.get(code)
        self._facts = house.facts(self.language.code)
        self.offered: list[Language] = house.languages.offered()

    def __call__(self, key: str, **values: object) -> str:
        """A sentence by its key without `utter_`."""
        return self._house.catalogue.text(f"utter_{key}", self.language.code, self._facts, **values)

    def topic(self, topic_id: str) -> list[Reply]:
        """A longer answer."""
        return tell_topic(self._house, topic_id, self.language.code)

    def for_script(self) -> dict[str, str]:
        """What the script says itself."""
        return {name: self(f"page_{name}") for name in ("you", "assistant", "waiting", "offline", "failed")}
