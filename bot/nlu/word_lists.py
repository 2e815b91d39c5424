"""Patterns for spaCy from the word lists, the areas' places and the names of services.

What a language's file in `content/words` holds:

- things named: `weekdays`, `months`, `solar_months` (of the Kurdish year), `today`, `tomorrow`, `after_tomorrow`, `weekend`,
  `periods` (this_week, next_week, week_after_next, this_month, next_month, half_term, school_holidays, easter_holidays,
  summer_holidays, christmas_holidays, or month and day such as 12-26), `parts` (of the day), `units` (of age), `age_words` (lengths
  of time that are also ages), `age_nouns` (can only be ages), `numbers`, `half`, `quarter`, `quarter_less`, `free`, `pounds`,
  `pence`, `money_words` (pence), `nearer`, `far_off` (a distance after a number, else the wish for something nearer), `walking`,
  `walk`, `drive`, `bus`, `miles`, `kilometres`, `distance_words` (km), `minutes`, `minute_words`
  (“half an hour”), `languages`, `step_free`, `ordinals`, `benefits`,
  `ways`, `pregnant`, `scotland`, `child_groups` (typical age in months), `other_number`, `price` (asked for), `entitlement` (asked
  about);
- words beside them that decide what they mean: `weekdays_unsure` (days that are also other words), `weekday_signs`, `weekday_links`
  (stand between such a day and its part), `next`, `coming`, `past`, `of`, `and`, `or`, `until`, `joins` (may follow an hour),
  `clock_before`, `clock_after`, `limit` and `not_price` (of money), `age_before`, `age_after`, `own_age` (the parent's),
  `no_age_before`, `no_age_near`, `no_language_near`, `pick` (after an ordinal), `of_a_child` and `being` (beside an ordinal that is
  a child's, not a card's), `month_number` (before the number of a month), `refusal` (of ages and ways), `refusal_after` (those that
  stand behind what they refuse), `ruled_out` (of days, parts of the day and prices: words `before` or `after` them, or `last` in
  the thought after them), `where` and `place_or_word` (places that are also words or names: only after `where` or before
  `where_after`), `birth` (words `before` or `after` a length of time that ends with a birth, `first` such as only begin a thought, and
  beside a `day` on which a baby is due; `other` is due otherwise), `date_before` and `date_after` (the number of a day of the month),
  `becomes` (of an age that a child will have);
- `nothing`: phrases in which a word does not mean what it seems to (“first aid”, “feel free”).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.text import fold
from bot.base.text import words as words_of
from bot.base.yaml_files import read_yaml

Pattern = dict[str, str]

CUES = frozenset(
    {
        "weekday_signs", "weekday_links", "next", "coming", "past", "of", "and", "or", "until", "joins", "clock_before", "clock_after",
        "limit", "not_price", "age_before", "age_after", "own_age", "no_age_before", "no_age_near", "no_language_near", "pick",
        "of_a_child", "being", "month_number", "pregnant", "refusal", "refusal_after", "ruled_out", "where", "where_after", "walk", "birth",
        "date_before", "date_after", "becomes",
    }
)  # fmt: skip
"""Kinds that stand beside a thing named and are never named themselves."""

_LISTS = (
    *sorted(CUES - {"ruled_out", "birth"}),
    "today", "tomorrow", "after_tomorrow", "weekend", "free", "nearer", "far_off", "walking", "drive", "bus", "half", "quarter",
    "quarter_less", "pounds", "pence", "step_free", "scotland", "miles", "kilometres", "minutes", "place_or_word", "nothing",
    "other_number", "price", "entitlement",
)  # fmt: skip
_MAPPINGS = (
    "parts",
    "units",
    "age_words",
    "age_nouns",
    "numbers",
    "ordinals",
    "languages",
    "benefits",
    "ways",
    "money_words",
    "distance_words",
    "child_groups",
    "ruled_out",
    "periods",
    "birth",
    "minute_words",
)
_RANKED = ("weekdays", "weekdays_unsure", "months", "solar_months")
_ARABIC_FRONT = ("", "و", "ب", "ل", "ال", "بال", "وال", "لل", "ف", "ول", "هال", "ع", "عال")
_SORANI_END = ("", "ه", "یه", "ان", "دا", "ی", "ش", "ک", "یک", "هکه", "یان", "م", "انه", "یش", "مان")
_POLISH_PLACE_END = ("u", "ie", "em", "owi", "zie", "a", "ze")
_BARE = (frozenset({"numbers", "languages", "place_or_word"}) | CUES) - {"pregnant"}
_SHORT = 4
_ABROAD = frozenset({"yr", "yrs", "yo", "km", "kms", "uc", "esa", "jsa", "max", "bus", "bsl"})
"""Short English words that mean the same in a message of another language; other short ones are left alone there."""


def patterns(content_dir: Path) -> list[Pattern]:
    """All patterns: label is the kind, id is `language|value`.

    English patterns that count in messages of other languages too have the language `+`, those of
    any language `*`. In what a family needs, a word may end in `*` and is then a beginning.

    Raises:
        ContentError: a word list lacks a kind or has one that nobody reads.
    """
    found: list[Pattern] = []
    unsure: set[str] = set()
    for path in sorted((content_dir / "words").glob("*.yml")):
        lists = read_yaml(path)
        found += _of_language(path, lists)
        unsure |= {fold(str(name)) for name in lists["place_or_word"]}
    found += _needs(content_dir / "directory" / "needs.yml")
    found += _places(content_dir / "areas", unsure)
    found += _services(content_dir / "areas")
    return list({(p["label"], p["id"], p["pattern"]): p for p in found if p["pattern"]}.values())


def familiar_words(messages: Sequence[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Words that parents use in each language and that are therefore no slip of the finger.

    Args:
        messages: (language, intent, text) as `read_messages` gives them.
    """
    counts: dict[str, Counter[str]] = {}
    for language, _, text in messages:
        counts.setdefault(language, Counter()).update(set(words_of(text)))
    return {language: sorted(word for word, times in counted.items() if times > 1) for language, counted in counts.items()}


def _of_language(path: Path, lists: Mapping[str, Any]) -> Iterator[Pattern]:
    known = {*_LISTS, *_MAPPINGS, *_RANKED}
    if set(lists) != known:
        wrong = ", ".join(sorted(set(lists) ^ known))
        raise ContentError(path, None, f"missing or unknown: {wrong}", "compare with content/words/en.yml")
    code = path.stem
    for kind in _LISTS:
        for word in lists[kind]:
            yield from _forms(kind, code, "1", word)
    for kind in _MAPPINGS:
        for value, words in lists[kind].items():
            for word in words or ():
                yield from _forms(kind, code, str(value), word)
    for kind in _RANKED:
        for rank, words in enumerate(lists[kind]):
            for word in words:
                yield from _forms(kind, code, str(rank), word)


def _forms(kind: str, code: str, value: str, word: object) -> Iterator[Pattern]:
    folded = plain(str(word))
    grows = kind not in _BARE and not folded.isascii()
    fronts = _ARABIC_FRONT if code == "ar" and (grows or kind == "numbers") else ("",)
    ends = _SORANI_END if code == "ckb" and grows else ("",)
    abroad = code == "en" and (len(folded) >= _SHORT or folded in _ABROAD) and kind != "numbers"
    for front in fronts:
        for end in ends:
            yield {"label": kind, "id": f"{'+' if abroad else code}|{value}", "pattern": f"{front}{folded}{end}"}


def plain(text: str) -> str:
    """Folded, without apostrophes: the form in which patterns and messages meet."""
    return fold(text.replace("½", " 1/2 ").replace("٫", ".")).replace("'", "")


def _needs(path: Path) -> Iterator[Pattern]:
    """What families need to be able to come, in the words of the directory's own table."""
    for need, said in read_yaml(path)["needs"].items():
        for code, words in said.items():
            for word in words if code != "provider" else ():
                yield from _forms("needs", "ur" if code == "ur-Latn" else code, str(need), word)


def _places(areas: Path, unsure: set[str]) -> Iterator[Pattern]:
    for path in sorted(areas.glob("*/area.yml")):
        area = read_yaml(path)
        for place in (*(area.get("places") or ()), *(area.get("nearby") or ())):
            for name in (place["name"], *(place.get("also") or ())):
                folded = plain(name)
                label = "place_unsure" if fold(name) in unsure else "place"
                for form in _place_forms(folded):
                    yield {"label": label, "id": f"*|{place['name']}", "pattern": form}


def _place_forms(folded: str) -> Iterator[str]:
    """The name as it stands after the prepositions of Arabic, Polish and Sorani."""
    yield folded
    if folded.isascii():
        if not folded.endswith(("e", "y", "s")):
            yield from (folded + end for end in _POLISH_PLACE_END)
    else:
        yield from (front + folded for front in _ARABIC_FRONT[1:])
        yield from (folded + end for end in ("دا", "ی", "هوه"))


def _services(areas: Path) -> Iterator[Pattern]:
    for path in sorted(areas.glob("*/services.yml")):
        for service in read_yaml(path) or ():
            for name in (service["name"], *(service.get("also_called") or ())):
                if (len(fold(name)) >= 5 and len(fold(name).split()) >= 2) or len(fold(name)) >= 8:
                    yield {"label": "service_name", "id": f"*|{service['name']}", "pattern": plain(name)}
