"""Languages that are not offered: which one a message is in, told by its commonest words and letters.

Lists decide, since no library knows Somali, Kurmanji or Tigrinya, and since Slovak and Czech
resemble Polish, and Farsi and Pashto resemble Urdu and Sorani, more than their letters say.
`py3langid` has a say among those that it knows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.text import words as words_of
from bot.base.yaml_files import read_yaml

_SCRIPTS = frozenset({"LATIN", "ARABIC", "CYRILLIC", "ETHIOPIC", "DEVANAGARI"})
_LETTER = 0.25
_LETTERS_AT_MOST = 2
_SENTENCE_WORDS = 4
_SECOND_OPINION = 0.25
_SURE = 0.9


@dataclass(frozen=True)
class OtherLanguage:
    """One language.

    Attributes:
        words: folded.
        letters: such as the offered languages of the same script do not have, as typed.
    """

    code: str
    script: str
    words: frozenset[str]
    letters: frozenset[str]

    def share(self, heard: Sequence[str], text: str) -> float:
        """How much of a message speaks for this language: 0 to 1 for its words, up to 0.5 more for its letters."""
        letters = min(sum(letter in self.letters for letter in text.lower()), _LETTERS_AT_MOST)
        return sum(word in self.words for word in heard) / max(len(heard), 1) + _LETTER * letters


class OtherLanguages:
    """All of them.

    Args:
        offered: codes that are offered, for the library's choice.
    """

    def __init__(self, languages: Sequence[OtherLanguage], offered: Sequence[str]) -> None:
        self.languages = tuple(languages)
        self._offered = tuple(offered)
        self._library: Any = None

    def likeliest(self, heard: Sequence[str], text: str, script: str) -> tuple[str | None, float]:
        """The best code of a script and what speaks for it, in shares of the words; None when nothing does."""
        shares = {one.code: one.share(heard, text) for one in self.languages if one.script == script}
        if not shares:
            return None, 0.0
        opinion = self._opinion(text)
        # Without one word or letter of its own, a language is named only for a sentence: gibberish looks like some language too.
        if opinion in shares and (shares[opinion] > 0 or len(heard) >= _SENTENCE_WORDS):
            shares[opinion] += _SECOND_OPINION
        best = max(shares, key=lambda code: shares[code])
        return (best, shares[best]) if shares[best] > 0 else (None, 0.0)

    def signs(self, code: str, said: Collection[str], text: str) -> set[str]:
        """The words and letters of a message that are this language's own."""
        one = next(one for one in self.languages if one.code == code)
        return {word for word in said if len(word) > 1 and word in one.words} | {letter for letter in text.lower() if letter in one.letters}

    def of_script(self, heard: Sequence[str], text: str, script: str, otherwise: str) -> str:
        """The best code for a script that no offered language uses."""
        shares = {one.code: one.share(heard, text) for one in self.languages if one.script == script}
        best = max(shares, key=lambda code: shares[code], default=otherwise)
        return best if shares.get(best) else otherwise

    def _opinion(self, text: str) -> str | None:
        if self._library is None:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - read on first need only

            self._library = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
            known = set(self._library.nb_classes)
            self._library.set_languages(sorted(known & {*self._offered, *(one.code for one in self.languages)}))
        code, sure = self._library.classify(text)
        return str(code) if sure >= _SURE else None

    def saved(self) -> dict[str, Any]:
        """Plain values for `restored`."""
        return {
            one.code: {"script": one.script, "words": sorted(one.words), "letters": "".join(sorted(one.letters))} for one in self.languages
        }

    @classmethod
    def restored(cls, values: Mapping[str, Mapping[str, Any]], offered: Sequence[str]) -> OtherLanguages:
        """The same as was saved, or as a file has it."""
        languages = [
            OtherLanguage(code, one["script"], frozenset(w for word in one["words"] for w in words_of(word)), frozenset(one["letters"]))
            for code, one in values.items()
        ]
        return cls(languages, offered)


def load_other_languages(path: Path, offered: Sequence[str]) -> OtherLanguages:
    """Read `content/languages/not_offered.yml`.

    Raises:
        ContentError: a language is offered, or lacks something, or a word is none (YAML reads a bare `no` as false).
    """
    values = read_yaml(path)
    for code, one in values.items():
        if code in offered:
            raise ContentError(path, None, f"{code} is offered", "take it out of this file")
        if set(one) != {"script", "words", "letters"} or one["script"] not in _SCRIPTS:
            raise ContentError(path, None, f"{code}: script, letters or words are missing or wrong", f"scripts: {sorted(_SCRIPTS)}")
        if wrong := [word for word in one["words"] if not isinstance(word, str)]:
            raise ContentError(path, None, f"{code}: {wrong[0]!r} is no word", "put it in quotes")
    return OtherLanguages.restored(values, offered)
