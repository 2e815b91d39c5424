"""Catalogues: extracted from `domain.yml`, compared, checked.

A catalogue's entry has the reply's key as context and the English text as id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.base.languages import Language, load_languages
from bot.checks.finding import Finding
from bot.replies.catalogue import load_english, load_po
from bot.replies.fill import PLACEHOLDER

LONGEST_BUTTON = 40
_WRITTEN_AT = datetime(2026, 11, 24, tzinfo=timezone.utc)
_UNFINISHED = ("TODO", "XXX", "??")
_HEAD = "Translations of Kinline's short replies. Generated entries have not been read by a person until their language is live."


def update_catalogues(root: Path) -> None:
    """Write `translations/bot.pot` and bring every catalogue up to date; translations are kept."""
    english = load_english(root / "domain.yml")
    languages = load_languages(root / "translations" / "languages.yml")
    _write(_template(english), root / "translations" / "bot.pot")
    for language in languages:
        if language.code != "en":
            path = catalogue_path(root, language)
            translated = load_po(path, english) if path.exists() else {}
            write_catalogue(path, language, english, translated)


def write_catalogue(path: Path, language: Language, english: dict[str, str], translated: dict[str, str]) -> None:
    """One catalogue with every key; what has no translation stays empty."""
    catalogue = Catalog(locale=language.locale.replace("-", "_"), project="Kinline", header_comment=f"# {_HEAD}", charset="utf-8")
    for key, text in english.items():
        catalogue.add(text, translated.get(key, ""), context=key)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(catalogue, path)


def catalogue_path(root: Path, language: Language) -> Path:
    """Where a language's catalogue lies."""
    return root / "translations" / language.code / "LC_MESSAGES" / "bot.po"


def check_catalogues(root: Path) -> Iterator[Finding]:
    """Every sentence translated, placeholders equal, buttons short and different, nothing unfinished."""
    english = load_english(root / "domain.yml")
    languages = load_languages(root / "translations" / "languages.yml")
    with (root / "translations" / "bot.pot").open("rb") as file:
        extracted = {entry.context: entry.id for entry in read_po(file) if entry.context}
    if extracted != english:
        yield Finding("error", "translations/bot.pot", "differs from domain.yml: run `make words`")
    yield from _check_texts("domain.yml", english, english)
    for language in languages.offered():
        if language.code != "en":
            yield from _check_language(root, language, english)


def _check_language(root: Path, language: Language, english: dict[str, str]) -> Iterator[Finding]:
    path = catalogue_path(root, language)
    where = str(path.relative_to(root))
    texts = load_po(path, english) if path.exists() else {}
    missing = sorted(set(english) - set(texts))
    if missing:
        yield Finding("error", where, f"{len(missing)} sentences are not translated, the first is {missing[0]}")
    yield from _check_texts(where, english, texts)


def _check_texts(where: str, english: dict[str, str], texts: dict[str, str]) -> Iterator[Finding]:
    for key, text in texts.items():
        wanted = Counter(PLACEHOLDER.findall(english[key]))
        if Counter(PLACEHOLDER.findall(text)) != wanted:
            yield Finding("error", where, f"{key}: placeholders differ from the English")
        if key.startswith("utter_button_") and len(text.replace("{number}", "1")) > LONGEST_BUTTON:
            yield Finding("error", where, f"{key}: longer than {LONGEST_BUTTON} characters")
        if any(mark in text for mark in _UNFINISHED):
            yield Finding("error", where, f"{key}: looks unfinished")
    shown = Counter(text for key, text in texts.items() if key.startswith("utter_button_") and key.split("_")[2] in _SHOWN_TOGETHER)
    for text, times in shown.items():
        if times > 1:
            yield Finding("error", where, f"two buttons are called {text!r}")


_SHOWN_TOGETHER = frozenset({"find", "healthy"})


def _template(english: dict[str, str]) -> Catalog:
    catalogue = Catalog(project="Kinline", header_comment=f"# {_HEAD}", charset="utf-8")
    for key, text in english.items():
        catalogue.add(text, "", context=key)
    return catalogue


def _write(catalogue: Catalog, path: Path) -> None:
    # A fixed date: the file changes only when its words do.
    catalogue.creation_date = catalogue.revision_date = _WRITTEN_AT
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, omit_header=False)
