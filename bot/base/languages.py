"""The one list of languages: what is offered, how it is written, how far it has been checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from bot.base.errors import ContentError
from bot.base.yaml_files import line_of, read_yaml

Direction = Literal["ltr", "rtl"]
Stage = Literal["draft", "preview", "live"]


@dataclass(frozen=True)
class Language:
    """One language as `translations/languages.yml` describes it.

    Attributes:
        code: BCP-47 as used in folder names; Roman Urdu is `ur-Latn`.
        direction: from the file, never from Babel, which answers right-to-left for `ur-Latn`.
        stage: draft (not offered), preview (offered, not yet checked by a person), live.
        locale: the Babel locale for dates and numbers.
        read_by: codes of languages that are not offered and whose speakers often read this one.
        units: words for day, week, month, year, hour and mile where the locale data has none.
    """

    code: str
    own_name: str
    english_name: str
    direction: Direction
    script: str
    stage: Stage
    locale: str
    units: Mapping[str, str] = field(default_factory=dict, hash=False)
    read_by: tuple[str, ...] = ()

    @property
    def is_reviewed(self) -> bool:
        """Whether a person who speaks the language has read the texts."""
        return self.stage == "live"


class Languages:
    """All languages of the file, in its order; English comes first."""

    def __init__(self, languages: list[Language]) -> None:
        self._by_code = {language.code: language for language in languages}

    def __iter__(self) -> Iterator[Language]:
        return iter(self._by_code.values())

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str | None) -> Language:
        """The language of a code; English for an unknown one."""
        return self._by_code.get(code or "en") or self._by_code["en"]

    def named(self, code: object) -> str | None:
        """The code as it is written here of one written somehow (`en-GB`, `UR`, `ur-latn`); None for a language that is not here."""
        parts = str(code or "").lower().replace("_", "-").split("-")
        by_lower = {known.lower(): known for known in self._by_code}
        return next((by_lower[tag] for n in range(len(parts), 0, -1) if (tag := "-".join(parts[:n])) in by_lower), None)

    def offered(self) -> list[Language]:
        """Those that parents may choose."""
        return [language for language in self if language.stage != "draft"]

    def readable_to(self, code: str) -> Language | None:
        """The offered language that speakers of one that is not offered may be able to read; None when there is none of its kin."""
        return next((language for language in self.offered() if code in language.read_by), None)

    def chain(self, code: str) -> list[str]:
        """Codes in which to look for words: the language itself, then English."""
        known = self.get(code).code
        return [known] if known == "en" else [known, "en"]


def load_languages(path: Path) -> Languages:
    """Read `translations/languages.yml`.

    Raises:
        ContentError: a field is missing or has a value that is not allowed.
    """
    languages = []
    for entry in read_yaml(path)["languages"]:
        code = str(entry.get("code", "?"))
        if entry.get("direction") not in {"ltr", "rtl"} or entry.get("stage") not in {"draft", "preview", "live"}:
            raise ContentError(
                path, line_of(path, f"code: {code}"), f"language {code}: direction or stage is wrong",
                "direction is ltr or rtl; stage is draft, preview or live",
            )  # fmt: skip
        languages.append(
            Language(
                code,
                entry["own_name"],
                entry["english_name"],
                cast(Direction, entry["direction"]),
                entry["script"],
                cast(Stage, entry["stage"]),
                entry.get("locale", code),
                entry.get("units", {}),
                tuple(entry.get("read_by", ())),
            )
        )
    if not languages or languages[0].code != "en":
        raise ContentError(path, 1, "English is not the first language", "put `en` first: all else falls back to it")
    return Languages(languages)
