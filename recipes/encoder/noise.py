"""Messages as they might have been typed with one hand: made anew each time a message is learned from."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

Change = Callable[[str, random.Random], str]

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR = {letter: "".join(row[max(0, at - 1) : at] + row[at + 1 : at + 2]) for row in _ROWS for at, letter in enumerate(row)}
_ARABIC_TYPED = [("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ة", "ه"), ("ى", "ي"), ("ئ", "ي"), ("ؤ", "و"), ("گ", "ك"), ("چ", "ج"), ("پ", "ب")]
_URDU_TYPED = [("ی", "ي"), ("ک", "ك"), ("ہ", "ه"), ("ں", "ن"), ("ئ", "ی"), ("آ", "ا"), ("ے", "ی"), ("ھ", "ہ"), ("ؤ", "و"), ("ٹ", "ت")]
_SORANI_TYPED = [
    ("ی", "ي"),
    ("ک", "ك"),
    ("ە", "ه"),
    ("ێ", "ی"),
    ("ۆ", "و"),
    ("ڕ", "ر"),
    ("ڵ", "ل"),
    ("ڤ", "ف"),
    ("وو", "و"),
    ("\u200c", ""),
]
_ROMAN_URDU = [
    ("aa", "a"), ("a", "aa"), ("ee", "i"), ("i", "ee"), ("oo", "u"), ("u", "oo"), ("v", "w"), ("w", "v"), ("kh", "k"), ("q", "k"),
    ("z", "j"), ("ph", "f"), ("gh", "g"), ("hai", "h"), ("hai", "hy"), ("hai", "he"), ("hain", "hn"), ("nahi", "nhi"),
    ("nahi", "nahin"), ("nahin", "nhi"), ("mein", "me"), ("mein", "main"), ("main", "mein"), ("kya", "kia"), ("ke", "k"), ("ki", "k"),
    ("ko", "koo"), ("mujhe", "mjhe"), ("mujhe", "muje"), ("kahan", "khan"), ("bacha", "bcha"), ("bache", "bachay"), ("ch", "c"),
    ("sh", "s"), ("ein", "en"), ("on", "oon"), ("ai", "e"), ("ay", "e"), ("e", "ay"), ("th", "t"), ("dh", "d"), ("bh", "b"),
]  # fmt: skip
_ENGLISH = [
    ("you", "u"), ("your", "ur"), ("are", "r"), ("to", "2"), ("for", "4"), ("and", "n"), ("and", "&"), ("please", "pls"), ("please", "plz"),
    ("with", "wiv"), ("with", "w"), ("because", "cos"), ("because", "bc"), ("the", "da"), ("the", "the the"),
    ("what", "wot"), ("what", "wat"),
    ("something", "summat"), ("anything", "owt"), ("nothing", "nowt"), ("my", "me"), ("about", "abt"), ("know", "no"), ("there", "their"),
    ("can't", "cant"), ("don't", "dont"), ("doesn't", "doesnt"), ("i'm", "im"), ("isn't", "isnt"), ("thanks", "ta"), ("though", "tho"),
    ("tomorrow", "tmrw"), ("baby", "babby"), ("children", "kids"), ("is", "iz"), ("think", "fink"), ("them", "em"), ("going to", "gonna"),
    ("want to", "wanna"), ("appointment", "apointment"), ("people", "ppl"), ("really", "rly"), ("message", "msg"),
]  # fmt: skip


def noisy(text: str, language: str, rng: random.Random) -> str:
    """The text with one to three of the changes below; never empty."""
    changes = _SLIPS + _BY_LANGUAGE.get(language, [])
    changed = text
    for change in rng.choices(changes, k=rng.choice((1, 1, 2, 3))):
        changed = change(changed, rng) or changed
    return changed if changed.strip() else text


def _slips(text: str, rng: random.Random) -> str:
    """About one slip of the finger in 25 letters, at least one."""
    letters = list(text)
    for _ in range(1 + int(len(text) / 25 * rng.random())):
        places = [at for at, letter in enumerate(letters) if letter.isalpha()]
        if len(places) < 3:
            break
        at, kind = rng.choice(places), rng.random()
        if kind < 0.3:
            letters[at] = ""
        elif kind < 0.5:
            letters[at] *= 2
        elif kind < 0.75 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] = rng.choice(_NEAR.get(letters[at].lower()) or letters[at])
    return "".join(letters)


def _no_marks(text: str, rng: random.Random) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text.replace("ł", "l").replace("Ł", "L")) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)


def _lower(text: str, rng: random.Random) -> str:
    return text.lower() if rng.random() < 0.85 else text.upper()


def _no_punctuation(text: str, rng: random.Random) -> str:
    return re.sub(r"[.,!?;:'’\"()؟،؛۔-]", "", text)


def _joined(text: str, rng: random.Random) -> str:
    blanks = [m.start() for m in re.finditer(" ", text)]
    if not blanks:
        return text
    at = rng.choice(blanks)
    return text[:at] + text[at + 1 :]


def _split(text: str, rng: random.Random) -> str:
    places = [at for at in range(2, len(text) - 2) if text[at - 1 : at + 1].isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + " " + text[at:]


def _cut(text: str, rng: random.Random) -> str:
    words = text.split()
    lost = rng.randint(1, max(1, len(words) // 6))
    if len(words) < 7:
        return text
    return " ".join(words[lost:] if rng.random() < 0.5 else words[:-lost])


def _word_lost(text: str, rng: random.Random) -> str:
    words = text.split()
    if len(words) < 5:
        return text
    del words[rng.randrange(len(words))]
    return " ".join(words)


def _letters_of(pairs: list[tuple[str, str]], share: float) -> Change:
    def change(text: str, rng: random.Random) -> str:
        for old, new in pairs:
            if old in text and rng.random() < share:
                text = text.replace(old, new)
        return text

    return change


def _some_of(pairs: list[tuple[str, str]], share: float, whole_words: bool) -> Change:
    def change(text: str, rng: random.Random) -> str:
        text = text.lower()
        for old, new in rng.sample(pairs, len(pairs)):
            if old in text and rng.random() < share:
                text = re.sub(rf"\b{re.escape(old)}\b" if whole_words else re.escape(old), new, text, count=rng.randint(1, 2))
        return text

    return change


_SLIPS: list[Change] = [_slips, _slips, _slips, _lower, _no_punctuation, _joined, _split, _cut, _word_lost]
_BY_LANGUAGE: dict[str, list[Change]] = {
    "en": [_some_of(_ENGLISH, 0.5, whole_words=True)] * 3,
    "pl": [_no_marks] * 5,
    "ro": [_no_marks] * 5,
    "ar": [_letters_of(_ARABIC_TYPED, 0.6)] * 4,
    "ur": [_letters_of(_URDU_TYPED, 0.4)] * 3,
    "ckb": [_letters_of(_SORANI_TYPED, 0.4)] * 4,
    "ur-Latn": [_some_of(_ROMAN_URDU, 0.15, whole_words=False)] * 8,
}
