"""Text as parents type it: cleaning, folding for comparison, keeping numbers in their order."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 4000
"""Longer messages are read up to here and from their end: a request is often the last sentence."""

LRI, PDI, RLM = "\u2066", "\u2069", "\u200f"
_BIDI = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF, 0x0640])
_ARABIC_LETTERS = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ې": "ی", "ێ": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ۃ": "ه",
        "ہ": "ه", "ھ": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ۆ": "و",
        "ڕ": "ر", "ڵ": "ل", "ں": "ن", "ے": "ی", "ۓ": "ی", "ء": None, "\u200c": None, "\u200d": None,
    }
)  # fmt: skip
_LATIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "’": "'", "‘": "'", "`": "'"})
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufefc]")
_SENTENCE_END = re.compile(r"(?<=[.!?؟۔。\n])\s+|\n+")


def clean(text: str, limit: int = MAX_CHARACTERS) -> str:
    """What is worth reading of a message.

    Control and direction characters go (they can hide words), white space folds to single blanks
    and line ends. A text over `limit` characters keeps its first two thirds and its last third.
    """
    text = unicodedata.normalize("NFC", text)
    if len(text) > limit:
        head = limit * 2 // 3
        text = text[:head] + "\n" + text[-(limit - head - 1) :]
    if not text.isascii():
        text = text.translate(_BIDI).translate(_INVISIBLE)
    if not text.replace("\n", "").isprintable():  # what is printable holds none of them; looking at each letter is slow
        text = "".join(c if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"} else " " for c in text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def fold(text: str) -> str:
    """The form in which words are compared; never shown.

    Case, diacritics, Arabic-script letter variants, apostrophes and numerals of other scripts no
    longer matter. Punctuation stays.
    """
    if text.isascii():  # most of what is read; nothing in it has another form
        return " ".join(text.lower().replace("`", "'").split())
    text = unicodedata.normalize("NFKC", text).casefold()
    if text.isascii():
        text = text.replace("`", "'")
    else:
        text = text.translate(_LATIN_LETTERS)
        text = text.translate(_ARABIC_LETTERS).translate(_INVISIBLE)
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        text = text.translate(_ARABIC_LETTERS)
        text = "".join(_digit(c) for c in text)
    return " ".join(text.split())


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def ascii_digits(text: str) -> str:
    """The same text with numerals of every script written 0-9; lengths do not change."""
    return text if text.isascii() else "".join(_digit(c) for c in text)


def words(text: str) -> list[str]:
    """Folded words without punctuation."""
    return re.findall(r"\w+", fold(text))


def sentences(text: str) -> list[str]:
    """The text cut at sentence ends and line ends; never empty strings."""
    return [part for part in (p.strip() for p in _SENTENCE_END.split(text)) if part]


def isolate(text: str) -> str:
    """Wrapped so that a number, link or Latin name keeps its order in right-to-left text."""
    return f"{LRI}{text}{PDI}"


def is_right_to_left(text: str) -> bool:
    """Whether there is a letter of a script that is written from the right."""
    return bool(_RIGHT_TO_LEFT.search(text))


def strip_marks(text: str) -> str:
    """Without direction characters; for comparison and for places that render plain text."""
    return text.translate(_BIDI)


def has_letters(text: str) -> bool:
    """Whether there is at least one letter or digit in any script."""
    return any(c.isalnum() for c in text)
