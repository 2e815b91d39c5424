"""Facts, topics, services and phrases: sources, dates, no numbers outside their home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.base.languages import load_languages
from bot.checks.finding import Finding
from bot.directory.loader import load_places, load_services
from bot.flows.house import load_safety
from bot.healthy_start.loader import load_rule_pack
from bot.library.loader import Library, load_library
from bot.library.model import Topic
from bot.replies.fill import PLACEHOLDER
from bot.safety.phrases import KINDS

_LINK = re.compile(r"https?://|www\.|\b\w+\.(?:uk|org|com|net)\b")
_LONG_NUMBER = re.compile(r"\d{3,}|£\s*\d")
_WITHDRAWN = ("0300 330 2090", "0300 330 7010", "0808 800 4104", "01702 356050")
"""Never to be published: fact sheet, 4.6."""


def check_content(root: Path, today: date) -> Iterator[Finding]:
    """Everything under `content/`; broken files raise ContentError."""
    languages = load_languages(root / "translations" / "languages.yml")
    codes = [language.code for language in languages]
    library = load_library(root / "content", codes)
    for late in library.overdue(today):
        yield Finding("warning", "content", f"{late} is past its review date and is not stated any more")
    yield from _check_topics(library, codes)
    yield from _check_withdrawn(root)
    if not load_rule_pack(root / "content" / "healthy_start.yml").is_current(today):
        yield Finding("warning", "content/healthy_start.yml", "is past its review date: no amount and no income limit is stated any more")
    load_places(root / "content" / "areas")
    facts = library.current_facts(today)
    for path in sorted((root / "content" / "areas").glob("*/services.yml")):
        for service in load_services(path, facts, frozenset(library.facts)):
            if service.offered and service.review_by and service.review_by < today:
                yield Finding("warning", str(path.relative_to(root)), f"{service.id} is past its review date and is not offered any more")
    yield from _check_safety(root, library, codes)


def _check_topics(library: Library, codes: list[str]) -> Iterator[Finding]:
    english = {topic.id: topic for topic in library.topics() if topic.language == "en"}
    for topic in library.topics():
        where = f"content/{topic.language}/{topic.id}.md"
        yield from _check_topic(where, topic, english.get(topic.id))
    for code in codes:
        if code == "en":
            continue
        missing = sorted(set(english) - {t.id for t in library.topics() if t.language == code})
        if missing:
            yield Finding("error", f"content/{code}", f"{len(missing)} topics are missing, the first is {missing[0]}")


def _check_topic(where: str, topic: Topic, english: Topic | None) -> Iterator[Finding]:
    text = "\n".join(topic.paragraphs)
    bare = PLACEHOLDER.sub("", text)
    if _LINK.search(bare) or _LONG_NUMBER.search(bare):
        yield Finding("error", where, "a number or link in the text: put it into content/facts.yml")
    if english is None:
        yield Finding("error", where, "there is no English topic of that name")
    elif sorted(topic.facts) != sorted(english.facts) or len(topic.paragraphs) != len(english.paragraphs):
        yield Finding("error", where, "facts or paragraphs differ from the English")
    if topic.reviewed and topic.language != "en":
        yield Finding("warning", where, "is marked reviewed: has a person who speaks the language read it?")


def _check_withdrawn(root: Path) -> Iterator[Finding]:
    for path in sorted((root / "content").rglob("*")):
        if path.suffix in {".yml", ".md"}:
            text = path.read_text(encoding="utf-8")
            for number in _WITHDRAWN:
                if number in text:
                    yield Finding("error", str(path.relative_to(root)), f"{number} must never be published")


def _check_safety(root: Path, library: Library, codes: list[str]) -> Iterator[Finding]:
    book = load_safety(root / "content", library)
    for code in codes:
        for kind in KINDS:
            if book.reply(kind, code) is None:
                yield Finding("error", f"content/safety/{code}.yml", f"no reply for {kind}")
