"""Machine translation: of the directory ahead of time, and of a chat while a connector looks on. The only user of `deep_translator`.

No provider unless `TRANSLATOR_URL` names a LibreTranslate server of one's own. Names, numbers, times, addresses, postcodes and
links do not go through it: markers stand in their place, and a translation in which one of them is missing is thrown away.
The assistant itself never lets it translate what a parent reads at once; only a connector does, who sees it first.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Protocol

import deep_translator.libre as libre
import requests
from deep_translator import LibreTranslator
from deep_translator.exceptions import LanguageNotSupportedException

from bot.base.text import ascii_digits, has_letters, isolate, strip_marks

VERSION = "2"
"""Raised when the same text would be translated otherwise: what is stored is then made anew."""

NO_SUCH_LANGUAGE = "the machine does not know this language"

_TIMEOUT_S = (2.0, 20.0)
_AT_ONCE = 4
_MOST_FAILURES, _REST_S = 5, 60.0
_LONGEST = 4500
_SHORTEST_SHARE, _LONGEST_SHARE = 0.25, 5.0
_FEW_LETTERS = 24
_STREETS = (
    "Street|Road|Avenue|Lane|Close|Drive|Way|Square|Crescent|Terrace|Gardens?|Grove|Court|Parade|Place|Park|Hill|Row|Mews|Walk|Green|Rise"
    "|Promenade|House|Centre|Hall|Library|Church|School|St|Rd|Ave|Ln|Cl|Dr"
)
# Names of places are in capitals: after a house number or in the middle of a sentence several, at its beginning the last one alone.
_ADDRESS = (
    r"(?:\b\d{1,4}[A-Za-z]?,?[ ](?:[A-Z][\w’'-]*[ ]){1,4}|(?<=[a-z,][ ])(?:[A-Z][\w’'-]*[ ]){1,4}"
    r"|\b(?!(?:The|A|An|Our|Your|My|This|That|At|In|Near|Visit)\b)[A-Z][\w’'-]*[ ])"
    rf"(?:{_STREETS})\b(?![ ](?:{_STREETS})\b)"
)
_FIXED = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+"
    rf"|{_ADDRESS}"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?(?:\s*\d[A-Z]{2})?\b"
    r"|£\s?\d[\d,.]*\d|£\s?\d"
    r"|\+?\(?\d[\d\s().,:/-]*\d(?:\s?(?:am|pm|a\.m\.|p\.m\.)(?![a-z]))?|\d+(?:\s?(?:am|pm)(?![a-z]))?",
)
_MARKER = re.compile(r"[\[［]\s*(\d{1,3})\s*[\]］]")

# The package knows 17 languages of LibreTranslate; the server knows more and says itself when it does not.
libre.LIBRE_LANGUAGES_TO_CODES.update({"urdu": "ur", "romanian": "ro", "sorani": "ckb", "somali": "so", "ukrainian": "uk", "bengali": "bn"})
# The package never sets a time-out and puts the text into the address, where access logs would keep it; it takes its `requests`
# from its own module: there it gets a time-out, and the text goes into the body.
libre.requests = SimpleNamespace(
    post=lambda url, params: requests.post(url, data=params, timeout=_TIMEOUT_S, allow_redirects=False), exceptions=requests.exceptions
)


class Provider(Protocol):
    """A machine that translates.

    Attributes:
        name: part of what a stored translation is known by.
    """

    @property
    def name(self) -> str:
        """The provider's name."""

    def translate(self, text: str, source: str, target: str) -> str:
        """The translation; raises whatever it likes."""


@dataclass(frozen=True)
class LibreTranslate:
    """A LibreTranslate server of one's own.

    Attributes:
        url: its address; texts are sent in the body, so that no access log keeps them.
        key: where it asks for one.
    """

    url: str
    key: str = ""
    name: str = "libretranslate"

    def translate(self, text: str, source: str, target: str) -> str:
        """A new object each time: one that is shared mixes up the answers of several threads."""
        url = self.url if self.url.endswith("/") else f"{self.url}/"
        made = LibreTranslator(source=source, target=target, api_key=self.key or "none", custom_url=url).translate(text)
        if not isinstance(made, str):
            raise TypeError("no text in the answer")
        return made


@dataclass(frozen=True)
class Translated:
    """What became of a text.

    Attributes:
        text: None when there is no translation that can be used.
        problem: why not.
    """

    text: str | None
    problem: str = ""


@dataclass
class _Breaker:
    """Lets a server rest that fails again and again."""

    failures: int = 0
    until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_open(self) -> bool:
        with self.lock:
            return time.monotonic() < self.until

    def note(self, *, failed: bool) -> None:
        with self.lock:
            self.failures = self.failures + 1 if failed else 0
            if self.failures >= _MOST_FAILURES:
                self.until, self.failures = time.monotonic() + _REST_S, 0


class Machine:
    """The port: texts in, checked translations out.

    Args:
        provider: translates.
    """

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._breaker = _Breaker()

    @property
    def is_resting(self) -> bool:
        """Whether the server has failed so often that it is not asked for a while."""
        return self._breaker.is_open()

    def translate_all(self, texts: Sequence[tuple[str, Sequence[str]]], source: str, target: str) -> Iterator[Translated]:
        """Translations in the order of the texts, a few at the same time.

        Args:
            texts: each with the names in it that must not change.
        """
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="translate") as pool:
            yield from pool.map(lambda one: self.translate(one[0], source, target, one[1]), texts)

    def translate(self, text: str, source: str, target: str, names: Sequence[str] = ()) -> Translated:
        """One text; never raises."""
        protected, kept = protect(text, names)
        if not has_letters(_MARKER.sub("", protected)):
            return Translated(None, "nothing to translate")
        if len(text) > _LONGEST:
            return Translated(None, "too long")
        if self._breaker.is_open():
            return Translated(None, "the server is resting after several failures")
        try:
            made = self.provider.translate(protected, source, target)
        except LanguageNotSupportedException:
            return Translated(None, NO_SUCH_LANGUAGE)
        except Exception as error:  # noqa: BLE001 - its errors have no common root, and some escape from the libraries below
            self._breaker.note(failed=True)
            return Translated(None, f"the server failed ({type(error).__name__})")
        self._breaker.note(failed=False)
        return _checked(made, text, protected, kept)


def machine_of(url: str, key: str) -> Machine | None:
    """The machine that the settings name; None when they name none."""
    return Machine(LibreTranslate(url, key)) if url else None


def protect(text: str, names: Sequence[str] = ()) -> tuple[str, list[str]]:
    """The text with `[0]`, `[1]` … where something must stay as it is, and what stands there."""
    known = sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True)
    pattern = "|".join([*(rf"(?<!\w){re.escape(name)}(?!\w)" for name in known), _FIXED.pattern, r"[\[\]［］]"])
    kept: list[str] = []

    def put(match: re.Match[str]) -> str:
        kept.append(match.group(0))
        return f"[{len(kept) - 1}]"

    return re.sub(pattern, put, text), kept


def missing(text: str, translation: str) -> list[str]:
    """Numbers, times, addresses and links that do not stand in a translation that a person has changed, each once.

    Names may: in many languages they have endings.
    """
    found = ascii_digits(strip_marks(translation))
    return list(dict.fromkeys(part.strip() for part in protect(text)[1] if not _stands_in(part, found)))


def _stands_in(part: str, text: str) -> bool:
    # Spaces may come and go, and a full stop belongs to the sentence; a 3 is found neither in 13 nor in BD3, but after an Arabic "and".
    characters = [re.escape(c) for c in ascii_digits(strip_marks(part)).rstrip(".,;:!?") if not c.isspace()]
    return re.search(r"(?<![0-9A-Za-z])" + r"\s*".join(characters) + r"(?![0-9A-Za-z])", text) is not None


def isolated(text: str) -> str:
    """The text with each number, link and postcode kept in its order inside right-to-left text."""
    return _FIXED.sub(lambda match: isolate(match.group(0)), text)


def _checked(made: Any, text: str, protected: str, kept: Sequence[str]) -> Translated:
    """The translation with everything back in its place, or why it cannot be used."""
    made = made.strip()
    if not made or made in (protected, text):
        return Translated(None, "it came back as it was")
    found = [int(number) for number in _MARKER.findall(made)]
    if sorted(found) != list(range(len(kept))):
        return Translated(None, "a name, number or link was lost")
    bare = _MARKER.sub("", made)
    if any(character.isdigit() for character in bare):
        return Translated(None, "a number was added")
    if "<" in bare and "<" not in text:
        return Translated(None, "it came back with mark-up")
    share = len(bare) / max(len(_MARKER.sub("", protected)), 1)
    if len(text) > _FEW_LETTERS and not _SHORTEST_SHARE <= share <= _LONGEST_SHARE:
        return Translated(None, "only a part came back, or much too much")
    return Translated(_MARKER.sub(lambda match: kept[int(match.group(1))], made))
