"""What parents' words say of services, by the tables of `content/directory`: topics, kinds, needs, and which words are no name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.directory.categories import load_categories
from bot.directory.kinds import load_kinds
from bot.directory.names import load_common_words


class Wording:
    """The part of `Directory` that needs no database.

    Args:
        tables: the folder `content/directory`.

    Raises:
        ContentError: a table is broken.
    """

    def __init__(self, tables: Path) -> None:
        self._categories = load_categories(tables / "categories.yml")
        self._kinds = load_kinds(tables / "kinds.yml", "kinds")
        self._needs = load_kinds(tables / "needs.yml", "needs")
        self._common = load_common_words(tables / "common_words.yml")

    def kinds_in(self, text: str, topics: Sequence[str]) -> tuple[str, ...]:
        """The kinds of service that a parent's words name, of these topics."""
        return self._kinds.named(text, topics)

    def topics_in(self, text: str) -> tuple[str, ...]:
        """The topics of the kinds of service that a text names."""
        return tuple(dict.fromkeys(topic for kind in self._kinds.named(text) for topic in self._kinds.lines[kind].topics))

    def topic_meant(self, text: str, topic: str) -> str:
        """The topic of the kinds that a parent's words name, where they name none of the topic that was understood.

        Who writes “football for my son” and was understood to want clothes means football.
        """
        if self._kinds.named(text, (topic,)):
            return topic
        meant = {self._kinds.lines[kind].topics for kind in self._kinds.named(text)}
        return next(iter(meant))[0] if len(meant) == 1 else topic

    def needs_in(self, text: str) -> tuple[str, ...]:
        """What else a parent's words ask for; `online` and `drop_in` are among them."""
        return self._needs.named(text)

    def topic_of(self, text: str) -> str:
        """A find_* intent as it is, or the topic that words fit best; activities when none does."""
        if text.startswith("find_"):
            return text
        topics = self._categories.topics_of(text, "", ()) or self.topics_in(text)
        return topics[0] if topics else "find_activities"

    def is_a_name(self, stems: Sequence[str]) -> bool:
        """Whether a service's name, as stems, is more than what it is: “Rascals Toddler Group”, but not “Stay and Play”."""
        return any(not self._common.holds(stem) and not self._kinds.holds(stem) for stem in stems)
