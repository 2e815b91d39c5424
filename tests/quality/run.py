"""Asks every judged question the way a real message goes, and judges the cards: `python -m tests.quality.run`."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.base.db import Database, open_database
from bot.base.sealing import new_key
from bot.base.settings import ROOT, Settings, load_settings
from bot.directory import store
from bot.directory.feeds.importer import FeedName
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.places import name_of
from bot.directory.model import Query, Results
from tests.quality.family_directory import make, write
from tests.quality.judge import Question, faults, questions

AREA = "southend"
STOPPED_AT = "2026-11-24T08:00"
LEAST_PRECISION = 0.9
NEVER = frozenset({"closed", "wrong day", "wrong age", "too far"})


@dataclass(frozen=True)
class Judged:
    """A question with what was shown: (name, faults) of each card."""

    question: Question
    intent: str
    cards: tuple[tuple[str, tuple[str, ...]], ...]
    widened: tuple[str, ...]


def prepare(folder: Path, url: str) -> tuple[Settings, Database]:
    """A fresh database with the made-up directory in it, and nothing else of the area."""
    from bot.serve.directory_verbs import open_rooms
    from bot.serve.first_run import upgrade_database

    settings = load_settings({
        "KINLINE_KEY": new_key(), "DATABASE_URL": url, "KINLINE_MODEL_DIR": str(ROOT / "models"), "KINLINE_AREA": AREA,
        "KINLINE_CLOCK_STOPPED_AT": STOPPED_AT,
    })  # fmt: skip
    upgrade_database(settings)
    write(folder / "family", [record for _truth, record in make()])
    house = open_rooms(settings)
    feed = FeedName(name_of(str(folder / "family"), AREA), AREA, str(folder / "family"))
    house.directory.importer(AREA).run(feed, SavedPages(folder / "family"))
    with house.database.session() as session:
        real = list(store.services_of(session, f"content:{AREA}"))
        store.take_out(session, real)
    house.database.close()
    return settings, open_database(url)


def truths() -> Mapping[str, Any]:
    """By id."""
    return {truth.id: truth for truth, _record in make()}


class Listening:
    """Remembers the last page of results that the conversation was given."""

    def __init__(self, directory: Any) -> None:
        self._search = directory.search
        self.last: Results | None = None
        directory.search = self

    def __call__(self, query: Query, offset: int = 0, limit: int = 3) -> Results:
        self.last = self._search(query, offset, limit)
        return self.last


async def ask_all(assistant: Any, house: Any, asked: list[Question]) -> list[Judged]:
    """Every question in a chat of its own."""
    from bot.flows.exchange import Inbound

    listening, known, judged = Listening(house.directory), truths(), []
    for number, question in enumerate(asked):
        listening.last = None
        read = await assistant.understand(question.text, question.language)
        await assistant.answer(Inbound(f"{number:032d}", question.text, area=AREA, language=question.language))
        judged.append(judge(question, read["intent"]["name"], listening.last, known))
    return judged


def judge(question: Question, intent: str, results: Results | None, known: Mapping[str, Any]) -> Judged:
    """What is right and wrong with a page of results."""
    cards = []
    for hit in results.hits if results else ():
        starts = hit.next_session.starts_at.replace(tzinfo=None) if hit.next_session else None
        wrong = faults(known[hit.service.id], question, starts) if hit.service.id in known else ["not of this directory"]
        cards.append((hit.service.name, tuple(wrong)))
    return Judged(question, intent, tuple(cards), results.widened if results else ())


def report(judged: list[Judged]) -> dict[str, Any]:
    """Precision over the cards, questions without cards, faults by kind; per language too."""
    answered = [one for one in judged if one.question.has_answer]
    cards = [card for one in answered for card in one.cards]
    right = sum(not wrong for _name, wrong in cards)
    by_language: dict[str, list[bool]] = {}
    for one in answered:
        by_language.setdefault(one.question.language, []).extend(not wrong for _name, wrong in one.cards)
    return {
        "questions": len(answered), "cards": len(cards), "precision": round(right / max(len(cards), 1), 3),
        "without_cards": sum(not one.cards for one in answered),
        "faults": dict(Counter(fault for _name, wrong in cards for fault in wrong)),
        "precision_by_language": {code: round(sum(found) / max(len(found), 1), 3) for code, found in by_language.items()},
    }  # fmt: skip


def main() -> int:
    """Run on SQLite and print."""
    from bot.serve.start import build_assistant

    os.environ["KINLINE_CLOCK_STOPPED_AT"] = STOPPED_AT  # what is loaded with the model looks there for “tomorrow”
    with tempfile.TemporaryDirectory() as name:
        settings, database = prepare(Path(name), f"sqlite:///{name}/quality.db")
        assistant, house, _store = build_assistant(settings, database)
        judged = asyncio.run(ask_all(assistant, house, questions()))
    for one in judged:
        if not one.cards or any(wrong for _name, wrong in one.cards) or one.widened:
            print(one.question.language, one.question.text, dict(one.question.needs), "→", one.intent, one.widened)
            for card, wrong in one.cards:
                print("     ", "ok " if not wrong else "BAD", card, wrong)
    found = report(judged)
    print(found)
    return 0 if found["precision"] >= LEAST_PRECISION and not set(found["faults"]) & NEVER else 1


if __name__ == "__main__":
    sys.exit(main())
