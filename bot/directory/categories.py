"""From a feed's titles and taxonomy terms to our own topics, by the table in `content/directory/categories.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.base.errors import ContentError
from bot.base.text import fold
from bot.base.yaml_files import line_of, read_yaml


@dataclass(frozen=True)
class _Rule:
    topic: str
    words: re.Pattern[str]
    taxonomy: frozenset[str]


@dataclass(frozen=True)
class Categories:
    """The table.

    Attributes:
        school_age_from_months: a service for nobody younger than this is not for our parents.
    """

    rules: tuple[_Rule, ...]
    school_age_from_months: int

    def topics(self, title: str, description: str, taxonomy: Sequence[str], min_age_months: int | None) -> tuple[str, ...]:
        """Every topic that fits; none for a service that is only for older children or adults without a topic."""
        adult = {"find_learning_work", "find_parenting_support", "find_money_advice", "find_housing_help", "find_migrant_support"}
        text = fold(f"{title} . {description}")
        terms = {fold(term) for term in taxonomy}
        in_title = tuple(r.topic for r in self.rules if r.words.search(fold(title)) or r.taxonomy & terms)
        found = in_title or tuple(r.topic for r in self.rules if r.words.search(text))
        if min_age_months is not None and min_age_months >= self.school_age_from_months:
            return tuple(topic for topic in found if topic in adult and min_age_months >= 18 * 12)
        return found


def load_categories(path: Path) -> Categories:
    """Read the table.

    Raises:
        ContentError: a topic without words.
    """
    entry: Mapping[str, object] = read_yaml(path) or {}
    topics = entry.get("topics")
    if not isinstance(topics, dict):
        raise ContentError(path, 1, "no `topics:`", "restore the file from git")
    rules = []
    for topic, how in topics.items():
        words = how.get("words") or []
        if not words:
            raise ContentError(path, line_of(path, f"{topic}:"), f"{topic} has no words", "give at least one")
        pattern = "|".join(re.escape(fold(word)) for word in words)
        rules.append(_Rule(topic, re.compile(rf"\b(?:{pattern})"), frozenset(fold(t) for t in how.get("taxonomy") or ())))
    return Categories(tuple(rules), int(str(entry.get("school_age_from_months", 60))))
