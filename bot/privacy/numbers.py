"""Numbers in a message that must not be kept as they are.

A National Insurance number, a bank account or a card number is refused and replaced by a mark. A
telephone number is replaced by a token; the number itself is sealed and kept apart. This runs on
the bare text, before anything is stored or logged, on every message.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.base.text import ascii_digits

Refused = Literal["national_insurance", "card", "bank"]

MARKS: dict[Refused, str] = {"national_insurance": "[NI-removed]", "card": "[card-removed]", "bank": "[bank-removed]"}
_TOKEN = re.compile(r"\[phone-([A-Z0-9]{8})\]")
_HIDDEN = re.compile("|".join([_TOKEN.pattern, *(re.escape(mark) for mark in MARKS.values())]))

# Two letters, six digits, one letter A-D, with any separators people put between them. The last
# letter may be missing. Source: HMRC, National Insurance Manual NIM39110.
_GAP = r"[\s.\-_/,*]{0,3}"
_NATIONAL_INSURANCE = re.compile(
    rf"(?<![A-Za-z0-9])[A-CEGHJ-PR-TW-Z]{_GAP}[A-CEGHJ-NPR-TW-Z]{_GAP}(?:[0-9]{_GAP}){{6}}[A-D]?(?![A-Za-z0-9])", re.IGNORECASE
)
_SORT_CODE = re.compile(r"(?<!\d)\d{2}[\s.\-/]\d{2}[\s.\-/]\d{2}(?!\d)")
_DIGIT_RUN = re.compile(r"\+?\(?\d(?:[\s.\-_()/,*]{0,3}\d){5,40}")
_PHONE = re.compile(r"(?:\+|00)[1-9]\d{7,14}|0\d{9,10}|44\d{10}|7\d{9}")
_ACCOUNT_WORD = re.compile(
    r"account|acct|a/c|sort ?code|iban|bank|konto|kontow|حساب|اکاؤنٹ|اكاونت|بنك|بینک|بانک|cont\b|banc|khata", re.IGNORECASE
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[\s\-]?[A-Z0-9]{4}){3,7}(?:[\s\-]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Protected:
    """A message that may be stored.

    Attributes:
        text: with marks and tokens in place of numbers.
        refused: what was typed that the service never keeps.
        tokens: tokens of telephone numbers found, in order.
    """

    text: str
    refused: tuple[Refused, ...] = ()
    tokens: tuple[str, ...] = ()


def with_hidden(text: str, words: str) -> str:
    """The stored text as its writer may read it again: words in place of tokens and marks."""
    return _HIDDEN.sub(lambda _m: words, text)


def protect(text: str, keep_phone: Callable[[str], str]) -> Protected:
    """The message without the numbers in it.

    Args:
        text: cleaned; digits of any script.
        keep_phone: given the digits of a telephone number as typed, seals it and returns a token
            of eight letters or digits.
    """
    refused: list[Refused] = []
    tokens: list[str] = []
    text = _replace_all(text, _IBAN, lambda _m: _refuse(refused, "bank"))
    text = _replace_all(text, _NATIONAL_INSURANCE, lambda _m: _refuse(refused, "national_insurance"))
    banking = bool(_SORT_CODE.search(ascii_digits(text))) or bool(_ACCOUNT_WORD.search(text))

    def number(match: re.Match[str]) -> str | None:
        digits = re.sub(r"[^\d+]", "", match.group(0))
        bare = digits.lstrip("+")
        if _PHONE.fullmatch(digits):
            tokens.append(keep_phone(digits))
            return f"[phone-{tokens[-1]}]"
        if 12 <= len(bare) <= 19:
            return _refuse(refused, "card")
        if len(bare) > 19:
            return _refuse(refused, "card")
        if banking and len(bare) in (6, 7, 8, 14):
            return _refuse(refused, "bank")
        if len(bare) >= 9:
            tokens.append(keep_phone(digits))
            return f"[phone-{tokens[-1]}]"
        return None

    text = _replace_all(text, _DIGIT_RUN, number)
    return Protected(text, tuple(dict.fromkeys(refused)), tuple(tokens))


def phone_tokens(text: str) -> list[str]:
    """Tokens of telephone numbers in a stored text."""
    return _TOKEN.findall(text)


def _refuse(refused: list[Refused], kind: Refused) -> str:
    refused.append(kind)
    return MARKS[kind]


def _replace_all(text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str | None]) -> str:
    # Matching is done on 0-9, cutting on the parent's own text: both have the same length.
    pieces, end = [], 0
    for match in pattern.finditer(ascii_digits(text)):
        new = replace(match)
        if new is None:
            continue
        pieces += [text[end : match.start()], new]
        end = match.end()
    return "".join([*pieces, text[end:]])
