"""From a feed's titles and taxonomy terms to our own topics, by `content/directory/categories.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.text import fold
from bot.base.yaml_files import line_of, read_yaml

_NEVER = re.compile(r"(?!)")
_WORD = re.compile(r"\w+")
_LETTERS = 2
"""Two, because a word of three may stand there in its plural and one of two with a star after it."""


@dataclass(frozen=True)
class _Line:
    """A topic's line of the table.

    Attributes:
        words: looked for in folded text; `capitals` in the text as it is written.
        starts: the first letters of all its words; a text without a word that begins so need not be searched.
        alone: a service that is about this is about nothing else.
    """

    topic: str
    words: re.Pattern[str]
    capitals: re.Pattern[str]
    unless: re.Pattern[str]
    taxonomy: frozenset[str]
    alone: bool
    starts: frozenset[str]

    def fits(self, text: _Text) -> bool:
        if not (self.words.search(text.folded) or self.capitals.search(text.written)):
            return False
        return not self.unless.search(text.folded)


class _Text:
    """A text as it is searched: written, folded, and the beginnings of its words."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.folded = fold(written).replace("'", "")
        self.starts = {word[:_LETTERS] for word in _WORD.findall(self.folded)}


@dataclass(frozen=True)
class Categories:
    """The table; `topics` are all that there are, in its order."""

    lines: tuple[_Line, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic, in the table's order."""
        return tuple(line.topic for line in self.lines)

    def topics_of(self, title: str, description: str, taxonomy: Sequence[str]) -> tuple[str, ...]:
        """What a service is about, the topic whose words stand in the title first.

        The description counts only where the title says nothing, and the feed's own taxonomy adds
        to both: descriptions mention what is next door, taxonomies are chosen from short lists.
        """
        terms = {fold(term) for term in taxonomy}
        in_title = self._fitting(title)
        alone = [line.topic for line in in_title if line.alone]
        if alone:
            return (alone[0],)
        found = in_title or self._fitting(description)
        by_taxonomy = [line for line in self.lines if line.taxonomy & terms]
        if any(line.alone for line in found):
            found = [line for line in found if line.alone][:1]
            by_taxonomy = []
        return tuple(dict.fromkeys(line.topic for line in (*found, *by_taxonomy)))

    def _fitting(self, written: str) -> list[_Line]:
        text = _Text(written)
        begun = {at for start in text.starts for at in self._by_start.get(start, ())}
        return [self.lines[at] for at in sorted(begun) if self.lines[at].fits(text)]

    @cached_property
    def _by_start(self) -> Mapping[str, Sequence[int]]:
        """Which lines have a word that begins with these letters; most texts come near to few of them."""
        found: dict[str, list[int]] = {}
        for at, line in enumerate(self.lines):
            for start in line.starts:
                found.setdefault(start, []).append(at)
        return found


def load_categories(path: Path) -> Categories:
    """Read the table.

    Raises:
        ContentError: a topic without words, or something in it that is not a list of words.
    """
    entry = read_yaml(path) or {}
    topics = entry.get("topics") if isinstance(entry, dict) else None
    if not isinstance(topics, dict):
        raise ContentError(path, 1, "no `topics:`", "restore the file from git")
    return Categories(tuple(_line(path, str(topic), how) for topic, how in topics.items()))


def _line(path: Path, topic: str, how: Any) -> _Line:
    lists: dict[str, list[str]] = {}
    for name in ("words", "unless", "taxonomy"):
        value = how.get(name) or [] if isinstance(how, Mapping) else None
        if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
            remedy = f"write `{name}: [one, two]`; put quotes around yes, no, on and off"
            raise ContentError(path, line_of(path, f"{topic}:"), f"{topic}: {name} is not a list of words", remedy)
        lists[name] = value
    if not lists["words"]:
        raise ContentError(path, line_of(path, f"{topic}:"), f"{topic} has no words", "give at least one")
    small = [word for word in lists["words"] if not word.isupper()]
    return _Line(
        topic,
        _any_of([fold(word).replace("'", "") for word in small]),
        _any_of([word for word in lists["words"] if word.isupper()]),
        _any_of([fold(word).replace("'", "") for word in lists["unless"]]),
        frozenset(fold(term) for term in lists["taxonomy"]),
        bool(how.get("alone")),
        frozenset(_WORD.findall(fold(word).replace("'", ""))[0][:_LETTERS] for word in lists["words"]),
    )


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Whole words or their plurals; a word that ends in `*` is a beginning."""
    if not words:
        return _NEVER
    parts = (rf"{re.escape(word[:-1])}\w*" if word.endswith("*") else rf"{re.escape(word)}s?" for word in words)
    return re.compile(rf"\b(?:{'|'.join(parts)})\b")
