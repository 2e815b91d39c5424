"""What is named in a message, as typed values: place, age, day, time, cost, distance and more.

spaCy finds words (a blank multi-language pipeline with a ruler, saved to disk); this file puts
them together. Only words of the message's language and English count, so that a word which means
something else in another language does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from bot.base.text import ascii_digits, fold

_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s*(\d[abd-hjlnp-uw-z]{2})\b")
_OUTCODE = re.compile(r"\b(?:fy|bd|se|sw|ng|ss|hp|e|n|w|nw|wc|ec|b|m|l|ls|lu|cm|rm|ig)\d{1,2}[a-z]?\b")
_TOKEN = re.compile(r"\[(?:phone-[a-z0-9]{8}|ni-removed|card-removed|bank-removed)\]")
_GLUED = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_DATE = re.compile(r"\b(\d{1,2})[./](\d{1,2})(?:[./](\d{2,4}))?\b|\b(\d{4})-(\d{2})-(\d{2})\b")
_POUNDS = re.compile(r"£\s*(\d+(?:\.\d{1,2})?)|\b(\d+(?:\.\d{1,2})?)\s*(?:pounds?|quid|funt\w*|pound|پاونڈ|پاوند|باوند|جنیه|lire)\b")
_DAYS_OF_MONTH = 31
_UNIT_MONTHS = {"month": 1.0, "year": 12.0, "week": 12 / 52}
_WALKING_KM = 1.6
_KM_PER_MILE = 1.609


@dataclass(frozen=True)
class Found:
    """One thing named; `at` is its place among the words."""

    kind: str
    value: Any
    at: int


@dataclass(frozen=True)
class _Span:
    label: str
    value: str
    start: int
    end: int


class EntityReader:
    """Reads messages with a spaCy pipeline from disk."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def read(self, text: str, language: str, today: date) -> list[Found]:
        """Everything named in a message, in the order of its words."""
        codes = {"ur" if language == "ur-Latn" else language, "en", "*"}
        plain = _TOKEN.sub(" ", fold(ascii_digits(text)))
        found, plain = _postcodes(plain)
        dates, plain = _dates(plain, today)
        money, plain = _money(plain)
        doc = self._pipeline(_GLUED.sub(" ", plain))
        spans = _longest([s for s in _spans(doc) if s[0] in codes])
        found += dates + money + _Reading(doc, spans, today).everything()
        return found


def build_pipeline(patterns: Sequence[dict[str, str]], folder: Path) -> None:
    """Make the pipeline and save it; a blank one only loads from disk in what builds on spaCy."""
    pipeline = spacy.blank("xx")
    ruler = pipeline.add_pipe("span_ruler", config={"spans_key": "ruler", "overwrite": True})
    ruler.add_patterns(list(patterns))  # type: ignore[attr-defined]
    folder.parent.mkdir(parents=True, exist_ok=True)
    pipeline.to_disk(folder)


def load_reader(folder: Path) -> EntityReader:
    """The reader with the pipeline in a folder."""
    return EntityReader(spacy.load(folder))


def _spans(doc: Doc) -> list[tuple[str, _Span]]:
    pairs = []
    for span in doc.spans["ruler"]:
        code, _, value = span.id_.partition("|")
        pairs.append((code, _Span(span.label_, value, span.start, span.end)))
    return pairs


def _longest(pairs: Sequence[tuple[str, _Span]]) -> list[_Span]:
    """Spans that lie inside a longer one of any kind are dropped; equal ones of several kinds stay."""
    spans = {span for _, span in pairs}
    return sorted(
        (s for s in spans if not any(o.start <= s.start and s.end <= o.end and o.end - o.start > s.end - s.start for o in spans)),
        key=lambda s: (s.start, s.label),
    )


class _Reading:
    """Puts spans together."""

    def __init__(self, doc: Doc, spans: Sequence[_Span], today: date) -> None:
        self._doc, self._spans, self._today = doc, spans, today
        self._numbers = {t.i: float(t.text) for t in doc if t.text.isdigit() and len(t.text) <= 4}
        self._numbers |= {s.start: float(s.value) for s in spans if s.label == "numbers"}

    def everything(self) -> list[Found]:
        ages, used = self._ages()
        found = ages + self._days(used) + self._distances()
        for span in self._spans:
            found += self._single(span)
        return sorted(found, key=lambda f: f.at)

    def _of(self, *labels: str) -> list[_Span]:
        return [s for s in self._spans if s.label in labels]

    def _single(self, span: _Span) -> list[Found]:
        at = span.start
        simple = {
            "place": "place",
            "service_name": "service_name",
            "parts": "time_of_day",
            "languages": "spoken_language",
            "benefits": "benefit",
        }
        if span.label in simple:
            return [Found(simple[span.label], span.value, at)]
        if span.label == "ways":
            return [Found("callback_way", f"by_{span.value}", at)]
        if span.label == "ordinals":
            return [Found("ordinal", int(span.value), at)]
        if span.label == "free":
            return [Found("cost", {"free": True}, at)]
        if span.label == "nearer":
            return [Found("distance_km", "nearer", at)]
        if span.label == "walking":
            return [Found("distance_km", _WALKING_KM, at)]
        if span.label == "step_free":
            return [Found("access_need", "step_free", at)]
        return [Found("in_scotland", True, at)] if span.label == "scotland" else []

    def _ages(self) -> tuple[list[Found], set[int]]:
        """Ages and weeks of pregnancy; also the words that were used up."""
        found, used = [], set()
        expecting = bool(self._of("pregnant"))
        for unit in self._of("units"):
            half = next((h for h in self._of("half") if unit.start - 4 <= h.start <= unit.end + 2), None)
            near = range(unit.start - 1, unit.start - 4, -1)
            # `two and a half years`: the number stands before the half, and `a` is none.
            near = range(half.start - 3, half.start) if half and half.start < unit.start else near
            number_at = next((i for i in near if i in self._numbers and i not in used), None)
            if number_at is None or number_at in used:
                continue
            number = self._numbers[number_at] + (0.5 if half else 0.0)
            used |= {number_at, *range(unit.start, unit.end)}
            if unit.value == "week" and expecting:
                found.append(Found("weeks_pregnant", int(number), number_at))
            else:
                found.append(Found("age_months", int(number * _UNIT_MONTHS[unit.value] + 0.01), number_at))
        for span in self._of("age_words"):
            if not used & set(range(span.start, span.end)):
                found.append(Found("age_months", int(span.value), span.start))
                used |= set(range(span.start, span.end))
        return self._year_and_months(found), used

    @staticmethod
    def _year_and_months(found: list[Found]) -> list[Found]:
        """`2 years 3 months` is one age; two ages joined by `and` stay two unless the second is under a year."""
        joined: list[Found] = []
        for one in found:
            before = joined[-1] if joined else None
            close = before is not None and one.at - before.at == 2
            if close and before and before.kind == one.kind == "age_months" and before.value % 12 == 0 and before.value and one.value < 12:
                joined[-1] = Found("age_months", before.value + one.value, before.at)
            else:
                joined.append(one)
        return joined

    def _days(self, used: set[int]) -> list[Found]:
        found = []
        for span in self._of("weekdays", "today", "tomorrow", "after_tomorrow", "weekend"):
            if span.start in used:
                continue
            if span.label == "weekdays":
                found.append(Found("day", {"weekday": int(span.value)}, span.start))
            elif span.label == "weekend":
                found.append(Found("day", {"weekday": 5}, span.start))
            else:
                ahead = {"today": 0, "tomorrow": 1, "after_tomorrow": 2}[span.label]
                found.append(Found("day", {"on": (self._today + timedelta(days=ahead)).isoformat()}, span.start))
        for span in self._of("months"):
            near = [i for i in (span.start - 1, span.end) if i in self._numbers and i not in used]
            day = int(self._numbers[near[0]]) if near else 0
            if 1 <= day <= _DAYS_OF_MONTH and (on := _day(day, int(span.value) + 1, None, self._today)):
                found.append(Found("day", {"on": on.isoformat()}, span.start))
        return found

    def _distances(self) -> list[Found]:
        found = []
        for span in self._of("miles", "kilometres"):
            number = self._numbers.get(span.start - 1)
            if number:
                km = number * (_KM_PER_MILE if span.label == "miles" else 1.0)
                found.append(Found("distance_km", round(km, 1), span.start - 1))
        for span in self._of("minutes"):
            number = self._numbers.get(span.start - 1)
            if number and self._of("walking"):
                found.append(Found("distance_km", round(number * 0.08, 1), span.start - 1))
        return found


def _postcodes(text: str) -> tuple[list[Found], str]:
    found = [Found("place", f"{m.group(1)} {m.group(2)}".upper(), -1) for m in _POSTCODE.finditer(text)]
    text = _POSTCODE.sub(" ", text)
    found += [Found("place", m.group(0).upper(), -1) for m in _OUTCODE.finditer(text)]
    return found, _OUTCODE.sub(" ", text)


def _dates(text: str, today: date) -> tuple[list[Found], str]:
    found = []
    for match in _DATE.finditer(text):
        day, month, year, iso_year, iso_month, iso_day = match.groups()
        on = (
            _day(int(iso_day), int(iso_month), int(iso_year), today)
            if iso_year
            else _day(int(day), int(month), int(year) if year else None, today)
        )
        if on:
            found.append(Found("day", {"on": on.isoformat()}, -1))
    return found, _DATE.sub(" ", text) if found else text


def _money(text: str) -> tuple[list[Found], str]:
    found = [Found("cost", {"max_pence": round(float(m.group(1) or m.group(2)) * 100)}, -1) for m in _POUNDS.finditer(text)]
    return found, _POUNDS.sub(" ", text)


def _day(day: int, month: int, year: int | None, today: date) -> date | None:
    """A calendar day; without a year the next such day, up to two months back counting as passed."""
    full_year = today.year if year is None else year + 2000 if year < 100 else year
    try:
        on = date(full_year, month, day)
    except ValueError:
        return None
    if year is None and on < today - timedelta(days=60):
        return on.replace(year=today.year + 1)
    return on
