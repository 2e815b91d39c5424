"""Patterns for spaCy from the word lists, the areas' places and the names of services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.text import fold
from bot.base.yaml_files import read_yaml

Pattern = dict[str, str]

_LISTS = (
    "today", "tomorrow", "after_tomorrow", "weekend", "free", "cheap", "nearer", "walking", "half", "old", "step_free", "pregnant",
    "scotland", "miles", "kilometres", "minutes",
)  # fmt: skip
_MAPPINGS = ("parts", "units", "age_words", "numbers", "ordinals", "languages", "benefits", "ways")
_RANKED = ("weekdays", "months")
_ARABIC_FRONT = ("", "و", "ب", "ل", "ال", "بال", "وال", "لل", "ف")
_SORANI_END = ("", "ه", "یه", "ان", "دا", "ی", "ش", "ک", "یک", "هکه", "یان", "م", "انه")


def patterns(content_dir: Path) -> list[Pattern]:
    """All patterns: label is the kind, id is `language|value`.

    Raises:
        ContentError: a word list lacks a kind or has one that nobody reads.
    """
    found: list[Pattern] = []
    for path in sorted((content_dir / "words").glob("*.yml")):
        found += _of_language(path)
    found += _places(content_dir / "areas")
    found += _services(content_dir / "areas")
    return list({(p["label"], p["id"], p["pattern"]): p for p in found if p["pattern"]}.values())


def _of_language(path: Path) -> Iterator[Pattern]:
    lists: Mapping[str, Any] = read_yaml(path)
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
            for word in [words] if isinstance(words, str) else words:
                yield from _forms(kind, code, str(rank), word)


def _forms(kind: str, code: str, value: str, word: object) -> Iterator[Pattern]:
    folded = fold(str(word))
    fronts = _ARABIC_FRONT if code == "ar" and not folded.isascii() else ("",)
    ends = _SORANI_END if code == "ckb" and not folded.isascii() and kind not in {"numbers", "languages"} else ("",)
    for front in fronts:
        for end in ends:
            yield {"label": kind, "id": f"{code}|{value}", "pattern": f"{front}{folded}{end}"}


def _places(areas: Path) -> Iterator[Pattern]:
    for path in sorted(areas.glob("*/area.yml")):
        for place in read_yaml(path).get("places") or ():
            for name in (place["name"], *(place.get("also") or ())):
                for pattern in _forms("place", "ar", place["name"], name):
                    yield {**pattern, "id": f"*|{place['name']}"}


def _services(areas: Path) -> Iterator[Pattern]:
    for path in sorted(areas.glob("*/services.yml")):
        for service in read_yaml(path) or ():
            for name in (service["name"], *(service.get("also_called") or ())):
                if (len(fold(name)) >= 5 and len(fold(name).split()) >= 2) or len(fold(name)) >= 8:
                    yield {"label": "service_name", "id": f"*|{service['name']}", "pattern": fold(name)}
