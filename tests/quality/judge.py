"""Judges cards by the truth of the services on them. Shares no code with the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.base.yaml_files import read_yaml
from tests.quality.family_directory import TODAY, Truth, centroids

NEAR_KM = 15.0
_PARTS = {"morning": (time(0), time(12)), "afternoon": (time(12), time(17)), "evening": (time(17), time(23, 59))}


@dataclass(frozen=True)
class Question:
    """A parent's words and what is needed."""

    text: str
    language: str
    needs: Mapping[str, Any]
    has_answer: bool = True

    @property
    def on(self) -> date | None:
        """The day that is meant: the next such weekday, today included."""
        if "on" in self.needs:
            return date.fromisoformat(str(self.needs["on"]))
        if "day" in self.needs:
            return TODAY + timedelta(days=(self.needs["day"] - TODAY.weekday()) % 7)
        return None


def questions() -> list[Question]:
    """All of them."""
    found = []
    for language, entries in read_yaml(Path(__file__).parent / "questions.yml").items():
        for entry in entries:
            needs = {key: value for key, value in entry.items() if key not in {"q", "l"}}
            found.append(Question(entry["q"], entry.get("l", language), needs, language != "none"))
    return found


_PLACES = centroids()


def faults(truth: Truth, question: Question, shown_at: datetime | None) -> list[str]:
    """What is wrong with showing this service for this question; empty = right.

    Args:
        shown_at: when the card says that it is next.
    """
    needs, found = question.needs, []
    if truth.is_over:
        found.append("closed")
    if not _is_about(truth, needs):
        found.append("something else")
    age = needs.get("age")
    is_for_parents = truth.low is not None and truth.low >= 192
    if age is not None and not is_for_parents and not ((truth.low or 0) <= age and (truth.high is None or age <= truth.high)):
        found.append("wrong age")
    if "near" in needs and truth.km_from(*_PLACES[needs["near"]]) > needs.get("km", NEAR_KM):
        found.append("too far")
    return found + _time_faults(truth, question, shown_at) + _other_faults(truth, needs)


def _is_about(truth: Truth, needs: Mapping[str, Any]) -> bool:
    return truth.kind in needs["kind"] if "kind" in needs else truth.topic == needs["topic"] and truth.kind != "school_age_club"


def _time_faults(truth: Truth, question: Question, shown_at: datetime | None) -> list[str]:
    found = []
    if shown_at is not None and not truth.runs_on(shown_at.date()):
        found.append("not on then")
    if question.on is not None:
        same_weekday = shown_at is not None and shown_at.date().weekday() == question.on.weekday()
        right = shown_at is not None and (shown_at.date() == question.on if "on" in question.needs else same_weekday)
        if not right:
            found.append("wrong day")
    part = question.needs.get("part")
    if part and not (shown_at is not None and _PARTS[part][0] <= shown_at.time() < _PARTS[part][1]):
        found.append("wrong time")
    return found


def _other_faults(truth: Truth, needs: Mapping[str, Any]) -> list[str]:
    told = (
        (needs.get("free") and truth.pence != 0, "not free"),
        ("most" in needs and (truth.pence is None or truth.pence > needs["most"]), "too dear"),
        ("lang" in needs and needs["lang"] not in truth.languages, "not in the language"),
        (needs.get("step") and not truth.step_free, "not step-free"),
        (needs.get("drop_in") and truth.drop_in is not True, "must be booked"),
    )
    return [fault for wrong, fault in told if wrong]


def right_ones(truths: Sequence[Truth], question: Question) -> list[Truth]:
    """All services that would be right, by their truth alone."""
    return [truth for truth in truths if not faults(truth, question, _next(truth, question))]


def _next(truth: Truth, question: Question) -> datetime | None:
    for ahead in range(43):
        on = TODAY + timedelta(days=ahead)
        if not truth.runs_on(on):
            continue
        at = datetime.combine(on, truth.opens_at)
        if not _time_faults(truth, question, at):
            return at
    return None
