"""Numbers in a message that must not be kept as they are.

A National Insurance number, a bank account or a card number is refused and replaced by a mark. A
telephone number is replaced by a token; the number itself is sealed and kept apart. This runs on
the bare text, before anything is stored or logged, on every message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.base.text import ascii_digits, fold
from bot.privacy.figures import BETWEEN, RUN, Run

Refused = Literal["national_insurance", "card", "bank"]

MARKS: dict[Refused, str] = {"national_insurance": "[NI-removed]", "card": "[card-removed]", "bank": "[bank-removed]"}
_TOKEN = re.compile(r"\[phone-([A-Z0-9]{8})\]")
_HIDDEN = re.compile("|".join([_TOKEN.pattern, *(re.escape(mark) for mark in MARKS.values())]))

# Two letters, six figures, one letter A-D, with any signs that people put between them; O stands for 0 and l for 1. The last letter
# may be missing. Which letters are given out: HMRC, National Insurance Manual NIM39110; Q is what examples begin with.
_NATIONAL_INSURANCE = re.compile(
    rf"(?<![^\W_])(?P<prefix>[A-Z]{BETWEEN}[A-Z])(?P<gap>{BETWEEN})(?P<figures>(?:[0-9OIL]{BETWEEN}){{5}}[0-9OIL])"
    rf"(?:(?P<before_suffix>{BETWEEN})(?P<suffix>[A-D])|(?!{BETWEEN}\d))(?![^\W_])",
    re.IGNORECASE,
)
_GIVEN_OUT = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]|QQ")
_FIGURES_AT_LEAST = 4
_INSURANCE_WORD = re.compile(
    r"(?i:national\s*insurance|insurance\s*n|\bnino\b|\bn\.?\s?i\.?\s*(?:number|num|no\b|nr|#)|ubezpiecz|asigur[aă]r|التأمين|التامين|انشورنس|insh?urance"
    r"|بیمە|بيمة|بیمه)|\bNI\b"
)
# In folded letters: parents leave out accents and hamza, and type Arabic letters on any keyboard.
_ACCOUNT_WORD = re.compile(
    r"account|\bacc(?:t|ount)?\b|a/c|sort ?-?code|sortuj|iban|bank|\bkont[aoue]\b|kontow|rachun|حساب|حیساب|ههژمار|یهژمار|اکاونٹ|اکاونت|کهات"
    r"|بنک|بینک|\bcont(?:ul|ului|uri|urile)?\b|\bbanc|khata|akaunt"
)
_SORT_CODE_WORD = re.compile(r"sort ?-?code|سورت|سارٹ", re.IGNORECASE)
_CARD_WORD = re.compile(r"\bcard|\bkart[aęyąo]|visa|master ?card|debit|debet|کارڈ|کارت|بطاق|الكارت", re.IGNORECASE)

_IBAN_PART = r"[\s\-.\u2010-\u2015]?"
_IBAN = re.compile(
    rf"(?<![^\W_])[A-Z]{{2}}{_IBAN_PART}\d{{2}}(?:{_IBAN_PART}[A-Z0-9]{{4}}){{2,7}}(?:{_IBAN_PART}[A-Z0-9]{{1,3}})?(?![^\W_])",
    re.IGNORECASE,
)
_IBAN_LEAST = 15

_SORT_CODE, _ACCOUNT = 6, (6, 7, 8)
_SORT_CODE_AND_ACCOUNT = 14
_SORT_CODE_SIGNS = re.compile(r"[./\-\u2010-\u2015]")
_PAIRS = (2, 2, 2)
_CARD_LEAST, _HALF_A_CARD, _QUARTER_OF_A_CARD = 12, 8, 4
_PHONE_LEAST = 9


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


@dataclass(frozen=True)
class _Talk:
    """What the words around a number say that it is.

    Attributes:
        earlier: what the parent has just been refused: the rest of it often comes in the next message.
        is_bare: there are no words.
    """

    insurance: bool
    banking: bool
    sort_code: bool
    card: bool
    earlier: frozenset[Refused]
    is_bare: bool


def with_hidden(text: str, words: str) -> str:
    """The stored text as its writer may read it again: words in place of tokens and marks."""
    return _HIDDEN.sub(lambda _m: words, text)


def refused_in(stored: Iterable[str]) -> frozenset[Refused]:
    """What has been refused in stored texts."""
    texts = list(stored)
    return frozenset(kind for kind, mark in MARKS.items() if any(mark in text for text in texts))


def protect(text: str, keep_phone: Callable[[str], str], earlier: frozenset[Refused] = frozenset()) -> Protected:
    """The message without the numbers in it.

    Args:
        text: cleaned; digits of any script.
        keep_phone: given the digits of a telephone number as typed, seals it and returns a token
            of eight letters or digits.
        earlier: what was refused in the parent's last messages; parts of such a number are refused too.
    """
    refused: list[Refused] = []
    tokens: list[str] = []

    def put(found: Refused | str) -> str:
        if found in MARKS:
            refused.append(found)  # type: ignore[arg-type]
            return MARKS[found]  # type: ignore[index]
        tokens.append(keep_phone(found))
        return f"[phone-{tokens[-1]}]"

    talk = _talk(text, earlier)
    text = _replace(text, lambda part: _ibans(part), put)
    text = _replace(text, lambda part: _insurance_numbers(part, talk), put)
    text = _replace(text, lambda part: _figures(part, talk), put)
    return Protected(text, tuple(dict.fromkeys(refused)), tuple(tokens))


def holds_numbers(text: str) -> bool:
    """Whether there is a number in a text that must not be kept open: one that is refused, or a telephone number."""
    found = protect(text, lambda _digits: "00000000")
    return bool(found.refused or found.tokens)


def phone_tokens(text: str) -> list[str]:
    """Tokens of telephone numbers in a stored text."""
    return _TOKEN.findall(text)


def _talk(text: str, earlier: frozenset[Refused]) -> _Talk:
    text = ascii_digits(text)
    pairs = [run for found in RUN.finditer(text) if (run := Run.of(found[0])).sizes == _PAIRS]
    shown = any(_is_sort_code(run) and not run.is_day_of_pairs() for run in pairs)
    return _Talk(
        bool(_INSURANCE_WORD.search(text)), shown or bool(_ACCOUNT_WORD.search(fold(text))), bool(_SORT_CODE_WORD.search(text)),
        bool(_CARD_WORD.search(text)), earlier, not any(c.isalpha() for c in text),
    )  # fmt: skip


_Found = tuple[int, int, "Refused | str"]
"""Where a number stands, and what of the refused it is; else the figures of a telephone number."""


def _replace(text: str, find: Callable[[str], Iterator[_Found]], put: Callable[[Refused | str], str]) -> str:
    # Matching is done on 0-9, cutting on the parent's own text: both have the same length.
    plain, pieces, end = ascii_digits(text), [], 0
    for start, stop in _outside(plain):
        for a, b, found in find(plain[start:stop]):
            pieces += [text[end : start + a], put(found)]
            end = start + b
    return "".join([*pieces, text[end:]])


def _outside(text: str) -> Iterator[tuple[int, int]]:
    """The stretches between tokens and marks; a token may be all figures."""
    end = 0
    for hidden in _HIDDEN.finditer(text):
        yield end, hidden.start()
        end = hidden.end()
    yield end, len(text)


def _ibans(text: str) -> Iterator[_Found]:
    for found in _IBAN.finditer(text):
        letters = "".join(c for c in found[0] if c.isalnum())
        if len(letters) >= _IBAN_LEAST and (found[0] == found[0].upper() or _is_iban(letters)):
            yield found.start(), found.end(), "bank"


def _is_iban(letters: str) -> bool:
    """Source: ISO 13616-1, the check figures of an IBAN."""
    return int("".join(str(int(c, 36)) for c in letters[4:] + letters[:4])) % 97 == 1


def _insurance_numbers(text: str, talk: _Talk) -> Iterator[_Found]:
    for found in _NATIONAL_INSURANCE.finditer(text):
        if _is_insurance_number(found, talk, is_alone=len(text.strip()) - len(found[0]) <= 1):
            yield found.start(), found.end(), "national_insurance"


def _is_insurance_number(found: re.Match[str], talk: _Talk, *, is_alone: bool) -> bool:
    prefix, suffix = found["prefix"], found["suffix"]
    letters = "".join(c for c in prefix if c.isalpha())
    if sum(c.isdigit() for c in found["figures"]) < _FIGURES_AT_LEAST:
        return False
    if talk.insurance or "national_insurance" in talk.earlier:
        return True
    # “on 12/10/26 a friend came”, “by 10:30 12 …”: small words before a day or a time.
    is_one_word = not found["gap"] and letters == prefix
    in_capitals = letters.isupper()
    if not _GIVEN_OUT.fullmatch(letters.upper()) and not (is_one_word and suffix):
        return False
    run = Run.of(found["figures"].strip())
    if run.is_moments() or run.is_day_of_pairs():
        return bool(suffix) and in_capitals and suffix.isupper()
    if suffix or found["gap"].strip():
        return True
    if is_one_word:  # not “SE15 10 30”
        return len(run.groups) == 1 or is_alone
    return in_capitals or is_alone


def _figures(text: str, talk: _Talk) -> Iterator[_Found]:
    for found in RUN.finditer(text):
        run = Run.of(found[0])
        for first, last, what in _numbers(run, talk):
            start = 0 if first == 0 else run.groups[first][0]
            yield found.start() + start, found.start() + run.groups[last - 1][1], what


def _numbers(run: Run, talk: _Talk) -> Iterator[tuple[int, int, Refused | str]]:
    """Groups of a run that are a number to be refused or a telephone number; the figures of a telephone number, or what is refused."""
    if run.is_moments() and not (talk.sort_code and run.sizes == _PAIRS):
        return
    if _is_sort_code_and_account(run):
        yield 0, len(run.groups), "bank"
        return
    first, last = run.numbers()
    if run.is_card() and not run.part(first, last).is_phone():
        yield 0, len(run.groups), "card"
        return
    while first < last:
        rest = run.part(first, last)
        count = rest.phone_in_front()
        if count:
            yield first, first + count, rest.part(0, count).digits
            first += count
        elif _begins_with_another(rest):
            first += 1
        else:
            what = _whole(rest, talk)
            if what:
                yield first, last, what
            return


def _begins_with_another(run: Run) -> bool:
    """An age or a house number before a telephone number: “2, 07400 123456”."""
    if len(run.groups) == 1 or run.sizes[0] > 2 or run.sizes[1] <= 2:
        return False
    rest = run.part(1, len(run.groups))
    return rest.phone_in_front() == len(rest.groups)


def _whole(run: Run, talk: _Talk) -> Refused | str | None:
    digits = run.digits
    length = len(digits.lstrip("+"))
    if run.is_phone():
        return digits
    if talk.banking and length in (*_ACCOUNT, _SORT_CODE_AND_ACCOUNT):
        return "bank"
    if length >= _CARD_LEAST:
        # No card begins with 0 (ISO/IEC 7812): a mobile number with a figure too many, which is said where it is asked for.
        return digits if length == _CARD_LEAST and digits.startswith("07") and not talk.card else "card"
    if run.sizes == _PAIRS and not run.is_day_of_pairs() and (_is_sort_code(run) or talk.is_bare):
        return "bank"
    if length == _SORT_CODE and (talk.insurance or "national_insurance" in talk.earlier):
        return "national_insurance"
    if "bank" in talk.earlier and length in _ACCOUNT:
        return "bank"
    if length >= _HALF_A_CARD and (talk.card or "card" in talk.earlier):
        return "card"
    if "card" in talk.earlier and length >= _QUARTER_OF_A_CARD and not run.is_year_or_hour():
        return "card"
    is_list = max(run.sizes) <= 2 and "," in set(run.signs)
    return digits if length >= _PHONE_LEAST and not is_list else None


def _is_sort_code_and_account(run: Run) -> bool:
    return run.sizes in {(*_PAIRS, 8), (8, *_PAIRS), (6, 8), (8, 6)}


def _is_sort_code(run: Run) -> bool:
    return all(_SORT_CODE_SIGNS.fullmatch(sign) for sign in run.signs)
