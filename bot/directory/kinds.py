"""What parents call a thing and what providers call it: `content/directory/kinds.yml` and `needs.yml`."""

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
from bot.directory.terms import Match, Phrase, any_phrase

_REMEDY = "compare with the entries around it"
_NOT_WORDS = {"topics", "provider", "unless"}
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Kind:
    """One line of a table.

    Attributes:
        topics: for which it counts; empty = all.
        provider, unless: phrases of providers' texts.
        said: what parents say, in any language, over folded text.
    """

    id: str
    topics: tuple[str, ...]
    provider: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]
    said: re.Pattern[str]


@dataclass(frozen=True)
class Kinds:
    """A table."""

    lines: Mapping[str, Kind]

    def named(self, text: str, topics: Sequence[str] = ()) -> tuple[str, ...]:
        """Ids of the kinds that a parent's words name, those of the topics only; in the table's order."""
        folded = fold(text).replace("'", "")
        return tuple(
            kind.id
            for kind in self.lines.values()
            if (not topics or not kind.topics or set(kind.topics) & set(topics)) and kind.said.search(folded)
        )

    def match(self, ids: Sequence[str]) -> Match | None:
        """What must stand in a service's text for it to be of one of these kinds; None for none."""
        kinds = [self.lines[one] for one in ids if one in self.lines]
        if not kinds:
            return None
        wanted = tuple(dict.fromkeys(phrase for kind in kinds for phrase in kind.provider))
        # Several kinds: what one of them excludes, another may mean.
        return Match((wanted,), kinds[0].unless if len(kinds) == 1 else ())

    def holds(self, stem: str) -> bool:
        """Whether a stem is one of the words by which providers say what kind of thing theirs is."""
        return stem in self._stems or stem.startswith(self._beginnings)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(word for kind in self.lines.values() for phrase in kind.provider for word in phrase if not word.endswith("*"))

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        words = {word for kind in self.lines.values() for phrase in kind.provider for word in phrase}
        return tuple(sorted(word[:-1] for word in words if word.endswith("*")))

    def phrases(self, one: str) -> tuple[Phrase, ...]:
        """The provider's phrases of a line."""
        return self.lines[one].provider if one in self.lines else ()


def load_kinds(path: Path, root: str) -> Kinds:
    """Read a table.

    Args:
        root: the file's one key, `kinds` or `needs`.

    Raises:
        ContentError: a line without phrases, or with something that is no list of words.
    """
    entry = read_yaml(path) or {}
    lines = entry.get(root) if isinstance(entry, dict) else None
    if not isinstance(lines, dict) or not lines:
        raise ContentError(path, 1, f"no `{root}:`", "restore the file from git")
    return Kinds({str(name): _kind(path, str(name), how) for name, how in lines.items()})


def _kind(path: Path, name: str, how: Any) -> Kind:
    if not isinstance(how, dict):
        raise ContentError(path, line_of(path, f"{name}:"), f"{name} is no mapping", _REMEDY)
    for part, words in how.items():
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            raise ContentError(
                path, line_of(path, f"{name}:"), f"{name}: {part} is not a list of words", "put quotes around yes, no, on and off"
            )
    said = [word for part, words in how.items() if part not in _NOT_WORDS for word in words]
    provider = any_phrase(how.get("provider") or ())
    if not provider or not said:
        raise ContentError(path, line_of(path, f"{name}:"), f"{name} lacks the words of providers or of parents", _REMEDY)
    return Kind(name, tuple(how.get("topics") or ()), provider, any_phrase(how.get("unless") or ()), _any_of(said))


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Whole words, or beginnings with `*`; words in Arabic letters anywhere, for what is written onto them."""
    parts = []
    for word in words:
        bare = fold(word.rstrip("*")).replace("'", "")
        if not bare:
            continue
        # Every word of a phrase may be a beginning: `bank* zywnosci*`.
        escaped = re.escape(bare).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
        parts.append(escaped if not bare.isascii() else rf"\b{escaped}" if word.endswith("*") else rf"\b{escaped}\b")
    return re.compile("|".join(parts)) if parts else _NEVER
