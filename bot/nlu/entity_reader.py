"""What is named in a message, as typed values: place, age, day, time, cost, distance and more.

spaCy finds words (a blank multi-language pipeline with a ruler, saved to disk); the files beside
this one put them together. Only words of the message's language and those of English that mean
the same everywhere count, so that a word which means something else in another language does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from bot.base.text import ascii_digits
from bot.nlu.entity_ages import read_ages
from bot.nlu.entity_amounts import read_access, read_choices, read_costs, read_distances, read_follow_ups, read_languages, read_ways
from bot.nlu.entity_beginnings import Beginnings
from bot.nlu.entity_months import read_other_months
from bot.nlu.entity_periods import read_periods
from bot.nlu.entity_pregnancies import by_due_date
from bot.nlu.entity_refusals import DAYS, mark_ruled_out
from bot.nlu.entity_times import read_dates, read_days, read_parts
from bot.nlu.entity_words import Found, Mender, Sentence, Span, cut
from bot.nlu.word_lists import plain

__all__ = ["EntityReader", "Found", "build_pipeline", "load_reader"]

_APART = re.compile(r"\b(fy|bd|se|sw|ng|ss|nw|wc|ec)\s(\d[a-z\d]?\s*\d[abd-hjlnp-uw-z]{2})\b")
"""“NG 7 4AA”."""
_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s*(\d[abd-hjlnp-uw-z]{2})\b")
_OUTCODE = re.compile(r"\b(?:fy|bd|se|sw|ng|ss|hp|nw|wc|ec|ls|lu|cm|rm|ig|[enwblm])\d{1,2}[a-z]?\b")
_SHORT_OUTCODE = re.compile(r"[enwblm]\d{1,2}")
_TOKEN = re.compile(r"\[(?:phone-[a-z0-9]{8}|ni-removed|card-removed|bank-removed)\]")
_I_DO = re.compile(r"\bئ[ەه]\u200c?[کك][ەه]\u200c?م\b")
"""“I do” in Sulaimani, which folding would make “first”."""
_WHERE_WORDS = frozenset(["in", "near", "at", "around", "from", "live", "by", "to", "nr"])
# fmt: off
_COUNTED = frozenset({
    "times", "time", "days", "people", "weeks", "week", "kids", "buses", "bus", "hours", "years", "year", "yrs", "yr", "months", "month",
    "min", "mins", "razy", "lat", "lata", "ani", "luni", "saal",
})
# fmt: on
_SINGLE = {"place": "place", "service_name": "service_name", "benefits": "benefit"}
_TELLING = frozenset(
    {"nothing", "not_price", "no_age_near", "no_language_near", "ways", "benefits", "service_name", "pregnant", "where_after"}
)
"""Words of these kinds are a message of their own."""
_MAY_REPEAT = frozenset({"age_months"})
"""Twins are two ages; anything else said twice is one thing."""


class EntityReader:
    """Reads messages with a spaCy pipeline from disk."""

    def __init__(self, pipeline: Pipeline, mender: Mender, beginnings: Beginnings) -> None:
        self._pipeline, self._mender, self._beginnings = pipeline, mender, beginnings
        self._seen: dict[str, set[str]] = {}
        for pattern in pipeline.get_pipe("span_ruler").patterns:  # type: ignore[attr-defined]
            self._seen.setdefault(pattern["id"].partition("|")[0], set()).update(cut(pattern["pattern"]))

    def read(self, text: str, language: str, today: date) -> list[Found]:
        """Everything named in a message, in the order of its words."""
        return self.look(text, language, today)[0]

    def look(self, text: str, language: str, today: date) -> tuple[list[Found], bool]:
        """Everything named, and whether the message is nothing but that and small words beside it."""
        codes = frozenset({"ur" if language == "ur-Latn" else language, "+", "*"})
        if language == "ckb":
            text = _I_DO.sub("دەکەم", text)
        folded = _TOKEN.sub(" ", plain(ascii_digits(text)))
        places, folded = _postcodes(folded)
        dates, folded = read_dates(folded, language, today, _COUNTED)
        seen = [self._seen.get(code, set()) for code in codes]
        words = self._mender.mended(cut(folded), language, codes, seen)
        doc = self._pipeline(Doc(self._pipeline.vocab, words=words))
        sentence = Sentence(words, _spans(doc, codes) + self._beginnings.spans(words, codes))
        found = _once([*places, *_everything(sentence, today, dates)])
        return found, bool(found) and _is_bare(sentence)


def build_pipeline(patterns: Sequence[dict[str, str]], folder: Path, familiar: Mapping[str, Iterable[str]] | None = None) -> None:
    """Make the pipeline and save it.

    Args:
        familiar: language → words that are no slips of the finger; see `word_lists.familiar_words`.
    """
    pipeline = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "kinline.words.v1"}}})
    ruler = pipeline.add_pipe("span_ruler", config={"spans_key": "ruler", "overwrite": True})
    beginnings = [pattern for pattern in patterns if "*" in pattern["pattern"]]
    ruler.add_patterns([pattern for pattern in patterns if pattern not in beginnings])  # type: ignore[attr-defined]
    folder.parent.mkdir(parents=True, exist_ok=True)
    pipeline.to_disk(folder)
    Mender.of(patterns, familiar or {}).to_disk(folder / "mender.json")
    Beginnings(beginnings).to_disk(folder / "beginnings.json")


def load_reader(folder: Path) -> EntityReader:
    """The reader with the pipeline in a folder."""
    return EntityReader(spacy.load(folder), Mender.from_disk(folder / "mender.json"), Beginnings.from_disk(folder / "beginnings.json"))


def _spans(doc: Doc, codes: frozenset[str]) -> list[Span]:
    found = []
    for span in doc.spans["ruler"]:
        code, _, value = span.id_.partition("|")
        if code in codes:
            found.append(Span(span.label_, value, span.start, span.end))
    return found


def _everything(sentence: Sentence, today: date, dates: Sequence[Found]) -> list[Found]:
    # The order matters: what one reader has used up means nothing to the next.
    mark_ruled_out(sentence)
    months = read_other_months(sentence, today)
    found = read_ages(sentence)
    days = months + read_days(sentence, today)
    found += by_due_date(sentence, [*dates, *(days or read_periods(sentence, today))], today)
    found += read_costs(sentence)
    found += read_distances(sentence)
    found += read_parts(sentence)
    found += [f for read in (read_languages, read_access, read_choices, read_ways, read_follow_ups) for f in read(sentence)]
    found += [Found(_SINGLE[span.label], span.value, span.start) for span in sentence.of(*_SINGLE)]
    found += [Found("place", span.value, span.start) for span in sentence.of("place_unsure") if _is_place(sentence, span)]
    found += [Found("in_scotland", True, span.start) for span in sentence.of("scotland")[:1]]
    return sorted(found, key=lambda f: f.at)


def _is_bare(sentence: Sentence) -> bool:
    """Whether every word belongs to something named or stands beside it."""
    covered = {at for span in sentence.spans if span.label not in _TELLING for at in range(span.start, span.end)}
    covered |= sentence.used | {at for number in sentence.numbers.values() for at in range(number.start, number.end)}
    return all(at in covered or not word[0].isalnum() for at, word in enumerate(sentence.words))


def _is_place(sentence: Sentence, span: Span) -> bool:
    """A name that is also a word or a person's is a place after `in`, `near` and the like, alone or beside days, and before `library`."""
    before = span.start - (2 if sentence.word(span.start - 1) == "the" else 1)
    if sentence.length <= span.end - span.start or sentence.has(before, "where") or sentence.starting(span.end, "where_after"):
        return True
    others = [at for at, word in enumerate(sentence.words) if word[0].isalnum() and not span.start <= at < span.end]
    return all(sentence.has(at, *DAYS, "parts") for at in others)


def _once(found: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in found:
        if one.kind in _MAY_REPEAT or all((one.kind, one.value) != (k.kind, k.value) for k in kept):
            kept.append(one)
    return kept


def _postcodes(text: str) -> tuple[list[Found], str]:
    text = _APART.sub(r"\1\2", text)
    found = [Found("place", f"{m.group(1)} {m.group(2)}".upper(), -1) for m in _POSTCODE.finditer(text)]
    text = _POSTCODE.sub(" ", text)

    def outcode(match: re.Match[str]) -> str:
        # “b4” is “before” and “b12” a vitamin, unless a word such as “near” stands in front.
        before = text[: match.start()].split()
        if _SHORT_OUTCODE.fullmatch(match.group(0)) and before and before[-1] not in _WHERE_WORDS:
            return match.group(0)
        if (
            len(match.group(0))
            and match.group(0)[0] in "enwblm"
            and match.group(0)[1].isdigit()
            and not _SHORT_OUTCODE.fullmatch(match.group(0))
        ):
            return match.group(0)
        found.append(Found("place", match.group(0).upper(), -1))
        return " "

    return found, _OUTCODE.sub(outcode, text)
