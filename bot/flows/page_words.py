"""Words of the public pages in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.base.languages import Language
from bot.flows.house import House
from bot.flows.tell_topic import tell_topic
from bot.privacy.numbers import with_hidden
from bot.replies.model import Reply

_SCRIPT = (
    "you", "assistant", "waiting", "slow", "offline", "failed", "not_sent", "try_again", "listen", "stop_listening", "map",
    "title", "write_here", "send", "language", "urgent", "menu", "exit", "larger", "smaller", "plain", "plain_title",
    "start_again", "clear", "clear_sure", "clear_yes", "clear_no", "privacy", "accessibility", "close",
    "no_memory", "near_me", "no_place", "cookie_refused", "open_full", "skip",
)  # fmt: skip
_LAUNCHER = ("open", "open_full")
EXAMPLES = ("find_activities", "find_food_help", "healthy_start_about", "request_callback")
"""What the first screen offers to ask, by intent; the sentences are `page_try_<intent>`."""


class PageWords:
    """What templates ask for words.

    Args:
        code: of the language; an unknown one gives English.
    """

    def __init__(self, house: House, code: str | None) -> None:
        self._house = house
        self.language: Language = house.languages.get(code)
        self._facts = house.facts(self.language.code)
        self.offered: list[Language] = house.languages.offered()

    def __call__(self, key: str, **values: object) -> str:
        """A sentence by its key without `utter_`."""
        return self._house.catalogue.text(f"utter_{key}", self.language.code, self._facts, **values)

    def said(self, text: str) -> str:
        """The parent's own words as the page shows them: a number that is kept apart, or not at all, is called hidden."""
        return with_hidden(text, self("page_number_hidden"))

    def turns(self, turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Turns as the page shows them."""
        return [{**turn, "said": self.said(turn["said"])} for turn in turns]

    def topic(self, topic_id: str) -> list[Reply]:
        """A longer answer."""
        return tell_topic(self._house, topic_id, self.language.code)

    def examples(self) -> list[str]:
        """Sentences to begin with."""
        return [self(f"page_try_{intent}") for intent in EXAMPLES]

    def for_script(self) -> dict[str, str]:
        """What the script says itself, and what it says anew after a change of language."""
        return {name: self(f"page_{name}") for name in _SCRIPT}

    def for_launcher(self) -> dict[str, str]:
        """What the button on a partner's site says."""
        return {name: self(f"page_{name}") for name in _LAUNCHER}
