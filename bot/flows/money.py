"""Amounts of money as typed and as shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.base.text import ascii_digits

_AMOUNT = re.compile(r"(?<![\d.,])(?<!\d[/:'-])(\d{1,3}(?:[.,\s]\d{3})+|\d+)(?:[.,](\d{1,2}))?(?![.,/:']?\d|\s?%)")
"""A point or comma before three figures parts thousands. What is cut in other ways, as a date is, is no amount."""
_MARKS = str.maketrans("٫٬،", ".,,")
_MOST_PENCE = 10_000_000


@dataclass(frozen=True)
class Amount:
    """An amount in a text, and where it stands."""

    pence: int
    start: int
    end: int


def pence(text: str) -> int | None:
    """The first amount in a text, in pence; None when there is none."""
    return next((amount.pence for amount in amounts(text)), None)


def amounts(text: str) -> list[Amount]:
    """All amounts in a text, without absurd ones.

    `£408.01`, `408,01`, `1,200`, `1.200` and numerals of other scripts are understood.
    """
    found = []
    for match in _AMOUNT.finditer(ascii_digits(text).translate(_MARKS)):
        whole, part = re.sub(r"\D", "", match.group(1)), (match.group(2) or "0").ljust(2, "0")
        found.append(Amount(int(whole) * 100 + int(part), *match.span()))
    return [amount for amount in found if amount.pence <= _MOST_PENCE]


def pounds(amount_pence: int) -> str:
    """`£18.60`; whole pounds without pence."""
    amount = Decimal(amount_pence) / 100
    return f"£{amount:,.0f}" if amount == amount.to_integral() else f"£{amount:,.2f}"
