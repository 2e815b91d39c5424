"""Short fixed sentences: English from `domain.yml`, other languages from gettext catalogues.

A catalogue entry's context (`msgctxt`) is the reply's key, its `msgid` the English text; so an
English sentence that has changed no longer matches its old translation, and English is shown
until somebody has translated it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from bot.base.errors import ContentError
from bot.base.languages import Languages
from bot.base.yaml_files import line_of, read_yaml
from bot.replies.fill import fill
from bot.replies.model import Reply


class Catalogue:
    """All short sentences in all languages.

    Args:
        english: reply key → English text.
        translations: language code → reply key → text.
    """

    def __init__(self, english: Mapping[str, str], translations: Mapping[str, Mapping[str, str]], languages: Languages):
        self.english = dict(english)
        self.translations = {code: dict(texts) for code, texts in translations.items()}
        self.languages = languages

    def template(self, key: str, language: str) -> tuple[str, str]:
        """The unfilled text and the code of the language that it is in.

        Raises:
            KeyError: no such reply.
        """
        for code in self.languages.chain(language):
            text = self.english[key] if code == "en" else self.translations.get(code, {}).get(key)
            if text:
                return text, code
        raise KeyError(key)

    def text(self, key: str, language: str, facts: Mapping[str, str], /, **values: object) -> str:
        """The filled text; empty when every paragraph rests on an overdue fact."""
        return self.reply(key, language, facts, **values).text

    def reply(self, key: str, language: str, facts: Mapping[str, str], /, **values: object) -> Reply:
        """The filled text with its language and direction, without buttons."""
        template, code = self.template(key, language)
        direction = self.languages.get(code).direction
        return Reply(fill(template, values, facts, direction, whole_paragraphs=False), code, direction)

    def missing(self, language: str) -> list[str]:
        """Keys that have no words of their own in that language."""
        own = self.english if language == "en" else self.translations.get(language, {})
        return [key for key in self.english if not own.get(key)]


def load_catalogue(domain_path: Path, translations_dir: Path, languages: Languages) -> Catalogue:
    """English from the domain file, the rest from `translations/<lang>/LC_MESSAGES/bot.po`.

    Raises:
        ContentError: a broken file, with its line.
    """
    english = load_english(domain_path)
    translations = {
        language.code: load_po(path, english)
        for language in languages
        if language.code != "en" and (path := translations_dir / language.code / "LC_MESSAGES" / "bot.po").exists()
    }
    return Catalogue(english, translations, languages)


def load_english(domain_path: Path) -> dict[str, str]:
    """Reply key → English text, from `responses:` of the domain file; one text a key."""
    texts: dict[str, str] = {}
    for key, variations in (read_yaml(domain_path).get("responses") or {}).items():
        if not isinstance(variations, list) or len(variations) != 1 or not (variations[0] or {}).get("text"):
            raise ContentError(
                domain_path, line_of(domain_path, f"{key}:"), f"{key} must have exactly one `text`",
                "write `- text: …` once below it",
            )  # fmt: skip
        texts[key] = str(variations[0]["text"])
    return texts


def load_po(path: Path, english: Mapping[str, str]) -> dict[str, str]:
    """Reply key → translated text; fuzzy entries and those of an older English text are left out."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise ContentError(
            path, line + 1 if isinstance(line, int) else None, "not a valid gettext catalogue",
            "open it in Poedit, which shows the place, or restore it from git",
        ) from error  # fmt: skip
    return {
        entry.context: str(entry.string)
        for entry in catalogue
        if entry.context and entry.string and not entry.fuzzy and english.get(entry.context) == entry.id
    }
