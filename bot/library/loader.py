"""Reads `content/facts.yml` and `content/<lang>/<topic>.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.base.errors import ContentError
from bot.base.yaml_files import line_of, parse_yaml, read_yaml
from bot.library.model import Fact, Topic

_FACT = re.compile(r"\{fact:([a-z0-9_]+)\}")
_FIELDS = ("value", "kind", "source", "checked_on", "review_by")
_REMEDY = "compare with the entries around it; CONTRIBUTING.md, “Add a fact or change a number”"


class Library:
    """Facts by id and topics by id and language."""

    def __init__(self, facts: Mapping[str, Fact], topics: Mapping[tuple[str, str], Topic]) -> None:
        self.facts = dict(facts)
        self._topics = dict(topics)

    def current_facts(self, on: date) -> dict[str, str]:
        """Values that may be stated on that day, by fact id."""
        return {fact.id: fact.value for fact in self.facts.values() if fact.is_current(on)}

    def topic(self, topic_id: str, codes: Iterable[str]) -> Topic | None:
        """The topic in the first of the languages that has it."""
        return next((self._topics[(c, topic_id)] for c in codes if (c, topic_id) in self._topics), None)

    def topics(self) -> list[Topic]:
        """Every topic in every language."""
        return list(self._topics.values())

    def overdue(self, on: date) -> list[str]:
        """Ids of facts, and of topics as `lang/topic`, whose review date has passed."""
        late = [fact.id for fact in self.facts.values() if fact.is_overdue(on)]
        return late + [f"{t.language}/{t.id}" for t in self._topics.values() if on > t.review_by]


def load_library(content_dir: Path, codes: Iterable[str]) -> Library:
    """Everything under `content/` that belongs to the library.

    Raises:
        ContentError: with file, line and what to do.
    """
    facts = load_facts(content_dir / "facts.yml")
    topics: dict[tuple[str, str], Topic] = {}
    for code in codes:
        for path in sorted((content_dir / code).glob("*.md")):
            topic = _read_topic(path, code, facts)
            topics[(code, topic.id)] = topic
    return Library(facts, topics)


def load_facts(path: Path) -> dict[str, Fact]:
    """`content/facts.yml`: id → fact."""
    entries = (read_yaml(path) or {}).get("facts")
    if not isinstance(entries, dict) or not entries:
        raise ContentError(path, 1, "no `facts:` mapping", _REMEDY)
    return {str(fact_id): _fact(path, str(fact_id), entry) for fact_id, entry in entries.items()}


def _fact(path: Path, fact_id: str, entry: Any) -> Fact:
    missing = [f for f in _FIELDS if not isinstance(entry, dict) or entry.get(f) in (None, "")]
    if missing:
        raise ContentError(path, line_of(path, f"{fact_id}:"), f"fact {fact_id} lacks {', '.join(missing)}", _REMEDY)
    for name in ("checked_on", "review_by"):
        if not isinstance(entry[name], date):
            raise ContentError(path, line_of(path, f"{fact_id}:"), f"fact {fact_id}: {name} is not a date", _REMEDY)
    return Fact(
        fact_id, str(entry["value"]), str(entry["kind"]), str(entry["source"]), entry["checked_on"], entry["review_by"],
        bool(entry.get("always_stated", False)),
    )  # fmt: skip


def _read_topic(path: Path, code: str, facts: Mapping[str, Fact]) -> Topic:
    text = path.read_text(encoding="utf-8")
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ContentError(path, 1, "no front matter between two lines `---`", _REMEDY)
    try:
        head = parse_yaml(parts[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ContentError(path, mark.line + 2 if mark else 1, "broken front matter", _REMEDY) from error
    if not isinstance(head, dict) or head.get("topic") != path.stem:
        raise ContentError(path, 2, f"`topic` must be {path.stem}, like the file's name", _REMEDY)
    for name in ("title", "checked_on", "review_by"):
        if not head.get(name):
            raise ContentError(path, 2, f"`{name}` is missing", _REMEDY)
    used = tuple(dict.fromkeys(_FACT.findall(parts[2])))
    for fact_id in used:
        if fact_id not in facts:
            raise ContentError(path, line_of(path, f"{{fact:{fact_id}}}"), f"there is no fact {fact_id}", "add it to content/facts.yml")
    paragraphs = tuple(p.strip() for p in re.split(r"\n\s*\n", parts[2]) if p.strip())
    if not paragraphs:
        raise ContentError(path, None, "no text below the front matter", _REMEDY)
    return Topic(
        path.stem, code, str(head["title"]), paragraphs, used, head["checked_on"], head["review_by"],
        bool(head.get("reviewed", False)),
    )  # fmt: skip
